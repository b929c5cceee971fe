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
from rangemap.text import sanitised

_SAME_DEGREES: Final = 1e-9
_SHOWN_DIGITS: Final = 11  # of an integer; without a format Excel shows longer ones as 1.23E+11
_GROUPED_FROM: Final = 10_000  # a column below it may contain years, which have no separators
_ONE_DECIMAL_FROM: Final = 10.0


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
    """Return a column of distances: whole kilometres, one decimal, or three below 10 km."""
    found = [abs(value) for value in kilometres if value is not None and not math.isnan(value)]
    if all(value == int(value) for value in found):
        decimals = 0
    else:
        decimals = 1 if max(found) >= _ONE_DECIMAL_FROM else 3
    return Column(kilometres, decimals, grouped=True)


def heading_of(column: str) -> str:
    """Return the name of a column of the user's as a heading: ``insured_value`` has no underscore."""
    return " ".join(sanitised(column).replace("_", " ").split()) or sanitised(column)


def is_name_or_position(sites: SiteTable, place: int) -> bool:
    """Whether a column repeats the names of sites or one of their coordinates."""
    cells = [row[place] for row in sites.rows]
    if all(cell == name for cell, name in zip(cells, sites.names, strict=True)):
        return True
    numbers = [to_number(cell) for cell in cells]
    return any(
        all(abs(number - own) <= _SAME_DEGREES for number, own in zip(numbers, found, strict=True))
        for found in (sites.lon.tolist(), sites.lat.tolist())
    )


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
