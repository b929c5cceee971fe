"""The look of maps: every colour, dash and opacity, for pages, pictures, files and documents.

Nothing else in the package has a colour of its own: the page's script and stylesheet, Typst and the
report's stylesheet receive these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, cycle
from pathlib import Path
from typing import Final, NamedTuple

from rangemap.catalogue import System
from rangemap.check import Verdict
from rangemap.names import match_key
from rangemap.render.families import Family, family_of

INK: Final = "#1b1f24"
QUIET: Final = "#4d5860"
PAPER: Final = "#ffffff"
HAIR: Final = "#cfd6da"
EDGE: Final = "#9aa5ac"
LINK: Final = "#0b4ea2"
"""Text, secondary text, background, rules, frames and links."""

LAND: Final = "#f6f3ea"
SEA: Final = "#d9e6ee"
"""Background of lines and labels: land and sea of the base map."""
COAST: Final = "#8fa5b1"
BORDER: Final = "#a89d88"
COUNTRY: Final = "#6d6757"
RIVER: Final = "#a9c4d4"
WATER: Final = "#1d6a7c"
"""Lines and names of the base map; the last is for names of seas and rivers."""


BUILT_UP: Final = "#e9e3d6"
"""Fill of built-up areas of a local base map."""


class LocalLine(NamedTuple):
    """How a kind of line of a local base map looks; width in points, dashes in pixels."""

    color: str
    width: float
    casing: str = ""
    """Colour of the rim."""
    dash: tuple[float, ...] = ()


LOCAL_LINES: Final[Mapping[str, LocalLine]] = {
    "road 1": LocalLine("#c3b9a5", 0.55),
    "road 2": LocalLine("#b0a48c", 0.85),
    "railway": LocalLine("#837d73", 0.65, dash=(5.0, 2.0)),
    "road 3": LocalLine("#ffffff", 0.9, casing="#a3967d"),
    "road 4": LocalLine("#f8dba9", 1.4, casing="#a08855"),
    "border": LocalLine(BORDER, 0.5, dash=(4.0, 2.5)),
}
"""Lines of a local base map by class, in the order in which they are drawn over its water."""


class Ground(NamedTuple):
    """Colours of the base map of light pages and pictures that a house style can set."""

    land: str = LAND
    sea: str = SEA
    border: str = BORDER


GROUND: Final = Ground()

LINE_CONTRAST: Final = 3.0
"""Contrast with land that a line needs (WCAG 2.2, 1.4.11)."""

NAME_CONTRAST: Final = 4.5
BORDER_CONTRAST: Final = 1.3
SEA_CONTRAST: Final = 1.1
"""What a house style's land and sea need: with names on them (WCAG 2.2, 1.4.3), and land with borders and sea."""

TEXT_CONTRAST: Final = 5.5
"""Contrast to which text in the colour of a line is darkened; WCAG requires 4.5."""


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

RING_FAMILIES: Final = (
    Family.BALLISTIC,
    Family.DRONE,
    Family.ROCKET,
    Family.CRUISE,
    Family.AIR_DEFENCE,
    Family.GUN,
)
"""Families whose colours further rings take in this order. Black is left to text."""

ORIGIN_COLOUR: Final = "#B3001B"


LIGHT_ONLY: Final = "rm-light"
"""Class of a page that is light for every reader."""


class VerdictColours(NamedTuple):
    """Text of a verdict, and the fill of its cell in a workbook."""

    text: str
    fill: str


VERDICT_COLOURS: Final[Mapping[Verdict, VerdictColours]] = {
    Verdict.INSIDE: VerdictColours("#8A1C12", "#F8D7D3"),
    Verdict.DISPUTED: VerdictColours("#6B4A00", "#FBEBC8"),
    Verdict.TOO_CLOSE: VerdictColours("#5B2A74", "#EADCF2"),
    Verdict.OUTSIDE: VerdictColours(QUIET, "#EDEFF1"),
}

CSS_COLOURS: Final[Mapping[str, str]] = {
    "ink": INK,
    "quiet": QUIET,
    "paper": PAPER,
    "hair": HAIR,
    "edge": EDGE,
    "link": LINK,
    "country": COUNTRY,
    "water": WATER,
    "focus": "#0b57d0",
    "control": "#6b777f",
    "backdrop": "#e4e7e8",
    "hover": "#eef2f5",
    "strongest": "#000000",
    "plate": PAPER,
    **{verdict.value: colours.text for verdict, colours in VERDICT_COLOURS.items()},
}
"""Colours of the stylesheets, by the names of their variables."""

GROUND_COLOURS: Final[Mapping[str, str]] = {
    "ink": INK,
    "quiet": QUIET,
    "paper": PAPER,
    "sea": SEA,
    "land": LAND,
    "coast": COAST,
    "border": BORDER,
    "river": RIVER,
}
"""Colours in which the page's script draws the base map, and sites that are many."""

DARK_CSS_COLOURS: Final[Mapping[str, str]] = {
    "ink": "#eceff1",
    "quiet": "#b3bec6",
    "paper": "#181c20",
    "hair": "#363e45",
    "edge": "#5d6972",
    "link": "#8ab8ff",
    "country": "#b9b19d",
    "water": "#7cc0d3",
    "focus": "#8ab4f8",
    "control": "#87939b",
    "backdrop": "#0e1114",
    "hover": "#2a3138",
    "strongest": "#ffffff",
    "plate": PAPER,
    Verdict.INSIDE.value: "#ff9d92",
    Verdict.DISPUTED.value: "#f0c466",
    Verdict.TOO_CLOSE.value: "#d6abee",
    Verdict.OUTSIDE.value: "#b3bec6",
}
"""The same for readers who prefer a dark page."""

DARK_LAND: Final = "#262b30"
DARK_SEA: Final = "#131f29"
DARK_GROUND_COLOURS: Final[Mapping[str, str]] = {
    **{name: DARK_CSS_COLOURS[name] for name in ("ink", "quiet", "paper")},
    "sea": DARK_SEA,
    "land": DARK_LAND,
    "coast": "#5b7280",
    "border": "#7d7564",
    "river": "#35566a",
}

DARK_COLOURS: Final[Mapping[Family, str]] = {
    Family.BALLISTIC: "#ECA162",
    Family.DRONE: "#609DE2",
    Family.CRUISE: "#B4B9CE",
    Family.ROCKET: "#D15694",
    Family.AIR_DEFENCE: "#FDE926",
    Family.GUN: "#998D7B",
    Family.OTHER: "#FFFFFF",
}
"""The colours of families on a dark page, which colour-blind readers can distinguish too."""
DARK_ORIGIN_COLOUR: Final = "#FF7B7B"

INNER_OPACITY: Final = 0.2
BAND_OPACITY: Final = 0.09
"""Opacity of the area that all claims reach, and of that where they differ."""

DEEPEST: Final = 0.34
"""Opacity where the fills of all rings overlap: with more rings each is paler, so that coasts
and labels below stay readable."""

MOST_FILLED: Final = 200
"""Rings of a picture that are filled; with more the opacity of each is below a step of 8 bits."""

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
"""Rings of one colour use these in order."""

WIDTHS_PX: Final = (2.25, 4.0)
"""Once all dashes of a colour are used, its lines are drawn wider."""

_SAME_RADIUS: Final = 0.015
"""Rings that differ by less than this in size are drawn on each other."""
_MOST_COMPARED: Final = 100

EXTREME_DASH_PX: Final = (2.0, 4.0)
MINIMUM_DASH_PX: Final = (0.5, 3.0)
"""Dashes of the lowest and highest figures, and of the minimum range, whose ends are round."""
EXTREME_WIDTH_PX: Final = 1.4
MINIMUM_WIDTH_PX: Final = 1.2
MANY_PLACES: Final = 40
"""With more places in view, their marks are small."""


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

    ``font`` lists font families in order of preference; generic ones follow. ``rings`` are the
    colours of a map's rings in their order, instead of those of families; ``weapons`` are colours
    by the `match_key` of a name, before both.
    """

    colours: Mapping[Family, str] = field(default_factory=lambda: dict(COLOURS))
    rings: tuple[str, ...] = ()
    weapons: Mapping[str, str] = field(default_factory=dict)
    origin_colour: str = ORIGIN_COLOUR
    font: tuple[str, ...] = ()
    credit: str | None = None
    logo: Logo | None = None
    ground: Ground = GROUND
    dark: bool = True
    """Whether pages are dark for readers who prefer that."""
    files: tuple[Path, ...] = ()
    """The files that it was read from."""


HOUSE_STYLE: Final = HouseStyle()
"""The default look."""


def line_styles(systems: Sequence[System], style: HouseStyle = HOUSE_STYLE) -> list[LineStyle]:
    """Return the line style of each system's ring.

    Parameters
    ----------
    systems : sequence of System
        The systems of one map, in its order.
    style : HouseStyle
        The house style.

    Returns
    -------
    list of LineStyle
        A ring has the colour that the user gave it. Otherwise the first system of a family has
        its colour, the others the next unused one. Rings of one colour, from the seventh on,
        differ in dash and width, as do rings of one size, so that the lower ones are seen
        through the gaps of the upper ones. After sixteen of a colour the styles repeat.

    Examples
    --------
    >>> from rangemap.catalogue import bare_system
    >>> looks = line_styles([bare_system("1 km"), bare_system("2 km")])
    >>> [(look.line, look.dash_px) for look in looks]
    [('#D55E00', ()), ('#4477AA', ())]
    """
    seen: dict[str, int] = {}
    looks = []
    below = _rings_below(systems)
    for colour, others in zip(_ring_colours(systems, style), below, strict=True):
        number = max(seen.get(colour, 0), others)
        seen[colour] = number + 1
        looks.append(
            LineStyle(
                line=colour,
                text=darkened(colour),
                dash_px=DASHES_PX[number % len(DASHES_PX)],
                width_px=WIDTHS_PX[number // len(DASHES_PX) % len(WIDTHS_PX)],
            )
        )
    return looks


def _rings_below(systems: Sequence[System]) -> list[int]:
    """Return for each ring how many of about its size are drawn before it."""
    if len(systems) > _MOST_COMPARED:
        return [0] * len(systems)
    radii_m = [system.band.headline_m for system in systems]
    return [
        sum(abs(other_m - radius_m) <= _SAME_RADIUS * radius_m for other_m in radii_m[:index])
        for index, radius_m in enumerate(radii_m)
    ]


def _ring_colours(systems: Sequence[System], style: HouseStyle) -> list[str]:
    """Return the colour of each ring: given for it, by weapon, by family, else the next unused."""
    chosen = [system.colour or style.weapons.get(match_key(system.label)) for system in systems]
    used = {colour for colour in chosen if colour}
    if not style.rings:
        for index, system in enumerate(systems):
            family = family_of(system)
            colour = style.colours[family]
            # Black stands out less than a colour: only a house style gives it to typed ranges.
            has_own = family is not Family.OTHER or colour != COLOURS[Family.OTHER]
            if chosen[index] is None and has_own and colour not in used:
                chosen[index] = colour
                used.add(colour)
    palette = style.rings or tuple(style.colours[family] for family in RING_FAMILIES)
    free = chain((colour for colour in palette if colour not in used), cycle(palette))
    return [colour or next(free) for colour in chosen]


def fill_strength(count: int) -> float:
    """Return the fraction of the full opacity with which each of some rings is filled.

    Examples
    --------
    >>> [round(fill_strength(count) * INNER_OPACITY, 2) for count in (1, 2, 4, 8)]
    [0.2, 0.19, 0.1, 0.05]
    """
    of_each: float = 1 - (1 - DEEPEST) ** (1 / max(count, 1))
    return min(1.0, of_each / INNER_OPACITY)


def dash_text(dash_px: Sequence[float]) -> str:
    """Return a dash as SVG writes it."""
    return " ".join(f"{length:g}" for length in dash_px)


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


def on_dark(colour: str, least: float = LINE_CONTRAST) -> str:
    """Return the colour that replaces a line's or an origin's on a dark page.

    A default colour becomes its dark one; any other is lightened until its contrast with land and
    sea suffices.

    Examples
    --------
    >>> on_dark(COLOURS[Family.DRONE]), on_dark("#112233"), on_dark("#FFFF00")
    ('#609DE2', '#6B7681', '#FFFF00')
    """
    known = {COLOURS[family]: DARK_COLOURS[family] for family in COLOURS}
    known[ORIGIN_COLOUR] = DARK_ORIGIN_COLOUR
    parts = _channels(known.get(colour.upper(), colour))
    for percent in range(101):
        shade = "#" + "".join(f"{round(part + (255 - part) * percent / 100):02X}" for part in parts)
        if min(contrast(shade, ground) for ground in (DARK_LAND, DARK_SEA)) >= least:
            return shade
    return "#FFFFFF"


def _channels(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def _luminance(colour: str) -> float:
    shares = [part / 255 for part in _channels(colour)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
