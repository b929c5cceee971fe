"""Labels that do not overlap: each takes the best free position of those offered."""

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

    def grown(self, by: float) -> Box:
        """Return the box with a margin."""
        return Box(self.west - by, self.south - by, self.east + by, self.north + by)


class Offer(NamedTuple):
    """A position of a label: its box, and its leader if it needs one."""

    box: Box
    line: shapely.LineString | None = None


class Offers(NamedTuple):
    """Candidate positions of one label; on equal costs the first is best."""

    boxes: Floats
    """Rows as in `Box`, shape (n, 4)."""
    costs: Floats
    """Shape (n,)."""
    starts: Floats
    """Start points of leaders, shape (n, 2); NaN if none is needed."""

    def some(self, which: Any) -> Offers:
        """Return some of them, in order."""
        return Offers(*(part[which] for part in self))

    @property
    def lines(self) -> NDArray[np.object_]:
        """The leaders, from where each starts to the nearest point of its box; or None."""
        lines = np.full(len(self.boxes), None)
        led = ~np.isnan(self.starts[:, 0])
        boxes, starts = self.boxes[led], self.starts[led]
        ends = np.clip(starts, boxes[:, :2], boxes[:, 2:])
        lines[led] = shapely.linestrings(np.stack([starts, ends], axis=1))
        return lines


_LINE_COST: Final = 3.0  # of a ring line through the text
_LABEL_GAP: Final = 1.5
_FAR_BESIDE: Final = (1.6, 2.6, 4.0)  # times the text height, with a leader
_FAR_ALONG: Final = (2.0, 4.0, 7.0, 10.0)
_FAR_IN_A_THRONG: Final = (2.0, 3.0, 4.5, 7.0, 10.0, 14.0, 19.0, 25.0)
_STEPS_ALONG: Final = 180
_STEPS_IN_A_THRONG: Final = 60
_CLEAR_OF_OTHERS: Final = (
    1.5  # extra points between a label and any other line, compared with its own
)
_ONE_LINE: Final = 0.5  # points: lines that are this close along their whole length look like one
_CHECKED_TOGETHER: Final = 24
_OUTWARDS: Final = np.array([-1, -1, 1, 1])  # signs for the sides of a box
_SIDES: Final = np.array([(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)])


@dataclass
class Board:
    """The map as seen by labels: the view, reserved boxes, and drawn lines.

    ``lines`` have labels, in the same order; ``others`` have none.
    """

    view: Box
    lines: Sequence[BaseGeometry]
    others: Sequence[BaseGeometry] = ()
    taken: Floats = field(default_factory=lambda: np.empty((0, 4)))
    leaders: list[shapely.LineString] = field(default_factory=list)
    _alike: dict[int, NDArray[np.bool_]] = field(default_factory=dict)

    def take(self, box: Box) -> None:
        """Reserve a box."""
        self.taken = np.vstack([self.taken, box])

    def is_free(self, box: Box) -> bool:
        """Return whether a box overlaps no reserved box; shared edges are allowed."""
        return not bool(_overlaps(np.array([box]), self.taken).any())

    def place(
        self, offers: Offers, *, own: int = -1, clear: float = _CLEAR_OF_OTHERS
    ) -> Offer | None:
        """Reserve and return the cheapest offer that is free, or None.

        ``own`` is the index of the line that the label names and may interrupt. Every other
        line is at least ``clear`` points farther from the label than this line, and with a
        leader at least ``clear`` points away.
        """
        offers = offers.some(
            (offers.boxes * _OUTWARDS <= np.multiply(self.view, _OUTWARDS)).all(axis=1)
        )
        room = offers.boxes + _OUTWARDS * _LABEL_GAP
        offers = offers.some(~_overlaps(room, self.taken).any(axis=1))
        offers = offers.some(self._clear(offers))
        if not len(offers.costs):
            return None
        if own < 0:
            best = int((offers.costs + _LINE_COST * self._crossings(offers.boxes)).argmin())
        else:
            found = self._first_clear(offers, own, clear)
            if found is None:
                return None
            best = found
        line = offers.lines[best]
        self.leaders += [] if line is None else [line]
        box = Box(*offers.boxes[best].tolist())
        self.take(box)
        return Offer(box, line)

    def _clear(self, offers: Offers) -> NDArray[np.bool_]:
        """Return which offers have no leader through a label or another leader."""
        lines = offers.lines
        leaders = shapely.STRtree(self.leaders)
        crossed = [
            leaders.query(shapely.box(*offers.boxes.T), predicate="intersects")[0],
            leaders.query(lines, predicate="intersects")[0],
        ]
        # A leader may cross the box in which it starts.
        own, other = np.nonzero(_overlaps(shapely.bounds(lines), self.taken))
        taken, starts = self.taken[other], offers.starts[own]
        away = ((starts < taken[:, :2]) | (starts > taken[:, 2:])).any(axis=1)
        hit = shapely.intersects(lines[own], shapely.box(*taken.T))
        clear = np.ones(len(lines), dtype=bool)
        clear[np.concatenate([*crossed, own[away & hit]])] = False
        return clear

    def _crossings(self, boxes: Floats) -> NDArray[np.int64]:
        """Count the labelled lines through each box."""
        tree, owners = self._edges
        box, edge = tree.query(shapely.box(*boxes.T), predicate="intersects")
        pairs = np.unique([box, owners[edge]], axis=1)
        return np.bincount(pairs[0, pairs[1] < len(self.lines)], minlength=len(boxes))

    def _first_clear(self, offers: Offers, own: int, clear: float) -> int | None:
        """Return the cheapest offer that cannot be mistaken for another line's label."""
        order = np.argsort(offers.costs, kind="stable")
        for start in range(0, len(order), _CHECKED_TOGETHER):
            some = order[start : start + _CHECKED_TOGETHER]
            found = np.flatnonzero(self._is_clear(offers.some(some), own, clear))
            if len(found):
                return int(some[found[0]])
        return None

    def _is_clear(self, offers: Offers, own: int, clear: float) -> NDArray[np.bool_]:
        """Return which offers are closer to their own line than to any other."""
        boxes = shapely.box(*offers.boxes.T)
        away = shapely.distance(boxes, self.lines[own])
        away[~np.isnan(offers.starts[:, 0])] = 0.0  # a leader ends on the line
        tree, owners = self._edges
        box, edge = tree.query(boxes, predicate="dwithin", distance=away + clear)
        good = np.ones(len(boxes), dtype=bool)
        good[box[~self._drawn_as_one(own)[owners[edge]]]] = False
        return good

    def _drawn_as_one(self, own: int) -> NDArray[np.bool_]:
        """Return which lines look the same as one of them, including itself."""
        if own not in self._alike:
            line, others = self.lines[own], np.array([*self.lines, *self.others], dtype=object)
            bounds = shapely.bounds(others)
            alike = (np.abs(bounds - bounds[own]) < _ONE_LINE).all(axis=1)
            for number in np.flatnonzero(alike):
                ends = shapely.points(shapely.get_coordinates(others[number]))
                alike[number] = bool((shapely.distance(ends, line) < _ONE_LINE).all())
            self._alike[own] = alike
        return self._alike[own]

    @cached_property
    def _edges(self) -> tuple[shapely.STRtree, NDArray[np.int64]]:
        """The edges of all lines, and the index of each edge's line."""
        parts, owners = shapely.get_parts([*self.lines, *self.others], return_index=True)
        points, part = shapely.get_coordinates(parts, return_index=True)
        first = np.flatnonzero(part[1:] == part[:-1])
        edges = shapely.linestrings(np.stack([points[first], points[first + 1]], axis=1))
        return shapely.STRtree(edges), owners[part[first]]


def beside(x: float, y: float, width: float, height: float, gap: float) -> Offers:
    """Offer the eight positions around a point, right first, then farther ones with a leader."""
    slanted = np.where(_SIDES.all(axis=1), 0.75, 1.0)[:, None]
    half = np.array([width, height]) / 2
    reaches = [half + gap * slanted, *(half + far * height for far in _FAR_BESIDE)]
    middles = np.concatenate([[x, y] + _SIDES * reach for reach in reaches])
    costs = [np.arange(8) * 0.25, *(np.full(8, 7 + far) for far in _FAR_BESIDE)]
    starts = np.full_like(middles, [x, y])
    starts[:8] = np.nan
    return Offers(np.hstack([middles - half, middles + half]), np.concatenate(costs), starts)


def along(path: Floats, middle: Point, width: float, height: float, gap: float) -> Offers:
    """Offer positions on a ring's line, at its top first, then just outside or inside it.

    The label of a ring that is too small for it is placed next to the ring.
    """
    points, unit, reach = _spokes(path, middle, _STEPS_ALONG)
    roomy = reach > 0.9 * width
    aside, up = np.abs(unit).T
    away = _from_the_top(unit)
    out = gap + aside * width / 2 + up * height / 2
    if roomy:  # on the line, where it is nearly horizontal
        reaches, costs = (
            [0 * out, out, -out],
            [np.where(up > 0.6, away, np.inf), away + 3.0, away + 3.5],
        )
    else:
        reaches = [out, *(out + far * height for far in _FAR_ALONG)]
        costs = [away + 0.5, *(away + 4 + far for far in _FAR_ALONG)]
    return _offers(points, unit, reaches, costs, (width, height), led=not roomy)


def led_away(path: Floats, middle: Point, width: float, height: float, gap: float) -> Offers:
    """Offer positions at the end of a leader, outside or inside a ring, for dense lines."""
    points, unit, _ = _spokes(path, middle, _STEPS_IN_A_THRONG)
    aside, up = np.abs(unit).T
    away = _from_the_top(unit)
    out = gap + aside * width / 2 + up * height / 2
    reaches = [out + far * height for far in _FAR_IN_A_THRONG]
    costs = [away + 4 + far for far in _FAR_IN_A_THRONG]
    reaches += [-reach for reach in reaches]
    costs += [cost + 1 for cost in costs]
    # `_offers` gives the first reach no leader, so it is excluded by its cost.
    return _offers(
        points,
        unit,
        [out, *reaches],
        [np.full_like(out, np.inf), *costs],
        (width, height),
        led=True,
    )


def _spokes(path: Floats, middle: Point, most: int) -> tuple[Floats, Floats, float]:
    """Return points along a ring, their outward directions, and the smallest distance."""
    outward = path - middle
    reach = np.hypot(*outward.T)
    step = max(1, len(path) // most)
    unit = outward[::step] / np.where(reach == 0, 1.0, reach)[::step, None]
    return path[::step], unit, float(reach.min())


def _from_the_top(unit: Floats) -> Floats:
    """Return the cost of positions away from the north of a ring, 0 to 6."""
    turned = np.abs(np.arctan2(*unit.T)) / math.pi
    cost: Floats = np.minimum(turned, 1.02 - turned * 0.98) * 6
    return cost


def _offers(
    points: Floats,
    unit: Floats,
    reaches: Sequence[Floats],
    costs: Sequence[Floats],
    size: Point,
    *,
    led: bool,
) -> Offers:
    """Return positions at given distances outwards from points; all but the first may have leaders."""
    moved = points[:, None] + unit[:, None] * np.stack(reaches, axis=1)[..., None]
    starts = np.full(moved.shape, np.nan)
    if led:
        starts[:, 1:] = points[:, None]
    middles, half = moved.reshape(-1, 2), np.array(size) / 2
    offers = Offers(
        np.hstack([middles - half, middles + half]),
        np.stack(costs, axis=1).ravel(),
        starts.reshape(-1, 2),
    )
    return offers.some(np.isfinite(offers.costs))


def _overlaps(boxes: Floats, others: Floats) -> NDArray[np.bool_]:
    """Return which boxes overlap which others by more than an edge, shape (boxes, others)."""
    west, south, east, north = boxes.T[..., None]
    west_of, south_of, east_of, north_of = others.T
    shared: NDArray[np.bool_] = (
        (west < east_of) & (west_of < east) & (south < north_of) & (south_of < north)
    )
    return shared
