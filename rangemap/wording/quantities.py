"""Parse published ranges and numbers.

The grammar is strict: text is parsed completely or refused, with both readings if a separator is
ambiguous. No function here opens a file.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from rangemap.errors import QuantityError
from rangemap.limits import LONGEST_FIGURE, LONGEST_RANGE, quoted

METRES: Final = {"km": 1000.0, "mi": 1609.344, "nmi": 1852.0, "m": 1.0}
"""Metres in each unit; the international mile and nautical mile are exact."""

_UNIT_SYMBOLS: Final = {
    "km": "km", "kilometre": "km", "kilometres": "km", "kilometer": "km", "kilometers": "km",
    "mi": "mi", "mile": "mi", "miles": "mi",
    "nmi": "nmi", "nautical mile": "nmi", "nautical miles": "nmi",
    "m": "m", "metre": "m", "metres": "m", "meter": "m", "meters": "m",
}  # fmt: skip
_LONGEST_RANGE_M: Final = 100_000_000.0


class Bound(StrEnum):
    """Qualifier of a published figure."""

    UP_TO = "up to"
    AT_LEAST = "at least"
    ABOUT = "about"
    BETWEEN = "between"

    @property
    def mark(self) -> str:
        """The qualifier before a figure: ``~`` for about, ``≥`` for at least, otherwise nothing."""
        if self is Bound.AT_LEAST:
            return "≥"
        return "~" if self is Bound.ABOUT else ""


_BOUND_OF_TEXT: Final = {
    "up to": Bound.UP_TO, "≤": Bound.UP_TO,
    "at least": Bound.AT_LEAST, "≥": Bound.AT_LEAST, ">": Bound.AT_LEAST,
    "about": Bound.ABOUT, "~": Bound.ABOUT,
    "between": Bound.BETWEEN,
}  # fmt: skip
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}\.\d{3}", re.ASCII)
_NUMBER = r"[0-9][0-9.,]*"
_RANGE = re.compile(
    rf"(?P<bound>up to|at least|about|between|≤|≥|>|~)?\s*"
    rf"(?P<low>{_NUMBER})(?:\s*(?P<link>-|–|to\b|and\b)\s*(?P<high>{_NUMBER}))?"
    rf"\s*(?P<unit>[^\W\d_]+(?: [^\W\d_]+)?)?"
    rf"(?:\s*\(min\s+(?P<min>{_NUMBER})\s*(?P<min_unit>[^\W\d_]+(?: [^\W\d_]+)?)?\))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """One published figure: its wording, its two ends and its minimum, in metres.

    ``low_m`` and ``high_m`` are equal except for `Bound.BETWEEN`; ``min_m`` is the
    published minimum range, or None. ``unit`` is the published unit, which the phrase is
    written in again; ``min_unit`` is that of the minimum if it differs.
    """

    bound: Bound
    low_m: float
    high_m: float
    min_m: float | None = None
    unit: str = "km"
    min_unit: str | None = None

    def __str__(self) -> str:
        """Return the normalised phrase, in the published unit.

        Examples
        --------
        >>> str(parse_range("Between 62 and 124 miles"))
        '62-124 mi'
        """
        unit = METRES[self.unit]
        minimum = ""
        if self.min_m is not None:
            minimum = f" (min {format_figure(self.min_m, self.min_unit or self.unit)})"
        if self.bound is Bound.BETWEEN:
            figure = f"{format_number(self.low_m / unit)}-{format_number(self.high_m / unit)}"
        else:
            figure = f"{self.bound} {format_number(self.high_m / unit)}"
        return f"{figure} {self.unit}{minimum}"


def format_figure(metres: float, unit: str) -> str:
    """Return a figure in its published unit, with all digits."""
    return f"{format_number(metres / METRES[unit])} {unit}"


def format_number(value: float | Decimal) -> str:
    """Return an unambiguous number with grouped thousands and no trailing zeros."""
    if isinstance(value, Decimal):
        text = f"{value:,f}"
    else:
        smaller = 0 if value >= 1 or value == 0 else math.ceil(-math.log10(value))
        text = f"{value:,.{6 + smaller}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{text}0" if _AMBIGUOUS.fullmatch(text) else text


def parse_number(text: str) -> float:
    """Parse a number with unambiguous separators.

    Parameters
    ----------
    text : str
        Digits with an optional decimal point, thousands grouped by commas or
        not at all.

    Returns
    -------
    float
        The number, not negative.

    Raises
    ------
    QuantityError
        If the text is not a number, or is ambiguous.

    Examples
    --------
    >>> parse_number("1,200")
    1200.0
    >>> parse_number("1.300")
    Traceback (most recent call last):
    rangemap.errors.QuantityError: '1.300' could be 1.3 or 1,300; write one of these
    """
    if len(text) > LONGEST_FIGURE:
        raise QuantityError(
            f"number has {len(text)} characters; expected at most {LONGEST_FIGURE}, so round it"
        )
    if re.fullmatch(r"\d+|[1-9]\d{0,2}(,\d{3})+(\.\d+)?", text, re.ASCII):
        return float(text.replace(",", ""))
    if _AMBIGUOUS.fullmatch(text):
        whole, thousandths = text.split(".")
        raise QuantityError(
            f"{text!r} could be {float(text):g} or {whole},{thousandths}; write one of these"
        )
    if re.fullmatch(r"\d+\.\d+", text, re.ASCII):
        return float(text)
    if re.fullmatch(r"\d+,\d+", text, re.ASCII):
        digits = int(text.replace(",", ""))
        decimal = text.replace(",", ".")
        raise QuantityError(f"{text!r} could be {decimal} or {digits:,}; write one of these")
    raise QuantityError(f"{text!r} is not a number; write it as 1200, 1,200 or 1200.5")


def parse_unit(name: str) -> str:
    """Return the symbol (km, mi, nmi, m) for the name of a unit."""
    unit = _UNIT_SYMBOLS.get(name.casefold())
    if unit is None:
        raise QuantityError(f"unknown unit {quoted(name)}; use km, mi, nmi or m")
    return unit


def parse_range(text: str, *, default_bound: Bound = Bound.ABOUT) -> Range:
    """Parse one published range.

    Parameters
    ----------
    text : str
        An optional bound (``up to``, ``at least``, ``about``, ``between``), one figure or
        two from low to high, a unit and an optional minimum range in brackets:
        ``up to 250 km``, ``200-300 km``, ``about 1,200 mi (min 50 mi)``.
    default_bound : Bound, default Bound.ABOUT
        Bound of a figure without one.

    Returns
    -------
    Range
        The figure in metres, with its published unit.

    Raises
    ------
    QuantityError
        If the text does not have this form, a number is ambiguous, or the first figure is
        not the smaller one.

    Examples
    --------
    >>> parse_range("up to 1,200 mi")
    Range(bound=<Bound.UP_TO: 'up to'>, low_m=1931212.8, high_m=1931212.8, min_m=None, unit='mi',
          min_unit=None)
    >>> parse_range("500 km (min 50 km)").min_m
    50000.0
    """
    if len(text) > LONGEST_RANGE:
        raise QuantityError(
            f"{quoted(text)} is too long for a range; expected at most {LONGEST_RANGE} characters,"
            " as in '200-300 km'"
        )
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        raise QuantityError(
            f"{text!r} is not a range; write it as 'up to 250 km', '200-300 km' or"
            " '250 km (min 50 km)'"
        )
    unit = _unit_of(match, "unit")
    low_m = parse_number(match["low"]) * METRES[unit]
    bound = default_bound if match["bound"] is None else _BOUND_OF_TEXT[match["bound"].lower()]
    if match["high"] is None:
        if bound is Bound.BETWEEN:
            raise QuantityError(f"{text!r} has one figure; 'between' needs two, as in '200-300 km'")
        high_m = low_m
    else:
        if match["bound"] is not None and bound is not Bound.BETWEEN:
            raise QuantityError(f"{text!r} has a bound and two figures; write '200-300 km'")
        bound = Bound.BETWEEN
        high_m = parse_number(match["high"]) * METRES[unit]
        if not low_m < high_m:
            raise QuantityError(f"{text!r} is not in ascending order; write the lower figure first")
    if not 0 < low_m <= high_m <= _LONGEST_RANGE_M:
        raise QuantityError(f"{text!r} is outside 0 to 100,000 km; check the figure and the unit")
    min_m, min_unit = None, None
    if match["min"] is not None:
        min_unit = _unit_of(match, "min_unit")
        min_m = parse_number(match["min"]) * METRES[min_unit]
        if not 0 < min_m < low_m:
            raise QuantityError(
                f"{text!r} has its minimum at or above the range; expected 0 < minimum < range"
            )
    return Range(
        bound=bound,
        low_m=low_m,
        high_m=high_m,
        min_m=min_m,
        unit=unit,
        min_unit=None if min_unit == unit else min_unit,
    )


def _unit_of(match: re.Match[str], group: str) -> str:
    if match[group] is None:
        raise QuantityError(f"{match[0]!r} has no unit; write km, mi, nmi or m after the figure")
    return parse_unit(match[group])


def km(metres: float) -> float:
    """Return kilometres as written to files: 3 decimals, and no negative zero."""
    return round(metres / 1000, 3) + 0.0
