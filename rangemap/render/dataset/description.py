"""What is said of a dataset in each of its description files, and the files themselves."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, Final

from rangemap.catalogue.export import Table

NAME: Final = "rangemap-weapons"
"""Name of every dataset; `datapackage.json` has it, so that an earlier one may be replaced."""
AUTHORS: Final = "The rangemap authors"
KEYWORDS: Final = ("weapon ranges", "missiles", "open source intelligence", "range ring")
LICENCE: Final = "CC-BY-4.0"
LICENCE_TITLE: Final = "Creative Commons Attribution 4.0 International"
LICENCE_URL: Final = "https://creativecommons.org/licenses/by/4.0/"
MEDIA_TYPES: Final = {
    ".csv": "text/csv",
    ".geojson": "application/geo+json",
    ".parquet": "application/vnd.apache.parquet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One data file of a dataset.

    ``table`` describes the columns of a CSV file, and is None for the other formats, which
    contain the same data.
    """

    name: str
    description: str
    content: bytes
    table: Table | None = None

    @property
    def format(self) -> str:
        """The suffix without its dot."""
        return self.name.rpartition(".")[2]

    @property
    def media_type(self) -> str:
        """The Internet media type."""
        return MEDIA_TYPES[f".{self.format}"]

    @property
    def sha256(self) -> str:
        """The SHA-256 of the content, in hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A dataset with its data files.

    Parameters
    ----------
    edition : str
        The catalogue files that it was made from.
    version : str or None
        The edition of the catalogue, such as ``2026.12``; None if it has none.
    tables : tuple of Table
        Its tables.
    files : tuple of File
        Its data files.
    """

    edition: str
    version: str | None
    tables: tuple[Table, ...]
    files: tuple[File, ...]

    @property
    def title(self) -> str:
        """Its title, with the edition."""
        edition = "" if self.version is None else f", edition {self.version}"
        return f"Published weapon ranges, each with its source{edition}"

    @property
    def description(self) -> str:
        """What it contains, in two sentences."""
        rows = {table.name: len(table.rows) for table in self.tables}
        return (
            f"{rows['claims']:,} published figures for the ranges of {rows['weapons']:,} weapons, each with its"
            f" publisher and date, and the published positions of {rows['sites']:,} places. A claim is what"
            " a publisher printed, not a finding; disagreement is kept on purpose."
        )

    @property
    def month(self) -> str | None:
        """The year and month of the edition as ``2026-12``, if it is named so."""
        match = re.fullmatch(r"(\d{4})\.(0[1-9]|1[0-2])", self.version or "")
        return None if match is None else f"{match[1]}-{match[2]}"

    @property
    def citation(self) -> str:
        """How to cite it, in one line."""
        year = "" if self.month is None else f" ({self.month[:4]})"
        return f"{AUTHORS}{year}: {self.title}. {self.edition}."


def json_bytes(content: Any) -> bytes:
    """Return content as the bytes of a JSON file; keys without a value are omitted."""
    return (json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()
