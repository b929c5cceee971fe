"""The catalogue: weapons, the claims published about them, and the bands of these claims.

A claim is one published figure with its source. `rangemap.catalogue.file` reads and
writes catalogue files.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from rangemap.catalogue.bands import (
    Band,
    System,
    bare_system,
    make_band,
    make_system,
    why_not_drawn,
)
from rangemap.catalogue.catalogue import Catalogue
from rangemap.catalogue.categories import Category, Target, Use, category_of
from rangemap.catalogue.read import BUILT_IN, read_catalogue, read_publishers
from rangemap.catalogue.records import Claim, ClaimKind, Source, Weapon
from rangemap.catalogue.wording import BandText, limits_of, ring_label

if TYPE_CHECKING:
    from rangemap.catalogue.bibliography import CiteFormat, cite
    from rangemap.catalogue.independence import IndependentSource, independent_sources
    from rangemap.catalogue.publishers import Party, PartyKind, Publisher, PublisherKind, Publishers

__all__ = [
    "BUILT_IN",
    "Band",
    "BandText",
    "Catalogue",
    "Category",
    "CiteFormat",
    "Claim",
    "ClaimKind",
    "IndependentSource",
    "Party",
    "PartyKind",
    "Publisher",
    "PublisherKind",
    "Publishers",
    "Source",
    "System",
    "Target",
    "Use",
    "Weapon",
    "bare_system",
    "category_of",
    "cite",
    "independent_sources",
    "limits_of",
    "make_band",
    "make_system",
    "read_catalogue",
    "read_publishers",
    "ring_label",
    "why_not_drawn",
]

# `rangemap weapons list` needs none of these, and importing them takes a twentieth of its time.
_LAZY: Final = {
    "CiteFormat": "bibliography",
    "IndependentSource": "independence",
    "Party": "publishers",
    "PartyKind": "publishers",
    "Publisher": "publishers",
    "PublisherKind": "publishers",
    "Publishers": "publishers",
    "cite": "bibliography",
    "independent_sources": "independence",
}

if not TYPE_CHECKING:  # with it, type checkers would accept any name

    def __getattr__(name: str) -> object:
        if name in _LAZY:
            return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
