"""The built-in catalogue once read and checked: records as JSON, beside the file they came from.

Reading and checking the YAML of the built-in catalogue takes longer than most commands
do otherwise. ``data/scripts/compile.py`` does it once and keeps the records with the
SHA-256 of their source; where the source has been edited since, it is read again.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from rangemap.catalogue.book import Catalogue
from rangemap.catalogue.records import Claim, ClaimKind, Source, Weapon, said
from rangemap.quantities import Bound, Range

_FORMAT: Final = 1
"""Raised when the records change, so that a file of an older release is passed over."""


def compile_catalogue(catalogue: Catalogue, source: bytes) -> str:
    """Return a catalogue as JSON text that `compiled_catalogue` reads, a weapon a line."""
    head = {
        "format": _FORMAT,
        "sha256": hashlib.sha256(source).hexdigest(),
        "edition": catalogue.edition,
    }
    lines = ",\n".join(
        json.dumps(_plain(weapon), ensure_ascii=False) for weapon in catalogue.weapons
    )
    return f'{json.dumps(head)[:-1]}, "weapons": [\n{lines}\n]}}\n'


def compiled_catalogue(text: str, source: bytes) -> Catalogue | None:
    """Return the catalogue that was compiled from a source, or None if it was from another."""
    content = json.loads(text)
    if (content["format"], content["sha256"]) != (_FORMAT, hashlib.sha256(source).hexdigest()):
        return None
    edition = content["edition"]
    return Catalogue(tuple(_weapon(entry, edition) for entry in content["weapons"]), edition)


def _plain(value: Any) -> Any:
    if isinstance(value, Weapon | Claim | Source):
        return {key: _plain(part) for key, part in said(value).items()}
    if isinstance(value, Range):
        return [value.bound, value.low_m, value.high_m, value.min_m, value.unit]
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def _weapon(entry: dict[str, Any], edition: str) -> Weapon:
    for key in ("aliases", "operators"):
        if key in entry:
            entry[key] = tuple(entry[key])
    entry["claims"] = tuple(_claim(claim) for claim in entry["claims"])
    return Weapon(**entry, edition=edition)


def _claim(entry: dict[str, Any]) -> Claim:
    if "kind" in entry:
        entry["kind"] = ClaimKind(entry["kind"])
    if "range" in entry:
        bound, low_m, high_m, min_m, unit = entry["range"]
        entry["range"] = Range(
            bound=Bound(bound), low_m=low_m, high_m=high_m, min_m=min_m, unit=unit
        )
    entry["source"] = Source(**entry["source"])
    return Claim(**entry)
