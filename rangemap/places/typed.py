"""What people type as a PLACE, and origins: the places that rings are centred on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rangemap.places.registry import Place, Registry
from rangemap.places.sites import SiteTable
from rangemap.quantities import LonLat, parse_position


class OriginKind(StrEnum):
    """What an origin is; always declared, so that no ring pretends to more."""

    SITE = "site"
    POSITION = "position"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where rings are centred, and how well that position is known (metres)."""

    name: str
    kind: OriginKind
    lonlat: LonLat
    precision_m: float = 0.0


def find_place(text: str, registry: Registry) -> Place | LonLat:
    """Return what a typed PLACE means: a position, or a place of the registry.

    Raises
    ------
    QuantityError
        If the text looks like a position and is not one.
    PlaceError
        If no place, or more than one, has that name.
    """
    position = parse_position(text)
    return registry.find(text) if position is None else position


def find_origin(text: str, registry: Registry) -> Origin:
    """Return the origin that a typed PLACE means; errors as `find_place`."""
    place = find_place(text, registry)
    if isinstance(place, LonLat):
        return Origin(name=format_position(place), kind=OriginKind.POSITION, lonlat=place)
    return Origin(
        name=place.name,
        kind=OriginKind.SITE,
        lonlat=place.lonlat,
        precision_m=place.precision_km * 1000,
    )


def origins_of(table: SiteTable) -> list[Origin]:
    """Return the rows of a file as origins."""
    rows = zip(table.names, table.lon, table.lat, table.precision_m, strict=True)
    return [
        Origin(
            name=name,
            kind=OriginKind.SITE,
            lonlat=LonLat(float(lon), float(lat)),
            precision_m=float(precision_m),
        )
        for name, lon, lat, precision_m in rows
    ]


def format_position(position: LonLat) -> str:
    """Write a position as people type it, latitude first.

    Examples
    --------
    >>> format_position(LonLat(42.44, 33.78))
    '33.78,42.44'
    """
    return f"{position.lat:.10g},{position.lon:.10g}"
