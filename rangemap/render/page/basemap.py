"""The base map of a page: the world at low detail, the first view at the detail that suits it, and names."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rangemap.io.basemap import Tile, country_names, grid_of, read_tiles, unnamed_countries
from rangemap.places.populated import PopulatedPlace, large_towns, towns_near
from rangemap.places.seas import read_seas
from rangemap.render.background.detail import detail_at
from rangemap.render.background.names import smallest_town
from rangemap.wording.language import Language

_VIEW_PX: Final = (860.0, 520.0)
"""The part of an ordinary window that the first view fills."""
_WIDEST: Final = 2.0
_TALLEST: Final = 1.25
"""Width over height, and height over width, of the windows for which a page has enough."""
_CLOSER: Final = 1.7
"""How much closer than the first view its detail is still good."""
_MOST_BYTES: Final = 260_000
_MOST_TOWNS: Final = 600
_WORLD_TOWN: Final = 1_500_000
_TOWNS_CLOSER: Final = 4.0
_LEVELS: Final = ("low", "medium", "high")


class Area(NamedTuple):
    """A box of longitudes (which may continue beyond 180) and latitudes, with positions all over it."""

    west: float
    south: float
    east: float
    north: float

    def positions(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return longitudes and latitudes of a lattice that meets every tile of the box."""
        lon, lat = np.meshgrid(
            np.linspace(self.west, self.east, math.ceil(self.east - self.west) + 12),
            np.linspace(self.south, self.north, math.ceil(self.north - self.south) + 12),
        )
        return (lon.ravel() + 180) % 360 - 180, lat.ravel()

    @property
    def metres_per_px(self) -> float:
        """The scale at which an ordinary window shows the box."""
        lat = math.radians((self.south + self.north) / 2)
        wide_m = (self.east - self.west) * 111_320 * math.cos(lat) / _VIEW_PX[0]
        high_m = (_mercator(self.north) - _mercator(self.south)) * 6_378_137 * math.cos(lat)
        return max(wide_m, high_m / _VIEW_PX[1])

    def widened(self) -> Area:
        """Return the box that windows of every usual shape may show at first."""
        south, north = _mercator(self.south), _mercator(self.north)
        high, wide = north - south, math.radians(self.east - self.west)
        more_wide = max(1.15 * wide, _WIDEST * high) - wide
        more_high = max(1.15 * high, _TALLEST * wide) - high
        aside = math.degrees(more_wide) / 2
        return Area(
            max(self.west - aside, (self.west + self.east) / 2 - 180),
            _latitude(south - more_high / 2),
            min(self.east + aside, (self.west + self.east) / 2 + 180),
            _latitude(north + more_high / 2),
        )


def base_map(bounds: Sequence[float], detail: str | None) -> str:
    """Return the base map of a page as JSON in ASCII.

    Parameters
    ----------
    bounds : sequence of float
        West, south, east, north of the first view, degrees.
    detail : str, optional
        The level of detail of the first view; by default the one that suits its scale.

    Returns
    -------
    str
        The names of the countries, and the levels, each with its grid, the columns and rows
        of the tiles that it covers, and the tiles with content.
    """
    world = read_tiles("low", np.array([0.0]), np.array([0.0]))
    levels = [_level("low", (0, 0, 0, 0), world)]
    area = Area(*bounds)
    wanted = detail or detail_at(area.metres_per_px / _CLOSER)
    for level in reversed(_LEVELS[1 : _LEVELS.index(wanted) + 1]):
        for box in (area.widened(), area):
            tiles = read_tiles(level, *box.positions())
            size = sum(len(tile.content) for tile in tiles)
            if size <= _MOST_BYTES or (detail and box == area):
                levels.append(_level(level, _covers(level, box), tiles))
                return _joined(levels)
    return _joined(levels)


def _joined(levels: Sequence[str]) -> str:
    hidden = unnamed_countries()
    names = [None if name in hidden else name for name in country_names()]
    return (
        f'{{"countries":{json.dumps(names, separators=(",", ":"))},"levels":[{",".join(levels)}]}}'
    )


def _covers(level: str, box: Area) -> tuple[int, int, int, int]:
    """Return the first and last column and row of the tiles of a box, as west, south, east, north."""
    grid = grid_of(level)
    column, row = grid.tile_at(np.array([box.west, box.east]), np.array([box.south, box.north]))
    return int(column[0]), int(row[0]), int(column[1]), int(row[1])


def _level(name: str, covers: tuple[int, int, int, int], tiles: Sequence[Tile]) -> str:
    grid = grid_of(name)
    head = json.dumps({"scale": grid.scale, "origin": grid.origin, "tile": grid.tile})
    contents = ",".join(tile.content for tile in tiles)
    return f'{{"grid":{head},"covers":{list(covers)},"tiles":[{contents}]}}'


def names_for(bounds: Sequence[float], about: Sequence[str], language: Language) -> dict[str, Any]:
    """Return the names on the base map of a page, in its language.

    Parameters
    ----------
    bounds : sequence of float
        West, south, east, north of the first view, degrees.
    about : sequence of str
        The countries that the map is about.
    language : Language
        The page's language.

    Returns
    -------
    dict
        ``about``; ``countries``, those whose names differ from the base map's, None if they have none;
        ``seas`` as kind, name, and discs or points; ``towns`` as name, longitude, latitude, people and
        whether it is a capital, the most important first.
    """
    area = Area(*bounds).widened()
    scale = area.metres_per_px / _TOWNS_CLOSER
    near = towns_near(*area.positions(), least=smallest_town(scale)) if scale < 2_000 else []
    inside = [town for town in near if _is_in(town, area)][:_MOST_TOWNS]
    large = (town for town in large_towns() if town.capital or town.people >= _WORLD_TOWN)
    towns = sorted({*inside, *large}, key=lambda town: (town.rank, town))
    return {
        "about": list(about),
        "countries": _countries(language),
        "seas": [
            [sea.kind, sea.names.get(language.code, sea.names["en"]), [*sea.discs, *sea.points]]
            for sea in read_seas()
        ],
        "towns": [
            [
                language.city(town.name, town.zone),
                town.lon,
                town.lat,
                town.people,
                int(town.capital),
            ]
            for town in towns
        ],
    }


def _countries(language: Language) -> Mapping[str, str | None]:
    if language.code == "en":
        return {}
    return {name: language.country(name) for name in country_names()}


def _is_in(town: PopulatedPlace, area: Area) -> bool:
    lon = area.west + (town.lon - area.west) % 360
    return lon <= area.east and area.south <= town.lat <= area.north


def _mercator(lat: float) -> float:
    return math.asinh(math.tan(math.radians(max(-85.0, min(85.0, lat)))))


def _latitude(y: float) -> float:
    return math.degrees(math.atan(math.sinh(y)))
