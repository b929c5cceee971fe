"""Styles that QGIS reads from a GeoPackage: they draw what the map shows.

The lines are the edges of the rings. The layer ``rings`` is for analysis and has no symbol: its
polygons also have edges along 180 degrees and the poles, where no ring is.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET

import geopandas as gpd

from rangemap.catalogue import System
from rangemap.check import Verdict
from rangemap.render.extent import FEW_SITES
from rangemap.render.style import (
    BAND_OPACITY,
    EXTREME_DASH_PX,
    EXTREME_WIDTH_PX,
    INK,
    INNER_OPACITY,
    MINIMUM_DASH_PX,
    MINIMUM_WIDTH_PX,
    PAPER,
    VERDICT_COLOURS,
    HouseStyle,
    LineStyle,
    line_styles,
)
from rangemap.scenario.selection import Selection

NOW: Final = "1980-01-01T00:00:00.000Z"  # not the current time: same map, same file
_STYLE_TABLE: Final = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
    f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
    styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
    owner TEXT(30), ui TEXT(30), update_time DATETIME)
"""
_PIXEL_MM: Final = (
    25.4 / 96
)  # of CSS: lengths in millimetres have the same size on screen and paper
_SITE_MM: Final = "2.4"
_VERDICT_MM: Final = "4.2"  # around the mark of the site
_MARKS: Final[Mapping[Verdict, str]] = {
    # Drawn in this order: of several verdicts on one site, the most severe is on top.
    Verdict.OUTSIDE: "circle",
    Verdict.TOO_CLOSE: "triangle",
    Verdict.DISPUTED: "diamond",
    Verdict.INSIDE: "square",
}


_LINES: Final[Mapping[str, str]] = {
    "headline": "",
    "low": "lowest published figure",
    "high": "highest published figure",
    "minimum": "smallest published minimum",
}
"""The lines of a ring by their names in the legend; the headline has the name of the weapon."""


class _Rule(NamedTuple):
    """One entry of a legend: its features, by a QGIS expression, and its symbol."""

    label: str
    filter: str
    symbol: ET.Element


def add_styles(
    database: sqlite3.Connection,
    tables: Mapping[str, gpd.GeoDataFrame],
    selection: Selection,
    style: HouseStyle,
) -> None:
    """Write a style for each layer into a GeoPackage."""
    database.execute(_STYLE_TABLE)
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change)"
        " VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
        (NOW,),
    )
    for name, table in tables.items():
        database.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
            " f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner,"
            " update_time) VALUES ('', '', ?, 'geom', 'rangemap', ?, '', 1, ?, '', ?)",
            (name, _qml(name, table, selection, style), f"rangemap: {name}", NOW),
        )
    database.commit()


def _qml(layer: str, table: gpd.GeoDataFrame, selection: Selection, house: HouseStyle) -> str:
    """Return the QGIS style of a layer."""
    root = ET.Element("qgis", {"version": "3.34.0", "styleCategories": "Symbology|Labeling"})
    if layer == "rings":
        ET.SubElement(root, "renderer-v2", {"type": "nullSymbol"})
    elif layer == "origins":
        mark = _marker("circle", house.origin_colour, PAPER, size_mm="3.4")
        _add_rules(root, [_Rule("origin", "", mark)])
        _add_labels(root, '"name"', colour=house.origin_colour, bold=True)
    elif layer == "sites":
        _add_rules(root, _site_rules())
        # As in a picture, up to this number every site is labelled, even over other labels.
        _add_labels(root, '"name"', colour=INK, all_shown=len(table) <= FEW_SITES)
    elif layer == "verdicts":
        _add_rules(root, _verdict_rules())
    else:
        looks = list(zip(selection.systems, line_styles(selection.systems, house), strict=True))
        filters = _filters(selection)
        if layer == "lines":
            _add_rules(root, _line_rules(looks, filters, _drawn_lines(table)))
            _add_labels(root, """CASE WHEN "line" = 'headline' THEN "label" END""", along=True)
        else:
            _add_rules(root, _area_rules(layer, looks, filters))
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(
        root, encoding="unicode"
    )


def _filters(selection: Selection) -> dict[System, str]:
    """Return what selects the rings of each system: its name, and its origins if others share it."""
    origins: dict[System, list[str]] = {system: [] for system in selection.systems}
    for origin, system in selection.pairs:
        origins[system].append(origin.name)
    names = Counter(system.label for system in selection.systems)
    filters = {}
    for system, around in origins.items():
        filters[system] = f'"weapon" = {_quoted(system.label)}'
        if names[system.label] > 1:
            listed = ", ".join(map(_quoted, dict.fromkeys(around)))
            filters[system] += f' AND "origin" IN ({listed})'
    return filters


def _drawn_lines(table: gpd.GeoDataFrame) -> set[tuple[str, str]]:
    """Return the weapon and line of each line, without those that are the headline too.

    Drawn below a dashed headline they would fill its gaps.
    """
    figures = zip(
        table["weapon"], table["line"], table["radius_km"], table["headline_km"], strict=True
    )
    return {
        (weapon, line)
        for weapon, line, radius_km, headline_km in figures
        if line in {"headline", "minimum"} or radius_km != headline_km
    }


def _line_rules(
    looks: Sequence[tuple[System, LineStyle]],
    filters: Mapping[System, str],
    drawn: Collection[tuple[str, str]],
) -> list[_Rule]:
    """Return the rules of the lines that exist, by weapon and line."""
    rules = []
    for system, look in looks:
        label = system.display_name
        widths = {"headline": look.width_px, "minimum": MINIMUM_WIDTH_PX}
        dashes = {"headline": look.dash_px, "minimum": MINIMUM_DASH_PX}
        rules += [
            _Rule(
                f"{label}: {name}" if name else label,
                f'{filters[system]} AND "line" = {_quoted(line)}',
                _line(
                    look.line,
                    width_px=widths.get(line, EXTREME_WIDTH_PX),
                    dash_px=dashes.get(line, EXTREME_DASH_PX),
                    # Dots are round ends of very short dashes.
                    cap="round" if line == "minimum" else "flat",
                ),
            )
            for line, name in _LINES.items()
            if (system.label, line) in drawn
        ]
    return rules


def _area_rules(
    layer: str, looks: Sequence[tuple[System, LineStyle]], filters: Mapping[System, str]
) -> list[_Rule]:
    opacity = {"inner": INNER_OPACITY, "bands": BAND_OPACITY}[layer]
    return [
        _Rule(system.display_name, filters[system], _fill(look.line, opacity))
        for system, look in looks
    ]


def _site_rules() -> list[_Rule]:
    """Return the marks of sites: filled if a ring may reach the site, otherwise hollow."""
    return [
        _Rule("site out of range", '"reached_by" = 0', _marker("square", PAPER, INK)),
        _Rule("site within range", '"reached_by" > 0', _marker("square", INK, PAPER)),
    ]


def _verdict_rules() -> list[_Rule]:
    rules = []
    for order, (verdict, shape) in enumerate(_MARKS.items()):
        colour = VERDICT_COLOURS[verdict].text
        colours = (colour, PAPER) if verdict.reaches else (PAPER, colour)
        mark = _marker(shape, *colours, size_mm=_VERDICT_MM, order=order)
        rules.append(_Rule(str(verdict).replace("_", " "), f""""verdict" = '{verdict}'""", mark))
    return rules


def _add_rules(root: ET.Element, rules: Sequence[_Rule]) -> None:
    """Add a renderer that draws the features of each rule with its symbol, in their order."""
    renderer = ET.SubElement(root, "renderer-v2", {"type": "RuleRenderer", "symbollevels": "1"})
    entries = ET.SubElement(renderer, "rules", {"key": "rules"})
    symbols = ET.SubElement(renderer, "symbols")
    for number, rule in enumerate(rules):
        entry = {"key": f"rule{number}", "symbol": str(number), "label": rule.label}
        ET.SubElement(entries, "rule", entry | ({"filter": rule.filter} if rule.filter else {}))
        rule.symbol.set("name", str(number))
        symbols.append(rule.symbol)


def _add_labels(
    root: ET.Element,
    expression: str,
    *,
    colour: str = INK,
    bold: bool = False,
    along: bool = False,
    all_shown: bool = False,
) -> None:
    """Add labels with a white halo, beside points or along lines; QGIS leaves out those in the way."""
    settings = ET.SubElement(ET.SubElement(root, "labeling", {"type": "simple"}), "settings")
    text = ET.SubElement(
        settings,
        "text-style",
        {
            "fieldName": expression, "isExpression": "1", "fontSize": "9", "fontSizeUnit": "Point",
            "fontWeight": "75" if bold or along else "50", "textColor": _rgba(colour, 1), "textOpacity": "1",
        },
    )  # fmt: skip
    ET.SubElement(
        text,
        "text-buffer",
        {
            "bufferDraw": "1", "bufferSize": "0.8", "bufferSizeUnits": "MM", "bufferColor": _rgba(PAPER, 1),
            "bufferOpacity": "0.9", "bufferJoinStyle": "128",
        },
    )  # fmt: skip
    place = {"placement": "3", "placementFlags": "10", "maxCurvedCharAngleIn": "25", "maxCurvedCharAngleOut": "-25"}  # fmt: skip
    around = {"placement": "6", "predefinedPositionOrder": "TR,TL,BR,BL,R,L,TSR,BSR", "offsetType": "1", "dist": "1"}  # fmt: skip
    ET.SubElement(settings, "placement", {"distUnits": "MM", **(place if along else around)})
    ET.SubElement(settings, "rendering", {"obstacle": "1", "displayAll": str(int(all_shown))})


def _line(colour: str, *, width_px: float, dash_px: Sequence[float], cap: str) -> ET.Element:
    options = {
        "line_color": _rgba(colour, 1),
        "line_width": f"{width_px * _PIXEL_MM:.3f}",
        "line_width_unit": "MM",
        "capstyle": cap,
        "joinstyle": "round",
    }
    if dash_px:
        dash = ";".join(f"{length * _PIXEL_MM:.3f}" for length in dash_px)
        options |= {"use_custom_dash": "1", "customdash": dash, "customdash_unit": "MM"}
    return _symbol("line", "SimpleLine", options)


def _fill(colour: str, opacity: float) -> ET.Element:
    return _symbol("fill", "SimpleFill", {"color": _rgba(colour, opacity), "outline_style": "no"})


def _marker(
    shape: str, colour: str, outline: str, *, size_mm: str = _SITE_MM, order: int = 0
) -> ET.Element:
    options = {
        "name": shape,
        "color": _rgba(colour, 1),
        "size": size_mm,
        "size_unit": "MM",
        "outline_color": _rgba(outline, 1),
        "outline_width": "0.4",
        "outline_width_unit": "MM",
    }
    return _symbol("marker", "SimpleMarker", options, order=order)


def _symbol(kind: str, class_: str, options: Mapping[str, str], *, order: int = 0) -> ET.Element:
    symbol = ET.Element("symbol", {"type": kind, "alpha": "1"})
    layer = {"class": class_, "enabled": "1", "pass": str(order)}
    values = ET.SubElement(ET.SubElement(symbol, "layer", layer), "Option", {"type": "Map"})
    for key, value in options.items():
        ET.SubElement(values, "Option", {"type": "QString", "name": key, "value": value})
    return symbol


def _quoted(text: str) -> str:
    """Return a text as a literal of a QGIS expression."""
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _rgba(colour: str, opacity: float) -> str:
    parts = [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
    return ",".join(str(part) for part in (*parts, round(opacity * 255)))
