import csv
import gzip
import json
import unicodedata
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point

from rangemap.errors import (
    DocumentError,
    PlaceError,
    QuantityError,
    RangemapError,
    UnknownNameError,
)
from rangemap.geodesy import distance_m
from rangemap.geodesy.position import LonLat
from rangemap.io.packaged import data_file
from rangemap.names import match_key
from rangemap.places import built_in_gazetteer, read_registry
from rangemap.places.compiled import compile_places, compiled_places
from rangemap.places.file import parse_registry
from rangemap.scenario.origins import find_origin
from rangemap.sites import open_sites
from rangemap.sites.columns import USUAL_COLUMNS, ColumnNames

REGISTRY = read_registry()


def read_site_file(path, columns=USUAL_COLUMNS):
    return open_sites(str(path), columns).table()


@pytest.mark.parametrize("place", REGISTRY.places, ids=lambda p: p.id)
def test_each_place_is_found_by_each_of_its_names_and_has_sources(place):
    for word in (place.name, place.id, *place.aliases):
        assert REGISTRY.get(word) == place
    assert all(source.url.startswith("http") for source in place.sources)


def test_the_registry_contains_all_places_and_positions():
    assert len(REGISTRY.places) == 39
    assert sum(len(place.sources) for place in REGISTRY.places) == 126
    assert sum(source.elsewhere for place in REGISTRY.places for source in place.sources) == 6


def test_the_compiled_registry_equals_the_registry():
    content = data_file("sites.geojson").read_bytes()
    compiled = compiled_places(data_file("sites.compiled.json").read_text("utf-8"), content)
    assert compiled == parse_registry(content, name="sites.geojson").places == REGISTRY.places, (
        "run `make data` after an edit of data/sites.geojson"
    )
    assert compiled_places(compile_places(REGISTRY.places, b"one"), b"two") is None


def test_names_in_other_scripts_match_geonames():
    scripts = [
        (place, word)
        for place in REGISTRY.places
        for word in place.aliases
        if unicodedata.name(word[0]).split()[0] != "LATIN"
    ]
    assert len(scripts) == 30
    for place, word in scripts:
        assert REGISTRY.get(word) == place
        if (
            place.id == "jurf-al-sakhar"
        ):  # the town is too small; its names are those of its sources
            continue
        towns = [
            town for found in built_in_gazetteer()._towns_named(match_key(word)) for town in found
        ]
        gaps_m = [
            distance_m(place.lonlat, [town.lonlat.lon], [town.lonlat.lat])[0] for town in towns
        ]
        assert min(gaps_m) < 15_000, word


def test_every_place_matches_the_facts(testdata):
    import yaml

    facts = yaml.safe_load((testdata.parent / "facts" / "sites-claims.yaml").read_text("utf-8"))
    theirs = {record["name"]: record for record in facts}
    assert [place.name for place in REGISTRY.places] == list(theirs)
    for place in REGISTRY.places:
        fact = theirs[place.name]
        agreed = fact["agreed"]
        assert (place.country, place.kind) == (fact["country"], fact["kind"])
        assert set(fact["aliases"]) <= set(place.aliases)
        assert (place.lat, place.lon) == (agreed["lat"], agreed["lon"])
        assert (place.note, place.checked) == (agreed.get("note"), agreed.get("checked"))
        ours = [
            {
                key: getattr(source, key)
                for key in ("lat", "lon", "publisher", "title", "url", "note")
            }
            for source in place.sources
        ]
        keys = dict.fromkeys(("lat", "lon", "publisher", "title", "url", "note"))
        assert ours == [{**keys, **claim} for claim in fact["claims"]]


@pytest.mark.parametrize(
    ("typed", "place_id"),
    [
        ("Ain Al Asad", "ain-al-asad-air-base"),
        ("ain al-asad", "ain-al-asad-air-base"),
        ("ORAA", "ain-al-asad-air-base"),
        ("جرف الصخر", "jurf-al-sakhar"),
        ("erbil", "erbil"),
        ("EBL", "erbil-international-airport"),
    ],
)
def test_a_place_is_found_by_name_alias_or_id(typed, place_id):
    assert REGISTRY.get(typed).id == place_id


def test_an_unknown_place_is_refused_with_the_closest_names():
    with pytest.raises(
        UnknownNameError,
        match=r"'Ebril' is neither in the registry nor a known town; closest: .*Erbil",
    ):
        find_origin("Ebril", REGISTRY)


def test_an_origin_has_the_correct_kind():
    site = find_origin("Jurf Al Sakhar", REGISTRY)
    assert (site.kind, site.lonlat, site.precision_m) == ("site", LonLat(44.2139, 32.8667), 2100)
    position = find_origin("39.03,125.75", REGISTRY)
    assert (position.kind, position.name, position.precision_m) == ("position", "39.03,125.75", 0)


def feature(**change):
    properties = {
        "id": "a", "name": "A", "country": "X", "kind": "town", "precision_km": 1,
        "sources": [{"publisher": "P", "lat": 1, "lon": 2}],
    }  # fmt: skip
    record = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [2, 1]},
        "properties": properties,
    }
    properties.update({key: value for key, value in change.items() if key not in record})
    record.update({key: value for key, value in change.items() if key in record})
    return record


@pytest.mark.parametrize(
    ("features", "rule"),
    [
        ([feature(geometry={"type": "Point", "coordinates": [2, 95]})], "latitude 95 is outside"),
        (
            [feature(geometry={"type": "Point", "coordinates": [1e9, 5]})],
            "longitude 1000000000 is outside",
        ),
        (
            [feature(geometry={"type": "Point", "coordinates": ["2", 1]})],
            "two numbers, \\[lon, lat\\]",
        ),
        ([feature(geometry={"type": "Point", "coordinates": []})], "two numbers, \\[lon, lat\\]"),
        ([feature(geometry={"type": "Polygon", "coordinates": []})], "expected a Point"),
        ([feature(geometry=None)], "geometry is None; expected a Point"),
        ([feature(properties=[])], "id is missing"),
        ([feature(precision_km=0)], "precision_km is 0"),
        ([feature(colour="red")], "colour: unknown key; did you mean 'country'"),
        ([feature(sources=[])], "has no sources"),
        ([feature(), feature()], "duplicate id, already used in line 1"),
        ([3], "feature 1: is not a Feature"),
    ],
)
def test_an_invalid_registry_is_refused_with_the_feature(features, rule):
    text = json.dumps({"type": "FeatureCollection", "features": features})
    with pytest.raises(PlaceError, match=rule) as refusal:
        parse_registry(text.encode(), name="r.geojson")
    assert str(refusal.value).startswith("r.geojson:1: ")
    assert "\n" not in str(refusal.value) or "missing" in str(refusal.value)


POINTS = [("Ain Al Asad", 42.4412, 33.7856), ("Ålesund, Vigra", 6.1197, 62.5603), ("NA", -0.5, 0)]


def write_csv(path: Path, header="name,lon,lat", rows=POINTS, opener=open):
    with opener(path, "wt", encoding="utf-8", newline="") as file:
        file.write(header + "\n")
        csv.writer(file).writerows(rows)
    return path


def assert_points(table):
    assert table.names == tuple(name for name, _, _ in POINTS)
    assert table.lon.tolist() == [lon for _, lon, _ in POINTS]
    assert table.lat.tolist() == [lat for _, _, lat in POINTS]


def test_a_csv_file_is_read_completely_and_text_stays_text(tmp_path):
    table = read_site_file(write_csv(tmp_path / "a.csv"))
    assert_points(table)
    assert table.columns == ("name", "lon", "lat")
    assert table.rows[2] == ("NA", "-0.5", "0")


def test_a_gzipped_csv_file_is_read(tmp_path):
    assert_points(read_site_file(write_csv(tmp_path / "a.csv.gz", opener=gzip.open)))


@pytest.mark.parametrize("header", ["name,x,y", "Name,LONGITUDE,Latitude", "ident,lng,lat_deg"])
def test_columns_are_recognised_by_their_usual_names(tmp_path, header):
    assert_points(read_site_file(write_csv(tmp_path / "a.csv", header)))


def test_columns_can_be_specified(tmp_path):
    path = write_csv(tmp_path / "a.csv", "ort,laenge,breite")
    assert_points(read_site_file(path, ColumnNames("breite", "laenge", "ort")))


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".fgb", ".shp"])
def test_files_of_another_writer_are_read(tmp_path, suffix):
    frame = gpd.GeoDataFrame(
        {"name": [name for name, _, _ in POINTS], "beds": [10, 20, 30]},
        geometry=[Point(lon, lat) for _, lon, lat in POINTS],
        crs="EPSG:4326",
    )
    path = tmp_path / f"a{suffix}"
    frame.to_file(path, engine="pyogrio")
    if suffix == ".geojson":  # GDAL writes a crs member, which RFC 7946 removed
        content = json.loads(path.read_text())
        content.pop("crs", None)
        path.write_text(json.dumps(content))
    table = read_site_file(path)
    order = sorted(range(3), key=lambda i: -table.rows[i][table.columns.index("beds")])[::-1]
    assert_points(table.take(order))


def test_a_precision_column_is_used_and_an_empty_one_is_zero(tmp_path):
    rows = [("A", 1, 2, "0.5"), ("B", 1, 2, "")]
    table = read_site_file(write_csv(tmp_path / "a.csv", "name,lon,lat,precision_km", rows))
    assert table.precision_m.tolist() == [500, 0]


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("a.csv", "name,lon,lat\nA,1,95\n", "a.csv: row 1: latitude 95 is outside"),
        ("a.csv", "name,lon,lat\nA,nan,5\n", "a.csv: row 1: longitude is 'nan'; expected decimal"),
        ("a.csv", "name,lon,lat\nA,inf,5\n", "a.csv: row 1: longitude is 'inf'; expected decimal"),
        ("a.csv", "name,lon,lat\nA,,5\n", "a.csv: row 1: longitude is ''; expected decimal"),
        ("a.csv", "name,lon,lat\nA,1_0,5\n", "a.csv: row 1: longitude is '1_0'"),
        ("a.csv", 'name,lon,lat\nA,"42,44",5\n', "a.csv: row 1: longitude is '42,44'"),
        ("a.csv", "name,lon,lat\nA,1\n", "a.csv: row 1: 2 fields but 3 columns"),
        ("a.csv", 'name,lon,lat\n"A,1,5\n', "a.csv: row 1: not well-formed CSV"),
        ("a.csv", "name,lon,lat\nA,٤٤,5\n", "a.csv: row 1: longitude is '٤٤'"),
        ("a.csv", "", "a.csv: is empty"),
        ("a.csv", "name,lat\nA,5\n", "has no longitude column"),
        ("a.csv", "lon,lat\n1,5\n", "has no name column"),
        ("a.csv", "name,lon,lon,lat\nA,1,1,5\n", "duplicate column 'lon'"),
        ("a.csv", "name,lon,lat,precision_km\nA,1,5,-1\n", "precision_km is '-1'"),
        ("a.geojson", "{", "a.geojson:1: not well-formed JSON"),
        ("a.geojson", '{"type": "Point"}', "is a Point; expected a FeatureCollection"),
        ("a.geojson", "<OGRVRTDataSource/>", "not well-formed JSON"),
        ("a.gpkg", "<OGRVRTDataSource/>", "is not a .gpkg file by its content"),
        ("a.fgb", "fgb", "is not a .fgb file by its content"),
        ("a.vrt", "<OGRVRTDataSource/>", "unknown kind of site file '.vrt'"),
        ("a.csv.gz", "name,lon,lat", "cannot be read: Not a gzipped file"),
    ],
)
def test_an_invalid_sites_file_is_refused_in_one_line(tmp_path, name, content, rule):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(RangemapError) as refusal:
        read_site_file(path)
    assert rule in str(refusal.value)
    assert str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_every_bad_row_is_reported(tmp_path):
    path = write_csv(tmp_path / "a.csv", rows=[("A", 1, 95), ("B", 1, 5), ("C", "x", 5)])
    with pytest.raises(PlaceError) as refusal:
        read_site_file(path)
    assert [line.split(":")[1] for line in str(refusal.value).splitlines()] == [" row 1", " row 3"]


def test_a_missing_file_a_folder_and_a_pipe_are_refused(tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    for name in ("none.csv", "folder.csv", "pipe.csv"):
        with pytest.raises(DocumentError, match=name):
            read_site_file(tmp_path / name)


def test_a_geopackage_in_a_different_reference_system_is_refused(tmp_path):
    frame = gpd.GeoDataFrame({"name": ["A"]}, geometry=[Point(0, 0)], crs="EPSG:3857")
    frame.to_file(tmp_path / "a.gpkg")
    with pytest.raises(PlaceError, match="is in EPSG:3857; convert it to EPSG:4326"):
        read_site_file(tmp_path / "a.gpkg")


def test_hostile_tables_are_read_or_refused(testdata):
    expected = json.loads((testdata / "csv" / "derived" / "expected.json").read_text("utf-8"))
    files = sorted((testdata / "csv").rglob("*.?sv"))
    assert len(files) > 35
    read = {}
    for file in files:
        try:
            read[file.name] = read_site_file(file)
        except (PlaceError, DocumentError, QuantityError) as error:
            for line in str(error).splitlines():
                assert file.name in line
    assert {"plain.csv", "utf8_bom.csv", "utf16_le_bom.csv", "crlf.csv", "semicolon.csv", "tab.tsv",
            "header_alias_lng_upper_spaces.csv", "lon_0_360.csv", "formula_names.csv"} <= set(read)  # fmt: skip
    refused = {"bad_values_rows_2_to_17.csv", "ragged.csv", "unclosed_quote.csv", "empty.csv",
               "semicolon_decimal_comma.csv", "no_header.csv", "latin1_names.csv", "dms.csv"}  # fmt: skip
    assert not refused & set(read)
    truth = expected if isinstance(expected, list) else expected["rows"]
    for name in ("plain.csv", "utf8_bom.csv", "utf16_le_bom.csv", "crlf.csv", "semicolon.csv"):
        assert len(read[name]) == len(truth)
        assert read[name].names == read["plain.csv"].names
        assert read[name].lon.tolist() == read["plain.csv"].lon.tolist()
