"""CSV and other delimited text, optionally gzipped, in blocks with the malformed rows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rangemap.io.files import encoding_of
from rangemap.sites.formats import open_rows
from rangemap.sites.stream.addresses import open_for_arrow, reader_errors
from rangemap.sites.stream.base import Reject
from rangemap.sites.stream.batches import Batch, BatchStream
from rangemap.sites.stream.layout import make_layout

if TYPE_CHECKING:
    import pyarrow as pa

_HEAD_BYTES: Final = 2**20


class DelimitedSites(BatchStream):
    """Delimited text with only text columns; files named ``.gz`` are unpacked."""

    untyped = True

    def __post_init__(self) -> None:
        import pyarrow as pa

        with closing(self._unpacked()) as file:
            content = file.read(_HEAD_BYTES)
        self.encoding = encoding_of(content)
        # The last character may be incomplete.
        rows, self.header = open_rows(content.decode(self.encoding, "ignore"), name=self.name)
        self.delimiter = rows.dialect.delimiter
        columns = [(column.strip(), pa.string()) for column in self.header]
        self.layout = make_layout(self.name, columns, self.requested)

    def _unpacked(self) -> Any:
        import pyarrow as pa

        file = open_for_arrow(self.name)
        return pa.CompressedInputStream(file, "gzip") if self.name.lower().endswith(".gz") else file

    def tasks(self) -> Iterator[Batch]:
        """Yield the rows, malformed ones with the batch that contains them."""
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        malformed: list[Any] = []

        def record_malformed(row: Any) -> str:
            malformed.append(row)
            return "skip"

        with (
            reader_errors(self.name),
            _suppress_repeated_report(),
            closing(self._unpacked()) as file,
        ):
            reader = arrow_csv.open_csv(
                file,
                read_options=arrow_csv.ReadOptions(
                    use_threads=False,
                    block_size=max(self.chunk_rows * 64, 2**16),
                    encoding=self.encoding.removesuffix("-sig"),
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=self.delimiter,
                    newlines_in_values=True,
                    invalid_row_handler=record_malformed,
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(self.header, pa.string()), strings_can_be_null=False
                ),
            )
            last = 0
            for batch in reader:
                rows = batch.rename_columns(list(self.layout.columns))
                for start in range(0, rows.num_rows, self.chunk_rows):
                    chunk = rows.slice(start, self.chunk_rows)
                    # The reader counts the header, and reports malformed rows ahead of time.
                    gaps = [row.number - 1 for row in malformed]
                    possible = np.arange(last + 1, last + 1 + chunk.num_rows + len(gaps))
                    numbers = np.setdiff1d(possible, gaps)[: chunk.num_rows]
                    last = int(numbers[-1])
                    passed = [row for row in malformed if row.number - 1 < last]
                    del malformed[: len(passed)]
                    yield Batch(chunk, numbers, tuple(map(self._reject, passed)))
            if malformed:
                no_rows = self._no_rows()
                yield Batch(no_rows, np.empty(0, np.int64), tuple(map(self._reject, malformed)))

    def _reject(self, row: Any) -> Reject:
        n_columns = len(self.layout.columns)
        reason = f"{row.actual_columns} fields but {n_columns} columns; quote fields that contain the delimiter"
        return Reject(row.number - 1, reason, (row.text, *[""] * (n_columns - 1)))

    def _no_rows(self) -> pa.RecordBatch:
        import pyarrow as pa

        return pa.RecordBatch.from_pydict(
            {column: pa.array([], pa.string()) for column in self.layout.columns}
        )


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
