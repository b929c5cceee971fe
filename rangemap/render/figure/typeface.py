"""Text in pictures: sizes, measuring, wrapping, and which characters the fonts have."""

from __future__ import annotations

import os
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from rangemap.errors import OutputError
from rangemap.io.files import error_text, is_regular
from rangemap.text import FIRST_STRONG_ISOLATE, POP_ISOLATE, sanitised

FONT: Final = "DejaVu Sans"  # comes with matplotlib; Latin, Cyrillic, Greek, Arabic, Hebrew
LINE_HEIGHT: Final = 1.32
"""Line height, times the text size."""
ASCENT: Final = 0.80
"""Height of a capital or an accent above the baseline, times the text size."""
DESCENT: Final = 0.24

# French has narrow no-break spaces within numbers and before colons, where no line may break.
_SPACES: Final = re.compile(r"[^\S\u00a0\u202f]+")
_RIGHT_TO_LEFT: Final = {"R", "AL"}
_NOT_DRAWN: Final = {"Cf", "Mn", "Cc", "Zs", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class Typeface:
    """Font families in order of preference; characters that none has are collected."""

    families: tuple[str, ...] = (FONT,)
    missing_characters: dict[str, None] = field(default_factory=dict)

    def style(self, size: float, *, bold: bool = False, italic: bool = False) -> FontProperties:
        """Return the font at a size in points."""
        return FontProperties(
            family=list(self.families),
            size=size,
            weight="bold" if bold else "normal",
            style="italic" if italic else "normal",
        )

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Measure a line of text, points; italics are as wide."""
        self.missing_characters.update(
            dict.fromkeys(find_missing_characters(text, self.families, bold=bold))
        )
        return _width(text, self.families, bold=bold) * size / _MEASURING_SIZE

    def wrap(self, text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
        """Wrap text into lines no wider than a width in points, between words if possible."""
        lines: list[str] = []
        space, end = self.width(" ", size, bold=bold), 0.0
        for word in _SPACES.split(text.strip()):
            wide = end + space + self.width(word, size, bold=bold)
            longer = f"{lines[-1]} {word}" if lines else word
            # Widths of words add up, except for kerning where directions mix or characters are
            # missing, so the line itself is measured only near the margin.
            if lines and (wide <= 0.95 * width or self.width(longer, size, bold=bold) <= width):
                lines[-1], end = longer, wide
                continue
            while self.width(word, size, bold=bold) > width and len(word) > 1:
                fits = max(1, int(len(word) * width / self.width(word, size, bold=bold)))
                while fits > 1 and self.width(word[:fits], size, bold=bold) > width:
                    fits -= 1
                lines.append(word[:fits])
                word = word[fits:]  # noqa: PLW2901  the rest of the word
            lines.append(word)
            end = self.width(word, size, bold=bold)
        return _balance_isolates(lines)


def _balance_isolates(lines: Iterable[str]) -> list[str]:
    """Close isolates that are open at the end of a line, and reopen them in the next."""
    balanced, depth = [], 0
    for line in lines:
        start = FIRST_STRONG_ISOLATE * depth
        depth += line.count(FIRST_STRONG_ISOLATE) - line.count(POP_ISOLATE)
        balanced.append(f"{start}{line}{POP_ISOLATE * depth}")
    return balanced


_MEASURING_SIZE: Final = 100.0


@cache
def _width(text: str, families: tuple[str, ...], *, bold: bool) -> float:
    style = Typeface(families).style(_MEASURING_SIZE, bold=bold)
    with missing_glyphs_ignored():
        width, _, _ = text_to_path.get_text_width_height_descent(text, style, ismath=False)
    return float(width)


@cache
def _covered_characters(families: tuple[str, ...], *, bold: bool) -> frozenset[int]:
    faces = (
        font_manager.get_font(
            font_manager.findfont(Typeface((family,)).style(_MEASURING_SIZE, bold=bold))
        )
        for family in families
    )
    return frozenset(character for face in faces for character in face.get_charmap())


def find_missing_characters(text: str, families: tuple[str, ...], *, bold: bool = False) -> str:
    """Return the characters of a text that no font of these families has, each once.

    Examples
    --------
    >>> find_missing_characters("平壤 Pyongyang 平", (FONT,))
    '平壤'
    """
    known = _covered_characters(families, bold=bold)
    missing = (
        character
        for character in text
        if ord(character) not in known and unicodedata.category(character) not in _NOT_DRAWN
    )
    return "".join(dict.fromkeys(missing))


def missing_glyphs_ignored() -> Any:
    """Suppress matplotlib's warnings on missing characters, which are reported elsewhere."""
    return _MissingGlyphsIgnored()


class _MissingGlyphsIgnored(warnings.catch_warnings):
    def __enter__(self) -> Any:
        found = super().__enter__()
        warnings.filterwarnings("ignore", message=r"(?s).*[Gg]lyph .* missing from font")
        return found


def add_font(path: Path) -> str:
    """Register a font file with matplotlib, and return its family name.

    Raises
    ------
    OutputError
        If it is not a font file, or not a regular file, which might never end.
    """
    if os.path.lexists(path) and not is_regular(path):
        raise OutputError(f"{path}: not a regular file; expected a .ttf or .otf file")
    try:
        font_manager.fontManager.addfont(path)
        return str(font_manager.get_font(path).family_name)
    except (OSError, RuntimeError) as error:
        raise OutputError(
            f"{path}: not a font: {error_text(error)}; expected a .ttf or .otf file"
        ) from error


def installed_fonts(names: Iterable[str], notify: Callable[[str], None]) -> list[str]:
    """Return those of the named fonts that are installed, and report the others."""
    known = set(font_manager.fontManager.get_font_names())
    for name in names:
        if name not in known:
            notify(f"font {name!r} of the house style is not installed; the next one is used")
    return [name for name in names if name in known]


def single_line(text: str) -> str:
    """Return text as one line with single spaces; isolates around names are kept."""
    parts = re.split(f"([{FIRST_STRONG_ISOLATE}{POP_ISOLATE}])", text)
    kept = (part if number % 2 else sanitised(part) for number, part in enumerate(parts))
    return " ".join(filter(None, _SPACES.split("".join(kept))))


def is_right_to_left(text: str) -> bool:
    """Return whether the first strong character outside isolates is right-to-left.

    Examples
    --------
    >>> is_right_to_left("12 عين الأسد"), is_right_to_left("Erbil عين")
    (True, False)
    """
    depth = 0
    for character in text:
        depth += (character == FIRST_STRONG_ISOLATE) - (character == POP_ISOLATE)
        if depth:
            continue
        direction = unicodedata.bidirectional(character)
        if direction == "L" or direction in _RIGHT_TO_LEFT:
            return direction in _RIGHT_TO_LEFT
    return False
