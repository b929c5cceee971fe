"""Sites: tables of places to check, from files, frames and typed places.

`open` opens a file of any format and size. `readers` has one reader per format that is read whole,
`stream` those of formats that are also read in chunks; `table`, `columns` and `formats` have the rules they
share. `frames` reads a program's own data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rangemap.sites.open import open_sites
    from rangemap.sites.table import SiteTable

__all__ = ["SiteTable", "open_sites"]


def __getattr__(name: str) -> Any:
    # Tables import numpy, which a list of places does not need.
    if name == "SiteTable":
        from rangemap.sites.table import SiteTable

        return SiteTable
    if name == "open_sites":
        from rangemap.sites.open import open_sites

        return open_sites
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
