"""A picture with panels: several maps in a grid, with one title, legend and line of sources."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import shapely
from matplotlib.figure import Figure

from rangemap.catalogue import System
from rangemap.errors import OutputError
from rangemap.render.background.detail import countries_about
from rangemap.render.extract.local_map import local_map
from rangemap.render.figure.canvas import Canvas
from rangemap.render.figure.labels import Box
from rangemap.render.figure.layout import (
    MOST_PLANS,
    choose_projection,
    lay_out,
    note_missing,
    write_texts,
)
from rangemap.render.figure.legend import (
    Item,
    Key,
    Legend,
    Omissions,
    legend_choices,
    note_row,
    symbol_rows,
    system_lines,
)
from rangemap.render.figure.panel_grid import (
    TITLE,
    UNDER,
    best_columns,
    heading_height,
    panel_frames,
    worth,
)
from rangemap.render.figure.places import sites_at_origins
from rangemap.render.figure.plan import Plan, draw_plan, omissions, place_all
from rangemap.render.figure.projection import Projection, ProjectionName
from rangemap.render.figure.scale import draw_locator
from rangemap.render.figure.site_labels import SiteTexts, site_texts
from rangemap.render.figure.sizes import Size
from rangemap.render.figure.typeface import FONT, Typeface
from rangemap.render.figure.view import View, fitted_view, needed_box
from rangemap.render.style import COAST, HOUSE_STYLE, QUIET, HouseStyle, LineStyle, line_styles
from rangemap.rings import RangeRing
from rangemap.scenario.selection import Selection

_TEXT_OF: Final = (1.0, 0.92, 0.84, 0.78)  # of labels, times the text size, by columns or rows
_LEAST_TEXT: Final = 5.0  # points
_LEAST_SIDE: Final = 11.0  # of a panel's map, times the text size


class DrawnPanels(NamedTuple):
    """A figure with panels, and of each its frame in points, what it does not show and its projection."""

    figure: Figure
    frames: list[Box]
    omitted: list[Omissions]
    projections: list[Projection]


@dataclass(frozen=True, kw_only=True)
class _Panel:
    """One map, its rings and their styles, and the texts of its sites."""

    selection: Selection
    rings: Sequence[RangeRing]
    styles: Sequence[LineStyle]
    projection: Projection
    texts: SiteTexts


@dataclass(frozen=True, kw_only=True)
class _Layout:
    """The panels in their grid: the frame of each map, its heading, and its plan."""

    frames: Sequence[Box]
    headings: Sequence[Sequence[tuple[str, bool]]]
    plans: Sequence[Plan]
    legend: Legend
    text: float
    same_view: bool


def draw_panels(
    selection: Selection,
    rings: Sequence[Sequence[RangeRing]],
    *,
    size: Size,
    projection: ProjectionName | None = None,
    fonts: Sequence[str] = (),
    titled: bool = True,
    style: HouseStyle = HOUSE_STYLE,
    notify: Callable[[str], None] = lambda _: None,
) -> DrawnPanels:
    """Draw the panels of a selection, whose rings are given for each; see `make_panels_picture`.

    Called within `canvas.settings`.
    """
    face = Typeface(tuple(fonts) or (FONT,))
    canvas = Canvas(size, face, style, selection.language)
    area = write_texts(canvas, selection, titled=titled)
    looks = _styles(selection, style)
    panels = [
        _Panel(
            selection=panel,
            rings=own,
            styles=[looks[_look_of(ring.system)] for ring in own],
            projection=shown,
            texts=_without_distances(site_texts(panel)),
        )
        for panel, own, shown in zip(
            selection.panels, rings, _projections(selection, rings, projection), strict=True
        )
    ]
    layout = _plan(canvas, selection, panels, area=area, looks=looks)
    space = layout.legend.draw()
    if layout.same_view:
        draw_locator(canvas, layout.plans[0].view, space)
    for number, panel in enumerate(panels, 1):
        _draw_panel(canvas, layout, panel, number)
        for note in layout.plans[number - 1].view.local.notes:
            notify(f"panel {number}: {note}")
    note_missing(face, notify)
    return DrawnPanels(
        canvas.figure,
        list(layout.frames),
        [omissions(p.selection, plan) for p, plan in zip(panels, layout.plans, strict=True)],
        [panel.projection for panel in panels],
    )


def _draw_panel(canvas: Canvas, layout: _Layout, panel: _Panel, number: int) -> None:
    frame, lines = layout.frames[number - 1], layout.headings[number - 1]
    plan = layout.plans[number - 1]
    canvas.begin_part(number)
    size = canvas.size.text
    with canvas.in_panel(number, layout.text):
        y = frame.north + heading_height(lines, size)
        for line, bold in lines:
            box, own = frame._replace(north=y), size * (TITLE if bold else UNDER)
            colour = {} if bold else {"color": QUIET}
            y = canvas.paragraph("title", box, [line], own, bold=bold, **colour)
        draw_plan(
            canvas, plan, panel.rings, panel.styles, units=panel.selection.units,
            tint=panel.selection.look.tinted, about=countries_about(panel.selection),
        )  # fmt: skip
        canvas.line("frame", shapely.box(*frame).exterior, color=COAST, width=0.7)


def _look_of(system: System) -> tuple[str, str | None]:
    """Return what the ring of a system has in common with those of other panels."""
    return system.display_name, system.colour


def _styles(selection: Selection, style: HouseStyle) -> dict[tuple[str, str | None], LineStyle]:
    """Return the style of each ring, the same in all panels."""
    first: dict[tuple[str, str | None], System] = {}
    for panel in selection.panels:
        for system in panel.systems:
            first.setdefault(_look_of(system), system)
    return dict(zip(first, line_styles(list(first.values()), style), strict=True))


def _projections(
    selection: Selection, rings: Sequence[Sequence[RangeRing]], name: ProjectionName | None
) -> list[Projection]:
    """Return the projection of each panel: one for all if they are compared at the same place."""
    if _is_one_place(selection):
        shared = choose_projection(list(itertools.chain(*rings)), name)
        return [shared] * len(rings)
    return [choose_projection(own, name) for own in rings]


def _is_one_place(selection: Selection) -> bool:
    """Whether all panels show the same part of the earth: one scale, and the same origins."""
    panels = selection.panels
    return (
        selection.look.panel_scale == "common"
        and len({frozenset(panel.origins) for panel in panels}) == 1
        and len({panel.look.extent for panel in panels}) == 1
    )


def _without_distances(texts: SiteTexts) -> SiteTexts:
    """Return shorter labels: panels share one key, and have less room."""
    return replace(texts, labels=texts.short)


def _plan(
    canvas: Canvas,
    selection: Selection,
    panels: Sequence[_Panel],
    *,
    area: Box,
    looks: Mapping[tuple[str, str | None], LineStyle],
) -> _Layout:
    """Place everything, with room in the legend for the key of the sites and for omissions."""
    rows, language = _legend_rows(selection, looks), selection.language
    key, omitted = Key(), Omissions()
    for attempt in range(MOST_PLANS):
        if attempt == MOST_PLANS - 1:  # room for any key
            key = _key(panels, None)
        choices = legend_choices(rows, omitted, key, language)
        frame, legend = _roomiest(canvas, selection, choices, area)
        layout = _in_grid(canvas, selection, panels, frame=frame, legend=legend)
        key = _key(panels, layout.plans)
        omitted = _joined(
            [omissions(p.selection, plan) for p, plan in zip(panels, layout.plans, strict=True)]
        )
        if legend.use_first_fitting(legend_choices(rows, omitted, key, language)):
            break
    return layout


def _roomiest(
    canvas: Canvas, selection: Selection, choices: Sequence[Sequence[Item]], area: Box
) -> tuple[Box, Legend]:
    """Return the frame of all maps and the legend, beside or below them as the maps are larger."""
    found: list[tuple[float, Box, Legend]] = []
    for below in (False, True):
        try:
            frame, legend = lay_out(canvas, choices, area, below=below)
        except OutputError:
            if below and not found:
                raise
            continue
        columns = best_columns(canvas, selection.panels, frame)
        found.append((worth(canvas, selection.panels, frame, columns), frame, legend))
    _, frame, legend = max(found, key=lambda each: each[0])
    return frame, legend


def _legend_rows(
    selection: Selection, looks: Mapping[tuple[str, str | None], LineStyle]
) -> list[Item]:
    """Return the rows on rings, with the figures of each panel where they differ, and on symbols."""
    language, unit = selection.language, selection.units
    rows = []
    for look, style in looks.items():
        figures: dict[tuple[tuple[str, bool], ...], list[str]] = {}
        for panel in selection.panels:
            for system in panel.systems:
                if _look_of(system) == look:
                    name, *lines = system_lines(system, unit, language)
                    figures.setdefault(tuple(lines), []).append(language.name(panel.title))
        if len(figures) == 1:
            details = list(*figures)
        else:
            details = [
                (
                    language.translate(
                        "labelled",
                        name=language.listed(titles),
                        text=language.listed((text for text, _ in lines), between="clauses"),
                    ),
                    False,
                )
                for lines, titles in figures.items()
            ]
        rows.append(Item(lines=(name, *details), style=style))
    has_sites = any(len(panel.sites) > len(sites_at_origins(panel)) for panel in selection.panels)
    rows += symbol_rows(selection, has_sites=has_sites)
    scale = "common_scale" if selection.look.panel_scale == "common" else "separate_scales"
    return [*rows, note_row(language.translate(f"legend_{scale}"))]


def _site_id(panel: _Panel, index: int) -> tuple[str, float, float]:
    """Return what identifies a site of a panel in the others."""
    sites = panel.selection.sites
    return panel.texts.short[index], float(sites.lon[index]), float(sites.lat[index])


def _shared_numbers(
    panels: Sequence[_Panel], plans: Sequence[Plan]
) -> dict[tuple[str, float, float], int]:
    """Return a number for the sites that have a number in any panel, in the order of the panels."""
    numbers: dict[tuple[str, float, float], int] = {}
    for panel, plan in zip(panels, plans, strict=True):
        for index in plan.numbers:
            numbers.setdefault(_site_id(panel, index), len(numbers) + 1)
    return numbers


def _key(panels: Sequence[_Panel], plans: Sequence[Plan] | None) -> Key:
    """Return the key of the sites of all panels; without plans one with every site."""
    every: dict[tuple[str, float, float], int] = {}
    reached: set[int] = set()
    numbers: dict[int, int] = {}
    bare: dict[int, None] = {}
    for number, panel in enumerate(panels):
        for index in panel.texts.labels:
            one = every.setdefault(_site_id(panel, index), len(every))
            if index in panel.texts.reached:
                reached.add(one)
            if plans is None:
                numbers[one] = one + 1
            elif index in plans[number].numbers:
                numbers[one] = plans[number].numbers[index]
            elif index in plans[number].key.unnumbered:
                bare[one] = None
    names = {one: name for (name, _, _), one in every.items()}
    texts = SiteTexts(
        labels=names,
        short=names,
        reached=frozenset(reached),
        count=max(panel.texts.count for panel in panels),
    )
    ordered = dict(sorted(numbers.items(), key=lambda item: item[1]))
    return Key(
        texts=texts, numbers=ordered, unnumbered=tuple(one for one in bare if one not in numbers)
    )


def _joined(each: Sequence[Omissions]) -> Omissions:
    def of(names: Sequence[Sequence[str]]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(itertools.chain(*names)))

    return Omissions(
        unlabelled=of([o.unlabelled for o in each]),
        sites=of([o.sites for o in each]),
        origins=of([o.origins for o in each]),
    )


def _in_grid(
    canvas: Canvas,
    selection: Selection,
    panels: Sequence[_Panel],
    *,
    frame: Box,
    legend: Legend,
) -> _Layout:
    """Place the panels in the grid whose maps are largest."""
    columns = best_columns(canvas, selection.panels, frame)
    rows = math.ceil(len(panels) / columns)
    frames, headings = panel_frames(canvas, selection.panels, frame, columns)
    if min(frames[0].east - frames[0].west, frames[0].north - frames[0].south) < (
        _LEAST_SIDE * canvas.size.text
    ):
        wide, high = canvas.size.pixels
        raise OutputError(
            f"a picture of {wide}x{high} pixels has no room for {len(panels)} panels; choose a"
            " larger --size or fewer panels"
        )
    step = min(max(columns, rows), len(_TEXT_OF)) - 1
    text = max(canvas.size.text * _TEXT_OF[step], min(_LEAST_TEXT, canvas.size.text))
    views = _views(selection, panels, frames, text=text)
    is_common = selection.look.panel_scale == "common"
    plans = []
    for number, (panel, view) in enumerate(zip(panels, views, strict=True), 1):
        with canvas.in_panel(number, text):
            scene = place_all(
                canvas, view, selection=panel.selection, rings=panel.rings, styles=panel.styles,
                texts=panel.texts, scaled=number == 1 or not is_common,
            )  # fmt: skip
        plans.append(Plan(main=scene, texts=panel.texts, legend=legend))
    numbers = _shared_numbers(panels, plans)
    shared = [
        {index: numbers[_site_id(panel, index)] for index in plan.numbers}
        for panel, plan in zip(panels, plans, strict=True)
    ]
    plans = [replace(plan, shared=own) for plan, own in zip(plans, shared, strict=True)]
    return _Layout(
        frames=frames,
        headings=headings,
        plans=plans,
        legend=legend,
        text=text,
        same_view=_is_one_place(selection),
    )


def _views(
    selection: Selection, panels: Sequence[_Panel], frames: Sequence[Box], *, text: float
) -> list[View]:
    """Return the view of each panel, at one scale if that is wanted."""
    pairs = list(zip(panels, frames, strict=True))
    needed = [
        needed_box(panel.projection, frame, panel.selection, panel.rings, text=text)
        for panel, frame in pairs
    ]
    if _is_one_place(selection):
        sides = list(zip(*needed, strict=True))
        needed = [Box(min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3]))] * len(panels)
    detail = selection.look.detail
    views = [
        fitted_view(panel.projection, frame, box, detail=detail, text=text)
        for (panel, frame), box in zip(pairs, needed, strict=True)
    ]
    if selection.look.panel_scale != "separate":
        widest = max(views, key=lambda view: view.metres_per_point).window
        size = widest.east - widest.west, widest.north - widest.south
        views = [replace(view, window=Box.around(*view.window.middle, *size)) for view in views]
    return [
        replace(view, local=local_map(panel.selection, view.box))
        if panel.selection.look.basemap
        else view
        for view, panel in zip(views, panels, strict=True)
    ]
