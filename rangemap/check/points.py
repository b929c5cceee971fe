"""Positions of many sites as points in three dimensions, in tiles."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from rangemap.geodesy import WGS84
from rangemap.geodesy.tiles import morton_keys

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Indices = NDArray[np.intp]

# Sites are grouped in tiles: large ones in the order given, or small ones sorted by position.
# The sites of a tile that lies entirely between two bounds are not examined.
BLOCK: Final = 65_536
TILE: Final = 256
_FEWEST_ORIGINS_TO_SORT: Final = 64
_FEWEST_SITES_TO_SORT: Final = 16 * TILE
_PADDING: Final = np.float32(1e18)  # fills the last tile; its square exceeds every bound


class SitePoints:
    """Positions prepared for verdicts from many origins.

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
        self.precisions_m = (
            (float(precision_m.min()), float(precision_m.max())) if len(lon) else (0.0, 0.0)
        )
        is_sorted = n_origins >= _FEWEST_ORIGINS_TO_SORT and len(lon) >= _FEWEST_SITES_TO_SORT
        self.order: Indices | None = None
        if is_sorted:
            self.order = np.argsort(morton_keys(lon, lat)).astype(np.intp, copy=False)
            lon, lat = lon[self.order], lat[self.order]
        n_tiles = -(-len(lon) // (TILE if is_sorted else BLOCK)) or 1
        tile = TILE if is_sorted else -(-len(lon) // n_tiles) or 1
        flat = np.full((3, n_tiles * tile), _PADDING)
        to_geocentric(lon, lat, out=flat[:, : len(lon)])
        self.tiles = flat.reshape(3, n_tiles, tile)
        self.sizes = np.full(n_tiles, tile, dtype=np.int64)
        self.sizes[-1:] -= n_tiles * tile - len(lon)
        least, most = self.tiles.min(axis=2), self.tiles.max(axis=2)
        self.centres = least / 2 + most / 2
        half = most.astype(np.float64) / 2 - least.astype(np.float64) / 2
        self.radii_m = np.sqrt((half**2).sum(axis=0)).astype(np.float32)

    def __len__(self) -> int:
        return len(self.lon)

    def rows(self, slots: Indices) -> Indices:
        """Return the row numbers of the sites in some slots of the tiles."""
        return slots if self.order is None else self.order[slots]


def to_geocentric(lon: Floats, lat: Floats, *, out: Singles) -> None:
    """Write geocentric coordinates, metres in single precision, into ``out``, shape (3, n)."""
    one, es = np.float32(1), np.float32(WGS84.es)
    for start in range(0, len(lon), BLOCK):
        block = slice(start, start + BLOCK)
        lam = np.radians(lon[block]).astype(np.float32)
        phi = np.radians(lat[block]).astype(np.float32)
        sin = np.sin(phi)
        normal = np.float32(WGS84.a) / np.sqrt(one - es * sin * sin)
        across = normal * np.cos(phi)
        out[0, block] = across * np.cos(lam)
        out[1, block] = across * np.sin(lam)
        out[2, block] = normal * (one - es) * sin
