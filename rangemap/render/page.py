"""What a map page shows, as words and coordinates: from the domain to the page's payload."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, Literal

import numpy as np
import shapely

from rangemap.catalogue import Claim, System
from rangemap.check import CheckRow
from rangemap.geodesy import Region, Ring, decimals, rounded, to_strip
from rangemap.places import Origin, origins_of
from rangemap.quantities import format_band, format_distance, format_figure
from rangemap.render.leaflet import (
    ClaimPayload,
    LinesPayload,
    MultiPolygon,
    OriginPayload,
    PagePayload,
    Path_,
    RingPayload,
    SitePayload,
    SystemPayload,
    VerdictPayload,
)
from rangemap.render.words import (
    claim_words,
    family,
    headline,
    listed_claims,
    ring_label,
    subtitle,
)
from rangemap.rings import WHOLE_EARTH_NOTE, RangeRing, reached_tolerance
from rangemap.scenario import Selection

Detail = Literal["low", "medium", "high"]

_LOW_FROM_M: Final = 3_000_000.0
_HIGH_BELOW_M: Final = 150_000.0


def make_payload(
    selection: Selection, rings: Sequence[RangeRing], rows: Iterable[CheckRow]
) -> PagePayload:
    """Return what the page of a selection shows.

    Parameters
    ----------
    selection : Selection
        What was asked for.
    rings : sequence of RangeRing
        Its rings.
    rows : iterable of CheckRow
        Its verdicts.

    Returns
    -------
    PagePayload
        Plain data; distances are written in the selection's unit.
    """
    unit = selection.units
    return {
        "title": selection.title,
        "subtitle": selection.subtitle or subtitle(selection.systems),
        "credit": selection.credit,
        "lang": "en",
        "detail": _detail(rings),
        "units": "mi" if unit == "mi" else "nmi" if unit == "nmi" else "km",
        "systems": [_system(system, unit) for system in selection.systems],
        "origins": [_origin(origin, unit) for origin in selection.origins],
        "rings": [_ring(ring, selection, unit) for ring in rings],
        "sites": _sites(selection, rows, unit),
        "footer": _footer(rings),
        "edition": selection.edition or None,
        "bounds": _bounds(selection, rings),
    }


def _detail(rings: Sequence[RangeRing]) -> Detail:
    """Choose the base map that looks right at the scale of the largest ring."""
    largest_m = max(ring.system.band.high_m for ring in rings)
    if largest_m > _LOW_FROM_M or any(_wraps(ring) for ring in rings):
        return "low"
    return "medium" if largest_m > _HIGH_BELOW_M else "high"


def _system(system: System, unit: str) -> SystemPayload:
    band = system.band
    drawn, others = listed_claims(system)
    return {
        "label": system.label,
        "range": format_band(band.low_m, band.high_m, unit, top=band.mark),
        "headline": headline(system, unit),
        "minimum": None if band.min_m is None else format_figure(band.min_m, unit),
        "family": family(system),
        "category": "" if system.weapon is None else system.weapon.category,
        "claims": [_claim(claim, drawn=True) for claim in drawn]
        + [_claim(claim, drawn=False) for claim in others],
    }


def _claim(claim: Claim, *, drawn: bool) -> ClaimPayload:
    source = claim.source
    return {
        "figure": claim_words(claim),
        "note": claim.note,
        "attributed_to": claim.attributed_to,
        "drawn": drawn,
        "publisher": source.publisher,
        "title": source.headline,
        "url": source.url,
        "date": source.date,
    }


def _origin(origin: Origin, unit: str) -> OriginPayload:
    return {
        "name": origin.name,
        "kind": origin.kind.value,
        "lon": origin.lonlat.lon,
        "lat": origin.lonlat.lat,
        "precision": format_distance(origin.precision_m, unit) if origin.precision_m else None,
    }


def _ring(ring: RangeRing, selection: Selection, unit: str) -> RingPayload:
    wraps = _wraps(ring)
    digits = decimals(ring.system.band.min_m or ring.system.band.low_m)
    lines: LinesPayload = {"headline": _path(ring.headline)}
    if ring.low is not ring.headline:
        lines["low"] = _path(ring.low)
    if ring.high is not ring.headline and ring.high is not ring.low:
        lines["high"] = _path(ring.high)
    lines["minimum"] = _path(ring.minimum)
    payload: RingPayload = {
        "system": selection.systems.index(ring.system),
        "origin": selection.origins.index(ring.origin),
        "label": ring_label(ring.system, unit),
        "lines": lines,
        "inner": _area(ring.inner, digits, wraps=wraps),
        "band": _area(ring.band, digits, wraps=wraps),
        "wrapped": wraps,
        "whole_earth": WHOLE_EARTH_NOTE if ring.whole_earth else None,
    }
    return payload


def _wraps(ring: RangeRing) -> bool:
    """Whether a region meets its own copy at 180 degrees, so that a seam would show."""
    return any(
        region.bounds[0] <= -180 or region.bounds[2] >= 180  # noqa: PLR2004
        for region in (ring.inner, ring.band)
        if not region.is_empty
    )


def _path(ring: Ring | None) -> list[Path_]:
    if ring is None:
        return []
    path: Path_ = np.round(ring.vertices, decimals(ring.radius_m)).tolist()
    return [path]


def _area(region: Region, digits: int, *, wraps: bool) -> MultiPolygon:
    shown = rounded(to_strip(region) if wraps else region, digits)
    return [
        [
            shapely.get_coordinates(line).round(digits).tolist()
            for line in (part.exterior, *part.interiors)
        ]
        for part in shapely.get_parts(shown)
        if not part.is_empty
    ]


def _sites(selection: Selection, rows: Iterable[CheckRow], unit: str) -> list[SitePayload]:
    sites = selection.sites
    verdicts: defaultdict[int, list[VerdictPayload]] = defaultdict(list)
    for row in rows:
        verdicts[row.site_index].append(_verdict(row, unit))
    precisions_m = sites.precision_m
    # A site that is the one origin could only say of itself that it is there.
    alone = {index for index, here in enumerate(origins_of(sites)) if selection.origins == (here,)}
    return [
        {
            "name": sites.names[index],
            "kind": sites.kinds[index],
            "lon": float(sites.lon[index]),
            "lat": float(sites.lat[index]),
            "precision": format_distance(float(precisions_m[index]), unit)
            if precisions_m[index]
            else None,
            "rows": verdicts[index],
        }
        for index in range(len(sites))
        if index not in alone
    ]


def _verdict(row: CheckRow, unit: str) -> VerdictPayload:
    band = row.system.band
    return {
        "origin": row.origin.name,
        "system": row.system.label,
        "distance": format_distance(row.distance_m, unit),
        "range": format_band(band.low_m, band.high_m, unit, top=band.mark),
        "margin": format_distance(row.margin_m, unit, signed=True),
        "verdict": row.verdict.value,
        "reason": row.reason.value,
        "claims": f"{row.claims_reaching} of {len(band.claims)}",
    }


def _footer(rings: Sequence[RangeRing]) -> list[str]:
    reached = reached_tolerance(list(rings))
    return [f"Rings: geodesic on WGS 84, every edge within {reached:.4%} of the radius."]


def _bounds(selection: Selection, rings: Sequence[RangeRing]) -> list[float]:
    """West, south, east, north of the outermost rings and the sites not far beyond them."""
    boxes: list[tuple[float, float, float, float]] = []
    for ring in rings:
        if ring.high is None:
            return [-180.0, -60.0, 180.0, 80.0]
        lon, lat = ring.high.vertices.T
        boxes.append((lon.min(), lat.min(), lon.max(), lat.max()))
    for lon, lat in zip(selection.sites.lon, selection.sites.lat, strict=True):
        for origin in selection.origins:
            # The copy of the site that lies on the origin's side of the world.
            near = lon + 360 * round((origin.lonlat.lon - lon) / 360)
            reach = _reach(rings, origin)
            if math.hypot(near - origin.lonlat.lon, lat - origin.lonlat.lat) <= 1.5 * reach:
                boxes.append((near, lat, near, lat))
    west, south, east, north = np.array(boxes).T
    box = [west.min(), max(south.min(), -80), east.max(), min(north.max(), 83)]
    return [round(float(side), 4) for side in box]


def _reach(rings: Sequence[RangeRing], origin: Origin) -> float:
    """Degrees of latitude that the largest ring around an origin spans to one side."""
    reaches_m = (ring.system.band.high_m for ring in rings if ring.origin == origin)
    return max(reaches_m) / 111_000
