"""What a file of sites is: told by its suffix and first bytes, and by what it says of itself.

Every reader of sites asks here, those of small files, of large ones and of imports.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from rangemap.errors import PlaceError
from rangemap.limits import LONGEST_LINE, MOST_LINES

DELIMITED: Final = (".csv", ".tsv", ".txt")
PARQUET: Final = (".parquet", ".geoparquet", ".pq")

_WGS84: Final = {None, "EPSG:4326", "OGC:CRS84"}
_LONGEST_SHOWN: Final = 40


def suffix_of(name: str) -> str:
    """Return the suffix of a file's name or address in small letters, ``.gz`` passed over.

    Examples
    --------
    >>> suffix_of("a.b/Sites.CSV.gz"), suffix_of("s3://bucket/x.parquet"), suffix_of("a.csv/x")
    ('.csv', '.parquet', '')
    """
    parts = [f".{part.lower()}" for part in re.split(r"[/\\]", name)[-1].split(".")[1:]]
    return next((part for part in reversed(parts) if part != ".gz"), "")


def check_crs(crs: str | None, *, name: str) -> None:
    """Refuse another reference system than WGS 84; where none is named, it is taken for that."""
    if crs not in _WGS84:
        raise PlaceError(
            f"{name}: is in {str(crs)[:_LONGEST_SHOWN]}; convert it to EPSG:4326 first"
        )


def open_rows(text: str, *, name: str) -> tuple[Any, tuple[str, ...]]:
    r"""Tell the separator of delimited text by its first line, and read its header.

    Returns
    -------
    csv.reader
        At the first row below the header; its ``dialect`` has the separator.
    tuple of str
        The header's fields as they stand.

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
    rows = csv.reader(text_lines(text, name=name), delimiter=delimiter, strict=True)
    try:
        header = next(rows, None)
    except csv.Error as error:
        raise PlaceError(f"{name}:1: not well-formed CSV: {error}") from error
    if not header or not any(header):
        raise PlaceError(f"{name}: is empty; expected a header line and rows")
    return rows, tuple(header)


def text_lines(text: str, *, name: str) -> Iterator[str]:
    """Yield the lines of a text with their ends; one too long for a row, or too many, are refused."""
    if text.count("\n") > MOST_LINES:  # blank ones make no rows, and take their time
        raise PlaceError(f"{name}: more than {MOST_LINES:,} lines; split it")
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        if len(line) > LONGEST_LINE:
            raise PlaceError(
                f"{name}:{number}: a line of {len(line):,} characters; expected at most"
                f" {LONGEST_LINE:,}; check the line endings"
            )
        yield line


class GeoColumn(NamedTuple):
    """The column of a GeoParquet file that has the positions, and those with boxes around them."""

    name: str | None = None
    boxes: tuple[str, ...] = ()


def geo_column(about: bytes, *, encodings: Sequence[str], name: str) -> GeoColumn:
    """Read a Parquet file's ``geo`` metadata.

    Parameters
    ----------
    about : bytes
        The JSON text of GeoParquet 1.0 or 1.1.
    encodings : sequence of str
        The encodings that the caller reads.
    name : str
        The file, for errors.

    Raises
    ------
    PlaceError
        If the text is malformed, or the encoding or reference system is another.
    """
    try:
        content = json.loads(about)
        primary = str(content["primary_column"])
        column = content["columns"][primary]
        encoding, crs, covering = column["encoding"], column.get("crs"), column.get("covering")
        boxes = dict.fromkeys(box[0] for box in covering["bbox"].values()) if covering else {}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise PlaceError(f"{name}: malformed GeoParquet metadata; write the file again") from error
    if encoding not in encodings:
        shown = str(encoding)[:_LONGEST_SHOWN]
        raise PlaceError(f"{name}: geometry is encoded as {shown!r}; expected {' or '.join(encodings)}")  # fmt: skip
    check_crs(_crs_name(crs), name=name)
    return GeoColumn(primary, tuple(boxes))


def _crs_name(crs: Any) -> str | None:
    """Return a PROJJSON system by its code; one without code is none we know."""
    code = crs.get("id") if isinstance(crs, dict) else None
    if isinstance(code, dict):
        return f"{code.get('authority')}:{code.get('code')}"
    return None if crs is None else "an unknown reference system"
