"""Published figures, and how people read them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rangemap.quantities import Range, plain_figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One end of a band, or its minimum, as it was published.

    ``units`` are those it was published in, that of ``phrase`` first. ``phrase`` is the
    range it is an end of; a minimum has none.
    """

    metres: float
    units: tuple[str, ...]
    phrase: Range | None = None

    @property
    def mark(self) -> str:
        """Its qualifier: ``~`` for about, ``≥`` for at least, otherwise nothing."""
        return "" if self.phrase is None else self.phrase.bound.mark

    @property
    def published(self) -> str:
        """The published phrase without its minimum.

        Examples
        --------
        >>> from rangemap.quantities import parse_range
        >>> phrase = parse_range("about 1,056 mi (min 50 mi)")
        >>> Figure(metres=phrase.high_m, units=("mi",), phrase=phrase).published
        'about 1,056 mi'
        """
        if self.phrase is None:
            return plain_figure(self.metres, self.units[0])
        return str(replace(self.phrase, min_m=None))
