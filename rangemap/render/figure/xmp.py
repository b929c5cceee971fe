"""XMP metadata: texts in a picture file, in any script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree as ET

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_NAMESPACES: Final[Mapping[str, str]] = {
    "x": "adobe:ns:meta/",
    "rdf": _RDF,
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
}
ALT: Final = "Iptc4xmpCore:AltTextAccessibility"
"""Alternative text (IPTC Photo Metadata Standard 2021.1), which content management systems read."""
_BY_LANGUAGE: Final = {"dc:title", "dc:description", ALT}
_ORDERED: Final = {"dc:creator"}


def to_xmp(texts: Mapping[str, str | None]) -> bytes:
    """Return an XMP packet.

    Parameters
    ----------
    texts : mapping
        Texts by the name of their property, such as ``dc:title``; those that are None are left out.

    Returns
    -------
    bytes
        UTF-8; the same bytes for the same texts.

    Examples
    --------
    >>> b"<dc:source>CSIS</dc:source>" in to_xmp({"dc:source": "CSIS", "dc:title": None})
    True
    """
    for prefix, address in _NAMESPACES.items():
        ET.register_namespace(prefix, address)
    meta = ET.Element(_name("x:xmpmeta"))
    description = ET.SubElement(
        ET.SubElement(meta, _name("rdf:RDF")), _name("rdf:Description"), {_name("rdf:about"): ""}
    )
    for name, text in texts.items():
        if text is None:
            continue
        element = ET.SubElement(description, _name(name))
        if name in _BY_LANGUAGE:
            item = ET.SubElement(ET.SubElement(element, _name("rdf:Alt")), _name("rdf:li"))
            item.set(f"{{{_XML}}}lang", "x-default")
            item.text = text
        elif name in _ORDERED:
            ET.SubElement(ET.SubElement(element, _name("rdf:Seq")), _name("rdf:li")).text = text
        else:
            element.text = text
    return bytes(ET.tostring(meta, encoding="utf-8"))


def _name(prefixed: str) -> str:
    prefix, _, local = prefixed.partition(":")
    return f"{{{_NAMESPACES[prefix]}}}{local}"
