"""The whole picture: title, map, legend, locator, scale and sources."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import shapely
from matplotlib.figure import Figure

from rangemap._version import __version__
from rangemap.catalogue import BandText
from rangemap.errors import OutputError
from rangemap.geodesy import GREATEST_DISTANCE_M, WGS84, LonLat
from rangemap.render.citation import cite_method, cite_system
from rangemap.render.extent import name_some
from rangemap.render.figure.atlas import read_atlas
from rangemap.render.figure.canvas import GREY, INK, Canvas
from rangemap.render.figure.labels import Box, LabelPlacer
from rangemap.render.figure.projection import (
    Azimuthal,
    Projection,
    ProjectionName,
    fitting_projection,
    make_projection,
)
from rangemap.render.figure.sizes import Size
from rangemap.render.figure.typeface import FONT, Typeface, single_line
from rangemap.render.figure.view import (
    Label,
    Places,
    RingLines,
    View,
    draw_base,
    draw_places,
    draw_rings,
    find_places,
    interrupt_under_labels,
    line_width,
    make_view,
    place_labels,
    ring_lines,
)
from rangemap.render.palette import COAST, LAND, SEA, Drawing, drawings
from rangemap.render.style import HOUSE_STYLE, HouseStyle, Logo
from rangemap.render.wording import BASE_MAP, promise, subtitle
from rangemap.rings import RangeRing
from rangemap.scenario.selection import Selection
from rangemap.text import isolated
from rangemap.wording.language import read_language
from rangemap.wording.quantities import METRES

_MADE_WITH: Final = f"Made with rangemap {__version__}."
_LANDSCAPE: Final = 1.2  # wider than this, the legend is next to the map
_EMPTY_BOX: Final = Box(0, 0, 0, 0)
_WIDEST_LOGO: Final = 0.3  # of the picture's width
_SMALLEST_MAP: Final = 0.4  # of the picture's height
_FOOTER_SHARE: Final = 0.2  # of the picture's height; a taller footer names fewer publishers
_LEGEND_SIZES: Final = (
    0.9,
    0.8,
    0.72,
    0.65,
)  # of the text size; the first that leaves room is used
_LOCATOR_BELOW_M: Final = 9_000_000.0  # a wider view needs none
_MOST_NAMES: Final = (
    6,
    4,
    3,
    2,
    1,
    0,
)  # in the legend, of places outside the map, as space allows
_MOST_PLANS: Final = 3
_INDENT: Final = 4.2  # of the text in a legend row, times its size
_DOT_BELOW_M: Final = 500_000.0
_SCALE_BAR_SHARE: Final = 0.22


@dataclass(frozen=True, kw_only=True)
class _Item:
    """A row of the legend: lines of text and the symbol before them."""

    lines: tuple[tuple[str, bool], ...]
    style: Drawing | None = None
    symbol: str = ""


def draw_picture(
    selection: Selection,
    rings: Sequence[RangeRing],
    *,
    size: Size,
    projection: ProjectionName | None = None,
    fonts: Sequence[str] = (),
    reached: Container[int] = frozenset(),
    titled: bool = True,
    style: HouseStyle = HOUSE_STYLE,
    notify: Callable[[str], None] = lambda _: None,
) -> tuple[Figure, Omissions]:
    """Draw a selection's picture, and return what it omits; see `make_picture`.

    Called within `canvas.settings`. ``reached`` are the sites reached by at least one claim.
    """
    face = Typeface(tuple(fonts) or (FONT,))
    canvas = Canvas(size, face, style)
    lonlats = [ring.origin.lonlat for ring in rings]
    fit, centre = fitting_projection(lonlats, [ring.system.band.high_m for ring in rings])
    chosen = make_projection(projection or fit, centre)
    area = _write_texts(canvas, selection, rings, chosen, titled=titled)
    styles = dict(zip(selection.systems, drawings(selection.systems, style), strict=True))
    ring_styles = [styles[ring.system] for ring in rings]

    plan = _plan(canvas, selection, rings, projection=chosen, area=area, styles=ring_styles)
    view, legend = plan.view, plan.legend
    draw_base(canvas, view)
    draw_rings(canvas, view, rings, ring_styles, interrupt_under_labels(plan.lines, plan.labels))
    draw_places(canvas, plan.placer, view, places=plan.places, labels=plan.labels, reached=reached)
    _draw_scale(canvas, view, selection.units)
    canvas.line("frame", shapely.box(*view.frame).exterior, color=COAST, width=0.7)
    _draw_locator(canvas, view, legend.draw())
    if face.missing_characters:
        missing = "".join(face.missing_characters)
        notify(
            f"no font has {missing!r}, shown as boxes; supply a font that has it with --font FILE"
        )
    return canvas.figure, plan.omitted


@dataclass(frozen=True, kw_only=True)
class Omissions:
    """What a picture omits: labels of sites without room, and places outside its frame."""

    unlabelled: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """The position of everything on the map, before any of it is drawn."""

    view: View
    legend: _Legend
    lines: list[RingLines]
    placer: LabelPlacer
    places: Places
    labels: list[Label]
    omitted: Omissions


def _plan(
    canvas: Canvas,
    selection: Selection,
    rings: Sequence[RangeRing],
    *,
    projection: Projection,
    area: Box,
    styles: Sequence[Drawing],
) -> _Plan:
    """Find the map's frame and label positions, with room in the legend for what is omitted.

    A taller legend leaves less room for the map, which may then omit more.
    """
    looks = drawings(selection.systems, canvas.style)
    omitted = Omissions()
    for _ in range(_MOST_PLANS):
        frame, legend = _lay_out(canvas, _legend(selection, looks, omitted), area)
        view = make_view(projection, frame, selection, rings, text=canvas.size.text)
        plan = _plan_map(canvas, selection, rings, view=view, legend=legend, styles=styles)
        omitted = plan.omitted
        choices = [_legend(selection, looks, omitted, most) for most in _MOST_NAMES]
        if legend.use_first_fitting(choices):
            break
    return plan


def _plan_map(
    canvas: Canvas,
    selection: Selection,
    rings: Sequence[RangeRing],
    *,
    view: View,
    legend: _Legend,
    styles: Sequence[Drawing],
) -> _Plan:
    lines = [ring_lines(view, ring) for ring in rings]
    others = [line for ring in lines for line in ring.others.values()]
    placer = LabelPlacer(view.frame.expanded(-2), [ring.headline for ring in lines], others)
    placer.reserve(_scale_box(canvas, view, selection.units))
    places = find_places(canvas, view, selection)
    labels = place_labels(
        canvas, placer, view, selection=selection, rings=rings, styles=styles, places=places
    )
    return _Plan(
        view=view,
        legend=legend,
        lines=lines,
        placer=placer,
        places=places,
        labels=labels,
        omitted=_omissions(selection, places, labels),
    )


def _omissions(selection: Selection, places: Places, labels: Iterable[Label]) -> Omissions:
    """Return what is omitted; sites of the registry outside the map do not count."""
    names = selection.sites.names
    unlabelled = (label.site for label in labels if label.candidate is None)
    outside = places.sites_outside if selection.sites_requested else ()
    return Omissions(
        unlabelled=tuple(single_line(names[site]) for site in unlabelled if site is not None),
        sites=tuple(single_line(names[site]) for site in outside),
        origins=tuple(single_line(origin.name) for origin in places.origins_outside),
    )


def _write_texts(
    canvas: Canvas,
    selection: Selection,
    rings: Sequence[RangeRing],
    projection: Projection,
    *,
    titled: bool,
) -> Box:
    """Write title and footer, and return the room between them."""
    size, face = canvas.size, canvas.face
    edge = size.text * (1.5 if titled else 0.3)  # a report provides the margin
    west, east = edge, size.width - edge
    top = size.height - edge * 0.8
    if titled:
        top = _write_title(canvas, selection, Box(west, 0, east, top)) - size.text * 0.6

    small = size.text * 0.76

    def footer(*, short: bool) -> list[tuple[list[str], bool]]:
        paragraphs = _footer_paragraphs(selection, rings, projection, canvas.style, short=short)
        return [
            (face.wrap(single_line(line), small, east - west, bold=bold), bold)
            for line, bold in [
                (promise(selection.systems), True),
                *((line, False) for line in paragraphs),
            ]
        ]

    def height(blocks: list[tuple[list[str], bool]]) -> float:
        return edge * 0.7 + sum(len(lines) for lines, _ in blocks) * small * 1.32

    # Every claim is in the .sources.txt file next to the picture.
    blocks = footer(short=False)
    if height(blocks) > _FOOTER_SHARE * size.height:
        blocks = footer(short=True)
    bottom = height(blocks)
    y = bottom
    for lines, bold in blocks:
        color = INK if bold else GREY
        y = canvas.paragraph("sources", Box(west, 0, east, y), lines, small, bold=bold, color=color)
    return Box(west, bottom + size.text * 0.7, east, top)


def _lay_out(canvas: Canvas, items: Sequence[_Item], area: Box) -> tuple[Box, _Legend]:
    """Return the frame of the map, and the positioned legend."""
    size = canvas.size
    west, bottom, east, top = area
    for scale in _LEGEND_SIZES:
        legend = _Legend(canvas, items, size.text * scale)
        if size.width < _LANDSCAPE * size.height:
            legend.columns = max(1, int((east - west) // (legend.size * 24)))
            height = legend.height(east - west)
            legend.panel = area._replace(north=bottom + height)
            frame = area._replace(south=legend.panel.north + size.text * 0.8)
        else:
            width = min(max(0.24 * size.width, 19 * size.text), 0.34 * size.width)
            height = legend.height(width)
            legend.panel = area._replace(west=east - width)
            frame = area._replace(east=east - width - size.text * 1.4)
        if height <= top - bottom and frame.north - frame.south >= _SMALLEST_MAP * size.height:
            return frame, legend
    raise OutputError(_too_small(size))


def _write_title(canvas: Canvas, selection: Selection, box: Box) -> float:
    """Write title and subtitle at the top of a box, and return their lower edge."""
    size = canvas.size.text * 1.9
    if canvas.style.logo is not None:
        box = box._replace(east=_draw_logo(canvas, canvas.style.logo, box) - size)
    face, width = canvas.face, box.east - box.west
    title = face.wrap(single_line(selection.title), size, width, bold=True)
    end = canvas.paragraph("title", box, title, size, bold=True)
    size = canvas.size.text * 1.15
    under = face.wrap(single_line(selection.subtitle or subtitle(selection.systems)), size, width)
    return canvas.paragraph("title", box._replace(north=end), under, size, color=GREY)


def _draw_logo(canvas: Canvas, logo: Logo, box: Box) -> float:
    """Draw a logo in the upper right corner of a box, and return its left edge."""
    height = canvas.size.text * 3.0
    width, ratio = (box.east - box.west) * _WIDEST_LOGO, canvas.ratio(logo.content)
    height = min(height, width / ratio)
    width = height * ratio
    place = Box(box.east - width, box.north - height, box.east, box.north)
    canvas.image("logo", place, logo.content)
    return place.west


def _too_small(size: Size) -> str:
    wide, high = size.pixels
    return (
        f"a picture of {wide}x{high} pixels has no room for its legend and sources;"
        " choose a larger --size or fewer systems"
    )


def _footer_paragraphs(
    selection: Selection,
    rings: Sequence[RangeRing],
    projection: Projection,
    style: HouseStyle,
    *,
    short: bool,
) -> list[str]:
    """Return the paragraphs of sources and method."""
    credit = selection.credit or style.credit
    sources = ". ".join(
        cite_system(system, selection.units, short=short) for system in selection.systems
    )
    about = f"{projection.name.description}"
    if projection.name is ProjectionName.AEQD and len(selection.origins) == 1:
        about += " centred on the origin: rings are true circles"
    return [
        f"Sources: {sources}.",
        " ".join([f"{about}.", *cite_method(selection, rings), BASE_MAP, _MADE_WITH]),
        *([credit] if credit else []),
    ]


def _legend(
    selection: Selection,
    styles: Sequence[Drawing],
    omitted: Omissions,
    most_names: int = _MOST_NAMES[0],
) -> list[_Item]:
    """Return the rows of the legend; of each kind of omitted place ``most`` names are listed."""
    unit = selection.units
    items = []
    for system, style in zip(selection.systems, styles, strict=True):
        text = BandText(system.band, unit)
        detail = text.headline
        if not text.is_one:
            detail = f"{text.range_beside_headline}; line at {text.headline}"
        lines = [(isolated(single_line(system.label)), True), (single_line(detail), False)]
        if text.minimum:
            lines.append((f"minimum range {text.minimum}", False))
        items.append(_Item(lines=tuple(lines), style=style))
    bands = [system.band for system in selection.systems]
    if any(band.low_m != band.high_m for band in bands):
        items += [
            _Item(lines=(("lowest and highest published figures", False),), symbol="dots"),
            _Item(
                lines=(("dark: all sources agree; pale: sources differ", False),), symbol="fills"
            ),
        ]
    plural = "s" if len(selection.origins) > 1 else ""
    items.append(_Item(lines=((f"origin{plural} of the rings", False),), symbol="origin"))
    if len(selection.sites):
        reached = read_language("en").translate("key_reached")
        items.append(_Item(lines=((reached, False),), symbol="sites"))
    notes = []
    if omitted.unlabelled:
        notes.append(f"sites without room for a label: {len(omitted.unlabelled):,}")
    if omitted.sites:
        notes.append(f"sites outside the map: {name_some(omitted.sites, most_names)}")
    if omitted.origins:
        notes.append(f"origins outside the map: {name_some(omitted.origins, most_names)}")
    return items + [_Item(lines=((note, False),)) for note in notes]


@dataclass
class _Legend:
    """The legend in its panel, in columns from left to right."""

    canvas: Canvas
    items: Sequence[_Item]
    size: float
    columns: int = 1
    panel: Box = field(default=_EMPTY_BOX)

    def height(self, width: float) -> float:
        """Return the height that the panel needs."""
        return max(sum(part) for part in self._parts(width / self.columns))

    def use_first_fitting(self, choices: Sequence[Sequence[_Item]]) -> bool:
        """Use the first choice of rows that fits; return whether that is the first one."""
        panel = self.panel
        for items in choices:
            self.items = items
            if self.height(panel.east - panel.west) <= panel.north - panel.south + 1e-6:
                break
        return items is choices[0]

    def draw(self) -> Box:
        """Draw from the top of the panel, and return the largest space left for a globe."""
        column = (self.panel.east - self.panel.west) / self.columns
        rows = iter(self.items)
        x, y, text_end = self.panel.west, self.panel.north, self.panel.west
        for number, part in enumerate(self._parts(column)):
            x, y, text_end = self.panel.west + number * column, self.panel.north, 0.0
            for height in part:
                text_end = max(text_end, self._row(next(rows), x, y, column))
                y -= height
        gap = self.canvas.size.text
        below = self.panel._replace(west=x, north=y - gap)
        right = self.panel._replace(west=text_end + gap)
        return max(below, right, key=lambda box: min(box.east - box.west, box.north - box.south))

    def _parts(self, column: float) -> list[list[float]]:
        """Split the heights of the rows, in order, into columns of about the same height."""
        heights = [
            (len(self._lines(item, column)) * 1.25 + 0.45) * self.size for item in self.items
        ]
        limit = max(sum(heights) / self.columns, *heights)
        while True:
            parts: list[list[float]] = [[]]
            for height in heights:
                if parts[-1] and sum(parts[-1]) + height > limit + 1e-6:
                    parts.append([])
                parts[-1].append(height)
            if len(parts) <= self.columns:
                return parts
            limit *= 1.05

    def _lines(self, item: _Item, width: float) -> list[tuple[str, bool]]:
        available = width - self.size * _INDENT
        return [
            (line, bold)
            for text, bold in item.lines
            for line in self.canvas.face.wrap(text, self.size, available, bold=bold)
        ]

    def _row(self, item: _Item, x: float, y: float, width: float) -> float:
        """Draw a row, and return the right edge of its text."""
        canvas, size = self.canvas, self.size
        lines = self._lines(item, width)
        middle = y - size * 0.72
        west, east = x, x + size * (_INDENT - 0.8)
        sample = shapely.LineString([(west, middle), (east, middle)])
        wide = line_width(canvas)
        spot = ((west + east) / 2, middle)
        if item.style is not None:
            canvas.line("legend", sample, color=item.style.line, width=wide, dash=item.style.dash)
        elif item.symbol == "dots":
            canvas.line("legend", sample, color=GREY, width=wide * 0.62, dash=(2, 4))
        elif item.symbol == "fills":
            half = (west + east) / 2
            for left, right, opacity in ((west, half, 0.4), (half, east, 0.18)):
                box = shapely.box(left, middle - size * 0.4, right, middle + size * 0.4)
                canvas.area("legend", box, facecolor=GREY, alpha=opacity)
        elif item.symbol == "origin":
            canvas.mark(
                "legend", spot, symbol="o", size=size * 0.97, color=canvas.style.origin_colour
            )
            canvas.mark("legend", spot, symbol="o", size=size * 0.36, color="white")
        elif item.symbol == "sites":
            for part, filled in ((0.25, True), (0.75, False)):
                at = (west + (east - west) * part, middle)
                canvas.site("legend", at, size=size * 0.72, filled=filled)
        for line, bold in lines:
            color = INK if bold else GREY
            canvas.text("legend", x + size * _INDENT, y - size, line, size, bold=bold, color=color)
            y -= size * 1.25
        ends = [canvas.face.width(line, size, bold=bold) for line, bold in lines]
        return x + size * _INDENT + max(ends, default=0.0)


def _scale(view: View, unit: str) -> tuple[float, str]:
    """Return the length of the scale bar in points, and its text."""
    factor = _scale_factor(view)
    available = (view.frame.east - view.frame.west) * _SCALE_BAR_SHARE
    step = _round_number(available * view.metres_per_point / factor / METRES[unit])
    reference = (
        "from the origin" if view.projection.name is ProjectionName.AEQD else "at the map's centre"
    )
    return step * METRES[unit] * factor / view.metres_per_point, f"{step:,g} {unit} {reference}"


def _scale_box(canvas: Canvas, view: View, unit: str) -> Box:
    size = canvas.size.text * 0.8
    length, text = _scale(view, unit)
    west, south = view.frame.west + size * 0.5, view.frame.south + size * 0.5
    width = max(length, canvas.face.width(text, size)) + size
    return Box(west, south, west + width, south + size * 2.5)


def _draw_scale(canvas: Canvas, view: View, unit: str) -> None:
    """Draw a scale bar in the lower left corner of the map, with the place where it is exact."""
    size = canvas.size.text * 0.8
    length, text = _scale(view, unit)
    box = _scale_box(canvas, view, unit)
    west, low, high = box.west + size * 0.5, box.south + size * 0.5, box.south + size * 0.95
    canvas.area("scale", shapely.box(*box), facecolor="white", alpha=0.75)
    bar = [(west, high), (west, low), (west + length, low), (west + length, high)]
    canvas.line("scale", shapely.LineString(bar), color=INK, width=0.9)
    canvas.text("scale", west, low + size * 0.85, text, size)


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


def _draw_locator(canvas: Canvas, view: View, space: Box) -> None:
    """Draw a globe that shows the window in the lower part of the panel, if there is room."""
    window_m = view.window.east - view.window.west
    side = min(space.east - space.west, space.north - space.south, canvas.size.text * 15)
    if window_m > _LOCATOR_BELOW_M or side < canvas.size.text * 7:
        return
    radius = side / 2
    x, y = space.east - radius, space.south + radius
    middle = view.projection.inverse(*(np.array([side]) for side in view.window.middle))
    globe = _Globe(LonLat(float(middle[0][0]), float(middle[1][0])), x, y, radius)
    canvas.area("locator", globe.disc, facecolor=SEA)
    atlas = read_atlas("low")
    land = [globe.area(part) for part in atlas.land]
    parts = [p for shape in land for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    canvas.area("locator", shapely.MultiPolygon(parts), facecolor=LAND)
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

    def area(self, part: Sequence[Any]) -> Any:
        """Return the part of an area on the visible side."""
        shape = self._map.area(part[0], part[1:])
        return shapely.transform(shape.intersection(self._half), self._project)

    def points(self, lon: Any, lat: Any) -> Any:
        """Return positions on the visible side, in points of the picture."""
        return self._project(self._map.points(lon, lat))

    def _project(self, xy: Any) -> Any:
        far = np.hypot(*xy.T)
        angle = np.minimum(far / self._quarter_m, 1.0) * math.pi / 2
        scale = np.divide(np.sin(angle), far, out=np.zeros_like(far), where=far > 0)
        return xy * scale[:, None] * self._radius + [self._x, self._y]
