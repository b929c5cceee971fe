"""`rangemap embed`: print a snippet that embeds a map."""

from pathlib import Path
from typing import Annotated

import typer

from rangemap.io.files import is_regular
from rangemap.render.page.embed import Format, read_page, snippet


def embed(
    page: Annotated[
        Path, typer.Argument(metavar="MAP.html", help="HTML page from `rangemap map`.")
    ],
    *,
    url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Address of the page; default: its file name."),
    ] = None,
    picture: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|URL",
            help="Fallback image while the map loads and where frames are not shown; default:"
            " MAP.png next to the page, if it exists.",
        ),
    ] = None,
    srcdoc: Annotated[
        bool, typer.Option("--srcdoc", help="Include the whole page in the snippet.")
    ] = False,
    format_: Annotated[
        Format, typer.Option("--format", help="Format of the snippet.")
    ] = Format.HTML,
) -> None:
    """Print a snippet that embeds a map in another page.

    Example: rangemap embed maps/iraq-2024.html --url https://example.org/iraq-2024.html
    """
    content = read_page(page)
    fallback = page.with_suffix(".png")
    if picture is None and url is None and is_regular(fallback):
        picture = fallback.name
    typer.echo(
        snippet(content, url or page.name, target=format_, whole=srcdoc, picture=picture),
        nl=False,
    )
