"""Escaping of text for HTML that is written without a template."""

from __future__ import annotations

import html
from typing import Final

SANDBOX: Final = "allow-scripts allow-popups allow-popups-to-escape-sandbox"
"""What a framed page may do: run its scripts and open the sources it links to."""


def attribute(text: str) -> str:
    """Escape text for HTML, braces included, to ASCII.

    Examples
    --------
    >>> attribute('"{{ é }}" < 1')
    '&quot;&#123;&#123; &#233; &#125;&#125;&quot; &lt; 1'
    """
    escaped = html.escape(text).replace("{", "&#123;").replace("}", "&#125;")
    return escaped.encode("ascii", "xmlcharrefreplace").decode("ascii")
