"""Places: the registry of publicly known sites, towns, files of sites, and what people type."""

from rangemap.places.gazetteer import CREDIT, TOWN_PRECISION_M, Gazetteer, Town, built_in_gazetteer
from rangemap.places.positions import (
    Angle,
    Position,
    format_position,
    parse_angle,
    parse_position,
)
from rangemap.places.registry import Place, PlaceSource, Registry, parse_registry, read_registry
from rangemap.places.sites import SiteTable, read_site_file
from rangemap.places.typed import (
    Origin,
    OriginKind,
    find_origin,
    find_place,
    find_site,
    origins_of,
)

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
    "parse_registry",
    "read_registry",
    "read_site_file",
]
