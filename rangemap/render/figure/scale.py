"""The scale bar and the locator globe of a picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely

from rangemap.geodesy import GREATEST_DISTANCE_M, WGS84, LonLat
from rangemap.io.basemap import read_world
from rangemap.render.figure.canvas import Canvas
from rangemap.render.figure.labels import Box
from rangemap.render.figure.projection import (
    Azimuthal,
    ProjectionName,
)
from rangemap.render.figure.view import (
    View,
)
from rangemap.render.style import COAST, INK
from rangemap.wording.language import Language
from rangemap.wording.quantities import METRES

_LOCATOR_BELOW_M: Final = 9_000_000.0  # a wider view needs none
_DOT_BELOW_M: Final = 500_000.0
_SCALE_BAR_SHARE: Final = 0.22


def _scale(view: View, unit: str, language: Language) -> tuple[float, str]:
    """Return the length of the scale bar in points, and its text."""
    factor = _scale_factor(view)
    available = (view.frame.east - view.frame.west) * _SCALE_BAR_SHARE
    step = _round_number(available * view.metres_per_point / factor / METRES[unit])
    is_radial = view.projection.name is ProjectionName.AEQD
    text = language.translate(
        "scale_from_origin" if is_radial else "scale_at_centre",
        length=language.quantity(f"{step:,g}", unit),
    )
    return step * METRES[unit] * factor / view.metres_per_point, text


def scale_box(
    canvas: Canvas, view: View, unit: str, avoided: Sequence[tuple[float, float]] = ()
) -> Box:
    """Return the box of the scale bar and its text.

    It is in the lower corner where a line of text starts, or in another one where it covers fewer
    of the points ``avoided``.
    """
    size = canvas.size.text * 0.8
    length, text = _scale(view, unit, canvas.language)
    wide, high, gap = max(length, canvas.face.width(text, size)) + size, size * 2.5, size * 0.5
    frame = view.frame.expanded(-gap)
    sides = [frame.west, frame.east - wide]
    if canvas.mirrored:
        sides.reverse()
    corners = [
        Box(west, south, west + wide, south + high)
        for south in (frame.south, frame.north - high)
        for west in sides
    ]
    return min(corners, key=lambda box: covered(box.expanded(size), avoided))


def covered(box: Box, points: Sequence[tuple[float, float]]) -> int:
    """Count the points in a box."""
    return sum(box.west < x < box.east and box.south < y < box.north for x, y in points)


def draw_scale(canvas: Canvas, view: View, unit: str, box: Box) -> None:
    """Draw a scale bar in its box, with the place where it is exact."""
    size = canvas.size.text * 0.8
    length, text = _scale(view, unit, canvas.language)
    start, align, low, high = (
        box.west + size * 0.5,
        "left",
        box.south + size * 0.5,
        box.south + size * 0.95,
    )
    if canvas.mirrored:
        start, align, length = box.east - size * 0.5, "right", -length
    canvas.area("scale", shapely.box(*box), facecolor="white", alpha=0.75)
    bar = [(start, high), (start, low), (start + length, low), (start + length, high)]
    canvas.line("scale", shapely.LineString(bar), color=INK, width=0.9)
    canvas.text("scale", start, low + size * 0.85, text, size, align=align)


def _scale_factor(view: View) -> float:
    """Map metres per metre on the ground, eastwards from the middle of the window."""
    lon, lat = view.projection.inverse(*(np.array([side]) for side in view.window.middle))
    if not np.isfinite(lon[0]):
        return 1.0
    step_m = 1000.0
    east, north, _ = WGS84.fwd(lon[0], lat[0], 90.0, step_m)
    here, there = view.projection.points(np.array([lon[0], east]), np.array([lat[0], north]))
    factor = math.hypot(*(there - here)) / step_m
    return factor if 0.01 < factor < 100 else 1.0


def _round_number(most: float) -> float:
    """Return the largest of 1, 2, 5, 10, 20, 50 ... that does not exceed a number."""
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in (5, 2, 1) if step * power <= most)


def draw_locator(canvas: Canvas, view: View, space: Box) -> None:
    """Draw a globe that shows the window in the lower part of the panel, if there is room."""
    window_m = view.window.east - view.window.west
    side = min(space.east - space.west, space.north - space.south, canvas.size.text * 15)
    if window_m > _LOCATOR_BELOW_M or side < canvas.size.text * 7:
        return
    radius = side / 2
    x = space.west + radius if canvas.mirrored else space.east - radius
    y = space.south + radius
    middle = view.projection.inverse(*(np.array([side]) for side in view.window.middle))
    globe = _Globe(LonLat(float(middle[0][0]), float(middle[1][0])), x, y, radius)
    canvas.area("locator", globe.disc, facecolor=canvas.style.ground.sea)
    world = read_world("low")
    land = [globe.area(part) for parts in world.countries.values() for part in parts]
    parts = [p for shape in land for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    canvas.area("locator", shapely.MultiPolygon(parts), facecolor=canvas.style.ground.land)
    canvas.line("locator", globe.disc.exterior, color=COAST, width=0.6)
    corners = shapely.segmentize(shapely.box(*view.window).exterior, window_m / 24)
    lon, lat = view.projection.inverse(*shapely.get_coordinates(corners).T)
    seen = np.isfinite(lon)
    outline = globe.points(lon[seen], lat[seen])
    canvas.area(
        "locator", shapely.Polygon(outline), facecolor=canvas.style.origin_colour, alpha=0.25
    )
    canvas.line("locator", shapely.LineString(outline), color=canvas.style.origin_colour, width=1.0)
    if window_m < _DOT_BELOW_M:
        canvas.mark(
            "locator",
            (x, y),
            symbol="o",
            size=canvas.size.text * 0.6,
            color=canvas.style.origin_colour,
        )


class _Globe:
    """Half the earth as seen from far above a place, computed from the equidistant map."""

    def __init__(self, centre: LonLat, x: float, y: float, radius: float) -> None:
        self._map = Azimuthal(ProjectionName.AEQD, centre)
        self._quarter_m = GREATEST_DISTANCE_M / 2
        self._half = shapely.Point(0, 0).buffer(self._quarter_m, quad_segs=90)
        self._x, self._y, self._radius = x, y, radius
        self.disc = shapely.Point(x, y).buffer(radius, quad_segs=90)

    def area(self, part: shapely.Polygon) -> Any:
        """Return the part of an area on the visible side."""
        holes = [shapely.get_coordinates(hole) for hole in part.interiors]
        shape = self._map.area(shapely.get_coordinates(part.exterior), holes)
        return shapely.transform(shape.intersection(self._half), self._project)

    def points(self, lon: Any, lat: Any) -> Any:
        """Return positions on the visible side, in points of the picture."""
        return self._project(self._map.points(lon, lat))

    def _project(self, xy: Any) -> Any:
        far = np.hypot(*xy.T)
        angle = np.minimum(far / self._quarter_m, 1.0) * math.pi / 2
        scale = np.divide(np.sin(angle), far, out=np.zeros_like(far), where=far > 0)
        return xy * scale[:, None] * self._radius + [self._x, self._y]
