"""Published figures and distances, formatted for people.

Lines, verdicts and files use the exact figure. For people it is shown with its qualifier: as
published in the published unit, rounded in any other unit. Only this module formats figures for
people; a language overrides the last four methods of `Wording`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from rangemap.text import isolated
from rangemap.wording.quantities import METRES, Range, format_figure, format_number

_MOST_CHANGE: Final = Decimal("0.01")
_FEWEST_DIGITS: Final = 2
_MOST_DIGITS: Final = 15
_FINEST_PRECISION: Final = Decimal("0.1")
_FINEST_STEP: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One end of a band, or its minimum, as published.

    ``units`` are the published units, that of ``phrase`` first. ``phrase`` is the range
    that the figure is an end of; a minimum has none.
    """

    metres: float
    units: tuple[str, ...]
    phrase: Range | None = None

    @property
    def key(self) -> float:
        """The metres, rounded so that one figure in two units compares equal."""
        return round(self.metres, 6)

    @property
    def mark(self) -> str:
        """The qualifier: ``~`` for about, ``≥`` for at least, otherwise nothing."""
        return "" if self.phrase is None else self.phrase.bound.mark

    @property
    def published(self) -> str:
        """The published phrase without its minimum.

        Examples
        --------
        >>> from rangemap.wording.quantities import parse_range
        >>> phrase = parse_range("about 1,056 mi (min 50 mi)")
        >>> Figure(metres=phrase.high_m, units=("mi",), phrase=phrase).published
        'about 1,056 mi'
        """
        if self.phrase is None:
            return format_figure(self.metres, self.units[0])
        return str(replace(self.phrase, min_m=None))


class Limits(NamedTuple):
    """Figures in metres that rounding must not move a distance across.

    A distance is within range up to one of ``reaches``, and not too close at one of
    ``minimums`` or more; both are in ascending order.
    """

    reaches: tuple[float, ...] = ()
    minimums: tuple[float, ...] = ()

    def are_kept(self, metres: float, displayed_m: Decimal) -> bool:
        """Whether a distance and its shown value are on the same side of every limit."""
        off = 2 * abs(metres - float(displayed_m)) + 1
        return all(
            (metres <= end) == (displayed_m <= _decimal(end))
            for end in _between(self.reaches, metres - off, metres + off)
        ) and all(
            (metres >= end) == (displayed_m >= _decimal(end))
            for end in _between(self.minimums, metres - off, metres + off)
        )


def _between(ends: tuple[float, ...], low: float, high: float) -> tuple[float, ...]:
    return ends[bisect_left(ends, low) : bisect_right(ends, high)]


NO_LIMITS: Final = Limits()


def round_for_display(value: Decimal, fewest: int = 0) -> Decimal:
    """Round to the fewest significant digits, at least two, that change a value by at most 1 %.

    ``fewest`` is a higher minimum of digits.

    Examples
    --------
    >>> [f"{round_for_display(Decimal(value)):f}" for value in ("186.41", "1242.74", "14966.9")]
    ['186', '1240', '15000']
    """
    digits = max(_FEWEST_DIGITS, fewest)
    while abs(_to_digits(value, digits) - value) > value * _MOST_CHANGE:
        digits += 1
    return _to_digits(value, digits)


def displayed_value(
    figure: Figure,
    unit: str,
    *,
    digits: int = 0,
    between: tuple[Decimal, Decimal] | None = None,
) -> Decimal:
    """Return the value shown for a figure, in ``unit``.

    Parameters
    ----------
    figure : Figure
        The figure.
    unit : str
        The display unit.
    digits : int
        Minimum number of significant digits of a converted figure.
    between : tuple of Decimal, optional
        Shown values of the figures that it lies between: a converted figure gets as many
        digits as needed to lie between them too.
    """
    if unit in figure.units:
        return _published_value(figure.metres, unit)
    exact = _exact(figure.key, unit)
    displayed = round_for_display(exact, digits)
    while between and not between[0] <= displayed <= between[1] and digits < _MOST_DIGITS:
        digits += 1
        displayed = round_for_display(exact, digits)
    return displayed


def displayed_alike(figures: Iterable[Figure], unit: str) -> bool:
    """Whether figures are shown alike, such as 1,400 km and its conversion to 870 miles."""
    return len({displayed_number(figure, displayed_value(figure, unit)) for figure in figures}) == 1


def displayed_ends(
    low: Figure, high: Figure, unit: str, *, around: Figure | None = None
) -> tuple[Decimal, Decimal]:
    """Return the values shown for the ends of a band, in ``unit``.

    If rounding would make different ends equal or reversed, or would exclude the figure
    ``around`` that they enclose and that was published in this unit, more digits are used.
    """
    inside = displayed_value(around, unit) if around and unit in around.units else None
    if low.key == high.key:
        value = displayed_value(low if unit in low.units else high, unit)
        return value, value
    for digits in range(_MOST_DIGITS + 1):
        ends = displayed_value(low, unit, digits=digits), displayed_value(high, unit, digits=digits)
        if ends[0] < ends[1] and (inside is None or ends[0] <= inside <= ends[1]):
            break
    return ends


def displayed_number(figure: Figure, value: Decimal) -> str:
    """Return the shown value of a figure with its qualifier, without its unit."""
    return f"{figure.mark}{_number_text(value)}"


def displayed_distance(
    metres: float, precision_m: float, unit: str, limits: Limits = NO_LIMITS
) -> Decimal:
    """Return the value shown for a distance.

    Parameters
    ----------
    metres : float
        The distance.
    precision_m : float
        Sum of the precisions of its two ends, metres.
    unit : str
        The display unit.
    limits : Limits
        Limits that rounding must not move it across.

    Returns
    -------
    Decimal
        A multiple, in ``unit``, of the largest step of 1, 2 or 5 times a power of ten that
        does not exceed the precision, at least 0.1; the step is divided by ten until the
        value is on the correct side of every limit.

    Examples
    --------
    >>> [f"{displayed_distance(70_812, p, 'km'):f}" for p in (0, 300, 5_000, 71_200)]
    ['70.8', '70.8', '70', '50']
    >>> f"{displayed_distance(301_400, 5_000, 'km', Limits(reaches=(300_000,))):f}"
    '301.5'
    """
    exact = _exact(metres, unit)
    step = _step(_exact(round(precision_m, 3), unit))
    while True:
        displayed = _multiple(exact, step)
        if step < _FINEST_STEP or limits.are_kept(metres, displayed * _metres_in(unit)):
            return displayed
        step /= 10


def displayed_margin(
    figure_m: float, displayed_figure: Decimal, displayed_at: Decimal, unit: str
) -> Decimal:
    """Return the value shown for the margin between a figure and a distance.

    Parameters
    ----------
    figure_m : float
        The exact figure, metres.
    displayed_figure, displayed_at : Decimal
        Shown values of the figure and of the distance, in ``unit``.
    unit : str
        The display unit.

    Returns
    -------
    Decimal
        The difference of the shown values, so that readers can check it. The exact figure
        is used only if the rounded one would change the sign.
    """
    margin = displayed_figure - displayed_at
    exact = _exact(figure_m, unit) - displayed_at
    if (margin >= 0) == (exact >= 0):
        return margin
    step = Decimal(1).scaleb(min(_exponent(displayed_at), exact.adjusted()))
    return _multiple(exact, step)


class Wording:
    """Figures and distances in English; other languages override the methods at the end."""

    __slots__ = ()

    def published(self, figures: Iterable[Figure], unit: str, *, by: str | None = None) -> str:
        """Return, in brackets, the figures published in another unit.

        Parameters
        ----------
        figures : iterable of Figure
            One figure, or two from low to high.
        unit : str
            The display unit.
        by : str, optional
            Publisher to name as well, whatever the unit.

        Returns
        -------
        str
            Empty if there is nothing to add.
        """
        other = [figure for figure in figures if unit not in figure.units]
        if not other:
            return "" if by is None else f"({self.name(by)})"
        phrases = list(dict.fromkeys(self.phrase(figure) for figure in other))
        units = {figure.units[0] for figure in other}
        if len(phrases) > 1 and len(units) == 1:
            (shared,) = units
            numbers = [f"{f.mark}{_published_number(f.key, shared)}" for f in other]
            phrases = [self.quantity("–".join(numbers), shared)]
        return self.in_brackets("; ".join(phrases), by)

    def distance(self, value: Decimal, unit: str, *, signed: bool = False) -> str:
        """Return a distance or margin with all its digits."""
        number = f"{value:{'+' if signed else ''},f}".replace("-", "−")
        return self.quantity(number, unit)

    def computed(self, metres: float, unit: str) -> str:
        """Return a computed value, such as a precision or median, to a tenth of the unit."""
        value = _exact(metres, unit)
        digits = _FINEST_PRECISION
        if value < digits:
            digits = Decimal(1).scaleb(value.adjusted() - 1)
        return self.quantity(format_number(value.quantize(digits, ROUND_HALF_UP)), unit)

    def phrase(self, figure: Figure) -> str:
        """Return a figure as published."""
        if figure.phrase is None:
            unit = figure.units[0]
            return self.quantity(_published_number(figure.key, unit), unit)
        return self.claim(replace(figure.phrase, min_m=None))

    # -- overridden by other languages -----------------------------------------------------------

    def quantity(self, number: str, unit: str) -> str:
        """Return one or two numbers with the unit."""
        return f"{number} {unit}"

    def claim(self, published: Range) -> str:
        """Return the phrase of a published range."""
        return str(published)

    def in_brackets(self, published: str, by: str | None) -> str:
        """Return the published figures in brackets, with the publisher if given."""
        who = "" if by is None else f", by {self.name(by)}"
        return f"(published: {published}{who})"

    def name(self, text: str) -> str:
        """Return a name from the data, isolated from the figure next to it."""
        return isolated(text)


ENGLISH: Final = Wording()


def _decimal(value: float) -> Decimal:
    """Return a number in its shortest decimal form, which is the published one."""
    return Decimal(repr(float(value)))


def _metres_in(unit: str) -> Decimal:
    return _decimal(METRES[unit])


def _exact(metres: float, unit: str) -> Decimal:
    return _decimal(metres) / _metres_in(unit)


def _published_number(metres: float, unit: str) -> str:
    return format_number(metres / METRES[unit])


# A catalogue has few different figures, and each is shown several times.
@lru_cache(maxsize=10_000)
def _published_value(metres: float, unit: str) -> Decimal:
    return Decimal(_published_number(metres, unit).replace(",", ""))


_number_text = lru_cache(maxsize=10_000)(format_number)


def _to_digits(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(value.adjusted() - digits + 1), ROUND_HALF_UP)


def _multiple(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _step(precision: Decimal) -> Decimal:
    """Return the largest of 1, 2 or 5 times a power of ten up to a precision, at least 0.1."""
    if precision <= _FINEST_PRECISION:
        return _FINEST_PRECISION
    power = Decimal(1).scaleb(precision.adjusted())
    return next(step * power for step in (5, 2, 1) if step * power <= precision)
