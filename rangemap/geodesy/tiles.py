"""Positions as points in three dimensions, and an order in which near ones follow each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rangemap.geodesy.geodesic import WGS84


def to_geocentric(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return geocentric coordinates, metres, shape (3, n)."""
    lam, phi = np.radians(lon), np.radians(lat)
    sin = np.sin(phi)
    normal = WGS84.a / np.sqrt(1 - WGS84.es * sin * sin)
    across = normal * np.cos(phi)
    return np.stack([across * np.cos(lam), across * np.sin(lam), normal * (1 - WGS84.es) * sin])


def morton_keys(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Return sort keys that are close for nearby positions: the interleaved bits of both angles."""
    keys = np.zeros(len(lon), dtype=np.uint32)
    for shift, fraction in enumerate((np.mod(lon, 360) / 360, lat / 180 + 0.5)):
        bits = np.minimum(fraction * 65_536, 65_535).astype(np.uint32)
        for step, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
            bits = (bits | (bits << np.uint32(step))) & np.uint32(mask)
        keys |= bits << np.uint32(shift)
    return keys
