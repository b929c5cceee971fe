"""`make faults`: every fault at every writing call, kills at random moments, concurrent writers."""

from __future__ import annotations

import filecmp
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.commands import WRITING, write_inputs
from tests.conftest import heed_signals
from tests.release.faults.driver import SIGNALS, Driver, Outcome, every_fault, some_faults

RANGEMAP = [sys.executable, "-m", "rangemap"]
ROOT = Path(__file__).resolve().parents[3]
_SEED = 20240121
_DRAWN = 20
_KILLS = 100
_PAIRS = 30


def main() -> int:
    """Run everything and print the results; return 1 if a rule was broken."""
    if shutil.which("strace") is None:
        print("strace is not installed; on Debian: apt-get install strace")
        return 1
    heed_signals()
    names = [name for name in WRITING if not sys.argv[1:] or name in sys.argv[1:]]
    broken: list[Outcome] = []
    total: Counter[str] = Counter()
    # Use RAM if available: SQLite waits for the disk and takes a hundred times as long otherwise.
    shared = Path("/dev/shm")  # noqa: S108  only a temporary folder is created in it
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        driver = Driver(Path(folder), seed=_SEED)
        for name in names:
            for faults_of in (every_fault, some_faults(_DRAWN)):
                counts: Counter[str] = Counter()
                start = time.monotonic()
                for outcome in driver.run(name, faults_of):
                    counts[_kind(outcome)] += 1
                    if outcome.broken:
                        broken.append(outcome)
                        print(
                            f"BROKEN {name}: {outcome.fault}: {outcome.broken}\n{outcome.err[-800:]}"
                        )
                print(f"{name:38} {_told(counts)}, {time.monotonic() - start:.0f} s", flush=True)
                total += counts
        print(f"{'all':38} {_told(total)}; the next run swept {driver.n_swept} times")
    tempfile.tempdir = None  # the driver's folder no longer exists
    os.environ.pop("TMPDIR", None)
    if len(names) == len(WRITING):
        n_broken = len(broken) + kill_at_random() + write_at_once()
    else:
        n_broken = len(broken)
    print(f"{n_broken} rules broken")
    return int(n_broken > 0)


def _kind(outcome: Outcome) -> str:
    if outcome.status < 0:
        return "ended by the signal"
    return "refused in one line" if "cannot be" in outcome.err else "succeeded anyway"


def _told(counts: Counter[str]) -> str:
    words = ", ".join(f"{n} {kind}" for kind, n in sorted(counts.items()))
    return f"{sum(counts.values())} faults: {words}"


def kill_at_random() -> int:
    """Kill commands at random moments after their start."""
    draw = random.Random(_SEED)
    tallies: Counter[str] = Counter()
    n_broken = 0
    names = ["map, a page with its table and picture", "map .gpkg", "report .pdf", "check .csv in chunks, with rejects"]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder_:
        folder = Path(folder_)
        write_inputs(folder)
        for name in names:
            outputs = WRITING[name].writes
            out = folder / name.replace(" ", "-")
            out.mkdir()
            command = [*RANGEMAP, *WRITING[name].reading_from(folder)]
            start = time.monotonic()
            subprocess.run(command, cwd=out, check=True, capture_output=True)
            seconds = time.monotonic() - start
            new = {each: (out / each).read_bytes() for each in outputs}
            for number in range(_KILLS // len(names)):
                for each in outputs:
                    (out / each).write_bytes(b"old")
                before = set(out.iterdir())  # left by SIGKILL until a later run sweeps
                what = SIGNALS[number % len(SIGNALS)]
                running = subprocess.Popen(
                    command, cwd=out, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
                )
                time.sleep(draw.uniform(0, seconds))
                running.send_signal(getattr(signal, what))
                _, err = running.communicate(timeout=120)
                contents = [(out / each).read_bytes() for each in outputs]
                torn = [each for each, c in zip(outputs, contents, strict=True) if c not in (b"old", new[each])]  # fmt: skip
                left = [each.name for each in set(out.iterdir()) - before]
                ended = running.returncode in (0, -getattr(signal, what))
                left = [] if what == "SIGKILL" else left
                if torn or not ended or left or ("rangemap" in err and "Traceback" in err):
                    n_broken += 1
                    print(f"BROKEN {name}: {what}: torn {torn}, left {left}, exit {running.returncode}: {err}")  # fmt: skip
                tallies[what if running.returncode else f"{what} too late"] += 1
                tallies["tracebacks during Python's own startup"] += "Traceback" in err
            subprocess.run(command, cwd=out, check=True, capture_output=True)
            if left := [each.name for each in out.iterdir() if each.name not in outputs]:
                n_broken += 1
                print(f"BROKEN {name}: not swept: {left}")
    print("killed at random moments: " + ", ".join(f"{n} {what}" for what, n in sorted(tallies.items())))  # fmt: skip
    return n_broken


def write_at_once() -> int:
    """Run two commands that write one file concurrently; the result is one of theirs, complete."""
    n_broken = 0
    with tempfile.TemporaryDirectory() as folder_:
        folder = Path(folder_)
        commands = []
        for number, weapon in enumerate(("Fateh-110", "Shahed-136")):
            words = [*RANGEMAP, "map", "--from", "33.3,44.4", "--weapon", weapon]
            subprocess.run([*words, "-o", f"{number}.html"], cwd=folder, check=True, capture_output=True)  # fmt: skip
            commands.append([*words, "-o", "x.html"])
        won: Counter[int] = Counter()
        for _ in range(_PAIRS):
            both = [subprocess.Popen(c, cwd=folder, stderr=subprocess.DEVNULL) for c in commands]
            statuses = [each.wait() for each in both]
            same = [n for n in (0, 1) if filecmp.cmp(folder / "x.html", folder / f"{n}.html", shallow=False)]  # fmt: skip
            won.update(same)
            left = sorted(each.name for each in folder.iterdir())
            n_broken += statuses != [0, 0] or len(same) != 1 or len(left) != 3
    print(f"concurrent writers: {_PAIRS} pairs, {won[0]} and {won[1]} wins, every file complete")
    return n_broken


if __name__ == "__main__":
    sys.exit(main())
