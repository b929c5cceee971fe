"""The row of column names of a table: given, or found by the names that it contains."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from rangemap.importing.angle_columns import ANGLE_FIELDS, known_angles
from rangemap.importing.decisions import ImportLog
from rangemap.importing.tables import Field, header_keys
from rangemap.limits import LONGEST_TEXT
from rangemap.sites.raw import (
    RawTable,
    Row,
    count_filled,
    enumerate_names,
    fit_row,
    is_blank,
    quoted,
)
from rangemap.sites.table import refuse_large_table

_MOST_HEADER_ROWS: Final = 20
_FEWEST_NAMES: Final = 2
_FIGURE: Final = re.compile(r"[+\-−]?[0-9]*[.,]?[0-9]+(?:[eE][+-]?[0-9]+)?\.?")


def with_header(
    rows: Sequence[Row], fields: Sequence[Field], key_field: str, log: ImportLog
) -> RawTable:
    """Find the header row, and return the rows below it.

    It is the first row with known names for ``key_field`` and another field, or for latitude and
    longitude, or else the first row that is not blank: files often have titles and blank rows
    above the header. A row of figures is never one.

    Raises
    ------
    DocumentError
        If the first row is a title, and a row below it may be the header.
    """
    options = log.options
    filled = [row for row in rows if not all(is_blank(cell) for cell in row.cells)]
    if not filled:
        raise log.refusal("is empty; expected a line of column names, and rows")
    if options.header_row == 0:
        width = max(len(row.cells) for row in filled)
        log.note("header", "none", "given; columns are #1, #2, ...", header_row=0)
        return _check_widths(("",) * width, filled, len(rows) - len(filled), log)
    header = filled[0]
    if options.header_row is not None:
        found = next((row for row in filled if row.number == options.header_row), None)
        if found is None:
            raise log.refusal(f"row {options.header_row} is blank; specify the row of the header")
        header, how = found, "given"
    else:
        how = "the first row"
        for row in filled[:_MOST_HEADER_ROWS]:
            known = _known_fields(row, fields, options.columns)
            if _has_figures(row):
                continue
            if key_field in known and len(known) > 1:
                header, how = row, f"the first with {key_field} and {len(known) - 1} more fields"
                break
            if known >= {"lat", "lon"}:
                header, how = row, "the first with latitude and longitude"
                break
        else:
            _refuse_title(filled[:_MOST_HEADER_ROWS], log)
    above = [row for row in filled if row.number < header.number]
    if above:
        skipped = "; ".join(
            quoted(next(c for c in row.cells if not is_blank(c))) for row in above[:3]
        )
        how += f"; skipped above it: {skipped}"
    log.note("header", f"row {header.number}", how)
    cells = header.cells[: count_filled(header.cells)]
    refuse_large_table(cells, log.path)
    columns = tuple("" if is_blank(cell) else " ".join(str(cell).split()) for cell in cells)
    below = [row for row in filled if row.number > header.number]
    blanks = sum(1 for row in rows if row.number > header.number) - len(below)
    return _check_widths(columns, below, blanks, log)


def _has_figures(row: Row) -> bool:
    """Whether most cells of a row are figures, so that it is not a row of column names."""
    cells = [cell for cell in row.cells if not is_blank(cell)]
    figures = [
        cell for cell in cells if not isinstance(cell, str) or _FIGURE.fullmatch(cell.strip())
    ]
    return 2 * len(figures) > len(cells)


def _refuse_title(rows: Sequence[Row], log: ImportLog) -> None:
    """Refuse a file that begins with a title, and show the row that may have the column names."""
    if sum(not is_blank(cell) for cell in rows[0].cells) > 1:
        return
    for row in rows[1:]:
        texts = [cell for cell in row.cells if not is_blank(cell)]
        if (
            len(texts) > _FEWEST_NAMES
            and all(isinstance(t, str) for t in texts)
            and not _has_figures(row)
        ):
            raise log.refusal(
                f"row {rows[0].number} is a title; row {row.number} may have the column names, which are"
                f" {enumerate_names([' '.join(t.split()) for t in texts])}: use --header-row {row.number},"
                " and name columns with --column FIELD=NAME"
            )


def _known_fields(row: Row, fields: Sequence[Field], given: Mapping[str, str | None]) -> set[str]:
    short_texts = (c for c in row.cells if isinstance(c, str) and len(c) <= LONGEST_TEXT)
    texts = {" ".join(cell.split()) for cell in short_texts}
    keys = {key for text in texts for key in header_keys(text)}
    known = {
        field_.name
        for field_ in fields
        if given.get(field_.name) in texts or any(usual in keys for usual in field_.headers)
    }
    return known | (known_angles(texts) if any(f.name in ANGLE_FIELDS for f in fields) else set())


def _check_widths(
    columns: tuple[str, ...], rows: Sequence[Row], blanks: int, log: ImportLog
) -> RawTable:
    """Check each row against the width of the header; extra empty cells are allowed."""
    width = len(columns)
    refuse_large_table(columns, log.path, len(rows))
    if blanks:
        log.note("blank rows", str(blanks), "skipped")
    return RawTable(columns, tuple(fit_row(row, width) for row in rows))
