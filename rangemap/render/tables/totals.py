"""Columns of a file of sites that a report or workbook totals."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from rangemap.check import CheckRow, Verdict
from rangemap.check.overview import total
from rangemap.errors import UsageError
from rangemap.render.tables.values import Column, heading_of, own_column
from rangemap.scenario.selection import Selection
from rangemap.sites.stream.values import to_number
from rangemap.text import sanitised
from rangemap.wording.language import Language

_MOST_DECIMALS: Final = 6
_DECIMALS_OF_CALCULATIONS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A column with its numbers, NaN for none, and how it shows them."""

    name: str
    heading: str
    numbers: tuple[float, ...]
    column: Column

    def of(self, rows: Iterable[CheckRow], verdicts: Iterable[Verdict]) -> float:
        """Return the total over the rows with some verdicts."""
        return total(rows, self.numbers, verdicts)

    def text(self, value: float, language: Language) -> str:
        """Return a total with as many decimals as the values have."""
        return language.number(f"{value:,.{self.decimals}f}")

    @property
    def decimals(self) -> int:
        """The most decimals of any value; two if they have many, as results of calculations do."""
        if self.column.decimals is not None:
            return self.column.decimals
        most = max(
            (_decimals(number) for number in self.numbers if math.isfinite(number)), default=0
        )
        return most if most <= _MOST_DECIMALS else _DECIMALS_OF_CALCULATIONS


def find_totals(selection: Selection, columns: Sequence[str]) -> tuple[Total, ...]:
    """Return the columns to total.

    Parameters
    ----------
    selection : Selection
        The selection, with its sites.
    columns : sequence of str
        Names of columns of the sites.

    Raises
    ------
    PlaceError
        If the sites do not have a column.
    UsageError
        If a column has no number at all.
    """
    sites, found = selection.sites, []
    for name in dict.fromkeys(columns):
        selection.source.require_column(name, "--sum")
        place = sites.columns.index(name)
        cells = [row[place] for row in sites.rows]
        numbers = tuple(to_number(cell) for cell in cells)
        if sites.rows and all(map(math.isnan, numbers)):
            raise UsageError(
                f"{selection.source.name}: column {name!r} has no number; choose another with --sum"
            )
        column = own_column(name, cells, is_untyped=sites.untyped)
        found.append(
            Total(name=name, heading=sanitised(heading_of(name)), numbers=numbers, column=column)
        )
    return tuple(found)


def _decimals(number: float) -> int:
    """Return how many decimals the shortest notation of a number has."""
    exponent = Decimal(repr(number)).normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def report_missing(totals: Iterable[Total], notify: Callable[[str], None]) -> None:
    """Report how many sites have no number in a column."""
    for each in totals:
        if count := sum(map(math.isnan, each.numbers)):
            notify(
                f"{count:,} sites have no number in column {each.name!r}; they are not counted in"
                " the sum"
            )
