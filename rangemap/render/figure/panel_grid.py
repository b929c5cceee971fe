"""The grid of a picture's panels: frames in reading order, with the lines above each map."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from rangemap.render.figure.canvas import Canvas
from rangemap.render.figure.labels import Box
from rangemap.render.figure.typeface import LINE_HEIGHT, single_line
from rangemap.render.wording import claims_counted
from rangemap.scenario.selection import Selection

TITLE: Final = 1.12
"""Size of a panel's title, times the text size."""
UNDER: Final = 0.84
"""Size of the lines below it."""
_GAP: Final = 1.1  # between panels, times the text size
_NARROWEST: Final = 8.0  # of a panel, times the text size
_EMPTY: Final = 0.85  # the worth of a grid falls with its empty cells


def best_columns(canvas: Canvas, panels: Sequence[Selection], frame: Box) -> int:
    """Return the number of columns of the grid whose maps are largest."""
    most = int((frame.east - frame.west) // (_NARROWEST * canvas.size.text))
    columns = range(1, max(min(len(panels), most), 1) + 1)
    return max(columns, key=lambda n: worth(canvas, panels, frame, n))


def worth(canvas: Canvas, panels: Sequence[Selection], frame: Box, columns: int) -> float:
    """Return how large the maps of a grid are; rings need about as much width as height."""
    frames, _ = panel_frames(canvas, panels, frame, columns)
    cells = columns * math.ceil(len(panels) / columns)
    side = min(frames[0].east - frames[0].west, frames[0].north - frames[0].south)
    return side * (1 if cells == len(panels) else _EMPTY)


def panel_frames(
    canvas: Canvas, panels: Sequence[Selection], frame: Box, columns: int
) -> tuple[list[Box], list[list[tuple[str, bool]]]]:
    """Return the frames of the maps in a grid, in reading order, and the lines above each."""
    gap, size = _GAP * canvas.size.text, canvas.size.text
    rows = math.ceil(len(panels) / columns)
    width = (frame.east - frame.west - gap * (columns - 1)) / columns
    counted = [claims_counted(panel.systems, canvas.language) for panel in panels]
    if len(set(counted)) == 1:  # stated below all maps
        counted = [""] * len(panels)
    headings = [
        _heading(canvas, panel, text, width) for panel, text in zip(panels, counted, strict=True)
    ]
    above = max(heading_height(lines, size) for lines in headings)
    height = (frame.north - frame.south - gap * (rows - 1)) / rows
    frames = []
    for number in range(len(panels)):
        row, column = divmod(number, columns)
        if canvas.mirrored:
            column = columns - 1 - column
        west = frame.west + column * (width + gap)
        north = frame.north - row * (height + gap)
        frames.append(Box(west, north - height, west + width, north - above))
    return frames, headings


def _heading(
    canvas: Canvas, panel: Selection, counted: str, width: float
) -> list[tuple[str, bool]]:
    """Return the lines above a map, and whether they are bold: title, subtitle, which claims count."""
    language, size = canvas.language, canvas.size.text
    lines = [(panel.title, True)]
    under = [panel.subtitle and language.standalone(panel.subtitle), counted]
    lines += [(text, False) for text in under if text]
    return [
        (line, bold)
        for text, bold in lines
        for line in canvas.face.wrap(
            language.standalone(single_line(text)) if bold else single_line(text),
            size * (TITLE if bold else UNDER), width, bold=bold,
        )
    ]  # fmt: skip


def heading_height(lines: Sequence[tuple[str, bool]], size: float) -> float:
    """Return the height of the lines above a map and of the space below them."""
    heights = (size * (TITLE if bold else UNDER) * LINE_HEIGHT for _, bold in lines)
    return sum(heights) + size * 0.25
