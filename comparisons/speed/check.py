"""Which sites are within range: rangemap compared with what people would use instead.

``python -m comparisons.speed check [CASE...]`` measures all cases or those given, and replaces their
results in ``results.json``. All peers of a case run in the same session, one after another,
each in its own process. PostGIS keeps its tables from case to case.
"""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comparisons import postgres as _postgres
from comparisons.speed._peers import PEERS
from comparisons.speed._results import HERE, keep, part

FIVE = "70,250,500,1300,2000"
LONGEST_S = 900
ALL = (
    "Rangemap",
    "PostGIS",
    "DuckDB",
    "KDTree",
    "GeoPandas",
    "BallTree",
    "Polars",
    "SedonaDB",
    "Brute",
)
NOT_BRUTE = ALL[:-1]  # about 20 minutes for 1,000 origins


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
    Case("1e6-4x5", "generated", 10**6, 4, FIVE),
    Case("1e6-1x1", "generated", 10**6, 1, "250"),
    Case("1e6-50x1", "generated", 10**6, 50, "250"),
    Case("1e6-1000x1", "generated", 10**6, 1000, "250", NOT_BRUTE),
    Case("real-1e6-4x5", "real", 10**6, 4, FIVE),
    Case("real-1e6-1000x1", "real", 10**6, 1000, "250", NOT_BRUTE),
    Case("1e7-4x5", "generated", 10**7, 4, FIVE),
]


def main() -> None:
    wanted = sys.argv[2:] or [case.name for case in CASES]
    with nullcontext() if _postgres.programs() is None else _postgres.Server() as server:
        if server is not None:
            os.environ[_postgres.FOLDER] = str(server.folder)
            keep({"version PostGIS": server.version()})
        for case in CASES:
            if case.name in wanted:
                print(f"{case.name}: {case.n:,} sites, {case.k} origins, {case.radii_km} km")
                with part(f"check {case.name}"):
                    keep({f"check {case.name}": measure(case)})


def measure(case: Case) -> dict[str, Any]:
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        problem = run(case, "Truth", folder)
        if problem:
            raise SystemExit(f"{case.name}: the truth is not known: {problem}")
        for peer in case.peers:
            problem = run(case, peer, folder)
            row = {"problem": problem}
            if problem is None:
                row = json.loads((folder / f"{peer}.json").read_text("utf-8"))
            found[PEERS[peer].name] = row
            print(f"  {PEERS[peer].name}: {row}", flush=True)
    return found


def run(case: Case, peer: str, folder: Path) -> str | None:
    """Run one peer and return the error, if any."""
    if peer == "PostGIS" and _postgres.FOLDER not in os.environ:
        return "not installed"
    words = [peer, case.kind, str(case.n), str(case.k), case.radii_km, str(folder)]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "comparisons.speed._one", *words],
            cwd=HERE.parents[1], capture_output=True, text=True, timeout=LONGEST_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"not done in {LONGEST_S} s"
    return (done.stderr.strip().splitlines() or ["ended"])[-1][:100] if done.returncode else None


if __name__ == "__main__":
    main()
