"""Words that every output shares: subtitles, claims and what a ring is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rangemap.catalogue import Claim, System
from rangemap.text import isolated


def subtitle(systems: Sequence[System]) -> str:
    """Say what the rings of some systems are, where the scenario says nothing."""
    count = len(systems)
    if all(system.weapon is None for system in systems):
        return f"{count} range{'s' if count > 1 else ''} as typed"
    return f"Lowest and highest published range of {count} system{'s' if count > 1 else ''}"


def claim_words(claim: Claim) -> str:
    """Say a claim's figure, or what it is where it is no figure to draw."""
    what = claim.figure
    if claim.variant is not None:
        what = f"{what} ({isolated(claim.variant)})"
    if claim.doubtful or claim.retracted:
        what = f"{what} ({'doubtful' if claim.doubtful else 'retracted'})"
    return what


def listed_claims(system: System) -> tuple[list[Claim], list[Claim]]:
    """Part the claims of a system's weapon into those drawn here and the others."""
    counted = {claim.id for claim in system.band.claims}
    listed = () if system.weapon is None else system.weapon.claims
    drawn = [claim for claim in listed if claim.drawn and claim.id in counted]
    return drawn, [claim for claim in listed if claim not in drawn]


PROMISE: Final = (
    "A ring is the greatest published range, as its sources give it. It is not a forecast."
)
PROMISE_TYPED: Final = "A ring is the range as it was typed. It is not a forecast."
LIMITS: Final = (
    (
        "It is the greatest published range. It is not a forecast, and does not mean that anything is there"
        " or will be used."
    ),
    (
        "It says nothing of accuracy, payload, route, terrain or defences; the figure a publisher"
        " printed may itself leave out what it depends on."
    ),
    (
        "Several publishers may repeat one statement. A claim counts as often as it is listed, not as"
        " often as it is true."
    ),
    (
        "Its centre is a town or a place as a whole, known to the stated precision; no ring says where"
        " anything stands."
    ),
    "Borders are drawn as Natural Earth draws lines of control and say nothing of whose they are.",
)
"""What a range ring does not say."""
BASE_MAP: Final = (
    "Base map: Natural Earth; boundaries are the lines of control as Natural Earth draws them."
    " Towns: GeoNames (CC BY 4.0)."
)


def promise(systems: Iterable[System]) -> str:
    """Say what a ring is."""
    return PROMISE if any(system.weapon for system in systems) else PROMISE_TYPED
