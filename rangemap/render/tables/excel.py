"""Sheets as an Excel workbook: numbers as numbers, frozen headers, filters, landscape pages."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Any, Final

from rangemap.errors import OutputError
from rangemap.extras import requires_extra
from rangemap.render.style import VERDICT_COLOURS
from rangemap.render.tables.values import Column, is_missing, is_number

_MOST_ROWS: Final = 1_048_575  # without the header
_LONGEST_TEXT: Final = 32_767
_LONGEST_FOOTER: Final = 80
_WIDEST: Final = 44  # characters; longer cells are cut on screen
_WIDEST_WRAPPED: Final = 24  # longer cells continue on the next line: sources print at 8 pt
_BESIDE_TEXT: Final = 2  # characters
_BESIDE_HEADING: Final = 3  # its filter has a button
_WIDEST_HEADING: Final = 8  # characters; longer headings wrap between words
_NARROWEST: Final = 6
_SAMPLED_ROWS: Final = 500  # rows that decide how wide a column is
_INDENT: Final = 2  # characters, of a text after numbers
_LINE_PT: Final = 15.0
_HIGHEST_PT: Final = 405.0  # of a row
_NOTE_WIDTHS: Final = (26, 100)  # characters
_FIRST_YEAR: Final = 1901  # Excel counts days from 1900, which it treats as a leap year
_CREATED: Final = dt.datetime(1980, 1, 1)  # noqa: DTZ001  not the current time: same table, same file
_A4: Final = 9
_MARGINS_INCH: Final = {"left": 0.4, "right": 0.4, "top": 0.6, "bottom": 0.7}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetColumn:
    """One column of a sheet.

    ``tones`` are the verdicts that colour its cells; ``wrapped`` texts continue on more lines, and
    texts beside them are at the ``top`` of their cells.
    """

    heading: str
    column: Column
    tones: Sequence[Any] = ()
    wrapped: bool = False
    top: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet with a header row; its first ``fixed`` columns stay in view."""

    name: str
    columns: tuple[SheetColumn, ...]
    fixed: int = 0

    @property
    def n_rows(self) -> int:
        """The number of rows below the header."""
        return len(self.columns[0].column.values) if self.columns else 0


def to_xlsx(
    sheets: Sequence[Sheet],
    *,
    title: str = "",
    notes_name: str = "About",
    notes: Sequence[tuple[str, str]] = (),
    from_the_right: bool = False,
) -> bytes:
    """Return a workbook; no text becomes a formula or a link.

    Parameters
    ----------
    sheets : sequence of Sheet
        The tables. Numbers, dates and booleans keep their types; None and NaN become empty
        cells, other values text.
    title : str
        Title of the workbook, in its properties and on its pages.
    notes_name : str
        Name of the last sheet.
    notes : sequence of tuple of str
        Its lines: what each is about, and a text.
    from_the_right : bool, default False
        Whether columns run from right to left.

    Returns
    -------
    bytes
        The same content for the same sheets.

    Raises
    ------
    OutputError
        If a table has more rows than a sheet, or xlsxwriter is not installed.

    Examples
    --------
    >>> distances = SheetColumn(heading="Distance (km)", column=Column([369.3], 1))
    >>> to_xlsx([Sheet(name="Verdicts", columns=(distances,))])[:2]
    b'PK'
    """
    with requires_extra("excel", "an Excel file"):
        import xlsxwriter

    for sheet in sheets:
        if sheet.n_rows > _MOST_ROWS:
            raise OutputError(
                f"the table has more than {_MOST_ROWS:,} rows, an Excel sheet's limit; write .csv or"
                " .parquet, or narrow it with --only or --summary"
            )
    content = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(content, options) as workbook:
        workbook.set_properties({"created": _CREATED, "title": title[:255]})
        formats = _Formats(workbook)
        for sheet in sheets:
            worksheet = workbook.add_worksheet(sheet.name)
            _set_up(worksheet, title, from_the_right=from_the_right)
            numeric = [each.column.is_numeric for each in sheet.columns]
            after_numbers = [before and not own for before, own in pairwise([False, *numeric])]
            widths = [
                _width(each) + _INDENT * after_number
                for each, after_number in zip(sheet.columns, after_numbers, strict=True)
            ]
            for place, each in enumerate(sheet.columns):
                start = _start(after_number=after_numbers[place], from_the_right=from_the_right)
                worksheet.set_column(place, place, widths[place])
                _write_column(worksheet, place, each, formats, start=start)
            _set_heights(worksheet, sheet, widths)
            worksheet.freeze_panes(1, sheet.fixed)
            worksheet.repeat_rows(0)
            if sheet.n_rows:
                worksheet.autofilter(0, 0, sheet.n_rows, len(sheet.columns) - 1)
        if notes:
            worksheet = workbook.add_worksheet(notes_name)
            _set_up(worksheet, title, from_the_right=from_the_right)
            worksheet.set_column(0, 0, _NOTE_WIDTHS[0])
            worksheet.set_column(1, 1, _NOTE_WIDTHS[1])
            for row, note in enumerate(notes):
                lines = [
                    ceil(len(text) / width) for text, width in zip(note, _NOTE_WIDTHS, strict=True)
                ]
                worksheet.set_row(row, max(*lines, 1) * _LINE_PT)
                for place, text in enumerate(note):
                    style = formats.get(text_wrap=True, valign="top", bold=place == 0)
                    worksheet.write_string(row, place, text[:_LONGEST_TEXT], style)
    return content.getvalue()


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def get(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]


def _set_up(worksheet: Any, title: str, *, from_the_right: bool) -> None:
    """Set up pages: landscape A4, one page wide, with title and page number."""
    worksheet.set_landscape()
    worksheet.set_paper(_A4)
    worksheet.fit_to_pages(1, 0)
    worksheet.set_margins(**_MARGINS_INCH)
    shown = title if len(title) <= _LONGEST_FOOTER else f"{title[:_LONGEST_FOOTER]}…"
    worksheet.set_footer("&L{}&R&P / &N".format(shown.replace("&", "&&")))
    if from_the_right:
        worksheet.right_to_left()


def _width(each: SheetColumn) -> float:
    """Return the width of a column, in characters."""
    texts = [each.column.text(value) for value in each.column.values[:_SAMPLED_ROWS]]
    words = max(map(len, each.heading.split()), default=0)
    heading = max(words, min(len(each.heading), _WIDEST_HEADING)) + _BESIDE_HEADING
    text = max(map(len, texts), default=0) + _BESIDE_TEXT
    return min(max(_NARROWEST, heading, text), _WIDEST_WRAPPED if each.wrapped else _WIDEST)


def _set_heights(worksheet: Any, sheet: Sheet, widths: Sequence[float]) -> None:
    """Set the height of rows with texts of several lines; not every program does so itself."""
    columns = list(zip(sheet.columns, widths, strict=True))
    headings = [_lines(each.heading, width - _BESIDE_HEADING) for each, width in columns]
    worksheet.set_row(0, max(headings, default=1) * _LINE_PT)
    wrapped = [(each.column, width) for each, width in columns if each.wrapped]
    for row in range(sheet.n_rows if wrapped else 0):
        texts = [(column.text(column.values[row]), width) for column, width in wrapped]
        lines = max(ceil(len(text) / (width - _BESIDE_HEADING)) for text, width in texts)
        if lines > 1:
            worksheet.set_row(row + 1, min(lines * _LINE_PT, _HIGHEST_PT))


def _lines(text: str, width: float) -> int:
    """Return on how many lines the words of a text are."""
    lines, used = 1, 0
    for word in text.split():
        if used and used + 1 + len(word) > width:
            lines, used = lines + 1, 0
        used += len(word) + bool(used)
    return lines


def _start(*, after_number: bool, from_the_right: bool) -> dict[str, Any]:
    """Return the properties of texts, which do not touch the numbers before them."""
    if from_the_right:
        return {"align": "right"}
    return {"indent": 1} if after_number else {}


def _write_column(
    worksheet: Any,
    place: int,
    each: SheetColumn,
    formats: _Formats,
    *,
    start: dict[str, Any],
) -> None:
    """Write a column; ``start`` are the properties that align its texts."""
    column = each.column
    is_numeric = column.is_numeric
    align = {"align": "right"} if is_numeric else start
    heading = formats.get(bold=True, bottom=1, text_wrap=True, valign="bottom", **align)
    worksheet.write_string(0, place, each.heading[:_LONGEST_TEXT], heading)
    top = {"valign": "top"} if each.top else {}
    text_format = {**start, **top, **({"text_wrap": True} if each.wrapped else {})}
    number = _number_format(column)
    number_format = {**top, **({"num_format": number} if number else {})}
    for row, value in enumerate(column.values, start=1):
        if is_missing(value):
            continue
        if isinstance(value, bool):
            worksheet.write_boolean(row, place, value)
        elif is_number(value):
            style = formats.get(**number_format) if number_format else None
            worksheet.write_number(row, place, value, style)
        elif _is_date(value):
            moment = " hh:mm:ss" if isinstance(value, dt.datetime) else ""
            style = formats.get(num_format=f"yyyy-mm-dd{moment}", **top)
            worksheet.write_datetime(row, place, value, style)
        else:
            shown = text_format
            if each.tones:
                text, fill = VERDICT_COLOURS[each.tones[row - 1]]
                shown = {**shown, "font_color": text, "bg_color": fill}
            style = formats.get(**shown) if shown else None
            worksheet.write_string(row, place, str(value)[:_LONGEST_TEXT], style)


def _number_format(column: Column) -> str | None:
    """Return the number format of a column; None leaves it to the program."""
    whole = "#,##0" if column.grouped else "0"
    if column.decimals is None:
        return None
    return f"{whole}.{'0' * column.decimals}" if column.decimals else whole


def _is_date(value: Any) -> bool:
    """Whether a value can be stored as a date: no time zone, and not before 1901."""
    if not isinstance(value, dt.date) or value.year < _FIRST_YEAR:
        return False
    return not isinstance(value, dt.datetime) or value.tzinfo is None
