"""Social cards: the tags of a page from which feeds and messengers make a preview of its link."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, urljoin

from rangemap.render.page.attributes import attribute
from rangemap.text import link_target

_SUFFIX: Final = ".card.png"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a preview of a page shows.

    ``url`` is the address of the page, ``picture`` the file name of a PNG beside it, and ``size`` the
    width and height of that in pixels. ``description`` is also the alternative text of the picture.
    """

    url: str
    picture: str
    title: str
    description: str
    size: tuple[int, int]

    def to_html(self) -> str:
        """Return the tags of the Open Graph protocol, and those that X adds to them.

        Returns
        -------
        str
            Lines in ASCII; the addresses are absolute.

        Examples
        --------
        >>> card = Card(
        ...     url="https://a.org/maps/", picture="iraq.card.png", title="A & B", description="D",
        ...     size=(1200, 630),
        ... )
        >>> print(card.to_html().splitlines()[4])
        <meta property="og:image" content="https://a.org/maps/iraq.card.png">
        """
        width, height = self.size
        picture = urljoin(self.url, quote(self.picture.encode("utf-8", "surrogateescape")))
        properties = {
            "og:type": "website",
            "og:url": link_target(self.url),
            "og:title": self.title,
            "og:description": self.description,
            "og:image": link_target(picture),
            "og:image:type": "image/png",
            "og:image:width": str(width),
            "og:image:height": str(height),
            "og:image:alt": self.description,
        }
        names = {
            "twitter:card": "summary_large_image",
            "twitter:title": self.title,
            "twitter:description": self.description,
            "twitter:image": link_target(picture),
            "twitter:image:alt": self.description,
        }
        tags = [
            f'<meta {kind}="{name}" content="{attribute(text)}">'
            for kind, texts in (("property", properties), ("name", names))
            for name, text in texts.items()
        ]
        return "\n".join(tags)


def card_path(page: Path) -> Path:
    """Return the file of the picture of a page's card.

    Examples
    --------
    >>> card_path(Path("maps/iraq.v2.html")).as_posix()
    'maps/iraq.v2.card.png'
    """
    return page.with_suffix(_SUFFIX)
