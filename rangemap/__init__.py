"""Published weapon ranges, each with its source, as geodesic rings, maps and verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rangemap._version import __version__
from rangemap.errors import (
    AmbiguousNameError,
    CatalogueError,
    DocumentError,
    OutputError,
    PlaceError,
    QuantityError,
    RangemapError,
    RangemapWarning,
    RingError,
    ScenarioError,
    UnknownNameError,
    UsageError,
)

if TYPE_CHECKING:
    from rangemap.api.functions import distance, judge, load_claims, load_sites, load_weapons, ring
    from rangemap.api.scenario import Scenario

__all__ = [
    "AmbiguousNameError",
    "CatalogueError",
    "DocumentError",
    "OutputError",
    "PlaceError",
    "QuantityError",
    "RangemapError",
    "RangemapWarning",
    "RingError",
    "Scenario",
    "ScenarioError",
    "UnknownNameError",
    "UsageError",
    "__version__",
    "distance",
    "judge",
    "load_claims",
    "load_sites",
    "load_weapons",
    "ring",
]


def __dir__() -> list[str]:
    # For completion in notebooks, which must include names that are imported lazily.
    return sorted(__all__)


if not TYPE_CHECKING:  # with it, type checkers would accept any name

    def __getattr__(name: str) -> object:
        # The command line imports this package for every `--help`, so heavy modules are loaded lazily.
        if name == "Scenario":
            from rangemap.api.scenario import Scenario

            return Scenario
        if name in __all__:
            from rangemap.api import functions

            return getattr(functions, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
