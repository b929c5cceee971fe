"""Compute the correct counts for `stream` by geodesic distances, once for all runs.

``python -m comparisons.speed truth [SITES...]``; a hundred million sites take a few minutes.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from os import sched_getaffinity

import numpy as np

from comparisons.speed import _sites
from comparisons.speed._peers import Counts, Truth
from comparisons.speed._results import keep, part, read
from comparisons.speed.check import FIVE
from comparisons.speed.stream import SIZES


def main() -> None:
    wanted = [int(float(word)) for word in sys.argv[2:]]
    for n in wanted or [n for n in SIZES if f"truth {n}" not in read()]:
        with part(f"truth {n}"), ProcessPoolExecutor(len(sched_getaffinity(0))) as pool:
            counts = sum(pool.map(of_group, _sites.groups(n)), np.zeros((4, 5), dtype=np.int64))
            keep({f"truth {n}": counts.ravel().tolist()})


def of_group(group: tuple[int, int]) -> Counts:
    start, size = group
    lon, lat = _sites.generated(size, _sites.SEED + start)
    radii_m = [float(radius) * 1000 for radius in FIVE.split(",")]
    return Truth(lon, lat, 4).counts(*_sites.origins(4), radii_m)


if __name__ == "__main__":
    main()
