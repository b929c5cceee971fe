import calendar
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rangemap.errors import QuantityError
from rangemap.geodesy.position import check_position
from rangemap.io.rules import last_day
from rangemap.wording.quantities import Bound, km, parse_number, parse_range


@pytest.mark.parametrize(
    ("text", "bound", "low_km", "high_km", "min_km"),
    [
        ("up to 250 km", Bound.UP_TO, 250, 250, None),
        ("Up To 250km", Bound.UP_TO, 250, 250, None),
        ("at least 300 km", Bound.AT_LEAST, 300, 300, None),
        (">2000 km", Bound.AT_LEAST, 2000, 2000, None),
        ("≥ 2,000 km", Bound.AT_LEAST, 2000, 2000, None),
        ("about 1,200 mi", Bound.ABOUT, 1931.2128, 1931.2128, None),
        ("~2,000 km", Bound.ABOUT, 2000, 2000, None),
        ("up to 1,200 miles", Bound.UP_TO, 1931.2128, 1931.2128, None),
        ("1000 nmi", Bound.ABOUT, 1852, 1852, None),
        ("4,000 nautical miles", Bound.ABOUT, 7408, 7408, None),
        ("200-300 km", Bound.BETWEEN, 200, 300, None),
        ("200–300 km", Bound.BETWEEN, 200, 300, None),
        ("between 200 and 300 km", Bound.BETWEEN, 200, 300, None),
        ("200 to 300 km", Bound.BETWEEN, 200, 300, None),
        ("up to 170 km (min 40 km)", Bound.UP_TO, 170, 170, 40),
        ("250 km (min 50 km)", Bound.ABOUT, 250, 250, 50),
        ("0.5 km", Bound.ABOUT, 0.5, 0.5, None),
        ("70000 m", Bound.ABOUT, 70, 70, None),
        ("20,001.5 km", Bound.ABOUT, 20001.5, 20001.5, None),
    ],
)
def test_a_range_is_parsed_as_published(text, bound, low_km, high_km, min_km):
    figure = parse_range(text)
    assert figure.bound is bound
    assert figure.low_m == pytest.approx(low_km * 1000)
    assert figure.high_m == pytest.approx(high_km * 1000)
    assert (figure.min_m is None) == (min_km is None)
    assert min_km is None or figure.min_m == pytest.approx(min_km * 1000)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("250", "'250' has no unit"),
        ("~2,000", "'~2,000' has no unit"),
        ("250 parsecs", "unknown unit 'parsecs'"),
        ("1.300 km", "could be 1.3 or 1,300"),
        ("33,42 km", "could be 33.42 or 3,342"),
        ("1.200.000 km", "is not a number"),
        ("300-200 km", "write the lower figure first"),
        ("300-300 km", "write the lower figure first"),
        ("up to 200-300 km", "has a bound and two figures"),
        ("between 300 km", "needs two"),
        ("250 km (min 250 km)", "minimum at or above the range"),
        ("250 km (min 300 km)", "minimum at or above the range"),
        ("250 km (min 5)", "'250 km (min 5)' has no unit"),
        ("0 km", "outside 0 to 100,000 km"),
        ("900,000 km", "outside 0 to 100,000 km"),
        ("-250 km", "is not a range"),
        ("nan km", "is not a range"),
        ("inf km", "is not a range"),
        ("1e3 km", "is not a range"),
        ("", "is not a range"),
        ("250 km or so", "is not a range"),
        ("9" * 25 + " km", "number has 25 characters"),
        ("9" * 20_000 + " km", "(20,003 characters) is too long for a range"),
    ],
)
def test_an_ambiguous_or_invalid_range_is_refused(text, rule):
    with pytest.raises(QuantityError, match=re.escape(rule)):
        parse_range(text)


@given(
    low=st.integers(1, 20_000),
    more=st.integers(0, 20_000),
    unit=st.sampled_from(["km", "mi", "nmi"]),
    bound=st.sampled_from(["up to ", "at least ", "about "]),
)
def test_a_range_round_trips(low, more, unit, bound):
    text = f"{low}-{low + more} {unit}" if more else f"{bound}{low} {unit}"
    figure = parse_range(text)
    assert parse_range(str(figure)) == figure


@given(st.text(max_size=40))
def test_any_text_is_a_range_or_is_refused(text):
    try:
        figure = parse_range(text)
    except QuantityError as error:
        assert "\n" not in str(error)
    else:
        assert 0 < figure.low_m <= figure.high_m


@pytest.mark.parametrize(("text", "value"), [("1,200", 1200), ("1200.5", 1200.5), ("0.125", 0.125)])
def test_a_plain_number_is_parsed(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text",
    ["about 1.2345 km", "up to 1.2340 km", "0.123 km", "at least 12.3450 mi (min 1.0010 mi)"],
)
def test_a_range_is_written_unambiguously(text):
    # Three decimals after one to three digits would be taken for grouped thousands.
    assert parse_range(str(parse_range(text))) == parse_range(text)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("33,42", "'33,42' could be 33.42 or 3,342; write one of these"),
        ("7.250", "'7.250' could be 7.25 or 7,250; write one of these"),
        ("1,20", "'1,20' could be 1.20 or 120; write one of these"),
        ("01,200", "'01,200' could be 01.200 or 1,200; write one of these"),
        ("1,200,00", "'1,200,00' is not a number; write it as 1200, 1,200 or 1200.5"),
        ("١٢٠٠", "'١٢٠٠' is not a number; write it as 1200, 1,200 or 1200.5"),
        ("١.٢", "'١.٢' is not a number; write it as 1200, 1,200 or 1200.5"),
        ("١,٢", "'١,٢' is not a number; write it as 1200, 1,200 or 1200.5"),
        ("1" * 21, "number has 21 characters; expected at most 20, so round it"),
    ],
)
def test_the_message_for_an_ambiguous_number_is_exact(text, rule):
    with pytest.raises(QuantityError) as refused:
        parse_number(text)
    assert str(refused.value) == rule


def test_the_longest_number_is_parsed():
    assert parse_number("12345678901234567.25") == 12345678901234567.25
    assert parse_number("1,234,567.5") == 1234567.5


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("250", "'250' has no unit; write km, mi, nmi or m after the figure"),
        ("9 furlongs", "unknown unit 'furlongs'; use km, mi, nmi or m"),
    ],
)
def test_the_message_for_an_invalid_unit_is_exact(text, rule):
    with pytest.raises(QuantityError) as refused:
        parse_range(text)
    assert str(refused.value) == rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (
            "far",
            "'far' is not a range; write it as 'up to 250 km', '200-300 km' or '250 km (min 50 km)'",
        ),
        ("between 5 km", "'between 5 km' has one figure; 'between' needs two, as in '200-300 km'"),
        ("about 5-6 km", "'about 5-6 km' has a bound and two figures; write '200-300 km'"),
        ("6-5 km", "'6-5 km' is not in ascending order; write the lower figure first"),
        ("0-5 km", "'0-5 km' is outside 0 to 100,000 km; check the figure and the unit"),
        (
            "5 km" + " " * 197,
            "'5 km@'... (201 characters) is too long for a range; expected at most 200 characters,"
            " as in '200-300 km'".replace("@", " " * 196),
        ),
        (
            "5 km (min 0 km)",
            "'5 km (min 0 km)' has its minimum at or above the range; expected 0 < minimum < range",
        ),
    ],
)
def test_the_message_for_an_invalid_range_is_exact(text, rule):
    with pytest.raises(QuantityError) as refused:
        parse_range(text)
    assert str(refused.value) == rule


def test_the_smallest_and_largest_ranges_are_valid():
    assert parse_range("5 km" + " " * 196).low_m == 5000
    assert parse_range("100,000 km").high_m == 100_000_000
    assert parse_range("0.001 m").low_m == pytest.approx(1e-3)
    assert parse_range("5 km (min 1 m)").min_m == 1
    assert parse_range("250 km (min 12 mi)").min_m == pytest.approx(12 * 1609.344)
    assert parse_range("5 km", default_bound=Bound.UP_TO).bound is Bound.UP_TO


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("up to 250 km", "up to 250 km"),
        ("ABOUT 1,200.5 MILES", "about 1,200.5 mi"),
        ("at least 1.2345678 km", "at least 1.234568 km"),
        ("up to 0.0000123 km", "up to 0.0000123 km"),
        ("up to 0.00001234567 km", "up to 0.00001234567 km"),
        ("up to 1 km", "up to 1 km"),
        ("up to 1.0000004 km", "up to 1 km"),
        ("200 to 300 nautical miles (min 5 nmi)", "200-300 nmi (min 5 nmi)"),
        ("up to 500 km (min 30 mi)", "up to 500 km (min 30 mi)"),
    ],
)
def test_a_range_is_written_in_its_published_unit(text, written):
    assert str(parse_range(text)) == written


@given(st.integers(1, 9998), st.integers(1, 12))
def test_the_last_day_of_a_month_is_correct(year, month):
    days = calendar.monthrange(year, month)[1]
    assert last_day(f"{year:04}-{month:02}").isoformat() == f"{year:04}-{month:02}-{days}"
    assert last_day(f"{year:04}").isoformat() == f"{year:04}-12-31"
    assert last_day(f"{year:04}-{month:02}-07").isoformat() == f"{year:04}-{month:02}-07"


@pytest.mark.parametrize("text", ["2024-00", "2024-00-01", "2024-02-00", "24-02", "2024-2", "soon"])
def test_an_invalid_date_is_quoted_in_the_message(text):
    with pytest.raises(ValueError, match=f"^{text}$"):
        last_day(text)


@pytest.mark.parametrize(
    ("lon", "lat", "place"),
    [
        (44.4, 33.3, (44.4, 33.3)),
        (180, 90, (180, 90)),
        (-180, -90, (-180, -90)),
        (181, 0, (-179, 0)),
        (360, 0, (0, 0)),
    ],
)
def test_a_longitude_is_normalised_to_180_degrees(lon, lat, place):
    assert check_position(lon, lat, subject="here") == place


@pytest.mark.parametrize(
    ("lon", "lat", "rule"),
    [
        (33, 90.5, "here: latitude 90.5 is outside -90 to 90 (latitude comes first)"),
        (90, -91, "here: latitude -91 is outside -90 to 90 (latitude comes first)"),
        (-90, 91, "here: latitude 91 is outside -90 to 90 (latitude comes first)"),
        (90.5, 91, "here: latitude 91 is outside -90 to 90"),
        (-90.5, 91, "here: latitude 91 is outside -90 to 90"),
        (0, math.nan, "here: latitude nan is outside -90 to 90 (latitude comes first)"),
        (360.5, 0, "here: longitude 360.5 is outside -180 to 180"),
        (-180.5, 0, "here: longitude -180.5 is outside -180 to 180"),
        (math.nan, 0, "here: longitude nan is outside -180 to 180"),
    ],
)
def test_the_message_for_an_invalid_position_is_exact(lon, lat, rule):
    with pytest.raises(QuantityError) as refused:
        check_position(lon, lat, subject="here")
    assert str(refused.value) == rule


def test_kilometres_in_files_have_three_decimals_and_no_negative_zero():
    assert km(1234.5678) == 1.235
    assert math.copysign(1, km(-0.1)) == 1
    assert km(-1600) == -1.6
