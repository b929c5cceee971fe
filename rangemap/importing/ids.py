"""Ids made from names: ASCII, reproducible and unique."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Final

from rangemap.names import match_key

_LONGEST: Final = 80
_WORD: Final = re.compile("[a-z0-9]+")
_LETTERS: Final = str.maketrans({
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th",
    "\N{LATIN SMALL LETTER DOTLESS I}": "i",
})  # fmt: skip


def slug(name: str, *, kind: str) -> str:
    """Return a name as lower-case ASCII words joined by hyphens, or with a digest if few remain.

    Examples
    --------
    >>> slug("Çiğli Air Base (LTBL)", kind="place")
    'cigli-air-base-ltbl'
    >>> slug("جرف الصخر", kind="place")
    'place-0ce5f1d4'
    """
    letters = name.casefold().replace("'", "").replace("`", "")
    if not letters.isascii():
        decomposed = unicodedata.normalize("NFKD", letters.translate(_LETTERS))
        letters = "".join(
            char for char in decomposed if not unicodedata.combining(char) and char not in "'’‘`ʿʾ"
        )
    words = _WORD.findall(letters)
    hyphenated = "-".join(words)[:_LONGEST].strip("-")
    n_letters = sum(map(len, words) if letters.isascii() else map(str.isalnum, letters))
    # If half of the letters are in another script, the rest does not identify the name.
    if n_letters > 2 * len(hyphenated.replace("-", "")) or not hyphenated:
        digest = hashlib.sha256(match_key(name).encode()).hexdigest()[:8]
        return f"{hyphenated}-{digest}" if hyphenated else f"{kind}-{digest}"
    return hyphenated


class Ids:
    """Ids in use, from which the next free one is found.

    Examples
    --------
    >>> ids = Ids()
    >>> [ids.reserve(ids.unique("erbil")) for _ in range(3)]
    ['erbil', 'erbil-2', 'erbil-3']
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: dict[
            str, int
        ] = {}  # counting from 2 for each of many equal names would take too long

    def unique(self, id_: str) -> str:
        """Return a free id, numbered from 2 if the given one is taken."""
        if id_ not in self._taken:
            return id_
        number = self._next.get(id_, 2)
        while f"{id_}-{number}" in self._taken:
            number += 1
        self._next[id_] = number
        return f"{id_}-{number}"

    def reserve(self, id_: str) -> str:
        """Reserve an id and return it."""
        self._taken.add(id_)
        return id_
