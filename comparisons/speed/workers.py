"""Measure the gain from a second process: whole commands with --workers 1 and 2, in turn.

``python -m comparisons.speed workers [SITES...]``; files as in `comparisons.speed.stream`. On a busy machine,
processor seconds are more reliable than elapsed seconds.
"""

import csv
import os
import resource
import statistics
import sys
import tempfile
from pathlib import Path

from comparisons.speed import _sites
from comparisons.speed._process import COMMAND, run
from comparisons.speed._results import keep, part
from comparisons.speed.stream import FIVE

SIZES = (10**7, 3 * 10**7)
MOST_FOR_ALL = 10**7
ROUNDS = 3


def main() -> None:
    for n in [int(float(word)) for word in sys.argv[2:]] or SIZES:
        with part(f"workers {n}"), tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as name:  # fmt: skip
            path = Path(name) / "sites.parquet"
            _sites.write_parquet(path, n)
            found = {}
            for question, words in questions(Path(name), n).items():
                found[question] = in_turn([*COMMAND, "check", "--sites", str(path), *words])
                print(f"{n:,} sites, {question}: {found[question]}", flush=True)
            keep({f"workers {n}": found})


def questions(folder: Path, n: int) -> dict[str, list[str]]:
    near = [word for place in places(4) for word in ("--from", place)]
    five = [word for radius in FIVE.split(",") for word in ("--range", f"{radius} km")]
    asked = {"counts, 4 origins x 5 ranges": [*near, *five, "--summary"]}
    if n <= MOST_FOR_ALL:
        out = str(folder / "out.parquet")
        asked["rows inside, 4 origins x 250 km, to Parquet"] = [
            *near, "--range", "250 km", "--only", "inside", "--name", "id", "-o", out,
        ]  # fmt: skip
        many = str(write_origins(folder, 1000))
        asked["counts, 1,000 origins x 250 km"] = [
            "--origins", many, "--range", "250 km", "--summary", "--format", "csv",
        ]  # fmt: skip
    return asked


def places(k: int) -> list[str]:
    lon, lat = _sites.origins(k)
    return [f"{y},{x}" for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]


def write_origins(folder: Path, k: int) -> Path:
    path = folder / "origins.csv"
    lon, lat = _sites.origins(k)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "lat", "lon"])
        writer.writerows(zip(range(k), lat.tolist(), lon.tolist(), strict=True))
    return path


def in_turn(command: list[str]) -> dict[str, dict[str, float]]:
    runs: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
    run([*command, "--workers", "1"])  # puts the file into the page cache
    for _ in range(ROUNDS):
        for workers, took in runs.items():
            before = processor_s()
            done = run([*command, "--workers", str(workers)])
            took.append((done.seconds, processor_s() - before))
    return {
        f"{workers} process{'es' if workers > 1 else ''}": {
            "least_s": min(seconds for seconds, _ in took),
            "median_s": statistics.median(seconds for seconds, _ in took),
            "processor_s": min(seconds for _, seconds in took),
        }
        for workers, took in runs.items()
    }


def processor_s() -> float:
    """Return the processor seconds of all finished child processes."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
