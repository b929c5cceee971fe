"""Choose the reader for a file by its name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rangemap.errors import DocumentError
from rangemap.importing.decisions import ImportLog
from rangemap.importing.tables import Field, with_header
from rangemap.sites.formats import DELIMITED, PARQUET, suffix_of
from rangemap.sites.raw import RawTable
from rangemap.sites.readers import READERS
from rangemap.sites.readers.delimited import read_delimited
from rangemap.sites.readers.excel import EXCEL, read_excel
from rangemap.sites.readers.parquet import read_parquet
from rangemap.sites.readers.vector import read_vector

_PLACES = {**READERS, ".gpkg": read_vector, ".fgb": read_vector}


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
    suffix = suffix_of(log.path.name)
    if suffix in DELIMITED:
        return with_header(read_delimited(log), fields, key_field, log)
    if suffix in EXCEL:
        return with_header(read_excel(log), fields, key_field, log)
    if suffix in PARQUET:
        return _with_dates(read_parquet(log))
    if places and suffix in _PLACES:
        return _with_dates(_PLACES[suffix](log))
    known = (*DELIMITED, *EXCEL, *PARQUET, *(_PLACES if places else ()))
    raise DocumentError(f"{log.path}: unknown file type {suffix!r}; expected {', '.join(known)}")


def _with_dates(table: RawTable) -> RawTable:
    """Return a table in which midnight, as formats without dates write them, is a date."""
    rows = (replace(row, cells=tuple(map(_date_of, row.cells))) for row in table.rows)
    return replace(table, rows=tuple(rows))


def _date_of(cell: Any) -> Any:
    return cell.date() if isinstance(cell, dt.datetime) and cell.time() == dt.time() else cell
