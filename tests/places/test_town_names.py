"""The English names of towns, compared with CLDR and Natural Earth, and those in other languages."""

import csv
import gzip
import math
import re
from functools import cache

import numpy as np
import pytest
from babel import Locale
from babel.core import get_global

from rangemap.names import match_key
from rangemap.places import built_in_gazetteer
from rangemap.places.populated import large_towns, towns_near
from rangemap.wording.language import read_language

TOWNS = built_in_gazetteer()
LARGEST = sorted(TOWNS._towns, key=lambda town: -town.population)[:500]
ZONES = get_global("zone_territories")

RENAMED = {
    "Bengaluru", "Chattogram", "Erbil", "Gqeberha", "Kyiv", "Makassar", "Nashik", "Odesa",
    "Xiangyang", "Yangon", "Huai'an",
}  # fmt: skip
"""Towns with a former or another spelling in Natural Earth's edition of 2017."""
SHORT = {"Dammam": "Ad Damman", "Rostov-on-Don": "Rostov", "Santiago de los Caballeros": "Santiago",
         "Saint Petersburg": "St. Petersburg", "Giza": "El Giza", "Mecca": "Makkah", "Shenyang": "Shenyeng",
         "Shijiazhuang": "Shijianzhuang", "Copenhagen": "København", "Liupanshui": "Lupanshui"}  # fmt: skip
"""Towns that Natural Earth spells differently."""
ALONE = {
    "Batam", "Bayan Nur", "Caloocan", "Depok", "Dombivali", "Ecatepec de Morelos", "Guarulhos",
    "Jinjiang", "Jinzhong", "Navi Mumbai", "Pikine", "Pimpri-Chinchwad", "Qujing", "Saitama",
    "Shubra el-Kheima", "South Tangerang", "Taguig", "Taizhou", "Tangerang", "Thane", "Zapopan",
}  # fmt: skip
"""Cities of their own that Natural Earth lacks, near others that it has."""
UNLIKE_CLDR = {
    "Aktau", "Aktobe", "Ho Chi Minh City", "Kuwait City", "Kyzylorda", "Laayoune", "Macau",
    "San Miguel de Tucumán", "Tirana",
}  # fmt: skip
"""Towns that CLDR's time zones spell differently (Aqtau, Tirane) or more briefly (Kuwait)."""


@pytest.fixture(scope="module")
def natural_earth(testdata):
    """The towns of Natural Earth 1:10m by whole degrees."""
    path = testdata / "basemap" / "ne_10m_populated_places_simple.csv.gz"
    cells = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            lon, lat = float(row["longitude"]), float(row["latitude"])
            cells.setdefault((math.floor(lon), math.floor(lat)), []).append((row["name"], lon, lat))
    return cells


def near(cells, town, km=30.0):
    lon, lat = town.lonlat
    around = [
        place
        for east in (-1, 0, 1)
        for north in (-1, 0, 1)
        for place in cells.get((math.floor(lon) + east, math.floor(lat) + north), [])
    ]
    return {
        name
        for name, x, y in around
        if math.hypot((x - lon) * math.cos(math.radians(lat)), y - lat) * 111.2 < km
    }


@cache
def english_of_zone(zone):
    names = Locale("en").time_zones.get(zone, {})
    return names.get("city") or zone.rpartition("/")[2].replace("_", " ")


def test_the_largest_towns_are_named_as_in_natural_earth(natural_earth):
    different = []
    for town in LARGEST:
        names = near(natural_earth, town)
        keys = {match_key(name) for name in names}
        known = SHORT.get(town.name) in names or town.name in RENAMED | ALONE
        if names and not town.is_part and not known and match_key(town.name) not in keys:
            different.append((town.name, town.country, sorted(names)))
    assert not different, "; ".join(map(str, different))


@pytest.mark.parametrize("town", [town for town in TOWNS._towns if town.zone], ids=lambda t: t.name)
def test_a_city_of_cldr_has_the_english_name_of_cldr(town):
    assert ZONES[town.zone] == town.country
    if town.name not in UNLIKE_CLDR:
        assert match_key(town.name) == match_key(english_of_zone(town.zone))


@pytest.mark.parametrize(
    ("name", "french", "arabic"),
    [
        ("Vienna", "Vienne", "فيينا"),
        ("Tehran", "Téhéran", "طهران"),
        ("Warsaw", "Varsovie", "وارسو"),
        ("Athens, GR", "Athènes", "أثينا"),
        ("Cairo", "Le Caire", "القاهرة"),
        ("Hebron", "Hébron", "هيبرون"),
        ("London, GB", "Londres", "لندن"),
        # CLDR lists these under the zone's first name, such as Asia/Calcutta.
        ("Kyiv", "Kiev", "كييف"),
        ("Kolkata", "Calcutta", "كالكتا"),
        ("Kathmandu", "Katmandou", "كاتماندو"),
        ("Yangon", "Rangoun", "رانغون"),
        ("Ho Chi Minh City", "Hô-Chi-Minh-Ville", "مدينة هو تشي منة"),
        # CLDR has none: the name stays.
        ("Isfahan", "Isfahan", "Isfahan"),
        ("Mosul", "Mosul", "Mosul"),
        # A namesake of a city of CLDR.
        ("London, CA", "London", "London"),
        ("Athens, Georgia, US", "Athens", "Athens"),
    ],
)
def test_a_city_has_the_name_of_cldr_in_other_languages(name, french, arabic):
    town = TOWNS.find(name)
    found = [read_language(code).city(town.name, town.zone) for code in ("en", "fr", "ar")]
    assert found == [town.name, french, arabic]


def test_every_city_of_cldr_has_an_arabic_name():
    arabic = read_language("ar")
    named = {town.name: arabic.city(town.name, town.zone) for town in TOWNS._towns if town.zone}
    assert len(named) > 250
    assert not [name for name, shown in named.items() if name == shown]


def test_no_label_of_the_base_map_is_a_part_of_a_city_or_a_transcription():
    names = {town.name for town in large_towns()}
    assert {"Mosul", "Basra", "Mecca", "Medina", "Cologne", "Hodeidah", "Kandahar"} <= names
    parts = {town.name for town in TOWNS._towns if town.is_part}
    assert len(names & parts) < 20  # namesakes elsewhere
    largest = {town.name for town in large_towns() if town.people > 1_000_000}
    assert not [name for name in largest if set(name) & set("ĀāĪīŪūḨḩŞşŢţẒẕŏŭ‘’`") - set("ş’")]


DISTRICT = re.compile(
    r"^(Sector|Paris|Lyon|Marseille) \d|^Al \w+ \d$|kerület|Kreis|Circoiscrizione|Arrondissement|City Centre$"
)


@pytest.mark.parametrize(
    "lonlat", [(2.3, 48.9), (5.4, 43.3), (26.1, 44.4), (19.0, 47.5), (8.5, 47.4), (7.7, 45.1), (55.3, 25.2)]
)  # fmt: skip
def test_no_town_in_a_view_of_a_large_city_is_a_numbered_district(lonlat):
    names = [town.name for town in towns_near(np.array(lonlat[:1]), np.array(lonlat[1:]))]
    assert len(names) > 100
    assert not [name for name in names if DISTRICT.search(name)]


def test_the_names_of_the_base_map_are_those_of_the_gazetteer():
    by_place = {(t.name, round(t.lonlat.lon, 3), round(t.lonlat.lat, 3)): t for t in TOWNS._towns}
    for town in large_towns():
        known = by_place.get((town.name, town.lon, town.lat))
        assert known is None or known.zone == town.zone
    found = [(town.name, town.lon, town.lat) in by_place for town in large_towns()]
    assert sum(found) > 0.95 * len(found)
