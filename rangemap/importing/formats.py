"""Choose the reader for a file by its name, or by that of the only readable file in an archive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from rangemap.errors import DocumentError
from rangemap.importing.decisions import ImportLog
from rangemap.importing.header import with_header
from rangemap.importing.tables import Field
from rangemap.sites.formats import DELIMITED, PARQUET, suffix_of
from rangemap.sites.raw import RawTable
from rangemap.sites.readers import READERS
from rangemap.sites.readers.delimited import read_delimited
from rangemap.sites.readers.excel import EXCEL, read_excel
from rangemap.sites.readers.zipped import ZIP, unpacked_only

_TABLES: Final = (*DELIMITED, *EXCEL, *PARQUET)
_PLACES: Final = tuple(suffix for suffix in READERS if suffix not in PARQUET)
_OPTIONS: Final = {
    **dict.fromkeys(DELIMITED, ("encoding", "delimiter", "header_row")),
    **dict.fromkeys(EXCEL, ("sheet", "header_row")),
    ".shp": ("encoding",),
    ".gpkg": ("layer",),
}
"""The options that decide how a format is read."""
_FORMAT_OPTIONS: Final = ("encoding", "delimiter", "sheet", "layer", "header_row")


def read_table(
    log: ImportLog, fields: Sequence[Field], key_field: str, *, places: bool
) -> RawTable:
    """Read a file as a table; the suffix alone determines the format, and ``.gz`` is unpacked.

    Parameters
    ----------
    log : ImportLog
        The file and the decisions given for it.
    fields : sequence of Field
        The fields that its columns may contain.
    key_field : str
        Name of the field by which the header row is found.
    places : bool
        Whether to accept formats with positions too.

    Returns
    -------
    RawTable
        Every row of the file.

    Raises
    ------
    DocumentError
        If the format is unknown, or as its reader.
    """
    if log.path.suffix.lower() != ZIP:
        return _read(log, fields, key_field, places=places)
    original, log.shown = log.path, str(log.path)
    readable = (*_TABLES, *(each for each in _PLACES if places and each != ".kmz"))
    try:
        with unpacked_only(log, readable) as log.path:
            return _read(log, fields, key_field, places=places)
    finally:
        log.path = original


def _read(log: ImportLog, fields: Sequence[Field], key_field: str, *, places: bool) -> RawTable:
    suffix = suffix_of(log.path.name)
    used = _OPTIONS.get(suffix, ())
    log.refuse_unused((each for each in _FORMAT_OPTIONS if each not in used), f"a {suffix} file")
    if suffix in DELIMITED:
        return with_header(read_delimited(log), fields, key_field, log)
    if suffix in EXCEL:
        return with_header(read_excel(log), fields, key_field, log)
    if suffix in PARQUET or (places and suffix in _PLACES):
        return _with_dates(READERS[suffix](log))
    known = (*_TABLES, *(_PLACES if places else ()), ZIP)
    raise DocumentError(f"{log.name}: unknown file type {suffix!r}; expected {', '.join(known)}")


def _with_dates(table: RawTable) -> RawTable:
    """Return a table in which midnight, as formats without dates write them, is a date."""
    rows = (replace(row, cells=tuple(map(_date_of, row.cells))) for row in table.rows)
    return replace(table, rows=tuple(rows))


def _date_of(cell: Any) -> Any:
    return cell.date() if isinstance(cell, dt.datetime) and cell.time() == dt.time() else cell
