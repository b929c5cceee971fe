"""Typed places: what a name or a position refers to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rangemap.errors import PlaceError, UnknownNameError
from rangemap.limits import LONGEST_PLACE
from rangemap.names import match_key, spelling_scores
from rangemap.places.gazetteer import Gazetteer, built_in_gazetteer
from rangemap.places.positions import Position, parse_position
from rangemap.places.records import Place
from rangemap.places.registry import Registry
from rangemap.places.small_towns import small_town
from rangemap.places.towns import Town

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
        The text as typed: a name, alias or id in the registry; a town; a position; a small
        town by its main name. The first match in this order is used.
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
    try:
        found = gazetteer.find(text, note=note) or parse_position(text)
    except UnknownNameError:
        # A large town has this name, but elsewhere; the name of a country has no comma.
        found = small_town(text, note=note) if "," in text else None
        if found is None:
            raise
    if found is None and not gazetteer.is_region(text):
        found = small_town(text, note=note)
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
