"""One tree of exceptions: every refusal of rangemap derives from `RangemapError`."""

from collections.abc import Callable, Iterable
from typing import TypeVar


class RangemapError(Exception):
    """Base of every deliberate error; its text is one line that tells the way out."""


class RangemapWarning(UserWarning):
    """Something that was asked for is left out of the answer, such as a weapon without figures."""


class UsageError(RangemapError, ValueError):
    """The words of a command or a call do not make a complete question."""


class QuantityError(RangemapError, ValueError):
    """A range, a number or a position cannot be read."""


class DocumentError(RangemapError, ValueError):
    """A file is not well-formed, or breaks the rules of its format."""


class CatalogueError(DocumentError):
    """A weapon or a claim breaks the catalogue's rules, or is not in it."""


class PlaceError(DocumentError):
    """A place breaks the registry's rules, or is not in it."""


class ScenarioError(DocumentError):
    """A scenario breaks its rules."""


class RingError(RangemapError, ValueError):
    """No ring exists for this origin and radius."""


class OutputError(RangemapError, OSError):
    """An output cannot be written."""


_Asked = TypeVar("_Asked")
_Found = TypeVar("_Found")


class Refusals:
    """What is refused among several things that are looked up, so that all of it is reported at once."""

    def __init__(self) -> None:
        self._errors: list[RangemapError] = []

    def each(self, look_up: Callable[[_Asked], _Found], names: Iterable[_Asked]) -> list[_Found]:
        """Return what is found for each name, without those that are refused."""
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
            Of the class that all of them share.
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
