"""Reading and writing whole files, the same way everywhere.

A reader gets the whole text or one line that says why not; a writer replaces the
whole file or leaves the old one as it was.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import stat
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from rangemap.errors import DocumentError, OutputError
from rangemap.limits import LARGEST_FILE, LARGEST_HAND_WRITTEN, LONGEST_SHOWN


def is_regular(path: Path) -> bool:
    """Whether a name is that of a regular file; one that cannot be a name at all is not."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def read_bytes(path: Path, *, largest: int = LARGEST_FILE) -> bytes:
    """Return the content of a regular file, or say why it cannot be had.

    A name that ends in ``.gz`` is unpacked. Pipes and devices are refused before
    they are opened, since opening one can wait for ever.

    Raises
    ------
    DocumentError
        If the file is missing, unreadable, not a regular file, too large, or no
        gzip file under a gzip name.
    """
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise DocumentError(f"{path}: not a regular file; give the name of a file")
        if path.suffix != ".gz" and about.st_size > largest:
            raise _too_large(path, largest)
        with path.open("rb") as raw:
            if path.suffix == ".gz":
                with gzip.GzipFile(fileobj=raw) as unpacked:
                    content = unpacked.read(largest + 1)
            else:
                content = raw.read(largest + 1)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise DocumentError(f"{_named(path)}: cannot be read: {reason(error)}") from error
    if len(content) > largest:
        raise _too_large(path, largest)
    return content


def _named(path: Path) -> str:
    """Return a file's name at a length that can be shown; no longer one can be opened."""
    name = str(path)
    return name if len(name) <= _LONGEST_NAME else f"{name[:LONGEST_SHOWN]}..."


_LONGEST_NAME = 4_096


def _too_large(path: Path, largest: int) -> DocumentError:
    mib = largest / 2**20
    return DocumentError(
        f"{path}: larger than {mib:.3g} MiB; split it, or let `rangemap check` read a table piece by"
        " piece with --summary or -o FILE"
        if largest == LARGEST_FILE
        else f"{path}: larger than {mib:.3g} MiB; split it or make it smaller"
    )


def read_text(path: Path, *, largest: int = LARGEST_FILE) -> str:
    """Return the text of a UTF-8 file (a byte order mark is dropped, UTF-16 with its mark read).

    Raises
    ------
    DocumentError
        As `read_bytes`, and if the bytes are no such text.
    """
    return decode(read_bytes(path, largest=largest), name=str(path))


def decode(content: bytes, *, name: str) -> str:
    """Return bytes as text; ``name`` is the file named in an error."""
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError(
            f"{name}:{line}: byte 0x{content[error.start]:02x} is not UTF-8; save the file as UTF-8"
        ) from error


def fingerprint(content: bytes) -> str:
    """Return the first twelve hex digits of the SHA-256 of a file's content."""
    return hashlib.sha256(content).hexdigest()[:12]


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file by ``content``, wholly or not at all; see `replacing`.

    Raises
    ------
    OutputError
        If the file cannot be written; the old one is then untouched.
    """
    with replacing(path) as file:
        file.write(content)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file whose content takes the place of ``path`` when the context ends well.

    The bytes go into a temporary file beside it, reach the disk, and take the
    name by one rename. A link is followed, so that the file it names is replaced.

    Raises
    ------
    OutputError
        If the file cannot be written; the old one is then untouched.
    """
    temporary: Path | None = None
    try:
        target = Path(os.path.realpath(path))
        if target.exists() and not target.is_file():
            raise OutputError(f"{path}: not a regular file; give the name of a file to write")
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode(target))
        temporary.replace(target)
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(f"{path}: cannot be written: {reason(error)}") from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _mode(target: Path) -> int:
    """Permissions for a file that replaces ``target``: its own, or the usual for a new one."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def read_document(path: Path) -> tuple[bytes, str]:
    """Return the content of a file that people write by hand, and its name for errors.

    The name is as brief as the file can be found again by from the current folder.
    """
    try:
        name = str(path.relative_to(Path.cwd()))
    except ValueError:
        name = str(path)
    return read_bytes(path, largest=LARGEST_HAND_WRITTEN), name


def reason(error: BaseException) -> str:
    """Return an error's own words, without number and file name."""
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).splitlines()[0]
