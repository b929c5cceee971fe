"""`rangemap version`: the versions of everything that affects a result."""

import json
from enum import StrEnum
from typing import Annotated

import typer

from rangemap._version import __version__


class VersionFormat(StrEnum):
    """Format of versions on standard output."""

    TEXT = "text"
    JSON = "json"


def version(
    *,
    full: Annotated[
        bool,
        typer.Option("--full", help="Include libraries, their data and the catalogue edition."),
    ] = False,
    format_: Annotated[VersionFormat, typer.Option("--format", help="Output format.")] = (
        VersionFormat.TEXT
    ),
) -> None:
    """Print the version of rangemap.

    With --full, also the versions of everything that affects a result.

    Example: rangemap version --full
    """
    found: dict[str, str | None] = {"rangemap": __version__}
    if full:
        from rangemap.diagnostics.versions import versions  # loads GEOS and GDAL

        found = versions()
    if format_ is VersionFormat.JSON:
        typer.echo(json.dumps(found, indent=2))
        return
    width = max(map(len, found)) if full else 0
    for name, value in found.items():
        typer.echo(f"{name:{width}} {value or 'not installed'}")
