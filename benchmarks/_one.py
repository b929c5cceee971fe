"""Measure one peer on one case, alone in this process; tell times, memory and answers.

``python -m benchmarks._one PEER KIND SITES ORIGINS RADII_KM FOLDER``
"""

import importlib
import json
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks import _sites
from benchmarks._peers import PEERS, highest_kb

MOST_MEMBERS = 5_000_000
SECONDS = 20  # a question is asked up to three times within these


def main() -> None:
    name, kind, n_text, k_text, radii_text, folder_text = sys.argv[1:]
    n, k, folder = int(n_text), int(k_text), Path(folder_text)
    radii_m = [float(radius) * 1000 for radius in radii_text.split(",")]
    lon, lat = getattr(_sites, kind)(n)
    places = _sites.origins(k)
    for library in PEERS[name].libraries:
        importlib.import_module(library)
    Path("/proc/self/clear_refs").write_text("5", "ascii")  # the high mark of memory starts here
    start = time.perf_counter()
    with PEERS[name](lon, lat, k) as peer:
        prepare_s = time.perf_counter() - start
        asked_s: list[float] = []
        while not asked_s or (len(asked_s) < 3 and sum(asked_s) < SECONDS):  # noqa: PLR2004
            start = time.perf_counter()
            counts = peer.counts(*places, radii_m)
            asked_s.append(time.perf_counter() - start)
        memory_kb = highest_kb("self") + peer.more_memory_kb()
        np.save(folder / f"{name}.npy", counts)
        if counts.sum() < MOST_MEMBERS and counts.size <= 20:  # noqa: PLR2004
            members = {
                str(ring): np.sort(peer.members(*place, radius))
                for ring, (place, radius) in enumerate(
                    (place, radius) for place in zip(*places, strict=True) for radius in radii_m
                )
            }
            np.savez(folder / f"{name}.npz", **members)
    result = {"prepare_s": prepare_s, "ask_s": min(asked_s), "memory_mb": memory_kb / 1000}
    (folder / f"{name}.json").write_text(json.dumps(result))


if __name__ == "__main__":
    main()
