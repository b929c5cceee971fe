"""Names of places on maps: short, in the language of the map, and different from each other.

Tables, files and notes have the full name of a town (`Fuzhou, Fujian, CN`), which finds the same
town when it is typed. A map shows `Fuzhou`, with a country or region only where the
reader would take it for another place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rangemap.errors import RangemapError
from rangemap.geodesy.position import LonLat
from rangemap.names import match_key
from rangemap.places.gazetteer import Gazetteer, built_in_gazetteer
from rangemap.places.positions import format_position
from rangemap.places.small_towns import find_town, town_label
from rangemap.places.towns import Town
from rangemap.scenario.origins import Origin, OriginKind
from rangemap.scenario.pairs import Pair
from rangemap.sites import SiteTable
from rangemap.wording.language import Language

_MOST_ORIGINS: Final = 3
_MOST_WEAPONS: Final = 2
"""In a title, which counts further origins, and does not name more weapons."""
_SAME_PLACE_M: Final = 50_000.0
"""A place of a user's file that is nearer than this to a town of its name is that town."""
_TOWN_ID: Final = re.compile(r"geonames:([0-9]{1,12})")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceNames:
    """The names that a map shows: of each origin, and of each site by its row number."""

    origins: dict[Origin, str]
    sites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Named:
    """A place with its full name; its town, if it is one of the gazetteer.

    ``recorded`` places are entries of a registry or file, not positions as typed.
    """

    name: str
    lonlat: LonLat
    town: Town | None
    recorded: bool


def place_names(
    origins: Sequence[Origin], sites: SiteTable | None, language: Language
) -> PlaceNames:
    """Return the names of the places of a map.

    Parameters
    ----------
    origins : sequence of Origin
        Its origins.
    sites : SiteTable or None
        Its sites, if they are shown.
    language : Language
        Its language.

    Returns
    -------
    PlaceNames
        Names of towns without a country. Towns, and places of a registry or file with the name
        of a town there, have their name in the language, as far as CLDR has it. A town gets its country or region if another place of the map has the same name, or if another town of
        that name has at least ten times its population. Typed positions are written with
        degrees and directions, all other names as they are.

    Examples
    --------
    >>> from rangemap.places import Registry
    >>> from rangemap.scenario.origins import find_origin
    >>> from rangemap.wording.language import read_language
    >>> origins = [find_origin(name, Registry(())) for name in ("Vienna", "London, CA", "33.5,44")]
    >>> list(place_names(origins, None, read_language("en")).origins.values())
    ['Vienna', 'London, Canada', '33.5° N, 44° E']
    """
    places = [
        _Named(_name_of(origin, language), origin.lonlat, _town_of(origin), _is_recorded(origin))
        for origin in origins
    ]
    if sites is not None:
        places += [
            _Named(name, LonLat(float(lon), float(lat)), _town_of_site(name, id_), bool(id_))
            for name, id_, lon, lat in zip(
                sites.names, sites.ids, sites.lon, sites.lat, strict=True
            )
        ]
    shown = _shown(places, language)
    return PlaceNames(
        origins=dict(zip(origins, shown, strict=False)), sites=tuple(shown[len(origins) :])
    )


def default_title(pairs: Sequence[Pair], language: Language) -> str:
    """Return a title that says what a map shows: its weapons or ranges, if they are few, and origins.

    Parameters
    ----------
    pairs : sequence of Pair
        What the map shows.
    language : Language
        Its language.

    Returns
    -------
    str
        For example, `Published range of Fateh-110 from Erbil`. Ranges are called published only if
        all of them are from a catalogue.
    """
    origins = list(dict.fromkeys(pair.origin for pair in pairs))
    systems = list(dict.fromkeys(pair.system for pair in pairs))
    shown = place_names(origins, None, language).origins
    names = {origin: language.name(name) for origin, name in shown.items()}
    labels = {system: language.name(system.label) for system in systems}
    published = all(system.weapon is not None for system in systems)
    if len(pairs) < len(origins) * len(systems) and len(pairs) <= _MOST_WEAPONS:
        weapons_from = [
            language.translate("weapon_from", weapon=labels[system], origin=names[origin])
            for origin, system in pairs
        ]
        key = "title_published_pairs" if published else "title_typed_pairs"
        return language.translate(key, pairs=language.enumerated(weapons_from))
    places = (
        language.enumerated(list(names.values()))
        if len(names) <= _MOST_ORIGINS
        else language.translate("count_origins", count=language.number(f"{len(names):,}"))
    )
    if len(systems) == 1:
        key = "title_published_one" if published else "title_typed_one"
    elif published and len(systems) <= _MOST_WEAPONS:
        key = "title_published_some"
    else:
        key = "title_published" if published else "title_typed"
    weapons = language.enumerated(list(labels.values()))
    return language.translate(key, weapons=weapons, origins=places)


def _name_of(origin: Origin, language: Language) -> str:
    """Return the name of an origin; that of a country in the language."""
    if origin.area is None or origin.is_labelled:
        return origin.name
    return language.country(origin.name) or origin.name


def _is_recorded(origin: Origin) -> bool:
    return origin.kind is OriginKind.SITE and not origin.is_labelled


def _town_of(origin: Origin) -> Town | None:
    """Return the town of the gazetteer that is an origin under its full name."""
    if origin.kind is not OriginKind.TOWN or origin.is_labelled:
        return None
    town = _found(origin.name)
    return town if town is not None and town.lonlat == origin.lonlat else None


def _town_of_site(name: str, id_: str) -> Town | None:
    """Return the town of the gazetteer that has an id, if the place also has its full name."""
    match = _TOWN_ID.fullmatch(id_)
    if match is None:
        return None
    number = int(match[1])
    town = built_in_gazetteer().numbered(number) or _found(name)
    return town if town is not None and town.number == number and town_label(town) == name else None


def _found(name: str) -> Town | None:
    """Return the town that is found by a full name, of any size."""
    try:
        return find_town(name)
    except RangemapError:
        return None


def _shown(places: Sequence[_Named], language: Language) -> list[str]:
    shown = [_short(place, language) for place in places]
    namesakes: defaultdict[str, list[_Named]] = defaultdict(list)
    for place, name in zip(places, shown, strict=True):
        namesakes[match_key(name)].append(place)
    return [
        name
        if place.town is None
        else _qualified(name, place.town, namesakes[match_key(name)], language)
        for place, name in zip(places, shown, strict=True)
    ]


def _short(place: _Named, language: Language) -> str:
    if place.town is not None:
        return language.city(place.town.name, place.town.zone)
    if place.name == format_position(place.lonlat):
        return language.position(place.lonlat.lon, place.lonlat.lat)
    if place.recorded and language.code != "en":
        for town in built_in_gazetteer().named(place.name):
            if town.zone and _distance_m(place.lonlat, town.lonlat) <= _SAME_PLACE_M:
                return language.city(town.name, town.zone)
    return place.name


def _qualified(name: str, town: Town, namesakes: Iterable[_Named], language: Language) -> str:
    """Return the name of a town with the shortest qualifier that tells it from others."""
    gazetteer = built_in_gazetteer()
    others = [place.town for place in namesakes if place.town not in (None, town)]
    others += gazetteer.larger_namesakes(town)
    near_another = any(
        place.town is None and _distance_m(place.lonlat, town.lonlat) > _SAME_PLACE_M
        for place in namesakes
    )
    if not others and not near_another:
        return name
    country = _country_of(gazetteer, language)
    choices: list[Callable[[Town], tuple[str, ...]]] = [
        lambda each: (country(each),),
        lambda each: (gazetteer.region_of(each),),
        lambda each: (gazetteer.region_of(each), country(each)),
    ]
    for choice in choices:
        words = choice(town)
        if all(words) and words not in {choice(other) for other in others if other is not None}:
            return language.listed([name, *words])
    return town_label(town)


def _country_of(gazetteer: Gazetteer, language: Language) -> Callable[[Town], str]:
    return lambda town: language.territory(town.country, gazetteer.country_of(town))


def _distance_m(one: LonLat, other: LonLat) -> float:
    from rangemap.geodesy import distance_m

    return float(distance_m(one, [other.lon], [other.lat])[0])
