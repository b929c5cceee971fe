"""The dataset passes the tools of its formats, and loads in DuckDB and QGIS."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from rangemap.catalogue import read_catalogue
from rangemap.places import read_registry

pytestmark = pytest.mark.thorough  # each tool needs seconds to start

HERE = Path(__file__).resolve().parent
TOOLS = HERE.parents[2] / ".venv-dataset" / "bin" / "python"
QGIS = Path("/usr/bin/python3")  # Debian builds its QGIS for this Python
PLACES = read_registry(None).places
ROWS = {
    "weapons": len(read_catalogue().weapons),
    "claims": sum(len(weapon.claims) for weapon in read_catalogue().weapons),
    "publishers": len({c.source.publisher for w in read_catalogue().weapons for c in w.claims}),
    "sites": len(PLACES),
}


def run_tools(folder):
    if not TOOLS.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("the tools are not installed: make dataset")
        pytest.skip("the tools are not installed: make dataset")
    done = subprocess.run(
        [TOOLS, HERE / "tools.py", folder], capture_output=True, text=True, check=False
    )
    found = {each["tool"]: each for each in map(json.loads, done.stdout.splitlines())}
    assert set(found) == {"frictionless", "croissant", "duck", "citation"}, done.stderr
    return found


def test_the_dataset_passes_the_tools_of_its_formats(dataset):
    found = run_tools(dataset)
    assert {name: each["problems"] for name, each in found.items() if each["problems"]} == {}
    for name in ("frictionless", "croissant", "duck"):
        assert found[name]["rows"] == ROWS


def test_a_dataset_of_awkward_text_passes_them_too(awkward_dataset):
    found = run_tools(awkward_dataset)
    advice = found.pop("croissant")["problems"]  # its edition is not named by year and month
    assert [
        each
        for each in advice
        if "datePublished" not in each and "Version doesn't follow" not in each
    ] == []
    assert {name: each["problems"] for name, each in found.items() if each["problems"]} == {}


def test_the_tools_find_a_changed_figure_and_a_removed_publisher(dataset, tmp_path):
    folder = shutil.copytree(dataset, tmp_path / "p")
    text = (folder / "claims.csv").read_text("utf-8")
    assert ",2500.0,2500.0," in text
    (folder / "claims.csv").write_text(text.replace(",2500.0,2500.0,", ",2500.0,far,", 1), "utf-8")
    publishers = (folder / "publishers.csv").read_text("utf-8").splitlines(keepends=True)
    (folder / "publishers.csv").write_text("".join(publishers[:-1]), "utf-8")
    found = run_tools(folder)
    problems = " ".join(found["frictionless"]["problems"])
    assert 'type is "number/default"' in problems
    assert "foreign key" in problems
    assert "hash" in problems
    assert "Hash of downloaded file" in " ".join(found["croissant"]["problems"])


def test_the_places_and_tables_load_in_qgis(dataset):
    names = ["sites.geojson", "sites.csv", "weapons.csv", "claims.csv", "publishers.csv"]
    if subprocess.run([QGIS, "-c", "import qgis.core"], capture_output=True, check=False).returncode:  # fmt: skip
        pytest.skip("QGIS is not installed: apt-get install python3-qgis")
    done = subprocess.run(
        [QGIS, HERE / "qgis_rows.py", *(dataset / name for name in names)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    layers = dict(zip(names, map(json.loads, done.stdout.splitlines()), strict=True))
    assert all(layer["valid"] for layer in layers.values())
    rows = {name.removesuffix(".csv"): layer["rows"] for name, layer in layers.items()}
    assert rows == {**ROWS, "sites.geojson": len(PLACES)}
    assert layers["sites.geojson"]["points"] == len(PLACES)
    lons, lats = zip(*(place.lonlat for place in PLACES), strict=True)
    assert layers["sites.geojson"]["bounds"] == pytest.approx(
        [min(lons), min(lats), max(lons), max(lats)]
    )
    header = (dataset / "weapons.csv").read_text("utf-8").splitlines()[0]
    assert layers["weapons.csv"]["fields"] == header.split(",")
