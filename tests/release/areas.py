"""Distances to ten countries and the coverage of every country, at full size; run by `make areas`."""

import sys
import time

import numpy as np

from rangemap.geodesy.area import Area
from rangemap.geodesy.coverage import coverage
from rangemap.places.countries import countries, country_region, find_country
from tests.geodesy.borders import (
    ACCEPTED,
    RADII_KM,
    assert_distances_are_right,
    errors_of,
    joined,
    near,
    over_the_globe,
    random_region,
)

SITES = 10_000
POINTS = 4_000
RANDOM_AREAS = 200


def check_coverage(name: str, area: Area, radii_km: tuple[float, ...]) -> int:
    """Print what is wrong with the coverage of an area, and return how often anything is."""
    rng, wrong = np.random.default_rng(1), 0
    for radius_km in radii_km:
        start = time.process_time()
        covered = coverage(area, radius_km * 1000)
        spent = time.process_time() - start
        errors = list(errors_of(area, covered, radius_km * 1000, POINTS, rng))
        wrong += bool(errors)
        if errors or spent > 5:
            print(f"{name}, {radius_km:g} km: {spent:.1f} s of CPU time; {'; '.join(errors)}")
    return wrong


def main(names: list[str]) -> None:
    """Check the countries named, or all."""
    for name in names or ACCEPTED:
        rng, area = np.random.default_rng(2), Area(country_region(find_country(name)))
        at_border = near(rng, area.border.starts, SITES // 3, 30_000)
        assert_distances_are_right(area, joined(over_the_globe(rng, SITES - SITES // 3), at_border))
        print(f"{name}: distances to {SITES:,} sites are right", flush=True)
    wrong = 0
    chosen = [find_country(name) for name in names] or countries()
    for country in chosen:
        wrong += check_coverage(country.name, Area(country_region(country)), RADII_KM)
    for seed in range(0 if names else RANDOM_AREAS):
        rng = np.random.default_rng(seed)
        radii_km = tuple((10.0 ** rng.uniform(1, 4.25, 2)).tolist())
        wrong += check_coverage(f"random area {seed}", Area(random_region(rng)), radii_km)
    print(
        f"{len(chosen)} countries at {len(RADII_KM)} radii, {POINTS:,} points each: {wrong} wrong"
    )
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main(sys.argv[1:])
