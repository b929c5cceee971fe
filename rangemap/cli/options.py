"""Options shared by the commands, and the output of tables and sources."""

import inspect
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from rangemap.cli.completion import completer_of
from rangemap.cli.console import hold_note, print_data, print_lines
from rangemap.errors import OutputError, UsageError
from rangemap.io.files import refuse_overwriting
from rangemap.scenario.key_types import KeyType
from rangemap.scenario.keys import KEYS

if TYPE_CHECKING:
    from rangemap.catalogue import System
    from rangemap.scenario.selection import Selection


def key_option(name: str) -> Any:
    """Return the option of a key, from the table of keys."""
    key = KEYS[name]
    flags = [key.option, *([key.short] if key.short else [])]
    return typer.Option(
        *flags, metavar=key.metavar, help=key.option_help, autocompletion=completer_of(name)
    )


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
    from rangemap.render.tables.text import to_csv, to_json

    return to_csv(columns, rows) if format_ is Format.CSV else to_json(columns, rows)


_SHARED_KEYS: Final = (
    "weapons", "categories", "ranges", "pairs", "origins", "from_countries", "sites", "sort", "nearest", "catalogue", "registry", "prefer", "as_of",
    "source_kinds", "no_state_media", "exclude", "units", "title", "subtitle", "credit",
    "date",
)  # fmt: skip
"""The keys with an option in every command that selects."""
_LOOK_KEYS: Final = frozenset(
    (
        "panel_scale",
        "sources_line",
        "detail",
        "extent",
        "lang",
        "style",
        "tint",
        "tiles",
        "tiles_credit",
        "basemap",
        "credit_basemap",
        "page_url",
    )
)
"""The keys with an option in commands that draw."""
CARD: Final = KEYS["page_url"].option
"""The option with which a page has a picture, among the suffixes that options have an effect on."""
_NAMES: Final = {name: KEYS[name].parameter or name for name in _SHARED_KEYS}
_FILE_OPTIONS: Final[dict[str, Any]] = {
    "origins": Annotated[
        list[Path] | None,
        typer.Option("--origins", metavar="FILE", help="File of origins, one per row; repeatable."),
    ],
    "sites": Annotated[
        str | None,
        typer.Option(
            "--sites", metavar="FILE", help="File of sites to use instead of the registry."
        ),
    ],
    "lat": Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Latitude column in these files, by name or number."),
    ],
    "lon": Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Longitude column in these files, by name or number."),
    ],
    "name": Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Name column in these files, by name or number."),
    ],
}
"""Options without a key: files of origins and sites, and their columns."""
_PanelOption = Annotated[
    str | None,
    typer.Option(
        "--panel", metavar="NAME", help="Only this panel of the scenario, by title or number."
    ),
]


def _annotation(name: str) -> Any:
    key = KEYS[name]
    one: Any = Path if key.is_file else bool if key.type is KeyType.FLAG else str
    return Annotated[(list[one] if key.is_list else one) | None, key_option(name)]


def _shared_parameters() -> dict[str, inspect.Parameter]:
    """Return the parameters that every command that selects has, in the order of its help."""
    scenario = typer.Argument(
        metavar="[SCENARIO]", help="Scenario file; options override its keys."
    )
    annotations: dict[str, Any] = {
        "scenario": Annotated[Path | None, scenario],
        "panel": _PanelOption,
    }
    for name in _SHARED_KEYS:
        annotations[_NAMES[name]] = _annotation(name)
        if name == "origins":
            annotations["origins"] = _FILE_OPTIONS["origins"]
        elif name == "sites":
            annotations |= {each: _FILE_OPTIONS[each] for each in ("sites", "lat", "lon", "name")}
    kind = inspect.Parameter.KEYWORD_ONLY
    return {
        name: inspect.Parameter(name, kind, default=None, annotation=annotation)
        for name, annotation in annotations.items()
    }


def _selection_from_options(
    options: Mapping[str, Any], *, credited: bool, panels: bool
) -> "tuple[Selection, tuple[str, ...], list[Path]]":
    """Return the selection, the outputs that the scenario names, and the files that were read."""
    from rangemap.scenario.panels import one_panel, refuse_panels
    from rangemap.scenario.read import read_selection  # numpy and pyproj are slow to import
    from rangemap.scenario.values import ScenarioValues, parse_options, site_files
    from rangemap.sites.columns import ColumnNames

    scenario, sites, origins = (options[name] for name in ("scenario", "sites", "origins"))
    values = ScenarioValues()
    if scenario is not None:
        from rangemap.scenario.file import read_scenario  # pydantic and YAML are slow to import

        values = read_scenario(scenario)
    names = {**_NAMES, **{name: name for name in options if name in _LOOK_KEYS}}
    given = {key: _texts(options[name]) for key, name in names.items()}
    given = {key: value for key, value in given.items() if value not in (None, [])}
    update = parse_options(given)
    if origins:
        # Origins on the command line replace those in the scenario, whether named or from a file.
        update.setdefault("origins", ())
    if sites is not None:
        update.setdefault("sites", None)
    values = replace(values, **update)
    if scenario is None and not given.keys() - _LOOK_KEYS and not origins:
        raise UsageError("nothing to do; give a scenario file, or --from PLACE and --weapon NAME")
    if options["panel"] is not None:
        values = one_panel(values, options["panel"])
    elif not panels:
        refuse_panels(values, "this command is about one map")
    if "panel_scale" in given and not values.panels:
        raise UsageError("--panel-scale: used with `panels:` of a scenario only; omit the option")
    columns = [f"--{name}" for name in ("lat", "lon", "name") if options[name] is not None]
    if columns and not origins and sites is None and not site_files(values):
        raise UsageError(
            f"{', '.join(columns)}: used with a file only; name one with --sites or --origins, or"
            " omit the option"
        )
    selection = read_selection(
        values,
        sites_file=sites,
        origins_files=origins or (),
        columns=ColumnNames(options["lat"], options["lon"], options["name"]),
        credited=credited,
    )
    for line in selection.notes:
        hold_note(line)
    read = [scenario, sites, *site_files(values), *(origins or ())]
    read += [*values.catalogue, values.registry, *values.basemap]
    return selection, values.outputs, [Path(name) for name in read if name is not None]


def _texts(value: Any) -> Any:
    """Return the value of an option as in a scenario file: file names and flags as texts."""
    if isinstance(value, list):
        return [str(each) for each in value]
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


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
    options: dict[str, Any],
    used_in: Mapping[str, Sequence[str]],
    written: Iterable[Path],
    *,
    has_card: bool,
) -> None:
    """Refuse options that have no effect on any output file, nor on a page's social card."""
    names = [path.name.lower() for path in written]
    if has_card and any(name.endswith(".html") for name in names):
        names.append(CARD)
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
    look: Sequence[str] = (),
    writes_outputs: bool = False,
    used_in: Mapping[str, Sequence[str]] | None = None,
    credited: bool = True,
    panels: bool = False,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the shared options to a command, before its own, and those of its look after them.

    The command's first two parameters receive the selection and the scenario's outputs;
    ``look`` lists the keys of the selection's look that have an option;
    ``writes_outputs`` is whether it writes the scenario's outputs if no file is given.
    ``used_in`` lists the suffixes of the files on which an option has an effect; without such
    a file the option is refused. ``credited`` is whether the command names publishers without
    ``--cite``, so that their order matters. ``panels`` is whether it can draw several maps.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        shared = _shared_parameters()
        kind = inspect.Parameter.KEYWORD_ONLY
        drawn = {
            name: inspect.Parameter(name, kind, default=None, annotation=_annotation(name))
            for name in look
        }
        own = list(inspect.signature(command).parameters.values())[2:]

        def run(**options: Any) -> None:
            given = dict(options)
            selection, outputs, read = _selection_from_options(
                {name: options.pop(name) for name in (*shared, *drawn)},
                credited=credited or options.get("cite") is not None,
                panels=panels,
            )
            written = options.get("output") or []
            if not written and writes_outputs:
                written = [Path(name) for name in outputs]
            if used_in and (written or not writes_outputs):
                has_card = selection.look.page_url is not None
                _refuse_unused(given, used_in, written, has_card=has_card)
            rejects = options.get("rejects")
            refuse_overwriting(read, [*written, *([] if rejects is None else [rejects])])
            refuse_shared(*dict.fromkeys(written), rejects)
            command(selection, outputs, **options)

        parameters = [*shared.values(), *own, *drawn.values()]
        run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [p.replace(kind=kind) for p in parameters]
        )
        run.__annotations__ = {p.name: p.annotation for p in parameters}
        run.__doc__ = command.__doc__
        run.__name__ = command.__name__
        return run

    return decorate
