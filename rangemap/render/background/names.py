"""How names on the base map look and which come first: one table for pages and pictures.

The order is that of `NameKind`: the countries that the map is about, the other countries, capitals,
waters, and the largest towns in view.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final, NamedTuple

from rangemap.render.style import COUNTRY, INK, QUIET, WATER
from rangemap.render.stylesheet import css_variable

TEXT_PX: Final = 13.0
"""Text size of the labels of rings and places, to which the sizes below relate."""


class NameKind(StrEnum):
    """Kinds of names on the base map, in the order in which they are placed."""

    ABOUT = "about"
    COUNTRY = "country"
    CAPITAL = "capital"
    SEA = "sea"
    GULF = "gulf"
    STRAIT = "strait"
    RIVER = "river"
    TOWN = "town"


class NameLook(NamedTuple):
    """How the names of a kind are written."""

    size_px: float
    colour: str
    bold: bool = False
    italic: bool = False
    spacing_em: float = 0.0
    """Added after each letter, times the size; such names are in capitals."""
    two_lines: bool = False
    """Whether the name may have two lines if there is no room for one."""
    least_share: float = 0.0
    """The share of the name's box that must be inside its country or water."""


LOOKS: Final[dict[NameKind, NameLook]] = {
    NameKind.ABOUT: NameLook(
        12.5, INK, bold=True, spacing_em=0.12, two_lines=True, least_share=0.04
    ),
    NameKind.COUNTRY: NameLook(
        10.5, COUNTRY, bold=True, spacing_em=0.12, two_lines=True, least_share=0.9
    ),
    NameKind.CAPITAL: NameLook(12.0, INK),
    NameKind.SEA: NameLook(13.0, WATER, italic=True, two_lines=True, least_share=0.92),
    NameKind.GULF: NameLook(11.5, WATER, italic=True, two_lines=True, least_share=0.9),
    NameKind.STRAIT: NameLook(10.5, WATER, italic=True, two_lines=True, least_share=0.5),
    NameKind.RIVER: NameLook(10.5, WATER, italic=True),
    NameKind.TOWN: NameLook(11.0, QUIET),
}

COUNTRY_GAP_PX: Final = 14.0
"""Between names of countries side by side, which would otherwise look like one name."""
CELL_PX: Final = 8.0
"""Size of the cells in which countries and water are looked up to place their names."""
TOWN_SPACE_PX2: Final = 15_000.0
"""A map shows at most one town for this area."""
TOWN_GAP_PX: Final = 30.0
"""Towns are left out that are nearer than this to an origin, a capital or a larger town that is shown."""
CROWDED_PEOPLE_PER_M: Final = 15.0
"""Towns with fewer people than this for each metre per pixel are left out."""
ALL_TOWNS_BELOW: Final = 500
"""If the limit is lower, all towns are shown: GeoNames has no figure for some seats of districts."""
CAPITALS: Final = 0.5
"""For capitals the population is this times as large."""
WATER_FROM_M_PER_PX: Final = 700.0
"""Lakes and rivers are shown from this scale on: 90 % of their positions are within 2.3 km, 3 pixels."""
SMALLEST_STRAIT_PX: Final = 9.0
"""A strait whose disc has a smaller radius is not named."""

LOOSE_SHARE: Final = 0.3
"""A country larger than its name has at least this share of it, with its middle, if no more fits."""
BESIDE_PX: Final = (4.0, 10.0, 18.0, 28.0, 40.0, 60.0, 90.0)
"""Gaps between a country that the map is about and its name, if it has room nowhere else."""
BESIDE_SHARE: Final = 0.35
"""Such a name covers at most this much of other countries, which it would seem to name, if there is room."""
LEADER_FROM_PX: Final = 18.0
"""From this gap on, or if it covers more of other countries, such a name has a leader to its country."""
OF_BEST_SHARE: Final = 0.7
"""A name whose middle is outside its country covers at least this much of what it could cover."""

KIND_OF_WATER: Final = {
    "ocean": NameKind.SEA,
    "sea": NameKind.SEA,
    "gulf": NameKind.GULF,
    "strait": NameKind.STRAIT,
    "lake": NameKind.STRAIT,
    "river": NameKind.RIVER,
}


def in_two_lines(text: str) -> list[str]:
    """Return the two parts of a text that differ least in length, or the text if it is one word.

    Examples
    --------
    >>> in_two_lines("Gulf of Finland"), in_two_lines("Skagerrak")
    (['Gulf of', 'Finland'], ['Skagerrak'])
    """
    words = text.split(" ")
    halves = [[" ".join(words[:count]), " ".join(words[count:])] for count in range(1, len(words))]
    return min(halves, key=lambda half: max(map(len, half)), default=[text])


def smallest_town(metres_per_px: float) -> int:
    """Return the population below which a town is left out at a scale.

    Examples
    --------
    >>> smallest_town(110), smallest_town(1_100)
    (0, 15000)
    """
    least = int(CROWDED_PEOPLE_PER_M * max(metres_per_px - 100.0, 0.0))
    return 0 if least < ALL_TOWNS_BELOW else least


def script_table() -> dict[str, Any]:
    """Return the table for the page's script."""
    return {
        "looks": {
            kind.value: {
                "size": look.size_px,
                "colour": css_variable(look.colour),
                "weight": 700 if look.bold else 400,
                "italic": look.italic,
                "spacing": look.spacing_em,
                "twoLines": look.two_lines,
                "share": look.least_share,
            }
            for kind, look in LOOKS.items()
        },
        "cell": CELL_PX,
        "countryGap": COUNTRY_GAP_PX,
        "townSpace": TOWN_SPACE_PX2,
        "townGap": TOWN_GAP_PX,
        "capitals": CAPITALS,
        "crowded": CROWDED_PEOPLE_PER_M,
        "allBelow": ALL_TOWNS_BELOW,
        "waterFrom": WATER_FROM_M_PER_PX,
        "smallestStrait": SMALLEST_STRAIT_PX,
        "ofBestShare": OF_BEST_SHARE,
        "looseShare": LOOSE_SHARE,
        "beside": BESIDE_PX,
        "besideShare": BESIDE_SHARE,
        "leaderFrom": LEADER_FROM_PX,
    }
