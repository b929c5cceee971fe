"""Output of the commands: messages on standard error, lines on standard output."""

import gc
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import typer

from rangemap.cli.process import discard_output
from rangemap.text import sanitised

_notes: list[str] = []


@contextmanager
def uncollected() -> Iterator[None]:
    """Do not search for unused cycles while many records are made, which have none: a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def hold_note(line: str) -> None:
    """Hold a note until the first output, so that a refused run prints none."""
    _notes.append(f"rangemap: {line}")


def note_zeros(name: str, number: int, row_noun: str) -> None:
    """Report positions at 0,0 in a file of sites."""
    if number:
        from rangemap.sites.table import zeros_note  # numpy is slow to import

        hold_note(zeros_note(name, number, row_noun))


def note_wrapped(name: str, row: int | None, row_noun: str) -> None:
    """Report that longitudes of a file of sites are from 0 to 360."""
    if row is not None:
        from rangemap.sites.table import wrapped_note  # numpy is slow to import

        hold_note(wrapped_note(name, row, row_noun))


def drop_notes() -> None:
    """Discard the notes of a refused run."""
    _notes.clear()


def write_notes() -> None:
    """Write the held notes on standard error."""
    if _notes:
        lines = "\n".join(dict.fromkeys(_notes))
        _notes.clear()
        print_message(lines)


def print_message(text: str) -> None:
    """Write a message on standard error, with control characters replaced."""
    write_notes()
    try:
        typer.echo("\n".join(sanitised(line) for line in text.split("\n")), err=True)
    except OSError:
        discard_output(sys.stderr)  # there is nowhere left to report the error


def write_outputs(contents: Mapping[Path, bytes]) -> None:
    """Write several files, all or none, and report them."""
    from rangemap.io.files import write_all

    write_all(contents)
    for path, content in contents.items():
        print_message(f"wrote {path} ({len(content) / 1000:,.0f} kB)")


def print_data(text: str) -> None:
    """Write data on standard output: unchanged to a file or pipe, safe to display on a terminal."""
    write_notes()
    if sys.stdout.isatty():
        text = "\n".join(sanitised(line) for line in text.split("\n"))
    sys.stdout.write(text)


def print_lines(lines: Iterable[str]) -> None:
    """Write lines on standard output, with control characters replaced."""
    write_notes()
    sys.stdout.write("".join(f"{sanitised(line)}\n" for line in lines))
