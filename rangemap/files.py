"""Reading and writing whole files, the same way everywhere.

A reader gets the whole text or one line that says why not; a writer replaces the
whole file or leaves the old one as it was.
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

from rangemap.errors import DocumentError, OutputError
from rangemap.limits import LARGEST_FILE, LARGEST_HAND_WRITTEN, LONGEST_SHOWN, LONGEST_WORD

try:
    import fcntl
except ImportError:  # Windows has no such locks: what a killed run leaves stays there
    fcntl = None  # type: ignore[assignment]

_UNFINISHED: Final = ".rangemap-"


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
        raise DocumentError(f"{_named(path)}: cannot be read: {_why(path, error)}") from error
    if len(content) > largest:
        raise _too_large(path, largest)
    return content


def _named(path: Path) -> str:
    """Return a file's name at a length that can be shown; no longer one can be opened."""
    name = str(path)
    return name if len(name) <= LONGEST_WORD else f"{name[:LONGEST_SHOWN]}..."


# A path has one of an address's two slashes.
_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)


def _why(path: Path, error: Exception) -> str:
    """Return why a file cannot be read, and the way out where an address was meant."""
    if isinstance(error, FileNotFoundError) and _ADDRESS.match(str(path)):
        return "an address is read by --sites alone; give a file of this machine"
    return reason(error)


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
    try:
        return content.decode(encoding_of(content))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError(
            f"{name}:{line}: byte 0x{content[error.start]:02x} is not UTF-8; save the file as UTF-8"
        ) from error


def encoding_of(content: bytes) -> str:
    """Return what text is encoded in by its first bytes: UTF-16 with its mark, or UTF-8."""
    return "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"


def fingerprint(content: bytes) -> str:
    """Return the first twelve hex digits of the SHA-256 of a file's content."""
    return hashlib.sha256(content).hexdigest()[:12]


def write_all(contents: Mapping[Path, bytes]) -> None:
    """Replace files that belong together, wholly or not at all; see `replacing_all`.

    Raises
    ------
    OutputError
        If one of them cannot be written; the old ones are then untouched.
    """
    with replacing_all(list(contents)) as files:
        for file, (path, content) in zip(files, contents.items(), strict=True):
            with blaming(path):
                file.write(content)


def refuse_overwriting(read: Iterable[Path], written: Iterable[Path]) -> None:
    """Refuse to write over a file that is read.

    Raises
    ------
    OutputError
        If both name one file, whatever the names.
    """
    sources = {os.path.realpath(path): path for path in read}
    for path in written:
        source = sources.get(os.path.realpath(path))
        if source is not None:
            raise OutputError(f"{path}: would replace {source}, which is read; name another file")


@contextmanager
def replacing_all(paths: Sequence[Path]) -> Iterator[list[IO[bytes]]]:
    """Open files that take the places of ``paths`` when the context ends well.

    The bytes of each go into a temporary file beside it, reach the disk, and take the
    name by one rename. A link is followed, so that the file it names is replaced.
    All of them are on the disk before the first takes its name, so that a full disk
    leaves every old one. Only what ends the program between two renames can leave some
    of the files new and others old; each is whole even then.

    Raises
    ------
    OutputError
        If one of them cannot be written.
    """
    with ExitStack() as stack:
        written = [stack.enter_context(_beside(path)) for path in paths]
        yield [each.file for each in written]
        for path, each in zip(paths, written, strict=True):
            with blaming(path):
                each.file.flush()
                os.fsync(each.file.fileno())
                if each.target.exists():
                    each.name.chmod(stat.S_IMODE(each.target.stat().st_mode))
                if fcntl is None:
                    each.file.close()  # Windows gives no name to an open file
        for path, each in zip(paths, written, strict=True):
            with blaming(path):
                each.name.replace(each.target)


class _Beside(NamedTuple):
    file: IO[bytes]
    name: Path
    target: Path


@contextmanager
def _beside(path: Path) -> Iterator[_Beside]:
    """Open a temporary file beside the one that it shall replace; it is gone afterwards."""
    with ExitStack() as stack:
        with blaming(path):
            target = Path(os.path.realpath(path))
            if target.exists() and not target.is_file():
                raise OutputError(f"{path}: not a regular file; give the name of a file to write")
            _sweep(target.parent)
            name = stack.enter_context(_unfinished_in(target.parent))
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            # What replaces a file is nobody else's to read before it has that file's permissions.
            mode = 0o600 if target.exists() else 0o666
            handle = _locked(lambda: os.open(name, flags, mode), name)
        file = os.fdopen(handle, "wb")
        try:
            yield _Beside(file, name, target)
        finally:
            # What is left in the buffer of a file that failed cannot be written either.
            with suppress(OSError):
                file.close()


@contextmanager
def scratch(folder: Path | None = None) -> Iterator[Path]:
    """Make a folder for what is half done; it is gone when the context ends.

    Parameters
    ----------
    folder : Path, optional
        Where it lies; by default where temporary files are.

    Raises
    ------
    OutputError
        If it cannot be made.
    """
    with blaming("temporary files"):
        parent = Path(tempfile.gettempdir()) if folder is None else folder
    with ExitStack() as stack:
        with blaming(parent):
            _sweep(parent)
            name = stack.enter_context(_unfinished_in(parent))
            if fcntl is None:
                name.mkdir(0o700)
            else:
                stack.callback(os.close, _locked(lambda: _made(name), name))
        yield name


def _made(folder: Path) -> int:
    folder.mkdir(0o700)
    return os.open(folder, os.O_RDONLY)


_unfinished: set[Path] = set()


@contextmanager
def _unfinished_in(folder: Path) -> Iterator[Path]:
    """Choose a name for a file or folder, which is gone when the context ends.

    It is known before there is anything under it, and until all of that is gone, so that
    there is no moment at which a signal could leave it behind; see `abandon`.
    """
    name = folder / f"{_UNFINISHED}{os.urandom(8).hex()}.tmp"
    _unfinished.add(name)
    try:
        yield name
    finally:
        _remove(name)
        _unfinished.discard(name)


def abandon() -> None:
    """Remove what this process has not finished, if a signal has kept it from doing so."""
    for name in tuple(_unfinished):
        _remove(name)


def _remove(name: Path) -> None:
    with suppress(OSError):
        if name.is_dir() and not name.is_symlink():
            shutil.rmtree(name, ignore_errors=True)
        else:
            name.unlink(missing_ok=True)


@contextmanager
def blaming(path: Path | str) -> Iterator[None]:
    """Turn what the system says while ``path`` is written into one line about it.

    Raises
    ------
    OutputError
        In place of an OSError.
    """
    try:
        yield
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(f"{path}: cannot be written: {reason(error)}") from error


def _sweep(folder: Path) -> None:
    """Remove what runs that were killed have left in a folder.

    A run holds a lock on whatever it has not finished, and the system ends the lock with
    the run: what can be locked here belongs to nobody.
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


def _locked(make: Callable[[], int], name: Path) -> int:
    """Make and lock a file or folder; the lock ends when what is returned is closed."""
    while True:
        handle = make()
        if fcntl is None:
            return handle
        with suppress(OSError):  # not all file systems have locks
            fcntl.flock(handle, fcntl.LOCK_EX)  # waits for a run that is just sweeping it away
        if os.path.lexists(name):
            return handle
        os.close(handle)  # another run swept it before it was locked


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
