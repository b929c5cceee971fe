"""Read and write whole files.

Reading returns the whole content or raises an error with a one-line reason; writing replaces the
whole file or leaves the old one unchanged.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import stat
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Final, NamedTuple

from rangemap.errors import DocumentError, OutputError, UsageError
from rangemap.limits import LARGEST_FILE, LARGEST_HAND_WRITTEN, LONGEST_ARGUMENT, LONGEST_SHOWN

try:
    import fcntl
except ImportError:  # Windows has no such locks, so leftovers of a killed run stay
    fcntl = None  # type: ignore[assignment]

_LONGEST_ERROR: Final = 500
_UNFINISHED: Final = ".rangemap-"


def is_regular(path: Path) -> bool:
    """Whether a path is a regular file; False for an invalid path too."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def read_bytes(path: Path, *, largest: int = LARGEST_FILE) -> bytes:
    """Return the content of a regular file.

    A file whose name ends in ``.gz`` is unpacked. Pipes and devices are refused before
    they are opened, since opening one can block forever.

    Raises
    ------
    DocumentError
        If the file is missing, unreadable, not a regular file, too large, or named
        ``.gz`` without being a gzip file.
    """
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise DocumentError.at(str(path), "not a regular file; give the name of a file")
        if path.suffix != ".gz" and about.st_size > largest:
            raise _too_large(path, largest)
        with path.open("rb") as raw:
            if path.suffix == ".gz":
                with gzip.GzipFile(fileobj=raw) as unpacked:
                    content = unpacked.read(largest + 1)
            else:
                content = raw.read(largest + 1)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise DocumentError.at(
            _display_name(path), f"cannot be read: {_read_error_text(path, error)}"
        ) from error
    if len(content) > largest:
        raise _too_large(path, largest)
    return content


def _display_name(path: Path) -> str:
    """Return a file's name, cut to a length that can be shown."""
    name = str(path)
    return name if len(name) <= LONGEST_ARGUMENT else f"{name[:LONGEST_SHOWN]}..."


# `Path` collapses the two slashes of an address into one.
_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)


def _read_error_text(path: Path, error: Exception) -> str:
    """Return why a file cannot be read, with advice if it looks like a web address."""
    if isinstance(error, FileNotFoundError) and _ADDRESS.match(str(path)):
        return "only --sites accepts web addresses; give a local file"
    return error_text(error)


def _too_large(path: Path, largest: int) -> DocumentError:
    mib = largest / 2**20
    return DocumentError.at(
        str(path),
        f"larger than {mib:.3g} MiB; split it, or let `rangemap check` read a table in"
        " chunks with --summary or -o FILE"
        if largest == LARGEST_FILE
        else f"larger than {mib:.3g} MiB; split it or make it smaller",
    )


def read_text(path: Path, *, largest: int = LARGEST_FILE) -> str:
    """Return the text of a file in UTF-8, or in UTF-16 with a byte order mark.

    Raises
    ------
    DocumentError
        As `read_bytes`, and if the file has another encoding.
    """
    return decode(read_bytes(path, largest=largest), name=str(path))


def decode(content: bytes, *, name: str) -> str:
    """Return bytes as text; ``name`` is the file name for errors."""
    try:
        return content.decode(encoding_of(content))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError.at(
            name,
            f"byte 0x{content[error.start]:02x} is not UTF-8; save the file as UTF-8",
            line=line,
        ) from error


def encoding_of(content: bytes) -> str:
    """Return the encoding of text by its first bytes: UTF-16 with a byte order mark, or UTF-8."""
    return "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"


def fingerprint(content: bytes) -> str:
    """Return the first twelve hex digits of the SHA-256 of a file's content."""
    return hashlib.sha256(content).hexdigest()[:12]


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Replace several files together, all or none; see `replacing_all`.

    Raises
    ------
    OutputError
        If one of them cannot be written; the old files are then unchanged.
    """
    with replacing_all(list(contents)) as files:
        for file, (path, content) in zip(files, contents.items(), strict=True):
            with output_errors(path):
                file.write(content)


def output_suffix(path: Path) -> str:
    """Return the suffix that determines an output's format, in lower case.

    Examples
    --------
    >>> [output_suffix(Path(name)) for name in ("iraq.v2.PNG", "a.shp.zip", ".html")]
    ['.png', '.shp.zip', '']
    """
    name = path.name.lower()
    return ".shp.zip" if name.endswith(".shp.zip") else Path(name).suffix


def refuse_unsupported(paths: Iterable[Path], suffixes: Iterable[str]) -> None:
    """Refuse an output whose suffix is none of those that can be written.

    Raises
    ------
    UsageError
        With the suffixes, for the first such output.
    """
    supported = list(dict.fromkeys(suffixes))
    for path in paths:
        if output_suffix(path) not in supported:
            raise UsageError(
                f"{path}: cannot write {path.suffix or 'a file without a suffix'};"
                f" expected {', '.join(supported)}"
            )


def refuse_overwriting(read: Iterable[Path], written: Iterable[Path]) -> None:
    """Refuse to overwrite an input file.

    Raises
    ------
    OutputError
        If an output is also an input, possibly under another name.
    """
    sources = {os.path.realpath(path): path for path in read}
    for path in written:
        source = sources.get(os.path.realpath(path))
        if source is not None:
            raise OutputError(
                f"{path}: would overwrite the input file {source}; choose another name"
            )


@contextmanager
def replacing_all(paths: Sequence[Path]) -> Iterator[list[IO[bytes]]]:
    """Open files that replace ``paths`` when the context ends without an error.

    Each is written to a temporary file next to it, synced to disk and renamed. A link is
    followed, so that the file it points to is replaced. All files are on disk before the
    first rename, so that a full disk leaves all old files. Only if the program is killed
    between two renames can some files be new and others old; each is complete even then.

    Raises
    ------
    OutputError
        If one of them cannot be written.
    """
    with ExitStack() as stack:
        written = [stack.enter_context(_open_replacement(path)) for path in paths]
        yield [each.file for each in written]
        for path, each in zip(paths, written, strict=True):
            with output_errors(path):
                each.file.flush()
                os.fsync(each.file.fileno())
                if each.target.exists():
                    each.name.chmod(stat.S_IMODE(each.target.stat().st_mode))
                if fcntl is None:
                    each.file.close()  # Windows cannot rename an open file
        for path, each in zip(paths, written, strict=True):
            with output_errors(path):
                each.name.replace(each.target)


class _Replacement(NamedTuple):
    file: IO[bytes]
    name: Path
    target: Path


@contextmanager
def _open_replacement(path: Path) -> Iterator[_Replacement]:
    """Open a temporary file next to the one it will replace, and remove it afterwards."""
    with ExitStack() as stack:
        with output_errors(path):
            target = Path(os.path.realpath(path))
            if target.exists() and not target.is_file():
                raise OutputError(f"{path}: not a regular file; give the name of a file to write")
            _sweep(target.parent)
            name = stack.enter_context(_unfinished_in(target.parent))
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            # Not readable by others until it has the permissions of the file that it replaces.
            mode = 0o600 if target.exists() else 0o666
            handle = _create_locked(lambda: os.open(name, flags, mode), name)
        file = os.fdopen(handle, "wb")
        try:
            yield _Replacement(file, name, target)
        finally:
            # If writing has failed, flushing the rest of the buffer fails as well.
            with suppress(OSError):
                file.close()


@contextmanager
def scratch(folder: Path | None = None) -> Iterator[Path]:
    """Make a temporary folder that is removed when the context ends.

    Parameters
    ----------
    folder : Path, optional
        The parent folder; by default that of temporary files.

    Raises
    ------
    OutputError
        If it cannot be created.
    """
    with output_errors("temporary files"):
        parent = Path(tempfile.gettempdir()) if folder is None else folder
    with ExitStack() as stack:
        with output_errors(parent):
            _sweep(parent)
            name = stack.enter_context(_unfinished_in(parent))
            if fcntl is None:
                name.mkdir(0o700)
            else:
                stack.callback(os.close, _create_locked(lambda: _make_folder(name), name))
        yield name


def _make_folder(folder: Path) -> int:
    while True:
        folder.mkdir(0o700)
        with suppress(FileNotFoundError):  # another run removed it before it was opened
            return os.open(folder, os.O_RDONLY)


_unfinished: set[Path] = set()


@contextmanager
def _unfinished_in(folder: Path) -> Iterator[Path]:
    """Choose a name for a file or folder that is removed when the context ends.

    The name is registered before the file exists and until it is removed, so that a signal
    can never leave it behind; see `remove_unfinished`.
    """
    name = folder / f"{_UNFINISHED}{os.urandom(8).hex()}.tmp"
    _unfinished.add(name)
    try:
        yield name
    finally:
        _remove(name)
        _unfinished.discard(name)


def remove_unfinished() -> None:
    """Remove the unfinished files of this process after a signal."""
    for name in tuple(_unfinished):
        _remove(name)


def _remove(name: Path) -> None:
    with suppress(OSError):
        if name.is_dir() and not name.is_symlink():
            shutil.rmtree(name, ignore_errors=True)
        else:
            name.unlink(missing_ok=True)


@contextmanager
def output_errors(path: Path | str) -> Iterator[None]:
    """Convert an OSError while writing ``path`` to an OutputError that names the path.

    Raises
    ------
    OutputError
        Instead of an OSError.
    """
    try:
        yield
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(f"{path}: cannot be written: {error_text(error)}") from error


def _sweep(folder: Path) -> None:
    """Remove temporary files that killed runs have left in a folder.

    A run holds a lock on each unfinished file, and the system releases it when the run
    ends, so a file that can be locked is a leftover.
    """
    if fcntl is None:
        return
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in [entry for entry in entries if entry.name.startswith(_UNFINISHED)]:
            with suppress(OSError):
                _remove_if_left(entry)


def _remove_if_left(entry: os.DirEntry[str]) -> None:
    if entry.stat(follow_symlinks=False).st_uid != os.getuid():
        return
    handle = os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _remove(Path(entry.path))
    finally:
        os.close(handle)


def _create_locked(make: Callable[[], int], name: Path) -> int:
    """Make and lock a file or folder; closing the returned handle releases the lock."""
    while True:
        handle = make()
        if fcntl is None:
            return handle
        with suppress(OSError):  # not all file systems have locks
            fcntl.flock(handle, fcntl.LOCK_EX)  # waits for a run that may be removing it
        if os.path.lexists(name):
            return handle
        os.close(handle)  # another run removed it before it was locked


def read_document(path: Path) -> tuple[bytes, str]:
    """Return the content of a hand-written file, and its name for errors.

    The name is relative to the current folder if possible.
    """
    try:
        name = str(path.relative_to(Path.cwd()))
    except ValueError:
        name = str(path)
    return read_bytes(path, largest=LARGEST_HAND_WRITTEN), name


def error_text(error: BaseException) -> str:
    """Return the message of an error, without error number and file name.

    Other libraries quote what they cannot read, which may be very long.
    """
    text = (getattr(error, "strerror", None) or str(error) or type(error).__name__).splitlines()[0]
    return text if len(text) <= _LONGEST_ERROR else f"{text[:_LONGEST_ERROR]}..."
