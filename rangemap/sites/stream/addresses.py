"""Local and remote files, opened for readers that need to seek."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from rangemap.errors import DocumentError, QuantityError
from rangemap.io.files import error_text, is_regular

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


def local_path(name: str) -> Path:
    """Return the path of a local regular file; refuse anything else."""
    path = Path(name)
    if not is_regular(path):
        problem = "not a regular file" if os.path.lexists(path) else "no such file"
        raise DocumentError(f"{name}: {problem}; give the name of a file")
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
    import pyarrow as pa

    try:
        yield
    except (DocumentError, QuantityError):
        raise
    except MemoryError as error:
        raise DocumentError(
            f"{name}: not enough memory to read it; free some, or use --workers 1"
        ) from error
    except (OSError, EOFError, ValueError, pa.ArrowException, *more) as error:
        raise DocumentError(f"{name}: cannot be read: {error_text(error)}") from error
