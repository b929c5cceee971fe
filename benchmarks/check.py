"""Which sites are within range: rangemap beside what people would use instead.

``python -m benchmarks check [CASE...]`` measures some cases, or all, and adds them to
``results.json``; every peer of a case runs in the same session, one after another, each
alone in a process of its own.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._peers import PEERS

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
FIVE = "70,250,500,1300,2000"
LONGEST_S = 1500
ALL = ("Rangemap", "PostGIS", "GeoPandas", "BallTree", "SedonaDB", "Brute")


@dataclass(frozen=True)
class Case:
    name: str
    kind: str
    n: int
    k: int
    radii_km: str
    peers: tuple[str, ...] = ALL


CASES = [
    Case("1e5-4x5", "generated", 10**5, 4, FIVE),
    Case("1e6-1x1", "generated", 10**6, 1, "250"),
    Case("1e6-4x5", "generated", 10**6, 4, FIVE),
    Case("real-1e6-4x5", "real", 10**6, 4, FIVE),
    Case("1e6-50x1", "generated", 10**6, 50, "250"),
    Case("1e5-1000x1", "generated", 10**5, 1000, "250"),
    Case("1e6-1000x1", "generated", 10**6, 1000, "250", ("Rangemap", "PostGIS", "BallTree", "GeoPandas")),
    Case("1e7-4x5", "generated", 10**7, 4, FIVE, ("Rangemap", "BallTree", "Brute")),
]  # fmt: skip


def main() -> None:
    wanted = sys.argv[2:] or [case.name for case in CASES]
    for case in CASES:
        if case.name in wanted:
            print(f"{case.name}: {case.n:,} sites, {case.k} origins, {case.radii_km} km")
            keep({f"check {case.name}": measure(case)})


def measure(case: Case) -> dict[str, Any]:
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(case, "Truth", folder)
        for peer in case.peers:
            problem = run(case, peer, folder)
            if problem:
                found[PEERS[peer].name] = {"problem": problem}
            else:
                result = json.loads((folder / f"{peer}.json").read_text())
                result["wrong"], result["of"] = wrong(folder, peer, case.n)
                found[PEERS[peer].name] = result
            print(f"  {PEERS[peer].name}: {found[PEERS[peer].name]}", flush=True)
    return found


def run(case: Case, peer: str, folder: Path) -> str | None:
    """Run one peer and return what went wrong, if anything did."""
    words = [peer, case.kind, str(case.n), str(case.k), case.radii_km, str(folder)]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks._one", *words],
            cwd=HERE.parent, capture_output=True, text=True, timeout=LONGEST_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"not done in {LONGEST_S} s"
    return (done.stderr.strip().splitlines() or ["ended"])[-1][:100] if done.returncode else None


def wrong(folder: Path, peer: str, n: int) -> tuple[int, int]:
    """Return how many of all answers differ from the truth; by number where lists are too long."""
    truth, counts = np.load(folder / "Truth.npy"), np.load(folder / f"{peer}.npy")
    of = n * truth.size
    if not (folder / f"{peer}.npz").exists() or not (folder / "Truth.npz").exists():
        return int(np.abs(truth - counts).sum()), of
    theirs, true = np.load(folder / f"{peer}.npz"), np.load(folder / "Truth.npz")
    return sum(len(np.setxor1d(theirs[ring], true[ring])) for ring in true.files), of


def keep(found: dict[str, Any]) -> None:
    """Add results to those there are."""
    kept = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps(kept | found, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
