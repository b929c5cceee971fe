"""Excel workbooks: the stored values of one sheet, row by row.

openpyxl streams a sheet and keeps errors such as ``#DIV/0!``. python-calamine is faster, but it
builds a dense table first (two cells in opposite corners of a sheet exhaust memory) and returns
errors as empty cells.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
from collections.abc import Iterator
from itertools import repeat
from typing import Any, Final

from rangemap.errors import DocumentError
from rangemap.io.files import error_text, read_bytes
from rangemap.limits import LARGEST_IMPORT, MOST_COLUMNS, MOST_SHEET_CELLS, MOST_SHEET_ROWS
from rangemap.sites.raw import Row, column_letters, enumerate_names
from rangemap.sites.readers.archives import open_archive, read_member
from rangemap.sites.readers.log import ReadLog

EXCEL: Final = (".xlsx", ".xlsm")
MERGED: Final = "merged cells"


def read_excel(log: ReadLog) -> list[Row]:
    """Read one sheet of a workbook; row numbers are those the spreadsheet shows.

    Raises
    ------
    DocumentError
        If the file is not a workbook, or several sheets could be meant.
    """
    try:
        import openpyxl  # an extra, and few files need it
    except ImportError as error:
        raise log.refusal('needs openpyxl; pip install "rangemap[excel]"') from error
    content = read_bytes(log.path, largest=LARGEST_IMPORT)
    _refuse_entities(content, log.name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions without values
            values, formulas = (
                openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=stored)
                for stored in (True, False)
            )
            sheet = _find_sheet(values, log)
            read: Any = values[sheet]
            member = read._worksheet_path.lstrip("/")  # noqa: SLF001  no public name
            text = read_member(open_archive(content, name=log.name), member, name=log.name)
            _report_layout(text, log)
            # Reading the formulas takes as long as reading the values.
            has_none = b"sheetData" in text and not _FORMULA.search(text)
            return _rows(read, None if has_none else formulas[sheet], log)
    except DocumentError:
        raise
    except Exception as error:
        raise log.refusal(f"cannot be read as a workbook: {error_text(error)}") from error


def _refuse_entities(content: bytes, name: str) -> None:
    """Refuse a document type declaration: real workbooks have none, entity expansion needs one."""
    archive = open_archive(content, name=name)
    for member in archive.namelist():
        if member.endswith((".xml", ".rels", ".vml")) and b"<!DOCTYPE" in read_member(
            archive, member, name=name
        ):
            raise DocumentError(
                f"{name}: {member} declares a document type; save the workbook again"
            )


def _report_layout(text: bytes, log: ReadLog) -> None:
    """Report hidden rows and columns, which are read, and merged cells, which are empty but one."""
    for what, pattern in _LAYOUT.items():
        found = [each.decode("ascii", "replace")[:20] for each in pattern.findall(text)]
        if not found:
            continue
        few = found[:_MOST_LISTED]
        if what == _HIDDEN_COLUMNS:
            few = [column_letters(int(number) - 1) for number in few]
        listed = ", ".join(few) + (", ..." if len(found) > _MOST_LISTED else "")
        if what == MERGED:
            log.note(what, str(len(found)), f"only the first cell of each has the value: {listed}")
        else:
            log.note(what, str(len(found)), f"read like the others: {listed}")
            log.mention(f"its {what} ({listed}) are read like the others")


_FORMULA: Final = re.compile(rb"<(?:[^<>\s/:]{1,40}:)?f[\s/>]")
_MOST_LISTED: Final = 5
_HIDDEN_COLUMNS: Final = "hidden columns"
_LAYOUT: Final = {
    "hidden rows": re.compile(rb'<row (?=[^<>]{0,400}\bhidden="(?:1|true)")[^<>]{0,400}?\br="([0-9]{1,7})"'),
    _HIDDEN_COLUMNS: re.compile(rb'<col (?=[^<>]{0,400}\bhidden="(?:1|true)")[^<>]{0,400}?\bmin="([1-9][0-9]{0,4})"'),
    MERGED: re.compile(rb'<mergeCell [^<>]{0,400}?\bref="([A-Z0-9:]{1,30})"'),
}  # fmt: skip


def _find_sheet(workbook: Any, log: ReadLog) -> str:
    sheets = {sheet.title: sheet for sheet in workbook.worksheets}
    given = log.options.sheet
    if given is not None:
        if given not in sheets:
            raise log.refusal(f"has no sheet {given!r}; it has {enumerate_names(list(sheets))}")
        log.note("sheet", repr(given), f"given; one of {len(sheets)}")
        return given
    visible = [title for title, sheet in sheets.items() if sheet.sheet_state == "visible"]
    filled = [title for title in visible if _has_cells(sheets[title], log)]
    hidden = len(sheets) - len(visible)
    if len(filled) != 1:
        which = (
            f"{len(filled)} visible sheets with cells: {enumerate_names(filled)}"
            if filled
            else "no visible sheet with cells"
        )
        more = (
            f"; hidden: {enumerate_names([s for s in sheets if s not in visible])}"
            if hidden
            else ""
        )
        raise log.undecided(f"has {which}{more}", "specify one with --sheet NAME", "--sheet NAME")
    others = f"; {hidden} hidden" if hidden else ""
    log.note("sheet", repr(filled[0]), f"the only visible one with cells{others}", sheet=filled[0])
    if hidden:
        count = f"{hidden} hidden sheet{'' if hidden == 1 else 's'}"
        log.mention(f"only sheet {filled[0]!r} is read, not its {count}")
    return str(filled[0])


def _has_cells(sheet: Any, log: ReadLog) -> bool:
    return any(cell.value is not None for row in _bounded_rows(sheet, log) for cell in row)


def _bounded_rows(sheet: Any, log: ReadLog) -> Iterator[Any]:
    """Yield the rows of a sheet up to the limits.

    A row or cell of a few bytes can be a billion rows or 16,000 columns away, and openpyxl
    makes up everything in between.
    """
    sheet.reset_dimensions()  # the dimensions stored in the file may omit rows
    n_cells = 0
    for number, row in enumerate(sheet.iter_rows(max_row=MOST_SHEET_ROWS + 1), start=1):
        n_cells += len(row)
        if number > MOST_SHEET_ROWS or n_cells > MOST_SHEET_CELLS:
            raise log.refusal(
                f"has too many cells to import (at most {MOST_SHEET_ROWS:,} rows and"
                f" {MOST_SHEET_CELLS:,} cells); save only the part you need"
            )
        yield row


def _rows(values: Any, formulas: Any, log: ReadLog) -> list[Row]:
    rows: list[Row] = []
    blanks = 0
    all_rows = _bounded_rows(values, log)
    pairs = (
        ((row, ()) for row in all_rows)
        if formulas is None
        else zip(all_rows, _bounded_rows(formulas, log), strict=True)
    )
    for number, (row, formula_row) in enumerate(pairs, start=1):
        width = next((i for i in range(len(row), 0, -1) if row[i - 1].value is not None), 0)
        cells = tuple(_to_cell(cell.value) for cell in row[:width])
        if not cells:  # a sheet may end in a million empty rows
            blanks += 1
            continue
        rows += (
            [Row(at, ()) for at in range(number - blanks, number)]
            if blanks < _MOST_BLANK_ROWS
            else []
        )
        blanks = 0
        if len(cells) > MOST_COLUMNS:
            raise log.refusal(
                f"has too many cells to import ({len(cells):,} columns; expected at most"
                f" {MOST_COLUMNS:,}); save only the part you need"
            )
        rows.append(Row(number, cells, problem=_cell_problem(row, formula_row)))
    return _padded(rows)


_MOST_BLANK_ROWS: Final = 1000
_ERROR = re.compile(r"#(N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!)")


def _padded(rows: list[Row]) -> list[Row]:
    """Trailing empty cells are not stored: give every row the width of the widest."""
    width = max((len(row.cells) for row in rows), default=0)
    return [
        Row(row.number, row.cells + (None,) * (width - len(row.cells)), problem=row.problem)
        for row in rows
    ]


def _cell_problem(row: Any, formula_row: Any) -> str | None:
    """Return what is wrong with a row; ``formula_row`` is empty in a sheet without formulas."""
    for cell, formula in zip(row, formula_row or repeat(None), strict=False):
        if formula is not None and formula.value is not None and cell.value is None:
            return (
                f"{cell_name(formula)} has a formula without a stored value; open and save the"
                " workbook in a spreadsheet program"
            )
        if cell.data_type == "e" and _ERROR.fullmatch(str(cell.value)):
            return f"{cell_name(cell)} contains the error {cell.value}; fix the formula"
    return None


def cell_name(cell: Any) -> str:
    """Return a cell's name as the spreadsheet shows it."""
    return f"{cell.column_letter}{cell.row}"


def _to_cell(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.date() if value.time() == dt.time() else value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return value if str(value) == "-0.0" else int(value)
    if value is None or isinstance(value, str | int | float | bool | dt.date):
        return value
    return str(value)
