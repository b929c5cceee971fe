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
from rangemap.check.per_site import SITE_COLUMNS, codes_of, site_rows, strongest_verdicts
from rangemap.check.rows import Rows
from rangemap.check.table import COLUMNS, SUMMARY_COLUMNS, own_columns, summary_row, table_rows
from rangemap.check.verdicts import VERDICTS, Verdict
from rangemap.errors import PlaceError, RangemapError
from rangemap.io.files import output_errors, scratch
from rangemap.scenario.origins import Origin
from rangemap.sites import SiteTable
from rangemap.sites.stream import Chunk, Reject, SiteStream, refuse_rejects
from rangemap.text import use_c_locale

_TOTAL_SCALE: Final = 2**1074
_MOST_LISTED_REJECTS: Final = 15
_M_TRIM_THRESHOLD: Final = -1  # mallopt's names, from malloc.h
_M_MMAP_THRESHOLD: Final = -3
_MOST_VERDICTS: Final = 16_000_000  # verdicts in memory, one byte each


class _Segment(NamedTuple):
    encoder: int
    ring: int
    file: str
    start: int
    length: int


class Encoder(Protocol):
    """Encodes rows as bytes, one chunk at a time."""

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
class Result:
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


def chunk_rows(job: Job, default: int) -> int:
    """Return the largest chunk whose verdicts fit in memory, in rows."""
    if job.rows is Rows.COUNT:
        return default
    return max(min(default, _MOST_VERDICTS // (len(job.origins) * len(job.systems))), 1024)


def judge_chunk(job: Job, chunk: Chunk, spool: _Spool) -> Result:
    """Run a job on one chunk; encoded rows are written to a file."""
    result = Result(n_rows=chunk.n_rows, rejects=list(chunk.rejects))
    points = SitePoints(chunk.lon, chunk.lat, chunk.precision_m, len(job.origins))
    bands = [system.band for system in job.systems]
    if job.rows is Rows.COUNT:
        values = None
        if job.value is not None:
            values = chunk.values(job.value)
            missing = np.isnan(values)
            result.without_value = int(missing.sum())
            values[missing] = 0.0
        result.tallies = list(tally(points, job.origins, bands, values))
        result.reached = any(found.counts[:, :-1].any() for found in result.tallies)
    elif job.rows is Rows.SITE:
        strongest = strongest_verdicts(points, job.origins, job.systems)
        verdicts = strongest.min(axis=0, initial=len(VERDICTS) - 1)
        result.reached = bool((verdicts < len(VERDICTS) - 1).any())
        kept = np.flatnonzero(np.isin(verdicts, codes_of(job.only)))
        if len(kept):
            sites = chunk.take(kept)
            rows = site_rows(
                sites, strongest[:, kept], job.origins, job.systems, edition=job.edition
            )
            result.segments += spool.add(0, job, list(rows), sites)
    else:
        _judge_rows(job, chunk, points, result, spool)
    return result


def _judge_rows(job: Job, chunk: Chunk, points: SitePoints, result: Result, spool: _Spool) -> None:
    selected = np.isin(np.arange(len(VERDICTS)), codes_of(job.only))
    kept = []
    for codes in verdict_codes(points, job.origins, [system.band for system in job.systems]):
        kept.append(np.flatnonzero(selected[codes]))
        result.reached = result.reached or bool((codes < len(VERDICTS) - 1).any())
    needed = np.unique(np.concatenate(kept)) if kept else np.empty(0, dtype=np.intp)
    if not len(needed):
        return
    table = chunk.take(needed)
    for ring, indices in enumerate(kept):
        if len(indices):
            sites = table.take(np.searchsorted(needed, indices).tolist())
            origin = job.origins[ring // len(job.systems)]
            system = job.systems[ring % len(job.systems)]
            rows = table_rows([origin], [system], sites, edition=job.edition)
            result.segments += spool.add(ring, job, list(rows), sites)


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
        with output_errors(Path(self._name).parent.parent), Path(self._name).open("ab") as file:
            for number, encoder in enumerate(job.encoders):
                content = encoder.encode(rows, points)
                segments.append(_Segment(number, ring, self._name, file.tell(), len(content)))
                file.write(content)
        return segments


def _empty_result(job: Job) -> Result:
    """Return the result for no rows, to which those of the chunks are added; a file may be empty."""
    result = Result()
    if job.rows is Rows.COUNT:
        none = np.empty(0)
        points = SitePoints(none, none, none, len(job.origins))
        bands = [system.band for system in job.systems]
        result.tallies = list(
            tally(points, job.origins, bands, None if job.value is None else none)
        )
    return result


def _add_result(total: Result, result: Result) -> None:
    total.n_rows += result.n_rows
    total.rejects += result.rejects
    total.without_value += result.without_value
    total.reached = total.reached or result.reached
    total.segments += result.segments
    pairs = zip(total.tallies, result.tallies, strict=True)
    total.tallies = [own + theirs for own, theirs in pairs]


@dataclass(slots=True)
class Answer:
    """A job's result for a whole file; encoded rows are in temporary files."""

    job: Job
    total: Result

    def counts(self) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a summary, including totals, under `columns_of`."""
        job = self.job
        kept = codes_of(job.only)
        for origin, found in zip(job.origins, self.total.tallies, strict=True):
            for row, system in enumerate(job.systems):
                counts = found.counts[row].tolist()
                totals = () if found.totals is None else found.totals[row]
                yield (
                    *summary_row(origin, system, counts, job.only),
                    *(
                        float(Fraction(total, _TOTAL_SCALE)) if code in kept else 0.0
                        for code, total in enumerate(totals)
                    ),
                    *((system.edition or None,) if job.edition else ()),
                )

    def segments(self, encoder: int = 0) -> Iterator[bytes]:
        """Yield the rows of one encoder, ordered by origin, weapon and site."""
        own = [segment for segment in self.total.segments if segment.encoder == encoder]
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
    on_progress: Callable[[int], None] = lambda _: None,
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
    on_progress : callable
        Called with the number of rows of each chunk when it is done.

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
    with scratch(folder) as spool_folder:
        total = _empty_result(job)
        for result in _chunk_results(job, stream, workers, str(spool_folder)):
            _add_result(total, result)
            if refuse and len(total.rejects) > _MOST_LISTED_REJECTS:
                break
            on_progress(result.n_rows)
        if refuse and total.rejects:
            _refuse(stream.name, total.rejects)
        yield Answer(job, total)


def _refuse(name: str, rejects: Sequence[Reject]) -> None:
    try:
        refuse_rejects(name, rejects[:_MOST_LISTED_REJECTS])
    except PlaceError as error:
        more = f"{name}: and more bad rows\n" if len(rejects) > _MOST_LISTED_REJECTS else ""
        raise PlaceError(
            f"{error}\n{more}{name}: fix these rows, or skip them with --rejects FILE"
        ) from error


def _chunk_results(job: Job, stream: SiteStream, workers: int, folder: str) -> Iterator[Result]:
    """Yield the results of a file's chunks in the order of the file."""
    if workers == 1:
        spool = _Spool(folder)
        for task in stream.tasks():
            for chunk in stream.chunks(task, values=job.value):
                yield judge_chunk(job, chunk, spool)
        return
    pending: deque[Future[Result]] = deque()
    others = active_children()
    pool = ProcessPoolExecutor(
        workers,
        mp_context=get_context("spawn"),
        initializer=_start_worker,
        initargs=(job, stream, folder),
    )
    try:
        for task in stream.tasks():
            with _signals_deferred():
                pending.append(pool.submit(_run_task, task))
            # Limit the tasks that wait, so that little is read ahead.
            if len(pending) > workers + 1:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    except BrokenProcessPool as error:
        _close_task_pipe(pool)
        raise RangemapError(
            "a worker process was killed, possibly because memory ran out; use fewer --workers"
        ) from error
    except BaseException:
        for process in set(active_children()) - set(others):
            process.kill()  # its result is no longer needed
        _close_task_pipe(pool)
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _close_task_pipe(pool: ProcessPoolExecutor) -> None:
    """Close the reading end of the task pipe, which no process reads any more.

    Before 3.11.5 Python waits forever for the rest of a task to be read (its issue 94777); later
    versions close that end themselves, in a thread that would fail if it were already closed.
    """
    if sys.version_info < (3, 11, 5):
        pool._call_queue._reader.close()  # type: ignore[attr-defined]  # noqa: SLF001  no public way


@contextmanager
def _signals_deferred() -> Iterator[None]:
    """Start workers that ignore SIGINT, which the parent handles.

    Signals that would end the parent are delayed meanwhile: nobody would know of a worker that was
    only half started, and it would wait forever for a task.
    """
    received: list[int] = []
    before = {}
    if current_thread() is main_thread():
        # Blocking them is not enough: another thread would receive them, and Python run the handler here.
        numbers = (getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP"))
        for number in filter(None, numbers):
            if callable(signal.getsignal(number)):
                before[number] = signal.signal(number, lambda number, _: received.append(number))
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
        for number in received[:1]:
            signal.raise_signal(number)


_worker_state: list[tuple[Job, SiteStream, _Spool]] = []


def _start_worker(job: Job, stream: SiteStream, folder: str) -> None:
    Thread(target=_exit_with_parent, daemon=True).start()
    _tune_allocator()
    use_c_locale()
    _worker_state.append((job, stream, _Spool(folder)))


def _exit_with_parent() -> None:
    """End this process if its parent was killed; otherwise it would wait forever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _tune_allocator() -> None:
    """Let the allocator keep the memory that one chunk frees for the next.

    By default, glibc returns it to the system and fetches it again page by page, which
    took a fifth of a worker's time.
    """
    with suppress(AttributeError, OSError, TypeError):  # another C library than glibc
        allocator = ctypes.CDLL(None)
        allocator.mallopt(_M_MMAP_THRESHOLD, 2**25)  # the largest value allowed
        allocator.mallopt(_M_TRIM_THRESHOLD, 2**27)


def _run_task(task: Any) -> Result:
    job, stream, spool = _worker_state[0]
    total = _empty_result(job)
    for chunk in stream.chunks(task, values=job.value):
        _add_result(total, judge_chunk(job, chunk, spool))
    return total
