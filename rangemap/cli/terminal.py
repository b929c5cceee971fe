"""Coloured tables that fit the width of the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

_LONGEST_WORD: Final = 24


def format_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: Sequence[bool],
    styles: Mapping[str, Mapping[str, str]],
) -> str:
    """Return a table for a terminal; text may wrap, but numbers never do."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for index, (column, to_right) in enumerate(zip(columns, right, strict=True)):
        cells = [column.replace("_", " "), *(row[index] for row in rows)]
        longest = max(len(word) for cell in cells for word in cell.split() or [""])
        table.add_column(
            cells[0],
            justify="right" if to_right else "left",
            no_wrap=to_right,
            overflow="fold",
            min_width=min(longest, _LONGEST_WORD),
        )
    for row in rows:
        table.add_row(
            *(
                Text(cell, style=styles.get(column, {}).get(cell, ""))
                for column, cell in zip(columns, row, strict=True)
            )
        )
    console = Console(highlight=False, markup=False, emoji=False)
    with console.capture() as capture:
        console.print(table)
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())
