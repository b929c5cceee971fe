"""Places: the registry of publicly known sites, towns, files of sites, and typed places.

`rangemap.places.file` reads registry files; `site_file` reads files of sites and `stream` large
ones, both by the rules in `sites`, `formats` and `wkb`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rangemap.places.gazetteer import CREDIT, TOWN_PRECISION_M, Gazetteer, Town, built_in_gazetteer
from rangemap.places.lookup import Origin, OriginKind, find_origin, find_place
from rangemap.places.positions import (
    Angle,
    Position,
    format_position,
    parse_angle,
    parse_position,
)
from rangemap.places.read import read_registry
from rangemap.places.records import Place, PlaceSource
from rangemap.places.registry import Registry

if TYPE_CHECKING:
    from rangemap.places.site_file import read_site_file
    from rangemap.places.sites import SiteTable
    from rangemap.places.tables import find_site, origins_of

__all__ = [
    "CREDIT",
    "TOWN_PRECISION_M",
    "Angle",
    "Gazetteer",
    "Origin",
    "OriginKind",
    "Place",
    "PlaceSource",
    "Position",
    "Registry",
    "SiteTable",
    "Town",
    "built_in_gazetteer",
    "find_origin",
    "find_place",
    "find_site",
    "format_position",
    "origins_of",
    "parse_angle",
    "parse_position",
    "read_registry",
    "read_site_file",
]


def __getattr__(name: str) -> Any:
    # Tables import numpy, which a list of places does not need.
    if name == "SiteTable":
        from rangemap.places.sites import SiteTable

        return SiteTable
    if name == "read_site_file":
        from rangemap.places.site_file import read_site_file

        return read_site_file
    if name in {"find_site", "origins_of"}:
        from rangemap.places import tables

        return getattr(tables, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
