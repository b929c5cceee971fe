"""House style: colours, font, logo and credit line of pages, pictures and reports.

A style file is untrusted input: colours and font names are parsed strictly, and a logo is
accepted only if its first bytes are those of a picture format.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field

from rangemap.catalogue import System
from rangemap.errors import DocumentError
from rangemap.io.documents import parse_yaml
from rangemap.io.files import decode, read_bytes, read_document
from rangemap.io.models import Record, Text, validate
from rangemap.limits import LARGEST_LOGO
from rangemap.scenario.selection import Look

LAND: Final = "#f6f3ea"
SEA: Final = "#d9e6ee"
"""Background of lines and labels: land and sea of the base map."""

LINE_CONTRAST: Final = 3.0
"""Contrast with land that a line needs (WCAG 2.2, 1.4.11)."""

TEXT_CONTRAST: Final = 5.5
"""Contrast to which text in the colour of a line is darkened; WCAG requires 4.5."""


class Family(StrEnum):
    """Kinds of weapons that share a colour."""

    BALLISTIC = "ballistic"
    DRONE = "drone"
    CRUISE = "cruise"
    ROCKET = "rocket"
    AIR_DEFENCE = "air_defence"
    GUN = "gun"
    OTHER = "other"


COLOURS: Final[Mapping[Family, str]] = {
    Family.BALLISTIC: "#D55E00",
    Family.DRONE: "#4477AA",
    Family.CRUISE: "#332288",
    Family.ROCKET: "#882255",
    Family.AIR_DEFENCE: "#4C4000",
    Family.GUN: "#806953",
    Family.OTHER: "#000000",
}
"""Colours that colour-blind readers can distinguish, in all pairs."""

ORIGIN_COLOUR: Final = "#B3001B"

DASHES_PX: Final[tuple[tuple[float, ...], ...]] = (
    (),
    (14, 6),
    (12, 5, 2, 5),
    (6, 4),
    (20, 5, 2, 5, 2, 5),
    (24, 10),
    (14, 5, 5, 5),
    (20, 4, 4, 4, 4, 4),
)
"""The systems of one family use these in order: a second channel next to colour."""

WIDTHS_PX: Final = (2.25, 4.0)
"""Once all dashes of a family are used, its lines are drawn wider."""

_FAMILY_KEYWORDS: Final[tuple[tuple[str, Family], ...]] = (
    # The first match in this list decides, so that "ballistic missile" is ballistic
    # and a "cruise missile" is not.
    ("surface-to-air", Family.AIR_DEFENCE),
    ("interceptor", Family.AIR_DEFENCE),
    ("ballistic", Family.BALLISTIC),
    ("glide vehicle", Family.BALLISTIC),
    ("drone", Family.DRONE),
    ("munition", Family.DRONE),
    ("uncrewed", Family.DRONE),
    ("cruise", Family.CRUISE),
    ("rocket", Family.ROCKET),
    ("gun", Family.GUN),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStyle:
    """How the ring of one system is drawn: colours as ``#RRGGBB``, lengths in pixels."""

    line: str
    text: str
    dash_px: tuple[float, ...]
    width_px: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """A picture shown next to the title: its content as in the file."""

    media_type: str
    content: bytes
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseStyle:
    """Overrides of the default look.

    ``font`` lists font families in order of preference; generic ones follow.
    """

    colours: Mapping[Family, str] = field(default_factory=lambda: dict(COLOURS))
    origin_colour: str = ORIGIN_COLOUR
    font: tuple[str, ...] = ()
    credit: str | None = None
    logo: Logo | None = None


HOUSE_STYLE: Final = HouseStyle()
"""The default look."""


def family_of(system: System) -> Family:
    """Return the family that a system's category belongs to; a bare range is `Family.OTHER`."""
    category = "" if system.weapon is None else system.weapon.category.casefold()
    return next(
        (family for keyword, family in _FAMILY_KEYWORDS if keyword in category), Family.OTHER
    )


def line_styles(systems: Sequence[System], style: HouseStyle = HOUSE_STYLE) -> list[LineStyle]:
    """Return the line style of each system's ring.

    Parameters
    ----------
    systems : sequence of System
        The systems of one map, in its order.
    style : HouseStyle
        The colours.

    Returns
    -------
    list of LineStyle
        Colour by family; within a family, dash and width distinguish sixteen systems, of
        which the ninth and later are wider. After that the styles repeat.

    Examples
    --------
    >>> from rangemap.catalogue import bare_system
    >>> [look.dash_px for look in line_styles([bare_system("1 km"), bare_system("2 km")])]
    [(), (14, 6)]
    """
    seen: dict[Family, int] = {}
    looks = []
    for system in systems:
        family = family_of(system)
        number = seen.get(family, 0)
        seen[family] = number + 1
        colour = style.colours[family]
        looks.append(
            LineStyle(
                line=colour,
                text=darkened(colour),
                dash_px=DASHES_PX[number % len(DASHES_PX)],
                width_px=WIDTHS_PX[number // len(DASHES_PX) % len(WIDTHS_PX)],
            )
        )
    return looks


def contrast(one: str, other: str = LAND) -> float:
    """Return the contrast of two colours as WCAG 2.2 defines it, 1 to 21.

    Examples
    --------
    >>> contrast("#000000", "#FFFFFF")
    21.0
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def darkened(colour: str, least: float = TEXT_CONTRAST) -> str:
    """Return the colour, darkened in its own hue until it is readable on land.

    Examples
    --------
    >>> darkened("#332288")
    '#332288'
    """
    parts = _channels(colour)
    for percent in range(100, -1, -1):
        shade = "#" + "".join(f"{round(part * percent / 100):02X}" for part in parts)
        if contrast(shade) >= least:
            return shade
    return "#000000"


def _channels(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def _luminance(colour: str) -> float:
    shares = [part / 255 for part in _channels(colour)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _check_colour(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError("expected a colour as #RRGGBB, in quotes")
    if contrast(value) < LINE_CONTRAST:
        raise ValueError(
            f"has a contrast of {contrast(value):.1f} with land ({LAND}); lines need at least"
            f" {LINE_CONTRAST:g}; use a darker colour"
        )
    return value.upper()


def _check_font(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]+([ -][A-Za-z0-9]+)*", value):
        raise ValueError(
            "expected a font name, such as Noto Sans: letters, digits, spaces and hyphens"
        )
    return value


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Colour = Annotated[str, Field(max_length=20), AfterValidator(_check_colour)]
FontName = Annotated[str, Field(max_length=60), AfterValidator(_check_font)]
FontNames = Annotated[tuple[FontName, ...], Field(max_length=8), BeforeValidator(_as_list)]


class _Colours(Record):
    ballistic: Colour = COLOURS[Family.BALLISTIC]
    drone: Colour = COLOURS[Family.DRONE]
    cruise: Colour = COLOURS[Family.CRUISE]
    rocket: Colour = COLOURS[Family.ROCKET]
    air_defence: Colour = COLOURS[Family.AIR_DEFENCE]
    gun: Colour = COLOURS[Family.GUN]
    other: Colour = COLOURS[Family.OTHER]
    origin: Colour = ORIGIN_COLOUR


class _StyleFile(Record):
    colours: _Colours = _Colours()
    font: FontNames = ()
    logo: Text | None = None
    logo_alt: Text | None = None
    credit: Text | None = None


SCHEMA_FILE: Final = "style.schema.json"
"""Name of the JSON Schema of a house style file."""


def style_schema() -> str:
    """Return the JSON Schema of a house style file, for completion and checks in editors."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    schema |= _StyleFile.model_json_schema() | {"title": "House style of rangemap"}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def read_style(path: Path) -> HouseStyle:
    """Read a house style file; the logo's file name is relative to it.

    Parameters
    ----------
    path : Path
        YAML with any of the keys ``colours`` (``ballistic``, ``drone``, ``cruise``,
        ``rocket``, ``air_defence``, ``gun``, ``other``, ``origin``), ``font``, ``logo``, ``logo_alt`` and ``credit``.

    Returns
    -------
    HouseStyle
        The look; keys missing from the file keep their defaults.

    Raises
    ------
    DocumentError
        If the file cannot be read or is invalid, a colour is too pale to be seen on land,
        or the logo is not a PNG, JPEG or WebP picture.
    """
    content, name = read_document(path)
    document = parse_yaml(decode(content, name=name), name=name)
    parsed = validate(_StyleFile, document)
    colours = parsed.colours
    logo = None
    if parsed.logo is not None:
        if parsed.logo_alt is None:
            line = document.line(("logo",))
            raise DocumentError(f"{name}:{line}: logo has no logo_alt; describe what it shows")
        logo = _read_logo(path.parent / parsed.logo, alt=parsed.logo_alt)
    return HouseStyle(
        colours={family: getattr(colours, family.value) for family in Family},
        origin_colour=colours.origin,
        font=parsed.font,
        credit=parsed.credit,
        logo=logo,
    )


def style_of(look: Look) -> HouseStyle:
    """Return the house style of a map; without a file, the default.

    Raises
    ------
    DocumentError
        As `read_style`.
    """
    return HOUSE_STYLE if look.style is None else read_style(Path(look.style))


def _read_logo(path: Path, *, alt: str) -> Logo:
    content = read_bytes(path, largest=50 * LARGEST_LOGO)
    if len(content) > LARGEST_LOGO:
        raise DocumentError(
            f"{path}: the logo has {len(content) // 1000} kB; expected at most"
            f" {LARGEST_LOGO // 1000} kB; export a smaller one"
        )
    media_type = _media_type(content)
    if media_type is None:
        raise DocumentError(
            f"{path}: not a PNG, JPEG or WebP picture; export the logo as one (SVG can contain"
            " scripts and is not accepted)"
        )
    return Logo(media_type=media_type, content=content, alt=alt)


def _media_type(content: bytes) -> str | None:
    """Return a picture's media type by its first bytes, whatever its name."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None
