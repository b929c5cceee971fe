"""`rangemap weapons import` and `rangemap sites import`: strangers' files in our format."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rangemap.cli.options import refuse_overwriting, refuse_shared
from rangemap.cli.words import print_data, say, write_outputs
from rangemap.errors import DocumentError, UsageError
from rangemap.importing.words import Bare, DateOrder, DecimalSign, Mile, Order, Unit

if TYPE_CHECKING:
    from rangemap.importing.cells import Result

_MOST_REJECTS = 20

InputFile = Annotated[Path, typer.Argument(metavar="FILE", help="The file to read.")]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="File to write; default: standard output."),
]
ColumnOption = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="FIELD=COLUMN",
        help="The column a field is read from, by its name or as #3; empty for none; repeatable.",
    ),
]
FillOption = Annotated[
    list[str] | None,
    typer.Option(
        "--fill", metavar="FIELD=VALUE", help="A field's value where its cell is empty; repeatable."
    ),
]
PublisherOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Short for --fill publisher=NAME.")
]
EncodingOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="What the text is in, as cp1252 or cp1256.")
]
DelimiterOption = Annotated[
    str | None, typer.Option(metavar="SIGN", help="What parts the fields; 'tab' for a tab.")
]
DecimalOption = Annotated[
    DecimalSign | None, typer.Option("--decimal", help="The sign before the decimals.")
]
SheetOption = Annotated[str | None, typer.Option(metavar="NAME", help="Sheet of a workbook.")]
HeaderOption = Annotated[
    int | None, typer.Option(metavar="ROW", help="Row with the column names; 0: there is none.")
]
DecisionsOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Decisions kept from an earlier import.")
]
SaveOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Keep the decisions for the next import.")
]
RejectsOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write the rows that were not read, as CSV.")
]
KeepGoing = Annotated[
    bool, typer.Option("--keep-going", help="Write the good rows although others were not read.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show the decisions and the bad rows; write nothing.")
]


def import_weapons(
    file: InputFile,
    *,
    output: Output = None,
    publisher: PublisherOption = None,
    column: ColumnOption = None,
    fill: FillOption = None,
    unit: Annotated[
        Unit | None, typer.Option("--unit", help="Unit of figures that have none of their own.")
    ] = None,
    mile: Annotated[
        Mile | None, typer.Option("--mile", help="What a bare mile means at sea and in the air.")
    ] = None,
    bound: Annotated[
        Bare | None, typer.Option("--bound", help="What a figure without a word means.")
    ] = None,
    dates: Annotated[
        DateOrder | None, typer.Option("--dates", help="Order of day and month in 03/04/2024.")
    ] = None,
    decimal: DecimalOption = None,
    encoding: EncodingOption = None,
    delimiter: DelimiterOption = None,
    sheet: SheetOption = None,
    header_row: HeaderOption = None,
    decisions: DecisionsOption = None,
    save_decisions: SaveOption = None,
    rejects: RejectsOption = None,
    keep_going: KeepGoing = False,
    dry_run: DryRun = False,
) -> None:
    """Make a catalogue of a table of weapons (CSV, TSV, Excel, Parquet).

    Each row is one claim. What was decided is shown first; rows that cannot be read are listed.
    Fields: name, variant, id, aliases, country, operators, category, range, low, minimum, unit,
    attributed_to, note, publisher, title, url, date.

    Example: rangemap weapons import ranges.csv --publisher "Naval News" -o mine.yaml
    """
    _import("weapons", **locals())


def import_sites(
    file: InputFile,
    *,
    output: Output = None,
    publisher: PublisherOption = None,
    column: ColumnOption = None,
    fill: FillOption = None,
    order: Annotated[
        Order | None, typer.Option("--order", help="Order of a position in one column or two.")
    ] = None,
    wrap: Annotated[
        bool, typer.Option("--wrap", help="Bring longitudes beyond 180 degrees into range.")
    ] = False,
    decimal: DecimalOption = None,
    encoding: EncodingOption = None,
    delimiter: DelimiterOption = None,
    sheet: SheetOption = None,
    header_row: HeaderOption = None,
    decisions: DecisionsOption = None,
    save_decisions: SaveOption = None,
    rejects: RejectsOption = None,
    keep_going: KeepGoing = False,
    dry_run: DryRun = False,
) -> None:
    """Make a registry of a file of sites (tables, KML, GeoJSON, vector formats).

    What was decided is shown first; rows that cannot be read are listed.
    Fields: name, id, lat, lon, position, wkt, aliases, country, kind, precision_km, note,
    publisher, title, url.

    Example: rangemap sites import bases.kml --publisher OpenStreetMap --fill country=Iraq
    --fill kind="air base" -o mine.geojson
    """
    _import("sites", **locals())


def _import(
    what: str,
    *,
    file: Path,
    output: Path | None,
    publisher: str | None,
    column: list[str] | None,
    fill: list[str] | None,
    decisions: Path | None,
    save_decisions: Path | None,
    rejects: Path | None,
    keep_going: bool,
    dry_run: bool,
    **told: Any,
) -> None:
    """Read a file as it was told, show what was decided, and write what was read."""
    from rangemap.importing.journal import (  # pydantic waits
        Journal,
        format_decisions,
        make_decisions,
        read_decisions,
    )
    from rangemap.importing.sites import import_sites as read_sites
    from rangemap.importing.weapons import import_weapons as read_weapons

    filled = _pairs("--fill", fill) | ({} if publisher is None else {"publisher": publisher})
    columns = {key: value or None for key, value in _pairs("--column", column).items()}
    told["delimiter"] = "\t" if told["delimiter"] in {"tab", "\\t"} else told["delimiter"]
    kept = make_decisions() if decisions is None else read_decisions(decisions)
    # Options stand above decisions that were kept.
    journal = Journal(file, kept.updated(make_decisions(columns=columns, fill=filled, **told)))
    try:
        result = (read_weapons if what == "weapons" else read_sites)(journal)
    finally:  # what was decided is shown in any case
        if journal.notes:
            say("\n  ".join([f"{file} is read with", *map(str, journal.notes)]))
    bad, total = result.rejects, result.n_rows
    _list_rejects(result, file)
    if dry_run:
        say("nothing written (--dry-run)")
    else:
        refuse_shared(output, rejects, save_decisions)
        contents = {}
        if rejects is not None:
            contents[rejects] = _rejects_table(result).encode()
        if save_decisions is not None:
            contents[save_decisions] = format_decisions(journal.decisions).encode()
        is_written = total > len(bad) and (keep_going or not bad)
        if is_written and output is not None:
            contents[output] = result.content.encode()
        refuse_overwriting([file], contents)
        write_outputs(contents)
        if is_written and output is None:
            print_data(result.content)
    if total == len(bad):
        raise DocumentError(f"{file}: no {result.what} could be read; nothing to write")
    if bad:
        way_out = "; nothing written: mend them, or write the others with --keep-going"
        raise DocumentError(
            f"{file}: {len(bad)} of {total} {result.what}s were not read"
            + ("" if keep_going else way_out)
        )


def _pairs(option: str, words: list[str] | None) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for word in words or ():
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise UsageError(f"{option} is {word!r}; expected {option} FIELD=...")
        pairs[key] = value
    return pairs


def _list_rejects(result: "Result", file: Path) -> None:
    """Say which rows were not read, and that the numbers add up."""
    bad = result.rejects
    for reject in bad[:_MOST_REJECTS]:
        say(f"{file}: {result.what} {reject.row}: {reject.reason}")
    if len(bad) > _MOST_REJECTS:
        say(f"{file}: and {len(bad) - _MOST_REJECTS} more; --rejects FILE has them all")
    total = f"{result.n_rows} {result.what}s read: {result.counted}"
    say(f"{total}, {len(bad)} not read" if bad else total)


def _rejects_table(result: "Result") -> str:
    """Return the rows that were not read as they stood, after their number and the reason."""
    from rangemap.render.tables import to_csv

    width = max([len(result.columns), *(len(reject.cells) for reject in result.rejects)])
    beyond = range(1, width - len(result.columns) + 1)
    rows = (
        (reject.row, reject.reason, *reject.cells, *[""] * (width - len(reject.cells)))
        for reject in result.rejects
    )
    return to_csv(["row", "reason", *result.columns, *(f"beyond {i}" for i in beyond)], rows)
