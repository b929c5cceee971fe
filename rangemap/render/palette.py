"""Colours, dashes and opacities of maps: the same in pictures, files and documents as on the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from rangemap.catalogue import System
from rangemap.render.style import HOUSE_STYLE, LAND, SEA, HouseStyle, line_styles

__all__ = [
    "BAND_OPACITY",
    "BORDER",
    "COAST",
    "INNER_OPACITY",
    "LAND",
    "SEA",
    "Drawing",
    "drawings",
    "fill_strength",
]

COAST: Final = "#8fa5b1"
BORDER: Final = "#a89d88"

INNER_OPACITY: Final = 0.2
BAND_OPACITY: Final = 0.09
_FULL_FILLS: Final = 4  # with more rings each fill is paler, so that overlaps stay readable


class Drawing(NamedTuple):
    """How one system is drawn."""

    line: str
    text: str
    dash: tuple[float, ...]


def drawings(systems: Sequence[System], style: HouseStyle = HOUSE_STYLE) -> list[Drawing]:
    """Return colour and dash of each system in order, by the house style."""
    looks = line_styles(systems, style)
    return [Drawing(look.line, look.text, look.dash_px) for look in looks]


def fill_strength(count: int) -> float:
    """Return the fraction of the full opacity with which each ring is filled."""
    return min(1.0, _FULL_FILLS / max(count, 1))
