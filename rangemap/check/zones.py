"""Zones around an origin in which no verdict changes, told apart by straight chords.

Notes
-----
**The bounds.** Let two points of the ellipsoid be joined by a geodesic of length s and a
straight chord of length c, and let r and R be the smallest and the largest radius of
curvature of the ellipsoid, a(1 - e^2) and a / sqrt(1 - e^2). Then

    2 r sin(s / 2r) <= c    for s <= pi r,    and    c <= 2 R sin(s / 2R)    for s <= pi R.

Follow the geodesic g from its start and let f(s) = |g(s) - g(0)|^2 / 2. A geodesic bends
along the normal N of the surface, g'' = -k N with 1/R <= k <= 1/r, so

    f'' = 1 - k <N, g - g(0)>.

A ball of radius r rolls freely inside the ellipsoid, and the ellipsoid rolls freely inside
a ball of radius R (Blaschke): the start lies outside the small ball and inside the large one
that touch the surface at g(s), that is f/R <= <N, g - g(0)> <= f/r. Hence

    1 - f/r^2 <= f'' <= 1 - f/R^2,    f(0) = f'(0) = 0,

and comparison (Sturm) puts f between the solutions of the two equations, half the squared
chords of circles with radius r and R.

**The antipode.** pi R is more than any distance, so the upper bound always holds. The lower
bound holds up to pi r = 19,903 km. Beyond it a chord is longer than 2r: half a central section of
the ellipsoid is at most pi a = 20,038 km long, so the end lies within 135 km, e, of the start's
antipode, and c^2 = 2|A|^2 + 2|B|^2 - e^2 >= 4 b^2 - e^2 > 4 r^2. So for every distance T up to
pi r

- a chord shorter than 2 r sin(T / 2r) means s < T,
- a chord longer than 2 R sin(T / 2R) means s > T.

At 19,900 km or more, where chords hardly grow any more, the geodesic decides.

**Three measures.** A site's zone is found by the cheapest measure that settles it: the squared
chord as a matrix product, for all sites and several origins at once; the squared chord
from differences of coordinates, for the sites that the product leaves open; the geodesic
distance, for those that the chord leaves open. `judge` decides the sites whose distance is a
bound within `_EQUAL_M`, and those between the bounds for the smallest and the largest precision.

**Rounding.** Let u = 2^-24, the largest relative error of one rounding in single precision.
x = N cos(phi) cos(lambda), where N is the radius of curvature across, at most R. The angles are
rounded once, phi by at most pi/2 u and lambda by pi u; sines and cosines are taken to be within 4
units in the last place, 4 u (numpy states 1.5); N, in which sin(phi)^2 counts 1/150, is within 3.2 u;
two products add 2 u. So x and y are within (3.2 + 5.6 + 7.2 + 2) u R = 6.9 m, likewise z within 4.7 m,
a point within 10.8 m, and the chord between two points within 21.6 m. Differences, squares and
sums, and the rounding of a bound, change a chord of at most 1.28e7 m by at most 4 u of it, 3.1 m.
Together that is less than 25 m; `_SLACK_M`, which is added on either side, is more.

The product computes, for the rounded coordinates p of a site and o of an origin, and B = b^2
rounded to single precision,

    |p - o|^2 - |o|^2 - B = (|p|^2 - B) - 2 o.p.

|p|^2 - B needs three squares, which add up to at most a^2, and three sums, of which two are at most
B and the last at most a^2 - B in absolute value: together their errors are at most 3.1 u a^2.
The product adds up four terms whose absolute values are at most 2 a^2 + (a^2 - B) < 2.01 a^2
together; in any order, fused or not, the error is at most 4 u / (1 - 4 u) times that, 8.1 u a^2.
The bounds, from which |o|^2 + B is subtracted in double precision, are then at most 2.1 a^2 and
rounded once: 2.1 u a^2. In all that is 13.3 u a^2 = 3.3e7 m2; `_PRODUCT_M2`, by which bounds are
moved apart, is more.

Slack and margins decide which measure settles a site, never its verdict.

References
----------
.. [1] W. Blaschke, "Kreis und Kugel", 1916, section 24, on convex bodies that roll inside others.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rangemap.catalogue import Band
from rangemap.check.points import Floats, Indices
from rangemap.check.verdicts import VERDICTS, verdicts_at
from rangemap.geodesy import GREATEST_DISTANCE_M, WGS84

_LEAST_RADIUS_M: Final = WGS84.a * (1 - WGS84.es)
_GREATEST_RADIUS_M: Final = WGS84.a / math.sqrt(1 - WGS84.es)
_ANTIPODAL_M: Final = 19_900_000.0
_SLACK_M: Final = 30.0
_PRODUCT_M2: Final = 4e7
_EQUAL_M: Final = 1e-3  # more than the rounding error of distances and precisions
_NO_LIMIT_M: Final = 1e9  # longer than any chord

Shell = tuple[float, float]
"""The shortest and the longest distance at which a verdict may change, metres."""


class Runs(NamedTuple):
    """Verdicts of bands in consecutive gaps between shells, as runs of equal verdicts.

    ``first`` and ``end`` are the gaps of a run, as in a slice. Runs are ordered by band.
    """

    band: Indices
    first: Indices
    end: Indices
    code: NDArray[np.uint8]
    n_bands: int

    def counts(self, in_gap: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the number of sites by band and verdict from the number in each gap."""
        up_to = np.concatenate([[0], np.cumsum(in_gap)])
        counts = np.zeros((self.n_bands, len(VERDICTS)), dtype=np.int64)
        np.add.at(counts, (self.band, self.code), up_to[self.end] - up_to[self.first])
        return counts

    def codes(self, band: int) -> NDArray[np.uint8]:
        """Return the verdict of a band in each gap, as an index into `VERDICTS`."""
        own = slice(*np.searchsorted(self.band, [band, band + 1]))
        return np.repeat(self.code[own], self.end[own] - self.first[own])


class Zones(NamedTuple):
    """Zones around an origin, by one measure of the distance from it.

    ``bounds`` ascend. After an even number of them, up to the next, no verdict changes: these
    gaps have ``runs`` of verdicts. After an odd number a finer measure decides.
    """

    bounds: Floats
    runs: Runs

    @property
    def n_gaps(self) -> int:
        """Number of gaps, including those before the first bound and after the last."""
        return len(self.bounds) // 2 + 1


class Measures(NamedTuple):
    """The zones by each measure, the cheapest first: squared chords, m2, and distances, m."""

    product: Zones
    chord: Zones
    distance: Zones


def make_zones(bands: Sequence[Band], precisions_m: tuple[float, float]) -> Measures:
    """Return the zones of some bands.

    Parameters
    ----------
    bands : sequence of Band
        The bands around one origin.
    precisions_m : tuple of float
        The smallest and the largest sum of the precisions of origin and site, metres.

    Returns
    -------
    Measures
        Valid for every site whose sum of precisions lies between the two.
    """
    least_m, most_m = precisions_m
    shells = {
        (near_m, far_m)
        for at_m in {bound for band in bands for bound in _bounds(band)}
        for near_m, far_m in (
            (at_m - most_m, at_m - least_m),
            (at_m, at_m),
            (at_m + least_m, at_m + most_m),
        )
        if near_m <= GREATEST_DISTANCE_M + 1
    }
    chords_m = {shell: _chords(*shell) for shell in shells}

    def zones(lower: Callable[[Shell], float], upper: Callable[[Shell], float]) -> Zones:
        return _zones(bands, least_m, sorted((lower(each), upper(each), *each) for each in shells))

    return Measures(
        zones(
            lambda shell: chords_m[shell][0] ** 2 - _PRODUCT_M2,
            lambda shell: chords_m[shell][1] ** 2 + _PRODUCT_M2,
        ),
        zones(lambda shell: chords_m[shell][0] ** 2, lambda shell: chords_m[shell][1] ** 2),
        zones(lambda shell: shell[0] - _EQUAL_M, lambda shell: shell[1] + _EQUAL_M),
    )


def _zones(
    bands: Sequence[Band], least_m: float, shells: Sequence[tuple[float, float, float, float]]
) -> Zones:
    """Merge shells that overlap; each is an interval of the measure and one of distances."""
    merged: list[list[float]] = []
    for lower, upper, near_m, far_m in shells:
        if merged and lower <= merged[-1][1]:
            last = merged[-1]
            last[1:] = [max(last[1], upper), min(last[2], near_m), max(last[3], far_m)]
        else:
            merged.append([lower, upper, near_m, far_m])
    ends_m = [0.0, *(end for shell in merged for end in shell[2:])]
    ends_m.append(ends_m[-1] + 2.0)
    # One distance represents each gap, since it contains no bound.
    typical_m = [(a + b) / 2 for a, b in zip(ends_m[::2], ends_m[1::2], strict=True)]
    bounds = np.array([shell[:2] for shell in merged], dtype=np.float64).ravel()
    return Zones(bounds, _runs(bands, least_m, typical_m))


def _runs(bands: Sequence[Band], least_m: float, typical_m: Sequence[float]) -> Runs:
    numbers, firsts, ends = [], [], []
    codes = []
    for number, band in enumerate(bands):
        # The verdict of a band changes only at its own bounds.
        changes_m = {at_m + sign * least_m for at_m in _bounds(band) for sign in (-1, 1)}
        first = sorted({0, *(bisect(typical_m, at_m) for at_m in changes_m)} - {len(typical_m)})
        numbers += [number] * len(first)
        firsts += first
        ends += [*first[1:], len(typical_m)]
        codes.append(verdicts_at(band, np.array([typical_m[gap] for gap in first]), least_m))
    return Runs(
        np.array(numbers, np.intp),
        np.array(firsts, np.intp),
        np.array(ends, np.intp),
        np.concatenate(codes) if codes else np.empty(0, np.uint8),
        len(bands),
    )


def _bounds(band: Band) -> Iterator[float]:
    """Yield every distance at which the verdict of a band can change."""
    for at_m in (band.low_m, band.high_m, band.min_m, band.max_min_m):
        if at_m is not None:
            yield at_m


def _chords(near_m: float, far_m: float) -> tuple[float, float]:
    """Return a chord below which every site is nearer than both, and one above which it is farther."""
    near_m = min(max(near_m, 0.0), _ANTIPODAL_M)
    shortest_m = 2 * _LEAST_RADIUS_M * math.sin(near_m / 2 / _LEAST_RADIUS_M) - _SLACK_M
    if far_m >= GREATEST_DISTANCE_M:
        return max(shortest_m, 0.0), _NO_LIMIT_M
    longest_m = 2 * _GREATEST_RADIUS_M * math.sin(max(far_m, 0.0) / 2 / _GREATEST_RADIUS_M)
    return max(shortest_m, 0.0), longest_m + _SLACK_M
