"""Regions enclosed by rings, as polygons cut at the antimeridian.

The canonical region is a Polygon or MultiPolygon inside [-180, 180] x [-90, 90], as in RFC 7946:
nothing crosses the antimeridian, exteriors run counter-clockwise and holes clockwise. In this form
all set operations are plain shapely. Edges along a pole or along 180 degrees only close the area;
the line to draw comes from `ring_lines`.
"""

import math
from collections.abc import Iterable
from functools import partial
from typing import NamedTuple, Protocol, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from rangemap.errors import RingError
from rangemap.geodesy.geodesic import RING_LIMIT_M, SMALLEST_RADIUS_M, checked_origin
from rangemap.geodesy.position import LonLat
from rangemap.geodesy.trace import TOLERANCE, Ring, ring

Region: TypeAlias = Polygon | MultiPolygon

WHOLE_EARTH: Region = shapely.box(-180, -90, 180, 90)


class HasPaths(Protocol):
    """A line of one or more paths."""

    @property
    def paths(self) -> tuple[NDArray[np.float64], ...]:
        """Longitude and latitude, degrees, of each."""


_WORLDS = (-1, 0, 1)
_CLOSING_LAT = 100.0  # latitude where the polygon of a ring around a pole is closed before cutting
_DEGREE_M = 111_700.0  # the longest degree anywhere


class Disc(NamedTuple):
    """All places within a distance of an origin, and the ring around them.

    Parameters
    ----------
    region : Polygon or MultiPolygon
        The canonical region, degrees.
    ring : Ring or None
        Its boundary; None if the region is the whole earth.
    """

    region: Region
    ring: Ring | None


def disc(origin: LonLat, radius_m: float, *, tolerance: float = TOLERANCE) -> Disc:
    """Return the region within a geodesic distance of an origin.

    Parameters
    ----------
    origin : LonLat
        Centre, degrees.
    radius_m : float
        Geodesic distance, metres, more than 0. At `RING_LIMIT_M` (19 970 326 m) or more, the
        region is the whole earth, though places near the antipode may be up to 34 km farther.
    tolerance : float, default 1e-4
        As for `ring`.

    Returns
    -------
    Disc
        The canonical region and its ring; the ring is None if the region is the whole earth.

    Raises
    ------
    RingError
        As `ring`, except that any large radius is allowed.

    See Also
    --------
    ring_interior : The region of an existing ring.

    Examples
    --------
    A radius of 700 km around Fiji, in two parts that meet at the antimeridian:

    >>> region, ring = disc(LonLat(178.0, -17.7), 700_000)
    >>> [[round(x, 1) for x in part.bounds] for part in region.geoms]
    [[-180.0, -23.7, -175.4, -11.7], [171.4, -24.0, 180.0, -11.4]]

    >>> disc(LonLat(178.0, -17.7), 20_000_000).ring is None
    True
    """
    if RING_LIMIT_M <= radius_m < math.inf:
        checked_origin(origin)
        return Disc(WHOLE_EARTH, None)
    traced = ring(origin, radius_m, tolerance=tolerance)
    return Disc(ring_interior(traced), traced)


def ring_interior(ring: Ring) -> Region:
    """Return the region inside a ring.

    Parameters
    ----------
    ring : Ring
        With no pole, one pole or both poles inside.

    Returns
    -------
    Polygon or MultiPolygon
        The canonical region, valid.

    Examples
    --------
    15,000 km around Pyongyang is the world except for a hole:

    >>> region = ring_interior(ring(LonLat(125.75, 39.03), 15_000_000))
    >>> region.bounds, len(region.interiors)
    ((-180.0, -90.0, 180.0, 90.0), 1)
    """
    path = ring.vertices
    if ring.winding:
        # The path repeated over three worlds is one line from far west to far east of ours, or back;
        # closed beyond the pole it covers ours, however the line crosses 180 degrees.
        pole = ring.winding * _CLOSING_LAT
        over_worlds = np.concatenate([_shift(path, ring.winding * world) for world in _WORLDS])
        corners = [(over_worlds[-1, 0], pole), (over_worlds[0, 0], pole)]
        return _clip_to_world([Polygon(np.concatenate([over_worlds, corners]))])
    enclosed = _clip_to_world(Polygon(_shift(path, world)) for world in _WORLDS)
    # The path runs counter-clockwise around the origin; if it is clockwise on the map, it encloses
    # the outside there, since the ring contains both poles.
    outside_in = not shapely.is_ccw(shapely.LinearRing(path))
    return annulus(WHOLE_EARTH, enclosed) if outside_in else enclosed


def annulus(outer: Region, inner: Region) -> Region:
    """Subtract an inner region from an outer one, as for a minimum range or the low end of a band.

    Parameters
    ----------
    outer, inner : Polygon or MultiPolygon
        Canonical regions; they may contain different poles.

    Returns
    -------
    Polygon or MultiPolygon
        The canonical region of the remainder; an empty Polygon if nothing remains.

    Examples
    --------
    >>> place = LonLat(0, 75)
    >>> band = annulus(disc(place, 2_000_000).region, disc(place, 1_000_000).region)
    >>> bool(shapely.contains_xy(band, 180, 90)), bool(shapely.contains_xy(band, 10, 89))
    (False, True)
    >>> annulus(band, WHOLE_EARTH).is_empty
    True
    """
    return _polygons(outer.difference(inner))


def unwrap(region: Region) -> Region:
    """Repeat a region continuously over three worlds, for a map that scrolls across 180 degrees.

    Parameters
    ----------
    region : Polygon or MultiPolygon
        Canonical region.

    Returns
    -------
    Polygon or MultiPolygon
        One valid geometry in [-540, 540] x [-90, 90] to draw once: the region and its copies
        360 degrees to the west and east, without a seam where they meet at 180 degrees.

    Examples
    --------
    >>> strip = unwrap(disc(LonLat(180, 0), 500_000).region)
    >>> [[round(x) for x in part.bounds] for part in strip.geoms]
    [[-540, -5, -536, 5], [-184, -5, -176, 5], [176, -5, 184, 5], [536, -5, 540, 5]]
    """
    copies = [shapely.transform(region, partial(_shift, world=world)) for world in _WORLDS]
    return _polygons(shapely.union_all(copies))


def ring_lines(ring: HasPaths, *, worlds: Iterable[int] = (0,)) -> MultiLineString:
    """Return the line of a ring for drawing, without the edges that only close an area.

    Parameters
    ----------
    ring : Ring or Outline
        The ring, or the outline around an area.
    worlds : iterable of int, default (0,)
        Copies of the line: each number is a shift in units of 360 degrees.

    Returns
    -------
    MultiLineString
        One continuous path per world. Paths of a ring around one pole join end to end; all others
        are closed. ``ring_lines(ring, worlds=(-1, 0, 1)).intersection(WHOLE_EARTH)`` is the line cut
        at the antimeridian, complete within our world.

    Examples
    --------
    >>> [round(x) for x in ring_lines(ring(LonLat(0, 75), 2_000_000), worlds=(0, 1)).bounds]
    [-180, 57, 540, 87]
    """
    return MultiLineString(
        [LineString(_shift(path, world)) for world in worlds for path in ring.paths]
    )


def degree_decimals(radius_m: float) -> int:
    """Return how many decimals of a degree keep rounding errors below 1e-5 of a radius.

    Parameters
    ----------
    radius_m : float
        The smallest radius of the rings, metres.

    Returns
    -------
    int
        Between 3 (thousands of kilometres) and 12 (1 cm or less).

    Raises
    ------
    RingError
        If the radius is not a finite number of at least `SMALLEST_RADIUS_M`.

    Examples
    --------
    >>> [degree_decimals(radius_m) for radius_m in (1, 1_000, 300_000, 10_000_000)]
    [10, 7, 5, 3]
    """
    if not SMALLEST_RADIUS_M <= radius_m < math.inf:
        raise RingError(
            f"radius is {radius_m:g} m; expected a finite number of at least {SMALLEST_RADIUS_M:g}"
        )
    # Rounding moves a position by at most half a unit of the last decimal in both directions.
    moved_m = math.hypot(0.5, 0.5) * _DEGREE_M
    return min(max(math.ceil(math.log10(moved_m / (1e-5 * radius_m))), 3), 12)


def round_region(region: Region, decimals: int) -> Region:
    """Round the coordinates of a region and keep it valid.

    Parameters
    ----------
    region : Polygon or MultiPolygon
        Canonical region or strip.
    decimals : int
        Decimals of a degree; see `degree_decimals`.

    Returns
    -------
    Polygon or MultiPolygon
        Valid, in the same form. Parts narrower than the last decimal vanish; the result may be
        an empty Polygon.

    Examples
    --------
    >>> round_region(shapely.box(0.12345, 0, 1, 1), 3).bounds
    (0.123, 0.0, 1.0, 1.0)
    """
    snapped = shapely.set_precision(region, 10.0**-decimals)
    # shapely stores the grid size, not the decimals; rounding again yields the shortest digits.
    return _polygons(shapely.transform(snapped, lambda xy: np.round(xy, decimals)))


def _shift(lonlat: NDArray[np.float64], world: int) -> NDArray[np.float64]:
    return np.add(lonlat, [360.0 * world, 0.0])


def _clip_to_world(outlines: Iterable[Polygon]) -> Region:
    """Cut polygons to [-180, 180] x [-90, 90]; they do not overlap there."""
    parts = [
        outline if WHOLE_EARTH.covers(outline) else WHOLE_EARTH.intersection(outline)
        for outline in outlines
    ]
    return _polygons(shapely.geometrycollections(parts))


def _polygons(geometry: BaseGeometry) -> Region:
    """Return the areas of a result, without the lines and points that touching edges leave."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    areas = [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
    if not areas:
        return Polygon()
    return shapely.orient_polygons(areas[0] if len(areas) == 1 else MultiPolygon(areas))
