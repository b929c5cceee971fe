"""KML and KMZ: placemarks with a point, read with the standard library's parser without entities."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from xml.etree import ElementTree as ET

from rangemap.errors import DocumentError, QuantityError
from rangemap.geodesy.position import LONGITUDE_FIRST, LonLat, check_position
from rangemap.io.files import error_text, read_bytes
from rangemap.limits import DEEPEST_XML, LARGEST_IMPORT, MOST_XML_ELEMENTS
from rangemap.sites.raw import RawTable, Row
from rangemap.sites.readers.archives import open_archive, read_member
from rangemap.sites.readers.log import ReadLog
from rangemap.sites.table import refuse_large_table

KML: Final = (".kml", ".kmz")
_GEOMETRIES: Final = {
    "Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Model", "Track", "MultiTrack",
}  # fmt: skip
_TEXT_TAGS: Final = ("name", "description", "address", "phoneNumber", "Snippet")
_TUPLE: Final = re.compile(r"[^\s,]+(?:\s*,\s*[^\s,]+){1,3}")


class _StrictTreeBuilder(ET.TreeBuilder):
    """Builds elements, and refuses what no real KML file has: a document type or deep nesting."""

    depth = 0
    count = 0

    def doctype(self, *_: Any) -> None:
        raise DocumentError("declares a document type, which KML files do not have; save it again")

    def start(self, tag: Any, attrs: Any) -> Any:
        self.depth += 1
        self.count += 1
        if self.depth > DEEPEST_XML:
            raise DocumentError(f"is nested deeper than {DEEPEST_XML} levels; flatten it")
        if self.count > MOST_XML_ELEMENTS:
            raise DocumentError(f"has more than {MOST_XML_ELEMENTS:,} elements; split it")
        return super().start(tag, attrs)

    def end(self, tag: Any) -> Any:
        self.depth -= 1
        return super().end(tag)


def read_kml(log: ReadLog) -> RawTable:
    """Read the placemarks of a KML file, or of the one in a KMZ archive.

    Raises
    ------
    DocumentError
        If it is not well-formed KML, declares a document type, or is too large.
    """
    content = read_bytes(log.path, largest=LARGEST_IMPORT)
    if log.path.suffix.lower() == ".kmz":
        content = _unpack_kmz(content, log)
    parser = ET.XMLParser(target=_StrictTreeBuilder())  # noqa: S314  _Strict refuses document types
    try:
        parser.feed(content)
        root = parser.close()
    except (ET.ParseError, ValueError, LookupError) as error:
        raise log.refusal(f"not well-formed KML: {error_text(error)}") from error
    if _tag(root) not in {"kml", "Document", "Folder", "Placemark"}:
        raise log.refusal(f"is not a KML file: its root element is {_tag(root)!r}")
    placemarks = [element for element in root.iter() if _tag(element) == "Placemark"]
    fields = [dict(_fields(element)) for element in placemarks]
    columns = tuple(dict.fromkeys(key for record in fields for key in record))
    refuse_large_table(columns, log.name, len(placemarks))
    rows = []
    for number, (element, record) in enumerate(zip(placemarks, fields, strict=True), start=1):
        lonlat, problem = _position(element)
        cells = tuple(record.get(column) for column in columns)
        rows.append(Row(number, cells, lonlat, problem))
    return RawTable(columns, tuple(rows), located=True, row_noun="placemark")


def _unpack_kmz(content: bytes, log: ReadLog) -> bytes:
    name = log.name
    archive = open_archive(content, name=name)
    members = [member for member in archive.namelist() if member.lower().endswith(".kml")]
    if not members:
        raise log.refusal("contains no .kml file")
    # By the KMZ specification the first one is the document; others are linked from it.
    log.note("member", repr(members[0]), f"the first .kml of {len(members)} in the archive")
    if len(members) > 1:
        log.leaves_unread(
            f"only {members[0]!r}, the first of its {len(members)} .kml files, is read"
        )
    return read_member(archive, members[0], name=name)


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _fields(placemark: ET.Element) -> Iterator[tuple[str, str]]:
    for element in placemark:
        if _tag(element) in _TEXT_TAGS and (text := (element.text or "").strip()):
            yield _tag(element), text
    for element in placemark.iter():
        if _tag(element) == "SimpleData" and element.text:
            yield element.get("name", ""), element.text.strip()
        elif _tag(element) == "Data":
            value = next((part.text for part in element if _tag(part) == "value"), None)
            if value:
                yield element.get("name", ""), value.strip()


def _position(placemark: ET.Element) -> tuple[LonLat | None, str | None]:
    found = [element for element in placemark if _tag(element) in _GEOMETRIES]
    if len(found) != 1 or _tag(found[0]) != "Point":
        kind = " and ".join(_tag(element) for element in found) or "missing"
        return None, f"geometry is {kind}; expected one Point"
    text = next((part.text or "" for part in found[0] if _tag(part) == "coordinates"), "").strip()
    if not _TUPLE.fullmatch(text):
        return None, f"coordinates are {text[:40]!r}; expected LON,LAT in degrees"
    try:
        lon, lat = (_degrees(part) for part in text.split(",")[:2])
        return check_position(lon, lat, subject="coordinates", hint=LONGITUDE_FIRST), None
    except QuantityError as error:
        return None, str(error)


def _degrees(text: str) -> float:
    if not re.fullmatch(
        r"\s*[+-]?([0-9]{1,3}(\.[0-9]{0,40})?|\.[0-9]{1,40})([eE]-?[0-9]{1,2})?\s*", text
    ):
        raise QuantityError(f"coordinates contain {text[:40]!r}; expected decimal degrees")
    return float(text)
