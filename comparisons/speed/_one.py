"""Measure one peer on one case, alone in this process: times, memory and wrong answers.

``python -m comparisons.speed._one PEER KIND SITES ORIGINS RADII_KM FOLDER``; the truth is computed
first and kept in the folder for the peers that follow.
"""

import importlib
import json
import sys
import time
from pathlib import Path

import numpy as np

from comparisons.speed import _sites
from comparisons.speed._peers import PEERS, Brute, Truth, highest_kb

SECONDS = 20  # a query is repeated up to three times within this time


def main() -> None:
    name, kind, n_text, k_text, radii_text, folder_text = sys.argv[1:]
    n, k, folder = int(n_text), int(k_text), Path(folder_text)
    radii_m = [float(radius) * 1000 for radius in radii_text.split(",")]
    lon, lat = getattr(_sites, kind)(n)
    places = _sites.origins(k)
    for library in PEERS[name].libraries:
        importlib.import_module(library)
    Path("/proc/self/clear_refs").write_text("5", "ascii")  # resets the peak of memory
    start = time.perf_counter()
    with PEERS[name](lon, lat, k) as peer:
        prepare_s = time.perf_counter() - start
        asked_s: list[float] = []
        while not asked_s or (len(asked_s) < 3 and sum(asked_s) < SECONDS):
            start = time.perf_counter()
            counts = peer.counts(*places, radii_m)
            asked_s.append(time.perf_counter() - start)
            if isinstance(peer, Truth):
                break
        memory_kb = highest_kb("self") + peer.more_memory_kb()
        if peer.prepared is not None:
            prepare_s, memory_kb = peer.prepared[0], max(memory_kb, peer.prepared[1])
        if isinstance(peer, Truth):
            np.save(folder / "counts.npy", counts)
            np.save(folder / "members.npy", np.concatenate([*peer.members(*places, radii_m)]))
            return
        true = np.load(folder / "counts.npy")
        if isinstance(peer, Brute):  # the truth itself, and the slowest to list its members
            wrong = int(np.abs(counts - true).sum())
        else:
            ends = np.cumsum(true.ravel())
            members = np.split(np.load(folder / "members.npy"), ends[:-1])
            wrong = sum(
                len(np.setxor1d(mine, theirs, assume_unique=True))
                for mine, theirs in zip(members, peer.members(*places, radii_m), strict=True)
            )
    result = {"prepare_s": prepare_s, "ask_s": min(asked_s), "asked": len(asked_s)}
    result |= {"memory_mb": memory_kb / 1000, "wrong": wrong, "of": n * true.size}
    (folder / f"{name}.json").write_text(json.dumps(result))


if __name__ == "__main__":
    main()
