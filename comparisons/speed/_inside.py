"""Time what `rangemap check --summary` does with a file, without the start of the process.

``python -m comparisons.speed._inside ROUNDS SMALL LARGE`` runs a small file first, so that everything
is imported and warmed up, then the large one; it prints the seconds of each round as JSON.
"""

import json
import sys
import time

from comparisons.speed import _sites
from comparisons.speed.check import FIVE
from rangemap.catalogue import bare_system
from rangemap.check.answer import answer
from rangemap.check.job import Job
from rangemap.check.rows import Rows
from rangemap.geodesy.position import LonLat
from rangemap.scenario.origins import Origin, OriginKind
from rangemap.scenario.pairs import combinations
from rangemap.sites import open_sites


def job() -> Job:
    """Return the question: four origins and five ranges."""
    origins = [
        Origin(name="", kind=OriginKind.POSITION, lonlat=LonLat(float(lon), float(lat)))
        for lon, lat in zip(*_sites.origins(4), strict=True)
    ]
    systems = [bare_system(f"{radius} km") for radius in FIVE.split(",")]
    return Job(pairs=combinations(origins, systems), rows=Rows.COUNT)


def main() -> None:
    rounds, small, large = int(sys.argv[1]), *sys.argv[2:]
    question = job()
    seconds = []
    for path in (small, *[large] * rounds):
        start = time.perf_counter()
        with answer(question, open_sites(path)) as found:
            assert list(found.counts())
        seconds.append(time.perf_counter() - start)
    print(json.dumps(seconds[1:]))


if __name__ == "__main__":
    main()
