"""Local and remote files, opened for readers that need to seek."""

from __future__ import annotations

import math
import os
import stat
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Final

from rangemap.errors import DocumentError, QuantityError
from rangemap.io.files import error_text, scratch
from rangemap.sites.formats import suffix_of

_BLOCK: Final = 2**20
_SCHEMES: Final = ("s3", "gs", "gcs", "https", "http")


def is_address(text: str) -> bool:
    """Whether a text is an address rather than the name of a local file.

    Examples
    --------
    >>> is_address("s3://bucket/sites.parquet"), is_address("sites.csv")
    (True, False)
    """
    return "://" in text


def open_binary(name: str) -> IO[bytes]:
    """Open a file or an address for reading with seeks."""
    return _open_address(name) if is_address(name) else local_path(name).open("rb")


def open_for_arrow(name: str) -> Any:
    """Open a file or an address for pyarrow."""
    import pyarrow as pa

    if is_address(name):
        return pa.PythonFile(_open_address(name), mode="r")
    return pa.OSFile(str(local_path(name)))


def size_of(name: str) -> float:
    """Return the size of a file in bytes; infinite for an address."""
    return math.inf if is_address(name) else local_path(name).stat().st_size


@contextmanager
def fetched(name: str, *, largest: int | None) -> Iterator[Path]:
    """Yield the path of a file, or of a copy of a remote one of limited size."""
    if not is_address(name):
        yield Path(name)
        return
    with scratch() as folder:
        path = folder / f"sites{suffix_of(name)}"
        with open_binary(name) as remote, path.open("wb") as copy:
            while block := remote.read(_BLOCK):
                if largest is not None and copy.tell() + len(block) > largest:
                    raise DocumentError(f"{name}: larger than {largest // 2**20} MiB; split it")
                copy.write(block)
        yield path


def require_pyarrow(name: str) -> None:
    """Refuse to read in chunks without the package for it."""
    if _is_limited():
        # pyarrow's own allocator reserves a GiB of address space, whether needed or not.
        os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    try:
        import_module("pyarrow")
    except ImportError as error:
        extra = "remote" if is_address(name) else "parquet"
        raise DocumentError(
            f'reading files of sites in chunks needs pyarrow; pip install "rangemap[{extra}]"'
        ) from error


def _is_limited() -> bool:
    """Whether the address space of this process is limited, as by `ulimit -v`."""
    try:
        import resource  # not on every platform
    except ImportError:
        return False
    return resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY


def local_path(name: str) -> Path:
    """Return the path of a local regular file; refuse anything else."""
    path = Path(name)
    try:
        regular = stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError) as error:
        raise DocumentError(f"{name}: cannot be read: {error_text(error)}") from error
    if not regular:
        raise DocumentError(f"{name}: not a regular file; give the name of a file")
    return path


def _open_address(name: str) -> IO[bytes]:
    scheme = name.partition("://")[0].lower()
    if scheme not in _SCHEMES or "::" in name:
        raise DocumentError(f"{name}: unknown kind of address; expected s3://, gs:// or https://")
    try:
        import fsspec  # an optional dependency that few runs need

        file: IO[bytes] = fsspec.open(name, "rb").open()
    except ImportError as error:
        package = "gcsfs" if scheme in {"gs", "gcs"} else '"rangemap[remote]"'
        raise DocumentError(f"{name}: needs another package; pip install {package}") from error
    except Exception as error:
        raise DocumentError(f"{name}: cannot be opened: {error_text(error)}") from error
    return file


@contextmanager
def reader_errors(name: str, *more: type[Exception]) -> Iterator[None]:
    """Turn the exceptions of a reader into one line: pyarrow's errors, and ``more``."""
    try:
        yield
    except (DocumentError, QuantityError):
        raise
    except MemoryError as error:
        raise DocumentError(
            f"{name}: not enough memory to read it; free some, or use --workers 1"
        ) from error
    except _error_types(more) as error:
        raise DocumentError(f"{name}: cannot be read: {error_text(error)}") from error


def _error_types(more: Sequence[type[Exception]]) -> tuple[type[Exception], ...]:
    """Return the exceptions of readers; those of pyarrow only once it is in use."""
    pyarrow = sys.modules.get("pyarrow")
    of_arrow = () if pyarrow is None else (pyarrow.ArrowException,)
    return (OSError, EOFError, ValueError, zlib.error, *of_arrow, *more)
