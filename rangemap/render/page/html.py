"""The text of a map page: one HTML file that loads nothing from outside.

No text of the payload passes through a template engine. The page is filled in from fixed placeholders,
and the payload is inserted as JSON that the page's script shows by ``textContent``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, NamedTuple

from rangemap.errors import OutputError
from rangemap.render.background.names import script_table
from rangemap.render.page.attributes import attribute
from rangemap.render.page.basemap import base_map, names_for
from rangemap.render.style import LIGHT_ONLY
from rangemap.render.stylesheet import css_schemes, script_constants
from rangemap.scenario.keys import DETAILS
from rangemap.wording.language import LANGUAGES, Language, read_language

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from rangemap.render.page.card import Card
    from rangemap.render.page.records import PagePayload

SCRIPT_PARTS: Final = (
    "tools", "basemap", "rings", "places", "popups", "panel", "label-space", "cells", "names", "labels", "layout", "view",
    "start",
)  # fmt: skip
"""Files of the page's script in `web/`, in the order in which they are joined."""


class Frame(NamedTuple):
    """What a page contains beside its payload, as HTML and JavaScript."""

    header: str = ""
    body: str = '<div class="folium-map" id="range_map_1"></div>'
    script: str = 'var range_map_1 = rangemapStart("range_map_1");'


class PageText:
    """The text of a page for a payload, which is serialised at once.

    Parameters
    ----------
    payload : PagePayload
        What the page shows.
    card : Card, optional
        The preview of links to the page.

    Raises
    ------
    OutputError
        If the payload contains a number that is not finite, or an unknown base map detail.
    """

    def __init__(self, payload: PagePayload, card: Card | None = None) -> None:
        if payload["detail"] not in {*DETAILS, None}:
            raise OutputError(f"detail is {payload['detail']!r}; expected {', '.join(DETAILS)}")
        tiles, words = payload["tiles"], payload["words"]
        self._hosts = [] if tiles is None else list(tiles["hosts"])
        self._data = {
            "lang": payload["lang"] if _LANGUAGE.fullmatch(payload["lang"]) else "en",
            "dir": "rtl" if words["direction"] == "rtl" else "ltr",
            # The colours of tiles are unknown, and mostly light.
            "scheme": "" if payload["style"]["dark"] and not tiles else f' class="{LIGHT_ONLY}"',
            "title": attribute(payload["title"]),
            "card": "" if card is None else f"\n{card.to_html()}",
            "noscript": attribute(words["noscript"]),
            "payload": _script_json(payload),
            "basemap": "null" if tiles else base_map(payload["bounds"], payload["detail"]),
            "names": "null"
            if tiles
            else _script_json(
                names_for(payload["bounds"], payload["about"], _language(payload["lang"]))
            ),
        }

    def complete(self, frame: Frame) -> str:
        """Return the page: the code first, then the policy for it, then the data."""
        code = {**_assets(), **frame._asdict()}
        page = _filled(_PAGE, code)
        return _filled(page, {**self._data, "csp": _content_security_policy(page, self._hosts)})


def write_page(payload: PagePayload, card: Card | None = None) -> str:
    """Return the page of a payload, a complete HTML document in ASCII.

    ``card`` is the preview of links to it, if its address is known. The same payload gives the same text.

    Raises
    ------
    OutputError
        As `PageText`.
    """
    return PageText(payload, card).complete(Frame())


def _language(code: str) -> Language:
    """Return the language of the names, English if there is no such language."""
    return read_language(code if code in LANGUAGES else "en")


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_PLACEHOLDER = re.compile(r"@rangemap:([a-z.]+)@")
_INLINE_BLOCK = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)
_TYPE_COMMENT = re.compile(r"^ */\*\*.*?\*/\n", re.DOTALL | re.MULTILINE)
_CSS_COMMENT = re.compile(r"/\*.*?\*/\n", re.DOTALL)
_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_STRING_ESCAPES = str.maketrans({char: f"\\u{ord(char):04x}" for char in "{}<>&"})


def _script_json(value: object) -> str:
    """Write ASCII JSON in which neither HTML nor Jinja finds markup."""
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=True, separators=(",", ":"))
    except ValueError as error:
        raise OutputError(f"map page: {error}; expected finite numbers only.") from error
    return _JSON_STRING.sub(lambda match: match[0].translate(_STRING_ESCAPES), text)


def _filled(text: str, parts: Mapping[str, str]) -> str:
    """Replace the placeholders of some parts; others stay."""
    return _PLACEHOLDER.sub(lambda match: parts.get(match[1], match[0]), text)


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
        "rangemap.css": css_schemes()
        + _CSS_COMMENT.sub("", (web / "rangemap.css").read_text("utf-8")).rstrip(),
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


_PAGE: Final = """<!DOCTYPE html>
<html lang="@rangemap:lang@" dir="@rangemap:dir@"@rangemap:scheme@>
<head>
@rangemap:csp@
<meta charset="utf-8">
<title>@rangemap:title@</title>
<meta name="viewport" content="width=device-width, initial-scale=1">@rangemap:card@
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
@rangemap:header@
</head>
<body>
<header class="rm-header"></header>
<main class="rm-main">
    @rangemap:body@</main>
<footer class="rm-footer"><noscript>@rangemap:noscript@</noscript></footer>
<script type="application/json" id="rangemap-payload">@rangemap:payload@</script>
<script type="application/json" id="rangemap-basemap">@rangemap:basemap@</script>
<script type="application/json" id="rangemap-names">@rangemap:names@</script>
<script>

    @rangemap:script@
</script>
</body>
</html>"""
