"""The check table as an Excel workbook: frozen header, numbers as numbers, verdicts in colour."""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from rangemap.errors import OutputError
from rangemap.extras import requires_extra
from rangemap.render.style import VERDICT_COLOURS
from rangemap.sites.numbers import MOST_DIGITS, parse_numbers
from rangemap.wording.language import read_language

_MOST_ROWS: Final = 1_048_575  # without the header
_LONGEST_TEXT: Final = 32_767
_MOST_CHARACTERS: Final = 44  # characters; longer cells are cut on screen only
_SAMPLED_ROWS: Final = 500  # rows that decide how wide a column is
_KM: Final = "#,##0.000"
_SHOWN_DIGITS: Final = 11  # of an integer; without a format Excel shows longer ones as 1.23E+11
_FIRST_YEAR: Final = 1901  # Excel counts days from 1900, which it treats as a leap year
_CREATED: Final = dt.datetime(1980, 1, 1)  # noqa: DTZ001  not the current time: same table, same file
_ABOUT: Final = (
    "inside: every claim reaches the place, wherever it is within its precision",
    "disputed: some claims reach it, or its position is not accurate enough; see the reason",
    "too_close: nearer than the smallest published minimum range",
    "outside: no claim reaches it",
    "margin_km: headline minus distance. Distances are geodesic on WGS 84.",
)


def to_xlsx(
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    untyped: Collection[str] = (),
    *,
    about: Sequence[str] = (),
) -> bytes:
    """Return rows as a workbook; no text becomes a formula or a link.

    Parameters
    ----------
    columns : sequence of str
        The header. Columns that end in ``_km`` show three decimals; ``verdict`` cells are
        coloured.
    rows : iterable of sequence
        Numbers, dates and booleans keep their types; None and NaN become empty cells, other
        values text. A column with a number that a spreadsheet would round becomes text.
    untyped : collection of str
        Columns from a file without types. Those that `parse_numbers` can read become numbers.
    about : sequence of str
        Lines at the top of the sheet ``About``; the first is the title of the workbook.

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
    with requires_extra("excel", "an Excel file"):
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
    with xlsxwriter.Workbook(content, options) as workbook:
        workbook.set_properties({"created": _CREATED, "title": about[0] if about else ""})
        heading = workbook.add_format({"bold": True, "bottom": 1})
        worksheet = workbook.add_worksheet("Table")
        for column, name in enumerate(columns):
            worksheet.write_string(0, column, name[:_LONGEST_TEXT], heading)
            texts = [name, *(_text(row[column]) for row in table[:_SAMPLED_ROWS])]
            worksheet.set_column(column, column, min(max(map(len, texts)) + 2, _MOST_CHARACTERS))
        _write_cells(workbook, worksheet, columns, table, untyped)
        worksheet.freeze_panes(1, 0)
        if table:
            worksheet.autofilter(0, 0, len(table), len(columns) - 1)
        notes = workbook.add_worksheet("About")
        notes.set_column(0, 0, 100)
        for number, line in enumerate([*about, read_language("en").translate("promise"), *_ABOUT]):
            notes.write_string(number, 0, line)
    return content.getvalue()


def _write_cells(
    workbook: Any,
    worksheet: Any,
    columns: Sequence[str],
    table: Sequence[Sequence[Any]],
    untyped: Collection[str],
) -> None:
    colours = {
        verdict: workbook.add_format({"font_color": font_color, "bg_color": background})
        for verdict, (font_color, background) in VERDICT_COLOURS.items()
    }
    dates = {
        dt.date: workbook.add_format({"num_format": "yyyy-mm-dd"}),
        dt.datetime: workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }
    for column, name in enumerate(columns):
        values, shape = _column(name, [row[column] for row in table], is_untyped=name in untyped)
        number_format = None if shape is None else workbook.add_format({"num_format": shape})
        for row, value in enumerate(values, start=1):
            if _is_missing(value):
                continue
            if isinstance(value, bool):
                worksheet.write_boolean(row, column, value)
            elif isinstance(value, int | float | Decimal) and math.isfinite(value):
                worksheet.write_number(row, column, value, number_format)
            elif _is_date(value):
                is_moment = isinstance(value, dt.datetime)
                worksheet.write_datetime(
                    row, column, value, dates[dt.datetime if is_moment else dt.date]
                )
            else:
                colour = colours.get(value) if name == "verdict" else None
                worksheet.write_string(row, column, _text(value)[:_LONGEST_TEXT], colour)


def _column(
    name: str, values: Sequence[Any], *, is_untyped: bool
) -> tuple[Sequence[Any], str | None]:
    """Return the values to write in a column, and the number format."""
    if is_untyped:
        numbers = parse_numbers(name, values)
        return (values, None) if numbers is None else (numbers.values, _shape(numbers.decimals))
    digits = [_digits(value) for value in values if isinstance(value, int | Decimal)]
    if any(count > MOST_DIGITS for count in digits):
        return [None if value is None else _text(value) for value in values], None
    if name.endswith("_km"):
        return values, _KM
    scales = {_decimals(value) for value in values if isinstance(value, Decimal)}
    if len(scales) == 1:
        return values, _shape(scales.pop())
    return values, _shape(0) if any(count > _SHOWN_DIGITS for count in digits) else None


def _shape(decimals: int | None) -> str | None:
    """Return the number format for a number of decimals; None leaves it to the program."""
    if decimals is None:
        return None
    return f"0.{'0' * decimals}" if decimals else "0"


def _digits(value: int | Decimal) -> int:
    return len(value.as_tuple().digits) if isinstance(value, Decimal) else len(str(abs(value)))


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _is_date(value: Any) -> bool:
    """Whether a value can be stored as a date: no time zone, and not before 1901."""
    if not isinstance(value, dt.date) or value.year < _FIRST_YEAR:
        return False
    return not isinstance(value, dt.datetime) or value.tzinfo is None


def _text(value: Any) -> str:
    return "" if value is None else str(value)
