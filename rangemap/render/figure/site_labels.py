"""Which sites of a picture have their name on the map, and which a number with a key."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from rangemap.catalogue import limits_of
from rangemap.check.order import nearest_distances_m, reached
from rangemap.render.extent import FEW_SITES
from rangemap.render.figure.canvas import Canvas
from rangemap.render.figure.labels import (
    Box,
    Candidate,
    LabelPlacer,
    around_badge,
    around_point,
)
from rangemap.render.figure.typeface import ASCENT, DESCENT, single_line
from rangemap.scenario.origins import origins_of
from rangemap.scenario.pairs import by_origin
from rangemap.scenario.selection import Selection
from rangemap.wording.figures import displayed_distance

_MOST_NAMED: Final = 40  # of many sites, those nearest to a ring
_MOST_ON_MAP: Final = 30  # names; more are always numbered
_ADJACENT: Final = slice(8)  # the candidates of `around_point` without a leader
_ROUNDS: Final = 5
_BADGE_TEXT: Final = 0.78  # of the text size
_BADGE_PADDING: Final = 0.34

Spot = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class SiteTexts:
    """The sites of a picture in the order in which they are numbered, with their labels.

    ``labels`` are on the map and in the key; ``short`` without distances. Of more than 60
    sites only the 40 nearest to a ring have them. ``reached`` are the sites within reach.
    """

    labels: Mapping[int, str]
    short: Mapping[int, str]
    reached: frozenset[int]
    count: int

    @property
    def are_many(self) -> bool:
        """Whether there are too many sites to name all of them."""
        return self.count > FEW_SITES


def site_texts(selection: Selection) -> SiteTexts:
    """Return the labels of a selection's sites, the nearest to an origin first.

    A site at an origin has the mark and the label of the origin.
    """
    sites, unit, language = selection.sites, selection.units, selection.language
    origins = set(selection.origins)
    others = [index for index, here in enumerate(origins_of(sites)) if here not in origins]
    distances_m = nearest_distances_m(selection.origins, sites)
    named = others
    if len(others) > FEW_SITES:
        to_ring_m = _distances_to_rings_m(selection)
        named = sorted(others, key=lambda index: to_ring_m[index])[:_MOST_NAMED]
    named = sorted(named, key=lambda index: distances_m[index])
    only = selection.origins[0] if len(selection.origins) == 1 else None
    labels, short = {}, {}
    limits = limits_of(selection.systems)
    for index in named:
        name = single_line(selection.place_names.sites[index])
        short[index] = labels[index] = language.standalone(name)
        if only is not None:
            precision_m = float(sites.precision_m[index]) + only.precision_m
            shown = displayed_distance(float(distances_m[index]), precision_m, unit, limits)
            labels[index] = f"{language.name(name)} ({language.distance(shown, unit)})"
    within = frozenset(np.flatnonzero(reached(selection)).tolist())
    return SiteTexts(labels=labels, short=short, reached=within, count=len(others))


def _distances_to_rings_m(selection: Selection) -> np.ndarray:
    """Return the distance of each site from the nearest line of a headline, metres."""
    sites = selection.sites
    found = np.full(len(sites), np.inf)
    for origin, systems in by_origin(selection.pairs):
        distances_m = origin.distances_m(sites.lon, sites.lat)
        for system in systems:
            np.minimum(found, np.abs(distances_m - system.band.headline_m), out=found)
    return found


@dataclass(frozen=True, kw_only=True)
class SiteLabels:
    """Where the labels of sites are in one view.

    ``names`` and ``badges`` have positions by site; a badge without a leader is the mark of its
    site. ``crowded`` are the sites whose badge had no room at its place.
    """

    names: Mapping[int, Candidate] = field(default_factory=dict)
    badges: Mapping[int, Candidate] = field(default_factory=dict)
    crowded: frozenset[int] = frozenset()


def badge_side(canvas: Canvas) -> float:
    """Return the side of a square with a number of two digits."""
    size = canvas.size.text * _BADGE_TEXT
    return canvas.face.width("00", size, bold=True) + size * _BADGE_PADDING


def badge_text(canvas: Canvas) -> float:
    """Return the size of the number in a badge."""
    return canvas.size.text * _BADGE_TEXT


def label_sites(
    canvas: Canvas,
    placer: LabelPlacer,
    spots: Mapping[int, Spot],
    texts: SiteTexts,
    *,
    marker: float,
    plain: Container[int] = frozenset(),
) -> SiteLabels:
    """Find places for the names of sites, or for numbers where there is no room for names.

    Sites in ``plain`` have neither, as another view has them.
    """
    wanted = [index for index in texts.labels if index in spots and index not in plain]
    size, height = canvas.size.text, canvas.size.text * (ASCENT + DESCENT)
    start = placer.state()

    def name_of(index: int, only: slice = slice(None)) -> Candidate | None:
        width = canvas.face.width(texts.labels[index], size, bold=True)
        around = around_point(
            *spots[index], width, height, marker / 2 + 2, mirrored=canvas.mirrored
        )
        return placer.place(around.subset(only))

    def reserve_marks(indices: Sequence[int]) -> None:
        for index in indices:
            placer.reserve(Box.around(*spots[index], marker, marker))

    others = [index for index in spots if index not in set(wanted)]
    if not texts.are_many and len(wanted) <= _MOST_ON_MAP:
        reserve_marks([*wanted, *others])
        found = {index: name_of(index) for index in wanted}
        names = {index: place for index, place in found.items() if place is not None}
        if len(names) == len(wanted):
            return SiteLabels(names=names)
        numbered = {i for i in wanted if i not in names or names[i].line is not None}
    else:
        numbered = set(wanted)
    side = badge_side(canvas)
    for _ in range(_ROUNDS):
        placer.restore(start)
        reserve_marks([*(i for i in wanted if i not in numbered), *others])
        badges, crowded = _place_badges(
            placer, {i: spots[i] for i in wanted if i in numbered}, side, marker
        )
        found = {i: name_of(i, _ADJACENT) for i in wanted if i not in numbered}
        names = {index: place for index, place in found.items() if place is not None}
        if len(names) == len(found):
            break
        numbered |= found.keys() - names.keys()
    return SiteLabels(names=names, badges=badges, crowded=crowded)


def _place_badges(
    placer: LabelPlacer, spots: Mapping[int, Spot], side: float, marker: float
) -> tuple[dict[int, Candidate], frozenset[int]]:
    """Place squares on their sites, or next to them with a leader where they are too close."""
    points = np.array([*spots.values()]).reshape(-1, 2)
    badges: dict[int, Candidate] = {}
    for number, (index, spot) in enumerate(spots.items()):
        box = Box.around(*spot, side, side)
        away = np.abs(points - spot).max(axis=1)
        away[number] = np.inf
        if (
            placer.shows(box)
            and placer.is_free(box)
            and away.min(initial=np.inf) >= (side + marker * 0.7) / 2
        ):
            placer.reserve(box)
            badges[index] = Candidate(box)
    moved = [index for index in spots if index not in badges]
    for index in moved:
        placer.reserve(Box.around(*spots[index], marker * 0.7, marker * 0.7))
    for index in moved:
        around = around_badge(*spots[index], side)
        found = placer.place(around) or placer.place(around, crossing=True)
        if found is not None:
            badges[index] = found
    return badges, frozenset(moved)


def numbered(texts: SiteTexts, views: Sequence[SiteLabels]) -> dict[int, int]:
    """Return the number of each site that has a badge in one of the views, from 1."""
    shown = {index for view in views for index in view.badges}
    ordered = [index for index in texts.labels if index in shown]
    return {index: number for number, index in enumerate(ordered, 1)}
