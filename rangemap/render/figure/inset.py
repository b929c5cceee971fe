"""The inset of a picture: a cluster of sites enlarged, in a frame on the map."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
import shapely

from rangemap.render.figure.labels import Box
from rangemap.render.figure.view import View

LEAST_CROWDED: Final = 3
"""Sites whose numbers have no room at their place; with fewer no inset is drawn."""
_SHARES: Final = (0.34, 0.48)  # of a map's longer side
_SCALES: Final = (1.7, 2.0, 2.4, 2.8, 3.3, 4.0, 5.0, 7.0, 10.0, 14.0)  # how much an inset enlarges
_INNER: Final = 0.86  # of an inset, without sites near its frame
_AREA_OF_NUMBER: Final = 5.0  # with the space around it, times that of its square
_WORTH_IT: Final = 0.75  # of the sites that are too close to another without an inset


class Split(NamedTuple):
    """A map's frame with an inset: the part that the rings have to fit, and the inset's frame."""

    room: Box
    inset: Box


def split_frame(frame: Box, text: float, *, mirrored: bool) -> Split:
    """Return the parts of a frame: an inset at its end, or at the top of an upright one."""
    wide, high = frame.east - frame.west, frame.north - frame.south
    least, most = _SHARES
    gap = text * 0.5
    if wide >= 0.9 * high:
        share = min(max(least * wide, wide - high), most * wide)
        if mirrored:
            inner = frame.west + share
            inset = Box(frame.west + gap, frame.south + gap, inner - gap, frame.north - gap)
            return Split(frame._replace(west=inner), inset)
        inner = frame.east - share
        inset = Box(inner + gap, frame.south + gap, frame.east - gap, frame.north - gap)
        return Split(frame._replace(east=inner), inset)
    inner = frame.north - min(max(least * high, high - wide), most * high)
    inset = Box(frame.west + gap, inner + gap, frame.east - gap, frame.north - gap)
    return Split(frame._replace(north=inner), inset)


def find_cluster(spots: Mapping[int, tuple[float, float]], side: float, inset: Box) -> Box | None:
    """Return the part of a map that an inset shows larger, in points; None if it would not help.

    The part is chosen so that as few sites as possible are too close to another for a number,
    on the map outside it or in the inset.

    Parameters
    ----------
    spots : mapping
        The sites of the map, in points.
    side : float
        The side of a number, points.
    inset : Box
        The frame of the inset.
    """
    points = np.array([*spots.values()]).reshape(-1, 2)
    if not len(points):
        return None
    apart = np.abs(points[:, None] - points[None]).max(axis=2)
    np.fill_diagonal(apart, np.inf)
    crowded = np.flatnonzero(apart.min(axis=1) < side)
    size = np.array([inset.east - inset.west, inset.north - inset.south])
    most_inside = size.prod() / (_AREA_OF_NUMBER * side**2)
    best, found = _WORTH_IT * len(crowded), None
    for scale, row in itertools.product(_SCALES, crowded):
        half = size / scale / 2
        near = points[(np.abs(points - points[row]) <= half * _INNER).all(axis=1)]
        middle = (near.min(axis=0) + near.max(axis=0)) / 2
        away = np.abs(points - middle) / half
        inside, edge = (away <= 1).all(axis=1), ((away > _INNER) & (away <= 1)).any(axis=1)
        cost = (
            (apart[np.ix_(inside, inside)].min(axis=1, initial=np.inf) < side / scale).sum()
            + (apart[np.ix_(~inside, ~inside)].min(axis=1, initial=np.inf) < side).sum()
            + (inside & edge).sum()
            + max(inside.sum() - most_inside, 0)
        )
        if cost < best:
            best, found = cost, Box.around(*middle.tolist(), *(2 * half).tolist())
    return found


def enlarged(view: View, part: Box, frame: Box) -> View:
    """Return the view of a part of another, in points, that fills a frame."""
    scale, window = view.metres_per_point, view.window
    west = window.west + (part.west - view.frame.west) * scale
    south = window.south + (part.south - view.frame.south) * scale
    high, wide = (part.north - part.south) * scale, (part.east - part.west) * scale
    return replace(view, frame=frame, window=Box(west, south, west + wide, south + high))


def widened(view: View, frame: Box) -> View:
    """Return a view at the same scale that fills a larger frame."""
    return enlarged(view, frame, frame)


def connectors(part: Box, inset: Box) -> list[shapely.LineString]:
    """Return two lines from the outline of a part of the map to the inset that shows it."""
    if inset.west >= part.east:
        ends = [((part.east, y), (inset.west, z)) for y, z in
                ((part.north, inset.north), (part.south, inset.south))]  # fmt: skip
    elif inset.east <= part.west:
        ends = [((part.west, y), (inset.east, z)) for y, z in
                ((part.north, inset.north), (part.south, inset.south))]  # fmt: skip
    else:
        ends = [((x, part.north), (z, inset.south)) for x, z in
                ((part.west, inset.west), (part.east, inset.east))]  # fmt: skip
    return [shapely.LineString(pair) for pair in ends]
