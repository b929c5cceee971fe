"""How the commands speak: words on standard error, lines on standard output."""

import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import typer


def say(words: str) -> None:
    """Write words on standard error; control characters are made visible."""
    typer.echo("\n".join(visible(line) for line in words.splitlines()), err=True)


def write_output(path: Path, content: bytes) -> None:
    """Replace a file and say so."""
    from rangemap.files import write_whole  # noqa: PLC0415

    write_whole(path, content)
    say(f"wrote {path} ({len(content) / 1000:,.0f} kB)")


def print_lines(lines: Iterable[str]) -> None:
    """Write lines on standard output; control characters are made visible."""
    sys.stdout.write("".join(f"{visible(line)}\n" for line in lines))


def visible(text: str) -> str:
    """Return text that cannot steer a terminal."""
    return "".join(
        "\ufffd" if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in text
    )
