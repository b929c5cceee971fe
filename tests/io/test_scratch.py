"""Folders for temporary files, which runs at the same time sweep if they look abandoned."""

import os
from pathlib import Path

from rangemap.io import files


def test_a_folder_that_another_run_removes_before_it_is_locked_is_made_again(tmp_path, monkeypatch):
    real, removed = os.open, []

    def swept(path, *args, **options):
        if not removed and str(path).endswith(".tmp"):
            Path(path).rmdir()
            removed.append(path)
        return real(path, *args, **options)

    monkeypatch.setattr(files.os, "open", swept)
    with files.scratch(tmp_path) as folder:
        assert folder.is_dir()
    assert removed
    assert not list(tmp_path.iterdir())
