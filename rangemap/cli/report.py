"""`rangemap report`: map, verdicts, claims and sources in one document."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rangemap.cli.console import hold_note, write_outputs
from rangemap.cli.map import FontOption, ProjectionOption
from rangemap.cli.options import with_selection
from rangemap.errors import UsageError
from rangemap.io.files import refuse_unsupported

if TYPE_CHECKING:
    from rangemap.scenario.selection import Selection

SUFFIXES = (".html", ".pdf", ".docx", ".md")


@with_selection(
    look=("sources_line", "detail", "extent", "lang", "style", "tint"),
    used_in=dict.fromkeys(("sources_line", "detail"), (".html",)),
)
def report(
    selection: "Selection",
    outputs: tuple[str, ...],
    *,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help=f"Output file: {', '.join(SUFFIXES)}; repeatable.",
        ),
    ] = None,
    sums: Annotated[
        list[str] | None,
        typer.Option(
            "--sum",
            metavar="COLUMN",
            help="Total a column of the sites file by verdict; repeatable.",
        ),
    ] = None,
    projection: ProjectionOption = None,
    font: FontOption = None,
) -> None:
    """Write a document with the map, verdicts, claims and sources.

    Example: rangemap report maps/iraq-2024.yaml -o iraq.pdf
    """
    if not output:
        raise UsageError("no output; name a file with -o FILE")
    refuse_unsupported(output, SUFFIXES)

    from rangemap.render.outputs import (  # numpy and pyproj are slow to import
        MapFiles,
        PictureOptions,
    )
    from rangemap.render.report import report_files

    options = PictureOptions(
        size="page", projection=projection, fonts=tuple(font or ()), titled=False
    )
    files = MapFiles(selection, options, hold_note)
    write_outputs(report_files(files, output, sums=sums or ()))
