"""Findings: errors and warnings about a hand-written file, one per line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """Severity of a finding: a file with an error is refused, a warning needs a second look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One error or warning in a file, with its line and record.

    Examples
    --------
    >>> print(Finding(file="w.yaml", line=3, record="weapon 'a'", message="has no claims"))
    w.yaml:3: weapon 'a': has no claims
    """

    file: str
    line: int | None = None
    record: str = ""
    message: str
    level: Level = Level.ERROR

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        level = "" if self.level is Level.ERROR else f"{self.level}: "
        record = f"{self.record}: " if self.record else ""
        return f"{where}: {level}{record}{self.message}"

    @classmethod
    def of_refusal(cls, error: Exception, file: str) -> list[Finding]:
        """Return a finding for each line ``FILE[:LINE]: ...`` of an error about a file."""
        return [cls._of_line(line, file) for line in str(error).split("\n")]

    @classmethod
    def _of_line(cls, text: str, file: str) -> Finding:
        rest = text.removeprefix(file)
        if rest != text and rest.startswith(":"):
            number, _, message = rest[1:].partition(":")
            if number.isdecimal():
                return cls(file=file, line=int(number), message=message.strip())
            return cls(file=file, message=rest[1:].strip())
        return cls(file=file, message=text)


def errors_of(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that are errors."""
    return [finding for finding in findings if finding.level is Level.ERROR]
