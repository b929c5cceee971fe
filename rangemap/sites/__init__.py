"""Sites: tables of places to check, from files, frames and typed places.

`read` reads a file whole and `stream` in chunks, both by the rules in `table`, `formats` and
`wkb`; `frames` reads a program's own data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rangemap.sites.read import read_site_file
    from rangemap.sites.table import SiteTable

__all__ = ["SiteTable", "read_site_file"]


def __getattr__(name: str) -> Any:
    # Tables import numpy, which a list of places does not need.
    if name == "SiteTable":
        from rangemap.sites.table import SiteTable

        return SiteTable
    if name == "read_site_file":
        from rangemap.sites.read import read_site_file

        return read_site_file
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
