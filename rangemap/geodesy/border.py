"""The border of a region as short edges, which are straight in longitude and latitude."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from rangemap.geodesy.geodesic import WGS84
from rangemap.geodesy.region import Region

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

GREATEST_RADIUS_M: float = WGS84.a / math.sqrt(1 - WGS84.es)
"""Largest radius of curvature of the ellipsoid, metres."""

_BESIDE_DEG = 1e-7  # how far beside 180 degrees a seam is examined
_WIDEST_EDGE_DEG = 1.0  # an edge along a parallel turns by at most this angle


@dataclass(frozen=True, slots=True)
class Border:
    """Directed edges with the area on their left.

    Parameters
    ----------
    starts, ends : ndarray of float64, shape (n, 2)
        Longitude and latitude, degrees.
    previous : ndarray of int, shape (n,)
        Number of the edge that ends where each one starts; -1 if that edge only closes the area.
    """

    starts: Floats
    ends: Floats
    previous: Indices

    def __len__(self) -> int:
        return len(self.starts)

    def of(self, numbers: Indices) -> tuple[Floats, Floats]:
        """Return the starts and the ends of some edges."""
        return self.starts[numbers], self.ends[numbers]

    def cut(self, longest_m: float | Floats) -> Border:
        """Return the border in edges of at most a length, and of at most one degree of longitude.

        Parameters
        ----------
        longest_m : float or ndarray of float64, shape (n,)
            The length, metres, also for each edge.
        """
        steps = self.ends - self.starts
        least_lat = np.minimum(*np.abs([self.starts[:, 1], self.ends[:, 1]]))
        least_lat[self.starts[:, 1] * self.ends[:, 1] < 0] = 0
        # No edge is longer than this, since neither radius of curvature is larger.
        longest = GREATEST_RADIUS_M * np.hypot(
            np.radians(steps[:, 0]) * np.cos(np.radians(least_lat)), np.radians(steps[:, 1])
        )
        number = np.ceil(np.maximum(longest / longest_m, np.abs(steps[:, 0]) / _WIDEST_EDGE_DEG))
        number = number.clip(1).astype(np.intp)
        edge = np.repeat(np.arange(len(self)), number)
        first = np.cumsum(number) - number
        place = np.arange(len(edge)) - first[edge]
        starts = self.starts[edge] + steps[edge] * (place / number[edge])[:, None]
        ends = np.concatenate([starts[1:], self.ends[-1:]])
        final = first + number - 1
        ends[final] = self.ends
        previous = np.arange(len(edge)) - 1
        previous[first] = np.where(self.previous < 0, -1, final[self.previous])
        return Border(starts, ends, previous)


def border_of(region: Region) -> Border:
    """Return the border of a region, without the edges that only close it at 180 degrees or a pole.

    Parameters
    ----------
    region : Polygon or MultiPolygon
        A canonical region.

    Returns
    -------
    Border
        Its edges, ring by ring.

    Examples
    --------
    >>> len(border_of(shapely.box(10, 20, 30, 40)))
    4
    >>> halves = [shapely.box(170, 0, 180, 9), shapely.box(-180, 0, -170, 9)]
    >>> len(border_of(shapely.MultiPolygon(halves)))
    6
    """
    rings = shapely.get_rings(shapely.get_parts(shapely.orient_polygons(region)))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    at_seam = np.abs(xy[:, 0]) == 180
    joins = ring[1:] == ring[:-1]
    joins &= (xy[1:] != xy[:-1]).any(axis=1)
    starts, ends, ring = xy[:-1][joins], xy[1:][joins], ring[1:][joins]
    if at_seam.any():
        starts, ends, ring = _split_seams(starts, ends, ring, np.unique(xy[at_seam, 1]))
    numbers = np.arange(len(ring))
    previous = numbers - 1
    first = np.flatnonzero(np.diff(ring, prepend=-1))
    previous[first] = np.append(first[1:], len(ring)) - 1
    kept = ~_only_closes(region, starts, ends)
    renumbered = np.where(kept, np.cumsum(kept) - 1, -1)
    return Border(starts[kept], ends[kept], renumbered[previous[kept]].astype(np.intp))


def _split_seams(
    starts: Floats, ends: Floats, ring: Indices, lats: Floats
) -> tuple[Floats, Floats, Indices]:
    """Give both sides of 180 degrees the same vertices."""
    pieces: list[Floats] = []
    counts = np.ones(len(ring), dtype=np.intp)
    on_seam = (np.abs(starts[:, 0]) == 180) & (starts[:, 0] == ends[:, 0])
    done = 0
    for edge in np.flatnonzero(on_seam).tolist():
        low, high = sorted((starts[edge, 1], ends[edge, 1]))
        between = lats[(lats > low) & (lats < high)]
        if starts[edge, 1] > ends[edge, 1]:
            between = between[::-1]
        added = np.column_stack([np.full(len(between), starts[edge, 0]), between])
        pieces += [starts[done : edge + 1], added]
        counts[edge] += len(between)
        done = edge + 1
    split = np.concatenate([*pieces, starts[done:]])
    following = np.concatenate([split[1:], ends[-1:]])
    following[np.cumsum(counts) - 1] = ends
    return split, following, np.repeat(ring, counts)


def _only_closes(region: Region, starts: Floats, ends: Floats) -> NDArray[np.bool_]:
    """Return which edges run along a pole, or along 180 degrees with the area on both sides."""
    at_pole = (np.abs(starts[:, 1]) == 90) & (starts[:, 1] == ends[:, 1])
    on_seam = (np.abs(starts[:, 0]) == 180) & (starts[:, 0] == ends[:, 0])
    middle = (starts[on_seam, 1] + ends[on_seam, 1]) / 2
    west, east = (np.full(len(middle), lon) for lon in (180 - _BESIDE_DEG, _BESIDE_DEG - 180))
    both = shapely.contains_xy(region, west, middle) & shapely.contains_xy(region, east, middle)
    closes: NDArray[np.bool_] = at_pole
    closes[on_seam] |= both
    return closes
