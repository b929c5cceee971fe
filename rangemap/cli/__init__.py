"""The command line: parse the words, call the library, write the answer."""

import os
import sys

import typer

from rangemap import __version__
from rangemap.cli import check, diff, embed, importing, report, sites, weapons
from rangemap.cli import map as map_
from rangemap.cli.words import say
from rangemap.errors import RangemapError, UsageError
from rangemap.limits import LONGEST_WORD

_MOST_LINES = 20

app = typer.Typer(
    name="rangemap",
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help starts in half the time
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(name="map")(map_.map_)
app.command(name="check")(check.check)
app.command(name="report")(report.report)
app.command(name="embed")(embed.embed)
weapons.app.command(name="diff")(diff.diff)
weapons.app.command(name="import")(importing.import_weapons)
sites.app.command(name="import")(importing.import_sites)
app.add_typer(weapons.app, name="weapons")
app.add_typer(sites.app, name="sites")


def _print_version(asked: bool) -> None:  # noqa: FBT001  typer calls it by position
    if asked:
        typer.echo(f"rangemap {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(  # noqa: FBT001
        False,  # noqa: FBT003
        "--version",
        help="Print the version and stop.",
        callback=_print_version,
        is_eager=True,
    ),
) -> None:
    """Draw and check published weapon ranges, each with its source.

    A ring is the greatest published range, not a forecast.
    """


def main() -> None:
    """Run the command line; one line and exit 1 for what is refused, exit 2 for wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        # Names in other scripts must not fail on a terminal or pipe set to ASCII.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        _refuse_long_words()
        app(prog_name="rangemap")
    except UsageError as error:
        _refuse(error, 2)
    except RangemapError as error:
        _refuse(error, 1)
    except BrokenPipeError:
        # The reader has gone (`| head`); nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _refuse_long_words() -> None:
    longest = max(len(word) for word in sys.argv)
    if longest > LONGEST_WORD:
        raise UsageError(
            f"a word of {longest:,} characters; expected at most {LONGEST_WORD:,}, so put it into"
            " a file"
        )


def _refuse(error: RangemapError, status: int) -> None:
    lines = str(error).splitlines()
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES:] = [f"and {len(lines) - _MOST_LINES} more of the kind"]
    say("rangemap: " + "\n".join(lines))
    sys.exit(status)
