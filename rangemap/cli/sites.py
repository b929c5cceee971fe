"""`rangemap sites`: what the registry holds, each position with its sources."""

from pathlib import Path
from typing import Annotated

import typer

from rangemap.cli.options import Format, FormatOption, print_rows
from rangemap.cli.words import print_lines

app = typer.Typer(no_args_is_help=True, help="List and show the places of the registry.")

RegistryFile = Annotated[Path | None, typer.Option(metavar="FILE", help="Registry file of places.")]
COLUMNS = ("id", "name", "kind", "country", "lat", "lon", "precision_km", "sources")


@app.command(name="list")
def list_(
    *,
    registry: RegistryFile = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """List the places with their agreed positions.

    Example: rangemap sites list --format csv
    """
    from rangemap.places import read_registry  # noqa: PLC0415

    rows = [
        (
            place.id,
            place.name,
            place.kind,
            place.country,
            place.lat,
            place.lon,
            place.precision_km,
            len(place.sources),
        )
        for place in read_registry(registry).places
    ]
    print_rows(COLUMNS, rows, format_)


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Place by name or alias.")],
    *,
    registry: RegistryFile = None,
) -> None:
    """Show every published position of a place with its source.

    Example: rangemap sites show "Ain Al Asad"
    """
    from rangemap.catalogue import TITLE_NOT_KNOWN  # noqa: PLC0415
    from rangemap.places import read_registry  # noqa: PLC0415

    place = read_registry(registry).find(name)
    lines = [
        f"{place.name} ({place.id})",
        f"  {place.kind}, {place.country}",
        f"  {place.lat:.10g},{place.lon:.10g}, known to {place.precision_km:g} km",
    ]
    if place.aliases:
        lines.append(f"  also: {', '.join(place.aliases)}")
    if place.note:
        lines.append(f"  note: {place.note}")
    lines.append("")
    for source in place.sources:
        where = " [another place]" if source.elsewhere else ""
        lines.append(f"  {source.lat:.10g},{source.lon:.10g}{where}")
        lines.append(f"      {source.publisher}: {source.title or TITLE_NOT_KNOWN}")
        if source.url:
            lines.append(f"      {source.url}")
        if source.note:
            lines.append(f"      note: {source.note}")
    print_lines(lines)
