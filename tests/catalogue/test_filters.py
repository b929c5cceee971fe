"""Which claims count on the user's request, and what is said about it."""

import datetime as dt

import pytest

from rangemap.catalogue import (
    Claim,
    ClaimFilter,
    Party,
    PartyKind,
    Publisher,
    PublisherKind,
    Publishers,
    Source,
    Weapon,
    make_system,
    read_catalogue,
    read_publishers,
)
from rangemap.catalogue.publishers import Ownership
from rangemap.errors import CatalogueError
from rangemap.wording.quantities import parse_range

BOOK = read_catalogue()
KNOWN = read_publishers()
NEWSPAPER = PublisherKind.NEWSPAPER


def publisher(name, owner, repeats=None, kind=NEWSPAPER):
    state_media = {"state": True, "private": False, "unsettled": None}[owner]
    return Publisher(name=name, kind=kind, state_media=state_media, repeats=repeats)


LISTED = Publishers(
    (
        publisher("Free", "private"),
        publisher("State", "state"),
        publisher("State TV (French edition)", "state", kind=PublisherKind.BROADCASTER),
        publisher("Open", "unsettled"),
        publisher("Copy of State", "private", "State"),
        publisher("Copy of an edition", "private", "State TV"),
        publisher("Copy of two", "private", "Free and State"),
        publisher("Copy of Free", "private", "Free"),
        publisher("Copy of Open", "private", "Open"),
        publisher("Copy of Nobody", "private", "Nobody"),
        publisher("Copy of an agency", "private", "an agency (not named)"),
        publisher("State with Reuters", "state", "Reuters"),
    ),
    (
        Party(name="State Radio", kind=PartyKind.STATE_MEDIA),
        Party(name="Minister", kind=PartyKind.GOVERNMENT),
    ),
)


def claim(name, attributed_to=None, date="2024-01", id_="c"):
    return Claim(
        id=id_,
        range=parse_range("up to 9 km"),
        attributed_to=attributed_to,
        source=Source(publisher=name, date=date),
    )


def weapon(*claims):
    return Weapon(id="w", name="W", country=("X",), category="rocket", claims=claims)


@pytest.mark.parametrize(
    ("name", "attributed_to", "kept"),
    [
        ("Free", None, True),
        ("State", None, False),
        ("State TV (French edition)", None, False),
        ("Open", None, True),  # not settled
        ("Own Notes", None, True),  # not in the list
        ("Copy of State", None, False),
        ("Copy of an edition", None, False),
        ("Copy of two", None, False),
        ("Copy of Free", None, True),
        ("Copy of Open", None, True),
        ("Copy of Nobody", None, True),
        ("Copy of an agency", None, True),
        ("State with Reuters", None, False),  # the site read is state media
        ("Free", "State Radio", False),  # a statement of state media
        ("Free", "State", False),
        ("Free", "Minister", True),
        ("Free", "somebody", True),
    ],
)
def test_claims_of_state_media_and_those_that_repeat_them_do_not_count(name, attributed_to, kept):
    counted = ClaimFilter(no_state_media=True, publishers=LISTED)
    one = claim(name, attributed_to)
    assert counted.keeps(weapon(one), one) is kept


@pytest.mark.parametrize(
    ("kinds", "kept"),
    [
        ((NEWSPAPER,), ["Free", "State", "Open"]),
        ((PublisherKind.BROADCASTER,), ["State TV (French edition)"]),
        ((PublisherKind.BROADCASTER, None), ["State TV (French edition)", "Own Notes"]),
        ((None,), ["Own Notes"]),
        ((PublisherKind.BLOG,), []),
        ((), ["Free", "State", "State TV (French edition)", "Open", "Own Notes"]),
    ],
)
def test_only_claims_of_these_kinds_of_publishers_count(kinds, kept):
    counted = ClaimFilter(source_kinds=kinds, publishers=LISTED)
    claims = [
        claim(name, id_=f"c{i}")
        for i, name in enumerate(
            ["Free", "State", "State TV (French edition)", "Open", "Own Notes"]
        )
    ]
    entry = weapon(*claims)
    assert [c.source.publisher for c in claims if counted.keeps(entry, c)] == kept


def test_conditions_add_up():
    old, new, undated = (
        claim("Free", date="2020"),
        claim("Free", id_="d"),
        claim("Free", date=None, id_="e"),
    )
    entry = weapon(old, new, undated)
    by_2021 = ClaimFilter(as_of=dt.date(2021, 1, 1))
    assert [by_2021.keeps(entry, c) for c in entry.claims] == [True, False, False]
    without = ClaimFilter(exclude=("w/d",))
    assert [without.keeps(entry, c) for c in entry.claims] == [True, False, True]
    both = ClaimFilter(as_of=dt.date(2024, 12, 31), exclude=("w/d",))
    assert [both.keeps(entry, c) for c in entry.claims] == [True, False, False]
    assert not ClaimFilter()
    assert by_2021
    assert without


def test_a_filter_is_stated_in_full():
    counted = ClaimFilter(
        as_of=dt.date(2020, 1, 31),
        source_kinds=(PublisherKind.THINK_TANK, None),
        no_state_media=True,
        exclude=("a/b", "c/d"),
    )
    assert counted.conditions == (
        "published by 2020-01-31",
        "publishers of these kinds: think tank, unknown",
        "not from state media or repeating them",
        "without a/b, c/d",
    )


def test_claims_that_count_without_being_known_are_named():
    names = [
        "Free",
        "State",
        "Open",
        "Own Notes",
        "Copy of Open",
        "Copy of Nobody",
        "Copy of an agency",
    ]
    entry = weapon(*(claim(name, id_=f"c{i}") for i, name in enumerate(names)))
    pairs = [(entry, c) for c in entry.claims]
    counted = ClaimFilter(no_state_media=True, publishers=LISTED)
    assert counted.notes(pairs) == [
        "claims that count: not from state media or repeating them (6 of 7)",
        "it is not settled whether these are state media, so their claims count: Open",
        "it is not known whether these are state media, so their claims count: Own Notes, Nobody",
    ]
    kinds = ClaimFilter(source_kinds=(NEWSPAPER,), publishers=LISTED)
    assert kinds.notes(pairs) == [
        "claims that count: publishers of these kinds: newspaper (6 of 7)",
        (
            "publishers that are not in the list, whose claims do not count: Own Notes; add the kind"
            " `unknown` to include them"
        ),
    ]
    assert ClaimFilter().notes(pairs) == []


# Read in the catalogue: what is left of the claims of a band, and of the figures.
@pytest.mark.parametrize(
    ("name", "counted", "uppers_km"),
    [
        # 500 The National, 200 Prensa Latina (Cuban state agency), 193 Current News, 500 Farol da
        # Bahia, 260 Akhbar Al Aan, 300 JFeed, 300 Tevhid Haber
        ("Fateh-110", ClaimFilter(no_state_media=True), [500, 193, 500, 260, 300, 300]),
        ("Fateh-110", ClaimFilter(source_kinds=(PublisherKind.BROADCASTER,)), [200, 260]),
        ("Fateh-110", ClaimFilter(source_kinds=(PublisherKind.AGGREGATOR,)), [193]),
        # Zvezda is the television of the Russian ministry of defence, and Trud prints a text of
        # the Turkish state agency Anadolu; left are Baird Maritime, TechRider and wMeritum
        ("Nightfall", ClaimFilter(no_state_media=True), [600, 500, 500]),
        # three copies of a figure of the agency Fars; TV7 Israel News and Swissinfo are not
        ("Dezful", ClaimFilter(no_state_media=True), [1000, 1000]),
    ],
)
def test_bands_of_the_catalogue_follow_from_the_claims_that_count(name, counted, uppers_km):
    from dataclasses import replace

    counted = replace(counted, publishers=KNOWN)
    band = make_system(*BOOK.find(name), counted=counted).band
    assert [round(c.range.high_m / 1000) for c in band.claims] == uppers_km
    assert band.high_m == max(uppers_km) * 1000


def test_a_filter_decides_which_claims_count_and_weighs_none():
    """The band of what a filter keeps is that of a weapon with these claims only."""
    counted = ClaimFilter(no_state_media=True, publishers=KNOWN)
    for entry in BOOK.weapons:
        kept = [c for c in entry.claims_of(None) if counted.keeps(entry, c)]
        if kept:
            band = make_system(entry, None, counted=counted).band
            alone = Weapon(
                id="w", name="W", country=("X",), category=entry.category, claims=tuple(kept)
            )
            assert band == make_system(alone, None).band


def test_a_weapon_without_remaining_claims_is_refused_with_the_conditions():
    dezful, _ = BOOK.find("Dezful")
    counted = ClaimFilter(
        source_kinds=(PublisherKind.FORUM,), no_state_media=True, publishers=KNOWN
    )
    with pytest.raises(CatalogueError) as refused:
        make_system(dezful, None, counted=counted)
    assert str(refused.value) == (
        "weapon 'Dezful' has no remaining range claim (publishers of these kinds: forum; not from"
        " state media or repeating them); choose a later date, other kinds of publishers or fewer"
        " exclusions"
    )


@pytest.mark.parametrize(
    ("name", "ownership"),
    [
        ("TASS", Ownership.STATE),
        ("xinhua", Ownership.STATE),  # only editions of it are in the list
        ("Tasnim", Ownership.STATE),  # a credited party
        ("Al Jazeera", Ownership.UNSETTLED),
        ("The National", Ownership.OTHER),
        ("My Own Notes", Ownership.UNKNOWN),
        ("UK Ministry of Defence", Ownership.UNKNOWN),  # not media
    ],
)
def test_ownership_is_found_for_publishers_editions_and_credited_parties(name, ownership):
    assert KNOWN.ownership(name) is ownership
