"""The map page: one HTML file that loads nothing from outside.

`RangeMap` is a `folium.Map` made from one payload, the mapping `PagePayload`. folium and branca
run every text through Jinja, so no text of the payload is passed to them: they make the frame of
the page from fixed placeholders, and the payload is inserted afterwards as JSON that the page's
script shows by ``textContent``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import folium
from branca.element import Element, Figure
from jinja2 import Template

from rangemap.errors import OutputError
from rangemap.render.background.names import script_table
from rangemap.render.page.attributes import SANDBOX, attribute
from rangemap.render.page.basemap import base_map, names_for
from rangemap.render.style import css_variables, script_constants
from rangemap.scenario.keys import DETAILS
from rangemap.wording.language import LANGUAGES, Language, read_language

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
from rangemap.render.page.records import PagePayload

SCRIPT_PARTS: Final = (
    "tools", "basemap", "rings", "places", "popups", "panel", "label-space", "names", "labels", "layout", "view",
    "start",
)  # fmt: skip
"""Files of the page's script in `web/`, in the order in which they are joined."""


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

    _template = Template(
        """<!DOCTYPE html>
<html lang="@rangemap:lang@" dir="@rangemap:dir@">
<head>
@rangemap:csp@
<meta charset="utf-8">
<title>@rangemap:title@</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
@rangemap:leaflet.css@
</style>
<style>
@rangemap:rangemap.css@
</style>
<!--
@rangemap:licence@
-->
<script>
@rangemap:leaflet.js@
</script>
<script>
@rangemap:rangemap.js@
</script>
{{ this.header.render(**kwargs) }}
</head>
<body>
<header class="rm-header"></header>
<main class="rm-main">{{ this.html.render(**kwargs) }}</main>
<footer class="rm-footer"><noscript>@rangemap:noscript@</noscript></footer>
<script type="application/json" id="rangemap-payload">@rangemap:payload@</script>
<script type="application/json" id="rangemap-basemap">@rangemap:basemap@</script>
<script type="application/json" id="rangemap-names">@rangemap:names@</script>
<script>
{{ this.script.render(**kwargs) }}
</script>
</body>
</html>
"""
    )

    def __init__(self, payload: PagePayload) -> None:
        super().__init__()
        if payload["detail"] not in {*DETAILS, None}:
            raise OutputError(f"detail is {payload['detail']!r}; expected {', '.join(DETAILS)}")
        # branca's own header has a second charset.
        self.header = Element()
        self.header._parent = self
        tiles, words = payload["tiles"], payload["words"]
        self._hosts = [] if tiles is None else list(tiles["hosts"])
        self._data = {
            "lang": payload["lang"] if _LANGUAGE.fullmatch(payload["lang"]) else "en",
            "dir": "rtl" if words["direction"] == "rtl" else "ltr",
            "title": attribute(payload["title"]),
            "noscript": attribute(words["noscript"]),
            "payload": _script_json(payload),
            "basemap": "null" if tiles else base_map(payload["bounds"], payload["detail"]),
            "names": "null"
            if tiles
            else _script_json(
                names_for(payload["bounds"], payload["about"], _language(payload["lang"]))
            ),
        }

    def render(self, **kwargs: object) -> str:
        """Make the frame with branca, then insert what must not pass through it."""
        frame = _numbered(super().render(**kwargs))
        outside = _FROM_OUTSIDE.search(frame)
        if outside:
            raise OutputError(
                f"a layer loads {outside[1]}, but a map page loads nothing from outside; add folium"
                " layers that need no files (GeoJson, PolyLine, Polygon, CircleMarker, with tooltips)"
            )
        frame = _PLACEHOLDER.sub(_asset, frame)
        parts = {**self._data, "csp": _content_security_policy(frame, self._hosts)}
        return _PLACEHOLDER.sub(lambda match: parts[match[1]], frame)


def _language(code: str) -> Language:
    """Return the language of the names, English if there is no such language."""
    return read_language(code if code in LANGUAGES else "en")


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_FROM_OUTSIDE = re.compile(r"<(?:script|link)\b[^>]*\b(?:src|href)=\"([^\"]*)\"")
_PLACEHOLDER = re.compile(r"@rangemap:([a-z.]+)@")
_FOLIUM_ID = re.compile(r"\b([a-z_]+)_([0-9a-f]{32})\b")
_INLINE_BLOCK = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)
_TYPE_COMMENT = re.compile(r"^ */\*\*.*?\*/\n", re.DOTALL | re.MULTILINE)
_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_STRING_ESCAPES = str.maketrans({char: f"\\u{ord(char):04x}" for char in "{}<>&"})


def _script_json(value: object) -> str:
    """Write ASCII JSON in which neither HTML nor Jinja finds markup."""
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=True, separators=(",", ":"))
    except ValueError as error:
        raise OutputError(f"map page: {error}; expected finite numbers only.") from error
    return _JSON_STRING.sub(lambda match: match[0].translate(_STRING_ESCAPES), text)


def _numbered(frame: str) -> str:
    """Replace folium's random ids by counters, for reproducible output."""
    numbers: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        return f"{match[1]}_{numbers.setdefault(match[2], len(numbers) + 1)}"

    return _FOLIUM_ID.sub(number, frame)


def _asset(match: re.Match[str]) -> str:
    """Return a file of the page's code for its placeholder; data placeholders stay."""
    return _assets().get(match[1], match[0])


@cache
def _assets() -> dict[str, str]:
    leaflet = files("xstatic.pkg.leaflet") / "data"
    web = files("rangemap.render") / "web"
    script = (leaflet / "leaflet.js").read_text("utf-8")
    style = (leaflet / "leaflet.css").read_text("utf-8")
    return {
        "leaflet.js": re.sub(r"(?m)^//# sourceMappingURL=.*$", "", script).rstrip(),
        "leaflet.css": re.sub(
            r"url\(images/([\w.-]+\.png)\)",
            lambda match: f"url({_data_uri(leaflet / 'images' / match[1])})",
            style,
        ).rstrip(),
        "rangemap.js": _own_script(web),
        "rangemap.css": css_variables() + (web / "rangemap.css").read_text("utf-8").rstrip(),
        "licence": LEAFLET_LICENCE,
    }


def _own_script(web: Traversable) -> str:
    """Join the files of the page's script, wrapped in one function.

    Type comments, which only `make types` needs, are removed.
    """
    parts = [(web / f"{part}.js").read_text("utf-8").rstrip() for part in SCRIPT_PARTS]
    parts = [_TYPE_COMMENT.sub("", part) for part in parts]
    parts.insert(0, f"const STYLE = {json.dumps(script_constants())};")
    parts.insert(1, f"const NAME_TABLE = {json.dumps(script_table())};")
    return '(function () {\n"use strict";\n' + "\n\n".join(parts) + "\n})();"


def _data_uri(image: Traversable) -> str:
    return "data:image/png;base64," + base64.b64encode(image.read_bytes()).decode("ascii")


def _content_security_policy(page: str, hosts: Sequence[str] = ()) -> str:
    """Allow this page's inline blocks and the tile servers' images, and nothing else."""
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for kind, text in _INLINE_BLOCK.findall(page):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
        hashes[kind].append(f"'sha256-{digest}'")
    policy = (
        f"default-src 'none'; script-src {' '.join(hashes['script'])}; "
        f"style-src {' '.join(hashes['style'])}; img-src {' '.join(['data:', *hosts])};"
        " base-uri 'none'; form-action 'none'"
    )
    return f'<meta http-equiv="Content-Security-Policy" content="{policy}">'


LEAFLET_LICENCE: Final = """\
This file contains Leaflet 1.9.3, https://leafletjs.com, under the BSD 2-Clause License:

Copyright (c) 2010-2022, Volodymyr Agafonkin
Copyright (c) 2010-2011, CloudMade
All rights reserved.

Redistribution and use in source and binary forms, with or without modification, are permitted
provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions
   and the following disclaimer.

2. Redistributions in binary form must reproduce the above copyright notice, this list of
   conditions and the following disclaimer in the documentation and/or other materials provided
   with the distribution.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR
IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND
FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR
CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL
DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE,
DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER
IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT
OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE."""
