"""Convert the rows of a table to weapons with claims."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final

from rangemap.catalogue import Claim, Weapon
from rangemap.catalogue.file import ClaimEntry, WeaponEntry, format_catalogue
from rangemap.errors import DocumentError, QuantityError
from rangemap.importing.decisions import MOST_SAMPLES, ImportLog, RejectedRow, count
from rangemap.importing.fields import (
    Result,
    check_fields,
    find_date_order,
    log_columns,
    note_repeats,
    parse_date,
    require_columns,
    validated,
)
from rangemap.importing.formats import read_table
from rangemap.importing.ids import Ids, slug
from rangemap.importing.phrases import without_footnotes
from rangemap.importing.ranges import RangeReader
from rangemap.importing.tables import Columns, Field, header_unit, match_columns
from rangemap.names import match_key
from rangemap.sites.position_columns import header_key
from rangemap.sites.raw import Row, shortened

FIELDS: Final = (
    Field("name", ("name", "weapon", "system", "missile", "weapon_name", "system_name",
                   "missile_name", "designation", "model")),
    Field("variant", ("variant", "version")),
    Field("id", ("id", "weapon_id")),
    Field("aliases", ("aliases", "alias", "aka", "also_known_as", "other_names")),
    Field("country", ("country", "country_of_origin", "origin", "nation")),
    Field("operators", ("operators", "operator", "used_by", "users")),
    Field("category", ("category", "class", "type", "kind")),
    Field("range", ("range", "max_range", "maximum_range", "range_max", "reach", "high")),
    Field("low", ("low", "range_low", "low_range", "lower")),
    Field("minimum", ("min_range", "minimum_range", "minimum")),
    Field("unit", ("unit", "units", "range_unit", "range_units")),
    Field("target", ("range_target",)),
    Field("attributed_to", ("attributed_to", "attribution", "according_to")),
    Field("note", ("note", "notes", "remark", "remarks", "comment", "comments")),
    Field("wording", ("wording", "quote", "quotation")),
    Field("publisher", ("publisher", "source", "published_by", "outlet")),
    Field("title", ("title", "headline", "source_title", "article")),
    Field("url", ("url", "link", "source_url", "web_address")),
    Field("corrected_title", ("corrected_title",)),
    Field("archived", ("archived", "archive_url", "archived_url", "archive")),
    Field("date", ("date", "published", "publication_date", "source_date", "year")),
)  # fmt: skip
_MARKED_FIELDS: Final = frozenset(
    {"name", "variant", "country", "category", "publisher", "attributed_to"}
)
"""The fields from which footnote marks are left out."""
_SEVERAL_NAMES: Final = re.compile(
    r"\s*[;|]\s*|\s+/\s+|\s*[\r\n]\s*(?=[^(\s])"
    # Designations in a list, as in Scud-B, Scud-C; Kh-55/Kh-555; Shahed-131 and Shahed-136
    r"|(?<=[0-9A-Z])(?<=[-0-9][0-9A-Z])(?:\s*(?:,|/|&|\band\b)\s*)(?=[^\s,/&]*[-0-9])"
    r"|(?<=[0-9])\s*(?:,|/|&|\band\b)\s*(?=[^\s,/&]*[0-9])"
)
_AMBIGUOUS_HEADERS: Final = {"range_min", "min", "rmin"}


def import_weapons(log: ImportLog) -> Result:
    """Convert a table of weapons to the text of a catalogue.

    Parameters
    ----------
    log : ImportLog
        The file and the decisions given for it; every decision is recorded in it.

    Returns
    -------
    Result
        The YAML of the rows that could be read, and the others with the reasons.

    Raises
    ------
    DocumentError
        If the file cannot be read, or something is ambiguous: the message names the
        option that decides it.
    UsageError
        If an option names an unknown field.
    """
    check_fields(FIELDS, log)
    table = read_table(log, FIELDS, "name", places=False)
    columns = match_columns(table, FIELDS, log)
    table = columns.table
    _refuse_ambiguous_header(columns, log)
    require_columns(columns, ("name", "country", "category", "range", "publisher"), log)
    log_columns(columns, FIELDS, log)
    _refuse_addresses(columns, log)
    reader = _ClaimReader(columns, log)
    claim_rows: list[_ClaimRow] = []
    rejects: list[RejectedRow] = []
    for row in table.rows:
        try:
            claim_rows.append(reader.read(row))
        except (QuantityError, DocumentError) as error:
            rejects.append(RejectedRow(row.number, row.cells, str(error)))
    reader.resolve_miles()
    reader.note_readings()
    reader.note_marks()
    if claim_rows:
        read = (
            f"{shortened(reader.raw(each.row, 'range'))} is {each.claim.figure}"
            for each in claim_rows
        )
        log.note("check", "; ".join(islice(dict.fromkeys(read), MOST_SAMPLES)), "the first few")
    weapons, conflicting, repeats = _group_by_weapon(claim_rows)
    note_repeats(repeats, table, log)
    n_claims = sum(len(weapon.claims) for weapon in weapons)
    return Result(
        content=format_catalogue(weapons),
        summary=f"{count(n_claims, 'claim')} of {count(len(weapons), 'weapon')}",
        table=table,
        rejects=tuple(sorted([*rejects, *conflicting], key=lambda reject: reject.row)),
        n_repeats=len(repeats),
    )


@dataclass(frozen=True, slots=True)
class _ClaimRow:
    """The content of a row: the fields of the weapon, and one claim."""

    row: Row
    weapon: dict[str, Any]
    claim: Claim

    def reject(self, reason: str) -> RejectedRow:
        """Return the row as a rejected one."""
        return RejectedRow(self.row.number, self.row.cells, reason)


class _ClaimReader(RangeReader):
    """Converts rows to claims."""

    __slots__ = ("_date_order", "_marked")

    def __init__(self, columns: Columns, log: ImportLog) -> None:
        super().__init__(columns, log)
        self._marked: dict[str, str] = {}
        self._date_order = find_date_order(columns, log)

    def read(self, row: Row) -> _ClaimRow:
        """Read one row.

        Raises
        ------
        QuantityError, DocumentError
            If a field cannot be read.
        """
        self.check(row)
        return _ClaimRow(row, self._weapon(row), self._claim(row))

    def text(self, row: Row, name: str) -> str | None:
        """Return a cell as one line of text, in some fields without footnote marks."""
        text = super().text(row, name)
        if text is None or name not in _MARKED_FIELDS:
            return text
        plain = without_footnotes(text)
        if plain != text:
            self._marked.setdefault(text, plain)
        return plain or None

    def note_marks(self) -> None:
        """Record the footnote marks that were left out."""
        if self._marked:
            changed = [
                f"{shortened(text)} is {shortened(read)}" for text, read in self._marked.items()
            ]
            more = ", ..." if len(changed) > MOST_SAMPLES else ""
            self.log.note(
                "footnotes", f"left out of {count(len(changed), 'name')}",
                f"{', '.join(changed[:MOST_SAMPLES])}{more}",
            )  # fmt: skip

    def _one_name(self, row: Row) -> str:
        """Return the name of the weapon, or refuse a cell with several."""
        cell = self.raw(row, "name")
        parts = _SEVERAL_NAMES.split(cell.strip()) if isinstance(cell, str) else []
        if len(parts) > 1 and {*parts}.isdisjoint(self.texts(row, "aliases")):
            raise QuantityError(
                f"name is {shortened(cell.strip())}, which could be several systems or several names of"
                " one; write one row for each system, or move the other names to aliases"
            )
        return self.required_text(row, "name")

    def _weapon(self, row: Row) -> dict[str, Any]:
        weapon = {
            "id": self.text(row, "id"),
            "name": self._one_name(row),
            "aliases": self.texts(row, "aliases"),
            "country": self.text(row, "country"),
            "operators": self.texts(row, "operators"),
            "category": self.text(row, "category"),
        }
        # These may be given in another row of the same weapon.
        elsewhere = {key: "x" for key in ("id", "country", "category") if weapon[key] is None}
        validated(WeaponEntry, {**weapon, **elsewhere, "claims": ()})
        return weapon

    def _claim(self, row: Row) -> Claim:
        range_, mile = self.range_of(row)
        publisher = self.required_text(row, "publisher")
        date = parse_date(self.raw(row, "date"), self._date_order)
        source = {
            "publisher": publisher,
            "title": self.text(row, "title"),
            "corrected_title": self.text(row, "corrected_title"),
            "url": self.text(row, "url"),
            "archived": self.text(row, "archived"),
            "date": date,
        }
        record = {
            "id": slug(f"{publisher} {(date or '')[:4]}", kind="claim"),
            "range": range_,
            "variant": self.text(row, "variant"),
            "target": self.text(row, "target"),
            "attributed_to": self.text(row, "attributed_to"),
            "wording": self.text(row, "wording"),
            "note": "; ".join(filter(None, (self.text(row, "note"), mile))) or None,
            "source": {key: value for key, value in source.items() if value is not None},
        }
        return Claim(**dict(validated(ClaimEntry, record)))


def _refuse_ambiguous_header(columns: Columns, log: ImportLog) -> None:
    """Refuse a column that could be the lower of two figures or a minimum range."""
    if columns.has("low") or columns.has("minimum"):
        return
    if {"low", "minimum"} <= log.options.columns.keys():
        return
    for header in columns.table.columns:
        if {header_key(header), header_key(header_unit(header)[0])} & _AMBIGUOUS_HEADERS:
            raise log.refusal(
                f"column {header!r} could be the lower of two figures, or the minimum range; use"
                f" --column low={header!r} or --column minimum={header!r}, or omit both with"
                " --column low= --column minimum="
            )


def _refuse_addresses(columns: Columns, log: ImportLog) -> None:
    cells = columns.cells("publisher")
    addresses = [cell for _, cell in cells if re.match(r"https?://", str(cell).strip())]
    if addresses:
        raise log.refusal(
            f"column {columns.header('publisher')!r} contains addresses such as"
            f" {shortened(addresses[0])}; use --column url={columns.header('publisher')!r} --column publisher= and --publisher NAME"
        )


# -- rows of one weapon -------------------------------------------------------------------------


def _group_by_weapon(
    claim_rows: Sequence[_ClaimRow],
) -> tuple[list[Weapon], list[RejectedRow], list[tuple[int, int]]]:
    """Merge the rows of each weapon; one that contradicts an earlier row is rejected.

    Also return the rows that repeat an earlier one, with its number.
    """
    found: dict[str, _Group] = {}
    rejects: list[RejectedRow] = []
    repeats: list[tuple[int, int]] = []
    for claim_row in claim_rows:
        weapon = found.setdefault(match_key(claim_row.weapon["name"]), _Group())
        problem = weapon.contradiction(claim_row)
        if problem is None and (earlier := weapon.add(claim_row)) is not None:
            repeats.append((claim_row.row.number, earlier))
        rejects += [] if problem is None else [claim_row.reject(problem)]
    groups = [group.rows for group in found.values()]
    weapons: list[Weapon] = []
    ids = Ids()
    for claim_row in claim_rows:
        ids.reserve(claim_row.weapon["id"] or "")
    used_ids: set[str] = set()
    for group in groups:
        merged = _merge_rows([claim_row.weapon for claim_row in group])
        missing = [key for key in ("country", "category") if merged[key] is None]
        id_ = merged["id"] or ids.unique(slug(merged["name"], kind="weapon"))
        if missing:
            fill = f"fill it in, or set it with --fill {missing[0]}=VALUE"
            rejects += [
                claim_row.reject(f"{' and '.join(missing)} is empty; {fill}") for claim_row in group
            ]
        elif id_ in used_ids:
            problem = f"id {id_!r} belongs to another weapon; make the ids unique"
            rejects += [claim_row.reject(problem) for claim_row in group]
        else:
            ids.reserve(id_)
            used_ids.add(id_)
            numbered = _with_unique_ids([claim_row.claim for claim_row in group])
            merged |= {"id": id_, "country": _countries(merged["country"]), "claims": numbered}
            weapons.append(Weapon(**merged))
    return weapons, rejects, repeats


@dataclass(slots=True)
class _Group:
    """The rows of one weapon, with the first row that gives each field."""

    rows: list[_ClaimRow] = field(default_factory=list)
    first: dict[str, _ClaimRow] = field(default_factory=dict)
    claims: dict[Claim, _ClaimRow] = field(default_factory=dict)

    def contradiction(self, claim_row: _ClaimRow) -> str | None:
        """Return why a row does not fit the others, if so."""
        for key, value in _given(claim_row).items():
            earlier = self.first.get(key)
            if earlier is not None and value != earlier.weapon[key]:
                return (
                    f"{key} is {value!r}, but {earlier.weapon[key]!r} in row {earlier.row.number}"
                    " for the same weapon; make them the same"
                )
        earlier_row = self.claims.get(claim_row.claim)
        if earlier_row is not None and _lists(earlier_row) != _lists(claim_row):
            return (
                f"has the claim of row {earlier_row.row.number} with other names or operators; list"
                " all of them in one row"
            )
        return None

    def add(self, claim_row: _ClaimRow) -> int | None:
        """Add a row, or return the number of an earlier one with the same claim."""
        if claim_row.claim in self.claims:
            return self.claims[claim_row.claim].row.number
        for key in _given(claim_row):
            self.first.setdefault(key, claim_row)
        self.claims[claim_row.claim] = claim_row
        self.rows.append(claim_row)
        return None


def _lists(claim_row: _ClaimRow) -> tuple[Any, ...]:
    return tuple(claim_row.weapon[key] for key in ("name", "aliases", "operators"))


def _given(claim_row: _ClaimRow) -> dict[str, Any]:
    """Return the fields of the weapon that must agree in all rows and that this row has."""
    keys = ("id", "country", "category")
    return {key: claim_row.weapon[key] for key in keys if claim_row.weapon[key] is not None}


def _merge_rows(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Merge the fields of one weapon's rows; other spellings of its name become aliases."""
    first = records[0]["name"]
    aliases = [spelling for record in records for spelling in (record["name"], *record["aliases"])]
    return {
        "id": next((record["id"] for record in records if record["id"]), None),
        "name": first,
        "aliases": tuple(dict.fromkeys(spelling for spelling in aliases if spelling != first)),
        "country": next((record["country"] for record in records if record["country"]), None),
        "operators": tuple(dict.fromkeys(operator for r in records for operator in r["operators"])),
        "category": next((record["category"] for record in records if record["category"]), None),
    }


def _countries(text: str) -> tuple[str, ...]:
    """Return the partners of a joint development, which tables write as ``A / B``."""
    return tuple(dict.fromkeys(name for name in text.split(" / ") if name.strip()))


def _with_unique_ids(claims: list[Claim]) -> tuple[Claim, ...]:
    ids = Ids()
    return tuple(replace(claim, id=ids.reserve(ids.unique(claim.id))) for claim in claims)
