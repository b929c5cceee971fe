"""KML and KMZ: placemarks with a point, read with the standard library's parser without entities."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from xml.etree import ElementTree as ET
from xml.parsers import expat

from rangemap.errors import DocumentError, QuantityError
from rangemap.geodesy.position import LONGITUDE_FIRST, LonLat, check_position
from rangemap.io.files import error_text, read_bytes
from rangemap.io.shapes import not_a_point
from rangemap.limits import DEEPEST_XML, LARGEST_IMPORT, MOST_XML_ELEMENTS, quoted
from rangemap.sites.raw import RawTable, Row
from rangemap.sites.readers.archives import open_archive, read_member
from rangemap.sites.readers.log import ReadLog
from rangemap.sites.table import refuse_large_table

KML: Final = (".kml", ".kmz")
_GEOMETRIES: Final = {
    "Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Model", "Track", "MultiTrack",
}  # fmt: skip
_TEXT_TAGS: Final = ("name", "description", "address", "phoneNumber", "Snippet")
_TUPLE: Final = re.compile(r"[^\s,]+\s*,\s*[^\s,]+(?:\s*,(?:\s*[^\s,]+)?){0,2}")
_LON_LAT_HEIGHT: Final = 3
_LONG_FOLDERS: Final = "has folders whose names are too long for the places in them; shorten them"
_UNBOUND: Final = expat.errors.XML_ERROR_UNBOUND_PREFIX
_FOLDER: Final = "Folder"
_NAMESPACES: Final = {
    b"gx": b"http://www.google.com/kml/ext/2.2",
    b"kml": b"http://www.opengis.net/kml/2.2",
    b"atom": b"http://www.w3.org/2005/Atom",
    b"xal": b"urn:oasis:names:tc:ciq:xsdschema:xAL:2.0",
    b"xsi": b"http://www.w3.org/2001/XMLSchema-instance",
}
"""Prefixes that Google Earth writes, at times without declaring them."""
_ROOT: Final = re.compile(rb"<(?:kml|Document|Folder|Placemark)(?=[\s>])")


class _StrictTreeBuilder(ET.TreeBuilder):
    """Builds elements, and refuses what no real KML file has: a document type or deep nesting."""

    depth = 0
    count = 0

    def doctype(self, *_: Any) -> None:
        raise DocumentError("declares a document type, which such files do not have; save it again")

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
    root = _parse(content, log)
    if tag_of(root) not in {"kml", "Document", "Folder", "Placemark"}:
        raise log.refusal(f"is not a KML file: its root element is {tag_of(root)!r}")
    found = list(_placemarks(root, log))
    links = sum(tag_of(element) == "NetworkLink" for element in root.iter())
    _report_links(links, log, has_placemarks=bool(found))
    placemarks = [element for element, _ in found]
    fields: list[dict[str, str | None]] = [dict(_fields(element)) for element in placemarks]
    if any(folder for _, folder in found) and not any(_FOLDER in record for record in fields):
        for record, (_, folder) in zip(fields, found, strict=True):
            record[_FOLDER] = folder
    columns = tuple(dict.fromkeys(key for record in fields for key in record))
    refuse_large_table(columns, log.name, len(placemarks))
    rows = []
    for number, (element, record) in enumerate(zip(placemarks, fields, strict=True), start=1):
        lonlat, problem = _position(element)
        cells = tuple(record.get(column) for column in columns)
        rows.append(Row(number, cells, lonlat, problem))
    return RawTable(columns, tuple(rows), located=True, row_noun="placemark")


def _parse(content: bytes, log: ReadLog) -> ET.Element:
    """Parse KML; blank lines before the declaration and Google's prefixes are no obstacle."""
    content = without_lead(content)
    try:
        try:
            return parse_element(content, log)
        except ET.ParseError as error:
            missing = _undeclared(content)
            if error.code != expat.errors.codes[_UNBOUND] or not missing:
                raise
        names = b"".join(b' xmlns:%s="%s"' % (name, _NAMESPACES[name]) for name in missing)
        root = parse_element(_ROOT.sub(lambda match: match[0] + names, content, count=1), log)
    except DocumentError:
        raise
    except (ET.ParseError, ValueError, LookupError) as error:
        raise log.refusal(f"not well-formed KML: {error_text(error)}") from error
    listed = ", ".join(name.decode() for name in missing)
    log.note("namespaces", listed, "used without a declaration; taken for Google Earth's")
    return root


def without_lead(content: bytes) -> bytes:
    """Return XML without the blank lines and byte order mark before its first tag."""
    return content.lstrip(b" \t\r\n\xef\xbb\xbf")


def parse_element(content: bytes, log: ReadLog) -> ET.Element:
    """Parse XML without a document type or entities, within limits of size and depth."""
    parser = ET.XMLParser(target=_StrictTreeBuilder())  # noqa: S314  it refuses document types
    try:
        parser.feed(content)
        return parser.close()
    except DocumentError as error:  # from the builder, which does not know the file
        raise log.refusal(str(error)) from error


def _undeclared(content: bytes) -> list[bytes]:
    """Return Google Earth's prefixes that the file does not declare."""
    return [name for name in _NAMESPACES if not re.search(rb"xmlns:%s\s*=" % name, content)]


def _placemarks(root: ET.Element, log: ReadLog) -> Iterator[tuple[ET.Element, str | None]]:
    """Yield the placemarks in order, each with the path of the folders around it."""
    stack: list[tuple[ET.Element, str | None]] = [(root, None)]
    n_chars = 0
    while stack:
        element, path = stack.pop()
        if tag_of(element) == "Placemark":
            n_chars += len(path or "")  # each place has the names of its folders
            if n_chars > LARGEST_IMPORT:
                raise log.refusal(_LONG_FOLDERS)
            yield element, path
            continue
        if tag_of(element) == "Folder":
            name = next((part.text or "" for part in element if tag_of(part) == "name"), "").strip()
            if name:
                path = name if path is None else f"{path}/{name}"
                n_chars += len(path)
        if n_chars > LARGEST_IMPORT:
            raise log.refusal(_LONG_FOLDERS)
        stack += ((part, path) for part in reversed(element))


def _report_links(links: int, log: ReadLog, *, has_placemarks: bool) -> None:
    if not links and not has_placemarks:
        raise log.refusal("contains no placemarks, which are its places; save it with them")
    if not links:
        return
    links_text = f"{links} network link{'s' if links > 1 else ''}"
    if not has_placemarks:
        raise log.refusal(
            f"contains no placemarks, but {links_text} to other files; open it in Google Earth and"
            " save the places themselves"
        )
    log.note("not read", links_text, "links to other files are not followed")
    log.mention(f"links to other files are not followed ({links_text})")


def _unpack_kmz(content: bytes, log: ReadLog) -> bytes:
    name = log.name
    archive = open_archive(content, name=name)
    members = [member for member in archive.namelist() if member.lower().endswith(".kml")]
    if not members:
        raise log.refusal("contains no .kml file")
    # By the KMZ specification the first one is the document; others are linked from it.
    log.note("member", quoted(members[0]), f"the first .kml of {len(members)} in the archive")
    if len(members) > 1:
        log.mention(
            f"only {quoted(members[0])}, the first of its {len(members)} .kml files, is read"
        )
    return read_member(archive, members[0], name=name)


def tag_of(element: ET.Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _fields(placemark: ET.Element) -> Iterator[tuple[str, str]]:
    for element in placemark:
        if tag_of(element) in _TEXT_TAGS and (text := (element.text or "").strip()):
            yield tag_of(element), text
    for element in placemark.iter():
        if tag_of(element) == "SimpleData" and element.text:
            yield element.get("name", ""), element.text.strip()
        elif tag_of(element) == "Data":
            value = next((part.text for part in element if tag_of(part) == "value"), None)
            if value:
                yield element.get("name", ""), value.strip()


def _position(placemark: ET.Element) -> tuple[LonLat | None, str | None]:
    points = [*_shapes(placemark)]
    if len(points) != 1 or tag_of(points[0]) != "Point":
        kinds = [*map(tag_of, points)]
        if not kinds:
            return None, "geometry is missing; expected one Point"
        return None, not_a_point(kinds[0]) if len(kinds) == 1 else not_a_point(
            "MultiGeometry", kinds
        )
    text = next(
        (part.text or "" for part in points[0] if tag_of(part) == "coordinates"), ""
    ).strip()
    if not _TUPLE.fullmatch(text):
        return None, f"coordinates are {text[:40]!r}; expected LON,LAT in degrees"
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > _LON_LAT_HEIGHT and "." not in text:
        return (
            None,
            f"coordinates are {text[:40]!r}, perhaps with decimal commas; expected LON,LAT in degrees",
        )
    try:
        lon, lat = map(degrees, parts[:2])
        return check_position(
            lon, lat, subject="coordinates", hint=LONGITUDE_FIRST, wrap=False
        ), None
    except QuantityError as error:
        return None, str(error)


def _shapes(element: ET.Element) -> Iterator[ET.Element]:
    """Yield the geometries of a placemark, with those inside a MultiGeometry one by one."""
    stack = [element]
    while stack:
        for part in stack.pop():
            if tag_of(part) == "MultiGeometry":
                stack.append(part)
            elif tag_of(part) in _GEOMETRIES:
                yield part


def degrees(text: str) -> float:
    """Parse decimal degrees as XML formats write them."""
    if not re.fullmatch(
        r"\s*[+-]?([0-9]{1,3}(\.[0-9]{0,40})?|\.[0-9]{1,40})([eE]-?[0-9]{1,2})?\s*", text
    ):
        raise QuantityError(f"coordinates contain {text[:40]!r}; expected decimal degrees")
    return float(text)
