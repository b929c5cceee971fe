"""Lines of the values in a GeoJSON file, found when they are asked for.

Most files have no error, so a line for each value would be most of the work of reading one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Location = tuple[str | int, ...]

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER: Any = json.JSONDecoder()
_decode = _DECODER.scan_once


@dataclass(eq=False)
class FeatureLines(Mapping[Location, int]):
    r"""The line of each feature in the text of a well-formed document, and of each value in it.

    Examples
    --------
    >>> lines = FeatureLines('{"features": [\n{"id": 1},\n{"id":\n2}]}')
    >>> lines["features", 1], lines["features", 1, "id"], ("other",) in lines
    (3, 4, False)
    """

    text: str

    def __getitem__(self, location: Location) -> int:
        """Return the line on which a value begins."""
        if not location:
            return 1
        if location[0] != "features" or len(location) < 2 or not isinstance(location[1], int):
            raise KeyError(location)
        number, *rest = location[1:]
        if not 0 <= int(number) < len(self._starts):
            raise KeyError(location)
        at, line = self._starts[int(number)]
        return line + self.text.count("\n", at, _find(self.text, at, rest)) if rest else line

    def __iter__(self) -> Iterator[Location]:
        """Yield the locations of the features."""
        return iter([("features", number) for number in range(len(self._starts))])

    def __len__(self) -> int:
        """Return the number of features."""
        return len(self._starts)

    @cached_property
    def _starts(self) -> list[tuple[int, int]]:
        """Where each feature starts in the text, and its line."""
        starts: list[tuple[int, int]] = []
        line, done = 1, 0
        for key, at in _members(self.text, _skip(self.text, 0)):
            if key == "features":
                for _, start in _members(self.text, at):
                    line += self.text.count("\n", done, start)
                    done = start
                    starts.append((start, line))
                break
        return starts


def _skip(text: str, at: int) -> int:
    """Return where the blanks at a place end."""
    if text[at : at + 1] > " ":
        return at
    match = _SPACE.match(text, at)
    return at if match is None else match.end()


def _members(text: str, at: int) -> Iterator[tuple[str | int, int]]:
    """Yield the key or the number of each value in the object or list at a place, and where the value starts."""
    opening = text[at : at + 1]
    if opening not in {"{", "["}:
        return
    at = _skip(text, at + 1)
    key: str | int = -1
    while text[at] not in "]}":
        if isinstance(key, int) and opening == "[":
            key += 1
        else:
            key, at = _decode(text, at)
            at = _skip(text, _skip(text, at) + 1)  # after the colon
        yield key, at
        _, at = _decode(text, at)
        at = _skip(text, at)
        at = _skip(text, at + 1) if text[at] == "," else at


def _find(text: str, at: int, location: Iterable[str | int]) -> int:
    """Return where a value in the value at a place starts."""
    for step in location:
        found = next((start for key, start in _members(text, at) if key == step), None)
        if found is None:
            raise KeyError(step)
        at = found
    return at
