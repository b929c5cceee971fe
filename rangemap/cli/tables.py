"""Tables on standard output: plain columns in a pipe, a coloured table on a terminal."""

import re
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rangemap.cli.console import write_notes
from rangemap.text import sanitised

if TYPE_CHECKING:
    from rangemap.check import Verdict
    from rangemap.scenario.selection import Selection

Styles = Mapping[str, Mapping[str, str]]
"""Colours of the values of a column on a terminal."""

_VERDICTS = {
    "inside": "bold red",
    "disputed": "yellow",
    "too_close": "magenta",
    "outside": "dim",
}


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Collection[str] = ()
) -> None:
    """Print a table; numbers and the columns ``right`` are right-aligned."""
    table_rows = [list(row) for row in rows]
    numeric = [
        column in right or all(isinstance(row[index], int | float | None) for row in table_rows)
        for index, column in enumerate(columns)
    ]
    _print(columns, [[_cell(value) for value in row] for row in table_rows], numeric)


def print_check(selection: "Selection", only: Sequence["Verdict"]) -> None:
    """Print the check table with the same figures as in the map's popups."""
    from rangemap.check import RowWording, check_rows  # numpy and pyproj are slow to import

    wording = RowWording(selection.systems, selection.units)
    columns = ("origin", "weapon", "site", "distance", "range", "published", "min", "verdict", "claims", "margin", "reason")  # fmt: skip
    numeric = [column in {"distance", "range", "min", "claims", "margin"} for column in columns]
    rows = []
    for row in check_rows(selection):
        if only and row.verdict not in only:
            continue
        text = wording.row(row)
        rows.append([
            sanitised(row.origin.name),
            sanitised(row.system.label),
            sanitised(row.site),
            text.distance,
            text.band.range,
            text.band.phrases,
            text.band.minimum or "",
            str(row.verdict),
            f"{row.claims_reaching} of {len(row.system.band.claims)}",
            text.margin,
            str(row.reason),
        ])  # fmt: skip
    # Empty columns are omitted, and on a terminal the origin if there is only one.
    filled = [any(row[index] for row in rows) or index < 4 for index in range(len(columns))]
    if sys.stdout.isatty() and len(selection.origins) == 1:
        write_notes()
        filled[0] = False
        sys.stdout.write(f"from {sanitised(selection.origins[0].name)}\n")
    _print(
        [column for column, keep in zip(columns, filled, strict=True) if keep],
        [[cell for cell, keep in zip(row, filled, strict=True) if keep] for row in rows],
        [right for right, keep in zip(numeric, filled, strict=True) if keep],
        {"verdict": _VERDICTS},
    )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int | float) else sanitised(str(value))


def _print(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: Sequence[bool],
    styles: Styles | None = None,
) -> None:
    write_notes()
    columns = [sanitised(column) for column in columns]
    if sys.stdout.isatty():
        from rangemap.cli.terminal import format_table  # the rest of rich is slow to import

        sys.stdout.write(format_table(columns, rows, right, styles or {}))
        return
    padded = []
    for index, (column, to_right) in enumerate(zip(columns, right, strict=True)):
        cells = [column, *(row[index] for row in rows)]
        widths = list(map(_width, cells))
        most = max(widths)
        gaps = [" " * (most - width) for width in widths]
        pairs = zip(gaps, cells, strict=True) if to_right else zip(cells, gaps, strict=True)
        padded.append([f"{left}{right}" for left, right in pairs])
    lines = zip(*padded, strict=True)
    sys.stdout.write("".join("  ".join(line).rstrip() + "\n" for line in lines))


_NARROW: Final = re.compile(r"[ -~¡-¬®-ʯ–—‘’“”≤≥]*")
"""Text in which every character takes one column: Latin letters and the marks of figures."""


def _width(cell: str) -> int:
    """Width of text in terminal columns."""
    if cell.isascii() or _NARROW.fullmatch(cell):
        return len(cell)
    from rich.cells import cell_len  # rich is slow to import

    return cell_len(cell)
