"""Positions in one cell: two or three numbers, WKT, WKB and GeoJSON, with the order that each defines."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from rangemap.errors import QuantityError
from rangemap.geodesy.position import LonLat
from rangemap.importing.choices import DecimalSeparator
from rangemap.importing.decimals import parse_degrees
from rangemap.io.geojson import point_coordinates
from rangemap.io.shapes import not_a_point
from rangemap.limits import LONGEST_TEXT
from rangemap.places.notations import plain_characters
from rangemap.places.positions import parse_position
from rangemap.sites.raw import shortened
from rangemap.sites.wkb import read_point

_NUMBER: Final = r"[^\s,()]+"
_WKT: Final = re.compile(
    r"(?:SRID\s*=\s*(?P<srid>[0-9]+)\s*;\s*)?(?:<(?P<crs>[^<>\s]+)>\s*)?"
    rf"(?P<multi>MULTI)?POINT\s*(?:Z|M|ZM)?\s*\(\s*(?(multi)\(?)\s*(?P<first>{_NUMBER})\s+(?P<second>{_NUMBER})"
    rf"(?:\s+{_NUMBER}){{0,2}}\s*(?(multi)\)?)\s*\)",
    re.IGNORECASE,
)
_OTHER_WKT: Final = re.compile(
    r"(?:SRID\s*=\s*[0-9]+\s*;\s*)?(?:<[^<>\s]+>\s*)?(?P<kind>(?:MULTI)?(?:LINESTRING|POLYGON|POINT)|"
    r"GEOMETRYCOLLECTION|CIRCULARSTRING|CURVEPOLYGON)\b",
    re.IGNORECASE,
)
_COLLECTION: Final = re.compile(
    r"(?P<before>(?:SRID\s*=\s*[0-9]+\s*;\s*)?(?:<[^<>\s]+>\s*)?)"
    r"GEOMETRYCOLLECTION\s*(?:Z|M|ZM)?\s*\(\s*(?P<only>(?:MULTI)?POINT[^A-Z,]*)\)",
    re.IGNORECASE,
)
"""A collection of one point."""
_PART: Final = re.compile(r"(?<=[(,\s])(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\b", re.IGNORECASE)
_KINDS: Final = {
    name.upper(): name
    for name in ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon",
                 "GeometryCollection", "CircularString", "CurvePolygon")
}  # fmt: skip
_WGS84_LON_LAT: Final = re.compile(
    r"(?i)(?:https?://www\.opengis\.net/def/crs/|urn:ogc:def:crs:)OGC[/:][0-9.]*[/:]CRS84h?"
)
_WGS84_LAT_LON: Final = re.compile(
    r"(?i)(?:https?://www\.opengis\.net/def/crs/|urn:ogc:def:crs:)EPSG[/:][0-9.]*[/:](?:4326|4979)"
)
_HEX_WKB: Final = re.compile(r"(?:\\x|0x)?(?P<octets>0[01][0-9a-fA-F]{16,})")
_HEIGHT: Final = re.compile(r"[+-]?[0-9]{1,6}(?:[.,][0-9]{0,15})?\s*m?")
_PAIR_SEPARATORS: Final = (r"\s*;\s*", r",\s+", r"\s+", r"\s*,\s*")
_BRACKETS: Final = ("()", "[]", "{}")


class CellPosition(NamedTuple):
    """The two numbers of a cell, or a position whose order its notation defines.

    ``lonlat`` is None if only `--order` or the rest of the file can decide which number is the latitude.
    """

    first: float
    second: float
    lonlat: LonLat | None = None
    precision_m: float = 0.0


def parse_cell(cell: Any, separator: DecimalSeparator, *, what: str = "position") -> CellPosition:
    """Parse a cell that contains both latitude and longitude.

    Parameters
    ----------
    cell : Any
        Two numbers, or three of which the last is a height; degrees with hemispheres; MGRS; WKT,
        also with ``SRID=4326;`` or a reference system in front; WKB in bytes or hexadecimal
        digits; a GeoJSON geometry or feature.
    separator : DecimalSeparator
        That of the file.
    what : str, default "position"
        What errors call the cell.

    Raises
    ------
    QuantityError
        If the cell contains something else.

    Examples
    --------
    >>> parse_cell("44.3661,33.3152,34", DecimalSeparator.POINT)
    CellPosition(first=44.3661, second=33.3152, lonlat=None, precision_m=0.0)
    >>> parse_cell("SRID=4326;POINT(44.3661 33.3152)", DecimalSeparator.POINT).lonlat
    LonLat(lon=44.3661, lat=33.3152)
    """
    if isinstance(cell, list | tuple) and len(cell) in {2, 3} and all(map(_is_number, cell)):
        return CellPosition(float(cell[0]), float(cell[1]))
    if isinstance(cell, str) and (pair := split_numbers(cell, separator)) is not None:
        return CellPosition(*pair)
    lonlat = _geometry(cell, what)
    if lonlat is not None:
        return CellPosition(*lonlat, lonlat)
    # Hemispheres and MGRS squares have letters; plain numbers follow the rules of this file.
    if isinstance(cell, str) and re.search(r"[A-Za-z]|^\s*[+-].*[0-9][+-]", cell):
        position = parse_position(plain_characters(cell))
        if position is not None:
            return CellPosition(*position.lonlat, position.lonlat, position.precision_m)
    raise QuantityError(f"{what} is {shortened(cell)}; expected latitude and longitude")


def _geometry(cell: Any, what: str) -> LonLat | None:
    """Return the point of a cell that contains a geometry, whose order is defined; or None."""
    if isinstance(cell, bytes | bytearray):
        return read_point(bytes(cell))
    if isinstance(cell, dict):
        return _of_struct(cell, what) if {"x", "y"} <= cell.keys() else _of_geojson(cell, what)
    text = cell.strip() if isinstance(cell, str) else ""
    if match := _HEX_WKB.fullmatch(text):
        if len(match["octets"]) % 2:
            raise QuantityError(
                f"{what} is {shortened(text)}, which is cut short; expected a Point in WKB"
            )
        return read_point(bytes.fromhex(match["octets"]))
    if text.startswith("{") and '"' in text:
        return _of_geojson(_parsed(text, what), what)
    return _of_wkt(text, what) if _OTHER_WKT.match(text) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def split_numbers(text: str, separator: DecimalSeparator) -> tuple[float, float] | None:
    """Split text into two numbers of degrees, leaving out a height; None if it is something else.

    Examples
    --------
    >>> split_numbers("(33.78, 42.44)", DecimalSeparator.POINT)
    (33.78, 42.44)
    >>> split_numbers("42,44;33,78;120", DecimalSeparator.COMMA)
    (42.44, 33.78)
    >>> split_numbers("42,44,33", DecimalSeparator.POINT) is None  # or two numbers with commas
    True
    """
    inner = plain_characters(text).strip()
    for opening, closing in _BRACKETS:
        if inner.startswith(opening) and inner.endswith(closing):
            inner = inner[1:-1].strip()
    for pattern in _PAIR_SEPARATORS:
        parts = re.split(pattern, inner)
        if len(parts) not in {2, 3}:
            continue
        first, second = (parse_degrees(part, separator) for part in parts[:2])
        if first is None or second is None:
            continue
        if len(parts) == 2:
            return first, second
        if _HEIGHT.fullmatch(parts[2]) and not all(
            part.lstrip("+-").isdigit() for part in parts[:2]
        ):
            return first, second
    return None


def _of_wkt(text: str, what: str) -> LonLat:
    if collection := _COLLECTION.fullmatch(text):
        text = collection["before"] + collection["only"]
    match = _WKT.fullmatch(text)
    if match is None:
        other = _OTHER_WKT.match(text)
        kind = other["kind"].upper() if other else ""
        if kind not in {"", "POINT"}:
            parts = [_KINDS[part.upper()] for part in _PART.findall(text)]
            if kind == "MULTIPOINT" and "(" in text:
                parts = ["Point"] * (text.count(",") + 1)
            raise QuantityError(not_a_point(_KINDS[kind], parts))
        raise QuantityError(f"{what} is {shortened(text)}; expected POINT (LON LAT)")
    if match["srid"] not in {None, "4326", "4979"}:
        raise QuantityError(f"{what} is in SRID {match['srid']}; expected 4326, which is WGS 84")
    numbers = [parse_degrees(match[name], DecimalSeparator.POINT) for name in ("first", "second")]
    first, second = numbers
    if first is None or second is None:
        raise QuantityError(f"{what} is {shortened(text)}; expected POINT (LON LAT)")
    crs = match["crs"]
    if crs is None or _WGS84_LON_LAT.fullmatch(crs):
        return LonLat(first, second)
    if _WGS84_LAT_LON.fullmatch(crs):  # EPSG defines latitude first
        return LonLat(second, first)
    raise QuantityError(f"{what} is in {shortened(crs)}; convert it to WGS 84 (CRS84 or EPSG:4326)")


def _parsed(text: str, what: str) -> Any:
    if len(text) > LONGEST_TEXT:
        raise QuantityError(
            f"{what} has {len(text):,} characters; expected at most {LONGEST_TEXT:,}"
        )
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise QuantityError(f"{what} is {shortened(text)}, which is not valid JSON") from error


def _of_struct(content: Mapping[str, Any], what: str) -> LonLat:
    """Return the point of a column of Arrow, whose parts have names."""
    lon, lat = content["x"], content["y"]
    if not (_is_number(lon) and _is_number(lat)):
        raise QuantityError(
            f"{what} is {shortened(content)}; expected a point with numbers x and y"
        )
    return LonLat(float(lon), float(lat))


def _of_geojson(content: Any, what: str) -> LonLat:
    if isinstance(content, dict) and content.get("type") == "Feature":
        content = content.get("geometry")
    if not isinstance(content, dict):
        raise QuantityError(f"{what} has no geometry; expected a Point")
    if content.get("crs") not in (None, {}):
        name = (
            (content["crs"].get("properties") or {}).get("name")
            if isinstance(content["crs"], dict)
            else None
        )
        if not (isinstance(name, str) and re.search(r"(?i)(CRS84|EPSG:+(?:[0-9.]*:)?4326)$", name)):
            raise QuantityError(f"{what} is in the system {shortened(name)}; expected WGS 84")
    coordinates = point_coordinates(content)
    if (
        not isinstance(coordinates, list)
        or not 2 <= len(coordinates) <= 4
        or not all(map(_is_number, coordinates))
    ):
        raise QuantityError(f"{what} has invalid coordinates; expected [LON, LAT]")
    return LonLat(float(coordinates[0]), float(coordinates[1]))
