"""Countries by name and their areas."""

import numpy as np
import pytest
import shapely

from rangemap.errors import AmbiguousNameError, UnknownNameError
from rangemap.io.basemap import read_country
from rangemap.places.countries import Country, countries, country_region, find_country, is_country

# The codes are those of ISO 3166.
NAMES = [
    ("Iran", "IR"), ("IRN", "IR"), ("ir", "IR"), ("الأردن", "JO"), ("Côte d’Ivoire", "CI"), ("Allemagne", "DE"),
    ("Russian Federation", "RU"), ("Россия", "RU"), ("日本", "JP"), ("USA", "US"), ("UK", "GB"), ("DPRK", "KP"),
    ("South Korea", "KR"), ("Corée du Sud", "KR"), ("democratic republic of the congo", "CD"), ("Türkiye", "TR"),
    ("Malawi", "MW"), ("Swaziland", "SZ"), ("Antarctica", "AQ"), ("Kosovo", "XK"), ("ישראל", "IL"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "code"), NAMES)
def test_a_country_is_found_by_name_in_many_languages_and_by_code(name, code):
    assert find_country(name).code == code


def test_an_unknown_country_is_refused_with_the_closest():
    with pytest.raises(UnknownNameError, match=r"'Irann' .*closest: Iran.*ISO code"):
        find_country("Irann")


def test_an_ambiguous_name_is_refused_with_the_choices():
    with pytest.raises(AmbiguousNameError, match=r"Congo or Dem\. Rep\. Congo"):
        find_country("Kongo")


def test_codes_are_unique():
    codes = [country.code for country in countries() if country.code]
    assert len(codes) == len(set(codes)) > 230
    assert not is_country("IR")
    assert is_country("Iran")


@pytest.fixture(scope="module")
def regions() -> dict[Country, shapely.Geometry]:
    return {country: country_region(country) for country in countries()}


@pytest.mark.thorough
def test_every_country_has_a_valid_area_of_at_most_8000_vertices(regions):
    for country, region in regions.items():
        assert region.is_valid, country.name
        assert shapely.get_num_coordinates(region) <= 8000, country.name
        west, south, east, north = region.bounds
        assert -180 <= west < east <= 180, country.name
        assert -90 <= south < north <= 90, country.name
    assert regions[find_country("Antarctica")].bounds[1] == -90


@pytest.mark.parametrize("name", ["Canada", "Cook Is.", "Norway", "Iraq"])
def test_the_precision_contains_95_percent_of_the_finest_border(name, regions):
    country = find_country(name)
    finest = np.concatenate([shapely.get_coordinates(p) for p in read_country("high", name)])
    # On a plane around each vertex: precise enough for kilometres.
    region = regions[country]
    off_km = np.array(
        [
            111.2 * shapely.distance(
                shapely.transform(shapely.clip_by_rect(region.boundary, lon - 4, lat - 1, lon + 4, lat + 1),
                                  lambda xy, lat=lat: xy * [np.cos(np.radians(lat)), 1]),
                shapely.Point(lon * np.cos(np.radians(lat)), lat),
            )
            for lon, lat in finest[:: max(len(finest) // 400, 1)]
        ]
    )  # fmt: skip
    assert np.nanpercentile(off_km, 95) * 1000 + 1000 == pytest.approx(country.precision_m, abs=700)
