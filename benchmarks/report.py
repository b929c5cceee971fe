"""Write the tables of README.md and the plot beside it from ``results.json``."""

import json
from typing import Any

from benchmarks.check import CASES, HERE, PEERS, RESULTS

README = HERE / "README.md"
PLOT = HERE / "check.png"
MARKS = ("<!-- results -->\n", "<!-- end of results -->\n")


def main() -> None:
    results = json.loads(RESULTS.read_text("utf-8"))
    text = README.read_text("utf-8")
    before, after = text.split(MARKS[0])[0], text.split(MARKS[1])[1]
    body = "\n".join([*checks(results), *streams(results), *beside(results), *startup(results)])
    README.write_text(before + MARKS[0] + "\n" + body + "\n" + MARKS[1] + after, "utf-8")
    draw(results)
    print(f"wrote {README.name} and {PLOT.name}")


def checks(results: dict[str, Any]) -> list[str]:
    lines = []
    for case in CASES:
        found = results.get(f"check {case.name}")
        if found is None:
            continue
        kind = "real" if case.kind == "real" else "generated"
        lines += [
            f"### {case.n:,} {kind} sites, {case.k:,} origins, {case.radii_km.replace(',', ', ')} km", "",
            "| | prepare, s | ask, s | both, x rangemap | ask, x rangemap | memory, MB | wrong answers |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        ]  # fmt: skip
        ours = found["rangemap"]
        for peer, row in found.items():
            if "problem" in row:
                lines.append(f"| {peer} | | {row['problem']} | | | | |")
                continue
            both = (row["prepare_s"] + row["ask_s"]) / (ours["prepare_s"] + ours["ask_s"])
            lines.append(
                f"| {peer} | {row['prepare_s']:.3f} | {row['ask_s']:.3f} | {both:,.0f} |"
                f" {row['ask_s'] / ours['ask_s']:,.1f} | {row['memory_mb']:,.0f} |"
                f" {row['wrong']:,} of {row['of']:,} |"
            )
        lines.append("")
    return lines


def streams(results: dict[str, Any]) -> list[str]:
    lines = [
        "### Whole commands: Parquet, 4 origins, 5 ranges, `--summary`", "",
        "| sites | | s | sites a second | memory of all processes, MB |",
        "| ---: | --- | ---: | ---: | ---: |",
    ]  # fmt: skip
    for name in sorted((n for n in results if n.startswith("stream ")), key=lambda n: int(n[7:])):
        n = int(name[7:])
        for what, row in results[name].items():
            rate = f"{n / row['ask_s'] / 1e6:.1f} million"
            lines.append(
                f"| {n:,} | {what} | {row['ask_s']:.2f} | {rate} | {row['memory_mb']:,.0f} |"
            )
    return [*lines, ""]


def beside(results: dict[str, Any]) -> list[str]:
    lines = [
        "### Rings: 200 of 50 to 2,000 km, each tool with its own default of vertices", "",
        "| | rings a second | vertices | strays from the true ring, of the radius |",
        "| --- | ---: | ---: | ---: |",
    ]  # fmt: skip
    lines += [
        f"| {name} | {row['rings_a_second']:,.0f} | {row['vertices']:.0f} | {row['deviation']:.1e} |"
        for name, row in results.get("rings", {}).items()
    ]
    return [*lines, ""]


def startup(results: dict[str, Any]) -> list[str]:
    found = results.get("startup", {})
    shortest = found.get("--help", {}).get("median_s")
    lines = ["### Start-up: whole commands, median of 15", "", "| command | s | x `--help` |", "| --- | ---: | ---: |"]  # fmt: skip
    lines += [
        f"| {name} | {row['median_s']:.3f} | {row['median_s'] / shortest:.1f} |"
        for name, row in found.items()
    ]
    return [*lines, ""]


def draw(results: dict[str, Any]) -> None:
    """Draw seconds against sites, preparing included."""
    import matplotlib as mpl  # noqa: PLC0415

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
    cases = [case for case in CASES if case.k == 4 and case.kind == "generated"]  # noqa: PLR2004
    for peer in (peer.name for peer in PEERS.values()):
        points = [
            (case.n, row["prepare_s"] + row["ask_s"])
            for case in cases
            if "ask_s" in (row := results.get(f"check {case.name}", {}).get(peer, {}))
        ]
        if points:
            axes.plot(*zip(*points, strict=True), marker="o", label=peer, lw=3 if peer == "rangemap" else 1.5)  # fmt: skip
    streamed = [
        (int(name[7:]), min(row["ask_s"] for what, row in found.items() if "rangemap" in what))
        for name, found in results.items()
        if name.startswith("stream ")
    ]
    axes.plot(*zip(*sorted(streamed), strict=True), "k--", marker="s", label="rangemap check, whole command, Parquet")  # fmt: skip
    axes.set(xscale="log", yscale="log", xlabel="sites", ylabel="seconds, preparing included")
    axes.set_title("How many sites lie within 4 x 5 rings")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    figure.savefig(PLOT, dpi=110)


if __name__ == "__main__":
    main()
