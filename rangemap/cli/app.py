"""The command line: parse the arguments, call the library, write the result."""

import gc
import signal
import sys
from collections.abc import Iterable

import typer

from rangemap._version import __version__
from rangemap.cli import (
    check,
    diff,
    embed,
    export,
    importing,
    new,
    new_weapon,
    report,
    selftest,
    sites,
    version,
    weapons,
)
from rangemap.cli import map as map_
from rangemap.cli.console import drop_notes, print_message, write_notes
from rangemap.cli.parsing import NoRepeatCommand
from rangemap.cli.process import Signals, Stopped, discard_output, open_streams
from rangemap.errors import RangemapError, UsageError
from rangemap.io.files import error_text, remove_unfinished
from rangemap.limits import LONGEST_ARGUMENT, quoted
from rangemap.text import first_control, use_c_locale

_MOST_LINES = 20
_NEW_OBJECTS = 100_000

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
app.command(name="new")(new.new)
weapons.app.command(name="diff")(diff.diff)
weapons.app.command(name="export")(export.export)
weapons.app.command(name="import")(importing.import_weapons)
weapons.app.command(name="new")(new_weapon.new)
sites.app.command(name="import")(importing.import_sites)
app.add_typer(weapons.app, name="weapons")
app.add_typer(sites.app, name="sites")
app.command(name="selftest")(selftest.selftest)
app.command(name="version")(version.version)
for _group in (app, weapons.app, sites.app):
    for _command in _group.registered_commands:
        _command.cls = NoRepeatCommand


def _print_version(requested: bool) -> None:
    if requested:
        typer.echo(f"rangemap {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False,
        "--version",
        help="Print the version and exit.",
        callback=_print_version,
        is_eager=True,
    ),
) -> None:
    """Draw and check published weapon ranges, each with its source.

    A ring is the greatest published range. It is not a forecast.
    """


def main() -> None:
    """Run the command line; exit with 1 after a one-line error, with 2 after a usage error."""
    open_streams()
    use_c_locale()
    for stream in (sys.stdout, sys.stderr):
        # Names in other scripts must not fail on a terminal or pipe set to ASCII.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    # Imported objects stay alive until the end: scanning them for garbage hundreds of times takes
    # a twentieth of the time of a short command.
    gc.set_threshold(_NEW_OBJECTS)
    signals = Signals()
    try:
        try:
            status = _run()
        finally:
            signals.raises_stopped = False
    except Stopped as stop:
        remove_unfinished()
        print_message("rangemap: interrupted; no incomplete file was left")
        signal.raise_signal(stop.number)  # ends the program here, so that the shell sees the signal
        status = 128 + stop.number
    finally:
        signals.restore()
    gc.freeze()  # the interpreter ends without searching everything for garbage
    sys.exit(status)


def _run() -> int | str | None:
    """Run the command and return the exit status."""
    output = sys.stdout  # typer replaces sys.stdout when a pipe is closed
    status: int | str | None
    try:
        _check_arguments(sys.argv[1:])
        try:
            app(prog_name="rangemap")
        except SystemExit as stop:
            status = stop.code
        write_notes()
        output.flush()
    except UsageError as error:
        status = _print_error(error, 2)
    except RangemapError as error:
        status = _print_error(error, 1)
    except MemoryError:
        status = _print_error(
            RangemapError("out of memory; free some, or process fewer sites at a time"), 1
        )
    except BrokenPipeError:
        discard_output(sys.stdout)  # the reader has closed the pipe (`| head`)
        status = 1
    except UnicodeEncodeError as error:
        # Python decodes arguments and file names with the encoding of the locale.
        print_message(
            f"rangemap: {error.object[:100]!r} cannot be encoded as {error.encoding};"
            " set LC_ALL=C.UTF-8 or PYTHONUTF8=1"
        )
        status = 1
    except OSError as error:
        discard_output(sys.stdout)
        where = error.filename or "standard output"
        print_message(f"rangemap: {where}: cannot be written: {error_text(error)}")
        status = 1
    return status


def _check_arguments(arguments: Iterable[str]) -> None:
    """Refuse an argument that is too long, cannot be decoded, or has control characters."""
    encoding = sys.getfilesystemencoding()
    for argument in arguments:
        if len(argument) > LONGEST_ARGUMENT:
            raise UsageError(
                f"argument {quoted(argument)} is too long; expected at most {LONGEST_ARGUMENT:,} characters,"
                " so put it in a file"
            )
        if encoding != "utf-8" and any("\udc80" <= char <= "\udcff" for char in argument):
            raise UsageError(
                f"{argument!r} is not {encoding}, the encoding of the locale;"
                " set LC_ALL=C.UTF-8 or PYTHONUTF8=1"
            )
        # A file name that is not UTF-8 contains lone surrogates, but can still be opened.
        char = first_control(argument.encode("utf-8", "replace").decode())
        if char is not None:
            raise UsageError(
                f"{argument!r} contains the control character U+{ord(char):04X}; remove it"
            )


def _print_error(error: RangemapError, status: int) -> int:
    lines = str(error).split("\n")
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES:] = [f"and {len(lines) - _MOST_LINES} more"]
    drop_notes()
    print_message("rangemap: " + "\n".join(lines))
    return status
