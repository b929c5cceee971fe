"""None"""

import json
import math

import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import assume, example, given
from hypothesis import strategies as st

from rangemap.errors import RingError
from rangemap.geodesy import (
    GREATEST_DISTANCE_M,
    RING_LIMIT_M,
    WGS84,
    WHOLE_EARTH,
    LonLat,
    annulus,
    degree_decimals,
    disc,
    distance_m,
    ring,
    ring_interior,
    ring_lines,
    round_region,
    unwrap,
)
from tests.geodesy.globe import (
    KARNEY,
    PYONGYANG,
    cases,
    globe_settings,
    lats,
    lons,
    nasty_examples,
    origins,
    radii_m,
    to_pole_m,
)

BAGHDAD = LonLat(44.3661, 33.3152)
ROUNDING = 1e-5  # of the radius, as `degree_decimals` guarantees
seeds = st.integers(0, 2**32 - 1)


def probes(origin, radius_m, seed):
    """Choose positions near the ring, slightly off it, and anywhere on the globe."""
    rng = np.random.default_rng(seed)
    near = 1 + rng.choice([-1, 1], 20) * 10 ** rng.uniform(-3.9, -1, 20)
    there_m = np.minimum(np.concatenate([near, rng.uniform(0, 1.5, 20)]) * radius_m, 20_003_931)
    start = np.broadcast_to(np.array(origin)[:, None], (2, 40))
    lon, lat, _ = WGS84.fwd(*start, rng.uniform(-180, 180, 40), there_m)
    anywhere = rng.uniform(-180, 180, 20), np.degrees(np.arcsin(rng.uniform(-1, 1, 20)))
    on_the_edge_of_the_map = [-180, 180, 0, 180, 0, -180], [-45, 45, 90, 90, -90, -90]
    return (
        np.concatenate([lon, anywhere[0], on_the_edge_of_the_map[0]]),
        np.concatenate([lat, anywhere[1], on_the_edge_of_the_map[1]]),
    )


def assert_holds_what_is_within(region, traced, lon, lat, *, slack=0.0):
    """Compare a region, which may be empty, with distances, ignoring positions within tolerance."""
    radius_m = traced.radius_m
    there_m = distance_m(traced.origin, lon, lat)
    clear = np.abs(there_m - radius_m) > (traced.tolerance + slack) * radius_m
    holds = shapely.intersects_xy(region, lon, lat)
    wrong = clear & (holds != (there_m <= radius_m))
    assert not wrong.any(), (lon[wrong], lat[wrong], there_m[wrong])


def assert_canonical(region):
    """Check a region against RFC 7946, sections 3.1.6 and 3.1.9."""
    assert region.geom_type in ("Polygon", "MultiPolygon")
    assert region.is_valid, shapely.is_valid_reason(region)
    west, south, east, north = region.bounds
    assert -180 <= west <= east <= 180
    assert -90 <= south <= north <= 90
    for part in shapely.get_parts(region):
        assert shapely.is_ccw(part.exterior)
        assert not any(shapely.is_ccw(hole) for hole in part.interiors)


@globe_settings(250)
@nasty_examples(seed=7946)
@given(case=cases, seed=seeds)
def test_a_region_contains_exactly_the_positions_within_the_radius(case, seed):
    region, traced = disc(*case)
    assert_canonical(region)
    assert_holds_what_is_within(region, traced, *probes(*case, seed))


@globe_settings(60)
@nasty_examples()
@given(case=cases)
def test_a_region_matches_a_second_implementation_of_distance(case):
    origin, radius_m = case
    region, _ = disc(origin, radius_m)
    for azimuth in range(0, 360, 24):
        for part, inside in ((0.999, True), (1.001, False)):
            if part * radius_m >= RING_LIMIT_M:
                continue
            place = KARNEY.Direct(origin.lat, origin.lon, azimuth, part * radius_m)
            assert shapely.intersects_xy(region, place["lon2"], place["lat2"]) == inside


@globe_settings(150)
@nasty_examples(seed=7946)
@given(case=cases, seed=seeds)
def test_a_strip_contains_a_position_on_all_three_worlds(case, seed):
    region, traced = disc(*case)
    strip = unwrap(region)
    assert strip.is_valid, shapely.is_valid_reason(strip)
    west, south, east, north = strip.bounds
    assert -540 <= west <= east <= 540
    assert -90 <= south <= north <= 90
    lon, lat = probes(*case, seed)
    for world in (-360, 0, 360):
        shifted = np.clip(lon + world, -540, 540)
        there_m = distance_m(traced.origin, lon, lat)
        clear = np.abs(there_m - traced.radius_m) > traced.tolerance * traced.radius_m
        holds = shapely.intersects_xy(strip, shifted, lat)
        assert (holds == (there_m <= traced.radius_m))[clear].all()


def seams(strip):
    """Find edges along the borders of the middle world."""
    found = []
    for part in shapely.get_parts(strip):
        for closed in (part.exterior, *part.interiors):
            points = shapely.get_coordinates(closed)
            on_border = np.isin(points, (-180.0, 180.0))[:, 0]
            rise = np.abs(np.diff(points[:, 1]))
            found += [rise[i] for i in np.flatnonzero(on_border[1:] & on_border[:-1])]
    return [rise for rise in found if rise > 1e-9]


@globe_settings(150)
@nasty_examples()
@given(case=cases)
def test_a_strip_has_no_seam_between_its_worlds(case):
    assert seams(unwrap(disc(*case).region)) == []


def test_a_seam_is_detected():
    assert seams(disc(LonLat(180, 0), 500_000).region) != []


@st.composite
def bands(draw):
    """Draw an origin and two radii, often with a pole between them."""
    origin = draw(origins)
    if draw(st.booleans()):
        pole_m = to_pole_m(origin.lat, draw(st.sampled_from([-90, 90])))
        both = [pole_m * draw(st.floats(0.3, 0.999)), pole_m * draw(st.floats(1.001, 1.5))]
    else:
        both = [draw(radii_m), draw(radii_m)]
    low_m, high_m = sorted(min(max(radius_m, 1.0), RING_LIMIT_M - 1) for radius_m in both)
    assume(high_m > 1.001 * low_m)
    return origin, low_m, high_m


@globe_settings(150)
@given(bands(), seeds)
@example((LonLat(0, 75), 1_000_000, 2_000_000), 0)  # the north pole between the two
@example((LonLat(-100, -75), 1_000_000, 2_000_000), 0)
@example((PYONGYANG, 10_000_000, 15_000_000), 0)  # north pole alone; both poles
@example((LonLat(180, 0), 9_000_000, 11_000_000), 0)  # no pole; both poles
@example((LonLat(0, 90), 1_000_000, RING_LIMIT_M - 1), 0)
@example((LonLat(-179.99999999999997, -56), 1, 3_793_403), 0)  # a hole rounded off the edge
def test_an_annulus_contains_exactly_the_positions_between_its_radii(band, seed):
    origin, low_m, high_m = band
    low, high = disc(origin, low_m), disc(origin, high_m)
    between = annulus(high.region, low.region)
    assert_canonical(between)
    strip = unwrap(between)
    assert strip.is_valid
    lon, lat = np.hstack([probes(origin, low_m, seed), probes(origin, high_m, seed)])
    there_m = distance_m(origin, lon, lat)
    expected = (low_m < there_m) & (there_m <= high_m)
    clear = np.minimum(np.abs(there_m / low_m - 1), np.abs(there_m / high_m - 1)) > 1e-4
    # A pole exactly on either ring, as a corner of the box, belongs to both regions or to neither.
    clear &= np.abs(lat) < 90
    assert (shapely.intersects_xy(between, lon, lat) == expected)[clear].all()
    assert (shapely.intersects_xy(strip, lon + 360, lat) == expected)[clear].all()
    assert seams(strip) == []


def test_an_annulus_of_equal_radii_is_an_empty_polygon():
    region, _ = disc(BAGHDAD, 300_000)
    assert annulus(region, region).is_empty
    assert annulus(region, disc(BAGHDAD, 400_000).region).geom_type == "Polygon"
    assert unwrap(annulus(region, WHOLE_EARTH)).is_empty


def test_an_annulus_keeps_its_hole_across_the_antimeridian():
    band = annulus(disc(LonLat(179, -17), 700_000).region, disc(LonLat(179, -17), 300_000).region)
    strip = unwrap(band)
    middle = next(part for part in strip.geoms if part.covers(shapely.Point(179 + 5, -17)))
    assert len(middle.interiors) == 1
    assert band.geom_type == "MultiPolygon"


def as_geojson(geometry):
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(geometry)}
        ],
    }


@globe_settings(80)
@nasty_examples(seed=7946)
@given(case=cases, seed=seeds)
def test_a_rounded_region_written_as_geojson_reads_back_as_the_same_region(
    tmp_path_factory, case, seed
):
    region, traced = disc(*case)
    region = round_region(region, degree_decimals(traced.radius_m))
    assert_canonical(region)
    path = tmp_path_factory.mktemp("region") / "region.geojson"
    path.write_text(json.dumps(as_geojson(region)), encoding="utf-8")
    _, _, (wkb,), _ = pyogrio.raw.read(f"GeoJSON:{path}")
    read_back = shapely.from_wkb(wkb)
    assert_canonical(read_back)
    assert_holds_what_is_within(read_back, traced, *probes(*case, seed), slack=ROUNDING)


@globe_settings(100)
@nasty_examples()
@given(case=cases)
def test_rounding_leaves_few_digits_and_moves_vertices_by_at_most_a_hundred_thousandth(case):
    region, traced = disc(*case)
    places = degree_decimals(traced.radius_m)
    for form in (region, unwrap(region)):
        near = round_region(form, places)
        assert near.is_valid
        numbers = shapely.get_coordinates(near).ravel()
        assert np.array_equal(numbers, numbers.round(places))
    near = round_region(region, places)
    lon, lat = shapely.get_coordinates(near).T
    on_line = (np.abs(lon) < 180) & (np.abs(lat) < 90)
    off_m = distance_m(traced.origin, lon[on_line], lat[on_line]) - traced.radius_m
    # Vertices on the ring, and cut points of edges, which are off by the tolerance.
    assert np.abs(off_m).max(initial=0) < (traced.tolerance + ROUNDING) * traced.radius_m


@given(st.floats(-170, 169), st.floats(-80, 79), st.integers(3, 9))
def test_each_coordinate_is_rounded_to_the_nearest_decimal(west, south, places):
    bounds = (west, south, west + 1, south + 1)
    assert round_region(shapely.box(*bounds), places).bounds == pytest.approx(
        bounds, rel=0, abs=0.5000001 * 10**-places
    )


@pytest.mark.parametrize(
    ("radius_m", "expected"),
    [
        (1, 10),
        (10, 9),
        (1000, 7),
        (60_000, 6),
        (250_000, 5),
        (2_000_000, 4),
        (15_000_000, 3),
        (1e-9, 12),
    ],
)
def test_decimals_follow_the_radius(radius_m, expected):
    assert degree_decimals(radius_m) == expected


@pytest.mark.parametrize("radius_m", [0, -5, math.nan, math.inf])
def test_decimals_of_an_invalid_radius_are_refused(radius_m):
    with pytest.raises(RingError, match="a finite number of at least"):
        degree_decimals(radius_m)


@pytest.mark.parametrize("radius_m", [RING_LIMIT_M, 20_000_000, GREATEST_DISTANCE_M, 40_000_000])
def test_at_the_limit_or_more_a_region_is_the_whole_earth_without_a_ring(radius_m):
    region, no_ring = disc(PYONGYANG, radius_m)
    assert no_ring is None
    assert region.equals(shapely.box(-180, -90, 180, 90))
    assert unwrap(region).equals(shapely.box(-540, -90, 540, 90))
    with pytest.raises(RingError):
        ring(PYONGYANG, radius_m)


@given(lons, lats)
@example(0.0, 0.0)
def test_just_below_the_limit_only_the_antipode_stays_outside(lon, lat):
    origin = LonLat(lon, lat)
    region, traced = disc(origin, RING_LIMIT_M - 1)
    assert traced is not None
    antipode_lon = lon - math.copysign(180, lon)
    assert not shapely.intersects_xy(region, antipode_lon, -lat) or abs(lat) == 90
    assert shapely.intersects_xy(region, *origin)
    missing = annulus(WHOLE_EARTH, region)
    corners_lon, corners_lat = shapely.get_coordinates(missing).T
    assert distance_m(LonLat(antipode_lon, -lat), corners_lon, corners_lat).max() < 75_000


@pytest.mark.parametrize("radius_m", [0, -1, math.nan, math.inf])
def test_a_disc_with_an_invalid_radius_is_refused(radius_m):
    with pytest.raises(RingError, match="radius is"):
        disc(BAGHDAD, radius_m)


@pytest.mark.parametrize("radius_m", [1000, 20_000_000])
def test_a_disc_around_an_invalid_position_is_refused(radius_m):
    with pytest.raises(RingError, match="invalid position"):
        disc(LonLat(44, 95), radius_m)


@globe_settings(100)
@nasty_examples()
@given(case=cases)
def test_lines_consist_of_exact_ring_points(case):
    traced = ring(*case)
    over_worlds = ring_lines(traced, worlds=(-1, 0, 1))
    lon, lat = shapely.get_coordinates(over_worlds).T
    back_home = (lon + 540) % 360 - 180
    off_m = distance_m(traced.origin, back_home, lat) - traced.radius_m
    assert np.abs(off_m).max() < 1e-3
    first, middle, _ = (shapely.get_coordinates(path) for path in over_worlds.geoms)
    assert np.array_equal(middle, traced.vertices)
    if traced.winding:
        joints = (first[-1], middle[0]) if traced.winding == 1 else (first[0], middle[-1])
        assert joints[0] == pytest.approx(joints[1], rel=0, abs=1e-12)
    else:
        assert all(path.is_closed for path in over_worlds.geoms)
    outline = shapely.boundary(ring_interior(traced))
    ours = over_worlds.intersection(WHOLE_EARTH)
    assert outline.buffer(1e-9).covers(ours)


ECONOMIST_2003 = {  # lon, lat, km from Pyongyang; a flat map of 3 May 2003 got many wrong
    "London": (-0.1278, 51.5074, 8685.6),
    "Los Angeles": (-118.2437, 34.0522, 9579.7),
    "Madrid": (-3.7038, 40.4168, 9824.1),
    "Lisbon": (-9.1393, 38.7223, 10246.5),
    "Chicago": (-87.6298, 41.8781, 10431.4),
    "New York": (-74.0060, 40.7128, 10949.5),
    "Anchorage": (-149.8997, 61.2176, 6012.3),
    "Cape Town": (18.4241, -33.9249, 13660.3),
    "Caracas": (-66.9036, 10.4806, 14369.7),
    "Bogota": (-74.0721, 4.7110, 14753.4),
    "Lima": (-77.0428, -12.0464, 16270.7),
    "Rio de Janeiro": (-43.1729, -22.9068, 17936.6),
    "Santiago": (-70.6693, -33.4489, 18424.7),
    "Buenos Aires": (-58.3816, -34.6037, 19397.4),
    "North Pole": (0.0, 90.0, 5680.1),
    "South Pole": (0.0, -90.0, 14323.8),
}
