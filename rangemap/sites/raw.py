"""Rows as a file has them, before the meaning of its columns is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from rangemap.geodesy.position import LonLat

_LONGEST_SAMPLE: Final = 40
_MOST_LISTED: Final = 40


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file, its cells, and its position if the format has one.

    The longitude is as in the file, up to 360.

    ``problem`` is the reason if the row is invalid in its format; ``label`` is how errors call
    it, if the format names its rows.
    """

    number: int
    cells: tuple[Any, ...]
    lonlat: LonLat | None = None
    problem: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class RawTable:
    """Rows under the names of their columns.

    ``located`` is whether the format has positions; ``row_noun`` is what a row is called.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    located: bool = False
    row_noun: str = "row"
    hint: str = ""
    """Why a column may be missing, for errors that list the columns."""


def is_blank(cell: Any) -> bool:
    """Whether a cell is empty."""
    return cell is None or (isinstance(cell, str) and (not cell or cell.isspace()))


def count_filled(cells: Sequence[Any]) -> int:
    """Return the number of cells up to the last one that is not blank."""
    return next((i for i in range(len(cells), 0, -1) if not is_blank(cells[i - 1])), 0)


def column_letters(index: int) -> str:
    """Return how a spreadsheet calls a column.

    Examples
    --------
    >>> column_letters(0), column_letters(25), column_letters(26)
    ('A', 'Z', 'AA')
    """
    before, last = divmod(index, 26)
    return (column_letters(before - 1) if before else "") + chr(ord("A") + last)


def fit_row(row: Row, width: int, *, is_sheet: bool = False, header_width: int = 0) -> Row:
    """Return a row with as many cells as there are columns; extra empty cells are allowed.

    ``header_width`` counts the fields of the row of column names with empty ones at its end.
    """
    cells = row.cells
    if len(cells) > width:
        cells = cells[: max(width, count_filled(cells))]
    problem = row.problem
    if len(cells) > width and (is_sheet or len(cells) <= header_width):
        where = (
            f"{column_letters(len(cells) - 1)}{row.number}" if is_sheet else f"field {len(cells)}"
        )
        problem = (
            f"{where} has a value but its column has no name; name it in the row of column names, or clear"
            f" the {'cell' if is_sheet else 'field'}"
        )
    elif len(cells) != width:
        problem = (
            f"{len(cells)} fields for {width} columns; quote fields that contain the delimiter,"
            " and write out empty fields"
        )
    return Row(row.number, cells, row.lonlat, problem)


def shortened(value: Any) -> str:
    """Return a value as in the file, cut to a length that can be shown."""
    text = "".join(s if s.isprintable() else repr(s)[1:-1] for s in str(value))
    cut = text if len(text) <= _LONGEST_SAMPLE else text[: _LONGEST_SAMPLE - 3] + "..."
    return f"'{cut}'" if isinstance(value, str) else cut


def enumerate_names(names: Sequence[str]) -> str:
    """Return names as a comma-separated list, cut to a length that can be shown."""
    few = [shortened(name) for name in names[:_MOST_LISTED]]
    more = [f"and {len(names) - len(few):,} more"] if len(names) > len(few) else []
    return ", ".join(few + more) or "none"
