"""Where the data that come with rangemap lie."""

from __future__ import annotations

from pathlib import Path

from rangemap.errors import DocumentError


def data_file(name: str) -> Path:
    """Return the path of a file of ``data/``.

    In a checkout ``data/`` lies beside the package, in an installed wheel inside
    it; the checkout is looked at first, since what is edited there must count.

    Raises
    ------
    DocumentError
        If the file is in neither place.
    """
    package = Path(__file__).parent
    # A checkout is told by its project file: site-packages may hold anybody's `data/`.
    beside = [package.parent / "data"] if (package.parent / "pyproject.toml").is_file() else []
    for folder in (*beside, package / "data"):
        if (folder / name).is_file():
            return folder / name
    raise DocumentError(f"{package / 'data' / name}: is missing; install rangemap again")
