"""The command line: parse the words, call the library, write the answer."""

import gc
import os
import signal
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from types import FrameType
from typing import Any

import typer

from rangemap import __version__
from rangemap.cli import check, diff, embed, importing, report, sites, weapons
from rangemap.cli import map as map_
from rangemap.cli.words import say
from rangemap.errors import RangemapError, UsageError
from rangemap.files import abandon, reason
from rangemap.text import first_control

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
    _open_streams()
    for stream in (sys.stdout, sys.stderr):
        # Names in other scripts must not fail on a terminal or pipe set to ASCII.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    # What a command imports stays to its end: to look for garbage in it, hundreds of times, is
    # a twentieth of a short command's time.
    gc.set_threshold(_NEW_OBJECTS)
    signals = _Signals()
    try:
        try:
            status = _answer()
        finally:
            signals.raised = False
    except _Stopped as stop:
        abandon()
        say("rangemap: stopped; no file is half-written")
        signal.raise_signal(stop.number)  # ends the program here, so that a shell knows why
        status = 128 + stop.number
    finally:
        signals.give_back()
    sys.exit(status)


def _answer() -> int | str | None:
    """Run the command and return the exit status."""
    output = sys.stdout  # typer puts something else in its place where a pipe is closed
    try:
        _check_words(sys.argv[1:])
        try:
            app(prog_name="rangemap")
        except SystemExit as stop:
            status = stop.code
        output.flush()
    except UsageError as error:
        return _refuse(error, 2)
    except RangemapError as error:
        return _refuse(error, 1)
    except MemoryError:
        status = _refuse(RangemapError("memory ran out; free some, or ask for less at a time"), 1)
    except BrokenPipeError:
        _leave_output()  # the reader has gone (`| head`); nothing more can be said to it
        return 1
    except UnicodeEncodeError as error:
        # Python decodes words and names of files as the locale says.
        say(
            f"rangemap: {error.object[:100]!r} cannot be written as {error.encoding};"
            " set LC_ALL=C.UTF-8, or PYTHONUTF8=1"
        )
        return 1
    except OSError as error:
        _leave_output()
        where = error.filename or "standard output"
        say(f"rangemap: {where}: cannot be written: {reason(error)}")
        return 1
    return status


def _check_words(words: Iterable[str]) -> None:
    """Refuse a word that the locale tears apart, or that steers a terminal when a message tells it."""
    encoding = sys.getfilesystemencoding()
    for word in words:
        if encoding != "utf-8" and any("\udc80" <= sign <= "\udcff" for sign in word):
            raise UsageError(
                f"{word!r} is not {encoding}, as the locale has it;"
                " set LC_ALL=C.UTF-8, or PYTHONUTF8=1"
            )
        # A file name that is no UTF-8 comes with halves of characters; it can be opened all the same.
        sign = first_control(word.encode("utf-8", "replace").decode())
        if sign is not None:
            raise UsageError(f"{word!r} holds the control character U+{ord(sign):04X}; remove it")


class _Stopped(BaseException):
    """A signal asks the program to end: what is half done is taken away on the way out."""

    def __init__(self, number: int) -> None:
        self.number = number


class _Signals:
    """Ctrl-C, `kill` and a closed terminal end the program as an error does.

    Asked again, or while nothing is half done, they end it at once.
    """

    def __init__(self) -> None:
        self.raised = True
        self._before: dict[int, Any] = {}
        if threading.current_thread() is not threading.main_thread():
            return  # only the main thread may take signals
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            # What is ignored already stays so, as `nohup` wants it.
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._stop)

    def _stop(self, number: int, _: FrameType | None) -> None:
        for each in self._before:
            signal.signal(each, signal.SIG_DFL)
        if self.raised:
            raise _Stopped(number)
        signal.raise_signal(number)

    def give_back(self) -> None:
        """Let signals do what they did before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)


def _open_streams() -> None:
    """Give a closed standard stream (`>&-`) something to stand for it.

    An output file would get its number otherwise. What is written on standard output must
    fail then, so it is open for reading only; words on standard error are lost.
    """
    for number, mode in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            handle = os.open(os.devnull, mode)
            if handle != number:
                os.dup2(handle, number)
                os.close(handle)
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def _leave_output() -> None:
    """Let what waits for standard output go nowhere, so that the interpreter ends in peace."""
    with suppress(OSError):
        number = sys.stdout.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)


def _refuse(error: RangemapError, status: int) -> int:
    lines = str(error).split("\n")
    if len(lines) > _MOST_LINES:
        lines[_MOST_LINES:] = [f"and {len(lines) - _MOST_LINES} more of the kind"]
    say("rangemap: " + "\n".join(lines))
    return status
