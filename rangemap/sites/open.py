"""The opener of files of sites, whatever their format and size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rangemap.errors import PlaceError
from rangemap.sites.columns import USUAL_COLUMNS, ColumnNames
from rangemap.sites.formats import DELIMITED, PARQUET, suffix_of
from rangemap.sites.source import CHUNK_ROWS, SiteSource
from rangemap.sites.stream.addresses import reader_errors
from rangemap.sites.stream.delimited import DelimitedSites
from rangemap.sites.stream.parquet import ParquetSites
from rangemap.sites.stream.vector import VectorSites
from rangemap.sites.whole import WHOLE, WholeFile

_READERS: Final[dict[str, Callable[[str, ColumnNames, int], SiteSource]]] = {
    **dict.fromkeys(DELIMITED, DelimitedSites),
    **dict.fromkeys(PARQUET, ParquetSites),
    ".gpkg": VectorSites,
    ".fgb": VectorSites,
    **dict.fromkeys(WHOLE, WholeFile.read),
}
FORMATS: Final = tuple(_READERS)
"""The suffixes of all files of sites."""


def open_sites(
    name: str, columns: ColumnNames = USUAL_COLUMNS, *, chunk_rows: int = CHUNK_ROWS
) -> SiteSource:
    """Open a file of sites.

    Parameters
    ----------
    name : str
        A file name or an address (``s3://``, ``gs://``, ``https://``); its suffix specifies the
        format, and delimited text may be gzipped.
    columns : ColumnNames, optional
        Columns of the position and the name, if they are not the usual ones.
    chunk_rows : int, default 262 144
        Maximum number of rows of a chunk.

    Returns
    -------
    SiteSource
        Its columns are known. Formats that can be read in chunks have not been read yet.

    Raises
    ------
    PlaceError
        If the format is unknown, a column is missing, or only an import can decide how to read it.
    DocumentError
        If the file cannot be read or is not well-formed, or a package is missing.
    """
    suffix = suffix_of(name)
    reader = _READERS.get(suffix)
    if reader is None:
        raise PlaceError(
            f"{name}: unknown kind of site file {suffix!r}; expected {', '.join(FORMATS)}"
        )
    with reader_errors(name):
        return reader(name, columns, chunk_rows)
