"""The map page as a `folium.Map`, for Python and notebooks.

folium and branca run every text through Jinja, so no text of the payload is passed to them: they render only
the layers that users add, and `rangemap.render.page.html` has the rest of the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

import folium
from branca.element import Element, Figure
from jinja2 import Template

from rangemap.errors import OutputError
from rangemap.render.page.attributes import SANDBOX, attribute
from rangemap.render.page.html import Frame, PageText

if TYPE_CHECKING:
    from rangemap.render.page.records import PagePayload


class RangeMap(folium.Map):
    """A self-contained folium map of range rings.

    Layers of folium may be added if they need no file from outside. Added layers pass through
    Jinja, so they must not contain untrusted text.

    Parameters
    ----------
    payload : PagePayload
        What the page shows. It is serialised here; later changes have no effect.
    picture : callable, optional
        Draws the same map as PNG, for notebooks that are exported to paper; None if it cannot.

    Raises
    ------
    OutputError
        If the payload contains a number that is not finite, or an unknown base map detail.
    """

    default_js: list[tuple[str, str]] = []
    default_css: list[tuple[str, str]] = []

    _template = Template(
        """
        {%- macro html(this, kwargs) -%}
        <div class="folium-map" id={{ this.get_name()|tojson }}></div>
        {%- endmacro -%}
        {%- macro script(this, kwargs) -%}
        var {{ this.get_name() }} = rangemapStart({{ this.get_name()|tojson }});
        {%- endmacro -%}
        """
    )

    def __init__(
        self, payload: PagePayload, *, picture: Callable[[], bytes | None] = lambda: None
    ) -> None:
        super().__init__(tiles=None, zoom_control=False)
        self._name = "RangeMap"
        self._title = payload["title"]
        self._picture = picture
        _Page(payload).add_child(self)

    def to_html(self) -> str:
        """Return the page; the same payload gives the same text.

        Returns
        -------
        str
            A complete HTML document in ASCII.
        """
        page: str = self.get_root().render()
        return page

    def _repr_html_(self, **_: object) -> str:
        """Show the page in a notebook, in a frame that cannot access the notebook."""
        return frame(self.to_html(), title=self._title)

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> dict[str, Any]:
        """Return the page, a picture if there is one, and plain text for a notebook.

        A notebook stores all three: about 1 MB for each map that is shown.
        """
        makers: dict[str, Callable[[], Any]] = {
            "text/html": self._repr_html_,
            "image/png": self._picture,
            "text/plain": lambda: f"<RangeMap: {self._title}>",
        }
        wanted = [kind for kind in makers if include is None or kind in set(include)]
        wanted = [kind for kind in wanted if exclude is None or kind not in set(exclude)]
        bundle = {kind: makers[kind]() for kind in wanted}
        return {kind: content for kind, content in bundle.items() if content is not None}


def frame(page: str, *, title: str, height_px: int = 620) -> str:
    """Return an HTML frame that contains a page and cannot access the page around it.

    Parameters
    ----------
    page : str
        A complete HTML document.
    title : str
        Name of the frame for screen readers.
    height_px : int, default 620
        Height in CSS pixels; the frame is as wide as its container.

    Returns
    -------
    str
        An ``iframe`` in ASCII.

    Examples
    --------
    >>> frame("<p>Hello</p>", title="A & B", height_px=100)[:60]
    '<iframe srcdoc="&lt;p&gt;Hello&lt;/p&gt;" title="A &amp; B" '
    """
    return (
        f'<iframe srcdoc="{attribute(page)}" title="{attribute(title)}" '
        f'sandbox="{SANDBOX}" width="100%" height="{height_px}" style="border:0"></iframe>'
    )


class _Page(Figure):
    """The document around the map; its `render` returns the finished page."""

    def __init__(self, payload: PagePayload) -> None:
        super().__init__()
        # branca's own header has a second charset.
        self.header = Element()
        self.header._parent = self
        self._text = PageText(payload)

    def render(self, **kwargs: object) -> str:
        """Render the layers with branca, and the page around them without it."""
        for child in self._children.values():
            child.render(**kwargs)
        parts = (element.render(**kwargs) for element in (self.header, self.html, self.script))
        frame = Frame(*_numbered(parts))
        outside = _FROM_OUTSIDE.search(" ".join(frame))
        if outside:
            raise OutputError(
                f"a layer loads {outside[1]}, but a map page loads nothing from outside; add folium"
                " layers that need no files (GeoJson, PolyLine, Polygon, CircleMarker, with tooltips)"
            )
        return self._text.complete(frame)


_FROM_OUTSIDE: Final = re.compile(r"<(?:script|link)\b[^>]*\b(?:src|href)=\"([^\"]*)\"")
_FOLIUM_ID: Final = re.compile(r"\b([a-z_]+)_([0-9a-f]{32})\b")


def _numbered(parts: Iterable[str]) -> list[str]:
    """Replace folium's random ids by counters, for reproducible output."""
    numbers: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        return f"{match[1]}_{numbers.setdefault(match[2], len(numbers) + 1)}"

    return [_FOLIUM_ID.sub(number, part).strip() for part in parts]
