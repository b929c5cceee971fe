"""Verdicts for many sites: geodesics only where a straight chord does not decide.

The only rule is `judge`. `zones` finds where its result cannot change, so that most sites get
the same verdict without a geodesic; `scan` finds the zone of each site.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rangemap.check.areas import area_codes
from rangemap.check.points import Floats, Indices, SitePoints
from rangemap.check.scan import Centre, Question, count, locate, make_questions
from rangemap.check.totals import exact_totals
from rangemap.check.verdicts import VERDICTS, judge
from rangemap.check.zones import Zones
from rangemap.scenario.pairs import Pair, band_from, by_origin


@dataclass(frozen=True, slots=True)
class Tally:
    """Numbers of sites, and exact totals of columns, for each band and verdict.

    ``counts`` has the shape (bands, verdicts), ``totals`` (columns, bands, verdicts). Each total is an
    integer multiple of 2**-1074, the smallest float, so that the order of addition does not matter.
    """

    counts: NDArray[np.int64]
    totals: tuple[list[list[int]], ...] = ()

    def __add__(self, other: Tally) -> Tally:
        totals = tuple(
            [
                [a + b for a, b in zip(own, theirs, strict=True)]
                for own, theirs in zip(column, more, strict=True)
            ]
            for column, more in zip(self.totals, other.totals, strict=True)
        )
        return Tally(self.counts + other.counts, totals)


def empty_tally(n_bands: int, *, n_columns: int = 0) -> Tally:
    """Return the tally of no sites."""
    counts = np.zeros((n_bands, len(VERDICTS)), dtype=np.int64)
    return Tally(
        counts, tuple([[0] * len(VERDICTS) for _ in range(n_bands)] for _ in range(n_columns))
    )


def centres_of(pairs: Iterable[Pair]) -> Iterator[Centre]:
    """Yield the origins of some pairs, each with its bands."""
    for origin, systems in by_origin(pairs):
        yield origin, [band_from(origin, system.band) for system in systems]


def tally(
    points: SitePoints, centres: Iterable[Centre], columns: Sequence[Floats] = ()
) -> Iterator[Tally]:
    """Count the verdicts of bands over sites, origin by origin.

    Parameters
    ----------
    points : SitePoints
        The sites.
    centres : iterable of Centre
        The origins, each with its bands.
    columns : sequence of ndarray of float64, shape (n,)
        Finite values to total, column by column.

    Yields
    ------
    Tally
        For each origin, exactly the counts that `judge` produces for geodesic distances.

    Examples
    --------
    >>> from rangemap.catalogue import bare_system
    >>> from rangemap.geodesy import LonLat
    >>> from rangemap.scenario.origins import Origin, OriginKind
    >>> lat = np.array([0.0, 1.0, 2.0, 3.0])
    >>> points = SitePoints(np.zeros(4), lat, np.zeros(4), n_origins=1)
    >>> origin = Origin(name="O", kind=OriginKind.POSITION, lonlat=LonLat(0, 0))
    >>> (found,) = tally(points, [(origin, [bare_system("120-300 km").band])])
    >>> [f"{count} {verdict}" for verdict, count in zip(VERDICTS, found.counts[0])]
    ['2 inside', '1 disputed', '0 too_close', '1 outside']
    """
    for is_area, those in groupby(centres, key=_is_area):
        yield from (_tally_areas if is_area else _tally_points)(points, those, columns)


def _is_area(centre: Centre) -> bool:
    return centre[0].area is not None


def _tally_points(
    points: SitePoints, centres: Iterable[Centre], columns: Sequence[Floats]
) -> Iterator[Tally]:
    for group in make_questions(points, centres):
        if columns:
            for question in group:
                yield _totals(points, question, columns)
            continue
        for question, found in zip(group, count(points, group), strict=True):
            counts = question.zones.product.runs.counts(found.in_gap)
            yield Tally(counts + _settle(points, question, found.undecided).counts())


def _tally_areas(
    points: SitePoints, centres: Iterable[Centre], columns: Sequence[Floats]
) -> Iterator[Tally]:
    for centre in centres:
        every = list(_area_codes(points, centre))
        counts = np.array([np.bincount(codes, minlength=len(VERDICTS)) for codes in every])
        totals = tuple(
            [exact_totals(values, codes, len(VERDICTS)) for codes in every] for values in columns
        )
        yield Tally(counts, totals)


def _area_codes(points: SitePoints, centre: Centre) -> Iterator[NDArray[np.uint8]]:
    origin, bands = centre
    if origin.area is not None:
        yield from area_codes(points, origin, origin.area.measured, bands)


def verdict_codes(points: SitePoints, centres: Iterable[Centre]) -> Iterator[NDArray[np.uint8]]:
    """Yield the index into `VERDICTS` of every site, for each origin and band in turn.

    Parameters are those of `tally`; each array is what `judge` returns for geodesic distances.
    """
    for is_area, those in groupby(centres, key=_is_area):
        if is_area:
            for centre in those:
                yield from _area_codes(points, centre)
        else:
            yield from _point_codes(points, those)


def _point_codes(points: SitePoints, centres: Iterable[Centre]) -> Iterator[NDArray[np.uint8]]:
    for group in make_questions(points, centres):
        for question in group:
            zone = locate(points, question)
            gap, undecided = zone // 2, np.flatnonzero(zone % 2)
            settled = _settle(points, question, undecided)
            for number in range(len(question.bands)):
                codes = question.zones.product.runs.codes(number)[gap]
                codes[undecided] = settled.codes(number)
                if points.order is None:
                    yield codes
                else:
                    by_row = np.empty_like(codes)
                    by_row[points.order] = codes
                    yield by_row


def _totals(points: SitePoints, question: Question, columns: Sequence[Floats]) -> Tally:
    """Count and total the verdicts from one origin."""
    zone = locate(points, question)
    n_gaps, runs = question.zones.product.n_gaps, question.zones.product.runs
    undecided = np.flatnonzero(zone % 2)
    gaps = np.where(zone % 2, n_gaps, zone // 2)
    in_gap = np.bincount(gaps, minlength=n_gaps + 1)[:n_gaps]
    settled = _settle(points, question, undecided)
    measured = [settled.codes(number) for number in range(len(question.bands))]
    totals = []
    for given in columns:
        values = given if points.order is None else given[points.order]
        total_of_gap = exact_totals(values, gaps, n_gaps + 1)
        of_bands = []
        for number, codes in enumerate(measured):
            found = exact_totals(values[undecided], codes, len(VERDICTS))
            for code, total in zip(runs.codes(number).tolist(), total_of_gap, strict=False):
                found[code] += total
            of_bands.append(found)
        totals.append(of_bands)
    return Tally(runs.counts(in_gap) + settled.counts(), tuple(totals))


class _Settled(NamedTuple):
    """What finer measures say of some slots: those in gaps of the chord and of the distance, and the rest.

    ``gaps`` has for each of the two the slots, as indices into those given, and their gaps.
    """

    question: Question
    n_slots: int
    gaps: list[tuple[Zones, Indices, Indices]]
    rest: Indices
    distances_m: Floats
    precisions_m: Floats

    def codes(self, number: int) -> NDArray[np.uint8]:
        """Return the verdict of a band on each slot."""
        codes = np.empty(self.n_slots, dtype=np.uint8)
        for zones, slots, gaps in self.gaps:
            codes[slots] = zones.runs.codes(number)[gaps]
        codes[self.rest] = self._judged(number)
        return codes

    def counts(self) -> NDArray[np.int64]:
        """Return the number of slots by band and verdict."""
        counts = np.zeros((len(self.question.bands), len(VERDICTS)), dtype=np.int64)
        for zones, _, gaps in self.gaps:
            counts += zones.runs.counts(np.bincount(gaps, minlength=zones.n_gaps))
        if len(self.rest):
            for number in range(len(counts)):
                counts[number] += np.bincount(self._judged(number), minlength=len(VERDICTS))
        return counts

    def _judged(self, number: int) -> NDArray[np.uint8]:
        return judge(self.question.bands[number], self.distances_m, self.precisions_m).verdicts


def _settle(points: SitePoints, question: Question, slots: Indices) -> _Settled:
    """Find the verdicts on slots that the product leaves open by the finer measures."""
    origin, (_, chord, distance) = question.origin, question.zones
    sides = points.coordinates[:3, slots] - question.place[:, None]
    zone = np.searchsorted(chord.bounds, (sides**2).sum(axis=0), "right")
    by_chord, rest = np.flatnonzero(zone % 2 == 0), np.flatnonzero(zone % 2)
    gaps = [(chord, by_chord, zone[by_chord] // 2)]
    rows = points.rows(slots[rest])
    distances_m = origin.distances_m(points.lon[rows], points.lat[rows])
    zone = np.searchsorted(distance.bounds, distances_m, "right")
    is_open = zone % 2 == 1
    gaps.append((distance, rest[~is_open], zone[~is_open] // 2))
    precisions_m = points.precision_m[rows[is_open]] + origin.precision_m
    return _Settled(question, len(slots), gaps, rest[is_open], distances_m[is_open], precisions_m)
