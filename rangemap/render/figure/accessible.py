"""PDF pictures that assistive technology can read: language, title, and alternative text."""

from __future__ import annotations

import io
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)


def to_tagged_pdf(content: bytes, *, alt: str, lang: str) -> bytes:
    """Return a PDF of one page, tagged as a single figure.

    Parameters
    ----------
    content : bytes
        A PDF of one page with a title in its document information.
    alt : str
        The alternative text of the page.
    lang : str
        Its language.

    Returns
    -------
    bytes
        The same page, marked as a figure with its alternative text (ISO 32000-1, 14.8 and 14.9.3);
        readers show the title instead of the file name.
    """
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.pdf_header = "%PDF-1.7"
    (page,) = writer.pages
    root = writer.root_object

    def add(**entries: Any) -> Any:
        return writer._add_object(_dictionary(**entries))  # noqa: SLF001  pypdf has no other way to add an object

    def stream(text: bytes) -> Any:
        part = DecodedStreamObject()
        part.set_data(text)
        return writer._add_object(part)  # noqa: SLF001  as above

    tree, document, figure = add(), add(), add()
    page_number = page.indirect_reference
    figure.get_object().update(
        _dictionary(
            Type=NameObject("/StructElem"), S=NameObject("/Figure"), P=document, Pg=page_number, K=NumberObject(0),
            Alt=TextStringObject(alt),
            A=_dictionary(O=NameObject("/Layout"), BBox=ArrayObject(page.mediabox), Placement=NameObject("/Block")),
        )
    )  # fmt: skip
    document.get_object().update(
        _dictionary(
            Type=NameObject("/StructElem"), S=NameObject("/Document"), P=tree, K=ArrayObject([figure])
        )
    )  # fmt: skip
    numbers = ArrayObject([NumberObject(0), ArrayObject([figure])])
    tree.get_object().update(
        _dictionary(
            Type=NameObject("/StructTreeRoot"), K=document, ParentTree=add(Nums=numbers), ParentTreeNextKey=NumberObject(1)
        )
    )  # fmt: skip
    marked = [stream(b"/Figure <</MCID 0>> BDC\n"), page.raw_get("/Contents"), stream(b"\nEMC\n")]
    page.update(
        _dictionary(
            Contents=ArrayObject(marked), StructParents=NumberObject(0), Tabs=NameObject("/S")
        )
    )
    root.update(
        _dictionary(
            Lang=TextStringObject(lang), MarkInfo=_dictionary(Marked=BooleanObject(True)), StructTreeRoot=tree,  # noqa: FBT003  the library's own signature
            ViewerPreferences=_dictionary(DisplayDocTitle=BooleanObject(True)),  # noqa: FBT003  as above
        )
    )  # fmt: skip
    tagged = io.BytesIO()
    writer.write(tagged)
    return tagged.getvalue()


def _dictionary(**entries: Any) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in entries.items()})
