"""One or more processes that run a job on the chunks of a file."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import active_children, get_context, parent_process
from threading import Thread, current_thread, main_thread
from typing import Any, Final

from rangemap.check.job import Job, Result, add_result, empty_result, judge_chunk
from rangemap.check.spool import Spool
from rangemap.errors import RangemapError
from rangemap.sites.source import SiteSource
from rangemap.text import use_c_locale

_M_TRIM_THRESHOLD: Final = -1  # mallopt's names, from malloc.h
_M_MMAP_THRESHOLD: Final = -3


def chunk_results(job: Job, stream: SiteSource, workers: int, folder: str) -> Iterator[Result]:
    """Yield the results of a file's chunks in the order of the file."""
    if workers == 1:
        spool = Spool(folder)
        for task in stream.tasks():
            for chunk in stream.chunks(task, needed=job.sums):
                yield judge_chunk(job, chunk, spool.write)
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


_worker_state: list[tuple[Job, SiteSource, Spool]] = []


def _start_worker(job: Job, stream: SiteSource, folder: str) -> None:
    Thread(target=_exit_with_parent, daemon=True).start()
    _tune_allocator()
    use_c_locale()
    _worker_state.append((job, stream, Spool(folder)))


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
    total = empty_result(job)
    for chunk in stream.chunks(task, needed=job.sums):
        add_result(total, judge_chunk(job, chunk, spool.write))
    return total
