"""Finding the reader of a file of sites in chunks."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Final

import numpy as np

from rangemap.errors import DocumentError, PlaceError
from rangemap.sites.formats import DELIMITED, PARQUET, suffix_of
from rangemap.sites.stream.addresses import reader_errors
from rangemap.sites.stream.base import CHUNK_ROWS, Chunk, FileStream, SiteStream, refuse_rejects
from rangemap.sites.stream.delimited import DelimitedSites
from rangemap.sites.stream.layout import ColumnNames
from rangemap.sites.stream.parquet import ParquetSites
from rangemap.sites.stream.vector import VectorSites
from rangemap.sites.table import SiteTable, refuse_large_table

_READERS: Final[dict[str, type[FileStream]]] = {
    **dict.fromkeys(PARQUET, ParquetSites),
    **dict.fromkeys(DELIMITED, DelimitedSites),
    ".fgb": VectorSites,
    ".gpkg": VectorSites,
}


def can_stream(name: str) -> bool:
    """Whether `open_sites` reads files of this name's suffix."""
    return suffix_of(name) in _READERS


def open_sites(
    name: str,
    *,
    lat: str | None = None,
    lon: str | None = None,
    label: str | None = None,
    chunk_rows: int = CHUNK_ROWS,
) -> SiteStream:
    """Open a file of sites to be read in chunks.

    Parameters
    ----------
    name : str
        A file name or an address (``s3://``, ``gs://``, ``https://``); its suffix
        specifies the format: Parquet, CSV (also gzipped), FlatGeobuf or GeoPackage.
    lat, lon, label : str, optional
        Columns of the position and the name, if they are not the usual ones.
    chunk_rows : int, default 262 144
        Maximum number of rows of a chunk.

    Returns
    -------
    SiteStream
        A stream whose columns are known; nothing else has been read yet.

    Raises
    ------
    PlaceError
        If the format is unknown or a column is missing.
    DocumentError
        If the file cannot be read or is not well-formed, or a package is missing.
    """
    _require_pyarrow(name)
    reader = _READERS.get(suffix_of(name))
    if reader is None:
        raise PlaceError(f"{name}: cannot be read in chunks; expected {', '.join(_READERS)}")
    with reader_errors(name):
        return reader(name, ColumnNames(lat, lon, label), chunk_rows)


def read_sites(stream: SiteStream) -> SiteTable:
    """Return all of a stream as one table.

    Raises
    ------
    PlaceError
        If a row has no valid position: one line for each such row.
    DocumentError
        If the file cannot be read.
    """
    stream.require_names()
    path, columns = Path(stream.name), stream.layout.columns
    refuse_large_table(columns, path, stream.n_rows or 0)
    chunks: list[Chunk] = []
    n_rows = 0
    for task in stream.tasks():
        for chunk in stream.chunks(task):
            chunks.append(chunk)
            n_rows += chunk.n_rows
            refuse_large_table(columns, path, n_rows)
    refuse_rejects(stream.name, [reject for chunk in chunks for reject in chunk.rejects])
    tables = [chunk.take(np.arange(len(chunk.lon))) for chunk in chunks]
    return SiteTable(
        names=tuple(name for table in tables for name in table.names),
        ids=tuple(key for table in tables for key in table.ids),
        kinds=tuple(kind for table in tables for kind in table.kinds),
        lon=np.concatenate([np.empty(0), *(table.lon for table in tables)]),
        lat=np.concatenate([np.empty(0), *(table.lat for table in tables)]),
        precision_m=np.concatenate([np.empty(0), *(table.precision_m for table in tables)]),
        columns=stream.layout.columns,
        rows=tuple(row for table in tables for row in table.rows),
        untyped=stream.untyped,
    )


def _require_pyarrow(name: str) -> None:
    if _is_limited():
        # pyarrow's own allocator reserves a GiB of address space, whether needed or not.
        os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    try:
        import_module("pyarrow")
    except ImportError as error:
        extra = "remote" if "://" in name else "parquet"
        raise DocumentError(
            f'reading files of sites in chunks needs pyarrow; pip install "rangemap[{extra}]"'
        ) from error


def _is_limited() -> bool:
    """Whether the address space of this process is limited, as by `ulimit -v`."""
    try:
        import resource  # not on every platform
    except ImportError:
        return False
    return resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY
