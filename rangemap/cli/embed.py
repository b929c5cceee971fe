"""`rangemap embed`: a snippet to paste."""

from pathlib import Path
from typing import Annotated

import typer

from rangemap.files import is_regular
from rangemap.render.embed import Format, read_page, snippet


def embed(
    page: Annotated[Path, typer.Argument(metavar="MAP.html", help="A page of `rangemap map`.")],
    *,
    url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Where readers find the page; default: its name."),
    ] = None,
    picture: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|URL",
            help="Picture of the map, shown until it has loaded and where frames are taken"
            " out; default: the MAP.png beside the page, if there is one.",
        ),
    ] = None,
    srcdoc: Annotated[
        bool, typer.Option("--srcdoc", help="Put the whole page into the snippet.")
    ] = False,
    format_: Annotated[Format, typer.Option("--format", help="Where it is pasted.")] = Format.HTML,
) -> None:
    """Print a snippet that shows a map within another page.

    Example: rangemap embed maps/iraq-2024.html --url https://example.org/iraq-2024.html
    """
    content = read_page(page)
    beside = page.with_suffix(".png")
    if picture is None and url is None and is_regular(beside):
        picture = beside.name
    typer.echo(
        snippet(content, url or page.name, target=format_, whole=srcdoc, picture=picture),
        nl=False,
    )
