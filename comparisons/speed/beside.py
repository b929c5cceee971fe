"""Rings per second and their deviation, compared with cartopy, Leaflet, PostGIS and turf.

200 rings of 50 to 2,000 km around places in 20-45 N 25-65 E, where no ring meets a pole or
the antimeridian, which the others do not handle; each with its default number of vertices.
"""

import importlib.metadata
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import shapely

import rangemap as rm
from comparisons.browser import leaflet_circles
from comparisons.postgres import Server, connect, programs
from comparisons.speed import _sites
from comparisons.speed._results import keep, part, version_of
from rangemap.geodesy import LonLat, distance_m, ring

COUNT = 200
TURF = """
const circle = require("@turf/circle").default, cases = JSON.parse(process.argv[1]);
const make = () => cases.map(c => circle([c[0], c[1]], c[2] / 1000).geometry.coordinates[0]);
const times = [0, 1, 2, 3].map(() => {
  const start = process.hrtime.bigint();
  make();
  return Number(process.hrtime.bigint() - start) / 1e9;
});
const seconds = Math.min(...times.slice(1)), version = require("@turf/circle/package.json").version;
console.log(JSON.stringify({seconds, rings: make(), version}));
"""


def main() -> None:
    radii_m = np.exp(np.random.default_rng(_sites.SEED).uniform(*np.log([50e3, 2000e3]), COUNT))
    cases = [(float(x), float(y), float(r)) for x, y, r in zip(*_sites.origins(COUNT), radii_m, strict=True)]  # fmt: skip
    found = {}
    with part("beside"):
        for name, work in PEERS.items():
            answer = work(cases)
            if answer is None:
                print(f"{name}: not installed")
                continue
            seconds, rings, version = answer
            found[name] = {
                "version": version,
                "rings_a_second": COUNT / seconds,
                "vertices": float(np.mean([len(one) - 1 for one in rings])),
                "deviation": max(deviation(*pair) for pair in zip(cases, rings, strict=True)),
            }
            if work is leaflet:
                found[name]["vertices"] = None  # an ellipse
            print(f"{name}: {found[name]}", flush=True)
        keep({"rings": found})


Case = tuple[float, float, float]
Answer = tuple[float, list[Any], str]


def timed(make: Callable[[], Iterable[Any]]) -> tuple[float, list[Any]]:
    """Return the shortest of three times, and the rings."""
    list(make())
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        rings = list(make())
        seconds.append(time.perf_counter() - start)
    return min(seconds), rings


def ours(cases: list[Case]) -> Answer:
    return *timed(lambda: [ring(LonLat(x, y), r).vertices for x, y, r in cases]), rm.__version__


def cartopy(cases: list[Case]) -> Answer:
    from cartopy import geodesic

    made = timed(lambda: [closed(geodesic.Geodesic().circle(x, y, r)) for x, y, r in cases])
    return *made, importlib.metadata.version("cartopy")


def postgis(cases: list[Case]) -> Answer | None:
    if programs() is None:
        return None
    sql = "SELECT ST_AsBinary(ST_Buffer(ST_Point(%s, %s, 4326)::geography, %s)::geometry)"
    with Server() as server, connect(server.folder) as link:
        seconds, rows = timed(lambda: [link.execute(sql, case).fetchone()[0] for case in cases])
        version = server.version()
    return seconds, [np.array(shapely.from_wkb(row).exterior.coords) for row in rows], version


def leaflet(cases: list[Case]) -> Answer | None:
    found = leaflet_circles(cases)
    return None if found is None else (found.seconds, found.outlines, found.version)


def turf(cases: list[Case]) -> Answer | None:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([npm, "install", "--silent", "@turf/circle@7"], cwd=folder, check=True)
        words = [node, "-e", TURF, json.dumps(cases)]
        done = subprocess.run(words, cwd=folder, check=True, capture_output=True, text=True)
    answer = json.loads(done.stdout)
    version = f"{answer['version']}, Node {version_of('node')}"
    return answer["seconds"], [np.array(one) for one in answer["rings"]], version


PEERS: dict[str, Callable[[list[Case]], Answer | None]] = {
    "rangemap": ours,
    "cartopy": cartopy,
    "Leaflet L.circle": leaflet,
    "PostGIS ST_Buffer": postgis,
    "turf": turf,
}


def closed(points: Any) -> Any:
    points = np.asarray(points)
    return points if (points[0] == points[-1]).all() else np.vstack([points, points[:1]])


def deviation(case: Case, vertices: Any) -> float:
    """Return a ring's deviation relative to the radius, at 20 points of each edge."""
    x, y, radius_m = case
    along = np.linspace(0, 1, 22)[1:-1, None, None]
    points = vertices[:-1] + along * np.diff(vertices, axis=0)
    off_m = distance_m(LonLat(x, y), points[..., 0], points[..., 1]) - radius_m
    return float(np.abs(off_m).max() / radius_m)


if __name__ == "__main__":
    main()
