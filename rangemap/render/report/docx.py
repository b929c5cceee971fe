"""The report as a Word document: real headings, tables with header rows, alt text, links."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import replace
from typing import Any, Final

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor
from PIL import Image

from rangemap.check import Verdict
from rangemap.render.archive import to_zip
from rangemap.render.figure.typeface import is_right_to_left, single_line
from rangemap.render.report.document import Cell, Report, Section, Table
from rangemap.render.report.docx_languages import AFTER_BIDI, mirror, set_language
from rangemap.render.style import HOUSE_STYLE, INK, LINK, QUIET, VERDICT_COLOURS, HouseStyle, Logo
from rangemap.text import FIRST_STRONG_ISOLATE

_CREATED: Final = dt.datetime(1980, 1, 1)  # noqa: DTZ001  not the current time: same report, same file
_INK, _GREY, _LINK = (RGBColor.from_string(c) for c in (INK[1:], QUIET[1:], LINK[1:]))
_FONT: Final = "Arial"
_SIDE: Final = Mm(20)
_LONGEST_PROPERTY: Final = 255
_PAGE: Final = (Mm(210), Mm(297))
_CELL_PT: Final = 7.5
_WHOLE_TABLE: Final = 8  # rows; a longer table may be split between pages

# The elements that ISO/IEC 29500-1 allows after the one in the name: Word refuses another order.
_AFTER_TABLE_MARGINS: Final = ("w:tblLook", "w:tblCaption", "w:tblDescription", "w:tblPrChange")
_AFTER_MARK: Final = ("w:sectPr", "w:pPrChange")
_AFTER_COMPLEX_SIZE: Final = (
    "w:highlight", "w:u", "w:effect", "w:bdr", "w:shd", "w:fitText", "w:vertAlign", "w:rtl",
    "w:cs", "w:em", "w:lang", "w:eastAsianLayout", "w:specVanish", "w:oMath", "w:rPrChange",
)  # fmt: skip


def to_docx(report: Report, *, png: bytes, style: HouseStyle = HOUSE_STYLE) -> bytes:
    """Return the report as a .docx file of A4 pages.

    Parameters
    ----------
    report : Report
        The content; every text is inserted as text.
    png : bytes
        The map.
    style : HouseStyle
        Font and logo.

    Returns
    -------
    bytes
        The same bytes for the same report.
    """
    document = Document()
    _set_up(document, report, style.font[0] if style.font else _FONT)
    if style.logo is not None:
        _add_logo(document, style.logo)
    _paragraph(document, report.heading, style="Title")
    _paragraph(document, report.subtitle, style="Subtitle")
    if report.credit:
        _paragraph(document, report.credit).runs[0].font.color.rgb = _GREY
    _set_bold(_paragraph(document, report.promise).runs[0].font)
    width = _PAGE[0] - 2 * _SIDE
    _add_section(document, report.findings, width)
    picture = document.add_picture(io.BytesIO(png), width=Emu(width))
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    # python-docx has no public API for a picture's description.
    picture._inline.docPr.set("descr", single_line(report.alt))
    picture._inline.docPr.set("title", single_line(report.title))
    _paragraph(document, report.caption, style="Caption")
    levels = [*(section.level for section in report.sections), 0]
    for section, next_level in zip(report.sections, levels[1:], strict=True):
        opens = next_level > section.level and not section.items
        _add_section(document, section, width, opens=opens)
    if report.lang != "en":
        set_language(document, report.lang)
    if report.direction == "rtl":
        mirror(document)
    content = io.BytesIO()
    document.save(content)
    with zipfile.ZipFile(content) as archive:
        return to_zip({name: archive.read(name) for name in archive.namelist()})


def _add_logo(document: Any, logo: Logo) -> None:
    """Put a logo at the right above the title, as a PNG: Word does not support every format."""
    content = io.BytesIO()
    Image.open(io.BytesIO(logo.content)).convert("RGBA").save(content, "PNG")
    picture = document.add_picture(content, height=Mm(13))
    picture._inline.docPr.set("descr", single_line(logo.alt))
    document.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _set_up(document: Any, report: Report, font: str) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = _PAGE
    page.left_margin = page.right_margin = _SIDE
    page.top_margin = page.bottom_margin = Mm(20)
    about = document.core_properties
    about.title, about.subject, about.author = (
        _property(report.title),
        _property(report.promise),
        _property(report.credit or ""),
    )
    about.comments, about.last_modified_by = report.made_with.removesuffix("."), ""
    about.created = about.modified = _CREATED
    about.language = report.lang
    styles = document.styles
    _set_size(styles["Normal"].font, 10)
    styles["Normal"].paragraph_format.space_after = Pt(5)
    _set_font(styles["Normal"], font)
    for name, size in (("Title", 22), ("Subtitle", 12), ("Heading 1", 14), ("Heading 2", 11)):
        style = styles[name]
        _set_size(style.font, size)
        style.font.italic = style.font.cs_italic = False
        _set_bold(style.font, bold=name != "Subtitle")
        style.font.color.rgb = _GREY if name == "Subtitle" else _INK
        _set_font(style, font)
        for tag in ("w:pBdr", "w:spacing"):  # the template's rules and letter spacing
            for found in style.element.findall(f".//{qn(tag)}"):
                found.getparent().remove(found)
    styles["Heading 1"].paragraph_format.space_before = Pt(18)
    styles["Heading 2"].paragraph_format.space_before = Pt(12)
    styles["Caption"].font.color.rgb = _GREY
    _set_bold(styles["Caption"].font, bold=False)
    _set_size(styles["Caption"].font, 8.5)
    _add_footer(page, report.title)


def _add_footer(page: Any, title: str) -> None:
    """Put the title and the page number in the footer of every page."""
    footer = page.footer.paragraphs[0]
    _set_size(footer.style.font, 8)
    footer.style.font.color.rgb = _GREY
    stops = footer.style.paragraph_format.tab_stops
    stops.clear_all()
    stops.add_tab_stop(_PAGE[0] - 2 * _SIDE, WD_TAB_ALIGNMENT.RIGHT)
    footer.add_run(f"{single_line(title)}\t")
    _add_field(footer, "PAGE")
    footer.add_run(" / ")
    _add_field(footer, "NUMPAGES")


def _add_field(paragraph: Any, instruction: str) -> None:
    """Add a number that the viewing program computes."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run = paragraph.add_run("1")
    field.append(run._r)
    paragraph._p.append(field)


def _set_size(font: Any, points: float) -> None:
    """Set the size for all scripts: Word stores it separately for Arabic and Hebrew."""
    font.size = Pt(points)
    properties = font._element.get_or_add_rPr()
    for found in properties.findall(qn("w:szCs")):
        properties.remove(found)
    size = OxmlElement("w:szCs")
    size.set(qn("w:val"), properties.find(qn("w:sz")).get(qn("w:val")))
    properties.insert_element_before(size, *_AFTER_COMPLEX_SIZE)


def _set_mark_size(paragraph: Any, points: float) -> None:
    """Set the size of the mark that ends a paragraph, which gives an empty one its height."""
    properties = OxmlElement("w:rPr")
    for tag in ("w:sz", "w:szCs"):
        size = OxmlElement(tag)
        size.set(qn("w:val"), str(round(2 * points)))
        properties.append(size)
    paragraph._p.get_or_add_pPr().insert_element_before(properties, *_AFTER_MARK)


def _set_bold(font: Any, *, bold: bool = True) -> None:
    """Make all scripts bold, or not: Word stores it separately for Arabic and Hebrew."""
    font.bold = font.cs_bold = bold


def _property(text: str) -> str:
    """Cut a text to the limit of a document property, and mark the cut."""
    text = single_line(text)
    return text if len(text) <= _LONGEST_PROPERTY else f"{text[: _LONGEST_PROPERTY - 1]}…"


def _set_font(style: Any, font: str) -> None:
    """Set one font for all scripts, without the template's theme fonts, which would override it."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for key in list(fonts.attrib):
        del fonts.attrib[key]
    for key in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{key}"), font)


def _add_section(document: Any, section: Section, width: int, *, opens: bool = False) -> None:
    """Add a section; one that ``opens`` those below it stays on a page with the next of them."""
    # The title of the document is above its headings, so theirs begin at level 1.
    _paragraph(document, section.title, style=f"Heading {section.level - 1}")
    for text in section.paragraphs:
        paragraph = _paragraph(document, text)
        paragraph.paragraph_format.keep_with_next = bool(section.tables) or opens or None
    for text in section.items:
        _paragraph(document, text, style="List Bullet")
    for number, table in enumerate(each for each in section.tables if each.rows):
        if number:  # Word joins tables that follow each other
            _set_size(document.add_paragraph().add_run().font, 6)
        _add_table(document, table, width)


def _add_table(document: Any, table: Table, width: int) -> None:
    shares = [width * part / sum(table.widths) for part in table.widths]
    element = document.add_table(rows=1, cols=len(table.columns))
    element.alignment = WD_TABLE_ALIGNMENT.LEFT
    element.autofit = False
    margins = OxmlElement("w:tblCellMar")
    for side, twips in (("left", 40), ("right", 90)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    element._tbl.tblPr.insert_element_before(margins, *_AFTER_TABLE_MARGINS)
    for index, heading in enumerate(table.columns):
        cell = element.rows[0].cells[index]
        _fill(cell, replace(heading, number=table.rows[0][index].number), bold=True)
        _rule(cell, size=10, color="1B1F24")
    _mark(element.rows[0], "w:tblHeader")
    _keep_with_next(element.rows[0])
    for row in table.rows:
        line = element.add_row()
        _mark(line, "w:cantSplit")
        # `cells` walks the whole table on each access.
        for cell, content in zip(line.cells, row, strict=True):
            _fill(cell, content)
            _rule(cell, size=4, color="D3D8DC")
    for line in element.rows[1:-1] if len(table.rows) <= _WHOLE_TABLE else ():
        _keep_with_next(line)
    for column, share in zip(element.columns, shares, strict=True):
        column.width = Emu(round(share))
    for line in element.rows:
        for cell, share in zip(line.cells, shares, strict=True):
            cell.width = Emu(round(share))


def _fill(cell: Any, content: Cell, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(1)
    paragraph.paragraph_format.space_before = Pt(1)
    if content.number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if not content.text:  # its height is that of the paragraph's mark
        _set_mark_size(paragraph, _CELL_PT)
    run = _add_run(paragraph, content.text)
    _set_size(run.font, _CELL_PT)
    _set_bold(run.font, bold=bold or content.tone in {"inside", "disputed", "too_close"})
    if content.tone:
        run.font.color.rgb = RGBColor.from_string(VERDICT_COLOURS[Verdict(content.tone)].text[1:])
    if content.note:
        note = _add_run(_next_line(cell, content, content.text), content.note)
        _set_size(note.font, _CELL_PT)
        note.font.color.rgb = _GREY
    for address in content.addresses:
        line = _next_line(cell, content, content.text)
        if address.before:
            _set_size(_add_run(line, address.before).font, _CELL_PT)
        _set_size(_add_run(line, address.text, address.url).font, _CELL_PT - 0.5)


def _next_line(cell: Any, content: Cell, text: str) -> Any:
    """Return the paragraph for the next line of a cell: the first one if it is empty."""
    paragraph = cell.paragraphs[-1] if not text and not cell.text else cell.add_paragraph()
    paragraph.paragraph_format.space_after = paragraph.paragraph_format.space_before = Pt(0)
    if content.number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return paragraph


def _paragraph(document: Any, text: str, *, style: str | None = None) -> Any:
    paragraph = document.add_paragraph(style=style)
    _add_run(paragraph, text)
    return paragraph


def _add_run(paragraph: Any, text: str, url: str | None = None) -> Any:
    """Add text, right to left if it starts so, and as a link if there is an address."""
    run = paragraph.add_run(single_line(text))
    if is_right_to_left(text) and not text.startswith(FIRST_STRONG_ISOLATE):
        properties = paragraph._p.get_or_add_pPr()
        properties.insert_element_before(OxmlElement("w:bidi"), *AFTER_BIDI)
        run.font.rtl = True
    if url is not None:
        relation = paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), relation)
        run.font.color.rgb = _LINK
        run.font.underline = True
        paragraph._p.remove(run._r)
        link.append(run._r)
        paragraph._p.append(link)
    return run


def _keep_with_next(row: Any) -> None:
    for cell in row.cells:
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = True


def _mark(row: Any, tag: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(tag))


def _rule(cell: Any, *, size: int, color: str) -> None:
    borders = OxmlElement("w:tcBorders")
    bottom = OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", str(size)), ("space", "0"), ("color", color)):
        bottom.set(qn(f"w:{key}"), value)
    borders.append(bottom)
    cell._tc.get_or_add_tcPr().append(borders)
