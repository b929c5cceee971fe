"""`rangemap weapons import` and `rangemap sites import`: convert other people's files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rangemap.cli.console import print_data, print_message, uncollected, write_outputs
from rangemap.cli.options import refuse_shared
from rangemap.errors import DocumentError, UsageError
from rangemap.importing.choices import (
    AxisOrder,
    DateOrder,
    DecimalSeparator,
    DefaultBound,
    Mile,
    Unit,
)
from rangemap.io.files import refuse_overwriting

if TYPE_CHECKING:
    from rangemap.importing.fields import Result

_MOST_REJECTS = 20

InputFile = Annotated[Path, typer.Argument(metavar="FILE", help="File to import.")]
WeaponsInput = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="File to import, or folder made by `weapons export`."),
]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Output file; default: standard output."),
]
ColumnOption = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="FIELD=COLUMN",
        help="Source column of a field: name, number (#3) or empty for none; repeatable.",
    ),
]
FillOption = Annotated[
    list[str] | None,
    typer.Option(
        "--fill",
        metavar="FIELD=VALUE",
        help="Value for a field whose cell is empty; repeatable.",
    ),
]
PublisherOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Same as --fill publisher=NAME.")
]
EncodingOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Text encoding, for example cp1252.")
]
DelimiterOption = Annotated[
    str | None, typer.Option(metavar="CHAR", help="Field delimiter; `tab` for a tab.")
]
DecimalOption = Annotated[
    DecimalSeparator | None, typer.Option("--decimal", help="Decimal separator.")
]
SheetOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Sheet to read from a workbook.")
]
LayerOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Layer to read from a GeoPackage.")
]
HeaderOption = Annotated[
    int | None, typer.Option(metavar="ROW", help="Row with the column names; 0 if there is none.")
]
DecisionsOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Use the decisions saved by an earlier import.")
]
SaveOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Save the decisions for later imports.")
]
RejectsOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write the rows that could not be read to FILE, as CSV."),
]
KeepGoing = Annotated[
    bool,
    typer.Option("--keep-going", help="Write the valid rows even if some could not be read."),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show decisions and invalid rows; write nothing.")
]


def import_weapons(
    file: WeaponsInput,
    *,
    output: Output = None,
    publisher: PublisherOption = None,
    column: ColumnOption = None,
    fill: FillOption = None,
    unit: Annotated[
        Unit | None, typer.Option("--unit", help="Unit of figures given without one.")
    ] = None,
    mile: Annotated[
        Mile | None,
        typer.Option("--mile", help='Meaning of "mile" for naval and airborne systems.'),
    ] = None,
    bound: Annotated[
        DefaultBound | None,
        typer.Option("--bound", help='Meaning of a range with no qualifier such as "up to".'),
    ] = None,
    dates: Annotated[
        DateOrder | None,
        typer.Option("--dates", help="Order of day and month in dates such as 03/04/2024."),
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
    """Convert a table of weapons into a catalogue.

    The formats are CSV, TSV, Excel and Parquet; each row is one claim. The command first shows how
    it interpreted the file, then lists the rows that it could not read. A folder made by
    `rangemap weapons export` is converted into the catalogue that it was made from.

    Fields: name, variant, id, aliases, country, operators, category, range, low, minimum, unit,
    target, attributed_to, note, wording, publisher, title, url, corrected_title, archived, date.

    Example: rangemap weapons import ranges.csv --publisher "Naval News" -o mine.yaml
    """
    if file.is_dir():
        _import_package(**locals())
    else:
        _import("weapons", **locals())


def import_sites(
    file: InputFile,
    *,
    output: Output = None,
    publisher: PublisherOption = None,
    column: ColumnOption = None,
    fill: FillOption = None,
    order: Annotated[
        AxisOrder | None, typer.Option("--order", help="Order of latitude and longitude.")
    ] = None,
    wrap: Annotated[
        bool, typer.Option("--wrap", help="Bring longitudes outside -180 to 180 into range.")
    ] = False,
    decimal: DecimalOption = None,
    encoding: EncodingOption = None,
    delimiter: DelimiterOption = None,
    sheet: SheetOption = None,
    layer: LayerOption = None,
    header_row: HeaderOption = None,
    decisions: DecisionsOption = None,
    save_decisions: SaveOption = None,
    rejects: RejectsOption = None,
    keep_going: KeepGoing = False,
    dry_run: DryRun = False,
) -> None:
    """Convert a file of sites into a registry.

    The formats are tables, KML, GeoJSON and other vector formats. The command first shows how it
    interpreted the file, then lists the rows that it could not read.

    Fields: name, id, lat, lon, lat_min, lat_sec, lat_hemisphere, lon_min, lon_sec, lon_hemisphere,
    position, wkt, aliases, country, kind, precision_km, note, publisher, title, url.

    Example: rangemap sites import bases.kml --publisher OpenStreetMap --fill country=Iraq
    --fill kind="air base" -o mine.geojson
    """
    _import("sites", **locals())


def _import_package(*, file: Path, output: Path | None, dry_run: bool, **options: Any) -> None:
    """Convert a folder made by `weapons export` into a catalogue."""
    from rangemap.importing.package import (
        INPUTS,
        import_package,
    )  # pydantic and YAML are slow to import

    given = [name for name, value in options.items() if value is not None and value is not False]
    if given:
        raise UsageError(
            f"--{given[0].replace('_', '-')} has no effect on a folder made by `weapons export`; omit it"
        )
    result = import_package(file)
    print_message(f"{result.summary} read")
    if dry_run:
        print_message("nothing written (--dry-run)")
    elif output is None:
        print_data(result.content)
    else:
        refuse_overwriting([file / name for name in INPUTS], [output])
        write_outputs({output: result.content.encode()})


def _import(
    kind: str,
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
    **options: Any,
) -> None:
    """Read a file as the options specify, show the decisions, and write the result."""
    from rangemap.importing.decisions import (  # pydantic is slow to import
        ImportLog,
        format_decisions,
        make_decisions,
        read_decisions,
    )
    from rangemap.importing.sites import import_sites as read_sites
    from rangemap.importing.weapons import import_weapons as read_weapons

    filled = _pairs("--fill", fill) | ({} if publisher is None else {"publisher": publisher})
    columns = {key: column_name or None for key, column_name in _pairs("--column", column).items()}
    options["delimiter"] = "\t" if options["delimiter"] in {"tab", "\\t"} else options["delimiter"]
    saved = make_decisions() if decisions is None else read_decisions(decisions)
    # Options override saved decisions.
    given = make_decisions(columns=columns, fill=filled, **options)
    typed = frozenset(name for name, value in options.items() if value not in {None, False})
    log = ImportLog(file, saved.updated(given), typed)
    try:
        with uncollected():
            result = (read_weapons if kind == "weapons" else read_sites)(log)
    finally:  # decisions are shown even if the file is refused
        if log.notes:
            print_message("\n  ".join([f"{file}: interpreted with", *map(str, log.notes)]))
    bad, total = result.rejects, result.n_rows
    _list_rejects(result, file)
    if dry_run:
        print_message("nothing written (--dry-run)")
    else:
        refuse_shared(output, rejects, save_decisions)
        contents = {}
        if rejects is not None:
            contents[rejects] = _rejects_table(result).encode()
        if save_decisions is not None:
            contents[save_decisions] = format_decisions(log.decisions).encode()
        is_written = total > len(bad) and (keep_going or not bad)
        if is_written and output is not None:
            contents[output] = result.content.encode()
        refuse_overwriting([file], contents)
        write_outputs(contents)
        if is_written and output is None:
            print_data(result.content)
    if total == len(bad):
        raise DocumentError(f"{file}: no {result.row_noun} could be read; nothing to write")
    if bad:
        advice = "; nothing written: fix them, or write the others with --keep-going"
        raise DocumentError(
            f"{file}: {len(bad)} of {total} {result.row_noun}s could not be read"
            + ("" if keep_going else advice)
        )


def _pairs(option: str, arguments: list[str] | None) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for argument in arguments or ():
        key, equals, value = argument.partition("=")
        if not equals or not key:
            raise UsageError(f"{option} is {argument!r}; expected {option} FIELD=...")
        pairs[key] = value
    return pairs


def _list_rejects(result: "Result", file: Path) -> None:
    """Report the rows that could not be read, and counts that add up."""
    from rangemap.importing.decisions import count  # pydantic is slow to import

    bad = result.rejects
    for reject in bad[:_MOST_REJECTS]:
        print_message(f"{file}: {result.row_noun} {reject.row}: {reject.reason}")
    if len(bad) > _MOST_REJECTS:
        print_message(
            f"{file}: and {len(bad) - _MOST_REJECTS} more; list them all with --rejects FILE"
        )
    total = f"{count(result.n_rows, result.row_noun)} read: {result.summary}"
    total += f", {result.n_repeats} repeated" if result.n_repeats else ""
    print_message(f"{total}, {len(bad)} not read" if bad else total)


def _rejects_table(result: "Result") -> str:
    """Return the rows that could not be read, unchanged after their number and the reason."""
    from rangemap.render.tables.text import to_csv

    width = max([len(result.columns), *(len(reject.cells) for reject in result.rejects)])
    extra = range(1, width - len(result.columns) + 1)
    rows = (
        (reject.row, reject.reason, *reject.cells, *[""] * (width - len(reject.cells)))
        for reject in result.rejects
    )
    return to_csv(["row", "reason", *result.columns, *(f"beyond {i}" for i in extra)], rows)
