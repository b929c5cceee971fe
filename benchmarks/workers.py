"""Whether a second process pays: whole commands with --workers 1 and 2, in turn.

``python -m benchmarks workers [SITES...]``; files as in `benchmarks.stream`. With 10^8 sites it
also shows that memory does not grow with the file.
"""

import csv
import os
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks import _sites
from benchmarks._process import COMMAND, seconds_and_mb
from benchmarks.check import FIVE, keep

SIZES = (10**7, 3 * 10**7)
MOST_FOR_ROWS = 10**7
ROUNDS = 3


def main() -> None:
    sizes = [int(float(word)) for word in sys.argv[2:]] or SIZES
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as folder:
        for n in sizes:
            path = Path(folder) / "sites.parquet"
            _sites.write_parquet(path, n)
            for name, words in questions(Path(folder), n).items():
                command = [*COMMAND, "check", "--sites", str(path), *words]
                found = in_turn(command)
                print(f"{n:,} sites, {name}: {found}", flush=True)
                keep({f"workers {n} {name}": found})


def questions(folder: Path, n: int) -> dict[str, list[str]]:
    near = [word for place in places(4) for word in ("--from", place)]
    five = [word for radius in FIVE.split(",") for word in ("--range", f"{radius} km")]
    asked = {"counts, 4 origins x 5 ranges": [*near, *five, "--summary"]}
    if n <= MOST_FOR_ROWS:
        out = str(folder / "out.parquet")
        rows = [*near, "--range", "250 km", "--only", "inside", "--name", "id", "-o", out]
        asked["rows inside, 4 origins x 250 km, to Parquet"] = rows
        many = ["--origins", str(write_origins(folder, 1000)), "--range", "250 km", "--summary"]
        asked["counts, 1,000 origins x 250 km"] = many
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
    seconds_and_mb([*command, "--workers", "1"])  # so that the file lies in memory
    for _ in range(ROUNDS):
        for workers, took in runs.items():
            took.append(seconds_and_mb([*command, "--workers", str(workers)]))
    return {
        f"{workers} processes": {
            "least_s": min(seconds for seconds, _ in took),
            "median_s": statistics.median(seconds for seconds, _ in took),
            "memory_mb": max(mb for _, mb in took),
        }
        for workers, took in runs.items()
    }


if __name__ == "__main__":
    main()
