import pytest
from hypothesis import given
from hypothesis import strategies as st

from rangemap.errors import QuantityError
from rangemap.quantities import Bound, parse_number, parse_range


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
def test_a_range_is_read_as_it_was_published(text, bound, low_km, high_km, min_km):
    figure = parse_range(text)
    assert figure.bound is bound
    assert figure.low_m == pytest.approx(low_km * 1000)
    assert figure.high_m == pytest.approx(high_km * 1000)
    assert (figure.min_m is None) == (min_km is None)
    assert min_km is None or figure.min_m == pytest.approx(min_km * 1000)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("250", "no unit"),
        ("~2,000", "no unit"),
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
        ("250 km (min 5)", "no unit"),
        ("0 km", "outside 0 to 100,000 km"),
        ("900,000 km", "outside 0 to 100,000 km"),
        ("-250 km", "is not a range"),
        ("nan km", "is not a range"),
        ("inf km", "is not a range"),
        ("1e3 km", "is not a range"),
        ("", "is not a range"),
        ("250 km or so", "is not a range"),
        ("9" * 25 + " km", "a number of 25 characters"),
        ("9" * 20_000 + " km", "a range of 20,003 characters"),
    ],
)
def test_a_range_that_cannot_be_read_in_one_way_is_refused(text, rule):
    with pytest.raises(QuantityError, match=rule.replace("(", r"\(")):
        parse_range(text)


@given(
    low=st.integers(1, 20_000),
    more=st.integers(0, 20_000),
    unit=st.sampled_from(["km", "mi", "nmi"]),
    bound=st.sampled_from(["up to ", "at least ", "about "]),
)
def test_a_range_written_out_reads_back_the_same(low, more, unit, bound):
    text = f"{low}-{low + more} {unit}" if more else f"{bound}{low} {unit}"
    figure = parse_range(text)
    assert parse_range(str(figure)) == figure


@given(st.text(max_size=40))
def test_any_text_is_a_range_or_is_refused(text):
    try:
        figure = parse_range(text)
    except QuantityError as error:
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert 0 < figure.low_m <= figure.high_m


@pytest.mark.parametrize(("text", "value"), [("1,200", 1200), ("1200.5", 1200.5), ("0.125", 0.125)])
def test_a_plain_number_is_read(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text",
    ["about 1.2345 km", "up to 1.2340 km", "0.123 km", "at least 12.3450 mi (min 1.0010 mi)"],
)
def test_a_range_is_written_so_that_it_is_read_in_one_way(text):
    # Three decimals after one to three digits would be taken for grouped thousands.
    assert parse_range(str(parse_range(text))) == parse_range(text)
