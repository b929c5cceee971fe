"""Whole commands: seconds, and the memory of a process with all its children."""

import os
import subprocess
import sys
import time
from pathlib import Path

COMMAND = [sys.executable, "-c", "from rangemap.cli import main; main()"]


def seconds_and_mb(words: list[str]) -> tuple[float, float]:
    """Run a command and return how long it took and the most memory that it held at once."""
    most = 0.0
    start = time.perf_counter()
    running = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    while running.poll() is None:
        most = max(most, sum(resident_mb(pid) for pid in family(running.pid)))
        time.sleep(0.01)
    took = time.perf_counter() - start
    if running.returncode:
        raise SystemExit((running.stderr.read() if running.stderr else b"").decode())
    return took, most


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
