"""The map of a picture: base map, rings, places and labels in a frame."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from rangemap.geodesy.position import Bounds
from rangemap.io.basemap import BaseMap, read_basemap, read_world
from rangemap.render.background.detail import detail_at
from rangemap.render.background.names import TEXT_PX, WATER_FROM_M_PER_PX
from rangemap.render.extent import sites_in_view
from rangemap.render.extract.local_map import NO_LOCAL_MAP, LocalMap, local_map
from rangemap.render.extract.schema import MapClass
from rangemap.render.figure.canvas import Canvas
from rangemap.render.figure.labels import (
    Box,
)
from rangemap.render.figure.projection import Projection
from rangemap.render.style import (
    BAND_OPACITY,
    COAST,
    EDGE,
    EXTREME_DASH_PX,
    INNER_OPACITY,
    MINIMUM_DASH_PX,
    MOST_FILLED,
    RIVER,
    LineStyle,
    fill_strength,
)
from rangemap.rings import Line, RangeRing
from rangemap.scenario.origins import Origin
from rangemap.scenario.selection import Selection

_DOTTED_WIDTH: Final = 0.62  # width of dotted lines, times the solid line's
_LABEL_SPACE: Final = 1.8  # times the text size
_MARGIN: Final = 0.07  # around the rings, times their width
_SAMPLES: Final = 97  # positions each way by which the tiles of a view are found
_AROUND: Final = 0.02  # of the window, so that lines at its edge are included
_RIVERS: Final = (
    (0.0, 0.4, 0.4),
    (0.4, 9.0, 0.8),
)  # widths in the source, from and to, and in points


@dataclass(frozen=True, eq=False)
class View:
    """A projection and the part of it that fills a frame (a box in points)."""

    projection: Projection
    frame: Box
    window: Box
    """The visible part, metres on the projection, with the frame's proportions."""
    requested_detail: str | None = None
    """The detail of the base map, if it does not depend on the scale."""
    text: float = 9.5
    """Size of the text of labels, points."""
    local: LocalMap = NO_LOCAL_MAP
    """The part of the user's extracts in the map."""

    @property
    def metres_per_point(self) -> float:
        """Metres of the projection per point of the picture."""
        return (self.window.east - self.window.west) / (self.frame.east - self.frame.west)

    def to_points(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Convert metres on the projection to points of the picture."""
        corner = [self.window.west, self.window.south]
        moved: NDArray[np.float64] = (xy - corner) / self.metres_per_point
        return np.add(moved, [self.frame.west, self.frame.south])

    def clipped(self, shape: BaseGeometry) -> BaseGeometry:
        """Clip a projected shape to the window and convert it to points; the result is valid."""
        cut = (shape if shape.is_valid else shapely.make_valid(shape)).intersection(
            shapely.box(*self.window)
        )
        points = shapely.transform(cut, self.to_points)
        if not points.is_valid:  # rounding may cross its edges
            points = shapely.make_valid(points, method="structure", keep_collapsed=False)
        return points

    def line(self, paths: Iterable[NDArray[np.float64]]) -> BaseGeometry:
        """Project lines, clip them to the window and convert them to points."""
        parts = [part for path in paths for part in self.projection.line(path)]
        if not parts:
            return shapely.MultiLineString()
        cut = shapely.clip_by_rect(shapely.multilinestrings(
            [shapely.LineString(part) for part in parts]), *self.window)  # fmt: skip
        return shapely.transform(cut, self.to_points)

    def place(self, lon: float, lat: float) -> tuple[float, float] | None:
        """Return a position in points of the picture; None outside the frame."""
        xy = self.projection.points(np.array([lon]), np.array([lat]))
        x, y = self.to_points(xy)[0]
        west, south, east, north = self.frame
        return (float(x), float(y)) if west <= x <= east and south <= y <= north else None

    @property
    def metres_per_px(self) -> float:
        """Metres per pixel of a screen on which the text has the size it has on pages."""
        return self.metres_per_point * self.text / TEXT_PX

    @cached_property
    def detail(self) -> str:
        """The base map detail that suits this scale."""
        return self.requested_detail or detail_at(self.metres_per_px)

    @cached_property
    def positions(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Longitudes and latitudes of positions all over the window."""
        west, south, east, north = self.window
        around = _AROUND * max(east - west, north - south)
        x, y = np.meshgrid(
            np.linspace(west - around, east + around, _SAMPLES),
            np.linspace(south - around, north + around, _SAMPLES),
        )
        lon, lat = self.projection.inverse(x.ravel(), y.ravel())
        seen = np.isfinite(lon) & np.isfinite(lat)
        return lon[seen], lat[seen]

    @property
    def box(self) -> tuple[float, float, float, float] | None:
        """West, south, east and north of the window, degrees; None if it is as wide as the earth."""
        lon, lat = self.positions
        if not lon.size:
            return None
        middle = self.projection.inverse(*(np.array([side]) for side in self.window.middle))[0][0]
        turned = (lon - middle + 180) % 360 - 180 + middle
        if not np.isfinite(middle) or np.ptp(turned) > 180:
            return None
        return float(turned.min()), float(lat.min()), float(turned.max()), float(lat.max())

    @cached_property
    def base(self) -> BaseMap:
        """The part of the base map in this view."""
        return (
            read_world("low")
            if self.detail == "low"
            else read_basemap(self.detail, *self.positions)
        )

    @cached_property
    def countries(self) -> dict[str, BaseGeometry]:
        """The parts of the countries in this view, in points."""
        found = {name: self.areas(parts) for name, parts in self.base.countries.items()}
        return {name: shape for name, shape in found.items() if not shape.is_empty}

    @cached_property
    def lakes(self) -> BaseGeometry:
        """The lakes in this view, in points; none where they are not accurate enough."""
        return self.areas(self.base.lakes if self.shows_waters else ())

    @cached_property
    def borders(self) -> BaseGeometry:
        """The built-in borders in this view, in points, without those that an extract has itself."""
        borders = self.line(self.base.borders)
        own = self.line(self.local.lines.get(MapClass.BORDER, ()))
        return borders if own.is_empty else borders.difference(shapely.box(*own.bounds))

    @property
    def shows_waters(self) -> bool:
        """Whether lakes and rivers are accurate enough at this scale."""
        return self.metres_per_px >= WATER_FROM_M_PER_PX

    def areas(self, parts: Iterable[shapely.Polygon]) -> shapely.MultiPolygon:
        """Project areas, clip them to the window and convert them to points."""
        window = shapely.box(*self.window)
        shapes = (
            self.projection.area(
                shapely.get_coordinates(part.exterior),
                [shapely.get_coordinates(hole) for hole in part.interiors],
            )
            for part in parts
        )
        pieces = [
            piece
            for shape in shapes
            if shapely.intersects(shape, window)
            for piece in shapely.get_parts(self.clipped(shape))
        ]
        return shapely.MultiPolygon(
            [piece for piece in pieces if piece.geom_type == "Polygon" and not piece.is_empty]
        )


def make_view(
    projection: Projection,
    frame: Box,
    selection: Selection,
    rings: Sequence[RangeRing],
    *,
    text: float,
) -> View:
    """Choose the window: the requested extent, else all rings and the sites near them."""
    needed = needed_box(projection, frame, selection, rings, text=text)
    view = fitted_view(projection, frame, needed, detail=selection.look.detail, text=text)
    return replace(view, local=local_map(selection))


def needed_box(
    projection: Projection,
    frame: Box,
    selection: Selection,
    rings: Sequence[RangeRing],
    *,
    text: float,
) -> Box:
    """Return what a map in a frame has to show, metres on the projection."""
    extent = selection.look.extent
    if extent is None:
        return _all_rings(projection, frame, selection, rings, text=text)
    return _box_of(projection, extent)


def fitted_view(
    projection: Projection, frame: Box, needed: Box, *, detail: str | None, text: float
) -> View:
    """Return the view with the smallest window of a frame's proportions around a box."""
    west, south, east, north = needed
    ratio = (frame.east - frame.west) / (frame.north - frame.south)
    height = max(north - south, (east - west) / ratio)
    window = Box.around((west + east) / 2, (south + north) / 2, height * ratio, height)
    return View(projection, frame, window, detail, text)


def _box_of(projection: Projection, extent: Bounds) -> Box:
    """Return the box around the area between two meridians and two parallels."""
    side = np.linspace(0, 1, 100)
    lon, lat = (
        extent.west + side * (extent.east - extent.west),
        extent.south + side * (extent.north - extent.south),
    )
    edges = [(lon, np.full(100, parallel)) for parallel in (extent.south, extent.north)]
    edges += [(np.full(100, meridian), lat) for meridian in (extent.west, extent.east)]
    xy = np.concatenate([projection.points(*edge) for edge in edges])
    return Box(*np.nanmin(xy, axis=0).tolist(), *np.nanmax(xy, axis=0).tolist())


def _all_rings(
    projection: Projection,
    frame: Box,
    selection: Selection,
    rings: Sequence[RangeRing],
    *,
    text: float,
) -> Box:
    widest: dict[Origin, RangeRing] = {}
    for ring in sorted(rings, key=lambda ring: ring.system.band.high_m):
        widest[ring.origin] = ring
    boxes = [_reach(projection, ring).bounds for ring in widest.values()]
    sites = selection.sites
    if len(sites):
        near = sites_in_view(selection).any(axis=0)
        xy = projection.points(sites.lon[near], sites.lat[near])
        boxes += [(x, y, x, y) for x, y in xy if not math.isnan(x)]
    west, south, east, north = _hull(boxes)
    # At least enough margin for a label outside the outermost ring.
    margin_at_label = _LABEL_SPACE * text
    free = (
        (north - south)
        / max(frame.north - frame.south - 2 * margin_at_label, margin_at_label)
        * margin_at_label
    )
    pad = max(_MARGIN * max(east - west, north - south), free)
    earth = projection.earth.bounds
    west, south = max(west - pad, earth[0]), max(south - pad, earth[1])
    return Box(west, south, min(east + pad, earth[2]), min(north + pad, earth[3]))


def _reach(projection: Projection, ring: RangeRing) -> BaseGeometry:
    """Return where any claim reaches, projected."""
    if ring.origin.area is None:
        return projection.disc(ring.origin.lonlat, ring.system.band.high_m)
    return projection.covered(shapely.union(ring.inner, ring.band), paths_of(ring.high))


def _hull(boxes: Sequence[tuple[float, ...]]) -> tuple[float, float, float, float]:
    sides = np.array(boxes)
    west, south = sides[:, :2].min(axis=0)
    east, north = sides[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def draw_base(canvas: Canvas, view: View) -> BaseGeometry:
    """Draw sea, land, lakes, rivers, coasts and borders, and return the land in points."""
    base, ground = view.base, canvas.style.ground
    frame = shapely.box(*view.frame)
    earth = view.clipped(view.projection.earth)
    canvas.area("sea", earth, facecolor=ground.sea)
    areas = [part for shape in view.countries.values() for part in shapely.get_parts(shape)]
    canvas.area("land", shapely.MultiPolygon(areas), facecolor=ground.land)
    if view.shows_waters:
        for least, most, width in _RIVERS:
            rivers = [line for wide, line in base.rivers if least <= wide < most]
            canvas.line("rivers", view.line(rivers), color=RIVER, width=width)
        canvas.area("lakes", view.lakes, facecolor=ground.sea)
        canvas.line("lakes", view.line(base.shores), color=COAST, width=0.4)
    canvas.line("coasts", view.line(base.coasts), color=COAST, width=0.5)
    canvas.line("borders", view.borders, color=ground.border, width=0.5, dash=(4, 2.5))
    if not earth.covers(frame):
        canvas.line("coasts", earth.boundary, color=EDGE, width=0.7)
    return shapely.MultiPolygon(areas)


class RingLines(NamedTuple):
    """The lines of a ring in points; missing ones are left out or empty."""

    headline: BaseGeometry
    others: dict[str, BaseGeometry]


def ring_lines(view: View, ring: RangeRing) -> RingLines:
    """Convert the lines of a ring to points."""
    named = {"low": ring.low, "high": ring.high, "minimum": ring.minimum}
    others = {
        name: view.line(paths_of(line))
        for name, line in named.items()
        if line is not None and line is not ring.headline
    }
    return RingLines(view.line(paths_of(ring.headline)), others)


def paths_of(line: Line | None) -> list[NDArray[np.float64]]:
    """Return the paths of a line; none if there is no line."""
    return [] if line is None else list(line.paths)


def draw_fills(
    canvas: Canvas,
    view: View,
    rings: Sequence[RangeRing],
    styles: Sequence[LineStyle],
    tinted: BaseGeometry | None,
) -> None:
    """Fill the rings where they are within ``tinted``, an area in points; None for nowhere.

    More than `MOST_FILLED` are not filled: each would be too pale to be seen.
    """
    if tinted is None or len(rings) > MOST_FILLED:
        return
    within = shapely.union_all(shapely.get_parts(tinted))  # borders would cut the fills
    shapely.prepare(within)
    strength = fill_strength(len(rings))
    for ring, style in zip(rings, styles, strict=True):
        inner, band = _zones(view.projection, ring)
        for name, zone, opacity in (("inner", inner, INNER_OPACITY), ("band", band, BAND_OPACITY)):
            layer = f"fill-{name}-{_slug(ring)}"
            area = view.clipped(zone).intersection(within)
            canvas.area(layer, area, facecolor=style.line, alpha=opacity * strength)


def draw_rings(
    canvas: Canvas,
    rings: Sequence[RangeRing],
    styles: Sequence[LineStyle],
    lines: Sequence[RingLines],
) -> None:
    """Draw the lines of the rings."""
    width = line_width(canvas)
    for ring, style, (headline, others) in zip(rings, styles, lines, strict=True):
        for name, line in others.items():
            dash, cap = (
                (MINIMUM_DASH_PX, "round") if name == "minimum" else (EXTREME_DASH_PX, "butt")
            )
            canvas.line(
                f"line-{name}-{_slug(ring)}", line, color=style.line,
                width=width * _DOTTED_WIDTH, dash=dash, cap=cap,
            )  # fmt: skip
        layer = f"line-headline-{_slug(ring)}"
        canvas.line(layer, headline, color=style.line, width=width, dash=style.dash_px)


def line_width(canvas: Canvas) -> float:
    """Width of a solid ring line, points."""
    return 0.17 * canvas.size.text + 0.15


def _zones(projection: Projection, ring: RangeRing) -> tuple[BaseGeometry, BaseGeometry]:
    """Return the area that all claims reach and the area where they differ, projected."""
    if ring.origin.area is not None:
        low, high = (paths_of(line) for line in (ring.low, ring.high))
        return projection.covered(ring.inner, low), projection.covered(ring.band, [*low, *high])
    band, origin = ring.system.band, ring.origin.lonlat
    reach = projection.disc(origin, band.high_m)
    inner = reach if band.low_m == band.high_m else projection.disc(origin, band.low_m)
    if band.min_m is not None and band.max_min_m is not None:
        reach = reach.difference(projection.disc(origin, band.min_m))
        inner = inner.difference(projection.disc(origin, band.max_min_m))
    return inner, reach.difference(inner)


def _slug(ring: RangeRing) -> str:
    return "range" if ring.system.weapon is None else ring.system.weapon.id
