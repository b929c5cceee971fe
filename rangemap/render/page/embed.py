"""Snippets that put a map page into another page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from html import unescape
from pathlib import Path
from typing import Final
from urllib.parse import quote

from rangemap.errors import OutputError
from rangemap.io.files import read_text
from rangemap.render.page.attributes import SANDBOX, attribute

_PLACE: Final = "width:100%;aspect-ratio:4/3;max-height:90vh;min-height:480px"
"""Size of the map: as wide as its column, and no higher than the window."""


class Format(StrEnum):
    """Format of a snippet."""

    HTML = "html"
    MARKDOWN = "markdown"
    QUARTO = "quarto"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPage:
    """A page written by ``rangemap map``: its HTML, title and language."""

    html: str
    title: str
    language: str


# As `render/leaflet` writes them. A general HTML parser could raise any error on other pages'
# markup, or take unbounded time.
_LANGUAGE = re.compile(r'<html lang="([A-Za-z-]{2,20})"')
_PAYLOAD_MARK = ' id="rangemap-payload">'
_HEAD_CHARACTERS = 100_000


def read_page(path: Path) -> MapPage:
    """Read a map page.

    Raises
    ------
    DocumentError
        If the file cannot be read.
    OutputError
        If it was not written by ``rangemap map``.
    """
    html = read_text(path)
    if _PAYLOAD_MARK not in html:
        raise OutputError(
            f"{path}: not a map page; write one with `rangemap map ... -o {path.stem}.html`"
        )
    head = html[:_HEAD_CHARACTERS]
    language = _LANGUAGE.search(head)
    title = unescape(head.partition("<title>")[2].partition("</title>")[0]).strip()
    return MapPage(html=html, title=title, language=language[1] if language else "en")


def snippet(
    page: MapPage,
    address: str,
    *,
    target: Format = Format.HTML,
    whole: bool = False,
    picture: str | None = None,
) -> str:
    """Return the snippet that shows a map page within another page.

    The frame is as wide as its container, may run the page and open its links, and cannot
    access the page around it. The surrounding page needs no script.

    Parameters
    ----------
    page : MapPage
        The page.
    address : str
        Where readers find it: a path relative to the surrounding page, or a URL.
    target : Format
        HTML; Markdown, which is the picture as a link to the map, or the HTML without a
        picture; or Quarto, which shows the frame in HTML output and the picture or link
        elsewhere.
    whole : bool, default False
        Put the whole page into the snippet instead of its address. Such a frame is subject
        to the security policy of the surrounding page, which may prevent it from running.
    picture : str, optional
        Address of a picture of the map. It is shown until the map has loaded, and where
        frames are removed, as by some content management systems, feeds and mail readers.

    Returns
    -------
    str
        Lines in ASCII that end with a line break.

    Raises
    ------
    OutputError
        If an address is neither a relative path nor http(s).

    Examples
    --------
    >>> page = MapPage(html="<p>", title="Ranges", language="en")
    >>> print(snippet(page, "a.html", target=Format.MARKDOWN, picture="a.png"), end="")
    [![Ranges](a.png)](a.html)
    """
    link = _address(address)
    image = None if picture is None else _address(picture)
    if target is Format.MARKDOWN and image is not None:
        return f"[![{_markdown(page.title)}]({image})]({link})\n"
    if target is Format.QUARTO:
        title = _markdown(page.title)
        fallback = f"[{title}]({link})" if image is None else f"![{title}]({image})"
        frame = _figure(page, link, whole=whole, image=image, extra=' data-external="1"')
        return (
            '::: {.content-visible when-format="html"}\n```{=html}\n'
            f"{frame}```\n:::\n\n"
            f'::: {{.content-visible unless-format="html"}}\n{fallback}\n:::\n'
        )
    return _figure(page, link, whole=whole, image=image)


def _figure(page: MapPage, link: str, *, whole: bool, image: str | None, extra: str = "") -> str:
    """Return a frame with a link below it, which remains where frames are removed.

    The picture is placed behind the frame by inline styles: it is visible until the map has
    loaded, and where the frame or its content is removed.
    """
    title = attribute(page.title)
    source = f'srcdoc="{attribute(page.html)}"' if whole else f'src="{link}"{extra}'
    frame = f'<iframe {source} title="{title}" loading="lazy" sandbox="{SANDBOX}"'
    if image is None:
        map_or_link = f'{frame} style="{_PLACE};border:0"></iframe>'
    else:
        map_or_link = (
            '<div style="position:relative">\n'
            f'<img src="{image}" alt="{title}" style="display:block;object-fit:contain;{_PLACE}">\n'
            f'{frame} style="position:absolute;top:0;left:0;width:100%;height:100%;border:0">'
            "</iframe>\n</div>"
        )
    return (
        f'<figure lang="{attribute(page.language)}" style="margin:0">\n{map_or_link}\n'
        f'<figcaption><a href="{link}" dir="auto">{title}</a></figcaption>\n'
        "</figure>\n"
    )


def _address(text: str) -> str:
    """Return an address escaped for both HTML and Markdown."""
    scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text)
    if (scheme and not re.match(r"https?://", text, re.IGNORECASE)) or text.startswith("//"):
        raise OutputError(f"address {text!r}: expected a relative path, or http(s)://")
    # A file name that is not UTF-8 contains lone surrogates for its bytes.
    name = text.encode("utf-8", "surrogateescape")
    return quote(name, safe="/:?#=&%~+,;@-._" if scheme else "/~-._").replace("&", "&amp;")


def _markdown(text: str) -> str:
    """Escape text for Markdown, and for the HTML made from it."""
    escaped = re.sub(r"([\\`*_{}\[\]()#+.!|~^$-])", r"\\\1", " ".join(text.split()))
    return attribute(escaped)
