"""Verdicts for files of sites larger than memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from rangemap.check.job import Job, Result, add_result, empty_result
from rangemap.check.per_site import codes_of
from rangemap.check.pool import chunk_results
from rangemap.check.rows import SKIP_OPTION
from rangemap.check.spool import read_segments
from rangemap.check.table import summary_row
from rangemap.io.files import scratch
from rangemap.scenario.pairs import by_origin
from rangemap.sites.source import MOST_LISTED_REJECTS, SiteSource

_TOTAL_SCALE: Final = 2**1074


@dataclass(slots=True)
class Answer:
    """A job's result for a whole file; encoded rows are in temporary files."""

    job: Job
    total: Result

    def counts(self) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a summary, including totals, under `columns_of`."""
        job = self.job
        kept = codes_of(job.only)
        for (origin, systems), found in zip(by_origin(job.pairs), self.total.tallies, strict=True):
            for row, system in enumerate(systems):
                counts = found.counts[row].tolist()
                totals = [column[row] for column in found.totals]
                yield (
                    *summary_row(origin, system, counts, job.only),
                    *(
                        float(Fraction(total, _TOTAL_SCALE)) if code in kept else 0.0
                        for column in totals
                        for code, total in enumerate(column)
                    ),
                    *((system.basis or None,) if job.edition else ()),
                )

    def segments(self, encoder: int = 0) -> Iterator[bytes]:
        """Yield the rows of one encoder, ordered by origin, weapon and site."""
        return read_segments(each for each in self.total.segments if each.encoder == encoder)


@contextmanager
def answer(
    job: Job,
    stream: SiteSource,
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
    stream : SiteSource
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
    with ExitStack() as opened:
        while True:
            spool_folder = opened.enter_context(scratch(folder))
            total = empty_result(job)
            for result in chunk_results(job, stream, workers, str(spool_folder)):
                add_result(total, result)
                if refuse and len(total.rejects) > MOST_LISTED_REJECTS:
                    break
                on_progress(result.n_rows)
            strays = total.far if total.has_west else []
            if refuse:
                stream.refuse([*total.rejects, *strays], skip_option=SKIP_OPTION)
            if not strays:
                break
            # Only the whole file decides that these rows are invalid, so it is judged without them.
            stream.wraps = False
            opened.close()
        yield Answer(job, total)
