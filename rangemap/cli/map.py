"""`rangemap map`: rings, bands and sites on a page, or as files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rangemap.cli import completion
from rangemap.cli.console import hold_note, write_outputs
from rangemap.cli.options import (
    CARD,
    CiteOption,
    print_sources,
    with_selection,
)
from rangemap.errors import UsageError
from rangemap.io.files import refuse_unsupported

if TYPE_CHECKING:
    from rangemap.scenario.selection import Selection

SUFFIXES = (
    ".html", ".png", ".jpg", ".webp", ".svg", ".pdf", ".geojson", ".kml", ".kmz", ".gpkg", ".fgb",
    ".parquet", ".shp.zip", ".csv",
)  # fmt: skip

_PICTURES = (".png", ".jpg", ".webp", ".svg", ".pdf")
_DRAWN = (*_PICTURES, CARD)
_VISUAL = (".html", *_PICTURES)
_CREDITED = (*_VISUAL, ".kml", ".kmz", ".shp.zip")

USED_IN = {
    "sort": (".html", ".csv", ".gpkg", ".shp.zip"),
    "title": (*_VISUAL, ".geojson", ".kml", ".kmz", ".shp.zip"),
    "subtitle": _VISUAL,
    "date": _VISUAL,
    "credit": _CREDITED,
    "panel_scale": _PICTURES,
    "sources_line": _VISUAL,
    "size": _PICTURES,
    "dpi": _PICTURES,
    "projection": _DRAWN,
    "font": _DRAWN,
    "detail": (".html",),
    "extent": _VISUAL,
    "lang": _CREDITED,
    "tint": _VISUAL,
    "tiles": (".html",),
    "tiles_credit": (".html",),
    "basemap": _DRAWN,
    "credit_basemap": _DRAWN,
    "page_url": (".html",),
}
"""Suffixes of the files, or the option, that an option has an effect on; the others have one on every file."""

SizeOption = Annotated[
    str | None,
    typer.Option(
        metavar="SIZE",
        autocompletion=completion.sizes,
        help="Picture size: web (default), column, page, slide, social, or pixels such as 1600x1000.",
    ),
]
DpiOption = Annotated[
    float | None,
    typer.Option(metavar="DPI", help="Picture resolution in dots per inch; default: by --size."),
]
ProjectionOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        autocompletion=completion.projections,
        help="Picture projection: aeqd, laea, eqearth or merc; default: chosen to fit the rings.",
    ),
]
FontOption = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="FILE",
        help="Picture: extra font file for characters that the default font lacks; repeatable.",
    ),
]


@with_selection(
    look=(
        "panel_scale",
        "sources_line",
        "detail",
        "extent",
        "lang",
        "style",
        "tint",
        "tiles",
        "tiles_credit",
        "basemap",
        "credit_basemap",
        "page_url",
    ),
    writes_outputs=True,
    used_in=USED_IN,
    panels=True,
)
def map_(
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
    size: SizeOption = None,
    dpi: DpiOption = None,
    projection: ProjectionOption = None,
    font: FontOption = None,
    cite: CiteOption = None,
) -> None:
    """Draw range rings around origins, with sites and verdicts.

    Each picture comes with a description (.alt.txt) and its sources (.sources.txt).

    Example: rangemap map --from "Jurf Al Sakhar" --weapon Fateh-110 -o map.html
    """
    paths = output or [Path(name) for name in outputs]
    if not paths and cite is None:
        raise UsageError("no output; name a file with -o FILE or under `outputs:`")
    refuse_unsupported(paths, SUFFIXES)

    from rangemap.render.outputs import (  # numpy and pyproj are slow to import
        MapFiles,
        PictureOptions,
    )

    options = PictureOptions(
        size=size or "web", dpi=dpi, projection=projection, fonts=tuple(font or ())
    )
    files = MapFiles(selection, options, hold_note)
    # All contents are generated before the first file is written.
    write_outputs(files.files(paths))
    if cite is not None:
        print_sources(selection.cited_systems, cite)
