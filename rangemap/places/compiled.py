"""The built-in registry, parsed and validated in advance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rangemap.io.compiled import compile_records, compiled_records, set_fields
from rangemap.places.records import Place, PlaceSource


def compile_places(places: Sequence[Place], source: bytes) -> str:
    """Return places as JSON text for `compiled_places`, one place per line."""
    return compile_records(places, source, to_json=_to_json)


def compiled_places(text: str | bytes, source: bytes) -> tuple[Place, ...] | None:
    """Return the places compiled from a source, or None if they were compiled from another."""
    content = compiled_records(text, source)
    return None if content is None else tuple(_place(entry) for entry in content["records"])


def _to_json(value: Any) -> Any:
    if isinstance(value, Place | PlaceSource):
        return {key: _to_json(part) for key, part in set_fields(value).items()}
    return [_to_json(part) for part in value] if isinstance(value, tuple) else value


def _place(entry: dict[str, Any]) -> Place:
    entry["aliases"] = tuple(entry.get("aliases", ()))
    entry["sources"] = tuple(PlaceSource(**source) for source in entry["sources"])
    return Place(**entry)
