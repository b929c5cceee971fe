"""Whether a Parquet column of bytes can be read as it is, because it cannot unpack without limit.

Columns of texts are read as dictionaries, so that a text which many rows repeat is counted before
it is unpacked. That takes five times as long where every value differs, as positions do. It
is not needed if no page repeats long values: each is either plain, so that it contains
its values, or refers to a dictionary of values that are all as short as a point. What the file's
metadata say of its pages may be wrong, so the header of every page is read.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import IO, Any, Final

import numpy as np

_HEADER_BYTES: Final = 4096
_LARGEST_DICTIONARY: Final = 2**25
_LONGEST_VALUE: Final = 64
_DEEPEST: Final = 4
_DATA, _DICTIONARY, _DATA_V2 = 0, 2, 3
_ENCODINGS: Final = (0, 2, 8)  # plain, and references to a dictionary
_MOST_PAGES: Final = 20_000
_CODECS: Final = ("SNAPPY", "ZSTD", "GZIP")  # others have variants


def repeats_no_long_values(file: IO[bytes], metadata: Any, column: int) -> bool:
    """Return whether every page of a column is plain or refers to a dictionary of short values.

    ``metadata`` is pyarrow's; unusual columns, of which this cannot be found out, are not.
    """
    chunks = (metadata.row_group(n).column(column) for n in range(metadata.num_row_groups))
    try:
        return all(_chunk_is_plain(file, chunk) for chunk in chunks)
    except (ValueError, IndexError, KeyError, TypeError, struct.error, OSError):
        return False


def _chunk_is_plain(file: IO[bytes], chunk: Any) -> bool:
    """Whether the pages of a column in a row group fill its place and cannot unpack without limit."""
    start, first = chunk.data_page_offset, chunk.dictionary_page_offset
    if chunk.has_dictionary_page and first is not None and 0 < first < start:
        start = first
    position, end, n_values = start, start + chunk.total_compressed_size, 0
    for _ in range(_MOST_PAGES):
        if position >= end:
            break
        file.seek(position)
        header, header_size = _parse_struct(file.read(_HEADER_BYTES), 0)
        kind, unpacked_size, size = header[1], header[2], header[3]
        if size < 0:
            return False
        if kind == _DICTIONARY and position == start and size <= _LARGEST_DICTIONARY:
            file.seek(position + header_size)
            if not _values_are_short(file.read(size), unpacked_size, chunk.compression):
                return False
        elif kind in {_DATA, _DATA_V2}:
            page = header[5 if kind == _DATA else 8]
            n_values += page[1]
            if page[2 if kind == _DATA else 4] not in _ENCODINGS:
                return False
        else:
            return False
        position += header_size + size
    return bool(position == end and n_values == chunk.num_values)


def _values_are_short(page: bytes, size: int, compression: str) -> bool:
    """Return whether a dictionary's values, each after its length, are short and equally long."""
    import pyarrow as pa

    if not 0 <= size <= _LARGEST_DICTIONARY:
        return False
    if compression in _CODECS:
        page = pa.Codec(compression.lower()).decompress(page, size, asbytes=True)
    elif compression != "UNCOMPRESSED":
        return False
    if not page:
        return True
    (length,) = struct.unpack_from("<i", page)
    if not 0 <= length <= _LONGEST_VALUE or len(page) % (length + 4):
        return False
    records = np.frombuffer(page, np.dtype([("length", "<i4"), ("value", f"V{length}")]))
    return bool((records["length"] == length).all())


def _parse_struct(octets: bytes, at: int, depth: int = 0) -> tuple[dict[int, Any], int]:
    """Parse a structure in Thrift's compact protocol: its fields by number, and where it ends."""
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    fields: dict[int, Any] = {}
    number = 0
    while octets[at]:
        step, kind = octets[at] >> 4, octets[at] & 0x0F
        at += 1
        if step:
            number += step
        else:
            number, at = _parse_integer(octets, at)
        fields[number], at = _parse_value(octets, at, kind, depth)
    return fields, at + 1


def _parse_value(octets: bytes, at: int, kind: int, depth: int) -> tuple[Any, int]:
    if kind in {1, 2}:
        return kind == 1, at
    if kind == 8:
        size, at = _parse_natural(octets, at)
        return None, at + size
    parse = _PARSERS.get(kind)
    if parse is not None:
        return parse(octets, at)
    if kind == 12:
        return _parse_struct(octets, at, depth + 1)
    raise ValueError("not part of a page header")


def _parse_natural(octets: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (octets[at] & 0x7F) << shift
        shift += 7
        at += 1
        if octets[at - 1] < 0x80:
            return value, at


def _parse_integer(octets: bytes, at: int) -> tuple[int, int]:
    value, at = _parse_natural(octets, at)
    return (value >> 1) ^ -(value & 1), at


_PARSERS: Final[dict[int, Callable[[bytes, int], tuple[int, int]]]] = {
    3: lambda octets, at: (octets[at], at + 1),
    **dict.fromkeys((4, 5, 6), _parse_integer),
}
