"""How the commands speak: words on standard error, lines on standard output."""

import sys
from collections.abc import Iterable
from pathlib import Path

import typer

from rangemap.text import shown


def say(words: str) -> None:
    """Write words on standard error; none of them steers a terminal or begins a line of its own."""
    typer.echo("\n".join(shown(line) for line in words.split("\n")), err=True)


def write_output(path: Path, content: bytes) -> None:
    """Replace a file and say so."""
    from rangemap.files import write_whole  # noqa: PLC0415

    write_whole(path, content)
    say(f"wrote {path} ({len(content) / 1000:,.0f} kB)")


def print_data(text: str) -> None:
    """Write data on standard output: as they are into a file or a pipe, steering nothing on a screen."""
    if sys.stdout.isatty():
        text = "\n".join(shown(line) for line in text.split("\n"))
    sys.stdout.write(text)


def print_lines(lines: Iterable[str]) -> None:
    """Write lines on standard output; none of them steers a terminal."""
    sys.stdout.write("".join(f"{shown(line)}\n" for line in lines))
