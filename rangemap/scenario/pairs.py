"""Pairs: which weapon or range is drawn around which origin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from rangemap.catalogue import System
from rangemap.scenario.origins import Origin


class Pair(NamedTuple):
    """One ring that is asked for: an origin with a weapon or a range."""

    origin: Origin
    system: System


def combinations(origins: Iterable[Origin], systems: Iterable[System]) -> tuple[Pair, ...]:
    """Return every origin with every system, in the order given."""
    systems = tuple(systems)
    return tuple(Pair(origin, system) for origin in origins for system in systems)


def by_origin(pairs: Iterable[Pair]) -> Iterator[tuple[Origin, list[System]]]:
    """Yield each origin with its systems; the pairs of an origin follow each other."""
    for origin, group in groupby(pairs, key=lambda pair: pair.origin):
        yield origin, [pair.system for pair in group]
