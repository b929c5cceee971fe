"""Known positions in every format, encoding and spelling: read back equal, or refused with the way out.

Each table goes through `sites import` and `check --sites`; neither may return another position.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rangemap.errors import RangemapError
from rangemap.sites import open_sites
from tests.importing.reading import positions, sites
from tests.importing.test_notations import LAT, LON, MILLISECONDS, NOTATIONS

TENTH_OF_A_MICRODEGREE = 1e-7
ALPHABETS = {
    "utf-8": "aé中ж", "utf-8-sig": "aé中ж", "utf-16": "aé中ж", "cp1252": "aéßø", "cp1250": "čaža",
    "cp1251": "aжщя", "cp1253": "aλωΔ", "cp1254": "ağşİ", "cp1256": "aبغد", "cp1257": "aģķš",
    "latin-1": "aéßø", "mac-roman": "aéßø", "cp850": "aéßø", "cp866": "aжщя", "koi8-r": "aжщя",
    "gb18030": "a中文", "cp932": "aかな", "utf-16-le": "aé中ж",
}  # fmt: skip
"""Letters of names by encoding."""

FOUND_BY_ITSELF = {"utf-8", "utf-8-sig", "utf-16"}
WAY_OUT = re.compile(
    r"--[a-z]|rangemap sites import|\b(?:expected|write|use|specify|convert|correct|fill it in|remove|save|name|unpack|open)\b"
)


class Site(NamedTuple):
    """A name, and a latitude and a longitude in thousandths of a second."""

    name: str
    lat: int
    lon: int

    @property
    def position(self) -> tuple[float, float]:
        return self.lat / MILLISECONDS, self.lon / MILLISECONDS


Sites = Sequence[Site]


def of(points: Sequence[tuple[int, int]], letters: str = "aé中ж") -> list[Site]:
    """Name each point differently."""
    return [Site(f"S{letters}{number}", *point) for number, point in enumerate(points)]


points = st.lists(st.tuples(LAT, LON), min_size=1, max_size=5)


# -- formats with positions of their own --------------------------------------------------------


def frame(these: Sites) -> gpd.GeoDataFrame:
    lats, lons = zip(*(site.position for site in these), strict=True)
    names = {"name": [site.name for site in these]}
    return gpd.GeoDataFrame(names, geometry=gpd.points_from_xy(lons, lats), crs=4326)


def features(these: Sites) -> list[dict[str, object]]:
    return [
        {
            "type": "Feature", "properties": {"name": site.name},
            "geometry": {"type": "Point", "coordinates": list(reversed(site.position))},
        }
        for site in these
    ]  # fmt: skip


def write_geojson(path: Path, these: Sites) -> None:
    content = {"type": "FeatureCollection", "features": features(these)}
    path.write_text(json.dumps(content), "utf-8")


def write_sequence(path: Path, these: Sites) -> None:
    """RFC 8142: each text begins with a record separator."""
    path.write_text("".join(f"\x1e{json.dumps(each)}\n" for each in features(these)), "utf-8")


def write_lines(path: Path, these: Sites) -> None:
    path.write_text("".join(f"{json.dumps(each)}\n" for each in features(these)), "utf-8")


def write_objects(path: Path, these: Sites) -> None:
    keys = ("name", "latitude", "longitude")
    rows = [dict(zip(keys, (site.name, *site.position), strict=True)) for site in these]
    path.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")


def kml(these: Sites) -> str:
    marks = "".join(
        f"<Placemark><name>{escape(site.name)}</name><Point><coordinates>"
        f"{site.position[1]!r},{site.position[0]!r},0</coordinates></Point></Placemark>"
        for site in these
    )
    return f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{marks}</Document></kml>'


def write_kmz(path: Path, these: Sites) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("doc.kml", kml(these))


def write_gpx(path: Path, these: Sites) -> None:
    marks = "".join(
        f'<wpt lat="{site.lat / MILLISECONDS:.10f}" lon="{site.lon / MILLISECONDS:.10f}">'
        f"<name>{escape(site.name)}</name></wpt>"
        for site in these
    )
    path.write_text(
        f'<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1">{marks}</gpx>', "utf-8"
    )


def write_points(path: Path, these: Sites) -> None:
    """Points as Arrow has them: a struct of x and y."""
    lats, lons = zip(*(site.position for site in these), strict=True)
    point = pa.StructArray.from_arrays([pa.array(lons), pa.array(lats)], ["x", "y"])
    pq.write_table(pa.table({"name": [site.name for site in these], "geometry": point}), path)


def write_decimals(path: Path, these: Sites) -> None:
    rows = {
        axis: pa.array([f"{getattr(s, axis) / MILLISECONDS:.10f}" for s in these]).cast(
            pa.decimal128(20, 10)
        )
        for axis in ("lat", "lon")
    }
    pq.write_table(pa.table({"name": [site.name for site in these], **rows}), path)


def write_sheet(path: Path, these: Sites) -> None:
    book = openpyxl.Workbook()
    book.active.append(["name", "lat", "lon"])
    for site in these:
        book.active.append([site.name, *site.position])
    book.save(path)


def write_numbers(path: Path, these: Sites) -> None:
    lats, lons = zip(*(site.position for site in these), strict=True)
    names = [site.name for site in these]
    pd.DataFrame({"name": names, "lat": lats, "lon": lons}).to_parquet(path)


FORMATS: dict[str, tuple[str, Callable[[Path, Sites], object]]] = {
    "GeoJSON": (".geojson", write_geojson),
    "GeoJSON text sequence": (".geojsons", write_sequence),
    "GeoJSON lines": (".geojsonl", write_lines),
    "list of objects": (".json", write_objects),
    "KML": (".kml", lambda path, these: path.write_text(kml(these), "utf-8")),
    "KMZ": (".kmz", write_kmz),
    "GPX": (".gpx", write_gpx),
    "GeoPackage": (".gpkg", lambda path, these: frame(these).to_file(path)),
    "FlatGeobuf": (".fgb", lambda path, these: frame(these).to_file(path, SPATIAL_INDEX="NO")),
    "shapefile": (".shp", lambda path, these: frame(these).to_file(path, encoding="utf-8")),
    "GeoParquet": (".parquet", lambda path, these: frame(these).to_parquet(path)),
    "GeoParquet of points": (
        ".parquet",
        lambda path, these: frame(these).to_parquet(path, geometry_encoding="geoarrow", schema_version="1.1.0"),
    ),
    "Parquet with points": (".parquet", write_points),
    "Parquet with numbers": (".parquet", write_numbers),
    "Parquet with decimals": (".parquet", write_decimals),
    "workbook": (".xlsx", write_sheet),
}  # fmt: skip


def in_zip(path: Path, member: str) -> Path:
    """Return a zip file that contains a file, and for a shapefile the files beside it."""
    parts = path.parent.glob(f"{path.stem}.*") if path.suffix == ".shp" else [path]
    zipped = path.parent / "one.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            archive.write(part, member + part.suffix)
    return zipped


# -- both ways of reading -----------------------------------------------------------------------


def imported(path: Path, **options) -> dict[str, tuple[float, float]] | str:
    """Positions by name from `sites import`, or the refusal."""
    try:
        result, _ = sites(path, **options)
    except RangemapError as error:
        return str(error)
    if result.rejects:
        first = result.rejects[0]
        return f"{path}: row {first.row}: {first.reason}"
    return positions(result)


def checked(path: Path) -> dict[str, tuple[float, float]] | str:
    """Positions by name from `check --sites`, or the refusal; in chunks they are the same."""
    try:
        table = open_sites(str(path)).table()
    except RangemapError as error:
        return str(error)
    found = {
        name: (float(lat), float(lon))
        for name, lat, lon in zip(table.names, table.lat, table.lon, strict=True)
    }
    source = open_sites(str(path), chunk_rows=2)
    chunks = [chunk for task in source.tasks() for chunk in source.chunks(task)]
    streamed = {
        name: (float(lat), float(lon))
        for chunk in chunks
        for name, lat, lon in zip(
            chunk.take(np.arange(len(chunk.lon))).names, chunk.lat, chunk.lon, strict=True
        )
    }
    assert streamed == found
    return found


def expect(found: dict[str, tuple[float, float]] | str, these: Sites, path: Path) -> bool:
    """Require the right positions or a refusal with the way out; return whether it was read."""
    if isinstance(found, str):
        for line in found.splitlines():
            assert line.startswith(str(path)), found
            assert WAY_OUT.search(line) or " is outside -" in line, found
        return False
    assert list(found) == [site.name for site in these] or sorted(found) == sorted(
        site.name for site in these
    )
    for site in these:
        lat, lon = found[site.name]
        # 180 degrees east and west are one meridian.
        turned = (lon - site.position[1]) % 360
        assert abs(lat - site.position[0]) <= TENTH_OF_A_MICRODEGREE, (found, site)
        assert min(turned, 360 - turned) <= TENTH_OF_A_MICRODEGREE, (found, site)
    return True


quickly = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
thoroughly = settings(quickly, max_examples=150)


def check_format(tmp_path, kind: str, these: Sites, *, zipped: bool) -> None:
    suffix, write = FORMATS[kind]
    path = tmp_path / f"s{suffix}"
    for old in tmp_path.glob("s.*"):
        old.unlink()
    write(path, these)
    if zipped and kind == "KMZ":
        return  # an archive in an archive
    if zipped:
        path = in_zip(path, "data/s")
    assert expect(imported(path), these, path), imported(path)
    assert expect(checked(path), these, path) or kind == "Parquet with points", checked(path)


@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "zip"])
@pytest.mark.parametrize("kind", FORMATS)
@quickly
@given(points=points)
def test_every_format_is_read_back(tmp_path, kind, zipped, points):
    check_format(tmp_path, kind, of(points), zipped=zipped)


@pytest.mark.thorough
@pytest.mark.parametrize("kind", FORMATS)
@thoroughly
@given(points=points, zipped=st.booleans())
def test_every_format_is_read_back_for_long(tmp_path, kind, zipped, points):
    check_format(tmp_path, kind, of(points), zipped=zipped)


# -- tables -------------------------------------------------------------------------------------


def write_table(
    path: Path, rows: Sequence[dict[str, str]], *, encoding: str, delimiter: str, newline: str
) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator=newline)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))


def can_write(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


DEFINED_BY_THEIR_FORMAT = {"GeoJSON", "WKT", "EWKT", "WKT of EPSG", "WKT of OGC"}
TABLES = {
    "notation": st.sampled_from(sorted(NOTATIONS)),
    "encoding": st.sampled_from(sorted(ALPHABETS)),
    "delimiter": st.sampled_from([",", ";", "\t", "|"]),
    "decimal": st.sampled_from([".", ","]),
    "suffix": st.sampled_from([".csv", ".tsv", ".txt", ".dat"]),
    "newline": st.sampled_from(["\n", "\r\n", "\r"]),
    "points": points,
}


def check_table(tmp_path, *, notation, encoding, delimiter, decimal, suffix, newline, points):
    these = of(points, ALPHABETS[encoding])
    decimal = "." if notation in DEFINED_BY_THEIR_FORMAT else decimal
    rows = [
        {"name": site.name, **{
            header: cell.replace(".", decimal)
            for header, cell in NOTATIONS[notation](site.lat, site.lon).items()
        }}
        for site in these
    ]  # fmt: skip
    if not can_write("".join(cell for row in rows for cell in row.values()), encoding):
        return
    path = tmp_path / f"s{suffix}"
    write_table(path, rows, encoding=encoding, delimiter=delimiter, newline=newline)
    given = {} if encoding in FOUND_BY_ITSELF else {"encoding": encoding}
    expect(imported(path, **given), these, path)
    expect(imported(path), these, path)
    expect(checked(path), these, path)


@settings(quickly, max_examples=60)
@given(**TABLES)
def test_every_table_is_read_back_or_refused(tmp_path, **table):
    check_table(tmp_path, **table)


@pytest.mark.thorough
@settings(thoroughly, max_examples=3000)
@given(**TABLES)
def test_every_table_is_read_back_or_refused_for_long(tmp_path, **table):
    check_table(tmp_path, **table)


@settings(quickly, max_examples=30)
@given(notation=TABLES["notation"], points=points, as_text=st.booleans())
def test_every_notation_is_read_from_workbooks_and_objects(tmp_path, notation, points, as_text):
    these = of(points)
    rows = [{"name": s.name, **NOTATIONS[notation](s.lat, s.lon)} for s in these]
    if not as_text:  # a spreadsheet has numbers where they are plain
        numbers = [{key: _number(cell) for key, cell in row.items()} for row in rows]
        # Its numbers have no -0, which only other negative degrees in the column give away.
        lost = {
            key
            for key in numbers[0]
            if any(str(row[key]) == "-0.0" for row in numbers)
            and not any(isinstance(row[key], float) and row[key] < 0 for row in numbers)
        }
        rows = [
            {key: row[key] if key in lost else cell for key, cell in each.items()}
            for row, each in zip(rows, numbers, strict=True)
        ]
    book = openpyxl.Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    book.save(tmp_path / "s.xlsx")
    (tmp_path / "s.json").write_text(json.dumps(rows), "utf-8")
    frame = pd.DataFrame(rows)
    for name in frame:  # one type for each column
        frame[name] = (
            frame[name] if len(set(map(type, frame[name]))) == 1 else frame[name].astype(str)
        )
    frame.to_parquet(tmp_path / "s.parquet")
    for path in (tmp_path / "s.xlsx", tmp_path / "s.json", tmp_path / "s.parquet"):
        expect(imported(path), these, path)
        expect(checked(path), these, path)


def _number(cell: str) -> float | str:
    return float(cell) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell) else cell


PAIRS = st.sampled_from(
    ["lat, lon", "lon, lat", "lat lon", "lon lat", "(lat, lon)", "lon;lat", "lon,lat,0"]
)
HEADERS = st.sampled_from(["position", "coordinates", "location", "lat_lon", "lonlat", "gps"])


@settings(quickly, max_examples=60)
@given(points=points, pattern=PAIRS, header=HEADERS)
def test_no_pair_of_numbers_is_read_in_the_other_order(tmp_path, points, pattern, header):
    if header in {"lat_lon", "lonlat"} and pattern.lstrip("(").startswith("lat") != (
        header == "lat_lon"
    ):
        return  # a header that lies
    these = of(points)
    rows = [
        {"name": s.name, header: pattern.replace("lat", f"{s.lat / MILLISECONDS:.9f}").replace(
            "lon", f"{s.lon / MILLISECONDS:.9f}")}
        for s in these
    ]  # fmt: skip
    path = tmp_path / "s.csv"
    write_table(path, rows, encoding="utf-8", delimiter=",", newline="\n")
    expect(imported(path), these, path)
    order = "lat,lon" if pattern.lstrip("(").startswith("lat") else "lon,lat"
    expect(imported(path, order=order), these, path)
    expect(checked(path), these, path)


NMEA = st.lists(
    st.tuples(st.integers(-90 * 60_000, 90 * 60_000), st.integers(-180 * 60_000 + 1, 180 * 60_000)),
    min_size=1,
    max_size=6,
)


@settings(quickly, max_examples=60)
@given(minutes=NMEA, padded=st.booleans(), as_numbers=st.booleans())
def test_degrees_and_minutes_without_a_gap_are_read_or_refused(
    tmp_path, minutes, padded, as_numbers
):
    # Thousandths of a minute. Where every row could be degrees, nothing tells the notations apart.
    if all(abs(lat) < 60_000 * 1 and abs(lon) < 60_000 * 4 for lat, lon in minutes):
        return
    these = [Site(f"S{n}", lat * 60, lon * 60) for n, (lat, lon) in enumerate(minutes)]
    rows = []
    for site, (lat, lon) in zip(these, minutes, strict=True):
        row = {"name": site.name}
        for axis, value, sides, width in (("lat", lat, "NS", 8), ("lon", lon, "EW", 9)):
            degrees, rest = divmod(abs(value), 60_000)
            text = f"{degrees * 100 + rest / 1000:0{width if padded else 1}.3f}"
            row |= {axis: float(text) if as_numbers else text, f"{axis}_hemi": sides[value < 0]}
        rows.append(row)
    if as_numbers:
        path = tmp_path / "s.json"
        path.write_text(json.dumps(rows), "utf-8")
    else:
        path = tmp_path / "s.csv"
        write_table(path, rows, encoding="utf-8", delimiter=",", newline="\n")
    expect(imported(path), these, path)
    expect(checked(path), these, path)
