"""Control characters in untrusted text: how they are refused or replaced, in every output.

*Control characters* here are those of ASCII and Latin-1, line and paragraph separators, bidi
formatting characters (U+202A to 202E, U+2066 to 2069, which can display ``300`` as 003), unpaired
surrogates, noncharacters and the byte order mark. They are refused in hand-written text and
replaced by `sanitised` in the names of a sites file.
"""

from __future__ import annotations

import locale
import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from typing import Final
from urllib.parse import quote, unquote, urlsplit

_CONTROL_CATEGORIES: Final = {"Cc", "Cs", "Zl", "Zp"}
_BIDI_FORMATTING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REPLACEMENT: Final = "\ufffd"
_BYTE_ORDER_MARK: Final = "\ufeff"  # invisible, and not allowed in a PDF


def is_control(char: str) -> bool:
    r"""Return whether a character is a control or bidi formatting character.

    Examples
    --------
    >>> [is_control(char) for char in ("a", "\u200f", "\x1b", "\u2028", "\u202e", "\ufffe")]
    [False, False, True, True, True, True]
    """
    code = ord(char)
    return (
        unicodedata.category(char) in _CONTROL_CATEGORIES
        or char in _BIDI_FORMATTING
        or char == _BYTE_ORDER_MARK
        or code & 0xFFFE == 0xFFFE  # the last two of each plane
        or 0xFDD0 <= code <= 0xFDEF
    )


def first_control(text: str) -> str | None:
    r"""Return the first control character in a text, or None.

    Examples
    --------
    >>> first_control("Fateh-110 \x9b2J")
    '\x9b'
    """
    if text.isprintable():
        return None
    return next((char for char in text if is_control(char)), None)


def sanitised(text: str) -> str:
    r"""Return text that is safe to display.

    Line breaks and tabs become spaces, byte order marks are removed, and other control
    characters become U+FFFD.

    Examples
    --------
    >>> sanitised("Al Asad\n\x1b[2J")
    'Al Asad \ufffd[2J'
    """
    if text.isprintable():
        return text
    return "".join(
        char if not is_control(char) else " " if char.isspace() else _REPLACEMENT
        for char in text.replace(_BYTE_ORDER_MARK, "")
    )


FIRST_STRONG_ISOLATE: Final = "\u2068"
POP_ISOLATE: Final = "\u2069"
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})


def isolated(name: str) -> str:
    r"""Return a name in Unicode isolates if it has right-to-left letters.

    Without isolates such a name reorders the figure next to it: ``1,500 km`` is displayed as
    ``km 1,500``.

    Examples
    --------
    >>> isolated("Fateh-110"), isolated("عين")
    ('Fateh-110', '\u2068عين\u2069')
    """
    if name.isascii() or not any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in name):
        return name
    return f"{FIRST_STRONG_ISOLATE}{name}{POP_ISOLATE}"


_MOST_NAMES: Final = 12


def name_some(names: Iterable[str], most: int = _MOST_NAMES) -> str:
    """List the first names and the number of the others.

    Examples
    --------
    >>> name_some(["Erbil", "Baghdad", "Basra"], most=2)
    'Erbil, Baghdad and 1 more'
    """
    every = list(names)
    shown = ", ".join(isolated(name) for name in every[:most])
    more = len(every) - most
    if more > 0:
        return f"{shown} and {more:,} more" if shown else f"{more:,}"
    return shown


_WEB_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'\\]+", re.IGNORECASE)

_PLAIN_ADDRESS: Final = re.compile(
    r"https?://(?:[a-z0-9-]+\.)+[a-z]+(?:[/?][!#-&(-;=?-\[\]-~]*)?", re.IGNORECASE | re.ASCII
)
"""The form of most addresses, which need no further look."""


def is_web_address(text: str) -> bool:
    """Return whether text may become a link: http or https, a host, and no unsafe characters.

    Examples
    --------
    >>> [is_web_address(t) for t in ("https://a.org/b", "javascript:alert(1)", "http://[", "//a.org")]
    [True, False, False, False]
    """
    if _PLAIN_ADDRESS.fullmatch(text):
        return True
    if not _WEB_ADDRESS.fullmatch(text) or first_control(text) is not None:
        return False
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:  # invalid brackets
        return False


def link_target(url: str) -> str:
    """Return a web address with only the characters that RFC 3986 allows, for documents.

    Word reports a file with other characters in a link as damaged, and PDF links are ASCII.

    Examples
    --------
    >>> link_target("https://a.org/{x}|é?q=1%20#z")
    'https://a.org/%7Bx%7D%7C%C3%A9?q=1%20#z'
    """
    return quote(url, safe="%:/?#[]@!$&'()*+,;=~")


_ENCODED: Final = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")
_READABLE_CATEGORIES: Final = {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd"}
# Letters and marks that are invisible: fillers, joiners, variation selectors.
_INVISIBLE: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)


def readable_address(url: str) -> str:
    """Return a web address with the letters of its path as letters, to be read, printed and copied.

    Browsers encode the letters again. Everything else stays encoded: ASCII characters, which may
    have a meaning in an address, punctuation, spaces, and characters that are invisible or change when a
    text is normalised.

    Examples
    --------
    >>> readable_address("https://a.org/%D8%AE%D8%A8%D8%B1?q=a%20b%2F%E2%80%AE%C3%A9")
    'https://a.org/خبر?q=a%20b%2F%E2%80%AEé'
    """
    shown = _ENCODED.sub(_decoded, url)
    return shown if unicodedata.is_normalized("NFC", shown) else url


def _decoded(match: re.Match[str]) -> str:
    """Decode the letters among some encoded bytes."""
    try:
        text = unquote(match[0], errors="strict")
    except UnicodeDecodeError:
        return match[0]
    return "".join(
        char
        if unicodedata.category(char) in _READABLE_CATEGORIES and not _INVISIBLE.match(char)
        else quote(char)
        for char in text
    )


def site_name(url: str | None) -> str:
    """Return the host name of a web address, without ``www.``.

    Examples
    --------
    >>> site_name("https://www.csis.org/analysis/1?a=b"), site_name(None)
    ('csis.org', '')
    """
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:  # an incomplete IPv6 address
        return ""
    return host.removeprefix("www.")


def shown_title(title: str | None, url: str | None) -> str | None:
    """Return the title of a publication, or None if it has none or it was made from its address."""
    return None if title is None or is_made_from_address(title, url) else title


def is_made_from_address(title: str, url: str | None) -> bool:
    """Return whether a title was made from a web address instead of read in the publication.

    It is one if it is an address itself, or if its words, without a capital letter at the
    beginning and without other punctuation, are words of the address in the same order. A
    headline that only resembles its address has a capital letter or punctuation of its own.

    Examples
    --------
    >>> url = "https://a.org/world/iran-tests-long-range-missile-1151219.html"
    >>> is_made_from_address("iran tests long range missile", url)
    True
    >>> is_made_from_address("Iran tests long-range missile", url)
    False
    >>> is_made_from_address("https://a.org/world", None)
    True
    """
    title = title.strip()
    if _ADDRESS.fullmatch(title):
        return True
    first = next((char for char in title if char.islower() or char.isupper()), "")
    if url is None or not first.islower():
        return False
    address = unquote(url.partition("://")[2])
    if set(_PUNCTUATION.findall(title)) - set(address):
        return False
    words, known = (f" {' '.join(_words(text))} " for text in (title, address))
    return words in known


_ADDRESS: Final = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
_PUNCTUATION: Final = re.compile(r"[^\w\s-]")


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.replace("_", " ")).casefold()
    return re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c)))


# The full-width forms of the four characters are run in East Asian locales.
FORMULA_START: Final = "[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
NUMBER: Final = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_FORMULA: Final = re.compile(f"(?![+-]?{NUMBER}$)'*{FORMULA_START}", re.DOTALL)
_GUARDED: Final = re.compile(f"'+{FORMULA_START}", re.DOTALL)


def guarded(text: str) -> str:
    """Return text that no spreadsheet program runs as a formula.

    Text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break is prefixed with an
    apostrophe, unless it is a number. Such text already prefixed with apostrophes gets one
    more, so that `unguarded` restores it.

    Examples
    --------
    >>> guarded("=1+1"), guarded("'=x"), guarded("-2.5")
    ("'=1+1", "''=x", '-2.5')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that `guarded` was given.

    Examples
    --------
    >>> unguarded("'=1+1"), unguarded("''=x"), unguarded("'Noor'")
    ('=1+1', "'=x", "'Noor'")
    """
    return text[1:] if _GUARDED.match(text) else text


def use_c_locale() -> None:
    """Set a locale in which C libraries compare letters as in English.

    In Turkish, I is not the upper case of i, so GDAL would not recognise many of its own
    names. Python has already chosen its encoding of arguments and file names.
    """
    with suppress(locale.Error):
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
