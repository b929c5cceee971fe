"""Zip archives of strangers: members by name, within limits of size and of ratio."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final

from rangemap.errors import DocumentError
from rangemap.files import reason
from rangemap.importing.tables import LARGEST

_MOST_MEMBERS: Final = 1000
_HIGHEST_RATIO: Final = 200
_SMALL: Final = 2**20


def open_archive(content: bytes, *, name: str) -> zipfile.ZipFile:
    """Open an archive after a look at what its directory says it would unpack to.

    Raises
    ------
    DocumentError
        If it is no archive, or holds too much for what it is.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeError) as error:
        raise DocumentError(f"{name}: is no zip archive: {reason(error)}") from error
    total = sum(member.file_size for member in members)
    if len(members) > _MOST_MEMBERS or total > 4 * LARGEST:
        raise DocumentError(f"{name}: unpacks to {total // 2**20} MiB; split it")
    if total > _SMALL and total > _HIGHEST_RATIO * len(content):
        raise DocumentError(
            f"{name}: unpacks to {total // len(content)} times its size; pack it anew if you trust it"
        )
    return archive


def read_member(archive: zipfile.ZipFile, member: str, *, name: str) -> bytes:
    """Return one member's content; its directory may lie about the size, so reading is bounded.

    Raises
    ------
    DocumentError
        If it cannot be unpacked, or is larger than it may be.
    """
    try:
        with archive.open(member) as file:
            content = file.read(LARGEST + 1)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError,
        KeyError, ValueError,
    ) as error:  # fmt: skip
        raise DocumentError(f"{name}: {member} cannot be unpacked: {reason(error)}") from error
    if len(content) > LARGEST:
        raise DocumentError(f"{name}: {member} is larger than {LARGEST // 2**20} MiB; split it")
    return content
