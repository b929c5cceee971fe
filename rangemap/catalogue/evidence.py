"""Where the published evidence for a weapon's range is thin, in plain words.

This tells contributors where another source helps most. It is information and never a weight.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rangemap.catalogue.independence import independent_sources
from rangemap.catalogue.publishers import PublisherKind, Publishers
from rangemap.catalogue.records import Weapon
from rangemap.io.rules import last_day

FEWEST_SOURCES: Final = 3
"""With fewer independent sources, the evidence for a weapon is thin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the claims of a weapon that can be drawn are based on.

    Parameters
    ----------
    claims : int
        Number of these claims, of all variants and against all targets.
    sources : int
        Number of their independent sources.
    newest : str or None
        Date of the newest of them; None if none has a date.
    kinds : tuple of PublisherKind or None
        Kinds of their publishers, without repetitions; None for those not in the list.
    """

    claims: int
    sources: int
    newest: str | None
    kinds: tuple[PublisherKind | None, ...]

    def weak_points(self, *, old_before: dt.date | None) -> list[str]:
        """Return why the evidence is thin, one phrase for each reason.

        Parameters
        ----------
        old_before : datetime.date or None
            A newest claim from before this day is old; None for no limit.

        Returns
        -------
        list of str
            Empty if there are three independent sources of more than one kind, and a claim that
            is not old.

        Examples
        --------
        >>> kinds = (PublisherKind.NEWSPAPER,)
        >>> evidence = Evidence(claims=4, sources=2, newest="2016", kinds=kinds)
        >>> evidence.weak_points(old_before=dt.date(2021, 11, 1))
        ['2 independent sources', 'nothing newer than 2016', 'newspapers only']
        """
        if not self.claims:
            return ["no figure that can be drawn"]
        points = []
        if self.sources < FEWEST_SOURCES:
            points.append(f"{self.sources} independent source{'' if self.sources == 1 else 's'}")
        if self.newest is None:
            points.append("no dated claim")
        elif old_before is not None and last_day(self.newest) < old_before:
            points.append(f"nothing newer than {self.newest}")
        if self.claims > 1 and len(self.kinds) == 1 and self.kinds[0] is not None:
            points.append(f"{self.kinds[0].plural} only")
        return points


def evidence_for(weapon: Weapon, publishers: Publishers) -> Evidence:
    """Return what the claims of a weapon that can be drawn are based on.

    Parameters
    ----------
    weapon : Weapon
        The entry.
    publishers : Publishers
        The kinds of its publishers, and whose texts they repeat.

    Returns
    -------
    Evidence
        Counts, date and kinds.
    """
    claims = [claim for claim in weapon.claims if claim.drawn]
    found = [publishers.find(claim.source.publisher).kind for claim in claims]
    return Evidence(
        claims=len(claims),
        sources=sum(
            any(claim.drawn for claim in source.claims)
            for source in independent_sources(weapon.claims, publishers)
        ),
        newest=max((claim.source.date for claim in claims if claim.source.date), default=None),
        kinds=tuple(dict.fromkeys(found)),
    )


def newest_day(weapons: Iterable[Weapon]) -> dt.date | None:
    """Return the last day of the newest date of a claim of some weapons; None without dates."""
    dates = (claim.source.date or "" for weapon in weapons for claim in weapon.claims)
    newest = max(dates, default="")
    return last_day(newest) if newest else None


def years_before(day: dt.date, years: int) -> dt.date:
    """Return the day a number of years earlier; 28 February for 29 February.

    Examples
    --------
    >>> years_before(dt.date(2024, 2, 29), 5).isoformat()
    '2019-02-28'
    """
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return dt.date(max(day.year - years, dt.MINYEAR), day.month, last)
