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

**Rounding.** Chords are computed in single precision. Coordinates below 6.4e6 m and angles
below 10 radians, each rounded to 24 bits a few times, leave a chord within 10 m of the true
one; `_SLACK_M` is five times that on either side. The slack affects how many sites are measured, never
their verdicts.

References
----------
.. [1] W. Blaschke, "Kreis und Kugel", 1916, section 24, on convex bodies that roll inside others.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rangemap.catalogue import Band
from rangemap.check.points import Singles
from rangemap.check.verdicts import judge
from rangemap.geodesy import GREATEST_DISTANCE_M, WGS84

_LEAST_RADIUS_M: Final = WGS84.a * (1 - WGS84.es)
_GREATEST_RADIUS_M: Final = WGS84.a / math.sqrt(1 - WGS84.es)
_ANTIPODAL_M: Final = 19_900_000.0
_SLACK_M: Final = 50.0
_NO_LIMIT_M: Final = 1e9  # longer than any chord


class Zones(NamedTuple):
    """Zones in which no band changes its verdict, as chords from an origin.

    ``bounds`` are squared chords, m2, in ascending order. After an even number of them, up
    to the next, all sites have the same verdict for a band: ``codes[band, number // 2]``.
    After an odd number of them the geodesic decides.
    """

    bounds: Singles
    codes: NDArray[np.uint8]


def make_zones(bands: Sequence[Band], precisions_m: tuple[float, float]) -> Zones:
    """Return the zones of some bands.

    Parameters
    ----------
    bands : sequence of Band
        The bands around one origin.
    precisions_m : tuple of float
        The smallest and the largest sum of the precisions of origin and site, metres.

    Returns
    -------
    Zones
        Valid for every site whose sum of precisions lies between the two.
    """
    least_m, most_m = precisions_m
    shells: list[list[float]] = []  # shortest and longest chord, shortest and longest distance
    for at_m in sorted({bound for band in bands for bound in _bounds(band)}):
        for near_m, far_m in (
            (at_m - most_m, at_m - least_m),
            (at_m, at_m),
            (at_m + least_m, at_m + most_m),
        ):
            if near_m <= GREATEST_DISTANCE_M + 1:
                shells.append([*_chords(near_m, far_m), near_m, far_m])
    merged: list[list[float]] = []
    for shell in sorted(shells):
        if merged and shell[0] <= merged[-1][1]:
            last = merged[-1]
            last[1:] = [max(last[1], shell[1]), min(last[2], shell[2]), max(last[3], shell[3])]
        else:
            merged.append(shell)
    ends_m = [0.0, *(end for shell in merged for end in shell[2:])]
    ends_m.append(ends_m[-1] + 2.0)
    # One distance represents each gap, since it contains no bound.
    typical_m = np.array([(a + b) / 2 for a, b in zip(ends_m[::2], ends_m[1::2], strict=True)])
    codes = [judge(band, typical_m, least_m).verdicts for band in bands]
    chords_m = np.array([shell[:2] for shell in merged], dtype=np.float64).ravel()
    return Zones(
        (chords_m**2).astype(np.float32), np.array(codes, np.uint8).reshape(-1, len(typical_m))
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
