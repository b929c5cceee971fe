"""The import commands end to end: output, files, errors, and use of the result."""

import csv
import json
import re
import shlex
from pathlib import Path

import pytest
from geographiclib.geodesic import Geodesic

from rangemap.importing import sites, weapons

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "import.md").read_text("utf-8")
WEAPONS = (
    "name;category;country;range_km;publisher;date\nA;rocket;X;300;P;2024\nB;rocket;X;;P;2024\n"
)
SITES = "name,lat,lon,country,kind,publisher\nErbil,36.1912,44.0094,Iraq,city,P\nNowhere,95,1,Iraq,city,P\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "w.csv").write_text(WEAPONS)
    (tmp_path / "s.csv").write_text(SITES)
    return tmp_path


def test_the_import_page_is_accurate(run, tmp_path, monkeypatch):
    """Files, commands and their output are exactly those of the page."""
    monkeypatch.chdir(tmp_path)
    for name, content in re.findall(r"```csv (\S+)\n(.*?)```", PAGE, re.DOTALL):
        (tmp_path / name).write_text(content, "utf-8")
    steps = re.findall(r"^    (rangemap .+)$|```text\n([\s\S]*?)```", PAGE, re.MULTILINE)
    statuses = []
    said = ""
    for command, words in steps:
        if command:
            outcome = run(*shlex.split(command)[1:])
            statuses.append(outcome.status)
            said = outcome.err
        else:
            assert said == words
    # The first run stops at an ambiguous mile; one row of the sites is not read.
    assert statuses == [1, 0, 0, 0, 1, 0]
    assert len([words for _, words in steps if words]) == 2
    assert (tmp_path / "left.csv").read_text("utf-8") == (
        'row,reason,Name,Breite,Länge,Country\n4,"latitude is empty; fill it in, or remove the row",Nowhere,,,Iraq\n'
    )


def test_the_readme_links_to_the_page():
    assert "(docs/import.md)" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize(("group", "file"), [("weapons", "w.csv"), ("sites", "s.csv")])
def test_an_unreadable_row_stops_the_import_unless_keep_going_is_given(run, here, group, file):
    outcome = run(group, "import", file, "-o", "out")
    assert (outcome.status, outcome.out) == (1, "")
    assert f"\n{file}: row 3: " in outcome.err
    assert "\n2 rows read: 1 " in outcome.err
    assert ", 1 not read\n" in outcome.err
    assert outcome.err.endswith(
        f"rangemap: {file}: 1 of 2 rows could not be read; nothing written: fix them, or write the"
        " others with --keep-going\n"
    )
    assert sorted(p.name for p in here.iterdir()) == ["s.csv", "w.csv"]

    outcome = run(group, "import", file, "-o", "out", "--keep-going", "--rejects", "left.csv")
    assert outcome.status == 1
    assert "wrote out" in outcome.err
    with (here / "left.csv").open(encoding="utf-8", newline="") as left:
        (bad,) = csv.DictReader(left)
    assert (bad["row"], bad["name"]) == ("3", "B" if group == "weapons" else "Nowhere")
    assert bad["reason"]


def test_rejected_rows_can_be_fixed_and_imported(run, here):
    run("weapons", "import", "w.csv", "--rejects", "left.csv")
    text = (here / "left.csv").read_text("utf-8")
    assert ",B,rocket,X,,P,2024" in text
    (here / "left.csv").write_text(text.replace("X,,P", "X,250,P"), "utf-8")
    outcome = run("weapons", "import", "left.csv")
    assert outcome.status == 0
    assert "range: about 250 km" in outcome.out


def test_data_is_written_to_standard_output_and_messages_to_standard_error(run, here):
    (here / "w.csv").write_text(WEAPONS.replace("X;;P", "X;200;P"))
    outcome = run("weapons", "import", "w.csv")
    assert outcome.status == 0
    assert outcome.out.startswith("weapons:\n  - id: a\n")
    assert outcome.err.startswith("w.csv: interpreted with\n  encoding     UTF-8")
    assert outcome.err.endswith("2 rows read: 2 claims of 2 weapons\n")
    assert run("weapons", "import", "w.csv").out == outcome.out


def test_a_table_without_a_header_is_read_by_number(run, here):
    (here / "w.csv").write_text("A;300\n")
    options = ["--column", "name=#1", "--column", "range=#2", "--unit", "km", "--publisher", "P",
            "--fill", "country=X", "--fill", "category=c", "--header-row", "0"]  # fmt: skip
    outcome = run("weapons", "import", "w.csv", *options, "--save-decisions", "how.yaml")
    assert outcome.status == 0
    assert run("weapons", "import", "w.csv", "--decisions", "how.yaml").out == outcome.out


def test_a_dry_run_writes_nothing(run, here):
    outcome = run("sites", "import", "s.csv", "-o", "o.geojson", "--keep-going", "--dry-run",
                  "--rejects", "r.csv", "--save-decisions", "d.yaml")  # fmt: skip
    assert outcome.status == 1
    assert outcome.out == ""
    assert "nothing written (--dry-run)" in outcome.err
    assert sorted(p.name for p in here.iterdir()) == ["s.csv", "w.csv"]


def test_a_file_without_a_valid_row_writes_nothing(run, here):
    (here / "w.csv").write_text("name;category;country;range_km;publisher\n")
    outcome = run("weapons", "import", "w.csv", "-o", "o.yaml", "--keep-going")
    assert (outcome.status, (here / "o.yaml").exists()) == (1, False)
    assert outcome.err.endswith("w.csv: no row could be read; nothing to write\n")


def test_the_rejects_file_lists_every_bad_row(run, here):
    (here / "s.csv").write_text(SITES + "".join(f"N{i},95,1,Iraq,city,P\n" for i in range(50)))
    outcome = run("sites", "import", "s.csv", "--rejects", "left.csv")
    assert outcome.err.count("latitude 95 is outside") == 20
    assert "and 31 more; list them all with --rejects FILE" in outcome.err
    assert "52 rows read: 1 place, 51 not read" in outcome.err
    assert len((here / "left.csv").read_text().splitlines()) == 52


def test_saved_decisions_read_the_next_delivery_in_the_same_way(run, here):
    (here / "first.csv").write_text("System;Weite;Von\nA;1.300;P\nB;2,5;P\n")
    options = ["--column", "range=Weite", "--column", "publisher=Von", "--fill", "country=X",
            "--fill", "category=rocket", "--unit", "km"]  # fmt: skip
    outcome = run("weapons", "import", "first.csv", *options, "--save-decisions", "how.yaml")
    assert outcome.status == 0
    # The next delivery has no evidence for its decimal separator, and has a new column.
    (here / "second.csv").write_text("System;Weite;Von;note\nC;1.300;P;new\n")
    assert run("weapons", "import", "second.csv", *options).status == 1
    outcome = run("weapons", "import", "second.csv", "--decisions", "how.yaml")
    assert outcome.status == 0
    assert "range: about 1,300 km" in outcome.out
    assert "new" not in outcome.out
    assert "not used     columns 'note'" in outcome.err
    # An option overrides a saved decision.
    outcome = run(
        "weapons", "import", "second.csv", "--decisions", "how.yaml", "--decimal", "point"
    )
    assert "range: about 1.3 km" in outcome.out
    assert "path" not in (here / "how.yaml").read_text()
    assert str(here) not in (here / "how.yaml").read_text()


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("decimal: dot", "how.yaml:1: decimal is 'dot'"),
        ("colums: {}", "how.yaml:1: colums: unknown key; did you mean 'columns'?"),
        ("header_row: -1", "how.yaml:1: header_row is '-1'"),
        ("columns: {nmae: x}", "--column nmae=...: no such field; did you mean 'name'?"),
        ("wrap: !!python/object:os.system x", "tag"),
    ],
)
def test_invalid_decisions_are_refused_with_the_line(run, here, content, part):
    (here / "how.yaml").write_text(content)
    outcome = run("weapons", "import", "w.csv", "--decisions", "how.yaml")
    assert outcome.status in {1, 2}
    assert part in outcome.err
    assert outcome.err.count("\n") == 1


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("words", [["--decimal", "dot"], ["--column", "range"], ["--mile", "sea"]])
def test_invalid_options_are_usage_errors(run, words):
    outcome = run("weapons", "import", "w.csv", *words)
    assert (outcome.status, outcome.out) == (2, "")


def test_a_missing_file_gives_a_one_line_error(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = run("sites", "import", "none.csv")
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err == "rangemap: none.csv: cannot be read: No such file or directory\n"


def test_imported_files_can_be_checked_and_drawn_directly(run, here):
    (here / "w.csv").write_text(
        "name,category,country,Range,publisher,title,url,date\n"
        '"{{7*7}}<b>",anti-ship missile,X,up to 150 nmi,P,T,https://example.org/a,2024-01\n'
        '"{{7*7}}<b>",anti-ship missile,X,up to 120 nmi,Q,,,\n'
    )
    (here / "s.csv").write_text(
        "name,lat,lon,country,kind,publisher\nStart,33.7856,42.4412,Iraq,base,P\n"
        "Near,36.1912,44.0094,Iraq,city,P\nFar,25.1173,51.315,Qatar,base,P\n"
    )
    assert run("weapons", "import", "w.csv", "-o", "mine.yaml").status == 0
    assert run("sites", "import", "s.csv", "-o", "mine.geojson").status == 0
    assert run("weapons", "validate", "mine.yaml").status == 0
    assert run("sites", "validate", "mine.geojson").status == 0
    words = [
        "--catalogue",
        "mine.yaml",
        "--registry",
        "mine.geojson",
        "-f",
        "Start",
        "-w",
        "{{7*7}}<b>",
    ]
    rows = json.loads(run("check", *words, "--format", "json").out)
    assert [(row["site"], row["verdict"]) for row in rows if row["site"] != "Start"] == [
        ("Near", "outside"), ("Far", "outside"),
    ]  # fmt: skip
    near = next(row for row in rows if row["site"] == "Near")
    truth = Geodesic.WGS84.Inverse(33.7856, 42.4412, 36.1912, 44.0094)["s12"]
    assert near["distance_km"] == pytest.approx(truth / 1000, abs=0.001)
    assert (near["low_km"], near["high_km"]) == (222.24, 277.8)  # 120 and 150 times 1.852
    outcome = run("map", *words, "-o", "x.html")
    assert outcome.status == 0
    page = (here / "x.html").read_text("utf-8")
    assert "49<b>" not in page
    assert "{{7*7}}" not in page


@pytest.mark.parametrize(
    ("group", "fields"),
    [("weapons", weapons.FIELDS), ("sites", sites.FIELDS)],
    ids=["weapons", "sites"],
)
def test_help_and_the_page_list_every_option_and_field(run, group, fields):
    outcome = run(group, "import", "--help")
    assert outcome.status == 0
    names = ", ".join(field.name for field in fields)
    assert f"Fields: {names}." in " ".join(outcome.out.split())
    for field in fields:
        assert f"`{field.name}`" in PAGE
    for option in re.findall(r"--[a-z-]+", outcome.out):
        assert f"{option}" in PAGE or option in {"--output", "--help"}
