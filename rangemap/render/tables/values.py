"""The values of one column as numbers with a format for people, or as text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from rangemap.sites import SiteTable
from rangemap.sites.numbers import MOST_DIGITS, parse_numbers
from rangemap.sites.stream.values import to_number
from rangemap.sites.table import LAT_COLUMNS, LON_COLUMNS

_SAME_DEGREES: Final = 1e-9
_FEW_SITES: Final = 4
_POSITIONS: Final = frozenset({*LAT_COLUMNS, *LON_COLUMNS})
_SHOWN_DIGITS: Final = 11  # of an integer; without a format Excel shows longer ones as 1.23E+11
_GROUPED_FROM: Final = 10_000  # a column below it may contain years, which have no separators
_ONE_DECIMAL_FROM: Final = 10.0
_MOST_DECIMALS: Final = 3  # of distances in km, which are stored to the metre


@dataclass(frozen=True, slots=True)
class Column:
    """The values of a column, and how its numbers are shown.

    ``decimals`` is None if the numbers have no common number of decimals, or there are none;
    ``grouped`` is whether thousands are separated.
    """

    values: Sequence[Any]
    decimals: int | None = None
    grouped: bool = False

    @property
    def is_numeric(self) -> bool:
        """Whether every value is a number or missing."""
        found = [value for value in self.values if not is_missing(value)]
        return bool(found) and all(map(is_number, found))

    def text(self, value: Any) -> str:
        """Return a value as text with English symbols."""
        if is_missing(value):
            return ""
        if not is_number(value):
            return str(value)
        comma = "," if self.grouped else ""
        return format(value, f"{comma}.{self.decimals}f" if self.decimals is not None else comma)


def own_column(name: str, cells: Sequence[Any], *, is_untyped: bool) -> Column:
    """Return a column of a file of sites.

    Parameters
    ----------
    name : str
        Its name, which may show that its digits are an identifier.
    cells : sequence
        Its values.
    is_untyped : bool
        Whether they are text because the format of the file has no types. If `parse_numbers` can
        read them, they become numbers.

    Returns
    -------
    Column
        A column with a number that a spreadsheet would round is text.
    """
    if is_untyped:
        numbers = parse_numbers(name, cells)
        if numbers is None:
            return Column(cells)
        return Column(numbers.values, numbers.decimals, _is_grouped(numbers.values))
    digits = [_digits(value) for value in cells if isinstance(value, int | Decimal)]
    if any(count > MOST_DIGITS for count in digits):
        return Column([None if value is None else str(value) for value in cells])
    scales = {_decimals(value) for value in cells if isinstance(value, Decimal)}
    grouped = _is_grouped(cells)
    if len(scales) == 1:
        return Column(cells, scales.pop(), grouped)
    whole = all(isinstance(value, int) for value in cells if not is_missing(value))
    is_plain = grouped and whole
    shown = 0 if is_plain or any(count > _SHOWN_DIGITS for count in digits) else None
    return Column(cells, shown, grouped)


def distance_column(kilometres: Sequence[float | None]) -> Column:
    """Return a column of distances, with the decimals that they have: at most one from 10 km up."""
    found = [abs(value) for value in kilometres if value is not None and not math.isnan(value)]
    most = 1 if max(found, default=0.0) >= _ONE_DECIMAL_FROM else _MOST_DECIMALS
    decimals = next(
        (n for n in range(most) if all(round(value, n) == value for value in found)), most
    )
    return Column(kilometres, decimals, grouped=True)


def heading_of(column: str) -> str:
    """Return the name of a column of the user's as a heading.

    Examples
    --------
    >>> heading_of("insured_value"), heading_of("Insured value (USD)"), heading_of("_x_")
    ('insured value', 'Insured value (USD)', '_x_')
    """
    words = column.split("_")
    return " ".join(words) if all(map(str.isalnum, words)) else column


def is_name(sites: SiteTable, place: int) -> bool:
    """Whether a column repeats the names of sites."""
    return all(row[place] == name for row, name in zip(sites.rows, sites.names, strict=True))


def is_position(sites: SiteTable, place: int) -> bool:
    """Whether a column repeats a coordinate of sites, which few sites may do by chance."""
    if len(sites) < _FEW_SITES and sites.columns[place].casefold() not in _POSITIONS:
        return False
    numbers = [to_number(row[place]) for row in sites.rows]
    return any(
        all(abs(number - own) <= _SAME_DEGREES for number, own in zip(numbers, found, strict=True))
        for found in (sites.lon.tolist(), sites.lat.tolist())
    )


def has_value(column: Column) -> bool:
    """Whether any cell of a column has a value, or it has no cells."""
    return not column.values or not all(value is None or value == "" for value in column.values)


def is_missing(value: Any) -> bool:
    """Whether a cell has no value."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def is_number(value: Any) -> bool:
    """Whether a value is a finite number, which a boolean is not."""
    is_one = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return is_one and math.isfinite(value)


def _is_grouped(values: Sequence[Any]) -> bool:
    return any(abs(value) >= _GROUPED_FROM for value in values if is_number(value))


def _digits(value: int | Decimal) -> int:
    return len(value.as_tuple().digits) if isinstance(value, Decimal) else len(str(abs(value)))


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
