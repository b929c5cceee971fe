"""A command as a process: its standard streams, the signals that end it."""

import os
import signal
import sys
import threading
from contextlib import suppress
from types import FrameType
from typing import IO, Any


class Stopped(BaseException):
    """A signal asks the program to end: what is half done is taken away on the way out."""

    def __init__(self, number: int) -> None:
        self.number = number


class Signals:
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
            raise Stopped(number)
        signal.raise_signal(number)

    def give_back(self) -> None:
        """Let signals do what they did before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)


def open_streams() -> None:
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
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)


def leave(stream: IO[str]) -> None:
    """Let what waits for a standard stream go nowhere, so that the interpreter ends in peace."""
    with suppress(OSError):
        number = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)
