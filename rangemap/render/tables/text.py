"""Tables as files: the check table, the summary and the lists."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from rangemap.text import FORMULA_START, NUMBER, guarded

FILE_ENCODING: Final = "utf-8-sig"
"""Encoding of CSV files that people open: without a byte order mark Excel assumes a code page."""


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    r"""Return rows as CSV with a header, ``\n`` line ends and empty fields for None.

    Text that spreadsheet programs would run as a formula, quoted or not, is written as `guarded`.

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
    if not _may_contain_formula(text.getvalue()):
        return text.getvalue()
    return "".join(",".join(map(_field, line)) + "\n" for line in (columns, *lines))


_POSSIBLE_STARTS: Final = (*"=+@\t\uff1d\uff0b\uff0d\uff20", "\n-", '"-', "'-", '"\n', "'\n")
_NEGATIVE: Final = re.compile(f",-(?!{NUMBER}(?:,|$))", re.MULTILINE)
_STARTS: Final = re.compile(f"(?:^|,)\"?'*{FORMULA_START}", re.MULTILINE)


def _may_contain_formula(table: str) -> bool:
    """Return whether a field of a table needs more than the csv module's quoting.

    Most tables have no such field. They contain many negative numbers and few of the other
    characters, and searching for a single character is fastest.
    """
    if "\r" in table:  # a line end for many readers, and not quoted by the csv module
        return True
    possible = table.startswith("-") or any(start in table for start in _POSSIBLE_STARTS)
    return (possible and bool(_STARTS.search(table))) or bool(_NEGATIVE.search(table))


def _field(value: Any) -> str:
    """Write one CSV field that is neither split by readers nor run by spreadsheets."""
    text = "" if value is None else str(value)
    if isinstance(value, str):
        text = guarded(text)
    return '"{}"'.format(text.replace('"', '""')) if re.search('[",\r\n]', text) else text


def to_json(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as a JSON array of objects, one per line."""
    body = ",\n".join(json_object(columns, row) for row in rows)
    return f"[\n{body}\n]\n" if body else "[]\n"


def json_object(columns: Sequence[str], row: Sequence[Any]) -> str:
    """Return one row as a JSON object; values without a JSON type, such as dates, become text.

    Examples
    --------
    >>> import datetime as dt
    >>> json_object(["site", "since", "staff"], ["Erbil", dt.date(2024, 1, 2), float("nan")])
    '{"site": "Erbil", "since": "2024-01-02", "staff": null}'
    """
    values = dict(zip(columns, row, strict=True))
    try:
        return json.dumps(values, ensure_ascii=False, allow_nan=False, default=str)
    except ValueError:  # JSON has no NaN or infinity
        finite = {key: _finite(value) for key, value in values.items()}
        return json.dumps(finite, ensure_ascii=False, allow_nan=False, default=str)


def _finite(value: Any) -> Any:
    """Replace each float that is not finite by None, which JSON writes as null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    return [_finite(each) for each in value] if isinstance(value, list) else value


_Writer = Callable[[Sequence[str], Iterable[Sequence[Any]]], bytes]

TABLES: Final[dict[str, _Writer]] = {
    ".csv": lambda columns, rows: to_csv(columns, rows).encode(FILE_ENCODING),
    ".json": lambda columns, rows: to_json(columns, rows).encode(),
}
"""The writer for each suffix of a table's file name."""
