"""Options shared by the commands, and the output of tables and sources."""

import inspect
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rangemap.cli.console import hold_note, print_data, print_lines
from rangemap.errors import OutputError, UsageError

if TYPE_CHECKING:
    from rangemap.catalogue import System
    from rangemap.scenario import Selection

LangOption = Annotated[
    str | None,
    typer.Option(metavar="CODE", help="Language of text, numbers and dates: en, ar, fr."),
]
StyleOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="House style file: colours, font, logo, credit.")
]


class Format(StrEnum):
    """Format of a table on standard output."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


FormatOption = Annotated[
    Format, typer.Option("--format", help="Format of the table on standard output.")
]


class Cite(StrEnum):
    """Format of citations on standard output."""

    TEXT = "text"
    BIBTEX = "bibtex"


CiteOption = Annotated[
    Cite | None, typer.Option("--cite", help="Print the sources of the figures.")
]


def print_sources(systems: "Sequence[System]", cite_: Cite) -> None:
    """Print the sources of systems."""
    from rangemap.catalogue import CiteFormat, cite

    print_lines(cite(systems, CiteFormat(cite_.value)).splitlines())


def print_rows(columns: Sequence[str], rows: Iterable[Sequence[Any]], format_: Format) -> None:
    """Print a table on standard output."""
    if format_ is Format.TABLE:
        from rangemap.cli.tables import print_table  # rich is slow to import

        print_table(columns, rows)
    else:
        print_data(table_text(columns, rows, format_))


def table_text(columns: Sequence[str], rows: Iterable[Sequence[Any]], format_: Format) -> str:
    """Return a table as CSV or JSON text."""
    from rangemap.render.tables import to_csv, to_json

    return to_csv(columns, rows) if format_ is Format.CSV else to_json(columns, rows)


def _select(  # noqa: PLR0917  the shared options; see `with_selection`
    scenario: Annotated[
        Path | None,
        typer.Argument(metavar="[SCENARIO]", help="Scenario file; options override its keys."),
    ] = None,
    weapon: Annotated[
        list[str] | None,
        typer.Option(
            "--weapon", "-w", metavar="NAME", help="Weapon name, alias or variant; repeatable."
        ),
    ] = None,
    category: Annotated[
        list[str] | None,
        typer.Option("--category", metavar="NAME", help="All weapons in a category; repeatable."),
    ] = None,
    range_: Annotated[
        list[str] | None,
        typer.Option(
            "--range",
            metavar="[LABEL=]RANGE",
            help='Range given directly, such as "Patrol=70 km (min 5 km)"; repeatable.',
        ),
    ] = None,
    from_: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            "-f",
            metavar="PLACE",
            help="Origin: a registry name, a town, LAT,LON or MGRS; repeatable.",
        ),
    ] = None,
    origins: Annotated[
        list[Path] | None,
        typer.Option("--origins", metavar="FILE", help="File of origins, one per row; repeatable."),
    ] = None,
    site: Annotated[
        list[str] | None,
        typer.Option(
            "--site", "-s", metavar="PLACE", help="Site to check (default: all); repeatable."
        ),
    ] = None,
    sites: Annotated[
        str | None,
        typer.Option(
            "--sites", metavar="FILE", help="File of sites to use instead of the registry."
        ),
    ] = None,
    lat: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Latitude column in these files.")
    ] = None,
    lon: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Longitude column in these files.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Name column in these files.")
    ] = None,
    catalogue: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Catalogue file or `built-in`; repeatable, later files override earlier ones.",
        ),
    ] = None,
    registry: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Registry file to use instead of the built-in one."),
    ] = None,
    prefer: Annotated[
        str | None,
        typer.Option(
            metavar="PUBLISHER", help="Use this publisher's latest figure as the headline."
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="Use only claims published by this date."),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WEAPON/CLAIM", help="Exclude a claim by weapon id and claim id; repeatable."
        ),
    ] = None,
    units: Annotated[
        str | None,
        typer.Option(metavar="km|mi|nmi", help="Display unit; data files are always in km."),
    ] = None,
    title: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Title of the map, report or workbook.")
    ] = None,
    subtitle: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Line below the title.")
    ] = None,
    credit: Annotated[str | None, typer.Option(metavar="TEXT", help="Credit line.")] = None,
    *,
    by_pieces: bool = False,
    in_haste: bool = False,
    with_rejects: bool = False,
) -> "tuple[Selection, tuple[str, ...], list[Path]]":
    """Return the selection, the outputs that the scenario names, and the files that were read."""
    from rangemap.load import load  # numpy and pyproj are slow to import
    from rangemap.scenario import ScenarioWords, typed_words

    words = ScenarioWords()
    if scenario is not None:
        from rangemap.scenario_file import read_scenario  # pydantic and YAML are slow to import

        words = read_scenario(scenario)
    given: dict[str, Any] = {
        "title": title,
        "subtitle": subtitle,
        "credit": credit,
        "prefer": prefer,
        "origins": from_,
        "weapons": weapon,
        "categories": category,
        "ranges": range_,
        "sites": site,
        "catalogue": None if catalogue is None else [str(path) for path in catalogue],
        "registry": None if registry is None else str(registry),
        "units": units,
        "as_of": as_of,
        "exclude": exclude,
    }
    given = {key: value for key, value in given.items() if value not in (None, [])}
    update = typed_words(given)
    if origins:
        # Origins on the command line replace those in the scenario, whether named or from a file.
        update.setdefault("origins", ())
    if sites is not None:
        update.setdefault("sites", None)
    words = replace(words, **update)
    if scenario is None and not given and not origins:
        raise UsageError("nothing to do; give a scenario file, or --from PLACE and --weapon NAME")
    selection = load(
        words,
        sites_file=sites,
        origins_files=origins or (),
        lat=lat,
        lon=lon,
        name=name,
        by_pieces=by_pieces,
        in_haste=in_haste,
        with_rejects=with_rejects,
        say=hold_note,
    )
    sites_file = sites or (words.sites if isinstance(words.sites, str) else None)
    read = [scenario, sites_file, *(origins or ()), *words.catalogue, words.registry]
    return selection, words.outputs, [Path(name) for name in read if name is not None]


def with_look(selection: "Selection", **given: Any) -> "Selection":
    """Return the selection with the appearance options of the command line; None has no effect."""
    from rangemap.scenario import typed_words  # numpy and pyproj are slow to import

    named = {key: str(value) for key, value in given.items() if value is not None}
    return replace(selection, look=replace(selection.look, **typed_words(named)))


def refuse_overwriting(read: Iterable[Path], written: Iterable[Path]) -> None:
    """Refuse to overwrite an input file.

    Raises
    ------
    OutputError
        If an output is also an input, possibly under another name.
    """
    sources = {os.path.realpath(path): path for path in read}
    for path in written:
        source = sources.get(os.path.realpath(path))
        if source is not None:
            raise OutputError(
                f"{path}: would overwrite the input file {source}; choose another name"
            )


def _is_off_screen(options: dict[str, Any]) -> bool:
    """Whether no output needs all rows in memory, as a printed table or a workbook does."""
    written = options.get("output") or []
    if any(path.suffix.lower() == ".xlsx" for path in written):
        return False
    shown = not written and options.get("format_") is Format.TABLE
    return not shown or bool(options.get("summary")) or options.get("value") is not None


def refuse_shared(*written: Path | None) -> None:
    """Refuse to write two outputs to one file.

    Raises
    ------
    OutputError
        If two of the names refer to the same file.
    """
    seen: set[str] = set()
    for path in filter(None, written):
        if os.path.realpath(path) in seen:
            raise OutputError(f"{path}: would be written twice; choose two different files")
        seen.add(os.path.realpath(path))


def _refuse_unused(
    options: dict[str, Any], used_in: Mapping[str, Sequence[str]], written: Iterable[Path]
) -> None:
    """Refuse options that have no effect on any output file."""
    names = [path.name.lower() for path in written]
    unused: dict[Sequence[str], list[str]] = {}
    for option, suffixes in used_in.items():
        value = options.get(option)
        given = value is not None and value != []
        if given and not any(name.endswith(tuple(suffixes)) for name in names):
            unused.setdefault(suffixes, []).append(f"--{option.replace('_', '-')}")
    if unused:
        what = "; ".join(
            f"{', '.join(given)}: used in {', '.join(suffixes)} only"
            for suffixes, given in unused.items()
        )
        raise UsageError(f"{what}; write such a file with -o FILE, or omit the option")


def with_selection(
    *,
    by_pieces: bool = False,
    writes_outputs: bool = False,
    used_in: Mapping[str, Sequence[str]] | None = None,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the shared options to a command, before its own.

    The command's first two parameters receive the selection and the scenario's outputs. With
    ``by_pieces`` a large file of sites is passed to the command as the selection's stream;
    ``writes_outputs`` is whether it writes the scenario's outputs if no file is given.
    ``used_in`` lists the suffixes of the files on which an option has an effect; without such
    a file the option is refused.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        # The keyword-only parameters of `_select` are not command-line options.
        shared = {
            name: parameter
            for name, parameter in inspect.signature(_select).parameters.items()
            if parameter.kind is not inspect.Parameter.KEYWORD_ONLY
        }
        own = list(inspect.signature(command).parameters.values())[2:]

        def run(**options: Any) -> None:
            given = dict(options)
            selection, outputs, read = _select(
                **{key: options.pop(key) for key in shared},
                by_pieces=by_pieces,
                in_haste=_is_off_screen(options),
                with_rejects=options.get("rejects") is not None,
            )
            written = options.get("output") or []
            if not written and writes_outputs:
                written = [Path(name) for name in outputs]
            if used_in and (written or not writes_outputs):
                _refuse_unused(given, used_in, written)
            rejects = options.get("rejects")
            refuse_overwriting(read, [*written, *([] if rejects is None else [rejects])])
            refuse_shared(*dict.fromkeys(written), rejects)
            command(selection, outputs, **options)

        parameters = [*shared.values(), *own]
        run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in parameters]
        )
        run.__annotations__ = {p.name: p.annotation for p in parameters}
        run.__doc__ = command.__doc__
        run.__name__ = command.__name__
        return run

    return decorate
