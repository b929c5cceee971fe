"""The Python interface: frames for other libraries, and warnings about omissions."""

import json
import warnings
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

import rangemap as rm

SCENARIO = rm.Scenario(
    origins=["Jurf Al Sakhar", "0,179.9"],
    weapons=["Fateh-110"],
    ranges=["Band=300-3000 km (min 20 km)", "Patrol=70 km"],
    sites=["Erbil"],
)


def read(path):
    return gpd.read_parquet(path) if path.suffix == ".parquet" else gpd.read_file(path)


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".fgb", ".parquet"])
def test_rings_round_trip_through_geopandas(tmp_path, suffix):
    frame = SCENARIO.rings()
    assert frame.select_dtypes("geometry").columns.tolist() == ["geometry"]
    assert len(frame) == 6
    path = tmp_path / f"rings{suffix}"
    frame.to_parquet(path) if suffix == ".parquet" else frame.to_file(path)
    found = read(path)
    assert found.crs.to_epsg() == 4326
    key = ["origin", "weapon"]
    found, frame = (each.sort_values(key, ignore_index=True) for each in (found, frame))
    for column in ("low_km", "headline_km", "headline_published", "high_km", "claims"):
        assert found[column].tolist() == frame[column].tolist(), column
    assert found["min_km"].dtype == "float64"
    assert found["min_km"].isna().tolist() == frame["min_km"].isna().tolist()
    assert shapely.equals(
        shapely.normalize(found.geometry.values), shapely.normalize(frame.geometry.values)
    ).all()


@pytest.mark.parametrize("ranges", [["70 km"], ["at least 70 km"], ["19,990 km"]])
def test_rings_without_a_minimum_or_a_note_can_be_written(tmp_path, ranges):
    frame = rm.Scenario(origins=["33,44"], ranges=ranges).rings()
    assert frame["min_km"].dtype == "float64"
    frame.to_file(tmp_path / "r.gpkg")
    frame.to_parquet(tmp_path / "r.parquet")
    assert len(gpd.read_file(tmp_path / "r.gpkg")) == 1


def test_a_ring_without_an_area_keeps_its_row(tmp_path):
    """The smallest published minimum exceeds the headline, so that nothing is between them."""
    (tmp_path / "w.yaml").write_text(
        "weapons:\n- {id: w, name: W, country: A, category: rocket, claims: ["
        "{id: a, range: 100 km, source: {publisher: A}}, {id: b, range: 90 km, source: {publisher: B}},"
        "{id: c, range: 500 km (min 200 km), source: {publisher: C}}]}\n"
    )
    scenario = rm.Scenario(
        origins=["0,0"], weapons=["W"], ranges=["5 km"], catalogue=[str(tmp_path / "w.yaml")]
    )
    frame = scenario.rings()
    assert frame["weapon"].tolist() == ["W", "5 km"]
    assert frame.geometry.is_empty.tolist() == [True, False]
    frame.to_file(tmp_path / "r.gpkg")
    assert len(gpd.read_file(tmp_path / "r.gpkg")) == 2


def test_layers_match_those_of_the_geopackage(run, tmp_path):
    layers = SCENARIO.layers()
    path = tmp_path / "m.gpkg"
    words = [word for text in SCENARIO.origins for word in ("--from", text)]
    words += [word for text in SCENARIO.ranges for word in ("--range", text)]
    assert run("map", *words, "-w", "Fateh-110", "-s", "Erbil", "-o", path).status == 0
    written = [name for name in gpd.list_layers(path)["name"] if name != "layer_styles"]
    assert list(layers) == written
    for name, frame in layers.items():
        assert len(gpd.read_file(path, layer=name)) == len(frame)
        assert frame.select_dtypes("geometry").shape[1] == 1
        frame.to_file(tmp_path / f"{name}.fgb")


LEFT_OUT = {
    # the call, on a category in which two weapons have no figures
    "select": lambda scenario: scenario.select(),
    "check": lambda scenario: scenario.check(),
    "rings": lambda scenario: scenario.rings(),
    "layers": lambda scenario: scenario.layers(),
    "map": lambda scenario: scenario.map(),
    "figure": lambda scenario: scenario.figure(),
}


@pytest.mark.parametrize("method", LEFT_OUT)
def test_omitted_weapons_are_a_warning_at_the_callers_line(run, method):
    scenario = rm.Scenario(origins=["Baghdad"], categories=["armed drone"], sites=["Erbil"])
    with pytest.warns(rm.RangemapWarning) as caught:
        LEFT_OUT[method](scenario)
    assert [Path(each.filename) for each in caught] == [Path(__file__)] * len(caught)
    command = run("check", "--from", "Baghdad", "--category", "armed drone", "-s", "Erbil")
    printed = [line for line in command.err.splitlines() if "skipped" in line]
    assert len(printed) == 2
    assert [f"rangemap: {each.message}" for each in caught] == printed
    assert set(printed) <= {f"rangemap: {note}" for note in scenario.notes()}


def test_a_publisher_without_a_claim_is_a_warning():
    scenario = rm.Scenario(
        origins=["Baghdad"], weapons=["Fateh-110"], sites=["Erbil"], prefer="Nobody at All"
    )
    with pytest.warns(
        rm.RangemapWarning, match="no selected weapon has a claim by 'Nobody at All'"
    ):
        scenario.check()


def test_the_precision_of_a_town_is_a_note_and_not_a_warning():
    scenario = rm.Scenario(origins=["Cologne"], ranges=["300 km"], sites=["Bonn"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for call in LEFT_OUT.values():
            call(scenario)
    assert "accurate to 5 km" in scenario.notes()[0]


def test_characters_missing_from_the_font_are_a_warning():
    scenario = rm.Scenario(origins=["0,0"], ranges=["北京=300 km"], sites=["0,0"])
    with pytest.warns(rm.RangemapWarning, match="--font") as caught:
        scenario.figure()
    assert {Path(each.filename) for each in caught} == {Path(__file__)}


def test_check_has_columns_of_float_integer_and_categorical_type():
    table = rm.Scenario(
        origins=["Baghdad"], weapons=["Fateh-110"], sites=["Erbil", "Basra", "Hit"]
    ).check()
    assert table["verdict"].cat.ordered
    assert table["verdict"].cat.categories.tolist() == [
        "inside",
        "disputed",
        "too_close",
        "outside",
    ]
    assert table.sort_values("verdict")["verdict"].astype(str).iloc[0] == "inside"
    assert {table[name].dtype.name for name in ("verdict", "reason", "origin_kind")} == {"category"}
    kinds = {name: table[name].dtype.kind for name in table if name.endswith("_km")}
    assert set(kinds.values()) == {"f"}
    assert table["claims"].dtype == table["claims_reaching"].dtype == "int64"


def test_per_site_is_the_table_of_the_command(run):
    words = ["--from", "Baghdad", "-w", "Fateh-110", "-w", "Al Aqsa", "-s", "Erbil", "-s", "Hit"]
    printed = run("check", *words, "--per-site", "--format", "json")
    table = rm.Scenario(
        origins=["Baghdad"], weapons=["Fateh-110", "Al Aqsa"], sites=["Erbil", "Hit"]
    ).per_site()
    assert json.loads(table.to_json(orient="records")) == json.loads(printed.out)
    assert table["verdict"].cat.ordered
    assert table["systems_inside"].dtype == table["systems_disputed"].dtype == "int64"


FORMATS = {
    # the command, its files, and what stands beside them
    "to_file": ("map", "html png svg pdf geojson kml kmz gpkg fgb parquet shp.zip csv"),
    "report": ("report", "html pdf docx md"),
}


@pytest.mark.parametrize("method", FORMATS)
@pytest.mark.thorough
def test_files_are_those_of_the_command(run, tmp_path, method):
    command, suffixes = FORMATS[method]
    names = [f"a.{suffix}" for suffix in suffixes.split()]
    theirs, ours = tmp_path / "command", tmp_path / "python"
    theirs.mkdir()
    ours.mkdir()
    words = [word for name in names for word in ("-o", theirs / name)]
    given = ("--from", "Baghdad", "-w", "Fateh-110", "-s", "Erbil")
    assert run(command, *given, *words).status == 0
    scenario = rm.Scenario(origins="Baghdad", weapons="Fateh-110", sites=["Erbil"])
    written = getattr(scenario, method)(*(ours / name for name in names))
    assert sorted(written) == sorted(ours.iterdir())
    assert sorted(path.name for path in written) == sorted(path.name for path in theirs.iterdir())
    for path in written:
        assert path.read_bytes() == (theirs / path.name).read_bytes(), path.name


@pytest.mark.parametrize("suffix", ["json", "xlsx", "csv"])
def test_tables_are_those_of_the_command(run, tmp_path, suffix):
    (tmp_path / "s.csv").write_text("name,lat,lon,staff\nA,33,44,5\n")
    theirs, ours = tmp_path / f"command.{suffix}", tmp_path / f"python.{suffix}"
    given = ("--from", "Baghdad", "-w", "Fateh-110", "--sites", tmp_path / "s.csv")
    assert run("check", *given, "-o", theirs).status == 0
    scenario = rm.Scenario(origins="Baghdad", weapons="Fateh-110", sites=tmp_path / "s.csv")
    assert scenario.to_file(ours) == [ours]
    assert ours.read_bytes() == theirs.read_bytes()


def test_without_a_name_the_outputs_of_the_scenario_are_written(tmp_path):
    scenario = rm.Scenario(origins="Baghdad", ranges="5 km", outputs=tmp_path / "a.geojson")
    assert scenario.to_file() == [tmp_path / "a.geojson"]
    with pytest.raises(rm.RangemapError, match="no output file"):
        rm.Scenario(origins="Baghdad", ranges="5 km").to_file()


def test_a_file_that_cannot_be_written_leaves_the_others(tmp_path):
    (tmp_path / "s.csv").write_text("name,lat,lon\nA,33,44\n")
    scenario = rm.Scenario(origins="Baghdad", ranges="5 km", sites=tmp_path / "s.csv")
    for method in (scenario.to_file, scenario.report):
        with pytest.raises(rm.UsageError, match=r"\.md: cannot write a file without a suffix; exp"):
            method(tmp_path / ".md")
    with pytest.raises(rm.RangemapError, match=r"cannot write \.doc; expected .*\.html"):
        scenario.to_file(tmp_path / "a.csv", tmp_path / "a.doc")
    with pytest.raises(rm.RangemapError, match=r"would overwrite the input file .*s\.csv"):
        scenario.to_file(tmp_path / "a.geojson", tmp_path / "s.csv")
    with pytest.raises(rm.RangemapError, match=r"no/a\.csv: cannot be written"):
        scenario.to_file(tmp_path / "b.geojson", tmp_path / "no" / "a.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["s.csv"]


@pytest.mark.parametrize("method", ["to_file", "report"])
def test_what_a_file_leaves_out_is_a_warning_on_the_line_of_the_caller(tmp_path, method):
    scenario = rm.Scenario(origins="Baghdad", ranges="北京=300 km", sites=["Erbil"])
    with pytest.warns(rm.RangemapWarning, match="--font") as caught:
        getattr(scenario, method)(tmp_path / "a.pdf")
    assert {Path(each.filename) for each in caught} == {Path(__file__)}
