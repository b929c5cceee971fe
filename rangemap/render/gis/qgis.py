"""Styles that QGIS reads from a GeoPackage."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree as ET

import geopandas as gpd

from rangemap.render.style import (
    BAND_OPACITY,
    INK,
    INNER_OPACITY,
    HouseStyle,
    line_styles,
)
from rangemap.scenario.selection import Selection

NOW: Final = "1980-01-01T00:00:00.000Z"  # not the current time: same map, same file
POINTS: Final = {"origins", "sites", "verdicts"}
_STYLE_TABLE: Final = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
    f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
    styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
    owner TEXT(30), ui TEXT(30), update_time DATETIME)
"""


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
    for name in tables:
        database.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
            " f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner,"
            " update_time) VALUES ('', '', ?, 'geom', 'rangemap', ?, '', 1, ?, '', ?)",
            (name, _qml(name, selection, style), f"rangemap: {name}", NOW),
        )
    database.commit()


def _qml(layer: str, selection: Selection, house: HouseStyle) -> str:
    """Return the QGIS style of a layer: one category for each weapon, or one symbol."""
    root = ET.Element("qgis", {"version": "3.34.0", "styleCategories": "Symbology"})
    if layer in POINTS:
        renderer = ET.SubElement(root, "renderer-v2", {"type": "singleSymbol"})
        symbols = ET.SubElement(renderer, "symbols")
        shape = "circle" if layer == "origins" else "square"
        options = {"color": _rgba(house.origin_colour if layer == "origins" else INK, 1), "name": shape, "size": "3",
                   "outline_color": "255,255,255,255"}  # fmt: skip
        _symbol(symbols, 0, "marker", "SimpleMarker", options)
    else:
        renderer = ET.SubElement(
            root, "renderer-v2", {"type": "categorizedSymbol", "attr": "weapon"}
        )
        categories = ET.SubElement(renderer, "categories")
        symbols = ET.SubElement(renderer, "symbols")
        for number, (system, style) in enumerate(
            zip(selection.systems, line_styles(selection.systems, house), strict=True)
        ):
            label = {"value": system.label, "label": system.label, "symbol": str(number)}
            ET.SubElement(categories, "category", {**label, "render": "true", "type": "string"})
            if layer == "lines":
                options = {"line_color": _rgba(style.line, 1), "line_width": "0.6"}
                if style.dash_px:
                    dash = ";".join(f"{part:g}" for part in style.dash_px)
                    options |= {
                        "use_custom_dash": "1",
                        "customdash": dash,
                        "customdash_unit": "Pixel",
                    }
                _symbol(symbols, number, "line", "SimpleLine", options)
            else:
                opacity = {"inner": INNER_OPACITY, "bands": BAND_OPACITY}.get(layer, 0.0)
                options = {"color": _rgba(style.line, opacity), "outline_style": "no"}
                if layer == "rings":
                    options = {"color": _rgba(style.line, 0), "outline_color": _rgba(style.line, 1),
                               "outline_width": "0.6", "style": "no"}  # fmt: skip
                _symbol(symbols, number, "fill", "SimpleFill", options)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(
        root, encoding="unicode"
    )


def _symbol(
    symbols: ET.Element, number: int, kind: str, class_: str, options: Mapping[str, str]
) -> None:
    symbol = ET.SubElement(symbols, "symbol", {"type": kind, "name": str(number), "alpha": "1"})
    layer = ET.SubElement(symbol, "layer", {"class": class_, "enabled": "1", "pass": "0"})
    values = ET.SubElement(layer, "Option", {"type": "Map"})
    for key, value in options.items():
        ET.SubElement(values, "Option", {"type": "QString", "name": key, "value": value})


def _rgba(color: str, opacity: float) -> str:
    parts = [int(color[start : start + 2], 16) for start in (1, 3, 5)]
    return ",".join(str(part) for part in (*parts, round(opacity * 255)))
