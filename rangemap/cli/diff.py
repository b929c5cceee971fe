"""`rangemap weapons diff`: what changed between two catalogues, or which verdicts changed."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, starmap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rangemap.cli.console import hold_note, print_lines, write_notes
from rangemap.cli.options import Format, FormatOption, print_rows

if TYPE_CHECKING:
    from rangemap.catalogue.compare import Change
    from rangemap.scenario.selection import Selection

COLUMNS = ("weapon", "item", "change", "field", "old", "new")


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="Old catalogue file, or `built-in`.")],
    new: Annotated[
        Path | None,
        typer.Argument(
            metavar="[NEW]", help="New catalogue file; default: the built-in catalogue."
        ),
    ] = None,
    *,
    scenario: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Scenario file: show its changed verdicts instead."),
    ] = None,
    onto: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Base catalogue that both are merged over, such as `built-in`."
        ),
    ] = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show what changed between two catalogues.

    To see what your own file changes: rangemap weapons diff built-in mine.yaml --onto built-in

    Example: rangemap weapons diff old.yaml new.yaml --scenario maps/iraq-2024.yaml
    """
    if scenario is not None:
        _print_verdict_changes(scenario, _layers(onto, old), _layers(onto, new), format_)
        return
    from rangemap.catalogue.compare import compare_catalogues
    from rangemap.catalogue.read import read_catalogue

    catalogues = read_catalogue(_layers(onto, old)), read_catalogue(_layers(onto, new))
    changes = compare_catalogues(*catalogues)
    if format_ is Format.TABLE:
        print_lines([f"{catalogues[0].edition} -> {catalogues[1].edition}", *_lines(changes)])
    else:
        rows = [(c.weapon, c.item, str(c.kind), c.field, c.old, c.new) for c in changes]
        print_rows(COLUMNS, rows, format_)


def _layers(onto: Path | None, file: Path | None) -> list[Path]:
    """Return the files of one side, without repeating a file merged over itself."""
    return list(dict.fromkeys(path for path in (onto, file) if path is not None))


def _lines(changes: Sequence["Change"]) -> Iterator[str]:
    if not changes:
        yield "no changes"
    weapon = None
    for change in changes:
        if change.weapon != weapon:
            weapon = change.weapon
            yield weapon
        subject = f"{change.item} {change.field}".rstrip()
        if change.kind == "changed":
            yield f"  {subject}: {change.old or 'nothing'} -> {change.new or 'nothing'}"
        else:
            yield f"  {subject} {change.kind}: {change.new or change.old}"


def _print_verdict_changes(
    scenario: Path, old: list[Path], new: list[Path], format_: Format
) -> None:
    from rangemap.check.changes import CHANGE_COLUMNS, verdict_changes
    from rangemap.scenario.file import read_scenario
    from rangemap.scenario.read import read_selection

    keys = read_scenario(scenario)

    def selection(paths: list[Path]) -> "Selection":
        files = tuple(map(str, paths))
        found = read_selection(replace(keys, catalogue=files), lenient=True)
        for line in found.notes:
            hold_note(f"{', '.join(files) or 'built-in catalogue'}: {line}")
        return found

    before, after = (selection(paths) for paths in (old, new))
    maps = zip(before.panels or [before], after.panels or [after], strict=True)
    rows: list[tuple[Any, ...]] = list(dict.fromkeys(chain(*starmap(verdict_changes, maps))))
    if format_ is Format.TABLE and not rows:
        write_notes()
        sys.stdout.write("no verdict changed\n")
    else:
        print_rows(CHANGE_COLUMNS, rows, format_)
