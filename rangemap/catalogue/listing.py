"""The catalogue as tables: one row per weapon, or one per claim."""

from __future__ import annotations

from typing import Any, Final

from rangemap.catalogue.bands import System, make_system, why_not_drawn
from rangemap.catalogue.publishers import Publishers
from rangemap.catalogue.records import Claim, Weapon
from rangemap.catalogue.stored_list import WEAPON_COLUMNS, Listed
from rangemap.catalogue.wording import BandText
from rangemap.errors import CatalogueError
from rangemap.wording.quantities import km

__all__ = [
    "CLAIM_COLUMNS",
    "WEAPON_COLUMNS",
    "claim_row",
    "listed",
    "system_of",
    "weapon_row",
    "why_no_figures",
]

CLAIM_COLUMNS: Final = (
    "claim", "weapon", "variant", "target", "kind", "figure", "low_km", "high_km", "min_km", "drawn",
    "doubtful", "retracted", "attributed_to", "attributed_kind", "publisher", "publisher_kind",
    "state_media", "title", "url", "date", "checked", "note",
)  # fmt: skip


def weapon_row(weapon: Weapon, system: System | None) -> tuple[Any, ...]:
    """Return a weapon under `WEAPON_COLUMNS`, with the band of its `system_of`, kilometres."""
    figures: tuple[float | None, ...] = (None, None, None, None)
    if system is not None:
        band = system.band
        ends_m = (band.low_m, band.headline_m, band.high_m, band.min_m)
        figures = tuple(None if end is None else km(end) for end in ends_m)
    publishers = {claim.source.publisher for claim in weapon.claims}
    newest = max((claim.source.date or "" for claim in weapon.claims), default="")
    return (
        weapon.id,
        weapon.name,
        weapon.category,
        weapon.countries,
        *figures,
        len(weapon.claims),
        len(publishers),
        newest or None,
        None if system is not None else why_no_figures(weapon),
    )


def listed(weapon: Weapon) -> Listed:
    """Return a weapon as it is listed, with the band of its `system_of`, kilometres."""
    system = system_of(weapon)
    figures: tuple[str, ...] = ("",) * 5
    if system is not None:
        text = BandText(system.band, "km")
        numbers = (text.low_number, text.headline_number, text.high_number)
        figures = (*numbers, text.minimum_number, text.phrases)
    names = (weapon.name, *weapon.aliases, *weapon.variants, *weapon.operators)
    return Listed(weapon_row(weapon, system), figures, names)


def claim_row(weapon: Weapon, claim: Claim, publishers: Publishers) -> tuple[Any, ...]:
    """Return a claim under `CLAIM_COLUMNS`; ranges in kilometres, None for what is not known."""
    found, source = claim.range, claim.source
    party, publisher = claim.attributed_to, publishers.find(source.publisher)
    credited = None if party is None else publishers.party_kind(party)
    ends_m = (None,) * 3 if found is None else (found.low_m, found.high_m, found.min_m)
    return (
        f"{weapon.id}/{claim.id}",
        weapon.name,
        claim.variant,
        None if claim.target is None else claim.target.value,
        claim.kind.value,
        claim.figure,
        *(None if end is None else km(end) for end in ends_m),
        claim in weapon.claims_of(claim.variant),
        claim.doubtful,
        claim.retracted,
        party,
        None if credited is None else credited.value,
        source.publisher,
        None if publisher.kind is None else publisher.kind.value,
        publisher.state_media,
        source.shown_title,
        source.url,
        source.date,
        claim.checked,
        claim.note,
    )


def system_of(weapon: Weapon, variant: str | None = None) -> System | None:
    """Return the system that would be drawn, or None."""
    try:
        return make_system(weapon, variant)
    except CatalogueError:
        return None


def why_no_figures(weapon: Weapon) -> str:
    """Return why a weapon has no figures in the list."""
    drawn = [variant for variant in weapon.variants if system_of(weapon, variant) is not None]
    if drawn:
        return f"figures for variants only: {'; '.join(drawn)}"
    kinds = set(map(why_not_drawn, weapon.claims))
    return f"no published range; claims: {', '.join(sorted(kinds))}"
