"""Tables as files: the check table, the summary and the lists."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    r"""Return rows as CSV with a header, ``\n`` line ends and empty fields for None."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def to_json(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as a JSON array of objects, one a line."""
    lines = (
        json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False, allow_nan=False)
        for row in rows
    )
    body = ",\n".join(lines)
    return f"[\n{body}\n]\n" if body else "[]\n"


def _xlsx(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    from rangemap.render.excel import to_xlsx  # noqa: PLC0415

    return to_xlsx(columns, rows)


TABLES: Final[dict[str, Callable[[Sequence[str], Iterable[Sequence[Any]]], bytes]]] = {
    ".csv": lambda columns, rows: to_csv(columns, rows).encode(),
    ".json": lambda columns, rows: to_json(columns, rows).encode(),
    ".xlsx": _xlsx,
}
"""What is written under each suffix of a table's name."""
