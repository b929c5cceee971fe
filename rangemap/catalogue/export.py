"""The catalogue as the tables of a dataset: every field of a record, and what follows from it.

The columns that restore a catalogue are named as the fields of `Weapon`, `Claim` and `Source`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from operator import attrgetter
from typing import Any, Final, TypeVar

from rangemap.catalogue.bands import System
from rangemap.catalogue.catalogue import Catalogue
from rangemap.catalogue.independence import RULE, independent_sources
from rangemap.catalogue.listing import system_of, why_no_figures
from rangemap.catalogue.publishers import PartyKind, Publisher, Publishers
from rangemap.catalogue.records import Claim, Weapon
from rangemap.wording.quantities import km


class ColumnType(StrEnum):
    """Types of the values in a column; a partial date is a year, a month or a day."""

    TEXT = "text"
    LIST = "list"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "partial date"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table, with its definition.

    Parameters
    ----------
    name : str
        Its name.
    type : ColumnType
        Type of its values.
    definition : str
        What a value means, with its unit.
    required : bool, default False
        Whether every row has a value.
    refers_to : str, optional
        The table whose key its values are.
    """

    name: str
    type: ColumnType
    definition: str
    required: bool = False
    refers_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of a dataset; its first column identifies the rows.

    Parameters
    ----------
    name : str
        Its name, which is also the name of its files.
    description : str
        What a row is.
    columns : tuple of Column
        The columns.
    rows : tuple of tuple
        One value for each column: text, a tuple of texts, a number, a Boolean or None.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]


_Record = TypeVar("_Record")
Cell = tuple[Column, Callable[[_Record], Any]]
"""A column, and the function that returns its value in the row of a record."""


def cell(
    name: str,
    type_: ColumnType,
    definition: str,
    value: Callable[[_Record], Any] | None = None,
    *,
    required: bool = False,
    refers_to: str | None = None,
) -> Cell[_Record]:
    """Return a column with the function that returns its value in a record's row.

    By default that is the attribute with the column's name.
    """
    column = Column(
        name=name, type=type_, definition=definition, required=required, refers_to=refers_to
    )
    return column, attrgetter(name) if value is None else value


def make_table(
    name: str, description: str, cells: Sequence[Cell[_Record]], records: Iterable[_Record]
) -> Table:
    """Return the table of some records, one row for each."""
    rows = tuple(tuple(value(record) for _, value in cells) for record in records)
    return Table(
        name=name, description=description, columns=tuple(column for column, _ in cells), rows=rows
    )


def joined(values: Iterable[str]) -> str:
    r"""Return a list as the text of one cell, which `split` reads.

    Examples
    --------
    >>> joined(["Geran-2", "A; B"])
    'Geran-2; A\\; B'
    """
    return LIST_DELIMITER.join(re.sub(r"([\\;])", r"\\\1", value) for value in values)


def split(text: str) -> list[str]:
    r"""Return the list that `joined` made a text of.

    Examples
    --------
    >>> split("Geran-2; A\\; B"), split("")
    (['Geran-2', 'A; B'], [])
    """
    first, *others = re.findall(r"(?:\\.|[^\\;])+", text) or [""]
    parts = [first, *(part.removeprefix(" ") for part in others)] if first else []
    return [re.sub(r"\\(.)", r"\1", part) for part in parts]


LIST_DELIMITER: Final = "; "


@dataclass(frozen=True, slots=True)
class _Attributed:
    """A claim with its weapon, where it comes from, and the kind of party it credits."""

    weapon: Weapon
    claim: Claim
    source: str
    party_kind: PartyKind | None


@dataclass(frozen=True, slots=True)
class _Entry:
    """A weapon with its claims and the system that would be drawn for it."""

    weapon: Weapon
    claims: tuple[_Attributed, ...]
    system: System | None

    @property
    def sources(self) -> set[str]:
        """Where the drawn claims come from."""
        return {each.source for each in self.claims if each.claim.drawn}


def _of_weapon(name: str) -> Callable[[_Entry], Any]:
    return attrgetter(f"weapon.{name}")


def _of_band(name: str) -> Callable[[_Entry], float | None]:
    def value(entry: _Entry) -> float | None:
        metres = None if entry.system is None else getattr(entry.system.band, name)
        return None if metres is None else km(metres)

    return value


def _newest(entry: _Entry) -> str | None:
    return max((claim.source.date or "" for claim in entry.weapon.claims), default="") or None


_TEXT, _LIST, _NUMBER = ColumnType.TEXT, ColumnType.LIST, ColumnType.NUMBER
_INTEGER, _BOOLEAN = ColumnType.INTEGER, ColumnType.BOOLEAN
_DATE, _ADDRESS = ColumnType.DATE, ColumnType.ADDRESS

_WEAPONS: Final[tuple[Cell[_Entry], ...]] = (
    cell("id", _TEXT, "Identifier, unique in the catalogue.", _of_weapon("id"), required=True),
    cell("name", _TEXT, "The displayed name.", _of_weapon("name"), required=True),
    cell("aliases", _LIST, "Other names.", _of_weapon("aliases")),
    cell(
        "country", _LIST, "Where it was developed; several for a joint development.",
        _of_weapon("country"), required=True,
    ),
    cell("operators", _LIST, "Countries or groups that operate it.", _of_weapon("operators")),
    cell(
        "category", _TEXT, "Its category, such as short-range ballistic missile.",
        _of_weapon("category"), required=True,
    ),
    cell(
        "category_note", _TEXT, "Why the category is correct although the figures seem to contradict it.",
        _of_weapon("category_note"),
    ),
    cell(
        "default_variant", _TEXT, "The variant that is meant by the name alone, if every claim is about a variant.",
        _of_weapon("default_variant"),
    ),
    cell("note", _TEXT, "What readers of the entry need to know.", _of_weapon("note")),
    cell(
        "variants", _LIST, "The variants that its claims name; their figures are in the claims only.",
        _of_weapon("variants"),
    ),
    cell(
        "low_km", _NUMBER, "Lower limit of the band, kilometres: the smallest lower figure of the drawn claims without"
        " a variant (or of the default variant).", _of_band("low_m"),
    ),
    cell(
        "headline_km", _NUMBER, "Upper median of the upper figures of these claims, kilometres.", _of_band("headline_m"),
    ),
    cell(
        "headline_published", _TEXT, "The headline as published, such as `about 1,056 mi`.",
        lambda entry: None if entry.system is None else entry.system.band.headline_published,
    ),
    cell("high_km", _NUMBER, "Upper limit of the band, kilometres: the largest upper figure of these claims.", _of_band("high_m")),
    cell(
        "min_km", _NUMBER, "Smallest published minimum range, kilometres; empty if none is published, which does not mean"
        " zero.", _of_band("min_m"),
    ),
    cell(
        "no_figures", _TEXT, "Why the band is empty.",
        lambda entry: why_no_figures(entry.weapon) if entry.system is None else None,
    ),
    cell("claims", _INTEGER, "Number of claims, drawn or not.", lambda entry: len(entry.weapon.claims), required=True),
    cell(
        "publishers", _INTEGER, "Number of different publishers of these claims.",
        lambda entry: len({claim.source.publisher for claim in entry.weapon.claims}), required=True,
    ),
    cell(
        "independent_sources", _INTEGER, f"Number of independent sources of the claims that can be drawn. {RULE}",
        lambda entry: len(entry.sources), required=True,
    ),
    cell("newest", _DATE, "Date of the newest claim.", _newest),
    cell(
        "edition", _TEXT, "The catalogue file that the entry was read from: its name, its edition, and the first twelve"
        " digits of its SHA-256.", _of_weapon("edition"),
    ),
)  # fmt: skip


def _of_claim(name: str) -> Callable[[_Attributed], Any]:
    return attrgetter(f"claim.{name}")


def _of_range(name: str) -> Callable[[_Attributed], float | None]:
    def value(row: _Attributed) -> float | None:
        metres = None if row.claim.range is None else getattr(row.claim.range, name)
        return None if metres is None else km(metres)

    return value


def _text_of(name: str) -> Callable[[_Attributed], str | None]:
    get = _of_claim(name)
    return lambda row: None if get(row) is None else str(get(row))


_CLAIMS: Final[tuple[Cell[_Attributed], ...]] = (
    cell(
        "claim", _TEXT, "Identifier: that of the weapon, a slash, and one that is unique within the weapon.",
        lambda row: f"{row.weapon.id}/{row.claim.id}", required=True,
    ),
    cell("weapon_id", _TEXT, "Identifier of the weapon.", lambda row: row.weapon.id, required=True, refers_to="weapons"),
    cell("weapon", _TEXT, "Name of the weapon.", lambda row: row.weapon.name, required=True),
    cell(
        "variant", _TEXT, "Variant of the weapon that the claim is about, if the source names one.", _of_claim("variant"),
    ),
    cell("target", _TEXT, "What the range is meant against, if the source states it.", _text_of("target")),
    cell(
        "kind", _TEXT, "What the figure is about: range, observed flight, warhead or class. Only ranges are drawn.",
        _text_of("kind"), required=True,
    ),
    cell(
        "range", _TEXT, "The figure, normalised from its qualifier, numbers and published unit; it is not a quotation.",
        _text_of("range"),
    ),
    cell("low_km", _NUMBER, "Lower figure, kilometres.", _of_range("low_m")),
    cell("high_km", _NUMBER, "Upper figure, kilometres; equal to the lower one unless two are published.", _of_range("high_m")),
    cell("min_km", _NUMBER, "Published minimum range, kilometres; empty if none is published.", _of_range("min_m")),
    cell(
        "drawn", _BOOLEAN, "Whether the claim counts in a band.",
        lambda row: row.claim in row.weapon.claims_of(row.claim.variant), required=True,
    ),
    cell(
        "doubtful", _BOOLEAN, "Whether the claim is kept but never drawn; the note gives the reason.",
        _of_claim("doubtful"), required=True,
    ),
    cell("retracted", _DATE, "When its publisher withdrew it; it is not drawn after that.", _of_claim("retracted")),
    cell("attributed_to", _TEXT, "Whom the publisher credits for the figure.", _of_claim("attributed_to")),
    cell(
        "attributed_kind", _TEXT, "What kind of party that is, such as government; empty if it is not known.",
        lambda row: None if row.party_kind is None else str(row.party_kind),
    ),
    cell("warhead", _TEXT, "Published text about a warhead.", _of_claim("warhead")),
    cell("wording", _TEXT, "The sentence of the source, in its language.", _of_claim("wording")),
    cell("note", _TEXT, "What readers of the claim need to know.", _of_claim("note")),
    cell(
        "publisher", _TEXT, "Who published it.", _of_claim("source.publisher"), required=True, refers_to="publishers",
    ),
    cell(
        "independent_source", _TEXT, "The party or publisher that the claim comes from; those of a weapon with the same"
        " value count as one independent source.", attrgetter("source"), required=True,
    ),
    cell("title", _TEXT, "Title of the publication; empty if it was not retrieved.", _of_claim("source.title")),
    cell(
        "corrected_title", _TEXT, "The title to show instead, if that one is wrong.", _of_claim("source.corrected_title"),
    ),
    cell("url", _ADDRESS, "Address of the publication.", _of_claim("source.url")),
    cell("date", _DATE, "Year, month or day of publication.", _of_claim("source.date")),
    cell(
        "date_note", _TEXT, "How the date is known, if the publication does not print it.", _of_claim("source.date_note"),
    ),
    cell("archived", _ADDRESS, "Address of a stored copy.", _of_claim("source.archived")),
    cell("checked", _DATE, "When a second reader last confirmed the figure in the source.", _of_claim("checked")),
    cell("first_seen", _DATE, "When the figure was first seen.", _of_claim("first_seen")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Output:
    """What one publisher has in the catalogue."""

    publisher: Publisher
    claims: tuple[_Attributed, ...]

    @property
    def dates(self) -> list[str]:
        """The dates of its claims, as far as they are known."""
        return [each.claim.source.date for each in self.claims if each.claim.source.date]


_PUBLISHERS: Final[tuple[Cell[_Output], ...]] = (
    cell("publisher", _TEXT, "Name, as in the claims.", attrgetter("publisher.name"), required=True),
    cell(
        "kind", _TEXT, "What kind of publisher it is, such as news agency; empty if it is not in the list of publishers.",
        lambda output: None if output.publisher.kind is None else str(output.publisher.kind),
    ),
    cell(
        "unsure", _BOOLEAN, "Whether the kind could not be determined; it is then aggregator.",
        attrgetter("publisher.unsure"), required=True,
    ),
    cell("country", _TEXT, "Where it is based, if known.", attrgetter("publisher.country")),
    cell("domain", _TEXT, "Domain of its website.", attrgetter("publisher.domain")),
    cell(
        "state_media", _BOOLEAN, "Whether a state owns, funds or directs it; empty if that is not settled or it is not in"
        " the list.", attrgetter("publisher.state_media"),
    ),
    cell(
        "public_service", _BOOLEAN, "Whether it is a public broadcaster or agency with a statute of its own.",
        attrgetter("publisher.public_service"), required=True,
    ),
    cell(
        "repeats", _TEXT, "The original publisher, if it printed the text of another one.", attrgetter("publisher.repeats"),
    ),
    cell("claims", _INTEGER, "Number of its claims.", lambda output: len(output.claims), required=True),
    cell(
        "weapons", _INTEGER, "Number of weapons that they are about.",
        lambda output: len({each.weapon.id for each in output.claims}), required=True,
    ),
    cell("oldest", _DATE, "Date of its oldest claim.", lambda output: min(output.dates, default=None)),
    cell("newest", _DATE, "Date of its newest claim.", lambda output: max(output.dates, default=None)),
)  # fmt: skip


def catalogue_tables(catalogue: Catalogue, publishers: Publishers) -> tuple[Table, Table, Table]:
    """Return a catalogue as three tables: weapons, claims and publishers.

    Parameters
    ----------
    catalogue : Catalogue
        The weapons.
    publishers : Publishers
        The kinds of their publishers.

    Returns
    -------
    tuple of Table
        Weapons and claims in the order of the catalogue, publishers by name.

    Examples
    --------
    >>> from rangemap.catalogue import read_catalogue, read_publishers
    >>> weapons, claims, publishers = catalogue_tables(read_catalogue(), read_publishers())
    >>> [column.name for column in weapons.columns[:3]], claims.rows[0][0]
    (['id', 'name', 'aliases'], 'shahed-136/the-national-2024')
    """
    entries = [_entry(weapon, publishers) for weapon in catalogue.weapons]
    claims = [each for entry in entries for each in entry.claims]
    by_publisher: defaultdict[str, list[_Attributed]] = defaultdict(list)
    for each in claims:
        by_publisher[each.claim.source.publisher].append(each)
    outputs = [
        _Output(replace(publishers.find(name), name=name), tuple(own))
        for name, own in sorted(by_publisher.items())
    ]
    return (
        make_table("weapons", "One row for each weapon.", _WEAPONS, entries),
        make_table("claims", "One row for each published figure.", _CLAIMS, claims),
        make_table("publishers", "One row for each publisher of claims.", _PUBLISHERS, outputs),
    )


def _entry(weapon: Weapon, publishers: Publishers) -> _Entry:
    source_of = {
        claim.id: source.name
        for source in independent_sources(weapon.claims, publishers)
        for claim in source.claims
    }
    claims = tuple(
        _Attributed(
            weapon,
            claim,
            source_of[claim.id],
            publishers.party_kind(claim.attributed_to) if claim.attributed_to else None,
        )
        for claim in weapon.claims
    )
    return _Entry(weapon, claims, system_of(weapon))
