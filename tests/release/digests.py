"""Write rangemap's outputs and print a digest of each file: `python -m tests.release.digests FOLDER`.

The same input gives the same bytes, so the digests of two runs are equal, whatever the hash seed,
time zone, locale, folder and umask (`tests/promises/test_determinism.py`), and whatever the Python version
(`make versions`). The digest of a container is that of its content.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import sys
import zipfile
from contextlib import closing
from pathlib import Path

from rangemap.cli.app import main
from tests.commands import PRINTING, WRITING, write_inputs

_ZIPPED = (".kmz", ".xlsx", ".docx")


def digest(path: Path) -> str:
    """Return a digest of a file's bytes, or of a container's content."""
    content = path.read_bytes()
    if path.suffix in _ZIPPED:
        with zipfile.ZipFile(path) as archive:
            content = b"".join(
                f"{name}\0{len(archive.read(name))}\0".encode() + archive.read(name)
                for name in archive.namelist()
            )
    elif path.suffix == ".gpkg":
        with closing(sqlite3.connect(path)) as database:
            content = "\n".join(database.iterdump()).encode()
    return hashlib.sha256(content).hexdigest()[:16]


def run(words: list[str]) -> int:
    """Run a command in this process and return its exit status."""
    sys.argv = ["rangemap", *words]
    try:
        main()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def digests(folder: Path, names: list[str]) -> dict[str, str]:
    """Run commands in a folder and return the digests of their files and standard output."""
    inputs = folder / "in"
    inputs.mkdir(parents=True)
    write_inputs(inputs)
    found: dict[str, str] = {}
    out, err = sys.stdout, sys.stderr
    for number, name in enumerate(names):
        command = WRITING.get(name) or PRINTING[name]
        (folder / str(number)).mkdir()
        os.chdir(folder / str(number))
        printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        sys.stdout, sys.stderr = printed, io.StringIO()
        try:
            status = run(command.reading_from(inputs))
            printed.flush()
        finally:
            sys.stdout, sys.stderr = out, err
        text = printed.buffer.getvalue()
        found[f"{name}: exit {status}"] = hashlib.sha256(text).hexdigest()[:16]
        files = (path for path in sorted(Path().rglob("*")) if path.is_file())
        found |= {f"{name}: {path}": digest(path) for path in files}
    return found


if __name__ == "__main__":
    folder_, *names_ = sys.argv[1:]
    json.dump(digests(Path(folder_), names_ or [*WRITING, *PRINTING]), sys.stdout, indent=0)
