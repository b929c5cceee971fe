"""What an import is told, what it found out for itself, and how both are kept for the next time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError

from rangemap.documents import Document, parse_yaml
from rangemap.errors import DocumentError
from rangemap.files import decode, read_document
from rangemap.importing.words import Bare, DateOrder, DecimalSign, Mile, Order, Unit
from rangemap.schema import Flag, Record, Text, explain, validate

MOST_SAMPLES: Final = 3
_LONGEST_SAMPLE: Final = 40
_MOST_LISTED: Final = 40


class Decisions(Record):
    """How a stranger's file is read; what is left out is told from the file, or asked for.

    ``columns`` names their column for each of our fields, or None for a field that
    the file does not have. ``fill`` has the value of a field for rows without one.
    """

    encoding: Text | None = None
    delimiter: Annotated[str | None, Field(min_length=1, max_length=1)] = None
    sheet: Text | None = None
    header_row: Annotated[
        int | None, Field(ge=0, description="The row with the column names; 0: there is none.")
    ] = None
    columns: Annotated[dict[str, Text | None], Field(default_factory=dict)]
    fill: Annotated[dict[str, Text], Field(default_factory=dict)]
    decimal: DecimalSign | None = None
    unit: Unit | None = None
    mile: Mile | None = None
    bound: Bare | None = None
    order: Order | None = None
    wrap: Flag = False
    dates: DateOrder | None = None

    def updated(self, other: Decisions) -> Decisions:
        """Return these decisions with those of another in their place where it has any."""
        mine, theirs = dict(self), dict(other)
        both = {key: {**mine[key], **theirs[key]} for key in ("columns", "fill")}
        return Decisions(**(mine | _said(theirs) | both))


def read_decisions(path: Path) -> Decisions:
    """Read decisions that were kept.

    Raises
    ------
    DocumentError
        If the file cannot be read, or one line for each bad record.
    """
    content, name = read_document(path)
    return validate(Decisions, parse_yaml(decode(content, name=name), name=name))


def make_decisions(**told: Any) -> Decisions:
    """Return decisions as told by options.

    Raises
    ------
    DocumentError
        With one line for each that breaks a rule.
    """
    try:
        return Decisions(**{key: value for key, value in told.items() if value is not None})
    except ValidationError as error:
        document = Document("options", told)
        raise DocumentError(explain(error, document, Decisions)) from error


def format_decisions(decisions: Decisions) -> str:
    """Return decisions as the YAML that `read_decisions` takes."""
    import yaml

    kept = _said(decisions.model_dump(mode="json"))
    return str(yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=100))


def _said(decisions: dict[str, Any]) -> dict[str, Any]:
    """Return what says something; a header row of 0 does."""
    return {k: v for k, v in decisions.items() if v is not None and v is not False and v != {}}


@dataclass(frozen=True, slots=True)
class Note:
    """One decision as it is shown: what it is about, what was chosen, and how that was told."""

    subject: str
    choice: str
    reason: str

    def __str__(self) -> str:
        """Return the line that is shown."""
        return f"{self.subject:<12} {self.choice} ({self.reason})"


@dataclass(frozen=True, slots=True)
class Reject:
    """One row that was not read, as it stood, with the rule it breaks and the way out."""

    row: int
    cells: tuple[Any, ...]
    reason: str


@dataclass(slots=True)
class Journal:
    """What was told about a file, and what was found out and refused while it was read."""

    path: Path
    told: Decisions
    notes: list[Note] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)

    def note(self, subject: str, choice: str, reason: str, **kept: Any) -> None:
        """Write a decision down; ``kept`` is what will replay it."""
        self.notes.append(Note(subject, choice, reason))
        self.kept.update(kept)

    @property
    def decisions(self) -> Decisions:
        """What reads the next file of this kind in the same way."""
        kept = make_decisions(**self.kept)
        return self.told.updated(kept).model_copy(update={"columns": kept.columns})

    def refusal(self, words: str) -> DocumentError:
        """Return the error that refuses the file."""
        return DocumentError(f"{self.path}: {words}")


def samples(values: Iterable[Any]) -> str:
    """Return the first few distinct values, quoted as they stand."""
    shown: dict[str, None] = {}
    for value in values:
        shown.setdefault(quoted(value))
        if len(shown) > MOST_SAMPLES:
            break
    words = list(shown)
    return ", ".join(words[:MOST_SAMPLES]) + (", ..." if len(words) > MOST_SAMPLES else "")


def quoted(value: Any) -> str:
    """Return a value as it stands in the file, at a length that can be shown."""
    text = "".join(s if s.isprintable() else repr(s)[1:-1] for s in str(value))
    cut = text if len(text) <= _LONGEST_SAMPLE else text[: _LONGEST_SAMPLE - 3] + "..."
    return f"'{cut}'" if isinstance(value, str) else cut


def listed(words: Sequence[str]) -> str:
    """Return names of columns as a list in words, as far as it can be shown."""
    few = [quoted(word) for word in words[:_MOST_LISTED]]
    more = [f"and {len(words) - len(few):,} more"] if len(words) > len(few) else []
    return ", ".join(few + more) or "none"
