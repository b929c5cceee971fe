"""Rows as CSV, JSON and Parquet, written in chunks so that a table need not fit in memory.

An encoder turns some rows into bytes, in any process; `assemble` joins them into one file.
The bytes of the file do not depend on how the rows were split into chunks.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final

from rangemap.check import COUNTS
from rangemap.errors import OutputError
from rangemap.extras import require, requires_extra
from rangemap.render.tables.text import FILE_ENCODING, json_object, to_csv

if TYPE_CHECKING:
    import pyarrow as pa

_ROW_GROUP: Final = 262_144
_GEOMETRY: Final = "geometry"


@dataclass(frozen=True, slots=True)
class CsvEncoder:
    """Rows as CSV, each line as `to_csv` writes it; ``encoding`` may add a byte order mark."""

    columns: tuple[str, ...]
    encoding: str = "utf-8"

    def encode(self, rows: Sequence[Sequence[Any]], points: Any) -> bytes:
        """Return the lines of some rows."""
        header = to_csv(self.columns, [])
        return to_csv(self.columns, rows).removeprefix(header).encode()

    def assemble(self, parts: Iterable[bytes], file: IO[bytes]) -> None:
        """Write the header and all lines."""
        file.write(to_csv(self.columns, []).encode(self.encoding))
        file.writelines(parts)


@dataclass(frozen=True, slots=True)
class JsonEncoder:
    """Rows as a JSON array of objects, one per line."""

    columns: tuple[str, ...]

    def encode(self, rows: Sequence[Sequence[Any]], points: Any) -> bytes:
        """Return the objects of some rows."""
        return ",\n".join(json_object(self.columns, row) for row in rows).encode()

    def assemble(self, parts: Iterable[bytes], file: IO[bytes]) -> None:
        """Write one array of all objects."""
        before = b"[\n"
        for part in parts:
            file.write(before + part)
            before = b",\n"
        file.write(b"[]\n" if before == b"[\n" else b"\n]\n")


@dataclass(frozen=True, slots=True)
class ParquetEncoder:
    """Rows as GeoParquet with their positions as points; without positions as Parquet.

    ``types`` are the Arrow types of columns without a fixed type.
    """

    columns: tuple[str, ...]
    types: Mapping[str, Any]
    has_points: bool = True

    def _schema(self) -> pa.Schema:
        import pyarrow as pa

        fields = [(column, _type_of(column, self.types)) for column in self.columns]
        if not self.has_points:
            return pa.schema(fields)
        column_metadata = {"encoding": "WKB", "geometry_types": ["Point"]}
        geo = {
            "version": "1.1.0",
            "primary_column": _GEOMETRY,
            "columns": {_GEOMETRY: column_metadata},
        }
        return pa.schema([*fields, (_GEOMETRY, pa.binary())], metadata={"geo": json.dumps(geo)})

    def encode(self, rows: Sequence[Sequence[Any]], points: Any) -> bytes:
        """Return some rows as an Arrow stream."""
        import pyarrow as pa

        schema = self._schema()
        columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * len(self.columns)
        if self.has_points:
            columns.append(tuple(struct.pack("<BIdd", 1, 1, *point) for point in points))
        arrays = [
            pa.array(values, kind) for values, kind in zip(columns, schema.types, strict=True)
        ]
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, schema) as writer:
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
        content: bytes = sink.getvalue().to_pybytes()
        return content

    def assemble(self, parts: Iterable[bytes], file: IO[bytes]) -> None:
        """Write all rows in row groups of one size."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = self._schema()
        with pq.ParquetWriter(pa.PythonFile(file, mode="w"), schema, compression="zstd") as writer:
            for table in _row_groups(parts, schema):
                writer.write_table(table, row_group_size=_ROW_GROUP)


def _row_groups(parts: Iterable[bytes], schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield tables of one row group each; the last has the remaining rows."""
    import pyarrow as pa

    pending = schema.empty_table()
    for part in parts:
        pending = pa.concat_tables([pending, pa.ipc.open_stream(part).read_all()])
        while pending.num_rows >= _ROW_GROUP:
            yield pending.slice(0, _ROW_GROUP).combine_chunks()
            pending = pending.slice(_ROW_GROUP)
    if pending.num_rows:
        yield pending.combine_chunks()


def _type_of(column: str, types: Mapping[str, Any]) -> Any:
    import pyarrow as pa

    if column in types:
        return types[column]
    if column.endswith("_km"):
        return pa.float64()
    return pa.int64() if column in _COUNTS else pa.string()


_COUNTS: Final = COUNTS | {"systems_inside", "systems_disputed"}

Encoder = CsvEncoder | JsonEncoder | ParquetEncoder
SUFFIXES: Final = (".csv", ".json", ".parquet", ".geoparquet")


def encoder_for(
    suffix: str,
    columns: tuple[str, ...],
    types: Mapping[str, Any],
    *,
    has_points: bool,
    in_file: bool = True,
) -> Encoder:
    """Return the encoder for the format of a suffix, for a file or standard output.

    Raises
    ------
    OutputError
        If the suffix is not one of `SUFFIXES`, or Parquet is requested without pyarrow.
    """
    if suffix == ".csv":
        return CsvEncoder(columns, FILE_ENCODING if in_file else "utf-8")
    if suffix == ".json":
        return JsonEncoder(columns)
    if suffix not in SUFFIXES:
        raise OutputError(f"cannot write {suffix!r}; expected {', '.join(SUFFIXES)}")
    require("pyarrow", "parquet", "a Parquet file")
    if has_points and _GEOMETRY in columns:
        raise OutputError(f"the input already has a column {_GEOMETRY!r}; rename it")
    return ParquetEncoder(columns, types, has_points)


def types_of_values(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Return an Arrow type for each column of some rows in memory; text if types are mixed.

    Raises
    ------
    OutputError
        If pyarrow is not installed.
    """
    with requires_extra("parquet", "a Parquet file"):
        import pyarrow as pa

    types = {}
    for index, column in enumerate(columns):
        try:
            types[column] = pa.array([row[index] for row in rows]).type
        except pa.ArrowException:
            types[column] = pa.string()
        if pa.types.is_null(types[column]):
            types[column] = pa.string()
    return types
