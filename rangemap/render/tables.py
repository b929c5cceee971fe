"""Tables as CSV and JSON text: the check table, the summary and the lists."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any


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
