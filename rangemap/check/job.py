"""A check of one chunk of sites, and the sum of such checks: pure functions.

Each chunk is judged separately, and the results are added in the order of the file, so
that neither the chunk size nor the number of processes changes a byte of the output.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol

import numpy as np

from rangemap.check.kernel import Tally, centres_of, empty_tally, tally, verdict_codes
from rangemap.check.order import nearest_distances_m, row_order, site_order
from rangemap.check.per_site import SITE_COLUMNS, codes_of, site_rows, strongest_verdicts
from rangemap.check.points import SitePoints
from rangemap.check.rows import Rows
from rangemap.check.table import COLUMNS, SUMMARY_COLUMNS, own_columns, table_rows
from rangemap.check.verdicts import VERDICTS, Verdict
from rangemap.scenario.pairs import Pair, by_origin
from rangemap.sites import SiteTable
from rangemap.sites.source import MOST_LISTED_REJECTS, Chunk, Reject
from rangemap.sites.table import count_zeros

_MOST_VERDICTS: Final = 16_000_000  # verdicts in memory, one byte each


class Segment(NamedTuple):
    """Where encoded rows are: their encoder and ring, the file, and the position in it, bytes."""

    encoder: int
    ring: int
    file: str
    start: int
    length: int


Write = Callable[[int, int, bytes], Segment]
"""Keeps the rows of one encoder and one ring until all chunks are done."""


class Encoder(Protocol):
    """Encodes rows as bytes, one chunk at a time."""

    def encode(self, rows: Sequence[Sequence[Any]], points: Any) -> bytes:
        """Return rows as bytes; ``points`` are their positions, shape (n, 2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A check to run on every chunk of a file; it is sent to each process."""

    pairs: tuple[Pair, ...]
    rows: Rows
    only: tuple[Verdict, ...] = ()
    sums: tuple[str, ...] = ()
    edition: bool = False
    sort: str = "given"
    encoders: tuple[Encoder, ...] = ()


@dataclass(slots=True)
class Result:
    """The result for one chunk of a file, or for all of them.

    ``at_zero`` counts the positions at 0,0. ``tallies`` has one entry for each origin, or none if rows were requested.
    ``without_number`` counts the sites without a number in each column to total. ``segments`` locate the encoded
    rows. ``far`` and ``has_west`` are as in `Chunk`.
    """

    n_rows: int = 0
    rejects: list[Reject] = field(default_factory=list)
    far: list[Reject] = field(default_factory=list)
    has_west: bool = False
    tallies: list[Tally] = field(default_factory=list)
    without_number: dict[str, int] = field(default_factory=dict)
    at_zero: int = 0
    reached: bool = False
    segments: list[Segment] = field(default_factory=list)


def columns_of(job: Job, own: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of the rows of a job, including the input's own."""
    table: tuple[str, ...]
    if job.rows is Rows.COUNT:
        table = SUMMARY_COLUMNS
        own = tuple(f"{name}_{verdict.value}" for name in job.sums for verdict in VERDICTS)
    else:
        table = COLUMNS if job.rows is Rows.VERDICT else SITE_COLUMNS
    return (*table, *own_columns(own, table), *(("edition",) if job.edition else ()))


def chunk_rows(job: Job, default: int) -> int:
    """Return the largest chunk whose verdicts fit in memory, in rows."""
    if job.rows is Rows.COUNT:
        return default
    return max(min(default, _MOST_VERDICTS // len(job.pairs)), 1024)


def judge_chunk(job: Job, chunk: Chunk, write: Write) -> Result:
    """Run a job on one chunk; encoded rows are given to ``write``."""
    result = Result(
        n_rows=chunk.n_rows,
        rejects=list(chunk.rejects),
        far=list(chunk.far),
        has_west=chunk.has_west,
        at_zero=count_zeros(chunk.lon, chunk.lat),
    )
    n_origins = sum(1 for _ in by_origin(job.pairs))
    points = SitePoints(chunk.lon, chunk.lat, chunk.precision_m, n_origins)
    if job.rows is Rows.COUNT:
        columns = []
        for name in job.sums:
            values = chunk.values(name)
            missing = np.isnan(values)
            result.without_number[name] = int(missing.sum())
            columns.append(np.where(missing, 0.0, values))
        result.tallies = list(tally(points, centres_of(job.pairs), columns))
        result.reached = any(found.counts[:, :-1].any() for found in result.tallies)
    elif job.rows is Rows.SITE:
        strongest = strongest_verdicts(points, job.pairs)
        verdicts = strongest.min(axis=0, initial=len(VERDICTS) - 1)
        result.reached = bool((verdicts < len(VERDICTS) - 1).any())
        kept = np.flatnonzero(np.isin(verdicts, codes_of(job.only)))
        if len(kept):
            sites = chunk.take(kept)
            if job.sort != "given":
                near_m = nearest_distances_m((pair.origin for pair in job.pairs), sites)
                order = row_order(job.sort, sites.names, near_m, verdicts[kept])
                sites, kept = sites.take(order.tolist()), kept[order]
            rows = site_rows(sites, strongest[:, kept], job.pairs, edition=job.edition)
            result.segments += _encode(job, 0, list(rows), sites, write)
    else:
        _judge_rows(job, chunk, points, result, write)
    return result


def _judge_rows(job: Job, chunk: Chunk, points: SitePoints, result: Result, write: Write) -> None:
    selected = np.isin(np.arange(len(VERDICTS)), codes_of(job.only))
    kept = []
    for codes in verdict_codes(points, centres_of(job.pairs)):
        kept.append(np.flatnonzero(selected[codes]))
        result.reached = result.reached or bool((codes < len(VERDICTS) - 1).any())
    needed = np.unique(np.concatenate(kept)) if kept else np.empty(0, dtype=np.intp)
    if not len(needed):
        return
    table = chunk.take(needed)
    for ring, indices in enumerate(kept):
        if len(indices):
            sites = table.take(np.searchsorted(needed, indices).tolist())
            if job.sort != "given":
                sites = sites.take(site_order(job.sort, sites, job.pairs[ring]).tolist())
            rows = table_rows([job.pairs[ring]], sites, edition=job.edition)
            result.segments += _encode(job, ring, list(rows), sites, write)


def _encode(
    job: Job, ring: int, rows: Sequence[tuple[Any, ...]], sites: SiteTable, write: Write
) -> list[Segment]:
    if not job.encoders:
        raise TypeError("rows were requested without an encoder")
    points = np.column_stack([sites.lon, sites.lat])
    return [
        write(number, ring, encoder.encode(rows, points))
        for number, encoder in enumerate(job.encoders)
    ]


def empty_result(job: Job) -> Result:
    """Return the result for no rows, to which those of the chunks are added; a file may be empty."""
    result = Result()
    if job.rows is Rows.COUNT:
        result.tallies = [
            empty_tally(len(systems), n_columns=len(job.sums))
            for _, systems in by_origin(job.pairs)
        ]
    return result


def add_result(total: Result, result: Result) -> None:
    """Add the result of the next chunk to those of the chunks before it."""
    total.n_rows += result.n_rows
    total.rejects += result.rejects
    total.far = [*total.far, *result.far][: MOST_LISTED_REJECTS + 1]
    total.has_west = total.has_west or result.has_west
    for name, missing in result.without_number.items():
        total.without_number[name] = total.without_number.get(name, 0) + missing
    total.at_zero += result.at_zero
    total.reached = total.reached or result.reached
    total.segments += result.segments
    tallies = zip(total.tallies, result.tallies, strict=True)
    total.tallies = [own + theirs for own, theirs in tallies]
