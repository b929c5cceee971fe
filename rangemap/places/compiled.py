"""The built-in registry once read and checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rangemap.compiled import compile_records, compiled_records, said
from rangemap.places.records import Place, PlaceSource


def compile_places(places: Sequence[Place], source: bytes) -> str:
    """Return places as JSON text that `compiled_places` reads, a place a line."""
    return compile_records(places, source, plain=_plain)


def compiled_places(text: str, source: bytes) -> tuple[Place, ...] | None:
    """Return the places that were compiled from a source, or None if from another one."""
    content = compiled_records(text, source)
    return None if content is None else tuple(_place(entry) for entry in content["records"])


def _plain(value: Any) -> Any:
    if isinstance(value, Place | PlaceSource):
        return {key: _plain(part) for key, part in said(value).items()}
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def _place(entry: dict[str, Any]) -> Place:
    entry["aliases"] = tuple(entry.get("aliases", ()))
    entry["sources"] = tuple(PlaceSource(**source) for source in entry["sources"])
    return Place(**entry)
