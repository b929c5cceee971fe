"""`rangemap weapons`: the contents of the catalogue, each figure with its source."""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rangemap.cli import completion
from rangemap.cli.console import print_lines
from rangemap.cli.findings import (
    FindingFormat,
    FindingFormatOption,
    LimitOption,
    OnlyRuleOption,
    validate_files,
)
from rangemap.cli.listing import check_sort, is_requested, matches_search, requested_keys, sort_rows
from rangemap.cli.options import (
    CiteOption,
    Format,
    FormatOption,
    key_option,
    print_rows,
    print_sources,
)
from rangemap.cli.thin import THIN_COLUMNS, print_thin
from rangemap.errors import Refusals, UsageError

if TYPE_CHECKING:
    from rangemap.catalogue import Catalogue, Weapon
    from rangemap.catalogue.stored_list import Listed

app = typer.Typer(no_args_is_help=True, help="Work with the weapon catalogue.")

CatalogueFiles = Annotated[list[Path] | None, key_option("catalogue")]


@app.command(name="list")
def list_(
    *,
    category: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            autocompletion=completion.categories,
            help="Only weapons in this category; repeatable.",
        ),
    ] = None,
    country: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            autocompletion=completion.countries,
            help="Only weapons of this country; repeatable.",
        ),
    ] = None,
    min_range: Annotated[
        str | None,
        typer.Option(metavar="RANGE", help="Only weapons whose highest claim is at least RANGE."),
    ] = None,
    max_range: Annotated[
        str | None,
        typer.Option(metavar="RANGE", help="Only weapons whose highest claim is at most RANGE."),
    ] = None,
    search: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="Only weapons with a word starting with TEXT in a name, alias, variant or"
            " operator.",
        ),
    ] = None,
    sort: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Sort by this column; empty values last.")
    ] = None,
    thin: Annotated[
        bool,
        typer.Option(
            "--thin",
            help="Only weapons with little published evidence, and why: fewer than three"
            " independent sources, no new claim, or publishers of one kind only.",
        ),
    ] = False,
    older_than: Annotated[
        int | None,
        typer.Option(
            metavar="YEARS",
            min=1,
            max=100,
            help="With --thin: age of a weapon's newest claim that counts as old; default 5.",
        ),
    ] = None,
    catalogue: CatalogueFiles = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """List weapons with their claimed range bands.

    Example: rangemap weapons list --country Iran --min-range "1,000 km" --sort high_km
    """
    if older_than is not None and not thin:
        raise UsageError("--older-than has no effect without --thin; add --thin or omit it")
    from rangemap.catalogue.stored_list import WEAPON_COLUMNS, stored_list

    check_sort(sort, THIN_COLUMNS if thin else WEAPON_COLUMNS)
    filtered = category or country or min_range or max_range or thin
    found = None if catalogue or filtered else stored_list()
    if found is None:
        from rangemap.catalogue import read_catalogue
        from rangemap.catalogue.listing import listed

        merged = read_catalogue(catalogue or ())
        weapons = _in_category_and_country(merged, category or (), country or ())
        found = [listed(weapon) for weapon in weapons]
        found = _within(found, min_range, max_range)
    found = [each for each in found if matches_search(search, each.names)]
    if thin:
        ids = {each.row[0] for each in found}
        print_thin([w for w in weapons if w.id in ids], merged, older_than or 5, sort, format_)
        return
    rows = [each.row for each in found]
    sort_rows(rows, WEAPON_COLUMNS, sort)
    if format_ is not Format.TABLE:
        print_rows(WEAPON_COLUMNS, rows, format_)
        return
    from rangemap.cli.tables import print_table  # rich is slow to import

    figures = {each.row[0]: each.figures for each in found}
    columns, texts = _as_text(rows, [figures[row[0]] for row in rows])
    print_table(columns, texts, right=("low_km", "headline_km", "high_km", "min_km"))


def _in_category_and_country(
    catalogue: "Catalogue", category: Iterable[str], country: Iterable[str]
) -> "list[Weapon]":
    from rangemap.names import match_key

    refusals = Refusals()
    members = refusals.each(catalogue.in_category, category)
    refusals.raise_any()
    categories = {match_key(weapons[0].category) for weapons in members}
    known = {name for weapon in catalogue.weapons for name in weapon.country}
    countries = requested_keys("--country", country, known)
    return [
        weapon
        for weapon in catalogue.weapons
        if is_requested(weapon.category, categories)
        and any(is_requested(name, countries) for name in weapon.country)
    ]


def _within(found: "list[Listed]", min_range: str | None, max_range: str | None) -> "list[Listed]":
    """Return the weapons whose highest claim is within two ranges."""
    from rangemap.catalogue.stored_list import WEAPON_COLUMNS
    from rangemap.wording.quantities import parse_range

    least_km = None if min_range is None else parse_range(min_range).low_m / 1000
    most_km = None if max_range is None else parse_range(max_range).high_m / 1000
    high = WEAPON_COLUMNS.index("high_km")
    return [
        each
        for each in found
        for high_km in [each.row[high]]
        if (least_km is None or (high_km is not None and high_km >= least_km))
        and (most_km is None or (high_km is not None and high_km <= most_km))
    ]


def _as_text(
    rows: Sequence[tuple[Any, ...]], figures: Iterable[tuple[str, ...]]
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Return the list with formatted figures, and with those published in another unit."""
    from rangemap.catalogue.stored_list import WEAPON_COLUMNS

    low, end = WEAPON_COLUMNS.index("low_km"), WEAPON_COLUMNS.index("min_km") + 1
    texts = [(*row[:low], *text, *row[end:]) for row, text in zip(rows, figures, strict=True)]
    columns = (*WEAPON_COLUMNS[:end], "published", *WEAPON_COLUMNS[end:])
    if any(row[end] for row in texts):
        return columns, texts
    indices = [index for index, column in enumerate(columns) if column != "published"]
    return WEAPON_COLUMNS, [tuple(row[index] for index in indices) for row in texts]


@app.command()
def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            autocompletion=completion.weapons,
            help="Weapon name, alias or variant.",
        ),
    ],
    *,
    catalogue: CatalogueFiles = None,
    cite: CiteOption = None,
) -> None:
    """Show a weapon's range band and its claims with their sources, by kind of publisher.

    Example: rangemap weapons show Fateh-110
    """
    from rangemap.catalogue import read_catalogue, read_publishers, with_credits_in_order
    from rangemap.catalogue.listing import system_of
    from rangemap.cli.claims import weapon_lines

    merged = read_catalogue(catalogue or ())
    weapon, selected_variant = merged.find(name)
    variants = [None, *weapon.variants] if selected_variant is None else [selected_variant]
    if cite is not None:
        systems = [system_of(weapon, variant) for variant in variants]
        known = read_publishers()
        print_sources([with_credits_in_order(s, known) for s in systems if s is not None], cite)
        return
    lines = weapon_lines(weapon, variants, read_publishers())
    print_lines([*lines, "", f"edition {merged.edition}"])


@app.command()
def validate(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE]...", help="Catalogue files; default: the built-in catalogue."
        ),
    ] = None,
    *,
    only: OnlyRuleOption = None,
    limit: LimitOption = None,
    format_: FindingFormatOption = FindingFormat.TABLE,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema for editors and exit.")
    ] = False,
) -> None:
    """Report errors and warnings in catalogue files, grouped by rule.

    The exit status is 1 if there are errors, shown or not.

    Example: rangemap weapons validate mine.yaml
    """
    from rangemap.catalogue import read_publishers
    from rangemap.catalogue.file import catalogue_schema
    from rangemap.catalogue.validate import validate_catalogue
    from rangemap.io.packaged import data_file

    if schema:
        typer.echo(catalogue_schema(), nl=False)
        return
    names = files or [data_file("weapons.yaml")]
    check = partial(validate_catalogue, publishers=read_publishers())
    validate_files(names, check, format_, noun="weapon", only=only, limit=limit)
