"""Which sites an output shows, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rangemap.check.verdicts import VERDICTS, judge
from rangemap.names import match_key
from rangemap.scenario.origins import Origin
from rangemap.scenario.pairs import Pair, band_from, by_origin
from rangemap.scenario.selection import Selection
from rangemap.sites import SiteTable
from rangemap.sites.source import TableSites


def row_order(
    sort: str, names: Sequence[str], distances_m: NDArray[np.float64], codes: NDArray[np.uint8]
) -> NDArray[np.intp]:
    """Return the order of sites for one origin and system.

    Parameters
    ----------
    sort : {"distance", "name", "verdict", "given"}
        Nearest first, by name ignoring case and accents, strongest verdict and then nearest
        first, or as given. Equal sites stay in the order given.
    names : sequence of str
        The names of the sites.
    distances_m : ndarray of float64
        Their distances.
    codes : ndarray of uint8
        Their verdicts, as indices into `VERDICTS`.

    Returns
    -------
    ndarray of int
        Row numbers.

    Examples
    --------
    >>> row_order("distance", ["A", "B"], np.array([2.0, 1.0]), np.zeros(2, np.uint8)).tolist()
    [1, 0]
    """
    if sort == "distance":
        return np.argsort(distances_m, kind="stable")
    if sort == "verdict":
        return np.lexsort((distances_m, codes))
    if sort == "name":
        keys = [(match_key(name), name) for name in names]
        return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.intp)
    return np.arange(len(names))


def site_order(sort: str, sites: SiteTable, pair: Pair) -> NDArray[np.intp]:
    """Return the order of sites for one origin and system, as `row_order`."""
    origin, system = pair
    distances_m = origin.distances_m(sites.lon, sites.lat)
    found = judge(
        band_from(origin, system.band), distances_m, sites.precision_m + origin.precision_m
    )
    return row_order(sort, sites.names, distances_m, found.verdicts)


def nearest_distances_m(origins: Iterable[Origin], sites: SiteTable) -> NDArray[np.float64]:
    """Return the distance of each site from the origin nearest to it, metres."""
    found = np.full(len(sites), np.inf)
    for origin in dict.fromkeys(origins):
        np.minimum(found, origin.distances_m(sites.lon, sites.lat), out=found)
    return found


def strongest_codes(selection: Selection) -> NDArray[np.uint8]:
    """Return the strongest verdict on each site over all rings, as indices into `VERDICTS`."""
    sites = selection.sites
    found = np.full(len(sites), len(VERDICTS) - 1, dtype=np.uint8)
    for origin, systems in by_origin(selection.pairs):
        distances_m = origin.distances_m(sites.lon, sites.lat)
        for system in systems:
            judged = judge(
                band_from(origin, system.band), distances_m, sites.precision_m + origin.precision_m
            )
            np.minimum(found, judged.verdicts, out=found)
    return found


def reached(selection: Selection) -> NDArray[np.bool_]:
    """Return which sites are within reach: by at least one verdict a claim may reach them.

    Every output fills the marks of these sites, and leaves those of the others hollow.
    """
    reaching = np.array([verdict.reaches for verdict in VERDICTS])
    found: NDArray[np.bool_] = reaching[strongest_codes(selection)]
    return found


def overall_order(selection: Selection) -> NDArray[np.intp]:
    """Return the order of the sites where each is listed once: by its nearest origin."""
    distances_m = nearest_distances_m(selection.origins, selection.sites)
    codes = strongest_codes(selection)
    return row_order(selection.order, selection.sites.names, distances_m, codes)


def with_nearest(selection: Selection) -> Selection:
    """Return a selection with only as many sites as are wanted: those nearest to an origin."""
    if selection.nearest is None or selection.nearest >= len(selection.sites):
        return selection
    distances_m = nearest_distances_m(selection.origins, selection.sites)
    nearest = np.argsort(distances_m, kind="stable")[: selection.nearest]
    return _with_sites(selection, np.sort(nearest))


def with_shown(selection: Selection) -> Selection:
    """Return a selection with the sites of a map: of the registry only those within reach."""
    if not selection.sites_requested:
        selection = _with_sites(selection, np.flatnonzero(reached(selection)))
    return with_nearest(selection)


def _with_sites(selection: Selection, rows: NDArray[np.intp]) -> Selection:
    table = selection.sites.take(rows.tolist())
    return replace(selection, source=TableSites(selection.source.name, table))
