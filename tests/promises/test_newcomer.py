"""What newcomers meet first: helpful errors, and options that do what they promise."""

import csv
import json
import random
import re
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

import rangemap as rm
from rangemap.errors import AmbiguousNameError, RangemapError, Refusals, UnknownNameError

TOWN = "rangemap: origin Gaza, PS: town position from GeoNames (CC BY 4.0), accurate to 5 km\n"


def test_all_refused_names_are_reported_together(run):
    outcome = run(
        "check", "-f", "Athens", "-f", "Gaza", "-f", "Tripoli", "-w", "Fateh", "-w", "Scub",
        "--category", "rockt", "--range", "15", "-s", "Springfield", "-s", "Iran", "--exclude", "a/b",
    )  # fmt: skip
    assert (outcome.status, outcome.out) == (1, "")
    assert [
        line.removeprefix("rangemap: ").split(" ")[:2] for line in outcome.err.splitlines()
    ] == [
        ["town", "'Athens'"],
        ["town", "'Tripoli'"],
        ["claim", "'a/b'"],
        ["weapon", "'Fateh'"],
        ["weapon", "'Scub'"],
        ["category", "'rockt'"],
        ["'15'", "has"],
        ["town", "'Springfield'"],
        ["place", "'Iran'"],
    ]


def test_refused_names_are_reported_together_wherever_a_command_takes_several(run, tmp_path):
    table = tmp_path / "s.csv"
    table.write_text("name,lat,lon\nA,33,44\n")
    listed = [
        (["weapons", "list", "--country", "Irn", "--country", "Rusia"], ["'Irn'", "'Rusia'"]),
        (["weapons", "list", "--category", "rockt", "--category", "misile"], ["'rockt'", "'misile'"]),
        (["sites", "list", "--kind", "castle", "--kind", "inn"], ["'castle'", "'inn'"]),
        (["check", "-f", "0,0", "--range", "9 km", "--sites", table, "-s", "B", "-s", "C"], ["'B'", "'C'"]),
        (["map", "-f", "Athens", "-f", "Tripoli", "--range", "9 km", "-o", "x.html"], ["'Athens'", "'Tripoli'"]),
        (["report", "-f", "Athens", "-f", "Tripoli", "--range", "9 km", "-o", "x.md"], ["'Athens'", "'Tripoli'"]),
    ]  # fmt: skip
    for words, names in listed:
        outcome = run(*words)
        assert outcome.status in {1, 2}, words
        lines = outcome.err.splitlines()
        assert len(lines) == len(names), outcome.err
        assert all(name in line for name, line in zip(names, lines, strict=True)), outcome.err


def test_python_reports_names_together_in_their_common_exception_class():
    with pytest.raises(AmbiguousNameError, match=r"'Athens' could be .*\n.*'Tripoli' could be"):
        rm.Scenario(origins=["Athens"], ranges=["9 km"], sites=["Tripoli", "Tripoli"]).check()
    with pytest.raises(UnknownNameError, match=r"weapon 'Scub'.*\n.*weapon 'Fatih'"):
        rm.Scenario(origins=["Erbil"], weapons=["Scub", "Fatih"]).rings()
    with pytest.raises(RangemapError, match=r"'Athens'.*\n.*'Scub'.*\n'15' has no unit") as refusal:
        rm.Scenario(origins=["Athens"], weapons=["Scub"], ranges=["15"]).rings()
    assert type(refusal.value) is RangemapError


def test_a_repeated_refused_name_is_reported_once():
    refusals = Refusals()
    assert refusals.each(lambda name: rm.Scenario(origins=[name], ranges=["9 km"]).select(), ["Athens"] * 3) == []  # fmt: skip
    with pytest.raises(AmbiguousNameError) as refusal:
        refusals.raise_any()
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["check", "-f", "Gaza", "-w", "Scub"], 1),
        (["check", "-f", "Gaza", "-w", "Fateh-110", "-s", "Athens"], 1),
        (["check", "-f", "Gaza", "-w", "Fateh-110", "-o", "x.foo"], 2),
        (["check", "-f", "Gaza", "-w", "Fateh-110", "-o", "nowhere/x.csv"], 1),
        (["check", "-f", "Gaza", "-w", "Fateh-110", "--rejects", "x.csv"], 2),
        (["map", "-f", "Gaza", "-w", "Fateh-110"], 2),
        (["map", "-f", "Gaza", "-w", "Fateh-110", "-o", "x.geojson", "-o", "nowhere/x.geojson"], 1),
        (["map", "-f", "Gaza", "-w", "Fateh-110", "-o", "x.html", "--lang", "xx"], 1),
        (["report", "-f", "Gaza", "-w", "Fateh-110"], 2),
    ],
)
def test_an_error_is_not_accompanied_by_notes(run, tmp_path, monkeypatch, words, status):
    monkeypatch.chdir(tmp_path)
    outcome = run(*words)
    assert (outcome.status, outcome.out) == (status, "")
    assert outcome.err.count("\n") == 1
    assert "town position from" not in outcome.err


def test_a_successful_run_prints_notes_before_its_result(run, tmp_path):
    words = ["-f", "Gaza", "--range", "70 km", "-s", "Donetsk"]
    notes = (
        f"{TOWN}rangemap: place 'Donetsk': Donetsk, UA, with at least 10 times the population of any"
        " other town of that name (Donetsk, RU)\n"
    )
    assert run("check", *words).err == notes
    for more in (["--format", "csv"], ["--summary"], ["--cite", "text"], ["--exit-code"]):
        outcome = run("check", *words, *more)
        assert (outcome.status, outcome.err) == (0, notes), more
    path = tmp_path / "x.csv"
    assert run("check", *words, "-o", path).err.startswith(f"{notes}wrote {path}")
    assert run("map", *words, "-o", path).err.startswith(f"{notes}wrote {path}")
    outcome = run("sites", "show", "Donetsk")
    assert outcome.out.startswith("Donetsk, UA (geonames:")
    assert outcome.err in notes
    assert outcome.err


SELECTION = ["-f", "Erbil", "-w", "Fateh-110", "-w", "Shahed-136"]


def read_rows(path):
    """Return the rows of a table as read by other software, each a mapping of texts."""
    if path.suffix == ".csv":
        rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    elif path.suffix == ".json":
        rows = json.loads(path.read_text("utf-8"))
    elif path.suffix == ".parquet":
        table = pq.read_table(path)
        rows = table.drop_columns(["geometry"] if "geometry" in table.column_names else []).to_pylist()  # fmt: skip
    else:  # in words; `tests/render/tables/test_workbook.py` compares every cell
        columns, *lines = openpyxl.load_workbook(path)["Verdicts"].iter_rows(values_only=True)
        rows = [dict(zip(columns, line, strict=True)) for line in lines]
    return [{key: _text(value) for key, value in row.items()} for row in rows]


def _text(value):
    try:
        return f"{float(value):.3f}"
    except (TypeError, ValueError):
        return value or ""


def write_sites(path, n_rows):
    rng = random.Random(1)
    lines = (
        f"site number {i},{rng.uniform(20, 50):.4f},{rng.uniform(20, 60):.4f},{i % 97}\n"
        for i in range(n_rows)
    )
    path.write_text(f"name,lat,lon,staff\n{''.join(lines)}")


@pytest.mark.parametrize("kind", [[], ["--summary"], ["--per-site"], ["--only", "disputed"]])
@pytest.mark.parametrize("streamed", [False, True])
def test_a_check_writes_several_files_with_the_same_content(run, tmp_path, kind, streamed):
    sites = tmp_path / "s.csv"
    write_sites(sites, 60)
    suffixes = ["csv", "json", "parquet", *(["xlsx"] if not streamed else [])]
    words = ["check", *SELECTION, "--sites", sites, *kind]
    words += ["--rejects", tmp_path / "r.csv"] if streamed else []
    together = [tmp_path / f"x.{suffix}" for suffix in suffixes]
    outcome = run(*words, *(word for path in together for word in ("-o", path)))
    assert (outcome.status, outcome.out) == (0, "")
    written = [line.split(" (")[0] for line in outcome.err.splitlines()]
    assert written[: len(together)] == [f"wrote {path}" for path in together]
    tables = [read_rows(path) for path in together if path.suffix != ".xlsx"]
    assert tables[0]
    assert all(table == tables[0] for table in tables)
    for path in together:
        alone = path.with_name(f"alone{path.suffix}")
        assert run(*words, "-o", alone).status == 0
        assert alone.read_bytes() == path.read_bytes()


@pytest.mark.thorough
def test_several_files_and_the_rejects_are_written_in_one_pass_by_any_number_of_workers(
    run, tmp_path
):
    sites = tmp_path / "s.csv"
    write_sites(sites, 3000)
    with sites.open("a") as file:
        file.write("bad,95,0,1\n")
    words = ["check", *SELECTION, "--sites", sites]
    for workers in (1, 2):
        names = ("o.csv", "o.json", "o.parquet", "bad.csv")
        files = [tmp_path / f"{workers}-{name}" for name in names]
        options = [word for path in files[:-1] for word in ("-o", path)]
        outcome = run(*words, *options, "--rejects", files[-1], "--workers", workers)
        assert outcome.status == 0, outcome.err
        assert outcome.err.count("wrote ") == 4
        assert len(files[-1].read_text().splitlines()) == 2
        assert read_rows(files[0]) == read_rows(files[1]) == read_rows(files[2])
        assert len(read_rows(files[0])) == 6000
    for name in names:
        assert (tmp_path / f"1-{name}").read_bytes() == (tmp_path / f"2-{name}").read_bytes()


def test_totals_can_be_written_to_several_files(run, tmp_path):
    sites = tmp_path / "s.csv"
    write_sites(sites, 60)
    files = [tmp_path / name for name in ("t.csv", "t.json", "t.parquet")]
    options = [word for path in files for word in ("-o", path)]
    assert run("check", *SELECTION, "--sites", sites, "--sum", "staff", *options).status == 0
    tables = [read_rows(path) for path in files]
    assert tables[0] == tables[1] == tables[2]
    sums = [float(value) for key, value in tables[0][0].items() if key.startswith("staff_")]
    assert sum(sums) == sum(range(60))


@pytest.mark.parametrize("rejects", [False, True])
def test_several_files_are_written_together_or_not_at_all(run, tmp_path, rejects):
    sites = tmp_path / "s.csv"
    write_sites(sites, 40)
    good, bad = tmp_path / "good.csv", tmp_path / "nowhere" / "x.json"
    good.write_text("before")
    more = ["--rejects", tmp_path / "r.csv"] if rejects else []
    outcome = run("check", *SELECTION, "--sites", sites, "-o", good, "-o", bad, *more)
    assert outcome.status == 1
    assert outcome.err.startswith(f"rangemap: {bad}: cannot be written: ")
    assert good.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["good.csv", "s.csv"]
    refused = run("check", *SELECTION, "--sites", sites, "-o", good, "-o", tmp_path / "x.foo")
    assert (refused.status, good.read_text()) == (2, "before")


def test_one_file_is_not_written_twice(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_sites(Path("s.csv"), 5)
    Path("link.json").symlink_to("x.csv")
    Path("t.csv").write_text(
        "name;category;country;range_km;publisher;date\nA;rocket;X;300;P;2024\n"
    )
    listed = [
        ["check", *SELECTION, "--sites", "s.csv", "-o", "x.csv", "--rejects", "./x.csv"],
        ["check", *SELECTION, "--sites", "s.csv", "-o", "x.csv", "-o", "link.json"],
        ["map", *SELECTION, "-o", "x.html", "-o", Path("x.html").resolve()],
        ["weapons", "import", "t.csv", "-o", "x", "--rejects", "x"],
        ["weapons", "import", "t.csv", "-o", "x", "--save-decisions", "./x"],
    ]
    for words in listed:
        outcome = run(*words)
        assert outcome.status == 1, words
        assert "would be written twice; choose two different files" in outcome.err
    assert sorted(path.name for path in Path().iterdir()) == ["link.json", "s.csv", "t.csv"]
    assert run("check", *SELECTION, "-o", "x.csv", "-o", "x.csv").err.count("wrote") == 1


def test_a_workbook_is_written_for_a_larger_file_but_not_when_streaming(run, tmp_path):
    sites = tmp_path / "s.csv"
    write_sites(sites, 35_000)
    assert sites.stat().st_size > 2**20
    words = ["check", *SELECTION[:4], "--sites", sites, "--only", "inside"]
    outcome = run(*words, "-o", tmp_path / "x.xlsx", "-o", tmp_path / "x.csv")
    assert outcome.status == 0, outcome.err
    names = {"Site": "site", "Distance (km)": "distance_km", "Margin (km)": "margin_km"}
    rows = [
        {name: row[key] for key, name in names.items()} for row in read_rows(tmp_path / "x.xlsx")
    ]
    assert rows == [
        {name: row[name] for name in names.values()} for row in read_rows(tmp_path / "x.csv")
    ]
    refused = run(*words, "-o", tmp_path / "y.xlsx", "--rejects", tmp_path / "r.csv")
    assert refused.status == 2
    assert (
        "y.xlsx: a workbook cannot be written with --rejects, with more than 32 MiB of sites, or beside"
        in refused.err
    )


def test_the_title_of_a_check_is_in_its_workbook(run, tmp_path):
    words = ["check", *SELECTION, "-s", "Mosul", "--title", "Depots", "--subtitle", "As of May"]
    words += ["--credit", "Risk desk"]
    path = tmp_path / "x.xlsx"
    assert run(*words, "-o", path, "-o", tmp_path / "x.csv").status == 0
    book = openpyxl.load_workbook(path)
    lines = list(book["About"].iter_rows(values_only=True))
    assert lines[:3] == [("Title", "Depots"), ("Subtitle", "As of May"), ("Credit", "Risk desk")]
    assert book.properties.title == "Depots"
    for more in ([], ["-o", tmp_path / "y.csv"], ["--format", "json"], ["--summary"]):
        refused = run(*words, *more)
        assert (refused.status, refused.out) == (2, "")
        assert refused.err == (
            "rangemap: --title, --subtitle, --credit: used in .xlsx only; write such a file with"
            " -o FILE, or omit the option\n"
        )
    table = run("map", *words[1:], "-o", tmp_path / "y.csv")
    assert (table.status, table.out) == (2, "")
    assert "; --subtitle: used in .html, .png, .jpg, .webp, .svg, .pdf only; " in table.err
    assert run("map", *words[1:5], *words[7:9], "-o", tmp_path / "y.geojson").status == 0
    # A scenario's keys belong to its map, and are accepted everywhere.
    assert run("check", Path(__file__).parents[2] / "maps" / "iraq-2024.yaml").status == 0


def test_a_column_of_a_file_is_refused_without_a_file(run):
    refused = run("check", *SELECTION, "--lat", "y", "--name", "n")
    assert (refused.status, refused.out) == (2, "")
    assert refused.err == (
        "rangemap: --lat, --name: used with a file only; name one with --sites or --origins, or omit"
        " the option\n"
    )


@pytest.mark.parametrize(
    ("suffix", "option", "value"),
    [
        ("html", "--size", "page"),
        ("html", "--dpi", "200"),
        ("geojson", "--projection", "laea"),
        ("kml", "--font", "x.ttf"),
        ("png", "--tiles", "osm"),
        ("svg", "--detail", "low"),
        ("gpkg", "--lang", "fr"),
        ("csv", "--extent", "40,30,50,36"),
        ("gpkg", "--title", "Depots"),
        ("geojson", "--subtitle", "As of May"),
        ("parquet", "--credit", "Risk desk"),
    ],
)
def test_an_option_without_effect_on_any_output_is_refused(run, tmp_path, suffix, option, value):
    words = ["map", *SELECTION, option, value, "-o"]
    refused = run(*words, tmp_path / f"x.{suffix}")
    assert (refused.status, refused.out, list(tmp_path.iterdir())) == (2, "", [])
    assert refused.err.startswith(f"rangemap: {option}: used in .")
    assert refused.err.endswith(" only; write such a file with -o FILE, or omit the option\n")


@pytest.mark.parametrize(
    ("command", "name"),
    [("map", ".html"), ("map", ".png"), ("report", ".md"), ("check", ".csv"), ("map", "x.doc")],
)
def test_an_output_without_a_supported_suffix_is_refused(run, tmp_path, command, name):
    refused = run(command, *SELECTION, "-o", tmp_path / name)
    assert (refused.status, refused.out, list(tmp_path.iterdir())) == (2, "", [])
    what = ".doc" if name == "x.doc" else "a file without a suffix"
    assert f"{name}: cannot write {what}; expected ." in refused.err


def test_an_option_is_accepted_if_one_of_the_outputs_uses_it(run, tmp_path):
    outputs = ["-o", tmp_path / "x.html", "-o", tmp_path / "x.geojson"]
    assert run("map", *SELECTION, "--lang", "fr", "--title", "Dépôts", *outputs).status == 0
    assert 'lang="fr"' in (tmp_path / "x.html").read_text("utf-8")


def test_weapons_without_figures_are_listed_with_the_reason(run):
    rows = json.loads(run("weapons", "list", "--format", "json").out)
    empty = [row for row in rows if row["headline_km"] is None]
    assert len(empty) > 10
    assert all(row["note"] is None for row in rows if row not in empty)
    notes = {row["id"]: row["note"] for row in empty}
    assert notes["hyunmoo-2"].startswith("figures for variants only: Hyunmoo-2C; Hyunmoo-2B;")
    assert notes["bayraktar-tb2"].startswith("no published range; claims: ")
    for row in empty:
        named = row["note"].partition("figures for variants only: ")[2]
        refused = run("check", "-f", "Erbil", "-w", row["id"], "-s", "Mosul")
        assert refused.status == 1, row
        if named:
            first = named.split("; ")[0]
            words = ["check", "-f", "Erbil", "-w", f"{row['name']} ({first})", "-s", "Mosul"]
            assert run(*words).status == 0, first
    table = run("weapons", "list").out
    assert re.search(r"(?m)^typhon  .*figures for variants only: with Tomahawk$", table)


@pytest.mark.parametrize(
    ("search", "ids"),
    [
        ("grad", ["grad"]),
        ("raded", []),  # "upgraded" does not match
        ("shahed136", ["shahed-136"]),
        ("SHAHED 136", ["shahed-136"]),
        ("136", ["shahed-136"]),
        ("geran2", ["shahed-136"]),
        ("ghar", []),
    ],
)
def test_a_search_matches_the_start_of_words(run, search, ids):
    rows = json.loads(run("weapons", "list", "--search", search, "--format", "json").out)
    found = [row["id"] for row in rows]
    assert set(ids) <= set(found)
    assert bool(found) == bool(ids)
    every = json.loads(run("weapons", "list", "--format", "json").out)
    assert found == [row["id"] for row in every if row["id"] in found]


def test_a_search_finds_each_weapon_by_each_word_of_its_name(run):
    rows = json.loads(run("weapons", "list", "--format", "json").out)
    for row in rows[::8]:
        for word in re.findall(r"[^\W_]+", row["name"]):
            found = json.loads(run("weapons", "list", "--search", word, "--format", "json").out)
            assert row["id"] in [each["id"] for each in found], word
