"""Tables on standard output: framed and coloured on a terminal, plain columns in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rangemap.cli.words import visible
from rangemap.quantities import format_band, format_distance, format_figure

if TYPE_CHECKING:
    from rangemap.check import Verdict
    from rangemap.scenario import Selection

_STYLES: Final = {
    "inside": "bold red",
    "disputed": "yellow",
    "too_close": "magenta",
    "outside": "dim",
}
_WIDE: Final = 10_000
_LONGEST_WORD: Final = 24


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows under their columns; numbers stand to the right."""
    listed = [list(row) for row in rows]
    numeric = [
        all(isinstance(row[index], int | float | None) for row in listed)
        for index in range(len(columns))
    ]
    _print(columns, [[_cell(value) for value in row] for row in listed], numeric)


def print_check(selection: Selection, only: Sequence[Verdict]) -> None:
    """Print the check table as people read it: the same figures as on the map's popups."""
    from rangemap.check import check_rows  # noqa: PLC0415  numpy and pyproj wait

    unit = selection.units
    columns = ("origin", "weapon", "site", "distance", "range", "min", "verdict", "claims", "margin", "reason")  # fmt: skip
    numeric = [column in {"distance", "range", "min", "claims", "margin"} for column in columns]
    rows = []
    for row in check_rows(selection):
        if only and row.verdict not in only:
            continue
        band = row.system.band
        rows.append([
            Text(visible(row.origin.name)),
            Text(visible(row.system.label)),
            Text(visible(row.site)),
            Text(format_distance(row.distance_m, unit)),
            Text(format_band(band.low_m, band.high_m, unit, top=band.mark)),
            Text("" if band.min_m is None else format_figure(band.min_m, unit)),
            Text(str(row.verdict), style=_STYLES[row.verdict.value]),
            Text(f"{row.claims_reaching} of {len(band.claims)}"),
            Text(format_distance(row.margin_m, unit, signed=True)),
            Text(str(row.reason)),
        ])  # fmt: skip
    # A column that says nothing is left out: an empty one, and the only origin on a terminal.
    filled = [any(row[index].plain for row in rows) or index < 4 for index in range(len(columns))]  # noqa: PLR2004
    if sys.stdout.isatty() and len(selection.origins) == 1:
        filled[0] = False
        sys.stdout.write(f"from {visible(selection.origins[0].name)}\n")
    _print(
        [column for column, keep in zip(columns, filled, strict=True) if keep],
        [[cell for cell, keep in zip(row, filled, strict=True) if keep] for row in rows],
        [right for right, keep in zip(numeric, filled, strict=True) if keep],
    )


def _cell(value: Any) -> Text:
    if value is None:
        return Text("")
    return Text(f"{value:,}" if isinstance(value, int | float) else visible(str(value)))


def _print(columns: Sequence[str], rows: Sequence[Sequence[Text]], right: Sequence[bool]) -> None:
    terminal = sys.stdout.isatty()
    table = Table(
        box=box.SIMPLE_HEAD if terminal else None,
        pad_edge=False,
        padding=(0, 1 if terminal else 2, 0, 0),
    )
    for index, (column, to_right) in enumerate(zip(columns, right, strict=True)):
        words = [column.replace("_", " "), *(row[index].plain for row in rows)]
        longest = max(len(word) for text in words for word in text.split() or [""])
        # On a terminal words may break over lines but never numbers; a pipe gets each row on one
        # line, however long.
        table.add_column(
            words[0] if terminal else column,
            justify="right" if to_right else "left",
            no_wrap=to_right or not terminal,
            overflow="fold",
            min_width=min(longest, _LONGEST_WORD),
        )
    for row in rows:
        table.add_row(*row)
    console = Console(width=None if terminal else _WIDE, highlight=False, markup=False, emoji=False)
    with console.capture() as capture:
        console.print(table)
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in capture.get().splitlines()))
