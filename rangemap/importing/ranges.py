"""The range in a row: its figures, their units, and which mile is meant."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import Any, Final

from rangemap.errors import QuantityError
from rangemap.importing.choices import DecimalSeparator, Mile, Unit
from rangemap.importing.decimals import find_figure_separator, normalise_figures
from rangemap.importing.decisions import MOST_SAMPLES, ImportLog, count
from rangemap.importing.fields import Reader
from rangemap.importing.phrases import is_missing, plain_phrase, without_conversion
from rangemap.importing.tables import Columns, header_unit
from rangemap.sites.raw import Row, is_blank, shortened
from rangemap.wording.quantities import Bound, Range, format_figure, parse_range, parse_unit

_COLUMNS: Final = ("range", "low", "minimum")
_DOMAIN_FIELDS: Final = ("category", "variant", "operators", "note")
_NAVAL_OR_AIRBORNE: Final = re.compile(
    r"\b(?:ships?|naval|navy|anti-?ship|sea|maritime|marine|coastal|submarines?|torpedo(?:es)?"
    r"|frigates?|cruise|air|airborne|aircraft|aerial|drones?|uc?avs?|uas|unmanned|loitering|glide"
    r"|helicopters?|fighters?|bombers?|jets?|slbms?|slcms?|alcms?|ascms?|aams?|asms?)(?![^\W\d_])",
    re.IGNORECASE,
)
_UNIT: Final = r"[^\W\d_]+(?: [^\W\d_]+)?"
_STATUTE: Final = re.compile(r"\bstatute (?:mi|miles?)\b", re.IGNORECASE)
_STATUTE_MILE: Final = "statute mi"
_BARE_MILE: Final = re.compile(r"(?<!nautical )(?<!statute )\b(?:mi|miles?)\b", re.IGNORECASE)
_FIGURES: Final = re.compile(
    r"(?:(?:up to|at least|about|between|≤|≥|>|~)\s*)?[0-9][0-9.,]*(?:\s*(?:-|–|to\b|and\b)\s*[0-9][0-9.,]*)?",
    re.IGNORECASE,
)
_WIDEST: Final = 10
"""Two figures whose ratio is larger may be a minimum and a maximum rather than one uncertain range."""
_MINIMUM: Final = re.compile(r"\s*\(min\b.*\)$", re.IGNORECASE)
_OPTIONAL: Final = frozenset(
    {"low", "minimum", "unit", "date", "url", "variant", "target", "archived"}
)
"""The fields in which text such as ``N/A`` is not a value."""
_READ_AS_NAUTICAL: Final = "published in miles, read as nautical miles"


class RangeReader(Reader):
    """Reads the range of each row, after examining the columns as a whole.

    A phrase contains every unit: ``statute mi`` if that mile is certain, and ``mi`` for
    any mile, which the last step decides.
    """

    __slots__ = (
        "_bound", "_separator", "_units", "ambiguous_miles", "n_nautical", "readings", "unstated", "wide"
    )  # fmt: skip

    def __init__(self, columns: Columns, log: ImportLog) -> None:
        super().__init__(columns, log)
        figures = [cell for name in _COLUMNS for cell in columns.cells(name)]
        self._separator: DecimalSeparator = find_figure_separator(figures, log)
        self._units = {name: self._unit(name) for name in _COLUMNS if columns.has(name)}
        self._bound = self._find_bound()
        self.ambiguous_miles: list[tuple[Row, str]] = []
        self.n_nautical = 0
        self.readings: dict[str, str] = {}
        self.wide: list[str] = []
        self.unstated: Counter[str] = Counter()

    def raw(self, row: Row, name: str) -> Any:
        """Return a cell; in some columns, ``N/A`` and the like stand for an empty one."""
        value = super().raw(row, name)
        if name in _OPTIONAL and isinstance(value, str) and is_missing(value):
            self.unstated[f"{name} {shortened(value.strip())}"] += 1
            return None
        if name == "minimum" and _is_zero(value):
            self.unstated[f"minimum {shortened(value)}"] += 1
            return None
        return value

    def note_readings(self) -> None:
        """Record what was read as something else than it says."""
        if self.readings:
            changed = [
                f"{shortened(text)} is {shortened(read)}" for text, read in self.readings.items()
            ]
            more = (
                f"; and {len(changed) - MOST_SAMPLES} more" if len(changed) > MOST_SAMPLES else ""
            )
            self.log.note(
                "wording",
                count(len(changed), "form"),
                f"{'; '.join(changed[:MOST_SAMPLES])}{more}; the first of two units is kept",
            )
        if self.wide:
            more = f"; and {len(self.wide) - MOST_SAMPLES} more" * (len(self.wide) > MOST_SAMPLES)
            self.log.note(
                "wide ranges", f"{count(len(self.wide), 'row')} read from low to high",
                f"{'; '.join(self.wide[:MOST_SAMPLES])}{more}",
            )  # fmt: skip
        if self.unstated:
            known = ", ".join(
                f"{what} ({n} x)" for what, n in self.unstated.most_common(MOST_SAMPLES)
            )
            self.log.note("read as empty", count(self.unstated.total(), "cell"), known)

    def range_of(self, row: Row) -> tuple[Range, str | None]:
        """Return a row's range, and a note if a mile was read as a nautical mile.

        Raises
        ------
        QuantityError
            If the range is missing or invalid.
        """
        phrase = self._phrase(row)
        note = None
        if _BARE_MILE.search(phrase) and self._is_naval_or_airborne(row):
            if self.log.options.mile is None:
                self.ambiguous_miles.append((row, _STATUTE.sub("mi", phrase)))
            elif self.log.options.mile is Mile.NAUTICAL:
                phrase, note = _BARE_MILE.sub("nmi", phrase), _READ_AS_NAUTICAL
                self.n_nautical += 1
        try:
            range_ = parse_range(_STATUTE.sub("mi", phrase), default_bound=self._bound)
        except QuantityError as error:
            raise QuantityError(f"range: {error}") from error
        if is_blank(self.raw(row, "low")) and range_.high_m > _WIDEST * range_.low_m:
            low, high = (format_figure(m, range_.unit) for m in (range_.low_m, range_.high_m))
            self.wide.append(
                f"row {row.number}: if {low} is the minimum range, write {high} (min {low})"
            )
        return range_, note

    def resolve_miles(self) -> None:
        """Refuse ambiguous miles, or record which mile was given.

        Raises
        ------
        DocumentError
            If a naval or airborne system has a range in miles and no mile was given.
        """
        if self.ambiguous_miles:
            row, phrase = self.ambiguous_miles[0]
            others = (
                f" (and {len(self.ambiguous_miles) - 1} more)"
                if len(self.ambiguous_miles) > 1
                else ""
            )
            raise self.log.refusal(
                f"row {row.number}: {self.text(row, 'name')!r}, {self.text(row, 'category')}, has"
                f" {phrase!r}{others}: which mile? use --mile nautical or --mile statute"
            )
        if self.log.options.mile is not None:
            how = f"given, for naval and airborne systems; {self.n_nautical} read as nautical miles"
            self.log.note("mile", self.log.options.mile.value, how)

    # -- columns --------------------------------------------------------------------------------

    def _unit(self, name: str) -> str | None:
        """Return the unit of figures without a unit in a column."""
        given = self.log.options.unit
        if given is not None:
            self.log.note("unit", f"{given.value} for {name}", "given, for figures without one")
            # Since `nmi` is also a choice, `mi` means the statute mile.
            return _STATUTE_MILE if given is Unit.MI else given.value
        header = self.columns.header(name)
        unit_name = header_unit(header)[1]
        if unit_name is None:
            return None
        try:
            unit = parse_unit(unit_name)
        except QuantityError as error:
            raise self.log.refusal(
                f"column {header!r}: {error}: use --unit nmi if it means nautical miles"
            ) from error
        how = f"column {header!r}, for figures without one"
        self.log.note("unit", f"{unit} for {name}", how)
        return unit

    def _find_bound(self) -> Bound:
        given, header = self.log.options.bound, self.columns.header("range")
        if given is not None:
            bound, how = Bound(given.value), "given"
        elif re.search(r"max|up to", header, re.IGNORECASE):
            bound, how = Bound.UP_TO, f"from column {header!r}"
        else:
            bound, how = Bound.ABOUT, "the default; change it with --bound"
        self.log.note("bare figures", repr(bound.value), how, bound=bound.value)
        return bound

    # -- one row --------------------------------------------------------------------------------

    def _phrase(self, row: Row) -> str:
        """Return the row's range as one phrase with all units."""
        unit = self._row_unit(row)
        text = self._figure(row, "range", unit)
        if not is_blank(self.raw(row, "low")):
            low = re.fullmatch(rf"([0-9.]+) ({_UNIT})", self._figure(row, "low", unit))
            if low is None or not re.fullmatch(rf"[0-9.]+ {low[2]}", text):
                raise QuantityError(
                    "low and range are not two figures in the same unit; make them match"
                )
            text = f"{low[1]}-{text}"
        if not is_blank(self.raw(row, "minimum")):
            if _MINIMUM.search(text):
                raise QuantityError("range and minimum both contain a minimum; keep one")
            text = f"{text} (min {self._figure(row, 'minimum', unit)})"
        return text

    def _row_unit(self, row: Row) -> str | None:
        """Return the unit in the row's unit column."""
        unit_name = self.text(row, "unit")
        if unit_name is None:
            return None
        try:
            return _parse_unit(unit_name)
        except QuantityError as error:
            raise QuantityError(
                f"{error}; or omit the column with --column unit= and use --unit"
            ) from error

    def _figure(self, row: Row, name: str, unit: str | None) -> str:
        """Return a figure with its unit, from the cell, the row or the column."""
        value = self.raw(row, name)
        text = self._normalised(value, name)
        if isinstance(value, str):
            text = self._in_one_unit(value, text, unit or self._units.get(name), name)
        minimum = _MINIMUM.search(text)
        figure, tail = (text, "") if minimum is None else (text[: minimum.start()], minimum[0])
        if own := re.search(rf"{_UNIT}$", figure):
            if unit is not None and _parse_unit(own[0]) != unit:
                raise QuantityError(
                    f"{name} is {shortened(value)} but the unit column has {unit}; make them match"
                )
            return text
        chosen = unit or self._units.get(name)
        if not _FIGURES.fullmatch(figure):
            raise QuantityError(
                f"{name} is {shortened(value)}; expected one figure with its unit, as in 'up to 250 km', or"
                " two, as in '200-300 km'"
            )
        if chosen is None:
            raise QuantityError(f"{name} is {shortened(value)}: no unit; add one, or use --unit km")
        return f"{figure} {chosen}{tail}"

    def _in_one_unit(self, cell: str, text: str, unit: str | None, name: str) -> str:
        """Return a phrase without its conversion; the unit of the column is that of the figure."""
        bare = re.fullmatch(r"(?P<figure>[^()\[\]/]*[0-9])\s*(?P<rest>[(\[/].*)", text)
        if unit is not None and bare and not _MINIMUM.fullmatch(bare["rest"]):
            text = f"{bare['figure']} {unit} {bare['rest']}"
        try:
            text = without_conversion(text)
        except QuantityError as error:
            raise QuantityError(f"{name} is {shortened(cell)}: {error}") from error
        if _letters(text) != _letters(cell):
            self.readings.setdefault(cell, text)
        return text

    def _normalised(self, value: Any, name: str) -> str:
        """Return a cell as text with unambiguous figures."""
        if is_blank(value):
            raise QuantityError(f"{name} is empty; fill it in, or remove the row")
        if isinstance(value, dt.date):
            raise QuantityError(
                f"{name} is the date {value}, perhaps converted by a spreadsheet; format it as text"
            )
        if isinstance(value, str):
            if is_missing(value):
                raise QuantityError(f"{name} is {shortened(value)}: no figure; remove the row")
            try:
                return normalise_figures(plain_phrase(value), self._separator)
            except QuantityError as error:
                raise QuantityError(f"{name} is {shortened(value)}: {error}") from error
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise QuantityError(f"{name} is {shortened(value)}; expected a figure")
        return normalise_figures(f"{value:.15g}", DecimalSeparator.POINT)

    def _is_naval_or_airborne(self, row: Row) -> bool:
        cells = [self.raw(row, name) for name in _DOMAIN_FIELDS]
        cells += [cell for i, cell in enumerate(row.cells) if i not in self.columns.used]
        return any(isinstance(cell, str) and _NAVAL_OR_AIRBORNE.search(cell) for cell in cells)


def _letters(text: str) -> str:
    return re.sub(r"[0-9\s.,]", "", text)


def _is_zero(value: Any) -> bool:
    if isinstance(value, str):
        return re.fullmatch(rf"0+(?:[.,]0+)?\s*(?:{_UNIT})?", value.strip()) is not None
    return isinstance(value, int | float) and value == 0


def _parse_unit(unit_name: str) -> str:
    return _STATUTE_MILE if _STATUTE.fullmatch(unit_name) else parse_unit(unit_name)
