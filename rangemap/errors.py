"""The exceptions of rangemap, all derived from `RangemapError`."""

from collections.abc import Callable, Iterable
from typing import TypeVar


class RangemapError(Exception):
    """Base of all deliberate errors; the message is one line that includes how to fix it."""


class RangemapWarning(UserWarning):
    """Part of the request was left out of the result, such as a weapon without figures."""


class UsageError(RangemapError, ValueError):
    """The arguments of a command or call are incomplete or contradictory."""


class QuantityError(RangemapError, ValueError):
    """A range, number or position is invalid."""


class DocumentError(RangemapError, ValueError):
    """A file is not well-formed, or violates the rules of its format."""


class CatalogueError(DocumentError):
    """A weapon or claim violates the rules of the catalogue, or is not in it."""


class PlaceError(DocumentError):
    """A place violates the rules of the registry, or is not in it."""


class ScenarioError(DocumentError):
    """A scenario is invalid."""


class RingError(RangemapError, ValueError):
    """No ring exists for this origin and radius."""


class OutputError(RangemapError, OSError):
    """An output cannot be written."""


_Asked = TypeVar("_Asked")
_Found = TypeVar("_Found")


class Refusals:
    """Collects the errors of several lookups, so that they are reported together."""

    def __init__(self) -> None:
        self._errors: list[RangemapError] = []

    def each(self, look_up: Callable[[_Asked], _Found], names: Iterable[_Asked]) -> list[_Found]:
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
        lines = "\n".join(dict.fromkeys(map(str, self._errors)))
        shared = next(
            kind
            for kind in type(self._errors[0]).__mro__
            if all(isinstance(error, kind) for error in self._errors)
        )
        raise shared(lines) from self._errors[0]
