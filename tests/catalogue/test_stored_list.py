"""The stored list of the built-in weapons is the one that would be made."""

import subprocess
import sys

import pytest

from rangemap import catalogue
from rangemap.catalogue import read_catalogue
from rangemap.catalogue.listing import listed
from rangemap.catalogue.stored_list import compile_list, stored_list
from rangemap.io.packaged import data_file


def test_the_stored_list_is_up_to_date():
    assert stored_list() == [listed(weapon) for weapon in read_catalogue().weapons], "run make data"


def test_the_list_of_another_file_is_not_used(monkeypatch, tmp_path):
    found = stored_list()
    source = data_file("weapons.yaml").read_bytes()
    monkeypatch.setattr("rangemap.catalogue.stored_list.data_file", lambda name: tmp_path / name)
    (tmp_path / "weapons.list.json").write_text(compile_list(found, source), "utf-8")
    (tmp_path / "weapons.yaml").write_bytes(source)
    assert stored_list() == found
    (tmp_path / "weapons.yaml").write_bytes(source + b"\n")
    assert stored_list() is None


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--format", "csv"],
        ["--format", "json", "--sort", "high_km"],
        ["--search", "houthi"],
        ["--search", "fateh", "--sort", "name"],
    ],
)
def test_the_stored_list_is_printed_as_the_one_that_is_made(run, words):
    stored = run("weapons", "list", *words)
    assert stored.status == 0
    assert stored == run("weapons", "list", "--catalogue", "built-in", *words)


def test_listing_the_built_in_weapons_makes_no_records():
    code = (
        "import sys; sys.argv = ['rangemap', 'weapons', 'list'];"
        "from rangemap.cli.app import main\n"
        "try: main()\n"
        "except SystemExit: sys.exit('rangemap.catalogue.records' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_public_name_of_the_catalogue_has_its_module():
    assert set(catalogue._MODULE_OF) == set(catalogue.__all__)
    assert all(getattr(catalogue, name).__name__ for name in set(catalogue.__all__) - {"BUILT_IN"})
    assert catalogue.BUILT_IN == "built-in"
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        catalogue.nothing  # noqa: B018  reading it is the test
