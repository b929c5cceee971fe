"""Pieces of the region within a distance of an area: strips, sectors and discs.

A point at the distance R from an area lies on the geodesic that leaves the border at a right angle at its
nearest point, or in the outer angle of a corner there. All such points of the border's short edges and
corners are *offsets*. An offset that is nearer to the area than R belongs to a part that others hide. A
neighbour of an offset cannot be farther from the area than the two are apart, so that an edge is left out
only if all its offsets are nearer by more than the distance between them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from rangemap.geodesy.area import Area, longest_distance_m
from rangemap.geodesy.border import Border, Floats, Indices
from rangemap.geodesy.geodesic import WGS84
from rangemap.geodesy.position import LonLat
from rangemap.geodesy.region import WHOLE_EARTH, disc

Flags = NDArray[np.bool_]

_STRIPS_UP_TO_M: Final = 1_500_000.0  # larger ones are too curved on the map
_LONGEST_STRIP_M: Final = 40_000.0
_POLE_MARGIN_M: Final = 500_000.0  # strips this near to a pole are strongly curved on the map
_OVERLAP_DEG: Final = 0.6  # of sectors with strips, so that no slit is left between them
_STRAIGHT_DEG: Final = 1e-6  # at a smaller turn, strips share their side
_SAMPLE_DEG: Final = 2.0  # between the offsets at a corner
_SLACK: Final = 0.002  # of the radius
_STRAIGHT_SHARE: Final = 0.4  # of the tolerance, for the outer edge of a strip
_HIGHEST_LAT: Final = 86.0  # nearer to a pole there are no strips
_DEGREE_M: Final = 111_000.0
_WORLDS: Final = (-1, 0, 1)


def make_pieces(area: Area, radius_m: float, tolerance: float) -> NDArray[Any]:
    """Return polygons that are inside the coverage of an area and contain all of its rim.

    Parameters
    ----------
    area : Area
        The area.
    radius_m : float
        The distance, metres.
    tolerance : float
        Largest deviation of the pieces' outer edges, as a fraction of the radius; they use
        about half of it.

    Returns
    -------
    ndarray of Polygon or MultiPolygon
        Canonical regions; they overlap.
    """
    step = math.sqrt(4 * tolerance)  # radians, or times the radius: arcs of this angle
    discs = _Offsets(area.border.cut(step * radius_m), radius_m)
    if radius_m > _STRIPS_UP_TO_M:
        edges, corners = discs.survivors(area)
        return _discs(discs.points(edges, corners), radius_m, tolerance)
    strips = _Offsets(area.border.cut(_strip_lengths(area.border, radius_m, tolerance)), radius_m)
    edges, corners = strips.survivors(area)
    pieces = [strips.strips(edges & ~strips.polar), strips.sectors(corners & ~strips.polar, step)]
    if (strips.polar & (edges | corners)).any():
        edges, corners = discs.survivors(area)
        points = discs.points(edges & discs.polar, corners & discs.polar)
        pieces.append(_discs(points, radius_m, tolerance))
    return np.concatenate(pieces)


def _strip_lengths(border: Border, radius_m: float, tolerance: float) -> Floats:
    """Return how long the edges may be whose strips are straight enough on the map, metres."""
    highest = np.maximum(*np.abs([border.starts[:, 1], border.ends[:, 1]])) + radius_m / _DEGREE_M
    # The more meridians converge, the more does a straight edge on the map bend on the globe.
    bend = np.tan(np.radians(np.minimum(highest, _HIGHEST_LAT)))
    straight_m = np.sqrt(8 * _STRAIGHT_SHARE * tolerance * radius_m * WGS84.a / bend)
    most_m = min(radius_m / 4, _LONGEST_STRIP_M) * math.sqrt(tolerance / 1e-4)
    lengths: Floats = np.minimum(straight_m, most_m)
    return lengths


@dataclass(frozen=True, slots=True)
class _Offsets:
    """The edges of a border with the offsets of their starts, middles and ends.

    Angles are azimuths, degrees. ``turn`` is the outer angle of the corner at the start of each edge,
    360 degrees if no edge ends there.
    """

    border: Border
    radius_m: float
    incoming: Floats
    turn: Floats
    polar: Flags
    at_start: Floats
    at_middle: Floats
    at_end: Floats

    def __init__(self, border: Border, radius_m: float) -> None:
        starts, ends = border.starts, border.ends
        steps = ends - starts
        leaving = _azimuth(starts, steps)
        incoming = np.where(border.previous < 0, leaving, _azimuth(starts, steps[border.previous]))
        turn = (incoming - leaving + 180) % 360 - 180
        turn = np.where(turn < -179, turn + 360, turn)  # the end of a spike
        turn = np.where(border.previous < 0, 360.0, turn)
        middles = starts + steps / 2
        at_start = _offset(starts, leaving + 90, radius_m)
        at_end = _offset(ends, _azimuth(ends, steps) + 90, radius_m)
        straight = np.flatnonzero(np.abs(turn) < _STRAIGHT_DEG)
        at_end[border.previous[straight]] = at_start[straight]
        from_pole = 90 - np.maximum(*np.abs([starts[:, 1], ends[:, 1]]))
        polar = from_pole * _DEGREE_M < radius_m * 1.05 + _POLE_MARGIN_M
        values = {
            "border": border, "radius_m": radius_m, "incoming": incoming, "turn": turn, "polar": polar,
            "at_start": at_start, "at_middle": _offset(middles, _azimuth(middles, steps) + 90, radius_m),
            "at_end": at_end,
        }  # fmt: skip
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def survivors(self, area: Area) -> tuple[Flags, Flags]:
        """Return which edges and which corners may reach as far as any part of the border."""
        offsets = np.stack([self.at_start, self.at_middle, self.at_end])
        apart_m = np.maximum(_distance_m(*offsets[:2]), _distance_m(*offsets[1:]))
        reaches = [self._is_far(area, each, apart_m) for each in offsets]
        edges = reaches[0] | reaches[1] | reaches[2]
        corner, azimuths = self._samples(np.flatnonzero(self.turn > _STRAIGHT_DEG), _SAMPLE_DEG)
        arc_m = np.full(len(corner), math.radians(_SAMPLE_DEG) * self.radius_m)
        at = _offset(self.border.starts[corner], azimuths, self.radius_m)
        corners = np.zeros(len(self.border), dtype=bool)
        corners[corner[self._is_far(area, at, arc_m)]] = True
        has_previous = self.border.previous >= 0
        corners |= (
            (self.turn > -1)
            & (np.abs(self.turn) > _STRAIGHT_DEG)
            & (edges | (edges[self.border.previous] & has_previous))
        )
        return edges, corners

    def _is_far(self, area: Area, offsets: Floats, apart_m: Floats) -> Flags:
        chords = np.sqrt(area.squared_chords(wrapped(offsets[:, 0]), offsets[:, 1]))
        most_m = longest_distance_m(chords)
        far: Flags = most_m >= self.radius_m * (1 - _SLACK) - 0.55 * apart_m
        return far

    def _samples(
        self, corners: Indices, step_deg: float, extra_deg: float = 0.0
    ) -> tuple[Indices, Floats]:
        """Return azimuths at most a step apart across the outer angles of corners, and whose they are."""
        angle = np.maximum(self.turn[corners], 0) + 2 * extra_deg
        number = np.ceil(angle / step_deg).clip(1).astype(np.intp) + 1
        corner = np.repeat(np.arange(len(corners)), number)
        place = np.arange(len(corner)) - (np.cumsum(number) - number)[corner]
        first = self.incoming[corners] + 90 + extra_deg
        return corners[corner], first[corner] - angle[corner] * place / (number[corner] - 1)

    def strips(self, edges: Flags) -> NDArray[Any]:
        """Return the quadrilaterals between edges and their offsets."""
        starts, ends = self.border.starts[edges], self.border.ends[edges]
        at_start = _near(self.at_start[edges], starts)
        at_end = _near(self.at_end[edges], starts)
        corners = np.stack([starts, at_start, at_end, ends, starts], axis=1)
        shapes = shapely.polygons(corners)
        return _into_world(shapes[shapely.is_valid(shapes)])

    def sectors(self, corners: Flags, step: float) -> NDArray[Any]:
        """Return the sectors at corners; their arcs have edges of at most ``step`` radians."""
        numbers = np.flatnonzero(corners)
        if not len(numbers):
            return np.empty(0, dtype=object)
        corner, azimuths = self._samples(numbers, math.degrees(step), _OVERLAP_DEG)
        centres = self.border.starts[corner]
        arcs = _near(_offset(centres, azimuths, self.radius_m), centres)
        first = np.flatnonzero(np.diff(corner, prepend=-1))
        rings = np.insert(arcs, first, self.border.starts[corner[first]], axis=0)
        ring = np.insert(corner, first, corner[first])
        whole = np.searchsorted(numbers, ring)
        shapes = shapely.polygons(shapely.linearrings(rings, indices=whole))
        return _into_world(shapely.make_valid(shapes))

    def points(self, edges: Flags, corners: Flags) -> Floats:
        """Return the ends of edges and the corners, each once."""
        border = self.border
        every = [border.starts[edges | corners], border.ends[edges]]
        return np.unique(np.concatenate(every), axis=0)


def wrapped(lon: Floats) -> Floats:
    """Return longitudes in [-180, 180)."""
    return (lon + 180) % 360 - 180


def _discs(points: Floats, radius_m: float, tolerance: float) -> NDArray[Any]:
    regions = [
        disc(LonLat(*xy), radius_m, tolerance=tolerance / 2).region for xy in points.tolist()
    ]
    return np.array(regions, dtype=object)


def _azimuth(points: Floats, steps: Floats) -> Floats:
    """Return the azimuth at points of edges with some steps in longitude and latitude."""
    phi = np.radians(points[:, 1])
    w = np.sqrt(1 - WGS84.es * np.sin(phi) ** 2)
    east, north = steps[:, 0] * np.cos(phi) / w, steps[:, 1] * (1 - WGS84.es) / w**3
    azimuth: Floats = np.degrees(np.arctan2(east, north))
    return azimuth


def _offset(points: Floats, azimuth: Floats, radius_m: float) -> Floats:
    lon, lat, _ = WGS84.fwd(points[:, 0], points[:, 1], azimuth, np.full(len(points), radius_m))
    return np.column_stack([lon, lat])


def _distance_m(one: Floats, other: Floats) -> Floats:
    found: Floats = WGS84.inv(*one.T, *other.T)[2]
    return found


def _near(points: Floats, references: Floats) -> Floats:
    """Return points in the world that is nearest to references.

    Longitudes that need no shift keep every bit, so that pieces with a common side meet exactly.
    """
    worlds = np.round((references[:, 0] - points[:, 0]) / 360)
    return np.column_stack([points[:, 0] + 360 * worlds, points[:, 1]])


def _into_world(shapes: NDArray[Any]) -> NDArray[Any]:
    """Cut polygons to [-180, 180]; what is beyond belongs to the other side."""
    bounds = shapely.bounds(shapes)
    beyond = (bounds[:, 0] < -180) | (bounds[:, 2] > 180)
    parts = [shapes[~beyond]]
    for world in _WORLDS:
        moved = shapely.transform(shapes[beyond], lambda xy, w=world: np.add(xy, [360.0 * w, 0.0]))
        cut = shapely.get_parts(shapely.intersection(moved, WHOLE_EARTH))
        parts.append(cut[(shapely.get_dimensions(cut) == 2) & ~shapely.is_empty(cut)])
    return np.concatenate(parts)
