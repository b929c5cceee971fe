"""Text encodings: the ones that can be given, and which of them make letters of some bytes."""

from __future__ import annotations

import codecs
import re
import unicodedata
from itertools import pairwise
from typing import Final

from rangemap.sites.readers.log import ReadLog

ENCODINGS: Final = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "ascii",
    *(f"cp125{digit}" for digit in range(9)),
    *(f"iso8859-{part}" for part in (*range(1, 12), *range(13, 17))),
    "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "mac-greek", "cp437", "cp720", "cp737", "cp850",
    "cp852", "cp857", "cp860", "cp861", "cp862", "cp863", "cp864", "cp865", "cp866", "cp874", "shift_jis",
    "cp932", "euc_jp", "gbk", "gb18030", "big5", "cp950", "euc_kr", "cp949",
)  # fmt: skip
"""The encodings that can be given."""

_CANDIDATES: Final = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "koi8-r", "cp866", "cp850",
    "gb18030", "big5", "shift_jis", "euc_kr", "mac-roman", "mac-cyrillic",
)  # fmt: skip
_SAMPLE_LINES: Final = 200
_SAMPLE_BYTES: Final = 100_000
_LONGEST_WORD: Final = 24
_MOST_READINGS: Final = 5
_CLEAR_SHARE: Final = 0.9
"""Share of the words that must consist of letters."""

_AROUND: Final = "‘’“”„«»–—…°\N{NO-BREAK SPACE}.()'"
"""Punctuation before or after a word."""

_WITHIN: Final = "’‘·–"
"""Punctuation between letters."""

_EAST_ASIAN: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL"})
_HALF_WIDTH: Final = re.compile("[\uff61-\uffdc]")


def find_encoding(name: str) -> str | None:
    """Return Python's name of an encoding that can be given, or None for any other name.

    Examples
    --------
    >>> find_encoding("CP1251"), find_encoding("ISO-8859-1"), find_encoding("rot13")
    ('cp1251', 'iso8859-1', None)
    """
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return found if found in _known() else None


def _known() -> frozenset[str]:
    return frozenset(codecs.lookup(name).name for name in ENCODINGS)


def given_encoding(name: str, log: ReadLog) -> str:
    """Return Python's name of the encoding that was given, or refuse it."""
    encoding = find_encoding(name)
    if encoding is None:
        raise log.refusal(f"encoding {name!r} is unknown; expected one of {', '.join(ENCODINGS)}")
    return encoding


def count_lines(content: bytes) -> int:
    """Return the number of line ends: LF, CR or both."""
    return content.count(b"\n") + len(re.findall(rb"\r(?!\n)", content))


def first_non_ascii_word(text: str) -> str:
    """Return the first word with a non-ASCII character, cut to a length that can be shown."""
    found = re.search(r"[^\x00-\x7f]", text)
    if found is None:
        return ""
    at = found.start()
    before = re.search(r"\w*\Z", text[max(at - _LONGEST_WORD, 0) : at])
    after = re.match(r"\w*", text[at + 1 : at + _LONGEST_WORD])
    return f"{before[0] if before else ''}{found[0]}{after[0] if after else ''}"


def readings(content: bytes) -> list[str]:
    r"""Return encodings in which the words of a text consist of letters, each with such a word.

    Parameters
    ----------
    content : bytes
        Lines of text that is not UTF-8.

    Returns
    -------
    list of str
        At most five, the most likely first; those that can be decoded at all if none makes
        letters of the bytes.

    Examples
    --------
    >>> readings("Theiß\\rKöflach\\r".encode("mac-roman"))
    ["mac-roman 'Theiß'"]
    """
    lines = [line for line in re.split(rb"[\r\n]+", content) if re.search(rb"[\x80-\xff]", line)]
    sample = b"\n".join(lines[:_SAMPLE_LINES])[:_SAMPLE_BYTES]
    old_mac = b"\r" in content and b"\n" not in content
    found: list[tuple[float, int, str]] = []
    for rank, encoding in enumerate(_CANDIDATES):
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError as error:
            if error.start < len(sample) - 4 or len(sample) < _SAMPLE_BYTES:
                continue
            text = sample[: error.start].decode(encoding)  # the sample was cut within a letter
        words = [word for word in re.findall(r"[^\s,;|\"]+", text) if not word.isascii()]
        share = sum(map(_is_word, words)) / max(len(words), 1)
        preferred = old_mac and encoding == "mac-roman"
        found.append(
            (-share, -1 if preferred else rank, f"{encoding} {first_non_ascii_word(text)!r}")
        )
    found.sort()
    likely = [reading for share, _, reading in found if -share >= _CLEAR_SHARE]
    return (likely or [reading for _, _, reading in found])[:_MOST_READINGS]


def _is_word(word: str) -> bool:
    """Whether text looks like a word: letters of one script, without a capital out of place."""
    word = word.strip(_AROUND)
    letters = [char for char in word if not char.isascii() and char not in _WITHIN]
    if any(char in "ªº" or unicodedata.category(char)[0] not in "LM" for char in letters):
        return False
    if _HALF_WIDTH.search(word):
        return False
    scripts = {
        unicodedata.name(char, "?").split()[0].split("-")[0] for char in word if char.isalpha()
    }
    if len(scripts) > 1 and not scripts <= _EAST_ASIAN:
        return False
    if any(
        one.islower() and other.isupper() and not (one + other).isascii()
        for one, other in pairwise(word)
    ):
        return False
    # Text in another script, read as Latin, has an accent on every letter.
    return not (scripts == {"LATIN"} and 2 < len(letters) == sum(map(str.isalpha, word)))
