"""Built-in files once read and checked: their records as JSON, beside the file they came from.

Reading and checking what people write takes longer than most commands do otherwise.
``data/scripts/compile.py`` does it once and keeps the records with the SHA-256 of their
source; where the source has been edited since, it is read again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_FORMAT: Final = 2
"""Raised when the records change, so that a file of an older release is passed over."""


def said(record: DataclassInstance) -> dict[str, Any]:
    """Return the fields of a record that say something; its edition is its file's word."""
    values = {field: getattr(record, field.name) for field in fields(record)}
    return {
        field.name: value
        for field, value in values.items()
        if value != field.default and field.name != "edition"
    }


def compile_records(
    records: Iterable[DataclassInstance],
    source: bytes,
    *,
    plain: Callable[[Any], Any],
    edition: str | None = None,
) -> str:
    """Return records as JSON text that `compiled_records` reads, a record a line.

    ``plain`` makes JSON of a record and of whatever its fields hold.
    """
    head = {"format": _FORMAT, "sha256": hashlib.sha256(source).hexdigest(), "edition": edition}
    lines = ",\n".join(json.dumps(plain(record), ensure_ascii=False) for record in records)
    return f'{json.dumps(head)[:-1]}, "records": [\n{lines}\n]}}\n'


def compiled_records(text: str, source: bytes) -> dict[str, Any] | None:
    """Return ``edition`` and ``records`` compiled from a source; None if from another one."""
    content: dict[str, Any] = json.loads(text)
    if (content["format"], content["sha256"]) != (_FORMAT, hashlib.sha256(source).hexdigest()):
        return None
    return content
