"""Labels that do not overlap: each takes the best free place of those offered."""

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
        """Return the box with a middle and a size."""
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    @property
    def middle(self) -> Point:
        """Its centre."""
        return (self.west + self.east) / 2, (self.south + self.north) / 2

    def grown(self, by: float) -> Box:
        """Return the box with a margin."""
        return Box(self.west - by, self.south - by, self.east + by, self.north + by)


class Offer(NamedTuple):
    """The place of a label: its box, and its leader, if one is needed."""

    box: Box
    line: shapely.LineString | None = None


class Offers(NamedTuple):
    """Places for one label; of equally cheap ones the first is the best."""

    boxes: Floats
    """Rows as in `Box`, shape (n, 4)."""
    costs: Floats
    """Shape (n,)."""
    starts: Floats
    """Where leaders start, shape (n, 2); NaN where none is needed."""

    def some(self, which: Any) -> Offers:
        """Return a part of them in their order."""
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


_LINE_COST: Final = 3.0  # of a ring line that runs through the text
_LABEL_GAP: Final = 1.5
_FAR_BESIDE: Final = (1.6, 2.6, 4.0)  # times the text's height, with a leader
_FAR_ALONG: Final = (2.0, 4.0, 7.0, 10.0)
_OUTWARDS: Final = np.array([-1, -1, 1, 1])  # for the sides of a box
_SIDES: Final = np.array([(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)])


@dataclass
class Board:
    """Where labels stand: the view, what is taken, and the lines that are better left clear."""

    view: Box
    lines: Sequence[BaseGeometry]
    taken: Floats = field(default_factory=lambda: np.empty((0, 4)))
    leaders: list[shapely.LineString] = field(default_factory=list)

    def take(self, box: Box) -> None:
        """Reserve a box."""
        self.taken = np.vstack([self.taken, box])

    def is_free(self, box: Box) -> bool:
        """Tell whether a box shares no more than edges with those taken."""
        return not bool(_overlaps(np.array([box]), self.taken).any())

    def place(self, offers: Offers, *, own: int = -1) -> Offer | None:
        """Reserve and return the cheapest offer that is free, or None.

        ``own`` is the number of the line that the label may interrupt.
        """
        offers = offers.some(
            (offers.boxes * _OUTWARDS <= np.multiply(self.view, _OUTWARDS)).all(axis=1)
        )
        room = offers.boxes + _OUTWARDS * _LABEL_GAP
        offers = offers.some(~_overlaps(room, self.taken).any(axis=1))
        offers = offers.some(self._clear(offers))
        if not len(offers.costs):
            return None
        costs = offers.costs + _LINE_COST * self._crossings(offers.boxes, own)
        best = int(costs.argmin())
        line = offers.lines[best]
        self.leaders += [] if line is None else [line]
        box = Box(*offers.boxes[best].tolist())
        self.take(box)
        return Offer(box, line)

    def _clear(self, offers: Offers) -> NDArray[np.bool_]:
        """Tell of which offers no leader runs through a label or another leader."""
        lines = offers.lines
        leaders = shapely.STRtree(self.leaders)
        crossed = [
            leaders.query(shapely.box(*offers.boxes.T), predicate="intersects")[0],
            leaders.query(lines, predicate="intersects")[0],
        ]
        # A leader may leave the box that it starts in.
        own, other = np.nonzero(_overlaps(shapely.bounds(lines), self.taken))
        taken, starts = self.taken[other], offers.starts[own]
        away = ((starts < taken[:, :2]) | (starts > taken[:, 2:])).any(axis=1)
        hit = shapely.intersects(lines[own], shapely.box(*taken.T))
        clear = np.ones(len(lines), dtype=bool)
        clear[np.concatenate([*crossed, own[away & hit]])] = False
        return clear

    def _crossings(self, boxes: Floats, own: int) -> NDArray[np.int64]:
        """Count the lines that run through each box."""
        tree, owners = self._edges
        box, edge = tree.query(shapely.box(*boxes.T), predicate="intersects")
        pairs = np.unique([box, owners[edge]], axis=1)
        return np.bincount(pairs[0, pairs[1] != own], minlength=len(boxes))

    @cached_property
    def _edges(self) -> tuple[shapely.STRtree, NDArray[np.int64]]:
        """The edges of the lines, and of which line each is."""
        parts, owners = shapely.get_parts(self.lines, return_index=True)
        points, part = shapely.get_coordinates(parts, return_index=True)
        first = np.flatnonzero(part[1:] == part[:-1])
        edges = shapely.linestrings(np.stack([points[first], points[first + 1]], axis=1))
        return shapely.STRtree(edges), owners[part[first]]


def beside(x: float, y: float, width: float, height: float, gap: float) -> Offers:
    """Offer the eight places around a point, right first, then farther ones with a leader."""
    slanted = np.where(_SIDES.all(axis=1), 0.75, 1.0)[:, None]
    half = np.array([width, height]) / 2
    reaches = [half + gap * slanted, *(half + far * height for far in _FAR_BESIDE)]
    middles = np.concatenate([[x, y] + _SIDES * reach for reach in reaches])
    costs = [np.arange(8) * 0.25, *(np.full(8, 7 + far) for far in _FAR_BESIDE)]
    starts = np.full_like(middles, [x, y])
    starts[:8] = np.nan
    return Offers(np.hstack([middles - half, middles + half]), np.concatenate(costs), starts)


def along(path: Floats, middle: Point, width: float, height: float, gap: float) -> Offers:
    """Offer places on a ring's line, at its top first, then just outside it.

    A ring too small to carry the text on its line is named beside it.
    """
    outward = path - middle
    reach = np.hypot(*outward.T)
    roomy = float(reach.min()) > 0.9 * width
    step = max(1, len(path) // 180)
    points = path[::step]
    unit = outward[::step] / np.where(reach == 0, 1.0, reach)[::step, None]
    aside, up = np.abs(unit).T
    # From the top: 0 at north, 1 at south.
    turned = np.abs(np.arctan2(*unit.T)) / math.pi
    away = np.minimum(turned, 1.02 - turned * 0.98) * 6
    out = gap + aside * width / 2 + up * height / 2
    if roomy:  # on the line, where it runs nearly level
        reaches, costs = [0 * out, out], [np.where(up > 0.6, away, np.inf), away + 3.0]
    else:
        reaches = [out, *(out + far * height for far in _FAR_ALONG)]
        costs = [away + 0.5, *(away + 4 + far for far in _FAR_ALONG)]
    moved = points[:, None] + unit[:, None] * np.stack(reaches, axis=1)[..., None]
    starts = np.full(moved.shape, np.nan)
    if not roomy:
        starts[:, 1:] = points[:, None]
    middles, half = moved.reshape(-1, 2), np.array([width, height]) / 2
    offers = Offers(
        np.hstack([middles - half, middles + half]),
        np.stack(costs, axis=1).ravel(),
        starts.reshape(-1, 2),
    )
    return offers.some(np.isfinite(offers.costs))


def _overlaps(boxes: Floats, others: Floats) -> NDArray[np.bool_]:
    """Tell which boxes share more than an edge with which others, shape (boxes, others)."""
    west, south, east, north = boxes.T[..., None]
    west_of, south_of, east_of, north_of = others.T
    shared: NDArray[np.bool_] = (
        (west < east_of) & (west_of < east) & (south < north_of) & (south_of < north)
    )
    return shared
