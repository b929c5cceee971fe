"""Reading catalogues, the built-in one or files instead, and the list of publishers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rangemap.catalogue.catalogue import Catalogue
from rangemap.catalogue.compiled import compiled_catalogue
from rangemap.io.files import read_document
from rangemap.io.packaged import data_file

if TYPE_CHECKING:
    from rangemap.catalogue.publishers import Publishers

BUILT_IN: Final = "built-in"
"""The name of the built-in catalogue, used like a file name."""


def read_catalogue(paths: Sequence[Path] = ()) -> Catalogue:
    """Read catalogue files; without any, the built-in one.

    Parameters
    ----------
    paths : sequence of Path
        Later files add to earlier ones, and an entry replaces an earlier one with the
        same id. ``built-in`` means the built-in catalogue (a file with that name must
        be given by its full path).

    Returns
    -------
    Catalogue
        The entries of all files.

    Raises
    ------
    DocumentError
        If a file cannot be read, or as `parse_catalogue`.
    """
    if not paths:
        return _built_in()
    catalogues = (_built_in() if str(path) == BUILT_IN else _read(path) for path in paths)
    return reduce(Catalogue.merged, catalogues)


@cache
def read_publishers() -> Publishers:
    """Read the built-in list of publishers and of the parties that they credit.

    Returns
    -------
    Publishers
        Every publisher and credited party of the built-in catalogue, and their kinds.

    Examples
    --------
    >>> len(read_publishers().publishers)
    1032
    """
    from rangemap.catalogue.publisher_compiled import compiled_publishers

    path = data_file("publishers.yaml")
    compiled = data_file("publishers.compiled.json").read_bytes()
    found = compiled_publishers(compiled, path.read_bytes())
    if found is None:
        from rangemap.catalogue.publisher_file import parse_publishers  # imports pydantic and YAML

        content, name = read_document(path)
        found = parse_publishers(content, name=name)
    return found


def _built_in() -> Catalogue:
    path = data_file("weapons.yaml")
    compiled = data_file("weapons.compiled.json").read_bytes()
    return compiled_catalogue(compiled, path.read_bytes()) or _read(path)


def _read(path: Path) -> Catalogue:
    from rangemap.catalogue.plain import read_valid  # imports YAML

    content, name = read_document(path)
    found = read_valid(content, name=name)
    if found is None:
        from rangemap.catalogue.file import parse_catalogue  # imports pydantic

        found = parse_catalogue(content, name=name)
    return found
