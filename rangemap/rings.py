"""Rings: one record for each pair of origin and system, with the regions of its claims."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from rangemap.catalogue import System
from rangemap.geodesy import (
    TOLERANCE,
    Disc,
    Region,
    Ring,
    annulus,
)
from rangemap.geodesy.coverage import Coverage, Outline
from rangemap.scenario.origins import Origin
from rangemap.scenario.pairs import band_from, by_origin
from rangemap.scenario.selection import Selection

Line: TypeAlias = Ring | Outline
"""The line at one distance: a ring around a point, or the outline around an area."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RangeRing:
    """The regions and lines of one system from one origin.

    ``area`` extends from the smallest published minimum to the headline. ``inner`` is
    where every claim reaches and ``band`` where the claims differ; together they cover
    the area from the smallest minimum to the largest figure. Regions are cut at 180
    degrees as RFC 7946 requires. A line is None if there is no such ring: no minimum is
    published, or the range covers the whole earth.
    """

    origin: Origin
    system: System
    area: Region
    inner: Region
    band: Region
    headline: Line | None
    low: Line | None
    high: Line | None
    minimum: Line | None

    @property
    def whole_earth(self) -> bool:
        """Whether the largest figure exceeds the greatest possible radius of a ring."""
        return self.high is None

    @property
    def lines(self) -> tuple[Line, ...]:
        """The rings that exist, each once."""
        lines = (self.headline, self.low, self.high, self.minimum)
        return tuple({id(ring): ring for ring in lines if ring is not None}.values())


def make_rings(selection: Selection, *, tolerance: float = TOLERANCE) -> list[RangeRing]:
    """Trace the rings of a selection, in the order of its pairs.

    Parameters
    ----------
    selection : Selection
        Pairs of origins and systems.
    tolerance : float, default 1e-4
        Largest distance of any point on a ring's edges from the true ring, as a
        fraction of the radius.

    Returns
    -------
    list of RangeRing
        One for each pair.
    """
    return [
        _make_ring(origin, system, discs)
        for origin, systems in by_origin(selection.pairs)
        for discs in [_discs_around(origin, tolerance)]
        for system in systems
    ]


def reached_tolerance(rings: list[RangeRing]) -> float:
    """Return the largest measured deviation of any ring, as a fraction of its radius."""
    return max((line.deviation for ring in rings for line in ring.lines), default=0.0)


def _discs_around(origin: Origin, tolerance: float) -> Callable[[float], Disc | Coverage]:
    """Return a function of the radius that traces each disc around an origin once."""

    @cache
    def disc_of(radius_m: float) -> Disc | Coverage:
        return origin.within(radius_m, tolerance=tolerance)

    return disc_of


def _make_ring(
    origin: Origin, system: System, disc_of: Callable[[float], Disc | Coverage]
) -> RangeRing:
    band = band_from(origin, system.band)
    headline, low, high = disc_of(band.headline_m), disc_of(band.low_m), disc_of(band.high_m)
    area, reach, inner = headline.region, high.region, low.region
    minimum = None
    if band.min_m is not None and band.max_min_m is not None:
        hole = disc_of(band.min_m)
        minimum = hole.ring
        area, reach = annulus(area, hole.region), annulus(reach, hole.region)
        inner = annulus(inner, disc_of(band.max_min_m).region)
    return RangeRing(
        origin=origin,
        system=system,
        area=area,
        inner=inner,
        band=annulus(reach, inner),
        headline=headline.ring,
        low=low.ring,
        high=high.ring,
        minimum=minimum,
    )
