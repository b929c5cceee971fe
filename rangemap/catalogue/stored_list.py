"""The list of the built-in weapons, made in advance from the file of the catalogue.

`rangemap weapons list` prints it without making records and bands, which would take longer than
everything else that it does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from rangemap.io.compiled import compile_records, compiled_records
from rangemap.io.packaged import data_file

WEAPON_COLUMNS: Final = (
    "id", "name", "category", "country", "low_km", "headline_km", "high_km", "min_km", "claims",
    "publishers", "newest", "note",
)  # fmt: skip


class Listed(NamedTuple):
    """A weapon in a list.

    ``row`` has its values under `WEAPON_COLUMNS`; ``figures`` the low, headline, high and minimum
    figures and the published ones as text; ``names`` what a search finds.
    """

    row: tuple[Any, ...]
    figures: tuple[str, ...]
    names: tuple[str, ...]


def compile_list(listed: Iterable[Listed], source: bytes) -> str:
    """Return a list as JSON text for `stored_list`, one weapon per line."""
    return compile_records(listed, source, to_json=list)


def stored_list() -> list[Listed] | None:
    """Return the list of the built-in weapons, or None if their file has changed since."""
    text = data_file("weapons.list.json").read_bytes()
    content = compiled_records(text, data_file("weapons.yaml").read_bytes())
    if content is None:
        return None
    return [Listed(*map(tuple, fields)) for fields in content["records"]]
