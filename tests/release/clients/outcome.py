"""A client's findings in a file, and the findings expected of it."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent


class Check(NamedTuple):
    """One fact about one file; ``problem`` is empty if it holds."""

    format: str
    fact: str
    file: str
    problem: str = ""


class Expected(NamedTuple):
    """A fact known not to hold; once it holds in every file, delete this entry."""

    client: str
    format: str
    fact: str
    reason: str


class Client(NamedTuple):
    """A program, the formats it opens, and the function that runs it."""

    name: str
    formats: tuple[str, ...]
    examine: Callable[[Path], Iterator[Check]]
    version: Callable[[], str]


class AbsentError(Exception):
    """A client is not installed; the message says how to install it."""


def program(name: str, package: str) -> str:
    """Return the path of a program, or name the Debian package that contains it."""
    path = shutil.which(name)
    if path is None:
        raise AbsentError(f"apt-get install {package}")
    return path


def node_module(*parts: str) -> Path:
    """Return a file that npm installed in this folder."""
    path = HERE.joinpath("node_modules", *parts)
    if not path.exists() or shutil.which("node") is None:
        raise AbsentError("apt-get install nodejs npm, then make clients")
    return path


def of(*command: str) -> Callable[[], str]:
    """Return a function that asks a program for its version; it is the first number with a point."""

    def version() -> str:
        if shutil.which(command[0]) is None:
            return ""  # the client says what to install
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        number = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
        return number[0] if number else ""

    return version


def of_module(name: str) -> Callable[[], str]:
    """Return a function that reads the version of an npm package."""
    return lambda: str(json.loads(node_module(name, "package.json").read_text("utf-8"))["version"])


def found(folder: Path, *suffixes: str) -> list[Path]:
    """Return the outputs of all scenarios that have one of these suffixes."""
    return sorted(path for path in folder.glob("*/*") if path.name.endswith(suffixes))


def name_of(path: Path) -> str:
    """Name a file in a message: the scenario's folder and the file."""
    return f"{path.parent.name}/{path.name}"


def first(problems: list[str]) -> str:
    """Return the first problem and the number of others."""
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{problems[0]}{more}" if problems else ""
