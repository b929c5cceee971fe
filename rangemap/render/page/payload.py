"""The payload of a map page: the texts and coordinates that it shows."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final, Literal, TypeVar, cast

import numpy as np
import shapely

from rangemap.catalogue import BandText, Claim, System, ring_label
from rangemap.check import CheckRow, RowWording
from rangemap.check.order import overall_order
from rangemap.check.overview import claims_within
from rangemap.errors import OutputError
from rangemap.geodesy import (
    Region,
    degree_decimals,
    round_region,
    unwrap,
)
from rangemap.geodesy.position import Bounds
from rangemap.render.background.detail import countries_about, is_too_coarse
from rangemap.render.citation import cite_method, name_publishers
from rangemap.render.extent import sites_in_view
from rangemap.render.page.records import (
    ClaimPayload,
    LinesPayload,
    MultiPolygon,
    OriginPayload,
    OutcomePayload,
    PagePayload,
    Path_,
    RingPayload,
    SitesPayload,
    StylePayload,
    SystemPayload,
    TilesPayload,
    VerdictsPayload,
)
from rangemap.render.page.tiles import parse_tiles
from rangemap.render.style import (
    HOUSE_STYLE,
    TEXT_CONTRAST,
    HouseStyle,
    LineStyle,
    dash_text,
    line_styles,
    on_dark,
)
from rangemap.render.wording import (
    base_map,
    claim_text,
    dissent_text,
    listed_claims,
    made_with,
    promise,
    reason_text,
    whole_earth,
    with_date,
)
from rangemap.rings import Line, RangeRing
from rangemap.scenario.origins import Origin, origins_of
from rangemap.scenario.selection import Selection
from rangemap.scenario.values import Look
from rangemap.wording.language import Language

_MOST_OUTSIDE: Final = 60
_EDGE: Final = 1e-4  # degrees, to which bounds are rounded
T = TypeVar("T")
_LINE: Final = 64  # characters of the line of sources, which fits a phone


def make_payload(
    selection: Selection,
    rings: Sequence[RangeRing],
    rows: Iterable[CheckRow],
    *,
    style: HouseStyle = HOUSE_STYLE,
) -> PagePayload:
    """Return what the page of a selection shows.

    Parameters
    ----------
    selection : Selection
        The request, including how the map looks.
    rings : sequence of RangeRing
        Its rings.
    rows : iterable of CheckRow
        Its verdicts, in the order of `check.check_rows`.
    style : HouseStyle
        Colours, font, logo and credit line.

    Returns
    -------
    PagePayload
        Plain data; distances are written in the selection's unit and language.

    Raises
    ------
    OutputError
        If the language or the tiles are not available.
    """
    unit, look, names = selection.units, selection.look, selection.place_names
    language = selection.language
    bounds = _extent(look.extent) if look.extent else _bounds(selection, rings)
    published = any(system.weapon for system in selection.systems)
    return {
        "title": selection.title,
        "subtitle": with_date(
            selection.subtitle
            or language.translate("subtitle_published" if published else "subtitle_typed"),
            selection,
        ),
        "credit": selection.credit or style.credit,
        "lang": language.code,
        "words": _words(selection.systems, language),
        "style": _style(style),
        "tint": _tint(look),
        "tiles": None if look.tiles is None else _tiles(look.tiles, look.tiles_credit),
        "detail": look.detail,
        "about": [] if look.tiles else countries_about(selection),
        "units": unit,
        "systems": _systems(selection, language, style),
        "origins": [
            _origin(origin, names.origins[origin], unit, language) for origin in selection.origins
        ],
        "rings": _rings(rings, selection, language),
        "sites": _sites(selection, names.sites, rows, language),
        "notes": [*_outside(selection, bounds), *_notes(selection, rings, language)],
        "sources": name_publishers(selection, lambda line: len(line) <= _LINE),
        "method": [*cite_method(selection, rings), *_map_notes(selection)],
        "bounds": bounds,
    }


def _style(style: HouseStyle) -> StylePayload:
    logo = style.logo
    return {
        "origin": style.origin_colour,
        "dark_origin": on_dark(style.origin_colour, TEXT_CONTRAST),
        "ground": style.ground._asdict(),
        "dark": style.dark,
        "font": style.font,
        "logo": None
        if logo is None
        else (
            f"data:{logo.media_type};base64,{base64.b64encode(logo.content).decode('ascii')}",
            logo.alt,
        ),
    }


def _tint(look: Look) -> Literal["land", "all", "none"]:
    tint = look.tinted
    if tint == "land" and look.tiles is not None:
        raise OutputError(
            "tint is land, but a page with tiles does not know where land is; write all or none"
        )
    return cast("Literal['land', 'all', 'none']", tint)


def _tiles(text: str, credit: str | None) -> TilesPayload:
    tiles = parse_tiles(text, credit=credit)
    return {
        "url": tiles.url,
        "attribution": tiles.attribution,
        "subdomains": tiles.subdomains,
        "max_zoom": tiles.max_zoom,
        "hosts": tiles.hosts,
    }


def _extent(extent: Bounds) -> list[float]:
    return list(extent)


def _systems(selection: Selection, language: Language, style: HouseStyle) -> list[SystemPayload]:
    looks = line_styles(selection.systems, style)
    pairs = zip(selection.systems, looks, strict=True)
    return [_system(system, look, selection.units, language) for system, look in pairs]


def _system(system: System, look: LineStyle, unit: str, language: Language) -> SystemPayload:
    text = BandText(system.band, unit, language)
    figures = [text.headline]
    if not text.is_one:
        figures = [text.range_beside_headline, language.translate("line_at", figure=text.headline)]
    if text.minimum:
        figures.append(language.translate("minimum", figure=text.minimum))
    drawn, others = listed_claims(system, language)
    return {
        "label": system.display_name,
        "figures": language.listed(figures, between="clauses"),
        "range": text.range,
        "published": text.published,
        "line": look.line,
        "text": look.text,
        "dark_line": on_dark(look.line),
        "dark_text": on_dark(look.line, TEXT_CONTRAST),
        "dash": dash_text(look.dash_px),
        "width": look.width_px,
        "category": "" if system.weapon is None else language.category(system.weapon.category),
        "claims": [_claim(claim, language, drawn=True) for claim in drawn]
        + [_claim(claim, language, drawn=False) for claim in others],
    }


def _words(systems: Sequence[System], language: Language) -> dict[str, str]:
    """Return the texts of the page, with the sentences on what its rings of published ranges are."""
    published = [system for system in systems if system.weapon is not None]
    return {**language.phrases, "promise": promise(published, language) if published else ""}


def _claim(claim: Claim, language: Language, *, drawn: bool) -> ClaimPayload:
    source = claim.source
    payload: ClaimPayload = {
        "figure": claim_text(claim, language),
        "note": claim.note,
        "attributed_to": claim.attributed_to,
        "drawn": drawn,
        "publisher": source.publisher,
        "title": source.headline,
        "url": source.url,
        "date": None if source.date is None else language.date(source.date),
    }
    if claim.wording:
        payload["wording"] = claim.wording
    if source.archived:
        payload["archived"] = source.archived
    return payload


def _origin(origin: Origin, name: str, unit: str, language: Language) -> OriginPayload:
    metres = origin.precision_m
    return {
        "name": name,
        "kind": language.translate(f"kind_{origin.kind}"),
        "lon": origin.lonlat.lon,
        "lat": origin.lonlat.lat,
        "precision": language.computed(metres, unit) if metres else None,
        "outline": [np.round(path, 3).tolist() for path in origin.border],
    }


def _rings(
    rings: Sequence[RangeRing], selection: Selection, language: Language
) -> list[RingPayload]:
    origins, systems = _numbers(selection.origins), _numbers(selection.systems)
    return [
        _ring(ring, (origins[ring.origin], systems[ring.system]), selection.units, language)
        for ring in rings
    ]


def _numbers(values: Iterable[T]) -> dict[T, int]:
    """Return the index of each value in the lists of the payload."""
    return {value: number for number, value in enumerate(values)}


def _ring(ring: RangeRing, indices: tuple[int, int], unit: str, language: Language) -> RingPayload:
    wraps = _wraps(ring)
    digits = degree_decimals(ring.system.band.min_m or ring.system.band.low_m)
    lines: LinesPayload = {"headline": _path(ring.headline)}
    if ring.low is not ring.headline:
        lines["low"] = _path(ring.low)
    if ring.high is not ring.headline and ring.high is not ring.low:
        lines["high"] = _path(ring.high)
    lines["minimum"] = _path(ring.minimum)
    return {
        "system": indices[1],
        "origin": indices[0],
        "label": ring_label(ring.system, unit, language),
        "lines": lines,
        "inner": _area(ring.inner, digits, wraps=wraps),
        "band": _area(ring.band, digits, wraps=wraps),
        "wrapped": wraps,
    }


def _wraps(ring: RangeRing) -> bool:
    """Whether a region touches its own copy at 180 degrees, where a seam would show."""
    return any(
        region.bounds[0] <= -180 or region.bounds[2] >= 180
        for region in (ring.inner, ring.band)
        if not region.is_empty
    )


def _path(line: Line | None) -> list[Path_]:
    if line is None:
        return []
    return [np.round(path, degree_decimals(line.radius_m)).tolist() for path in line.paths]


def _area(region: Region, digits: int, *, wraps: bool) -> MultiPolygon:
    # All have the same winding, so that the page can fill many of them as one.
    oriented = shapely.orient_polygons(round_region(unwrap(region) if wraps else region, digits))
    return [
        [
            shapely.get_coordinates(line).round(digits).tolist()
            for line in (part.exterior, *part.interiors)
        ]
        for part in shapely.get_parts(oriented)
        if not part.is_empty
    ]


def _sites(
    selection: Selection, names: Sequence[str], rows: Iterable[CheckRow], language: Language
) -> SitesPayload:
    sites, unit = selection.sites, selection.units
    # A site that is the only origin would only be listed at distance 0.
    at_origin = {
        index
        for index, here in enumerate(origins_of(sites))
        if len(selection.origins) == 1 and here in selection.origins[0].same_places
    }
    kept = [index for index in overall_order(selection).tolist() if index not in at_origin]
    position = {index: number for number, index in enumerate(kept)}
    wording = RowWording(selection.systems, unit, language)
    verdicts: list[VerdictsPayload] = []
    distances: dict[int, list[str]] = {}
    origins, systems = _numbers(selection.origins), _numbers(selection.systems)
    for (origin, system), pair in groupby(rows, key=lambda row: (row.origin, row.system)):
        found = [row for row in pair if row.site_index not in at_origin]
        found.sort(key=lambda row: position[row.site_index])
        number = origins[origin]
        texts = [wording.row(row) for row in found]
        if number not in distances:
            distances[number] = [text.distance for text in texts]
        indices = number, systems[system]
        verdicts.append(_verdicts(found, indices, [text.margin for text in texts], language))
    return {
        "name": [names[index] for index in kept],
        "kind": [sites.kinds[index] for index in kept],
        "lon": [round(float(sites.lon[index]), 6) for index in kept],
        "lat": [round(float(sites.lat[index]), 6) for index in kept],
        "precision": [
            language.computed(float(sites.precision_m[index]), unit)
            if sites.precision_m[index]
            else None
            for index in kept
        ],
        "distance": [distances[number] for number in sorted(distances)],
        "verdicts": verdicts,
    }


def _verdicts(
    rows: Sequence[CheckRow], indices: tuple[int, int], margins: Sequence[str], language: Language
) -> VerdictsPayload:
    """Return the verdicts of one origin and system; outcomes that sites share are listed once."""
    outcomes: dict[tuple[object, ...], int] = {}
    payloads: list[OutcomePayload] = []
    numbers = []
    for row in rows:
        key = (row.verdict, row.reason, *(reaches for _, reaches in claims_within(row)))
        if key not in outcomes:
            outcomes[key] = len(payloads)
            payloads.append(_outcome(row, language))
        numbers.append(outcomes[key])
    origin, system = indices
    return {
        "origin": origin,
        "system": system,
        "margin": margins,
        "outcome": numbers,
        "outcomes": payloads,
    }


def _outcome(row: CheckRow, language: Language) -> OutcomePayload:
    claims = row.system.band.claims
    return {
        "verdict": row.verdict.value,
        "reaches": row.verdict.reaches,
        "reason": reason_text(row.reason, language),
        "claims": language.translate("reaching", reaching=row.claims_reaching, claims=len(claims)),
        "dissent": dissent_text(row, language),
    }


def _notes(selection: Selection, rings: Sequence[RangeRing], language: Language) -> list[str]:
    notes = [language.translate("note_circle")]
    if any(_contains_pole(ring) for ring in rings):
        notes.append(language.translate("note_pole"))
    if any(ring.whole_earth for ring in rings):
        notes.append(whole_earth("note_whole_earth", language))
    if is_too_coarse(selection):
        notes.append(language.translate("note_coarse"))
    return notes


def _outside(selection: Selection, bounds: Sequence[float]) -> list[str]:
    """Return a sentence that lists the requested sites outside the initial view."""
    west, south, east, north = np.add(bounds, (-_EDGE, -_EDGE, _EDGE, _EDGE))
    sites, language = selection.sites, selection.language
    turned = (sites.lon - west) % 360 + west  # the copy of each site at or east of the western edge
    outside = (turned > east) | (sites.lat < south) | (sites.lat > north)
    if not selection.sites_requested or not outside.any():
        return []
    names = [language.name(selection.place_names.sites[i]) for i in np.flatnonzero(outside)]
    return [language.translate("outside_view", names=language.some(names, _MOST_OUTSIDE))]


def _contains_pole(ring: RangeRing) -> bool:
    """Whether part of the ring is beyond the edge of the Mercator map."""
    edge = 85.05
    shapes = [region for region in (ring.inner, ring.band) if not region.is_empty]
    return any(shape.bounds[1] < -edge or shape.bounds[3] > edge for shape in shapes)


def _map_notes(selection: Selection) -> list[str]:
    """Return the sentences on the map under the rings, and on the program."""
    language = selection.language
    tiles = selection.look.tiles is not None
    return [
        language.translate("tiles_note") if tiles else base_map(language),
        made_with(language),
    ]


def _bounds(selection: Selection, rings: Sequence[RangeRing]) -> list[float]:
    """West, south, east, north of the outermost rings and the sites near them."""
    boxes: list[tuple[float, float, float, float]] = []
    for ring in rings:
        if ring.high is None:
            return [-180.0, -60.0, 180.0, 80.0]
        lon, lat = np.concatenate(ring.high.paths).T
        boxes.append((lon.min(), lat.min(), lon.max(), lat.max()))
    sites = selection.sites
    for origin, near in zip(selection.origins, sites_in_view(selection), strict=True):
        for lon, lat in zip(sites.lon[near], sites.lat[near], strict=True):
            # The copy of the site that is nearest to the origin.
            here = lon + 360 * round((origin.lonlat.lon - lon) / 360)
            boxes.append((here, lat, here, lat))
    west, south, east, north = np.array(boxes).T
    box = [west.min(), max(south.min(), -80), east.max(), min(north.max(), 83)]
    return [round(float(side), 4) for side in box]
