"""Names of places on maps, and titles: what a reader would call them."""

import pytest

from rangemap import Scenario
from rangemap.catalogue import bare_system
from rangemap.geodesy.position import LonLat
from rangemap.places import Registry, built_in_gazetteer, read_registry
from rangemap.scenario.naming import default_title, place_names
from rangemap.scenario.origins import Origin, OriginKind, find_origin
from rangemap.scenario.pairs import Pair
from rangemap.sites import SiteTable
from rangemap.sites.typed import find_site
from rangemap.wording.language import read_language

REGISTRY = read_registry()


def shown(typed, lang="en"):
    origins = [find_origin(place, REGISTRY) for place in typed]
    return list(place_names(origins, None, read_language(lang)).origins.values())


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        (["Ashkelon, IL"], ["Ashkelon"]),
        (["Fuzhou, Fujian, CN"], ["Fuzhou"]),
        (["Washington, DC, US"], ["Washington"]),
        # Two that share a name, in different countries and in one.
        (["Tripoli, LB", "Tripoli, LY"], ["Tripoli, Lebanon", "Tripoli, Libya"]),
        (["Fuzhou, Fujian", "Fuzhou, Jiangxi"], ["Fuzhou, Fujian", "Fuzhou, Jiangxi"]),
        (["Springfield, IL, US", "Springfield, MA, US"], ["Springfield, Illinois", "Springfield, Massachusetts"]),
        # Far better known elsewhere.
        (["London, CA"], ["London, Canada"]),
        (["Paris, TX, US"], ["Paris, United States"]),
        # Typed positions.
        (["30.5,50.5"], ["30.5° N, 50.5° E"]),
        (["-33.25, -70"], ["33.25° S, 70° W"]),
        (["38SMB4488"], ["38SMB4488"]),
    ],
)  # fmt: skip
def test_places_have_the_shortest_names_that_tell_them_apart(typed, names):
    assert shown(typed) == names


@pytest.mark.parametrize(
    ("lang", "names"),
    [
        ("en", ["Tehran", "Vienna", "Isfahan", "Ain Al Asad"]),
        ("fr", ["Téhéran", "Vienne", "Isfahan", "Ain Al Asad"]),
        ("ar", ["طهران", "فيينا", "Isfahan", "Ain Al Asad"]),
    ],
)
def test_names_are_in_the_language_as_far_as_cldr_has_them(lang, names):
    places = [REGISTRY.get(name).name if REGISTRY.get(name) else name for name in names]
    typed = ["Tehran", "Vienna", "Isfahan", REGISTRY.get("Ain Al Asad").name]
    assert shown(typed, lang) == [*names[:3], places[3]]


def test_a_name_in_a_file_stays_unless_it_is_a_city_there():
    rows = [
        ("Vienna", "hq-1", None, LonLat(16.4, 48.2), 0.0),
        ("Vienna", "hq-2", None, LonLat(-77.3, 38.9), 0.0),  # in Virginia
        ("Vienna", "", None, LonLat(16.4, 48.2), 0.0),  # typed as a label
        ("Fuzhou, CN", "geonames:1", None, LonLat(119.3, 26.1), 0.0),
        ("x", "geonames:999999999999", None, LonLat(119.3, 26.1), 0.0),
    ]
    names = place_names([], SiteTable.of_rows(rows), read_language("fr")).sites
    assert names == ("Vienne", "Vienna", "Vienna", "Fuzhou, CN", "x")


def test_a_town_with_the_name_of_a_distant_row_says_its_country():
    rows = SiteTable.of_rows([("Ashkelon", "a", None, LonLat(10.0, 50.0), 0.0)])
    near = SiteTable.of_rows([("Ashkelon", "a", None, LonLat(34.57, 31.67), 0.0)])
    origin = find_origin("Ashkelon", REGISTRY)
    english = read_language("en")
    assert place_names([origin], rows, english).origins == {origin: "Ashkelon, Israel"}
    assert place_names([origin], near, english).origins == {origin: "Ashkelon"}


def test_an_origin_with_a_name_of_its_own_keeps_it():
    origin = Origin(name="Our town", kind=OriginKind.TOWN, lonlat=LonLat(1, 2))
    namesake = Origin(name="London, GB", kind=OriginKind.TOWN, lonlat=LonLat(1, 2))
    names = place_names([origin, namesake], None, read_language("en")).origins
    assert list(names.values()) == ["Our town", "London, GB"]


def test_the_names_of_the_hundred_largest_towns_differ_from_each_other():
    gazetteer = built_in_gazetteer()
    largest = sorted(gazetteer._towns, key=lambda town: -town.population)[:100]
    origins = [find_origin(gazetteer.label(town), Registry(())) for town in largest]
    for lang in ("en", "fr", "ar"):
        names = place_names(origins, None, read_language(lang)).origins.values()
        assert len(set(names)) == len(largest)


def test_the_title_of_two_pairs_names_both():
    pairs = [
        Pair(find_origin(place, REGISTRY), bare_system(figure))
        for place, figure in (("Vienna", "5 km"), ("Kyiv", "9 km"))
    ]
    assert (
        default_title(pairs, read_language("en")) == "Ranges of 5 km from Vienna and 9 km from Kyiv"
    )


def test_tables_keep_the_name_that_finds_the_town_again():
    scenario = Scenario(origins=["Fuzhou, Fujian"], ranges=["300 km"], sites=["Ashkelon"])
    table = scenario.check()
    assert (table["origin"][0], table["site"][0]) == ("Fuzhou, Fujian, CN", "Ashkelon, IL")
    for name in ("Fuzhou, Fujian, CN", "Ashkelon, IL"):
        assert find_site(name, REGISTRY).names == (name,)


@pytest.mark.parametrize(
    ("keys", "titles"),
    [
        (
            {"origins": ["Erbil"], "weapons": ["Fateh-110"]},
            ["Published range of Fateh-110 from Erbil", "Portée publiée : Fateh-110 depuis Erbil"],
        ),
        (
            {"origins": ["Tehran", "Vienna"], "weapons": ["Shahab-3", "Emad"]},
            [
                "Published ranges of Shahab-3 and Emad from Tehran and Vienna",
                "Portées publiées : Shahab-3 et Emad depuis Téhéran et Vienne",
            ],
        ),
        (
            {"origins": ["Tehran"], "weapons": ["Shahab-3", "Emad", "Sejjil"]},
            ["Published ranges from Tehran", "Portées publiées depuis Téhéran"],
        ),
        (
            {"origins": ["Gaza"], "ranges": ["12 km", "40 km"]},
            ["Ranges from Gaza", "Portées depuis Gaza"],
        ),
        # Not all of them are published.
        (
            {"origins": ["Gaza"], "ranges": ["12 km"], "weapons": ["Fajr-5"]},
            ["Ranges from Gaza", "Portées depuis Gaza"],
        ),
        (
            {"origins": ["30.5,50.5"], "ranges": ["250 km"]},
            ["Range of 250 km from 30.5° N, 50.5° E", "Portée : 250 km depuis 30,5° N, 50,5° E"],
        ),
        (
            {"origins": ["Tehran", "Vienna", "Isfahan", "Tabriz"], "weapons": ["Emad"]},
            ["Published range of Emad from 4 origins", "Portée publiée : Emad depuis 4 origines"],
        ),
    ],
)
def test_the_default_title_says_what_the_map_shows(keys, titles):
    selections = [Scenario(**keys, lang=lang).select() for lang in ("en", "fr")]
    found = [default_title(s.pairs, s.language) for s in selections]
    assert [title.replace("\u202f", " ") for title in found] == titles
