"""`rangemap sites`: the contents of the registry, each position with its sources."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rangemap.cli.console import hold_note, print_lines
from rangemap.cli.findings import (
    FindingFormat,
    FindingFormatOption,
    LimitOption,
    OnlyRuleOption,
    validate_files,
)
from rangemap.cli.listing import check_sort, is_requested, matches_search, requested_keys, sort_rows
from rangemap.cli.options import Format, FormatOption, key_option, print_rows

if TYPE_CHECKING:
    from rangemap.places import Place, Position, Town

app = typer.Typer(no_args_is_help=True, help="Work with the registry of places.")

RegistryFile = Annotated[Path | None, key_option("registry")]
COLUMNS = ("id", "name", "kind", "country", "lat", "lon", "precision_km", "sources")


@app.command(name="list")
def list_(
    *,
    kind: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Only places of this kind; repeatable."),
    ] = None,
    country: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Only places in this country; repeatable."),
    ] = None,
    search: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="Only places with a word starting with TEXT in a name, alias or id.",
        ),
    ] = None,
    sort: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Sort by this column; empty values last.")
    ] = None,
    registry: RegistryFile = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """List places with their agreed positions.

    Example: rangemap sites list --country Iraq --kind "air base" --sort name
    """
    from rangemap.places import read_registry

    check_sort(sort, COLUMNS)
    places = read_registry(registry).places
    kinds = requested_keys("--kind", kind, {place.kind for place in places})
    countries = requested_keys("--country", country, {place.country for place in places})
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
        for place in places
        if is_requested(place.kind, kinds)
        and is_requested(place.country, countries)
        and matches_search(search, (place.id, place.name, *place.aliases))
    ]
    sort_rows(rows, COLUMNS, sort)
    print_rows(COLUMNS, rows, format_)


@app.command()
def show(
    name: Annotated[
        str, typer.Argument(metavar="PLACE", help="Place in the registry, town or position.")
    ],
    *,
    registry: RegistryFile = None,
) -> None:
    """Show the published positions of a place with their sources.

    For a town or a position, show how it is interpreted.

    Example: rangemap sites show "Ain Al Asad"
    """
    from rangemap.places import Position, Town, find_place, read_registry

    place = find_place(name, read_registry(registry), note=hold_note)
    if isinstance(place, Town):
        print_lines(_town_lines(place))
    elif isinstance(place, Position):
        print_lines(_position_lines(place))
    else:
        print_lines(_place_lines(place))


@app.command()
def validate(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Registry files; default: the built-in registry."),
    ] = None,
    *,
    only: OnlyRuleOption = None,
    limit: LimitOption = None,
    format_: FindingFormatOption = FindingFormat.TABLE,
) -> None:
    """Report errors and warnings in registry files, grouped by rule.

    The exit status is 1 if there are errors, shown or not.

    Example: rangemap sites validate mine.geojson
    """
    from rangemap.io.packaged import data_file
    from rangemap.places.validate import validate_registry

    names = files or [data_file("sites.geojson")]
    validate_files(names, validate_registry, format_, noun="place", only=only, limit=limit)


def _town_lines(town: "Town") -> list[str]:
    from rangemap.places import CREDIT, TOWN_PRECISION_M, town_label
    from rangemap.wording.figures import ENGLISH

    precision = ENGLISH.computed(TOWN_PRECISION_M, "km")
    return [
        f"{town_label(town)} ({town.id})",
        f"  town of {town.population:,} people"
        if town.population
        else "  town, population not known",
        f"  {town.lonlat.lat:.10g},{town.lonlat.lon:.10g}, assumed accurate to {precision}",
        "",
        f"  {CREDIT}",
        f"      https://www.geonames.org/{town.number}",
    ]


def _position_lines(position: "Position") -> list[str]:
    from rangemap.places import format_position
    from rangemap.wording.figures import ENGLISH

    lines = [position.name, f"  {format_position(position.lonlat)}"]
    if position.precision_m:
        precision = ENGLISH.computed(position.precision_m, "km")
        lines.append(f"  the centre of an MGRS square, accurate to {precision}")
    return lines


def _place_lines(place: "Place") -> list[str]:
    from rangemap.text import shown_title, site_name

    lines = [
        f"{place.name} ({place.id})",
        f"  {place.kind}, {place.country}",
        f"  {place.lat:.10g},{place.lon:.10g}, accurate to {place.precision_km:g} km",
    ]
    if place.aliases:
        lines.append(f"  also: {', '.join(place.aliases)}")
    if place.note:
        lines.append(f"  note: {place.note}")
    lines.append("")
    for source in place.sources:
        where = " [another place]" if source.elsewhere else ""
        lines.append(f"  {source.lat:.10g},{source.lon:.10g}{where}")
        citation = (
            source.publisher,
            shown_title(source.title, source.url) or site_name(source.url),
        )
        lines.append(f"      {': '.join(filter(None, citation))}")
        if source.url:
            lines.append(f"      {source.url}")
        if source.note:
            lines.append(f"      note: {source.note}")
    return lines
