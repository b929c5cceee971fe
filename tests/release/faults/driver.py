"""Run commands up to the point where they begin to write, and fork there, with a fault in each fork.

Everything before that point runs once per command, so that a fault costs a few hundredths of a
second. A fault is injected into a system call by strace, or in the fork itself: by a limit on the
file size, or by a Python call that fails or ends the process.
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from rangemap.cli.app import main
from rangemap.io import files
from tests.commands import WRITING, write_inputs

_DATA = Path(__file__).resolve().parents[3] / "data"
SYSTEM_CALLS = {
    "openat": ("ENOSPC", "EIO", "EACCES", "EINTR"),
    "write": ("ENOSPC", "EIO", "EINTR"),
    "pwrite64": ("ENOSPC", "EIO", "EINTR"),
    "fsync": ("ENOSPC", "EIO", "EINTR"),
    "fdatasync": ("ENOSPC", "EIO", "EINTR"),
    "ftruncate": ("EIO",),
    "rename": ("ENOSPC", "EIO", "EACCES", "EINTR"),
    "renameat2": ("EIO", "EINVAL"),
    "close": ("ENOSPC", "EIO", "EINTR"),
    "chmod": ("EIO", "EACCES"),
    "flock": ("EIO", "EINTR"),
    "mkdir": ("ENOSPC", "EACCES"),
    "getdents64": ("EIO",),
    "unlink": ("EIO", "EACCES"),
    "unlinkat": ("EIO", "EACCES"),
}
SIGNALS = ("SIGKILL", "SIGTERM", "SIGINT")
_CALLS = ("open", "fsync", "replace", "close", "chmod", "unlink", "mkdir", "scandir")  # in os
_MOST_PASSING = 3
_OLD = b"old content\n"
_OLD_FOLDER = {"datapackage.json": b'{"name": "rangemap-weapons"}'}
"""What is in an output that is a folder before the command runs; an earlier one may be replaced."""
_CLEANING = ("unlink", "unlinkat", "getdents64", "os.unlink", "os.scandir")


class Fault(NamedTuple):
    """A fault at the ``nth`` call of something, counted from 1."""

    how: str
    what: str
    nth: int

    def __str__(self) -> str:
        return f"{self.what} at {self.how} {self.nth}"


class Outcome(NamedTuple):
    """Result of a command with a fault; ``broken`` lists the rules it broke."""

    command: str
    fault: str
    status: int
    err: str
    broken: list[str]


class _Forked(BaseException):
    """All forks of a command are done; the original process writes nothing."""


class Driver:
    """The folders in which commands run, and the results."""

    def __init__(self, folder: Path, *, seed: int = 0) -> None:
        self.out, self.log = folder / "out", folder / "log"
        self.inputs, self.temporary = folder / "in", folder / "tmp"
        for each in (self.out, self.log, self.inputs, self.temporary):
            each.mkdir(parents=True)
        write_inputs(self.inputs)
        self.random = random.Random(seed)
        self.n_swept = 0
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # as under `python -m rangemap`
        os.chdir(self.out)
        tempfile.tempdir = str(self.temporary)
        os.environ["TMPDIR"] = tempfile.tempdir

    def run(self, name: str, faults_of: Callable[[Driver], list[Fault]]) -> Iterator[Outcome]:
        """Run a command with each of the faults.

        ``faults_of`` is called when the command is about to write.
        """
        command = WRITING[name]
        self.outputs = command.writes
        for each in self._files():
            _remove(each)
        outcomes: list[Outcome] = []
        real, forked = files._sweep, False

        def fork_here(folder: Path) -> None:
            nonlocal forked
            if not forked:
                forked = True
                self._try_all(name, faults_of, outcomes)
            real(folder)

        files._sweep = fork_here
        self._child = False
        try:
            status = self._status_of(command.reading_from(self.inputs))
        finally:
            files._sweep = real
        if not forked:
            raise RuntimeError(f"{name}: wrote nothing, exit {status}")
        yield from outcomes

    def _status_of(self, words: list[str]) -> Any:
        """Run a command; a fork ends here."""
        sys.argv = ["rangemap", *words]
        status: Any = 70
        try:
            main()
        except _Forked:
            return 0
        except SystemExit as stop:
            status = stop.code or 0
        except BaseException:
            if not self._child:
                raise
            traceback.print_exc()
        if self._child:
            if _counts:
                (self.log / "counts").write_text(json.dumps(_counts))
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        return status

    def _try_all(self, name: str, faults_of: Any, outcomes: list[Outcome]) -> None:
        """Run the rest of the command in forks: first without a fault, then with each fault."""
        start = time.monotonic()
        self.usual, err = self._fork(Fault("count", "", 0))
        if self.usual is None:
            return  # in a fork: continue with the command
        self.seconds = time.monotonic() - start
        self.counts = json.loads((self.log / "counts").read_text())
        self.new = {each: self._content(each) for each in self.outputs}
        if None in self.new.values() or "Traceback" in err or self._strangers():
            raise RuntimeError(f"{name}: exit {self.usual}, {err}, {self._strangers()}")
        faults = faults_of(self)
        if self._child:
            return  # in the fork that records the calls
        for fault in faults:
            outcome = self._try(name, fault)
            if outcome is None:
                return
            outcomes.append(outcome)
        raise _Forked

    def _try(self, name: str, fault: Fault) -> Outcome | None:
        self._restore()
        status, err = self._fork(fault)
        if status is None:
            return None
        broken = self._broken(fault, status, err)
        if self._strangers():
            # Left by a kill, or because cleaning up failed: the next run sweeps.
            self.n_swept += 1
            if self._fork(None)[0] is None:
                return None
            if self._strangers():
                broken.append(f"not swept: {self._strangers()}")
                for each in self._strangers():
                    _remove(each)
        return Outcome(name, str(fault), status, err, broken)

    def _broken(self, fault: Fault, status: int, err: str) -> list[str]:
        found = {each: self._content(each) for each in self.outputs}
        old = [each for each, content in found.items() if content in {_OLD, _folder(_OLD_FOLDER)}]
        new = [each for each, content in found.items() if _same(each, content, self.new[each])]
        broken = [f"torn: {each}" for each in self.outputs if each not in (*old, *new)]
        renaming = fault.how in {"rename", "os.replace"} or fault.what in SIGNALS
        if old and new and not renaming:
            broken.append(f"some files are new and some old: {new}, {old}")
        is_well = status == self.usual and "cannot be" not in err
        if is_well and old:
            broken.append(f"exit 0, but {old} is old")
        if status not in {self.usual, 1, *(-getattr(signal, each) for each in SIGNALS)}:
            broken.append(f"exit {status}")
        if "Traceback" in err or "Exception ignored" in err:
            broken.append("traceback")
        takes_words = fault.how != "size" or fault.nth > len(err)
        if status == 1 and not is_well and takes_words and err.count("rangemap: ") != 1:
            broken.append("not one line")
        may_leave = fault.what == "SIGKILL" or fault.how in _CLEANING or is_well
        if self._strangers() and not may_leave:
            broken.append(f"left behind: {[str(each) for each in self._strangers()]}")
        return broken

    def _fork(self, fault: Fault | None) -> tuple[int | None, str]:
        """Fork, and return the fork's exit status and messages; None in the fork itself."""
        sys.stdout.flush()
        sys.stderr.flush()
        wait, go = os.pipe()
        listen, ready = os.pipe()
        err = self.log / "err"
        child = os.fork()
        if child == 0:
            self._child = True
            os.close(go)
            os.close(listen)
            for number, path in ((1, self.log / "out"), (2, err)):
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
                os.dup2(handle, number)
                os.close(handle)
            os.close(ready)
            os.read(wait, 1)
            os.close(wait)
            if fault is not None and fault.how not in (*SYSTEM_CALLS, "record"):
                _put_in(fault)
            return None, ""
        os.close(wait)
        os.close(ready)
        os.read(listen, 1)  # after this, the fork makes no calls for the driver
        os.close(listen)
        tracer = self._trace(child, fault)
        os.close(go)
        _, status = os.waitpid(child, 0)
        if tracer is not None:
            tracer.wait()
        return os.waitstatus_to_exitcode(status), err.read_text("utf-8", "replace")

    def _trace(self, child: int, fault: Fault | None) -> subprocess.Popen[bytes] | None:
        if fault is None or fault.how not in (*SYSTEM_CALLS, "record"):
            return None
        if fault.how == "record":
            rule = ["-y", "-s", "0", "-o", str(self.log / "calls"), "-e", f"trace={','.join(SYSTEM_CALLS)}"]  # fmt: skip
        else:
            kind = "signal" if fault.what in SIGNALS else "error"
            rule = ["-o", os.devnull, "-e", f"trace={fault.how}"]
            rule += ["-e", f"inject={fault.how}:{kind}={fault.what}:when={fault.nth}"]
        command = [str(shutil.which("strace")), "-q", "-f", "-p", str(child), *rule]
        tracer = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        status = Path(f"/proc/{child}/status")
        while "TracerPid:\t0\n" in status.read_text():
            if tracer.poll() is not None:
                raise RuntimeError("strace cannot attach; it needs ptrace")
            time.sleep(0.002)
        self._traced = child
        return tracer

    def recorded(self) -> list[tuple[str, int]]:
        """Return the calls, by name and number, that concern the command's own files.

        These are its outputs, the files named in its arguments, and its input data, as well as some
        of those in the folder for temporary files.
        """
        self._restore()
        status, _ = self._fork(Fault("record", "", 0))
        if status is None:
            return []
        ours = (
            *(str(each) for each in (self.out, self.inputs, self.temporary, _DATA)),
            ".rangemap-",
            *(f'"{name}"' for name in self.outputs),
            "(1<",
            "(2<",
        )
        counts: dict[str, int] = {}
        calls, passing, folders = [], [], set()
        for line in (self.log / "calls").read_text("utf-8", "replace").splitlines():
            found = re.match(rf"{self._traced} +(\w+)\(", line)
            if found is None:
                continue
            call = found[1]
            # Relative names, including those of libraries, are reported with the current folder.
            line = line.replace(f"AT_FDCWD<{self.out}>", "")  # noqa: PLW2901  strip the prefix
            counts[call] = counts.get(call, 0) + 1
            if opened := re.search(r"O_DIRECTORY.*= \d+(<[^>]+>)", line):
                folders.add(opened[1])
            if call == "close" and any(folder in line for folder in folders):
                continue  # nothing is written there, and Typst's Rust code panics
            if any(part in line for part in ours):
                (passing if str(self.temporary) in line else calls).append((call, counts[call]))
        for call in SYSTEM_CALLS:
            # SQLite alone makes hundreds of calls in the folder for temporary files.
            some = [each for each in passing if each[0] == call]
            calls += self.random.sample(some, min(len(some), _MOST_PASSING))
        return calls

    def _restore(self) -> None:
        for path in (self.out / each for each in self.outputs):
            if not path.is_dir():
                path.write_bytes(_OLD)
                continue
            shutil.rmtree(path)
            path.mkdir()
            for name, content in _OLD_FOLDER.items():
                (path / name).write_bytes(content)

    def _content(self, name: str) -> bytes | None:
        path = self.out / name
        try:
            if path.is_dir():
                return _folder({each.name: each.read_bytes() for each in path.iterdir()})
            return path.read_bytes()
        except FileNotFoundError:
            return None

    def _strangers(self) -> list[Path]:
        return [each for each in self._files() if each.name not in self.outputs]

    def _files(self) -> list[Path]:
        return [*self.out.iterdir(), *self.temporary.iterdir()]


def _remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def _folder(contents: dict[str, bytes]) -> bytes:
    """Return the content of a folder as bytes."""
    return repr(sorted(contents.items())).encode()


def _same(name: str, found: bytes | None, new: bytes | None) -> bool:
    """Return whether a file is the new one: byte by byte, or equivalent to its readers.

    SQLite counts its changes in a GeoPackage; a PDF contains the map as PNG if its SVG cannot be
    read.
    """
    if found in {new, None, _OLD} or new is None:
        return found == new
    try:
        if name.endswith(".gpkg"):
            return _statements(found) == _statements(new)
        return name.endswith(".pdf") and _is_part(_words(found), _words(new))
    except (sqlite3.DatabaseError, PyPdfError):
        return False  # torn


def _statements(content: bytes) -> list[str]:
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(content)
        told = database.execute("PRAGMA integrity_check").fetchall()
        tables = database.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
        rows = [
            repr(row)
            for (name, sql) in tables
            if sql is not None and sql.startswith("CREATE TABLE")
            for row in database.execute(f'SELECT * FROM "{name}"')  # noqa: S608  names of the file's own tables
        ]
    return [repr(told), repr(tables), *rows]


def _words(content: bytes) -> list[set[str]]:
    reader = PdfReader(io.BytesIO(content))
    return [set(page.extract_text().splitlines()) for page in reader.pages]


def _is_part(found: list[set[str]], new: list[set[str]]) -> bool:
    """Return whether the pages equal the new file's, except for text of its map."""
    return len(found) == len(new) and found[1:] == new[1:] and found[0] <= new[0]


def _put_in(fault: Fault) -> None:
    """Inject a fault into this process."""
    if fault.how == "size":
        resource.setrlimit(resource.RLIMIT_FSIZE, (fault.nth, resource.RLIM_INFINITY))
        return
    if fault.how == "microseconds":
        if os.fork() == 0:
            time.sleep(fault.nth / 1e6)
            with contextlib.suppress(ProcessLookupError):
                os.kill(os.getppid(), getattr(signal, fault.what))
            os._exit(0)
        return
    for name in _CALLS if fault.how == "count" else (fault.how.removeprefix("os."),):
        setattr(os, name, _faulty(name, fault))


_counts: dict[str, int] = {}


def _faulty(name: str, fault: Fault) -> Callable[..., Any]:
    real = getattr(os, name)

    def call(*args: Any, **kwargs: Any) -> Any:
        _counts[name] = _counts.get(name, 0) + 1
        if _counts[name] != fault.nth:
            return real(*args, **kwargs)
        if fault.what in SIGNALS:
            os.kill(os.getpid(), getattr(signal, fault.what))
            return real(*args, **kwargs)
        number = getattr(errno, fault.what)
        raise OSError(number, os.strerror(number), None)

    return call


def every_fault(driver: Driver) -> list[Fault]:
    """Return each fault at each call that concerns one of the command's own files."""
    return [
        Fault(call, what, nth)
        for call, nth in driver.recorded()
        for what in (*SYSTEM_CALLS[call], *SIGNALS)
    ]


def some_faults(n: int) -> Callable[[Driver], list[Fault]]:
    """Return a function that draws ``n`` faults that need no other program."""
    return lambda driver: [_drawn(driver) for _ in range(n)]


def _drawn(driver: Driver) -> Fault:
    draw = driver.random
    how = draw.choice(["size", "microseconds", "call", "call", "call"])
    if how == "size":
        largest = max(len(content) for content in driver.new.values() if content)
        return Fault(how, "EFBIG", draw.randrange(largest))
    if how == "microseconds":
        return Fault(how, draw.choice(SIGNALS), round(draw.uniform(0, driver.seconds * 1e6)))
    call = draw.choice(sorted(driver.counts))
    what = draw.choice(["ENOSPC", "EIO", "EACCES", "EINTR", *SIGNALS])
    return Fault(f"os.{call}", what, draw.randint(1, driver.counts[call]))


if __name__ == "__main__":
    _, folder_, n_, seed_, *names_ = sys.argv
    driver_ = Driver(Path(folder_), seed=int(seed_))
    for name_ in names_ or WRITING:
        for outcome_ in driver_.run(name_, some_faults(int(n_))):
            sys.__stdout__.write(json.dumps(outcome_) + "\n")
