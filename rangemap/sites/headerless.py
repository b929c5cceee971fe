"""Tables without a row of column names, whose columns are given by number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from rangemap.places.notations import plain_characters
from rangemap.sites.table import DEGREES

_NUMBER: Final = re.compile(r"#?([1-9][0-9]{0,3})")


def column_index(requested: str | None, width: int) -> int | None:
    """Return the index of a column given by its number, such as ``2`` or ``#2``; None for a name.

    Examples
    --------
    >>> column_index("2", 3), column_index("#3", 3), column_index("4", 3), column_index("lat", 3)
    (1, 2, None, None)
    """
    match = _NUMBER.fullmatch(requested or "")
    if match is None or int(match[1]) > width:
        return None
    return int(match[1]) - 1


def numbered(columns: Sequence[str], requested: str | None) -> str | None:
    """Return the name of a column that was given by its number, unless a column has that name."""
    if requested is None or requested in columns:
        return requested
    index = column_index(requested, len(columns))
    return requested if index is None or not columns[index] else columns[index]


def is_degrees(cell: Any) -> bool:
    """Whether a cell is a plain number of degrees."""
    if isinstance(cell, str):
        return DEGREES.fullmatch(plain_characters(cell).strip()) is not None
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def is_data(first: Sequence[Any], lat: str | None, lon: str | None) -> bool:
    """Whether the first row is data: latitude and longitude are given by number and are numbers in it.

    Examples
    --------
    >>> is_data(["Erbil", "36.2", "44.0"], "2", "3"), is_data(["name", "lat", "lon"], "2", "3")
    (True, False)

    Programs that have no names write the numbers of the columns, which are names then:

    >>> is_data(["0", "1", "2"], "1", "2")
    False
    """
    indices = [column_index(requested, len(first)) for requested in (lat, lon)]
    cells = [str(cell).strip() for cell in first]
    if any(cells == [str(start + i) for i in range(len(cells))] for start in (0, 1)):
        return False
    return all(index is not None and is_degrees(first[index]) for index in indices)


def number_columns(width: int) -> tuple[str, ...]:
    """Return names for columns without one: ``#1``, ``#2`` and so on."""
    return tuple(f"#{number}" for number in range(1, width + 1))


def looks_like_data(columns: Sequence[str]) -> bool:
    """Whether some of the column names are numbers with decimals, so that they are hardly names."""
    return any(re.fullmatch(r"[-+]?[0-9]+[.,][0-9]+", column.strip()) for column in columns)
