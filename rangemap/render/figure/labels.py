"""Labels that do not overlap: each takes the best free one of its candidate positions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Point = tuple[float, float]
Floats = NDArray[np.float64]


class Box(NamedTuple):
    """A rectangle in points, y upwards."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(cls, x: float, y: float, width: float, height: float) -> Box:
        """Return the box of a size around a centre."""
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    @property
    def middle(self) -> Point:
        """The centre."""
        return (self.west + self.east) / 2, (self.south + self.north) / 2

    def expanded(self, margin: float) -> Box:
        """Return the box with a margin."""
        return Box(self.west - margin, self.south - margin, self.east + margin, self.north + margin)


class Candidate(NamedTuple):
    """A position of a label: its box, and its leader if it needs one."""

    box: Box
    line: shapely.LineString | None = None


class Candidates(NamedTuple):
    """Candidate positions of one label; on equal costs the first is best."""

    boxes: Floats
    """Rows as in `Box`, shape (n, 4)."""
    costs: Floats
    """Shape (n,)."""
    starts: Floats
    """Start points of leaders, shape (n, 2); NaN if none is needed."""

    def subset(self, index: Any) -> Candidates:
        """Return some of them, in order."""
        return Candidates(*(part[index] for part in self))

    @property
    def lines(self) -> NDArray[np.object_]:
        """The leaders, from where each starts to the nearest point of its box; or None."""
        lines = np.full(len(self.boxes), None)
        has_leader = ~np.isnan(self.starts[:, 0])
        boxes, starts = self.boxes[has_leader], self.starts[has_leader]
        ends = np.clip(starts, boxes[:, :2], boxes[:, 2:])
        lines[has_leader] = shapely.linestrings(np.stack([starts, ends], axis=1))
        return lines


_LINE_COST: Final = 3.0  # of a ring line through the text
_LABEL_GAP: Final = 1.5
_LEADERS_AT_POINT: Final = (1.6, 2.6, 4.0)  # times the text height, with a leader
_LEADERS_AT_RING: Final = (2.0, 4.0, 7.0, 10.0)
_LEADERS_AMONG_LINES: Final = (2.0, 3.0, 4.5, 7.0, 10.0, 14.0, 19.0, 25.0)
_BADGE_ANGLES: Final = 16
_LEADERS_AT_BADGE: Final = (1.3, 2.0, 2.8, 3.8, 5.0, 7.0, 9.5)  # times the side of the square
_RING_POINTS: Final = 180
_LEADER_STARTS: Final = 60
_CLEAR_OF_OTHERS: Final = (
    1.5  # extra points between a label and any other line, compared with its own
)
_COINCIDENT_WITHIN: Final = (
    0.5  # points: lines that are this close along their whole length look like one
)
_BATCH_SIZE: Final = 24
_OUTWARDS: Final = np.array([-1, -1, 1, 1])  # signs for the sides of a box
_SIDES: Final = np.array([(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)])


@dataclass
class LabelPlacer:
    """The map as seen by labels: the view, reserved boxes, and drawn lines.

    ``lines`` have labels, in the same order; ``others`` have none.
    """

    view: Box
    lines: Sequence[BaseGeometry]
    others: Sequence[BaseGeometry] = ()
    reserved: Floats = field(default_factory=lambda: np.empty((0, 4)))
    leaders: list[shapely.LineString] = field(default_factory=list)
    _coincident: dict[int, NDArray[np.bool_]] = field(default_factory=dict)

    def reserve(self, box: Box) -> None:
        """Reserve a box."""
        self.reserved = np.vstack([self.reserved, box])

    def reserve_all(self, boxes: Sequence[Box]) -> None:
        """Reserve several boxes."""
        self.reserved = np.vstack([self.reserved, *boxes])

    def keep(self, candidate: Candidate) -> None:
        """Reserve a position that has been found before."""
        self.reserve(candidate.box)
        self.leaders += [] if candidate.line is None else [candidate.line]

    def state(self) -> tuple[Floats, int]:
        """Return what is reserved now, for `restore`."""
        return self.reserved, len(self.leaders)

    def restore(self, state: tuple[Floats, int]) -> None:
        """Forget what has been reserved since."""
        self.reserved, kept = state
        del self.leaders[kept:]

    def shows(self, box: Box) -> bool:
        """Return whether a box is within the view."""
        return bool((np.multiply(box, _OUTWARDS) <= np.multiply(self.view, _OUTWARDS)).all())

    def is_free(self, box: Box) -> bool:
        """Return whether a box overlaps no reserved box; shared edges are allowed."""
        return not bool(overlaps(np.array([box]), self.reserved).any())

    def near(self, candidates: Candidates, room: float) -> NDArray[np.bool_]:
        """Return which candidates have a reserved box within some points."""
        around = overlaps(candidates.boxes + _OUTWARDS * room, self.reserved)
        return np.asarray(around.any(axis=1))

    def place(
        self,
        candidates: Candidates,
        *,
        own: int = -1,
        clear: float = _CLEAR_OF_OTHERS,
        crossing: bool = False,
    ) -> Candidate | None:
        """Reserve and return the cheapest candidate that is free, or None.

        With ``crossing`` its leader may cross labels and other leaders.

        ``own`` is the index of the line that the label names and may interrupt. Every other
        line is at least ``clear`` points farther from the label than this line, and with a
        leader at least ``clear`` points away.
        """
        candidates = candidates.subset(
            (candidates.boxes * _OUTWARDS <= np.multiply(self.view, _OUTWARDS)).all(axis=1)
        )
        padded = candidates.boxes + _OUTWARDS * _LABEL_GAP
        candidates = candidates.subset(~overlaps(padded, self._around(padded)).any(axis=1))
        if not crossing:
            candidates = candidates.subset(self._leaders_clear(candidates))
        if not len(candidates.costs):
            return None
        if own < 0:
            best = int((candidates.costs + _LINE_COST * self._crossings(candidates.boxes)).argmin())
        else:
            found = self._first_clear(candidates, own, clear)
            if found is None:
                return None
            best = found
        chosen = Candidate(Box(*candidates.boxes[best].tolist()), candidates.lines[best])
        self.keep(chosen)
        return chosen

    def _around(self, boxes: Floats) -> Floats:
        """Return the reserved boxes within the hull of some boxes."""
        if not len(boxes):
            return self.reserved[:0]
        hull = np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
        within: Floats = self.reserved[overlaps(hull[None], self.reserved)[0]]
        return within

    def _leaders_clear(self, candidates: Candidates) -> NDArray[np.bool_]:
        """Return which candidates have no leader through a label or another leader."""
        lines = candidates.lines
        leaders = shapely.STRtree(self.leaders)
        crossed = [
            leaders.query(shapely.box(*candidates.boxes.T), predicate="intersects")[0],
            leaders.query(lines, predicate="intersects")[0],
        ]
        # A leader may cross the box in which it starts.
        bounds = shapely.bounds(lines)
        near = self._around(bounds[np.isfinite(bounds).all(axis=1)])
        own, other = np.nonzero(overlaps(bounds, near))
        reserved, starts = near[other], candidates.starts[own]
        away = ((starts < reserved[:, :2]) | (starts > reserved[:, 2:])).any(axis=1)
        hit = shapely.intersects(lines[own], shapely.box(*reserved.T))
        clear = np.ones(len(lines), dtype=bool)
        clear[np.concatenate([*crossed, own[away & hit]])] = False
        return clear

    def _crossings(self, boxes: Floats) -> NDArray[np.int64]:
        """Count the labelled lines through each box."""
        tree, owners = self._edges
        box, edge = tree.query(shapely.box(*boxes.T), predicate="intersects")
        pairs = np.unique([box, owners[edge]], axis=1)
        return np.bincount(pairs[0, pairs[1] < len(self.lines)], minlength=len(boxes))

    def _first_clear(self, candidates: Candidates, own: int, clear: float) -> int | None:
        """Return the cheapest candidate that cannot be mistaken for another line's label."""
        order = np.argsort(candidates.costs, kind="stable")
        for start in range(0, len(order), _BATCH_SIZE):
            batch = order[start : start + _BATCH_SIZE]
            found = np.flatnonzero(self._is_clear(candidates.subset(batch), own, clear))
            if len(found):
                return int(batch[found[0]])
        return None

    def _is_clear(self, candidates: Candidates, own: int, clear: float) -> NDArray[np.bool_]:
        """Return which candidates are closer to their own line than to any other."""
        boxes = shapely.box(*candidates.boxes.T)
        away = shapely.distance(boxes, self.lines[own])
        away[~np.isnan(candidates.starts[:, 0])] = 0.0  # a leader ends on the line
        tree, owners = self._edges
        box, edge = tree.query(boxes, predicate="dwithin", distance=away + clear)
        good = np.ones(len(boxes), dtype=bool)
        good[box[~self._coincident_lines(own)[owners[edge]]]] = False
        return good

    def _coincident_lines(self, own: int) -> NDArray[np.bool_]:
        """Return which lines look the same as one of them, including itself."""
        if own not in self._coincident:
            line, others = self.lines[own], np.array([*self.lines, *self.others], dtype=object)
            bounds = shapely.bounds(others)
            coincident = (np.abs(bounds - bounds[own]) < _COINCIDENT_WITHIN).all(axis=1)
            for number in np.flatnonzero(coincident):
                ends = shapely.points(shapely.get_coordinates(others[number]))
                coincident[number] = bool((shapely.distance(ends, line) < _COINCIDENT_WITHIN).all())
            self._coincident[own] = coincident
        return self._coincident[own]

    @cached_property
    def _edges(self) -> tuple[shapely.STRtree, NDArray[np.int64]]:
        """The edges of all lines, and the index of each edge's line."""
        parts, owners = shapely.get_parts([*self.lines, *self.others], return_index=True)
        points, part = shapely.get_coordinates(parts, return_index=True)
        first = np.flatnonzero(part[1:] == part[:-1])
        edges = shapely.linestrings(np.stack([points[first], points[first + 1]], axis=1))
        return shapely.STRtree(edges), owners[part[first]]


def around_point(
    x: float, y: float, width: float, height: float, gap: float, *, mirrored: bool = False
) -> Candidates:
    """Return the eight positions around a point, right first, then farther ones with a leader.

    The first is left if ``mirrored``, for names that are read from there.
    """
    sides = _SIDES * [-1, 1] if mirrored else _SIDES
    slanted = np.where(sides.all(axis=1), 0.75, 1.0)[:, None]
    half = np.array([width, height]) / 2
    distances = [half + gap * slanted, *(half + far * height for far in _LEADERS_AT_POINT)]
    middles = np.concatenate([[x, y] + sides * distance for distance in distances])
    costs = [np.arange(8) * 0.25, *(np.full(8, 7 + far) for far in _LEADERS_AT_POINT)]
    starts = np.full_like(middles, [x, y])
    starts[:8] = np.nan
    return Candidates(np.hstack([middles - half, middles + half]), np.concatenate(costs), starts)


def around_badge(x: float, y: float, side: float) -> Candidates:
    """Return positions of a square around a point that is too crowded for it, with a leader."""
    angles = np.arange(_BADGE_ANGLES) * 2 * math.pi / _BADGE_ANGLES
    unit = np.column_stack([np.cos(angles), np.sin(angles)])
    middles = np.concatenate([[x, y] + far * side * unit for far in _LEADERS_AT_BADGE])
    boxes = np.hstack([middles - side / 2, middles + side / 2])
    costs = np.repeat(_LEADERS_AT_BADGE, _BADGE_ANGLES)
    return Candidates(boxes, costs, np.full_like(middles, [x, y]))


def along_line(path: Floats, middle: Point, width: float, height: float, gap: float) -> Candidates:
    """Return positions on a ring's line, at its top first, then just outside or inside it.

    The label of a ring that is too small for it is placed next to the ring.
    """
    points, unit, distance = _radial_points(path, middle, _RING_POINTS)
    fits_inside = distance > 0.9 * width
    sideways, up = np.abs(unit).T
    away = _cost_from_top(unit)
    clearance = gap + sideways * width / 2 + up * height / 2
    if fits_inside:  # on the line, where it is nearly horizontal
        distances, costs = (
            [0 * clearance, clearance, -clearance],
            [np.where(up > 0.6, away, np.inf), away + 3.0, away + 3.5],
        )
    else:
        distances = [clearance, *(clearance + far * height for far in _LEADERS_AT_RING)]
        costs = [away + 0.5, *(away + 4 + far for far in _LEADERS_AT_RING)]
    return _candidates(points, unit, distances, costs, (width, height), has_leader=not fits_inside)


def with_leader(path: Floats, middle: Point, width: float, height: float, gap: float) -> Candidates:
    """Return positions at the end of a leader, outside or inside a ring, for dense lines."""
    points, unit, _ = _radial_points(path, middle, _LEADER_STARTS)
    sideways, up = np.abs(unit).T
    away = _cost_from_top(unit)
    clearance = gap + sideways * width / 2 + up * height / 2
    distances = [clearance + far * height for far in _LEADERS_AMONG_LINES]
    costs = [away + 4 + far for far in _LEADERS_AMONG_LINES]
    distances += [-distance for distance in distances]
    costs += [cost + 1 for cost in costs]
    # `_candidates` gives the first distance no leader, so it is excluded by its cost.
    return _candidates(
        points,
        unit,
        [clearance, *distances],
        [np.full_like(clearance, np.inf), *costs],
        (width, height),
        has_leader=True,
    )


def _radial_points(path: Floats, middle: Point, limit: int) -> tuple[Floats, Floats, float]:
    """Return points along a ring, their outward directions, and the smallest distance."""
    outward = path - middle
    distance = np.hypot(*outward.T)
    step = max(1, len(path) // limit)
    unit = outward[::step] / np.where(distance == 0, 1.0, distance)[::step, None]
    return path[::step], unit, float(distance.min())


def _cost_from_top(unit: Floats) -> Floats:
    """Return the cost of positions away from the north of a ring, 0 to 6."""
    angle = np.abs(np.arctan2(*unit.T)) / math.pi
    cost: Floats = np.minimum(angle, 1.02 - angle * 0.98) * 6
    return cost


def _candidates(
    points: Floats,
    unit: Floats,
    distances: Sequence[Floats],
    costs: Sequence[Floats],
    size: Point,
    *,
    has_leader: bool,
) -> Candidates:
    """Return positions at given distances outwards from points; all but the first may have leaders."""
    moved = points[:, None] + unit[:, None] * np.stack(distances, axis=1)[..., None]
    starts = np.full(moved.shape, np.nan)
    if has_leader:
        starts[:, 1:] = points[:, None]
    middles, half = moved.reshape(-1, 2), np.array(size) / 2
    candidates = Candidates(
        np.hstack([middles - half, middles + half]),
        np.stack(costs, axis=1).ravel(),
        starts.reshape(-1, 2),
    )
    return candidates.subset(np.isfinite(candidates.costs))


def overlaps(boxes: Floats, others: Floats) -> NDArray[np.bool_]:
    """Return which boxes overlap which others by more than an edge, shape (boxes, others)."""
    west, south, east, north = boxes.T[..., None]
    west_of, south_of, east_of, north_of = others.T
    shared: NDArray[np.bool_] = (
        (west < east_of) & (west_of < east) & (south < north_of) & (south_of < north)
    )
    return shared
