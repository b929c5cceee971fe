"""Untrusted zip archives: read members by name, within limits of size and ratio."""

from __future__ import annotations

import io
import zipfile
import zlib

from rangemap.errors import DocumentError
from rangemap.io.files import error_text
from rangemap.limits import (
    HIGHEST_RATIO,
    LARGEST_IMPORT,
    LARGEST_UNPACKED,
    LEAST_UNPACKED,
    MOST_MEMBERS,
)


def open_archive(content: bytes, *, name: str) -> zipfile.ZipFile:
    """Open an archive after checking the unpacked sizes listed in its directory.

    Raises
    ------
    DocumentError
        If it is not an archive, or would unpack to too much.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeError) as error:
        raise DocumentError(
            f"{name}: is not a zip archive, or is damaged; save it again"
        ) from error
    total = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS:
        raise DocumentError(
            f"{name}: contains {len(members):,} files; expected at most {MOST_MEMBERS:,}, so remove"
            " some"
        )
    if total > LARGEST_UNPACKED:
        raise DocumentError(
            f"{name}: unpacks to {total // 2**20:,} MiB; expected at most"
            f" {LARGEST_UNPACKED // 2**20}, so split it"
        )
    if total > LEAST_UNPACKED and total > HIGHEST_RATIO * len(content):
        raise DocumentError(
            f"{name}: unpacks to {total // len(content):,} times its size; expected at most"
            f" {HIGHEST_RATIO}, so unpack it yourself if you trust it"
        )
    return archive


def read_member(archive: zipfile.ZipFile, member: str, *, name: str) -> bytes:
    """Return one member's content; reading is bounded, since the listed size may be false.

    Raises
    ------
    DocumentError
        If it cannot be unpacked, or is too large.
    """
    try:
        with archive.open(member) as file:
            content = file.read(LARGEST_IMPORT + 1)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError,
        KeyError, ValueError,
    ) as error:  # fmt: skip
        raise DocumentError(f"{name}: {member} cannot be unpacked: {error_text(error)}") from error
    if len(content) > LARGEST_IMPORT:
        raise DocumentError(
            f"{name}: {member} is larger than {LARGEST_IMPORT // 2**20} MiB; split it"
        )
    return content
