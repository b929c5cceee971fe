"""Texts that all outputs share: subtitles, claims and what a ring is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rangemap.catalogue import Claim, System
from rangemap.text import isolated


def subtitle(systems: Sequence[System]) -> str:
    """Return the default subtitle of some systems, for scenarios without one."""
    count, plural = len(systems), "s" if len(systems) > 1 else ""
    if all(system.weapon is None for system in systems):
        return f"{count} range{plural} as typed"
    return f"Lowest and highest published range{plural} of {count} system{plural}"


def claim_text(claim: Claim) -> str:
    """Return a claim's figure, marked if it is doubtful, retracted or about a variant."""
    figure = claim.figure
    if claim.variant is not None:
        figure = f"{figure} ({isolated(claim.variant)})"
    if claim.target is not None:
        figure = f"{figure}, against {claim.target.plural}"
    if claim.doubtful or claim.retracted:
        figure = f"{figure} ({'doubtful' if claim.doubtful else 'retracted'})"
    return figure


def listed_claims(system: System) -> tuple[list[Claim], list[Claim]]:
    """Split the claims of a system's weapon into those drawn here and the others."""
    counted = {claim.id for claim in system.band.claims}
    claims = () if system.weapon is None else system.weapon.claims
    drawn = [claim for claim in claims if claim.drawn and claim.id in counted]
    return drawn, [claim for claim in claims if claim not in drawn]


PROMISE: Final = (
    "A ring is the greatest published range, as given by its sources. It is not a forecast."
)
PROMISE_TYPED: Final = "A ring is the range as typed. It is not a forecast."
LIMITS: Final = (
    (
        "It is the greatest published range. It is not a forecast, and does not mean that anything is there"
        " or will be used."
    ),
    (
        "It does not account for accuracy, payload, route, terrain or defences, and a published"
        " figure may omit the conditions that it depends on."
    ),
    (
        "Several publishers may repeat one statement: the number of claims shows how often a figure"
        " was published, not how likely it is to be true."
    ),
    (
        "Its centre is a town or a place as a whole, accurate to the stated precision; a ring does not"
        " show where anything is."
    ),
    (
        "Borders are the lines of control drawn by Natural Earth. They are not a statement about"
        " sovereignty."
    ),
)
"""What a range ring does not show."""
BASE_MAP: Final = (
    "Base map: Natural Earth; boundaries are the lines of control drawn by Natural Earth."
    " Towns: GeoNames (CC BY 4.0)."
)


def promise(systems: Iterable[System]) -> str:
    """Return the sentence on what a ring is."""
    return PROMISE if any(system.weapon for system in systems) else PROMISE_TYPED
