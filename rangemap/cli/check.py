"""`rangemap check`: which sites are within range, by geodesic distance."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rangemap.cli.console import hold_note, note_wrapped, note_zeros, write_outputs
from rangemap.cli.options import (
    CiteOption,
    Format,
    FormatOption,
    print_rows,
    print_sources,
    with_selection,
)
from rangemap.errors import UsageError
from rangemap.io.files import refuse_unsupported

if TYPE_CHECKING:
    from rangemap.check import Verdict
    from rangemap.check.rows import Rows
    from rangemap.scenario.selection import Selection


class VerdictName(StrEnum):
    """The verdicts as named on the command line."""

    INSIDE = "inside"
    DISPUTED = "disputed"
    TOO_CLOSE = "too_close"
    OUTSIDE = "outside"


_REACHED_STATUS = 3
_LARGE = 32 * 2**20
"""Size in bytes above which a file of sites is read in chunks."""
_MEDIUM = 2**20
"""Size in bytes above which reading in chunks is faster."""
SUFFIXES = (".csv", ".json", ".parquet", ".xlsx")
_CHUNKED = (".parquet", ".geoparquet")  # written in chunks


USED_IN = dict.fromkeys(("title", "subtitle", "credit", "date", "lang"), (".xlsx",))


@with_selection(look=("lang",), used_in=USED_IN, credited=False)
def check(
    selection: "Selection",
    outputs: tuple[str, ...],
    *,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help=f"Output file: {', '.join(SUFFIXES)}; repeatable.",
        ),
    ] = None,
    format_: FormatOption = Format.TABLE,
    only: Annotated[
        list[VerdictName] | None, typer.Option(help="Only rows with this verdict; repeatable.")
    ] = None,
    summary: Annotated[
        bool,
        typer.Option("--summary", help="Count the sites for each origin and weapon or range."),
    ] = False,
    per_site: Annotated[
        bool, typer.Option("--per-site", help="One row per site, with its strongest verdict.")
    ] = False,
    sums: Annotated[
        list[str] | None,
        typer.Option(
            "--sum",
            metavar="COLUMN",
            help="As --summary, plus totals of a column of the sites file; repeatable.",
        ),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(
            "--rejects",
            metavar="FILE",
            help="Skip rows without a valid position and write them to FILE.",
        ),
    ] = None,
    workers: Annotated[
        int,
        typer.Option(
            "--workers",
            metavar="N",
            min=1,
            help="Worker processes for large files; worthwhile above about 10 million rows.",
        ),
    ] = 1,
    exit_code: Annotated[
        bool,
        typer.Option(
            "--exit-code", help="Exit with status 3 if any site is inside, disputed or too close."
        ),
    ] = False,
    cite: CiteOption = None,
) -> None:
    """Report which sites are within published ranges, and why.

    Example: rangemap check --from "Jurf Al Sakhar" --weapon Fateh-110
    """
    paths = _writable(output or ())
    # A workbook has the totals in addition to its other sheets, other formats have only the counts.
    in_workbook = bool(paths) and all(path.suffix.lower() == ".xlsx" for path in paths)
    in_workbook = in_workbook and rejects is None
    if (summary or sums) and per_site:
        raise UsageError("--per-site cannot be combined with --summary or --sum; use one of them")
    if rejects is not None and not selection.source.is_file:
        raise UsageError(
            "--rejects needs a file of sites, all of which are checked; name one with --sites FILE,"
            " without --site"
        )

    from rangemap.check import Verdict  # numpy and pyproj are slow to import
    from rangemap.check.order import with_nearest
    from rangemap.check.rows import SKIP_OPTION, Rows

    verdicts = [Verdict(name.value) for name in only or ()]
    counted = summary or (bool(sums) and not in_workbook)
    rows = Rows.COUNT if counted else Rows.SITE if per_site else Rows.VERDICT
    is_shown = not paths and format_ is Format.TABLE and rows is not Rows.COUNT
    needs_table = is_shown or any(path.suffix.lower() == ".xlsx" for path in paths)
    needs_table = needs_table or selection.is_sorted or selection.nearest is not None
    in_chunks = rejects is not None or (bool(sums) and not in_workbook)
    if in_chunks or _is_large(selection, needs_table=needs_table):
        _refuse_workbooks(paths)
        _refuse_order(selection, rows)

        from rangemap.cli.stream import check_in_chunks  # rarely needed

        reached = check_in_chunks(
            selection,
            rows=rows,
            only=verdicts,
            outputs=paths,
            format_=format_,
            sums=sums or (),
            rejects=rejects,
            workers=workers,
            print_result=cite is None,
        )
    else:
        # Read before anything is written, with advice that only this command can give.
        table = selection.source.table(named=rows is not Rows.COUNT, skip_option=SKIP_OPTION)
        if selection.source.is_file:
            from rangemap.sites.table import count_zeros

            zeros = count_zeros(table.lon, table.lat)
            note_zeros(selection.source.name, zeros, selection.source.row_noun)
            wrapped = selection.source.first_wrapped
            note_wrapped(selection.source.name, wrapped, selection.source.row_noun)
        selection = with_nearest(selection)
        if paths:
            write_outputs(
                {path: _content(selection, rows, verdicts, path, sums or ()) for path in paths}
            )
        elif cite is None:  # otherwise the sources are printed instead of the table
            _print_result(selection, rows, verdicts, format_)
        reached = exit_code and _is_reached(selection)
    if cite is not None:
        print_sources(selection.cited_systems, cite)
    if exit_code and reached:
        raise typer.Exit(_REACHED_STATUS)


def _is_large(selection: "Selection", *, needs_table: bool) -> bool:
    """Whether a file of sites is read in chunks, because it is large or because that is faster."""
    is_faster = not needs_table and find_spec("pyarrow") is not None
    return selection.source.size > (_MEDIUM if is_faster else _LARGE)


def _writable(paths: Sequence[Path]) -> list[Path]:
    """Return the paths without duplicates, or refuse an unsupported suffix."""
    refuse_unsupported(paths, (*SUFFIXES, *_CHUNKED))
    return list(dict.fromkeys(paths))


def _refuse_workbooks(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.suffix.lower() == ".xlsx":
            raise UsageError(
                f"{path}: a workbook cannot be written with --rejects, with more than 32 MiB of sites,"
                " or beside other files with --sum; write .csv or .parquet"
            )


def _refuse_order(selection: "Selection", rows: "Rows") -> None:
    """Refuse options that need all sites in memory."""
    from rangemap.check.rows import Rows

    options = ["--sort"] if selection.is_sorted and rows is not Rows.COUNT else []  # no order
    options += ["--nearest"] if selection.nearest is not None else []
    if options:
        raise UsageError(
            f"{', '.join(options)}: {selection.source.name} is read in chunks, because of --sum,"
            " --rejects or more than 32 MiB of sites, so it cannot be sorted; omit the option"
        )


def _table(
    selection: "Selection", rows: "Rows", only: "Sequence[Verdict]", *, in_file: bool
) -> "tuple[Sequence[str], Iterable[Sequence[Any]]]":
    """Return the columns and rows of the result for sites in memory."""
    from rangemap.check import SUMMARY_COLUMNS, check_table, summary_rows
    from rangemap.check.rows import Rows

    if rows is Rows.COUNT:
        columns = (*SUMMARY_COLUMNS, *(("edition",) if in_file else ()))
        return columns, summary_rows(selection, only, edition=in_file)
    if rows is Rows.SITE:
        from rangemap.check.per_site import site_table  # rarely needed

        return site_table(selection, only, edition=in_file)
    return check_table(selection, only, edition=in_file)


def _content(
    selection: "Selection",
    rows: "Rows",
    only: "Sequence[Verdict]",
    path: Path,
    sums: Sequence[str],
) -> bytes:
    """Return the result for sites in memory as the content of a file."""
    from rangemap.render.tables.text import TABLES

    suffix = path.suffix.lower()
    if suffix in _CHUNKED:
        from rangemap.cli.stream import table_bytes  # pyarrow is slow to import

        return table_bytes(selection, rows=rows, only=only, path=path)
    if suffix == ".xlsx":
        from rangemap.catalogue import read_publishers  # verdicts do not need the list
        from rangemap.render.tables.workbook import make_workbook

        selection = selection.credited(read_publishers())
        return make_workbook(selection, rows=rows, only=only, sums=sums, notify=hold_note)
    return TABLES[suffix](*_table(selection, rows, only, in_file=True))


def _print_result(
    selection: "Selection", rows: "Rows", only: "Sequence[Verdict]", format_: Format
) -> None:
    from rangemap.check.rows import Rows

    if rows is not Rows.VERDICT or format_ is not Format.TABLE:
        print_rows(*_table(selection, rows, only, in_file=False), format_)
    else:
        from rangemap.cli.tables import print_check  # rich is slow to import

        print_check(selection, only)


def _is_reached(selection: "Selection") -> bool:
    """Whether any verdict is not outside."""
    from rangemap.check import SUMMARY_COLUMNS, summary_rows

    sites, outside = SUMMARY_COLUMNS.index("sites"), SUMMARY_COLUMNS.index("outside")
    return any(row[sites] > row[outside] for row in summary_rows(selection))
