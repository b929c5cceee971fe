"""Positions and distances: Karney's geodesics, with the checks that pyproj omits."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod

from rangemap.errors import RingError
from rangemap.geodesy.position import LonLat

WGS84 = Geod(ellps="WGS84")

# On an oblate ellipsoid no two points are farther apart than the poles.
GREATEST_DISTANCE_M: float = WGS84.line_length([0, 0], [-90, 90])

# The shortest distance at which a geodesic can stop being the shortest path (from an origin on the
# equator, along the equator): below it, the direct problem yields the ring.
RING_LIMIT_M: float = math.pi * WGS84.b

# Smaller rings collapse in floating-point numbers.
SMALLEST_RADIUS_M = 1e-9

# The world and a copy on either side, as in the continuous form of a ring or a region.
_FARTHEST_LON = 540.0


def checked_origin(origin: LonLat) -> LonLat:
    """Refuse an invalid position, and bring the longitude into [-180, 180].

    Parameters
    ----------
    origin : LonLat
        Position, degrees; the longitude may be in a neighbouring world, up to 540.

    Returns
    -------
    LonLat
        The same position; a longitude within [-180, 180] is unchanged.

    Raises
    ------
    RingError
        If a number is NaN, infinite or outside its interval.

    Examples
    --------
    >>> checked_origin(LonLat(190, -17.7))
    LonLat(lon=-170.0, lat=-17.7)
    """
    lon, lat = float(origin[0]), float(origin[1])
    _check_positions(np.array(lon), np.array(lat))
    return LonLat(lon - math.copysign(360, lon) if abs(lon) > 180 else lon, lat)


def distance_m(origin: LonLat, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
    """Measure the geodesic distance from an origin to each of many positions.

    Parameters
    ----------
    origin : LonLat
        Start of the distances, degrees.
    lon, lat : array_like of float
        Positions, degrees, of shapes that broadcast together; longitudes in [-540, 540].

    Returns
    -------
    ndarray of float64
        Metres, of the common shape of ``lon`` and ``lat``; from 0 to `GREATEST_DISTANCE_M`.

    Raises
    ------
    RingError
        If any position is NaN, infinite or outside its interval.

    Notes
    -----
    Accurate to about 15 nanometres [1]_, even for antipodal positions.

    References
    ----------
    .. [1] C. F. F. Karney, "Algorithms for geodesics", J. Geodesy 87, 43-55 (2013),
       doi:10.1007/s00190-012-0578-z.

    Examples
    --------
    Baghdad to Erbil and to Tel Aviv:

    >>> distance_m(LonLat(44.3661, 33.3152), [44.0092, 34.7818], [36.1911, 32.0853]).round()
    array([320710., 908650.])
    """
    start = checked_origin(origin)
    lons, lats = checked_positions(lon, lat)
    return inverse_m(start, lons.ravel(), lats.ravel()).reshape(lons.shape)


def checked_positions(
    lon: ArrayLike, lat: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return positions as arrays of one shape; refuse invalid ones with a `RingError`."""
    lons, lats = np.broadcast_arrays(np.asarray(lon, np.float64), np.asarray(lat, np.float64))
    _check_positions(lons, lats)
    return lons, lats


def inverse_m(
    origin: LonLat, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Measure distances from a checked origin to checked positions, both flat arrays."""
    start_lon, start_lat = np.full_like(lon, origin.lon), np.full_like(lat, origin.lat)
    distances: NDArray[np.float64] = WGS84.inv(start_lon, start_lat, lon, lat)[2]
    return distances


def _check_positions(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> None:
    # Written so that NaN, for which every comparison is false, is refused as well: pyproj silently
    # returns NaN for a latitude of 95 and a distance for a longitude of 1e9.
    valid = (np.abs(lon) <= _FARTHEST_LON) & (np.abs(lat) <= 90)
    if not valid.all():
        bad = np.flatnonzero(~valid)[0]
        raise RingError(
            f"invalid position: lon {lon.flat[bad]:g}, lat {lat.flat[bad]:g}; expected longitude in "
            f"[-540, 540] and latitude in [-90, 90]; are lat and lon swapped?"
        )
