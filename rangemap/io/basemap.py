"""The packaged base map: countries, lakes and rivers at three levels of detail, in tiles.

Each line of a block of ``data/basemap.blocks`` is a tile: its column and row, and JSON with

- ``arcs``: lines as flat lists, the first position and then steps, in whole steps of the level's grid;
- ``kinds``: a digit for each arc (`Kind`);
- ``land``: pairs of a country's number (-1 for lakes) and its polygons in this tile, whose rings are
  lists of arcs as in TopoJSON (``~arc`` is an arc from its end);
- ``rivers``: the width of each and its line, as one flat list.

Neighbours share their arcs, and tiles the vertices on their edges, so that parts fit exactly.
`data/scripts/basemap.py` makes the file.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from rangemap.io.blocks import Blocks, open_blocks

Line = NDArray[np.float64]
"""Longitude and latitude, degrees, shape (n, 2)."""

_FILE: Final = "basemap.blocks"
_LAKES: Final = -1


class Kind(IntEnum):
    """Kinds of arcs; the edges of tiles and what is inside one country are not drawn."""

    SEAM = 0
    COAST = 1
    BORDER = 2
    SHORE = 3


class Tile(NamedTuple):
    """A tile of a level, as text."""

    column: int
    row: int
    content: str


class Grid(NamedTuple):
    """The grid of a level: degrees per step, the degrees of its origin, and steps per tile."""

    scale: tuple[float, float]
    origin: tuple[float, float]
    tile: tuple[int, int]
    group: int

    def tile_at(self, lon: Any, lat: Any) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the columns and rows of the tiles that contain positions."""
        places = ((lon, lat)[axis] - self.origin[axis] for axis in (0, 1))
        column, row = (
            np.floor_divide(place, self.scale[axis] * self.tile[axis]).astype(int)
            for axis, place in enumerate(places)
        )
        return column, row

    def bounds(self, tile: Tile) -> tuple[float, float, float, float]:
        """Return west, south, east, north of a tile, degrees."""
        sides = [
            self.origin[axis] + self.scale[axis] * self.tile[axis] * (index + more)
            for more in (0, 1)
            for axis, index in enumerate((tile.column, tile.row))
        ]
        return sides[0], sides[1], sides[2], sides[3]


@dataclass(frozen=True, slots=True)
class BaseMap:
    """A part of the base map, degrees; longitudes are within -180 to 180."""

    countries: dict[str, tuple[shapely.Polygon, ...]]
    lakes: tuple[shapely.Polygon, ...]
    coasts: tuple[Line, ...]
    borders: tuple[Line, ...]
    shores: tuple[Line, ...]
    rivers: tuple[tuple[float, Line], ...]


def country_names() -> list[str]:
    """Return the names of the base map's countries, in the order of their numbers."""
    names: list[str] = open_blocks(_FILE).about["countries"]
    return names


def unnamed_countries() -> frozenset[str]:
    """Return the names that maps do not show, such as those of reefs and bases."""
    return frozenset(open_blocks(_FILE).about["unnamed"])


@cache
def grid_of(detail: str) -> Grid:
    """Return the grid of a level of detail."""
    level = open_blocks(_FILE).about["levels"][detail]
    return Grid(tuple(level["scale"]), tuple(level["origin"]), tuple(level["tile"]), level["group"])


def read_tiles(detail: str, lon: Any, lat: Any) -> list[Tile]:
    """Read the tiles that contain any of some positions; tiles of open sea have no content.

    Parameters
    ----------
    detail : {"low", "medium", "high"}
        Level of detail.
    lon, lat : array of float
        Degrees, within -180 to 180.
    """
    grid = grid_of(detail)
    columns, rows = grid.tile_at(np.ravel(lon), np.ravel(lat))
    last = round(360 / (grid.scale[0] * grid.tile[0])) - 1
    return _read_tiles(
        detail, set(zip(np.minimum(columns, last).tolist(), rows.tolist(), strict=True))
    )


def _read_tiles(detail: str, wanted: AbstractSet[tuple[int, int]]) -> list[Tile]:
    group, blocks = grid_of(detail).group, open_blocks(_FILE)
    keys = sorted({(column // group, row // group) for column, row in wanted})
    tiles = (tile for column, row in keys for tile in _tiles_of(blocks, f"{detail}/{column}/{row}"))
    return [tile for tile in tiles if (tile.column, tile.row) in wanted]


def _tiles_of(blocks: Blocks, key: str) -> Iterable[Tile]:
    for line in blocks.read(key).splitlines():
        column, row, content = line.split(" ", 2)
        yield Tile(int(column), int(row), content)


def read_basemap(detail: str, lon: Any, lat: Any) -> BaseMap:
    """Read the tiles that contain any of some positions, and join their parts.

    Parameters
    ----------
    detail : {"low", "medium", "high"}
        Level of detail.
    lon, lat : array of float
        Degrees, within -180 to 180.
    """
    return join_tiles(detail, read_tiles(detail, lon, lat))


@cache
def read_country(detail: str, name: str) -> tuple[shapely.Polygon, ...]:
    """Read the polygons of one country, degrees; empty if there is no such country."""
    parts, seams = _country_parts(detail, name)
    return _joined(parts, grid_of(detail), seams=seams)


@cache
def read_country_parts(detail: str, name: str) -> tuple[shapely.Polygon, ...]:
    """Read the polygons of one country as tiles cut them, which takes a third of the time."""
    return _joined(_country_parts(detail, name)[0], grid_of(detail), seams=False)


def _country_parts(detail: str, name: str) -> tuple[Sequence[shapely.Polygon], bool]:
    """Return the polygons of one country in its tiles, in steps of the grid, and whether it has several."""
    names = country_names()
    if name not in names:
        return (), False
    tiles = json.loads(open_blocks(_FILE).read(f"countries/{detail}"))
    number = names.index(name)
    wanted = {(column, row) for column, row in tiles.get(str(number), ())}
    parts: list[shapely.Polygon] = []
    for tile in _read_tiles(detail, wanted):
        content = json.loads(tile.content)
        arcs = [_positions(arc) for arc in content["arcs"]]
        land = (polygons for each, polygons in content["land"] if each == number)
        parts += (part for polygons in land for part in _polygons(polygons, arcs))
    return parts, len(wanted) > 1


@cache
def read_world(detail: str) -> BaseMap:
    """Read a whole level of the base map.

    Examples
    --------
    >>> world = read_world("low")
    >>> len(world.countries) > 200, world.countries["Iraq"][0].bounds[0].__round__()
    (True, 39)
    """
    blocks = open_blocks(_FILE)
    keys = [key for key in blocks.about["blocks"] if key.startswith(f"{detail}/")]
    return join_tiles(detail, [tile for key in keys for tile in _tiles_of(blocks, key)])


def join_tiles(detail: str, tiles: Sequence[Tile]) -> BaseMap:
    """Decode tiles and join the parts of each country."""
    grid, names = grid_of(detail), country_names()
    areas: defaultdict[int, list[shapely.Polygon]] = defaultdict(list)
    lines: dict[Kind, list[Line]] = {kind: [] for kind in Kind}
    rivers: list[tuple[float, Line]] = []
    for tile in tiles:
        content = json.loads(tile.content)
        arcs = [_positions(arc) for arc in content["arcs"]]
        for kind, arc in zip(content["kinds"], arcs, strict=True):
            lines[Kind(int(kind))].append(_degrees(arc, grid))
        for number, polygons in content["land"]:
            areas[number] += _polygons(polygons, arcs)
        rivers += [(width, _degrees(_positions(line), grid)) for width, *line in content["rivers"]]
    joined = {number: _joined(parts, grid, seams=len(tiles) > 1) for number, parts in areas.items()}
    return BaseMap(
        countries={names[number]: parts for number, parts in joined.items() if number >= 0},
        lakes=joined.get(_LAKES, ()),
        coasts=tuple(lines[Kind.COAST]),
        borders=tuple(lines[Kind.BORDER]),
        shores=tuple(lines[Kind.SHORE]),
        rivers=tuple(rivers),
    )


def _polygons(
    polygons: Sequence[Sequence[Sequence[int]]], arcs: Sequence[NDArray[np.int64]]
) -> Iterator[shapely.Polygon]:
    """Yield polygons, of which each ring is a list of arcs."""
    for rings in polygons:
        outer, *holes = (_ring(arcs, ring) for ring in rings)
        yield shapely.Polygon(outer, holes)


def _positions(flat: Sequence[int]) -> NDArray[np.int64]:
    return np.cumsum(np.array(flat).reshape(-1, 2), axis=0)


def _degrees(positions: NDArray[Any], grid: Grid) -> Line:
    degrees: Line = positions * np.array(grid.scale) + np.array(grid.origin)
    return degrees


def _ring(arcs: Sequence[NDArray[np.int64]], numbers: Sequence[int]) -> NDArray[np.int64]:
    parts = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers]
    return np.concatenate([*(part[:-1] for part in parts), parts[0][:1]])


def _joined(
    parts: Sequence[shapely.Polygon], grid: Grid, *, seams: bool
) -> tuple[shapely.Polygon, ...]:
    """Return polygons in degrees; those of several tiles are joined along the edges of tiles."""
    whole = shapely.get_parts(shapely.union_all(parts)) if seams else parts
    return tuple(
        shapely.transform(part, lambda xy: _degrees(xy, grid))
        for part in whole
        if part.geom_type == "Polygon"
    )
