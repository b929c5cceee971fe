"""Files with geometries: GeoJSON, GDAL's binary formats, Parquet."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final

import numpy as np

from rangemap.errors import DocumentError, PlaceError, QuantityError
from rangemap.geodesy.position import LonLat, check_position
from rangemap.io.documents import parse_json
from rangemap.io.files import decode, error_text, output_errors, read_bytes, scratch
from rangemap.io.geojson import point_features
from rangemap.limits import LARGEST_IMPORT, LARGEST_UNPACKED, MOST_ROWS
from rangemap.sites.arrow_texts import text_columns, unpack_texts
from rangemap.sites.formats import geo_column
from rangemap.sites.gdal import read_features
from rangemap.sites.raw import RawTable, Row
from rangemap.sites.readers.archives import open_archive, read_member
from rangemap.sites.readers.log import ReadLog
from rangemap.sites.table import refuse_large_table
from rangemap.sites.wkb import read_point

_SHAPEFILE: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def read_geojson(log: ReadLog) -> RawTable:
    """Read a GeoJSON collection of points; an invalid feature becomes a row with a problem.

    Raises
    ------
    DocumentError
        If the file is not a well-formed FeatureCollection.
    """
    name = str(log.path)
    document = parse_json(
        decode(read_bytes(log.path, largest=LARGEST_IMPORT), name=name), name=name
    )
    records: list[dict[str, Any]] = []
    found: list[tuple[LonLat | None, str | None]] = []
    for number, feature in enumerate(point_features(document)):
        if isinstance(feature, PlaceError):
            key, properties = _id_and_properties(document.content["features"][number])
            found.append((None, "; ".join(each.message for each in feature.findings)))
        else:
            _, key, lonlat, properties = feature
            found.append((lonlat, None))
        records.append(properties if key is None else {"id": key, **properties})
    columns = tuple(dict.fromkeys(key for record in records for key in record))
    refuse_large_table(columns, log.path, len(records))
    rows = (
        Row(number, tuple(record.get(column) for column in columns), *position)
        for number, (record, position) in enumerate(zip(records, found, strict=True), start=1)
    )
    return RawTable(columns, tuple(rows), located=True, row_noun="feature")


def _id_and_properties(feature: Any) -> tuple[Any, dict[str, Any]]:
    """Return the id and the properties of a feature, which may be invalid."""
    known = feature if isinstance(feature, dict) else {}
    properties = known.get("properties")
    return known.get("id"), properties if isinstance(properties, dict) else {}


def read_vector(log: ReadLog) -> RawTable:
    """Read a GeoPackage, FlatGeobuf or shapefile (also zipped) of points in WGS 84.

    Raises
    ------
    DocumentError
        If the content does not match the suffix, or the reference system is another one.
    """
    if log.path.suffix.lower() != ".zip":
        return _read_gdal(log.path, log)
    with scratch() as folder:
        with output_errors(folder):
            path = _unpack_shapefile(folder, log)
        return _read_gdal(path, log)


def _unpack_shapefile(folder: Path, log: ReadLog) -> Path:
    """Extract the files of the only shapefile in an archive, under fixed names."""
    name = str(log.path)
    archive = open_archive(read_bytes(log.path, largest=LARGEST_IMPORT), name=name)
    members = [PurePosixPath(member) for member in archive.namelist()]
    shapes = [member for member in members if member.suffix.lower() == ".shp"]
    if len(shapes) != 1:
        raise log.refusal(
            f"contains {len(shapes)} .shp files; expected one, with its .shx and .dbf"
        )
    for member in members:
        suffix = member.suffix.lower()
        if suffix in _SHAPEFILE and member.with_suffix("") == shapes[0].with_suffix(""):
            (folder / f"points{suffix}").write_bytes(read_member(archive, str(member), name=name))
    log.note("member", repr(str(shapes[0])), "the only .shp in the archive")
    return folder / "points.shp"


def _read_gdal(path: Path, log: ReadLog) -> RawTable:
    columns, geometries, fields = read_features(path, name=str(log.path), largest=LARGEST_IMPORT)
    refuse_large_table(columns, log.path, len(geometries))
    cells = [[_to_python(value) for value in column] for column in fields]
    return RawTable(
        columns, tuple(_point_rows(cells, geometries)), located=True, row_noun="feature"
    )


def _point_rows(columns: Sequence[Sequence[Any]], geometries: Iterable[Any]) -> Iterable[Row]:
    for number, wkb in enumerate(geometries, start=1):
        cells = tuple(column[number - 1] for column in columns)
        try:
            yield Row(number, cells, check_position(*read_point(wkb), subject="geometry"))
        except QuantityError as error:
            yield Row(number, cells, problem=str(error))


def _to_python(value: Any) -> Any:
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else _to_python(value.astype("datetime64[s]").item())
    converted = value.item() if isinstance(value, np.generic) else value
    if isinstance(converted, dt.datetime) and converted.time() == dt.time():
        return converted.date()
    return None if isinstance(converted, float) and math.isnan(converted) else converted


def read_parquet(log: ReadLog) -> RawTable:
    """Read a Parquet table; positions are taken from the geometry of GeoParquet.

    Raises
    ------
    DocumentError
        If it is not a Parquet file, is too large, or is in another reference system.
    """
    try:
        import pyarrow as pa  # an extra, and few files need it
        import pyarrow.parquet as pq
    except ImportError as error:
        raise log.refusal('needs pyarrow; pip install "rangemap[parquet]"') from error
    content = read_bytes(log.path, largest=LARGEST_IMPORT)
    try:
        texts = text_columns(pq.read_schema(pa.BufferReader(content)))
        file = pq.ParquetFile(pa.BufferReader(content), read_dictionary=texts)
        size = sum(
            file.metadata.row_group(group).total_byte_size for group in range(file.num_row_groups)
        )
        if file.metadata.num_rows > MOST_ROWS or size > LARGEST_UNPACKED:
            raise log.refusal("is too large to import; save only the part you need")
        refuse_large_table(file.schema_arrow.names, log.path, file.metadata.num_rows)
        table = unpack_texts(file.read(), texts, name=str(log.path))
        about = (table.schema.metadata or {}).get(b"geo")
        data = {str(name): table.column(i).to_pylist() for i, name in enumerate(table.column_names)}
    except DocumentError:
        raise
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        raise log.refusal(f"cannot be read as Parquet: {error_text(error)}") from error
    if len(data) != table.num_columns:
        raise log.refusal("has two columns with the same name; rename one")
    primary = None
    if about is not None:
        primary = geo_column(about, encodings=("WKB",), name=str(log.path)).name
    geometries = None if primary is None else data.pop(primary, None)
    columns = tuple(data)
    cells = [[_to_python(value) for value in column] for column in data.values()]
    if geometries is None:
        rows: Iterable[Row] = (Row(i, row) for i, row in enumerate(zip(*cells, strict=True), 1))
        return RawTable(columns, tuple(rows))
    return RawTable(columns, tuple(_point_rows(cells, geometries)), located=True)
