"""The whole picture: title, map, legend, locator, scale and sources."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Final

import shapely
from matplotlib.figure import Figure

from rangemap.errors import OutputError
from rangemap.render.background.detail import countries_about
from rangemap.render.citation import cite_system, name_publishers
from rangemap.render.figure.canvas import Canvas
from rangemap.render.figure.labels import Box
from rangemap.render.figure.legend import Item, Key, Legend, Omissions, legend_choices, legend_rows
from rangemap.render.figure.places import sites_at_origins
from rangemap.render.figure.plan import Plan, draw_plan, omissions, plan_map
from rangemap.render.figure.projection import (
    Projection,
    ProjectionName,
    fitting_projection,
    make_projection,
)
from rangemap.render.figure.scale import draw_locator
from rangemap.render.figure.site_labels import (
    site_texts,
)
from rangemap.render.figure.sizes import Size
from rangemap.render.figure.typeface import FONT, Typeface, single_line
from rangemap.render.style import (
    COAST,
    HOUSE_STYLE,
    INK,
    QUIET,
    HouseStyle,
    LineStyle,
    Logo,
    line_styles,
)
from rangemap.render.wording import local_credit, map_credit, promise, shown_subtitle
from rangemap.rings import RangeRing
from rangemap.scenario.selection import Selection

_LANDSCAPE: Final = 1.2  # wider than this, the legend is next to the map
_WIDEST_LOGO: Final = 0.3  # of the picture's width
_SMALLEST_MAP: Final = 0.4  # of the picture's height
_SMALLEST_WITH_KEY: Final = 0.3  # of a picture with the names of many sites below the map
_FOOTER_SHARE: Final = 0.2  # of the picture's height; a taller footer names fewer publishers
_FEW_PUBLISHERS: Final = 3  # fewer are named in one line with the map's credit
_LEGEND_SIZES: Final = (
    0.9,
    0.8,
    0.72,
    0.65,
)  # of the text size; the first that leaves room is used
_KEY_SHARES: Final = (0.34, 0.42, 0.5)  # of the width, of a legend with many sites
MOST_PLANS: Final = 4
"""How often a map is planned until its legend has room for all that it does not show."""


def draw_picture(
    selection: Selection,
    rings: Sequence[RangeRing],
    *,
    size: Size,
    projection: ProjectionName | None = None,
    fonts: Sequence[str] = (),
    titled: bool = True,
    style: HouseStyle = HOUSE_STYLE,
    notify: Callable[[str], None] = lambda _: None,
) -> tuple[Figure, Omissions]:
    """Draw a selection's picture, and return what it omits; see `make_picture`.

    Called within `canvas.settings`.
    """
    face = Typeface(tuple(fonts) or (FONT,))
    canvas = Canvas(size, face, style, selection.language)
    chosen = choose_projection(rings, projection)
    area = write_texts(canvas, selection, titled=titled)
    styles = dict(zip(selection.systems, line_styles(selection.systems, style), strict=True))
    ring_styles = [styles[ring.system] for ring in rings]

    plan = _plan(canvas, selection, rings, projection=chosen, area=area, styles=ring_styles)
    view, legend = plan.view, plan.legend
    draw_plan(
        canvas, plan, rings, ring_styles, units=selection.units, tint=selection.look.tinted,
        about=countries_about(selection),
    )  # fmt: skip
    canvas.line("frame", shapely.box(*view.frame).exterior, color=COAST, width=0.7)
    draw_locator(canvas, view, legend.draw())
    for note in view.local.notes:
        notify(note)
    note_missing(face, notify)
    return canvas.figure, omissions(selection, plan)


def note_missing(face: Typeface, notify: Callable[[str], None]) -> None:
    """Report the characters of texts that no font has."""
    if face.missing_characters:
        missing = "".join(face.missing_characters)
        notify(
            f"no font has {missing!r}, shown as boxes; supply a font that has it with --font FILE"
        )


def choose_projection(rings: Sequence[RangeRing], name: ProjectionName | None) -> Projection:
    """Return the projection of a picture: as requested, otherwise one that suits its rings."""
    lonlats = [ring.origin.lonlat for ring in rings]
    reaches_m = [ring.system.band.high_m + ring.origin.extent_m for ring in rings]
    areas = any(ring.origin.area for ring in rings)
    fit, centre = fitting_projection(lonlats, reaches_m, areas=areas)
    return make_projection(name or fit, centre)


def describe_projection(selection: Selection, projection: Projection) -> str:
    """Return the sentence on a projection, and whether its rings are true circles."""
    language = selection.language
    text = language.translate(f"projection_{projection.name}")
    around = selection.origins[0]
    if projection.name is ProjectionName.AEQD and len(selection.origins) == 1 and not around.area:
        text = language.translate("true_circles", projection=text)
    return f"{text}."


def _plan(
    canvas: Canvas,
    selection: Selection,
    rings: Sequence[RangeRing],
    *,
    projection: Projection,
    area: Box,
    styles: Sequence[LineStyle],
) -> Plan:
    """Find the map's frame and label positions, with room in the legend for the key and omissions.

    A taller legend leaves less room for the map, which may then number or omit more.
    """
    looks = line_styles(selection.systems, canvas.style)
    rows = legend_rows(
        selection, looks, has_sites=len(selection.sites) > len(sites_at_origins(selection))
    )
    texts, language = site_texts(selection), selection.language
    key, omitted = Key(), Omissions()
    for attempt in range(MOST_PLANS):
        if attempt == MOST_PLANS - 1:  # room for any key
            every = {index: number for number, index in enumerate(texts.labels, 1)}
            key = Key(texts=texts, numbers=every)
        frame, legend = lay_out(canvas, legend_choices(rows, omitted, key, language), area)
        plan = plan_map(
            canvas, selection, rings, projection=projection, frame=frame, legend=legend,
            styles=styles, texts=texts,
        )  # fmt: skip
        omitted, key = omissions(selection, plan), plan.key
        if legend.use_first_fitting(legend_choices(rows, omitted, key, language)):
            break
    return plan


def write_texts(canvas: Canvas, selection: Selection, *, titled: bool) -> Box:
    """Write title and footer, and return the room between them."""
    size, face = canvas.size, canvas.face
    edge = size.text * (1.5 if titled else 0.3)  # a report provides the margin
    west, east = edge, size.width - edge
    top = size.height - edge * 0.8
    if titled:
        top = _write_title(canvas, selection, Box(west, 0, east, top)) - size.text * 0.6
    else:  # the report has the sources and the method too
        return Box(west, edge, east, top)

    small, language = size.text * 0.76, selection.language

    def wrapped(text: str, *, bold: bool = False) -> list[str]:
        return face.wrap(single_line(text), small, east - west, bold=bold)

    credit_of_map = " ".join(filter(None, (map_credit(language), local_credit(selection))))

    def footer(sources: str) -> list[tuple[list[str], bool, str]]:
        credit = selection.credit or canvas.style.credit
        below = " ".join(filter(None, (sources, credit_of_map)))
        return [
            *([(wrapped(language.standalone(credit)), False, INK)] if credit else []),
            (wrapped(promise(selection.systems, language), bold=True), True, INK),
            (wrapped(below), False, QUIET),
        ]

    def height(blocks: list[tuple[list[str], bool, str]]) -> float:
        return edge * 0.7 + sum(len(lines) for lines, _, _ in blocks) * small * 1.32

    # Every claim is in the .sources.txt file next to the picture.
    if selection.look.sources_line == "full":
        blocks = footer(_full_sources(selection, short=False))
        if height(blocks) > _FOOTER_SHARE * size.height:
            blocks = footer(_full_sources(selection, short=True))
    else:

        def fits(line: str) -> bool:
            return len(wrapped(line)) <= 1

        def fits_with_map(line: str) -> bool:
            return fits(f"{line} {credit_of_map}")

        named = name_publishers(selection, fits_with_map, least=_FEW_PUBLISHERS)
        blocks = footer(named if fits_with_map(named) else name_publishers(selection, fits))
    bottom = height(blocks)
    y = bottom
    for lines, bold, color in blocks:
        y = canvas.paragraph("sources", Box(west, 0, east, y), lines, small, bold=bold, color=color)
    return Box(west, bottom + size.text * 0.7, east, top)


def lay_out(
    canvas: Canvas, choices: Sequence[Sequence[Item]], area: Box, *, below: bool | None = None
) -> tuple[Box, Legend]:
    """Return the frame of the map, and the legend with the first choice of rows that fits.

    The legend is ``below`` the map or beside it; by default as the picture's proportions suggest.
    """
    size = canvas.size
    if below is None:
        below = size.width < _LANDSCAPE * size.height
    west, bottom, east, top = area
    least_maps = (_SMALLEST_MAP, _SMALLEST_WITH_KEY)
    shapes = itertools.product(choices, least_maps, _LEGEND_SIZES, _KEY_SHARES)
    for items, least, scale, share in shapes:
        legend = Legend(canvas, items, size.text * scale)
        if not legend.has_long_key and (least, share) != (_SMALLEST_MAP, _KEY_SHARES[0]):
            continue
        if below:
            legend.columns = max(1, int((east - west) // (legend.size * legend.column_width)))
            height = legend.height(east - west)
            legend.panel = area._replace(north=bottom + height)
            frame = area._replace(south=legend.panel.north + size.text * 0.8)
        else:
            width = min(max(0.24 * size.width, 19 * size.text), 0.34 * size.width)
            if legend.has_long_key:
                width = share * size.width
                legend.columns = max(1, int(width // (legend.size * legend.column_width)))
            height = legend.height(width)
            gap = size.text * 1.4
            if canvas.mirrored:
                legend.panel = area._replace(east=west + width)
                frame = area._replace(west=west + width + gap)
            else:
                legend.panel = area._replace(west=east - width)
                frame = area._replace(east=east - width - gap)
        if height <= top - bottom and frame.north - frame.south >= least * size.height:
            return frame, legend
    raise _too_small(size)


def _write_title(canvas: Canvas, selection: Selection, box: Box) -> float:
    """Write title and subtitle at the top of a box, and return their lower edge."""
    size = canvas.size.text * 1.9
    if canvas.style.logo is not None:
        logo = _draw_logo(canvas, canvas.style.logo, box)
        box = (
            box._replace(west=logo.east + size)
            if canvas.mirrored
            else box._replace(east=logo.west - size)
        )
    face, width, language = canvas.face, box.east - box.west, canvas.language
    heading = single_line(language.standalone(selection.title))
    title = face.wrap(heading, size, width, bold=True)
    end = canvas.paragraph("title", box, title, size, bold=True)
    size = canvas.size.text * 1.15
    under = face.wrap(single_line(shown_subtitle(selection)), size, width)
    return canvas.paragraph("title", box._replace(north=end), under, size, color=QUIET)


def _draw_logo(canvas: Canvas, logo: Logo, box: Box) -> Box:
    """Draw a logo in an upper corner of a box, where lines of text end, and return its place."""
    height = canvas.size.text * 3.0
    width, ratio = (box.east - box.west) * _WIDEST_LOGO, canvas.ratio(logo.content)
    height = min(height, width / ratio)
    width = height * ratio
    west = box.west if canvas.mirrored else box.east - width
    place = Box(west, box.north - height, west + width, box.north)
    canvas.image("logo", place, logo.content)
    return place


def _too_small(size: Size) -> OutputError:
    wide, high = size.pixels
    return OutputError(
        f"a picture of {wide}x{high} pixels has no room for its legend and sources;"
        " choose a larger --size or fewer systems"
    )


def _full_sources(selection: Selection, *, short: bool) -> str:
    """Return each figure that is drawn with its publishers."""
    language = selection.language
    cited = (
        cite_system(system, language, selection.units, short=short)
        for system in selection.cited_systems
    )
    return language.translate("footer_sources", sources=". ".join(cited))
