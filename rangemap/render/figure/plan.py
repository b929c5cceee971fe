"""The plan of a picture's map: where everything is in it and in its inset, and how it is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import shapely

from rangemap.render.figure.background import draw_background
from rangemap.render.figure.canvas import INSET, Canvas
from rangemap.render.figure.inset import (
    LEAST_CROWDED,
    connectors,
    enlarged,
    find_cluster,
    split_frame,
    widened,
)
from rangemap.render.figure.labels import Box, LabelPlacer
from rangemap.render.figure.legend import Key, Legend, Omissions
from rangemap.render.figure.local import draw_local
from rangemap.render.figure.places import (
    Label,
    Places,
    draw_places,
    find_places,
    interrupt_under_labels,
    place_labels,
)
from rangemap.render.figure.projection import Projection
from rangemap.render.figure.scale import covered, draw_scale, scale_box
from rangemap.render.figure.site_labels import (
    SiteLabels,
    SiteTexts,
    badge_side,
    numbered,
)
from rangemap.render.figure.typeface import single_line
from rangemap.render.figure.view import (
    RingLines,
    View,
    draw_base,
    draw_fills,
    draw_rings,
    make_view,
    ring_lines,
)
from rangemap.render.style import INK, QUIET, LineStyle
from rangemap.rings import RangeRing
from rangemap.scenario.selection import Selection


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A view with the position of everything in it, before any of it is drawn."""

    view: View
    scale: Box | None
    lines: list[RingLines]
    placer: LabelPlacer
    places: Places
    labels: list[Label]
    site_labels: SiteLabels


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A picture's map, its inset if it has one, and its legend."""

    main: Scene
    texts: SiteTexts
    legend: Legend
    inset: Scene | None = None
    shared: Mapping[int, int] | None = None
    """Numbers of sites that several maps share."""
    part: Box | None = None
    """What the inset enlarges, in points of the map."""

    @property
    def view(self) -> View:
        """The view of the map."""
        return self.main.view

    @property
    def scenes(self) -> list[Scene]:
        """The map and its inset."""
        return [self.main, *([self.inset] if self.inset else [])]

    @property
    def numbers(self) -> dict[int, int]:
        """The number of each site that has no name on the map."""
        if self.shared is not None:
            return dict(self.shared)
        return numbered(self.texts, [scene.site_labels for scene in self.scenes])

    @property
    def key(self) -> Key:
        """The sites that the legend names: by number, or without one if there was no room."""
        numbers = self.numbers
        names = [scene.site_labels.names for scene in self.scenes]
        spots = self.main.places.sites
        left = [i for i in self.texts.labels if i in spots and i not in numbers]
        unnumbered = tuple(i for i in left if not any(i in named for named in names))
        return Key(texts=self.texts, numbers=numbers, unnumbered=unnumbered)


def plan_map(
    canvas: Canvas,
    selection: Selection,
    rings: Sequence[RangeRing],
    *,
    projection: Projection,
    frame: Box,
    legend: Legend,
    styles: Sequence[LineStyle],
    texts: SiteTexts,
) -> Plan:
    """Plan the map, with an inset if numbers alone would be unreadable."""
    text = canvas.size.text
    place = partial(place_all, canvas, selection=selection, rings=rings, styles=styles, texts=texts)
    main = place(make_view(projection, frame, selection, rings, text=text))
    plan = Plan(main=main, texts=texts, legend=legend)
    if len(main.site_labels.crowded) < LEAST_CROWDED or texts.are_many:
        return plan
    split = split_frame(frame, text, mirrored=canvas.mirrored)
    view = widened(make_view(projection, split.room, selection, rings, text=text), frame)
    spots = find_places(canvas, view, selection).sites
    part = find_cluster(spots, badge_side(canvas), split.inset)
    if part is None:
        return plan
    inset = place(enlarged(view, part, split.inset), inset=True)
    shown = frozenset(inset.places.sites)
    main = place(
        view,
        plain=shown,
        inset_at=(part, split.inset),
        named=frozenset(
            label.ring for label in inset.labels if label.ring is not None and label.candidate
        ),
    )
    return Plan(main=main, texts=texts, legend=legend, inset=inset, part=part)


def place_all(
    canvas: Canvas,
    view: View,
    *,
    selection: Selection,
    rings: Sequence[RangeRing],
    styles: Sequence[LineStyle],
    texts: SiteTexts,
    plain: frozenset[int] = frozenset(),
    inset: bool = False,
    inset_at: tuple[Box, Box] | None = None,
    named: frozenset[int] = frozenset(),
    scaled: bool = True,
) -> Scene:
    """Place everything in a view, with a scale bar if it is ``scaled``.

    A map with an inset has it ``inset_at`` the two boxes of what it enlarges and of its frame;
    the rings ``named`` there have no label on the map if they are within that part of it.
    """
    places = find_places(canvas, view, selection)
    spots = [*places.sites.values(), *places.origins.values()]
    if inset_at is not None:  # the scale is beside the inset
        frame = inset_at[1]
        spots += [(x, y) for x in (frame.west, frame.east) for y in (frame.south, frame.north)]
    scale = scale_box(canvas, view, selection.units, spots) if scaled else None
    lines = [ring_lines(view, ring) for ring in rings]
    others = [line for ring in lines for line in ring.others.values()]
    placer = LabelPlacer(view.frame.expanded(-2), [ring.headline for ring in lines], others)
    if scale is not None:
        placer.reserve(scale)
    within: frozenset[int] = frozenset()
    if inset_at is not None:
        part, frame = inset_at
        placer.reserve(part)
        placer.reserve(frame)
        placer.leaders += connectors(part, frame)
        outline = shapely.box(*part)
        within = frozenset(i for i in named if outline.covers(lines[i].headline))
    labels, site_labels = place_labels(
        canvas, placer, view, selection=selection, rings=rings, styles=styles, places=places,
        texts=texts, plain=plain, inset=inset, without=within,
    )  # fmt: skip
    return Scene(
        view=view,
        scale=scale,
        lines=lines,
        placer=placer,
        places=places,
        labels=labels,
        site_labels=site_labels,
    )


def _draw_scene(
    canvas: Canvas,
    scene: Scene,
    rings: Sequence[RangeRing],
    styles: Sequence[LineStyle],
    *,
    plan: Plan,
    tint: str,
    about: Sequence[str],
) -> None:
    land = draw_base(canvas, scene.view)
    draw_local(canvas, scene.view)
    tinted = {"land": land, "all": shapely.box(*scene.view.frame), "none": None}[tint]
    draw_fills(canvas, scene.view, rings, styles, tinted)
    draw_rings(canvas, rings, styles, interrupt_under_labels(scene.lines, scene.labels))
    draw_background(
        canvas, scene.placer, scene.view, about=about, origins=scene.places.origins.values()
    )
    draw_places(
        canvas, places=scene.places, labels=scene.labels,
        site_labels=scene.site_labels, numbers=plan.numbers, reached=plan.texts.reached,
    )  # fmt: skip


def draw_plan(
    canvas: Canvas,
    plan: Plan,
    rings: Sequence[RangeRing],
    styles: Sequence[LineStyle],
    *,
    units: str,
    tint: str,
    about: Sequence[str],
) -> None:
    """Draw the map, and the inset over it with the outline of what it enlarges.

    ``about`` are the countries that the map is about.
    """
    _draw_scene(canvas, plan.main, rings, styles, plan=plan, tint=tint, about=about)
    if plan.main.scale is not None:
        draw_scale(canvas, plan.view, units, plan.main.scale)
    if plan.inset is None or plan.part is None:
        return
    frame, part = plan.inset.view.frame, plan.part
    prefix = canvas.prefix
    canvas.prefix = f"{prefix}{INSET}"
    for line in connectors(part, frame):
        canvas.line("outline", line, color=QUIET, width=0.5)
    canvas.line("outline", shapely.box(*part).exterior, color=INK, width=0.8)
    border = frame.expanded(canvas.size.text * 0.25)
    canvas.area("border", shapely.box(*border), facecolor="white")
    _draw_scene(canvas, plan.inset, rings, styles, plan=plan, tint=tint, about=about)
    scale = plan.inset.scale
    if scale is not None and not covered(scale, [*plan.inset.places.sites.values()]):
        draw_scale(canvas, plan.inset.view, units, scale)
    canvas.line("frame", shapely.box(*frame).exterior, color=INK, width=0.8)
    canvas.prefix = prefix


def omissions(selection: Selection, plan: Plan) -> Omissions:
    """Return what is omitted; sites of the registry outside the map do not count."""
    names, places, key = selection.place_names, plan.main.places, plan.key
    shown = {label.site for scene in plan.scenes for label in scene.labels if label.candidate}
    shown |= {*key.numbers, *key.unnumbered}
    outside = places.sites_outside if selection.sites_requested else ()
    return Omissions(
        unlabelled=tuple(single_line(names.sites[i]) for i in places.sites if i not in shown),
        sites=tuple(single_line(names.sites[site]) for site in outside),
        origins=tuple(single_line(names.origins[origin]) for origin in places.origins_outside),
        numbers=key.numbers,
    )
