"""The built-in catalogue, parsed and validated in advance."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rangemap.catalogue.catalogue import Catalogue
from rangemap.catalogue.categories import Target
from rangemap.catalogue.records import Claim, ClaimKind, Source, Weapon
from rangemap.io.compiled import compile_records, compiled_records, set_fields
from rangemap.wording.quantities import Bound, Range


def compile_catalogue(catalogue: Catalogue, source: bytes) -> str:
    """Return a catalogue as JSON text for `compiled_catalogue`, one weapon per line."""
    head = {"edition": catalogue.edition, "version": catalogue.version}
    return compile_records(catalogue.weapons, source, to_json=_to_json, head=head)


def compiled_catalogue(text: str | bytes, source: bytes) -> Catalogue | None:
    """Return the catalogue compiled from a source, or None if it was compiled from another."""
    content = compiled_records(text, source)
    if content is None:
        return None
    edition = content["edition"]
    weapons = tuple(_weapon(entry, edition) for entry in content["records"])
    return Catalogue(weapons, edition, content["version"])


def _to_json(value: Any) -> Any:
    if isinstance(value, Weapon | Claim | Source):
        return {key: _to_json(part) for key, part in set_fields(value).items()}
    if isinstance(value, Range):
        fields = [value.bound, value.low_m, value.high_m, value.min_m, value.unit]
        return [*fields, value.min_unit] if value.min_unit else fields
    return [_to_json(part) for part in value] if isinstance(value, tuple) else value


def _weapon(entry: dict[str, Any], edition: str) -> Weapon:
    for key in ("aliases", "country", "operators"):
        if key in entry:
            entry[key] = tuple(entry[key])
    entry["claims"] = tuple(_claim(claim) for claim in entry["claims"])
    return Weapon(**entry, edition=edition)


def _claim(entry: dict[str, Any]) -> Claim:
    if "kind" in entry:
        entry["kind"] = ClaimKind(entry["kind"])
    if "target" in entry:
        entry["target"] = Target(entry["target"])
    if "range" in entry:
        entry["range"] = _range(*entry["range"])
    entry["source"] = Source(**entry["source"])
    return Claim(**entry)


@lru_cache(maxsize=10_000)  # many claims have the same figure
def _range(*fields: Any) -> Range:
    bound, low_m, high_m, min_m, unit, *min_unit = fields
    return Range(
        bound=Bound(bound), low_m=low_m, high_m=high_m, min_m=min_m, unit=unit,
        min_unit=min_unit[0] if min_unit else None,
    )  # fmt: skip
