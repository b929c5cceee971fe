"""Write a folder as a whole: the new one is complete, or the old one is unchanged."""

from __future__ import annotations

import ctypes
import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rangemap.io.files import output_errors, scratch

_CURRENT_FOLDER: Final = -100  # AT_FDCWD of fcntl.h: names are relative to it
_EXCHANGE: Final = 2  # RENAME_EXCHANGE of linux/fs.h


def write_folder(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files into a folder of their own, which replaces an earlier one with that name.

    The folder is written next to its place, synced to disk and renamed. On Linux it is
    exchanged with the old one in one step; on other systems the old one is missing for a
    moment, and a program that is killed then leaves none.

    Parameters
    ----------
    folder : Path
        Its name; a link is followed. The caller makes sure that an existing folder may be
        replaced.
    contents : mapping of str to bytes
        The content of each file by its name.

    Raises
    ------
    OutputError
        If it cannot be written; the old folder is then unchanged.
    """
    target = Path(os.path.realpath(folder))
    with scratch(target.parent) as temporary, output_errors(folder):
        new = temporary / "new"
        new.mkdir()
        for name, content in contents.items():
            with (new / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        if target.exists():
            new.chmod(stat.S_IMODE(target.stat().st_mode))
            _replace(target, new, temporary / "old")
        else:
            new.replace(target)


def _replace(target: Path, new: Path, old: Path) -> None:
    """Replace a folder by a new one; the old one remains under the name ``old`` or ``new``."""
    if _exchanged(target, new):
        return
    target.replace(old)
    try:
        new.replace(target)
    except BaseException:
        old.replace(target)
        raise


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; return False if the system cannot."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)  # glibc 2.28, musl 1.2.4
    paths = os.fsencode(one), os.fsencode(other)
    return rename is not None and not rename(
        _CURRENT_FOLDER, paths[0], _CURRENT_FOLDER, paths[1], _EXCHANGE
    )
