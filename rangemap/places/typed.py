"""What people type as a PLACE, and origins: the places that rings are centred on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rangemap.errors import PlaceError
from rangemap.figures import ENGLISH
from rangemap.limits import LONGEST_PLACE
from rangemap.names import match_key, spelling_scores
from rangemap.places.gazetteer import (
    CREDIT,
    TOWN_PRECISION_M,
    Gazetteer,
    Town,
    built_in_gazetteer,
)
from rangemap.places.positions import Position, parse_position
from rangemap.places.records import Place
from rangemap.places.registry import Registry
from rangemap.quantities import LonLat


class OriginKind(StrEnum):
    """What an origin is; always declared, so that no ring pretends to more."""

    SITE = "site"
    TOWN = "town"
    POSITION = "position"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where rings are centred.

    Parameters
    ----------
    name : str
        How it is shown.
    kind : OriginKind
        What it is.
    lonlat : LonLat
        Its position, degrees.
    precision_m : float, default 0
        How well the position is known, metres.
    """

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
        accurate = f"accurate to {ENGLISH.computed(self.precision_m, 'km')}"
        if self.kind is OriginKind.TOWN:
            return f"town position from {CREDIT}, {accurate}"
        return f"centre of an MGRS square, {accurate}"


_MOST_SUGGESTED: Final = 5
_WORSE: Final = 0.08
"""How much worse than the best a suggestion may be."""
_REGISTERED: Final = 0.08
"""How much likelier a place of the registry is meant than a small town."""
_COUNTRY: Final = 0.1
"""How much likelier a country is."""


def find_place(
    text: str, registry: Registry, *, note: Callable[[str], None] = lambda _: None
) -> Place | Town | Position:
    """Return what a typed PLACE means.

    Parameters
    ----------
    text : str
        What was typed: a name, alias or id of the registry; a town; a position. The
        first of these that it can be is meant.
    registry : Registry
        The places that come first.
    note : callable
        Receives one line if the largest of several towns was chosen.

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
    found = gazetteer.find(text, note=note) or parse_position(text)
    if found is not None:
        return found
    if regions := gazetteer.regions(text):
        raise PlaceError(
            f"place {text!r} is a region ({'; '.join(regions[:_MOST_SUGGESTED])}), not a position;"
            f" write LAT,LON or a town in it, such as {gazetteer.largest_in_regions(text)}"
        )
    near = _nearest(text, registry, gazetteer)
    hint = f"; closest: {'; '.join(near)}" if near else ""
    raise PlaceError(
        f"place {text!r} is neither in the registry nor a known town{hint}; write LAT,LON or see"
        " `rangemap sites list`"
    )


def _nearest(text: str, registry: Registry, gazetteer: Gazetteer) -> list[str]:
    """Return the places, towns and countries whose names are nearest to what was typed, best first."""
    known = [
        (place.name, word) for place in registry.places for word in (place.name, *place.aliases)
    ]
    near: dict[str, float] = {}
    for index, score in spelling_scores(match_key(text), [match_key(word) for _, word in known]):
        near[known[index][0]] = max(near.get(known[index][0], 0.0), score + _REGISTERED)
    keys = {match_key(name): name for name in near}
    for score, town in gazetteer.nearest(text):
        name = keys.get(match_key(town.name)) or gazetteer.label(town)
        near[name] = max(near.get(name, 0.0), score)
    for score, country in gazetteer.nearest_countries(text):
        near[f"{country} (a country; give a town in it)"] = score + _COUNTRY
    ranked = sorted(near, key=lambda name: -near[name])
    return [name for name in ranked if near[name] > near[ranked[0]] - _WORSE][:_MOST_SUGGESTED]


def find_origin(
    text: str, registry: Registry, *, note: Callable[[str], None] = lambda _: None
) -> Origin:
    """Return the origin that a typed PLACE means.

    Parameters
    ----------
    text : str
        What was typed, as for `find_place`.
    registry : Registry
        The places that come first.
    note : callable
        Receives one line if the largest of several towns was chosen.

    Returns
    -------
    Origin
        The place with its precision: that of the registry, 5 km for a town, that of
        the square for an MGRS reference, 0 for other positions.

    Raises
    ------
    QuantityError, PlaceError
        As `find_place`.

    Examples
    --------
    >>> find_origin("Cologne", Registry(()))
    Origin(name='Köln, DE', kind=<OriginKind.TOWN: 'town'>,
           lonlat=LonLat(lon=6.95, lat=50.93333), precision_m=5000.0)
    """
    found = find_place(text, registry, note=note)
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
