"""Checks that are answered piece by piece: large files, totals, one row a site, Parquet."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from rangemap.check.stream import Answer, Job, Rows, answer, columns_of, piece_rows
from rangemap.check.table import own_columns
from rangemap.check.verdicts import VERDICTS, Verdict
from rangemap.cli.options import Format, print_rows
from rangemap.cli.words import print_data, say, write_notes
from rangemap.errors import UsageError
from rangemap.files import blaming, replacing_all
from rangemap.places.pieces import PIECE_ROWS, Reject, SiteStream, TableStream
from rangemap.render.encoders import CsvEncoder, Encoder, encoder_for, types_of_values

if TYPE_CHECKING:
    from rangemap.scenario import Selection


def answer_check(
    selection: Selection,
    *,
    rows: Rows,
    only: Sequence[Verdict],
    output: Path | None,
    format_: Format,
    value: str | None,
    rejects: Path | None,
    workers: int,
    shown: bool = True,
) -> bool:
    """Answer a check, write or print the answer, and return whether anything is not outside.

    Without ``shown`` nothing is printed.
    """
    stream = selection.stream or TableStream("sites", selection.sites)
    if value is not None:
        stream.require_column(value, "--sum")
    if rows is not Rows.COUNT:
        if output is None and format_ is Format.TABLE:
            why = (
                "is too large for a table on the screen"
                if rejects is None
                else ("--rejects leaves no table on the screen")
            )
            raise UsageError(
                f"{stream.name}: {why}; name a file with -o FILE, or ask for --summary or --format csv"
            )
        if selection.stream is not None:
            stream.require_names()
    job = Job(
        origins=selection.origins,
        systems=selection.systems,
        rows=rows,
        only=tuple(only),
        value=value,
        edition=output is not None,
    )
    stream.piece_rows = piece_rows(job, PIECE_ROWS)
    columns = columns_of(job, stream.layout.columns)
    suffix = f".{format_.value}" if output is None else output.suffix.lower()
    encoder = _encoder(job, stream, columns, ".csv" if suffix == ".table" else suffix)
    if rows is not Rows.COUNT:
        job = replace(job, encoder=encoder)
    with (
        _progress(stream) as tell,
        answer(
            job,
            stream,
            workers=workers,
            refuse=rejects is None,
            folder=None if output is None else output.resolve().parent,
            tell=tell,
        ) as found,
    ):
        _write(
            found,
            stream,
            columns=columns,
            encoder=encoder,
            output=output,
            format_=format_,
            rejects=rejects,
            shown=shown,
        )
    if found.whole.without_value:
        say(
            f"rangemap: {found.whole.without_value:,} sites have no number under {value!r}; they add nothing"
        )
    return found.whole.reached


def _encoder(job: Job, stream: SiteStream, columns: tuple[str, ...], suffix: str) -> Encoder:
    if job.rows is Rows.COUNT:
        end = len(columns) - job.edition
        totals = columns[end - len(VERDICTS) : end] if job.value is not None else ()
        types = types_of_values(totals, [(0.0,) * len(totals)]) if suffix in _PARQUET else {}
        return encoder_for(suffix, columns, types, has_points=False, in_file=job.edition)
    own = stream.layout.columns
    types = {}
    if suffix in _PARQUET:
        table = columns[: len(columns) - len(own) - job.edition]
        if isinstance(stream, TableStream):
            found = types_of_values(own, stream.table.rows)
            kinds = [found[column] for column in own]
        else:
            kinds = list(stream.layout.types)
        types = dict(zip(own_columns(own, table), kinds, strict=True))
    return encoder_for(suffix, columns, types, has_points=True, in_file=job.edition)


_PARQUET = (".parquet", ".geoparquet")


def _write(
    found: Answer,
    stream: SiteStream,
    *,
    columns: tuple[str, ...],
    encoder: Encoder,
    output: Path | None,
    format_: Format,
    rejects: Path | None,
    shown: bool,
) -> None:
    """Write the answer and the rows left out, into files that appear together, or print it."""
    counts = list(found.counts()) if found.job.rows is Rows.COUNT else []
    paths = [path for path in (output, rejects) if path is not None]
    with replacing_all(paths) as files:
        if output is not None:
            with blaming(output):
                parts = [encoder.encode(counts, None)] if counts else found.segments()
                encoder.put_together(parts, files[0])
        elif shown and counts:
            print_rows(columns, counts, format_)
        elif shown:
            write_notes()
            sys.stdout.flush()
            encoder.put_together(found.segments(), _standard_output())
            sys.stdout.buffer.flush()
        if rejects is not None:
            with blaming(rejects):
                _put_rejects(stream, found.whole.rejects, files[-1])
    if output is not None:
        say(f"wrote {output} ({output.stat().st_size / 1000:,.0f} kB)")
    if rejects is not None:
        n_bad, n_rows = len(found.whole.rejects), found.whole.n_rows
        say(f"wrote {rejects}: {n_bad:,} of {n_rows:,} rows have no good position")


def _standard_output() -> IO[bytes]:
    """Return what takes bytes of whole lines: standard output, on a screen made safe to look at."""
    return cast("IO[bytes]", _Screen()) if sys.stdout.isatty() else sys.stdout.buffer


class _Screen:
    def write(self, part: bytes) -> None:
        print_data(part.decode())

    def writelines(self, parts: Iterable[bytes]) -> None:
        for part in parts:
            self.write(part)


def _put_rejects(stream: SiteStream, rejects: Sequence[Reject], file: IO[bytes]) -> None:
    columns = ("row", "reason", *own_columns(stream.layout.columns, ("row", "reason")))
    encoder = CsvEncoder(columns)
    rows = [(reject.row, reject.why, *reject.fields) for reject in rejects]
    encoder.put_together([encoder.encode(rows, None)], file)


@contextmanager
def _progress(stream: SiteStream) -> Iterator[Callable[[int], None]]:
    """Show a bar with rate and time left while standard error is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # few runs need it
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, markup=False, highlight=False, emoji=False)
    words = TextColumn("{task.completed:,.0f} rows, {task.fields[rate]} a second", markup=False)
    with Progress(
        BarColumn(), words, TimeRemainingColumn(), console=console, transient=True
    ) as bar:
        task = bar.add_task("", total=stream.n_rows, rate="0")

        def tell(n_rows: int) -> None:
            done, seconds = bar.tasks[0].completed + n_rows, bar.tasks[0].elapsed
            bar.update(task, completed=done, rate=f"{done / seconds:,.0f}" if seconds else "")

        yield tell
