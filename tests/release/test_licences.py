"""Licences of everything distributed: packages, data, and the content of a written map."""

import re
import tomllib
from email.message import Message
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.release.licences import is_permitted, licence_of, licences, refused

ROOT = Path(__file__).resolve().parents[2]


def test_every_package_has_a_permitted_licence():
    found = licences()
    core = [one.name for one in found if one.group == "core"]
    assert {"numpy", "pyproj", "XStatic-Leaflet", "certifi"} <= set(
        core
    )  # the last one through pyogrio
    assert not {"matplotlib", "pyarrow", "pytest"} & set(core)
    assert len({one.name for one in found}) == len(found)
    assert refused(found) == []


def package(name="p", **metadata):
    message = Message()
    message["Name"] = name
    for key, value in metadata.items():
        message[key.replace("_", "-")] = value
    return SimpleNamespace(metadata=message)


@pytest.mark.parametrize(
    ("found", "licence", "permitted"),
    [
        (package(License_Expression="MIT"), "MIT", True),
        (package(License_Expression="Apache-2.0 OR GPL-3.0-only"), "Apache-2.0 OR GPL-3.0-only", True),
        (package(License_Expression="MIT AND GPL-3.0-only"), "MIT AND GPL-3.0-only", False),
        (package(License="MIT License"), "MIT", True),
        (package(License="A whole text", Classifier="License :: OSI Approved :: BSD License"), "BSD", True),
        (package(License="GPLv3"), "", False),
        (package(Classifier="License :: OSI Approved :: GNU Affero General Public License v3"),
         "GNU Affero General Public License v3", False),
        (package(), "", False),
        (package(name="XStatic_Leaflet", License="(same as Leaflet)"), "BSD-2-Clause", True),
    ],
)  # fmt: skip
def test_unknown_or_forbidden_licences_are_refused(found, licence, permitted):
    assert licence_of(found) == licence
    assert is_permitted(licence) == permitted


def test_each_packaged_data_file_has_a_listed_origin_and_licence():
    table = (ROOT / "data" / "README.md").read_text("utf-8")
    rows = {}
    for line in re.findall(r"^\| (`.+) \|$", table, re.MULTILINE):
        names, what, origin, licence = line.split(" | ")
        rows |= dict.fromkeys(re.findall("`(.+?)`", names), (what, origin, licence))
    of_its_own = {"README.md", "CHANGELOG.md"}  # rangemap's own text, under its licence
    there = {path.name for path in (ROOT / "data").iterdir() if path.is_file()}
    assert there - of_its_own == set(rows)
    for name, (what, origin, licence) in rows.items():
        assert what, name
        assert re.search(r"by hand|made (from|by)", origin), name
        assert re.search(r"CC BY 4\.0|public domain|^as `", licence), name
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    shipped = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert set(shipped) == {f"data/{name}" for name in there}


def test_a_written_map_contains_leaflets_licence_and_attributes_its_data(run, tmp_path):
    outcome = run("map", "-f", "Cologne", "--range", "300 km", "-o", tmp_path / "x.html")
    assert outcome.status == 0
    page = (tmp_path / "x.html").read_text("utf-8")
    assert "Copyright (c) 2010-2022, Volodymyr Agafonkin" in page
    assert "Redistribution and use in source and binary forms" in page
    assert "Natural Earth" in page
    assert "GeoNames" in page
