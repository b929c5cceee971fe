"""Distances to areas against brute force, and coverage against distances. `make areas` runs more."""

import numpy as np
import pytest
import shapely

from rangemap.errors import RingError
from rangemap.geodesy import LonLat, disc
from rangemap.geodesy.area import Area
from rangemap.geodesy.border import border_of
from rangemap.geodesy.coverage import coverage
from rangemap.places.countries import country_region, find_country
from tests.geodesy.borders import (
    ACCEPTED,
    assert_distances_are_right,
    errors_of,
    joined,
    near,
    over_the_globe,
    random_region,
)


def area_of(country):
    return Area(country_region(find_country(country)))


@pytest.mark.thorough(keep=[("Fiji",), ("South Africa",)])
@pytest.mark.parametrize("country", ACCEPTED)
def test_distances_to_a_country_are_those_of_brute_force(country):
    rng, area = np.random.default_rng(5), area_of(country)
    at_border = near(rng, area.border.starts, 12, 30_000)
    assert_distances_are_right(area, joined(over_the_globe(rng, 24), at_border))


@pytest.mark.thorough(keep=[(1,)])
@pytest.mark.parametrize("seed", range(6))
def test_distances_to_random_areas_are_those_of_brute_force(seed):
    rng = np.random.default_rng(seed)
    area = Area(random_region(rng))
    at_border = near(rng, area.border.starts, 20, 30_000)
    assert_distances_are_right(area, joined(over_the_globe(rng, 60), at_border))


def test_chords_bound_the_distances():
    rng, area = np.random.default_rng(1), area_of("Chile")
    sites = over_the_globe(rng, 500)
    distances_m, chords = area.distances_m(*sites), np.sqrt(area.squared_chords(*sites))
    assert (chords <= distances_m + area.half_edge_m + 1).all()
    near_m = 3_000_000.0
    limited = np.sqrt(area.squared_chords(*sites, longest_m=near_m))
    assert (np.isinf(limited) | (limited == chords)).all()
    assert (chords[np.isinf(limited)] > near_m).all()


CASES = [
    ("Iran", 300), ("South Africa", 50), ("Fiji", 700), ("Antarctica", 1500), ("Norway", 100),
    ("Russia", 500), ("North Korea", 10_000), ("Greenland", 300), ("France", 5000), ("Chile", 15_000),
    ("Fiji", 19_000),
]  # fmt: skip


@pytest.mark.thorough(
    keep=[("Iran", 300), ("South Africa", 50), ("Fiji", 700), ("North Korea", 10_000)]
)
@pytest.mark.parametrize(("country", "radius_km"), CASES)
def test_a_coverage_contains_what_is_within_the_distance(country, radius_km):
    rng, area = np.random.default_rng(7), area_of(country)
    covered = coverage(area, radius_km * 1000.0)
    assert list(errors_of(area, covered, radius_km * 1000.0, 2000, rng)) == []
    assert covered.ring is not None
    assert covered.ring.deviation <= 1e-4


@pytest.mark.thorough(keep=[(1,), (2,), (3,)])
@pytest.mark.parametrize("seed", range(10))
def test_the_coverage_of_random_areas_is_right(seed):
    rng = np.random.default_rng(100 + seed)
    area = Area(random_region(rng))
    for radius_m in 10.0 ** rng.uniform(4, 7.25, 3):
        assert list(errors_of(area, coverage(area, radius_m), radius_m, 1500, rng)) == []


def test_the_coverage_of_a_very_small_area_is_a_disc():
    # A square of 11 m: its coverage extends at most 8 m beyond the disc around its middle.
    middle = LonLat(20.0, 30.0)
    square = shapely.box(19.99995, 29.99995, 20.00005, 30.00005)
    covered, around = coverage(Area(square), 300_000).region, disc(middle, 300_000).region
    assert covered.symmetric_difference(around).area / around.area < 4e-4


def test_a_hole_is_covered_from_all_sides():
    # Lesotho is 200 km wide: all of it is within 150 km of South Africa, not within 50 km.
    area, lesotho = area_of("South Africa"), country_region(find_country("Lesotho"))
    assert coverage(area, 150_000).region.covers(lesotho)
    assert not coverage(area, 50_000).region.covers(lesotho)


def test_seams_and_poles_are_no_border():
    antarctica = border_of(country_region(find_country("Antarctica")))
    assert not (np.abs(antarctica.starts[:, 1]) == 90).any()
    east, west = shapely.box(170, 0, 180, 10), shapely.box(-180, 5, -170, 20)
    border = border_of(shapely.MultiPolygon([east, west]))
    on_seam = (np.abs(border.starts[:, 0]) == 180) & (border.starts[:, 0] == border.ends[:, 0])
    # Only where one side has no area: 0 to 5 degrees in the west, 10 to 20 in the east.
    seams = sorted(tuple(sorted((a, b))) for a, b in zip(border.starts[on_seam, 1], border.ends[on_seam, 1], strict=True))  # fmt: skip
    assert seams == [(0, 5), (10, 20)]


@pytest.mark.parametrize("radius_m", [0.0, -1.0, float("nan"), float("inf")])
def test_an_impossible_radius_is_refused(radius_m):
    with pytest.raises(RingError, match="expected at least"):
        coverage(Area(shapely.box(0, 0, 1, 1)), radius_m)


def test_beyond_the_limit_of_rings_the_whole_earth_is_covered():
    covered = coverage(Area(shapely.box(0, 0, 1, 1)), 20_000_000.0)
    assert covered.ring is None
    assert covered.region.bounds == (-180, -90, 180, 90)
