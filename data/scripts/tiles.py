"""Tiles of the base map: outlines cut at their edges, with the arcs that neighbours share."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

SEAM, COAST, BORDER, SHORE = range(4)
"""Kinds of arcs: edges of tiles (not drawn), coasts, borders, and shores of lakes."""
LAKES = -1
"""The number of lakes in place of a country's."""


@dataclass(frozen=True)
class Level:
    """A level of detail: every how many steps of the source's grid it has one, and what it leaves out."""

    name: str
    step: tuple[int, int]
    area: float
    """Triangles smaller than this are left out, square columns of the source (0.16 km2)."""
    island: float
    """Islands smaller than this are left out, except the largest part of a country."""
    tile: tuple[int, int]
    """Width and height of a tile in its own steps."""
    group: int
    """Tiles are stored in blocks of this many by this many."""
    rivers: float
    """Rivers that a map shows at this zoom or below; those of higher zooms are left out."""
    lakes: int
    """The highest rank of a lake."""


def with_crossings(points: np.ndarray, tile: tuple[int, int]) -> np.ndarray:
    """Insert a vertex wherever a line crosses the edge of a tile."""
    for axis in (0, 1):
        out = [tuple(points[0])]
        for a, b in pairwise(points):
            low, high = sorted((a[axis], b[axis]))
            first = (low // tile[axis] + 1) * tile[axis]
            edges = np.arange(first, high, tile[axis])
            for edge in edges if b[axis] > a[axis] else edges[::-1]:
                # From the smaller end, so that both directions give the same vertex.
                (u, v), (x, y) = sorted(((a[axis], a[1 - axis]), (b[axis], b[1 - axis])))
                across = round(v + (y - v) * (edge - u) / (x - u))
                out.append((edge, across) if axis == 0 else (across, edge))
            out.append(tuple(b))
        points = np.array(out)
    return points


@dataclass
class Edges:
    """The edges of all outlines with the countries on their sides."""

    width: int
    owners: dict[tuple[int, ...], list[int]] = field(default_factory=lambda: defaultdict(list))

    def key(self, a: Any, b: Any) -> tuple[int, ...]:
        """Return the same key for an edge in any direction and any world."""
        (x0, y0), (x1, y1) = sorted((tuple(map(int, a)), tuple(map(int, b))))
        return (x0 % self.width, y0, x1 - x0, y1)

    def add(self, ring: np.ndarray, country: int) -> None:
        """Add the outline of a country."""
        for a, b in pairwise(ring):
            self.owners[self.key(a, b)].append(country)

    def sides(self, a: Any, b: Any) -> tuple[int, tuple[int, ...]]:
        """Return the kind of an edge and what makes it part of the same arc as the next."""
        owners = self.owners.get(self.key(a, b), [])
        if owners == [LAKES]:
            return SHORE, (LAKES,)
        if len(owners) == 1:
            return COAST, (owners[0],)
        if len(set(owners)) > 1:
            return BORDER, tuple(sorted(set(owners)))
        return SEAM, ()


def polygons_of(rings: list[np.ndarray]) -> Iterator[shapely.Polygon]:
    """Yield valid polygons of an outline and its holes."""
    outer, *holes = rings
    if len(outer) < 4:
        return
    shape = shapely.Polygon(outer, [hole for hole in holes if len(hole) >= 4])
    if not shape.is_valid:
        shape = shapely.set_precision(shapely.make_valid(shape, method="structure"), 1.0)
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon" and part.area > 0:
            yield part


def tiles_of(shape: Any, level: Level) -> Iterator[tuple[tuple[int, int], shapely.Polygon]]:
    """Cut a shape into the parts in each tile, by halving again and again."""
    west, south, east, north = shape.bounds
    (wide, high) = level.tile
    left, right = int(west // wide), int(-(-east // wide))
    low, top = int(south // high), int(-(-north // high))
    if right - left <= 1 and top - low <= 1:
        for part in shapely.get_parts(shape):
            if part.geom_type == "Polygon" and part.area > 0:
                yield (left, low), part
        return
    if right - left > 1:
        middle = (left + right) // 2 * wide
        halves = ((west, south, middle, north), (middle, south, east, north))
    else:
        middle = (low + top) // 2 * high
        halves = ((west, south, east, middle), (west, middle, east, north))
    for half in halves:
        cut = shapely.intersection(shape, shapely.box(*half), grid_size=1.0)
        for part in shapely.get_parts(cut):
            if part.geom_type == "Polygon" and part.area > 0:
                yield from tiles_of(part, level)


class Tile:
    """The arcs, land, lakes and rivers of a tile."""

    def __init__(self) -> None:
        self.arcs: list[list[int]] = []
        self.kinds: list[int] = []
        self.land: dict[int, list[list[list[int]]]] = defaultdict(list)
        self.rivers: list[list[Any]] = []
        self._numbers: dict[tuple[tuple[int, int], ...], int] = {}

    def add(self, country: int, part: shapely.Polygon, edges: Edges, shift: int) -> None:
        """Add a polygon; what it shares with a neighbour is stored once."""
        rings = [
            self._arcs_of(shapely.get_coordinates(ring).round().astype(int), edges, shift)
            for ring in (part.exterior, *part.interiors)
        ]
        self.land[country].append(rings)

    def _arcs_of(self, ring: np.ndarray, edges: Edges, shift: int) -> list[int]:
        points = [tuple(point) for point in ring[:-1].tolist()]
        sides = [edges.sides(a, b) for a, b in zip(points, points[1:] + points[:1], strict=True)]
        starts = [i for i in range(len(points)) if sides[i] != sides[i - 1]]
        # A ring with the same neighbour all around starts at its first position in order.
        starts = starts or [points.index(min(points))]
        points, sides = (
            points[starts[0] :] + points[: starts[0]],
            sides[starts[0] :] + sides[: starts[0]],
        )
        starts = [start - starts[0] for start in starts] + [len(points)]
        points.append(points[0])
        return [self._number(points[a : b + 1], sides[a][0], shift) for a, b in pairwise(starts)]

    def _number(self, points: list[tuple[int, int]], kind: int, shift: int) -> int:
        key = tuple((x + shift, y) for x, y in points)
        if key in self._numbers:
            return self._numbers[key]
        if key[::-1] in self._numbers:
            return ~self._numbers[key[::-1]]
        if kind == BORDER and key[0] == key[-1]:
            known = self._numbers.get((key[0], *key[-2:0:-1], key[0]))
            if known is not None:
                return ~known
        self._numbers[key] = len(self.arcs)
        self.arcs.append(deltas(key))
        self.kinds.append(kind)
        return len(self.arcs) - 1

    def to_json(self) -> str:
        """Return one line of ASCII."""
        land = [[country, parts] for country, parts in sorted(self.land.items())]
        kinds = "".join(map(str, self.kinds))
        content = {"arcs": self.arcs, "kinds": kinds, "land": land, "rivers": self.rivers}
        return json.dumps(content, separators=(",", ":"))


def deltas(points: Iterable[tuple[int, int]]) -> list[int]:
    """Return the first position, then steps, as one flat list."""
    xy = np.array(list(points))
    return np.vstack([xy[:1], np.diff(xy, axis=0)]).ravel().tolist()


def cut_line(points: np.ndarray, level: Level) -> Iterator[tuple[tuple[int, int], list[Any]]]:
    """Cut a line with vertices on the edges of tiles into the part in each."""
    tile, path = None, []
    for a, b in pairwise([tuple(map(int, point)) for point in points]):
        here = (int((a[0] + b[0]) / 2 // level.tile[0]), int((a[1] + b[1]) / 2 // level.tile[1]))
        if here != tile and path:
            yield tile, path
            path = []
        tile = here
        path = path or [a]
        path.append(b)
    if path:
        yield tile, path
