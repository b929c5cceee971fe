"""Lines of the values in a GeoJSON file, found when they are asked for.

Most files have no error, so a line for each value would be most of the work of reading one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

Location = tuple[str | int, ...]

# Possessive, since backtracking state would take 130 bytes for each character of a long string.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[\]{},]|[^\s\[\]{},:"]+')
_SPACE = re.compile(r"[ \t\n\r]*")


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
        if not 0 <= int(number) < len(self._spans):
            raise KeyError(location)
        start, end, line = self._spans[int(number)]
        return line + value_lines(self.text[start:end])[tuple(rest)] - 1 if rest else line

    def __iter__(self) -> Iterator[Location]:
        """Yield the locations of the features."""
        return iter([("features", number) for number in range(len(self._spans))])

    def __len__(self) -> int:
        """Return the number of features."""
        return len(self._spans)

    @cached_property
    def _spans(self) -> list[tuple[int, int, int]]:
        """Where each feature starts and ends in the text, and its line."""
        spans: list[tuple[int, int, int]] = []
        line, done = 1, 0
        for start, end in _feature_spans(self.text):
            line += self.text.count("\n", done, start)
            done = start
            spans.append((start, end, line))
        return spans


def _feature_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the parts of the top-level ``features`` start and end, by the C parser."""
    decode = json.JSONDecoder().raw_decode

    def skip(at: int) -> int:
        match = _SPACE.match(text, at)
        return at if match is None else match.end()

    at = skip(0)
    if text[at : at + 1] != "{":
        return
    at = skip(at + 1)
    while text[at : at + 1] == '"':
        key, at = decode(text, at)
        at = skip(skip(at) + 1)  # after the colon
        if key == "features" and text[at] == "[":
            at = skip(at + 1)
            while text[at] != "]":
                _, end = decode(text, at)
                yield at, end
                at = skip(end)
                at = skip(at + 1) if text[at] == "," else at
            return
        _, at = decode(text, at)
        at = skip(at)
        at = skip(at + 1) if text[at] == "," else at


def value_lines(text: str) -> dict[Location, int]:
    """Find the line on which each value of a well-formed document begins."""
    lines: dict[Location, int] = {}
    location: list[str | int | None] = []  # None in an object until its next key is read
    line, done = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", done, match.start())
        done = match.start()
        lexeme = match[0]
        if lexeme in "]}":
            location.pop()
        elif lexeme == ",":
            last = location[-1]
            location[-1] = last + 1 if isinstance(last, int) else None
        elif location and location[-1] is None:
            location[-1] = json.loads(lexeme)
        else:
            lines[tuple(step for step in location if step is not None)] = line
            if lexeme in "[{":
                location.append(0 if lexeme == "[" else None)
    return lines
