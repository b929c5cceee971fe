"""`list` and `show` of weapons and sites: columns, filters, sorting, refusals."""

import json

import pytest


def test_weapons_list_shows_the_columns_and_figures(run):
    rows = json.loads(run("weapons", "list", "--format", "json").out)
    fateh = next(row for row in rows if row["id"] == "fateh-110")
    assert list(fateh) == [
        "id", "name", "category", "country", "low_km", "headline_km", "high_km", "min_km", "claims",
        "publishers", "newest", "note",
    ]  # fmt: skip
    assert (fateh["low_km"], fateh["headline_km"], fateh["high_km"]) == (193, 300, 500)
    assert (fateh["claims"], fateh["newest"]) == (12, "2024-11")


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (["--search", "geran2"], ["shahed-136"]),
        (["--search", "houthis", "--max-range", "200 km"], []),
        (["--category", "One-Way Attack Drone", "--country", "iran", "--min-range", "2,000 km"],
         ["shahed-136"]),
        (["--country", "Russia", "--min-range", "at least 1,000 km", "--sort", "high_km"], None),
    ],
)  # fmt: skip
def test_weapons_list_can_be_filtered_and_sorted(run, words, ids):
    outcome = run("weapons", "list", *words, "--format", "json")
    assert outcome.status == 0
    rows = json.loads(outcome.out)
    if ids is not None:
        assert set(ids) <= {row["id"] for row in rows}
    if "--min-range" in words:
        assert rows
        assert all(row["high_km"] >= 1000 for row in rows)
    if "--max-range" in words:
        assert all(row["high_km"] <= 200 for row in rows)
    if "--sort" in words:
        figures = [row["high_km"] for row in rows]
        assert figures == sorted(figures)
    if "--country" in words:
        assert {row["country"].casefold() for row in rows} == {
            words[words.index("--country") + 1].casefold()
        }


def test_weapons_list_sorts_empty_figures_last_and_refuses_unknown_values(run):
    rows = json.loads(run("weapons", "list", "--sort", "low_km", "--format", "json").out)
    figures = [row["low_km"] for row in rows]
    assert len(figures) == 411
    known = [figure for figure in figures if figure is not None]
    assert figures == sorted(known) + [None] * (411 - len(known))
    assert run("weapons", "list", "--sort", "colour").status == 2
    assert run("weapons", "list", "--country", "Atlantis").status == 2
    assert run("weapons", "list", "--category", "catapult").status == 1
    assert run("weapons", "list", "--min-range", "1000").status == 1


def test_weapons_show_prints_every_claim_with_its_source_and_the_band(run):
    outcome = run("weapons", "show", "Fateh-110")
    assert outcome.status == 0
    assert outcome.out.count("claim fateh-110/") == 12
    assert "193–500 km, headline 300 km (7 claims, 7 independent sources)" in outcome.out
    assert "up to 500 km\n        The National: US forces expected" in outcome.out
    assert "https://www.thenationalnews.com/" in outcome.out


def test_sites_show_prints_every_position_with_its_source(run):
    outcome = run("sites", "show", "Ain Al Asad")
    assert outcome.status == 0
    assert "33.7856,42.4412, accurate to 1.8 km" in outcome.out
    assert outcome.out.count("https://") == 6


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (["--search", "oraa"], ["ain-al-asad-air-base"]),
        (["--search", "جرف"], ["jurf-al-sakhar"]),
        (["--kind", "City", "--country", "iraq", "--sort", "name"],
         ["baghdad", "basra", "erbil", "kirkuk", "mosul"]),
        (["--kind", "city", "--country", "Iraq", "--sort", "precision_km"],
         ["kirkuk", "baghdad", "erbil", "mosul", "basra"]),
    ],
)  # fmt: skip
def test_sites_list_can_be_filtered_and_sorted(run, words, ids):
    outcome = run("sites", "list", *words, "--format", "json")
    assert [row["id"] for row in json.loads(outcome.out)] == ids


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["--sort", "colour"], "--sort is 'colour'; expected one of id, name, kind"),
        (["--kind", "castle"], "--kind 'castle' is unknown; closest: "),
        (["--country", "Irak"], "--country 'Irak' is unknown; closest: Iraq"),
    ],
)
def test_sites_list_refuses_unknown_values(run, words, part):
    outcome = run("sites", "list", *words)
    assert (outcome.status, outcome.out) == (2, "")
    assert part in outcome.err


def test_sites_show_explains_a_town_and_a_grid_square(run):
    town = run("sites", "show", "Cologne")
    assert (town.status, town.err) == (0, "")
    assert "Cologne, DE (geonames:2886242)\n" in town.out
    assert "  50.93333,6.95, assumed accurate to 5 km\n" in town.out
    assert "GeoNames (CC BY 4.0)\n      https://www.geonames.org/2886242\n" in town.out
    assert (
        "the centre of an MGRS square, accurate to 0.7 km" in run("sites", "show", "38SLC4488").out
    )
    refused = run("sites", "show", "Springfield")
    assert (refused.status, refused.out) == (1, "")
    assert "could be Springfield, Missouri, US; " in refused.err
