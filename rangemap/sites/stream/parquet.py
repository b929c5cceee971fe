"""Parquet and GeoParquet by row group, reading only the columns needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rangemap.errors import PlaceError
from rangemap.sites.arrow_texts import text_columns, unpack_texts
from rangemap.sites.columns import make_layout
from rangemap.sites.formats import geo_column, geoarrow_column
from rangemap.sites.source import Chunk, SiteFile
from rangemap.sites.stream.addresses import (
    is_address,
    local_path,
    open_for_arrow,
    reader_errors,
    require_pyarrow,
    size_of,
)
from rangemap.sites.stream.batches import make_chunk, number_rows
from rangemap.sites.stream.pages import repeats_no_long_values

if TYPE_CHECKING:
    import pyarrow as pa


class ParquetSites(SiteFile):
    """A Parquet file: a task is a row group."""

    def __post_init__(self) -> None:
        require_pyarrow(self.name)
        self.size = size_of(self.name)
        self.texts: list[str] = []
        schema = self._file.schema_arrow
        self.texts = text_columns(schema)
        del self._file  # to reopen it with texts as dictionaries
        metadata = (schema.metadata or {}).get(b"geo")
        geo = (
            geoarrow_column(schema, name=self.name)
            if metadata is None
            else geo_column(metadata, encodings=("WKB", "point"), name=self.name)
        )
        self.layout = make_layout(
            self.name,
            [(column.name, column.type) for column in schema],
            self.requested,
            geometry=geo.name if geo.name in schema.names else None,
            hidden=geo.boxes,
        )
        geometry = self.layout.geometry
        if geometry in self.texts and not is_address(self.name):
            schema = self._file.metadata.schema
            paths = [schema.column(number).path for number in range(len(schema))]
            with local_path(self.name).open("rb") as file:
                if paths.count(geometry) == 1 and repeats_no_long_values(
                    file, self._file.metadata, paths.index(geometry)
                ):
                    self.texts.remove(geometry)
                    del self._file  # to reopen it with plain geometries
        self.n_rows = self._file.metadata.num_rows

    @cached_property
    def _file(self) -> Any:
        import pyarrow.parquet as pq

        return pq.ParquetFile(
            open_for_arrow(self.name), pre_buffer=True, read_dictionary=self.texts or None
        )

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in super().__getstate__().items() if key != "_file"}

    def tasks(self) -> Iterator[tuple[int, int]]:
        """Yield the number of each row group, and the number of rows before it."""
        start = 0
        for group in range(self._file.num_row_groups):
            yield group, start
            start += self._file.metadata.row_group(group).num_rows

    def chunks(self, task: tuple[int, int], *, needed: Sequence[str] = ()) -> Iterator[Chunk]:
        """Yield the chunks of a row group."""
        group, start = task
        first = [*self.layout.position, *needed]
        others = [column for column in self.layout.columns if column not in first]
        # The other columns are decoded in step, as soon as a chunk needs them.
        rest = _OtherColumns(lambda: self._batches(group, others))
        with reader_errors(self.name):
            batches = number_rows(self._batches(group, first), start + 1)
            for number, batch in enumerate(batches):
                fields = _join_lazily(batch.rows, rest, number, len(others))
                yield make_chunk(batch, self.layout, fields, wraps=self.wraps)

    def _batches(self, group: int, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        batches: Iterator[pa.RecordBatch] = self._file.iter_batches(
            self.chunk_rows,
            row_groups=[group],
            columns=list(dict.fromkeys(columns)),
            use_threads=False,
        )
        return (unpack_texts(batch, self.texts, name=self.name) for batch in batches)


class _OtherColumns:
    """The batches of a row group's other columns, read only as needed."""

    def __init__(self, start: Callable[[], Iterator[pa.RecordBatch]]) -> None:
        self._start = start
        self._batches: Iterator[pa.RecordBatch] | None = None
        self._next = 0

    def __call__(self, number: int) -> pa.RecordBatch:
        if self._batches is None:
            self._batches = self._start()
        for batch in self._batches:
            self._next += 1
            if self._next > number:
                return batch
        raise PlaceError("columns of different lengths; write the file again")


def _join_lazily(
    batch: pa.RecordBatch, rest: _OtherColumns, number: int, n_others: int
) -> Callable[[], pa.RecordBatch]:
    """Return a function that adds a chunk's other columns to those already read, once."""
    cache: list[pa.RecordBatch] = []

    def fields() -> pa.RecordBatch:
        if not cache:
            joined = batch
            if n_others:
                other = rest(number)
                for name, column in zip(other.schema.names, other.columns, strict=True):
                    joined = joined.append_column(name, column)
            cache.append(joined)
        return cache[0]

    return fields
