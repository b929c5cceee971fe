"""The same input gives the same bytes, whatever the environment of a run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parents[2]
NAMES = [
    "map .html", "map .geojson", "map .csv", "map .kml", "map .kmz", "map .gpkg", "map .fgb", "map .parquet", "map .shp.zip",
    "map .png", "map .jpg", "map .webp", "map .svg", "map .pdf", "check .xlsx", "check .json in chunks, with rejects", "report .docx", "report .pdf",
    "weapons import", "sites import", "weapons validate", "weapons list", "sites show",
]  # fmt: skip
AROUND = {
    "PYTHONHASHSEED": ("1", "4294967295"),
    "TZ": ("UTC", "Pacific/Kiritimati"),
    "LC_ALL": ("C.UTF-8", "tr_TR.UTF-8"),
    "LANG": ("C.UTF-8", "ar_IQ.UTF-8"),
    "SOURCE_DATE_EPOCH": (None, "86400"),
    "COLUMNS": (None, "40"),
    "OMP_NUM_THREADS": ("1", "2"),
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """The digests of the outputs of two concurrent runs in different environments."""
    running = []
    for number in (0, 1):
        around = {name: values[number] for name, values in AROUND.items()}
        environment = {**os.environ, **around, "PYTHONPATH": str(ROOT)}
        folder = tmp_path_factory.mktemp("x" * (5 + 60 * number))
        running.append(
            subprocess.Popen(
                [sys.executable, "-m", "tests.release.digests", str(folder / "y"), *NAMES],
                cwd=folder,
                stdout=subprocess.PIPE,
                text=True,
                umask=(0o022, 0o077)[number],
                env={name: value for name, value in environment.items() if value is not None},
            )
        )
    return [json.loads(each.communicate()[0]) for each in running]


def test_runs_in_different_environments_give_the_same_bytes(found):
    assert found[0] == found[1]
    assert len(found[0]) > 2 * len(NAMES)
