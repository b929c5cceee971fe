"""Range rings: closed paths on which every point, not only every vertex, is at the radius."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rangemap.errors import RingError
from rangemap.geodesy.geodesic import (
    GREATEST_DISTANCE_M,
    RING_LIMIT_M,
    SMALLEST_RADIUS_M,
    WGS84,
    checked_origin,
    inverse_m,
)
from rangemap.geodesy.position import LonLat

TOLERANCE = 1e-4  # of the radius

_Array = NDArray[np.float64]

_FINEST, _COARSEST = 1e-8, 1e-2  # tolerances; the finest takes about 25,000 vertices
_WIDEST_STEP = math.radians(3)  # people reproject rings: no edge may span more azimuth
_HEADROOM = 0.9  # share of the tolerance that the predicted steps use
# Longitudes are multiples of a unit (25 nm on the equator) large enough that a shift by a world or
# two is exact; otherwise a vertex could end up on the other side of 180 degrees.
_LON_UNIT = 2.0**-42
_MOST_VERTICES = 3  # times the predicted number; a ring exactly through a pole needs a quarter more

# Where an edge is measured, as fractions of its length: see `_edge_deviations`.
_PROBES = np.array([[0.5 - math.sqrt(1 / 12)], [0.5 + math.sqrt(1 / 12)]])


def _azimuth_grid() -> _Array:
    # Half a turn in radians, dense near due north and due south, where a ring is nearest to the
    # poles: the nearer it is, the shorter the arc that needs short edges.
    quarter = np.concatenate(
        [[0.0], np.geomspace(1e-7, 0.1, 36), np.linspace(0.1, math.pi / 2, 50)[1:]]
    )
    return np.concatenate([quarter, math.pi - quarter[-2::-1]])


_GRID = _azimuth_grid()
_GRID_STEPS, _GRID_COS, _GRID_SIN = np.diff(_GRID), np.cos(_GRID), np.sin(_GRID)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ring:
    """The points at one geodesic distance from an origin, as a closed path.

    Parameters
    ----------
    origin : LonLat
        Centre, degrees, longitude in [-180, 180].
    radius_m : float
        Geodesic distance from the origin, metres.
    tolerance : float
        Requested tolerance: the largest distance of any point of any edge from the true ring, as a
        fraction of the radius. Edges are straight in longitude and latitude.
    deviation : float
        Achieved tolerance, measured on the edges; at most ``tolerance``.
    vertices : ndarray of float64, shape (n + 1, 2), read-only
        Longitude and latitude, degrees, counter-clockwise as seen from above the origin. The
        longitude is continuous, not cut at 180 degrees, and stays in [-360, 360]. The last latitude
        repeats the first; the last longitude is the first plus ``360 * turns``.
    """

    origin: LonLat
    radius_m: float
    tolerance: float
    deviation: float
    vertices: NDArray[np.float64] = field(repr=False)

    @property
    def paths(self) -> tuple[NDArray[np.float64], ...]:
        """The one path, as lines with several have them."""
        return (self.vertices,)

    @property
    def winding(self) -> int:
        """Turns around the axis: 1 (-1) if only the north (south) pole is inside, else 0."""
        return round(float(self.vertices[-1, 0] - self.vertices[0, 0]) / 360)


def ring(origin: LonLat, radius_m: float, *, tolerance: float = TOLERANCE) -> Ring:
    """Trace the ring at one geodesic distance from an origin.

    Parameters
    ----------
    origin : LonLat
        Centre of the ring, degrees; may be a pole.
    radius_m : float
        Geodesic distance from the origin, metres, with ``0 < radius_m < RING_LIMIT_M``
        (pi times the semi-minor axis, 19 970 326 m).
    tolerance : float, default 1e-4
        Largest distance of any point of any edge from the true ring, as a fraction of
        ``radius_m``, between 1e-8 and 1e-2.

    Returns
    -------
    Ring
        A ring of about 235 vertices at the default tolerance, fewer if edges run along parallels.

    Raises
    ------
    RingError
        If the origin is not a valid position, the radius or the tolerance is outside its interval,
        or the tolerance cannot be achieved (a radius of less than about a millimetre).

    Notes
    -----
    Vertices come from the direct problem [1]_. On the sphere, the middle of an edge that spans the
    azimuth `h` misses the ring by `h**2 / 8 * abs(f)`, where `f` is the second derivative of the
    distance along the edge and known in closed form; steps proportional to `abs(f)**-0.5` use the
    tolerance evenly. Every edge is then measured by the inverse problem, and halved if the
    prediction was too optimistic, which happens only within a few kilometres of a pole. A ring is its
    own mirror image in the meridian of its origin, so one half is traced.

    At ``RING_LIMIT_M`` or more, some of these geodesics are no longer the shortest path, and a
    vertex could be nearer than the radius.

    References
    ----------
    .. [1] C. F. F. Karney, "Algorithms for geodesics", J. Geodesy 87, 43-55 (2013),
       doi:10.1007/s00190-012-0578-z.

    Examples
    --------
    >>> around_baghdad = ring(LonLat(44.3661, 33.3152), 300_000)
    >>> around_baghdad.vertices.min(axis=0).round(3).tolist()
    [41.144, 30.61]
    >>> around_baghdad.deviation < 1e-4
    True
    """
    start = checked_origin(origin)
    if not SMALLEST_RADIUS_M <= radius_m < RING_LIMIT_M:
        raise RingError(
            f"radius is {radius_m:g} m; expected at least {SMALLEST_RADIUS_M:g} and less than {RING_LIMIT_M:.0f} m, "
            "above which a ring is no longer one line"
        )
    if not _FINEST <= tolerance <= _COARSEST:
        raise RingError(
            f"tolerance is {tolerance:g} of the radius; expected {_FINEST:g} to {_COARSEST:g}"
        )
    half, deviation = _half_ring(start.lat, float(radius_m), tolerance)
    vertices = _both_halves(start.lon, *half)
    vertices.flags.writeable = False
    return Ring(
        origin=start,
        radius_m=float(radius_m),
        tolerance=tolerance,
        deviation=deviation,
        vertices=vertices,
    )


def _half_ring(origin_lat: float, radius_m: float, tolerance: float) -> tuple[_Array, float]:
    """Trace the vertices east of the origin's meridian, azimuths 0 to 180.

    Return two rows, longitudes relative to the origin's and latitudes, and the achieved deviation.
    The longitudes stay in [0, 180] even if the ring contains or touches a pole, so they need no
    unwrapping: they start (end) at 180 if the north (south) pole is inside, else at 0.
    """
    start = LonLat(0.0, origin_lat)
    azimuth = _predicted_azimuths(origin_lat, radius_m, tolerance)
    vertices = _vertices(start, radius_m, azimuth)
    deviation = _edge_deviations(start, radius_m, vertices[:, :-1], vertices[:, 1:])
    most = _MOST_VERTICES * azimuth.size
    while azimuth.size <= most:
        failing = np.flatnonzero(deviation > tolerance)
        if not failing.size:
            return vertices, float(deviation.max())
        middle = (azimuth[failing] + azimuth[failing + 1]) / 2
        azimuth = np.insert(azimuth, failing + 1, middle)
        vertices = np.insert(vertices, failing + 1, _vertices(start, radius_m, middle), axis=1)
        deviation = np.insert(deviation, failing + 1, 0.0)
        first_halves = failing + np.arange(failing.size)
        halves = np.concatenate([first_halves, first_halves + 1])
        deviation[halves] = _edge_deviations(
            start, radius_m, vertices[:, halves], vertices[:, halves + 1]
        )
    raise RingError(
        f"a ring of {radius_m:g} m around latitude {origin_lat:g} cannot be traced to "
        f"{tolerance:g} of its radius; use a larger radius or tolerance"
    )


def _vertices(start: LonLat, radius_m: float, azimuth: _Array) -> _Array:
    ones = np.ones_like(azimuth)
    lon, lat, _ = WGS84.fwd(start.lon * ones, start.lat * ones, azimuth, radius_m * ones)
    return np.stack([np.abs(lon), lat])  # 180 may be returned as -180


def _edge_deviations(start: LonLat, radius_m: float, ends: _Array, other_ends: _Array) -> _Array:
    """Bound the largest deviation of each edge, as a fraction of the radius.

    At the fraction `t` of its length an edge is off by `A t (1-t) + B t (1-t) (1-2t)`, a parabola
    and a cubic, to the relevant order. The two probes measure `A/6 + B/(6 sqrt 3)` and `A/6 - B/(6 sqrt 3)`, and
    the two terms are at most `A/4` and `B/(6 sqrt 3)`.
    """
    lon, lat = ends[:, None] + _PROBES * (other_ends - ends)[:, None]
    off_m = inverse_m(start, lon.ravel(), lat.ravel()) - radius_m
    first, second = off_m.reshape(2, -1)
    bound_m = 0.75 * np.abs(first + second) + 0.5 * np.abs(first - second)
    return np.asarray(bound_m / radius_m)


def _predicted_azimuths(origin_lat: float, radius_m: float, tolerance: float) -> _Array:
    # Use the sphere on which both poles are at their true distances, so that a near miss of a pole
    # stays the same: `c` and `s` are the angles to the north pole and of the radius.
    to_north_m = float(WGS84.inv(0, origin_lat, 0, 90)[2])
    c, s = (math.pi * part_m / GREATEST_DISTANCE_M for part_m in (to_north_m, radius_m))
    sin_lat = math.cos(c) * math.cos(s) + math.sin(c) * math.sin(s) * _GRID_COS
    # cos(lat) times the sine and the cosine of the geodesic's azimuth at the ring.
    east = math.sin(c) * _GRID_SIN
    north = math.sin(c) * math.cos(s) * _GRID_COS - math.cos(c) * math.sin(s)
    # No edge can fail that is nearer to a pole than half the tolerance.
    cos2_lat = np.maximum(east**2 + north**2, (tolerance * s / 2) ** 2)
    # The Hessian of the distance along the ring: its curvature on the sphere, plus the effect of
    # the convergence of the meridians.
    f = math.sin(s) * math.cos(s) + math.sin(s) ** 2 * sin_lat * north * (
        (cos2_lat + east**2) / cos2_lat**2
    )
    vertices_per_radian = np.sqrt(np.abs(f) / (8 * s * _HEADROOM * tolerance))
    density = np.maximum(vertices_per_radian, 1 / _WIDEST_STEP)
    count = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2 * _GRID_STEPS)])
    quantiles = np.linspace(0, count[-1], math.ceil(count[-1]) + 1)
    azimuth: _Array = np.degrees(np.interp(quantiles, count, _GRID))
    azimuth[-1] = 180.0  # exactly
    return azimuth


def _both_halves(origin_lon: float, dlon: _Array, lat: _Array) -> _Array:
    """Join the half ring and its mirror image, in descending azimuth.

    The path starts due north if the north pole is inside, else due south, so that a path that turns
    around the axis has its ends on the antimeridian of the origin.
    """
    if dlon[0] > 0:
        offset = np.concatenate([-dlon, dlon[-2::-1] - 2 * dlon[-1]])
        lats = np.concatenate([lat, lat[-2::-1]])
        if dlon[-1] > 0 and origin_lon < 0:  # both poles: a loop around the antipode
            origin_lon += 360
    else:
        offset = np.concatenate([dlon[::-1], -dlon[1:]])
        lats = np.concatenate([lat[::-1], lat[1:]])
    lons = np.round((origin_lon + offset) / _LON_UNIT) * _LON_UNIT
    vertices: _Array = np.column_stack([lons, lats])
    # Keep the ends a whole number of turns apart despite rounding.
    vertices[-1, 0] = vertices[0, 0] + (offset[-1] - offset[0])
    return vertices
