"""A local base map has what its extract has, where it is; broken extracts are refused in one line."""

import json
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

import rangemap as rm
from rangemap.errors import DocumentError
from rangemap.render.extract import local_map as local
from rangemap.render.extract import process, reading
from rangemap.render.extract.features import Collected, thinned
from rangemap.render.extract.local_map import COPYRIGHT_PAGE, local_map
from rangemap.render.extract.reading import OPENSTREETMAP, plain_credit
from rangemap.render.extract.schema import COARSEST_M_PER_PX, SOURCES, MapClass
from rangemap.render.wording import local_credit
from rangemap.scenario.read import read_selection
from tests.conftest import ROOT
from tests.render.extract.town import (
    DRAWN,
    ESTATE,
    LAKE,
    LAT,
    LON,
    PLACES,
    RAILWAY,
    RIVER,
    ROADS,
    WRITERS,
    farthest_m,
    features,
    write_geofabrik,
    write_other_tags,
    write_tagged,
)  # fmt: skip

NEAR_M = 15.0


@pytest.fixture
def same_process(monkeypatch):
    """Read in this process, which takes a tenth of the time."""

    def read(request):
        answer = reading.read(json.loads(json.dumps(request)))
        return json.loads(json.dumps(answer))

    monkeypatch.setattr(local, "read_in_process", read)


def town_map(*paths, range_="9 km", origin=(LON, LAT), **more):
    scenario = rm.Scenario(
        origins=f"{origin[1]},{origin[0]}", ranges=range_, basemap=list(paths), **more
    )
    return local_map(read_selection(scenario))


@pytest.fixture(scope="module", params=WRITERS)
def town(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("town") / request.param
    WRITERS[request.param](path)
    return town_map(path)


def test_every_line_is_within_15_m_of_the_truth(town):
    truth = {MapClass(DRAWN[kind]): line for kind, line in ROADS.items() if kind in DRAWN}
    truth |= {MapClass.RAILWAY: RAILWAY, MapClass.RIVER: RIVER}
    assert set(town.lines) == set(truth)
    for value, line in truth.items():
        (drawn,) = town.lines[value]
        assert farthest_m(drawn, line) < NEAR_M
        assert farthest_m(line, drawn) < NEAR_M


def test_every_area_and_place_is_where_it_is(town):
    for value, corners in ((MapClass.WATER, LAKE), (MapClass.BUILT_UP, ESTATE)):
        (drawn,) = town.areas[value]
        ring = shapely.get_coordinates(drawn.exterior)
        assert farthest_m(ring, [*corners, corners[0]]) < NEAR_M
        assert drawn.area == pytest.approx(shapely.Polygon(corners).area, rel=0.01)
    ranks = {"city": 4, "town": 3, "village": 2, "hamlet": 1}
    found = {place.rank: place for place in town.places}
    for kind, (_, lon, lat) in PLACES.items():
        place = found.pop(ranks[kind])
        assert (place.lon, place.lat) == pytest.approx((lon, lat), abs=1e-6)
    assert not found


def test_the_credit_is_read_from_the_identifiers_or_the_sources(town):
    assert town.credit == f"{OPENSTREETMAP} ({COPYRIGHT_PAGE})"


@pytest.mark.usefixtures("same_process")
def test_a_name_is_in_the_language_of_the_map_if_the_file_has_it(tmp_path):
    write_tagged(tmp_path / "a.gpkg")
    names = {
        lang: {p.name for p in town_map(tmp_path / "a.gpkg", lang=lang).places}
        for lang in ("en", "fr")
    }
    assert "Balda" in names["en"]
    assert "بلدة" in names["fr"]


@pytest.mark.usefixtures("same_process")
def test_railways_among_other_tags_are_found(tmp_path):
    write_other_tags(tmp_path / "a.gpkg")
    assert len(town_map(tmp_path / "a.gpkg").lines[MapClass.RAILWAY]) == 1


@pytest.mark.usefixtures("same_process")
def test_several_files_are_one_map(tmp_path):
    for name, kind in (("lines.geojson", "LineString"), ("points.geojson", "Point")):
        table = features()
        (tmp_path / name).write_text(table[table.geom_type == kind].to_json())
    both = town_map(tmp_path / "lines.geojson", tmp_path / "points.geojson")
    assert both.lines
    assert len(both.places) == len(PLACES)


@pytest.mark.usefixtures("same_process")
def test_only_what_is_near_the_map_is_kept(tmp_path):
    write_tagged(tmp_path / "a.gpkg")
    far = town_map(tmp_path / "a.gpkg", origin=(LON, LAT + 2))
    assert not [*far.lines, *far.areas, *far.places]
    small = town_map(tmp_path / "a.gpkg", range_="1 km")
    west, _, east, _ = shapely.MultiLineString(small.lines[MapClass.ROAD_4]).bounds
    assert east - west < 0.07


@pytest.mark.usefixtures("same_process")
def test_a_town_on_both_sides_of_180_degrees_is_complete(tmp_path):
    table = features()
    table.geometry = [
        shapely.transform(
            shape, lambda xy: np.column_stack([(xy[:, 0] + 136 + 180) % 360 - 180, xy[:, 1]])
        )
        for shape in table.geometry
    ]
    west = table[table.geom_type == "Point"]
    pyogrio.write_dataframe(west, tmp_path / "a.gpkg", layer="points")
    found = town_map(tmp_path / "a.gpkg", origin=(180.0, LAT))
    assert len(found.places) == len(PLACES)


# ---- Credit -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("same_process")
def test_a_file_without_attribution_needs_one(tmp_path):
    path = tmp_path / "a.geojson"
    path.write_text(features(identified=False).to_json())
    with pytest.raises(DocumentError, match="with --credit-basemap, such as"):
        town_map(path)
    assert town_map(path, credit_basemap="© Survey").credit == "© Survey"
    assert town_map(path, credit_basemap="OpenStreetMap").credit.endswith(f"({COPYRIGHT_PAGE})")


@pytest.mark.usefixtures("same_process")
def test_a_given_credit_does_not_hide_openstreetmap(tmp_path):
    write_tagged(tmp_path / "a.gpkg")
    credit = town_map(tmp_path / "a.gpkg", credit_basemap="© Survey").credit
    assert credit == f"© Survey; {OPENSTREETMAP} ({COPYRIGHT_PAGE})"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('<a href="https://a.org/x">© A</a>', "© A (https://a.org/x)"),
        ('<a href="javascript:alert(1)">A</a><img src=x onerror=y>', "A"),
        ("<script>alert(1)</script>{{7*7}}&lt;b&gt;", "{{7*7}}<b>"),
        ("A\u202eB\nC", "A\ufffdB C"),
        ("<" * 10_000, ""),
    ],
)
def test_the_attribution_of_a_file_is_shown_as_text(markup, text):
    assert plain_credit(markup) == text or (not text and len(plain_credit(markup)) <= 300)


@pytest.mark.usefixtures("same_process")
def test_the_attribution_of_geojson_is_read(tmp_path):
    path = tmp_path / "a.geojson"
    text = features(identified=False).to_json()
    path.write_text(text.replace("{", '{"attribution": "<b>© Survey</b>", ', 1))
    assert town_map(path).credit == "© Survey"


# ---- Thinning -----------------------------------------------------------------------------------


def test_the_least_important_roads_are_left_out_beyond_the_budget():
    line = shapely.LineString(np.column_stack([np.arange(200) / 100, np.arange(200) % 2 / 10]))
    collected = Collected(lines={value: [line] for value in map(MapClass, ("road 4", "road 3", "road 2", "road 1"))})  # fmt: skip
    found = thinned(collected, metres_per_px=50, most_vertices=450, most_places=9)
    assert set(found.lines) == {"road 4", "road 3"}
    assert [what for what, _ in found.omitted] == ["road 2", "road 1"]
    assert sum(len(part) // 2 for parts in found.lines.values() for part in parts) <= 450


@pytest.mark.usefixtures("same_process")
def test_a_map_of_a_continent_draws_nothing_and_says_so(tmp_path):
    write_tagged(tmp_path / "a.gpkg")
    found = town_map(tmp_path / "a.gpkg", range_="3000 km")
    assert not [*found.lines, *found.areas, *found.places]
    assert "not drawn at this scale; choose a smaller --extent" in found.notes[0]


def test_every_class_of_the_table_has_a_scale_and_a_source():
    named = {
        value for source in SOURCES for table in source.columns.values()
        for values in table.values() for value in values.values()
    }  # fmt: skip
    assert named == set(MapClass) == set(COARSEST_M_PER_PX)


# ---- Untrusted files ----------------------------------------------------------------------------


@pytest.mark.usefixtures("same_process")
def test_unknown_layers_are_listed_with_what_to_do(tmp_path):
    path = tmp_path / "a.gpkg"
    write_geofabrik(path)
    table = features()[["geometry"]]
    pyogrio.write_dataframe(table.iloc[:2], path, layer="ways")
    (note,) = town_map(path).notes
    assert "not drawn: 'ways'; a layer is drawn if it has one of the columns fclass" in note
    only = tmp_path / "b.gpkg"
    pyogrio.write_dataframe(table.iloc[:2], only, layer="ways")
    with pytest.raises(DocumentError, match="not drawn: 'ways'"):
        town_map(only)


def spoiled_by(statement):
    def spoil(path: Path) -> None:
        write_tagged(path)
        with sqlite3.connect(path) as base:
            base.execute(statement)

    return spoil


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n) SELECT x AS fid, x AS geom FROM n"


def truncated(path: Path) -> None:
    write_tagged(path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])


def projected(path: Path) -> None:
    pyogrio.write_dataframe(features().to_crs(3857), path, layer="all")


@pytest.mark.thorough(keep=[("'roads' is a view",), ("is not GeoJSON by its content",)])
@pytest.mark.parametrize(
    ("name", "spoil", "message"),
    [
        ("a.gpkg", spoiled_by(f"CREATE VIEW roads AS {ENDLESS}"), "'roads' is a view"),
        ("a.gpkg", spoiled_by("CREATE VIRTUAL TABLE v USING fts5(x)"), "is a virtual table"),
        ("a.gpkg", truncated, "cannot be read"),
        ("a.gpkg", projected, "is in EPSG:3857; convert it to EPSG:4326 first"),
        ("a.gpkg", lambda p: p.write_text("{}"), "is not a .gpkg file by its content"),
        ("a.geojson", truncated, "cannot be read"),
        ("a.geojson", lambda p: p.write_text("<OGRVRTDataSource/>"), "is not GeoJSON by its content"),
        ("a.geojson", lambda p: p.write_text('{"type":"FeatureCollection","features":' + "[" * 100_000), "cannot be read"),
        ("a.geojson", lambda p: p.write_text('{"type":"Topology","objects":{},"arcs":[]}'), "cannot be read"),
        ("a.parquet", truncated, "cannot be read"),
        ("a.parquet", lambda p: p.write_bytes(b"PAR1" * 9), "cannot be read"),
        ("a.pbf", lambda p: p.touch(), "format '.pbf' is not supported; expected .gpkg"),
        ("a.gpkg", lambda p: p.mkdir(), "not a regular file"),
    ],
)  # fmt: skip
def test_a_broken_extract_is_refused_in_one_line(tmp_path, name, spoil, message):
    spoil(tmp_path / name)
    with pytest.raises(DocumentError) as refused:
        town_map(tmp_path / name)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)
    assert str(refused.value).startswith(str(tmp_path / name))


def test_a_trigger_does_not_run(tmp_path):
    path = tmp_path / "a.gpkg"
    spoiled_by(
        f"CREATE TRIGGER t AFTER INSERT ON lines BEGIN INSERT INTO lines(fid) {ENDLESS.replace(', x AS geom', '')}; END"
    )(path)
    before = path.read_bytes()
    assert town_map(path).lines
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.gpkg"]


def test_only_the_accepted_formats_exist_in_the_process():
    """A file cannot be opened by a driver that reads other files or addresses."""
    program = (
        "from rangemap.render.extract.reading import prepare; prepare();"
        "import pyogrio; print(sorted(pyogrio.list_drivers()))"
    )
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == "['ESRI Shapefile', 'GPKG', 'GeoJSON', 'MapInfo File']"


def test_limits_are_those_of_the_table(tmp_path, monkeypatch):
    path = tmp_path / "a.gpkg"
    write_tagged(path)
    request = {
        "paths": [str(path)], "names": {str(path): "a.gpkg"}, "boxes": [(-180, -90, 180, 90)],
        "metres_per_px": 10.0, "lang": "en", "most_vertices": 1000, "most_places": 10,
    }  # fmt: skip
    monkeypatch.setattr(reading, "MOST_EXTRACT_FEATURES", 8)
    with pytest.raises(DocumentError, match=r"a\.gpkg: more than 8 features in the area"):
        reading.read(request)
    monkeypatch.setattr(reading, "MOST_EXTRACT_FEATURES", 100)
    monkeypatch.setattr(reading, "MOST_EXTRACT_VERTICES", 8)
    with pytest.raises(DocumentError, match=r"a\.gpkg: more than 8 vertices in the area"):
        reading.read(request)
    monkeypatch.setattr(reading, "MOST_EXTRACT_VERTICES", 1000)
    assert reading.read(request)["lines"]
    monkeypatch.setattr(reading, "LARGEST_EXTRACT", 100)
    with pytest.raises(DocumentError, match="larger than 0 MiB; cut it"):
        reading.read(request)
    monkeypatch.setattr(process, "MOST_EXTRACT_SECONDS", 0)
    with pytest.raises(DocumentError, match="could not be read within 0 seconds"):
        process.read_in_process(request)
    monkeypatch.setattr(process, "MOST_EXTRACT_SECONDS", 60)
    monkeypatch.setattr(process, "LARGEST_EXTRACT_ANSWER", 100)
    with pytest.raises(DocumentError, match="could not be read within 60 seconds"):
        process.read_in_process(request)


# ---- Pictures -----------------------------------------------------------------------------------

RINGS = ("--from", f"{LAT},{LON}", "--range", "9 km")


def test_a_picture_has_the_layers_and_the_credit(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_tagged(tmp_path / "a.gpkg")
    outcome = run("map", *RINGS, "--basemap", "a.gpkg", "-o", "x.svg")
    assert outcome.status == 0, outcome.err
    svg = (tmp_path / "x.svg").read_text("utf-8")
    for layer in ("local-built-up", "local-rivers", "local-water", "local-railway", "local-road-1", "local-road-4"):  # fmt: skip
        assert f'inkscape:label="{layer}"' in svg
    assert svg.index("local-road-4") < svg.index("line-headline")
    assert "Balda" in svg
    for name in ("x.svg", "x.alt.txt", "x.sources.txt"):
        assert OPENSTREETMAP in (tmp_path / name).read_text("utf-8")
        assert COPYRIGHT_PAGE in (tmp_path / name).read_text("utf-8")


@pytest.mark.thorough
def test_gis_files_never_contain_the_extract(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_tagged(tmp_path / "a.gpkg")
    named = ["-o", "x.geojson", "-o", "x.kml"]
    assert run("map", *RINGS, *named).status == 0
    before = {name: (tmp_path / name).read_bytes() for name in ("x.geojson", "x.kml")}
    assert run("map", *RINGS, "--basemap", "a.gpkg", *named, "-o", "x.svg").status == 0
    assert before == {name: (tmp_path / name).read_bytes() for name in before}


def test_an_output_does_not_overwrite_the_extract(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_tagged(tmp_path / "a.gpkg")
    content = (tmp_path / "a.gpkg").read_bytes()
    outcome = run("map", *RINGS, "--basemap", "a.gpkg", "-o", "x.svg", "-o", "a.gpkg")
    assert outcome.status == 1
    assert (tmp_path / "a.gpkg").read_bytes() == content


@pytest.mark.usefixtures("same_process")
def test_a_changed_extract_is_read_again(tmp_path):
    write_tagged(tmp_path / "a.gpkg")
    assert town_map(tmp_path / "a.gpkg").areas
    write_other_tags(tmp_path / "b.gpkg")
    shutil.copy(tmp_path / "b.gpkg", tmp_path / "a.gpkg")
    assert not town_map(tmp_path / "a.gpkg").areas


@pytest.mark.thorough
def test_the_commands_of_the_page_run(run, tmp_path, monkeypatch):
    page = (ROOT / "docs/basemaps.md").read_text("utf-8")
    lines = re.findall(r"^    rangemap (.+)$", page.replace("\\\n", ""), re.MULTILINE)
    assert len(lines) == 2
    monkeypatch.chdir(tmp_path)
    write_tagged(tmp_path / "town.gpkg")
    (tmp_path / "roads.geojson").write_text(features(identified=False).to_json())
    for line in lines:
        outcome = run(*shlex.split(line))
        assert outcome.status == 0, outcome.err
        assert (tmp_path / "map.png").stat().st_size > 10_000


@pytest.mark.usefixtures("same_process")
def test_in_arabic_the_credit_is_set_apart(tmp_path):
    write_tagged(tmp_path / "a.gpkg")
    scenario = rm.Scenario(
        origins=f"{LAT},{LON}", ranges="9 km", basemap=tmp_path / "a.gpkg", lang="ar"
    )
    text = local_credit(read_selection(scenario))
    assert f"\u2068{OPENSTREETMAP} ({COPYRIGHT_PAGE})\u2069" in text
