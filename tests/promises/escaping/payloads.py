"""Texts that would run, load or break something if they were treated as more than text."""

import json
from pathlib import Path
from typing import NamedTuple

HIT = "window.__hit=1"
"""The variable that a script sets if it runs."""

MARKUP = {
    # HTML and its contexts
    "script": f"<script>{HIT}</script>",
    "img onerror": f"<img src=x onerror={HIT}>",
    "svg onload": f"<svg/onload={HIT}>",
    "attribute, double": f'" onmouseover="{HIT}" x="',
    "attribute, single": f"' autofocus onfocus='{HIT}",
    "closing script": f"</script><script>{HIT}</script>",
    "closing style": f"</style><script>{HIT}</script>",
    "closing title": f"</title></textarea><script>{HIT}</script>",
    "comment": "--><!-- <!--",
    "cdata": "]]><![CDATA[ ]]>",
    "entity": "&lt;b&gt; &amp;amp; &#60;i&#62; &xxe;",
    "base and meta": "<base href=http://127.0.0.1:1/><meta http-equiv=refresh content=0;url=//127.0.0.1:1>",
    "iframe": f"<iframe srcdoc='<script>parent.{HIT}</script>'></iframe>",
    "stylesheet": "<link rel=stylesheet href=http://127.0.0.1:1/a.css><style>@import '//127.0.0.1:1'</style>",
    # JavaScript, where a text could be inside a script
    "javascript:": f"javascript:{HIT}",
    "data:": f"data:text/html,<script>{HIT}</script>",
    "back-tick": f"`;{HIT};`",
    "${}": "${" + HIT + "}",
    "quotes": f"\";{HIT};//';{HIT};//",
    "backslash": r"\";alert(1)// \u003cscript\u003e \x3c",
    "prototype": "__proto__ constructor toString",
    "page's own marks": "@rangemap:payload@ @rangemap:csp@ rangemap-payload",
    "placeholders": "{figure} {claims} {name} {0} %s %(x)s",
    # Templates
    "double brace": "{{ 7*7 }}{{ cycler.__init__.__globals__.os.getpid() }}",
    "statement": "{% print(1) %}{% endraw %}",
    "template comment": "{# gone #}",
    # Spreadsheet formulas
    "=": "=1+1",
    "= link": '=HYPERLINK("http://127.0.0.1:1/x","click")',
    "+": "+1+1",
    "-": "-2+3+cmd|' /C calc'!A0",
    "@": "@SUM(1+1)",
    "= wide": "\uff1d1+1",
    "apostrophe and =": "'=1+1",
    "excel escape": "_x0041_ _x000D_",
    # Typesetting
    "mathtext": r"$\frac{1}{2}$ $x_1^2$",
    "one dollar": "5$ and $",
    "typst": '#eval("1+1") #image("map.svg") @ref *bold* _it_ $x$ <label>',
    "typst block": '= Heading #{ panic("x") } \\ ~ --- // gone /* gone */',
    "latex": r"\input{/etc/passwd} \write18{id} {\bf x} % gone",
    "word fields": '{ INCLUDETEXT "/etc/passwd" } { HYPERLINK "http://127.0.0.1:1" } _Toc1',
    # Markdown
    "md link": "[x](http://127.0.0.1:1/x) [y][1] ![z](http://127.0.0.1:1/z.png) <http://127.0.0.1:1>",
    "md html": f"<div onclick={HIT}>a</div> **b** __c__ ~~d~~ ==e== H~2~O x^2^",
    "md table": "a | b || c \\| d",
    "md heading": "# heading",
    "md list": "1. one",
    "md bullet": "* one",
    "md rule": "---",
    "md definition": ": term",
    "md fence": "``` {=html}",
    "md raw": "`<b>x</b>`{=html} [s]{.c #i onclick=1} \\begin{x} <!-- c -->",
    "md footnote": "[^1] [^1]: note @cite [@cite] :::",
    "md address": "http://127.0.0.1:1/y www.example.org mailto:a@example.org a@example.org",
    # Text that may confuse a terminal or a label
    "right to left": "قاعدة عين الأسد 300",
    "marks of direction": "a\u200eb\u200fc\u061cd",
    "accents on accents": "Z\u0351\u036b\u0343\u036a\u0302a\u0321\u034a",
    "joiners": "👩\u200d👩\u200d👧 🏳\ufe0f a\u200bb",
    "spaces": "a\u00a0b  c\u3000d",
    "paths": "../../etc/passwd ..\\..\\x C:\\x file:///etc/passwd",
    "file name": 'a:b*c?d"e<f>g|h/i\\j',
}
"""By kind; none contains a control character, so that people may write them by hand."""

LAST = {
    # Text that does harm at its end.
    "backslash last": "\\",
    "opening last": "<!--",
    "bracket last": "[x](",
    "quote last": '"',
    "apostrophe last": "'",
    "ampersand last": "&",
    "pipe last": "|",
    "back-tick last": "`",
}

CONTROLS = {
    # Refused in files that people write, shown as replacement characters from a sites file.
    "nul": "a\0b",
    "bell and backspace": "a\x07b\x08c\x7f",
    "tab": "\t=1+1",
    "return": "\r=1+1",
    "line break": "a\nrangemap: all is well",
    "break of C1": "a\x85b",
    "separators": "a\u2028b\u2029c",
    "csi": "\x1b[2J\x1b[31m",
    "csi of C1": "\x9b2J\x9d0;x\x9c",
    "osc link": "\x1b]8;;http://127.0.0.1:1\x1b\\click\x1b]8;;\x1b\\",
    "osc title": "\x1b]0;title\x07",
    "override": "\u202e003 mk\u202c",
    "isolate": "\u2067a\u2069\u2069\u2066",
    "byte order mark": "\ufeffa\ufeffb",
    "no character": "a\ufffeb\uffffc\ufdd0",
}


class Payload(NamedTuple):
    """A text, its name, and whether the field's tag precedes it."""

    name: str
    text: str
    last: bool = False

    def tagged(self, tag: str) -> str:
        """Return the text with a tag that identifies field and payload in a failure."""
        return f"{tag} {self.text}" if self.last else f"{self.text} {tag}"


def written() -> list[Payload]:
    """Payloads that may be in files written by hand."""
    return [
        *(Payload(name, text) for name, text in MARKUP.items()),
        *(Payload(name, text, last=True) for name, text in LAST.items()),
    ]


def controls() -> list[Payload]:
    """Payloads that only a sites file may contain."""
    return [Payload(name, text) for name, text in CONTROLS.items()]


def corpus(folder: Path) -> list[Payload]:
    """Third-party strings: naughty strings and cross-site scripting attempts."""
    found = []
    for name in ("blns_even", "xss_sample"):
        strings = json.loads((folder / "strings" / f"{name}.json").read_text("utf-8"))
        found += [Payload(f"{name} {number}", text) for number, text in enumerate(strings)]
    return found
