"""Whole commands over Parquet files of one million to a hundred million sites.

``python -m benchmarks stream [SITES...]``; the files are made in the folder that the
environment variable BENCH_FOLDER names, by default the temporary one, and removed.
"""

import os
import sys
import tempfile
from pathlib import Path

from benchmarks import _sites
from benchmarks._process import COMMAND, seconds_and_mb
from benchmarks.check import FIVE, keep

SIZES = (10**6, 4 * 10**6, 10**7, 10**8)
MOST_FOR_BRUTE = 4 * 10**6
ROUNDS = 3
BRUTE = """
import sys, numpy as np, pyarrow.parquet as pq
from pyproj import Geod
geod = Geod(ellps="WGS84")
table = pq.read_table(sys.argv[1], columns=["lon", "lat"])
lon, lat = table["lon"].to_numpy(), table["lat"].to_numpy()
for place in sys.argv[3:]:
    y, x = map(float, place.split(","))
    d = geod.inv(np.full(len(lon), x), np.full(len(lon), y), lon, lat)[2]
    for radius in sys.argv[2].split(","):
        print(place, radius, np.count_nonzero(d <= float(radius) * 1000))
"""


def main() -> None:
    sizes = [int(float(word)) for word in sys.argv[2:]] or SIZES
    lon, lat = _sites.origins(4)
    places = [f"{y},{x}" for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as folder:
        for n in sizes:
            path = Path(folder) / "sites.parquet"
            _sites.write_parquet(path, n)
            found = {}
            for workers in (1, 2):
                words = [
                    *COMMAND,
                    "check",
                    "--sites",
                    str(path),
                    "--summary",
                    "--workers",
                    str(workers),
                ]
                words += [word for place in places for word in ("--from", place)]
                words += [
                    word for radius in FIVE.split(",") for word in ("--range", f"{radius} km")
                ]
                seconds_and_mb(words)  # so that the file lies in memory
                found[f"rangemap, {workers} processes"] = best(words)
            if n <= MOST_FOR_BRUTE:
                words = [sys.executable, "-c", BRUTE, str(path), FIVE, *places]
                found["pyproj, every pair"] = best(words, rounds=1)
            print(f"{n:,} sites: {found}", flush=True)
            keep({f"stream {n}": found})


def best(words: list[str], rounds: int = ROUNDS) -> dict[str, float]:
    runs = [seconds_and_mb(words) for _ in range(rounds)]
    return {"ask_s": min(took for took, _ in runs), "memory_mb": max(mb for _, mb in runs)}


if __name__ == "__main__":
    main()
