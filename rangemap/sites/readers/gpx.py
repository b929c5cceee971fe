"""GPX waypoints, read with the standard library's parser without document types and entities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

from rangemap.errors import DocumentError, QuantityError
from rangemap.geodesy.position import LonLat, check_position
from rangemap.io.files import error_text, read_bytes
from rangemap.limits import LARGEST_IMPORT
from rangemap.sites.raw import RawTable, Row
from rangemap.sites.readers.kml import degrees, parse_element, tag_of, without_lead
from rangemap.sites.readers.log import ReadLog
from rangemap.sites.table import refuse_large_table

GPX: Final = (".gpx",)
_FIELDS: Final = ("name", "desc", "cmt", "type", "sym", "src", "time", "ele")


def read_gpx(log: ReadLog) -> RawTable:
    """Read the waypoints of a GPX file; tracks and routes are reported as not read.

    Raises
    ------
    DocumentError
        If it is not well-formed GPX, has no waypoint, declares a document type, or is too large.
    """
    content = without_lead(read_bytes(log.path, largest=LARGEST_IMPORT))
    try:
        root = parse_element(content, log)
    except DocumentError:
        raise
    except (ET.ParseError, ValueError, LookupError) as error:
        raise log.refusal(f"not well-formed GPX: {error_text(error)}") from error
    if tag_of(root) != "gpx":
        raise log.refusal(f"is not a GPX file: its root element is {tag_of(root)[:40]!r}")
    points = [element for element in root if tag_of(element) == "wpt"]
    others = sum(tag_of(element) in {"trk", "rte"} for element in root)
    paths = f"{others} track{'s' if others > 1 else ''} or route{'s' if others > 1 else ''}"
    if not points:
        what = f", but {paths}" if others else ""
        raise log.refusal(f"contains no waypoints{what}; save the places as waypoints")
    if others:
        log.note("not read", paths, "only waypoints are places")
        log.mention(f"only waypoints are read, not its {paths}")
    records = [dict(_fields(point)) for point in points]
    columns = tuple(name for name in _FIELDS if any(name in record for record in records))
    refuse_large_table(columns, log.name, len(points))
    rows = (
        Row(number, tuple(map(record.get, columns)), *_position(point))
        for number, (point, record) in enumerate(zip(points, records, strict=True), start=1)
    )
    return RawTable(columns, tuple(rows), located=True, row_noun="waypoint")


def _fields(point: ET.Element) -> Iterator[tuple[str, str]]:
    for element in point:
        text = (element.text or "").strip()
        if text and tag_of(element) in _FIELDS:
            yield tag_of(element), text


def _position(point: ET.Element) -> tuple[LonLat | None, str | None]:
    try:
        lon, lat = (degrees(point.get(name, "")) for name in ("lon", "lat"))
        return check_position(lon, lat, hint="lat and lon may be swapped", wrap=False), None
    except QuantityError as error:
        return None, str(error)
