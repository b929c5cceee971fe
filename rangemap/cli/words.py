"""How the commands speak: words on standard error, lines on standard output."""

import sys
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import typer


def say(words: str) -> None:
    """Write words on standard error; control characters are made visible."""
    with suppress(OSError):  # nobody can be told that nobody can be told
        typer.echo("\n".join(visible(line) for line in words.splitlines()), err=True)


def write_outputs(contents: Mapping[Path, bytes]) -> None:
    """Replace files that belong together, once all of them are on the disk, and say so."""
    from rangemap.files import write_all  # noqa: PLC0415

    write_all(contents)
    for path, content in contents.items():
        say(f"wrote {path} ({len(content) / 1000:,.0f} kB)")


def print_lines(lines: Iterable[str]) -> None:
    """Write lines on standard output; control characters are made visible."""
    sys.stdout.write("".join(f"{visible(line)}\n" for line in lines))


def visible(text: str) -> str:
    """Return text that cannot steer a terminal."""
    return "".join(
        "\ufffd" if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in text
    )
