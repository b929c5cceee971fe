"""`rangemap weapons new`: an entry to fill in."""

from pathlib import Path
from typing import Annotated

import typer

from rangemap.cli.console import print_data, write_outputs
from rangemap.cli.options import key_option
from rangemap.errors import AmbiguousNameError, OutputError, UnknownNameError, UsageError


def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the weapon.")],
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="New catalogue file with this entry alone."
        ),
    ] = None,
    catalogue: Annotated[list[Path] | None, key_option("catalogue")] = None,
) -> None:
    """Write a catalogue entry to fill in.

    Without -o it is printed, to be added at the end of a catalogue file. A name that the
    catalogue has is refused.

    Example: rangemap weapons new "Long Neptune" -o mine.yaml
    """
    from rangemap.catalogue import read_catalogue
    from rangemap.catalogue.template import entry_template
    from rangemap.importing.ids import slug
    from rangemap.io.rules import check_text

    try:
        check_text(name)
    except ValueError as error:
        raise UsageError(f"NAME {error}") from error
    id_ = slug(name, kind="weapon")
    known = read_catalogue(catalogue or ())
    for each in (name, id_):
        try:
            weapon, _ = known.find(each)
        except UnknownNameError:
            continue
        except AmbiguousNameError as error:
            raise UsageError(
                f"several weapons are called {each!r}: {', '.join(error.choices)}; choose another name"
            ) from error
        raise UsageError(
            f"{each!r} is in the catalogue as {weapon.name} ({weapon.id}); add a claim to that entry,"
            " or choose another name"
        )
    entry = entry_template(name, id_=id_)
    if output is None:
        print_data(entry)
        return
    if output.exists():
        raise OutputError(
            f"{output}: exists; choose another name, or add the printed entry to it: rangemap weapons"
            f" new NAME >> {output}"
        )
    write_outputs({output: f"weapons:\n{entry}".encode()})
