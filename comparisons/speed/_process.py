"""Run whole commands: seconds, memory of a process with all its children, and output."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

COMMAND = [sys.executable, "-c", "from rangemap.cli.app import main; main()"]


class Run(NamedTuple):
    seconds: float
    memory_mb: float
    output: str


def run(words: list[str]) -> Run:
    """Run a command; its memory is the peak of it and its children together."""
    most = 0.0
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as told:
        start = time.perf_counter()
        running = subprocess.Popen(words, stdout=output, stderr=told)
        while running.poll() is None:
            most = max(most, sum(resident_mb(pid) for pid in family(running.pid)))
            time.sleep(0.01)
        took = time.perf_counter() - start
        for file in (output, told):
            file.seek(0)
        if running.returncode:
            raise SystemExit(told.read().decode())
        return Run(took, most, output.read().decode())


def family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return []
    return [pid, *(other for child in children for other in family(int(child)))]


def resident_mb(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGESIZE") / 1e6
