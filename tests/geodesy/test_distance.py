import csv
import gzip
import math
import re

import numpy as np
import pytest

from rangemap.errors import RangemapError, RingError
from rangemap.geodesy import (
    GREATEST_DISTANCE_M,
    RING_LIMIT_M,
    WGS84,
    LonLat,
    checked_origin,
    distance_m,
)
from tests.geodesy.globe import MILLIMETRE, karney_m, shared_file

BAGHDAD = LonLat(44.3661, 33.3152)
NANOMETRE = 1e-9
METRES = {"m": 1.0, "km": 1000.0, "mi": 1609.344, "nmi": 1852.0}


def test_distances_match_karneys_published_geodesics_within_15_nanometres():
    path = shared_file("geodtest/GeodTest-short-odd.dat.gz")
    with gzip.open(path) as stream:
        lat1, lon1, _, lat2, lon2, _, true_m = np.loadtxt(stream, usecols=range(7)).T
    assert lat1.size == 5000
    for sign in (1, -1):  # the set covers one octant; the others are its mirror images
        ours_m = [
            distance_m(LonLat(a, sign * b), sign * c, sign * d).item()
            for a, b, c, d in zip(lon1, lat1, lon2, lat2, strict=True)
        ]
        # Measured: 7.5 nm; at 20,000 km, doubles are 3.7 nm apart.
        assert np.abs(np.array(ours_m) - true_m).max() < 15 * NANOMETRE


def random_pairs(kind, count=200):
    rng = np.random.default_rng(20030503)
    lon1, lon2 = rng.uniform(-180, 180, (2, count))
    lat1, lat2 = np.degrees(np.arcsin(rng.uniform(-1, 1, (2, count))))
    near = rng.normal(0, 10 ** rng.uniform(-8, 0, count), (2, count))
    if kind == "antipodal":
        lon2, lat2 = lon1 - np.copysign(180, lon1) + near[0], np.clip(near[1] - lat1, -90, 90)
    elif kind == "polar":
        lat1 = np.copysign(90 - np.abs(near[0]), lat1)
    elif kind == "short":
        lon2, lat2 = lon1 + near[0], np.clip(lat1 + near[1], -90, 90)
    return zip(lon1.tolist(), lat1.tolist(), lon2.tolist(), lat2.tolist(), strict=True)


@pytest.mark.parametrize("kind", ["random", "antipodal", "polar", "short"])
def test_distances_match_a_second_implementation(kind):
    for lon1, lat1, lon2, lat2 in random_pairs(kind):
        ours_m = distance_m(LonLat(lon1, lat1), lon2, lat2).item()
        assert ours_m == pytest.approx(karney_m((lon1, lat1), lon2, lat2), rel=0, abs=2e-8)


def published_distances():
    with shared_file("published/distances.csv").open(encoding="utf-8") as stream:
        yield from csv.DictReader(stream)


def test_published_distances_are_reproduced_and_published_errors_are_not():
    rows = list(published_distances())
    assert {row["agrees"] for row in rows} == {"yes", "no"}
    for row in rows:
        start = LonLat(float(row["lon1"]), float(row["lat1"]))
        ours_m = distance_m(start, float(row["lon2"]), float(row["lat2"])).item()
        assert ours_m == pytest.approx(float(row["geodsolve_m"]), abs=0.001), row["id"]
        unit_m = METRES[row["unit"]]
        off_m = abs(ours_m - float(row["published"]) * unit_m)
        agrees = off_m <= float(row["tolerance"]) * unit_m
        assert agrees == (row["agrees"] == "yes"), row["id"]


@pytest.mark.parametrize(
    ("start", "lon", "lat", "true_km"),
    [
        (BAGHDAD, 44.0092, 36.1911, 320.710),  # Erbil
        (BAGHDAD, 34.7818, 32.0853, 908.650),  # Tel Aviv
        (LonLat(51.3890, 35.6892), 23.7275, 37.9838, 2471.432),  # Tehran to Athens
        (BAGHDAD, 44.3661, 15.295674, 1996.0),  # 2,003.7 km on a sphere: outside 2,000 km
        (BAGHDAD, 65.584424, 31.487061, 2003.0),  # 1,998.9 km on a sphere: inside
    ],
)
def test_distances_are_ellipsoidal_not_spherical(start, lon, lat, true_km):
    places = 3 if true_km != round(true_km) else 1
    assert distance_m(start, lon, lat).item() / 1000 == pytest.approx(
        true_km, abs=0.6 * 10**-places
    )


def test_no_distance_exceeds_that_to_the_antipode_over_a_pole():
    assert pytest.approx(20_003_931.46, abs=0.005) == GREATEST_DISTANCE_M
    assert pytest.approx(19_970_326.37, abs=0.005) == RING_LIMIT_M
    lats = np.linspace(-90, 90, 181)
    for lat in lats:
        assert distance_m(LonLat(-60, lat), 120, -lat) == pytest.approx(GREATEST_DISTANCE_M)
        assert (distance_m(LonLat(-60, lat), 119.7, lats) < GREATEST_DISTANCE_M + 1e-8).all()


def test_distances_broadcast_the_positions():
    grid_m = distance_m(BAGHDAD, np.array([[44.0], [45.0]]), [30, 31, 32])
    assert grid_m.shape == (2, 3)
    assert grid_m[1, 2] == distance_m(BAGHDAD, 45, 32)
    assert distance_m(BAGHDAD, 45, 32).shape == ()
    assert distance_m(BAGHDAD, [], []).shape == (0,)


def test_integer_positions_are_accepted():
    for ours_m in (distance_m(BAGHDAD, 44, 36.5), distance_m(BAGHDAD, np.int8(44), 36.5)):
        assert ours_m == pytest.approx(karney_m(BAGHDAD, 44.0, 36.5), abs=MILLIMETRE)
    assert distance_m(BAGHDAD, [44.5], [36]) == pytest.approx(karney_m(BAGHDAD, 44.5, 36.0))


def test_longitudes_outside_180_degrees_are_wrapped():
    # a longitude found on a published map
    assert distance_m(BAGHDAD, 375.3, 50.0) == pytest.approx(karney_m(BAGHDAD, 15.3, 50.0))
    assert checked_origin(LonLat(375.3, 50.0)) == pytest.approx((15.3, 50.0))
    assert checked_origin(LonLat(-181.0, 1.0)) == (179.0, 1.0)
    assert checked_origin(LonLat(-540.0, 1.0)) == (-180.0, 1.0)
    assert checked_origin(LonLat(180.0, 1.0)) == (180.0, 1.0)
    assert checked_origin(LonLat(-180.0, 1.0)) == (-180.0, 1.0)


NO_POSITIONS = [
    (math.nan, 0.0),
    (0.0, math.nan),
    (math.inf, 0.0),
    (0.0, -math.inf),
    (0.0, 95.0),  # pyproj returns NaN
    (0.0, -90.000001),
    (1e9, 0.0),  # pyproj returns a distance
    (540.1, 0.0),
]


@pytest.mark.parametrize(("lon", "lat"), NO_POSITIONS)
def test_invalid_positions_are_refused(lon, lat):
    shown = re.escape(f"lon {lon:g}, lat {lat:g}")
    with pytest.raises(RingError, match=shown):
        checked_origin(LonLat(lon, lat))
    with pytest.raises(RingError, match=shown):
        distance_m(LonLat(lon, lat), 0, 0)
    with pytest.raises(RingError, match=shown):
        distance_m(BAGHDAD, [0, lon, 0], [0, lat, 0])
    assert issubclass(RingError, RangemapError)
    assert issubclass(RingError, ValueError)


def test_the_ellipsoid_is_wgs84():
    assert (WGS84.a, 1 / WGS84.f) == pytest.approx((6378137.0, 298.257223563))


def test_geodesy_exports_exactly_its_public_names():
    from rangemap import geodesy
    from rangemap.geodesy import geodesic, region, trace

    homes = {name: vars(home) for home in (geodesic, region, trace) for name in geodesy.__all__ if name in vars(home)}  # fmt: skip
    for name in geodesy.__all__:
        if name != "LonLat":
            assert getattr(geodesy, name) is homes[name][name]
    with pytest.raises(
        AttributeError, match=r"^module 'rangemap.geodesy' has no attribute 'rings'$"
    ):
        geodesy.rings  # noqa: B018  the access is the test
