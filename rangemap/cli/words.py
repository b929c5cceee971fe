"""How the commands speak: words on standard error, lines on standard output."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import typer

from rangemap.cli.process import leave
from rangemap.text import shown

_notes: list[str] = []


def hold_note(line: str) -> None:
    """Keep a note on a run until its first output, so that a run that is refused has none."""
    _notes.append(f"rangemap: {line}")


def drop_notes() -> None:
    """Forget the notes of a run that is refused."""
    _notes.clear()


def write_notes() -> None:
    """Write the notes that are held on standard error."""
    if _notes:
        lines = "\n".join(_notes)
        _notes.clear()
        say(lines)


def say(words: str) -> None:
    """Write words on standard error; none of them steers a terminal or begins a line of its own."""
    write_notes()
    try:
        typer.echo("\n".join(shown(line) for line in words.split("\n")), err=True)
    except OSError:
        leave(sys.stderr)  # nobody can be told that nobody can be told


def write_outputs(contents: Mapping[Path, bytes]) -> None:
    """Replace files that belong together, once all of them are on the disk, and say so."""
    from rangemap.files import write_all

    write_all(contents)
    for path, content in contents.items():
        say(f"wrote {path} ({len(content) / 1000:,.0f} kB)")


def print_data(text: str) -> None:
    """Write data on standard output: as they are into a file or a pipe, steering nothing on a screen."""
    write_notes()
    if sys.stdout.isatty():
        text = "\n".join(shown(line) for line in text.split("\n"))
    sys.stdout.write(text)


def print_lines(lines: Iterable[str]) -> None:
    """Write lines on standard output; none of them steers a terminal."""
    write_notes()
    sys.stdout.write("".join(f"{shown(line)}\n" for line in lines))
