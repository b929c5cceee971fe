"""Sizes of pictures: presets by use, and free sizes in pixels."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from rangemap.errors import UsageError
from rangemap.limits import quoted

_MM: Final = 72 / 25.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Width, height and body text in points, and dots per inch of a PNG."""

    width: float
    height: float
    text: float
    dpi: float

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the PNG."""
        return round(self.width * self.dpi / 72), round(self.height * self.dpi / 72)


PRESETS: Final = {
    "web": Size(width=900, height=675, text=9.5, dpi=96),  # 1200 x 900
    "column": Size(width=90 * _MM, height=125 * _MM, text=6, dpi=300),  # one column of a page
    "page": Size(width=170 * _MM, height=150 * _MM, text=6.5, dpi=250),  # across an A4 page
    "slide": Size(width=960, height=540, text=11, dpi=144),  # 1920 x 1080
    "social": Size(width=540, height=540, text=8.5, dpi=144),  # 1080 x 1080
}

CARD: Final = Size(width=600, height=315, text=8.5, dpi=144)
"""The picture of a page's social card, 1200 x 630: the proportions that feeds do not crop."""

_FREE = re.compile(r"([1-9][0-9]{1,4})[x×]([1-9][0-9]{1,4})", re.IGNORECASE)
_SMALLEST_PX: Final = 240
_MOST_PIXELS: Final = 100_000_000
_DPI: Final = (36.0, 1200.0)
_SCREEN_DPI: Final = 96.0


def parse_size(text: str = "web", dpi: float | None = None) -> Size:
    """Parse the size of a picture: a preset, or WIDTHxHEIGHT in pixels.

    Parameters
    ----------
    text : str, default "web"
        ``web`` (1200 x 900 pixels), ``column`` (90 x 125 mm), ``page`` (170 x 150 mm), ``slide`` (1920 x 1080),
        ``social`` (1080 x 1080), or pixels such as ``1600x1000``.
    dpi : float, optional
        Dots per inch, 36 to 1200; the default is the preset's, or 96 for a size in pixels.
        A preset at twice its resolution has twice the pixels and looks the same.

    Returns
    -------
    Size
        Points.

    Raises
    ------
    UsageError
        If the text is neither, or the picture would be too small to read or too
        large for memory.

    Examples
    --------
    >>> parse_size("slide").pixels, parse_size("1600x1000", 192).width
    ((1920, 1080), 600.0)
    """
    if dpi is not None and not _DPI[0] <= dpi <= _DPI[1]:
        raise UsageError(f"dpi is {dpi:g}; expected {_DPI[0]:g} to {_DPI[1]:g}")
    preset = PRESETS.get(text.strip().lower())
    if preset is not None:
        size = preset if dpi is None else replace(preset, dpi=dpi)
    else:
        match = _FREE.fullmatch(text.strip())
        if match is None:
            names = ", ".join(PRESETS)
            raise UsageError(
                f"size is {quoted(text)}; expected {names}, or pixels such as 1600x1000"
            )
        dots = dpi or _SCREEN_DPI
        width, height = (int(side) * 72 / dots for side in match.groups())
        body = min(max((width * height) ** 0.5 / 82, 6.0), 16.0)
        size = Size(width=width, height=height, text=body, dpi=dots)
    wide, high = size.pixels
    if min(wide, high) < _SMALLEST_PX or wide * high > _MOST_PIXELS:
        raise UsageError(
            f"size is {wide}x{high} pixels; expected at least {_SMALLEST_PX} each way and"
            f" at most {_MOST_PIXELS // 1_000_000} million in all"
        )
    return size
