"""Tables without a row of column names, whose columns are given by number, and with two such rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from rangemap.places.notations import plain_characters
from rangemap.sites.raw import is_blank
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


def is_continued(upper: Sequence[str], lower: Sequence[Any]) -> bool:
    """Whether a row has the names of columns below the groups that are named above it.

    Parameters
    ----------
    upper : sequence of str
        The names in one row; those after a group are empty, as in merged cells.
    lower : sequence
        The cells below it: text under the groups, and nothing under the other names.

    Examples
    --------
    >>> is_continued(["Name", "Range", "", "Source"], ["", "min", "max", ""])
    True
    >>> is_continued(["Name", "Range", "", "Source"], ["A", "50", "70", "B"])
    False
    """
    width = max(len(upper), len(lower))
    names = [*upper, *[""] * (width - len(upper))]
    cells = [*lower, *[""] * (width - len(lower))]
    filled = {i for i, cell in enumerate(cells) if not is_blank(cell)}
    if not all(isinstance(cells[i], str) and not is_degrees(cells[i]) for i in filled):
        return False
    grouped: set[int] = set()
    start = None
    for i, name in enumerate(names):
        start = i if name else start
        if not name and start is not None and i in filled:
            grouped |= {start, i}
    return (
        len(filled) > 1
        and filled <= grouped
        and any(names[i] for i in range(width) if i not in filled)
    )
