"""Verdicts for files of sites larger than memory: in chunks, by one or more processes.

Each chunk is judged separately, and the results are joined in the order of the file, so
that neither the chunk size nor the number of processes changes a byte of the output.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from fractions import Fraction
from multiprocessing import active_children, get_context, parent_process
from pathlib import Path
from threading import Thread, current_thread, main_thread
from typing import Any, Final, NamedTuple, Protocol

import numpy as np

from rangemap.catalogue import System
from rangemap.check.kernel import SitePoints, Tally, tally, verdict_codes
from rangemap.check.persite import SITE_COLUMNS, codes_of, site_rows, strongest_verdicts
from rangemap.check.rows import Rows
from rangemap.check.table import COLUMNS, SUMMARY_COLUMNS, own_columns, summary_row, table_rows
from rangemap.check.verdicts import VERDICTS, Verdict
from rangemap.errors import PlaceError, RangemapError
from rangemap.files import blaming, scratch
from rangemap.places import Origin, SiteTable
from rangemap.places.pieces import Piece, Reject, SiteStream, refuse_rejects
from rangemap.text import compare_plainly

_LEAST_FLOAT: Final = 2**1074
_FEW_REJECTS: Final = 15
_M_TRIM_THRESHOLD: Final = -1  # mallopt's names, from malloc.h
_M_MMAP_THRESHOLD: Final = -3
_ROWS_AT_ONCE: Final = 16_000_000  # verdicts in memory, one byte each


class _Segment(NamedTuple):
    encoder: int
    ring: int
    file: str
    start: int
    length: int


class Encoder(Protocol):
    """Encodes rows as bytes, one part at a time."""

    def encode(self, rows: Sequence[Sequence[Any]], points: Any) -> bytes:
        """Return rows as bytes; ``points`` are their positions, shape (n, 2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A check to run on every chunk of a file; it is sent to each process."""

    origins: tuple[Origin, ...]
    systems: tuple[System, ...]
    rows: Rows
    only: tuple[Verdict, ...] = ()
    value: str | None = None
    edition: bool = False
    encoders: tuple[Encoder, ...] = ()


@dataclass(slots=True)
class Part:
    """The result for one chunk of a file, or for all of them.

    ``tallies`` has one entry for each origin, or none if rows were requested.
    ``segments`` locate the encoded rows: encoder, ring, file, and position in the file.
    """

    n_rows: int = 0
    rejects: list[Reject] = field(default_factory=list)
    tallies: list[Tally] = field(default_factory=list)
    without_value: int = 0
    reached: bool = False
    segments: list[_Segment] = field(default_factory=list)


def columns_of(job: Job, own: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of the rows of a job, including the input's own."""
    table: tuple[str, ...]
    if job.rows is Rows.COUNT:
        totals = () if job.value is None else tuple(f"{job.value}_{v.value}" for v in VERDICTS)
        table, own = SUMMARY_COLUMNS, totals
    else:
        table = COLUMNS if job.rows is Rows.VERDICT else SITE_COLUMNS
    return (*table, *own_columns(own, table), *(("edition",) if job.edition else ()))


def piece_rows(job: Job, usual: int) -> int:
    """Return the largest chunk whose verdicts fit in memory, in rows."""
    if job.rows is Rows.COUNT:
        return usual
    return max(min(usual, _ROWS_AT_ONCE // (len(job.origins) * len(job.systems))), 1024)


def judge_piece(job: Job, piece: Piece, spool: _Spool) -> Part:
    """Run a job on one chunk; encoded rows are written to a file."""
    part = Part(n_rows=piece.n_rows, rejects=list(piece.rejects))
    points = SitePoints(piece.lon, piece.lat, piece.precision_m, len(job.origins))
    bands = [system.band for system in job.systems]
    if job.rows is Rows.COUNT:
        values = None
        if job.value is not None:
            values = piece.values(job.value)
            missing = np.isnan(values)
            part.without_value = int(missing.sum())
            values[missing] = 0.0
        part.tallies = list(tally(points, job.origins, bands, values))
        part.reached = any(found.counts[:, :-1].any() for found in part.tallies)
    elif job.rows is Rows.SITE:
        strongest = strongest_verdicts(points, job.origins, job.systems)
        verdicts = strongest.min(axis=0, initial=len(VERDICTS) - 1)
        part.reached = bool((verdicts < len(VERDICTS) - 1).any())
        kept = np.flatnonzero(np.isin(verdicts, codes_of(job.only)))
        if len(kept):
            sites = piece.take(kept)
            rows = site_rows(
                sites, strongest[:, kept], job.origins, job.systems, edition=job.edition
            )
            part.segments += spool.add(0, job, list(rows), sites)
    else:
        _judge_rows(job, piece, points, part, spool)
    return part


def _judge_rows(job: Job, piece: Piece, points: SitePoints, part: Part, spool: _Spool) -> None:
    wanted = np.isin(np.arange(len(VERDICTS)), codes_of(job.only))
    kept = []
    for codes in verdict_codes(points, job.origins, [system.band for system in job.systems]):
        kept.append(np.flatnonzero(wanted[codes]))
        part.reached = part.reached or bool((codes < len(VERDICTS) - 1).any())
    some = np.unique(np.concatenate(kept)) if kept else np.empty(0, dtype=np.intp)
    if not len(some):
        return
    table = piece.take(some)
    for ring, indices in enumerate(kept):
        if len(indices):
            sites = table.take(np.searchsorted(some, indices).tolist())
            origin = job.origins[ring // len(job.systems)]
            system = job.systems[ring % len(job.systems)]
            rows = table_rows([origin], [system], sites, edition=job.edition)
            part.segments += spool.add(ring, job, list(rows), sites)


class _Spool:
    """A file in which one process keeps encoded rows until all chunks are done."""

    def __init__(self, folder: str) -> None:
        handle, self._name = tempfile.mkstemp(dir=folder)
        os.close(handle)

    def add(
        self, ring: int, job: Job, rows: Sequence[tuple[Any, ...]], sites: SiteTable
    ) -> list[_Segment]:
        if not job.encoders:
            raise TypeError("rows were requested without an encoder")
        points = np.column_stack([sites.lon, sites.lat])
        segments = []
        # Errors name the parent folder, because this one is deleted.
        with blaming(Path(self._name).parent.parent), Path(self._name).open("ab") as file:
            for number, encoder in enumerate(job.encoders):
                content = encoder.encode(rows, points)
                segments.append(_Segment(number, ring, self._name, file.tell(), len(content)))
                file.write(content)
        return segments


def _nothing(job: Job) -> Part:
    """Return the result for no rows, to which those of the chunks are added; a file may be empty."""
    part = Part()
    if job.rows is Rows.COUNT:
        none = np.empty(0)
        points = SitePoints(none, none, none, len(job.origins))
        bands = [system.band for system in job.systems]
        part.tallies = list(tally(points, job.origins, bands, None if job.value is None else none))
    return part


def _add(whole: Part, part: Part) -> None:
    whole.n_rows += part.n_rows
    whole.rejects += part.rejects
    whole.without_value += part.without_value
    whole.reached = whole.reached or part.reached
    whole.segments += part.segments
    pairs = zip(whole.tallies, part.tallies, strict=True)
    whole.tallies = [mine + theirs for mine, theirs in pairs]


@dataclass(slots=True)
class Answer:
    """A job's result for a whole file; encoded rows are in temporary files."""

    job: Job
    whole: Part

    def counts(self) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a summary, including totals, under `columns_of`."""
        job = self.job
        kept = codes_of(job.only)
        for origin, found in zip(job.origins, self.whole.tallies, strict=True):
            for row, system in enumerate(job.systems):
                counts = found.counts[row].tolist()
                totals = () if found.totals is None else found.totals[row]
                yield (
                    *summary_row(origin, system, counts, job.only),
                    *(
                        float(Fraction(total, _LEAST_FLOAT)) if code in kept else 0.0
                        for code, total in enumerate(totals)
                    ),
                    *((system.edition or None,) if job.edition else ()),
                )

    def segments(self, encoder: int = 0) -> Iterator[bytes]:
        """Yield the rows of one encoder, ordered by origin, weapon and site."""
        own = [segment for segment in self.whole.segments if segment.encoder == encoder]
        ordered = sorted(own, key=lambda segment: segment.ring)
        with ExitStack() as opened:
            files = {
                name: opened.enter_context(Path(name).open("rb"))
                for name in {segment.file for segment in ordered}
            }
            for segment in ordered:
                files[segment.file].seek(segment.start)
                yield files[segment.file].read(segment.length)


@contextmanager
def answer(
    job: Job,
    stream: SiteStream,
    *,
    workers: int = 1,
    refuse: bool = True,
    folder: Path | None = None,
    tell: Callable[[int], None] = lambda _: None,
) -> Iterator[Answer]:
    """Run a job on every row of a file; the rows are available while the context is open.

    Parameters
    ----------
    job : Job
        The check.
    stream : SiteStream
        The file.
    workers : int, default 1
        Number of processes; with 1, the current process does all the work.
    refuse : bool, default True
        Whether to refuse a file with invalid rows, as soon as about 15 are known.
    folder : Path, optional
        Folder for the encoded rows; by default that of temporary files.
    tell : callable
        Called with the number of rows of each part when it is done.

    Yields
    ------
    Answer
        The result, which does not depend on the number of workers or the chunk size.

    Raises
    ------
    PlaceError
        If a row has no valid position and ``refuse`` is true.
    RangemapError
        If the file cannot be read or a worker process was killed.
    """
    with scratch(folder) as waiting:
        whole = _nothing(job)
        for part in _parts(job, stream, workers, str(waiting)):
            _add(whole, part)
            if refuse and len(whole.rejects) > _FEW_REJECTS:
                break
            tell(part.n_rows)
        if refuse and whole.rejects:
            _refuse(stream.name, whole.rejects)
        yield Answer(job, whole)


def _refuse(name: str, rejects: Sequence[Reject]) -> None:
    try:
        refuse_rejects(name, rejects[:_FEW_REJECTS])
    except PlaceError as error:
        more = f"{name}: and more bad rows\n" if len(rejects) > _FEW_REJECTS else ""
        raise PlaceError(
            f"{error}\n{more}{name}: fix these rows, or skip them with --rejects FILE"
        ) from error


def _parts(job: Job, stream: SiteStream, workers: int, folder: str) -> Iterator[Part]:
    """Yield the results of a file's parts in the order of the file."""
    if workers == 1:
        spool = _Spool(folder)
        for task in stream.tasks():
            for piece in stream.pieces(task, values=job.value):
                yield judge_piece(job, piece, spool)
        return
    waiting: deque[Future[Part]] = deque()
    others = active_children()
    pool = ProcessPoolExecutor(
        workers,
        mp_context=get_context("spawn"),
        initializer=_begin,
        initargs=(job, stream, folder),
    )
    try:
        for task in stream.tasks():
            with _undisturbed():
                waiting.append(pool.submit(_work, task))
            # Limit the tasks that wait, so that little is read ahead.
            if len(waiting) > workers + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        _let_go_of_tasks(pool)
        raise RangemapError(
            "a worker process was killed, possibly because memory ran out; use fewer --workers"
        ) from error
    except BaseException:
        for process in set(active_children()) - set(others):
            process.kill()  # its result is no longer needed
        _let_go_of_tasks(pool)
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _let_go_of_tasks(pool: ProcessPoolExecutor) -> None:
    """Close the reading end of the task pipe, which no process reads any more.

    Before 3.11.5 Python waits forever for the rest of a task to be read (its issue 94777); later
    versions close that end themselves, in a thread that would fail if it were already closed.
    """
    if sys.version_info < (3, 11, 5):
        pool._call_queue._reader.close()  # type: ignore[attr-defined]  # noqa: SLF001  no public way


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Start workers that ignore SIGINT, which the parent handles.

    Signals that would end the parent are delayed meanwhile: nobody would know of a worker that was
    only half started, and it would wait forever for a task.
    """
    heard: list[int] = []
    before = {}
    if current_thread() is main_thread():
        # Blocking them is not enough: another thread would receive them, and Python run the handler here.
        numbers = (getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP"))
        for number in filter(None, numbers):
            if callable(signal.getsignal(number)):
                before[number] = signal.signal(number, lambda number, _: heard.append(number))
    mask = None
    if hasattr(signal, "pthread_sigmask"):
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in heard[:1]:
            signal.raise_signal(number)


_begun: list[tuple[Job, SiteStream, _Spool]] = []


def _begin(job: Job, stream: SiteStream, folder: str) -> None:
    Thread(target=_end_with_the_first, daemon=True).start()
    _keep_freed_memory()
    compare_plainly()
    _begun.append((job, stream, _Spool(folder)))


def _end_with_the_first() -> None:
    """End this process if its parent was killed; otherwise it would wait forever."""
    first = parent_process()
    if first is not None:
        first.join()
        os._exit(1)


def _keep_freed_memory() -> None:
    """Let the allocator keep the memory that one chunk frees for the next.

    By default, glibc returns it to the system and fetches it again page by page, which
    took a fifth of a worker's time.
    """
    with suppress(AttributeError, OSError, TypeError):  # another C library than glibc
        allocator = ctypes.CDLL(None)
        allocator.mallopt(_M_MMAP_THRESHOLD, 2**25)  # the largest value allowed
        allocator.mallopt(_M_TRIM_THRESHOLD, 2**27)


def _work(task: Any) -> Part:
    job, stream, spool = _begun[0]
    whole = _nothing(job)
    for piece in stream.pieces(task, values=job.value):
        _add(whole, judge_piece(job, piece, spool))
    return whole
