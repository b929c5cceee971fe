"""A dataset replaces an earlier one as a whole, and never anything else."""

import errno
import os
import sys
from pathlib import Path

import pytest

from rangemap.errors import OutputError
from rangemap.io import folders
from rangemap.io.folders import write_folder


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_dataset_is_written_and_replaced(run, tmp_path, dataset):
    folder = tmp_path / "p"
    outcome = run("weapons", "export", "--package", folder)
    assert (outcome.status, outcome.out) == (0, "")
    assert outcome.err.startswith(f"wrote {folder} (14 files, ")
    assert content(folder) == content(dataset)
    (tmp_path / "mine.yaml").write_text(
        "weapons: [{id: a, name: A, country: X, category: c, claims: [{id: c, range: 5 km,"
        " source: {publisher: P}}]}]",
        "utf-8",
    )
    folder.chmod(0o750)
    run("weapons", "export", "--package", folder, "--catalogue", tmp_path / "mine.yaml")
    assert (folder / "weapons.csv").read_text("utf-8").count("\n") == 2
    assert folder.stat().st_mode & 0o777 == 0o750
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.yaml", "p"]


def other_name(folder):
    (folder / "datapackage.json").write_text('{"name": "theirs"}', "utf-8")


CASES = {
    "another folder": (
        lambda folder: (folder / "datapackage.json").unlink(),
        "is not a dataset of rangemap (no datapackage.json); choose another folder, or remove this one",
    ),
    "a foreign dataset": (
        other_name,
        "is not a dataset of rangemap (name in datapackage.json); choose another folder, or remove this one",
    ),
    "a list": (
        lambda folder: (folder / "datapackage.json").write_text("[]", "utf-8"),
        "is not a dataset of rangemap (name in datapackage.json); choose another folder, or remove this one",
    ),
    "a broken one": (
        lambda folder: (folder / "datapackage.json").write_text("{", "utf-8"),
        "its datapackage.json cannot be read; choose another folder, or remove this one",
    ),
    "a file of the user": (
        lambda folder: (folder / "notes.txt").touch(),
        "contains 'notes.txt', which is not part of a dataset; move it, or choose another folder",
    ),
    "a folder inside": (
        lambda folder: (folder / "more").mkdir(),
        "contains 'more', which is not part of a dataset; move it, or choose another folder",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_only_a_dataset_is_replaced(run, tmp_path, case):
    folder = tmp_path / "p"
    run("weapons", "export", "--package", folder)
    change, message = CASES[case]
    change(folder)
    before = sorted(path.name for path in folder.iterdir())
    outcome = run("weapons", "export", "--package", folder)
    assert (outcome.status, outcome.err) == (1, f"rangemap: {folder}: {message}\n")
    assert sorted(path.name for path in folder.iterdir()) == before
    assert [path.name for path in tmp_path.iterdir()] == ["p"]


def test_an_empty_folder_a_file_and_a_dead_link_are_refused(run, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("nothing")
    for name, named in (("folder",) * 2, ("file",) * 2, ("link",) * 2, ("missing/p", "missing")):
        outcome = run("weapons", "export", "--package", tmp_path / name)
        assert outcome.status == 1
        assert outcome.err.startswith(f"rangemap: {tmp_path / named}: ")
        assert outcome.err.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder", "link"]


def test_a_registry_inside_the_folder_is_not_overwritten(run, tmp_path):
    folder = tmp_path / "p"
    run("weapons", "export", "--package", folder)
    outcome = run("weapons", "export", "--package", folder, "--registry", folder / "sites.geojson")
    assert outcome.status == 1
    assert "would overwrite the input file" in outcome.err


@pytest.mark.parametrize("exchanges", [True, False])
def test_a_link_is_followed_and_nothing_is_left_beside_the_folder(tmp_path, monkeypatch, exchanges):
    if not exchanges:
        monkeypatch.setattr(folders, "_exchanged", lambda *_: False)
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "old").touch()
    (tmp_path / "link").symlink_to("real")
    write_folder(tmp_path / "link", {"new": b"x"})
    assert content(tmp_path / "real") == {"new": b"x"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "real"]


@pytest.mark.parametrize("fails_at", [1, 2])
def test_without_an_exchange_a_failed_rename_restores_the_old_folder(
    tmp_path, monkeypatch, fails_at
):
    monkeypatch.setattr(folders, "_exchanged", lambda *_: False)
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "old").touch()
    real, calls = Path.replace, []

    def replace(path, target):
        calls.append(path)
        if len(calls) == fails_at:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(path, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(OutputError, match="cannot be written: Input/output error"):
        write_folder(tmp_path / "p", {"new": b"x"})
    assert content(tmp_path / "p") == {"old": b""}
    assert [path.name for path in tmp_path.iterdir()] == ["p"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can")
def test_linux_exchanges_two_folders_in_one_step(tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    assert folders._exchanged(tmp_path / "one", tmp_path / "other")
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["other"]
