"""Verdicts arranged for readers: one row per site with all its rings, the most severe first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rangemap.catalogue import Claim
from rangemap.check.table import CheckRow
from rangemap.check.verdicts import VERDICTS, Verdict
from rangemap.scenario.pairs import Pair


@dataclass(frozen=True, slots=True)
class Overview:
    """The verdicts of a check, by ring and by site.

    Parameters
    ----------
    rings : tuple of Pair
        Origin and system of each ring, in the order of the check.
    sites : tuple of tuple of CheckRow
        The verdicts of each site, one for each ring; sites in the order of severity.
    """

    rings: tuple[Pair, ...]
    sites: tuple[tuple[CheckRow, ...], ...]

    def column(self, ring: int) -> tuple[CheckRow, ...]:
        """Return the verdicts on one ring, in the order of the sites."""
        return tuple(site[ring] for site in self.sites)


def arrange(
    pairs: Sequence[Pair], rows: Iterable[CheckRow], *, by_severity: bool = True
) -> Overview:
    """Arrange the rows of a check by site.

    Parameters
    ----------
    pairs : sequence of Pair
        The pairs of the check.
    rows : iterable of CheckRow
        All its rows, pair by pair, with the same sites for each pair in any order.
    by_severity : bool, default True
        Whether the sites are sorted by severity; otherwise they stay in the order of the first pair.

    Returns
    -------
    Overview
        Sites by their strongest verdict, then by how many rings have it, then by how many rings
        have the weaker ones, then by distance from the nearest origin.
    """
    sites: dict[int, list[CheckRow]] = {}
    for row in rows:
        sites.setdefault(row.site_index, []).append(row)
    ordered = sorted(sites.values(), key=_severity) if by_severity else sites.values()
    return Overview(tuple(pairs), tuple(map(tuple, ordered)))


def strongest(rows: Iterable[CheckRow]) -> Verdict:
    """Return the strongest of the verdicts on one site."""
    return min((row.verdict for row in rows), key=VERDICTS.index)


def total(rows: Iterable[CheckRow], values: Sequence[float], verdicts: Iterable[Verdict]) -> float:
    """Return the total of a column of the sites over the rows with some verdicts, rounded once.

    ``values`` are those of the sites in the order of their file, NaN for none.
    """
    kept = set(verdicts)
    found = (values[row.site_index] for row in rows if row.verdict in kept)
    return math.fsum(value for value in found if not math.isnan(value))


def claims_within(row: CheckRow) -> tuple[tuple[Claim, bool], ...]:
    """Return the claims of a row, and whether the figures of each include the distance."""
    return tuple((claim, _is_within(claim, row.distance_m)) for claim in row.system.band.claims)


def _severity(rows: Sequence[CheckRow]) -> tuple[float, ...]:
    counts = [sum(row.verdict is verdict for row in rows) for verdict in VERDICTS]
    return (*(-count for count in counts[:-1]), min(row.distance_m for row in rows))


def _is_within(claim: Claim, distance_m: float) -> bool:
    figure = claim.range
    return (
        figure is not None
        and distance_m <= figure.high_m
        and (figure.min_m is None or distance_m >= figure.min_m)
    )
