"""Typed places, and origins: the places that rings are centred on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rangemap.errors import PlaceError, UnknownNameError
from rangemap.geodesy.position import LonLat
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
from rangemap.wording.figures import ENGLISH


class OriginKind(StrEnum):
    """Kind of an origin; always stated, so that no ring seems more precise than it is."""

    SITE = "site"
    TOWN = "town"
    POSITION = "position"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The centre of rings.

    Parameters
    ----------
    name : str
        The displayed name.
    kind : OriginKind
        Its kind.
    lonlat : LonLat
        Its position, degrees.
    precision_m : float, default 0
        Precision of the position, metres.
    """

    name: str
    kind: OriginKind
    lonlat: LonLat
    precision_m: float = 0.0

    @property
    def credit(self) -> str | None:
        """The credit for the position, if its licence requires one."""
        return CREDIT if self.kind is OriginKind.TOWN else None

    @property
    def note(self) -> str | None:
        """A note on the precision of a typed place that is shown as one point."""
        if self.kind is OriginKind.SITE or not self.precision_m:
            return None
        accurate = f"accurate to {ENGLISH.computed(self.precision_m, 'km')}"
        if self.kind is OriginKind.TOWN:
            return f"town position from {CREDIT}, {accurate}"
        return f"centre of an MGRS square, {accurate}"


_MOST_SUGGESTED: Final = 5
_SCORE_MARGIN: Final = 0.08
"""Largest difference in score between the best suggestion and another."""
_REGISTRY_BONUS: Final = 0.08
"""Bonus of a place in the registry over a small town."""
_COUNTRY_BONUS: Final = 0.1
"""Bonus of a country over a small town."""


def find_place(
    text: str, registry: Registry, *, note: Callable[[str], None] = lambda _: None
) -> Place | Town | Position:
    """Return what a typed PLACE refers to.

    Parameters
    ----------
    text : str
        The text as typed: a name, alias or id in the registry; a town; a position. The
        first match in this order is used.
    registry : Registry
        The places that take precedence.
    note : callable
        Receives one line if the largest of several towns was chosen.

    Returns
    -------
    Place, Town or Position
        The match.

    Raises
    ------
    QuantityError
        If the text looks like a position but is invalid.
    UnknownNameError
        If no place has that name; ``closest`` has the most similar names.
    AmbiguousNameError
        If more than one place has that name.
    PlaceError
        If the text is too long.
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
        raise UnknownNameError(
            f"place {text!r} is a region ({'; '.join(regions[:_MOST_SUGGESTED])}), not a position;"
            f" write LAT,LON or a town in it, such as {gazetteer.largest_in_regions(text)}",
            name=text,
        )
    raise UnknownNameError(
        f"place {text!r} is neither in the registry nor a known town",
        name=text,
        closest=_nearest(text, registry, gazetteer),
        advice="write LAT,LON or see `rangemap sites list`",
        separator="; ",
    )


def _nearest(text: str, registry: Registry, gazetteer: Gazetteer) -> list[str]:
    """Return the places, towns and countries with the most similar names, best first."""
    known = [
        (place.name, alias) for place in registry.places for alias in (place.name, *place.aliases)
    ]
    near: dict[str, float] = {}
    for index, score in spelling_scores(match_key(text), [match_key(alias) for _, alias in known]):
        near[known[index][0]] = max(near.get(known[index][0], 0.0), score + _REGISTRY_BONUS)
    keys = {match_key(name): name for name in near}
    for score, town in gazetteer.nearest(text):
        name = keys.get(match_key(town.name)) or gazetteer.label(town)
        near[name] = max(near.get(name, 0.0), score)
    for score, country in gazetteer.nearest_countries(text):
        near[f"{country} (a country; give a town in it)"] = score + _COUNTRY_BONUS
    ranked = sorted(near, key=lambda name: -near[name])
    return [name for name in ranked if near[name] > near[ranked[0]] - _SCORE_MARGIN][
        :_MOST_SUGGESTED
    ]


def find_origin(
    text: str, registry: Registry, *, note: Callable[[str], None] = lambda _: None
) -> Origin:
    """Return the origin that a typed PLACE refers to.

    Parameters
    ----------
    text : str
        The text as typed, as for `find_place`.
    registry : Registry
        The places that take precedence.
    note : callable
        Receives one line if the largest of several towns was chosen.

    Returns
    -------
    Origin
        The place with its precision: the one in the registry, 5 km for a town, that of
        the square for an MGRS reference, 0 for other positions.

    Raises
    ------
    RangemapError
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
