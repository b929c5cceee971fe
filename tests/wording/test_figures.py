"""Displayed figures: unchanged if published in the unit, else converted with few digits."""

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import rangemap as rm
from rangemap.catalogue import (
    BandText,
    Claim,
    Source,
    bare_system,
    limits_of,
    make_band,
)
from rangemap.check import RowWording, check_rows
from rangemap.wording.figures import (
    ENGLISH,
    Figure,
    Limits,
    displayed_distance,
    displayed_margin,
    displayed_value,
    round_for_display,
)
from rangemap.wording.quantities import parse_range
from tests import figure_rules as rules

UNITS = ("km", "mi", "nmi")


def text_of(*phrases, unit="km", prefer=None):
    claims = [
        Claim(
            id=f"c{number}",
            range=parse_range(phrase),
            source=Source(publisher=f"P{number}", date=f"{2000 + number}"),
        )
        for number, phrase in enumerate(phrases)
    ]
    return BandText(make_band(claims, prefer=prefer), unit)


def figure(phrase):
    published = parse_range(phrase)
    return Figure(metres=published.high_m, units=(published.unit,), phrase=published)


@pytest.mark.parametrize(
    ("phrase", "unit", "label", "headline"),
    [  # the examples of the rule
        ("about 1,056 mi", "km", "~1,700 km", "~1,700 km (published: about 1,056 mi)"),
        ("up to 9,300 mi", "km", "15,000 km", "15,000 km (published: up to 9,300 mi)"),
        ("up to 300 km", "mi", "186 mi", "186 mi (published: up to 300 km)"),
        ("up to 2,000 km", "mi", "1,240 mi", "1,240 mi (published: up to 2,000 km)"),
        # published in the display unit: unchanged
        ("about 1,056 mi", "mi", "~1,056 mi", "~1,056 mi"),
        ("at least 2,457.6 km", "km", "≥2,457.6 km", "≥2,457.6 km"),
        ("up to 1.2345 km", "km", "1.2345 km", "1.2345 km"),
        # small figures
        ("up to 800 m", "km", "0.8 km", "0.8 km (published: up to 800 m)"),
        ("about 1 m", "mi", "~0.00062 mi", "~0.00062 mi (published: about 1 m)"),
        ("200-300 km", "mi", "186 mi", "186 mi (published: 200-300 km)"),
    ],
)
def test_figures_are_displayed_by_the_rule(phrase, unit, label, headline):
    text = text_of(phrase, unit=unit)
    assert (text.label, text.headline) == (label, headline)


values = st.decimals(min_value="0.001", max_value="50000", places=3)
units = st.sampled_from(UNITS)
bounds = st.sampled_from(["up to", "about", "at least"])


@given(bounds, values, st.sampled_from([*UNITS, "m"]), units)
@example("about", Decimal(1056), "mi", "km")
@example("up to", Decimal(52500), "m", "km")  # a half, exactly at the limit of 1 %
def test_a_converted_figure_has_the_fewest_digits_within_1_percent(bound, value, published, unit):
    phrase = f"{bound} {value:f} {published}"
    if re.search(r" [1-9]\d{0,2}\.\d{3} ", phrase):
        phrase = phrase.replace(f" {published}", f"0 {published}")
    metres = Fraction(str(value)) * rules.METRES[published]
    text = text_of(phrase, unit=unit)
    assert text.label.startswith({"about": "~", "at least": "≥"}.get(bound, text.label[0]))
    read = rules.number(text.label.lstrip("~≥").removesuffix(f" {unit}"))
    exact = metres / rules.METRES[unit]
    if published == unit:
        assert read == exact
        assert text.headline == text.label
    else:
        assert abs(read - exact) <= exact / 100
        digits = len(re.sub(r"\D", "", text.label).strip("0"))
        for fewer in range(2, digits):
            assert abs(rules.to_digits(exact, fewer) - exact) > exact / 100
        assert text.headline == f"{text.label} (published: {parse_range(phrase)})"


@given(st.lists(values, min_size=2, max_size=2, unique=True).map(sorted), units)
def test_a_larger_figure_is_never_displayed_as_smaller(pair, unit):
    shown = [round_for_display(value) for value in pair]
    assert shown[0] <= shown[1]
    metres = [float(value) * 1000 for value in pair]
    figures = [Figure(metres=m, units=("mi",)) for m in metres]
    nearer, farther = (displayed_value(f, unit) for f in figures)
    assert nearer <= farther


@given(bounds, values, st.sampled_from([*UNITS, "m"]), units)
def test_a_displayed_figure_parses_back_to_itself(bound, value, published, unit):
    once = text_of(f"{bound} {float(value):.6f} {published}", unit=unit).label
    assert text_of(once if once[0] in "~≥" else f"up to {once}", unit=unit).label == once


@pytest.mark.parametrize(
    ("phrases", "unit", "range_", "full"),
    [
        (["up to 193 km", "up to 500 km"], "km", "193–500 km", "193–500 km"),
        (
            ["up to 193 km", "up to 500 km"], "mi",
            "120–310 mi", "120–310 mi (published: 193–500 km)",
        ),
        (
            ["at least 1,000 km", "about 1,056 mi"], "km",
            "≥1,000–~1,700 km", "≥1,000–~1,700 km (published: about 1,056 mi)",
        ),
        (
            ["about 300 nmi", "at least 500 mi"], "km",
            "~560–≥800 km", "~560–≥800 km (published: about 300 nmi; at least 500 mi)",
        ),
        (["200-300 km"], "mi", "124–186 mi", "124–186 mi (published: 200-300 km)"),
        # as published in both units
        (["up to 1,852 km", "up to 1,000 nmi"], "km", "1,852 km", "1,852 km"),
        (["up to 1,852 km", "up to 1,000 nmi"], "nmi", "1,000 nmi", "1,000 nmi"),
        # 1,056 mi is 1,699.467 km: the ends are displayed as one
        (
            ["up to 1,056 mi", "up to 1,700 km"], "km",
            "1,700 km", "1,700 km (published: up to 1,056 mi)",
        ),
        # with another qualifier they are not, and here they would appear in reverse order
        (
            ["about 1,056 mi", "up to 1,700 km"], "km",
            "~1,699–1,700 km", "~1,699–1,700 km (published: about 1,056 mi)",
        ),
        (
            ["up to 1,056 mi", "up to 1,699.5 km"], "km",
            "1,699–1,699.5 km", "1,699–1,699.5 km (published: up to 1,056 mi)",
        ),
    ],
)  # fmt: skip
def test_bands_are_displayed_by_the_rule(phrases, unit, range_, full):
    text = text_of(*phrases, unit=unit)
    assert (text.range, text.full_range) == (range_, full)


def test_equal_adjacent_published_figures_are_shown_once():
    text = text_of("at least 1,000 km", "about 1,056 mi", "about 1,700 km")
    assert text.range_beside_headline == "≥1,000–~1,700 km"
    assert text.headline == "~1,700 km (published: about 1,056 mi)"


def test_a_preferred_publisher_is_named_with_its_own_qualifier_except_on_the_ring():
    text = text_of("up to 500 km", "about 300 mi", "up to 700 km", prefer="P1")
    assert text.label == "~480 km"
    assert text.headline == "~480 km (published: about 300 mi, by P1)"
    assert text_of("up to 500 km", "about 300 km", prefer="P1").headline == "~300 km (P1)"
    # One figure in two units: another publisher states it in the display unit.
    assert text_of("up to 1,852 km", "up to 1,000 nmi", prefer="P1").range == "1,852 km"


def test_a_minimum_follows_the_same_rule():
    text = text_of("up to 500 km (min 50 mi)")
    assert text.minimum == "80 km (published: 50 mi)"
    assert text_of("up to 500 km (min 50 km)").minimum == "50 km"


@given(
    st.lists(st.tuples(bounds, values, st.sampled_from([*UNITS, "m"])), min_size=1, max_size=4),
    units,
)
@example([("up to", Decimal(1056), "mi"), ("up to", Decimal("1699.467"), "km")], "km")
@example([("up to", Decimal(999), "km"), ("up to", Decimal(1000), "km")], "mi")
@example(  # 102.593 nmi is 190.0022 km; rounded, it would be below the headline
    [
        ("up to", Decimal(1), "km"),
        ("up to", Decimal("102.593"), "nmi"),
        ("up to", Decimal("190.001"), "km"),
    ],
    "km",
)
@example(  # the same at the lower end: 102.58 nmi is 189.978 km
    [
        ("up to", Decimal("102.58"), "nmi"),
        ("up to", Decimal("189.98"), "km"),
        ("up to", Decimal("190.3"), "km"),
    ],
    "km",
)
def test_a_band_is_displayed_as_one_figure_or_two_ascending_ones(claims, unit):
    phrases = [f"{bound} {value:.4f} {published}" for bound, value, published in claims]
    text = text_of(*phrases, unit=unit)
    exact = sorted(
        {Fraction(f"{value:.4f}") * rules.METRES[published] for _, value, published in claims}
    )
    numbers = text.range.removesuffix(f" {unit}").split("–")
    read = [rules.number(number.lstrip("~≥")) for number in numbers]
    assert (
        len(read) == 2 or exact[-1] - exact[0] <= exact[-1] / 50
    )  # one figure, within 1 % of both ends
    assert read == sorted(set(read))
    headline = rules.number(text.label.removesuffix(f" {unit}").lstrip("~≥"))
    assert read[0] <= headline <= read[-1]


@given(st.lists(st.tuples(bounds, st.sampled_from([100, 200, 300])), min_size=1, max_size=6))
def test_a_shared_figure_has_a_qualifier_only_if_all_its_claims_do(claims):
    text = text_of(*(f"{bound} {value} km" for bound, value in claims))
    texts = rules.expected(
        [rules.published(f"{b} {v} km", f"{2000 + n}") for n, (b, v) in enumerate(claims)], "km"
    )
    assert (text.label, text.range) == (texts.label, texts.range)


metres = st.floats(0, 20_003_931)
precisions = st.one_of(st.just(0.0), st.floats(0, 100_000))


@given(metres, precisions, units, st.lists(st.integers(1, 20_000), max_size=4))
@example(302_000.0, 5_000.0, "km", [300])
@example(300_000.1, 5_000.0, "km", [300])
@example(69_999.0, 5_000.0, "km", [70])
def test_a_distance_is_rounded_by_precision_without_crossing_a_limit(d, p, unit, limits_km):
    ends = [km * 1000.0 for km in sorted(limits_km)]
    limits = Limits(reaches=tuple(ends[::2]), minimums=tuple(ends[1::2]))
    if any(0 < abs(end - d) < 0.2 for end in ends):
        return  # closer to a limit than the resolution of files
    shown = displayed_distance(d, p, unit, limits)
    assert ENGLISH.distance(shown, unit) == rules.distance(d, p, unit, ends[::2], ends[1::2])


@given(metres, precisions, units)
def test_a_distance_without_a_limit_is_a_multiple_of_its_step(d, p, unit):
    shown = Fraction(displayed_distance(d, p, unit))
    most = max(Fraction(round(p, 3)) / rules.METRES[unit], Fraction(1, 10))
    assert abs(shown - Fraction(d) / rules.METRES[unit]) <= most / 2 + Fraction(1, 10**9)


@given(metres, precisions, values, st.sampled_from(UNITS), units)
@example(
    14_980_000.0, 0.0, Decimal(9300), "mi", "km"
)  # beyond the line, but closer than its displayed figure
def test_a_margin_is_the_difference_of_displayed_figures_unless_its_sign_changes(
    d, p, value, published, unit
):
    system = bare_system(f"{value:.4f} {published}")
    text = BandText(system.band, unit)
    at = displayed_distance(d, p, unit, limits_of([system]))
    margin = text.margin(at).removesuffix(f" {unit}").replace("−", "-")
    read = rules.number(text.label.removesuffix(f" {unit}")) - Fraction(at)
    exact = system.band.headline_m - d
    if abs(exact) < 0.2:
        return
    assert (rules.number(margin) >= 0) == (exact >= 0)
    if (read >= 0) == (exact >= 0):
        assert rules.number(margin) == read


def test_a_margin_uses_the_exact_figure_if_rounding_changes_its_sign():
    # 9,300 mi is 14,966.9 km, displayed as 15,000 km.
    margin = displayed_margin(14_966_899.2, Decimal(15000), Decimal("14980.0"), "km")
    assert ENGLISH.distance(margin, "km", signed=True) == "−13.1 km"


def test_a_place_has_the_same_distance_in_all_rows():
    """302 km is outside one band only, but the row of the other has the same text."""
    selection = rm.Scenario(
        origins=["0,0"], ranges=["200 km", "A=300 km"], sites=["0,2.712"]
    ).select()
    wording = RowWording(selection.systems, "km")
    rows = [replace(row, precision_m=5_000.0) for row in check_rows(selection)]
    assert {wording.row(row).distance for row in rows} == {"302.0 km"}
    assert [wording.row(row).margin for row in rows] == ["−102.0 km", "−2.0 km"]


@pytest.mark.parametrize(
    ("metres", "unit", "text"),
    [
        (5000, "km", "5 km"), (5000, "mi", "3.1 mi"), (1_830, "km", "1.8 km"), (0.7, "km", "0.0007 km"),
        (71_230, "km", "71.2 km"),
    ],
)  # fmt: skip
def test_a_precision_has_no_needless_digit_and_is_never_zero(metres, unit, text):
    assert ENGLISH.computed(metres, unit) == text
