"""Verdicts for many sites: geodesics only where a straight chord does not decide.

The only rule is `judge`. `zones` finds where its result cannot change, so that most
sites get the same verdict without a geodesic.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rangemap.catalogue import Band
from rangemap.check.points import BLOCK, Floats, Indices, Singles, SitePoints, to_geocentric
from rangemap.check.totals import exact_totals
from rangemap.check.verdicts import VERDICTS, judge
from rangemap.check.zones import Zones, make_zones
from rangemap.scenario.origins import Origin
from rangemap.scenario.pairs import Pair, by_origin

_MANY_BOUNDS: Final = 100  # at this many or more, a search is faster than one comparison per bound


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


Centre = tuple[Origin, Sequence[Band]]
"""An origin, with the bands around it."""


def centres_of(pairs: Iterable[Pair]) -> Iterator[Centre]:
    """Yield the origins of some pairs, each with its bands."""
    for origin, systems in by_origin(pairs):
        yield origin, [system.band for system in systems]


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
    for origin, bands, zones in _with_zones(points, centres):
        yield _tally(points, origin, bands, zones, columns)


def _with_zones(
    points: SitePoints, centres: Iterable[Centre]
) -> Iterator[tuple[Origin, Sequence[Band], Zones]]:
    """Add the zones, which are the same for origins with the same bands and precision."""
    # Bands are compared by identity, since there may be many; keeping them keeps it unique.
    known: dict[tuple[float, ...], tuple[Sequence[Band], Zones]] = {}
    least_m, most_m = points.precisions_m
    for origin, bands in centres:
        own_m = origin.precision_m
        key = own_m, *map(id, bands)
        if key not in known:
            known[key] = bands, make_zones(bands, (least_m + own_m, most_m + own_m))
        yield origin, bands, known[key][1]


def _tally(
    points: SitePoints,
    origin: Origin,
    bands: Sequence[Band],
    zones: Zones,
    columns: Sequence[Floats],
) -> Tally:
    n_gaps = zones.codes.shape[1]
    in_gaps: list[list[int]] = []
    if not columns and len(zones.bounds) < _MANY_BOUNDS:
        in_gap, undecided = _count(points, origin, zones)
    else:
        zone, undecided = _locate(points, origin, zones)
        gaps = np.where(zone % 2, n_gaps, zone // 2)
        in_gap = np.bincount(gaps, minlength=n_gaps + 1)[:n_gaps]
        in_gaps = [exact_totals(values, gaps, n_gaps + 1) for values in columns]
    counts = np.zeros((len(bands), len(VERDICTS)), dtype=np.int64)
    totals: tuple[list[list[int]], ...] = tuple([] for _ in columns)
    measured = _measure(points, origin, bands, undecided)
    for row, codes in enumerate(measured):
        counts[row] += np.bincount(codes, minlength=len(VERDICTS))
        np.add.at(counts[row], zones.codes[row], in_gap)
        for values, in_gap_of, rows in zip(columns, in_gaps, totals, strict=True):
            found = exact_totals(values[undecided], codes, len(VERDICTS))
            for code, total in zip(zones.codes[row], in_gap_of, strict=False):
                found[code] += total
            rows.append(found)
    return Tally(counts, totals)


def verdict_codes(points: SitePoints, centres: Iterable[Centre]) -> Iterator[NDArray[np.uint8]]:
    """Yield the index into `VERDICTS` of every site, for each origin and band in turn.

    Parameters are those of `tally`; each array is what `judge` returns for geodesic distances.
    """
    for origin, bands, zones in _with_zones(points, centres):
        zone, undecided = _locate(points, origin, zones)
        gap = zone // 2
        for row, measured in enumerate(_measure(points, origin, bands, undecided)):
            codes = zones.codes[row][gap]
            codes[undecided] = measured
            yield codes


def _measure(
    points: SitePoints, origin: Origin, bands: Sequence[Band], rows: Indices
) -> Iterator[NDArray[np.uint8]]:
    """Judge some sites by their geodesic distances, band by band."""
    distances_m = origin.distances_m(points.lon[rows], points.lat[rows])
    precisions_m = points.precision_m[rows] + origin.precision_m
    for band in bands:
        yield judge(band, distances_m, precisions_m).verdicts


def _count(points: SitePoints, origin: Origin, zones: Zones) -> tuple[NDArray[np.int64], Indices]:
    """Return the number of sites in each gap, and the sites that are in none."""
    bounds = zones.bounds
    undecided: list[Indices] = []
    shortest, longest = _tile_chords(points, origin)
    first, last = (
        np.searchsorted(bounds, shortest, "right"),
        np.searchsorted(bounds, longest, "right"),
    )
    mixed = (first != last) | (first % 2 == 1)
    decided = np.bincount(first[~mixed], points.sizes[~mixed], minlength=len(bounds) + 1)
    # Number of sites nearer than each bound.
    nearer = np.cumsum(decided.astype(np.int64))[:-1]
    for tiles, squares in _squared_chords(points, origin, np.flatnonzero(mixed)):
        below = np.empty(squares.shape, dtype=bool)
        found = np.array([np.count_nonzero(np.less(squares, b, out=below)) for b in bounds])
        nearer += found
        for shell in np.flatnonzero(found[1::2] > found[::2]):
            np.less(squares, bounds[2 * shell + 1], out=below)
            below &= squares >= bounds[2 * shell]
            row, column = np.divmod(np.flatnonzero(below), squares.shape[1])
            undecided.append(tiles[row] * squares.shape[1] + column)
    slots = np.concatenate(undecided) if undecided else np.empty(0, dtype=np.intp)
    in_zone = np.diff(nearer, prepend=0, append=len(points))
    return in_zone[::2], points.rows(slots)


def _locate(points: SitePoints, origin: Origin, zones: Zones) -> tuple[Indices, Indices]:
    """Return the zone of each site, and the sites in an odd one."""
    bounds = zones.bounds
    shortest, longest = _tile_chords(points, origin)
    first, last = (
        np.searchsorted(bounds, shortest, "right"),
        np.searchsorted(bounds, longest, "right"),
    )
    found = np.repeat(first[:, None], points.tiles.shape[2], axis=1)
    for tiles, squares in _squared_chords(points, origin, np.flatnonzero(first != last)):
        found[tiles] = np.searchsorted(bounds, squares, "right")
    slots = found.ravel()[: len(points)]
    zone = slots
    if points.order is not None:
        zone = np.empty_like(slots)
        zone[points.order] = slots
    return zone, np.flatnonzero(zone % 2)


def _tile_chords(points: SitePoints, origin: Origin) -> tuple[Singles, Singles]:
    """Return the smallest and the largest squared chord from an origin to each tile."""
    x, y, z = _geocentric(origin)
    to_centre = np.sqrt(
        (points.centres[0] - x) ** 2 + (points.centres[1] - y) ** 2 + (points.centres[2] - z) ** 2
    )
    reach = points.radii_m + np.float32(8)  # more than the rounding error of all this
    shortest = np.maximum(to_centre - reach, 0) ** 2
    return shortest, (to_centre + reach) ** 2


def _squared_chords(
    points: SitePoints, origin: Origin, tiles: Indices
) -> Iterator[tuple[Indices, Singles]]:
    """Yield tile numbers and the squared chords to all their sites, in batches that fit the cache."""
    batch_size = max(BLOCK // points.tiles.shape[2], 1)
    x, y, z = _geocentric(origin)
    for start in range(0, len(tiles), batch_size):
        batch = tiles[start : start + batch_size]
        xs, ys, zs = (
            points.tiles[:, batch[0] : batch[0] + 1] if len(batch) == 1 else points.tiles[:, batch]
        )
        squares = xs - x
        squares *= squares
        side = ys - y
        side *= side
        squares += side
        np.subtract(zs, z, out=side)
        side *= side
        squares += side
        yield batch, squares


def _geocentric(origin: Origin) -> Singles:
    out = np.empty((3, 1), dtype=np.float32)
    to_geocentric(np.array([origin.lonlat.lon]), np.array([origin.lonlat.lat]), out=out)
    return out[:, 0]
