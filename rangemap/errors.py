"""One tree of exceptions: every refusal of rangemap derives from `RangemapError`."""


class RangemapError(Exception):
    """Base of every deliberate error; its text is one line that tells the way out."""


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
