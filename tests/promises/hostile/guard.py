"""Run commands one by one, each in its own process with bounded memory and time.

The bounds do not measure speed: they turn a command that hangs, or that takes all memory, into one
failed case. One parent process imports the package and forks for each command, so that hundreds of
cases take seconds.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

MEMORY_BYTES = 2 * 2**30
"""Memory that a command may take in addition to that at its start."""

SECONDS = 60
"""Processor time after which a command counts as hanging, on the slowest machine."""

HANGS = -signal.SIGKILL
_LARGEST_OUTPUT = 512 * 2**20
_SHOWN = 20_000


class Ended(NamedTuple):
    """How a command ended: exit status (negative: the signal), output, arguments, cost."""

    status: int
    out: str
    err: str
    seconds: float
    peak_mib: float


def run_guarded(
    commands: Sequence[Sequence[object]], *, cwd: Path, memory: int = MEMORY_BYTES
) -> list[Ended]:
    """Run ``rangemap`` with each list of arguments."""
    question = json.dumps({"commands": [[str(w) for w in words] for words in commands],
                           "cwd": str(cwd), "memory": memory})  # fmt: skip
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.promises.hostile.guard"],
        input=question, capture_output=True, text=True, check=False, cwd=root,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(root)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return [Ended(*found) for found in json.loads(done.stdout)]


def _serve() -> None:
    question = json.loads(sys.stdin.read())
    for module in _HEAVY:
        __import__(module)
    os.chdir(question["cwd"])
    found = [_fork(words, question["memory"]) for words in question["commands"]]
    json.dump(found, sys.stdout)


_HEAVY = (
    "openpyxl", "pyarrow.parquet", "pyarrow.csv", "pyogrio", "rangemap.cli.app", "rangemap.api.scenario",
    "rangemap.catalogue.validate", "rangemap.check.answer", "rangemap.cli.stream",
    "rangemap.cli.tables", "rangemap.importing.sites", "rangemap.importing.weapons",
    "rangemap.sites.open", "rangemap.places.validate", "rangemap.render.outputs",
    "rangemap.render.tables.encoders", "rangemap.render.figure", "rangemap.render.page.payload", "rapidfuzz.process",
)  # fmt: skip


def _fork(words: list[str], memory: int) -> tuple[Any, ...]:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.monotonic()
        child = os.fork()
        if child == 0:
            _run(words, memory, out.fileno(), err.fileno())
        _, status, usage = os.wait4(child, 0)
        seconds = time.monotonic() - started
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read(_SHOWN).decode("utf-8", "backslashreplace"))
        peak = usage.ru_maxrss / 1024
        return (os.waitstatus_to_exitcode(status), *texts, seconds, peak)


def _run(words: list[str], memory: int, out: int, err: int) -> None:
    """Become the command; never returns."""
    with Path("/proc/self/statm").open(encoding="ascii") as file:
        size = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + memory, size + memory))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_OUTPUT, _LARGEST_OUTPUT))
    signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    signal.alarm(3 * SECONDS)  # waiting takes no processor time
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(err, 2)
    status = 1
    try:
        from rangemap.cli.app import main

        sys.argv = ["rangemap", *words]
        main()
        status = 0
    except SystemExit as stop:
        status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except BaseException:  # noqa: BLE001  tracebacks are the faults to find
        import traceback

        traceback.print_exc()
        status = 70
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except OSError:
                status = status or 1
        os._exit(status)


if __name__ == "__main__":
    _serve()
