"""Processor time and memory of maps of many pairs, for each output: both grow with the number of pairs."""

import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

COUNTS = (1_000, 10_000)
SUFFIXES = (".csv", ".geojson", ".kml", ".gpkg", ".html", ".svg", ".png")
WEAPONS = ("Fateh-110", "Shahab-3", "Shahed-136", "Al Aqsa")
COMMAND = "from rangemap.cli.app import main; main()"
SEED = 20240128


def main() -> None:
    """Print a row for each output."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for suffix in sys.argv[1:] or SUFFIXES:
            costs = [measured(folder, count, suffix) for count in COUNTS]
            cells = (f"{seconds:7.1f} s {mebibytes:6,.0f} MiB" for seconds, mebibytes in costs)
            print(f"{suffix:9} " + "   ".join(cells), flush=True)


def measured(folder: Path, count: int, suffix: str) -> tuple[float, float]:
    """Return the processor time in seconds and the peak memory in MiB of one command."""
    rng = random.Random(SEED)
    rows = (
        f"P{i},{rng.uniform(-60, 70):.4f},{rng.uniform(-180, 180):.4f},{WEAPONS[i % 4]}"
        for i in range(count)
    )
    origins = folder / "origins.csv"
    origins.write_text("\n".join(["name,lat,lon,weapon", *rows]), "utf-8")
    words = ["map", "--origins", str(origins), "--site", "Erbil", "-o", str(folder / f"x{suffix}")]
    child = subprocess.Popen(
        [sys.executable, "-c", COMMAND, *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"map of {count:,} pairs as {suffix}: exit {child.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


if __name__ == "__main__":
    main()
