import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rangemap.errors import RingError
from rangemap.geodesy import RING_LIMIT_M, TOLERANCE, LonLat, distance_m, ring, trace
from tests.geodesy.globe import (
    KARNEY,
    MILLIMETRE,
    NASTY,
    cases,
    globe_settings,
    karney_m,
    nasty_examples,
    origins,
    radii_m,
    to_pole_m,
)

ALONG_EDGE = np.linspace(0, 1, 26)[1:-1, None, None]


def points_on_edges(vertices):
    points = vertices[:-1] + ALONG_EDGE * np.diff(vertices, axis=0)
    return points.reshape(-1, 2)


def largest_miss(traced):
    lon, lat = points_on_edges(traced.vertices).T
    off_m = distance_m(traced.origin, lon, lat) - traced.radius_m
    return np.abs(off_m).max() / traced.radius_m


@globe_settings(200)
@nasty_examples()
@given(case=cases)
def test_every_vertex_is_at_the_radius(case):
    origin, radius_m = case
    lon, lat = ring(origin, radius_m).vertices.T
    assert np.abs(distance_m(origin, lon, lat) - radius_m).max() < MILLIMETRE
    for i in range(0, lon.size, 40):
        assert karney_m(origin, lon[i], lat[i]) == pytest.approx(radius_m, rel=0, abs=MILLIMETRE)


@globe_settings(200)
@nasty_examples()
@given(case=cases)
def test_every_point_of_every_edge_is_within_tolerance(case):
    traced = ring(*case)
    assert largest_miss(traced) <= TOLERANCE
    assert traced.deviation <= traced.tolerance == TOLERANCE


@globe_settings(200)
@nasty_examples()
@given(case=cases)
def test_the_reported_deviation_is_not_too_small(case):
    traced = ring(*case)
    float_noise = 1e-8 / traced.radius_m
    assert largest_miss(traced) <= traced.deviation + float_noise


@globe_settings(30)
@given(origins, radii_m, st.floats(-6, -2))
def test_any_tolerance_is_met(origin, radius_m, power):
    traced = ring(origin, radius_m, tolerance=10**power)
    assert largest_miss(traced) <= 10**power + 1e-8 / radius_m


@globe_settings(150)
@nasty_examples()
@given(case=cases)
def test_the_path_goes_once_around_counter_clockwise_in_steps_of_at_most_3_degrees(case):
    origin, radius_m = case
    traced = ring(origin, radius_m)
    lon, lat = traced.vertices.T
    middles = (traced.vertices[1:] + traced.vertices[:-1]) / 2
    azimuths = np.array([KARNEY.Inverse(origin.lat, origin.lon, b, a)["azi1"] for a, b in middles])
    steps = (np.diff(azimuths, append=azimuths[:1]) + 180) % 360 - 180
    assert steps.sum() == pytest.approx(-360)
    # Midpoints of edges are at most 3 degrees apart, plus the deviation: a ten-thousandth of the
    # radius, which is a large angle only where the ring has shrunk around the antipode.
    if radius_m < 15_000_000:
        assert steps.max() < 0
        assert steps.min() > -3.2
    assert np.abs(lon).max() <= 360
    assert np.abs(lat).max() <= 90


@globe_settings(200)
@nasty_examples()
@given(case=cases)
def test_turns_around_the_axis_follow_from_the_enclosed_poles(case):
    origin, radius_m = case
    south, north = (to_pole_m(origin.lat, pole) - radius_m for pole in (-90, 90))
    traced = ring(origin, radius_m)
    (first_lon, first_lat), (last_lon, last_lat) = traced.vertices[[0, -1]]
    assert first_lat == last_lat
    assert last_lon == first_lon + 360 * traced.winding
    # For a ring through a pole to within floating-point resolution, either result is valid.
    if min(abs(south), abs(north)) > 1e-7:
        assert traced.winding == (north < 0) - (south < 0)


@pytest.mark.parametrize("case", NASTY)
def test_320_vertices_suffice_where_360_even_ones_do_not(case):
    assert len(ring(*case).vertices) <= 320


def test_360_even_vertices_miss_by_eight_times_the_tolerance_near_the_pole():
    origin, radius_m = LonLat(0, 75), 1_600_000
    even = [KARNEY.Direct(75, 0, azimuth, radius_m) for azimuth in range(360, -1, -1)]
    path = np.array([(point["lon2"], point["lat2"]) for point in even])
    path[:, 0] = np.unwrap(path[:, 0], period=360)
    lon, lat = points_on_edges(path).T
    miss = np.abs(distance_m(origin, lon, lat) - radius_m).max() / radius_m
    assert miss == pytest.approx(8e-4, rel=0.1)
    assert largest_miss(ring(origin, radius_m)) <= 1e-4


def test_a_ring_around_a_pole_is_a_parallel():
    vertices = ring(LonLat(30, 90), 1_000_000).vertices
    assert vertices[:, 1] == pytest.approx(np.full(len(vertices), vertices[0, 1]), abs=1e-12)
    assert np.diff(vertices[:, 0]) == pytest.approx(np.full(len(vertices) - 1, 3), abs=0.11)


def test_a_ring_around_one_pole_starts_and_ends_opposite_its_origin():
    north, south = ring(LonLat(50, 75), 2_000_000), ring(LonLat(50, -75), 2_000_000)
    assert north.vertices[[0, -1], 0].tolist() == pytest.approx([-130, 230])
    assert south.vertices[[0, -1], 0].tolist() == pytest.approx([230, -130])


def test_northern_and_southern_rings_are_mirror_images_at_every_longitude():
    north = ring(LonLat(50, 60), 2_000_000).vertices[:-1]
    south = ring(LonLat(-20, -60), 2_000_000).vertices[:-1] * [1, -1] + [70, 0]
    by_lon_and_lat = [np.array(sorted(path.round(6).tolist())) for path in (north, south)]
    assert by_lon_and_lat[0] == pytest.approx(by_lon_and_lat[1], abs=2e-6)


def test_a_wrapped_origin_gives_the_same_ring():
    here, there = ring(LonLat(-170, 20), 500_000), ring(LonLat(190, 20), 500_000)
    assert there.origin == here.origin
    assert np.array_equal(there.vertices, here.vertices)


def test_vertices_are_read_only():
    with pytest.raises(ValueError, match="read-only"):
        ring(LonLat(0, 0), 1000).vertices[0] = 0


@pytest.mark.parametrize(
    "radius_m",
    [0, -1, math.nan, math.inf, -math.inf, RING_LIMIT_M, 20_003_931.46, 20_015_087, 1e300],
)
def test_a_radius_out_of_bounds_is_refused(radius_m):
    with pytest.raises(
        RingError,
        match=r"radius is .* m; expected at least 1e-09 and less than 19970326 m, above which a ring is no longer one line$",
    ):
        ring(LonLat(44, 33), radius_m)


@pytest.mark.parametrize("tolerance", [0, -1e-4, 1e-9, 0.5, math.nan])
def test_a_tolerance_out_of_bounds_is_refused(tolerance):
    with pytest.raises(RingError, match="tolerance is"):
        ring(LonLat(44, 33), 1000, tolerance=tolerance)


@pytest.mark.parametrize(
    ("radius_m", "words"), [(1e-9, "cannot be traced"), (1e-300, "at least 1e-09")]
)
def test_a_radius_below_floating_point_resolution_is_refused(radius_m, words):
    with pytest.raises(RingError, match=words):
        ring(LonLat(179.9, 33), radius_m)


def test_an_invalid_origin_is_refused():
    with pytest.raises(RingError, match="swapped"):
        ring(LonLat(33.8, 142.4), 1000)


@pytest.mark.parametrize("radius_m", [350, 700, 1050, 1400])
def test_a_radius_is_not_a_diameter(radius_m):
    traced = ring(LonLat(42.4412, 33.7856), radius_m)
    assert karney_m(traced.origin, *traced.vertices[17]) == pytest.approx(radius_m, abs=MILLIMETRE)
    assert traced.radius_m == radius_m


def test_azimuths_are_dense_near_due_north_and_due_south():
    grid = trace._azimuth_grid()
    assert (grid[0], grid[-1]) == (0, math.pi)
    assert grid + grid[::-1] == pytest.approx(np.full(grid.size, math.pi), abs=1e-15)
    assert grid[1] == pytest.approx(1e-7)
    steps = np.diff(grid)
    # Near a pole a step is less than half the distance from it, elsewhere less than the
    # 3 degrees that no edge exceeds.
    assert (steps[1:36] / grid[1:36] < 0.5).all()
    assert steps.min() > 0
    assert np.degrees(steps.max()) < 3
