"""The exceptions of rangemap, all derived from `RangemapError`, and the findings they carry.

    RangemapError
    ├── UsageError (ValueError)
    ├── QuantityError (ValueError)
    ├── UnknownNameError (LookupError)       name, closest
    ├── AmbiguousNameError (LookupError)     name, choices
    ├── DocumentError (ValueError)           findings
    │   ├── CatalogueError
    │   ├── PlaceError
    │   └── ScenarioError
    ├── RingError (ValueError)
    └── OutputError (OSError)

An error keeps its records; its text is made of them when it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self, TypeVar


class Level(StrEnum):
    """Severity of a finding: a file with an error is refused, a warning needs a second look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One error or warning in a file or table, with its line and record.

    Parameters
    ----------
    file : str, optional
        The file or table.
    line : int, optional
        Line number in the file, from 1.
    record : str, optional
        The record, such as ``weapon 'fateh-110'`` or ``row 3``.
    message : str
        The value, the rule and how to fix it.
    level : Level, default Level.ERROR
        The severity.
    rule : str, optional
        The stable name of the rule, as in `rangemap.io.findings.Rule`.

    Examples
    --------
    >>> print(Finding(file="w.yaml", line=3, record="weapon 'a'", message="has no claims"))
    w.yaml:3: weapon 'a': has no claims
    """

    file: str = ""
    line: int | None = None
    record: str = ""
    message: str
    level: Level = Level.ERROR
    rule: str = ""

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        level = "" if self.level is Level.ERROR else str(self.level)
        return ": ".join(filter(None, (where, level, self.record, self.message)))


class RangemapError(Exception):
    """Base of all deliberate errors; the message includes how to fix it, one line per problem.

    Attributes
    ----------
    errors : tuple of RangemapError
        The single errors, if several are reported together; otherwise empty.
    """

    errors: tuple[RangemapError, ...] = ()


class RangemapWarning(UserWarning):
    """Part of the request was left out of the result, such as a weapon without figures."""


class UsageError(RangemapError, ValueError):
    """The arguments of a command or call are incomplete or contradictory."""


class QuantityError(RangemapError, ValueError):
    """A range, number or position is invalid."""


class UnknownNameError(RangemapError, LookupError):
    """A name of a weapon, category, claim or place is not known.

    Parameters
    ----------
    problem : str
        What is wrong, with the name.
    name : str, optional
        The name as it was typed.
    closest : sequence of str, optional
        The most similar known names, best first.
    advice : str, optional
        Where the known names are listed, or what else to write.
    separator : str, default ", "
        Between the closest names in the message.

    Attributes
    ----------
    name : str
        The name as it was typed.
    closest : tuple of str
        The most similar known names, best first.
    """

    def __init__(
        self,
        problem: str,
        *,
        name: str = "",
        closest: Iterable[str] = (),
        advice: str = "",
        separator: str = ", ",
    ) -> None:
        super().__init__(problem)
        self.name = name
        self.closest = tuple(closest)
        self._advice = advice
        self._separator = separator

    def __str__(self) -> str:
        near = f"closest: {self._separator.join(self.closest)}" if self.closest else ""
        return "; ".join(filter(None, (str(self.args[0]), near, self._advice)))


class AmbiguousNameError(RangemapError, LookupError):
    """A name means several weapons or places.

    Parameters
    ----------
    problem : str
        The name and what it could be.
    name : str, optional
        The name as it was typed.
    choices : sequence of str, optional
        The names to choose from.

    Attributes
    ----------
    name : str
        The name as it was typed.
    choices : tuple of str
        The names to choose from.
    """

    def __init__(self, problem: str, *, name: str = "", choices: Iterable[str] = ()) -> None:
        super().__init__(problem)
        self.name = name
        self.choices = tuple(choices)


class DocumentError(RangemapError, ValueError):
    """A file or table is not well-formed, or violates the rules of its format.

    Parameters
    ----------
    *problems : Finding or str
        The findings; a text becomes a finding without file and line.

    Attributes
    ----------
    findings : tuple of Finding
        All problems that were found, each with its file, line and record as far as known.
    """

    def __init__(self, *problems: Finding | str) -> None:
        super().__init__(*problems)
        self.findings = tuple(
            problem if isinstance(problem, Finding) else Finding(message=problem)
            for problem in problems
        )

    @classmethod
    def at(cls, file: str, message: str, *, line: int | None = None, record: str = "") -> Self:
        """Return an error with one finding.

        Parameters
        ----------
        file : str
            The file or table.
        message : str
            The value, the rule and how to fix it.
        line : int, optional
            Line number in the file, from 1.
        record : str, optional
            The record.

        Returns
        -------
        DocumentError
            Of the class on which it is called.

        Examples
        --------
        >>> DocumentError.at("w.yaml", "is empty; expected a mapping", line=1).findings[0].line
        1
        """
        return cls(Finding(file=file, line=line, record=record, message=message))

    def __str__(self) -> str:
        return "\n".join(map(str, self.findings))


class CatalogueError(DocumentError):
    """A weapon or claim violates the rules of the catalogue, or has nothing to draw.

    Parameters
    ----------
    *problems : Finding or str
        As for `DocumentError`.
    """


class PlaceError(DocumentError):
    """A place, a row of a table or a registry violates the rules.

    Parameters
    ----------
    *problems : Finding or str
        As for `DocumentError`.
    """


class ScenarioError(DocumentError):
    """A scenario is invalid.

    Parameters
    ----------
    *problems : Finding or str
        As for `DocumentError`.
    """


class RingError(RangemapError, ValueError):
    """No ring exists for this origin and radius."""


class OutputError(RangemapError, OSError):
    """An output cannot be written."""


_Name = TypeVar("_Name")
_Record = TypeVar("_Record")


class Refusals:
    """Collects the errors of several lookups, so that they are reported together."""

    def __init__(self) -> None:
        self._errors: list[RangemapError] = []

    def each(self, look_up: Callable[[_Name], _Record], names: Iterable[_Name]) -> list[_Record]:
        """Return the result for each name, without those that are refused."""
        found = []
        for name in names:
            try:
                found.append(look_up(name))
            except RangemapError as error:
                self._errors.append(error)
        return found

    def raise_any(self) -> None:
        """Raise one error with a line for each refusal, if there are any.

        Raises
        ------
        RangemapError
            Of the most specific class shared by all of them.
        """
        if not self._errors:
            return
        errors = tuple({str(error): error for error in self._errors}.values())
        if len(errors) == 1:
            raise errors[0]
        shared = next(
            kind
            for kind in type(errors[0]).__mro__
            if all(isinstance(error, kind) for error in errors)
        )
        raise _together(shared, errors) from errors[0]


def _together(kind: type[RangemapError], errors: tuple[RangemapError, ...]) -> RangemapError:
    """Return one error of a class for several; its text has a line for each."""
    if issubclass(kind, DocumentError):
        found = (
            each for error in errors if isinstance(error, DocumentError) for each in error.findings
        )
        together: RangemapError = kind(*found)
    else:
        together = kind("\n".join(map(str, errors)))
    together.errors = errors
    return together
