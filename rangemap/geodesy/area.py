"""Distances from places to an area: to its nearest point, and zero inside.

The border is cut into edges of at most 20 km. Sites are grouped in tiles of nearby ones; for each
tile, only the edges that may be nearest to any of its sites are examined, by straight chords
through the earth (`rangemap.check.zones` proves how chords and geodesics bound each other). An
approximate distance then leaves about two edges for each site, and on these the exact distance is
minimised.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from rangemap.geodesy.border import GREATEST_RADIUS_M, Floats, Indices, border_of
from rangemap.geodesy.geodesic import GREATEST_DISTANCE_M, WGS84, checked_positions
from rangemap.geodesy.nearest import distance_bounds_m, distance_to_edges_m
from rangemap.geodesy.region import Region
from rangemap.geodesy.tiles import morton_keys, to_geocentric

_LONGEST_EDGE_M: Final = 20_000.0
_TILE: Final = 256  # sites for which edges are chosen together
_SMALL_TILE: Final = 32  # where more edges than these are near a tile
_MANY_EDGES: Final = 400
_BLOCK: Final = 16_384  # sites whose nearest edges are measured together
_LEAST_RADIUS_M: Final = WGS84.a * (1 - WGS84.es)  # of curvature
_CHORD_ERROR_M: Final = 1.0  # more than rounding errors of squared chords amount to


class Area:
    """A region from whose nearest point distances are measured.

    Parameters
    ----------
    region : Polygon or MultiPolygon
        A canonical region, not empty; its edges are straight in longitude and latitude.

    Attributes
    ----------
    region : Polygon or MultiPolygon
        The region.
    border : Border
        Its edges, without those that only close it at 180 degrees or at a pole.
    half_edge_m : float
        No point of the border is farther than this from the middle of one of the edges to which
        `squared_chords` are measured, metres.

    Examples
    --------
    >>> area = Area(shapely.box(10, 20, 30, 40))
    >>> area.distances_m([20.0, 20.0], [30.0, 41.0]).round()
    array([     0., 111044.])
    """

    def __init__(self, region: Region) -> None:
        self.region = region
        self.border = border_of(region)
        self._edges = self.border.cut(_LONGEST_EDGE_M)
        self.half_edge_m = _LONGEST_EDGE_M / 2
        self._middles = (self._edges.starts + self._edges.ends) / 2
        self._points = to_geocentric(*self._middles.T)
        shapely.prepare(region)

    def contains(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
        """Return which positions are in the area or on its border.

        Parameters
        ----------
        lon, lat : array_like, shape (n,)
            Positions, degrees.
        """
        wrapped = (np.asarray(lon, dtype=np.float64) + 180) % 360 - 180
        inside: NDArray[np.bool_] = shapely.intersects_xy(self.region, wrapped, lat)
        return inside

    def distances_m(self, lon: ArrayLike, lat: ArrayLike) -> Floats:
        """Measure the geodesic distances from positions to the nearest point of the area.

        Parameters
        ----------
        lon, lat : array_like, shape (n,)
            Positions, degrees.

        Returns
        -------
        ndarray of float64, shape (n,)
            Distances on WGS 84, metres; 0 inside.

        Raises
        ------
        RingError
            If any position is NaN, infinite or outside its interval.
        """
        lons, lats = checked_positions(lon, lat)
        found = np.zeros(lons.shape)
        outside = self._sorted_outside(lons, lats)
        for start in range(0, len(outside), _BLOCK):
            rows = outside[start : start + _BLOCK]
            found[rows] = self._measure(lons[rows], lats[rows])
        return found

    def squared_chords(
        self, lon: ArrayLike, lat: ArrayLike, *, longest_m: float = math.inf
    ) -> NDArray[np.float32]:
        """Return the squared chords to the nearest middle of a border's edge; 0 inside.

        Parameters
        ----------
        lon, lat : array_like, shape (n,)
            Positions, degrees.
        longest_m : float, optional
            Longer chords may be infinite, metres.

        Returns
        -------
        ndarray of float32, shape (n,)
            In m2. The distance to the area is at most that of the chord, and at least
            that minus `half_edge_m`.
        """
        lons, lats = checked_positions(lon, lat)
        found = np.zeros(lons.shape, dtype=np.float32)
        outside = self._sorted_outside(lons, lats)
        found[outside] = np.inf
        for tile in self._tiles(lons[outside], lats[outside], longest_m):
            found[outside[tile.rows]] = tile.squares.min(axis=1)
        return found

    def _sorted_outside(self, lon: Floats, lat: Floats) -> Indices:
        """Return the positions that are not inside, with near ones next to each other."""
        outside = np.flatnonzero(~self.contains(lon, lat))
        order: Indices = outside[np.argsort(morton_keys(lon[outside], lat[outside]))]
        return order

    def _measure(self, lon: Floats, lat: Floats) -> Floats:
        sites, edges = [], []
        for tile in self._tiles(lon, lat):
            nearest = tile.edges[tile.squares.argmin(axis=1)]
            most_m = WGS84.inv(lon[tile.rows], lat[tile.rows], *self._middles[nearest].T)[2]
            limits = longest_chord_m(most_m + self.half_edge_m) ** 2
            row, column = np.nonzero(tile.squares <= limits[:, None])
            sites.append(row + tile.rows.start)
            edges.append(tile.edges[column])
        site, edge = np.concatenate(sites), np.concatenate(edges)
        bounds = distance_bounds_m(lon[site], lat[site], *self._edges.of(edge))
        nearest_m = np.full(len(lon), np.inf)
        np.minimum.at(nearest_m, site, bounds.most)
        likely = bounds.least <= nearest_m[site]
        site, edge = site[likely], edge[likely]
        found = np.full(len(lon), np.inf)
        np.minimum.at(found, site, distance_to_edges_m(lon[site], lat[site], *self._edges.of(edge)))
        return found

    def _tiles(self, lon: Floats, lat: Floats, longest_m: float = math.inf) -> Iterator[_Tile]:
        """Yield near positions, the edges that may be nearest to them, and all chords between them."""
        points, every = to_geocentric(lon, lat), np.arange(len(self._edges))
        for start in range(0, len(lon), _TILE):
            tile = slice(start, min(start + _TILE, len(lon)))
            near = self._near(points[:, tile], every, longest_m)
            if not len(near):
                continue
            size = _SMALL_TILE if len(near) > _MANY_EDGES else _TILE
            for first in range(tile.start, tile.stop, size):
                rows = slice(first, min(first + size, tile.stop))
                here = points[:, rows]
                edges = near if size == _TILE else self._near(here, near, longest_m)
                if not len(edges):
                    continue
                there = self._points[:, edges]
                squares = here.T @ there
                squares *= -2
                squares += (here**2).sum(axis=0)[:, None]
                squares += (there**2).sum(axis=0)
                yield _Tile(rows, edges, squares)

    def _near(self, here: Floats, edges: Indices, longest_m: float) -> Indices:
        """Return those of some edges that may be nearest to any of some points; none if all are far."""
        centre = (here.min(axis=1) + here.max(axis=1))[:, None] / 2
        radius_m = math.sqrt(((here - centre) ** 2).sum(axis=0).max())
        away = ((self._points[:, edges] - centre) ** 2).sum(axis=0)
        nearest_m = math.sqrt(away.min())
        if nearest_m - radius_m > longest_m:
            return edges[:0]
        most_m = float(longest_distance_m(nearest_m + radius_m))
        farthest_m = float(longest_chord_m(most_m + self.half_edge_m)) + radius_m
        near: Indices = edges[away <= farthest_m**2]
        return near


class _Tile(NamedTuple):
    """Rows of some positions, numbers of edges, and the squared chords between them, m2."""

    rows: slice
    edges: Indices
    squares: Floats


def shortest_distance_m(chord_m: ArrayLike) -> Floats:
    """Return a distance that every geodesic with a chord exceeds, metres."""
    shorter_m = np.maximum(np.asarray(chord_m) - _CHORD_ERROR_M, 0)
    distance_m: Floats = (
        2 * GREATEST_RADIUS_M * np.arcsin(np.minimum(shorter_m / (2 * GREATEST_RADIUS_M), 1))
    )
    return distance_m


def longest_chord_m(distance_m: ArrayLike) -> Floats:
    """Return a chord that is longer than every chord of a geodesic distance, metres."""
    angle = np.minimum(np.asarray(distance_m) / (2 * GREATEST_RADIUS_M), math.pi / 2)
    chord_m: Floats = 2 * GREATEST_RADIUS_M * np.sin(angle) + _CHORD_ERROR_M
    return chord_m


def longest_distance_m(chord_m: ArrayLike) -> Floats:
    """Return a distance that no geodesic with a chord exceeds, metres."""
    half = (np.asarray(chord_m) + _CHORD_ERROR_M) / (2 * _LEAST_RADIUS_M)
    distance_m = 2 * _LEAST_RADIUS_M * np.arcsin(np.minimum(half, 1))
    return np.where(half < 1, distance_m, GREATEST_DISTANCE_M)
