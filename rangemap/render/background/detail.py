"""Which level of the base map suits a scale, what a map is about, and when the base map is too coarse."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from rangemap.io.basemap import read_basemap
from rangemap.render.background.names import WATER_FROM_M_PER_PX
from rangemap.render.extent import sites_in_view
from rangemap.scenario.selection import Selection

LOW_FROM_M_PER_PX: Final = 7_000.0
"""At this scale the low level is as good as a finer one."""

_COARSE_BELOW_M: Final = 50_000.0
_MOST_SITES: Final = 40


def detail_at(metres_per_px: float) -> str:
    """Return the level of detail for a scale in metres per pixel of a screen.

    Examples
    --------
    >>> [detail_at(scale) for scale in (100, 1_000, 10_000)]
    ['high', 'medium', 'low']
    """
    if metres_per_px >= LOW_FROM_M_PER_PX:
        return "low"
    return "medium" if metres_per_px >= WATER_FROM_M_PER_PX else "high"


def countries_about(selection: Selection) -> list[str]:
    """Return the countries of the origins and of the sites that the map shows, in this order."""
    positions = [(origin.lonlat.lon, origin.lonlat.lat) for origin in selection.origins]
    if selection.sites_requested and len(selection.sites) <= _MOST_SITES:
        sites = selection.sites
        near = sites_in_view(selection).any(axis=0)
        positions += list(zip(sites.lon[near].tolist(), sites.lat[near].tolist(), strict=True))
    found: dict[str, None] = {}
    for lon, lat in positions[: 2 * _MOST_SITES]:
        base = read_basemap("high", np.array([lon]), np.array([lat]))
        point = shapely.Point(lon, lat)
        for name, parts in base.countries.items():
            if any(shapely.intersects(part, point) for part in parts):
                found[name] = None
    return list(found)


def is_too_coarse(selection: Selection) -> bool:
    """Return whether the base map is too coarse for the largest range of a map without tiles.

    Its lines are known to 1 km, which is 2 % of 50 km.
    """
    reach_m = max(system.band.high_m for system in selection.systems)
    return selection.look.tiles is None and reach_m < _COARSE_BELOW_M
