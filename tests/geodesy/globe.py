"""Shared by the tests of this folder: cases all over the globe, and second opinions."""

import math
from pathlib import Path

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import HealthCheck, example, settings
from hypothesis import strategies as st

from rangemap.geodesy import RING_LIMIT_M, LonLat

KARNEY = Geodesic.WGS84
MILLIMETRE = 1e-3
TESTDATA = Path(__file__).resolve().parents[2].parent / "shared" / "testdata"


def shared_file(name):
    path = TESTDATA / name
    if not path.exists():
        pytest.skip(f"{path} does not exist: the shared test data are next to the checkout")
    return path


def karney_m(origin, lon, lat):
    """Distance by the Python package geographiclib, which shares no code with PROJ."""
    mask = Geodesic.DISTANCE
    return KARNEY.Inverse(origin[1], origin[0], lat, lon, mask)["s12"]


def to_pole_m(lat, pole):
    return karney_m((0.0, lat), 0.0, pole)


lons = st.one_of(st.floats(-180, 180), st.sampled_from([-180.0, 180.0, 179.9999, -179.9999, 0.0]))
lats = st.one_of(
    st.floats(-90, 90),
    st.sampled_from([-90.0, 90.0, 89.9999, -89.9999, 0.0]),
    st.floats(-9, 1).map(lambda power: 90 - 10**power),
)
origins = st.builds(LonLat, lons, lats)
radii_m = st.one_of(
    st.floats(0, math.log(RING_LIMIT_M - 1)).map(math.exp),
    st.floats(1_000_000, RING_LIMIT_M - 1),
)


@st.composite
def grazing_cases(draw):
    """Draw a ring that passes a pole at nanometres to hundreds of kilometres."""
    origin = draw(origins)
    miss_m = draw(st.sampled_from([-1, 1])) * 10 ** draw(st.floats(-9, 5.5))
    radius_m = to_pole_m(origin.lat, draw(st.sampled_from([-90, 90]))) + miss_m
    return origin, min(max(radius_m, 1.0), RING_LIMIT_M - 1)


cases = st.one_of(st.tuples(origins, radii_m), grazing_cases())

PYONGYANG = LonLat(125.75, 39.03)
QUARTER_M = to_pole_m(0.0, 90)
NASTY = [
    (LonLat(0.0, 75.0), to_pole_m(75.0, 90)),  # exactly through the north pole
    (LonLat(0.0, 75.0), to_pole_m(75.0, 90) - 1),
    (LonLat(-180.0, 75.0), to_pole_m(75.0, 90) + 1),
    (LonLat(180.0, -33.3), to_pole_m(-33.3, -90)),
    # through a pole too, but the direct problem puts the pole on the other side of the axis
    (LonLat(70.0, -40.97796495003109), 14540091.946825694),
    (LonLat(70.0, -81.70671273935734), 926245.140466202),
    (LonLat(120.0, -33.3), to_pole_m(-33.3, 90)),  # both poles, one of them exactly on the ring
    (LonLat(12.0, 0.0), QUARTER_M),  # a meridian circle: through both poles
    (LonLat(180.0, 1e-9), QUARTER_M),
    (LonLat(30.0, 89.9999), 1_000_000.0),
    (LonLat(30.0, 89.9999), 12.0),
    (LonLat(30.0, 90.0), 1_000_000.0),
    (LonLat(30.0, 90.0), QUARTER_M),  # the equator
    (LonLat(-30.0, -90.0), 1.0),
    (LonLat(180.0, 0.0), 1.0),
    (LonLat(-180.0, -17.7), 700_000.0),
    (LonLat(-179.95, 45.0), 10_000.0),
    (LonLat(0.0, 0.0), RING_LIMIT_M - 1),
    (LonLat(180.0, 45.0), RING_LIMIT_M - 1),
    (LonLat(0.0, 89.9), RING_LIMIT_M - 1),  # the south pole is outside
    (LonLat(0.0, -90.0), RING_LIMIT_M - 1),
    (PYONGYANG, 10_000_000.0),
    (PYONGYANG, 15_000_000.0),
]


def nasty_examples(**others):
    def add_all(test):
        for case in NASTY:
            test = example(case=case, **others)(test)
        return test

    return add_all


def globe_settings(max_examples):
    return settings(
        max_examples=max_examples, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
