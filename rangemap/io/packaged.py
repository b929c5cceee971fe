"""The location of the data files that come with rangemap."""

from __future__ import annotations

from pathlib import Path

from rangemap.errors import DocumentError


def data_file(name: str) -> Path:
    """Return the path of a file of ``data/``.

    In a checkout ``data/`` is next to the package, in an installed wheel inside it. The
    checkout takes precedence, so that edits there take effect.

    Raises
    ------
    DocumentError
        If the file does not exist.
    """
    package = Path(__file__).parents[1]
    # The project file identifies a checkout: site-packages may contain another package's `data/`.
    checkout = [package.parent / "data"] if (package.parent / "pyproject.toml").is_file() else []
    for folder in (*checkout, package / "data"):
        if (folder / name).is_file():
            return folder / name
    raise DocumentError(f"{package / 'data' / name}: is missing; reinstall rangemap")
