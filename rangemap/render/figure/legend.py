"""The legend of a picture: its rows, and where they are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import shapely

from rangemap.catalogue import BandText, System
from rangemap.render.figure.canvas import Canvas
from rangemap.render.figure.labels import Box
from rangemap.render.figure.site_labels import SiteTexts
from rangemap.render.figure.typeface import single_line
from rangemap.render.figure.view import (
    line_width,
)
from rangemap.render.style import EXTREME_DASH_PX, INK, MOST_FILLED, QUIET, LineStyle
from rangemap.scenario.selection import Selection
from rangemap.wording.language import Language

_EMPTY_BOX: Final = Box(0, 0, 0, 0)
MOST_NAMES: Final = (
    6,
    4,
    3,
    2,
    1,
    0,
)  # in the legend, of places outside the map, as space allows
_SHORT_KEY: Final = 10  # rows of numbered sites
_COLUMN_WIDTHS: Final = (13.0, 24.0)  # times the size of the text
_COLUMN_GAP: Final = 0.6
_KEY_INDENT: Final = 2.0
_INDENT: Final = 4.2  # of the text in a legend row, times its size


@dataclass(frozen=True, kw_only=True)
class Item:
    """A row of the legend: lines of text and the symbol before them."""

    lines: tuple[tuple[str, bool], ...]
    style: LineStyle | None = None
    symbol: str = ""
    number: str = ""
    filled: bool = False


@dataclass(frozen=True, kw_only=True)
class Omissions:
    """What a picture omits: labels of sites without room, and places outside its frame.

    ``numbers`` are those that stand for names, by the row of their site.
    """

    unlabelled: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    numbers: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Key:
    """The sites named in the legend; ``texts`` has their names.

    Those ``unnumbered`` are marked on the map, without room for a number.
    """

    texts: SiteTexts | None = None
    numbers: Mapping[int, int] = field(default_factory=dict)
    unnumbered: tuple[int, ...] = ()


def legend_choices(
    rows: Sequence[Item], omitted: Omissions, key: Key, language: Language
) -> list[list[Item]]:
    """Return the rows of the legend, and shorter ones for a legend that does not fit.

    ``rows`` are those that do not depend on the room on the map.
    """
    return [
        [*rows, *_place_rows(omitted, key, language, most_names=most, short=short)]
        for short in ((False, True) if key.numbers else (False,))
        for most in MOST_NAMES
    ]


def legend_rows(
    selection: Selection, styles: Sequence[LineStyle], *, has_sites: bool
) -> list[Item]:
    """Return the rows on systems, dotted lines, fills, origins and sites, as far as a map has them."""
    rows = [
        Item(lines=tuple(system_lines(system, selection.units, selection.language)), style=style)
        for system, style in zip(selection.systems, styles, strict=True)
    ]
    return rows + symbol_rows(selection, has_sites=has_sites)


def _place_rows(
    omitted: Omissions, key: Key, language: Language, *, most_names: int, short: bool
) -> list[Item]:
    """Return the rows on sites; of each kind of omitted place ``most_names`` are listed.

    ``short`` omits the distances in the key of the sites.
    """
    items = _key_rows(key, language, short=short)
    if key.texts is not None and key.texts.are_many:
        omitted = replace(omitted, unlabelled=())  # the count of all sites is stated
    return items + [note_row(note) for note in _omission_notes(omitted, language, most_names)]


def note_row(text: str, symbol: str = "") -> Item:
    """Return a row with a text, and a symbol by its name."""
    return Item(lines=((text, False),), symbol=symbol)


def system_lines(system: System, unit: str, language: Language) -> list[tuple[str, bool]]:
    """Return the name of a system, in bold, and its figures."""
    say, text = language.translate, BandText(system.band, unit, language)
    details = [text.headline]
    if not text.is_one:
        details = [text.range_beside_headline, say("line_at", figure=text.headline)]
    detail = single_line(language.listed(details, between="clauses"))
    lines = [(language.name(single_line(system.display_name)), True), (detail, False)]
    if text.minimum:
        lines.append((say("minimum_range", minimum=text.minimum), False))
    return lines


def symbol_rows(selection: Selection, *, has_sites: bool) -> list[Item]:
    """Return the rows on dotted lines, fills, origins and sites, as far as a map has them."""
    language = selection.language
    items = []
    bands = [system.band for system in selection.systems]
    if any(band.low_m != band.high_m for band in bands):
        items.append(note_row(language.translate("key_extremes"), "dots"))
        if selection.look.tinted != "none" and len(selection.pairs) <= MOST_FILLED:
            items.append(note_row(language.translate("key_band"), "fills"))
    places = [origin for origin in selection.origins if origin.area is None]
    if places:
        items.append(note_row(language.count("legend_origin", len(places)), "origin"))
    if len(places) < len(selection.origins):
        items.append(note_row(language.translate("legend_area"), "border"))
    if has_sites:
        items.append(note_row(language.translate("key_reached"), "sites"))
    return items


def _key_rows(key: Key, language: Language, *, short: bool) -> list[Item]:
    if key.texts is None:
        return []
    items = []
    if key.texts.are_many:
        count = language.number(f"{key.texts.count:,}")
        named = language.number(str(len(key.texts.labels)))
        text = language.translate("legend_many_sites", count=count, named=named)
        items.append(Item(lines=((text, False),)))
    names = key.texts.short if short else key.texts.labels
    numbers = {index: language.number(str(number)) for index, number in key.numbers.items()}
    items += [
        Item(
            lines=((names[index], False),),
            symbol="number",
            number=number,
            filled=index in key.texts.reached,
        )
        for index, number in (numbers | dict.fromkeys(key.unnumbered, "")).items()
    ]
    return items


def _omission_notes(omitted: Omissions, language: Language, most_names: int) -> list[str]:
    notes = []
    if omitted.unlabelled:
        count = language.number(f"{len(omitted.unlabelled):,}")
        notes.append(language.translate("legend_unlabelled", count=count))
    for kind, names in (("sites", omitted.sites), ("origins", omitted.origins)):
        if names:
            some = language.some([language.name(name) for name in names], most_names)
            notes.append(language.translate(f"legend_{kind}_outside", names=some))
    return notes


@dataclass
class Legend:
    """The legend in its panel, in columns in reading order.

    Positions are computed from left to right, and mirrored where they are drawn if the
    language is read from right to left.
    """

    canvas: Canvas
    items: Sequence[Item]
    size: float
    columns: int = 1
    panel: Box = field(default=_EMPTY_BOX)

    @property
    def has_long_key(self) -> bool:
        """Whether so many sites are numbered that they need narrow columns."""
        return sum(item.symbol == "number" for item in self.items) > _SHORT_KEY

    @property
    def column_width(self) -> float:
        """The least width of a column, times the size of its text."""
        if not self.has_long_key:
            return _COLUMN_WIDTHS[1]
        face = self.canvas.face
        names = [
            face.width(text, 1.0, bold=bold)
            for item in self.items
            if item.symbol == "number"
            for text, bold in item.lines
        ]
        least, most = _COLUMN_WIDTHS
        return min(max(max(names) + _KEY_INDENT + _COLUMN_GAP + 0.1, least), most)

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
        free = max(below, right, key=lambda box: min(box.east - box.west, box.north - box.south))
        return (
            free._replace(west=self._x(free.east), east=self._x(free.west))
            if self.canvas.mirrored
            else free
        )

    def _x(self, x: float) -> float:
        """Return a position in the panel, mirrored for a language from right to left."""
        return self.panel.west + self.panel.east - x if self.canvas.mirrored else x

    def _parts(self, column: float) -> list[list[float]]:
        """Split the heights of the rows, in order, into columns of about the same height."""
        heights = [
            (len(self._lines(item, column)) * 1.25 + self._gap(item)) * self.size
            for item in self.items
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

    @staticmethod
    def _indent(item: Item) -> float:
        """Return the indent of a row's text, times its size."""
        return _KEY_INDENT if item.symbol == "number" else _INDENT

    @staticmethod
    def _gap(item: Item) -> float:
        """Return the space below a row, times the size of its text."""
        return 0.2 if item.symbol == "number" else 0.45

    def _lines(self, item: Item, width: float) -> list[tuple[str, bool]]:
        available = width - self.size * (self._indent(item) + _COLUMN_GAP)
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
        self._draw_symbol(item, x, middle)
        start, align = (
            self._x(x + size * self._indent(item)),
            "right" if canvas.mirrored else "left",
        )
        for line, bold in lines:
            color = INK if bold else QUIET
            canvas.text("legend", start, y - size, line, size, bold=bold, color=color, align=align)
            y -= size * 1.25
        ends = [canvas.face.width(line, size, bold=bold) for line, bold in lines]
        return x + size * self._indent(item) + max(ends, default=0.0)

    def _draw_symbol(self, item: Item, x: float, middle: float) -> None:
        """Draw the symbol of a row."""
        canvas, size = self.canvas, self.size
        west, east = self._x(x), self._x(x + size * (_INDENT - 0.8))
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
        elif item.symbol == "border":
            canvas.line("legend", sample, color=canvas.style.origin_colour, width=1.0)
        elif item.symbol == "number":
            self._draw_number(item, (self._x(x + size * 0.7), middle))
        elif item.symbol == "sites":
            for part, filled in ((0.25, True), (0.75, False)):
                at = (west + (east - west) * part, middle)
                canvas.site("legend", at, size=size * 0.72, filled=filled)

    def _draw_number(self, item: Item, spot: tuple[float, float]) -> None:
        """Draw the number of a site, or its mark if it has none."""
        canvas, size, filled = self.canvas, self.size, item.filled
        if item.number:
            side = size * 1.36
            canvas.badge("legend", spot, item.number, side=side, size=size * 0.8, filled=filled)
        else:
            canvas.site("legend", spot, size=size * 0.6, filled=filled)
