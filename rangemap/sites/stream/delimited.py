"""CSV and other delimited text, optionally gzipped, in blocks with the malformed rows."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from rangemap.errors import PlaceError
from rangemap.io.files import encoding_of, read_bytes
from rangemap.sites.advice import import_command
from rangemap.sites.columns import make_layout
from rangemap.sites.formats import open_rows
from rangemap.sites.headerless import is_data, number_columns
from rangemap.sites.raw import Row, count_filled
from rangemap.sites.source import Reject
from rangemap.sites.stream.addresses import (
    is_address,
    open_binary,
    open_for_arrow,
    reader_errors,
    require_pyarrow,
    size_of,
)
from rangemap.sites.stream.batches import Batch, BatchStream
from rangemap.sites.table import SiteTable
from rangemap.sites.whole import locate

if TYPE_CHECKING:
    import pyarrow as pa

_HEAD_BYTES: Final = 2**20


class DelimitedSites(BatchStream):
    """Delimited text with only text columns; files named ``.gz`` are unpacked."""

    untyped = True

    def __post_init__(self) -> None:
        self.size = size_of(self.name)
        with reader_errors(self.name), self._unpacked() as file:
            head = file.read(_HEAD_BYTES)
        self.encoding = encoding_of(head)
        # The last character may be incomplete.
        rows, self.header = open_rows(head.decode(self.encoding, "ignore"), name=self.name)
        self.delimiter = rows.dialect.delimiter
        self.has_header = not is_data(self.header, self.requested.lat, self.requested.lon)
        names = self.header if self.has_header else number_columns(len(self.header))
        columns = [(column.strip(), None) for column in names]
        self.layout = make_layout(self.name, columns, self.requested)
        if len(head) < _HEAD_BYTES:
            with suppress(csv.Error):
                self.n_rows = None if any(rows) or not self.has_header else 0

    @property
    def types(self) -> tuple[Any, ...]:
        """Text for every column."""
        import pyarrow as pa

        return (pa.string(),) * len(self.layout.columns)

    @contextmanager
    def _unpacked(self) -> Iterator[IO[bytes]]:
        with open_binary(self.name) as file:
            if self.name.lower().endswith(".gz"):
                with gzip.GzipFile(fileobj=file) as unpacked:
                    yield cast("IO[bytes]", unpacked)
            else:
                yield file

    def _read_whole(self) -> tuple[SiteTable, tuple[Reject, ...]]:
        if is_address(self.name):
            return super()._read_whole()
        content = read_bytes(Path(self.name))
        self._require_encoding(io.BytesIO(content))
        rows, first = open_rows(content.decode(self.encoding), name=self.name)
        rows = rows if self.has_header else chain([first], rows)
        table, rejects, self.first_wrapped = locate(
            self._records(rows), self.layout, name=self.name, untyped=True
        )
        return table, rejects

    def _records(self, rows: Any) -> Iterator[Row]:
        """Yield the rows that are not blank, numbered from 1; one of another width is invalid."""
        width, number = len(self.header), 0
        try:
            for number, cells in enumerate(filter(None, rows), start=1):
                problem = None if len(cells) == width else _width_problem(len(cells), width)
                yield Row(number, tuple(cells), problem=problem)
        except csv.Error as error:
            problem = "a quote is never closed" if "end of data" in str(error) else str(error)
            raise PlaceError(
                f"{self.name}: row {number + 1}: not well-formed CSV: {problem}; double a quote inside"
                " quotes"
            ) from error

    def _require_encoding(self, file: IO[bytes]) -> None:
        """Refuse a file with bytes that are not text in its encoding."""
        decoder = codecs.getincrementaldecoder(self.encoding)()
        encoding = "UTF-8" if "utf-8" in self.encoding else "UTF-16"
        line = 1
        while True:
            block = file.read(_HEAD_BYTES)
            kept, _ = decoder.getstate()
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                before = (kept + block)[: error.start]
                raise PlaceError(
                    f"{self.name}:{line + _line_ends(before)}: byte"
                    f" 0x{error.object[error.start]:02x} is not {encoding}; convert it with"
                    f" `{import_command(self.name, '--encoding NAME')}`"
                ) from error
            if not block:
                return
            line += _line_ends(block)

    def tasks(self) -> Iterator[Batch]:
        """Yield the rows, malformed ones with the batch that contains them."""
        require_pyarrow(self.name)

        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        malformed: list[Any] = []

        def record_malformed(row: Any) -> str:
            malformed.append(row)
            return "skip"

        with (
            reader_errors(self.name),
            self._decoding_errors(),
            _suppress_repeated_report(),
            closing(self._open_for_arrow()) as file,
        ):
            columns = self.header if self.has_header else self.layout.columns
            reader = arrow_csv.open_csv(
                file,
                read_options=arrow_csv.ReadOptions(
                    use_threads=False,
                    block_size=max(self.chunk_rows * 64, 2**16),
                    encoding=self.encoding.removesuffix("-sig"),
                    column_names=None if self.has_header else columns,
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=self.delimiter,
                    newlines_in_values=True,
                    invalid_row_handler=record_malformed,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False
                ),
            )
            last = 0
            for batch in reader:
                rows = batch.rename_columns(list(self.layout.keys))
                for start in range(0, rows.num_rows, self.chunk_rows):
                    chunk = rows.slice(start, self.chunk_rows)
                    # The reader counts the header, and reports malformed rows ahead of time.
                    gaps = [row.number - self.has_header for row in malformed]
                    numbers = _numbers_between(last + 1, chunk.num_rows, gaps)
                    last = int(numbers[-1])
                    passed = [row for row in malformed if row.number - self.has_header < last]
                    del malformed[: len(passed)]
                    yield Batch(chunk, numbers, tuple(map(self._reject, passed)))
            if malformed:
                no_rows = self._no_rows()
                yield Batch(no_rows, np.empty(0, np.int64), tuple(map(self._reject, malformed)))

    def _reject(self, row: Any) -> Reject:
        n_columns = len(self.layout.columns)
        reason = _width_problem(row.actual_columns, n_columns)
        return Reject(row.number - self.has_header, reason, (row.text, *[""] * (n_columns - 1)))

    @contextmanager
    def _decoding_errors(self) -> Iterator[None]:
        """Name the place and the remedy if the reader meets bytes that are not text."""
        import pyarrow as pa

        try:
            yield
        except (pa.ArrowException, UnicodeDecodeError):
            with self._unpacked() as file:
                self._require_encoding(file)
            raise

    def _is_convertible(self, reject: Reject) -> bool:
        """Whether an import reads a row, because only empty fields are too many."""
        fields, width = reject.fields, len(self.layout.columns)
        if fields and not any(fields[1:]):  # the text of a malformed row
            try:
                fields = tuple(next(csv.reader([fields[0]], delimiter=self.delimiter), ()))
            except csv.Error:  # such as too long a field, which an import refuses too
                return False
        is_too_wide = len(fields) > width and count_filled(fields) <= width
        return is_too_wide or super()._is_convertible(reject)

    def _open_for_arrow(self) -> Any:
        import pyarrow as pa

        file = open_for_arrow(self.name)
        return pa.CompressedInputStream(file, "gzip") if self.name.lower().endswith(".gz") else file

    def _no_rows(self) -> pa.RecordBatch:
        import pyarrow as pa

        return pa.RecordBatch.from_pydict(
            {column: pa.array([], pa.string()) for column in self.layout.keys}
        )


def _line_ends(content: bytes) -> int:
    return content.count(b"\n") or content.count(b"\r")  # old files have only carriage returns


def _numbers_between(first: int, n_rows: int, gaps: Sequence[int]) -> range | NDArray[np.int64]:
    """Return the numbers of rows of which some, the gaps, are not among them."""
    if not gaps:
        return range(first, first + n_rows)
    possible = np.arange(first, first + n_rows + len(gaps))
    skipped = np.array(gaps) - first
    return np.delete(possible, skipped[skipped < len(possible)])[:n_rows]


def _width_problem(found: int, expected: int) -> str:
    return f"{found} fields but {expected} columns; quote fields that contain the delimiter"


@contextmanager
def _suppress_repeated_report() -> Iterator[None]:
    """Prevent a malformed row that is not UTF-8 from being reported twice.

    pyarrow cannot pass it to the handler, prints an ignored exception, and then raises an error.
    """
    previous_hook = sys.unraisablehook

    def hook(ignored: Any) -> None:
        if not issubclass(ignored.exc_type, UnicodeDecodeError):
            previous_hook(ignored)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = previous_hook
