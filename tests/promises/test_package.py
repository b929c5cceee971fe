"""The package as users install it: wheel, sdist and checkout find their data; fast start-up."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from rangemap import __version__
from rangemap.io.packaged import data_file
from tests.release.installed import build, metadata_of
from tests.release.licences import required

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A wheel built from an sdist, as by an installer."""
    return build(tmp_path_factory.mktemp("dist"))


@pytest.mark.thorough
def test_a_wheel_built_from_the_sdist_finds_its_data_without_the_checkout(built, tmp_path):
    _, wheel = built
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    script = (
        "import rangemap, sys; from rangemap.cli.app import main\n"
        f"assert rangemap.__file__.startswith({str(tmp_path)!r}), rangemap.__file__\n"
        "sys.argv[1:] = ['map', '-f', 'Jurf Al Sakhar', '-w', 'Fateh-110', '-o', 'x.html']\n"
        "main()"
    )
    # The editable install also puts the checkout on the path; the first entry is imported.
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert (tmp_path / "x.html").stat().st_size > 300_000


def test_the_wheel_contains_only_the_package_its_data_and_its_licence(built):
    _, wheel = built
    names = set(zipfile.ZipFile(wheel).namelist())
    tops = {name.split("/")[0] for name in names}
    assert len(tops) == 2
    for name in (
        "data/weapons.yaml",
        "data/sites.geojson",
        "data/geodesics.tsv",
        "data/README.md",
        "py.typed",
    ):
        assert f"rangemap/{name}" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert "rangemap/render/web/start.js" in names
    assert not any(name.endswith(".d.ts") for name in names)  # for `make types`
    assert not any("node_modules" in name or "__pycache__" in name for name in names)


def contents(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_sdist_and_the_checkout_build_the_same_wheel(built, tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (direct,) = tmp_path.glob("*.whl")
    assert contents(direct) == contents(built[1])


def test_the_sdist_has_what_a_packager_needs_and_no_generated_files(built):
    source, _ = built
    for name in (
        "pyproject.toml",
        "Makefile",
        "package.json",
        "tsconfig.json",
        "constraints.txt",
        "constraints-core.txt",
        "tests/conftest.py",
        "data/scripts",
    ):
        assert (source / name).exists(), name
    made = [path for path in source.rglob("*") if path.suffix in {".html", ".pyc", ".whl"}]
    assert made == []


def test_the_metadata_are_accepted_by_an_index(built):
    metadata = metadata_of(built[1])
    assert (metadata.name, str(metadata.version)) == ("rangemap", __version__)
    assert metadata.license_expression == "MIT"
    assert metadata.license_files == ["LICENSE"]
    assert metadata.description_content_type == "text/markdown"
    assert metadata.description.startswith("# rangemap")
    assert str(metadata.requires_python) == ">=3.11"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert set(metadata.provides_extra) == set(extras)
    assert len(metadata.requires_dist) == len(project["dependencies"]) + sum(
        map(len, extras.values())
    )


def test_the_checkout_reads_the_edited_data():
    assert data_file("weapons.yaml") == ROOT / "data" / "weapons.yaml"


class Pin(NamedTuple):
    requirement: Requirement
    hashes: frozenset[str]


def pins(name: str) -> list[Pin]:
    """Return the packages that a list pins; one may have different versions for ranges of Pythons."""
    text = (ROOT / name).read_text("utf-8")
    assert "://" not in text
    found = []
    for entry in re.split(r"\n(?=\w)", re.sub(r"^ *#.*\n", "", text, flags=re.MULTILINE).strip()):
        requirement, *hashes = (line.strip(" \\") for line in entry.splitlines())
        assert hashes, requirement
        assert all(re.fullmatch("--hash=sha256:[0-9a-f]{64}", word) for word in hashes), requirement
        found.append(Pin(Requirement(requirement), frozenset(hashes)))
        assert re.fullmatch("==[^*,]+", str(found[-1].requirement.specifier)), requirement
    return found


def test_every_requirement_is_pinned_with_hashes_and_without_addresses():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    core, groups = project["project"]["dependencies"], project["dependency-groups"].values()
    extras = project["project"]["optional-dependencies"].values()
    pinned = {pin.requirement.name for pin in pins("constraints.txt")}
    for text in chain(core, *extras, *groups):
        assert canonicalize_name(Requirement(text).name) in pinned, text


def test_a_map_installs_the_core_requirements_in_the_tested_versions():
    def versions(name):
        return {(one.requirement.name, one.requirement.specifier, one.hashes) for one in pins(name)}

    assert versions("constraints-core.txt") <= versions("constraints.txt")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    core = [*project["project"]["dependencies"], *project["dependency-groups"]["build"]]
    here = [
        one.requirement.name
        for one in pins("constraints-core.txt")
        if one.requirement.marker is None or one.requirement.marker.evaluate()
    ]
    needed = (canonicalize_name(found.metadata["Name"]) for found in required(core, set()))
    assert sorted(here) == sorted(needed)


HEAVY = {"folium", "branca", "jinja2", "geopandas", "pandas", "pyogrio", "matplotlib"}


@pytest.mark.thorough(
    keep=[
        (["--help"],), (["check", "--from", "Erbil", "--weapon", "Fateh-110"],), (["weapons", "list"],),
        (["map", "maps/iraq-2024.yaml", "-o", "{tmp}/x.html"],),
    ]
)  # fmt: skip
@pytest.mark.parametrize(
    ("words", "absent"),
    [
        (["--help"], {*HEAVY, "numpy", "pyproj", "shapely", "pydantic", "yaml", "rich"}),
        (["--version"], {*HEAVY, "numpy", "pyproj", "shapely", "pydantic", "yaml", "rich"}),
        (
            ["check", "--from", "Erbil", "--weapon", "Fateh-110"],
            {*HEAVY, "shapely", "pydantic", "yaml"},
        ),
        (["check", "maps/iraq-2024.yaml"], {*HEAVY, "shapely"}),
        (["selftest"], {*HEAVY, "shapely", "pydantic", "yaml"}),
        (["version"], {*HEAVY, "numpy", "pyproj", "shapely", "pydantic", "yaml", "rich"}),
        (["weapons", "list"], HEAVY),
        (["sites", "list"], {*HEAVY, "numpy", "pyproj", "shapely", "pydantic", "yaml"}),
        (["sites", "show", "Köln"], {*HEAVY, "numpy", "pyproj", "shapely", "pydantic", "yaml"}),
        (["map", "maps/iraq-2024.yaml", "-o", "{tmp}/x.csv"], HEAVY),
        (["map", "maps/iraq-2024.yaml", "-o", "{tmp}/x.geojson"], HEAVY),
        (["map", "maps/iraq-2024.yaml", "-o", "{tmp}/x.html"], HEAVY),
        (["map", "maps/iraq-2024.yaml", "-o", "{tmp}/x.png"], HEAVY - {"matplotlib"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_command_imports_only_the_modules_it_needs(tmp_path, words, absent):
    script = (
        "import sys\nfrom rangemap.cli.app import main\n"
        "try:\n    main()\nfinally:\n    sys.stderr.write('\\nMODULES ' + ' '.join(sys.modules))"
    )
    words = [word.format(tmp=tmp_path) for word in words]
    done = subprocess.run(
        [sys.executable, "-c", script, *words], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(done.stderr.rpartition("MODULES ")[2].split())
    assert "typer" in loaded
    assert not absent & loaded
