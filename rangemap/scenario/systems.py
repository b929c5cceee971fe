"""The weapons and ranges of a scenario, each with the claims that count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

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
from rangemap.limits import quoted
from rangemap.scenario.keys import UNKNOWN_KIND
from rangemap.scenario.requests import PairRequest
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


class SystemFinder:
    """Makes the systems of a scenario, each once.

    Parameters
    ----------
    catalogue : Catalogue
        Where weapons are looked up.
    counted : ClaimFilter
        The conditions on their claims.
    prefer : str, optional
        The publisher whose figures are the headlines.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        counted: ClaimFilter,
        *,
        prefer: str | None = None,
    ) -> None:
        self.catalogue = catalogue
        self._counted, self._prefer = counted, prefer
        self._known: dict[tuple[Any, ...], System] = {}

    def of_weapon(self, weapon: Weapon, variant: str | None = None) -> System:
        """Return the system of a weapon or of one of its variants."""
        return make_system(weapon, variant, prefer=self._prefer, counted=self._counted)

    def named(self, name: str) -> System:
        """Return the system of a weapon or variant by its name."""
        if (name,) not in self._known:
            self._known[name,] = self.of_weapon(*self.catalogue.find(name))
        return self._known[name,]

    def of_pair(self, request: PairRequest) -> System:
        """Return the system of a pair, with its label and colour."""
        key = request.weapon, request.range, request.label, request.colour, request.source
        if key not in self._known:
            if request.range is not None:
                system = bare_system(request.range, label=request.label, source=request.source)
                self._known[key] = replace(system, colour=request.colour)
            else:
                system = self.named(request.weapon or "")
                self._known[key] = replace(system, caption=request.label, colour=request.colour)
        return self._known[key]


def find_systems(
    values: ScenarioValues,
    finder: SystemFinder,
    omit: Callable[[str], None],
    refusals: Refusals,
    *,
    lenient: bool,
) -> list[System]:
    """Return the weapons, categories and ranges of a scenario, in this order."""
    refusals.each(partial(_check_excluded, finder.catalogue), values.exclude)
    systems = list(
        found_only(finder.named, values.weapons, omit)
        if lenient
        else refusals.each(finder.named, values.weapons)
    )
    for members in refusals.each(finder.catalogue.in_category, values.categories):
        systems += found_only(finder.of_weapon, members, omit)
    return systems + refusals.each(bare_system, values.ranges)


_Wanted = TypeVar("_Wanted")
_Found = TypeVar("_Found")


def found_only(
    look_up: Callable[[_Wanted], _Found], wanted: Iterable[_Wanted], omit: Callable[[str], None]
) -> Iterator[_Found]:
    """Yield what is found; ``omit`` receives a line about each of the others."""
    for each in wanted:
        try:
            yield look_up(each)
        except (CatalogueError, UnknownNameError, AmbiguousNameError) as error:
            omit(f"skipped: {error}")


def unique_systems(systems: Iterable[System]) -> Iterable[System]:
    """Drop repeated systems; refuse two different ones with the same label."""
    found: dict[str, System] = {}
    for system in systems:
        if found.setdefault(system.label, system) != system:
            raise UsageError(f"two rings have the label {quoted(system.label)}; write LABEL=RANGE")
    return found.values()


def _check_excluded(catalogue: Catalogue, claim: str) -> None:
    known = {f"{weapon.id}/{claim.id}" for weapon in catalogue.weapons for claim in weapon.claims}
    if claim not in known:
        raise UnknownNameError(
            f"claim {claim!r} is not in the catalogue",
            name=claim,
            advice="write WEAPON-ID/CLAIM-ID as `rangemap weapons show` prints it",
        )
