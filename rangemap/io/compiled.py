"""Compiled built-in files: validated records as JSON, next to the source file.

Parsing and validating the source files would take longer than the rest of most commands.
``data/scripts/compile.py`` does it once and saves the records with the SHA-256 of their
source; if the source has been edited since, it is parsed again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_FORMAT: Final = 4
"""Increased when the records change, so that files of older releases are ignored."""


def set_fields(record: DataclassInstance) -> dict[str, Any]:
    """Return the fields that differ from their defaults, except the edition of the file."""
    values = {field: getattr(record, field.name) for field in fields(record)}
    return {
        field.name: value
        for field, value in values.items()
        if value != field.default and field.name != "edition"
    }


def compile_records(
    records: Iterable[Any],
    source: bytes,
    *,
    to_json: Callable[[Any], Any],
    head: Mapping[str, str | None] | None = None,
) -> str:
    """Return records as JSON text for `compiled_records`, one record per line.

    ``to_json`` converts a record and the values of its fields to JSON; ``head`` has what is
    known about all of them.
    """
    sha256 = hashlib.sha256(source).hexdigest()
    first = {"format": _FORMAT, "sha256": sha256, **(head or {})}
    lines = ",\n".join(json.dumps(to_json(record), ensure_ascii=False) for record in records)
    return f'{json.dumps(first)[:-1]}, "records": [\n{lines}\n]}}\n'


def compiled_records(text: str | bytes, source: bytes) -> dict[str, Any] | None:
    """Return the compiled head and ``records``, or None if the source has changed."""
    content: dict[str, Any] = json.loads(text)
    if (content["format"], content["sha256"]) != (_FORMAT, hashlib.sha256(source).hexdigest()):
        return None
    return content
