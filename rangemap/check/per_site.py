"""One row per site: its strongest verdict over all rings, and the nearest ring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rangemap.check.kernel import centres_of, verdict_codes
from rangemap.check.order import nearest_distances_m, row_order
from rangemap.check.points import SitePoints
from rangemap.check.table import own_columns
from rangemap.check.verdicts import VERDICTS, Verdict
from rangemap.scenario.origins import Origin
from rangemap.scenario.pairs import Pair, by_origin
from rangemap.scenario.selection import Selection
from rangemap.sites import SiteTable
from rangemap.wording.quantities import km

SITE_COLUMNS: Final = (
    "site", "site_id", "verdict", "systems_inside", "systems_disputed", "margin_km",
    "distance_km", "origin", "weapon",
)  # fmt: skip
_INSIDE, _DISPUTED, _, _OUTSIDE = range(len(VERDICTS))


def strongest_verdicts(points: SitePoints, pairs: Sequence[Pair]) -> NDArray[np.uint8]:
    """Return the strongest verdict over all its origins for each different system and site.

    Returns
    -------
    ndarray of uint8, shape (systems, sites)
        Indices into `VERDICTS`, which are in order of strength: inside, disputed,
        too_close, outside.
    """
    numbers = {
        system: number for number, system in enumerate(dict.fromkeys(p.system for p in pairs))
    }
    strongest = np.full((len(numbers), len(points)), _OUTSIDE, dtype=np.uint8)
    every = verdict_codes(points, centres_of(pairs))
    for pair, codes in zip(pairs, every, strict=True):
        row = strongest[numbers[pair.system]]
        np.minimum(row, codes, out=row)
    return strongest


def site_rows(
    sites: SiteTable,
    strongest: NDArray[np.uint8],
    pairs: Sequence[Pair],
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
    pairs : sequence of Pair
        The pairs of the check.
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
    n_origins = sum(1 for _ in by_origin(pairs))
    points = SitePoints(sites.lon, sites.lat, sites.precision_m, n_origins)
    every = verdict_codes(points, centres_of(pairs))
    measured: Origin | None = None
    for number, ((origin, system), codes) in enumerate(zip(pairs, every, strict=True)):
        if origin is not measured:
            measured, from_origin_m = origin, origin.distances_m(sites.lon, sites.lat)
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
            pairs[ring].origin.name,
            pairs[ring].system.label,
            *sites.rows[index],
            *((pairs[ring].system.basis or None,) if edition else ()),
        )


def site_table(
    selection: Selection, only: Sequence[Verdict] = (), *, edition: bool = False
) -> tuple[tuple[str, ...], Iterator[tuple[Any, ...]]]:
    """Return the columns and one row per site, with ``only`` for just the sites with these verdicts."""
    sites, pairs = selection.sites, selection.pairs
    points = SitePoints(sites.lon, sites.lat, sites.precision_m, len(selection.origins))
    strongest = strongest_verdicts(points, pairs)
    verdicts = strongest.min(axis=0, initial=_OUTSIDE)
    near_m = nearest_distances_m(selection.origins, sites)
    order = row_order(selection.order, sites.names, near_m, verdicts)
    kept = order[np.isin(verdicts[order], codes_of(only))]
    own = own_columns(sites.columns, SITE_COLUMNS)
    columns = (*SITE_COLUMNS, *own, *(("edition",) if edition else ()))
    rows = site_rows(sites.take(kept.tolist()), strongest[:, kept], pairs, edition=edition)
    return columns, rows


def codes_of(verdicts: Sequence[Verdict]) -> NDArray[np.uint8]:
    """Return the indices into `VERDICTS` of some verdicts; if there are none, of all."""
    return np.array([VERDICTS.index(verdict) for verdict in verdicts or VERDICTS], dtype=np.uint8)
