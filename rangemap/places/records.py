"""Places and the positions published for them: plain records that hold their own rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rangemap.errors import PlaceError
from rangemap.quantities import LonLat

SMALLEST_PRECISION_KM: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSource:
    """One published position of a place, degrees; what is not known is None.

    ``elsewhere`` marks a position that its publisher prints under the name and that
    means another place: it is shown and does not count.
    """

    publisher: str
    title: str | None = None
    url: str | None = None
    lat: float
    lon: float
    note: str | None = None
    elsewhere: bool = False

    @property
    def lonlat(self) -> LonLat:
        """The published position, degrees."""
        return LonLat(self.lon, self.lat)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One publicly known place with its agreed position, degrees.

    ``precision_km`` is the largest distance from the agreed position to any of its
    sources, those that mean another place (``elsewhere``) left out, rounded up to
    0.1 km. ``checked`` is the day on which a second reader last found the position.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    country: str
    kind: str
    precision_km: float
    lon: float
    lat: float
    note: str | None = None
    checked: str | None = None
    sources: tuple[PlaceSource, ...]

    def __post_init__(self) -> None:
        if not self.sources:
            raise PlaceError("has no sources; write at least one")

    @property
    def lonlat(self) -> LonLat:
        """The agreed position, degrees."""
        return LonLat(self.lon, self.lat)
