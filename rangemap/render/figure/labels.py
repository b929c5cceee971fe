"""Labels that do not overlap: each takes the best free place of those offered."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

Point = tuple[float, float]


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

    def overlaps(self, other: Box) -> bool:
        """Tell whether the two share more than an edge."""
        return (
            self.west < other.east
            and other.west < self.east
            and self.south < other.north
            and other.south < self.north
        )

    def within(self, other: Box) -> bool:
        """Tell whether the box lies inside another."""
        return (
            self.west >= other.west
            and self.south >= other.south
            and self.east <= other.east
            and self.north <= other.north
        )


class Offer(NamedTuple):
    """A place for a label: its box, what it costs, and where a leader starts, if one is needed."""

    box: Box
    cost: float
    leader: Point | None = None

    @property
    def line(self) -> shapely.LineString | None:
        """The leader, from where it starts to the nearest point of the box."""
        if self.leader is None:
            return None
        x, y = self.leader
        box = self.box
        end = (min(max(x, box.west), box.east), min(max(y, box.south), box.north))
        return shapely.LineString([self.leader, end])


_LINE_COST: Final = 3.0  # of a ring line that runs through the text
_LABEL_GAP: Final = 1.5


@dataclass
class Board:
    """Where labels stand: the view, what is taken, and the lines that are better left clear."""

    view: Box
    lines: Sequence[BaseGeometry] = ()
    taken: list[Box] = field(default_factory=list)
    leaders: list[shapely.LineString] = field(default_factory=list)
    _tree: shapely.STRtree | None = None

    def take(self, box: Box) -> None:
        """Reserve a box."""
        self.taken.append(box)

    def place(self, offers: Iterable[Offer], *, own: int = -1) -> Offer | None:
        """Reserve and return the cheapest offer that is free, or None.

        ``own`` is the number of the line that the label may interrupt.
        """
        best: Offer | None = None
        best_cost = math.inf
        for offer in offers:
            if offer.cost >= best_cost or not offer.box.within(self.view):
                continue
            room = offer.box.grown(_LABEL_GAP)
            if any(room.overlaps(box) for box in self.taken) or not self._clear(offer):
                continue
            cost = offer.cost + _LINE_COST * self._crossings(offer.box, own)
            if cost < best_cost:
                best, best_cost = offer, cost
        if best is not None:
            self.take(best.box)
            self.leaders += [best.line] if best.line is not None else []
        return best

    def _clear(self, offer: Offer) -> bool:
        """Tell whether no leader runs through a label or another leader."""
        box = shapely.box(*offer.box)
        if any(box.intersects(leader) for leader in self.leaders):
            return False
        line = offer.line
        if line is None:
            return True
        if any(line.intersects(leader) for leader in self.leaders):
            return False
        start = shapely.Point(line.coords[0])
        boxes = (shapely.box(*taken) for taken in self.taken)
        return not any(line.intersects(taken) and not taken.intersects(start) for taken in boxes)

    def _crossings(self, box: Box, own: int) -> int:
        if not len(self.lines):
            return 0
        if self._tree is None:
            self._tree = shapely.STRtree(self.lines)
        hits = self._tree.query(shapely.box(*box), predicate="intersects")
        return int(np.count_nonzero(hits != own))


def beside(x: float, y: float, width: float, height: float, gap: float) -> Iterator[Offer]:
    """Offer the eight places around a point, right first, then farther ones with a leader."""
    sides = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)]
    for turn, (dx, dy) in enumerate(sides):
        slant = 0.75 if dx and dy else 1.0
        yield Offer(
            Box.around(
                x + dx * (width / 2 + gap * slant),
                y + dy * (height / 2 + gap * slant),
                width,
                height,
            ),
            cost=turn * 0.25,
        )
    for far in (1.6, 2.6, 4.0):
        for dx, dy in sides:
            reach = far * height
            box = Box.around(
                x + dx * (width / 2 + reach), y + dy * (height / 2 + reach), width, height
            )
            yield Offer(box, cost=7 + far, leader=(x, y))


def along(
    path: Sequence[Point], middle: Point, width: float, height: float, gap: float
) -> Iterator[Offer]:
    """Offer places on a ring's line, at its top first, then just outside and inside it.

    A ring too small to carry the text on its line is named beside it.
    """
    points = np.asarray(path)
    outward = points - middle
    reach = np.hypot(*outward.T)
    reach[reach == 0] = 1.0
    unit = outward / reach[:, None]
    # From the top: 0 at north, 1 at south.
    turned = np.abs(np.arctan2(unit[:, 0], unit[:, 1])) / math.pi
    roomy = float(reach.min()) > 0.9 * width
    step = max(1, len(points) // 180)
    for index in range(0, len(points), step):
        (x, y), (ux, uy) = points[index], unit[index]
        away = min(turned[index], 1.02 - turned[index] * 0.98) * 6
        if roomy and abs(uy) > 0.6:  # noqa: PLR2004  where the line runs nearly level
            yield Offer(Box.around(x, y, width, height), cost=away)
        out = gap + abs(ux) * width / 2 + abs(uy) * height / 2
        yield Offer(
            Box.around(x + ux * out, y + uy * out, width, height),
            cost=away + (3.0 if roomy else 0.5),
        )
        for far in () if roomy else (2.0, 4.0, 7.0, 10.0):
            beyond = out + far * height
            yield Offer(
                Box.around(x + ux * beyond, y + uy * beyond, width, height),
                cost=away + 4 + far,
                leader=(float(x), float(y)),
            )
