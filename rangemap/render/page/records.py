"""What the page's script receives: the types of the payload, from which payload.d.ts is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NotRequired, TypedDict

if TYPE_CHECKING:
    pass


Position = tuple[float, float]
"""Longitude and latitude, degrees."""
Path_ = Sequence[Position]
"""A line; longitudes are continuous, so they may be outside -180 to 180."""
MultiPolygon = Sequence[Sequence[Sequence[Position]]]
"""Coordinates as in a GeoJSON MultiPolygon; longitudes are continuous."""


class ClaimPayload(TypedDict):
    """One published figure with its source, as text."""

    figure: str
    note: str | None
    attributed_to: str | None
    drawn: bool
    publisher: str
    title: str
    url: str | None
    date: str | None
    wording: NotRequired[str]
    archived: NotRequired[str]


class SystemPayload(TypedDict):
    """One weapon or bare range, a row of the legend, with the style of its lines on light and dark pages.

    The legend shows ``figures``. Tables show ``range``, and ``published``, the range as
    published, if its unit differs.
    """

    label: str
    figures: str
    range: str
    published: str
    line: str
    text: str
    dark_line: str
    dark_text: str
    dash: str
    width: float
    category: str
    claims: Sequence[ClaimPayload]


class OriginPayload(TypedDict):
    """An origin, where rings are centred; degrees."""

    name: str
    kind: str
    lon: float
    lat: float
    precision: str | None
    outline: Sequence[Path_]


class LinesPayload(TypedDict, total=False):
    """The lines of a ring, each in one world; missing or empty ones are not drawn."""

    headline: Sequence[Path_]
    low: Sequence[Path_]
    high: Sequence[Path_]
    minimum: Sequence[Path_]


class RingPayload(TypedDict):
    """One system from one origin, both by their index in the lists of the payload.

    ``inner`` is the area from the minimum to the lowest figure, ``band`` from there to the
    highest. With ``wrapped`` both are one continuous strip from -540 to 540 degrees and are
    drawn once; otherwise they are drawn in three worlds.
    """

    system: int
    origin: int
    label: str
    lines: LinesPayload
    inner: MultiPolygon
    band: MultiPolygon
    wrapped: bool


class OutcomePayload(TypedDict):
    """A verdict with its reasons; many sites share one."""

    verdict: Literal["inside", "disputed", "too_close", "outside"]
    reaches: bool
    reason: str
    claims: str
    dissent: str


class VerdictsPayload(TypedDict):
    """The verdicts for one system from one origin: a margin and an outcome for each site."""

    origin: int
    system: int
    margin: Sequence[str]
    outcome: Sequence[int]
    outcomes: Sequence[OutcomePayload]


class SitesPayload(TypedDict):
    """The sites that are checked, column by column; degrees.

    ``distance`` has a list for each origin.
    """

    name: Sequence[str]
    kind: Sequence[str | None]
    lon: Sequence[float]
    lat: Sequence[float]
    precision: Sequence[str | None]
    distance: Sequence[Sequence[str]]
    verdicts: Sequence[VerdictsPayload]


class TilesPayload(TypedDict):
    """Tiles instead of the base map, and the servers that provide them."""

    url: str
    attribution: str
    subdomains: Sequence[str]
    max_zoom: int
    hosts: Sequence[str]


class StylePayload(TypedDict):
    """What a house style changes; ``logo`` is a picture as a data URI and its alt text."""

    origin: str
    dark_origin: str
    ground: Mapping[str, str]
    dark: bool
    font: Sequence[str]
    logo: tuple[str, str] | None


class PagePayload(TypedDict):
    """Everything that a page shows. ``bounds`` is west, south, east, north in degrees."""

    title: str
    subtitle: str
    credit: str | None
    lang: str
    words: Mapping[str, str]

    style: StylePayload
    tint: Literal["land", "all", "none"]
    tiles: TilesPayload | None
    detail: str | None
    about: Sequence[str]
    units: str
    systems: Sequence[SystemPayload]
    origins: Sequence[OriginPayload]
    rings: Sequence[RingPayload]
    sites: SitesPayload
    notes: Sequence[str]
    sources: str
    method: Sequence[str]
    bounds: Sequence[float]
