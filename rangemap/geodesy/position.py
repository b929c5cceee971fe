"""Positions and boxes in degrees on WGS 84."""

from __future__ import annotations

from typing import Final, NamedTuple

from rangemap.errors import QuantityError


class LonLat(NamedTuple):
    """A position on WGS 84, degrees, longitude first.

    Parameters
    ----------
    lon : float
        Longitude, degrees east.
    lat : float
        Latitude, degrees north.
    """

    lon: float
    lat: float


class Bounds(NamedTuple):
    """A box in degrees; ``east`` may exceed 180, so that it is never less than ``west``."""

    west: float
    south: float
    east: float
    north: float


LATITUDE_FIRST: Final = "latitude comes first"
LONGITUDE_FIRST: Final = "longitude comes first"
SWAPPED_COLUMNS: Final = "the columns may be swapped"
"""How a latitude that could be a longitude may have come about in text, geometries and tables."""


def check_position(
    lon: float, lat: float, *, subject: str = "", hint: str = LATITUDE_FIRST, wrap: bool = True
) -> LonLat:
    """Return the position with longitude in [-180, 180], or refuse it.

    ``hint`` explains a latitude that could be a longitude.

    Longitudes up to 360, which some files use, are brought into range; without ``wrap`` they are
    kept, for a caller that has to see the other rows first.
    NaN fails every comparison, so it is refused as well.
    """
    prefix = f"{subject}: " if subject else ""
    if not -90 <= lat <= 90:
        swapped = f" ({hint})" if -90 <= lon <= 90 and not abs(lat) > 360 else ""
        raise QuantityError(f"{prefix}latitude {lat:.10g} is outside -90 to 90{swapped}")
    if not -180 <= lon <= 360:
        raise QuantityError(f"{prefix}longitude {lon:.10g} is outside -180 to 180")
    return LonLat(lon - 360 if wrap and lon > 180 else lon, lat)
