"""`rangemap new`: a scenario file to start from."""

from pathlib import Path
from typing import Annotated

import typer

from rangemap.cli.console import write_outputs
from rangemap.errors import OutputError


def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Scenario file to write.")],
) -> None:
    """Write a scenario file in which every key is explained.

    An existing file is refused.

    Example: rangemap new iran.yaml
    """
    from rangemap.scenario.template import scenario_template

    if file.exists() or file.is_symlink():
        raise OutputError(f"{file}: exists; choose another name, or delete it first")
    write_outputs({file: scenario_template(file.name).encode()})
