"""What text from strangers may hold, and what is shown in its place: one rule for every output.

A *control sign* steers what shows a text instead of being shown: the control characters of
ASCII and Latin-1, line and paragraph separators, the signs that turn the direction of writing
(U+202A to 202E, U+2066 to 2069: behind one of them a ``300`` reads as 003), halves of
characters, code points that are no characters, and the byte order mark. Words that people write by hand are refused
with such a sign. The names of a file of sites, which nobody types, get a stand-in by `shown`.
"""

from __future__ import annotations

import locale
import re
import unicodedata
from contextlib import suppress
from typing import Final
from urllib.parse import quote, urlsplit

_STEERING: Final = {"Cc", "Cs", "Zl", "Zp"}
_TURNS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_STAND_IN: Final = "\ufffd"
_BYTE_ORDER: Final = "\ufeff"  # shows nothing; no PDF may hold it


def is_control(sign: str) -> bool:
    r"""Return whether a character steers what shows it.

    Examples
    --------
    >>> [is_control(sign) for sign in ("a", "\u200f", "\x1b", "\u2028", "\u202e", "\ufffe")]
    [False, False, True, True, True, True]
    """
    code = ord(sign)
    return (
        unicodedata.category(sign) in _STEERING
        or sign in _TURNS
        or sign == _BYTE_ORDER
        or code & 0xFFFE == 0xFFFE  # the last two of each plane
        or 0xFDD0 <= code <= 0xFDEF
    )


def first_control(text: str) -> str | None:
    r"""Return the first control sign of a text, or None.

    Examples
    --------
    >>> first_control("Fateh-110 \x9b2J")
    '\x9b'
    """
    if text.isprintable():
        return None
    return next((sign for sign in text if is_control(sign)), None)


def shown(text: str) -> str:
    r"""Return a text as people get to see it.

    Breaks and tabs are spaces, a byte order mark is left out, other control signs are U+FFFD.

    Examples
    --------
    >>> shown("Al Asad\n\x1b[2J")
    'Al Asad \ufffd[2J'
    """
    if text.isprintable():
        return text
    return "".join(
        sign if not is_control(sign) else " " if sign.isspace() else _STAND_IN
        for sign in text.replace(_BYTE_ORDER, "")
    )


FIRST_STRONG_ISOLATE: Final = "\u2068"
POP_ISOLATE: Final = "\u2069"
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})


def isolated(name: str) -> str:
    r"""Return a name in Unicode isolates, if its letters run from right to left.

    For texts that people read. Without isolates such a name turns the figure beside it:
    ``1,500 km`` is drawn as ``km 1,500``.

    Examples
    --------
    >>> isolated("Fateh-110"), isolated("عين")
    ('Fateh-110', '\u2068عين\u2069')
    """
    if name.isascii() or not any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in name):
        return name
    return f"{FIRST_STRONG_ISOLATE}{name}{POP_ISOLATE}"


_WEB_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'\\]+", re.IGNORECASE)


def is_web_address(text: str) -> bool:
    """Return whether a text may become a link: http or https and a host, no sign that ends a link.

    Examples
    --------
    >>> [is_web_address(t) for t in ("https://a.org/b", "javascript:alert(1)", "http://[", "//a.org")]
    [True, False, False, False]
    """
    if not _WEB_ADDRESS.fullmatch(text) or first_control(text) is not None:
        return False
    try:
        return bool(urlsplit(text).hostname)
    except ValueError:  # brackets that hold no address
        return False


def link_target(url: str) -> str:
    """Return a web address with the signs alone that RFC 3986 allows, as documents need it.

    Word takes a file with others in a link for damaged; a PDF's address is ASCII.

    Examples
    --------
    >>> link_target("https://a.org/{x}|é?q=1%20#z")
    'https://a.org/%7Bx%7D%7C%C3%A9?q=1%20#z'
    """
    return quote(url, safe="%:/?#[]@!$&'()*+,;=~")


def site_name(url: str | None) -> str:
    """Return the name of the site that an address belongs to, as its readers write it.

    Examples
    --------
    >>> site_name("https://www.csis.org/analysis/1?a=b"), site_name(None)
    ('csis.org', '')
    """
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:  # half an IPv6 address
        return ""
    return host.removeprefix("www.")


def compare_plainly() -> None:
    """Have the C libraries of this process compare letters as English does.

    In Turkish I is no large i, and GDAL knows half of its own names no longer. Python's
    texts, and how it reads words and names of files, are settled before this.
    """
    with suppress(locale.Error):
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
