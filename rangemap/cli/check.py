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
    with_selection,
)
from rangemap.cli.words import write_outputs
from rangemap.errors import UsageError

if TYPE_CHECKING:
    from rangemap.check import Verdict
    from rangemap.scenario import Selection


class VerdictName(StrEnum):
    """The verdicts by their names on the command line."""

    INSIDE = "inside"
    DISPUTED = "disputed"
    TOO_CLOSE = "too_close"
    OUTSIDE = "outside"


_ANYTHING = 3
SUFFIXES = (".csv", ".json", ".parquet", ".xlsx")
_AT_LENGTH = (".parquet", ".geoparquet")  # written part by part


@with_selection(by_pieces=True)
def check(
    selection: "Selection",
    outputs: tuple[str, ...],
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help=f"File to write: {', '.join(SUFFIXES)}."
        ),
    ] = None,
    format_: FormatOption = Format.TABLE,
    only: Annotated[
        list[VerdictName] | None, typer.Option(help="Only rows of this verdict; repeatable.")
    ] = None,
    summary: Annotated[
        bool, typer.Option("--summary", help="Counts for each origin and weapon or range.")
    ] = False,
    per_site: Annotated[
        bool, typer.Option("--per-site", help="One row a site: its strongest verdict.")
    ] = False,
    value: Annotated[
        str | None,
        typer.Option(
            "--sum", metavar="COLUMN", help="Counts, and totals of a column of the file of sites."
        ),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(
            "--rejects", metavar="FILE", help="Go on without rows that have no position; list them."
        ),
    ] = None,
    workers: Annotated[
        int,
        typer.Option(
            "--workers",
            metavar="N",
            min=1,
            help="Processes for a large file; more pay from tens of millions of rows on.",
        ),
    ] = 1,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit 3 when any verdict is not outside.")
    ] = False,
    cite: CiteOption = None,
) -> None:
    """Say which sites are within the published ranges, and why.

    Example: rangemap check --from "Jurf Al Sakhar" --weapon Fateh-110
    """
    suffix = "" if output is None else output.suffix.lower()
    if output is not None and suffix not in {*SUFFIXES, *_AT_LENGTH}:
        raise UsageError(
            f"{output}: cannot write {output.suffix!r}; expected {', '.join(SUFFIXES)}"
        )
    summary = summary or value is not None
    if summary and per_site:
        raise UsageError("--per-site gives rows and --summary counts; ask for one of them")
    if rejects is not None and selection.stream is None:
        raise UsageError("--rejects lists rows of a file of sites; name one with --sites FILE")

    from rangemap.check import Verdict  # numpy and pyproj wait

    verdicts = [Verdict(name.value) for name in only or ()]
    if selection.stream is not None or value is not None or suffix in _AT_LENGTH:
        if suffix == ".xlsx":
            raise UsageError(f"{output}: a workbook holds no such table; write .csv or .parquet")

        from rangemap.check.stream import Rows  # few runs need it
        from rangemap.cli.stream import answer_check

        reached = answer_check(
            selection,
            rows=Rows.COUNT if summary else Rows.SITE if per_site else Rows.VERDICT,
            only=verdicts,
            output=output,
            format_=format_,
            value=value,
            rejects=rejects,
            workers=workers,
            shown=cite is None,
        )
    else:
        _answer_in_memory(
            selection,
            only=verdicts,
            output=output,
            format_=format_,
            summary=summary,
            per_site=per_site,
            shown=cite is None,
        )
        reached = exit_code and _is_reached(selection)
    if cite is not None:
        print_sources(selection.systems, cite)
    if exit_code and reached:
        raise typer.Exit(_ANYTHING)


def _answer_in_memory(
    selection: "Selection",
    *,
    only: "Sequence[Verdict]",
    output: Path | None,
    format_: Format,
    summary: bool,
    per_site: bool,
    shown: bool,
) -> None:
    """Write or print the answer for sites in memory."""
    from rangemap.check import SUMMARY_COLUMNS, check_table, summary_rows

    in_file = output is not None
    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]
    if summary:
        columns = (*SUMMARY_COLUMNS, *(("edition",) if in_file else ()))
        rows = summary_rows(selection, only, edition=in_file)
    elif per_site:
        from rangemap.check.persite import site_table  # few runs need it

        columns, rows = site_table(selection, only, edition=in_file)
    else:
        columns, rows = check_table(selection, only, edition=in_file)
    if output is not None:
        from rangemap.render.tables import TABLES

        untyped = () if summary else _untyped(selection, columns)
        write_outputs({output: TABLES[output.suffix.lower()](columns, rows, untyped)})
    elif not shown:
        pass  # the sources take the place of the table
    elif summary or per_site or format_ is not Format.TABLE:
        print_rows(columns, rows, format_)
    else:
        from rangemap.cli.tables import print_check  # rich waits

        print_check(selection, only)


def _untyped(selection: "Selection", columns: Sequence[str]) -> Sequence[str]:
    """Return the input's own columns of a file's table if all their values are text."""
    sites = selection.sites
    return columns[-1 - len(sites.columns) : -1] if sites.untyped else ()  # the edition is last


def _is_reached(selection: "Selection") -> bool:
    """Whether any verdict is not outside."""
    from rangemap.check import SUMMARY_COLUMNS, summary_rows

    sites, outside = SUMMARY_COLUMNS.index("sites"), SUMMARY_COLUMNS.index("outside")
    return any(row[sites] > row[outside] for row in summary_rows(selection))
