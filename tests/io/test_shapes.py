"""A point that is the only part of a collection is read in every format; other shapes say the way out."""

import json

import geopandas as gpd
import pytest
import shapely
from shapely.geometry import GeometryCollection, LineString, MultiPoint, Point, Polygon, mapping

from rangemap.errors import PlaceError
from rangemap.importing.cells import parse_cell
from rangemap.importing.choices import DecimalSeparator
from rangemap.io.shapes import not_a_point
from tests.importing.reading import positions, sites
from tests.sites.reading import read_in_chunks, read_whole

TRIANGLE = Polygon([(1, 2), (3, 4), (5, 6)])
POINTS = [
    MultiPoint([(44, 33)]), MultiPoint([(44, 33, 5)]), GeometryCollection([Point(44, 33)]),
]  # fmt: skip
SHAPES = {
    "MultiPoint of 2 Points; expected one Point: split it": MultiPoint([(44, 33), (45, 33)]),
    "Polygon; expected a Point: convert it to its centroid": TRIANGLE,
    "LineString; expected a Point: convert it to its centroid": LineString([(1, 2), (3, 4)]),
    "an empty MultiPoint; expected a Point": MultiPoint([]),
    "an empty GeometryCollection; expected a Point": GeometryCollection([]),
}
WRITERS = {
    "WKT": lambda shape: shape.wkt,
    "EWKT": lambda shape: f"SRID=4326;{shape.wkt}",
    "WKB": lambda shape: shape.wkb,
    "big-endian WKB": lambda shape: shapely.to_wkb(shape, byte_order=0),
    "EWKB in hexadecimal digits": lambda shape: shapely.to_wkb(
        shapely.set_srid(shape, 4326), hex=True, include_srid=True
    ),
    "GeoJSON": lambda shape: json.dumps(mapping(shape)),
}
SUFFIXES = [".geojson", ".gpkg", ".fgb", ".shp", ".parquet"]


def written(path, shapes):
    frame = gpd.GeoDataFrame(
        {"name": [f"P{n}" for n in range(len(shapes))]}, geometry=shapes, crs="EPSG:4326"
    )
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path, **({"SPATIAL_INDEX": "NO"} if path.suffix == ".fgb" else {}))
    return path


@pytest.mark.parametrize("notation", WRITERS)
def test_a_cell_with_the_only_point_of_a_collection_is_read(notation):
    for shape in POINTS:
        cell = WRITERS[notation](shape)
        assert parse_cell(cell, DecimalSeparator.POINT).lonlat == (44, 33), (notation, shape.wkt)


@pytest.mark.parametrize("notation", WRITERS)
def test_a_cell_with_another_shape_says_the_way_out(notation):
    for problem, shape in SHAPES.items():
        with pytest.raises(ValueError, match="geometry is") as refused:
            parse_cell(WRITERS[notation](shape), DecimalSeparator.POINT)
        assert problem in str(refused.value), (notation, shape.wkt)


def test_wkb_that_is_cut_short_or_in_another_system_is_refused():
    whole = MultiPoint([(44, 33)]).wkb
    for end in range(5, len(whole)):
        with pytest.raises(ValueError, match=r"cut short|empty MultiPoint|missing|of Point"):
            parse_cell(whole[:end], DecimalSeparator.POINT)
    other = shapely.to_wkb(shapely.set_srid(MultiPoint([(44, 33)]), 3857), include_srid=True)
    with pytest.raises(ValueError, match="SRID 3857"):
        parse_cell(other, DecimalSeparator.POINT)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_multipoint_of_one_point_is_read_from_files(tmp_path, suffix):
    path = written(tmp_path / f"a{suffix}", [MultiPoint([(44, 33)]), MultiPoint([(45.5, -12)])])
    expected = {"P0": (33, 44), "P1": (-12, 45.5)}
    assert positions(sites(path)[0]) == expected
    for table in (read_whole(path), read_in_chunks(path)):
        found = zip(table.names, zip(table.lat, table.lon, strict=True), strict=True)
        assert dict(found) == expected


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_several_points_and_areas_say_the_way_out_in_files(tmp_path, suffix):
    several = written(tmp_path / f"a{suffix}", [MultiPoint([(44, 33), (45, 33)])])
    area = written(tmp_path / f"b{suffix}", [TRIANGLE])
    for path, reason in (
        (several, not_a_point("MultiPoint", ["Point"] * 2)),
        (area, not_a_point("Polygon")),
    ):
        assert [reject.reason for reject in sites(path)[0].rejects] == [reason]
        with pytest.raises(PlaceError) as refused:
            read_whole(path)
        assert reason in str(refused.value)
