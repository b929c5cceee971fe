"""Colours, dashes and strengths of maps: the same in pictures, files and documents as on the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from rangemap.catalogue import System
from rangemap.render.words import family

SEA: Final = "#d9e6ee"
LAND: Final = "#f6f3ea"
COAST: Final = "#8fa5b1"
BORDER: Final = "#a89d88"

# Families keep apart for the colour-blind; text is darker than lines to be readable on land.
_FAMILIES: Final = {
    "ballistic": ("#D55E00", "#A33F00"),
    "drone": ("#4477AA", "#2F5A87"),
    "cruise": ("#332288", "#332288"),
    "rocket": ("#882255", "#882255"),
    "other": ("#000000", "#000000"),
}
# Second channel beside colour: the systems of one family take these in turn; CSS pixels.
_DASHES: Final[tuple[tuple[float, ...], ...]] = (
    (), (14, 6), (12, 5, 2, 5), (6, 4), (20, 5, 2, 5, 2, 5), (24, 10),
)  # fmt: skip
INNER_OPACITY: Final = 0.2
BAND_OPACITY: Final = 0.09
_FULL_FILLS: Final = 4  # with more rings each fill is paler, or they add up to mud


class Drawing(NamedTuple):
    """How one system is drawn."""

    line: str
    text: str
    dash: tuple[float, ...]


def drawings(systems: Sequence[System]) -> list[Drawing]:
    """Return colour and dash of each system, in their order."""
    seen: Counter[str] = Counter()
    styles = []
    for system in systems:
        kind = family(system)
        styles.append(Drawing(*_FAMILIES[kind], _DASHES[seen[kind] % len(_DASHES)]))
        seen[kind] += 1
    return styles


def fill_strength(count: int) -> float:
    """Return the part of the full opacity that each of some rings is filled with."""
    return min(1.0, _FULL_FILLS / max(count, 1))
