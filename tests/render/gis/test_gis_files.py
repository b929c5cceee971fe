"""GIS files, read by other software: counts, columns, bounds, styles, exact vertices."""

import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from fastkml import KML, features
from geographiclib.geodesic import Geodesic

import rangemap as rm
from rangemap.render.outputs import WRITERS, MapFiles
from tests.release.shuffled import is_installed

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "maps" / "iraq-2024.yaml"
SUFFIXES = (".kml", ".kmz", ".gpkg", ".fgb", ".parquet", ".shp.zip", ".geojson")
FIGURES = (
    "low_km",
    "headline_km",
    "high_km",
    "min_km",
    "claims",
    "tolerance",
    "ellipsoid",
    "edition",
)

SCENARIOS = {
    "example": rm.Scenario.read(EXAMPLE),
    "antimeridian": rm.Scenario(origins=["-17.7,178"], ranges=["Band=300-3000 km"], sites=["0,0"]),
    "pole": rm.Scenario(
        origins=["85,20"], ranges=["Band=700-2500 km (min 100 km)", "A=400 km"], sites=["80,170"]
    ),
    "whole earth": rm.Scenario(origins=["0,0"], ranges=["Band=9,000-19,990 km"], sites=["0,0"]),
    "two origins": rm.Scenario(origins=["Jurf Al Sakhar", "Erbil"], weapons=["Fateh-110", "Al Aqsa"]),
}  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Every scenario in every format."""
    folder = tmp_path_factory.mktemp("gis")
    for name, scenario in SCENARIOS.items():
        files = MapFiles(scenario.select())
        for suffix in SUFFIXES:
            (folder / f"{name}{suffix}").write_bytes(WRITERS[suffix](files))
    return folder


def rings_of(name):
    return MapFiles(SCENARIOS[name].select()).rings if name in SCENARIOS else []


def read_layer(written, name, suffix, layer):
    if suffix == ".shp.zip":
        frame = pyogrio.read_dataframe(f"zip://{written / f'{name}.shp.zip'}!{layer}.shp")
        long = {
            "headl_km": "headline_km",
            "headl_pub": "headline_publisher",
            "headl_text": "headline_published",
        }
        return frame.rename(columns=long)
    if suffix == ".gpkg":
        return pyogrio.read_dataframe(written / f"{name}.gpkg", layer=layer)
    kind = {"rings": "ring", "inner": "inner", "bands": "band"}[layer]
    path = written / f"{name}{suffix}"
    frame = gpd.read_parquet(path) if suffix == ".parquet" else pyogrio.read_dataframe(path)
    frame = frame[frame["feature"] == kind]
    # FlatGeobuf sorts its rows spatially, for its index.
    order = {(r.origin.name, r.system.label): i for i, r in enumerate(rings_of(name))}
    key = [order.get(pair, 0) for pair in zip(frame["origin"], frame["weapon"], strict=True)]
    return frame.iloc[np.argsort(key, kind="stable")].reset_index(drop=True)


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".parquet", ".shp.zip", ".geojson"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_each_file_has_one_row_per_ring_with_figures_and_sources(written, name, suffix):
    rings = rings_of(name)
    frame = read_layer(written, name, suffix, "rings")
    assert len(frame) == len(rings)
    assert frame.crs == "EPSG:4326"
    if suffix != ".shp.zip":
        assert set(FIGURES) <= set(frame.columns)
        assert "sources" in frame.columns
    for row, ring in zip(frame.to_dict("records"), rings, strict=True):
        band = ring.system.band
        assert row["weapon"] == ring.system.label
        assert row["headline_km"] == pytest.approx(band.headline_m / 1000, abs=1e-3)
        assert row["headline_published"] == band.headline_published
        assert row["high_km"] == pytest.approx(band.high_m / 1000, abs=1e-3)
        assert row["claims"] == len(band.claims)
        if suffix != ".shp.zip" and ring.system.weapon:
            assert band.claims[0].source.publisher in str(row["sources"])
        west, south, east, north = row["geometry"].bounds
        assert -180 <= west <= east <= 180
        assert -90 <= south <= north <= 90


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".parquet", ".shp.zip", ".geojson"])
@pytest.mark.parametrize("name", ["example", "antimeridian", "pole", "two origins"])
def test_band_and_inner_ring_together_form_the_outer_ring(written, name, suffix):
    selection = SCENARIOS[name].select()
    inner = read_layer(written, name, suffix, "inner").geometry
    bands = read_layer(written, name, suffix, "bands")
    for row in bands.itertuples():
        match = [
            i for i, ring in enumerate(MapFiles(selection).rings)
            if ring.system.label == row.weapon and ring.origin.name == row.origin
        ]  # fmt: skip
        whole = shapely.union(row.geometry, inner[match[0]])
        assert shapely.intersection(row.geometry, inner[match[0]]).area < 1e-6 * whole.area
        origin = MapFiles(selection).rings[match[0]].origin.lonlat
        # The union's own outline, without the edges that close it at 180 degrees and at a pole.
        outline = shapely.get_coordinates(whole.boundary)
        on_line = (abs(outline[:, 0]) < 179.99) & (abs(outline[:, 1]) < 89.99)
        d = distances_km(origin, outline[on_line])
        at_high = abs(d - row.high_km) < 2e-4 * row.high_km
        at_minimum = abs(d - (row.min_km or 0)) < 2e-4 * (row.min_km or 1)
        assert at_high.sum() > 50
        assert (at_high | at_minimum).all()


def distances_km(origin, points):
    inverse = Geodesic.WGS84.Inverse
    return np.array([
        inverse(origin[1], origin[0], lat, lon, Geodesic.DISTANCE)["s12"] / 1000 for lon, lat in points
    ])  # fmt: skip


@pytest.mark.parametrize("name", ["example", "antimeridian", "pole", "two origins"])
def test_every_vertex_of_the_lines_is_at_its_radius(written, name):
    for suffix in (".gpkg", ".shp.zip"):
        frame = read_layer(written, name, suffix, "lines")
        origins = {o.name: o.lonlat for o in SCENARIOS[name].select().origins}
        for row in frame.itertuples():
            d = distances_km(origins[row.origin], shapely.get_coordinates(row.geometry))
            assert abs(d - row.radius_km).max() < 1.2e-4 * row.radius_km


def test_a_geopackage_has_all_layers_and_a_style_for_each(written):
    path = written / "example.gpkg"
    names = {name: kind for name, kind in pyogrio.list_layers(path) if kind is not None}
    assert set(names) == {"rings", "inner", "bands", "lines", "origins", "sites", "verdicts"}
    styles = pyogrio.read_dataframe(path, layer="layer_styles")
    assert set(styles["f_table_name"]) == set(names)
    assert styles["useAsDefault"].all()
    for style in styles.itertuples():
        root = ET.fromstring(style.styleQML.partition("\n")[2])
        assert root.tag == "qgis"
    inner = styles[styles["f_table_name"] == "inner"].iloc[0]
    rules = ET.fromstring(inner["styleQML"].partition("\n")[2]).iter("rule")
    assert [rule.get("label") for rule in rules] == ["Shahed-136", "Al Aqsa", "Fateh-110"]
    verdicts = pyogrio.read_dataframe(path, layer="verdicts")
    table = SCENARIOS["example"].check()
    for column in (
        "site",
        "weapon",
        "distance_km",
        "headline_published",
        "verdict",
        "claims_reaching",
        "claims",
    ):
        assert verdicts[column].tolist() == table[column].tolist()
    assert {str(verdicts[column].dtype) for column in ("claims_reaching", "claims")} == {"int64"}
    assert verdicts["min_km"].dtype == "float64"


def style_of(path, layer):
    """Return the style of a layer as XML, as QGIS reads it."""
    styles = pyogrio.read_dataframe(path, layer="layer_styles").set_index("f_table_name")
    return ET.fromstring(styles.loc[layer, "styleQML"].partition("\n")[2])


def drawn_as(root):
    """Return what each rule draws: its label, filter, and the options of its symbol."""
    symbols = {
        symbol.get("name"): {o.get("name"): o.get("value") for o in symbol.iter("Option")}
        for symbol in root.iter("symbol")
    }
    return [
        (rule.get("label"), rule.get("filter"), symbols[rule.get("symbol")])
        for rule in root.iter("rule")
    ]


def test_a_geopackage_draws_every_line_of_a_ring_in_its_own_way_and_no_cut(written):
    path = written / "pole.gpkg"
    assert style_of(path, "rings").find("renderer-v2").get("type") == "nullSymbol"
    for layer in ("inner", "bands"):
        assert all(o["outline_style"] == "no" for *_, o in drawn_as(style_of(path, layer)))
    rules = drawn_as(style_of(path, "lines"))
    assert [label for label, *_ in rules] == [
        "Band", "Band: lowest published figure", "Band: smallest published minimum", "A",
    ]  # fmt: skip
    looks = [
        tuple(o.get(key) for key in ("line_color", "line_width", "customdash", "capstyle"))
        for *_, o in rules
    ]
    assert len(set(looks)) == len(looks)
    frame = pyogrio.read_dataframe(path, layer="lines")
    for _, expression, _ in rules:
        weapon, line = re.fullmatch(
            r""""weapon" = '(.*)' AND "line" = '(.*)'""", expression
        ).groups()
        assert ((frame["weapon"] == weapon) & (frame["line"] == line)).sum() == 1


def test_a_geopackage_marks_sites_and_verdicts_as_the_map_does(written):
    path = written / "example.gpkg"
    rules = drawn_as(style_of(path, "verdicts"))
    filled = {label: options["color"] != "255,255,255,255" for label, _, options in rules}
    assert filled == {"outside": False, "too close": False, "disputed": True, "inside": True}
    assert len({options["name"] for *_, options in rules}) == len(rules)
    for layer in ("sites", "origins", "lines"):
        assert style_of(path, layer).find("labeling/settings/text-style") is not None
    sites = pyogrio.read_dataframe(path, layer="sites").set_index("name")
    checked = SCENARIOS["example"].check()
    reaching = checked[checked["verdict"].isin(["inside", "disputed"])].groupby("site").size()
    assert sites["reached_by"].to_dict() == reaching.to_dict()


def test_a_geopackage_states_title_and_caveat_and_opens_in_old_programs(written):
    path = written / "example.gpkg"
    info = pyogrio.read_info(path, layer="lines")
    assert info["dataset_metadata"]["title"] == SCENARIOS["example"].select().title
    assert "It is not a forecast." in info["dataset_metadata"]["note"]
    with closing(sqlite3.connect(path)) as database:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        texts = database.execute(
            "SELECT description FROM gpkg_contents WHERE data_type = 'features'"
        ).fetchall()
    assert version == 10300
    assert all("It is not a forecast." in text for (text,) in texts)


@pytest.mark.parametrize("name", SCENARIOS)
def test_geoparquet_has_a_column_of_bounds(written, name):
    path = written / f"{name}.parquet"
    found = pq.read_table(path)
    covering = json.loads(found.schema.metadata[b"geo"])["columns"]["geometry"]["covering"]
    assert covering["bbox"]["xmin"] == ["bbox", "xmin"]
    boxes = np.array([[b[k] for k in ("xmin", "ymin", "xmax", "ymax")] for b in found["bbox"].to_pylist()])  # fmt: skip
    assert np.array_equal(boxes, gpd.read_parquet(path).bounds.to_numpy())


def read_kml(path):
    content = path.read_text("utf-8")
    return KML.from_string(content.partition("\n")[2]).features[0]


def placemarks(container):
    for feature in container.features:
        if isinstance(feature, features.Placemark):
            yield feature
        else:
            yield from placemarks(feature)


NUMBERED = re.compile(r" \(\d/2\)$")


def whole_areas(document):
    """Return the parts of each area: one placemark, or two numbered ones if it is divided."""
    areas = []
    for mark in placemarks(document):
        shape = shapely.from_wkt(mark.geometry.wkt)
        if shape.area > 0:
            if mark.name.endswith(" (2/2)"):
                assert NUMBERED.sub("", areas[-1][-1][0]) == NUMBERED.sub("", mark.name)
                areas[-1].append((mark.name, shape))
            else:
                areas.append([(mark.name, shape)])
    return areas


@pytest.mark.parametrize("name", SCENARIOS)
def test_another_reader_finds_folders_styles_figures_and_lines_in_the_kml(written, name):
    files = MapFiles(SCENARIOS[name].select())
    document = read_kml(written / f"{name}.kml")
    assert document.name == files.selection.title
    folders = [folder for folder in document.features if hasattr(folder, "features")]
    assert [f.name for f in folders] == [*(o.name for o in files.selection.origins), "Sites"]
    styles = {style.id for style in document.styles}
    found = list(placemarks(document))
    for placemark in found:
        assert placemark.style_url.url.removeprefix("#") in styles
    lines = sum(len(ring.lines) for ring in files.rings)
    areas = sum((not r.inner.is_empty) + (not r.band.is_empty) for r in files.rings)
    points = len(files.selection.origins) + len(files.selection.sites)
    parts = whole_areas(document)
    assert len(parts) == areas
    assert len(found) == lines + sum(map(len, parts)) + points
    for ring in files.rings:
        mine = [p for p in found if p.name.startswith(f"{ring.system.label}: ")]
        (typed,) = mine[0].extended_data.elements
        data = {d.name: d.value for d in typed.data}
        assert float(data["high_km"]) == pytest.approx(ring.system.band.high_m / 1000)
        assert data.get("edition", "") == ring.system.edition


@pytest.mark.parametrize("name", SCENARIOS)
def test_gdal_reads_the_data_of_a_kml_as_numbers(written, name):
    path = written / f"{name}.kml"
    ring = MapFiles(SCENARIOS[name].select()).rings[0]
    kinds = pyogrio.read_info(path, layer=ring.system.label)
    types = dict(zip(kinds["fields"], kinds["dtypes"], strict=True))
    for column in ("low_km", "headline_km", "high_km", "min_km", "tolerance"):
        assert types[column] == "float64", column
    assert types["claims"] == "int32"
    frame = pyogrio.read_dataframe(path, layer=ring.system.label)
    assert frame["high_km"].iloc[0] == pytest.approx(ring.system.band.high_m / 1000)


@pytest.mark.parametrize("name", SCENARIOS)
def test_parts_of_kml_areas_are_small_and_together_are_the_region(written, name):
    rings = MapFiles(SCENARIOS[name].select()).rings
    expected = [part for ring in rings for part in (ring.inner, ring.band) if not part.is_empty]
    found = whole_areas(read_kml(written / f"{name}.kml"))
    assert len(found) == len(expected)
    for area, region in zip(found, expected, strict=True):
        west, south, east, north = region.bounds
        divided = len(area) == 2
        assert divided == (max(east - west, north - south) > 90)
        assert [bool(NUMBERED.search(label)) for label, _ in area] == [divided] * len(area)
        for _, shape in area:
            assert shape.is_valid  # no shared edges: GIS programs refuse or repair such areas
            for part in shapely.get_parts(shape):
                west, south, east, north = part.bounds
                assert max(east - west, north - south) <= 90
        shapes = [shape for _, shape in area]
        assert sum(shape.area for shape in shapes) == pytest.approx(
            region.area, rel=1e-5
        )  # no part twice
        whole = shapely.union_all(shapes)
        assert shapely.symmetric_difference(whole, region).area < 1e-5 * region.area


def test_kml_tells_the_lines_of_a_ring_apart_and_hides_the_edges_of_areas(written):
    root = ET.fromstring((written / "pole.kml").read_text("utf-8"))
    kml = "{http://www.opengis.net/kml/2.2}"
    lines = {
        style.get("id"): tuple(part.text for part in style.find(f"{kml}LineStyle"))
        for style in root.iter(f"{kml}Style")
        if style.find(f"{kml}LineStyle") is not None
    }
    assert len({lines["headline-0"], lines["low-0"], lines["minimum-0"]}) == 3
    assert lines["inner-0"][0].startswith("00")  # no opacity
    pins = {style.get("id"): style.findtext(f".//{kml}IconStyle/{kml}color") for style in root.iter(f"{kml}Style")}  # fmt: skip
    assert pins["reached"] != pins["out-of-reach"]


def test_gdal_reads_the_kml_lines_at_their_radius(written):
    for name, radius_km in (("example", 250.0), ("antimeridian", 3000.0)):
        path = written / f"{name}.kml"
        origin = SCENARIOS[name].select().origins[0].lonlat
        layer = "Al Aqsa" if name == "example" else "Band"
        headline = {"example": "Al Aqsa: 250 km", "antimeridian": "Band: 3,000 km"}
        frame = pyogrio.read_dataframe(path, layer=layer)
        (line,) = frame[frame["Name"] == headline[name]].geometry
        d = distances_km(origin, shapely.get_coordinates(shapely.force_2d(line)))
        assert abs(d - radius_km).max() < 1.2e-4 * radius_km


def test_the_kmz_contains_the_kml(written):
    with zipfile.ZipFile(written / "example.kmz") as archive:
        assert archive.namelist() == ["doc.kml"]
        assert archive.read("doc.kml") == (written / "example.kml").read_bytes()


def test_geojson_is_styled_for_previews(written):
    content = json.loads((written / "example.geojson").read_text("utf-8"))
    first = {}
    for feature in content["features"]:
        first.setdefault(feature["properties"]["feature"], feature["properties"])
    assert first["ring"]["stroke"] == "#4477AA"
    assert first["inner"]["fill-opacity"] > first["band"]["fill-opacity"] > 0
    assert first["site"]["marker-symbol"] == "square"


HOSTILE = "<b>&amp; ]]> {{7*7}} $[name] =1+1 \u202e\u0007"


def test_untrusted_names_are_text_in_every_format(tmp_path):
    sites = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": HOSTILE},
         "geometry": {"type": "Point", "coordinates": [44.0, 33.0]}}]}  # fmt: skip
    (tmp_path / "s.geojson").write_text(json.dumps(sites))
    label = HOSTILE.replace("\u202e\u0007", "\u200f").replace("=", "")
    selection = rm.Scenario(
        title=label, origins=["33,44.5"], ranges=[f"{label}=200-250 km"],
        sites=str(tmp_path / "s.geojson"),
    ).select()  # fmt: skip
    files = MapFiles(selection)
    for suffix in SUFFIXES:
        (tmp_path / f"x{suffix}").write_bytes(WRITERS[suffix](files))
    document = read_kml(tmp_path / "x.kml")
    assert document.name == label
    names = [p.name for p in placemarks(document)]
    assert HOSTILE.replace("\u202e\u0007", "\ufffd\ufffd") in names
    balloon = next(p for p in placemarks(document) if p.name.startswith("<b>")).description
    assert "<b>" not in balloon
    for suffix in (".gpkg", ".fgb", ".parquet", ".shp.zip", ".geojson"):
        assert read_layer(tmp_path, "x", suffix, "rings")["weapon"].tolist() == [label]
    styles = pyogrio.read_dataframe(tmp_path / "x.gpkg", layer="layer_styles")
    for style in styles["styleQML"]:
        ET.fromstring(style.partition("\n")[2])


def test_long_texts_of_a_shapefile_are_visibly_truncated_and_sources_are_in_a_separate_file(
    tmp_path,
):
    label = "ж" * 200
    files = MapFiles(rm.Scenario(origins=["0,0"], ranges=[f"{label}=9 km"]).select())
    (tmp_path / "x.shp.zip").write_bytes(WRITERS[".shp.zip"](files))
    (weapon,) = read_layer(tmp_path, "x", ".shp.zip", "rings")["weapon"]
    assert weapon == "ж" * 125 + "…"
    with zipfile.ZipFile(tmp_path / "x.shp.zip") as archive:
        assert label in archive.read("sources.txt").decode()


def lose_member(path, ending):
    path.with_suffix(ending).unlink()


def cut_table(path, ending):
    with path.with_suffix(ending).open("r+b") as file:
        file.truncate(200)


def spoil(path, statement):
    with closing(sqlite3.connect(path)) as database:
        database.execute(statement)
        database.commit()


@pytest.mark.parametrize(
    ("suffix", "harm", "what"),
    [
        (".shp.zip", lose_member, ".prj"),
        (".shp.zip", lose_member, ".cpg"),
        (".shp.zip", lose_member, ".dbf"),
        (".shp.zip", cut_table, ".dbf"),
        (".shp.zip", cut_table, ".shp"),
        (".gpkg", spoil, "UPDATE gpkg_contents SET min_x = NULL WHERE table_name = 'lines'"),
        (".gpkg", spoil, "UPDATE gpkg_ogr_contents SET feature_count = 0 WHERE table_name = 'lines'"),
        (".gpkg", spoil, "DELETE FROM rtree_lines_geom"),
        (".gpkg", spoil, "DROP TRIGGER trigger_insert_feature_count_lines"),
    ],
)  # fmt: skip
def test_files_silently_left_incomplete_by_gdal_are_refused(
    run, tmp_path, monkeypatch, suffix, harm, what
):
    # As on a full disk: GDAL 3.11 ignores failures of these calls.
    write = pyogrio.write_dataframe

    def write_some(frame, path, *, layer=None, **options):
        write(frame, path, layer=layer, **options)
        if (layer or path.stem) == "verdicts":
            lines = path if suffix == ".gpkg" else path.with_name("lines.shp")
            harm(lines, what)

    monkeypatch.setattr(pyogrio, "write_dataframe", write_some)
    out = tmp_path / f"x{suffix}"
    out.write_text("old")
    outcome = run("map", EXAMPLE, "-o", out)
    assert outcome.status == 1
    assert outcome.err.count("\n") == 1
    assert re.search(r"cannot write (a GeoPackage|shapefiles) in ", outcome.err)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_the_command_reports_only_the_written_files(run, tmp_path):
    words = [word for suffix in SUFFIXES for word in ("-o", tmp_path / f"x{suffix}")]
    outcome = run("map", EXAMPLE, *words)
    assert (outcome.status, outcome.out) == (0, "")
    assert [line.split()[0] for line in outcome.err.splitlines()] == ["wrote"] * len(SUFFIXES)


def test_the_command_offers_exactly_the_gis_formats_that_can_be_written():
    from rangemap.cli.map import SUFFIXES as OFFERED

    assert set(OFFERED) == set(WRITERS)


def test_without_pyarrow_the_error_gives_the_install_command(run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    outcome = run("map", EXAMPLE, "-o", tmp_path / "x.parquet")
    assert outcome.status == 1
    assert outcome.err.count("\n") == 1
    assert 'pip install "rangemap[parquet]"' in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_geoparquet_is_also_readable_as_a_plain_table(written):
    import pyarrow.parquet as pq

    table = pq.read_table(io.BytesIO((written / "example.parquet").read_bytes()))
    assert "headline_km" in table.column_names
    assert b"geo" in table.schema.metadata


@pytest.mark.thorough
def test_a_turkish_locale_does_not_matter(tmp_path):
    # GDAL compares names using the locale's letters, and in Turkish I is not the capital of i.
    if not is_installed("tr_TR.UTF-8"):
        pytest.skip("needs the locale tr_TR.UTF-8; on Debian: apt-get install locales-all")
    words = ["map", "--from", "0,0", "--range", "9 km", "--site", "0,0.01"]
    for name in ("C.UTF-8", "tr_TR.UTF-8"):
        (tmp_path / name).mkdir()
        outputs = [word for suffix in SUFFIXES for word in ("-o", f"x{suffix}")]
        done = subprocess.run(
            [sys.executable, "-m", "rangemap", *words, *outputs],
            cwd=tmp_path / name, env={**os.environ, "LC_ALL": name}, capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        assert [line.split()[0] for line in done.stderr.splitlines()] == ["wrote"] * len(SUFFIXES)
    for suffix in SUFFIXES:
        one, other = (
            (tmp_path / name / f"x{suffix}").read_bytes() for name in ("C.UTF-8", "tr_TR.UTF-8")
        )
        assert one == other
