"""The report as one HTML file: the live map on screen, its picture on paper.

Built as a tree, so that no text can be markup. The map is a separate page in a frame; a `srcdoc`
frame obeys the policy of the surrounding page, which therefore allows the map's scripts.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Final
from xml.etree import ElementTree as ET

from rangemap.errors import OutputError
from rangemap.render.page.attributes import SANDBOX
from rangemap.render.report.document import Cell, Report, Section, Table
from rangemap.render.style import HOUSE_STYLE, LIGHT_ONLY, HouseStyle
from rangemap.render.stylesheet import css_variables

_WHOLE_TABLE: Final = 8  # rows; a longer table may be split between pages
_POLICY: Final = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]+)"')
# With the hyphen after it, so that a range between hyphens may continue on the next line.
_FIGURE: Final = re.compile(r"\d[\d.,\u00a0\u202f]{0,18}\d[-–]?")


def to_html(report: Report, *, page: str, png: bytes, style: HouseStyle = HOUSE_STYLE) -> bytes:
    """Return the report as HTML that loads nothing from outside.

    Parameters
    ----------
    report : Report
        The content.
    page : str
        The live map, a complete HTML document.
    png : bytes
        The picture of the map.
    style : HouseStyle
        Font and logo.

    Returns
    -------
    bytes
        UTF-8; the same bytes for the same report.
    """
    stylesheet = css_variables()
    stylesheet += (files("rangemap.render.report") / "report.css").read_text("utf-8")
    if style.font:
        # Safe without escaping: `read_style` allows only letters, digits, spaces and hyphens.
        names = ", ".join(f'"{name}"' for name in style.font)
        stylesheet += f"body {{ font-family: {names}, sans-serif; }}\n"
    root = ET.Element("html", {"lang": report.lang})
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "meta", {"charset": "utf-8"})
    policy = {"http-equiv": "Content-Security-Policy", "content": _policy(page, stylesheet)}
    ET.SubElement(head, "meta", policy)
    view = {"name": "viewport", "content": "width=device-width, initial-scale=1"}
    ET.SubElement(head, "meta", view)
    _add(head, "title", report.title)
    _add(head, "style", stylesheet)
    body = ET.SubElement(root, "body")
    header = ET.SubElement(body, "header")
    if style.logo is not None:
        logo = {
            "class": "logo",
            "alt": style.logo.alt,
            "src": _data(style.logo.content, style.logo.media_type),
        }
        ET.SubElement(header, "img", logo)
    _add(header, "h1", report.heading)
    _add(header, "p", report.subtitle, "subtitle")
    if report.credit:
        _add(header, "p", report.credit, "credit")
    main = ET.SubElement(body, "main")
    _add(main, "p", report.promise, "promise")
    _add_section(main, report.findings)
    figure = ET.SubElement(main, "figure")
    ET.SubElement(
        figure, "iframe",
        {"class": "screen", "loading": "lazy", "title": report.frame_title, "sandbox": SANDBOX, "srcdoc": _untitled(page)},
    )  # fmt: skip
    picture = {"class": "paper", "alt": report.alt, "src": _data(png, "image/png")}
    ET.SubElement(figure, "img", picture)
    _add(figure, "figcaption", report.caption)
    for section in report.sections:
        _add_section(main, section)
    if report.direction == "rtl":
        # Not by the first letter of each text, which is often that of a Latin name.
        for element in root.iter():
            if element.tag != "a":  # an address runs from left to right
                element.attrib.pop("dir", None)
        root.set("dir", "rtl")
    content = ET.tostring(root, encoding="unicode", method="html")
    return f"<!DOCTYPE html>\n{content}\n".encode()


def _untitled(page: str) -> str:
    """Hide the header of the live map: title and subtitle are those of the report."""
    light = page.replace("<html ", f'<html class="{LIGHT_ONLY}" ', 1)
    return light.replace('<header class="rm-header">', '<header class="rm-header" hidden>', 1)


def _data(content: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def _policy(page: str, style: str) -> str:
    found = _POLICY.search(page)
    if found is None:
        raise OutputError("the map page has no content security policy; write the report again")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        found[1]
        .replace("&#x27;", "'")
        .replace("&#39;", "'")
        .replace("style-src ", f"style-src 'sha256-{digest}' ")
    )


def _add_section(main: ET.Element, section: Section) -> None:
    part = ET.SubElement(main, "section")
    _add(part, f"h{section.level}", section.title)
    for text in section.paragraphs:
        _add(part, "p", text)
    if section.items:
        items = ET.SubElement(part, "ul")
        for text in section.items:
            _add(items, "li", text)
    for number, table in enumerate(section.tables, start=1):
        part_of = f" {number} / {len(section.tables)}" if len(section.tables) > 1 else ""
        _add_table(part, f"{section.title}{part_of}", table)


def _add_table(part: ET.Element, title: str, table: Table) -> None:
    # A wide table scrolls on its own, also by keyboard.
    classes = ["table", *(["short"] if len(table.rows) <= _WHOLE_TABLE else [])]
    frame = ET.SubElement(
        part,
        "div",
        {"class": " ".join(classes), "tabindex": "0", "role": "region", "aria-label": title},
    )
    element = ET.SubElement(frame, "table")
    head = ET.SubElement(ET.SubElement(element, "thead"), "tr")
    numbers = [cell.number for cell in table.rows[0]] if table.rows else []
    for index, cell in enumerate(table.columns):
        classes = ["number"] if index < len(numbers) and numbers[index] else []
        _fill(ET.SubElement(head, "th", {"scope": "col"}), cell, classes)
    body = ET.SubElement(element, "tbody")
    for row in table.rows:
        line = ET.SubElement(body, "tr")
        for cell in row:
            kinds = {"number": cell.number, "date": cell.date, cell.tone: cell.tone is not None}
            # Figures run in the direction of the report: in Arabic the mark before a plus sign would
            # make them run from left to right, with the unit before the figure.
            td = ET.SubElement(line, "td", {} if cell.number else {"dir": "auto"})
            _fill(td, cell, [name for name, given in kinds.items() if name and given])


def _fill(element: ET.Element, cell: Cell, classes: Sequence[str]) -> None:
    kinds = {"whole": cell.whole, "paper": cell.on_paper}
    classes = [*classes, *(name for name, given in kinds.items() if given)]
    if classes:
        element.set("class", " ".join(classes))
    _add_whole_figures(element, cell.text)
    if cell.note:
        _add_whole_figures(ET.SubElement(element, "span", {"class": "note"}), cell.note)
    for address in cell.addresses:
        line = ET.SubElement(element, "span", {"class": "address"})
        line.text = address.before
        link = {"href": address.url, "rel": "noopener noreferrer", "target": "_blank", "dir": "ltr"}
        ET.SubElement(line, "a", link).text = address.text


def _add_whole_figures(element: ET.Element, text: str) -> None:
    """Add text in which narrow cells, which break words of any length, break no figure."""
    end, figure = 0, None
    for match in _FIGURE.finditer(text):
        _append(element, figure, text[end : match.start()])
        figure = ET.SubElement(element, "span", {"class": "figure"})
        figure.text, end = match[0], match.end()
    _append(element, figure, text[end:])


def _append(element: ET.Element, last: ET.Element | None, text: str) -> None:
    """Add text after the last child of an element."""
    if last is None:
        element.text = text
    else:
        last.tail = text


def _add(parent: ET.Element, tag: str, text: str, class_: str | None = None) -> None:
    element = ET.SubElement(parent, tag)
    if class_:
        element.set("class", class_)
    if tag not in {"title", "style"}:
        element.set("dir", "auto")
    element.text = text
