"""How far a drawn ring deviates from the true one, and which places it misjudges.

Distances are Karney's by PROJ (`pyproj.Geod`), which the tests compare with GeographicLib's own
programs. A drawing is the output of a tool: paths in longitude and latitude with straight edges,
as every tool and RFC 7946 draw them.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from comparisons.accuracy.cases import Circle

RIGHT = 1e-4  # of the radius: what rangemap promises
FINE = 1e-2  # of the radius: four pixels on a circle 800 pixels wide
BAND = FINE  # places nearer to the ring than this are not tested
ALONG = np.linspace(0, 1, 22)[1:-1, None, None]
PLACES = 4000
SEED = 20030503
WGS84 = Geod(ellps="WGS84")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Drawing:
    """What a tool drew: paths, the area if it fills one, and its own test of what that covers."""

    paths: Sequence[Floats]
    area: BaseGeometry | None = None
    covers: Callable[[Floats, Floats], NDArray[np.bool_]] | None = None


@dataclass(frozen=True)
class Score:
    """``line`` is the largest deviation of the line, relative to the radius; None if none is drawn.

    ``misplaced`` is the share of test places on the wrong side of the filled area, None if a tool
    draws only a line; ``wrong`` are the named places on the wrong side. ``area`` is the error
    relative to the true area; ``exists`` is whether there is such a ring.
    """

    line: float | None
    misplaced: float | None
    wrong: tuple[str, ...] = ()
    area: float | None = None
    exists: bool = True

    @property
    def grade(self) -> str:
        if self.misplaced or self.wrong or (self.line is not None and not self.exists):
            return "wrong"
        line = self.line or 0.0
        return "right" if line <= RIGHT else "fine" if line <= FINE else "wrong"


def drawing_of(area: BaseGeometry) -> Drawing:
    """Take the outline of a polygon in longitude and latitude as the line."""
    rings = [ring for part in shapely.get_parts(area) if part.geom_type == "Polygon" for ring in (part.exterior, *part.interiors)]  # fmt: skip
    return Drawing([shapely.get_coordinates(ring) for ring in rings], area, partial(holds, area))


def score(circle: Circle, drawing: Drawing) -> Score:
    true_m2 = circle.expected["area_m2"]
    exists = true_m2 is not None
    line = largest_stray(circle, drawing.paths)
    if drawing.covers is None or not all(np.isfinite(path).all() for path in drawing.paths):
        return Score(line, None, exists=exists)
    lon, lat = test_places(circle)
    there_m = distance_m(circle, lon, lat)
    clear = np.abs(there_m - circle.radius_m) > BAND * circle.radius_m
    off = drawing.covers(lon, lat)[clear] != (there_m <= circle.radius_m)[clear]
    names = list(circle.places)
    named = np.array(list(circle.places.values()), dtype=float).reshape(-1, 2)
    inside = drawing.covers(*named.T).tolist()
    wrong = tuple(name for name, found in zip(names, inside, strict=True) if found != circle.inside[name])  # fmt: skip
    area = area_m2(drawing.area) / true_m2 - 1 if drawing.area is not None and exists else None
    return Score(line, float(off.mean()), wrong, area, exists)


def largest_stray(circle: Circle, paths: Sequence[Floats]) -> float | None:
    """Measure 20 points of each edge, except edges that only close an area at the map's border."""
    worst = None
    for path in paths:
        if not np.isfinite(path).all():
            return math.inf
        ends, others = path[:-1], path[1:]
        # Some tools end their map a few metres short of 180 degrees.
        at_border = (np.abs(np.abs(path) - [180, 90]) < 1e-3) * np.sign(path)
        kept = ~((at_border[:-1] != 0) & (at_border[:-1] == at_border[1:])).any(axis=1)
        points = ends[kept] + ALONG * (others - ends)[kept]
        lon, lat = points.reshape(-1, 2).T
        if not lon.size:
            continue
        if np.abs(lat).max() > 90:
            return math.inf
        stray_m = np.abs(distance_m(circle, lon, lat) - circle.radius_m).max()
        worst = max(worst or 0.0, float(stray_m / circle.radius_m))
    return worst


def test_places(circle: Circle) -> tuple[Floats, Floats]:
    """Choose places around the origin and all over the globe, including the poles."""
    rng = np.random.default_rng(SEED)
    near = PLACES // 2
    there_m = np.minimum(2 * circle.radius_m * np.sqrt(rng.uniform(0, 1, near)), 20_000_000)
    start = np.full(near, circle.lon), np.full(near, circle.lat)
    lon, lat, _ = WGS84.fwd(*start, rng.uniform(-180, 180, near), there_m)
    far = PLACES - near - 2
    lons = [lon, rng.uniform(-180, 180, far), np.zeros(2)]
    return np.concatenate(lons), np.concatenate([lat, np.degrees(np.arcsin(rng.uniform(-1, 1, far))), [90, -90]])  # fmt: skip


def distance_m(circle: Circle, lon: Floats, lat: Floats) -> Floats:
    start = np.full_like(lon, circle.lon), np.full_like(lat, circle.lat)
    found: Floats = WGS84.inv(*start, lon, lat)[2]
    return found


def holds(area: BaseGeometry, lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    """Whether an area covers each place, in our world or a neighbouring one."""
    found = [shapely.intersects_xy(area, lon + world, lat) for world in (-360, 0, 360)]
    covered: NDArray[np.bool_] = np.logical_or.reduce(found)
    return covered


def area_m2(area: BaseGeometry) -> float:
    """Add up the geodesic area of a polygon whose edges are straight in longitude and latitude.

    It is cut into pieces that contain no pole, and its edges are made short.
    """
    total_m2 = 0.0
    valid = area if area.is_valid else shapely.make_valid(area)
    west, _, east, _ = valid.bounds
    for left in np.arange(math.floor(west / 90) * 90, east, 90):
        for bottom in (-90, 0):
            piece = valid.intersection(shapely.box(left, bottom, left + 90, bottom + 90))
            for part in shapely.get_parts(piece):
                if part.geom_type == "Polygon":
                    dense = shapely.orient_polygons(shapely.segmentize(part, 0.1))
                    total_m2 += WGS84.geometry_area_perimeter(dense)[0]
    return total_m2
