"""A band as text: for ring labels, legends, tables and comparison with a distance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from rangemap.catalogue.bands import Band, System
from rangemap.wording.figures import (
    ENGLISH,
    Figure,
    Limits,
    Wording,
    displayed_alike,
    displayed_ends,
    displayed_margin,
    displayed_number,
    displayed_value,
)


@dataclass(frozen=True, slots=True)
class BandText:
    """Texts for a band in one display unit and language.

    Parameters
    ----------
    band : Band
        The band.
    unit : {"km", "mi", "nmi"}
        The display unit.
    wording : Wording, default ENGLISH
        The language.
    """

    band: Band
    unit: str
    wording: Wording = ENGLISH
    _low: Decimal = field(init=False, repr=False, compare=False)
    _headline: Decimal = field(init=False, repr=False, compare=False)
    _high: Decimal = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        band, unit = self.band, self.unit
        if displayed_alike((band.low, band.headline, band.high), unit):
            low = high = displayed_value(band.high, unit)
        else:
            low, high = displayed_ends(band.low, band.high, unit, around=band.headline)
        headline = displayed_value(band.headline, unit, between=(low, high))
        for name, value in (("_low", low), ("_headline", headline), ("_high", high)):
            object.__setattr__(self, name, value)

    @property
    def is_one(self) -> bool:
        """Whether the band is a single figure, or is displayed as one in this unit."""
        return self._low == self._high

    @property
    def low_number(self) -> str:
        """The lowest figure without its unit."""
        return displayed_number(self.band.low, self._low)

    @property
    def headline_number(self) -> str:
        """The headline without its unit."""
        return displayed_number(self.band.headline, self._headline)

    @property
    def high_number(self) -> str:
        """The highest figure without its unit."""
        return displayed_number(self.band.high, self._high)

    @property
    def minimum_number(self) -> str:
        """The smallest published minimum without its unit; empty if there is none."""
        minimum = self.band.minimum
        return (
            ""
            if minimum is None
            else displayed_number(minimum, displayed_value(minimum, self.unit))
        )

    @property
    def label(self) -> str:
        """The headline in the display unit only."""
        return self.quantity(self.headline_number)

    @property
    def headline(self) -> str:
        """The headline, with the published figure if that is in another unit."""
        published = self._published([self.band.headline], by=self.band.preferred)
        return _joined(self.quantity(self.headline_number), published)

    @property
    def range(self) -> str:
        """Low to high in the display unit only."""
        low = "" if self.is_one else f"{self.low_number}–"
        return self.quantity(f"{low}{self.high_number}")

    @property
    def published(self) -> str:
        """The published figures of `range` in other units, in brackets."""
        return self._published((self.band.low, self.band.high))

    @property
    def phrases(self) -> str:
        """All published figures in other units, for a separate column."""
        band = self.band
        figures = (band.low, band.headline, band.high, band.minimum)
        other = [f for f in figures if f is not None and self.unit not in f.units]
        return "; ".join(dict.fromkeys(self.wording.phrase(figure) for figure in other))

    @property
    def full_range(self) -> str:
        """Low to high, with the published figures."""
        return _joined(self.range, self.published)

    @property
    def range_beside_headline(self) -> str:
        """Low to high, with the published figures that are not already part of `headline`."""
        stated = self.wording.phrase(self.band.headline)
        ends = (self.band.low, self.band.high)
        left = [end for end in ends if self.wording.phrase(end) != stated]
        return _joined(self.range, self._published(left))

    @property
    def minimum(self) -> str | None:
        """The smallest published minimum, with the published figure; None if there is none."""
        minimum = self.band.minimum
        if minimum is None:
            return None
        return _joined(self.quantity(self.minimum_number), self._published([minimum]))

    @property
    def summary(self) -> str:
        """Range, headline and minimum as one line of English text."""
        minimum = f", minimum {self.minimum}" if self.minimum else ""
        return f"{self.range_beside_headline}, headline {self.headline}{minimum}"

    def quantity(self, number: str) -> str:
        """Add the display unit to a number.

        Parameters
        ----------
        number : str
            One of the numbers returned by the properties.

        Returns
        -------
        str
            Number and unit in the language, such as ``~1,700 km``.
        """
        return self.wording.quantity(number, self.unit)

    def margin(self, distance: Decimal) -> str:
        """Return by how much the headline exceeds a distance.

        Parameters
        ----------
        distance : decimal.Decimal
            The displayed distance, in the display unit.

        Returns
        -------
        str
            With a sign and the unit; negative if the headline is less.
        """
        margin = displayed_margin(self.band.headline_m, self._headline, distance, self.unit)
        return self.wording.distance(margin, self.unit, signed=True)

    def _published(self, figures: Iterable[Figure], *, by: str | None = None) -> str:
        return self.wording.published(figures, self.unit, by=by)


def ring_label(system: System, unit: str, wording: Wording = ENGLISH) -> str:
    """Return the label of a ring.

    Parameters
    ----------
    system : System
        What the ring is drawn for.
    unit : {"km", "mi", "nmi"}
        The display unit.
    wording : Wording, default ENGLISH
        The language.

    Returns
    -------
    str
        Name and headline, such as ``Emad · ~1,700 km``; only the figure for a range
        without a label.
    """
    figure = BandText(system.band, unit, wording).label
    is_named = system.named or system.caption is not None
    return f"{wording.name(system.display_name)} · {figure}" if is_named else figure


def limits_of(systems: Iterable[System]) -> Limits:
    """Return the figures that a distance must not cross when it is rounded.

    Parameters
    ----------
    systems : iterable of System
        All systems of a map, so that a place has the same distance in all its rows.

    Returns
    -------
    Limits
        Ranges and minimum ranges, metres, in ascending order.
    """
    bands = [system.band for system in systems]
    reaches = {end for band in bands for end in (band.low_m, band.headline_m, band.high_m)}
    minimums = {end for band in bands for end in (band.min_m, band.max_min_m) if end is not None}
    return Limits(tuple(sorted(reaches)), tuple(sorted(minimums)))


def _joined(text: str, more: str | None) -> str:
    return f"{text} {more}" if more else text
