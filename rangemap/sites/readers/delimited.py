"""Delimited text: encoding and delimiter are detected, or required as options if unclear."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final

from rangemap.io.files import read_bytes
from rangemap.limits import LARGEST_IMPORT, MOST_ROWS
from rangemap.sites.formats import csv_reader
from rangemap.sites.raw import Row, shortened
from rangemap.sites.readers.encodings import (
    count_lines,
    first_non_ascii_word,
    given_encoding,
    readings,
)
from rangemap.sites.readers.log import ReadLog

_DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SAMPLE_LINES: Final = 200
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_BINARY: Final = {b"PK\x03\x04": "a zip archive (.xlsx?)", b"\xd0\xcf\x11\xe0": "an old .xls file"}


def read_delimited(log: ReadLog) -> list[Row]:
    """Read a delimited text file as rows of text; a row's number is that of its first line.

    Raises
    ------
    DocumentError
        If the encoding or delimiter is unclear, or a quote is not closed.
    """
    text = _decode(read_bytes(log.path, largest=LARGEST_IMPORT), log)
    if n_lost := text.count("\N{REPLACEMENT CHARACTER}"):
        log.note("damage", f"{n_lost} characters U+FFFD", "text was lost before it was saved")
    first = 1
    if line := re.match(r'"?sep=([^\r\n])"?(\r\n|\r|\n)', text, re.IGNORECASE):
        text, first = text[line.end() :], 2
        delimiter = line[1]
        log.note("delimiter", _delimiter_name(delimiter), "from the first line of the file")
    if log.options.delimiter is not None:
        delimiter = log.options.delimiter
        log.note("delimiter", _delimiter_name(delimiter), "given")
    elif first == 1:
        delimiter = _find_delimiter(text, log)
    rows: list[Row] = []
    start = 0
    reader = csv_reader(text, delimiter, name=log.name)
    try:
        for cells in reader:
            if len(rows) == MOST_ROWS:
                raise log.refusal(f"has more than {MOST_ROWS:,} rows; split it")
            rows.append(Row(start + first, tuple(cells)))
            start = reader.line_num
    except csv.Error as error:
        problem = "a quote is never closed" if "end of data" in str(error) else str(error)
        raise log.refusal(
            f"row {start + first}: not well-formed: {problem}; double a quote inside quotes"
        ) from error
    return rows


def _decode(content: bytes, log: ReadLog) -> str:
    for signature, label in _BINARY.items():
        if content.startswith(signature):
            raise log.refusal(f"is {label} by its content; rename it with that suffix")
    given = log.options.encoding
    if given is not None:
        return _decode_given(content, given, log)
    for mark, encoding, label in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            text = _decode_strictly(content, encoding, log).removeprefix("\ufeff")
            log.note("encoding", label, "its byte order mark", encoding=encoding)
            return text
    if content.count(0) * 10 > len(content):
        guess = "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
        raise log.undecided(
            "has no byte order mark and many zero bytes",
            f"use --encoding {guess} if it is UTF-16",
            f"--encoding {guess}",
        )
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _unknown_encoding(content, error, log) from error
    n_non_ascii = len(text) - len(text.encode("ascii", "ignore"))
    sample = first_non_ascii_word(text)
    how = (
        f"{n_non_ascii} non-ASCII character{'s' if n_non_ascii > 1 else ''}, all valid: {shortened(sample)}"
        if sample
        else "ASCII only"
    )
    log.note("encoding", "UTF-8", how)
    return text


def _decode_given(content: bytes, given: str, log: ReadLog) -> str:
    encoding = given_encoding(given, log)
    text = _decode_strictly(content, encoding, log).removeprefix("\ufeff")
    sample = first_non_ascii_word(text)
    log.note("encoding", given, f"given; {shortened(sample)}" if sample else "given")
    return text


def _decode_strictly(content: bytes, encoding: str, log: ReadLog) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise log.undecided(
            f"row {_line_of(content, error)}: byte 0x{content[error.start]:02x} is not {encoding}",
            "specify the encoding with --encoding NAME",
            "--encoding NAME",
        ) from error


def _unknown_encoding(content: bytes, error: UnicodeDecodeError, log: ReadLog) -> Exception:
    return log.undecided(
        f"row {_line_of(content, error)}: byte 0x{content[error.start]:02x} is not UTF-8",
        f"specify the encoding with --encoding NAME: {', '.join(readings(content))}",
        "--encoding NAME",
    )


def _line_of(content: bytes, error: UnicodeDecodeError) -> int:
    return count_lines(content[: error.start]) + 1


def _find_delimiter(text: str, log: ReadLog) -> str:
    """Return the delimiter: the one that splits every row alike, or the only one present."""
    if "\n" not in text and "\r" not in text and not text.strip():
        raise log.refusal("is empty; expected a line of column names, and rows")
    counts = {char: list(_widths(text, char, log)) for char in _DELIMITERS}
    wide = {char: widths for char, widths in counts.items() if max(widths, default=1) > 1}
    if not wide:
        log.note("delimiter", "none", "no comma, semicolon, tab or bar: one column")
        return ","
    even = [char for char, widths in wide.items() if len(set(widths)) == 1]
    found = even if len(even) == 1 else list(wide)
    if len(found) > 1:
        found = [char for char in found if Counter(wide[char]).most_common(1)[0][0] > 1]
        best = [char for char in found if _modal_share(wide[char]) > _CLEAR_SHARE]
        found = best if len(best) == 1 else found
    if len(found) != 1:
        fields = ", ".join(f"{_delimiter_name(char)} {_width_range(wide[char])}" for char in wide)
        raise log.undecided(
            f"delimiter is unclear (fields per row: {fields})",
            "use --delimiter CHAR",
            "--delimiter CHAR",
        )
    char = found[0]
    log.note(
        "delimiter",
        _delimiter_name(char),
        f"{_width_range(wide[char])} fields per row",
        delimiter=char,
    )
    return char


_CLEAR_SHARE: Final = 0.9


def _modal_share(widths: list[int]) -> float:
    return Counter(widths).most_common(1)[0][1] / len(widths)


def _width_range(widths: list[int]) -> str:
    low, high = min(widths), max(widths)
    return str(low) if low == high else f"{low} to {high}"


def _widths(text: str, delimiter: str, log: ReadLog) -> Iterator[int]:
    reader = csv_reader(text, delimiter, name=log.name)
    try:
        for cells in islice(reader, _SAMPLE_LINES):
            if any(cell.strip() for cell in cells):
                yield len(cells)
    except csv.Error:
        return


def _delimiter_name(delimiter: str) -> str:
    return _DELIMITERS.get(delimiter, repr(delimiter))
