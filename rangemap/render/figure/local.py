"""The local base map of a picture: built-up areas, water, railways, roads and places of an extract."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from rangemap.places.populated import PopulatedPlace
from rangemap.render.extract.local_map import LocalPlace
from rangemap.render.extract.schema import MapClass
from rangemap.render.figure.canvas import Canvas
from rangemap.render.figure.view import View
from rangemap.render.style import (
    BUILT_UP,
    COAST,
    LOCAL_LINES,
    RIVER,
)

_REFERENCE_TEXT: Final = 9.5  # points, for which the widths below are
_RIVER_WIDTH: Final = 0.9
_SHORE_WIDTH: Final = 0.3
_CASING_WIDTH: Final = 0.7
_AS_PEOPLE: Final = {4: 1_000_000, 3: 100_000, 2: 10_000, 1: 1_000}
"""How the ranks of places compare with the people of the built-in towns."""
_SAME_KM: Final = 10.0
_KM_PER_DEGREE: Final = 111.2


def draw_local(canvas: Canvas, view: View) -> None:
    """Draw the areas and lines of the local base map, the least important first."""
    local, size = view.local, canvas.size.text / _REFERENCE_TEXT
    built_up = view.areas(local.areas.get(MapClass.BUILT_UP, ()))
    canvas.area("local-built-up", built_up, facecolor=BUILT_UP)
    rivers = view.line(local.lines.get(MapClass.RIVER, ()))
    canvas.line("local-rivers", rivers, color=RIVER, width=_RIVER_WIDTH * size, cap="round")
    water = view.areas(local.areas.get(MapClass.WATER, ()))
    canvas.area("local-water", water, facecolor=canvas.style.ground.sea)
    canvas.line("local-water", water.boundary, color=COAST, width=_SHORE_WIDTH * size)
    shown = {value: view.line(local.lines.get(value, ())) for value in map(MapClass, LOCAL_LINES)}
    # All rims first, so that roads join.
    for value, look in LOCAL_LINES.items():
        if look.casing:
            width = (look.width + _CASING_WIDTH) * size
            canvas.line(_layer(value), shown[MapClass(value)], color=look.casing, width=width)
    for value, look in LOCAL_LINES.items():
        is_border = value == MapClass.BORDER
        color = canvas.style.ground.border if is_border else look.color
        canvas.line(
            _layer(value), shown[MapClass(value)], color=color, width=look.width * size,
            dash=look.dash, cap="butt" if look.dash else "round",
        )  # fmt: skip


def _layer(value: str) -> str:
    return f"local-{value.replace(' ', '-')}"


def with_local_places(
    towns: Iterable[PopulatedPlace], places: Sequence[LocalPlace]
) -> list[PopulatedPlace]:
    """Return the towns of a map: where an extract has places, those instead, except for capitals.

    Examples
    --------
    >>> town = PopulatedPlace("Little Town", 44.2, 33.2, 9_000, "IQ", False, "")
    >>> places = [LocalPlace("A", 44.0, 33.0, 3), LocalPlace("B", 44.4, 33.4, 1)]
    >>> [place.name for place in with_local_places([town], places)]
    ['A', 'B']
    """
    if not places:
        return list(towns)
    lons, lats = [place.lon for place in places], [place.lat for place in places]
    west, south, east, north = min(lons), min(lats), max(lons), max(lats)
    kept = [
        town
        for town in towns
        if town.capital or not (west <= town.lon <= east and south <= town.lat <= north)
    ]
    capitals = [town for town in kept if town.capital]
    added = [
        PopulatedPlace(
            name=place.name,
            lon=place.lon,
            lat=place.lat,
            people=_AS_PEOPLE[place.rank],
            country="",
            capital=False,
            zone="",
        )
        for place in places
        if place.rank < max(_AS_PEOPLE) or not any(_is_near(place, town) for town in capitals)
    ]
    return sorted([*kept, *added], key=lambda town: town.rank)


def _is_near(place: LocalPlace, town: PopulatedPlace) -> bool:
    east = (place.lon - town.lon) * math.cos(math.radians(town.lat))
    return math.hypot(east, place.lat - town.lat) * _KM_PER_DEGREE < _SAME_KM
