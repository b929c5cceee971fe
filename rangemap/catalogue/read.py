"""Reading catalogues: the built-in one, or files in its place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from pathlib import Path

from rangemap.builtin import data_file
from rangemap.catalogue.book import Catalogue
from rangemap.catalogue.compiled import compiled_catalogue
from rangemap.files import read_document


def read_catalogue(paths: Sequence[Path] = ()) -> Catalogue:
    """Read catalogue files, later ones overriding earlier; without any, the built-in one.

    Raises
    ------
    DocumentError
        If a file cannot be read, or as `parse_catalogue`.
    """
    if not paths:
        return _built_in()
    return reduce(Catalogue.merged, map(_read, paths))


def _built_in() -> Catalogue:
    path = data_file("weapons.yaml")
    compiled = data_file("weapons.compiled.json").read_text("utf-8")
    return compiled_catalogue(compiled, path.read_bytes()) or _read(path)


def _read(path: Path) -> Catalogue:
    from rangemap.catalogue.file import parse_catalogue  # noqa: PLC0415  pydantic and YAML wait

    content, name = read_document(path)
    return parse_catalogue(content, name=name)
