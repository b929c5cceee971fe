"""`rangemap weapons`: the contents of the catalogue, each figure with its source."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rangemap.cli.console import print_lines
from rangemap.cli.findings import validate_files
from rangemap.cli.listing import check_sort, is_requested, matches_search, requested_keys, sort_rows
from rangemap.cli.options import (
    CiteOption,
    Format,
    FormatOption,
    key_option,
    print_rows,
    print_sources,
)
from rangemap.errors import Refusals

if TYPE_CHECKING:
    from rangemap.catalogue import Claim, System, Weapon

app = typer.Typer(no_args_is_help=True, help="Work with the weapon catalogue.")

CatalogueFiles = Annotated[list[Path] | None, key_option("catalogue")]


@app.command(name="list")
def list_(
    *,
    category: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Only weapons in this category; repeatable."),
    ] = None,
    country: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Only weapons of this country; repeatable."),
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
    catalogue: CatalogueFiles = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """List weapons with their claimed range bands.

    Example: rangemap weapons list --country Iran --min-range "1,000 km" --sort high_km
    """
    from rangemap.catalogue import read_catalogue
    from rangemap.catalogue.listing import WEAPON_COLUMNS, system_of, weapon_row
    from rangemap.names import match_key
    from rangemap.quantities import parse_range

    check_sort(sort, WEAPON_COLUMNS)
    high = WEAPON_COLUMNS.index("high_km")
    merged = read_catalogue(catalogue or ())
    refusals = Refusals()
    members = refusals.each(merged.in_category, category or ())
    refusals.raise_any()
    categories = {match_key(weapons[0].category) for weapons in members}
    known = {name for weapon in merged.weapons for name in weapon.country}
    countries = requested_keys("--country", country, known)
    least_km = None if min_range is None else parse_range(min_range).low_m / 1000
    most_km = None if max_range is None else parse_range(max_range).high_m / 1000
    matches = [
        (row, system)
        for weapon in merged.weapons
        if is_requested(weapon.category, categories)
        and any(is_requested(name, countries) for name in weapon.country)
        and matches_search(search, _searchable_names(weapon))
        for system in [system_of(weapon)]
        for row in [weapon_row(weapon, system)]
        if (least_km is None or (row[high] is not None and row[high] >= least_km))
        and (most_km is None or (row[high] is not None and row[high] <= most_km))
    ]
    rows = [row for row, _ in matches]
    sort_rows(rows, WEAPON_COLUMNS, sort)
    if format_ is not Format.TABLE:
        print_rows(WEAPON_COLUMNS, rows, format_)
        return
    from rangemap.cli.tables import print_table  # rich is slow to import

    systems = {row[0]: system for row, system in matches}
    columns, texts = _as_text(rows, [systems[row[0]] for row in rows])
    print_table(columns, texts, right=("low_km", "headline_km", "high_km", "min_km"))


def _searchable_names(weapon: "Weapon") -> tuple[str, ...]:
    return (weapon.name, *weapon.aliases, *weapon.variants, *weapon.operators)


def _as_text(
    rows: Sequence[tuple[Any, ...]], systems: Iterable["System | None"]
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Return the list with formatted figures, and with those published in another unit."""
    from rangemap.catalogue import BandText
    from rangemap.catalogue.listing import WEAPON_COLUMNS

    low, end = WEAPON_COLUMNS.index("low_km"), WEAPON_COLUMNS.index("min_km") + 1
    texts: list[tuple[Any, ...]] = []
    for row, system in zip(rows, systems, strict=True):
        figures: tuple[str, ...] = ("",) * (end - low + 1)
        if system is not None:
            text = BandText(system.band, "km")
            numbers = (text.low_number, text.headline_number, text.high_number)
            figures = (*numbers, text.minimum_number, text.phrases)
        texts.append((*row[:low], *figures, *row[end:]))
    columns = (*WEAPON_COLUMNS[:end], "published", *WEAPON_COLUMNS[end:])
    if any(row[end] for row in texts):
        return columns, texts
    indices = [index for index, column in enumerate(columns) if column != "published"]
    return WEAPON_COLUMNS, [tuple(row[index] for index in indices) for row in texts]


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Weapon name, alias or variant.")],
    *,
    catalogue: CatalogueFiles = None,
    cite: CiteOption = None,
) -> None:
    """Show a weapon's claims with their sources and the range band.

    Example: rangemap weapons show Fateh-110
    """
    from rangemap.catalogue import read_catalogue
    from rangemap.catalogue.listing import system_of

    merged = read_catalogue(catalogue or ())
    weapon, selected_variant = merged.find(name)
    variants = [None, *weapon.variants] if selected_variant is None else [selected_variant]
    if cite is not None:
        systems = [system_of(weapon, variant) for variant in variants]
        print_sources([system for system in systems if system is not None], cite)
        return
    lines = [f"{weapon.name} ({weapon.id})", f"  {weapon.category}, {weapon.countries}"]
    if weapon.aliases:
        lines.append(f"  also: {', '.join(weapon.aliases)}")
    if weapon.operators:
        lines.append(f"  operators: {', '.join(weapon.operators)}")
    lines += [f"  note: {note}" for note in (weapon.category_note, weapon.note) if note]
    for variant in variants:
        claims = [claim for claim in weapon.claims if claim.variant == variant]
        if claims:
            lines += ["", _band_line(weapon, variant), *_other_targets(weapon, variant)]
            lines += [line for claim in claims for line in _claim_lines(claim, weapon)]
    lines += ["", f"edition {merged.edition}"]
    print_lines(lines)


@app.command()
def validate(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE]...", help="Catalogue files; default: the built-in catalogue."
        ),
    ] = None,
    *,
    format_: FormatOption = Format.TABLE,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema for editors and exit.")
    ] = False,
) -> None:
    """Report errors and warnings in catalogue files.

    The exit status is 1 if there are errors.

    Example: rangemap weapons validate mine.yaml
    """
    from rangemap.builtin import data_file
    from rangemap.catalogue.file import catalogue_schema
    from rangemap.catalogue.validate import validate_catalogue

    if schema:
        typer.echo(catalogue_schema(), nl=False)
        return
    validate_files(files or [data_file("weapons.yaml")], validate_catalogue, format_, noun="weapon")


def _band_line(weapon: "Weapon", variant: str | None) -> str:
    from rangemap.catalogue import BandText
    from rangemap.catalogue.listing import system_of

    label = "claims without a variant" if variant is None else f"variant: {variant}"
    system = system_of(weapon, variant) if weapon.claims_of(variant) else None
    if system is None:
        return f"{label}: no published range that can be drawn"
    text = BandText(system.band, "km").summary
    return f"{label}: {text} ({_claim_count(len(system.band.claims))})"


def _claim_count(number: int) -> str:
    return f"{number} claim{'' if number == 1 else 's'}"


def _other_targets(weapon: "Weapon", variant: str | None) -> list[str]:
    """Return the bands against other targets, which are listed but not drawn."""
    from rangemap.catalogue import BandText, Target, make_band

    lines = []
    for target in Target:
        claims = weapon.claims_of(variant, target=target)
        if claims and target is not weapon.target:
            text = BandText(make_band(claims), "km").summary
            count = _claim_count(len(claims))
            lines.append(f"  against {target.plural}, not drawn: {text} ({count})")
    return lines


def _claim_lines(claim: "Claim", weapon: "Weapon") -> list[str]:
    source = claim.source
    marks = [
        label
        for label, applies in (
            ("not drawn", claim not in weapon.claims_of(claim.variant)),
            ("doubtful", claim.doubtful),
            (f"retracted {claim.retracted}", claim.retracted is not None),
        )
        if applies
    ]
    mark = f" [{', '.join(marks)}]" if marks else ""
    against = "" if claim.target is None else f", against {claim.target.plural}"
    by = "" if claim.attributed_to is None else f", attributed to {claim.attributed_to}"
    citation = ": ".join(filter(None, (source.publisher, source.headline)))
    date = source.date or "no date"
    date_note = f" ({source.date_note})" if source.date_note else ""
    days = [
        f"; {label} {day}"
        for label, day in (("first seen", claim.first_seen), ("checked", claim.checked))
        if day
    ]
    lines = [
        f"  {claim.figure}{against}{mark}{by}",
        f"      {citation}, {date}{date_note}{''.join(days)}",
    ]
    lines += [f"      {line}" for line in (source.url, source.archived) if line]
    if claim.wording:
        lines.append(f"      wording: {claim.wording}")
    if claim.note:
        lines.append(f"      note: {claim.note}")
    lines.append(f"      claim {weapon.id}/{claim.id}")
    return lines
