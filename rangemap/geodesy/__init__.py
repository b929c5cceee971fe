"""Distances, range rings and regions on the WGS 84 ellipsoid: pure functions, no input or output."""

from rangemap.geodesy.geodesic import (
    GREATEST_DISTANCE_M,
    RING_LIMIT_M,
    WGS84,
    checked_origin,
    distance_m,
)
from rangemap.geodesy.region import (
    WHOLE_EARTH,
    Disc,
    Region,
    annulus,
    decimals,
    disc,
    interior,
    lines,
    rounded,
    to_strip,
)
from rangemap.geodesy.trace import TOLERANCE, Ring, ring
from rangemap.quantities import LonLat

__all__ = [
    "GREATEST_DISTANCE_M",
    "RING_LIMIT_M",
    "TOLERANCE",
    "WGS84",
    "WHOLE_EARTH",
    "Disc",
    "LonLat",
    "Region",
    "Ring",
    "annulus",
    "checked_origin",
    "decimals",
    "disc",
    "distance_m",
    "interior",
    "lines",
    "ring",
    "rounded",
    "to_strip",
]
