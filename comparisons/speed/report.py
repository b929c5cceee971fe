"""Write the tables of README.md and the plot next to it from ``results.json``."""

from collections.abc import Iterator
from typing import Any

from comparisons.speed._peers import PEERS
from comparisons.speed._results import HERE, read
from comparisons.speed.check import CASES, Case
from comparisons.speed.stream import INSIDE_ROUNDS, SIZES
from comparisons.speed.tables import N_COLUMNS, N_CSV, N_SHEET, N_VALIDATED

README = HERE / "README.md"
PLOT = HERE / "check.png"
MARKS = ("<!-- results -->\n", "<!-- end of results -->\n")
OURS = "rangemap"
BRUTE = PEERS["Brute"].name
BUSY = 2.5  # load average; the part before leaves one or two
POSTGIS = PEERS["PostGIS"].name

Results = dict[str, Any]


def main() -> None:
    results = read()
    text = README.read_text("utf-8")
    before, after = text.split(MARKS[0])[0], text.split(MARKS[1])[1]
    README.write_text(before + MARKS[0] + body(results) + MARKS[1] + after, "utf-8")
    draw(results)
    print(f"wrote {README.name} and {PLOT.name}")


def body(results: Results) -> str:
    """Return the tables between the marks."""
    sections = (busy, goals, checks, streams, slope, formats, tables, rings, startup, circumstances)
    told = [lines for section in sections if (lines := section(results))]
    return "\n" + "\n".join(line for lines in told for line in [*lines, ""]) + "\n"


def parts(results: Results) -> Results:
    return {name.removeprefix("took "): row for name, row in results.items() if name.startswith("took ")}  # fmt: skip


def busy(results: Results) -> list[str]:
    """Warn about parts that were measured on a busy machine."""
    named = [
        f"`{name}`"
        for name, row in sorted(parts(results).items())
        if row["load"] > BUSY and not name.startswith("truth")  # whose time does not matter
    ]
    if not named:
        return []
    return ["**Measured on a busy machine, so that the times are too long:** " + ", ".join(named) + "."]  # fmt: skip


def table(title: str, columns: str, rows: list[str], *, words: int = 1) -> list[str]:
    """Return a table with ``words`` columns of text before those of numbers; nothing if empty."""
    if not rows:
        return []
    n = columns.count("|") - 1
    rule = "| " + " | ".join(["---"] * words + ["---:"] * (n - words)) + " |"
    return [title, "", columns, rule, *rows]


def goals(results: Results) -> list[str]:
    """Compare the goals with what was measured."""
    rows = []

    def row(what: str, goal: str, found: str, *, met: bool) -> None:
        rows.append(f"| {what} | {goal} | {found} | {'yes' if met else '**no**'} |")

    ours = [r for found in results.values() if isinstance(found, dict) for name, r in found.items() if name.startswith(OURS) and "wrong" in r]  # fmt: skip
    wrong = sum(r["wrong"] for r in ours)
    row("wrong answers, all benchmarks", "0", f"{wrong:,} of {sum(r['of'] for r in ours):,}", met=not wrong)  # fmt: skip
    some, many = (results.get(f"check 1e6-{name}", {}) for name in ("4x5", "1000x1"))
    if "ask_s" in some.get(POSTGIS, {}):
        times = some[POSTGIS]["ask_s"] / some[OURS]["ask_s"]
        row("10^6 sites, 4 origins x 5 ranges, counts", ">= 100 x PostGIS with its index", f"{times:,.0f} x", met=times >= 100)  # fmt: skip
    if "ask_s" in many.get(POSTGIS, {}):
        times = many[POSTGIS]["ask_s"] / many[OURS]["ask_s"]
        whole = many[POSTGIS]["ask_s"] / (many[OURS]["prepare_s"] + many[OURS]["ask_s"])
        row("10^6 sites, 1,000 origins x 250 km, counts", ">= 100 x PostGIS, indexes built", f"{times:,.0f} x", met=times >= 100)  # fmt: skip
        row("the same, including building our index but not that of PostGIS", ">= 40 x", f"{whole:,.0f} x", met=whole >= 40)  # fmt: skip
    huge = results.get(f"stream {10**8}")
    if huge:
        best = min(huge.values(), key=lambda r: r["ask_s"])
        rate, memory = 100 / best["ask_s"], best["memory_mb"] / 1000
        row("10^8 sites from Parquet, 4 x 5, summary", ">= 10 million sites per second, <= 1.5 GB", f"{rate:.1f} million, {memory:.2f} GB", met=rate >= 10 and memory <= 1.5)  # fmt: skip
    large = results.get(f"stream {4 * 10**6}")
    if large:
        best = min(r["ask_s"] for name, r in large.items() if name.startswith(OURS))
        times = large[BRUTE]["ask_s"] / best
        row("4 million sites from Parquet, the same, whole command", ">= 10 x a pyproj script", f"{times:.1f} x", met=times >= 10)  # fmt: skip
    costs = [found["ns"] for found in slopes(results).values()]
    if len(costs) == len(INSIDE_ROUNDS):
        spread = max(costs) / min(costs) - 1
        row("cost per site from 10^6 to 10^8, without start-up", "flat within 20 %", f"{spread:.0%} between lowest and highest", met=spread <= 0.2)  # fmt: skip
    start = results.get("startup")
    if start:
        times = start["check of the registry"]["median_s"] / start["--help"]["median_s"]
        row("`rangemap check` on the registry, whole process", "<= 3 x `rangemap --help`", f"{times:.1f} x", met=times <= 3)  # fmt: skip
    for what, goal, found_text, met in table_goals(results):
        row(what, goal, found_text, met=met)
    return table("## Goals", "| what | goal | measured | met |", rows, words=4)


def table_goals(results: Results) -> Iterator[tuple[str, str, str, bool]]:
    """Yield what was measured of imports and validations, its goal, the result and whether it is met."""
    spent = results.get("tables", {})
    for what, seconds in spent.items():
        if f"import, {N_CSV:,}" in what or f"these {N_VALIDATED:,}" in what:
            yield what, "<= 5 s of CPU time", f"{seconds:.1f} s", seconds <= 5
    sheets = [seconds for what, seconds in sorted(spent.items()) if "sheet" in what]
    if sheets:
        pandas, ours = sheets
        what = f"sites import, a sheet of {N_SHEET:,} rows x {N_COLUMNS}"
        yield what, "<= 2 x pandas", f"{ours / pandas:.1f} x", ours <= 2 * pandas


def title(case: Case) -> str:
    kind = "sites around real towns" if case.kind == "real" else "generated sites"
    origins = "one origin" if case.k == 1 else f"{case.k:,} origins"
    return f"{case.n:,} {kind}, {origins}, {case.radii_km.replace(',', ', ')} km"


def checks(results: Results) -> list[str]:
    lines = ["## Which sites are within which rings", ""]
    columns = "| | prepare, s | query, s | query, x rangemap | both, x rangemap | memory, MB | wrong answers |"  # fmt: skip
    for case in CASES:
        found = results.get(f"check {case.name}")
        if found is None:
            continue
        ours = found[OURS]
        rows = []
        for name, row in sorted(found.items(), key=lambda item: item[1].get("ask_s", 1e9)):
            if "ask_s" not in row:
                rows.append(f"| {name} | | {row['problem']} | | | | |")
                continue
            both = (row["prepare_s"] + row["ask_s"]) / (ours["prepare_s"] + ours["ask_s"])
            rows.append(
                f"| {name} | {seconds(row['prepare_s'])} | {seconds(row['ask_s'])} |"
                f" {row['ask_s'] / ours['ask_s']:,.1f} | {both:,.1f} | {row['memory_mb']:,.0f} |"
                f" {row['wrong']:,} of {row['of']:,} |"
            )
        fewer = results.get(f"check {case.name.replace('1000', '50')}", {}).get(BRUTE)
        if BRUTE not in found and fewer:
            took = fewer["ask_s"] * case.k / 50
            rows.append(f"| {BRUTE}: *not run; 20 x its time for 50 origins* | | *{took:,.0f}* | *{took / ours['ask_s']:,.0f}* | | | |")  # fmt: skip
        lines += [*table(f"### {title(case)}", columns, rows), ""]
    return lines[:-1]


def seconds(took: float) -> str:
    """Write seconds with about three digits, or a dash for zero."""
    if took < 0.0001:
        return "–"
    return f"{took:.4f}" if took < 0.1 else f"{took:.2f}"


def streams(results: Results) -> list[str]:
    rows = []
    for n in SIZES:
        for name, row in sorted(results.get(f"stream {n}", {}).items(), key=lambda item: item[1]["ask_s"]):  # fmt: skip
            wrong = f"{row['wrong']:,} of {row['of']:,}" if "wrong" in row else "not counted"
            rows.append(
                f"| {name} | {n:,} | {row['ask_s']:.2f} | {n / row['ask_s'] / 1e6:.1f} |"
                f" {row['memory_mb']:,.0f} | {wrong} |"
            )
    columns = "| | sites | s | million sites per second | memory, MB | wrong answers |"
    return table("## Whole commands over Parquet: 4 origins, 5 ranges, `--summary`", columns, rows)


def slopes(results: Results) -> dict[int, dict[str, float]]:
    """Return the cost per site in ns at each size, minus the cost of a small file."""
    found = {}
    for n in INSIDE_ROUNDS:
        row = results.get(f"inside {n}")
        if row:
            found[n] = row | {"ns": (row["answer_s"] - row["start_s"]) / n * 1e9}
    return found


def slope(results: Results) -> list[str]:
    rows = [
        f"| {n:,} | {row['rounds']:.0f} | {row['answer_s']:.4f} | {row['start_s']:.4f} | {row['ns']:.1f} |"
        for n, row in slopes(results).items()
    ]
    columns = "| sites | runs | median, s | median for 1,000 sites, s | ns per site |"
    return table("## Cost per site, without start-up", columns, rows, words=0)


def formats(results: Results) -> list[str]:
    """Compare the formats, per site, with only reading the columns."""
    found = results.get("formats", {})
    reading = next(iter(sorted(found.values())), 0)
    rows = [
        f"| {form} | {ns:,.0f} | {ns / reading:,.1f} |"
        for form, ns in sorted(found.items(), key=lambda item: item[1])
    ]
    columns = "| format | ns of CPU time per site | x only reading |"
    return table("## Formats: 4 origins, 5 ranges, without start-up", columns, rows)


def tables(results: Results) -> list[str]:
    """Show the CPU time of imports and validations."""
    rows = [f"| {what} | {seconds:.1f} |" for what, seconds in results.get("tables", {}).items()]
    columns = "| command | s of CPU time |"
    return table("## Importing and validating tables: whole commands, least of five", columns, rows)


def rings(results: Results) -> list[str]:
    rows = []
    for name, row in sorted(results.get("rings", {}).items(), key=lambda item: item[1]["deviation"]):  # fmt: skip
        vertices = "an ellipse" if row["vertices"] is None else f"{row['vertices']:.0f}"
        rows.append(
            f"| {name} {row['version']} | {row['rings_a_second']:,.0f} | {vertices} |"
            f" {row['deviation']:.1e} | {row['deviation'] * 1000 * 1000:,.0f} |"
        )
    columns = "| | rings per second | vertices | relative deviation | in m at 1,000 km |"
    return table("## Rings: 200 of 50 to 2,000 km, each tool with its defaults", columns, rows)


def startup(results: Results) -> list[str]:
    found = results.get("startup", {})
    rows = [
        f"| {name} | {row['median_s']:.3f} | {row['median_s'] / found['--help']['median_s']:.1f} | {row['memory_mb']:,.0f} |"
        for name, row in sorted(found.items(), key=lambda item: item[1]["median_s"])
    ]
    columns = "| command | s | x `--help` | memory, MB |"
    return table("## Start-up: whole commands, median of 15", columns, rows)


def circumstances(results: Results) -> list[str]:
    took = parts(results)
    lines = []
    for machine in dict.fromkeys(row["machine"] for row in took.values()):
        lines += [f"{machine}.", ""]
    versions: dict[str, set[str]] = {}
    for row in took.values():
        for name, version in row["versions"].items():
            versions.setdefault(name, set()).add(version)
    told = [f"{name} {' and '.join(sorted(found))}" for name, found in versions.items()]
    if "version PostGIS" in results:
        told.append(f"PostGIS {results['version PostGIS']}")
    lines += [", ".join(told) + ".", ""]
    rows = [
        f"| {name} | {row['date']} | {row['seconds']:,.0f} | {row['load']:.1f} |"
        for name, row in sorted(took.items())
    ]
    rows.append(f"| all | | {sum(row['seconds'] for row in took.values()):,.0f} | |")
    columns = "| part | measured on | duration, s | load before |"
    return ["## Machine, versions and dates", "", *lines, *table("### Parts", columns, rows)]


# Okabe and Ito's colours, distinguishable by colour-blind readers; rangemap is black.
LOOKS = {
    "Rangemap": ("#000000", "o"),
    "BallTree": ("#0072b2", "s"),
    "SedonaDB": ("#d55e00", "^"),
    "GeoPandas": ("#009e73", "D"),
    "Brute": ("#cc79a7", "v"),
    "PostGIS": ("#e69f00", "P"),
}


def draw(results: Results) -> None:
    """Draw seconds against sites and against origins, including preparation."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    mpl.rcParams |= {"font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(10, 5), sharey=True, width_ratios=(3, 2), layout="constrained"
    )
    sizes = [case for case in CASES if case.k == 4 and case.kind == "generated"]
    counts = [case for case in CASES if case.n == 10**6 and case.radii_km == "250" and case.kind == "generated"]  # fmt: skip
    for axes, cases, across in ((left, sizes, "n"), (right, counts, "k")):
        for key, (colour, mark) in LOOKS.items():
            peer = PEERS[key].name
            rows = {
                getattr(case, across): row
                for case in cases
                if "ask_s" in (row := results.get(f"check {case.name}", {}).get(peer, {}))
            }
            points = [(at, row["prepare_s"] + row["ask_s"]) for at, row in sorted(rows.items())]
            if points:
                style = "--" if any(row["wrong"] for row in rows.values()) else "-"
                wide = 2.5 if peer == OURS else 1.3
                axes.plot(*zip(*points, strict=True), style, color=colour, marker=mark, ms=5, lw=wide, label=peer)  # fmt: skip
    streamed = [
        (n, min(row["ask_s"] for name, row in found.items() if name.startswith(OURS)))
        for n in SIZES
        if (found := results.get(f"stream {n}"))
    ]
    if streamed:
        left.plot(*zip(*streamed, strict=True), "k-", marker="o", ms=5, mfc="white", lw=1.3, label="rangemap check, whole command on Parquet")  # fmt: skip
    left.set(xscale="log", yscale="log", xlabel="sites", ylabel="seconds, including preparation")
    left.set_title("4 origins, 5 ranges each", loc="left", fontsize=10)
    right.set(xscale="log", xlabel="origins", xticks=[case.k for case in counts])
    right.set_title("1,000,000 sites, 250 km around each origin", loc="left", fontsize=10)
    right.minorticks_off()
    for axes in (left, right):
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.yaxis.set_major_formatter("{x:,g}")
        axes.grid(which="major", color="#dddddd", lw=0.6)
        axes.set_axisbelow(True)
    handles, labels = left.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False, handlelength=4)  # fmt: skip
    figure.suptitle(
        "How many sites are within each ring? Dashed: with wrong answers.",
        x=0.01, ha="left", weight="bold", fontsize=11,
    )  # fmt: skip
    figure.savefig(PLOT, dpi=200, metadata={"Software": None})


if __name__ == "__main__":
    main()
