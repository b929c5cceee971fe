"""The check table: one row for each origin, weapon or range, and site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rangemap.catalogue import System
from rangemap.check.order import row_order
from rangemap.check.verdicts import REASONS, VERDICTS, Reason, Verdict, Verdicts, judge
from rangemap.scenario.origins import Origin
from rangemap.scenario.pairs import Pair, band_from, by_origin
from rangemap.scenario.selection import Selection
from rangemap.sites import SiteTable
from rangemap.wording.quantities import km

_Metres = NDArray[np.float64]

COLUMNS: Final = (
    "origin", "origin_kind", "weapon", "site", "site_id", "distance_km", "low_km",
    "headline_km", "headline_published", "high_km", "min_km", "verdict", "reason",
    "claims_reaching", "claims", "margin_km", "precision_km",
)  # fmt: skip
SUMMARY_COLUMNS: Final = (
    "origin", "weapon", "low_km", "headline_km", "headline_published", "high_km", "sites",
    "inside", "disputed", "too_close", "outside",
)  # fmt: skip
COUNTS: Final = frozenset(
    {
        "claims_reaching",
        "claims",
        "sites",
        "inside",
        "disputed",
        "too_close",
        "outside",
    }
)
"""Columns of both tables that contain whole numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One verdict, with its distances unrounded.

    Parameters
    ----------
    origin : Origin
        Where the distance starts.
    system : System
        The system that the site is judged against.
    site_index : int
        Row number of the site in its table, from 0.
    site, site_id : str
        Name and identifier of the site.
    distance_m : float
        Geodesic distance from origin to site, metres.
    precision_m : float
        Sum of the precisions of origin and site, metres.
    verdict : Verdict
        What the claims mean for the site.
    reason : Reason
        Why the verdict is uncertain, if it is.
    claims_reaching : int
        How many claims have figures that include the distance.
    """

    origin: Origin
    system: System
    site_index: int
    site: str
    site_id: str
    distance_m: float
    precision_m: float
    verdict: Verdict
    reason: Reason
    claims_reaching: int

    @property
    def margin_m(self) -> float:
        """Headline range minus distance; negative outside it."""
        return self.system.band.headline_m - self.distance_m


def reached_by(rows: Iterable[CheckRow]) -> Counter[int]:
    """Count the rings that may reach each site, by the row of the site."""
    return Counter(row.site_index for row in rows if row.verdict.reaches)


def _judged(
    pairs: Iterable[Pair], sites: SiteTable
) -> Iterator[tuple[Origin, System, _Metres, _Metres, Verdicts]]:
    """Yield origin, system, distances, precisions and verdicts, measured once per origin."""
    for origin, systems in by_origin(pairs):
        distances_m = origin.distances_m(sites.lon, sites.lat)
        precisions_m = sites.precision_m + origin.precision_m
        for system in systems:
            found = judge(band_from(origin, system.band), distances_m, precisions_m)
            yield origin, system, distances_m, precisions_m, found


def check_rows(selection: Selection) -> Iterator[CheckRow]:
    """Yield the verdicts of a selection.

    Parameters
    ----------
    selection : Selection
        Pairs and sites.

    Yields
    ------
    CheckRow
        One row for each pair and site, the sites in the order that is wanted.
    """
    sites = selection.sites
    for origin, system, distances_m, precisions_m, found in _judged(selection.pairs, sites):
        for index in row_order(selection.order, sites.names, distances_m, found.verdicts).tolist():
            yield CheckRow(
                origin=origin,
                system=system,
                site_index=index,
                site=sites.names[index],
                site_id=sites.ids[index],
                distance_m=float(distances_m[index]),
                precision_m=float(precisions_m[index]),
                verdict=VERDICTS[found.verdicts[index]],
                reason=REASONS[found.reasons[index]],
                claims_reaching=int(found.claims_reaching[index]),
            )


def summary_rows(
    selection: Selection, only: Sequence[Verdict] = (), *, edition: bool = False
) -> Iterator[tuple[Any, ...]]:
    """Yield how many sites have each verdict, by origin and system.

    Parameters
    ----------
    selection : Selection
        Pairs and sites.
    only : sequence of Verdict, optional
        The verdicts to count, all by default; ``sites`` is their sum.
    edition : bool, default False
        Whether to add the edition of the catalogue as a last value.

    Yields
    ------
    tuple
        Values in the order of `SUMMARY_COLUMNS`; ranges in kilometres.
    """
    from rangemap.check.kernel import centres_of, tally  # the table does not need it
    from rangemap.check.points import SitePoints  # the table does not need it

    sites = selection.source.table(named=False)  # counts need no names
    points = SitePoints(sites.lon, sites.lat, sites.precision_m, len(selection.origins))
    tallies = tally(points, centres_of(selection.pairs))
    for (origin, systems), found in zip(by_origin(selection.pairs), tallies, strict=True):
        for system, counts in zip(systems, found.counts.tolist(), strict=True):
            last = (system.basis or None,) if edition else ()
            yield (*summary_row(origin, system, counts, only), *last)


def summary_row(
    origin: Origin, system: System, counts: Sequence[int], only: Sequence[Verdict] = ()
) -> tuple[Any, ...]:
    """Return one row under `SUMMARY_COLUMNS` from the counts in the order of `VERDICTS`."""
    band = system.band
    kept = [
        count if not only or verdict in only else 0
        for verdict, count in zip(VERDICTS, counts, strict=True)
    ]
    return (
        origin.name,
        system.label,
        km(band.low_m),
        km(band.headline_m),
        band.headline_published,
        km(band.high_m),
        sum(kept),
        *kept,
    )


def check_table(
    selection: Selection, only: Sequence[Verdict] = (), *, edition: bool = False
) -> tuple[tuple[str, ...], Iterator[tuple[Any, ...]]]:
    """Return the columns and the rows of the check table.

    Parameters
    ----------
    selection : Selection
        Pairs and sites.
    only : sequence of Verdict, optional
        The verdicts whose rows to keep, all by default.
    edition : bool, default False
        Whether to add the edition of the catalogue as a last column, as in files.

    Returns
    -------
    columns : tuple of str
        `COLUMNS`, the input's own columns and, if requested, ``edition``.
    rows : iterator of tuple
        Values in that order; distances and ranges in kilometres, to 3 decimals.
    """
    sites = selection.sites
    columns = (*COLUMNS, *own_columns(sites.columns), *(("edition",) if edition else ()))
    rows = table_rows(selection.pairs, sites, only, edition=edition, sort=selection.order)
    return columns, rows


def table_rows(
    pairs: Iterable[Pair],
    sites: SiteTable,
    only: Sequence[Verdict] = (),
    *,
    edition: bool = False,
    sort: str = "given",
) -> Iterator[tuple[Any, ...]]:
    """Yield rows under `COLUMNS`, followed by the sites' own columns and the edition."""
    kept = set(only) or set(VERDICTS)
    for origin, system, distances_m, precisions_m, found in _judged(pairs, sites):
        band = system.band
        head = (origin.name, str(origin.kind), system.label)
        last = (system.basis or None,) if edition else ()
        figures = (
            km(band.low_m),
            km(band.headline_m),
            band.headline_published,
            km(band.high_m),
            None if band.min_m is None else km(band.min_m),
        )
        order = row_order(sort, sites.names, distances_m, found.verdicts)
        for index, code, at_m, precision_m, reason, reaching in zip(
            order.tolist(),
            found.verdicts[order].tolist(),
            distances_m[order].tolist(),
            precisions_m[order].tolist(),
            found.reasons[order].tolist(),
            found.claims_reaching[order].tolist(),
            strict=True,
        ):
            if VERDICTS[code] in kept:
                yield (
                    *head,
                    sites.names[index],
                    sites.ids[index],
                    km(at_m),
                    *figures,
                    VERDICTS[code].value,
                    REASONS[reason].value,
                    reaching,
                    len(band.claims),
                    km(band.headline_m - at_m),
                    km(precision_m),
                    *sites.rows[index],
                    *last,
                )


def own_columns(columns: Iterable[str], table: Sequence[str] = COLUMNS) -> tuple[str, ...]:
    """Rename the input's own columns that have the name of a column of the table.

    Examples
    --------
    >>> own_columns(["iata", "verdict"])
    ('iata', 'input_verdict')
    """
    taken = {*table, "edition"}
    names: list[str] = []
    for column in columns:
        name = column
        while name in taken:
            name = f"input_{name}"
        taken.add(name)
        names.append(name)
    return tuple(names)
