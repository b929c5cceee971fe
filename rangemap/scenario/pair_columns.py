"""Origins files whose rows name a weapon or a range: one pair for each row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from rangemap.catalogue import Source
from rangemap.errors import PlaceError, QuantityError, UsageError
from rangemap.io.rules import check_date, check_text, check_url
from rangemap.limits import LONGEST_SHOWN, quoted
from rangemap.scenario.origins import origins_of
from rangemap.scenario.requests import PairRequest, check_colour
from rangemap.scenario.values import ScenarioValues
from rangemap.sites import SiteTable
from rangemap.sites.position_columns import header_key
from rangemap.sites.table import first_lines
from rangemap.text import sanitised, site_name
from rangemap.wording.quantities import parse_range, parse_unit

_WEAPON: Final = (
    "weapon", "system", "missile", "weapon_name", "system_name", "missile_name",
)  # fmt: skip
_RANGE: Final = ("range", "max_range", "maximum_range", "range_max", "reach")
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "weapon": _WEAPON,
    "range": _RANGE,
    "minimum": ("min_range", "minimum_range", "minimum"),
    "unit": ("unit", "units", "range_unit", "range_units"),
    "label": ("label", "ring_label"),
    "colour": ("colour", "color"),
    "publisher": ("publisher", "source", "published_by"),
    "title": ("source_title", "headline", "article"),
    "url": ("url", "link", "source_url"),
    "date": ("source_date", "publication_date", "published", "date"),
}
"""The usual names of the columns; those of figures may end with a unit, as in ``range_km``."""
_FIGURES: Final = {"range", "minimum"}
_UNIT_SUFFIX: Final = re.compile(
    r"_(?:in_)?(?P<unit>km|kilomet(?:er|re)s?|mi|miles?|nmi|nm|m|met(?:er|re)s?)$"
)
_BARE: Final = re.compile(r"[0-9][0-9.,]*(?:\s*[-–]\s*[0-9][0-9.,]*)?")
_RULES: Final = {"url": check_url, "date": check_date, "colour": check_colour}


def pair_rows(table: SiteTable, source: str) -> list[PairRequest]:
    """Return the rows of a table of origins as pairs.

    Parameters
    ----------
    table : SiteTable
        The rows, with the other columns of the input.
    source : str
        The name of the file or table, used in errors.

    Returns
    -------
    list of PairRequest
        One for each row; none if there is no column of weapons or ranges.

    Raises
    ------
    PlaceError
        With one line for each row that cannot be read, or if a figure has no unit.
    """
    columns = _find_columns(table.columns)
    if not columns.keys() & {"weapon", "range"}:
        return []
    reader = _RowReader(table, columns)
    found, errors = [], []
    for number, origin in enumerate(origins_of(table)):
        try:
            fields = reader.fields(number)
            found.append(PairRequest(place=origin, **fields))
        except (QuantityError, ValueError) as error:
            errors.append(f"{source}: row {number + 1} ({_beginning(origin.name)}): {error}")
    if errors:
        raise PlaceError(*first_lines(errors, source))
    return found


def refuse_beside_pairs(values: ScenarioValues, source: str) -> None:
    """Refuse weapons and ranges for all origins beside a table with one for each origin.

    Raises
    ------
    UsageError
        If the scenario has such a weapon, category or range.
    """
    if values.weapons or values.categories or values.ranges:
        raise UsageError(
            f"{source}: has a weapon or range for each origin; omit --weapon, --category and --range"
            " (`weapons`, `categories` and `ranges`), or rename its column of weapons or ranges"
        )


def _find_columns(columns: tuple[str, ...]) -> dict[str, int]:
    keys = [header_key(column) for column in columns]
    found = {}
    for name, usual in _COLUMNS.items():
        known = [_UNIT_SUFFIX.sub("", key) for key in keys] if name in _FIGURES else keys
        index = next((known.index(each) for each in usual if each in known), None)
        if index is not None:
            found[name] = index
    return found


def _beginning(name: str) -> str:
    """Return a name as shown in error messages: whole, or its beginning."""
    shown = sanitised(name)
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}..."


def _number_text(number: float) -> str:
    """Return a number as text; three decimals, which could be thousands, become four."""
    text = f"{number:.15g}"
    return f"{text}0" if re.fullmatch(r"[0-9]{1,3}\.[0-9]{3}", text) else text


class _RowReader:
    """Reads the weapon or range of a row, with its label, colour and source."""

    def __init__(self, table: SiteTable, columns: Mapping[str, int]) -> None:
        self._rows, self._columns = table.rows, columns
        self._units = {}
        for name in _FIGURES & columns.keys():
            header = table.columns[columns[name]]
            if match := _UNIT_SUFFIX.search(header_key(header)):
                try:
                    self._units[name] = parse_unit(match["unit"])
                except QuantityError as error:
                    raise PlaceError(f"column {header!r}: {error}") from error

    def fields(self, number: int) -> dict[str, Any]:
        """Return the fields of a row's pair."""
        weapon, label, colour = (self._text(number, name) for name in ("weapon", "label", "colour"))
        look = {"label": label, "colour": colour}
        if self._text(number, "range") is None:
            if weapon is None:
                raise ValueError("has no weapon and no range; give one, or remove the row")
            return {"weapon": weapon, **look}
        # A range beside a weapon is the user's own figure for it.
        look["label"] = label or weapon
        return {"range": self._range(number), **look, "source": self._source(number)}

    def _text(self, number: int, name: str) -> str | None:
        """Return a cell as checked text; None if it is empty or there is no such column."""
        index = self._columns.get(name)
        cell = None if index is None else self._rows[number][index]
        if cell is None or cell != cell:  # noqa: PLR0124  NaN, an empty cell of a data frame
            return None
        text = _number_text(cell) if isinstance(cell, float) else str(cell).strip()
        if not text:
            return None
        try:
            return _RULES.get(name, check_text)(check_text(text))
        except ValueError as error:
            raise ValueError(f"{name} is {quoted(text)}: {error}") from None

    def _range(self, number: int) -> str:
        unit = self._text(number, "unit")
        phrase = self._figure(number, "range", unit)
        if self._text(number, "minimum") is not None:
            phrase = f"{phrase} (min {self._figure(number, 'minimum', unit)})"
        parse_range(phrase)
        return phrase

    def _figure(self, number: int, name: str, unit_name: str | None) -> str:
        """Return a figure with its unit, from the cell, the row or the column."""
        text = self._text(number, name) or ""
        unit = self._units.get(name) if unit_name is None else parse_unit(unit_name)
        if _BARE.fullmatch(text):
            if unit is None:
                raise QuantityError(
                    f"{name} is {quoted(text)}, without a unit; call the column {name}_km, or add a"
                    " column `unit`"
                )
            return f"{text} {unit}"
        own = parse_range(text).unit
        if unit_name is not None and own != unit:
            raise QuantityError(
                f"{name} is {quoted(text)} but the unit is {quoted(unit_name)}; make them match"
            )
        return text

    def _source(self, number: int) -> Source | None:
        publisher, url = self._text(number, "publisher"), self._text(number, "url")
        if publisher is None and not url:
            return None
        return Source(
            publisher=publisher or site_name(url),
            title=self._text(number, "title"),
            url=url,
            date=self._text(number, "date"),
        )
