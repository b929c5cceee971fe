"""None"""

import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest

from rangemap.catalogue import (
    Claim,
    ClaimFilter,
    ClaimKind,
    Source,
    Target,
    bare_system,
    category_of,
    make_band,
    make_system,
)
from rangemap.catalogue.categories import CATEGORIES
from rangemap.errors import CatalogueError, QuantityError
from rangemap.wording.quantities import Bound, parse_range
from tests.catalogue.helpers import BOOK, entry, weapon
from tests.catalogue.test_file import CLAIM


@pytest.mark.parametrize(
    ("ranges", "prefer", "published", "qualifiers"),
    [
        # low, headline and high keep the qualifiers of their own claims
        (["about 100 km", "about 200 km", "at least 300 km"], None, "about 200 km", "~~≥"),
        (["up to 100 km", "about 1056 mi", "up to 2000 km"], None, "about 1,056 mi", " ~ "),
        # several claims state the figure: a qualifier only if all of them have it
        (["about 200 km", "up to 200 km", "about 200 km"], None, "up to 200 km", "   "),
        (["about 200 km", "at least 200 km"], None, "at least 200 km", "≥≥≥"),
        (["at least 200 km", "about 200 km"], None, "about 200 km", "~~~"),
        # the same figure in two units: the newer claim
        (["up to 1852 km", "up to 1000 nmi"], None, "up to 1,000 nmi", "   "),
        (["up to 1000 nmi", "up to 1852 km"], None, "up to 1,852 km", "   "),
        # a range from low to high, without its minimum
        (["200-300 km"], None, "200-300 km", "   "),
        (["about 300 km (min 50 mi)"], None, "about 300 km", "~~~"),
        # the preferred publisher's own claim
        (["up to 500 km", "Q: about 500 km", "up to 600 km"], "Q", "about 500 km", " ~ "),
    ],
)
def test_a_figure_keeps_the_qualifier_and_phrase_of_its_claim(
    ranges, prefer, published, qualifiers
):
    band = make_band(weapon(*ranges).claims, prefer=prefer)
    assert band.headline_published == published
    assert [band.low.mark, band.headline.mark, band.high.mark] == [q.strip() for q in qualifiers]


# The three systems of the example, with the published figures they were entered from:
# plain claims in km, in file order.
PUBLISHED = {
    "Shahed-136": (
        [2500, 2500, 1931.2128, 2414.016, 2000, 2000, 2500, 2500, 2142],
        (1931.2128, 2414.016, 2500),
        10,
    ),
    "Al Aqsa": ([250], (250, 250, 250), 4),
    "Fateh-110": ([500, 200, 193, 500, 260, 300, 300], (193, 300, 500), 10),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_band_and_headline_follow_from_the_published_figures(name):
    uppers_km, (low, headline, high), _ = PUBLISHED[name]
    band = make_system(*BOOK.find(name)).band
    figures = [claim.range.high_m / 1000 for claim in band.claims]
    assert figures == pytest.approx(uppers_km)
    assert [band.low_m, band.headline_m, band.high_m] == pytest.approx(
        [low * 1000, headline * 1000, high * 1000]
    )


@pytest.mark.parametrize(
    ("name", "headline_km", "publisher"),
    [
        ("Shahed-136", 2414.016, None),
        ("Al Aqsa", 250, "The National"),
        ("Fateh-110", 500, "The National"),
    ],
)
def test_a_preferred_publisher_gives_the_headline_and_is_named(name, headline_km, publisher):
    band = make_system(*BOOK.find(name), prefer="the national").band
    assert band.headline_m == pytest.approx(headline_km * 1000)
    assert band.preferred == publisher


def test_the_catalogue_contains_every_system_and_every_claim():
    claims = [claim for weapon in BOOK.weapons for claim in weapon.claims]
    assert (len(BOOK.weapons), len(claims)) == (411, 1585)
    assert Counter(claim.kind for claim in claims) == {
        ClaimKind.RANGE: 1490, ClaimKind.FLIGHT: 83, ClaimKind.CLASS: 7, ClaimKind.WARHEAD: 5,
    }  # fmt: skip
    assert sum(claim.doubtful for claim in claims) == 118
    assert sum(claim.checked is not None for claim in claims) == 505
    assert Counter(claim.target for claim in claims if claim.target) == {
        Target.AIRCRAFT: 9, Target.INCOMING_ROCKET: 7, Target.BALLISTIC_MISSILE: 2,
    }  # fmt: skip
    assert len({claim.source.publisher for claim in claims}) == 1032


@pytest.mark.parametrize(
    ("name", "low_km", "headline_km", "high_km", "min_km", "mark", "claims"),
    [
        # Computed by hand from the published figures; a mile is 1.609344 km, a nautical mile 1.852.
        # Upper figures in ascending order; the upper median is at place n // 2, counted from 0.
        # 1931 2000 2000 2142 [2414] 2500 x 4; 4,000 km belongs to the 2024 version
        ("Shahed-136", 1931.2128, 2414.016, 2500, None, "", 9),
        ("DF-21", 1448.4096, 2700, 3000, None, "", 7),  # variants only; 900 mi refers to the DF-21D
        ("Iskander-M", 400, 500, 500, 50, "", 7),  # two claims print "50 to 500 km"
        # 1400 1500 [2000] 2000; 2,600 km is the Kalibr-NK, at least 1,000 km a flight
        ("Kalibr", 1400, 2000, 2000, None, "", 4),
        # 150 mi, 250 250 [250] 560 560 560; "350 mi (560 km)" counts as 560 km
        ("Storm Shadow", 241.4016, 250, 560, None, "", 7),
        ("Shaheen-1A", 900, 900, 900, None, "", 1),
        ("Lancet-3", 40, 50, 50, None, "", 1),
        # 50 [68] 160 against aircraft; 40 km against ballistic missiles is listed, not drawn
        ("Patriot", 50, 68, 160, None, "", 3),
        # 250 400 400 400 [400] 400 400 400; one claim prints "5 to 400 km"
        ("S-400", 250, 400, 400, 5, "", 8),
        # 27 [30] 45: a claim without a target and one against aircraft form one band
        ("Akash", 27, 30, 45, None, "", 3),
        (
            "Sky Bow III",
            199.558656,
            200,
            200,
            None,
            "",
            2,
        ),  # 124 mi; another 200 km is against missiles
        ("Iron Dome", 65, 65, 65, None, "~", 1),  # four distances of incoming rockets are doubtful
        ("THAAD", 200, 200, 200, None, "", 4),
        ("Arrow 3", 2400, 2400, 2400, None, "", 1),  # two copies are doubtful
        ("Piorun", 6, 6.5, 6.5, 0.5, "", 4),  # 6 6 [6.5] 6.5
        ("SM-6", 200, 240, 240, None, "≥", 4),  # 200 200 [240] 240, all at least
        ("SM-6 (against surface targets)", 370, 460, 460, None, "~", 2),  # 370 [460]
        ("Sapsan", 500, 700, 700, None, "", 3),  # 500 [700] 700; 280 and one 700 are doubtful
        # 130 150 150 150 [200] 250 300 300; low of "120-150"; 400 km is the extended-range version
        ("Hsiung Feng III", 120, 200, 300, None, "~", 8),
        ("Abdali", 180, 450, 450, None, "", 6),  # 180 180 180 [450] 450 450: to 2024, and 2025
        # 300 300 [300] 5000 5500: with a heavy warhead, or ends of ranges by payload
        ("Hyunmoo-5", 300, 300, 5500, None, "", 5),
        ("Neptune", 280, 300, 321.8688, None, "~", 3),  # 280 [300] 322; 200 mi
        ("Long Neptune", 1000, 1000, 1000, None, "~", 5),
        # 100 100 200 [200] 200 250; a 62 mi and a 100-150 km claim are doubtful
        ("Type 12", 100, 200, 250, None, "", 6),
        # 620 mi, then 1000 x 13; "about", "at least" and "up to" 1,000 km
        ("Type 12 (upgraded)", 997.79328, 1000, 1000, None, "", 14),
        ("Burkan-2H", 800, 800, 800, None, "≥", 1),  # 500-1,000 km mixes up two weapons
        ("Burkan (Hezbollah)", 10, 10, 10, None, "", 3),  # 2 km and 1,000 km are doubtful
        ("M-302", 100, 160.9344, 200, None, "", 5),  # 160 160.9 [160.9] 200 200; 100 mi twice
        ("Khaibar-1 (302 mm)", 100, 160.9344, 200, None, "", 5),  # an alias of the M-302
        ("Fajr-5", 70, 75, 80, None, "", 5),  # 70 70 [75] 75 80; without its Hezbollah name
        ("LRASM", 370, 370.4, 370.4, None, "≥", 2),  # 370 [200 nmi]
        ("LRAShM", 1500, 1500, 1500, None, "≥", 2),
        ("Tayfun", 560, 1000, 1000, None, "", 3),  # 560 [1000] 1000; 561 km was flown
        ("Typhon (with Tomahawk)", 1600, 2500, 2500, None, "≥", 3),  # 1600 [2500] 2500
        ("NLAW", 0.6, 0.8, 0.8, 0.02, "", 4),  # 0.6 0.8 [0.8] 0.8
        ("Grad", 20, 20, 20, None, "", 1),  # every other figure belongs to a rocket of it
        ("Panzerhaubitze 2000", 30, 40, 40, None, "", 5),  # 30 40 [40] 40 40
        ("Gepard", 5, 6, 6, None, "", 3),  # 5 [6] 6; 5,000 m
        ("Polonez", 200, 300, 300, 50, "", 5),  # 200 200 [300] 300 300
        # 1,725 mi twice, [3500] 3500 3500; low of "2,775-3,500 km"
        ("Dark Eagle", 2775, 3500, 3500, None, "", 5),
        ("Magura V5", 800, 800, 830, None, "~", 3),  # 800 [800] 830
    ],
)
def test_bands_match_those_computed_by_hand(
    name, low_km, headline_km, high_km, min_km, mark, claims
):
    band = make_system(*BOOK.find(name)).band
    ends_m = [band.low_m, band.headline_m, band.high_m, band.min_m or 0]
    assert ends_m == pytest.approx(
        [low_km * 1e3, headline_km * 1e3, high_km * 1e3, (min_km or 0) * 1e3]
    )
    assert (band.high.mark, len(band.claims)) == (mark, claims)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Minuteman III", "observed flight"),
        ("Arash-2", "doubtful"),
        ("Bayraktar TB2", "doubtful"),
        ("Toufan", "doubtful"),
        ("David's Sling", "doubtful"),
        ("Avangard", "observed flight, class"),
        ("Zafar (Iran)", "class"),
        ("Fajr-5 (Khaibar-1 (Hezbollah name))", "doubtful, observed flight"),
        ("Patriot (PAC-3 MSE)", "against ballistic missiles"),
    ],
)
def test_a_system_without_a_drawable_range_gives_the_reason(name, why):
    with pytest.raises(CatalogueError, match=rf"no published range.*its claims: .*{why}"):
        make_system(*BOOK.find(name))


def test_claims_of_a_variant_are_not_counted_for_the_plain_weapon():
    plain = make_system(*BOOK.find("Shahed-136")).band
    later = make_system(*BOOK.find("Shahed-136 (new version shown in September 2024)")).band
    assert plain.high_m == 2_500_000
    assert later.low_m == later.high_m == 4_000_000


def test_exactly_these_systems_have_nothing_to_draw():
    found = [
        entry_.name
        for entry_ in BOOK.weapons
        if not any(entry_.claims_of(variant) for variant in (None, *entry_.variants))
    ]
    assert found == [
        "Bayraktar TB2", "Minuteman III", "Arash-2", "DF-1", "DF-2", "DF-61", "CJ-100", "Buraq-120",
        "Nag", "Toufan", "Nasr-1 (Iran)", "Zafar (Iran)", "David's Sling", "Hwasong-8", "Hwasal-1",
        "Kumsong-3", "Avangard", "Kh-59", "Cheongung", "Jupiter",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "id_"),
    [
        ("Tayfun", "tayfun"), ("Typhoon (Turkey)", "tayfun"),
        ("Toufan", "toufan"), ("Typhoon (Houthi)", "toufan"), ("طوفان", "toufan"),
        ("Typhon", "typhon"), ("Mid-Range Capability", "typhon"),
        ("Long Range Anti-Ship Missile", "lrasm"),
        ("Long Range Anti-Ship Missile (India)", "lrashm"),
    ],
)  # fmt: skip
def test_systems_with_similar_names_are_found_by_their_own(typed, id_):
    assert BOOK.find(typed)[0].id == id_


def test_figures_against_different_targets_never_form_one_band():
    patriot, _ = BOOK.find("Patriot")
    assert patriot.target is Target.AIRCRAFT
    against = patriot.claims_of("PAC-3 MSE", target=Target.BALLISTIC_MISSILE)
    assert make_band(against).high_m == 40_000
    sky_bow, _ = BOOK.find("Sky Bow III")
    (other,) = sky_bow.claims_of(None, target=Target.BALLISTIC_MISSILE)
    assert other not in make_system(sky_bow, None).band.claims
    for entry_ in BOOK.weapons:
        for variant in (None, *entry_.variants):
            targets = {claim.target or entry_.target for claim in entry_.claims_of(variant)}
            assert len(targets) <= 1


def test_a_gun_with_claims_against_aircraft_is_an_anti_aircraft_gun():
    gun = entry(
        "weapons: [{id: g, name: G, country: X, category: gun artillery, claims: ["
        "{id: a, range: 6 km, source: {publisher: P}},"
        "{id: b, range: 5 km, target: aircraft, source: {publisher: P}},"
        "{id: c, range: 2 km, target: incoming rocket, source: {publisher: P}}]}]"
    ).weapons[0]
    assert [claim.id for claim in gun.claims_of(None)] == ["a", "b"]


def test_both_partners_of_a_joint_system_are_its_countries():
    assert BOOK.find("BrahMos")[0].country == ("India", "Russia")
    assert BOOK.find("Meteor")[0].country == ("Europe",)
    assert BOOK.find("M-75 (Hamas)")[0].country == ("Gaza",)
    body = "weapons: [{id: a, name: A, country: %s, operators: %s, category: c, claims: [%s]}]"
    one = entry(body % ("X", "Y", CLAIM)).weapons[0]
    many = entry(body % ("[X]", "[Y]", CLAIM)).weapons[0]
    assert one.country == many.country == ("X",)
    assert one.operators == many.operators == ("Y",)


def test_every_category_is_defined_and_its_usual_figures_include_every_headline():
    assert set(BOOK.categories) == {category.name for category in CATEGORIES.values()}
    assert len(CATEGORIES) == 23
    for entry_ in BOOK.weapons:
        if entry_.claims_of(None) and entry_.category_note is None:
            low_km, high_km = category_of(entry_.category).usual_km
            headline_km = make_system(entry_, None).band.headline_m / 1000
            assert low_km <= headline_km <= high_km, entry_.name


@pytest.mark.parametrize(
    ("figures", "headline_km"),
    [
        (["up to 300 km"], 300),
        (["up to 200 km", "up to 300 km"], 300),  # for an even count, the upper one
        (["up to 200 km", "up to 300 km", "up to 900 km"], 300),
        (["200-300 km", "up to 250 km", "up to 260 km"], 260),  # the upper figure of a range counts
        (
            ["up to 300 km", "up to 300 km", "up to 500 km", "up to 700 km"],
            500,
        ),  # each claim counts once
    ],
)
def test_the_headline_is_the_upper_median_of_the_upper_figures(figures, headline_km):
    assert make_system(weapon(*figures), None).band.headline_m == headline_km * 1000


def test_the_newest_claim_of_the_preferred_publisher_is_used():
    band = make_system(
        weapon("A: up to 300 km", "A: up to 350 km", "B: up to 500 km"), None, prefer="a"
    )
    assert band.band.headline_m == 350_000
    assert band.band.preferred == "A"


def test_an_undated_claim_is_not_newer_than_a_dated_one():
    source = Source(publisher="A")
    undated = replace(weapon("A: up to 300 km").claims[0], source=source)
    dated = replace(
        undated, id="d", range=parse_range("350 km"), source=replace(source, date="2001")
    )
    assert make_band([undated, dated], prefer="A").headline_m == 350_000
    assert make_band([dated, undated], prefer="A").headline_m == 350_000


def test_a_claim_without_a_figure_does_not_change_the_band():
    ranged = weapon("A: up to 300 km").claims[0]
    test = Claim(id="t", kind=ClaimKind.FLIGHT, source=Source(publisher="B"))
    band = make_band([ranged, test], prefer="B")
    assert (band.low_m, band.headline_m, band.high_m) == (300_000, 300_000, 300_000)


@pytest.mark.parametrize(
    ("figures", "mark"),
    [
        (["up to 300 km", "at least 500 km"], "≥"),
        (["at least 300 km", "up to 500 km"], ""),
        (["about 500 km", "up to 300 km"], "~"),
        (["about 500 km", "at least 500 km"], "≥"),
        (["200-300 km"], ""),
    ],
)
def test_the_top_figure_keeps_its_published_qualifier(figures, mark):
    band = make_system(weapon(*figures), None).band
    assert band.high.mark == mark
    assert band.top is {"≥": Bound.AT_LEAST, "~": Bound.ABOUT, "": Bound.UP_TO}[mark]


def test_the_smallest_published_minimum_is_drawn_and_a_missing_one_is_ignored():
    band = make_system(
        weapon("up to 500 km (min 50 km)", "up to 500 km", "up to 400 km (min 70 km)"), None
    ).band
    assert (band.min_m, band.max_min_m) == (50_000, 70_000)
    assert make_system(weapon("up to 500 km"), None).band.min_m is None


def test_only_claims_certainly_published_by_a_date_count():
    fateh, _ = BOOK.find("Fateh-110")
    band = make_system(fateh, None, counted=ClaimFilter(as_of=dt.date(2012, 12, 31))).band
    assert [claim.source.date for claim in band.claims] == ["2010-08-25", "2010-08-26"]
    with pytest.raises(CatalogueError) as refused:
        make_system(fateh, None, counted=ClaimFilter(as_of=dt.date(2009, 1, 1)))
    assert str(refused.value) == (
        "weapon 'Fateh-110' has no remaining range claim (published by 2009-01-01);"
        " choose a later date, other kinds of publishers or fewer exclusions"
    )


def test_an_excluded_claim_does_not_count():
    fateh, _ = BOOK.find("Fateh-110")
    band = make_system(
        fateh, None, counted=ClaimFilter(exclude=("fateh-110/current-news-2010",))
    ).band
    assert band.low_m == 200_000
    with pytest.raises(
        CatalogueError,
        match=r"has no remaining range claim \(without fateh-110/the-national-2024, .*\); choose",
    ):
        make_system(
            fateh,
            None,
            counted=ClaimFilter(exclude=tuple(f"fateh-110/{claim.id}" for claim in fateh.claims)),
        )


def test_a_later_catalogue_adds_to_and_overrides_an_earlier_one():
    first = entry(
        "weapons: [{id: a, name: A, country: X, category: c, claims: [{id: x, range: 1 km, source: {publisher: P}}]},"
        " {id: b, name: B, country: X, category: c, claims: [{id: x, range: 1 km, source: {publisher: P}}]}]"
    )
    later = entry(
        "weapons: [{id: b, name: B2, country: X, category: c, claims: [{id: x, range: 2 km, source: {publisher: P}}]}]"
    )
    both = first.merged(later)
    assert [w.name for w in both.weapons] == ["A", "B2"]
    assert both.edition == f"{first.edition} + {later.edition}"


@pytest.mark.parametrize(
    ("text", "label", "low_km", "headline_km", "high_km", "min_km"),
    [
        ("250 km", "250 km", 250, 250, 250, None),
        ("Patrol=70 km", "Patrol", 70, 70, 70, None),
        ("A=B=200-300 km (min 50 km)", "A=B", 200, 300, 300, 50),
    ],
)
def test_a_bare_range_is_its_own_system(text, label, low_km, headline_km, high_km, min_km):
    system = bare_system(text)
    band = system.band
    assert system.label == label
    assert [band.low_m, band.headline_m, band.high_m] == [
        low_km * 1000, headline_km * 1000, high_km * 1000,
    ]  # fmt: skip
    assert band.min_m == (None if min_km is None else min_km * 1000)
    assert (band.low.mark, band.headline.mark, band.high.mark) == ("", "", "")
    assert system.named is ("=" in text)
    assert (system.weapon, system.variant, system.edition) == (None, None, "")
    (claim,) = band.claims
    assert claim == Claim(
        id="typed", range=parse_range(text.rpartition("=")[2], default_bound=Bound.UP_TO),
        source=Source(publisher="range as typed"),
    )  # fmt: skip


def test_a_bare_range_needs_its_label_before_the_equals_sign():
    with pytest.raises(QuantityError) as refused:
        bare_system(" =70 km")
    assert str(refused.value) == (
        "' =70 km' has no label before the '='; write LABEL=RANGE or RANGE"
    )
    assert bare_system(" Patrol = 70 km").label == "Patrol"
    assert bare_system(" 70 km ").label == "70 km"
