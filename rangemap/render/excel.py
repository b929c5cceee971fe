"""The check table as an Excel workbook: frozen header, numbers as numbers, verdicts in colour."""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, Final

from rangemap.errors import OutputError
from rangemap.render.extras import extra
from rangemap.render.words import PROMISE

_MOST_ROWS: Final = 1_048_575  # beside the header
_LONGEST_TEXT: Final = 32_767
_WIDEST: Final = 44  # letters; longer cells are cut in the view only
_LOOKED_AT: Final = 500  # rows whose texts decide how wide a column is
_CREATED: Final = dt.datetime(1980, 1, 1)  # noqa: DTZ001  in place of now: same table, same file
_COLORS: Final = {
    "inside": ("#8A1C12", "#F8D7D3"),
    "disputed": ("#6B4A00", "#FBEBC8"),
    "too_close": ("#5B2A74", "#EADCF2"),
    "outside": ("#4A5157", "#EDEFF1"),
}
_ABOUT: Final = (
    PROMISE,
    "inside: every claim reaches the place, whatever the position within its precision",
    "disputed: some claims reach, or the position is not known well enough; the reason says which",
    "too_close: nearer than the smallest published minimum range",
    "outside: no claim reaches",
    "margin_km: headline less distance. Distances are geodesic on WGS 84.",
)


def to_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return rows as a workbook; no text in it is a formula or a link.

    Parameters
    ----------
    columns : sequence of str
        The header. Columns that end in ``_km`` show three decimals, the cells of
        ``verdict`` have a colour each.
    rows : iterable of sequence
        Numbers stay numbers; None is an empty cell, anything else its text.

    Returns
    -------
    bytes
        The same content for the same table.

    Raises
    ------
    OutputError
        If the table has more rows than a sheet, or xlsxwriter is not installed.

    Examples
    --------
    >>> to_xlsx(["site", "distance_km"], [["Erbil", 369.3]])[:2]
    b'PK'
    """
    with extra("excel", "an Excel file"):
        import xlsxwriter

    table = list(islice(rows, _MOST_ROWS + 1))
    if len(table) > _MOST_ROWS:
        raise OutputError(
            f"the table has more than {_MOST_ROWS:,} rows, an Excel sheet's limit; write .csv or"
            " .parquet, or narrow it with --only"
        )
    content = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"created": _CREATED})
        heading = book.add_format({"bold": True, "bottom": 1})
        distance = book.add_format({"num_format": "#,##0.000"})
        verdicts = {
            verdict: book.add_format({"font_color": ink, "bg_color": paper})
            for verdict, (ink, paper) in _COLORS.items()
        }
        sheet = book.add_worksheet("Table")
        for column, name in enumerate(columns):
            sheet.write_string(0, column, name[:_LONGEST_TEXT], heading)
            texts = [name, *(_text(row[column]) for row in table[:_LOOKED_AT])]
            sheet.set_column(column, column, min(max(map(len, texts)) + 2, _WIDEST))
        for number, row in enumerate(table, start=1):
            for column, (name, value) in enumerate(zip(columns, row, strict=True)):
                if value is None:
                    continue
                if _is_number(value):
                    format_ = distance if name.endswith("_km") else None
                    sheet.write_number(number, column, value, format_)
                else:
                    format_ = verdicts.get(value) if name == "verdict" else None
                    sheet.write_string(number, column, _text(value)[:_LONGEST_TEXT], format_)
        sheet.freeze_panes(1, 0)
        if table:
            sheet.autofilter(0, 0, len(table), len(columns) - 1)
        about = book.add_worksheet("About")
        about.set_column(0, 0, 100)
        for number, words in enumerate(_ABOUT):
            about.write_string(number, 0, words)
    return content.getvalue()


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
