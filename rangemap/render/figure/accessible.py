"""PDF pictures that assistive technology can read: language, title, and alternative text."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from rangemap.render.figure.canvas import begin_figure

# The identifier is that of every packet (ISO 16684-1, 7.3.2).
_PACKET: Final = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>%s<?xpacket end="w"?>'
)


def to_tagged_pdf(
    content: bytes,
    *,
    alt: str,
    lang: str,
    xmp: bytes,
    parts: Sequence[tuple[str, Sequence[float]]] = (),
) -> bytes:
    """Return a PDF of one page, tagged as a figure, with one figure after it for each of its parts.

    Parameters
    ----------
    content : bytes
        A PDF of one page with a title in its document information.
    alt : str
        The alternative text of the page.
    lang : str
        Its language.
    xmp : bytes
        Its metadata, an XMP packet without its wrapper.
    parts : sequence of (str, sequence of float)
        Alternative text and box in points (west, south, east, north) of each of the parts that `Canvas.begin_part` began, in reading order.

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

    def stream(text: bytes, **entries: Any) -> Any:
        part = DecodedStreamObject()
        part.set_data(text)
        part.update(_dictionary(**entries))
        return writer._add_object(part)  # noqa: SLF001  as above

    tree, document = add(), add()
    figures = ArrayObject(
        add(
            Type=NameObject("/StructElem"), S=NameObject("/Figure"), P=document,
            Pg=page.indirect_reference, K=NumberObject(number), Alt=TextStringObject(text),
            A=_dictionary(O=NameObject("/Layout"), BBox=ArrayObject(FloatObject(round(side, 2)) for side in box), Placement=NameObject("/Block")),
        )
        for number, (text, box) in enumerate(((alt, page.mediabox), *parts))
    )  # fmt: skip
    document.get_object().update(
        _dictionary(Type=NameObject("/StructElem"), S=NameObject("/Document"), P=tree, K=figures)
    )
    numbers = ArrayObject([NumberObject(0), ArrayObject(figures)])
    tree.get_object().update(
        _dictionary(
            Type=NameObject("/StructTreeRoot"), K=document, ParentTree=add(Nums=numbers), ParentTreeNextKey=NumberObject(1)
        )
    )  # fmt: skip
    marked = [stream(begin_figure(0) + b"\n"), page.raw_get("/Contents"), stream(b"\nEMC\n")]
    page.update(
        _dictionary(
            Contents=ArrayObject(marked), StructParents=NumberObject(0), Tabs=NameObject("/S")
        )
    )
    root.update(
        _dictionary(
            Metadata=stream(_PACKET % xmp, Type=NameObject("/Metadata"), Subtype=NameObject("/XML")),
            Lang=TextStringObject(lang), MarkInfo=_dictionary(Marked=BooleanObject(True)), StructTreeRoot=tree,  # noqa: FBT003  the library's own signature
            ViewerPreferences=_dictionary(DisplayDocTitle=BooleanObject(True)),  # noqa: FBT003  as above
        )
    )  # fmt: skip
    tagged = io.BytesIO()
    writer.write(tagged)
    return tagged.getvalue()


def _dictionary(**entries: Any) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in entries.items()})
