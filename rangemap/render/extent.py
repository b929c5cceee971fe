"""Which sites the initial view includes: one rule for pages and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rangemap.scenario.pairs import by_origin
from rangemap.scenario.selection import Selection
from rangemap.text import name_some

_NEAR: Final = 1.5
_FAR: Final = 3.0
_FARTHEST: Final = 8.0
FEW_SITES: Final = 60
"""Up to this number of sites each is named, numbered or in an inset."""


def sites_in_view(selection: Selection) -> NDArray[np.bool_]:
    """Return which sites a map without a given extent must show, and for which origins.

    Parameters
    ----------
    selection : Selection
        The request.

    Returns
    -------
    ndarray of bool, shape (origins, sites)
        Up to 60 requested sites are shown within 8 times the largest range of an origin, so
        that the rings still fill a fifth of the map; of more sites those within 3 times are
        shown, and of the registry those within 1.5 times.
    """
    sites = selection.sites
    farthest = _FARTHEST if len(sites) <= FEW_SITES else _FAR
    if not selection.sites_requested:
        farthest = _NEAR
    near = np.zeros((len(selection.origins), len(sites)), dtype=bool)
    for row, (origin, systems) in zip(near, by_origin(selection.pairs), strict=True):
        reach_m = max(system.band.high_m for system in systems)
        distances_m = origin.distances_m(sites.lon, sites.lat)
        row[:] = distances_m <= farthest * reach_m
    return near


def outside_note(output: str, kind: str, names: Sequence[str]) -> str:
    """Return a note on places that an output does not show, and how to include them.

    Examples
    --------
    >>> outside_note("picture", "site", ["Tokyo"])
    '1 site is outside the picture and not shown: Tokyo; enlarge it with --extent'
    """
    one = len(names) == 1
    return (
        f"{len(names):,} {kind}{' is' if one else 's are'} outside the {output} and not shown:"
        f" {name_some(names)}; enlarge it with --extent"
    )
