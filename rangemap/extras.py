"""Libraries that only some outputs need: a missing one is reported in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Final

from rangemap.errors import OutputError

_MODULES: Final = {
    "excel": {"xlsxwriter"},
    "lang": {"babel"},
    "parquet": {"pyarrow"},
    "pictures": {"matplotlib", "PIL"},
    "report": {"docx", "matplotlib", "PIL", "typst"},
}


def require(module: str, name: str, output: str) -> None:
    """Raise an `OutputError`, as `extra` does, if a library of an extra cannot be imported."""
    with requires_extra(name, output):
        import_module(module)


@contextmanager
def requires_extra(name: str, output: str) -> Iterator[None]:
    """Import libraries of a package extra within this context.

    Parameters
    ----------
    name : {"excel", "lang", "parquet", "pictures", "report"}
        The extra.
    output : str
        What needs the library, for the error message.

    Raises
    ------
    OutputError
        If one of its libraries is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        module = (error.name or "").partition(".")[0]
        if module not in _MODULES[name]:
            raise
        raise OutputError(
            f'{output} needs {module}, which is not installed; run: pip install "rangemap[{name}]"'
        ) from error
