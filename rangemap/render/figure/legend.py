"""The legend of a picture: its rows, and where they are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import shapely

from rangemap.catalogue import BandText
from rangemap.render.figure.canvas import Canvas
from rangemap.render.figure.labels import Box
from rangemap.render.figure.typeface import single_line
from rangemap.render.figure.view import (
    line_width,
)
from rangemap.render.style import EXTREME_DASH_PX, INK, QUIET, LineStyle
from rangemap.scenario.selection import Selection
from rangemap.text import isolated, name_some
from rangemap.wording.language import read_language

_EMPTY_BOX: Final = Box(0, 0, 0, 0)
MOST_NAMES: Final = (
    6,
    4,
    3,
    2,
    1,
    0,
)  # in the legend, of places outside the map, as space allows
_INDENT: Final = 4.2  # of the text in a legend row, times its size


@dataclass(frozen=True, kw_only=True)
class Item:
    """A row of the legend: lines of text and the symbol before them."""

    lines: tuple[tuple[str, bool], ...]
    style: LineStyle | None = None
    symbol: str = ""


@dataclass(frozen=True, kw_only=True)
class Omissions:
    """What a picture omits: labels of sites without room, and places outside its frame."""

    unlabelled: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()


def legend_items(
    selection: Selection,
    styles: Sequence[LineStyle],
    omitted: Omissions,
    most_names: int = MOST_NAMES[0],
) -> list[Item]:
    """Return the rows of the legend; of each kind of omitted place ``most`` names are listed."""
    unit = selection.units
    items = []
    for system, style in zip(selection.systems, styles, strict=True):
        text = BandText(system.band, unit)
        detail = text.headline
        if not text.is_one:
            detail = f"{text.range_beside_headline}; line at {text.headline}"
        lines = [(isolated(single_line(system.label)), True), (single_line(detail), False)]
        if text.minimum:
            lines.append((f"minimum range {text.minimum}", False))
        items.append(Item(lines=tuple(lines), style=style))
    bands = [system.band for system in selection.systems]
    if any(band.low_m != band.high_m for band in bands):
        items += [
            Item(lines=(("lowest and highest published figures", False),), symbol="dots"),
            Item(lines=(("dark: all sources agree; pale: sources differ", False),), symbol="fills"),
        ]
    plural = "s" if len(selection.origins) > 1 else ""
    items.append(Item(lines=((f"origin{plural} of the rings", False),), symbol="origin"))
    if len(selection.sites):
        reached = read_language("en").translate("key_reached")
        items.append(Item(lines=((reached, False),), symbol="sites"))
    notes = []
    if omitted.unlabelled:
        notes.append(f"sites without room for a label: {len(omitted.unlabelled):,}")
    if omitted.sites:
        notes.append(f"sites outside the map: {name_some(omitted.sites, most_names)}")
    if omitted.origins:
        notes.append(f"origins outside the map: {name_some(omitted.origins, most_names)}")
    return items + [Item(lines=((note, False),)) for note in notes]


@dataclass
class Legend:
    """The legend in its panel, in columns from left to right."""

    canvas: Canvas
    items: Sequence[Item]
    size: float
    columns: int = 1
    panel: Box = field(default=_EMPTY_BOX)

    def height(self, width: float) -> float:
        """Return the height that the panel needs."""
        return max(sum(part) for part in self._parts(width / self.columns))

    def use_first_fitting(self, choices: Sequence[Sequence[Item]]) -> bool:
        """Use the first choice of rows that fits; return whether that is the first one."""
        panel = self.panel
        for items in choices:
            self.items = items
            if self.height(panel.east - panel.west) <= panel.north - panel.south + 1e-6:
                break
        return items is choices[0]

    def draw(self) -> Box:
        """Draw from the top of the panel, and return the largest space left for a globe."""
        column = (self.panel.east - self.panel.west) / self.columns
        rows = iter(self.items)
        x, y, text_end = self.panel.west, self.panel.north, self.panel.west
        for number, part in enumerate(self._parts(column)):
            x, y, text_end = self.panel.west + number * column, self.panel.north, 0.0
            for height in part:
                text_end = max(text_end, self._row(next(rows), x, y, column))
                y -= height
        gap = self.canvas.size.text
        below = self.panel._replace(west=x, north=y - gap)
        right = self.panel._replace(west=text_end + gap)
        return max(below, right, key=lambda box: min(box.east - box.west, box.north - box.south))

    def _parts(self, column: float) -> list[list[float]]:
        """Split the heights of the rows, in order, into columns of about the same height."""
        heights = [
            (len(self._lines(item, column)) * 1.25 + 0.45) * self.size for item in self.items
        ]
        limit = max(sum(heights) / self.columns, *heights)
        while True:
            parts: list[list[float]] = [[]]
            for height in heights:
                if parts[-1] and sum(parts[-1]) + height > limit + 1e-6:
                    parts.append([])
                parts[-1].append(height)
            if len(parts) <= self.columns:
                return parts
            limit *= 1.05

    def _lines(self, item: Item, width: float) -> list[tuple[str, bool]]:
        available = width - self.size * _INDENT
        return [
            (line, bold)
            for text, bold in item.lines
            for line in self.canvas.face.wrap(text, self.size, available, bold=bold)
        ]

    def _row(self, item: Item, x: float, y: float, width: float) -> float:
        """Draw a row, and return the right edge of its text."""
        canvas, size = self.canvas, self.size
        lines = self._lines(item, width)
        middle = y - size * 0.72
        west, east = x, x + size * (_INDENT - 0.8)
        sample = shapely.LineString([(west, middle), (east, middle)])
        wide = line_width(canvas)
        spot = ((west + east) / 2, middle)
        if item.style is not None:
            canvas.line(
                "legend", sample, color=item.style.line, width=wide, dash=item.style.dash_px
            )
        elif item.symbol == "dots":
            canvas.line("legend", sample, color=QUIET, width=wide * 0.62, dash=EXTREME_DASH_PX)
        elif item.symbol == "fills":
            half = (west + east) / 2
            for left, right, opacity in ((west, half, 0.4), (half, east, 0.18)):
                box = shapely.box(left, middle - size * 0.4, right, middle + size * 0.4)
                canvas.area("legend", box, facecolor=QUIET, alpha=opacity)
        elif item.symbol == "origin":
            canvas.mark(
                "legend", spot, symbol="o", size=size * 0.97, color=canvas.style.origin_colour
            )
            canvas.mark("legend", spot, symbol="o", size=size * 0.36, color="white")
        elif item.symbol == "sites":
            for part, filled in ((0.25, True), (0.75, False)):
                at = (west + (east - west) * part, middle)
                canvas.site("legend", at, size=size * 0.72, filled=filled)
        for line, bold in lines:
            color = INK if bold else QUIET
            canvas.text("legend", x + size * _INDENT, y - size, line, size, bold=bold, color=color)
            y -= size * 1.25
        ends = [canvas.face.width(line, size, bold=bold) for line, bold in lines]
        return x + size * _INDENT + max(ends, default=0.0)
