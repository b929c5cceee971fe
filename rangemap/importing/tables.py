"""Imported tables: rows of cells with their row numbers, and the columns of the fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard

from rangemap.importing.angle_columns import (
    ANGLE_FIELDS,
    ambiguous_column,
    match_angles,
)
from rangemap.importing.decisions import ImportLog
from rangemap.limits import LONGEST_TEXT
from rangemap.sites.headerless import looks_like_data
from rangemap.sites.position_columns import header_key
from rangemap.sites.raw import (
    RawTable,
    Row,
    enumerate_names,
    is_blank,
)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an import, with the usual names of its column, most specific first."""

    name: str
    headers: tuple[str, ...]


# -- names of columns ---------------------------------------------------------------------------

_UNIT_IN_HEADER = re.compile(
    r"(?:\s*[(\[]\s*(?:in\s+)?(?P<bracket>[^\W\d_]+(?: [^\W\d_]+)?)\s*[)\]]"
    r"|[\s_]+(?:in[\s_]+)?(?P<suffix>km|kilomet(?:er|re)s?|mi|miles?|nmi|nm|m|met(?:er|re)s?|deg|degrees))$",
    re.IGNORECASE,
)


def header_unit(header: str) -> tuple[str, str | None]:
    """Split a header into name and unit.

    Examples
    --------
    >>> header_unit("Range (nmi)"), header_unit("range_km"), header_unit("Range")
    (('Range', 'nmi'), ('range', 'km'), ('Range', None))
    """
    match = _UNIT_IN_HEADER.search(header.strip())
    if match is None or not match.start():
        return header, None
    return header.strip()[: match.start()], match["bracket"] or match["suffix"]


def header_keys(header: str) -> set[str]:
    """Return the keys by which a header is found, with and without its unit."""
    return {header_key(header), header_key(header_unit(header)[0])} - {""}


@dataclass(slots=True)
class Columns:
    """Which column contains which field."""

    table: RawTable
    index: dict[str, int | None]
    _columns: dict[int, Sequence[Any]] = field(default_factory=dict)

    @property
    def used(self) -> set[int]:
        """The columns that contain a field."""
        return {index for index in self.index.values() if index is not None}

    @property
    def unused(self) -> list[str]:
        """The unused columns by name, or by number if they have no name but are not empty."""
        rows = self.table.rows
        return [
            name or f"#{i + 1}"
            for i, name in enumerate(self.table.columns)
            if i not in self.used
            and (name or any(i < len(row.cells) and not is_blank(row.cells[i]) for row in rows))
        ]

    def ignore(self, names: Iterable[str]) -> None:
        """Treat some fields as having no column."""
        for name in names:
            self.index[name] = None

    @property
    def labels(self) -> dict[str, str | None]:
        """The columns' names, or their numbers where a name is missing or not unique."""
        columns = self.table.columns
        return {
            name: None
            if i is None
            else columns[i]
            if columns[i] and columns.count(columns[i]) == 1
            else f"#{i + 1}"
            for name, i in self.index.items()
        }

    def has(self, name: str) -> bool:
        """Whether the file has a column for a field."""
        return self.index.get(name) is not None

    def header(self, name: str) -> str:
        """Return the name of a field's column."""
        index = self.index[name]
        return "" if index is None else self.table.columns[index]

    def cell(self, row: Row, name: str) -> Any:
        """Return a row's cell for a field, or None."""
        index = self.index.get(name)
        if index is None or index >= len(row.cells):
            return None
        cell = row.cells[index]
        # A row with an overlong cell is rejected later; nothing must scan the cell before that.
        return None if _is_long(cell) else cell

    def column(self, name: str) -> Sequence[Any]:
        """Return the cell of every row for a field; None for one without it and for an invalid row."""
        index = self.index.get(name)
        if index is None:
            return [None] * len(self.table.rows)
        if index not in self._columns:
            # Only the cells of an invalid row may be missing or overlong.
            self._columns[index] = [
                row.cells[index] if row.problem is None else None for row in self.table.rows
            ]
        return self._columns[index]

    def cells(self, name: str) -> list[tuple[int, Any]]:
        """Return the non-empty cells of a field with their row numbers."""
        return [
            (row.number, cell)
            for row, cell in zip(self.table.rows, self.column(name), strict=True)
            if not is_blank(cell)
        ]


def match_columns(table: RawTable, fields: Sequence[Field], log: ImportLog) -> Columns:
    """Find the column of each field by its usual names; columns that were given take precedence.

    Raises
    ------
    DocumentError
        If a given column does not exist, or two columns could be meant.
    """
    given = log.options.columns
    index: dict[str, int | None] = {}
    if any(len(column) > LONGEST_TEXT for column in table.columns):
        raise log.refusal(
            f"has a column whose name is longer than {LONGEST_TEXT:,} characters; shorten it"
        )
    for field_ in fields:
        if field_.name in given:
            header = given[field_.name]
            index[field_.name] = (
                None if header is None else _given_column(table, field_, header, log)
            )
        elif field_.name not in ANGLE_FIELDS:
            index[field_.name] = _find_column(table, field_, log)
    if any(field_.name in ANGLE_FIELDS for field_ in fields):
        index |= match_angles(table, {n: i for n, i in index.items() if n in ANGLE_FIELDS}, log)
    if any(_is_long(cell) for row in table.rows for cell in row.cells):
        used = [(name, i) for name, i in index.items() if i is not None]
        table = replace(table, rows=tuple(_with_short_cells(row, used) for row in table.rows))
    return Columns(table, index)


def _is_long(cell: Any) -> TypeGuard[str]:
    return isinstance(cell, str) and len(cell) > LONGEST_TEXT


def _with_short_cells(row: Row, used: Sequence[tuple[str, int]]) -> Row:
    """Mark a row as invalid if a used cell is longer than the limit for text."""
    for name, i in used:
        cell = row.cells[i] if i < len(row.cells) else None
        if row.problem is None and _is_long(cell):
            problem = f"{name} has {len(cell):,} characters; expected at most {LONGEST_TEXT:,}"
            return replace(row, problem=f"{problem}, so shorten it or omit the column")
    return row


def _given_column(table: RawTable, field_: Field, header: str, log: ImportLog) -> int:
    wanted = " ".join(header.split())
    found = [i for i, column in enumerate(table.columns) if column == wanted]
    if not found and re.fullmatch(r"#[0-9]{1,4}", wanted):
        found = [i for i in [int(wanted[1:]) - 1] if 0 <= i < len(table.columns)]
    if not found:
        raise log.refusal(
            f"has no column {header!r} for {field_.name}; it has {column_names(table)}:"
            f" name one with --column {field_.name}=NAME"
        )
    if len(found) > 1:
        raise ambiguous_column(field_.name, found, table, log)
    return found[0]


def _find_column(table: RawTable, field_: Field, log: ImportLog) -> int | None:
    keys = [header_keys(column) for column in table.columns]
    for usual in field_.headers:
        found = [i for i, known in enumerate(keys) if usual in known]
        exact = [i for i in found if header_key(table.columns[i]) == usual]
        found = exact if len(exact) == 1 else found
        if len(found) > 1 and _are_equal(table, found):
            found = found[:1]
        if len(found) > 1:
            raise ambiguous_column(field_.name, found, table, log)
        if found:
            return found[0]
    return None


def _are_equal(table: RawTable, columns: Sequence[int]) -> bool:
    """Whether columns have the same cells in every row, such as ``id`` and ``@id``."""
    first, *others = columns
    return all(
        max(columns) < len(row.cells) and all(row.cells[i] == row.cells[first] for i in others)
        for row in table.rows
    )


def column_names(table: RawTable) -> str:
    """Return the columns as text for an error message."""
    names = [column for column in table.columns if column]
    if not names:
        numbers = f"none by name (#1 to #{len(table.columns)})" if table.columns else "none"
        return numbers + table.hint
    hint = ""
    if looks_like_data(names):
        hint = " (if these are data, use --header-row 0, and columns by number, such as #2)"
    elif len(table.columns) == 1 and re.search(r"[^\w\s.\-()/]", names[0]):
        hint = " (if it is several columns, use --delimiter CHAR)"
    nameless = len(table.columns) - len(names)
    more = f" and {nameless} without a name" if nameless and names else ""
    return enumerate_names(names) + more + hint + table.hint
