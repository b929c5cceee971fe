"""Numbers in the columns of a file of sites."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from rangemap.sites.numbers import parse_numbers


@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False).map(str), min_size=1))
def test_a_column_parsed_as_numbers_can_be_written_back_exactly(cells):
    numbers = parse_numbers("x", cells)
    if numbers is None:
        return
    for cell, value in zip(cells, numbers.values, strict=True):
        if numbers.decimals is not None:
            assert f"{value:.{numbers.decimals}f}" == cell
        else:
            assert Decimal(repr(value)) == Decimal(cell)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=64), min_size=1))
def test_floats_written_without_an_exponent_round_trip(values):
    cells = [repr(value) for value in values]
    numbers = parse_numbers("x", cells)
    if any("e" in cell for cell in cells):
        assert numbers is None
    else:
        assert numbers is not None
        assert list(numbers.values) == values


@given(st.lists(st.integers(), min_size=1))
def test_integers_are_numbers_up_to_fifteen_digits(values):
    numbers = parse_numbers("x", [str(value) for value in values])
    if all(abs(value) < 10**15 for value in values):
        assert numbers == (tuple(values), 0)
    else:
        assert numbers is None
