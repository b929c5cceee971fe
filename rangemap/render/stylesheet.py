"""The style of maps as variables of stylesheets and constants of the page's script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rangemap.render.style import (
    BAND_OPACITY,
    CSS_COLOURS,
    DARK_CSS_COLOURS,
    DARK_GROUND_COLOURS,
    DEEPEST,
    EXTREME_DASH_PX,
    EXTREME_WIDTH_PX,
    GROUND_COLOURS,
    INNER_OPACITY,
    LIGHT_ONLY,
    MANY_PLACES,
    MINIMUM_DASH_PX,
    MINIMUM_WIDTH_PX,
    WIDTHS_PX,
    dash_text,
)


def css_variables() -> str:
    """Return the colours as variables of a stylesheet."""
    return _variables(":root", CSS_COLOURS)


def css_schemes() -> str:
    """Return the variables of a stylesheet for a light and a dark screen, and for paper."""
    dark = _variables(f":root:not(.{LIGHT_ONLY})", {"scheme": "dark", **DARK_CSS_COLOURS})
    light = _variables(":root", {"scheme": "light", **CSS_COLOURS})
    return f"{light}@media screen and (prefers-color-scheme: dark) {{\n{dark}}}\n"


def css_variable(colour: str) -> str:
    """Return one of `CSS_COLOURS` as its variable, which follows the reader's scheme.

    Examples
    --------
    >>> css_variable(CSS_COLOURS["country"])
    'var(--country)'
    """
    return next(f"var(--{name})" for name, value in CSS_COLOURS.items() if value == colour)


def _variables(selector: str, colours: Mapping[str, str]) -> str:
    lines = (f"  --{name}: {colour};\n" for name, colour in colours.items())
    return f"{selector} {{\n{''.join(lines)}}}\n"


def script_constants() -> dict[str, Any]:
    """Return the constants that the page's script draws with."""
    return {
        "light": dict(GROUND_COLOURS),
        "dark": dict(DARK_GROUND_COLOURS),
        "lightOnly": LIGHT_ONLY,
        "inner": INNER_OPACITY,
        "band": BAND_OPACITY,
        "deepest": DEEPEST,
        "width": WIDTHS_PX[0],
        "extremeDash": dash_text(EXTREME_DASH_PX),
        "extremeWidth": EXTREME_WIDTH_PX,
        "minimumDash": dash_text(MINIMUM_DASH_PX),
        "minimumWidth": MINIMUM_WIDTH_PX,
        "manyPlaces": MANY_PLACES,
    }
