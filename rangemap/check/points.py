"""Positions of many sites as points in three dimensions, sorted in tiles if that pays."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rangemap.geodesy import WGS84
from rangemap.geodesy.tiles import morton_keys

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Indices = NDArray[np.intp]

BLOCK: Final = 16_384
"""Sites examined at a time, few enough for the cache of a processor.

OpenBLAS divides products of more than 2^18 terms among threads, which cost more than they save.
"""
TILE: Final = 256
_FEWEST_ORIGINS_TO_SORT: Final = 64
_FEWEST_SITES_TO_SORT: Final = 16 * TILE
_PADDING: Final = np.float32(1e30)  # fills the last tile; it exceeds every bound
REFERENCE_M2: Final = np.float32(WGS84.b**2)


class SitePoints:
    """Positions prepared for verdicts from many origins.

    ``coordinates`` are x, y and z, metres, and x^2 + y^2 + z^2 - `REFERENCE_M2`, by slot. A slot is
    the row of a site, unless ``order`` has the row in each slot.

    Parameters
    ----------
    lon, lat : ndarray of float64, shape (n,)
        Checked positions, degrees.
    precision_m : ndarray of float64, shape (n,)
        Precision of each position, metres.
    n_origins : int
        Number of origins to expect; for about 64 or more, sorting the sites by position
        first is faster.
    """

    def __init__(self, lon: Floats, lat: Floats, precision_m: Floats, n_origins: int) -> None:
        self.lon, self.lat, self.precision_m = lon, lat, precision_m
        # One value for all sites may be stored once.
        stored_m = precision_m if any(precision_m.strides) else precision_m[:1]
        self.precisions_m = (
            (float(stored_m.min()), float(stored_m.max())) if len(lon) else (0.0, 0.0)
        )
        self.order: Indices | None = None
        self.tiles: Tiles | None = None
        if n_origins >= _FEWEST_ORIGINS_TO_SORT and len(lon) >= _FEWEST_SITES_TO_SORT:
            self.order = np.argsort(morton_keys(lon, lat)).astype(np.intp, copy=False)
            lon, lat = lon[self.order], lat[self.order]
            n_slots = -(-len(lon) // TILE) * TILE
            self.coordinates = np.empty((4, n_slots), np.float32)
            to_geocentric(lon, lat, out=self.coordinates[:, : len(lon)])
            self.coordinates[:3, len(lon) :] = self.coordinates[:3, len(lon) - 1 : len(lon)]
            self.coordinates[3, len(lon) :] = _PADDING
            self.tiles = Tiles(self.coordinates, len(lon))
        else:
            self.coordinates = np.empty((4, len(lon)), np.float32)
            to_geocentric(lon, lat, out=self.coordinates)

    def __len__(self) -> int:
        return len(self.lon)

    def rows(self, slots: Indices) -> Indices:
        """Return the row numbers of the sites in some slots."""
        return slots if self.order is None else self.order[slots]


class Tiles:
    """Sorted sites in tiles of `TILE` slots, each within a ball.

    The sites of a tile that lies entirely between two bounds are not examined.
    """

    def __init__(self, coordinates: Singles, n_sites: int) -> None:
        self.coordinates = coordinates.reshape(4, -1, TILE)
        self.sizes = np.full(self.coordinates.shape[1], TILE, dtype=np.int64)
        self.sizes[-1] -= coordinates.shape[1] - n_sites
        points = self.coordinates[:3]
        least, most = points.min(axis=2), points.max(axis=2)
        self.centres = least / 2 + most / 2
        half = most.astype(np.float64) / 2 - least.astype(np.float64) / 2
        self.radii_m = np.sqrt((half**2).sum(axis=0)).astype(np.float32)

    def squared_chords(self, centre: Singles) -> tuple[Floats, Floats]:
        """Return the smallest and the largest squared chord from a point to each tile, m2."""
        x, y, z = centre[:3]
        to_centre = np.sqrt(
            (self.centres[0] - x) ** 2 + (self.centres[1] - y) ** 2 + (self.centres[2] - z) ** 2
        ).astype(np.float64)
        reach = self.radii_m + 8.0  # more than the rounding error of all this
        return np.maximum(to_centre - reach, 0) ** 2, (to_centre + reach) ** 2


def to_geocentric(lon: Floats, lat: Floats, *, out: Singles) -> None:
    """Write `SitePoints.coordinates` of some positions into ``out``, shape (4, n)."""
    one, es, a = np.float32(1), np.float32(WGS84.es), np.float32(WGS84.a)
    degree = math.pi / 180
    size = min(BLOCK, len(lon))
    spare = np.empty((4, size), np.float32)
    for start in range(0, len(lon), BLOCK):
        block = slice(start, start + BLOCK)
        x, y, z, square = out[:, block]
        phi, lam, sin, normal = spare[:, : len(x)]
        np.multiply(lat[block], degree, out=phi, casting="same_kind")
        np.multiply(lon[block], degree, out=lam, casting="same_kind")
        np.sin(phi, out=sin)
        np.multiply(sin, sin, out=normal)
        normal *= -es
        normal += one
        np.sqrt(normal, out=normal)
        np.divide(a, normal, out=normal)
        across = np.cos(phi, out=phi)
        across *= normal
        np.cos(lam, out=x)
        np.sin(lam, out=y)
        x *= across
        y *= across
        np.multiply(normal, sin, out=z)
        z *= one - es
        np.multiply(z, z, out=square)
        square -= REFERENCE_M2
        for side in (x, y):
            square += np.multiply(side, side, out=lam)
