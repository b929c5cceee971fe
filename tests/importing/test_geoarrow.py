"""Parquet files without GeoParquet's metadata, whose columns of points are marked as GeoArrow."""

import json
import struct

import pytest

from rangemap.errors import RangemapError
from rangemap.sites import open_sites
from tests.importing.reading import positions, sites

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
pyproj = pytest.importorskip("pyproj")

ROWS = [("A", 44.4, 33.3), ("B", 44.0, 36.2)]


def _separated(lonlats):
    return pa.array([{"x": x, "y": y} for x, y in lonlats])


def _interleaved(lonlats):
    return pa.array([list(pair) for pair in lonlats], pa.list_(pa.float64(), 2))


def _wkb(lonlats):
    return pa.array([struct.pack("<BIdd", 1, 1, x, y) for x, y in lonlats])


ENCODINGS = {"separated": _separated, "interleaved": _interleaved, "WKB": _wkb}
UTM = pyproj.CRS.from_epsg(32638)
KNOWN = {
    "no metadata": None,
    "no crs": {},
    "code": {"crs": "EPSG:4326", "crs_type": "authority_code"},
    "another code": {"crs": "OGC:CRS84"},
    "SRID": {"crs": "4326", "crs_type": "srid"},
    "PROJJSON": {"crs": pyproj.CRS.from_user_input("OGC:CRS84").to_json_dict(), "crs_type": "projjson"},
    "WKT2": {"crs": pyproj.CRS.from_epsg(4326).to_wkt(), "crs_type": "wkt2:2019"},
}  # fmt: skip
OTHER = {
    "null": ({"crs": None}, "its reference system is unknown"),
    "code": ({"crs": "EPSG:3857", "crs_type": "authority_code"}, "is in EPSG:3857"),
    "SRID": ({"crs": "32638", "crs_type": "srid"}, "is in EPSG:32638"),
    "PROJJSON": ({"crs": UTM.to_json_dict(), "crs_type": "projjson"}, "is in EPSG:32638"),
    "WKT2": ({"crs": UTM.to_wkt(), "crs_type": "wkt2:2019"}, "is in EPSG:32638"),
    "PROJJSON without a code": ({"crs": {"type": "GeographicCRS", "name": "mine"}}, "unknown reference system"),
    "text": ({"crs": "mine"}, "is in MINE"),
    "list": ({"crs": [4326]}, "unknown reference system"),
}  # fmt: skip


@pytest.fixture
def written(tmp_path):
    def write(encoding, details, rows=ROWS, geometry="where"):
        extension = "geoarrow.wkb" if encoding == "WKB" else "geoarrow.point"
        metadata = {"ARROW:extension:name": extension}
        if details is not None:
            text = details if isinstance(details, str) else json.dumps(details)
            metadata["ARROW:extension:metadata"] = text
        points = ENCODINGS[encoding]([row[1:] for row in rows])
        schema = pa.schema(
            [("name", pa.string()), pa.field(geometry, points.type, metadata=metadata)]
        )
        path = tmp_path / "s.parquet"
        pq.write_table(pa.table([pa.array([row[0] for row in rows]), points], schema=schema), path)
        return path

    return write


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("details", KNOWN.values(), ids=KNOWN)
def test_points_on_wgs_84_are_read(written, encoding, details):
    path = written(encoding, details)
    expected = {name: (lat, lon) for name, lon, lat in ROWS}
    assert positions(sites(path)[0]) == expected
    table = open_sites(str(path)).table()
    assert dict(zip(table.names, zip(table.lat, table.lon, strict=True), strict=True)) == expected


@pytest.mark.parametrize("geometry", ["geometry", "where"])
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(("details", "message"), OTHER.values(), ids=OTHER)
def test_points_in_other_systems_are_refused(written, encoding, details, message, geometry):
    path = written(encoding, details, geometry=geometry)
    for read in (sites, lambda path: open_sites(str(path)).table()):
        with pytest.raises(RangemapError) as refusal:
            read(path)
        assert str(refusal.value).startswith(f"{path}: ")
        assert message in str(refusal.value)
        assert "EPSG:4326" in str(refusal.value)


@pytest.mark.parametrize("details", ["{", "[]", "3", "[" * 100_000])
def test_malformed_metadata_is_refused(written, details):
    path = written("separated", details)
    for read in (sites, lambda path: open_sites(str(path))):
        with pytest.raises(RangemapError, match="malformed"):
            read(path)


@pytest.mark.parametrize("encoding", ["separated", "interleaved"])
def test_an_empty_point_is_an_invalid_row(written, encoding):
    path = written(encoding, {}, [*ROWS, ("C", float("nan"), float("nan"))])
    result, _ = sites(path)
    assert [(reject.row, reject.reason) for reject in result.rejects] == [
        (3, "geometry is empty; expected a Point")
    ]
    with pytest.raises(RangemapError, match=r"row 3: geometry is .*expected"):
        open_sites(str(path)).table()
