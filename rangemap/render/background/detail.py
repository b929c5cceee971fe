"""Which level of the base map suits a scale, what a map is about, and when the base map is too coarse."""

from __future__ import annotations

import math
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
_OFFSHORE_DEGREES: Final = 0.1
"""A place in water is in the nearest country if that is this near."""
_AT_BORDER_DEGREES: Final = 0.02
"""A place this near to a border, which the base map has to 1 km, may be in either country."""


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
    found = (_countries_at(lon, lat) for lon, lat in positions[: 2 * _MOST_SITES])
    return list(dict.fromkeys(name for names in found for name in names))


def _countries_at(lon: float, lat: float) -> list[str]:
    """Return the country of a position, and others if it is at a border."""
    side = np.array([-1.0, 0.0, 1.0]) * _OFFSHORE_DEGREES
    east, north = (each.ravel() for each in np.meshgrid(lon + side, np.clip(lat + side, -90, 90)))
    base = read_basemap("high", (east + 180) % 360 - 180, north)
    point = shapely.Point(lon, lat)
    away = {name: shapely.distance(parts, point).min() for name, parts in base.countries.items()}
    nearest = min(away.values(), default=math.inf)
    farthest = max(nearest, _AT_BORDER_DEGREES) if nearest <= _OFFSHORE_DEGREES else -1.0
    return sorted((name for name in away if away[name] <= farthest), key=away.__getitem__)


def is_too_coarse(selection: Selection) -> bool:
    """Return whether the base map is too coarse for the largest range of a map without tiles.

    Its lines are known to 1 km, which is 2 % of 50 km.
    """
    reach_m = max(system.band.high_m for system in selection.systems)
    return selection.look.tiles is None and reach_m < _COARSE_BELOW_M
