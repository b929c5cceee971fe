"""Pairs: which weapon or range is drawn around which origin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import groupby
from typing import NamedTuple

from rangemap.catalogue import Band, System
from rangemap.errors import UsageError
from rangemap.limits import LONGEST_PLACE, quoted
from rangemap.scenario.origins import Origin


class Pair(NamedTuple):
    """One ring that is asked for: an origin with a weapon or a range."""

    origin: Origin
    system: System


def band_from(origin: Origin, band: Band) -> Band:
    """Return a band as it counts from an origin: around an area, without a minimum range.

    A weapon may stand anywhere in the area, so that a place is not too close to it as a whole.
    """
    return band if origin.area is None or band.minimum is None else _without_minimum(band)


@cache
def _without_minimum(band: Band) -> Band:
    claims = tuple(
        claim if claim.range is None else replace(claim, range=replace(claim.range, min_m=None))
        for claim in band.claims
    )
    return replace(band, claims=claims, minimum=None, max_min_m=None)


def combinations(origins: Iterable[Origin], systems: Iterable[System]) -> tuple[Pair, ...]:
    """Return every origin with every system, in the order given."""
    systems = tuple(systems)
    return tuple(Pair(origin, system) for origin in origins for system in systems)


def by_origin(pairs: Iterable[Pair]) -> Iterator[tuple[Origin, list[System]]]:
    """Yield each origin with its systems; the pairs of an origin follow each other."""
    for origin, group in groupby(pairs, key=lambda pair: pair.origin):
        yield origin, [pair.system for pair in group]


def explain_combinations(combined: Sequence[Pair]) -> str | None:
    """Return a note on pairs if several origins are combined with several weapons or ranges."""
    first, last = combined[0] if combined else None, combined[-1] if combined else None
    if first is None or last is None:
        return None
    n_systems = sum(1 for pair in combined if pair.origin is first.origin)
    n_origins = len(combined) // n_systems
    if n_systems == 1 or n_origins == 1:
        return None
    example = f"{first.system.label} @ {first.origin.name}"
    example = f', as in --pair "{example}"' if len(example) <= LONGEST_PLACE else ""
    return (
        f"all {len(combined):,} combinations of {n_origins:,} origins and {n_systems:,} weapons or"
        f" ranges count; for only some of them use pairs instead{example}"
    )


def join_pairs(combined: Sequence[Pair], own: Iterable[Pair]) -> tuple[Pair, ...]:
    """Add pairs to combinations, and put those of an origin together.

    Parameters
    ----------
    combined : sequence of Pair
        The combinations of origins with weapons and ranges.
    own : iterable of Pair
        The pairs that were asked for one by one. One that repeats a combination gives it its
        label and colour.

    Returns
    -------
    tuple of Pair
        Each different pair once: origins in their order, and the pairs of each in theirs.

    Raises
    ------
    UsageError
        If one origin would have two different rings with one name.
    """
    found = {(origin, system.label): system for origin, system in combined}
    for origin, system in own:
        known = found.setdefault((origin, system.label), system)
        plain = system.plain
        if known.plain != plain or (known not in {system, plain} and system != plain):
            raise UsageError(
                f"two rings around {quoted(origin.name)} are called {quoted(system.label)}, with"
                " different figures, labels or colours; keep one, or give ranges different labels"
            )
        if known == plain:
            found[origin, system.label] = system
    numbers: dict[Origin, int] = {}
    for origin, _ in found:
        numbers.setdefault(origin, len(numbers))
    pairs = [Pair(origin, system) for (origin, _), system in found.items()]
    return tuple(sorted(pairs, key=lambda pair: numbers[pair.origin]))
