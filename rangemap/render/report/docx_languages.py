"""A Word document in a language other than English: its language, and its direction."""

from __future__ import annotations

import copy
import re
import unicodedata
from typing import Any, Final

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from rangemap.render.figure.typeface import is_right_to_left
from rangemap.text import FIRST_STRONG_ISOLATE, POP_ISOLATE

# The elements that ISO/IEC 29500-1 allows after the one in the name: Word refuses another order.
AFTER_BIDI: Final = (
    "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing",
    "w:mirrorIndents", "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment",
    "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr",
    "w:pPrChange",
)  # fmt: skip
_AFTER_BIDI_VISUAL: Final = (
    "w:tblStyleRowBandSize", "w:tblStyleColBandSize", "w:tblW", "w:jc", "w:tblCellSpacing",
    "w:tblInd", "w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook",
    "w:tblCaption", "w:tblDescription", "w:tblPrChange",
)  # fmt: skip
_AFTER_SECTION_BIDI: Final = ("w:rtlGutter", "w:docGrid", "w:printerSettings", "w:sectPrChange")
_AFTER_RTL: Final = (
    "w:cs", "w:em", "w:lang", "w:eastAsianLayout", "w:specVanish", "w:oMath", "w:rPrChange",
)  # fmt: skip
_NAME: Final = re.compile(
    f"({FIRST_STRONG_ISOLATE}[^{FIRST_STRONG_ISOLATE}{POP_ISOLATE}]*{POP_ISOLATE})"
)


_ISOLATES: Final = FIRST_STRONG_ISOLATE + POP_ISOLATE


def set_language(document: Any, code: str) -> None:
    """State the language of a document, for spelling and screen readers."""
    for language in document.styles.element.iter(qn("w:lang")):
        for script in ("val", "bidi"):
            language.set(qn(f"w:{script}"), code)


def mirror(document: Any) -> None:
    """Lay a finished document out from right to left.

    Word ignores isolates, and lays out ``Fateh-110`` in a run from right to left as
    ``110-Fateh``. So each name becomes a run of its own, in its own direction.
    """
    for section in document.sections:
        footer = section.footer._element  # noqa: SLF001  python-docx has no public access
        for part in (document.element.body, footer):
            for paragraph in part.iter(qn("w:p")):
                _mirror_paragraph(paragraph)
            for run in list(part.iter(qn("w:r"))):
                _split_run(run)
    for properties in document.element.body.iter(qn("w:sectPr")):
        properties.insert_element_before(OxmlElement("w:bidi"), *_AFTER_SECTION_BIDI)
    for table in document.element.body.iter(qn("w:tbl")):
        mirrored = OxmlElement("w:bidiVisual")
        table.tblPr.insert_element_before(mirrored, *_AFTER_BIDI_VISUAL)


def _mirror_paragraph(paragraph: Any) -> None:
    properties = paragraph.get_or_add_pPr()
    if paragraph.find(qn("w:hyperlink")) is not None:  # an address runs from left to right
        properties.get_or_add_jc().set(qn("w:val"), "right")
        return
    if properties.find(qn("w:bidi")) is None:
        properties.insert_element_before(OxmlElement("w:bidi"), *AFTER_BIDI)
    # In such a paragraph "right" is where lines end. Numbers are aligned where they start,
    # which is where their last digits are.
    aligned = properties.find(qn("w:jc"))
    if aligned is not None and paragraph.getparent().tag == qn("w:tc"):
        properties.remove(aligned)


def _split_run(run: Any) -> None:
    """Split a run into its names and the text between them, each with its direction."""
    text = run.find(qn("w:t"))
    if text is not None and _needs_no_isolates(text.text or "", run.getparent()):
        text.text = text.text.strip(_ISOLATES)
        return
    parts = [] if text is None else [part for part in _NAME.split(text.text or "") if part]
    for number, part in enumerate(parts):
        piece = run if number == len(parts) - 1 else copy.deepcopy(run)
        if piece is not run:
            run.addprevious(piece)
        content = piece.find(qn("w:t"))
        content.text = part
        content.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        name = part.strip(_ISOLATES)
        if not part.startswith(FIRST_STRONG_ISOLATE) or is_right_to_left(name):
            properties = piece.get_or_add_rPr()
            if properties.find(qn("w:rtl")) is None:
                properties.insert_element_before(OxmlElement("w:rtl"), *_AFTER_RTL)


def _needs_no_isolates(text: str, parent: Any) -> bool:
    """Whether a text is one name from left to right, alone in its paragraph or link.

    A program that does not know isolates would underline them.
    """
    name = text.strip(_ISOLATES)
    return (
        len(text) == len(name) + 2
        and len(parent.findall(qn("w:r"))) == 1
        and unicodedata.bidirectional(name[:1] or " ") == "L"
        and name[-1].isalnum()
        and not any(unicodedata.bidirectional(char) in {"R", "AL", "AN"} for char in name)
    )
