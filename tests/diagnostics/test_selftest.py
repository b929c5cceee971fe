"""`rangemap selftest` and `rangemap version`: what an installation reports about itself."""

import hashlib
import importlib.metadata
import json
import math
import platform
import re
import shutil
import sqlite3
from decimal import Decimal
from pathlib import Path

import pyogrio
import pyproj
import pytest
import shapely
from geographiclib.geodesic import Geodesic

import rangemap as rm
from rangemap.diagnostics import selftest

EXACT = Path(__file__).resolve().parents[2] / "data" / "geodesics.tsv"
LINES = EXACT.read_text("utf-8").splitlines()


@pytest.fixture
def values(tmp_path, monkeypatch):
    """A copy of the exact values, which the command reads instead."""
    path = tmp_path / EXACT.name
    shutil.copy(EXACT, path)
    monkeypatch.setattr(selftest, "data_file", lambda _: path)
    return path


def test_this_installation_passes(run):
    outcome = run("selftest")
    assert (outcome.status, outcome.err) == (0, "")
    assert f"WGS 84 (a = 6,378,137 m, 1/f = 298.257223563), PROJ {pyproj.proj_version_str}\n" in outcome.out  # fmt: skip
    last = outcome.out.splitlines()[-1]
    found = re.fullmatch(r"2,100 geodesics, worst error (\d+\.\d) nm, allowed 20 nm: OK", last)
    assert 0 < float(found[1]) <= 20
    groups = re.findall(r"^(inverse|direct) +(\w+) +(\d+) ", outcome.out, re.MULTILINE)
    assert sum(int(count) for _, _, count in groups) == len(LINES) - 4
    assert len(groups) == 6


def test_the_exact_values_match_a_third_implementation():
    for line in LINES[4:]:
        problem, _, *values = line.split("\t")
        if problem == "inverse":
            found = Geodesic.WGS84.Inverse(*(int(value) / 2**20 for value in values[:4]))
            assert found["s12"] == pytest.approx(float(values[4]), abs=2e-8)
        else:
            given = [*(int(value) / 2**20 for value in values[:3]), int(values[3]) / 2**10]
            found = Geodesic.WGS84.Direct(*given)
            lat, lon = map(float, values[4:])
            assert found["lat2"] == pytest.approx(lat, abs=2e-13)
            east = math.remainder(found["lon2"] - lon, 360) * math.cos(math.radians(lat))
            assert east == pytest.approx(0, abs=2e-13)


@pytest.mark.parametrize(
    ("number", "change", "off_nm"),
    [
        (700, "30e-9", 30),  # a distance, metres
        (1504, "-1", 1e9),
        (1505, "4e-13", 44.3),  # the latitude of an end point, degrees
        (2104, "-0.001", 111e9),
    ],
)
def test_one_incorrect_value_is_detected(run, values, number, change, off_nm):
    lines = LINES.copy()
    fields = lines[number - 1].split("\t")
    fields[6] = str(Decimal(fields[6]) + Decimal(change))
    lines[number - 1] = "\t".join(fields)
    values.write_text("\n".join(lines), "utf-8")
    outcome = run("selftest")
    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert "OK" not in outcome.out
    found = re.search(rf"{re.escape(str(values))}:{number}: worst error ([\d,.]+) nm", outcome.err)
    assert float(found[1].replace(",", "")) == pytest.approx(off_nm, rel=0.01, abs=8)
    assert "reinstall pyproj" in outcome.err


def test_a_distance_that_is_not_a_number_fails(run, monkeypatch):
    monkeypatch.setattr(selftest, "distance_m", lambda *_: math.nan)
    outcome = run("selftest")
    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert "worst error inf nm" in outcome.err


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("inverse\tanywhere\t1\t2\t3", ":1: is not a geodesic with its exact value"),
        ("# head\ndirect\tshort\t1\t2\t3\tfour\t5\t6", ":2: is not a geodesic"),
        ("inverse\tanywhere\t1\t2\t3\t4\tfar", ":1: is not a geodesic"),
        (f"inverse\tanywhere\t{91 * 2**20}\t2\t3\t4\t5", ":1: is not a geodesic"),
        ("oblique\tanywhere\t1\t2\t3\t4\t5", ":1: is not a geodesic"),
        ("", ": contains no geodesics"),
    ],
)
def test_damaged_values_are_refused(run, values, text, part):
    values.write_text(text, "utf-8")
    outcome = run("selftest")
    assert (outcome.status, outcome.out, outcome.err.count("\n")) == (1, "", 1)
    assert f"{values}{part}" in outcome.err
    assert "reinstall rangemap" in outcome.err


def test_the_version_command_and_option_agree(run):
    assert run("version") == run("--version") == (0, f"rangemap {rm.__version__}\n", "")
    assert json.loads(run("version", "--format", "json").out) == {"rangemap": rm.__version__}


def test_the_full_version_lists_all_dependencies_of_a_result(run):
    found = json.loads(run("version", "--full", "--format", "json").out)
    assert found["rangemap"] == rm.__version__
    assert found["Python"] == platform.python_version()
    assert found["PROJ"] == pyproj.__proj_version__
    with sqlite3.connect(Path(pyproj.datadir.get_data_dir()) / "proj.db") as database:
        query = "SELECT value FROM metadata WHERE key = 'EPSG.VERSION'"
        assert found["PROJ data"] == f"EPSG {database.execute(query).fetchone()[0]}"
    database.close()
    assert found["GEOS"] == ".".join(map(str, shapely.geos_version))
    assert found["GDAL"] == ".".join(map(str, pyogrio.__gdal_version__))
    (leaflet,) = (
        importlib.metadata.files("XStatic-Leaflet")[0]
        .locate()
        .parent.glob("xstatic/pkg/leaflet/data/leaflet.js")
    )
    assert leaflet.read_text("utf-8").startswith(f"/* @preserve\n * Leaflet {found['Leaflet']},")
    for name in ("numpy", "pyproj", "shapely", "pyogrio", "pyarrow"):
        assert found[name] == importlib.metadata.version(name)
    content = (EXACT.parent / "weapons.yaml").read_bytes()
    assert found["catalogue"].startswith("weapons.yaml 2026.12 sha256:")
    assert hashlib.sha256(content).hexdigest().startswith(found["catalogue"].rpartition(":")[2])
    text = run("version", "--full").out
    assert [line.split(maxsplit=1)[0] for line in text.splitlines()] == [
        name.split()[0] for name in found
    ]


def test_a_missing_extra_is_reported(run, monkeypatch):
    def version(name):
        if name == "pyarrow":
            raise importlib.metadata.PackageNotFoundError(name)
        return "1.2.3.4"

    monkeypatch.setattr("rangemap.diagnostics.versions.version", version)
    assert re.search(r"^pyarrow +not installed$", run("version", "--full").out, re.MULTILINE)
    assert json.loads(run("version", "--full", "--format", "json").out)["pyarrow"] is None
