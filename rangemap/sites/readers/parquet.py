"""Parquet and GeoParquet, read whole for an import."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from rangemap.errors import DocumentError
from rangemap.io.files import error_text, read_bytes
from rangemap.limits import LARGEST_IMPORT, LARGEST_UNPACKED, MOST_ROWS
from rangemap.sites.arrow_texts import text_columns, unpack_texts
from rangemap.sites.formats import geo_column, geoarrow_column
from rangemap.sites.raw import RawTable, Row
from rangemap.sites.readers.log import ReadLog
from rangemap.sites.readers.vector import point_rows
from rangemap.sites.table import refuse_large_table


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
        schema = pq.read_schema(pa.BufferReader(content))
        texts = text_columns(schema)
        file = pq.ParquetFile(pa.BufferReader(content), read_dictionary=texts)
        size = sum(
            file.metadata.row_group(group).total_byte_size for group in range(file.num_row_groups)
        )
        if file.metadata.num_rows > MOST_ROWS or size > LARGEST_UNPACKED:
            raise log.refusal("is too large to import; save only the part you need")
        refuse_large_table(file.schema_arrow.names, log.name, file.metadata.num_rows)
        table = unpack_texts(file.read(), texts, name=log.name)
        about = (table.schema.metadata or {}).get(b"geo")
        data = {str(name): table.column(i).to_pylist() for i, name in enumerate(table.column_names)}
    except DocumentError:
        raise
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        raise log.refusal(f"cannot be read as Parquet: {error_text(error)}") from error
    if len(data) != table.num_columns:
        raise log.refusal("has two columns with the same name; rename one")
    if about is None:
        primary = geoarrow_column(schema, name=log.name).name
    else:
        primary = geo_column(about, encodings=("WKB", "point"), name=log.name).name
    geometries = None if primary is None else data.pop(primary, None)
    columns = tuple(data)
    cells = [[_to_cell(value) for value in column] for column in data.values()]
    if geometries is None:
        rows: Iterable[Row] = (Row(i, row) for i, row in enumerate(zip(*cells, strict=True), 1))
        return RawTable(columns, tuple(rows))
    return RawTable(columns, tuple(point_rows(cells, geometries)), located=True)


def _to_cell(value: Any) -> Any:
    """Return a value as other formats have it: decimal numbers are floats, NaN is missing."""
    if isinstance(value, Decimal):
        value = float(value)
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124  only NaN
