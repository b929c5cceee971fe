"""GDAL's binary formats: what is looked at before GDAL opens a file, and the points it gives back.

GDAL opens a file by its content, not by its name, and follows text that points elsewhere; a
GeoPackage is a database that can hold views, which compute without end or ask the network; a
shapefile brings neighbours that may be pipes. What could do so is refused here.
"""

from __future__ import annotations

import math
import os
import re
import stat
import struct
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rangemap.errors import DocumentError, QuantityError
from rangemap.files import reason
from rangemap.quantities import LonLat, check_position

if TYPE_CHECKING:
    import sqlite3

# A vector file is opened only when its first bytes are its format's own. GDAL's search
# for text that points elsewhere ends at the first zero byte, which each of these has early.
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


def refuse_disguised(path: Path, *, largest: int | None = None) -> None:
    """Refuse a file that is not what its suffix says, or that would do more than be read.

    Parameters
    ----------
    path : Path
        A GeoPackage, FlatGeobuf or shapefile.
    largest : int, optional
        Bytes that it may have; without, any number.

    Raises
    ------
    DocumentError
        If it is no regular file, has another format's content, is too large, or is a
        GeoPackage with views, virtual tables or computed columns.
    """
    suffix = path.suffix.lower()
    size = _regular_size(path)
    if largest is not None and size > largest:
        raise DocumentError(
            f"{path}: larger than {largest // 2**20} MiB; split it, or let `rangemap check` read it"
            " piece by piece with --summary or -o FILE"
        )
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise DocumentError(f"{path}: cannot be read: {reason(error)}") from error
    if not head.startswith(SIGNATURES[suffix]) or b"\0" not in head:
        raise DocumentError(f"{path}: is no {suffix} file by its content; check its name")
    alone = True
    for ending in _NEIGHBOURS.get(suffix, ()):
        stem = path if ending.startswith("-") else path.with_suffix("")
        for name in {stem.name + ending, stem.name + ending.upper()}:
            neighbour = path.with_name(name)
            if os.path.lexists(neighbour):
                _regular_size(neighbour)
                alone = False
    if suffix == ".gpkg":
        _refuse_what_computes(path, "immutable=1" if alone else "mode=ro")


def _regular_size(path: Path) -> int:
    try:
        about = path.stat()
    except (OSError, ValueError) as error:
        raise DocumentError(f"{path}: cannot be read: {reason(error)}") from error
    if not stat.S_ISREG(about.st_mode):
        raise DocumentError(f"{path}: not a regular file; give the name of a file")
    return about.st_size


def _refuse_what_computes(path: Path, how: str) -> None:
    """Refuse a GeoPackage whose rows are not simply stored.

    A view can run without end; GDAL lends its functions to SQL, one of which asks the network.
    """
    import sqlite3  # noqa: PLC0415  few runs need it

    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?{how}", uri=True)) as base:
            base.execute("PRAGMA trusted_schema = OFF")
            found = base.execute(
                "SELECT type, name, sql FROM sqlite_master"
                " WHERE type IN ('table', 'view') ORDER BY type DESC"
            ).fetchmany(_MOST_TABLES + 1)
            computed = [
                table for kind, table, _ in found if kind == "table" and _has_computed(base, table)
            ]
    except (sqlite3.Error, ValueError, OverflowError) as error:
        raise DocumentError(f"{path}: cannot be read: {reason(error)}") from error
    if len(found) > _MOST_TABLES:
        raise DocumentError(f"{path}: more than {_MOST_TABLES:,} tables; keep the one of the sites")
    for kind, table, sql in found:
        virtual = re.match(r"\s*create\s+virtual\b", sql or "", re.IGNORECASE)
        indexed = virtual and re.search(r"\busing\s+[\"'`\[]?rtree\b", sql, re.IGNORECASE)
        if kind == "view" or (virtual and not indexed) or table in computed:
            what = "a view" if kind == "view" else "a virtual table" if virtual else "computed"
            raise DocumentError(
                f"{path}: {str(table)[:100]!r} is {what}; save its rows as a table of their own"
            )


def _has_computed(base: sqlite3.Connection, table: str) -> bool:
    name = table.replace('"', '""')
    return any(row[6] > 1 for row in base.execute(f'PRAGMA table_xinfo("{name}")'))


_KINDS: Final = ("", "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString",
                 "MultiPolygon", "GeometryCollection")  # fmt: skip
_WKB_POINT_BYTES: Final = 21


def wkb_point(wkb: Any, where: str = "") -> LonLat:
    """Read a point of well-known binary, and nothing else: nested collections can crash a parser.

    Raises
    ------
    QuantityError
        If there is no point, or none on the globe; ``where`` is named in it.
    """
    prefix = f"{where}: " if where else ""
    if not isinstance(wkb, bytes | bytearray) or len(wkb) < _WKB_POINT_BYTES or wkb[0] > 1:
        raise QuantityError(f"{prefix}geometry is missing; expected a Point")
    order = "<" if wkb[0] else ">"
    (code,) = struct.unpack_from(f"{order}I", wkb, 1)
    start = 9 if code & 0x20000000 else 5  # a reference system's number stands between
    kind = (code & 0x0FFFFFFF) % 1000
    if kind != 1 or len(wkb) < start + 16:
        name = _KINDS[kind] if kind < len(_KINDS) else "no point"
        raise QuantityError(f"{prefix}geometry is a {name}; expected a Point")
    lon, lat = struct.unpack_from(f"{order}2d", wkb, start)
    if math.isnan(lon) and math.isnan(lat):
        raise QuantityError(f"{prefix}geometry is an empty Point; expected one with a position")
    return check_position(lon, lat, what=where or "geometry")
