"""The catalogue: weapons, the claims published about them, and the bands of these claims.

A claim is one published figure with its source. `rangemap.catalogue.file` reads and
writes catalogue files.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rangemap.catalogue.bands import (
        Band,
        System,
        bare_system,
        make_band,
        make_system,
        why_not_drawn,
        with_credits_in_order,
    )
    from rangemap.catalogue.bibliography import CiteFormat, cite
    from rangemap.catalogue.catalogue import Catalogue
    from rangemap.catalogue.categories import Category, Target, Use, category_of
    from rangemap.catalogue.filters import ClaimFilter
    from rangemap.catalogue.independence import IndependentSource, independent_sources
    from rangemap.catalogue.publishers import Party, PartyKind, Publisher, PublisherKind, Publishers
    from rangemap.catalogue.read import BUILT_IN, read_catalogue, read_publishers
    from rangemap.catalogue.records import Claim, ClaimKind, Source, Weapon
    from rangemap.catalogue.wording import BandText, limits_of, ring_label

__all__ = [
    "BUILT_IN",
    "Band",
    "BandText",
    "Catalogue",
    "Category",
    "CiteFormat",
    "Claim",
    "ClaimFilter",
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
    "with_credits_in_order",
]

# Each command needs some of these modules, and importing all takes a sixth of the time of a short one.
_MODULE_OF: Final = {
    "BUILT_IN": "read",
    "Band": "bands",
    "BandText": "wording",
    "Catalogue": "catalogue",
    "Category": "categories",
    "CiteFormat": "bibliography",
    "Claim": "records",
    "ClaimFilter": "filters",
    "ClaimKind": "records",
    "IndependentSource": "independence",
    "Party": "publishers",
    "PartyKind": "publishers",
    "Publisher": "publishers",
    "PublisherKind": "publishers",
    "Publishers": "publishers",
    "Source": "records",
    "System": "bands",
    "Target": "categories",
    "Use": "categories",
    "Weapon": "records",
    "bare_system": "bands",
    "category_of": "categories",
    "cite": "bibliography",
    "independent_sources": "independence",
    "limits_of": "wording",
    "make_band": "bands",
    "make_system": "bands",
    "read_catalogue": "read",
    "read_publishers": "read",
    "ring_label": "wording",
    "why_not_drawn": "bands",
    "with_credits_in_order": "bands",
}

if not TYPE_CHECKING:  # with it, type checkers would accept any name

    def __getattr__(name: str) -> object:
        if name in _MODULE_OF:
            return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
