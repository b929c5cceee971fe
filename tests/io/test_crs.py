"""Reference systems named in files: WGS 84 under any of its names, all others are refused."""

import json
import struct

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from shapely import Point

import rangemap as rm
from rangemap.errors import PlaceError
from rangemap.importing.sites import import_sites
from rangemap.io.crs import check_member
from rangemap.places.file import parse_registry
from rangemap.sites import open_sites
from tests.importing.reading import of

# As written by GDAL, QGIS, GeoServer, ogr2ogr -a_srs, geopandas and older JavaScript.
WGS84 = (
    "urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "EPSG:4326", "epsg:4326",
    "urn:ogc:def:crs:EPSG::4326", "urn:ogc:def:crs:EPSG:6.9:4326", "urn:x-ogc:def:crs:EPSG:4326",
    "http://www.opengis.net/def/crs/OGC/1.3/CRS84", "http://www.opengis.net/def/crs/EPSG/0/4326",
)  # fmt: skip
OTHER = {
    "EPSG:3857": "is in EPSG:3857; convert it",
    "urn:ogc:def:crs:EPSG::4284": "is in EPSG:4284; convert it",
    "urn:ogc:def:crs:OGC:1.3:CRS83": "is in OGC:CRS83; convert it",
    "ESRI:102100": "is in ESRI:102100; convert it",
    "EPSG:43260": "is in EPSG:43260; convert it",
    "Pulkovo 1942": "crs that is not the name of a system",
    "": "crs that is not the name of a system",
}


def named(name):
    return {"type": "name", "properties": {"name": name}}


def feature(**more):
    point = {"type": "Point", "coordinates": [44, 33]}
    return {"type": "Feature", "properties": {"name": "A"}, "geometry": point, **more}


def collection(*features, **more):
    return {"type": "FeatureCollection", "features": [*features] or [feature()], **more}


@pytest.mark.parametrize("name", WGS84)
def test_wgs_84_is_recognised_by_every_name_that_programs_write(name):
    check_member({"crs": named(name)}, name="a.geojson")


@pytest.mark.parametrize("name", OTHER)
def test_every_reader_of_geojson_refuses_another_system(run, tmp_path, name):
    path = tmp_path / "s.geojson"
    content = collection(crs=named(name))
    path.write_text(json.dumps(content))
    readers = (
        lambda: open_sites(str(path)),
        lambda: import_sites(of(path, "publisher", "country", "kind")),
        lambda: parse_registry(path.read_bytes(), name=str(path)),
        lambda: rm.Scenario(origins=["0,0"], ranges=["1 km"], sites=content).check(),
    )
    for read in readers:
        with pytest.raises(PlaceError, match=OTHER[name]):
            read()
    for words in (("sites", "validate", path), ("sites", "list", "--registry", path)):
        assert run(*words).status in {1, 2}
    map_ = run("map", "-f", "0,0", "--range", "1 km", "--sites", path, "-o", tmp_path / "x.html")
    assert (map_.status, map_.err.count("\n")) == (1, 1)


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (collection(crs=None), "reference system is unknown"),
        (collection(crs={"type": "link", "properties": {"href": "x"}}), "not the name of a system"),
        (collection(crs=5), "not the name of a system: 5"),
        (collection(feature(), feature(crs=named("EPSG:3857"))), "is in EPSG:3857"),
        (
            collection(feature(geometry={"type": "Point", "coordinates": [1, 2], "crs": None})),
            "reference system is unknown",
        ),
    ],
)
def test_a_system_is_found_wherever_geojson_may_name_it(tmp_path, content, part):
    path = tmp_path / "s.geojson"
    path.write_text(json.dumps(content))
    with pytest.raises(PlaceError, match=part) as refusal:
        open_sites(str(path))
    assert "\n" not in str(refusal.value)


def test_files_written_by_geopandas_in_wgs_84_are_read(tmp_path):
    frame = gpd.GeoDataFrame({"name": ["A"]}, geometry=[Point(44, 33)], crs="EPSG:4326")
    frame.to_file(tmp_path / "s.geojson")
    frame.to_parquet(tmp_path / "s.parquet")
    frame.to_crs("OGC:CRS84").to_parquet(tmp_path / "t.parquet")
    for name in ("s.geojson", "s.parquet", "t.parquet"):
        assert open_sites(str(tmp_path / name)).table().lon.tolist() == [44]


def test_a_null_system_of_geoparquet_is_unknown_and_a_missing_one_is_wgs_84(tmp_path):
    frame = gpd.GeoDataFrame({"name": ["A"]}, geometry=[Point(44, 33)])
    frame.to_parquet(tmp_path / "s.parquet")  # geopandas writes null
    for read in (
        lambda: open_sites(str(tmp_path / "s.parquet")),
        lambda: import_sites(of(tmp_path / "s.parquet")),
    ):
        with pytest.raises(PlaceError, match=r"is unknown \(crs is null\); write it again with"):
            read()
    about = {"version": "1.1.0", "primary_column": "g", "columns": {"g": {"encoding": "WKB"}}}
    table = pa.table({"name": ["A"], "g": [struct.pack("<BI2d", 1, 1, 44, 33)]})
    pq.write_table(
        table.replace_schema_metadata({"geo": json.dumps(about)}), tmp_path / "t.parquet"
    )
    assert open_sites(str(tmp_path / "t.parquet")).table().lon.tolist() == [44]
