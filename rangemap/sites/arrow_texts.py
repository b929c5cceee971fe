"""Texts of Parquet columns, unpacked only as far as memory allows.

A column whose rows repeat one text stores it once: six kilobytes can unpack to ten gigabytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from rangemap.errors import DocumentError
from rangemap.limits import LARGEST_UNPACKED

if TYPE_CHECKING:
    import pyarrow as pa


def text_columns(schema: pa.Schema) -> list[str]:
    """Return the columns that contain texts or bytes; read them as dictionaries first."""
    return [column.name for column in schema if any(of_kind(column.type) for of_kind in _kinds())]


def _kinds() -> tuple[Callable[[Any], bool], ...]:
    import pyarrow as pa  # an optional dependency

    kinds = pa.types
    return kinds.is_string, kinds.is_large_string, kinds.is_binary, kinds.is_large_binary


def unpack_texts(rows: Any, columns: Sequence[str], *, name: str) -> Any:
    """Return a batch or table whose dictionary columns are converted to plain texts.

    Raises
    ------
    DocumentError
        If the texts of its rows would take more than `LARGEST_UNPACKED` bytes.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    for index, field in enumerate(rows.schema):
        if not pa.types.is_dictionary(field.type):
            continue
        column = rows.column(index)
        size = 0
        for part in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
            if any(of_kind(part.dictionary.type) for of_kind in _kinds()):
                lengths = pc.cast(pc.binary_length(part.dictionary), pa.int64())
                size += pc.sum(lengths.take(part.indices)).as_py() or 0
        if size > LARGEST_UNPACKED:
            raise DocumentError(
                f"{name}: column {field.name[:100]!r} has {size // 2**20:,} MiB of text in"
                f" {rows.num_rows:,} rows; expected at most {LARGEST_UNPACKED // 2**20}; leave it out"
            )
        if field.name in columns:
            value_type = field.type.value_type
            rows = rows.set_column(index, pa.field(field.name, value_type), column.cast(value_type))
    return rows
