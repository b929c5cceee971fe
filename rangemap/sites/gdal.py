"""Binary vector formats: checks before GDAL opens a file, and reading it.

GDAL opens a file by its content, not by its name, and follows text that refers to other files; a
GeoPackage is a database whose views can run forever or access the network; a shapefile has
companion files that may be pipes. Such files are refused here.
"""

from __future__ import annotations

import os
import re
import stat
import warnings
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rangemap.errors import DocumentError, PlaceError
from rangemap.io.crs import check_crs
from rangemap.io.files import error_text
from rangemap.limits import LARGEST_FILE
from rangemap.sites.raw import enumerate_names
from rangemap.sites.table import refuse_large_table

if TYPE_CHECKING:
    import sqlite3

# A vector file is opened only if it starts with the signature of its format. GDAL's search
# for text that refers to other files ends at the first zero byte, which each of these has early.
SIGNATURES: Final = {
    ".gpkg": b"SQLite format 3\0",
    ".fgb": b"fgb\x03fgb",
    ".shp": b"\0\0\x27\x0a",
}
_NEIGHBOURS: Final = {
    ".gpkg": ("-wal", "-shm", "-journal"),
    ".shp": (".shx", ".dbf", ".prj", ".cpg", ".qix", ".sbn", ".sbx", ".cst", ".ind"),
}
_MOST_TABLES: Final = 10_000


def refuse_disguised(path: Path, *, name: str, largest: int | None = None) -> None:
    """Refuse a file that is not in the format of its suffix, or whose reading has side effects.

    Parameters
    ----------
    path : Path
        A GeoPackage, FlatGeobuf or shapefile.
    name : str
        Its name in errors.
    largest : int, optional
        Maximum size in bytes; no limit by default.

    Raises
    ------
    DocumentError
        If it is not a regular file, has another format, is too large, or is a
        GeoPackage with views, virtual tables or computed columns.
    """
    suffix = path.suffix.lower()
    size = _regular_size(path, name)
    if largest is not None and size > largest:
        raise DocumentError(
            f"{name}: larger than {largest // 2**20} MiB; split it, or let `rangemap check` read it"
            " in chunks with --summary or -o FILE"
        )
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise DocumentError(f"{name}: cannot be read: {error_text(error)}") from error
    if not head.startswith(SIGNATURES[suffix]) or b"\0" not in head:
        raise DocumentError(f"{name}: is not a {suffix} file by its content; check its name")
    alone = True
    for ending in _NEIGHBOURS.get(suffix, ()):
        stem = path if ending.startswith("-") else path.with_suffix("")
        for neighbour_name in {stem.name + ending, stem.name + ending.upper()}:
            neighbour = path.with_name(neighbour_name)
            if os.path.lexists(neighbour):
                _regular_size(neighbour, str(neighbour))
                alone = False
    if suffix == ".gpkg":
        _refuse_computed_tables(path, name, "immutable=1" if alone else "mode=ro")


def _regular_size(path: Path, name: str) -> int:
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise DocumentError(f"{name}: cannot be read: {error_text(error)}") from error
    if not stat.S_ISREG(status.st_mode):
        raise DocumentError(f"{name}: not a regular file; give the name of a file")
    return status.st_size


def _refuse_computed_tables(path: Path, name: str, mode: str) -> None:
    """Refuse a GeoPackage whose rows are computed rather than stored.

    A view can run forever; GDAL adds functions to SQL, one of which accesses the network.
    """
    import sqlite3  # few runs need it

    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True)) as base:
            base.execute("PRAGMA trusted_schema = OFF")
            found = base.execute(
                "SELECT type, name, sql FROM sqlite_master"
                " WHERE type IN ('table', 'view') ORDER BY type DESC"
            ).fetchmany(_MOST_TABLES + 1)
            computed = [
                table for kind, table, _ in found if kind == "table" and _has_computed(base, table)
            ]
    except (sqlite3.Error, ValueError, OverflowError) as error:
        raise DocumentError(f"{name}: cannot be read: {error_text(error)}") from error
    if len(found) > _MOST_TABLES:
        raise DocumentError(
            f"{name}: more than {_MOST_TABLES:,} tables; keep only the one with the sites"
        )
    for kind, table, sql in found:
        virtual = re.match(r"\s*create\s+virtual\b", sql or "", re.IGNORECASE)
        indexed = virtual and re.search(r"\busing\s+[\"'`\[]?rtree\b", sql, re.IGNORECASE)
        if kind == "view" or (virtual and not indexed) or table in computed:
            object_kind = (
                "a view"
                if kind == "view"
                else "a virtual table"
                if virtual
                else "a table with computed columns"
            )
            raise DocumentError(
                f"{name}: {str(table)[:100]!r} is {object_kind}; save its rows as an ordinary table"
            )


def _has_computed(base: sqlite3.Connection, table: str) -> bool:
    quoted = table.replace('"', '""')
    return any(row[6] > 1 for row in base.execute(f'PRAGMA table_xinfo("{quoted}")'))


class Features(NamedTuple):
    """A vector layer: names of its fields, one geometry (WKB or None) per feature, values by field."""

    columns: tuple[str, ...]
    geometries: Any
    fields: Sequence[Any]


def read_features(
    path: Path,
    *,
    name: str,
    largest: int = LARGEST_FILE,
    encoding: str | None = None,
    layer: str | None = None,
) -> Features:
    """Read a whole GeoPackage, FlatGeobuf or shapefile, depending on its suffix.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Its name in errors.
    largest : int, default 512 MiB
        Maximum size in bytes.
    encoding : str, optional
        Encoding of the text of a shapefile; by default GDAL decides.
    layer : str, optional
        Layer to read; by default the only one.

    Raises
    ------
    DocumentError
        If it cannot be read, is not in the format of its suffix, has more than one layer, or
        is in another reference system.
    """
    refuse_disguised(path, name=name, largest=largest)
    import pyogrio  # loads GDAL, which few runs need

    try:
        with warnings.catch_warnings(action="ignore"):  # pyogrio then reads or refuses the file
            chosen = only_layer(path, name=name, given=layer)
            # Memory is allocated for as many features as the header claims.
            claimed = pyogrio.read_info(path.resolve(), layer=chosen)
            refuse_large_table(claimed["fields"], name, claimed["features"])
            meta, _, geometries, fields = pyogrio.raw.read(
                path.resolve(), layer=chosen, encoding=encoding
            )
    except PlaceError:
        raise
    except Exception as error:
        raise PlaceError(f"{name}: cannot be read: {error_text(error)}") from error
    check_crs(meta["crs"], name=name)
    return Features(tuple(str(column) for column in meta["fields"]), geometries, fields)


def only_layer(path: Path, *, name: str, given: str | None = None) -> str:
    """Return the given layer or the only one with geometries in a vector file.

    Raises
    ------
    PlaceError
        If there is no such layer, or several and none is given.
    """
    import pyogrio  # loads GDAL, which few runs need

    layers = [str(layer) for layer, kind in pyogrio.list_layers(path.resolve()) if kind]
    known = enumerate_names(layers)
    if given is not None and given not in layers:
        raise PlaceError(f"{name}: has no layer {given!r} with geometry; it has {known}")
    if given is None and len(layers) != 1:
        advice = (
            "read one with `rangemap sites import --layer NAME`, or keep one"
            if layers
            else "save it with its points"
        )
        raise PlaceError(f"{name}: has {len(layers)} layers with geometry ({known}); {advice}")
    return layers[0] if given is None else given
