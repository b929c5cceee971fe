"""A command as a process: its standard streams, and the signals that end it."""

import os
import signal
import sys
import threading
from contextlib import suppress
from types import FrameType
from typing import IO, Any


class Stopped(BaseException):
    """A signal to end the program; unfinished files are removed before it exits."""

    def __init__(self, number: int) -> None:
        self.number = number


class Signals:
    """Handlers for Ctrl-C, `kill` and a closed terminal, which end the program like an error.

    A second signal, or one while no file is unfinished, ends the program immediately.
    """

    def __init__(self) -> None:
        self.raises_stopped = True
        self._before: dict[int, Any] = {}
        if threading.current_thread() is not threading.main_thread():
            return  # only the main thread can set signal handlers
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            # Signals that are already ignored stay ignored, as `nohup` requires.
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._stop)

    def _stop(self, number: int, _: FrameType | None) -> None:
        for each in self._before:
            signal.signal(each, signal.SIG_DFL)
        if self.raises_stopped:
            raise Stopped(number)
        signal.raise_signal(number)

    def restore(self) -> None:
        """Restore the previous signal handlers."""
        for number, handler in self._before.items():
            signal.signal(number, handler)


def open_streams() -> None:
    """Reopen closed standard streams (`>&-`) on the null device.

    Otherwise an output file could get the number of a standard stream. Writing to standard
    output must still fail, so it is opened for reading only; messages on standard error are
    lost.
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
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)


def discard_output(stream: IO[str]) -> None:
    """Discard the buffered output of a stream so that the interpreter exits cleanly."""
    with suppress(OSError):
        number = stream.fileno()
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, number)
        os.close(null)
