"""Regions within a distance of an area: its coverage, correct for any area and radius.

The coverage of an area is the area itself, and for each part of its border a piece that lies within
the distance of that part: a strip beside each short edge, a sector at each corner, or, near a pole
and for large radii, a disc around each of many points. `rangemap.geodesy.offsets` finds
the few parts of the border that reach farthest, whose pieces are enough.

What the pieces leave open is either out of reach or a gap between pieces that were left out. The
distance of one point of it to the area decides. Finally the line is measured: the distance of points on each of
its edges to the area. If one is off by more than the tolerance, all is repeated with shorter edges.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from rangemap.errors import RingError
from rangemap.geodesy.area import Area
from rangemap.geodesy.border import border_of
from rangemap.geodesy.geodesic import RING_LIMIT_M, SMALLEST_RADIUS_M
from rangemap.geodesy.offsets import make_pieces
from rangemap.geodesy.region import WHOLE_EARTH, Region
from rangemap.geodesy.trace import TOLERANCE

_MOST_TRIES: Final = 4
_PROBES: Final = (0.0, 0.25, 0.5, 0.75)  # where the edges of a line are measured: at corners too


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outline:
    """The line at one distance from an area.

    Parameters
    ----------
    radius_m : float
        The distance, metres.
    tolerance : float
        Requested tolerance, as a fraction of the radius.
    deviation : float
        Achieved tolerance, measured on the edges; at most ``tolerance``.
    paths : tuple of ndarray of float64, shape (n, 2)
        Longitude and latitude, degrees. The longitude is continuous, not cut at 180 degrees; a path
        around a pole ends 360 degrees from its start, all others are closed.
    """

    radius_m: float
    tolerance: float
    deviation: float
    paths: tuple[NDArray[np.float64], ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coverage:
    """All places within a distance of an area, and the line around them.

    ``ring`` is None if the region is the whole earth.
    """

    region: Region
    ring: Outline | None


def coverage(area: Area, radius_m: float, *, tolerance: float = TOLERANCE) -> Coverage:
    """Return the region within a geodesic distance of an area.

    Parameters
    ----------
    area : Area
        The area.
    radius_m : float
        Geodesic distance from its nearest point, metres, more than 0.
    tolerance : float, default 1e-4
        Largest distance of any point of the line from the true line, as a fraction of the radius.

    Returns
    -------
    Coverage
        The canonical region and its line; the line is None if the region is the whole earth.

    Raises
    ------
    RingError
        If the radius is not a positive number, or the tolerance cannot be achieved.

    Examples
    --------
    >>> area = Area(shapely.box(10, 20, 30, 40))
    >>> [round(side) for side in coverage(area, 500_000).region.bounds]
    [4, 15, 36, 45]
    >>> coverage(area, 19_000_000).ring is None
    True
    """
    if not SMALLEST_RADIUS_M <= radius_m < math.inf:
        raise RingError(f"radius is {radius_m:g} m; expected at least {SMALLEST_RADIUS_M:g}")
    if radius_m >= RING_LIMIT_M:
        return Coverage(region=WHOLE_EARTH, ring=None)
    budget = tolerance
    for _ in range(_MOST_TRIES):
        region = _region(area, radius_m, budget)
        paths = border_paths(region)
        if not paths:
            return Coverage(region=region, ring=None)
        deviation = _deviation(area, radius_m, paths)
        if deviation <= tolerance:
            ring = Outline(radius_m=radius_m, tolerance=tolerance, deviation=deviation, paths=paths)
            return Coverage(region=region, ring=ring)
        budget /= 3
    raise RingError(
        f"a line at {radius_m:g} m from the area cannot be traced to {tolerance:g} of that distance; "
        "use a larger radius or tolerance"
    )


def _region(area: Area, radius_m: float, tolerance: float) -> Region:
    covered = shapely.union_all([area.region, *make_pieces(area, radius_m, tolerance)])
    left = shapely.get_parts(WHOLE_EARTH.difference(covered))
    left = left[shapely.get_type_id(left) == shapely.GeometryType.POLYGON]
    if not len(left):
        return WHOLE_EARTH
    inner = shapely.get_coordinates(shapely.point_on_surface(left))
    open_ = left[area.distances_m(*inner.T) > radius_m]
    if not len(open_):
        return WHOLE_EARTH
    parts = shapely.get_parts(WHOLE_EARTH.difference(shapely.union_all(open_)))
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    whole = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts.tolist())
    return shapely.orient_polygons(whole)


def border_paths(region: Region) -> tuple[NDArray[np.float64], ...]:
    """Return the border of a region, without edges along 180 degrees and the poles, as paths.

    Parameters
    ----------
    region : Polygon or MultiPolygon
        A canonical region.

    Returns
    -------
    tuple of ndarray of float64, shape (n, 2)
        As `Outline.paths`.
    """
    border = border_of(region)
    if not len(border):
        return ()
    starts_path = np.flatnonzero(
        (border.previous < 0) | (border.previous != np.arange(len(border)) - 1)
    )
    paths = [
        np.concatenate([border.starts[first:end], border.ends[end - 1 : end]])
        for first, end in zip(
            starts_path.tolist(), [*starts_path[1:].tolist(), len(border)], strict=True
        )
    ]
    return tuple(_joined(paths))


def _joined(paths: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Join paths that end where another starts, across 180 degrees too; longitudes stay continuous."""
    by_start = {_place(path[0]): path for path in paths if _place(path[0]) != _place(path[-1])}
    found = [path for path in paths if _place(path[0]) == _place(path[-1])]
    while by_start:
        _, first = by_start.popitem()
        whole = [first]
        while (following := by_start.pop(_place(whole[-1][-1]), None)) is not None:
            turns = np.round((whole[-1][-1, 0] - following[0, 0]) / 360)
            whole.append(np.add(following[1:], [360 * turns, 0]))
        joined = np.concatenate(whole)
        # Most of it in our world, as the places near it.
        found.append(np.add(joined, [-360 * np.round(joined[:, 0].mean() / 360), 0]))
    return found


def _place(point: NDArray[np.float64]) -> tuple[float, float]:
    """Return a key of a position; both sides of 180 degrees have the same."""
    lon, lat = point.tolist()
    return (abs(lon) if abs(lon) == 180 else lon % 360, round(lat, 8))


def _deviation(area: Area, radius_m: float, paths: tuple[NDArray[np.float64], ...]) -> float:
    """Return the largest measured deviation of a line, as a fraction of the radius."""
    starts = np.concatenate([path[:-1] for path in paths])
    ends = np.concatenate([path[1:] for path in paths])
    probes = np.concatenate([starts + share * (ends - starts) for share in _PROBES])
    probes[:, 0] = (probes[:, 0] + 180) % 360 - 180
    off_m = np.abs(area.distances_m(*probes.T) - radius_m)
    return float(off_m.max() / radius_m)
