"""The row of column names of a table: given, or found by the names that it contains."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rangemap.importing.angle_columns import ANGLE_FIELDS, known_angles
from rangemap.importing.decisions import ImportLog
from rangemap.importing.tables import Field, header_keys
from rangemap.limits import LONGEST_TEXT
from rangemap.sites.formats import suffix_of
from rangemap.sites.headerless import is_continued
from rangemap.sites.raw import (
    RawTable,
    Row,
    count_filled,
    enumerate_names,
    fit_row,
    is_blank,
    shortened,
)
from rangemap.sites.readers.excel import EXCEL, MERGED
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
    upper = None
    if options.header_row is not None:
        found = next((row for row in filled if row.number == options.header_row), None)
        if found is None:
            raise log.refusal(f"row {options.header_row} is blank; specify the row of the header")
        header, how = found, "given"
    else:
        header, how = _find_header(filled[:_MOST_HEADER_ROWS], fields, key_field, log)
        upper, header = _both_rows(filled, header, fields, options.columns)
    above = [row for row in filled if row.number < (upper or header).number]
    skipped = "; ".join(
        shortened(next(c for c in row.cells if not is_blank(c))) for row in above[:3]
    )
    if upper is None:
        columns = _names(header)
        which = f"row {header.number}"
    else:
        columns = _joined(upper, header, fields, options.columns)
        which, how = f"rows {upper.number} and {header.number}", "both have names of columns"
        how += f": {enumerate_names(columns)}"
    log.note("header", which, how + f"; skipped above it: {skipped}" * bool(above))
    refuse_large_table(columns, log.path)
    below = [row for row in filled if row.number > header.number]
    blanks = sum(1 for row in rows if row.number > header.number) - len(below)
    return _check_widths(columns, below, blanks, log, header_width=len(header.cells))


def _find_header(
    rows: Sequence[Row], fields: Sequence[Field], key_field: str, log: ImportLog
) -> tuple[Row, str]:
    """Return the first row with the names of known fields, and how it was found."""
    for row in rows:
        known = _known_fields(row.cells, fields, log.options.columns)
        if _has_positions(row):
            break  # names are above the data
        if _has_figures(row):
            continue
        if key_field in known and len(known) > 1:
            return row, f"the first with {key_field} and {len(known) - 1} more fields"
        if known >= {"lat", "lon"}:
            return row, "the first with latitude and longitude"
    _refuse_title(rows, log)
    return rows[0], "the first row"


# -- headers of two rows ------------------------------------------------------------------------


def _both_rows(
    filled: Sequence[Row], header: Row, fields: Sequence[Field], given: Mapping[str, str | None]
) -> tuple[Row | None, Row]:
    """Return the upper row of a header of two rows, or None, and the last row of the header.

    Tables write groups such as "Position" above the names of their columns, in merged cells. The lower
    row has names under these groups only, or each row has known fields that the other one lacks.
    """
    at = filled.index(header)
    for upper, lower in ((at, at + 1), (at - 1, at)):
        if upper < 0 or lower >= len(filled):
            continue
        above, below = filled[upper], filled[lower]
        if below.number != above.number + 1 or any(map(_has_any_figure, (above, below))):
            continue
        names, other = _names(above), _names(below)
        known, more = (_known_fields(cells, fields, given) for cells in (names, other))
        both = _known_fields(_joined(above, below, fields, given), fields, given)
        has_gap = any(name and not (other[i : i + 1] or ("",))[0] for i, name in enumerate(names))
        n_filled = sum(map(bool, names))
        completes = known - more and more - known and len(both) > len(known)
        if n_filled > 1 and (is_continued(names, below.cells) or (has_gap and completes)):
            return above, below
    return None, header


def _joined(
    upper: Row, lower: Row, fields: Sequence[Field], given: Mapping[str, str | None]
) -> tuple[str, ...]:
    """Return the names in two rows, of which the upper one spans several columns where it has gaps."""
    names, others = _names(upper), _names(lower)
    width = max(len(names), len(others))
    names += ("",) * (width - len(names))
    others += ("",) * (width - len(others))
    joined, group = [], ""
    for name, other in zip(names, others, strict=True):
        group = name or group
        is_name = not group or bool(_known_fields([other], fields, given))
        joined.append(name if not other else other if is_name else _group_name(group, other))
    return tuple(joined)


def _group_name(group: str, name: str) -> str:
    """Return the name of a column in a group, with the unit of the group at its end.

    Examples
    --------
    >>> _group_name("Range (km)", "max"), _group_name("Range", "km")
    ('Range max (km)', 'Range km')
    """
    match = re.fullmatch(r"(.*?)\s*(\([^()]*\)|\[[^\[\]]*\])", group)
    return f"{group} {name}" if match is None else f"{match[1]} {name} {match[2]}"


def _names(row: Row) -> tuple[str, ...]:
    cells = row.cells[: count_filled(row.cells)]
    return tuple("" if is_blank(cell) else " ".join(str(cell).split()) for cell in cells)


def _has_any_figure(row: Row) -> bool:
    return any(not is_blank(cell) and _is_figure(cell) for cell in row.cells)


def _has_positions(row: Row) -> bool:
    """Whether a row has at least two figures with decimals, as data have."""
    figures = [cell for cell in row.cells if not is_blank(cell) and _is_figure(cell)]
    return sum(re.search(r"[0-9][.,][0-9]", str(cell)) is not None for cell in figures) > 1


def _is_figure(cell: Any) -> bool:
    return not isinstance(cell, str) or _FIGURE.fullmatch(cell.strip()) is not None


def _has_figures(row: Row) -> bool:
    """Whether most cells of a row are figures, so that it is not a row of column names."""
    cells = [cell for cell in row.cells if not is_blank(cell)]
    return 2 * sum(map(_is_figure, cells)) > len(cells)


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


def _known_fields(
    cells: Sequence[Any], fields: Sequence[Field], given: Mapping[str, str | None]
) -> set[str]:
    short_texts = (c for c in cells if isinstance(c, str) and len(c) <= LONGEST_TEXT)
    texts = {" ".join(cell.split()) for cell in short_texts}
    keys = {key for text in texts for key in header_keys(text)}
    known = {
        field_.name
        for field_ in fields
        if given.get(field_.name) in texts or any(usual in keys for usual in field_.headers)
    }
    return known | (known_angles(texts) if any(f.name in ANGLE_FIELDS for f in fields) else set())


def _check_widths(
    columns: tuple[str, ...],
    rows: Sequence[Row],
    blanks: int,
    log: ImportLog,
    *,
    header_width: int = 0,
) -> RawTable:
    """Check each row against the width of the header; extra empty cells are allowed."""
    width = len(columns)
    refuse_large_table(columns, log.path, len(rows))
    if blanks:
        log.note("blank rows", str(blanks), "skipped")
    is_sheet = suffix_of(log.path.name) in EXCEL
    fitted = tuple(
        fit_row(row, width, is_sheet=is_sheet, header_width=header_width) for row in rows
    )
    merged = next((note for note in log.notes if note.subject == MERGED), None)
    hint = (
        ""
        if merged is None
        else f"; merged cells have a value only in the first one ({merged.reason})"
    )
    return RawTable(columns, fitted, hint=hint)
