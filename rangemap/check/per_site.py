"""One row per site: its strongest verdict over all rings, and the nearest ring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rangemap.catalogue import System
from rangemap.check.kernel import verdict_codes
from rangemap.check.points import SitePoints
from rangemap.check.table import own_columns
from rangemap.check.verdicts import VERDICTS, Verdict
from rangemap.scenario.origins import Origin
from rangemap.scenario.selection import Selection
from rangemap.sites import SiteTable
from rangemap.wording.quantities import km

SITE_COLUMNS: Final = (
    "site", "site_id", "verdict", "systems_inside", "systems_disputed", "margin_km",
    "distance_km", "origin", "weapon",
)  # fmt: skip
_INSIDE, _DISPUTED, _, _OUTSIDE = range(len(VERDICTS))


def strongest_verdicts(
    points: SitePoints, origins: Sequence[Origin], systems: Sequence[System]
) -> NDArray[np.uint8]:
    """Return the strongest verdict over all origins for each system and site.

    Returns
    -------
    ndarray of uint8, shape (systems, sites)
        Indices into `VERDICTS`, which are in order of strength: inside, disputed,
        too_close, outside.
    """
    strongest = np.full((len(systems), len(points)), _OUTSIDE, dtype=np.uint8)
    every = verdict_codes(points, origins, [system.band for system in systems])
    for number, codes in enumerate(every):
        row = strongest[number % len(systems)]
        np.minimum(row, codes, out=row)
    return strongest


def site_rows(
    sites: SiteTable,
    strongest: NDArray[np.uint8],
    origins: Sequence[Origin],
    systems: Sequence[System],
    *,
    edition: bool = False,
) -> Iterator[tuple[Any, ...]]:
    """Yield one row per site under `SITE_COLUMNS`, followed by its own columns and the edition.

    Parameters
    ----------
    sites : SiteTable
        The sites.
    strongest : ndarray of uint8, shape (systems, sites)
        The result of `strongest_verdicts` for these sites.
    origins, systems : sequence
        The origins and systems of the check.
    edition : bool, default False
        Whether the catalogue edition of the named weapon is added as a last value.

    Notes
    -----
    Among the rings with a site's strongest verdict, the row names the one whose headline is
    nearest to the site, that is, with the smallest absolute margin; the first one of a tie.
    """
    verdicts = strongest.min(axis=0, initial=_OUTSIDE)
    margins_m = np.full(len(sites), np.inf)
    distances_m = np.full(len(sites), np.nan)
    rings = np.zeros(len(sites), dtype=np.intp)
    points = SitePoints(sites.lon, sites.lat, sites.precision_m, len(origins))
    every = verdict_codes(points, origins, [system.band for system in systems])
    for number, codes in enumerate(every):
        origin, system = origins[number // len(systems)], systems[number % len(systems)]
        if number % len(systems) == 0:
            from_origin_m = origin.distances_m(sites.lon, sites.lat)
        margin_m = system.band.headline_m - from_origin_m
        nearer = (codes == verdicts) & (np.abs(margin_m) < np.abs(margins_m))
        margins_m[nearer], distances_m[nearer] = margin_m[nearer], from_origin_m[nearer]
        rings[nearer] = number
    inside = (strongest == _INSIDE).sum(axis=0)
    disputed = (strongest == _DISPUTED).sum(axis=0)
    for index, ring in enumerate(rings.tolist()):
        yield (
            sites.names[index],
            sites.ids[index],
            VERDICTS[verdicts[index]].value,
            int(inside[index]),
            int(disputed[index]),
            km(float(margins_m[index])),
            km(float(distances_m[index])),
            origins[ring // len(systems)].name,
            systems[ring % len(systems)].label,
            *sites.rows[index],
            *((systems[ring % len(systems)].basis or None,) if edition else ()),
        )


def site_table(
    selection: Selection, only: Sequence[Verdict] = (), *, edition: bool = False
) -> tuple[tuple[str, ...], Iterator[tuple[Any, ...]]]:
    """Return the columns and one row per site, with ``only`` for just the sites with these verdicts."""
    sites, origins, systems = selection.sites, selection.origins, selection.systems
    points = SitePoints(sites.lon, sites.lat, sites.precision_m, len(origins))
    strongest = strongest_verdicts(points, origins, systems)
    kept = np.flatnonzero(np.isin(strongest.min(axis=0, initial=_OUTSIDE), codes_of(only)))
    own = own_columns(sites.columns, SITE_COLUMNS)
    columns = (*SITE_COLUMNS, *own, *(("edition",) if edition else ()))
    rows = site_rows(
        sites.take(kept.tolist()), strongest[:, kept], origins, systems, edition=edition
    )
    return columns, rows


def codes_of(verdicts: Sequence[Verdict]) -> NDArray[np.uint8]:
    """Return the indices into `VERDICTS` of some verdicts; if there are none, of all."""
    return np.array([VERDICTS.index(verdict) for verdict in verdicts or VERDICTS], dtype=np.uint8)
