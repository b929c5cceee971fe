"""The map of a picture: base map, rings, places and labels in a frame."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from rangemap.catalogue import limits_of, ring_label
from rangemap.geodesy import distance_m
from rangemap.geodesy.position import Bounds
from rangemap.render.extent import sites_in_view
from rangemap.render.figure.atlas import Name, read_atlas, read_towns
from rangemap.render.figure.canvas import GREY, INK, Canvas
from rangemap.render.figure.labels import (
    Box,
    Candidate,
    Candidates,
    LabelPlacer,
    along_line,
    around_point,
    with_leader,
)
from rangemap.render.figure.projection import Projection
from rangemap.render.figure.typeface import ASCENT, DESCENT, single_line
from rangemap.render.palette import (
    BAND_OPACITY,
    BORDER,
    COAST,
    INNER_OPACITY,
    LAND,
    SEA,
    Drawing,
    fill_strength,
)
from rangemap.rings import RangeRing
from rangemap.scenario.origins import Origin, origins_of
from rangemap.scenario.selection import Selection
from rangemap.text import isolated
from rangemap.wording.figures import ENGLISH, displayed_distance

_RIM: Final = "#9aa7b0"
_COUNTRY: Final = "#857f6b"
_DOTTED_WIDTH: Final = 0.62  # width of dotted lines, times the solid line's
_BACKGROUND: Final = 0.8  # size of town and country names, times the text size
_DOT: Final = 2.4
_RING_GAP: Final = 2.5  # points between a ring and its label next to it
_LEADER_CLEARANCE: Final = (
    4.0  # points between other rings and a label with a leader, if there is room
)
_LEADER_END_SIZE: Final = 3.6  # diameter of a leader's dot on its ring
_LABEL_SPACE: Final = 1.8  # times the text size
_MARGIN: Final = 0.07  # around the rings, times their width
_MANY_PLACES: Final = 40
_LOW_ABOVE_M: Final = 7_000_000.0
_HIGH_BELOW_M: Final = 400_000.0
_ZOOM_0_M: Final = 156_543.0  # metres per CSS pixel at zoom 0 of a web map


@dataclass(frozen=True, eq=False)
class View:
    """A projection and the part of it that fills a frame (a box in points)."""

    projection: Projection
    frame: Box
    window: Box
    """The visible part, metres on the projection, with the frame's proportions."""
    requested_detail: str | None = None
    """The detail of the base map, if it does not depend on the scale."""

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
        """Clip a projected shape to the window and convert it to points."""
        if not shape.is_valid:
            shape = shapely.make_valid(shape)
        return shapely.transform(shape.intersection(shapely.box(*self.window)), self.to_points)

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

    @cached_property
    def detail(self) -> str:
        """The base map detail that suits this scale."""
        if self.requested_detail is not None:
            return self.requested_detail
        width_m = self.window.east - self.window.west
        return "low" if width_m > _LOW_ABOVE_M else "medium" if width_m > _HIGH_BELOW_M else "high"

    @cached_property
    def zoom(self) -> float:
        """The zoom of a web map at this scale."""
        return math.log2(_ZOOM_0_M / (self.metres_per_point * 0.75))


def make_view(
    projection: Projection,
    frame: Box,
    selection: Selection,
    rings: Sequence[RangeRing],
    *,
    text: float,
) -> View:
    """Choose the window: the requested extent, else all rings and the sites near them."""
    extent = selection.look.extent
    if extent is None:
        west, south, east, north = _all_rings(projection, frame, selection, rings, text=text)
    else:
        west, south, east, north = _box_of(projection, extent)
    ratio = (frame.east - frame.west) / (frame.north - frame.south)
    height = max(north - south, (east - west) / ratio)
    window = Box.around((west + east) / 2, (south + north) / 2, height * ratio, height)
    return View(projection, frame, window, selection.look.detail)


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
    reaches_m: dict[Origin, float] = {}
    for ring in rings:
        reaches_m[ring.origin] = max(reaches_m.get(ring.origin, 0.0), ring.system.band.high_m)
    boxes = [
        projection.disc(origin.lonlat, reach_m).bounds for origin, reach_m in reaches_m.items()
    ]
    sites = selection.sites
    if len(sites):
        near = sites_in_view(selection, rings).any(axis=0)
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


def _hull(boxes: Sequence[tuple[float, ...]]) -> tuple[float, float, float, float]:
    sides = np.array(boxes)
    west, south = sides[:, :2].min(axis=0)
    east, north = sides[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def draw_base(canvas: Canvas, view: View) -> None:
    """Draw sea, land, coasts and borders."""
    atlas = read_atlas(view.detail)
    frame = shapely.box(*view.frame)
    earth = view.clipped(view.projection.earth)
    canvas.area("sea", earth, facecolor=SEA)
    window = shapely.box(*view.window)
    shapes = [view.projection.area(part[0], part[1:]) for part in atlas.land]
    land = [shape for shape in shapes if shapely.intersects(shape, window)]
    parts = [part for shape in land for part in shapely.get_parts(view.clipped(shape))]
    areas = [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
    canvas.area("land", shapely.MultiPolygon(areas), facecolor=LAND)
    canvas.line("coasts", view.line(atlas.coasts), color=COAST, width=0.5)
    canvas.line("borders", view.line(atlas.borders), color=BORDER, width=0.5, dash=(4, 2.5))
    if not earth.covers(frame):
        canvas.line("coasts", earth.boundary, color=_RIM, width=0.7)


class RingLines(NamedTuple):
    """The lines of a ring in points; missing ones are left out or empty."""

    headline: BaseGeometry
    others: dict[str, BaseGeometry]


def ring_lines(view: View, ring: RangeRing) -> RingLines:
    """Convert the lines of a ring to points."""
    named = {"low": ring.low, "high": ring.high, "minimum": ring.minimum}
    others = {
        name: view.line([line.vertices])
        for name, line in named.items()
        if line is not None and line is not ring.headline
    }
    return RingLines(view.line([] if ring.headline is None else [ring.headline.vertices]), others)


def draw_rings(
    canvas: Canvas,
    view: View,
    rings: Sequence[RangeRing],
    styles: Sequence[Drawing],
    lines: Sequence[RingLines],
) -> None:
    """Fill the rings and draw their lines."""
    strength = fill_strength(len(rings))
    for ring, style in zip(rings, styles, strict=True):
        inner, band = _zones(view.projection, ring)
        for name, zone, opacity in (("inner", inner, INNER_OPACITY), ("band", band, BAND_OPACITY)):
            layer = f"fill-{name}-{_slug(ring)}"
            alpha = opacity * strength
            canvas.area(layer, view.clipped(zone), facecolor=style.line, alpha=alpha)
    width = line_width(canvas)
    for ring, style, (headline, others) in zip(rings, styles, lines, strict=True):
        for name, line in others.items():
            dash, cap = ((0.5, 3), "round") if name == "minimum" else ((2, 4), "butt")
            canvas.line(
                f"line-{name}-{_slug(ring)}", line, color=style.line,
                width=width * _DOTTED_WIDTH, dash=dash, cap=cap,
            )  # fmt: skip
        layer = f"line-headline-{_slug(ring)}"
        canvas.line(layer, headline, color=style.line, width=width, dash=style.dash)


def line_width(canvas: Canvas) -> float:
    """Width of a solid ring line, points."""
    return 0.17 * canvas.size.text + 0.15


def _zones(projection: Projection, ring: RangeRing) -> tuple[BaseGeometry, BaseGeometry]:
    """Return the area that all claims reach and the area where they differ, projected."""
    band, origin = ring.system.band, ring.origin.lonlat
    reach, inner = projection.disc(origin, band.high_m), projection.disc(origin, band.low_m)
    if band.min_m is not None and band.max_min_m is not None:
        reach = reach.difference(projection.disc(origin, band.min_m))
        inner = inner.difference(projection.disc(origin, band.max_min_m))
    return inner, reach.difference(inner)


def _slug(ring: RangeRing) -> str:
    return "range" if ring.system.weapon is None else ring.system.weapon.id


@dataclass(frozen=True, kw_only=True)
class Label:
    """A label and its position; without a candidate there was no space, and it is not shown.

    ``site`` is the index of the labelled site.
    """

    layer: str
    text: str
    color: str
    candidate: Candidate | None
    bold: bool = True
    site: int | None = None


@dataclass(frozen=True, kw_only=True)
class Places:
    """Sites and origins in the picture, in points, and those outside the frame."""

    sites: dict[int, tuple[float, float]]
    origins: dict[Origin, tuple[float, float]]
    marker: float
    sites_outside: tuple[int, ...]
    origins_outside: tuple[Origin, ...]


def find_places(canvas: Canvas, view: View, selection: Selection) -> Places:
    """Find the sites and origins inside the frame."""
    sites = selection.sites
    origins = set(selection.origins)  # already marked and labelled as origins
    at_origin = {index for index, here in enumerate(origins_of(sites)) if here in origins}
    spots = {
        index: spot
        for index in range(len(sites))
        if index not in at_origin
        and (spot := view.place(float(sites.lon[index]), float(sites.lat[index]))) is not None
    }
    origin_spots = {
        origin: spot
        for origin in selection.origins
        if (spot := view.place(*origin.lonlat)) is not None
    }
    small = len(spots) + len(origin_spots) > _MANY_PLACES
    return Places(
        sites=spots,
        origins=origin_spots,
        marker=canvas.size.text * (0.42 if small else 0.72),
        sites_outside=tuple(i for i in range(len(sites)) if i not in spots and i not in at_origin),
        origins_outside=tuple(o for o in selection.origins if o not in origin_spots),
    )


def place_labels(
    canvas: Canvas,
    placer: LabelPlacer,
    view: View,
    *,
    selection: Selection,
    rings: Sequence[RangeRing],
    styles: Sequence[Drawing],
    places: Places,
) -> list[Label]:
    """Place the labels of origins, sites and rings, in this order."""
    for spot in (*places.sites.values(), *places.origins.values()):
        placer.reserve(Box.around(*spot, places.marker, places.marker))
    width_of = partial(canvas.face.width, size=canvas.size.text, bold=True)
    height = canvas.size.text * (ASCENT + DESCENT)
    labels = []
    for label, spot in _names(canvas, selection, places):
        candidates = around_point(*spot, width_of(label.text), height, places.marker / 2 + 2)
        labels.append(replace(label, candidate=placer.place(candidates)))
    smallest_first = sorted(range(len(rings)), key=lambda i: rings[i].system.band.headline_m)
    for index in smallest_first:
        if placer.lines[index].is_empty:
            continue
        text = single_line(ring_label(rings[index].system, selection.units))
        candidate = _place_on_ring(placer, index, view, rings[index], (width_of(text), height))
        labels.append(
            Label(layer="rings", text=text, color=styles[index].text, candidate=candidate)
        )
    return labels


def _names(
    canvas: Canvas, selection: Selection, places: Places
) -> Iterable[tuple[Label, tuple[float, float]]]:
    """Yield unplaced labels of origins and sites, with the points that they label."""
    for origin, spot in places.origins.items():
        color = canvas.style.origin_colour
        yield (
            Label(layer="origins", text=single_line(origin.name), color=color, candidate=None),
            spot,
        )
    only_origin = selection.origins[0] if len(selection.origins) == 1 else None
    sites, unit = selection.sites, selection.units
    for index, spot in places.sites.items():
        text = single_line(sites.names[index])
        if only_origin is not None:
            distance_to_site_m = float(
                distance_m(only_origin.lonlat, sites.lon[index], sites.lat[index])
            )
            precision_m = float(sites.precision_m[index]) + only_origin.precision_m
            distance = displayed_distance(
                distance_to_site_m, precision_m, unit, limits_of(selection.systems)
            )
            text = f"{isolated(text)} ({ENGLISH.distance(distance, unit)})"
        yield Label(layer="sites", text=text, color=INK, candidate=None, site=index), spot


def _place_on_ring(
    placer: LabelPlacer, index: int, view: View, ring: RangeRing, size: tuple[float, float]
) -> Candidate | None:
    """Place a ring's label on its line or next to it, else at the end of a leader."""
    points = shapely.get_coordinates(placer.lines[index])
    lon, lat = ring.origin.lonlat
    centre = view.to_points(view.projection.points(np.array([lon]), np.array([lat])))[0]
    candidate = placer.place(along_line(points, centre, *size, _RING_GAP), own=index)
    if candidate is not None:
        return candidate
    at_leader = with_leader(points, centre, *size, _RING_GAP)
    return placer.place(at_leader, own=index, clear=_LEADER_CLEARANCE) or placer.place(
        at_leader, own=index
    )


def interrupt_under_labels(lines: Sequence[RingLines], labels: Sequence[Label]) -> list[RingLines]:
    """Interrupt the solid lines under labels."""
    boxes = [label.candidate.box for label in labels if label.candidate and label.layer == "rings"]
    if not boxes:
        return list(lines)
    gaps = shapely.union_all([shapely.box(*box.expanded(1.5)) for box in boxes])
    return [line._replace(headline=line.headline.difference(gaps)) for line in lines]


def draw_places(
    canvas: Canvas,
    placer: LabelPlacer,
    view: View,
    *,
    places: Places,
    labels: Sequence[Label],
    reached: Container[int],
) -> None:
    """Mark sites and origins, write the labels, and add town and country names in free space.

    Sites in ``reached`` are filled, the others hollow.
    """
    background = _background(canvas, placer, view)
    for index, spot in places.sites.items():
        canvas.site("sites", spot, size=places.marker, filled=index in reached)
    for spot in places.origins.values():
        canvas.mark(
            "origins", spot, symbol="o", size=places.marker * 1.35, color=canvas.style.origin_colour
        )
        canvas.mark("origins", spot, symbol="o", size=places.marker * 0.5, color="white")
    placed = [
        (label, label.candidate, canvas.size.text * (1.0 if label.bold else _BACKGROUND))
        for label in (*background, *labels)
        if label.candidate is not None
    ]
    for label, candidate, _ in placed:
        if candidate.line is not None:
            canvas.line("leaders", candidate.line, color=label.color, width=0.6)
            if label.layer == "rings":  # shows which ring is meant if the leader crosses others
                end = candidate.line.coords[0]
                canvas.mark("leaders", end, symbol="o", size=_LEADER_END_SIZE, color=label.color)
    for label, candidate, size in placed:
        x, y = candidate.box.middle[0], candidate.box.south + size * DESCENT
        canvas.halo(x, y, label.text, size, bold=label.bold)
    for label, candidate, size in placed:
        x, y = candidate.box.middle[0], candidate.box.south + size * DESCENT
        layer = f"labels-{label.layer}"
        canvas.text(
            layer, x, y, label.text, size, color=label.color, bold=label.bold, align="center"
        )


def _background(canvas: Canvas, placer: LabelPlacer, view: View) -> list[Label]:
    """Mark and label towns, and label countries, where there is room."""
    size = canvas.size.text * _BACKGROUND
    height = size * (ASCENT + DESCENT)
    west, south, east, north = placer.view
    most = int((east - west) * (north - south) / (60 * size * size))
    labels = []
    for name, spot in _visible_names(view, read_towns())[:most]:
        dot = Box.around(*spot, _DOT, _DOT)
        if not placer.is_free(dot):
            continue
        candidates = around_point(*spot, canvas.face.width(name.text, size), height, _DOT)
        candidate = placer.place(candidates.subset(slice(4)))
        if candidate is not None:
            placer.reserve(dot)
            canvas.mark("towns", spot, symbol="o", size=_DOT, color=GREY)
            labels.append(
                Label(layer="towns", text=name.text, color=GREY, candidate=candidate, bold=False)
            )
    for name, (x, y) in _visible_names(view, read_atlas(view.detail).countries)[: most // 2]:
        width = canvas.face.width(name.text, size)
        boxes = [Box.around(x, y + up * size, width, height) for up in (0, 1, -1)]
        candidate = placer.place(
            Candidates(np.array(boxes), np.array([0.0, 1, 1]), np.full((3, 2), np.nan))
        )
        labels.append(
            Label(
                layer="countries", text=name.text, color=_COUNTRY, candidate=candidate, bold=False
            )
        )
    return labels


def _visible_names(view: View, names: Iterable[Name]) -> list[tuple[Name, tuple[float, float]]]:
    """Return the names for this zoom that are in the frame, with their points."""
    found = []
    for name in names:
        spot = view.place(name.lon, name.lat) if name.zoom <= view.zoom + 0.6 else None
        if spot is not None:
            found.append((name, spot))
    return found
