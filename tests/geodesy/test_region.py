import csv
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
    karney_m,
    lats,
    lons,
    nasty_examples,
    origins,
    radii_m,
    shared_file,
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


# External truth: positions and distances of published cases, areas computed by another tool.


def area_km2(region):
    """Sum the geodesic area of densified parts, none of which encircles the globe."""
    total_m2 = 0.0
    for west in range(-180, 180, 90):
        for south in (-90, 0):
            piece = region.intersection(shapely.box(west, south, west + 90, south + 90))
            for part in shapely.get_parts(piece):
                if part.geom_type == "Polygon":
                    dense = shapely.orient_polygons(shapely.segmentize(part, 0.02))
                    total_m2 += WGS84.geometry_area_perimeter(dense)[0]
    return total_m2 / 1e6


@pytest.mark.parametrize(
    ("origin", "radius_km", "true_km2"),
    [
        (PYONGYANG, 10_000, 254_750_933),
        (PYONGYANG, 15_000, 435_073_856),  # the ring's signed area alone is -74,991,766
        (LonLat(179.95, 45), 10, 314.16),
        (LonLat(178, -17.7), 700, 1_537_827),
        (LonLat(0, 75), 2_000, 12_464_308),
        (LonLat(0, 89), 300, 282_692),
        (BAGHDAD, 2_000, 12_463_466),
        (BAGHDAD, 100, 31_415),  # a 32-gon has 31,214
        (LonLat(0, 0), 100, 31_415),  # a database's buffer had 31,291
        (LonLat(30, 30), 100, 31_415),  # and 31,233
    ],
)
def test_areas_match_those_of_another_tool(origin, radius_km, true_km2):
    region, _ = disc(origin, radius_km * 1000, tolerance=1e-6)
    assert area_km2(region) == pytest.approx(true_km2, rel=3e-6, abs=0.6)


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


@pytest.mark.parametrize("place", ECONOMIST_2003)
def test_the_2003_map_of_north_korean_ranges_is_corrected(place):
    lon, lat, true_km = ECONOMIST_2003[place]
    assert distance_m(PYONGYANG, lon, lat) / 1000 == pytest.approx(true_km, abs=0.06)
    for radius_km in (10_000, 15_000):
        region, _ = disc(PYONGYANG, radius_km * 1000)
        assert shapely.intersects_xy(region, lon, lat) == (true_km <= radius_km)
        assert shapely.intersects_xy(unwrap(region), lon - 360, lat) == (true_km <= radius_km)


def test_claims_of_a_2017_newsroom_map_are_judged_as_by_geodsolve():
    path = shared_file("published/abc_2017_claims.csv")
    with path.open(encoding="utf-8") as stream:
        claims = list(csv.DictReader(stream))
    assert len(claims) == 19
    for claim in claims:
        origin = LonLat(float(claim["origin_lon"]), float(claim["origin_lat"]))
        place = LonLat(float(claim["lon_as_published"]), float(claim["lat"]))
        assert distance_m(origin, *place) == pytest.approx(float(claim["geodsolve_m"]), abs=0.001)
        region, _ = disc(origin, float(claim["range_km"]) * 1000)
        inside = shapely.intersects_xy(unwrap(region), *place)
        assert inside == (claim["geodsolve_says"] == "in"), claim["place"]


def test_a_ring_on_a_degree_grid_is_not_a_circle():
    # Degree and Web Mercator buffers of 300 km at this latitude reach 249.5 km east.
    region, _ = disc(LonLat(0, 33.8), 300_000)
    west, south, east, north = region.bounds
    for lon, lat in ((0, south), (0, north)):
        assert karney_m((0, 33.8), lon, lat) == pytest.approx(300_000, abs=30)
    east_most = shapely.get_coordinates(region)
    tip = east_most[east_most[:, 0].argmax()]
    assert karney_m((0, 33.8), *tip) == pytest.approx(300_000, abs=1)
    assert east == pytest.approx(-west)
    assert east > 300 / 111.32 * 1.19  # degrees of longitude are shorter there


@pytest.mark.parametrize(
    ("radius_km", "lon", "lat", "inside"),
    [
        (300, 47.577788, 33.509058, True),  # 299.5 km: outside a 36-gon
        (2000, 46.813353, 51.185743, True),  # 1,995 km: outside 24- and 36-gons
        (2000, 46.823326, 51.239309, False),  # 2,001 km
        (2000, 44.3661, 15.295674, True),  # 1,996.0 km: outside on a sphere
        (2000, 65.584424, 31.487061, False),  # 2,003.0 km: inside on a sphere
    ],
)
def test_positions_misplaced_by_coarse_or_spherical_rings_are_correct(radius_km, lon, lat, inside):
    region, _ = disc(BAGHDAD, radius_km * 1000)
    assert shapely.intersects_xy(region, lon, lat) == inside


def test_a_ten_kilometre_ring_on_the_antimeridian_keeps_its_size():
    region, _ = disc(LonLat(179.95, 45), 10_000)
    eastern, western = sorted(region.geoms, key=lambda part: -part.bounds[0])
    assert (eastern.bounds[0], eastern.bounds[2]) == pytest.approx((179.8232, 180), abs=1e-4)
    assert (western.bounds[0], western.bounds[2]) == pytest.approx((-180, -179.9232), abs=1e-4)


def test_a_disc_around_fiji_is_split_into_two_parts_at_the_antimeridian():
    region, _ = disc(LonLat(178, -17.7), 700_000)
    eastern, western = sorted(region.geoms, key=lambda part: -part.bounds[0])
    assert eastern.bounds == pytest.approx((171.4, -24.0225, 180, -11.3735), abs=1e-3)
    assert (western.bounds[0], western.bounds[2]) == pytest.approx((-180, -175.4), abs=1e-3)
    assert eastern.bounds[2] == 180
    assert western.bounds[0] == -180


def test_a_ring_across_the_antimeridian_is_continuous_in_the_strip():
    strip = unwrap(disc(LonLat(175, 0), 1_500_000).region)
    whole = next(part for part in strip.geoms if part.covers(shapely.Point(180, 0)))
    assert (whole.bounds[0], whole.bounds[2]) == pytest.approx((161.5253, 188.4747), abs=2e-3)


def test_a_ring_around_the_pole_contains_every_longitude_north_of_its_edge():
    region, _ = disc(LonLat(0, 75), 2_000_000)
    assert region.geom_type == "Polygon"
    assert region.bounds == pytest.approx((-180, 57.0631, 180, 90), abs=1e-3)
    around = np.linspace(-180, 180, 721)
    assert shapely.intersects_xy(region, around, np.full(721, 87.0925)).all()
    assert not shapely.intersects_xy(region, 180, 87.0885)
    assert shapely.intersects_xy(region, 100, 89)  # 1,697.9 km
    assert not shapely.intersects_xy(region, -160, 85)  # 2,207.9 km


def test_a_ring_around_a_nearby_pole_is_a_cap():
    region, _ = disc(LonLat(0, 89), 300_000)
    assert region.bounds == pytest.approx((-180, 86.3140, 180, 90), abs=2e-4)
