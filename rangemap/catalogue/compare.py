"""Differences between two catalogues: entries, claims and bands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from rangemap.catalogue.bands import make_system
from rangemap.catalogue.catalogue import Catalogue
from rangemap.catalogue.records import Claim, Source, Weapon
from rangemap.catalogue.wording import BandText
from rangemap.errors import CatalogueError
from rangemap.io.compiled import set_fields


class ChangeKind(StrEnum):
    """Kinds of changes to an entry, a claim, a field or a band."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference between two catalogues, as text.

    ``weapon`` is the entry's id; ``item`` is what changed: ``entry``, ``claim ID``,
    ``band`` or ``band (VARIANT)``; ``field`` is the key, empty if the whole item was
    added or removed. ``old`` and ``new`` are the displayed values, empty for none.
    """

    kind: ChangeKind
    weapon: str
    item: str
    field: str = ""
    old: str = ""
    new: str = ""


_COMPARED_SEPARATELY: Final = ("claims", "id")


def compare_catalogues(old: Catalogue, new: Catalogue) -> list[Change]:
    """Return the changes from one catalogue to another, in the order of their entries.

    Entries and claims are matched by id. Differences in the order or layout of the file
    are not changes.

    Examples
    --------
    >>> from rangemap.catalogue.read import read_catalogue
    >>> catalogue = read_catalogue()
    >>> compare_catalogues(catalogue, catalogue)
    []
    """
    before = {weapon.id: weapon for weapon in old.weapons}
    after = {weapon.id: weapon for weapon in new.weapons}
    changes: list[Change] = []
    for id_ in dict.fromkeys([*after, *before]):
        if id_ not in before:
            changes += _weapon_change(after[id_], ChangeKind.ADDED)
        elif id_ not in after:
            changes += _weapon_change(before[id_], ChangeKind.REMOVED)
        else:
            changes += _entry_changes(before[id_], after[id_])
    return changes


def _weapon_change(weapon: Weapon, kind: ChangeKind) -> Iterator[Change]:
    count = len(weapon.claims)
    text = f"{weapon.name}, {count} claim{'' if count == 1 else 's'}"
    bands = _bands(weapon)
    if None in bands:
        text = f"{text}, {bands[None]}"
    yield _change(kind, weapon.id, "entry", text)


def _entry_changes(old: Weapon, new: Weapon) -> Iterator[Change]:
    for field, before, after in _differences(_flatten(old), _flatten(new)):
        yield Change(
            kind=ChangeKind.CHANGED, weapon=new.id, item="entry", field=field, old=before, new=after
        )
    claims = {claim.id: claim for claim in old.claims}, {claim.id: claim for claim in new.claims}
    for id_ in dict.fromkeys([*claims[1], *claims[0]]):
        item = f"claim {id_}"
        before_claim, after_claim = claims[0].get(id_), claims[1].get(id_)
        if before_claim is None and after_claim is not None:
            yield _change(ChangeKind.ADDED, new.id, item, _claim_text(after_claim))
        elif after_claim is None and before_claim is not None:
            yield _change(ChangeKind.REMOVED, new.id, item, _claim_text(before_claim))
        elif before_claim is not None and after_claim is not None:
            for field, before, after in _differences(_flatten(before_claim), _flatten(after_claim)):
                yield Change(
                    kind=ChangeKind.CHANGED, weapon=new.id, item=item, field=field,
                    old=before, new=after,
                )  # fmt: skip
    yield from _band_changes(old, new)


def _band_changes(old: Weapon, new: Weapon) -> Iterator[Change]:
    before, after = _bands(old), _bands(new)
    for variant in dict.fromkeys([*after, *before]):
        if before.get(variant) != after.get(variant):
            yield Change(
                kind=ChangeKind.CHANGED,
                weapon=new.id,
                item="band" if variant is None else f"band ({variant})",
                old=before.get(variant, "no range that can be drawn"),
                new=after.get(variant, "no range that can be drawn"),
            )


def _bands(weapon: Weapon) -> dict[str | None, str]:
    """Return the bands of the weapon and its variants, as far as they can be drawn."""
    bands = {}
    for variant in (None, *weapon.variants):
        try:
            band = make_system(weapon, variant).band
        except CatalogueError:
            continue
        bands[variant] = BandText(band, "km").summary
    return bands


def _change(kind: ChangeKind, weapon: str, item: str, text: str) -> Change:
    if kind is ChangeKind.ADDED:
        return Change(kind=kind, weapon=weapon, item=item, new=text)
    return Change(kind=kind, weapon=weapon, item=item, old=text)


def _claim_text(claim: Claim) -> str:
    variant = "" if claim.variant is None else f" ({claim.variant})"
    against = "" if claim.target is None else f", against {claim.target.plural}"
    date = "" if claim.source.date is None else f", {claim.source.date}"
    drawn = "" if claim.drawn else ", not drawn"
    return f"{claim.figure}{variant}{against}, {claim.source.publisher}{date}{drawn}"


def _flatten(record: Weapon | Claim) -> dict[str, str]:
    """Return a record's values as text by field, including those of its source."""
    texts: dict[str, str] = {}
    for field, value in set_fields(record).items():
        if field in _COMPARED_SEPARATELY:
            continue
        if isinstance(value, Source):
            texts |= {f"source.{key}": str(part) for key, part in set_fields(value).items()}
        else:
            texts[field] = _value_text(value)
    return texts


def _value_text(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _differences(old: dict[str, str], new: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    for field in dict.fromkeys([*new, *old]):
        before, after = old.get(field, ""), new.get(field, "")
        if before != after:
            yield field, before, after
