"""Text within HTML that is made without a template."""

from __future__ import annotations

import html
from typing import Final

SANDBOX: Final = "allow-scripts allow-popups allow-popups-to-escape-sandbox"
"""What a frame around a page may do: run the page and open the sources it links."""


def attribute(text: str) -> str:
    """Escape text for HTML, braces included, to ASCII.

    Examples
    --------
    >>> attribute('"{{ é }}" < 1')
    '&quot;&#123;&#123; &#233; &#125;&#125;&quot; &lt; 1'
    """
    escaped = html.escape(text).replace("{", "&#123;").replace("}", "&#125;")
    return escaped.encode("ascii", "xmlcharrefreplace").decode("ascii")
