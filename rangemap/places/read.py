"""Reading registries: the built-in one, or a file instead."""

from __future__ import annotations

from pathlib import Path

from rangemap.io.files import read_document
from rangemap.io.packaged import data_file
from rangemap.places.compiled import compiled_places
from rangemap.places.registry import Registry


def read_registry(path: Path | None = None) -> Registry:
    """Read a registry file; without one, the built-in one.

    Parameters
    ----------
    path : Path, optional
        A file in the format of ``data/sites.geojson``.

    Returns
    -------
    Registry
        The places in the order of the file.

    Raises
    ------
    DocumentError
        If the file cannot be read, or as `rangemap.places.file.parse_registry`.
    """
    if path is not None:
        return _read(path)
    source = data_file("sites.geojson")
    compiled = data_file("sites.compiled.json").read_bytes()
    places = compiled_places(compiled, source.read_bytes())
    return _read(source) if places is None else Registry(places)


def _read(path: Path) -> Registry:
    from rangemap.places.file import parse_registry  # imports pydantic

    content, name = read_document(path)
    return parse_registry(content, name=name)
