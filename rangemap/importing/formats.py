"""Choose the reader for a file by its name."""

from __future__ import annotations

from collections.abc import Sequence

from rangemap.errors import DocumentError
from rangemap.importing.decisions import ImportLog
from rangemap.importing.tables import Field, with_header
from rangemap.sites.formats import DELIMITED, PARQUET, suffix_of
from rangemap.sites.raw import RawTable
from rangemap.sites.readers.delimited import read_delimited
from rangemap.sites.readers.excel import EXCEL, read_excel
from rangemap.sites.readers.kml import read_kml
from rangemap.sites.readers.vector import read_geojson, read_parquet, read_vector

_GEOJSON = (".geojson", ".json")
_KML = (".kml", ".kmz")
_VECTOR = (".gpkg", ".fgb", ".shp", ".zip")


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
        return read_parquet(log)
    if places and suffix in _GEOJSON:
        return read_geojson(log)
    if places and suffix in _KML:
        return read_kml(log)
    if places and suffix in _VECTOR:
        return read_vector(log)
    known = (*DELIMITED, *EXCEL, *PARQUET, *(_GEOJSON + _KML + _VECTOR if places else ()))
    raise DocumentError(f"{log.path}: unknown file type {suffix!r}; expected {', '.join(known)}")
