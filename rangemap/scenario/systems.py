"""The weapons and ranges of a scenario, each with the claims that count."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from rangemap.catalogue import (
    Catalogue,
    Claim,
    ClaimFilter,
    PublisherKind,
    Publishers,
    System,
    Weapon,
    bare_system,
    make_system,
)
from rangemap.errors import (
    AmbiguousNameError,
    CatalogueError,
    Refusals,
    UnknownNameError,
    UsageError,
)
from rangemap.io.rules import last_day
from rangemap.scenario.keys import UNKNOWN_KIND
from rangemap.scenario.values import ScenarioValues


def claim_filter(values: ScenarioValues, publishers: Publishers | None) -> ClaimFilter:
    """Return the conditions that claims must meet to count."""
    kinds = [None if kind == UNKNOWN_KIND else PublisherKind(kind) for kind in values.source_kinds]
    return ClaimFilter(
        as_of=None if values.as_of is None else last_day(values.as_of),
        source_kinds=tuple(kinds),
        no_state_media=values.no_state_media,
        exclude=values.exclude,
        publishers=publishers,
    )


def candidates(systems: Iterable[System]) -> Iterable[tuple[Weapon, Claim]]:
    """Return the claims that would count in the bands without conditions."""
    return dict.fromkeys(
        (system.weapon, claim)
        for system in systems
        if system.weapon is not None
        for claim in system.weapon.claims_of(system.variant)
    )


def find_systems(
    values: ScenarioValues,
    catalogue: Catalogue,
    counted: ClaimFilter,
    omit: Callable[[str], None],
    refusals: Refusals,
    *,
    lenient: bool,
) -> list[System]:
    """Return the weapons, categories and ranges of a scenario, in this order."""
    refusals.each(partial(_check_excluded, catalogue), values.exclude)

    def system_of(weapon: Weapon, variant: str | None = None) -> System:
        return make_system(weapon, variant, prefer=values.prefer, counted=counted)

    def found_only(look_up: Callable[[Any], System], wanted: Iterable[Any]) -> Iterable[System]:
        for each in wanted:
            try:
                yield look_up(each)
            except (CatalogueError, UnknownNameError, AmbiguousNameError) as error:
                omit(f"skipped: {error}")

    def named(name: str) -> System:
        return system_of(*catalogue.find(name))

    systems = list(
        found_only(named, values.weapons) if lenient else refusals.each(named, values.weapons)
    )
    for members in refusals.each(catalogue.in_category, values.categories):
        systems += found_only(system_of, members)
    if values.prefer is not None and not any(system.band.preferred for system in systems):
        omit(f"no selected weapon has a claim by {values.prefer!r}; headlines are medians")
    return systems + refusals.each(bare_system, values.ranges)


def unique_systems(systems: Iterable[System]) -> Iterable[System]:
    """Drop repeated systems; refuse two different ones with the same label."""
    found: dict[str, System] = {}
    for system in systems:
        if found.setdefault(system.label, system) != system:
            raise UsageError(f"two rings have the label {system.label!r}; write LABEL=RANGE")
    return found.values()


def _check_excluded(catalogue: Catalogue, claim: str) -> None:
    known = {f"{weapon.id}/{claim.id}" for weapon in catalogue.weapons for claim in weapon.claims}
    if claim not in known:
        raise UnknownNameError(
            f"claim {claim!r} is not in the catalogue",
            name=claim,
            advice="write WEAPON-ID/CLAIM-ID as `rangemap weapons show` prints it",
        )
