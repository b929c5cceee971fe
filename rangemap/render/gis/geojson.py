"""GeoJSON (RFC 7946): rings, bands, origins and sites as features of one collection."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from typing import Any, Final

import shapely

from rangemap.catalogue import Claim
from rangemap.check import CheckRow
from rangemap.check.table import reached_by
from rangemap.geodesy import Region, degree_decimals, round_region
from rangemap.render.style import (
    BAND_OPACITY,
    HAIR,
    HOUSE_STYLE,
    INK,
    INNER_OPACITY,
    HouseStyle,
    line_styles,
)
from rangemap.render.wording import whole_earth
from rangemap.rings import RangeRing, reached_tolerance
from rangemap.scenario.origins import Origin
from rangemap.scenario.selection import Selection
from rangemap.wording.language import read_language
from rangemap.wording.quantities import km


def to_geojson(
    selection: Selection,
    rings: Sequence[RangeRing],
    rows: Sequence[CheckRow],
    style: HouseStyle = HOUSE_STYLE,
) -> str:
    """Return a selection's map as RFC 7946 text.

    The property ``feature`` gives the kind of each feature: a ``ring`` (the area from
    the minimum to the headline), its ``inner`` part that all claims reach, its ``band``
    where they differ, an ``origin``, or a ``site`` with its verdicts;
    its ``reached_by`` counts the rings that may reach it.
    Polygons are cut at 180 degrees and run counter-clockwise.

    Parameters
    ----------
    selection : Selection
        The request.
    rings : sequence of RangeRing
        Its rings.
    rows : sequence of CheckRow
        Its verdicts.
    style : HouseStyle
        Its colours.

    Returns
    -------
    str
        One FeatureCollection, one feature per line.
    """
    colors = dict(zip(selection.systems, line_styles(selection.systems, style), strict=True))
    # Written one by one: as objects, the vertices of many rings need far more memory.
    features = chain(
        (feature for ring in rings for feature in _ring_features(ring, colors[ring.system].line)),
        (_origin_feature(origin, style.origin_colour) for origin in selection.origins),
        _site_features(selection, rows),
    )
    head = {
        "title": selection.title,
        "note": "A ring is the greatest published range, not a forecast.",
        "ellipsoid": "WGS 84",
        "tolerance": reached_tolerance(list(rings)),
        "edition": selection.basis or None,
    }
    lines = [json.dumps(feature, ensure_ascii=False, allow_nan=False) for feature in features]
    opening = json.dumps({"type": "FeatureCollection", **head}, ensure_ascii=False)[:-1]
    return opening + ', "features": [\n' + ",\n".join(lines) + "\n]}\n"


def ring_columns(ring: RangeRing) -> dict[str, Any]:
    """Return the attributes of a ring; kilometres to 3 decimals."""
    band = ring.system.band
    weapon = ring.system.weapon
    return {
        "origin": ring.origin.name,
        "origin_kind": str(ring.origin.kind),
        "weapon": ring.system.label,
        "category": None if weapon is None else weapon.category,
        "low_km": km(band.low_m),
        "headline_km": km(band.headline_m),
        "headline_published": band.headline_published,
        "high_km": km(band.high_m),
        "min_km": None if band.min_m is None else km(band.min_m),
        "headline_publisher": band.preferred,
        "claims": len(band.claims),
        "tolerance": max((line.deviation for line in ring.lines), default=0.0),
        "note": whole_earth("whole_earth", read_language("en")) if ring.whole_earth else None,
        "ellipsoid": "WGS 84",
        "edition": ring.system.basis or None,
    }


CAPTION: Final = "ring_label"
"""The column of the labels that the user gave to rings of weapons."""


def caption_column(ring: RangeRing) -> dict[str, Any]:
    """Return the label of a ring, if it has one of its own; ``weapon`` keeps the weapon's name."""
    return {} if ring.system.caption is None else {CAPTION: ring.system.caption}


def origin_columns(origin: Origin) -> dict[str, Any]:
    """Return the attributes of an origin; kilometres to 3 decimals."""
    columns = {
        "name": origin.name,
        "origin_kind": str(origin.kind),
        "precision_km": km(origin.precision_m),
    }
    return columns if origin.credit is None else {**columns, "credit": origin.credit}


def _ring_features(ring: RangeRing, color: str) -> list[dict[str, Any]]:
    columns = ring_columns(ring)
    sources = [_source(claim) for claim in ring.system.band.claims]
    smallest_m = ring.system.band.min_m or ring.system.band.low_m
    digits = degree_decimals(smallest_m)
    parts = {"ring": ring.area, "inner": ring.inner, "band": ring.band}
    return [
        _feature(
            _area(region, digits),
            {
                "feature": name,
                **columns,
                **caption_column(ring),
                "sources": sources,
                **_simplestyle(name, color),
            },
        )
        for name, region in parts.items()
        if not region.is_empty
    ]


def _simplestyle(feature: str, color: str) -> dict[str, Any]:
    """Return the style keys that geojson.io, GitHub and others use (simplestyle 1.1)."""
    if feature == "ring":
        return {"stroke": color, "stroke-width": 2, "fill": color, "fill-opacity": 0}
    opacity = INNER_OPACITY if feature == "inner" else BAND_OPACITY
    return {"stroke": color, "stroke-opacity": 0, "fill": color, "fill-opacity": opacity}


def _area(region: Region, digits: int) -> dict[str, Any]:
    geometry: dict[str, Any] = json.loads(shapely.to_geojson(round_region(region, digits)))
    return geometry


def _source(claim: Claim) -> dict[str, Any]:
    source = claim.source
    more = {"wording": claim.wording, "archived": source.archived}
    return {
        "figure": claim.figure,
        "publisher": source.publisher,
        "title": source.shown_title,
        "url": source.url,
        "date": source.date,
        **{key: value for key, value in more.items() if value is not None},
    }


def _origin_feature(origin: Origin, color: str) -> dict[str, Any]:
    style = {"marker-color": color, "marker-symbol": "circle"}
    return _feature(
        _point(*origin.lonlat), {"feature": "origin", **origin_columns(origin), **style}
    )


def _site_features(selection: Selection, rows: Sequence[CheckRow]) -> list[dict[str, Any]]:
    sites = selection.sites
    verdicts: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    reaching = reached_by(rows)
    for row in rows:
        verdicts[row.site_index].append(
            {
                "origin": row.origin.name,
                "weapon": row.system.label,
                "distance_km": km(row.distance_m),
                "verdict": str(row.verdict),
                "reason": str(row.reason),
                "claims_reaching": row.claims_reaching,
                "claims": len(row.system.band.claims),
                "margin_km": km(row.margin_m),
                "precision_km": km(row.precision_m),
            }
        )
    return [
        _feature(
            _point(float(sites.lon[index]), float(sites.lat[index])),
            {
                "feature": "site",
                "name": sites.names[index],
                "site_id": sites.ids[index],
                "kind": sites.kinds[index],
                "precision_km": km(float(sites.precision_m[index])),
                "verdicts": verdicts[index],
                "reached_by": reaching[index],
                "marker-color": INK if reaching[index] else HAIR,
                "marker-symbol": "square" if reaching[index] else "square-stroked",
            },
        )
        for index in range(len(sites))
    ]


def _point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(lon, 7), round(lat, 7)]}


def _feature(geometry: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}
