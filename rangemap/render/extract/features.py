"""The features of an extract's layer: their classes and geometries, clipped, simplified and thinned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from rangemap.render.extract.schema import COARSEST_M_PER_PX, TAGS, Kind, MapClass, Source
from rangemap.text import sanitised

DEGREES: Final = 1e-5
"""Step of the coordinates, degrees: at most 1.1 m."""

_METRES_PER_DEGREE: Final = 111_320.0
_TOLERANCE_M: Final = 8.0
"""Lines are simplified by at most this: with the step they stay within 10 m."""
_TOLERANCE_PX: Final = 0.35
_SMALLEST_PX: Final = 2.0
"""Side of the smallest area that is drawn."""
_LONGEST_NAME: Final = 100

_KINDS: Final = {
    0: Kind.POINT,
    1: Kind.LINE,
    3: Kind.AREA,
    4: Kind.POINT,
    5: Kind.LINE,
    6: Kind.AREA,
}
_AREAS: Final = frozenset((MapClass.WATER, MapClass.BUILT_UP))
_PLACES: Final = {
    MapClass.PLACE_4: 4,
    MapClass.PLACE_3: 3,
    MapClass.PLACE_2: 2,
    MapClass.PLACE_1: 1,
}

Box = tuple[float, float, float, float]
"""West, south, east, north, degrees."""
Columns = Mapping[str, Sequence[Any]]


@dataclass
class Collected:
    """Geometries by class, in degrees, and places as name, longitude, latitude and rank."""

    lines: dict[MapClass, list[Any]] = field(default_factory=dict)
    areas: dict[MapClass, list[Any]] = field(default_factory=dict)
    places: list[tuple[str, float, float, int]] = field(default_factory=list)

    def add(
        self,
        source: Source,
        columns: Columns,
        geometries: NDArray[Any],
        *,
        wanted: frozenset[MapClass],
        names: Sequence[str],
        boxes: Sequence[Box],
    ) -> None:
        """Add the features of a layer that are in any of some boxes and of a class that is wanted.

        ``names`` are the columns of names, the best first.
        """
        found = classify(source, columns, geometries)
        for value in wanted.intersection(found):
            chosen = np.flatnonzero([each is value for each in found])
            if value in _PLACES:
                self._add_places(value, chosen, columns, geometries[chosen], names)
                continue
            group = self.areas if value in _AREAS else self.lines
            clip = _clipped_areas if value in _AREAS else _clipped_lines
            group.setdefault(value, []).extend(clip(geometries[chosen], boxes))

    def _add_places(
        self,
        value: MapClass,
        chosen: NDArray[np.int64],
        columns: Columns,
        points: NDArray[Any],
        names: Sequence[str],
    ) -> None:
        middles = shapely.centroid(points)
        for index, lon, lat in zip(
            chosen.tolist(), shapely.get_x(middles), shapely.get_y(middles), strict=True
        ):
            texts = (columns[name][index] for name in names if name in columns)
            name = next((text for text in texts if isinstance(text, str) and text.strip()), None)
            if name and abs(lon) <= 180 and abs(lat) <= 90:
                shown = " ".join(sanitised(name).split())[:_LONGEST_NAME]
                self.places.append((shown, float(lon), float(lat), _PLACES[value]))


def classify(source: Source, columns: Columns, geometries: NDArray[Any]) -> list[MapClass | None]:
    """Return the class of each feature of a layer, None for those that are not drawn."""
    kinds = [_KINDS.get(number) for number in shapely.get_type_id(geometries).tolist()]
    found: list[MapClass | None] = [None] * len(kinds)
    for kind, table in source.columns.items():
        for column, values in table.items():
            for index, cell in enumerate(_cells(columns, column) or ()):
                if found[index] is None and kinds[index] is kind and isinstance(cell, str):
                    found[index] = values.get(cell)
    for value, needed in source.required.items():
        for column, accepted in needed.items():
            cells = _cells(columns, column) or [None] * len(found)
            _remove(found, value, [str(cell) not in accepted for cell in cells])
    for value, column in source.refused.items():
        cells = _cells(columns, column) or ()
        _remove(found, value, [isinstance(cell, str) and bool(cell) for cell in cells])
    return found


def _remove(found: list[MapClass | None], value: MapClass, removed: Sequence[bool]) -> None:
    """Leave out some features of a class."""
    for index, remove in enumerate(removed):
        if remove and found[index] is value:
            found[index] = None


def _cells(columns: Columns, column: str) -> Sequence[Any] | None:
    """Return a column, or what GDAL keeps of it among the other tags."""
    if column in columns:
        return list(columns[column])
    if TAGS not in columns:
        return None
    pattern = re.compile(rf'"{re.escape(column)}"=>"([^"\\]*)"')
    matches = (pattern.search(cell) if isinstance(cell, str) else None for cell in columns[TAGS])
    return [match[1] if match else None for match in matches]


def _clipped_lines(lines: NDArray[Any], boxes: Sequence[Box]) -> list[Any]:
    return [
        part
        for box in boxes
        for part in shapely.get_parts(shapely.get_parts(shapely.clip_by_rect(lines, *box)))
        if part.geom_type == "LineString" and not part.is_empty
    ]


def _clipped_areas(areas: NDArray[Any], boxes: Sequence[Box]) -> list[Any]:
    valid = np.where(
        shapely.is_valid(areas),
        areas,
        shapely.make_valid(areas, method="structure", keep_collapsed=False),
    )
    return [
        part
        for box in boxes
        for part in shapely.get_parts(shapely.get_parts(shapely.clip_by_rect(valid, *box)))
        if part.geom_type == "Polygon" and not part.is_empty
    ]


@dataclass(frozen=True, kw_only=True)
class Thinned:
    """What is drawn, as flat lists of steps of `DEGREES`: each line, and each area's rings."""

    lines: dict[str, list[list[int]]]
    areas: dict[str, list[list[list[int]]]]
    places: list[tuple[str, float, float, int]]
    omitted: list[tuple[str, int]]
    """The classes that are left out as a whole, with the number of their lines or areas."""


def thinned(
    collected: Collected, *, metres_per_px: float, most_vertices: int, most_places: int
) -> Thinned:
    """Simplify what was collected, and omit the least important classes beyond a budget of vertices."""
    tolerance = min(_TOLERANCE_M, _TOLERANCE_PX * metres_per_px) / _METRES_PER_DEGREE
    smallest = (_SMALLEST_PX * metres_per_px / _METRES_PER_DEGREE) ** 2
    lines: dict[str, list[list[int]]] = {}
    areas: dict[str, list[list[list[int]]]] = {}
    omitted: list[tuple[str, int]] = []
    left = most_vertices
    full: set[str] = set()
    for value in COARSEST_M_PER_PX:
        group = value.split()[0]
        if value in collected.lines:
            drawn = [_steps(line) for line in _joined(collected.lines[value], tolerance)]
            drawn = [line for line in drawn if len(line) > 2]
            cost = sum(map(len, drawn)) // 2
            # Without the main roads, the minor ones would be a puzzle.
            if cost > left or group in full:
                full.add(group)
                omitted.append((value, len(drawn)))
                continue
            lines[value] = drawn
            left -= cost
        elif value in collected.areas:
            kept, cost, count = _largest(collected.areas[value], tolerance, smallest, left)
            areas[value] = kept
            left -= cost
            if count:
                omitted.append((value, count))
    places = sorted(collected.places, key=lambda place: (-place[3], place))
    if len(places) > most_places:
        omitted.append(("place", len(places) - most_places))
    return Thinned(lines=lines, areas=areas, places=places[:most_places], omitted=omitted)


def _joined(lines: Sequence[Any], tolerance: float) -> list[Any]:
    """Return lines joined where just two meet, and simplified."""
    merged = shapely.line_merge(shapely.multilinestrings(lines))
    return list(shapely.get_parts(shapely.simplify(shapely.get_parts(merged), tolerance)))


def _largest(
    areas: Sequence[Any], tolerance: float, smallest: float, left: int
) -> tuple[list[list[list[int]]], int, int]:
    """Return the largest areas within a budget, what they cost, and how many do not fit."""
    simple = shapely.simplify(np.asarray(areas), tolerance)
    parts = shapely.get_parts(simple[~shapely.is_empty(simple)])
    sizes = shapely.area(parts)
    order = np.argsort(-sizes, kind="stable")
    order = order[sizes[order] >= smallest]
    kept: list[list[list[int]]] = []
    cost = 0
    for count, part in enumerate(parts[order]):
        rings = [_steps(part.exterior), *(_steps(hole) for hole in part.interiors)]
        rings = [ring for ring in rings if len(ring) > 6]
        size = sum(map(len, rings)) // 2
        if cost + size > left:
            return kept, cost, len(order) - count
        if rings and len(_steps(part.exterior)) > 6:
            kept.append(rings)
            cost += size
    return kept, cost, 0


def _steps(line: Any) -> list[int]:
    """Return the first position and then the steps of a line, without steps of zero."""
    whole = np.round(shapely.get_coordinates(line) / DEGREES).astype(np.int64)
    steps = np.diff(whole, axis=0)
    moved = steps[(steps != 0).any(axis=1)]
    flat: list[int] = np.vstack([whole[:1], moved]).ravel().tolist()
    return flat


def in_any(boxes: Iterable[Box], bounds: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which bounds, as rows of west, south, east and north, meet any of some boxes."""
    found = np.zeros(len(bounds), dtype=bool)
    west, south, east, north = bounds.T
    for box in boxes:
        found |= (west <= box[2]) & (east >= box[0]) & (south <= box[3]) & (north >= box[1])
    return found
