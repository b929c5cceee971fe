"""What people type as a PLACE, and origins: the places that rings are centred on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rangemap.errors import PlaceError
from rangemap.limits import LONGEST_PLACE
from rangemap.names import closest, nearest_spelt
from rangemap.places.gazetteer import CREDIT, TOWN_PRECISION_M, Town, built_in_gazetteer
from rangemap.places.positions import Position, parse_position
from rangemap.places.records import Place
from rangemap.places.registry import Registry
from rangemap.quantities import LonLat, format_distance


class OriginKind(StrEnum):
    """What an origin is; always declared, so that no ring pretends to more."""

    SITE = "site"
    TOWN = "town"
    POSITION = "position"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where rings are centred, and how well that position is known (metres)."""

    name: str
    kind: OriginKind
    lonlat: LonLat
    precision_m: float = 0.0

    @property
    def credit(self) -> str | None:
        """Whom the position is credited to, where its licence asks for that."""
        return CREDIT if self.kind is OriginKind.TOWN else None

    @property
    def note(self) -> str | None:
        """What a reader must know who typed a few words and got one point for them."""
        if self.kind is OriginKind.SITE or not self.precision_m:
            return None
        known = f"known to {format_distance(self.precision_m)}"
        if self.kind is OriginKind.TOWN:
            return f"a town by its position in {CREDIT}, {known}"
        return f"the centre of an MGRS square, {known}"


def find_place(text: str, registry: Registry) -> Place | Town | Position:
    """Return what a typed PLACE means.

    Parameters
    ----------
    text : str
        What was typed: a name, alias or id of the registry; a town; a position. The
        first of these that it can be is meant.
    registry : Registry
        The places that come first.

    Returns
    -------
    Place, Town or Position
        What was found.

    Raises
    ------
    QuantityError
        If the text looks like a position and is not one.
    PlaceError
        If no place, or more than one, has that name; the closest names are given.
    """
    if len(text) > LONGEST_PLACE:
        raise PlaceError(
            f"place {text[:40]!r}... has {len(text):,} characters; expected at most {LONGEST_PLACE};"
            " write its name or LAT,LON"
        )
    place = registry.get(text)
    if place is not None:
        return place
    gazetteer = built_in_gazetteer()
    found = gazetteer.find(text) or parse_position(text)
    if found is not None:
        return found
    near = dict.fromkeys([*closest(text, registry.names), *nearest_spelt(text, gazetteer.names)])
    hint = f"; closest: {', '.join(near)}" if near else ""
    raise PlaceError(
        f"place {text!r} is not in the registry and no town{hint}; write LAT,LON or see"
        " `rangemap sites list`"
    )


def find_origin(text: str, registry: Registry) -> Origin:
    """Return the origin that a typed PLACE means; errors as `find_place`.

    Examples
    --------
    >>> find_origin("Cologne", Registry(()))
    Origin(name='Köln, DE', kind=<OriginKind.TOWN: 'town'>,
           lonlat=LonLat(lon=6.95, lat=50.93333), precision_m=5000.0)
    """
    found = find_place(text, registry)
    if isinstance(found, Position):
        return Origin(
            name=found.name,
            kind=OriginKind.POSITION,
            lonlat=found.lonlat,
            precision_m=found.precision_m,
        )
    if isinstance(found, Town):
        return Origin(
            name=built_in_gazetteer().label(found),
            kind=OriginKind.TOWN,
            lonlat=found.lonlat,
            precision_m=TOWN_PRECISION_M,
        )
    return Origin(
        name=found.name,
        kind=OriginKind.SITE,
        lonlat=found.lonlat,
        precision_m=found.precision_km * 1000,
    )
