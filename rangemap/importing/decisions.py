"""The decisions of an import, given or detected, and how they are saved for the next one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field, ValidationError

from rangemap.errors import DocumentError, UsageError
from rangemap.importing.choices import (
    AxisOrder,
    DateOrder,
    DecimalSeparator,
    DefaultBound,
    Mile,
    Unit,
)
from rangemap.io.documents import Document, parse_yaml
from rangemap.io.files import decode, read_document
from rangemap.io.models import Flag, Record, Text, problems, validate
from rangemap.limits import LARGEST_IMPORT
from rangemap.sites.raw import shortened

MOST_SAMPLES: Final = 3
FEWEST_VOTES: Final = 3
CLEAR_SHARE: Final = 0.9
"""Share of the evidence that decides for a file; the rows that disagree are rejected."""


class Decisions(Record):
    """How a file is interpreted; options that are not given are detected, or refused as ambiguous.

    ``columns`` maps each field to a column of the file, or to None if the file does not
    have it. ``fill`` contains the values of fields for rows without one.
    """

    encoding: Text | None = None
    delimiter: Annotated[str | None, Field(min_length=1, max_length=1)] = None
    sheet: Text | None = None
    layer: Text | None = None
    header_row: Annotated[
        int | None, Field(ge=0, description="The row with the column names; 0 if there is none.")
    ] = None
    columns: Annotated[dict[str, Text | None], Field(default_factory=dict)]
    fill: Annotated[dict[str, Text], Field(default_factory=dict)]
    decimal: DecimalSeparator | None = None
    unit: Unit | None = None
    mile: Mile | None = None
    bound: DefaultBound | None = None
    order: AxisOrder | None = None
    wrap: Flag = False
    dates: DateOrder | None = None

    def updated(self, other: Decisions) -> Decisions:
        """Return these decisions, overridden by those of another."""
        ours, theirs = dict(self), dict(other)
        mappings = {key: {**ours[key], **theirs[key]} for key in ("columns", "fill")}
        return Decisions(**(ours | non_empty(theirs) | mappings))


def read_decisions(path: Path) -> Decisions:
    """Read saved decisions.

    Raises
    ------
    DocumentError
        If the file cannot be read, or with one line for each invalid key.
    """
    content, name = read_document(path)
    return validate(Decisions, parse_yaml(decode(content, name=name), name=name))


def make_decisions(**options: Any) -> Decisions:
    """Return decisions given by options.

    Raises
    ------
    DocumentError
        With one line for each invalid option.
    """
    try:
        return Decisions(**{key: value for key, value in options.items() if value is not None})
    except ValidationError as error:
        document = Document("options", options)
        raise DocumentError(*problems(error, document, Decisions)) from error


def format_decisions(decisions: Decisions) -> str:
    """Return decisions as the YAML that `read_decisions` takes."""
    import yaml

    filled = non_empty(decisions.model_dump(mode="json"))
    return str(yaml.safe_dump(filled, allow_unicode=True, sort_keys=False, width=100))


def non_empty(decisions: dict[str, Any]) -> dict[str, Any]:
    """Return the decisions that are set; a header row of 0 counts as set."""
    return {k: v for k, v in decisions.items() if v is not None and v is not False and v != {}}


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision as shown to the user: its subject, the choice, and the reason."""

    subject: str
    choice: str
    reason: str

    def __str__(self) -> str:
        """Return the decision as one line."""
        return f"{self.subject:<12} {self.choice} ({self.reason})"


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """One rejected row, unchanged, with the rule it breaks and how to fix it."""

    row: int
    cells: tuple[Any, ...]
    reason: str


@dataclass(slots=True)
class ImportLog:
    """The decisions given for a file, and those made and noted while reading it.

    ``explicit`` are the names of the options that were typed, which must have an effect.
    """

    path: Path
    options: Decisions
    explicit: frozenset[str] = frozenset()
    notes: list[Decision] = field(default_factory=list)
    replay: dict[str, Any] = field(default_factory=dict)
    shown: str = ""
    """Its name, if ``path`` is an unpacked copy."""

    def note(self, subject: str, choice: str, reason: str, **replay: Any) -> None:
        """Record a decision; ``replay`` contains what is needed to repeat it."""
        self.notes.append(Decision(subject, choice, reason))
        self.replay.update(replay)

    @property
    def name(self) -> str:
        """What errors call the file."""
        return self.shown or str(self.path)

    @property
    def largest(self) -> int:
        """Most bytes of the file."""
        return LARGEST_IMPORT

    def mention(self, what: str) -> None:
        """Ignore what a decision already states."""

    @property
    def decisions(self) -> Decisions:
        """Decisions with which the next file of this kind is interpreted in the same way."""
        detected = make_decisions(**self.replay)
        return self.options.updated(detected).model_copy(update={"columns": detected.columns})

    def refusal(self, message: str) -> DocumentError:
        """Return the error that refuses the file."""
        return DocumentError(f"{self.name}: {message}")

    def refuse_unused(self, options: Iterable[str], what: str) -> None:
        """Refuse a typed option that has no effect on what is read.

        Raises
        ------
        UsageError
            With the option.
        """
        for option in options:
            if option in self.explicit:
                raise UsageError(
                    f"--{option.replace('_', '-')} has no effect on {what}; omit the option"
                )

    def undecided(self, problem: str, advice: str, option: str) -> DocumentError:
        """Return the error that refuses the file because an option has to decide."""
        del option  # part of the advice
        return self.refusal(f"{problem}; {advice}")


def is_decided(votes: int, against: int, undecided: int = 0) -> bool:
    """Whether the evidence of some rows decides how all rows are read, which one stray row never does.

    Parameters
    ----------
    votes, against : int
        Rows that can be read in one way only, and rows that can only be read in another one.
    undecided : int
        Rows that can be read in both ways.

    Examples
    --------
    >>> is_decided(1, 0, 1), is_decided(1, 0, 2), is_decided(3, 0, 100), is_decided(9, 1), is_decided(2, 1)
    (True, False, True, True, False)
    """
    enough = votes >= FEWEST_VOTES or 2 * votes >= votes + undecided
    return enough and votes >= CLEAR_SHARE * (votes + against)


def sample_values(values: Iterable[Any]) -> str:
    """Return the first few distinct values, quoted."""
    distinct: dict[str, None] = {}
    texts: set[str] = set()
    for value in values:
        if type(value) is str:  # most columns have many rows with few values
            if value in texts:
                continue
            texts.add(value)
        distinct.setdefault(shortened(value))
        if len(distinct) > MOST_SAMPLES:
            break
    first = list(distinct)
    return ", ".join(first[:MOST_SAMPLES]) + (", ..." if len(first) > MOST_SAMPLES else "")


def count(number: int, noun: str) -> str:
    """Return a number with a noun, in the plural unless the number is 1."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
