"""Tables as files: the check table, the summary and the lists."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final

FILE_ENCODING: Final = "utf-8-sig"
"""Of CSV files that people open: without its byte order mark Excel takes UTF-8 for a code page."""


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    r"""Return rows as CSV with a header, ``\n`` line ends and empty fields for None.

    A spreadsheet program runs a text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line
    break as a formula, quoted or not. Such a text gets an apostrophe before it, unless it is a
    number; so does one that has an apostrophe there already, so that the first can be taken off.

    Examples
    --------
    >>> print(to_csv(["site", "margin_km"], [["=1+1", -2.5], ["'=x", 3]]), end="")
    site,margin_km
    '=1+1,-2.5
    ''=x,3
    """
    lines = list(rows)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(lines)
    if not _may_be_run(text.getvalue()):
        return text.getvalue()
    return "".join(",".join(map(_field, line)) + "\n" for line in (columns, *lines))


# The wide forms of the four signs are run in East Asian settings.
_SIGN: Final = "[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_NUMBER: Final = r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_FORMULA: Final = re.compile(f"(?![+-]?{_NUMBER}$)'*{_SIGN}", re.DOTALL)
_RARE: Final = (*"=+@\t\uff1d\uff0b\uff0d\uff20", "\n-", '"-', "'-", '"\n', "'\n")
_NEGATIVE: Final = re.compile(f",-(?!{_NUMBER}(?:,|$))", re.MULTILINE)
_STARTS: Final = re.compile(f"(?:^|,)\"?'*{_SIGN}", re.MULTILINE)


def _may_be_run(table: str) -> bool:
    """Return whether a field of a table needs more care than the csv module takes.

    Most tables have none that does. They hold many negative numbers and hardly any other of the
    signs, and a search for one sign is the fastest there is.
    """
    if "\r" in table:  # a line end to many readers, and never quoted by the csv module
        return True
    rare = table.startswith("-") or any(sign in table for sign in _RARE)
    return (rare and bool(_STARTS.search(table))) or bool(_NEGATIVE.search(table))


def _field(value: Any) -> str:
    """Write one field of CSV that no reader takes for two and no spreadsheet for a formula."""
    text = "" if value is None else str(value)
    if isinstance(value, str) and _FORMULA.match(text):
        text = f"'{text}"
    return '"{}"'.format(text.replace('"', '""')) if re.search('[",\r\n]', text) else text


def to_json(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as a JSON array of objects, one a line."""
    body = ",\n".join(json_object(columns, row) for row in rows)
    return f"[\n{body}\n]\n" if body else "[]\n"


def json_object(columns: Sequence[str], row: Sequence[Any]) -> str:
    """Return one row as a JSON object; what JSON has no type for, such as a date, is its text.

    Examples
    --------
    >>> import datetime as dt
    >>> json_object(["site", "since", "staff"], ["Erbil", dt.date(2024, 1, 2), float("nan")])
    '{"site": "Erbil", "since": "2024-01-02", "staff": null}'
    """
    values = dict(zip(columns, row, strict=True))
    try:
        return json.dumps(values, ensure_ascii=False, allow_nan=False, default=str)
    except ValueError:  # JSON has neither NaN nor infinity
        finite = {key: _finite(value) for key, value in values.items()}
        return json.dumps(finite, ensure_ascii=False, allow_nan=False, default=str)


def _finite(value: Any) -> Any:
    """Return a value with null in place of each float that is not finite."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    return [_finite(each) for each in value] if isinstance(value, list) else value


def _xlsx(columns: Sequence[str], rows: Iterable[Sequence[Any]], untyped: Collection[str]) -> bytes:
    from rangemap.render.excel import to_xlsx

    return to_xlsx(columns, rows, untyped)


_Writer = Callable[[Sequence[str], Iterable[Sequence[Any]], Collection[str]], bytes]

TABLES: Final[dict[str, _Writer]] = {
    ".csv": lambda columns, rows, _: to_csv(columns, rows).encode(FILE_ENCODING),
    ".json": lambda columns, rows, _: to_json(columns, rows).encode(),
    ".xlsx": _xlsx,
}
"""What is written under each suffix of a table's name.

The third argument names the columns that come from a file without types; see `to_xlsx`.
"""
