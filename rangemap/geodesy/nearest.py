"""The smallest distance from a position to an edge that is straight in longitude and latitude."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from rangemap.geodesy.border import Floats
from rangemap.geodesy.geodesic import WGS84
from rangemap.geodesy.tiles import to_geocentric

_LAMBERT_LIMIT_M: Final = 18_500_000.0  # beyond, the approximation may be kilometres off
_FARTHEST_M: Final = 20_003_932.0
_SHARE: Final = 3e-5  # error of approximate distances and directions, as a share of the distance
_MOST_STEPS: Final = 40
_CLOSE_M: Final = 1e-5  # the search ends when no point can be nearer by more


class Bounds(NamedTuple):
    """Bounds of the smallest distance to each edge, metres."""

    least: Floats
    most: Floats


def distance_bounds_m(lon: Floats, lat: Floats, starts: Floats, ends: Floats) -> Bounds:
    """Bound the smallest distances between positions and edges without any geodesic.

    Parameters
    ----------
    lon, lat : ndarray of float64, shape (n,)
        Positions, degrees.
    starts, ends : ndarray of float64, shape (n, 2)
        An edge for each position: at most 20 km long and 1 degree wide.

    Notes
    -----
    The distance to the middle is that of Andoyer and Lambert, exact to the flattening squared; from
    there it changes along the edge with the cosine of the angle to the position.
    """
    middles = (starts + ends) / 2
    at_m = _lambert_m(lon, lat, *middles.T)
    edge = to_geocentric(*ends.T) - to_geocentric(*starts.T)
    length_m = np.sqrt((edge**2).sum(axis=0))
    lam, phi = np.radians(middles.T)
    up = np.array([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
    there = to_geocentric(lon, lat) - to_geocentric(*middles.T)
    there -= (there * up).sum(axis=0) * up
    along_m = np.abs((there * edge).sum(axis=0)) / np.maximum(
        2 * np.sqrt((there**2).sum(axis=0)), 1
    )
    # Distances do not change evenly along the edge, nor is it straight on the globe.
    curved_m = length_m**2 / (
        8 * np.maximum(np.minimum(at_m, _FARTHEST_M - at_m), length_m / 4)
    ) + length_m / 8 * np.abs(np.radians(ends[:, 0] - starts[:, 0]))
    error_m = np.where(at_m < _LAMBERT_LIMIT_M, 10 + _SHARE * at_m, 100_000.0)
    near = at_m < 2 * length_m
    least = np.where(near, at_m - 0.51 * length_m, at_m - 1.01 * along_m - curved_m)
    most = np.where(near, at_m, at_m - 0.99 * along_m + curved_m)
    return Bounds(least - error_m, most + error_m)


def _lambert_m(lon: Floats, lat: Floats, other_lon: Floats, other_lat: Floats) -> Floats:
    flat = WGS84.f
    one, other = (np.arctan((1 - flat) * np.tan(np.radians(each))) for each in (lat, other_lat))
    turn = np.radians(other_lon - lon)
    mean, half = (one + other) / 2, (other - one) / 2
    q = np.clip(np.sin(half) ** 2 + np.cos(one) * np.cos(other) * np.sin(turn / 2) ** 2, 0, 1)
    angle, p = 2 * np.arcsin(np.sqrt(q)), 1 - q
    sine = np.sin(angle)
    x = (angle - sine) * (np.sin(mean) * np.cos(half)) ** 2 / np.maximum(p, 1e-12)
    y = (angle + sine) * (np.cos(mean) * np.sin(half)) ** 2 / np.maximum(q, 1e-14)
    found: Floats = WGS84.a * (angle - flat / 2 * (x + y))
    return found


def distance_to_edges_m(lon: Floats, lat: Floats, starts: Floats, ends: Floats) -> Floats:
    """Measure the smallest geodesic distance between each position and its edge.

    Parameters
    ----------
    lon, lat : ndarray of float64, shape (n,)
        Positions, degrees.
    starts, ends : ndarray of float64, shape (n, 2)
        An edge for each position: short, so that the distance has one turning point at most.

    Returns
    -------
    ndarray of float64, shape (n,)
        Metres: distances to points of the edges, too long by at most a hundredth of a millimetre.

    Notes
    -----
    The derivative of half the squared distance is close to linear, on a plane exactly; its root is found
    by false position (the Illinois variant), which keeps it between two positions.
    """
    step = ends - starts
    first_m, first = _slope(lon, lat, starts, step)
    last_m, last = _slope(lon, lat, ends, step)
    best = np.minimum(first_m, last_m)
    active = np.flatnonzero((first < 0) & (last > 0))
    low, high = np.zeros(len(active)), np.ones(len(active))
    at_low, at_high = first_m[active] * first[active], last_m[active] * last[active]
    for _ in range(_MOST_STEPS):
        if not len(active):
            break
        t = low + (high - low) * (at_low / (at_low - at_high))
        here = starts[active] + t[:, None] * step[active]
        at_m, slope = _slope(lon[active], lat[active], here, step[active])
        best[active] = np.minimum(best[active], at_m)
        found, falls = at_m * slope, slope < 0
        # The end that stays counts half, so that it moves soon.
        at_low, at_high = np.where(falls, found, at_low / 2), np.where(falls, at_high / 2, found)
        low, high = np.where(falls, t, low), np.where(falls, high, t)
        # No point between them can be nearer by more.
        going = np.abs(slope) * (high - low) > _CLOSE_M
        active, low, high = active[going], low[going], high[going]
        at_low, at_high = at_low[going], at_high[going]
    return best


def _slope(lon: Floats, lat: Floats, points: Floats, step: Floats) -> tuple[Floats, Floats]:
    """Return the distances to points of edges, and their derivatives along the whole edge, metres."""
    _, back, at_m = WGS84.inv(lon, lat, points[:, 0], points[:, 1])
    phi, azimuth = np.radians(points[:, 1]), np.radians(back)
    w = np.sqrt(1 - WGS84.es * np.sin(phi) ** 2)
    east = np.radians(step[:, 0]) * np.cos(phi) * WGS84.a / w
    north = np.radians(step[:, 1]) * WGS84.a * (1 - WGS84.es) / w**3
    return at_m, -(east * np.sin(azimuth) + north * np.cos(azimuth))
