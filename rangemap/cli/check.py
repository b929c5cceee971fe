"""`rangemap check`: which sites are within range, by geodesic distance."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rangemap.cli.options import (
    CiteOption,
    Format,
    FormatOption,
    print_rows,
    print_sources,
    table_text,
    with_selection,
)
from rangemap.cli.words import write_output
from rangemap.errors import UsageError

if TYPE_CHECKING:
    from rangemap.scenario import Selection


class VerdictName(StrEnum):
    """The verdicts by their names on the command line."""

    INSIDE = "inside"
    DISPUTED = "disputed"
    TOO_CLOSE = "too_close"
    OUTSIDE = "outside"


_ANYTHING = 3


@with_selection
def check(
    selection: "Selection",
    outputs: tuple[str, ...],  # noqa: ARG001  a scenario's outputs are the map's
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="File to write: .csv or .json."),
    ] = None,
    format_: FormatOption = Format.TABLE,
    only: Annotated[
        list[VerdictName] | None, typer.Option(help="Only rows of this verdict; repeatable.")
    ] = None,
    summary: Annotated[
        bool, typer.Option("--summary", help="Counts for each origin and weapon or range.")
    ] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit 3 when any verdict is not outside.")
    ] = False,
    cite: CiteOption = None,
) -> None:
    """Say which sites are within the published ranges, and why.

    Example: rangemap check --from "Jurf Al Sakhar" --weapon Fateh-110
    """
    if output is not None and output.suffix.lower() not in {".csv", ".json"}:
        raise UsageError(f"{output}: cannot write {output.suffix!r}; expected .csv or .json")

    from rangemap.check import (  # noqa: PLC0415  numpy and pyproj wait
        SUMMARY_COLUMNS,
        Verdict,
        check_table,
        summary_rows,
    )

    verdicts = [Verdict(name.value) for name in only or ()]
    in_file = output is not None
    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]
    if summary:
        columns, rows = SUMMARY_COLUMNS, summary_rows(selection, verdicts)
    else:
        columns, rows = check_table(selection, verdicts, edition=in_file)
    if output is not None:
        write_output(output, table_text(columns, rows, Format(output.suffix.lower()[1:])).encode())
    elif cite is not None:
        pass  # the sources take the place of the table
    elif summary or format_ is not Format.TABLE:
        print_rows(columns, rows, format_)
    else:
        from rangemap.cli.tables import print_check  # noqa: PLC0415  rich waits

        print_check(selection, verdicts)
    if cite is not None:
        print_sources(selection.systems, cite)
    if exit_code:
        sites, outside = SUMMARY_COLUMNS.index("sites"), SUMMARY_COLUMNS.index("outside")
        if any(row[sites] > row[outside] for row in summary_rows(selection)):
            raise typer.Exit(_ANYTHING)
