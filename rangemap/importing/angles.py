"""Latitudes and longitudes in columns: whole angles, or degrees, minutes, seconds and hemispheres."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NamedTuple

import numpy as np

from rangemap.errors import QuantityError
from rangemap.importing.choices import AxisOrder, DecimalSeparator
from rangemap.importing.decimals import parse_degrees, plain_numbers
from rangemap.importing.decisions import ImportLog, count
from rangemap.importing.fields import Reader
from rangemap.importing.tables import Columns
from rangemap.places.notations import plain_characters
from rangemap.places.positions import parse_angle
from rangemap.sites.position_columns import PARTS, hemisphere_sign, position_header
from rangemap.sites.raw import Row, is_blank, shortened

_AXES: Final = ("lat", "lon")
_NAMES: Final = {"lat": "latitude", "lon": "longitude"}
_LARGEST: Final = {"lat": 90, "lon": 180}
_LARGEST_READ: Final = {"lat": 90, "lon": 360}
_CLEAR_SHARE: Final = 0.9
_DIGITS: Final = re.compile(r"[+-]?[0-9]{3,7}(?:\.[0-9]{0,15})?")


class Notation(StrEnum):
    """What the figures of a column without marks mean."""

    DEGREES = "degrees"
    MINUTES = "DDMM.mmm"
    SECONDS = "DDMMSS"


class _Size(NamedTuple):
    """A number without its sign; ``is_padded`` if it has more digits than degrees, such as 0030.5."""

    text: Any
    value: float
    is_padded: bool = False


@dataclass(slots=True)
class Angles:
    """Reads the latitude and the longitude of a row, after examining the columns as a whole."""

    columns: Columns
    log: ImportLog
    reader: Reader
    separator: DecimalSeparator
    order: AxisOrder
    notation: Notation = Notation.DEGREES
    signs: dict[str, int] = field(default_factory=dict)
    signless: frozenset[str] = frozenset()
    """The columns of signed whole numbers, in which -0 has become 0."""
    _plain: dict[str, list[float | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.signs = {name: self._header_sign(name) for name in _AXES}
        self.notation = self._find_notation()
        self.signless = frozenset(name for name in _AXES if self._loses_signs(name))
        for name in _AXES:
            self._note_parts(name)

    def read(self) -> Iterator[tuple[float, float] | QuantityError]:
        """Yield the latitude and longitude of each row in degrees.

        A row in which one of them is missing, invalid, or in conflict with its hemisphere yields the error.
        """
        lats, lons = (self._plain_angles(name) for name in self._names)
        for row, lat, lon in zip(self.columns.table.rows, lats, lons, strict=True):
            try:
                self._refuse_degrees(row, self._names)
                yield (
                    self._angle(row, self._names[0], "lat") if lat is None else lat,
                    self._angle(row, self._names[1], "lon") if lon is None else lon,
                )
            except QuantityError as error:
                yield error

    @property
    def _names(self) -> tuple[str, ...]:
        """The fields that have the latitude and the longitude."""
        return _AXES if self.order is AxisOrder.LAT_LON else _AXES[::-1]

    def _plain_angles(self, name: str) -> list[float | None]:
        """Return the angles of a column that are numbers of degrees and nothing else; None for others."""
        others = [f"{name}_{part}" for part in PARTS]
        if (
            self.notation is not Notation.DEGREES
            or self.signs[name]
            or any(self.columns.has(other) or other in self.reader.fill for other in others)
        ):
            return [None] * len(self.columns.table.rows)
        # Adding zero removes the sign of -0.0.
        return [None if number is None else number + 0.0 for number in self._numbers(name)]

    def _numbers(self, name: str) -> list[float | None]:
        """Return the cells of a column that are plain numbers; None for others."""
        if name not in self._plain:
            self._plain[name] = plain_numbers(self.columns.column(name), self.separator)
        return self._plain[name]

    def _refuse_degrees(self, row: Row, names: Sequence[str]) -> None:
        """Refuse a row of degrees in a file of another notation, which it would fit too."""
        if self.notation is Notation.DEGREES:
            return
        cells = [self.columns.cell(row, name) for name in names]
        lat, lon = (_size(cell, self.separator) for cell in cells)
        if lat is not None and lon is not None and _are_degrees(lat, lon):
            raise QuantityError(
                f"latitude {shortened(cells[0])} and longitude {shortened(cells[1])} fit degrees, but the other rows"
                f" are {self.notation}; write them alike"
            )

    # -- one angle --------------------------------------------------------------------------------

    def _angle(self, row: Row, name: str, axis: str) -> float:
        """Return the angle in the columns of ``name``, which is a latitude or longitude."""
        what = _NAMES[axis]
        cell = self.columns.cell(row, name)
        if is_blank(cell):
            raise QuantityError(f"{what} is empty; fill it in, or remove the row")
        side = self._hemisphere(row, name, axis)
        number, is_negative = self._number(cell)
        if number is None:
            return self._marked(cell, axis, side)
        if self.columns.has(f"{name}_min"):
            number = self._composed(row, name, number, what)
            if (
                number
                and not (side or is_negative or self.signs[name])
                and cell == 0
                and name in self.signless
            ):
                raise QuantityError(
                    f"{what} has 0 degrees without a sign, which whole numbers lose; other rows are negative, so"
                    f" add the hemisphere in a column of its own, or write -0 as text"
                )
        elif self.notation is not Notation.DEGREES:
            number = _unpacked(number, self.notation, axis, cell)
        if side and is_negative and side > 0:
            raise QuantityError(
                f"{what} is {shortened(cell)} with hemisphere {self._side_text(row, name)}; remove the minus"
                " sign or correct the hemisphere"
            )
        sign = side or self.signs[name] or (-1 if is_negative else 1)
        return math.copysign(number, sign) if number else 0.0

    def _number(self, cell: Any) -> tuple[float | None, bool]:
        """Return the size of a plain number, None for anything else, and whether it is negative."""
        value: float | None = None
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            value = float(cell)
        elif isinstance(cell, str):
            value = parse_degrees(cell, self.separator)
            if value is None and self.notation is not Notation.DEGREES:
                value = _digits(cell, self.separator)
        if value is None:
            return None, False
        return abs(value), math.copysign(1, value) < 0

    def _composed(self, row: Row, name: str, degrees: float, what: str) -> float:
        parts: list[float | None] = []
        for part in ("min", "sec"):
            cell = self.columns.cell(row, f"{name}_{part}")
            if is_blank(cell):
                parts.append(None)
                continue
            size, is_negative = self._number(cell)
            unit = {"min": "minutes", "sec": "seconds"}[part]
            if size is None or is_negative or size >= 60:
                raise QuantityError(
                    f"{unit} of {what} are {shortened(cell)}; expected a number from 0 to less than 60"
                )
            parts.append(size)
        minutes, seconds = parts
        if minutes is None and (seconds is not None or degrees.is_integer()):
            raise QuantityError(f"minutes of {what} are empty; fill them in, with 0 for none")
        if not degrees.is_integer() and any(parts):
            raise QuantityError(
                f"{what} has {degrees:g} degrees and also minutes; expected whole degrees"
            )
        if minutes is not None and not minutes.is_integer() and seconds:
            raise QuantityError(
                f"{what} has {minutes:g} minutes and also seconds; expected whole minutes"
            )
        return degrees + (minutes or 0) / 60 + (seconds or 0) / 3600

    def _side_text(self, row: Row, name: str) -> str:
        return shortened(self.reader.raw(row, f"{name}_hemisphere"))

    def _hemisphere(self, row: Row, name: str, axis: str) -> int:
        """Return the sign of a row's hemisphere; 0 if the file has no column of hemispheres."""
        field_name = f"{name}_hemisphere"
        value = self.reader.raw(row, field_name)
        if not self.columns.has(field_name) and value is None:
            return 0
        if is_blank(value):
            raise QuantityError(
                f"hemisphere of {_NAMES[axis]} is empty; fill it in, or set it with --fill {field_name}=N"
                if axis == "lat"
                else f"hemisphere of {_NAMES[axis]} is empty; fill it in, or set it with --fill {field_name}=E"
            )
        sign = hemisphere_sign(value, axis)
        if not sign:
            letters = "N or S" if axis == "lat" else "E or W"
            raise QuantityError(
                f"hemisphere of {_NAMES[axis]} is {shortened(value)}; expected {letters}, or omit the column"
                f" with --column {field_name}="
            )
        # A fill value for all rows keeps signed numbers: north and east are positive.
        return 0 if sign > 0 and not self.columns.has(field_name) else sign

    def _marked(self, cell: Any, axis: str, side: int) -> float:
        what = _NAMES[axis]
        # Anything but a number must mark degrees, minutes or hemisphere with symbols or letters.
        text = plain_characters(cell) if isinstance(cell, str) else ""
        if not (re.search(r"[^0-9.,+\-\s]", text) and re.search(r"[0-9]", text)):
            raise QuantityError(
                f"{what} is {shortened(cell)}; expected degrees with a decimal {self.separator}, or a form"
                " such as 33°47'08\"N"
            )
        if self.separator is DecimalSeparator.COMMA:
            text = re.sub(r"(?<=[0-9]),(?=[0-9])", ".", text)
        try:
            angle = parse_angle(text)
        except QuantityError as error:
            raise QuantityError(f"{what}: {error}") from error
        if angle.axis not in {None, axis}:
            raise QuantityError(
                f"{what} is {shortened(cell)}, which is not a {what}; are the columns swapped?"
            )
        own = -1 if math.copysign(1, angle.degrees) < 0 else 1 if angle.axis else 0
        side = side or (0 if angle.axis else min(self.signs[axis], 0))
        if own and side and own != side:
            raise QuantityError(
                f"{what} is {shortened(cell)}, but its hemisphere is the other one; correct one"
            )
        return math.copysign(angle.degrees, side) if side else angle.degrees

    # -- the columns as a whole -------------------------------------------------------------------

    def _header_sign(self, name: str) -> int:
        """Return -1 if a column's name states south or west and its rows are positive."""
        header = position_header(self.columns.header(name))
        fill = f"{name}_hemisphere"
        if (
            header is None
            or header.sign >= 0
            or self.columns.has(fill)
            or fill in self.log.options.fill
        ):
            return 0
        numbers = [
            (row_number, self._number(cell)) for row_number, cell in self.columns.cells(name)
        ]
        negative = [n for n, (size, is_negative) in numbers if size and is_negative]
        positive = [n for n, (size, is_negative) in numbers if size and not is_negative]
        column, side = self.columns.header(name), {"lat": "S", "lon": "W"}[name]
        other = {"lat": "N", "lon": "E"}[name]
        if negative and positive:
            raise self.log.refusal(
                f"column {column!r} is south or west by its name, but has a positive number in row"
                f" {positive[0]} and a negative one in row {negative[0]}; use --fill {fill}={other} if"
                f" negative numbers are {side}, or correct the signs"
            )
        self.log.note(
            f"{name} sign", side,
            f"from column {column!r}, with {count(len(positive) or len(negative), 'number')} without a"
            f" hemisphere; --fill {fill}={other} keeps the signs",
        )  # fmt: skip
        return -1

    def _loses_signs(self, name: str) -> bool:
        """Whether degrees with minutes beside them are numbers, of which some are negative."""
        return self.columns.has(f"{name}_min") and any(
            isinstance(cell, int | float) and cell < 0 for _, cell in self.columns.cells(name)
        )

    def _note_parts(self, name: str) -> None:
        parts = [
            part for part in ("min", "sec", "hemisphere") if self.columns.has(f"{name}_{part}")
        ]
        if parts and self.columns.has(name):
            columns = [self.columns.header(f"{name}_{part}") for part in parts]
            listed = ", ".join(map(repr, [self.columns.header(name), *columns]))
            self.log.note(
                f"{name} parts", f"composed of columns {listed}", "matched by name or given"
            )

    def _find_notation(self) -> Notation:
        """Return what numbers mean: degrees, unless nearly all are too large and fit another form."""
        if any(self.columns.has(f"{name}_min") for name in _AXES):
            return Notation.DEGREES
        if self._are_plainly_degrees():
            return Notation.DEGREES
        sizes = [
            (lat, lon)
            for lat, lon in zip(*map(self._sizes, self._names), strict=True)
            if lat is not None and lon is not None
        ]
        n_rows = len(sizes)
        odd = [pair for pair in sizes if not _are_degrees(*pair)]
        is_swapped = 2 * sum(_are_degrees(lon, lat) for lat, lon in odd) > len(odd)
        example = next((each for pair in odd for each in pair if each.value), None)
        # A few such rows are invalid, exchanged columns are degrees (139.69 is not 1 degree 39.69
        # minutes), and padded zeros would fit every notation.
        if len(odd) <= (1 - _CLEAR_SHARE) * n_rows or is_swapped or example is None:
            return Notation.DEGREES
        for notation in (Notation.MINUTES, Notation.SECONDS):
            n_fits = sum(
                _fits(lat.value, notation, "lat") and _fits(lon.value, notation, "lon")
                for lat, lon in sizes
            )
            if n_fits < _CLEAR_SHARE * n_rows:
                continue
            degrees = _unpack(example.value, notation)
            value = f"{shortened(example.text)} is {degrees:.10g} degrees"
            if len(odd) < _CLEAR_SHARE * n_rows:
                raise self.log.refusal(
                    f"{len(odd)} of {count(n_rows, 'row')} are {notation} rather than degrees, so that {value},"
                    " but the others could be either; write decimal degrees in all, or degrees and minutes in"
                    " columns of their own"
                )
            self.log.note(
                "notation", notation,
                f"{n_fits} of {count(n_rows, 'row')} fit it, {n_rows - len(odd)} fit degrees; so {value}",
            )  # fmt: skip
            return notation
        return Notation.DEGREES

    def _are_plainly_degrees(self) -> bool:
        """Whether nearly all rows have plain numbers that are degrees, whatever the others have."""
        lats, lons = (
            np.abs(np.array(self._numbers(name), dtype=np.float64)) for name in self._names
        )  # NaN for None, which is neither
        n_degrees = np.sum((lats <= _LARGEST_READ["lat"]) & (lons <= _LARGEST_READ["lon"]))
        return bool(n_degrees > _CLEAR_SHARE * len(lats))

    def _sizes(self, name: str) -> list[_Size | None]:
        return [
            _size(cell, self.separator) if number is None else _Size(cell, abs(number))
            for cell, number in zip(self.columns.column(name), self._numbers(name), strict=True)
        ]


def _are_degrees(lat: _Size, lon: _Size) -> bool:
    return (
        lat.value <= _LARGEST_READ["lat"]
        and lon.value <= _LARGEST_READ["lon"]
        and not (lat.is_padded or lon.is_padded)
    )


def _digits(text: str, separator: DecimalSeparator) -> float | None:
    plain = plain_characters(text).strip()
    if separator is DecimalSeparator.COMMA:
        plain = plain.replace(",", ".")
    return float(plain) if _DIGITS.fullmatch(plain) else None


def _size(cell: Any, separator: DecimalSeparator) -> _Size | None:
    """Return the size of a number with or without more digits than degrees have."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _Size(cell, abs(float(cell))) if math.isfinite(cell) else None
    if not isinstance(cell, str):
        return None
    value = parse_degrees(cell, separator)
    is_padded = value is None
    value = _digits(cell, separator) if value is None else value
    return None if value is None else _Size(cell, abs(value), is_padded)


def _unpack(size: float, notation: Notation) -> float:
    """Return the degrees of a number that is written without gaps."""
    # Decimal digits are divided as whole numbers, since 3541.2 % 100 is not exactly 41.2.
    if notation is Notation.MINUTES:
        degrees, minutes = divmod(size, 100)
        return degrees + minutes / 60
    degrees, rest = divmod(size, 10_000)
    minutes, seconds = divmod(rest, 100)
    return degrees + minutes / 60 + seconds / 3600


def _fits(size: float, notation: Notation, axis: str) -> bool:
    if notation is Notation.DEGREES:
        return size <= _LARGEST_READ[axis]
    parts = [size % 100] if notation is Notation.MINUTES else [size % 100, size // 100 % 100]
    return all(part < 60 for part in parts) and _unpack(size, notation) <= _LARGEST[axis]


def _unpacked(size: float, notation: Notation, axis: str, cell: Any) -> float:
    if not _fits(size, notation, axis):
        raise QuantityError(
            f"{_NAMES[axis]} is {shortened(cell)}, which is not {notation} like the other rows; correct it"
        )
    return _unpack(size, notation)
