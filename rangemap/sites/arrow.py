"""Rows from Arrow tables, with positions in columns or in a GeoArrow or WKB geometry."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rangemap.errors import PlaceError
from rangemap.sites.formats import extension_of, geo_metadata
from rangemap.sites.table import (
    refuse_large_table,
)

if TYPE_CHECKING:
    pass
from rangemap.sites.rows import Floats, Rows, to_wgs84

_GEOARROW: Final = ("geoarrow.", "ogc.wkb")


def rows_of_arrow(data: Any, source: str) -> Rows:
    """Return the rows of an Arrow table or of an object that exports one."""
    try:
        import pyarrow as pa
    except ImportError as error:
        raise PlaceError(
            f'{source}: reading an Arrow table needs pyarrow; pip install "rangemap[parquet]"'
        ) from error
    from rangemap.sites.arrow_texts import unpack_texts

    try:
        table = pa.table(data)
    except (TypeError, ValueError, pa.ArrowException) as error:
        raise PlaceError(f"{source}: cannot be read as an Arrow table: {error}") from error
    refuse_large_table(table.column_names, source, table.num_rows)
    table = unpack_texts(table, table.column_names, name=source)
    number, crs = _arrow_geometry(table.schema, source)
    points = None if number is None else _arrow_points(table.column(number), crs, source)
    kept = [each for each in range(table.num_columns) if each != number]
    return Rows(
        columns=tuple(table.column_names[each].strip() for each in kept),
        cells=[table.column(each).to_pylist() for each in kept],
        row=lambda row: f"{source}: row {row}",
        n_rows=table.num_rows,
        # Keep integers even if some values are missing.
        dtypes=tuple(
            "Int64" if pa.types.is_integer(column.type) and column.null_count else None
            for column in map(table.column, kept)
        ),
        points=points,
    )


def _arrow_geometry(schema: Any, source: str) -> tuple[int | None, Any]:
    """Return the number of the column of geometries and its reference system."""
    geo = (schema.metadata or {}).get(b"geo")
    for number, field in enumerate(schema):
        name, details = extension_of(field)
        if name.startswith(_GEOARROW):
            return number, _crs_of(details, source)
    if geo is not None:
        name, column = geo_metadata(geo, name=source)
        if name in schema.names:
            return schema.names.index(name), column.get("crs")
    return None, None


def _crs_of(details: str, source: str) -> Any:
    """Return the reference system in the metadata of a GeoArrow column."""
    try:
        content = json.loads(details) if details else {}
    except (ValueError, RecursionError) as error:
        raise PlaceError(f"{source}: malformed GeoArrow metadata") from error
    return content.get("crs") if isinstance(content, dict) else None


def _arrow_points(column: Any, crs: Any, source: str) -> tuple[Floats, Floats, dict[int, str]]:
    import pyarrow as pa

    from rangemap.sites.wkb import read_points, storage

    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], pa.binary())
    array = storage(array)
    try:
        x, y = read_points(array)
    except (ValueError, pa.ArrowException) as error:
        raise PlaceError(
            f"{source}: geometry is encoded as {array.type}; expected points as WKB or x and y"
        ) from error
    missing = np.isnan(x) | np.isnan(y)
    problem = "geometry is missing or not a Point; expected a Point"
    problems = dict.fromkeys(np.flatnonzero(missing).tolist(), problem)
    return (*to_wgs84(x, y, crs, source), problems)
