"""Published weapon ranges, each with its source, as geodesic rings, maps and verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rangemap._version import __version__
from rangemap.errors import RangemapError, RangemapWarning

if TYPE_CHECKING:
    from rangemap.api import Scenario

__all__ = ["RangemapError", "RangemapWarning", "Scenario", "__version__"]


def __dir__() -> list[str]:
    # For completion in notebooks, which must include names that are imported lazily.
    return sorted(__all__)


def __getattr__(name: str) -> Any:
    # The command line imports this package for every `--help`, so heavy modules are loaded lazily.
    if name == "Scenario":
        from rangemap.api import Scenario

        return Scenario
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
