"""Bad input gives a one-line error with file, record, value, rule and fix; nothing is changed."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FROM = ["-f", "Erbil"]
WEAPON = ["-w", "Al Aqsa"]

CLAIMS = "claims: [{id: c, range: 250 km, source: {publisher: P}}]"
ENTRY = f"{{id: a, name: A, country: X, category: rocket, {CLAIMS}}}"

WRONG_WORDS = [
    # arguments, exit status, required text of the line
    (["-w", "Fateh-111", *FROM], 1, ["weapon 'Fateh-111'", "closest: Fateh-110"]),
    (["--category", "rokets", *FROM], 1, ["category 'rokets'", "closest"]),
    ([*WEAPON, "-f", "Ebril"], 1, ["place 'Ebril'", "closest", "LAT,LON"]),
    ([*WEAPON, *FROM, "-s", "Ain Al Assad Base"], 1, ["place 'Ain Al Assad Base'"]),
    ([*FROM, "--range", "250"], 1, ["'250'", "no unit", "km, mi, nmi or m"]),
    ([*FROM, "--range", "1.300 km"], 1, ["'1.300' could be 1.3 or 1,300"]),
    ([*FROM, "--range", "250 km (min 300 km)"], 1, ["minimum at or above the range"]),
    ([*FROM, "--range", "nan km"], 1, ["'nan km' is not a range"]),
    ([*FROM, "--range", "A=1 km", "--range", "A=2 km"], 2, ["two rings have the label 'A'"]),
    ([*WEAPON, "-f", "95,10"], 1, ["latitude 95 is outside -90 to 90"]),
    ([*WEAPON, "-f", "nan,10"], 1, ["'nan,10'", "is not in '10'"]),
    ([*WEAPON, "-f", "33,78; 42,44"], 1, ["'33,78; 42,44' is not a position", "33.78,42.44"]),
    ([*WEAPON, *FROM, "--units", "ft"], 1, ["units is 'ft'", "km, mi or nmi"]),
    ([*WEAPON, *FROM, "--as-of", "2024-13"], 1, ["as_of is '2024-13'", "2024-01-21"]),
    (
        [*WEAPON, *FROM, "--as-of", "2001"],
        1,
        ["no remaining range claim (published by 2001-12-31)"],
    ),
    (
        [*WEAPON, *FROM, "--source-kind", "tabloid"],
        1,
        ["source_kinds.0 is 'tabloid'", "think tank"],
    ),
    ([*WEAPON, *FROM, "--source-kind", "advocacy"], 1, ["(publishers of these kinds: advocacy)"]),
    ([*WEAPON, *FROM, "--exclude", "al-aqsa/nobody"], 1, ["claim 'al-aqsa/nobody'", "CLAIM-ID"]),
    (WEAPON, 2, ["no origin", "--from PLACE"]),
    (FROM, 2, ["no weapon and no range", "--weapon"]),
    ([], 2, ["nothing to do", "--from PLACE"]),
    ([*WEAPON, *FROM, "--catalogue", "none.yaml"], 1, ["none.yaml", "No such file"]),
    ([*WEAPON, *FROM, "--sites", "none.csv"], 1, ["none.csv", "No such file"]),
    (["none.yaml"], 1, ["none.yaml", "No such file"]),
    (["https://a.org/x.yaml"], 1, ["a.org/x.yaml", "only --sites accepts", "local file"]),
]


@pytest.mark.parametrize(
    ("words", "status", "parts"), WRONG_WORDS, ids=lambda value: str(value)[:60]
)
def test_invalid_arguments_are_refused_in_one_line(
    run, tmp_path, monkeypatch, words, status, parts
):
    monkeypatch.chdir(tmp_path)
    for command in (["check"], ["map", "-o", "x.html"]):
        outcome = run(*command, *words)
        assert (outcome.status, outcome.out) == (status, "")
        assert outcome.err.count("\n") == 1
        assert outcome.err.startswith("rangemap: ")
        for part in parts:
            assert part in outcome.err
    assert list(tmp_path.iterdir()) == []


FILES = [
    # file name, content, required text of the line
    ("c.yaml", f"weapons: [{ENTRY}, {ENTRY}]", "c.yaml:1: weapon 'a': duplicate id, already used in line 1"),
    ("c.yaml", f"weapons:\n  - {ENTRY}\nweapons: []", "c.yaml:3: duplicate key 'weapons'"),
    ("c.yaml", "weapons: [" * 40, "c.yaml:1: nested deeper than 32 levels"),
    ("c.yaml", f"weapons: [{ENTRY.replace('250 km', '250')}]", "claim 'c': range '250' has no unit"),
    ("c.yaml", f"weapons: [{ENTRY.replace('250 km', '1.300 km')}]", "could be 1.3 or 1,300"),
    ("c.yaml", f"weapons: [{ENTRY.replace('250 km', '9 km (min 10 km)')}]", "minimum at or above"),
    ("c.yaml", f"weapons: [{ENTRY.replace('250 km', '.nan km')}]", "is not a range"),
    ("c.yaml", f"weapons: [{ENTRY.replace('id: c,', 'id: c, kinds: range,')}]", "did you mean 'kind'"),
    ("c.yaml", "weapons: [&a [*a]]", "anchors and aliases are not supported"),
    ("r.geojson", '{"type": "FeatureCollection", "features": [', "r.geojson:1: not well-formed JSON"),
    ("r.geojson", '{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Point", "coordinates": [NaN, 1]}}]}', "NaN is not a JSON number"),
    ("r.geojson", "[" * 100_000, "nested deeper than 32 levels"),
    ("s.csv", "name,lat,lon\nA,95,1\n", "s.csv: row 1: latitude 95 is outside"),
    ("s.csv", "name,lat,lon\nA,nan,1\n", "s.csv: row 1: latitude is 'nan'"),
    ("s.csv", "name,lat,lon\nA,,1\n", "s.csv: row 1: latitude is ''"),
    ("s.geojson", '{"type": "FeatureCollection"}', "expected a FeatureCollection"),
    ("s.txt.exe", "", "unknown kind of site file '.exe'"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "part"), FILES, ids=lambda value: str(value)[:40])
def test_an_invalid_file_is_refused_in_one_line_and_nothing_is_written(
    run, tmp_path, name, content, part
):
    (tmp_path / name).write_text(content)
    option = {"c": "--catalogue", "r": "--registry", "s": "--sites"}[name[0]]
    weapon = ["-w", "A"] if name[0] == "c" else ["--range", "1 km"]
    for command in (["check"], ["map", "-o", str(tmp_path / "x.html")]):
        outcome = run(*command, "-f", "0,0", *weapon, option, tmp_path / name)
        assert (outcome.status, outcome.out) == (1, "")
        assert outcome.err.count("\n") == 1
        assert str(tmp_path / name) in outcome.err
        assert part in outcome.err
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("weapon: [Al Aqsa]", "s.yaml:1: weapon: unknown key; did you mean 'weapons'?"),
        ("title: T\norigins: [[a]]", "s.yaml:2: origins.0"),
        ("units: furlongs", "s.yaml:1: units is 'furlongs': expected km, mi or nmi"),
        ("title: ''", "s.yaml:1: title is '': is empty"),
        ("sites: ['']", "s.yaml:1: sites.0 is '': is empty"),
        ("sites: {a: b}", "s.yaml:1: sites expected a list"),
        ("- a", "s.yaml"),
        ("", "s.yaml: is empty"),
    ],
)
def test_an_invalid_scenario_is_refused_with_its_line(run, tmp_path, text, part):
    path = tmp_path / "s.yaml"
    path.write_text(text)
    outcome = run("check", path)
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err.count("\n") == 1
    assert part in outcome.err


def test_all_invalid_arguments_of_a_command_are_reported_together(run):
    outcome = run(
        "check", *FROM, "-w", "", "-w", "x" * 2001, "-s", "", "--units", "furlong",
        "--as-of", "2024-13",
    )  # fmt: skip
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err.splitlines() == [
        "rangemap: command line: weapons.0 is '': is empty; give a value or omit it",
        (
            f"command line: weapons.1 is '{'x' * 200}'... (2,001 characters): string should have at most 2000"
            " characters"
        ),
        "command line: sites.0 is '': is empty; give a value or omit it",
        "command line: as_of is '2024-13': expected a date such as 2024, 2024-01 or 2024-01-21",
        "command line: units is 'furlong': expected km, mi or nmi",
    ]


def test_all_invalid_appearance_options_are_reported_together(run, tmp_path):
    output = tmp_path / "x.html"
    outcome = run(
        "map", *FROM, *WEAPON, "-o", output, "--detail", "fine", "--extent", "1,2,1,4", "--lang", ""
    )
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err.splitlines() == [
        "rangemap: command line: detail is 'fine': expected low, medium or high",
        "command line: extent is '1,2,1,4': has zero width (west equals east); expected WEST,SOUTH,EAST,NORTH",
        "command line: lang is '': is empty; give a value or omit it",
    ]
    assert not output.exists()


def test_unknown_options_are_usage_errors(run):
    outcome = run("check", "--colour", "red")
    assert outcome.status == 2
    assert "--colour" in outcome.err


def test_a_map_without_an_output_is_a_usage_error(run):
    outcome = run("map", *FROM, *WEAPON)
    assert (outcome.status, outcome.out) == (2, "")
    assert "no output; name a file with -o FILE" in outcome.err


def test_an_unknown_output_format_is_refused_before_anything_is_written(run, tmp_path):
    outcome = run("map", *FROM, *WEAPON, "-o", tmp_path / "a.csv", "-o", tmp_path / "b.docx")
    assert outcome.status == 2
    assert "cannot write .docx" in outcome.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("target", ["missing/a.csv", "folder", "file/a.csv"])
def test_an_unwritable_output_is_named(run, tmp_path, target):
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "file").write_text("here")
    path = tmp_path / (target if target != "folder" else "folder.csv")
    for command in (["map", "-o", path], ["check", "-o", path]):
        outcome = run(*command, *FROM, *WEAPON)
        assert (outcome.status, outcome.out) == (1, "")
        assert outcome.err.count("\n") == 1
        assert str(path) in outcome.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder.csv"]


def test_a_refused_run_leaves_the_old_output_unchanged(run, tmp_path):
    old = tmp_path / "a.csv"
    old.write_text("old")
    assert run("map", *FROM, "-w", "Nobody's", "-o", old).status == 1
    assert old.read_text() == "old"


def test_names_from_a_file_cannot_control_the_terminal(run, tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("name,lat,lon\n\x1b[2Jgone\x07,0,0\n")
    words = ["-f", "0,0", "--range", "1 km", "--sites", path]
    assert "\x1b" not in run("check", *words).out
    # Data formats contain the cell unchanged, next to the displayed name.
    (row,) = json.loads(run("check", *words, "--format", "json").out)
    assert (row["site"], row["name"]) == ("\ufffd[2Jgone\ufffd", "\x1b[2Jgone\x07")
