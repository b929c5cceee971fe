"""Typed places as rows of sites."""

from __future__ import annotations

from collections.abc import Callable

from rangemap.places.lookup import find_place
from rangemap.places.positions import Position
from rangemap.places.records import Place
from rangemap.places.registry import Registry
from rangemap.places.small_towns import town_label
from rangemap.places.towns import CREDIT, TOWN_PRECISION_M
from rangemap.sites.table import SiteTable


def find_site(
    text: str, registry: Registry, *, note: Callable[[str], None] = lambda _: None
) -> SiteTable:
    """Return the site that a typed PLACE refers to.

    Parameters
    ----------
    text : str
        The text as typed, as for `find_place`.
    registry : Registry
        The places that take precedence.
    note : callable
        Receives one line if the largest of several towns was chosen.

    Returns
    -------
    SiteTable
        One row.

    Raises
    ------
    RangemapError
        As `find_place`.
    """
    found = find_place(text, registry, note=note)
    if isinstance(found, Place):
        return SiteTable.of_places([found])
    if isinstance(found, Position):
        return SiteTable.of_rows([(found.name, "", None, found.lonlat, found.precision_m)])
    name = town_label(found)
    return SiteTable.of_rows([(name, found.id, f"town, {CREDIT}", found.lonlat, TOWN_PRECISION_M)])
