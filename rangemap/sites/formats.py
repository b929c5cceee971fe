"""Formats of files of sites: suffix, delimiter, geometry column and reference system.

All readers of sites use this module: those of small files, of large files and of imports.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from rangemap.errors import PlaceError
from rangemap.io.crs import check_crs, refuse_unknown_crs
from rangemap.limits import LONGEST_FIELD, LONGEST_LINE, MOST_LINES

DELIMITED: Final = (".csv", ".tsv", ".txt", ".dat")
PARQUET: Final = (".parquet", ".geoparquet", ".pq")

_LONGEST_SHOWN: Final = 40


def suffix_of(name: str) -> str:
    """Return the suffix of a file name or address in lower case, ignoring ``.gz``.

    Examples
    --------
    >>> suffix_of("a.b/Sites.CSV.gz"), suffix_of("s3://bucket/x.parquet"), suffix_of("a.csv/x")
    ('.csv', '.parquet', '')
    """
    parts = [f".{part.lower()}" for part in re.split(r"[/\\]", name)[-1].split(".")[1:]]
    return next((part for part in reversed(parts) if part != ".gz"), "")


def open_rows(text: str, *, name: str) -> tuple[Any, tuple[str, ...]]:
    r"""Detect the delimiter of delimited text from its first line, and read its header.

    Returns
    -------
    csv.reader
        At the first row after the header; its ``dialect`` has the delimiter.
    tuple of str
        The fields of the header, unchanged.

    Raises
    ------
    PlaceError
        If there is no header, or it is not well-formed.

    Examples
    --------
    >>> rows, header = open_rows("name;lat;lon\nA, B;1;2\n", name="x.csv")
    >>> header, rows.dialect.delimiter, list(rows)
    (('name', 'lat', 'lon'), ';', [['A, B', '1', '2']])
    """
    first = text[: text.find("\n") if "\n" in text else len(text)]
    delimiter = max("\t;,", key=first.count)
    rows = csv_reader(text, delimiter, name=name)
    try:
        header = next(rows, None)
    except csv.Error as error:
        raise PlaceError(f"{name}:1: not well-formed CSV: {error}") from error
    if not header or not any(header):
        raise PlaceError(f"{name}: is empty; expected a header line and rows")
    return rows, tuple(header)


def csv_reader(text: str, delimiter: str, *, name: str) -> Any:
    """Return a strict reader of delimited text whose lines and fields are limited in length."""
    csv.field_size_limit(LONGEST_FIELD)
    return csv.reader(text_lines(text, name=name), delimiter=delimiter, strict=True)


def text_lines(text: str, *, name: str) -> Iterator[str]:
    """Yield the lines of a text with their line ends; refuse too long a line or too many lines."""
    # Blank lines are not rows but take time; old files have only carriage returns.
    if max(text.count("\n"), text.count("\r")) > MOST_LINES:
        raise PlaceError(f"{name}: more than {MOST_LINES:,} lines; split it")
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        if len(line) > LONGEST_LINE:
            raise PlaceError(
                f"{name}:{number}: a line of {len(line):,} characters; expected at most"
                f" {LONGEST_LINE:,}; check the line endings"
            )
        yield line


_GEOARROW_POINTS: Final = {"geoarrow.point", "geoarrow.wkb", "ogc.wkb"}
_EXTENSION: Final = (b"ARROW:extension:name", b"ARROW:extension:metadata")


class GeoColumn(NamedTuple):
    """The geometry column of a GeoParquet file, and its bounding box columns."""

    name: str | None = None
    boxes: tuple[str, ...] = ()


@contextmanager
def _well_formed(name: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise PlaceError(f"{name}: malformed GeoParquet metadata; write the file again") from error


def geo_metadata(metadata: bytes, *, name: str) -> tuple[str, Mapping[str, Any]]:
    """Return the primary geometry column and its entry in the ``geo`` metadata of GeoParquet.

    Raises
    ------
    PlaceError
        If the text is malformed.
    """
    with _well_formed(name):
        content = json.loads(metadata)
        primary = str(content["primary_column"])
        column = content["columns"][primary]
        if not isinstance(column, dict):
            raise TypeError(type(column))
        return primary, column


def geo_column(metadata: bytes, *, encodings: Sequence[str], name: str) -> GeoColumn:
    """Read a Parquet file's ``geo`` metadata.

    Parameters
    ----------
    metadata : bytes
        The JSON text of GeoParquet 1.0 or 1.1.
    encodings : sequence of str
        The encodings that the caller can read.
    name : str
        The file, for errors.

    Raises
    ------
    PlaceError
        If the text is malformed, or the encoding or reference system is not supported.
    """
    primary, column = geo_metadata(metadata, name=name)
    with _well_formed(name):
        encoding, covering = column["encoding"], column.get("covering")
        boxes = dict.fromkeys(box[0] for box in covering["bbox"].values()) if covering else {}
    if encoding not in encodings:
        encoding_text = str(encoding)[:_LONGEST_SHOWN]
        raise PlaceError(f"{name}: geometry is encoded as {encoding_text!r}; expected {' or '.join(encodings)}")  # fmt: skip
    if "crs" in column:  # without one it is WGS 84, by the specification
        if column["crs"] is None:
            raise refuse_unknown_crs(name)
        check_crs(_crs_name(column["crs"]), name=name)
    return GeoColumn(primary, tuple(boxes))


def geoarrow_column(schema: Any, *, name: str) -> GeoColumn:
    """Return the first column of points or WKB that a schema marks as GeoArrow, if there is one.

    Parameters
    ----------
    schema : pyarrow.Schema
        That of a file without ``geo`` metadata.
    name : str
        The file, for errors.

    Raises
    ------
    PlaceError
        If its reference system is not WGS 84, or stated as unknown.
    """
    for field in schema:
        extension, details = extension_of(field)
        if extension not in _GEOARROW_POINTS:
            continue
        with _well_formed(name):
            content = json.loads(details) if details else {}
            if not isinstance(content, dict):
                raise TypeError(type(content))
            is_stated = "crs" in content
            crs = content["crs"] if is_stated else None
        if is_stated:
            if crs is None:
                raise refuse_unknown_crs(name)
            check_crs(_text_code(crs) if isinstance(crs, str) else _crs_name(crs), name=name)
        return GeoColumn(field.name)
    return GeoColumn()


def extension_of(field: Any) -> tuple[str, str]:
    """Return the name of the extension type of an Arrow field, and its metadata."""
    if hasattr(field.type, "extension_name"):
        details = field.type.__arrow_ext_serialize__().decode("utf-8", "replace")
        return field.type.extension_name, details
    name, details = ((field.metadata or {}).get(key, b"") for key in _EXTENSION)
    return name.decode("utf-8", "replace"), details.decode("utf-8", "replace")


def _text_code(crs: str) -> str:
    """Return the code of a reference system in one of the other forms of GeoArrow: a code, an SRID or WKT."""
    if re.fullmatch(r"[0-9]{1,6}", crs):
        return f"EPSG:{crs}"
    wkt = re.search(r'(?:ID|AUTHORITY)\["([A-Za-z]+)",\s*"?([0-9A-Za-z]+)"?\]\s*\]\s*$', crs)
    return f"{wkt[1]}:{wkt[2]}" if wkt else crs.upper() or "an unknown reference system"


def _crs_name(crs: Any) -> str:
    """Return the code of a PROJJSON reference system; one without a code is unknown."""
    code = crs.get("id") if isinstance(crs, dict) else None
    if isinstance(code, dict):
        return f"{code.get('authority')}:{code.get('code')}"
    return "an unknown reference system"
