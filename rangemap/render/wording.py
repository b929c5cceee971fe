"""Texts that all outputs share: subtitles, claims and what a ring is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rangemap.catalogue import Claim, System, Use
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


STORED_COPY: Final = "stored copy"
"""The text of a link to a stored copy of a source."""
PROMISE: Final = (
    "A ring is the greatest published range, as given by its sources. It is not a forecast."
)
PROMISE_TYPED: Final = "A ring is the range as typed. It is not a forecast."
PROMISES: Final[Mapping[str, str]] = {
    "promise": PROMISE,
    "promise_typed": PROMISE_TYPED,
    "promise_aircraft": (
        "A ring is the engagement range against aircraft, as published. It is not a forecast."
    ),
    "promise_ballistic_missile": (
        "A ring is the engagement range against ballistic missiles, as"
        " published. It is not a forecast."
    ),
    "promise_incoming_rocket": (
        "A ring is the engagement range against incoming rockets, as"
        " published. It is not a forecast."
    ),
    "promise_ammunition": (
        "A ring is the greatest published range of a gun, with the ammunition"
        " that its sources state. It is not a forecast."
    ),
    "also_aircraft": "For air defence, it is the engagement range against aircraft, as published.",
    "also_ballistic_missile": (
        "For missile defence, it is the engagement range against ballistic missiles, as published."
    ),
    "also_incoming_rocket": (
        "For rocket defence, it is the engagement range against incoming rockets, as published."
    ),
    "also_ammunition": "For guns, it is the range with the ammunition that the sources state.",
}
"""The sentences on what a ring is, by the keys of the language files."""
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


def promise_keys(systems: Iterable[System]) -> tuple[str, ...]:
    """Return the keys of the sentences on what the rings are.

    A map of one kind of system has its own sentence; on a mixed map, the general one is
    followed by one for each kind with another meaning.
    """
    kinds = dict.fromkeys(_kind(system) for system in systems if system.weapon is not None)
    if not kinds:
        return ("promise_typed",)
    if len(kinds) == 1:
        return tuple(f"promise_{kind}" if kind else "promise" for kind in kinds)
    return ("promise", *(f"also_{kind}" for kind in kinds if kind))


def _kind(system: System) -> str:
    if system.target is not None:
        return system.target.value.replace(" ", "_")
    return "ammunition" if system.use is Use.AMMUNITION else ""


def promise(systems: Iterable[System]) -> str:
    """Return the sentences on what the rings are."""
    return " ".join(PROMISES[key] for key in promise_keys(systems))
