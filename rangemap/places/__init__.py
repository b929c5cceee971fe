"""Places: the registry of publicly known sites, files of sites, and what people type."""

from rangemap.places.registry import Place, PlaceSource, Registry, parse_registry, read_registry
from rangemap.places.sites import SiteTable, read_site_file
from rangemap.places.typed import (
    Origin,
    OriginKind,
    find_origin,
    find_place,
    format_position,
    origins_of,
)

__all__ = [
    "Origin",
    "OriginKind",
    "Place",
    "PlaceSource",
    "Registry",
    "SiteTable",
    "find_origin",
    "find_place",
    "format_position",
    "origins_of",
    "parse_registry",
    "read_registry",
    "read_site_file",
]
