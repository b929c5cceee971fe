"""Sites files read in chunks give the same results as those read whole."""

import gzip
import json
import math
import struct
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rangemap.errors import DocumentError, PlaceError, QuantityError
from rangemap.geodesy.position import SWAPPED_COLUMNS, check_position
from rangemap.sites.columns import Layout
from rangemap.sites.formats import suffix_of
from rangemap.sites.open import FORMATS, open_sites
from rangemap.sites.source import TableSites
from rangemap.sites.stream import batches as stream_batches
from rangemap.sites.stream.addresses import is_address
from rangemap.sites.stream.values import PLAIN_NUMBER, read_numbers
from rangemap.sites.table import parse_degrees
from rangemap.sites.wkb import _read_each, read_point
from tests.promises.hostile.cases import too_few_features
from tests.sites.reading import read_in_chunks, read_whole

ROWS = [
    ("id", "name", "lat", "lon", "precision_km", "kind", "tiv", "note"),
    ("007", "NA", "33.3", "44.4", "", "port", "1e3", "null"),
    ("007", "NA", "33.3", "44.4", "0.5", "port", "1e3", "a duplicate"),
    ("8", 'say "x", y', "-0.0", "190", "5", "", "", "two\nlines"),
    ("9", "Ağrı مطار", " 10. ", "+20", " 2 ", "", "12.50", ""),
    ("10", "pole", "90", "180", "0", "None", "nan", " kept "),
]


def csv_text(rows=ROWS, separator=","):
    def field(text):
        return '"{}"'.format(text.replace('"', '""')) if set(text) & set(',;\t"\n') else text

    return "".join(separator.join(map(field, row)) + "\n" for row in rows)


def same(one, other):
    for part in ("names", "ids", "kinds", "columns", "rows"):
        assert getattr(one, part) == getattr(other, part), part
    for part in ("lon", "lat", "precision_m"):
        assert getattr(one, part).tolist() == getattr(other, part).tolist(), part


@pytest.mark.parametrize("chunk_rows", [1, 2, 3, 100])
@pytest.mark.parametrize("form", ["plain", "gzip", "two gzip members", "utf-16", "semicolons", "bom", "crlf"])  # fmt: skip
def test_delimited_text_gives_the_same_sites_as_a_small_file(tmp_path, form, chunk_rows):
    text = csv_text(separator=";" if form == "semicolons" else ",")
    text = text.replace("\n", "\r\n") if form == "crlf" else text
    content = text.encode({"utf-16": "utf-16", "bom": "utf-8-sig"}.get(form, "utf-8"))
    if form == "gzip":
        content = gzip.compress(content)
    if form == "two gzip members":
        content = gzip.compress(content[:70]) + gzip.compress(content[70:])
    path = tmp_path / ("s.csv.gz" if "gzip" in form else "s.csv")
    path.write_bytes(content)
    same(read_in_chunks(path, chunk_rows=chunk_rows), read_whole(path))


def test_many_blocks_of_text_give_the_same_sites_as_a_small_file(tmp_path):
    rng = np.random.default_rng(1)
    lines = [f"{n},N{n},{lat:.6f},{lon:.5f},\"x\n{'y' * (n % 90)}\"" for n, (lat, lon) in enumerate(zip(rng.uniform(-90, 90, 9000), rng.uniform(-180, 180, 9000), strict=True))]  # fmt: skip
    path = tmp_path / "s.csv"
    path.write_text("\n".join(["id,name,lat,lon,text", *lines]))
    same(read_in_chunks(path, chunk_rows=1000), read_whole(path))


def frame():
    table = pd.DataFrame(ROWS[1:], columns=ROWS[0])
    lon, lat = [44.4, 44.4, -170.0, 20.0, -180.0], [33.3, 33.3, 0.0, 10.0, 90.0]
    table["n"] = [1, 2, 3, 4, None]
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")


@pytest.mark.parametrize("chunk_rows", [2, 100])
@pytest.mark.parametrize("suffix", [".gpkg", ".fgb"])
def test_vector_files_give_the_same_sites_as_small_ones(tmp_path, suffix, chunk_rows):
    path = tmp_path / f"s{suffix}"
    frame().to_file(path, **({"SPATIAL_INDEX": "NO"} if suffix == ".fgb" else {}))
    one, other = read_in_chunks(path, chunk_rows=chunk_rows), read_whole(path)
    # A missing number is None in one format and NaN in the other.
    assert [row[:8] for row in one.rows] == [row[:8] for row in other.rows]
    assert (one.names, one.ids, one.kinds) == (other.names, other.ids, other.kinds)
    assert one.lon.tolist() == other.lon.tolist() == frame().geometry.x.tolist()
    assert one.precision_m.tolist() == other.precision_m.tolist()


@pytest.mark.parametrize("chunk_rows", [2, 3, 100])
@pytest.mark.parametrize("suffix", [".gpkg", ".fgb"])
def test_features_without_a_geometry_do_not_move_those_of_others(tmp_path, suffix, chunk_rows):
    """GDAL 3.12 gives later points of a FlatGeobuf the places of earlier ones, or ends the process."""
    path = tmp_path / f"s{suffix}"
    x = np.linspace(-170, 170, 40)
    points = gpd.points_from_xy(x, x / 2)
    points[[0, 7, 8, 20, 39]] = None
    frame = gpd.GeoDataFrame({"name": [f"s{n}" for n in range(40)]}, geometry=points, crs=4326)
    frame.to_file(path, **({"SPATIAL_INDEX": "NO"} if suffix == ".fgb" else {}))
    sites = open_sites(str(path), chunk_rows=chunk_rows)
    chunks = [chunk for task in sites.tasks() for chunk in sites.chunks(task)]
    rejects = [reject for chunk in chunks for reject in chunk.rejects]
    assert [reject.row for reject in rejects] == [1, 8, 9, 21, 40]
    assert {reject.reason for reject in rejects} == {"geometry is missing; expected a Point"}
    tables = [chunk.take(np.arange(len(chunk.lon))) for chunk in chunks]
    read = {name: lon for table in tables for name, lon in zip(table.names, table.lon, strict=True)}
    assert read == {f"s{n}": x[n] for n in range(40) if points[n] is not None}


def test_memory_is_not_allocated_for_features_that_a_header_claims(tmp_path):
    path = tmp_path / "s.fgb"
    path.write_bytes(too_few_features())
    with pytest.raises(PlaceError, match="more than 2,000,000 rows of 2 columns"):
        read_whole(path)


def test_a_malformed_row_with_a_huge_field_is_refused(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text('name,lat,lon\n"' + "A,1,2\n" * 40_000)
    sites = open_sites(str(path))
    rejects = [r for task in sites.tasks() for chunk in sites.chunks(task) for r in chunk.rejects]
    assert rejects
    with pytest.raises(PlaceError, match="1 fields but 3 columns"):
        sites.refuse(rejects)


def test_a_layer_is_never_chosen_silently_among_several(tmp_path):
    path = tmp_path / "s.gpkg"
    for layer in ("ports", "bases"):
        frame().to_file(path, layer=layer)
    words = r"s\.gpkg: has 2 layers with geometry \('ports', 'bases'\); read one with `rangemap sites import --layer NAME`, or keep one$"
    with pytest.raises(PlaceError, match=words):
        read_whole(path)
    with pytest.raises(PlaceError, match=words):
        open_sites(str(path))


@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
@pytest.mark.parametrize("group", [1, 2, 100])
def test_geoparquet_is_read_as_written(tmp_path, group, encoding):
    path = tmp_path / "s.parquet"
    frame().to_parquet(
        path, row_group_size=group, geometry_encoding=encoding, schema_version="1.1.0",
        write_covering_bbox=encoding == "WKB",
    )  # fmt: skip
    table = read_whole(path)
    assert table.columns == (*ROWS[0], "n")
    assert table.lon.tolist() == frame().geometry.x.tolist()
    assert table.lat.tolist() == frame().geometry.y.tolist()
    assert table.precision_m.tolist() == [0, 500, 5000, 2000, 0]
    assert [row[:8] for row in table.rows] == ROWS[1:]
    assert [row[8] for row in table.rows] == [1, 2, 3, 4, None]


@pytest.mark.parametrize(
    "kind", [pa.float64(), pa.float32(), pa.decimal128(9, 4), pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())], ids=str
)  # fmt: skip
def test_parquet_columns_of_any_numeric_or_text_type_can_be_positions(tmp_path, kind):
    lat, lon = ["33.5", "-90.0", "0.25"], ["44.25", "180.0", "-0.5"]
    numbers = pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    columns = [pa.array(c).cast(pa.float64()).cast(kind) if numbers else pa.array(c).cast(kind) for c in (lat, lon)]  # fmt: skip
    path = tmp_path / "s.parquet"
    pq.write_table(
        pa.table({"ident": ["a", "b", "a"], "Latitude": columns[0], "LON": columns[1]}), path
    )
    table = read_whole(path)
    assert (table.names, table.ids) == (("a", "b", "a"), ("a", "b", "a"))
    assert table.lat.tolist() == [33.5, -90, 0.25]
    assert table.lon.tolist() == [44.25, 180, -0.5]


texts = st.one_of(
    st.text(" +-0123456789.eE,", max_size=9),
    st.floats(-400, 400).map(repr),
    st.decimals(-200, 200, places=8).map(str),
    st.sampled_from(
        ["", "nan", "NaN", "inf", "1_0", "０", "1,5", "33°", " 5\n", "1e-3", "5.", ".5"]
    ),
)


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=30))
@example([("90.0000001", "0"), ("89.99999999999999", "180.00000000000001"), ("-0", "360")])
def test_the_fast_path_gives_the_results_of_the_rules(pairs):
    rows = pa.RecordBatch.from_pydict({"lat": [lat for lat, _ in pairs], "lon": [lon for _, lon in pairs]})  # fmt: skip
    chunk = make_chunk(rows)
    expected, refused = [], []
    for number, (lat, lon) in enumerate(pairs, start=1):
        try:
            lonlat = (parse_degrees(lon, "longitude", ""), parse_degrees(lat, "latitude", ""))
            expected.append(check_position(*lonlat, hint=SWAPPED_COLUMNS))
        except QuantityError as error:
            refused.append((number, str(error)))
    assert list(zip(chunk.lon.tolist(), chunk.lat.tolist(), strict=True)) == expected
    assert [(reject.row, reject.reason) for reject in chunk.rejects] == refused


def make_chunk(rows, **columns):
    layout = Layout(columns=tuple(rows.schema.names), **(columns or {"lat": "lat", "lon": "lon"}))
    (batch,) = stream_batches.number_rows([rows], 1)
    return stream_batches.make_chunk(batch, layout, lambda: rows)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=20))
def test_numbers_are_parsed_exactly(numbers):
    texts = pa.array([repr(number) for number in numbers], pa.string())
    assert read_numbers(texts, PLAIN_NUMBER).tolist() == numbers


def wkb(kind, *ordinates, order="<"):
    return struct.pack(f"{order}BI{len(ordinates)}d", order == "<", kind, *ordinates)


def test_points_in_every_encoding_are_read_and_all_else_is_rejected():
    good = [
        wkb(1, 10, 20), wkb(1, 10, 20, order=">"), wkb(1001, 10, 20, 5), wkb(3001, 10, 20, 5, 6),
        wkb(0x80000001, 10, 20, 5), wkb(1, 190.0, -90),
    ]  # fmt: skip
    bad = [
        None, b"", b"\1", wkb(1, math.nan, math.nan), wkb(1, 500, 0), wkb(1, 0, 90.5), wkb(1, math.inf, 0),
        wkb(2, 10, 20), wkb(0x20000001, 1, 2), b"\2" + wkb(1, 10, 20)[1:], wkb(7, 0, 0) * 1000,
    ]  # fmt: skip
    rows = pa.RecordBatch.from_pydict({"g": pa.array([*bad, *good], pa.binary())})
    chunk = make_chunk(rows, geometry="g")
    assert chunk.lon.tolist() == [10] * 5 + [-170]
    assert chunk.lat.tolist() == [20] * 5 + [-90]
    assert [reject.row for reject in chunk.rejects] == list(range(1, len(bad) + 1))
    assert [reject.reason.split(";")[0] for reject in chunk.rejects] == [
        *["geometry is missing"] * 3, "geometry is an empty Point", "longitude 500 is outside -180 to 180",
        "latitude 90.5 is outside -90 to 90 (longitude comes first)", "longitude inf is outside -180 to 180",
        "geometry is a LineString", "geometry is cut short", "geometry is missing",
        "geometry is an empty GeometryCollection",
    ]  # fmt: skip
    # A slice of a larger array has its own offset.
    assert make_chunk(rows.slice(len(bad) + 1, 2), geometry="g").lon.tolist() == [10, 10]


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=20))
@example([(0.0, -0.0)])
def test_plain_points_are_read_as_stored_whatever_is_beside_them(positions):
    plain = pa.array([wkb(1, *position) for position in positions], pa.binary())
    for column in (
        plain,
        plain.cast(pa.large_binary()),
        pa.concat_arrays([pa.array([b"before"]), plain]).slice(1),
        pa.concat_arrays([plain, pa.array([wkb(1001, 1, 2, 3)])]).slice(0, len(positions)),
        pa.array([wkb(1, *position, order="<>"[n % 2]) for n, position in enumerate(positions)]),
    ):
        chunk = make_chunk(pa.RecordBatch.from_pydict({"g": column}), geometry="g")
        assert list(zip(chunk.lon.tolist(), chunk.lat.tolist(), strict=True)) == positions
    mixed = pa.concat_arrays([plain, pa.array([None, wkb(1, 300, 95)], pa.binary())])
    chunk = make_chunk(pa.RecordBatch.from_pydict({"g": mixed}), geometry="g")
    assert len(chunk.lon) == len(positions)
    assert [reject.row for reject in chunk.rejects] == [len(positions) + 1, len(positions) + 2]


@pytest.mark.parametrize("chunk_rows", [7, 300, 1000])
def test_bad_and_incomplete_rows_are_reported_by_their_number_in_the_file(tmp_path, chunk_rows):
    bad = {
        3: "torn", 4: "N4,95,0,", 500: "N500,,5,", 1201: "N1201,1,1,1,1", 1999: "N1999,1,1,-3", 2000: "x,y",
    }  # fmt: skip
    lines = [bad.get(number, f"N{number},{number % 90},5,") for number in range(1, 2001)]
    path = tmp_path / "s.csv"
    path.write_text("\n".join(["name,lat,lon,precision_km", *lines]))
    stream = open_sites(str(path), chunk_rows=chunk_rows)
    chunks = [chunk for task in stream.tasks() for chunk in stream.chunks(task)]
    rejects = [reject for chunk in chunks for reject in chunk.rejects]
    assert [reject.row for reject in rejects] == list(bad)
    assert [reject.reason.split(";")[0] for reject in rejects] == [
        "1 fields but 4 columns", "latitude 95 is outside -90 to 90 (the columns may be swapped)",
        "latitude is ''", "5 fields but 4 columns", "precision_km is '-3'", "2 fields but 4 columns",
    ]  # fmt: skip
    assert [reject.fields[0] for reject in rejects] == ["torn", "N4", "N500", "N1201,1,1,1,1", "N1999", "x,y"]  # fmt: skip
    assert sum(chunk.n_rows for chunk in chunks) == 2000
    assert sum(len(chunk.lon) for chunk in chunks) == 2000 - len(bad)
    with pytest.raises(PlaceError) as refused:
        read_in_chunks(path, chunk_rows=chunk_rows)
    assert str(refused.value).splitlines()[1].startswith(f"{path}: row 4: latitude 95 is outside")


@pytest.mark.parametrize("share", [0.001, 0.2, 0.95])
def test_rows_keep_their_numbers_between_any_malformed_ones(tmp_path, share):
    rng = np.random.default_rng(3)
    n = 12_000  # several blocks of the reader
    kinds = rng.choice(3, n, p=[1 - share, share / 2, share / 2])
    kinds[1000:1400] = 1  # longer than a chunk
    lines = [("N,10,20", "torn", "N,95,20")[kind] for kind in kinds]
    path = tmp_path / "s.csv"
    path.write_text("\n".join(["name,lat,lon", *lines]))
    stream = open_sites(str(path), chunk_rows=250)
    chunks = [chunk for task in stream.tasks() for chunk in stream.chunks(task)]
    rejects = sorted((reject.row, len(reject.fields[0])) for chunk in chunks for reject in chunk.rejects)  # fmt: skip
    assert [row for row, _ in rejects] == (np.flatnonzero(kinds) + 1).tolist()
    assert [size for _, size in rejects] == [len(lines[row - 1].split(",")[0]) for row, _ in rejects]  # fmt: skip
    assert sum(len(chunk.lon) for chunk in chunks) == (kinds == 0).sum()


def test_a_column_is_summed_as_numbers_in_any_format(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text(csv_text())
    stream = open_sites(str(path))
    (chunk,) = [chunk for task in stream.tasks() for chunk in stream.chunks(task)]
    expected = [1000, 1000, math.nan, 12.5, math.nan]
    np.testing.assert_array_equal(chunk.values("tiv"), expected)
    table = TableSites("s", read_whole(path), chunk_rows=2)
    chunks = [chunk for task in table.tasks() for chunk in table.chunks(task)]
    np.testing.assert_array_equal(np.concatenate([chunk.values("tiv") for chunk in chunks]), expected)  # fmt: skip
    assert chunks[1].take(np.array([1])).names == ("Ağrı مطار",)


@pytest.mark.parametrize("size", range(30))
@pytest.mark.parametrize("kind", [4, 7, 0x20000004, 0x20000007])
def test_a_geometry_that_is_cut_short_is_refused(kind, size):
    whole = struct.pack("<BIIBIdd", 1, kind, 4326 if kind > 7 else 1, 1, 1, 10, 20)
    with pytest.raises(QuantityError):
        read_point(whole[:size])


@pytest.mark.parametrize("available", [0, 20, 21, 41])
def test_points_that_are_not_in_their_file_are_invalid(available):
    # GDAL may hand over such columns of a damaged file; pyarrow refuses to make them.
    octets = np.frombuffer((wkb(1, 10, 20) * 2)[:available], np.uint8)
    lon, lat = _read_each(octets, np.array([0, 21, 42]), None)
    assert np.isnan(lon).tolist() == np.isnan(lat).tolist() == [available < 21, True]


GEO = {"version": "1.1.0", "primary_column": "g", "columns": {"g": {"encoding": "WKB"}}}


def with_geo(geo, points=None):
    text = geo if isinstance(geo, bytes) else json.dumps(geo).encode()
    table = pa.table({"name": ["a"], "g": points or [wkb(1, 1, 2)]})
    return table.replace_schema_metadata({"geo": text})


def geo(**about):
    return {**GEO, "columns": {"g": {"encoding": "WKB", **about}}}


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (pa.table({"name": ["a"], "lat": [1.0]}), "has no longitude column"),
        (pa.table({"lat": [1.0], "lon": [1.0]}), "has no name column"),
        (with_geo(b"[" * 100_000), "malformed GeoParquet metadata; write the file again"),
        (with_geo([]), "malformed GeoParquet metadata"),
        (with_geo(geo(covering={"bbox": {"xmin": []}})), "malformed GeoParquet metadata"),
        (with_geo(geo(encoding="polygon")), "expected WKB or point"),
        (with_geo(geo(encoding=["WKB"])), "expected WKB or point"),
        (with_geo(geo(encoding="point"), [{"lon": 1.0, "lat": 2.0}]), "points have no x and y"),
        (with_geo(geo(), [5]), "cannot be read: Unsupported cast"),
        (with_geo(geo(crs={"id": {"authority": "EPSG", "code": 3857}})), "convert it to EPSG:4326"),
        (with_geo(geo(crs="EPSG:4326")), "convert it to EPSG:4326"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_parquet_file_without_sites_is_refused_in_one_line(tmp_path, table, words):
    path = tmp_path / "s.parquet"
    pq.write_table(table, path)
    with pytest.raises(DocumentError, match=words) as refused:
        read_whole(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert "\n" not in str(refused.value)


def test_wgs_84_is_accepted_under_either_name(tmp_path):
    path = tmp_path / "s.parquet"
    for authority, code in (("EPSG", 4326), ("OGC", "CRS84")):
        pq.write_table(with_geo(geo(crs={"id": {"authority": authority, "code": code}})), path)
        assert read_whole(path).lon.tolist() == [1]


@pytest.mark.parametrize("name", ["s.parquet", "s.csv", "s.csv.gz", "s.gpkg", "s.fgb"])
@pytest.mark.parametrize(
    "content",
    [b"", b"PAR1", b"\x1f\x8b", b"<OGRVRTDataSource/>", b"SQLite format 3\0" + bytes(100), b"fgb\3fgb\0" + bytes(9), b"a,a\n1,2\n", b"name,lat,lon\n\xff,1,2\n", b'name,lat,lon\n"a'],
    ids=lambda content: str(content[:8]),
)  # fmt: skip
def test_files_of_another_format_are_refused_in_one_line(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DocumentError) as refused:
        read_in_chunks(path)
    assert str(refused.value).startswith(f"{path}:")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "name",
    ["ftp://127.0.0.1/s.csv", "file:///etc/s.csv", "zip://s.csv::s3://b/c", "shell://s.csv", "missing.parquet", ".", "https://127.0.0.1:9/s.csv"],
)  # fmt: skip
def test_invalid_or_missing_addresses_are_refused_in_one_line(name):
    with pytest.raises(DocumentError) as refused:
        open_sites(name if name != "." else "tests.csv")
    assert "\n" not in str(refused.value)


def test_the_suffix_of_a_file_name_determines_its_format():
    assert suffix_of("a/b.CSV.gz") == ".csv"
    assert {".csv", ".parquet", ".geojson", ".xlsx", ".kmz"} <= set(FORMATS)
    assert not is_address("C:\\x.csv")
    with pytest.raises(PlaceError, match=r"unknown kind of site file ''; expected \.csv, \.tsv"):
        open_sites("folder.csv/x")


def test_without_pyarrow_one_line_names_the_package_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(DocumentError, match=r'pip install "rangemap\[parquet\]"'):
        read_whole(tmp_path / "s.parquet")
