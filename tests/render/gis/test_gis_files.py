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
    rings = styles[styles["f_table_name"] == "rings"].iloc[0]
    categories = ET.fromstring(rings["styleQML"].partition("\n")[2]).iter("category")
    assert [c.get("value") for c in categories] == ["Shahed-136", "Al Aqsa", "Fateh-110"]
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


def read_kml(path):
    content = path.read_text("utf-8")
    return KML.from_string(content.partition("\n")[2]).features[0]


def placemarks(container):
    for feature in container.features:
        if isinstance(feature, features.Placemark):
            yield feature
        else:
            yield from placemarks(feature)


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
    assert len(found) == lines + areas + points
    for ring in files.rings:
        mine = [p for p in found if p.name.startswith(f"{ring.system.label}: ")]
        data = {d.name: d.value for d in mine[0].extended_data.elements}
        assert float(data["high_km"]) == pytest.approx(ring.system.band.high_m / 1000)
        assert data.get("edition", "") == ring.system.edition


def test_gdal_reads_the_kml_lines_at_their_radius(written):
    for name, radius_km in (("example", 250.0), ("antimeridian", 3000.0)):
        path = written / f"{name}.kml"
        origin = SCENARIOS[name].select().origins[0].lonlat
        layer = "Al Aqsa" if name == "example" else "Band"
        headline = {"example": "Al Aqsa: 250 km (The National)", "antimeridian": "Band: 3,000 km"}
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
