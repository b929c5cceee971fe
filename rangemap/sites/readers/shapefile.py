"""The text encoding of a shapefile: given, declared beside it, or valid UTF-8; never a guess.

GDAL takes undeclared text for Latin-1, which turns every other script into nonsense. It therefore
reads bytes here, as Latin-1 characters of the same numbers, and this module decodes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from rangemap.sites.raw import shortened
from rangemap.sites.readers.encodings import (
    find_encoding,
    first_non_ascii_word,
    given_encoding,
    readings,
)
from rangemap.sites.readers.log import ReadLog

BYTES: Final = "ISO-8859-1"
"""The encoding in which GDAL returns every byte as one character."""

_LANGUAGE_BYTE: Final = 29
_LONGEST_DECLARATION: Final = 64
_MOST_SAMPLES: Final = 200
_CONTROLS: Final = re.compile("[\x80-\x9f]")
_PAGES_OF_LANGUAGE: Final = {
    437: (0x01, 0x0B, 0x0D, 0x0F, 0x11, 0x15, 0x18, 0x19, 0x1B), 737: (0x6A, 0x86),
    850: (0x02, 0x0A, 0x0E, 0x10, 0x12, 0x14, 0x16, 0x1A, 0x1D, 0x25, 0x37),
    852: (0x1F, 0x22, 0x23, 0x40, 0x64, 0x87), 857: (0x6B, 0x88), 860: (0x24,), 861: (0x67,),
    863: (0x1C, 0x6C), 865: (0x08, 0x17, 0x66), 866: (0x26, 0x65), 874: (0x50, 0x7C),
    932: (0x13, 0x7B), 936: (0x4D, 0x7A), 949: (0x4E, 0x79), 950: (0x4F, 0x78), 1250: (0xC8,),
    1251: (0xC9,), 1252: (0x03, 0x58, 0x59), 1253: (0xCB,), 1254: (0xCA,), 1257: (0xCC,),
    10007: (0x96,),
}  # fmt: skip
"""Code pages by the language byte of a .dbf file, as in GDAL; 0x57, "the system's", declares none."""
_PAGE_OF_BYTE: Final = {byte: page for page, known in _PAGES_OF_LANGUAGE.items() for byte in known}
_NAMED_PAGES: Final = {
    932: "cp932", 936: "gbk", 949: "cp949", 950: "cp950", 10000: "mac-roman", 10006: "mac-greek",
    10007: "mac-cyrillic", 20866: "koi8-r", 21866: "koi8-u", 54936: "gb18030", 65001: "utf-8",
}  # fmt: skip


def decode_text(
    path: Path, columns: Sequence[str], fields: Sequence[Any], log: ReadLog
) -> tuple[tuple[str, ...], list[list[Any]]]:
    """Decode the text of a shapefile that was read as `BYTES`.

    Parameters
    ----------
    path : Path
        The .shp file, which has been checked.
    columns, fields : sequence
        The names of its fields, and for each field the values of all features.
    log : ReadLog
        Has the encoding if one is given, and receives the one that is used.

    Raises
    ------
    DocumentError
        If there are bytes beyond ASCII without a declared encoding that fits them.
    """
    texts = [name for name in columns if not name.isascii()]
    texts += (value for field in fields for value in field if _is_open(value))
    declared, source = _declared(path)
    given = log.options.encoding
    if given is not None:
        decode = _decoder(given_encoding(given, log), f"the encoding {given}", texts, log)
        log.note("encoding", given, _how("given", map(decode, texts)))
    elif not texts:
        return tuple(columns), [list(field) for field in fields]
    elif declared is not None:
        decode = _decoder(declared, source, texts, log)
        log.note("encoding", declared, _how(source, map(decode, texts)))
    else:
        decode = _decoder("utf-8", "UTF-8, and it has no valid .cpg file", texts, log)
        log.note("encoding", "UTF-8", _how("all valid", map(decode, texts)))
    return (
        tuple(decode(name) for name in columns),
        [[decode(value) if _is_open(value) else value for value in field] for field in fields],
    )


def _is_open(value: Any) -> bool:
    return isinstance(value, str) and not value.isascii()


def _how(reason: str, texts: Iterable[str]) -> str:
    sample = next(filter(None, map(first_non_ascii_word, texts)), "")
    return f"{reason}; {shortened(sample)}" if sample else reason


def _decoder(
    encoding: str, source: str, texts: Sequence[str], log: ReadLog
) -> Callable[[str], str]:
    """Return the decoder of some text, after checking that it fits all of it."""

    def decode(text: str) -> str:
        content = text.encode("latin-1")
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            # Programs cut text at the width of a field, even within a letter.
            if error.end == len(content) and 0 < error.start >= len(content) - 3:
                return content[: error.start].decode(encoding)
            raise

    for text in texts:
        try:
            fits = not _CONTROLS.search(decode(text))
        except UnicodeDecodeError:
            fits = False
        if not fits:
            sample = b"\n".join(text.encode("latin-1") for text in islice(texts, _MOST_SAMPLES))
            raise log.undecided(
                f"its text is not {source}",
                f"specify the encoding with --encoding NAME: {', '.join(readings(sample))}",
                "--encoding NAME",
            )
    return decode


def _declared(path: Path) -> tuple[str | None, str]:
    """Return the encoding that the .cpg file or the .dbf file declares, and which of them does."""
    for suffix in (".cpg", ".CPG"):
        text = _start_of(path.with_suffix(suffix), _LONGEST_DECLARATION)
        name = _encoding_named(text.decode("ascii", "ignore").strip()) if text else None
        if name is not None:
            return name, f"{name}, which its {suffix} declares"
    for suffix in (".dbf", ".DBF"):
        header = _start_of(path.with_suffix(suffix), _LANGUAGE_BYTE + 1)
        page = _PAGE_OF_BYTE.get(header[-1]) if len(header) > _LANGUAGE_BYTE else None
        if page is not None:
            name = _encoding_of_page(page)
            return name, f"{name}, which its {suffix} declares"
    return None, ""


def _start_of(path: Path, n_bytes: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(n_bytes)
    except OSError:
        return b""


def _encoding_named(text: str) -> str | None:
    """Return Python's name of an encoding as .cpg files write it, or None if it is unknown.

    Examples
    --------
    >>> [_encoding_named(text) for text in ("1251", "ANSI 1252", "88595", "UTF-8", "System")]
    ['cp1251', 'cp1252', 'iso8859-5', 'utf-8', None]
    """
    if iso := re.fullmatch(r"(?:iso)?[ _-]*8859[ _-]*([0-9]{1,2})", text, re.IGNORECASE):
        return find_encoding(f"iso8859-{iso[1]}")
    if page := re.fullmatch(
        r"(?:ansi|oem|cp|windows|ibm|ms)?[ _-]*([0-9]{3,5})", text, re.IGNORECASE
    ):
        return _encoding_of_page(int(page[1]))
    return find_encoding(text) if text else None


def _encoding_of_page(page: int) -> str | None:
    return find_encoding(_NAMED_PAGES.get(page, f"cp{page}"))
