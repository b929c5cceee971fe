"""Places outside their own country: the towns of GeoNames are the outside truth."""

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic

from rangemap.geodesy.position import LonLat
from rangemap.places import built_in_gazetteer
from rangemap.places.areas import Located, country_area, find_outside

# Baghdad, Suva, Anadyr, Nuuk and Honolulu; the borders of the base map are simplified.
TOWNS = [
    ("Iraq", 44.3661, 33.3152), ("Fiji", 178.4417, -18.1416), ("RU", 177.4833, 64.7333),
    ("Denmark", -51.7214, 64.1835), ("United States", -157.8583, 21.3069), ("Russia", -169.8, 66.16),
    ("United States", 144.79, 13.44), ("Somalia", 44.06, 9.56), ("Dem. Rep. Congo", 15.31, -4.33),
    ("Netherlands", 4.9, 52.37),
]  # fmt: skip


@pytest.mark.parametrize(("country", "lon", "lat"), TOWNS)
def test_a_place_in_its_country_is_not_reported(country, lon, lat):
    assert find_outside([Located(country, "town", LonLat(lon, lat))]) == {}


@pytest.mark.parametrize(
    ("lon", "lat", "hint"),
    [
        (36.1911, 44.0092, "with latitude and longitude exchanged it is inside"),
        (-44.0092, 36.1911, "with the other sign of the longitude it is inside"),
        (44.0092, -36.1911, "with the other sign of the latitude it is inside"),
        (2.35, 48.85, "correct the position or the country"),
        (95, 33, "correct the position or the country"),
    ],
)
def test_a_place_outside_is_reported_with_the_slip_that_explains_it(lon, lat, hint):
    message = f"position is more than 10 km outside Iraq; {hint}"
    assert find_outside([Located("Iraq", "town", LonLat(lon, lat))]) == {0: message}


@pytest.mark.parametrize(
    ("country", "kind", "lonlat"),
    [
        ("Iraq", "oil platform", (49, 29)), ("Iraq", "Ship", (60, 20)), ("Iraq", "island", (60, 20)),
        ("Iraq", "base", (0, 0)), ("Atlantis", "base", (60, 20)), (None, "base", (60, 20)),
    ],
)  # fmt: skip
def test_offshore_kinds_unknown_countries_and_missing_positions_are_exempt(country, kind, lonlat):
    assert find_outside([Located(country, kind, LonLat(*lonlat))]) == {}


def test_the_margin_is_ten_kilometres_everywhere():
    # Norway at 70 degrees north, where a degree of longitude is a third of one of latitude.
    for country in ("Iraq", "Norway", "Egypt"):
        area = shapely.union_all(country_area(country).geoms)
        outline = max(getattr(area, "geoms", [area]), key=lambda part: part.area).exterior
        for at in np.linspace(0.05, 0.95, 12):
            point = outline.interpolate(at, normalized=True)
            for azimuth in range(0, 360, 45):
                for km, expected in ((9.5, False), (60, None)):
                    end = Geodesic.WGS84.Direct(point.y, point.x, azimuth, km * 1000)
                    there = LonLat(end["lon2"], end["lat2"])
                    found = bool(find_outside([Located(country, "town", there)]))
                    if expected is not None:
                        assert found is expected, (country, point, azimuth)
                    elif found:
                        # Nothing of the country is within the margin, by many geodesics.
                        lons, lats = zip(*list(outline.coords), strict=True)
                        near = [
                            i for i in range(len(lons))
                            if abs(lats[i] - there.lat) < 0.1 and abs(lons[i] - there.lon) < 0.3
                        ]  # fmt: skip
                        for i in near:
                            line = Geodesic.WGS84.Inverse(there.lat, there.lon, lats[i], lons[i])
                            assert line["s12"] > 10_000


def test_places_where_tiles_of_the_map_meet_are_inside():
    parts = country_area("Iran").geoms
    inland = shapely.union_all(parts).buffer(-0.5)
    seams = [
        shapely.intersection(shapely.segmentize(part.exterior, 0.05), inland) for part in parts
    ]
    points = [LonLat(*xy) for xy in shapely.get_coordinates(seams)]
    assert len(points) > 100
    assert find_outside([Located("Iran", "town", point) for point in points]) == {}


def test_a_country_that_the_map_is_too_coarse_for_is_not_examined():
    assert find_outside([Located("Vatican City", "town", LonLat(44.4, 33.3))]) == {}


def test_towns_lie_in_their_countries():
    towns = list(built_in_gazetteer()._towns)
    found = find_outside([Located(town.country, "town", town.lonlat) for town in towns])
    # The exceptions are on islands that the base map leaves out, and at disputed borders.
    assert len(towns) > 30_000
    assert len(found) < 0.001 * len(towns)


def test_exchanged_positions_are_found():
    towns = [town for town in built_in_gazetteer()._towns if town.country in {"IQ", "IR", "UA"}]
    found = find_outside(
        [Located(t.country, "town", LonLat(t.lonlat.lat, t.lonlat.lon)) for t in towns]
    )
    exchanged = [message for message in found.values() if "exchanged it is inside" in message]
    # On the line of equal latitude and longitude, both readings are in the country.
    assert len(exchanged) > 0.9 * len(towns)


@pytest.mark.parametrize("country", ["Irak", "IRAK", "العراق", "Ирак", "IRQ"])
def test_a_country_is_known_by_its_names_in_other_languages(country):
    found = find_outside([Located(country, "town", LonLat(44.4, -33.3))])
    assert list(found) == [0]
    assert "with the other sign of the latitude it is inside" in found[0]
    assert find_outside([Located(country, "town", LonLat(44.4, 33.3))]) == {}
