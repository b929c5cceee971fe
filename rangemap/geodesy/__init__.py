"""Distances, range rings and regions on the WGS 84 ellipsoid: pure functions, no input or output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rangemap.geodesy.position import LonLat

if TYPE_CHECKING:
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
        degree_decimals,
        disc,
        ring_interior,
        ring_lines,
        round_region,
        unwrap,
    )
    from rangemap.geodesy.trace import TOLERANCE, Ring, ring

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
    "degree_decimals",
    "disc",
    "distance_m",
    "ring",
    "ring_interior",
    "ring_lines",
    "round_region",
    "unwrap",
]


def __getattr__(name: str) -> Any:
    # Positions need neither numpy nor pyproj, distances and verdicts no shapely.
    if name in {"GREATEST_DISTANCE_M", "RING_LIMIT_M", "WGS84", "checked_origin", "distance_m"}:
        from rangemap.geodesy import geodesic

        return getattr(geodesic, name)
    if name in {"TOLERANCE", "Ring", "ring"}:
        from rangemap.geodesy import trace

        return getattr(trace, name)
    if name in __all__:
        from rangemap.geodesy import region

        return getattr(region, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
