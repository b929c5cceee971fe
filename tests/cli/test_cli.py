"""The commands: exact exit status, standard output and standard error."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pytest

import rangemap as rm
from rangemap.check.table import COLUMNS, SUMMARY_COLUMNS
from rangemap.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "maps" / "iraq-2024.yaml"
SELECTION = ["--from", "Jurf Al Sakhar", "-w", "Fateh-110", "-s", "Ain Al Asad"]


def test_the_example_scenario_is_a_plain_table_in_a_pipe(run):
    outcome = run("check", EXAMPLE)
    assert (outcome.status, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert len(lines) == 7
    assert lines[0].split() == [
        "origin", "weapon", "site", "distance", "range", "published", "verdict", "claims",
        "margin", "reason",
    ]  # fmt: skip
    fateh = next(line for line in lines if "Fateh-110" in line and "Asad" in line)
    assert re.search(r"194 km +193–500 km +disputed +6 of 7 +\+306 km +claims differ", fateh)
    assert "\x1b" not in outcome.out


def test_csv_json_and_python_give_the_same_table(run, tmp_path):
    as_csv = run("check", EXAMPLE, "--format", "csv").out
    as_json = json.loads(run("check", EXAMPLE, "--format", "json").out)
    rows = list(csv.DictReader(as_csv.splitlines()))
    assert tuple(rows[0]) == COLUMNS
    assert [{k: "" if v is None else str(v) for k, v in row.items()} for row in as_json] == rows
    frame = rm.Scenario.read(EXAMPLE).check()
    assert frame["distance_km"].tolist() == [row["distance_km"] for row in as_json]
    assert frame["verdict"].tolist() == [row["verdict"] for row in as_json]
    outcome = run("check", EXAMPLE, "-o", tmp_path / "t.csv")
    assert (outcome.status, outcome.out) == (0, "")
    written = list(csv.DictReader((tmp_path / "t.csv").read_text("utf-8-sig").splitlines()))
    assert tuple(written[0]) == (*COLUMNS, "edition")
    assert [{k: v for k, v in row.items() if k != "edition"} for row in written] == rows


def test_map_csv_and_geojson_contain_the_figures_of_check(run, tmp_path):
    outcome = run("map", EXAMPLE, "-o", tmp_path / "m.csv", "-o", tmp_path / "m.geojson")
    assert outcome.status == 0
    run("check", EXAMPLE, "-o", tmp_path / "c.csv")
    assert (tmp_path / "m.csv").read_bytes() == (tmp_path / "c.csv").read_bytes()
    rows = list(csv.DictReader((tmp_path / "c.csv").read_text("utf-8-sig").splitlines()))
    features = json.loads((tmp_path / "m.geojson").read_text("utf-8"))["features"]
    verdicts = {
        (feature["properties"]["name"], verdict["weapon"]): verdict
        for feature in features
        if feature["properties"]["feature"] == "site"
        for verdict in feature["properties"]["verdicts"]
    }
    for row in rows:
        verdict = verdicts[row["site"], row["weapon"]]
        for key in (
            "distance_km",
            "margin_km",
            "precision_km",
            "verdict",
            "reason",
            "claims_reaching",
            "claims",
        ):
            assert str(verdict[key]) == row[key]
    for feature in features:
        if feature["properties"]["feature"] == "ring":
            same = next(row for row in rows if row["weapon"] == feature["properties"]["weapon"])
            for key in ("low_km", "headline_km", "headline_published", "high_km", "edition"):
                assert str(feature["properties"][key]) == same[key]


def test_the_summary_counts_for_each_ring(run):
    outcome = run("check", EXAMPLE, "--summary", "--format", "json")
    rows = json.loads(outcome.out)
    assert tuple(rows[0]) == SUMMARY_COLUMNS
    assert [(r["weapon"], r["sites"], r["inside"], r["disputed"], r["outside"]) for r in rows] == [
        ("Shahed-136", 2, 2, 0, 0), ("Al Aqsa", 2, 1, 0, 1), ("Fateh-110", 2, 0, 2, 0),
    ]  # fmt: skip


def test_only_filters_rows_by_verdict(run):
    outcome = run("check", EXAMPLE, "--only", "outside", "--only", "disputed", "--format", "json")
    assert [row["verdict"] for row in json.loads(outcome.out)] == [
        "outside",
        "disputed",
        "disputed",
    ]


@pytest.mark.parametrize(("radius", "status"), [("10 km", 0), ("200 km", 3)])
def test_the_exit_status_reports_whether_anything_is_within_range(run, radius, status):
    words = ["check", "-f", "Jurf Al Sakhar", "--range", radius, "-s", "Ain Al Asad", "--exit-code"]
    outcome = run(*words)
    assert outcome.status == status
    assert "Ain Al Asad" in outcome.out


def test_an_option_overrides_the_key_of_a_scenario(run):
    outcome = run("check", EXAMPLE, "-w", "Al Aqsa", "-s", "Erbil", "--format", "csv")
    assert [line.split(",")[2:4] for line in outcome.out.splitlines()[1:]] == [["Al Aqsa", "Erbil"]]


def test_units_affect_the_display_and_files_stay_in_kilometres(run):
    shown = run("check", *SELECTION, "--units", "mi")
    assert re.search(r"120 mi +120–310 mi +up to 193 km; up to 300 km; up to 500 km", shown.out)
    assert (
        '"distance_km": 193.977'
        in run("check", *SELECTION, "--units", "mi", "--format", "json").out
    )


def test_without_sites_the_whole_registry_is_checked(run):
    outcome = run("check", "-f", "Erbil", "-w", "Al Aqsa", "--format", "json")
    places = json.loads(run("sites", "list", "--format", "json").out)
    rows = json.loads(outcome.out)
    assert sorted(row["site_id"] for row in rows) == sorted(place["id"] for place in places)
    distances = [row["distance_km"] for row in rows]
    assert distances == sorted(distances)


def test_origins_from_a_file_are_added_to_others(run, tmp_path):
    path = tmp_path / "o.csv"
    path.write_text("name,lat,lon,precision_km\nA,0,0,0.5\nB,0,1,0\n")
    outcome = run(
        "check",
        "-f",
        "0,2",
        "--origins",
        path,
        "--range",
        "120 km",
        "-s",
        "0,0",
        "--format",
        "json",
    )
    rows = json.loads(outcome.out)
    assert [(r["origin"], r["origin_kind"], r["verdict"], r["precision_km"]) for r in rows] == [
        ("0,2", "position", "outside", 0), ("A", "site", "inside", 0.5), ("B", "site", "inside", 0),
    ]  # fmt: skip


def test_a_site_is_selected_from_a_file(run, tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("id,name,lat,lon\n1,Twin,0,0\n2,Twin,0,1\n3,Other,0,2\n")
    words = ["check", "-f", "0,0", "--range", "1 km", "--sites", path, "--format", "json"]
    assert len(json.loads(run(*words).out)) == 3
    assert [row["site_id"] for row in json.loads(run(*words, "-s", "2", "-s", "other").out)] == [
        "2",
        "3",
    ]
    refused = run(*words, "-s", "Twin")
    assert refused.status == 2
    assert "'Twin' is 2 times" in refused.err


def test_a_category_skips_weapons_without_a_range_with_a_note(run, tmp_path):
    path = tmp_path / "w.yaml"
    path.write_text(
        "weapons:\n"
        "  - {id: a, name: A, country: X, category: rocket, claims: [{id: c, range: 9 km, source: {publisher: P}}]}\n"
        "  - {id: b, name: B, country: X, category: rocket, claims: [{id: c, kind: class, source: {publisher: P}}]}\n"
    )
    outcome = run(
        "check",
        "-f",
        "0,0",
        "-s",
        "0,0",
        "--category",
        "Rocket",
        "--catalogue",
        path,
        "--format",
        "csv",
    )
    assert outcome.status == 0
    assert len(outcome.out.splitlines()) == 2
    assert "skipped: weapon 'B' has no published range" in outcome.err
    refused = run("check", "-f", "0,0", "-s", "0,0", "-w", "B", "--catalogue", path)
    assert refused.status == 1


def test_the_version_is_printed(run):
    assert run("--version") == (0, f"rangemap {rm.__version__}\n", "")


def commands():
    yield []
    for info in app.registered_commands:
        yield [info.name]
    for group in app.registered_groups:
        yield [group.name]
        for info in group.typer_instance.registered_commands:
            yield [group.name, info.name or info.callback.__name__]


@pytest.mark.parametrize(
    "command", list(commands()), ids=lambda words: " ".join(words) or "rangemap"
)
def test_every_command_has_help_and_is_documented(run, command):
    outcome = run(*command, "--help")
    assert outcome.status == 0
    assert "Usage: rangemap" in outcome.out
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    assert any(" ".join(["rangemap", *command]) in page.read_text("utf-8") for page in pages)
    if len(command) and command[0] in {"map", "check"}:
        assert re.search(r"Example: rangemap", outcome.out)
        for option in ("--weapon", "--from", "--range", "--sites", "--as-of", "--units"):
            assert option in outcome.out


def test_shell_completion_is_available(run):
    outcome = run("--help")
    assert "--install-completion" in outcome.out


def test_a_closed_pipe_ends_quietly(tmp_path):
    path = tmp_path / "many.csv"
    path.write_text("name,lat,lon\n" + "A,1,1\n" * 50_000)  # several megabytes of verdicts
    script = "import sys; from rangemap.cli.app import main; main()"
    words = ["check", "-f", "1,1", "--range", "1 km", "--sites", str(path), "--format", "csv"]
    with subprocess.Popen(
        [sys.executable, "-c", script, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
        process.wait(60)
    assert err == b""
    # Some kernels report a closed reader to the writer, others accept the data.
    assert process.returncode in {0, 1}


def test_every_output_identifies_origins_that_are_towns_or_grid_squares(run, tmp_path):
    words = ["-f", "Cologne", "-f", "38SLC", "--range", "300 km", "-s", "Paris, FR"]
    outcome = run("check", *words, "--format", "json")
    assert outcome.err == (
        "rangemap: origin Cologne, DE: town position from GeoNames (CC BY 4.0), accurate to 5 km\n"
        "rangemap: origin 38SLC: centre of an MGRS square, accurate to 71.2 km\n"
    )
    notes = rm.Scenario(origins=["Cologne", "38SLC"], ranges=["300 km"]).notes()
    assert [f"rangemap: {note}" for note in notes] == outcome.err.splitlines()
    rows = json.loads(outcome.out)
    assert [(row["origin"], row["origin_kind"], row["site_id"]) for row in rows] == [
        ("Cologne, DE", "town", "geonames:2988507"),
        ("38SLC", "position", "geonames:2988507"),
    ]
    assert [row["precision_km"] for row in rows] == [10.0, pytest.approx(76.2, abs=0.01)]
    outputs = [tmp_path / f"x.{suffix}" for suffix in ("geojson", "html", "kml", "gpkg")]
    assert run("map", *words, *(word for path in outputs for word in ("-o", path))).status == 0
    features = json.loads((tmp_path / "x.geojson").read_text("utf-8"))["features"]
    origins = [f["properties"] for f in features if f["properties"]["feature"] == "origin"]
    assert [(o["origin_kind"], o.get("credit")) for o in origins] == [
        ("town", "GeoNames (CC BY 4.0)"),
        ("position", None),
    ]
    assert '"kind":"town"' in (tmp_path / "x.html").read_text("utf-8")
    kml = (tmp_path / "x.kml").read_text("utf-8")
    assert "town, accurate to 5 km. Position: GeoNames (CC BY 4.0)." in kml
    layer = gpd.read_file(tmp_path / "x.gpkg", layer="origins")
    assert layer["credit"].fillna("").tolist() == ["GeoNames (CC BY 4.0)", ""]


@pytest.mark.parametrize(
    "words",
    [
        ["check", "--sites", "s.csv", "-o", "folder/../s.csv"],
        ["check", "--sites", "s.csv", "--summary", "--rejects", "s.csv"],
        ["check", "--origins", "s.csv", "-o", "link.csv"],
        ["map", "--sites", "s.csv", "-o", "s.csv"],
        ["map", "m.yaml"],
    ],
)
def test_no_output_replaces_an_input_file(run, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    table = "name,lat,lon\nA,33.1,44.2\n"
    Path("s.csv").write_text(table)
    Path("link.csv").symlink_to("s.csv")
    Path("folder").mkdir()
    Path("m.yaml").write_text(
        "sites: s.csv\norigins: [Tehran]\nweapons: [Fateh-110]\noutputs: [s.csv]"
    )
    options = [] if "m.yaml" in words else ["-f", "Tehran", "-w", "Fateh-110"]
    outcome = run(*words, *options)
    assert outcome.status == 1
    assert "would overwrite the input file" in outcome.err
    assert Path("s.csv").read_text() == table


def test_an_import_does_not_replace_its_input(run, tmp_path):
    table = tmp_path / "s.csv"
    table.write_text("name,lat,lon,country,kind,publisher\nA,33.1,44.2,Iraq,town,P\n")
    content = table.read_text()
    outcome = run("sites", "import", table, "-o", table)
    assert outcome.status == 1
    assert "would overwrite the input file" in outcome.err
    assert table.read_text() == content


def test_a_single_value_option_cannot_be_repeated(run, tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("name,lat,lon\nA,33.1,44.2\n")
    two = ["--sites", tmp_path / "a.csv", "--sites", tmp_path / "b.csv"]
    outcome = run("check", "-f", "Tehran", "-w", "Fateh-110", *two)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == "rangemap: --sites is given twice but takes one value; remove one\n"
    # A flag may be repeated, and a list option takes every value.
    flags = run("check", *SELECTION, "-s", "Erbil", "--summary", "--summary")
    assert (flags.status, flags.err) == (0, "")


def test_a_file_without_sites_is_reported(run, tmp_path):
    (tmp_path / "s.csv").write_text("name,lat,lon\n")
    outcome = run("check", "-f", "Tehran", "-w", "Fateh-110", "--sites", tmp_path / "s.csv")
    assert outcome.status == 0
    assert "s.csv: contains no sites, so nothing is checked" in outcome.err


def test_an_invalid_bare_range_is_named(run):
    outcome = run("check", "-f", "Tehran", "--range", "Patrol=250")
    assert outcome.status == 1
    assert outcome.err.startswith("rangemap: '250' has no unit; write km")


def test_a_partial_name_is_completed_in_suggestions(run):
    outcome = run("weapons", "show", "Fateh")
    assert outcome.status == 1
    assert "closest: Fateh-110, Fateh-313," in outcome.err


def test_a_notebook_completes_the_public_names():
    assert dir(rm) == rm.__all__
