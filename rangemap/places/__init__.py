"""Places: the registry of publicly known sites, towns, and typed places.

`rangemap.places.file` reads registry files.
"""

from __future__ import annotations

from rangemap.places.gazetteer import Gazetteer, built_in_gazetteer
from rangemap.places.lookup import find_place
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
from rangemap.places.small_towns import town_label
from rangemap.places.towns import CREDIT, TOWN_PRECISION_M, Town

__all__ = [
    "CREDIT",
    "TOWN_PRECISION_M",
    "Angle",
    "Gazetteer",
    "Place",
    "PlaceSource",
    "Position",
    "Registry",
    "Town",
    "built_in_gazetteer",
    "find_place",
    "format_position",
    "parse_angle",
    "parse_position",
    "read_registry",
    "town_label",
]
