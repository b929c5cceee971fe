"""Ids made of names: ASCII, the same each time, one for each record."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Container
from itertools import count
from typing import Final

from rangemap.names import match_key

_LONGEST: Final = 80
_LETTERS: Final = str.maketrans({
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th",
    "\N{LATIN SMALL LETTER DOTLESS I}": "i",
})  # fmt: skip


def slug(name: str, *, kind: str) -> str:
    """Return a name as lower-case ASCII words; one that leaves none is given by its digest.

    Examples
    --------
    >>> slug("Çiğli Air Base (LTBL)", kind="place")
    'cigli-air-base-ltbl'
    >>> slug("جرف الصخر", kind="place")
    'place-0ce5f1d4'
    """
    decomposed = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    letters = "".join(
        sign for sign in decomposed if not unicodedata.combining(sign) and sign not in "'’‘`ʿʾ"
    )
    words = "-".join(re.findall(r"[a-z0-9]+", letters))[:_LONGEST].strip("-")
    # Where half the letters are of another script, what is left names nothing.
    if sum(map(str.isalnum, letters)) > 2 * len(words.replace("-", "")) or not words:
        digest = hashlib.sha256(match_key(name).encode()).hexdigest()[:8]
        return f"{words}-{digest}" if words else f"{kind}-{digest}"
    return words


def unique(id_: str, taken: Container[str]) -> str:
    """Return an id that is not taken yet, numbered from 2 where it must be."""
    if id_ not in taken:
        return id_
    return next(name for n in count(2) if (name := f"{id_}-{n}") not in taken)
