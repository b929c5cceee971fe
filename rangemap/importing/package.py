"""Make a catalogue of a dataset that `rangemap weapons export` has written."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, Final, NamedTuple

from rangemap.catalogue import Claim, Source, Weapon
from rangemap.catalogue.export import split
from rangemap.catalogue.file import check_entries, format_catalogue
from rangemap.errors import CatalogueError, DocumentError
from rangemap.importing.decisions import count
from rangemap.io.documents import Document, parse_json
from rangemap.io.files import read_text
from rangemap.limits import LARGEST_IMPORT, MOST_ROWS
from rangemap.sites.formats import csv_reader
from rangemap.text import unguarded

INPUTS: Final = ("datapackage.json", "weapons.csv", "claims.csv")
"""The files that are read."""
_LISTS: Final = ("aliases", "country", "operators")
_WEAPON_FIELDS: Final = [
    field.name for field in fields(Weapon) if field.name not in {"claims", "edition"}
]
_CLAIM_FIELDS: Final = [field.name for field in fields(Claim) if field.name not in {"id", "source"}]
_SOURCE_FIELDS: Final = [field.name for field in fields(Source)]
_Cells = dict[str, str]


class Imported(NamedTuple):
    """A catalogue as text, and how many records it has."""

    content: str
    summary: str


def import_package(folder: Path) -> Imported:
    """Make a catalogue of the weapons and claims of a dataset.

    Only ``datapackage.json`` and the CSV files are read; the columns that follow from
    others are ignored.

    Parameters
    ----------
    folder : Path
        The folder of the dataset.

    Returns
    -------
    Imported
        The text of a catalogue file with the weapons from which the dataset was made.

    Raises
    ------
    DocumentError
        If a file is missing or cannot be read, or with one line for each invalid record.
    """
    claims: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for line, cells in _rows(folder / "claims.csv", ("claim", "weapon_id", "publisher")):
        weapon_id = cells["weapon_id"]
        if not cells["claim"].startswith(f"{weapon_id}/"):
            raise CatalogueError.at(
                str(folder / "claims.csv"),
                f"claim is {cells['claim']!r}; expected {weapon_id}/ and an id",
                line=line,
            )
        claims[weapon_id].append(
            {
                "id": cells["claim"].removeprefix(f"{weapon_id}/"),
                **_given(cells, _CLAIM_FIELDS),
                "source": _given(cells, _SOURCE_FIELDS),
            }
        )
    entries = []
    for _, cells in _rows(folder / "weapons.csv", ("id",)):
        entry = _given(cells, _WEAPON_FIELDS)
        entry |= {key: split(entry[key]) for key in _LISTS if key in entry}
        entries.append({**entry, "claims": claims.pop(cells["id"], [])})
    if claims:
        raise CatalogueError.at(
            str(folder / "claims.csv"),
            f"weapon_id {next(iter(claims))!r} is not in weapons.csv; add the weapon, or remove its claims",
        )
    version = _version(folder / "datapackage.json")
    edition = {} if version is None else {"edition": version}
    weapons, findings = check_entries(Document(str(folder), {**edition, "weapons": entries}))
    if findings:
        raise CatalogueError(*findings)
    n_claims = sum(len(weapon.claims) for weapon in weapons)
    return Imported(
        format_catalogue(weapons, edition=version),
        f"{count(n_claims, 'claim')} of {count(len(weapons), 'weapon')}",
    )


def _given(cells: _Cells, names: list[str]) -> dict[str, Any]:
    """Return the cells of some columns that are not empty."""
    return {name: cells[name] for name in names if cells.get(name)}


def _version(path: Path) -> Any:
    content = parse_json(read_text(path, largest=LARGEST_IMPORT), name=str(path)).content
    if not isinstance(content, dict):
        raise CatalogueError.at(str(path), "is not a JSON object; export the dataset again")
    return content.get("version")


def _rows(path: Path, required: tuple[str, ...]) -> Iterator[tuple[int, _Cells]]:
    """Yield the rows of a CSV file, each with its line, without the guards of formulas."""
    reader = csv_reader(read_text(path, largest=LARGEST_IMPORT), ",", name=str(path))
    try:
        columns: list[str] = next(reader, [])
        missing = [name for name in required if name not in columns]
        if missing:
            raise CatalogueError.at(
                str(path),
                f"has no column {missing[0]!r}; add it, or export the dataset again",
                line=1,
            )
        repeated = [name for name, times in Counter(columns).items() if times > 1]
        if repeated:
            raise CatalogueError.at(
                str(path), f"has two columns {repeated[0]!r}; remove one of them", line=1
            )
        line = reader.line_num + 1
        for number, row in enumerate(reader):
            if number == MOST_ROWS:
                raise CatalogueError.at(str(path), f"more than {MOST_ROWS:,} rows; split it")
            if row and len(row) != len(columns):
                raise CatalogueError.at(
                    str(path),
                    f"{len(row)} cells under {len(columns)} columns; quote cells that contain commas",
                    line=line,
                )
            if row:
                yield line, dict(zip(columns, map(unguarded, row), strict=True))
            line = reader.line_num + 1
    except csv.Error as error:
        raise DocumentError.at(
            str(path),
            f"not well-formed CSV: {error}; export the dataset again",
            line=reader.line_num,
        ) from error
