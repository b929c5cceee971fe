"""T1: distances from a sites file to a verdicts file, compared with GeodSolve of GeographicLib.

Three groups of pairs, as in GeographicLib's own tests: anywhere, nearly antipodal, and closer than
about 50 m.
"""

import csv
import shutil
import subprocess

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic

import rangemap as rm
from rangemap.check import check_rows
from tests.promises.precision.sizes import size, tell

NANOMETRE = 1e-9
ALLOWED_M = 20 * NANOMETRE  # doubles have steps of 3.7 nm at 20,000 km
ORIGINS = size(4, 20)
SITES = size(2500, 5000)  # from each origin


def pairs(seed):
    """Return an origin and sites: three fifths anywhere, one near the antipode, one near the origin."""
    rng = np.random.default_rng(seed)
    lat0, lon0 = (float(x) for x in np.round([np.degrees(np.arcsin(rng.uniform(-1, 1))), rng.uniform(-180, 180)], 6))  # fmt: skip
    fifth = SITES // 5
    near = rng.normal(0, 1, (2, 2 * fifth)) * np.repeat([0.3, 3e-4], fifth)
    antipode = np.array([[lon0 - np.copysign(180, lon0)], [-lat0]])
    close = np.hstack([antipode + near[:, :fifth], np.array([[lon0], [lat0]]) + near[:, fifth:]])
    n = SITES - 2 * fifth
    lon = np.concatenate([rng.uniform(-180, 180, n), close[0]])
    lat = np.concatenate([np.degrees(np.arcsin(rng.uniform(-1, 1, n))), close[1]])
    lon = (lon + 180) % 360 - 180
    return (lat0, lon0), np.clip(lat, -90, 90).tolist(), lon.tolist()


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """For each origin: the pairs, unrounded distances in metres, and kilometres as written."""
    folder = tmp_path_factory.mktemp("pairs")
    found = []
    for seed in range(ORIGINS):
        origin, lat, lon = pairs(seed)
        sites, out = folder / f"{seed}.csv", folder / f"{seed}.out.csv"
        with sites.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["name", "lat", "lon"])
            writer.writerows((n, *place) for n, place in enumerate(zip(lat, lon, strict=True)))
        place = f"{origin[0]!r},{origin[1]!r}"
        selection = rm.Scenario(origins=[place], ranges=["1 km"], sites=str(sites)).select()
        metres = np.array([row.distance_m for row in check_rows(selection)])
        found.append((origin, lat, lon, metres, place, sites, out))
    return found


@pytest.mark.skipif(
    shutil.which("GeodSolve") is None, reason="needs GeodSolve, of geographiclib-tools"
)
def test_every_distance_matches_geodsolve_in_exact_mode(answers, run):
    worst_m = {"anywhere": 0.0, "near the antipode": 0.0, "closer than about 50 m": 0.0}
    for origin, lat, lon, metres, place, sites, out in answers:
        lines = "".join(f"{origin[0]!r} {origin[1]!r} {a!r} {b!r}\n" for a, b in zip(lat, lon, strict=True))  # fmt: skip
        words = ["GeodSolve", "-E", "-i", "-p", "10"]
        done = subprocess.run(words, input=lines, capture_output=True, text=True, check=True)
        true_m = np.array([float(line.split()[2]) for line in done.stdout.splitlines()])
        off_m = np.abs(metres - true_m)
        fifth = SITES // 5
        parts = np.split(off_m, [SITES - 2 * fifth, SITES - fifth])
        for name, part in zip(worst_m, parts, strict=True):
            worst_m[name] = max(worst_m[name], float(part.max()))
        assert np.isfinite(metres).all()
        assert run("check", "--from", place, "--range", "1 km", "--sites", sites, "-o", out).status == 0  # fmt: skip
        with out.open(newline="") as file:
            written_km = np.array([float(row["distance_km"]) for row in csv.DictReader(file)])
        # The file's distances agree to the millimetre, its last digit.
        assert np.abs(written_km * 1000 - true_m).max() <= 0.5 + 1e-7
    tell(f"T1: {ORIGINS * SITES:,} pairs; worst, nm: " + ", ".join(f"{name} {worst / NANOMETRE:.1f}" for name, worst in worst_m.items()))  # fmt: skip
    assert max(worst_m.values()) <= ALLOWED_M


def test_two_thousand_distances_match_a_third_implementation(answers):
    worst_m = 0.0
    for origin, lat, lon, metres, *_ in answers:
        for n in range(0, SITES, ORIGINS * SITES // 2000):
            true_m = Geodesic.WGS84.Inverse(*origin, lat[n], lon[n], Geodesic.DISTANCE)["s12"]
            worst_m = max(worst_m, abs(metres[n] - true_m))
    tell(f"T1: worst of 2,000 pairs against geographiclib in Python: {worst_m / NANOMETRE:.1f} nm")
    assert worst_m <= 2 * ALLOWED_M  # both err
