"""KML and KMZ for Google Earth and similar: a folder per origin and weapon, sources in balloons.

Names are plain text in KML; a balloon is HTML, so its content is escaped first as HTML and then,
when the file is written, as XML.
"""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final
from xml.etree import ElementTree as ET

import numpy as np
import shapely

from rangemap.catalogue import BandText
from rangemap.check import CheckRow, RowWording
from rangemap.check.table import reached_by
from rangemap.geodesy import WHOLE_EARTH, Region, degree_decimals, ring_lines, round_region
from rangemap.geodesy.position import LonLat
from rangemap.render.archive import to_zip
from rangemap.render.citation import cite_method, quotation
from rangemap.render.gis.geojson import ring_columns
from rangemap.render.style import (
    BAND_OPACITY,
    HAIR,
    HOUSE_STYLE,
    INK,
    INNER_OPACITY,
    HouseStyle,
    LineStyle,
    line_styles,
)
from rangemap.render.wording import claim_text, promise, verdict_text
from rangemap.rings import Line, RangeRing
from rangemap.scenario.origins import Origin
from rangemap.scenario.selection import Selection
from rangemap.wording.language import Language

_LONGEST_EDGE_DEG: Final = 5.0  # of edges that close an area along a pole or 180 degrees
_LARGEST_PART_DEG: Final = 90.0
_QUARTERS: Final = tuple(
    tuple(
        shapely.box(west, south, west + 90, south + 90)
        for west in range(-180, 180, 90)
        for south in (-90, 0)
        if (west + south) % 180 == parity
    )
    for parity in (90, 0)
)
"""Quarters of each hemisphere like the squares of a chessboard: those of one colour share no edge."""
_WIDTHS: Final = {"headline": 3.0, "low": 1.5, "high": 1.5, "minimum": 1.0}
_OTHER_OPACITY: Final = 0.6
_RING_FIELDS: Final[Mapping[str, str]] = {
    "origin": "string",
    "origin_kind": "string",
    "weapon": "string",
    "category": "string",
    "low_km": "double",
    "headline_km": "double",
    "headline_published": "string",
    "high_km": "double",
    "min_km": "double",
    "headline_publisher": "string",
    "claims": "int",
    "tolerance": "double",
    "note": "string",
    "ellipsoid": "string",
    "edition": "string",
}
_SITE_FIELDS: Final[Mapping[str, str]] = {
    "site_id": "string",
    "kind": "string",
    "reached_by": "int",
}
"""The types of the data of rings (`ring_columns`) and sites, as KML names them."""


def to_kml(
    selection: Selection,
    rings: Sequence[RangeRing],
    rows: Sequence[CheckRow],
    style: HouseStyle = HOUSE_STYLE,
) -> bytes:
    """Return a selection's map as KML 2.2.

    The folder of each origin contains one for each weapon, with the area that all claims
    reach, the area where they differ, and the lines; each balloon lists the claims with
    their sources. Sites have their own folder, with verdicts in the balloons. Areas are
    cut at 180 degrees, and large ones into parts; long edges follow the ground.

    Parameters
    ----------
    selection : Selection
        The request.
    rings : sequence of RangeRing
        Its rings.
    rows : sequence of CheckRow
        Its verdicts.
    style : HouseStyle
        Its colours and credit line.

    Returns
    -------
    bytes
        UTF-8; the same bytes for the same map.
    """
    looks, language = line_styles(selection.systems, style), selection.language
    root = ET.Element("kml", {"xmlns": "http://www.opengis.net/kml/2.2"})
    document = ET.SubElement(root, "Document")
    _text(document, "name", selection.title)
    credit = selection.credit or style.credit
    description = [credit, promise(selection.systems, language), *cite_method(selection, rings)]
    if len(selection.sites):
        description.append(language.translate("kml_reached"))
    _text(document, "description", "<br>".join(html.escape(line) for line in description if line))
    for number, look in enumerate(looks):
        _add_styles(document, number, look)
    _add_point_style(document, "origin", style.origin_colour)
    _add_point_style(document, "reached", INK)
    _add_point_style(document, "out-of-reach", HAIR)
    _add_schema(document, "ring", _RING_FIELDS)
    _add_schema(document, "site", _SITE_FIELDS)
    numbers = {system: number for number, system in enumerate(selection.systems)}
    for origin, around in groupby(rings, key=lambda ring: ring.origin):
        folder = _folder(document, origin.name)
        balloon = _origin_balloon(origin, language)
        _point(folder, origin.name, origin.lonlat, style="origin", balloon=balloon)
        for ring in around:
            _add_ring(folder, ring, numbers[ring.system], selection.units, language)
    if len(selection.sites):
        _add_sites(_folder(document, language.translate("kml_sites")), selection, rows)
    if language.direction == "rtl":  # a balloon is left to right by default
        for described in root.iter("description"):
            described.text = f'<div dir="rtl">{described.text}</div>'
    ET.indent(root, " ")
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def to_kmz(
    selection: Selection,
    rings: Sequence[RangeRing],
    rows: Sequence[CheckRow],
    style: HouseStyle = HOUSE_STYLE,
) -> bytes:
    """Return the KML of a selection's map in a zip archive, as `to_kml`."""
    return to_zip({"doc.kml": to_kml(selection, rings, rows, style)})


def _add_ring(
    folder: ET.Element, ring: RangeRing, number: int, unit: str, language: Language
) -> None:
    band, label = ring.system.band, language.name(ring.system.display_name)
    ring_folder = _folder(folder, ring.system.display_name)
    balloon = _ring_balloon(ring, unit, language)

    def labelled(text: str) -> str:
        return language.line(language.translate("labelled", name=label, text=text))

    data = ring_columns(ring)
    digits = degree_decimals(band.min_m or band.low_m)
    for name, region in (("inner", ring.inner), ("band", ring.band)):
        if not region.is_empty:
            title = labelled(language.translate(f"kml_{name}"))
            areas = _divided(round_region(region, digits))
            for n, parts in enumerate(areas, start=1):
                numbered = f"{title} ({n}/{len(areas)})" if len(areas) > 1 else title
                placemark = _placemark(ring_folder, numbered, balloon)
                _text(placemark, "styleUrl", f"#{name}-{number}")
                _add_data(placemark, "ring", data)
                _add_area(placemark, parts, digits)
    texts = {
        "headline": labelled(BandText(band, unit, language).label),
        **{k: labelled(language.translate(f"kml_{k}")) for k in ("low", "high", "minimum")},
    }
    drawn: set[int] = set()
    for name, text in texts.items():
        line: Line | None = getattr(ring, name)
        if line is None or id(line) in drawn:
            continue
        drawn.add(id(line))
        placemark = _placemark(ring_folder, text, balloon)
        _text(placemark, "styleUrl", f"#{name}-{number}")
        _add_data(placemark, "ring", data)
        _add_line(placemark, line)


def _divided(region: Region) -> list[list[shapely.Polygon]]:
    """Divide a large area into parts below a hemisphere: globes fill larger ones wrongly or not at all.

    Returns one list of parts, or two: parts of one list share no edge, or GIS programs would take
    them for an invalid geometry.
    """
    west, south, east, north = region.bounds
    pieces: list[Any] = [region]
    if max(east - west, north - south) > _LARGEST_PART_DEG:
        pieces = [shapely.intersection(region, quarters) for quarters in _QUARTERS]
    # An intersection may also contain lines and points where only edges touch.
    divided = [
        [part for part in shapely.get_parts(one).tolist() if part.area > 0] for one in pieces
    ]
    return [parts for parts in divided if parts]


def _add_area(placemark: ET.Element, parts: Sequence[shapely.Polygon], digits: int) -> None:
    """Add the parts of an area to a placemark."""
    shapes = ET.SubElement(placemark, "MultiGeometry")
    for part in shapely.segmentize(parts, _LONGEST_EDGE_DEG):
        polygon = ET.SubElement(shapes, "Polygon")
        _text(polygon, "tessellate", "1")
        for name, path in (
            ("outerBoundaryIs", part.exterior), *(("innerBoundaryIs", hole) for hole in part.interiors)
        ):  # fmt: skip
            ring = ET.SubElement(ET.SubElement(polygon, name), "LinearRing")
            _text(ring, "coordinates", _coordinates(shapely.get_coordinates(path), digits))


def _add_line(placemark: ET.Element, ring: Line) -> None:
    shapes = ET.SubElement(placemark, "MultiGeometry")
    visible = ring_lines(ring, worlds=(-1, 0, 1)).intersection(WHOLE_EARTH)
    for part in shapely.get_parts(shapely.line_merge(visible)):
        if part.geom_type == "LineString":
            line = ET.SubElement(shapes, "LineString")
            _text(line, "tessellate", "1")
            vertices = shapely.get_coordinates(part)
            _text(line, "coordinates", _coordinates(vertices, degree_decimals(ring.radius_m)))


def _add_sites(folder: ET.Element, selection: Selection, rows: Sequence[CheckRow]) -> None:
    sites, language = selection.sites, selection.language
    wording = RowWording(selection.systems, selection.units, language)
    columns = ("origin", "system", "distance", "range", "verdict")
    verdicts: defaultdict[int, list[CheckRow]] = defaultdict(list)
    for row in rows:
        verdicts[row.site_index].append(row)
    reaching = reached_by(rows)
    for index, name in enumerate(sites.names):
        cells = [_headings(columns, language)]
        for row in verdicts[index]:
            text = wording.row(row)
            cells.append((
                language.standalone(row.origin.name),
                language.standalone(row.system.display_name),
                text.distance,
                text.band.full_range,
                verdict_text(row, language),
            ))  # fmt: skip
        lonlat = LonLat(float(sites.lon[index]), float(sites.lat[index]))
        kind, count = sites.kinds[index], reaching[index]
        data = {"site_id": sites.ids[index], "kind": kind, "reached_by": count}
        style = "reached" if count else "out-of-reach"
        _point(folder, name, lonlat, style=style, balloon=_table(cells), data=data)


def _headings(columns: Iterable[str], language: Language) -> tuple[str, ...]:
    return tuple(language.translate(f"column_{name}") for name in columns)


def _ring_balloon(ring: RangeRing, unit: str, language: Language) -> str:
    band = ring.system.band
    text = BandText(band, unit, language)
    figures = [text.range_beside_headline]
    if text.minimum:
        figures.append(language.translate("minimum_range", minimum=text.minimum))
    published = language.listed(figures, between="clauses")
    line = language.translate("kml_figures", figures=published, headline=text.headline)
    lines = [line, promise([ring.system], language)]
    cells = [_headings(("figure", "publisher", "date", "title"), language)]
    links: list[str | None] = [None]
    given = language.translate("source_given") if ring.system.weapon is None else ""
    for claim in band.claims if ring.system.has_sources else ():
        source = claim.source
        date = language.short_date(source.date) if source.date else ""
        publisher, headline = map(language.standalone, (source.publisher, source.headline))
        figure = " ".join(filter(None, (claim_text(claim, language), quotation(claim, language))))
        if given:
            figure = language.listed([figure, given], between="clauses")
        cells.append((figure, publisher, date, headline))
        links.append(source.url)
        if source.archived:
            cells.append(("", "", "", language.translate("stored_copy")))
            links.append(source.archived)
    table = _table(cells, links) if len(cells) > 1 else ""
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines) + table


def _origin_balloon(origin: Origin, language: Language) -> str:
    text = language.translate(f"kml_origin_{origin.kind}")
    if origin.precision_m:
        distance = language.computed(origin.precision_m, "km")
        text = language.translate("kml_precision", origin=text, distance=distance)
    if origin.credit:
        text = language.translate("kml_credit", origin=text, credit=language.name(origin.credit))
    else:
        text += "."
    return html.escape(text)


def _table(rows: Sequence[Sequence[str]], links: Sequence[str | None] = ()) -> str:
    """Write an HTML table; the last cell of a row is the link text."""
    lines = []
    for number, row in enumerate(rows):
        tag = "td" if number else "th"
        cells = [html.escape(cell) for cell in row]
        if number < len(links) and links[number]:
            cells[-1] = f'<a href="{html.escape(links[number] or "")}">{cells[-1]}</a>'
        lines.append("<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>")
    return f'<table border="1" cellpadding="3">{"".join(lines)}</table>'


def _point(
    folder: ET.Element,
    name: str,
    lonlat: LonLat,
    *,
    style: str,
    balloon: str,
    data: Mapping[str, Any] | None = None,
) -> None:
    placemark = _placemark(folder, name, balloon)
    _text(placemark, "styleUrl", f"#{style}")
    _add_data(placemark, "site", data or {})
    point = ET.SubElement(placemark, "Point")
    _text(point, "coordinates", f"{lonlat.lon:.7f},{lonlat.lat:.7f}")


def _placemark(folder: ET.Element, name: str, balloon: str) -> ET.Element:
    placemark = ET.SubElement(folder, "Placemark")
    _text(placemark, "name", name)
    ET.SubElement(placemark, "Snippet", {"maxLines": "0"})
    _text(placemark, "description", balloon)
    return placemark


def _add_schema(document: ET.Element, name: str, fields: Mapping[str, str]) -> None:
    """Declare the types of data; without them every program reads numbers as text."""
    schema = ET.SubElement(document, "Schema", {"name": name, "id": name})
    for field, type_ in fields.items():
        ET.SubElement(schema, "SimpleField", {"type": type_, "name": field})


def _add_data(placemark: ET.Element, schema: str, data: Mapping[str, Any]) -> None:
    values = {key: value for key, value in data.items() if value is not None}
    if values:
        extended = ET.SubElement(placemark, "ExtendedData")
        typed = ET.SubElement(extended, "SchemaData", {"schemaUrl": f"#{schema}"})
        for key, value in values.items():
            ET.SubElement(typed, "SimpleData", {"name": key}).text = str(value)


def _add_styles(document: ET.Element, number: int, drawing: LineStyle) -> None:
    for name, opacity in (("inner", INNER_OPACITY), ("band", BAND_OPACITY)):
        style = ET.SubElement(document, "Style", {"id": f"{name}-{number}"})
        # Edges that close an area at 180 degrees are not part of a ring; QGIS draws width 0.
        hidden = ET.SubElement(style, "LineStyle")
        _text(hidden, "color", _color(drawing.line, 0.0))
        _text(hidden, "width", "0")
        fill = ET.SubElement(style, "PolyStyle")
        _text(fill, "color", _color(drawing.line, 2 * opacity))
        _text(fill, "outline", "0")
    for name, width in _WIDTHS.items():
        style = ET.SubElement(document, "Style", {"id": f"{name}-{number}"})
        line = ET.SubElement(style, "LineStyle")
        # KML has no dashes: lines that are not labelled on the map are thin and paler.
        _text(line, "color", _color(drawing.line, 1.0 if name == "headline" else _OTHER_OPACITY))
        _text(line, "width", f"{width:g}")


def _add_point_style(document: ET.Element, name: str, color: str) -> None:
    # No icon address, which would be fetched: the program shows its default pin.
    style = ET.SubElement(document, "Style", {"id": name})
    icon = ET.SubElement(style, "IconStyle")
    _text(icon, "color", _color(color, 1.0))
    _text(icon, "scale", "0.9")


def _color(color: str, opacity: float) -> str:
    """Write a colour in KML order: opacity, blue, green, red."""
    red, green, blue = color[1:3], color[3:5], color[5:7]
    return f"{round(opacity * 255):02x}{blue}{green}{red}".lower()


def _folder(parent: ET.Element, name: str) -> ET.Element:
    folder = ET.SubElement(parent, "Folder")
    _text(folder, "name", name)
    return folder


def _text(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = text


def _coordinates(vertices: Iterable[Any], digits: int) -> str:
    return " ".join(f"{lon:.{digits}f},{lat:.{digits}f}" for lon, lat in np.asarray(vertices))
