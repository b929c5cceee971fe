"""The options of a reader of files, and its notes and refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from rangemap.errors import DocumentError


class ReadOptions(Protocol):
    """How a file is to be read; None means that the file decides it."""

    @property
    def encoding(self) -> str | None:
        """Text encoding."""

    @property
    def delimiter(self) -> str | None:
        """Field delimiter."""

    @property
    def sheet(self) -> str | None:
        """Sheet of a workbook."""

    @property
    def layer(self) -> str | None:
        """Layer of a GeoPackage."""


class ReadLog(Protocol):
    """A file with the options for it; it receives the decisions made while reading it."""

    @property
    def path(self) -> Path:
        """The file."""

    @property
    def options(self) -> ReadOptions:
        """The options given for it."""

    @property
    def name(self) -> str:
        """What errors call it."""

    @property
    def largest(self) -> int:
        """Bytes of a file that is not an archive or a document of another limit."""

    def note(self, subject: str, choice: str, reason: str, **replay: Any) -> None:
        """Record a decision; ``replay`` contains what is needed to repeat it."""

    def mention(self, what: str) -> None:
        """Receive what a check reports beside its result, such as what is not read."""

    def refusal(self, message: str) -> DocumentError:
        """Return the error that refuses the file."""

    def undecided(self, problem: str, advice: str, option: str) -> DocumentError:
        """Return the error that refuses the file because an option has to decide.

        ``advice`` names the option in the words of an import; ``option`` is what to type.
        """
