"""House style files: colours, font, logo and credit line.

A style file is untrusted input: colours and font names are parsed strictly, and a logo is
accepted only if its first bytes are those of a picture format.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field

from rangemap.errors import DocumentError
from rangemap.io.documents import parse_yaml
from rangemap.io.files import decode, read_bytes, read_document
from rangemap.io.models import Record, Text, validate
from rangemap.limits import LARGEST_LOGO
from rangemap.names import match_key
from rangemap.render.families import Family
from rangemap.render.style import (
    BORDER,
    BORDER_CONTRAST,
    COLOURS,
    COUNTRY,
    HOUSE_STYLE,
    LAND,
    LINE_CONTRAST,
    NAME_CONTRAST,
    ORIGIN_COLOUR,
    QUIET,
    SEA,
    SEA_CONTRAST,
    WATER,
    Ground,
    HouseStyle,
    Logo,
    contrast,
    darkened,
)
from rangemap.scenario.values import Look


def _check_form(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError("expected a colour as #RRGGBB, in quotes")
    return value


def _check_colour(value: str) -> str:
    if contrast(_check_form(value)) < LINE_CONTRAST:
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
PlainColour = Annotated[str, Field(max_length=20), AfterValidator(_check_form)]
WeaponName = Annotated[str, Field(max_length=200)]
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
    land: PlainColour = LAND
    sea: PlainColour = SEA
    border: PlainColour = BORDER


class _StyleFile(Record):
    colours: _Colours = _Colours()
    dark: bool = True
    rings: Annotated[tuple[Colour, ...], Field(max_length=16), BeforeValidator(_as_list)] = ()
    weapons: Annotated[dict[WeaponName, Colour], Field(default_factory=dict, max_length=500)]
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
        ``rocket``, ``air_defence``, ``gun``, ``other``, ``origin``, ``land``, ``sea``,
        ``border``), ``dark``, ``rings`` (colours in the order
        of the rings), ``weapons`` (colours by the name of a weapon or the label of a range),
        ``font``, ``logo``, ``logo_alt`` and ``credit``.

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
    ground = Ground(colours.land, colours.sea, colours.border)
    _check_ground(ground, parsed, lambda key: f"{name}:{document.line(('colours', key))}")
    files, logo = [path], None
    if parsed.logo is not None:
        if parsed.logo_alt is None:
            line = document.line(("logo",))
            raise DocumentError(f"{name}:{line}: logo has no logo_alt; describe what it shows")
        files.append(path.parent / parsed.logo)
        logo = _read_logo(files[-1], alt=parsed.logo_alt)
    return HouseStyle(
        colours={family: getattr(colours, family.value) for family in Family},
        rings=parsed.rings,
        weapons={match_key(name): colour for name, colour in parsed.weapons.items()},
        origin_colour=colours.origin,
        font=parsed.font,
        credit=parsed.credit,
        logo=logo,
        ground=ground,
        dark=parsed.dark,
        files=tuple(files),
    )


def _check_ground(ground: Ground, style: _StyleFile, where: Callable[[str], str]) -> None:
    """Refuse a land or a sea on which names, or a land on which borders or rings, are hardly seen."""
    colours = style.colours
    lines = (
        *(getattr(colours, family.value) for family in Family),
        *(colours.origin, *style.rings, *style.weapons.values()),
    )
    texts = (QUIET, COUNTRY, *map(darkened, lines))
    needed = [
        ("land", "lines", lines, LINE_CONTRAST),
        ("land", "names", texts, NAME_CONTRAST),
        ("sea", "names", (WATER,), NAME_CONTRAST),
        ("land", "borders", (ground.border,), BORDER_CONTRAST),
        ("land", "sea", (ground.sea,), SEA_CONTRAST),
    ]
    for key, what, others, least in needed:
        colour = getattr(ground, key)
        worst = min(others, key=lambda other: contrast(other, colour))
        if contrast(worst, colour) < least:
            raise DocumentError(
                f"{where(key)}: {key}: {colour} has a contrast of {contrast(worst, colour):.2f} with"
                f" {what} ({worst}); needed is at least {least:g}; use another colour"
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
