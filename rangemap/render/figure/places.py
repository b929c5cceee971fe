"""Places in a picture: sites, origins, towns and countries, and their labels."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from rangemap.catalogue import ring_label
from rangemap.render.figure.canvas import Canvas
from rangemap.render.figure.labels import (
    Box,
    Candidate,
    LabelPlacer,
    along_line,
    around_point,
    with_leader,
)
from rangemap.render.figure.site_labels import (
    SiteLabels,
    SiteTexts,
    badge_side,
    badge_text,
    label_sites,
)
from rangemap.render.figure.typeface import ASCENT, DESCENT, single_line
from rangemap.render.figure.view import RingLines, View
from rangemap.render.style import INK, MANY_PLACES, LineStyle
from rangemap.rings import RangeRing
from rangemap.scenario.origins import Origin, origins_of
from rangemap.scenario.selection import Selection

_DENSE: Final = 150  # sites, whose marks are as small as the dots of towns
_MOST_ORIGINS: Final = 200  # whose names are written
_MOST_OF_ONE: Final = 50  # rings with one label
_MOST_RING_TEXTS: Final = 200
_RING_GAP: Final = 2.5  # points between a ring and its label next to it
_LEADER_CLEARANCE: Final = (
    4.0  # points between other rings and a label with a leader, if there is room
)
_LEADER_END_SIZE: Final = 3.6  # diameter of a leader's dot on its ring


@dataclass(frozen=True, kw_only=True)
class Label:
    """A label and its position; without a candidate there was no space, and it is not shown.

    ``site`` and ``ring`` are the indices of the labelled site or ring.
    """

    layer: str
    text: str
    color: str
    candidate: Candidate | None
    site: int | None = None
    ring: int | None = None


@dataclass(frozen=True, kw_only=True)
class Places:
    """Sites and origins in the picture, in points, and those outside the frame."""

    sites: dict[int, tuple[float, float]]
    origins: dict[Origin, tuple[float, float]]
    borders: BaseGeometry
    marker: float
    sites_outside: tuple[int, ...]
    origins_outside: tuple[Origin, ...]


def sites_at_origins(selection: Selection) -> set[int]:
    """Return the sites that are already marked and labelled as origins."""
    origins = {place for origin in selection.origins for place in origin.same_places}
    return {index for index, here in enumerate(origins_of(selection.sites)) if here in origins}


def find_places(canvas: Canvas, view: View, selection: Selection) -> Places:
    """Find the sites and origins inside the frame."""
    sites = selection.sites
    at_origin = sites_at_origins(selection)
    spots = {
        index: spot
        for index in range(len(sites))
        if index not in at_origin
        and (spot := view.place(float(sites.lon[index]), float(sites.lat[index]))) is not None
    }
    origin_spots = {
        origin: spot
        for origin in selection.origins
        if origin.area is None and (spot := view.place(*origin.lonlat)) is not None
    }
    dense = len(spots) > _DENSE
    small = len(spots) + len(origin_spots) > MANY_PLACES
    return Places(
        sites=spots,
        origins=origin_spots,
        borders=view.line(path for origin in selection.origins for path in origin.border),
        marker=canvas.size.text * (0.3 if dense else 0.42 if small else 0.72),
        sites_outside=tuple(i for i in range(len(sites)) if i not in spots and i not in at_origin),
        origins_outside=tuple(
            o for o in selection.origins if o not in origin_spots and o.area is None
        ),
    )


def place_labels(
    canvas: Canvas,
    placer: LabelPlacer,
    view: View,
    *,
    selection: Selection,
    rings: Sequence[RangeRing],
    styles: Sequence[LineStyle],
    places: Places,
    texts: SiteTexts,
    plain: Container[int] = frozenset(),
    inset: bool = False,
    without: Container[int] = frozenset(),
) -> tuple[list[Label], SiteLabels]:
    """Place the labels of origins, sites and rings, in this order.

    Sites in ``plain`` and rings in ``without`` have none. In an ``inset`` a ring has a label on or at its line only.
    """
    side = places.marker * 1.35
    placer.reserve_all([Box.around(*spot, side, side) for spot in places.origins.values()])
    width_of = partial(canvas.face.width, size=canvas.size.text, bold=True)
    height = canvas.size.text * (ASCENT + DESCENT)
    start = placer.state()
    placer.reserve_all(
        [Box.around(*spot, places.marker, places.marker) for spot in places.sites.values()]
    )
    labels = []
    for origin, spot in islice(places.origins.items(), _MOST_ORIGINS):
        text = canvas.language.standalone(single_line(selection.place_names.origins[origin]))
        candidates = around_point(
            *spot, width_of(text), height, places.marker * 0.675 + 2, mirrored=canvas.mirrored
        )
        candidate = placer.place(candidates)
        color = canvas.style.origin_colour
        labels.append(Label(layer="origins", text=text, color=color, candidate=candidate))
    placer.restore(start)
    for label in labels:
        if label.candidate is not None:
            placer.keep(label.candidate)
    found = label_sites(canvas, placer, places.sites, texts, marker=places.marker, plain=plain)
    for index in texts.labels:
        if index in places.sites and index not in plain and index not in found.badges:
            candidate = found.names.get(index)
            labels.append(
                Label(
                    layer="sites",
                    text=texts.labels[index],
                    color=INK,
                    candidate=candidate,
                    site=index,
                )
            )
    shown = [
        index
        for index in range(len(rings))
        if index not in without and not placer.lines[index].is_empty
    ]
    avoided = [] if inset else [*places.sites.values(), *places.origins.values()]
    for text, group in _ring_texts(canvas, selection, rings, shown):
        size = (width_of(text), height)
        placed = _place_on_rings(
            placer, group, view=view, rings=rings, size=size, avoided=avoided, leader=not inset
        )
        labels += [
            Label(layer="rings", text=text, color=styles[i].text, candidate=candidate, ring=i)
            for i, candidate in placed.items()
        ]
    return labels, found


def _ring_texts(
    canvas: Canvas, selection: Selection, rings: Sequence[RangeRing], shown: Iterable[int]
) -> Iterable[tuple[str, list[int]]]:
    """Return the texts of the labels of rings, the smallest first, and the rings of each.

    With very many rings there is no room for more labels, and looking for it would take long.
    """
    texts: dict[str, list[int]] = {}
    for index in sorted(shown, key=lambda i: rings[i].system.band.headline_m):
        label = ring_label(rings[index].system, selection.units, canvas.language)
        texts.setdefault(single_line(label), []).append(index)
    return [(text, group[:_MOST_OF_ONE]) for text, group in texts.items()][:_MOST_RING_TEXTS]


def _place_on_rings(
    placer: LabelPlacer,
    group: Sequence[int],
    *,
    view: View,
    rings: Sequence[RangeRing],
    size: tuple[float, float],
    avoided: Sequence[tuple[float, float]],
    leader: bool,
) -> dict[int, Candidate | None]:
    """Place one label on each of several rings, or next to it.

    At most one has a leader: the first if it is small, or, if there is room at none of them, one whose
    leader starts away from the points ``avoided``.
    """

    def centre(index: int) -> tuple[float, float]:
        lon, lat = rings[index].origin.lonlat
        ((x, y),) = view.to_points(view.projection.points(np.array([lon]), np.array([lat])))
        return float(x), float(y)

    points = {index: shapely.get_coordinates(placer.lines[index]) for index in group}
    placed: dict[int, Candidate | None] = {}
    for index, line in points.items():
        beside = along_line(line, centre(index), *size, _RING_GAP)
        if any(placed.values()):
            beside = beside.subset(np.isnan(beside.starts[:, 0]))
        placed[index] = placer.place(beside, own=index)
    if not leader or any(placed.values()):
        return placed
    for index, line in points.items():
        at_leader = with_leader(line, centre(index), *size, _RING_GAP)
        if avoided:
            away = np.abs(at_leader.starts[:, None] - np.array(avoided)).max(axis=2).min(axis=1)
            at_leader = at_leader.subset(away > _LEADER_END_SIZE * 1.5)
        placed[index] = placer.place(at_leader, own=index, clear=_LEADER_CLEARANCE) or placer.place(
            at_leader, own=index
        )
        if placed[index] is not None:
            break
    return placed


def interrupt_under_labels(lines: Sequence[RingLines], labels: Sequence[Label]) -> list[RingLines]:
    """Interrupt the solid lines under labels."""
    boxes = [label.candidate.box for label in labels if label.candidate and label.layer == "rings"]
    if not boxes:
        return list(lines)
    gaps = shapely.union_all([shapely.box(*box.expanded(1.5)) for box in boxes])
    return [line._replace(headline=line.headline.difference(gaps)) for line in lines]


def draw_places(
    canvas: Canvas,
    *,
    places: Places,
    labels: Sequence[Label],
    site_labels: SiteLabels,
    numbers: Mapping[int, int],
    reached: Container[int],
) -> None:
    """Mark sites and origins, and write the labels.

    Sites in ``reached`` are filled, the others hollow. ``numbers`` are those of the key.
    """
    badges = site_labels.badges
    leaders = [badge.line for badge in badges.values() if badge.line is not None]
    canvas.line("leaders", shapely.MultiLineString(leaders), color=INK, width=0.6)
    # Filled marks last, so that none is hidden by a hollow one.
    for index in sorted(places.sites, key=lambda index: index in reached):
        spot, filled = places.sites[index], index in reached
        if index not in badges:
            canvas.site("sites", spot, size=places.marker, filled=filled)
            continue
        moved = badges[index].line is not None
        if moved:
            canvas.site("sites", spot, size=places.marker * 0.7, filled=filled)
        canvas.badge(
            "badges" if moved else "sites",
            badges[index].box.middle,
            canvas.language.number(str(numbers[index])),
            side=badge_side(canvas),
            size=badge_text(canvas),
            filled=filled,
        )
    canvas.line("origins", places.borders, color=canvas.style.origin_colour, width=1.0)
    for spot in places.origins.values():
        canvas.mark(
            "origins", spot, symbol="o", size=places.marker * 1.35, color=canvas.style.origin_colour
        )
        canvas.mark("origins", spot, symbol="o", size=places.marker * 0.5, color="white")
    size = canvas.size.text
    placed = [(label, label.candidate) for label in labels if label.candidate is not None]
    for label, candidate in placed:
        if candidate.line is not None:
            canvas.line("leaders", candidate.line, color=label.color, width=0.6)
            if label.layer == "rings":  # shows which ring is meant if the leader crosses others
                end = candidate.line.coords[0]
                canvas.mark("leaders", end, symbol="o", size=_LEADER_END_SIZE, color=label.color)
    for label, candidate in placed:
        x, y = candidate.box.middle[0], candidate.box.south + size * DESCENT
        canvas.halo(x, y, label.text, size, bold=True)
    for label, candidate in placed:
        x, y = candidate.box.middle[0], candidate.box.south + size * DESCENT
        layer = f"labels-{label.layer}"
        canvas.text(layer, x, y, label.text, size, color=label.color, bold=True, align="center")
