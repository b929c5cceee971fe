"""Whole commands over Parquet files of 1 to 100 million sites, and the cost per site.

``python -m comparisons.speed stream [SITES...]``; the files are written to the folder in the
environment variable BENCH_FOLDER, by default the temporary folder, and removed.
`comparisons.speed.truth` computes the correct counts.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from comparisons.speed import _sites
from comparisons.speed._process import COMMAND, run
from comparisons.speed._results import keep, part, read
from comparisons.speed.check import FIVE

SIZES = (10**6, 4 * 10**6, 10**7, 10**8)
MOST_FOR_BRUTE = 4 * 10**6
ROUNDS = 3
INSIDE_ROUNDS = {10**6: 15, 10**7: 7, 10**8: 3}
SMALL = 1000  # sites of a file whose time is only the start-up
BRUTE = """
import json, sys, numpy as np, pyarrow.parquet as pq
from pyproj import Geod
geod = Geod(ellps="WGS84")
table = pq.read_table(sys.argv[1], columns=["lon", "lat"])
lon, lat = table["lon"].to_numpy(), table["lat"].to_numpy()
found = []
for place in sys.argv[3:]:
    y, x = map(float, place.split(","))
    d = geod.inv(np.full(len(lon), x), np.full(len(lon), y), lon, lat)[2]
    for radius in sys.argv[2].split(","):
        found.append({"inside": int(np.count_nonzero(d <= float(radius) * 1000))})
print(json.dumps(found))
"""


def main() -> None:
    for word in sys.argv[2:] or SIZES:
        n = int(float(word))
        with part(f"stream {n}"), tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as name:  # fmt: skip
            path = Path(name) / "sites.parquet"
            _sites.write_parquet(path, n)
            os.sync()  # otherwise the disk is still busy while the clock runs
            found = commands(path, n)
            print(f"{n:,} sites: {found}", flush=True)
            keep({f"stream {n}": found})
            if n in INSIDE_ROUNDS:
                took = inside(path, INSIDE_ROUNDS[n])
                print(f"  in the process: {took}", flush=True)
                keep({f"inside {n}": took})


def commands(path: Path, n: int) -> dict[str, Any]:
    """Run whole commands over a file in turn, so that other work affects all alike."""
    places = [f"{y},{x}" for x, y in zip(*(a.tolist() for a in _sites.origins(4)), strict=True)]
    check = [*COMMAND, "check", "--sites", str(path), "--summary", "--format", "json"]
    check += [word for place in places for word in ("--from", place)]
    check += [word for radius in FIVE.split(",") for word in ("--range", f"{radius} km")]
    asked = {
        "rangemap, 1 process": [*check, "--workers", "1"],
        "rangemap, 2 processes": [*check, "--workers", "2"],
    }
    if n <= MOST_FOR_BRUTE:
        asked["pyproj, every pair"] = [sys.executable, "-c", BRUTE, str(path), FIVE, *places]
    run(asked["rangemap, 1 process"])  # puts the file into the page cache
    runs = {
        name: [run(words) for _ in range(ROUNDS if "rangemap" in name else 1)]
        for name, words in asked.items()
    }
    true = read().get(f"truth {n}")
    found = {}
    for name, done in runs.items():
        counts = [row["inside"] for row in json.loads(done[0].output)]
        found[name] = {
            "ask_s": statistics.median(one.seconds for one in done),
            "memory_mb": max(one.memory_mb for one in done),
            "of": n * len(counts),
        }
        if true is not None:
            found[name]["wrong"] = sum(abs(a - b) for a, b in zip(counts, true, strict=True))
    return found


def inside(path: Path, rounds: int) -> dict[str, float]:
    """Return the median seconds within a warmed-up process, for this file and a small one."""
    small = path.with_name("small.parquet")
    _sites.write_parquet(small, SMALL)
    medians = []
    for asked in (small, path):
        words = [
            sys.executable,
            "-m",
            "comparisons.speed._inside",
            str(rounds),
            str(small),
            str(asked),
        ]
        done = subprocess.run(words, check=True, capture_output=True, text=True)
        medians.append(statistics.median(json.loads(done.stdout)))
    return {"start_s": medians[0], "answer_s": medians[1], "rounds": rounds}


if __name__ == "__main__":
    main()
