"""Areas and rings of published maps, and hard cases at the antimeridian and the poles."""

import csv

import numpy as np
import pytest
import shapely

from rangemap.geodesy import (
    WGS84,
    LonLat,
    disc,
    distance_m,
    unwrap,
)
from tests.geodesy.globe import (
    PYONGYANG,
    karney_m,
    shared_file,
)
from tests.geodesy.test_region import BAGHDAD, ECONOMIST_2003


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
