"""Convert cells to field values, and check that the required fields have columns."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from rangemap.errors import DocumentError, QuantityError, UsageError
from rangemap.importing.choices import DateOrder
from rangemap.importing.decisions import ImportLog, RejectedRow, count, is_decided, sample_values
from rangemap.importing.tables import Columns, Field, column_names
from rangemap.io.documents import Document
from rangemap.io.models import Model, validate
from rangemap.names import closest
from rangemap.sites.raw import RawTable, Row, enumerate_names, is_blank, shortened

_LAST_MONTH: Final = 12
_EXCEL_EPOCH: Final = dt.date(1899, 12, 30)
_ISO: Final = re.compile(r"([0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?)(?:[T ][0-9:.+\-Z ]+)?")
Value = TypeVar("Value")
_NUMERIC_DATE: Final = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})")


@dataclass(frozen=True, slots=True)
class Result:
    """Result of an import: the text to write, its record counts and the rejected rows.

    ``n_repeats`` rows repeat an earlier one and are left out.
    """

    content: str
    summary: str
    table: RawTable
    rejects: tuple[RejectedRow, ...]
    n_repeats: int = 0

    @property
    def n_rows(self) -> int:
        """Number of rows in the file."""
        return len(self.table.rows)

    @property
    def row_noun(self) -> str:
        """What a row is called in this format, such as ``feature``."""
        return self.table.row_noun

    @property
    def columns(self) -> tuple[str, ...]:
        """The file's own columns."""
        return self.table.columns


@dataclass(slots=True)
class Reader:
    """Reads the cells of a row as fields; a fill value replaces an empty cell."""

    columns: Columns
    log: ImportLog
    fill: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.fill = self.log.options.fill

    @staticmethod
    def check(row: Row) -> None:
        """Refuse a row that the format marks as invalid."""
        if row.problem is not None:
            raise QuantityError(row.problem)

    def raw(self, row: Row, name: str) -> Any:
        """Return a cell, or the fill value if it is empty; None if there is neither."""
        cell = self.columns.cell(row, name)
        return self.fill.get(name) if is_blank(cell) else cell

    def raw_column(self, name: str) -> list[Any]:
        """Return what `raw` returns for every row; the fill value for an invalid row."""
        fill = self.fill.get(name)
        return [fill if is_blank(cell) else cell for cell in self.columns.column(name)]

    def text(self, row: Row, name: str) -> str | None:
        """Return a cell as one line of text."""
        value = self.raw(row, name)
        if isinstance(value, str):
            return " ".join(value.split()) or None
        if value is None:
            return None
        if isinstance(value, dt.date):
            return value.isoformat()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return f"{value:.15g}"
        raise QuantityError(f"{name} is {shortened(value)}; expected text")

    def column_texts(self, name: str) -> list[str | QuantityError | None]:
        """Return the `text` of every row, or the error in it."""
        fill = self.fill.get(name)
        default = None if fill is None else " ".join(fill.split()) or None
        column = self.columns.column(name)
        texts: list[str | QuantityError | None] = [
            (" ".join(cell.split()) or default) if type(cell) is str else default for cell in column
        ]
        for i, cell in enumerate(column):
            if cell is not None and type(cell) is not str:
                try:
                    texts[i] = self.text(self.columns.table.rows[i], name)
                except QuantityError as error:
                    texts[i] = error
        return texts

    def required_text(self, row: Row, name: str) -> str:
        """Return a cell's text, or refuse the row if it is empty."""
        return required(self.text(row, name), name)

    def has(self, name: str) -> bool:
        """Whether a field has a column or a fill value."""
        return self.columns.has(name) or name in self.fill

    def texts(self, row: Row, name: str) -> tuple[str, ...]:
        """Return a cell as a list; text is split at semicolons and bars."""
        if not self.has(name):
            return ()
        value = self.raw(row, name)
        if isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
            parts = list(value)
        else:
            parts = re.split(r"[;|]", self.text(row, name) or "")
        return tuple(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))


def settled(value: Value | QuantityError) -> Value:
    """Return a value, or raise the error that is in its place."""
    if isinstance(value, QuantityError):
        raise value
    return value


def required(text: str | None, name: str) -> str:
    """Return the text of a field, or refuse the row if it is empty."""
    if text is None:
        raise QuantityError(f"{name} is empty; fill it in, or set it with --fill {name}=VALUE")
    return text


def check_fields(fields: Sequence[Field], log: ImportLog) -> None:
    """Refuse options for fields that do not exist.

    Raises
    ------
    UsageError
        With the closest field name.
    """
    known = [field_.name for field_ in fields]
    for option, names in (("--column", log.options.columns), ("--fill", log.options.fill)):
        for name in names:
            if name not in known:
                near = closest(name, known, limit=1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                raise UsageError(
                    f"{option} {name}=...: no such field{hint} (fields: {', '.join(known)})"
                )


def note_repeats(repeats: Sequence[tuple[int, int]], table: RawTable, log: ImportLog) -> None:
    """Record the rows that repeat an earlier one, given as pairs of both numbers."""
    if repeats:
        row, earlier = repeats[0]
        log.note(
            "repeated",
            count(len(repeats), table.row_noun),
            f"left out, since each would be counted twice: {table.row_noun} {row} repeats {earlier}"
            + (", ..." if len(repeats) > 1 else ""),
        )


def require_columns(columns: Columns, names: Sequence[str], log: ImportLog) -> None:
    """Refuse a file that has neither a column nor a fill value for a required field."""
    missing = [name for name in names if not columns.has(name) and name not in log.options.fill]
    if missing:
        first = missing[0]
        listed = " and ".join(filter(None, (", ".join(missing[:-1]), missing[-1])))
        raise log.refusal(
            f"has no column for {listed}; it has {column_names(columns.table)}: name one with"
            f" --column {first}=NAME, or set one value for all rows with --fill {first}=VALUE"
        )


def log_columns(columns: Columns, fields: Sequence[Field], log: ImportLog) -> None:
    """Note the column of each field with samples, and the unused columns."""
    fill = log.options.fill
    log.replay["columns"] = columns.labels
    n_read = sum(row.problem is None for row in columns.table.rows)
    for field_ in fields:
        name = field_.name
        if columns.has(name):
            how = "given" if log.options.columns.get(name) else "matched by name"
            column = columns.column(name)
            rest = n_read - sum(not is_blank(cell) for cell in column)
            empty = ""
            if rest:
                empty = f"; {rest} empty" + (
                    f", filled with {fill[name]!r}" if name in fill else ""
                )
            samples = sample_values(cell for cell in column if not is_blank(cell)) or "no values"
            log.note(name, f"column {columns.labels[name]!r}", f"{how}; {samples}{empty}")
        elif name in fill:
            log.note(name, repr(fill[name]), "given for every row")
    if unused := columns.unused:
        log.note(
            "not used", f"columns {enumerate_names(unused)}", "use one with --column FIELD=NAME"
        )


def validated(model: type[Model], record: dict[str, Any]) -> Model:
    """Validate a record by the rules of rangemap's own files; None means left out.

    Raises
    ------
    DocumentError
        With the field, its value and the rule.
    """
    given = {key: value for key, value in record.items() if value is not None}
    try:
        return validate(model, Document("", given))
    except DocumentError as error:
        raise DocumentError("; ".join(map(str, error.findings))) from error


# -- dates --------------------------------------------------------------------------------------


def find_date_order(columns: Columns, log: ImportLog) -> DateOrder | None:
    """Return whether days or months come first in numeric dates.

    Raises
    ------
    DocumentError
        If the column does not make this clear.
    """
    found = [
        (number, text, int(match[1]), int(match[3]))
        for number, cell in columns.cells("date")
        if (text := str(cell).strip()) and (match := _NUMERIC_DATE.fullmatch(text))
    ]
    if not found:
        return None
    given = log.options.dates
    if given is not None:
        log.note("dates", given.value, "given")
        return given
    shown = {
        DateOrder.DMY: [(number, text) for number, text, first, _ in found if first > _LAST_MONTH],
        DateOrder.MDY: [
            (number, text) for number, text, _, second in found if second > _LAST_MONTH
        ],
    }
    open_ = [
        (n, text)
        for n, text, first, second in found
        if first != second and max(first, second) <= _LAST_MONTH
    ]
    order, other = sorted(DateOrder, key=lambda each: len(shown[each]), reverse=True)
    if not shown[order] and not open_:  # the day is the month
        return DateOrder.DMY
    if not is_decided(len(shown[order]), len(shown[other]), len(open_)) or not shown[order]:
        if shown[other]:
            examples = [
                f"{text!r} in row {n} is {each}"
                for each in DateOrder
                for n, text in shown[each][:1]
            ]
            problem = f"the column has both: {', '.join(examples)}"
        elif shown[order]:
            n, text = shown[order][0]
            problem = f"only {text!r} in row {n} shows the order, {order}"
        else:
            problem = "every date is ambiguous"
        number, text = (open_ or shown[order])[0]
        raise log.refusal(
            f"row {number}: date {text!r} could begin with the day or the month, and {problem};"
            " use --dates dmy or --dates mdy"
        )
    number, text = shown[order][0]
    against = f"; row {shown[other][0][0]} contradicts it" if shown[other] else ""
    how = f"{count(len(shown[order]), 'date')} such as {text!r}: no month exceeds 12{against}"
    log.note("dates", order.value, how, dates=order.value)
    return order


def parse_date(value: Any, order: DateOrder | None) -> str | None:
    """Return a date as ``2024``, ``2024-01`` or ``2024-01-21``; None for an empty cell.

    Raises
    ------
    QuantityError
        If the value is not a date in one of the accepted forms.
    """
    if is_blank(value):
        return None
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    text = str(value).strip()
    if re.fullmatch(r"[1-9][0-9]{4}", text):
        day = _EXCEL_EPOCH + dt.timedelta(days=int(text))
        raise QuantityError(
            f"date is {text}, which may be a spreadsheet's serial number for {day}; write the date"
        )
    if match := _ISO.fullmatch(text):
        return match[1]
    if order is not None and (match := _NUMERIC_DATE.fullmatch(text)):
        first, second = int(match[1]), int(match[3])
        day_of, month = (first, second) if order is DateOrder.DMY else (second, first)
        if month > _LAST_MONTH:
            raise QuantityError(
                f"date is {shortened(value)}, whose month is {month} in the order {order}; correct it"
            )
        return f"{match[4]}-{month:02}-{day_of:02}"
    raise QuantityError(f"date is {shortened(value)}; expected 2024, 2024-01 or 2024-01-21")
