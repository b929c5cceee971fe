"""Checks that are processed in chunks: large files, totals, one row per site, Parquet."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from rangemap.check.answer import Answer, answer
from rangemap.check.job import Job, chunk_rows, columns_of
from rangemap.check.rows import Rows
from rangemap.check.table import SUMMARY_COLUMNS, own_columns
from rangemap.check.verdicts import Verdict
from rangemap.cli.console import note_wrapped, note_zeros, print_data, print_message, write_notes
from rangemap.cli.options import Format, print_rows
from rangemap.errors import PlaceError, UsageError
from rangemap.io.files import output_errors, replacing_all
from rangemap.render.tables.encoders import CsvEncoder, Encoder, encoder_for, types_of_values
from rangemap.sites.source import CHUNK_ROWS, Reject, SiteSource, TableSites

if TYPE_CHECKING:
    from rangemap.scenario.selection import Selection


def check_in_chunks(
    selection: Selection,
    *,
    rows: Rows,
    only: Sequence[Verdict],
    outputs: Sequence[Path],
    format_: Format,
    sums: Sequence[str],
    rejects: Path | None,
    workers: int,
    print_result: bool = True,
) -> bool:
    """Run a check, write or print the result, and return whether any verdict is not outside.

    Without ``print_result`` nothing is printed.
    """
    stream = selection.source
    for name in sums:
        stream.require_column(name, "--sum")
    if rows is not Rows.COUNT:
        if not outputs and format_ is Format.TABLE:
            problem = (
                "is too large to print as a table"
                if rejects is None
                else "with --rejects the table cannot be printed"
            )
            raise UsageError(
                f"{stream.name}: {problem}; write it with -o FILE, or use --summary or --format csv"
            )
        stream.require_names()
    job = Job(
        pairs=selection.pairs,
        rows=rows,
        only=tuple(only),
        sums=tuple(dict.fromkeys(sums)),
        edition=bool(outputs),
    )
    stream.chunk_rows = chunk_rows(job, CHUNK_ROWS)
    columns = columns_of(job, stream.layout.columns)
    suffixes = [path.suffix.lower() for path in outputs] or [f".{format_.value}"]
    encoders = tuple(_encoder(job, stream, columns, suffix) for suffix in suffixes)
    if rows is not Rows.COUNT:
        job = replace(job, encoders=encoders)
    with (
        _progress(stream) as on_progress,
        answer(
            job,
            stream,
            workers=workers,
            refuse=rejects is None,
            folder=outputs[0].resolve().parent if outputs else None,
            on_progress=on_progress,
        ) as found,
    ):
        n_bad = len(found.total.rejects)
        none_left = rejects is not None and 0 < n_bad == found.total.n_rows
        _write(
            found,
            stream,
            columns=columns,
            encoders=encoders,
            outputs=() if none_left else outputs,
            format_=format_,
            rejects=rejects,
            print_result=print_result and not none_left,
        )
    if none_left:
        raise PlaceError(
            f"{stream.name}: no {stream.row_noun} has a valid position, so nothing is checked; {rejects} has"
            " the reasons"
        )
    for name, missing in found.total.without_number.items():
        if missing:
            print_message(
                f"rangemap: {missing:,} sites have no number in column {name!r}; they are not"
                " counted in the sum"
            )
    note_zeros(stream.name, found.total.at_zero, stream.row_noun)
    far = found.total.far
    wrapped = far[0].row if far and not found.total.has_west else stream.first_wrapped
    note_wrapped(stream.name, wrapped, stream.row_noun)
    return found.total.reached


def table_bytes(selection: Selection, *, rows: Rows, only: Sequence[Verdict], path: Path) -> bytes:
    """Return the result for sites in memory in a format that is written in chunks.

    Temporary files are in the folder of ``path``.
    """
    stream = TableSites("sites", selection.sites)
    job = Job(
        pairs=selection.pairs,
        rows=rows,
        only=tuple(only),
        edition=True,
        sort=selection.order,
    )
    sorts = selection.order != "given"  # only all sites together can be sorted
    stream.chunk_rows = max(len(selection.sites), 1) if sorts else chunk_rows(job, CHUNK_ROWS)
    encoder = _encoder(job, stream, columns_of(job, stream.layout.columns), path.suffix.lower())
    folder = path.resolve().parent
    with answer(replace(job, encoders=(encoder,)), stream, folder=folder) as found:
        content = io.BytesIO()
        _assemble(found, 0, encoder, list(_counts(found)), content)
    return content.getvalue()


def _counts(found: Answer) -> Iterable[Sequence[Any]]:
    return found.counts() if found.job.rows is Rows.COUNT else ()


def _assemble(
    found: Answer, number: int, encoder: Encoder, counts: Sequence[Sequence[Any]], file: IO[bytes]
) -> None:
    """Write the counts, or the encoded rows of one encoder, to a file."""
    parts = [encoder.encode(counts, None)] if counts else found.segments(number)
    encoder.assemble(parts, file)


def _encoder(job: Job, stream: SiteSource, columns: tuple[str, ...], suffix: str) -> Encoder:
    suffix = ".csv" if suffix == ".table" else suffix
    if job.rows is Rows.COUNT:
        totals = columns[len(SUMMARY_COLUMNS) : len(columns) - job.edition]
        types = types_of_values(totals, [(0.0,) * len(totals)]) if suffix in _PARQUET else {}
        return encoder_for(suffix, columns, types, has_points=False, in_file=job.edition)
    own = stream.layout.columns
    types = {}
    if suffix in _PARQUET:
        table = columns[: len(columns) - len(own) - job.edition]
        kinds: Sequence[Any] = stream.types
        if isinstance(stream, TableSites):
            found = types_of_values(own, stream.sites.rows)
            kinds = [found[column] for column in own]
        types = dict(zip(own_columns(own, table), kinds, strict=True))
    return encoder_for(suffix, columns, types, has_points=True, in_file=job.edition)


_PARQUET = (".parquet", ".geoparquet")


def _write(
    found: Answer,
    stream: SiteSource,
    *,
    columns: tuple[str, ...],
    encoders: Sequence[Encoder],
    outputs: Sequence[Path],
    format_: Format,
    rejects: Path | None,
    print_result: bool,
) -> None:
    """Print the result, or write it and the rejected rows to files that are replaced together."""
    counts = list(_counts(found))
    paths = [*outputs, *([] if rejects is None else [rejects])]
    with replacing_all(paths) as files:
        for number, (path, encoder) in enumerate(zip(outputs, encoders, strict=False)):
            with output_errors(path):
                _assemble(found, number, encoder, counts, files[number])
        if outputs or not print_result:
            pass  # rows are in the files, or the sources are printed instead
        elif counts:
            print_rows(columns, counts, format_)
        else:
            write_notes()
            sys.stdout.flush()
            encoders[0].assemble(found.segments(), _standard_output())
            sys.stdout.buffer.flush()
        if rejects is not None:
            with output_errors(rejects):
                _write_rejects(stream, found.total.rejects, files[-1])
    for path in outputs:
        print_message(f"wrote {path} ({path.stat().st_size / 1000:,.0f} kB)")
    if rejects is not None:
        n_bad, n_rows = len(found.total.rejects), found.total.n_rows
        print_message(f"wrote {rejects}: {n_bad:,} of {n_rows:,} rows have no valid position")


def _standard_output() -> IO[bytes]:
    """Return standard output for bytes of whole lines, filtered if it is a terminal."""
    return cast("IO[bytes]", _Terminal()) if sys.stdout.isatty() else sys.stdout.buffer


class _Terminal:
    def write(self, part: bytes) -> None:
        print_data(part.decode())

    def writelines(self, parts: Iterable[bytes]) -> None:
        for part in parts:
            self.write(part)


def _write_rejects(stream: SiteSource, rejects: Sequence[Reject], file: IO[bytes]) -> None:
    columns = ("row", "reason", *own_columns(stream.layout.columns, ("row", "reason")))
    encoder = CsvEncoder(columns)
    rows = [(reject.row, reject.reason, *reject.fields) for reject in rejects]
    encoder.assemble([encoder.encode(rows, None)], file)


@contextmanager
def _progress(stream: SiteSource) -> Iterator[Callable[[int], None]]:
    """Show a progress bar with rate and time left if standard error is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # rarely needed
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, markup=False, highlight=False, emoji=False)
    text = TextColumn("{task.completed:,.0f} rows, {task.fields[rate]} per second", markup=False)
    with Progress(BarColumn(), text, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=stream.n_rows, rate="0")

        def on_progress(n_rows: int) -> None:
            done, seconds = bar.tasks[0].completed + n_rows, bar.tasks[0].elapsed
            bar.update(task, completed=done, rate=f"{done / seconds:,.0f}" if seconds else "")

        yield on_progress
