"""Places and the positions published for them: plain records that check their own rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rangemap.errors import PlaceError
from rangemap.geodesy.position import LonLat

SMALLEST_PRECISION_KM: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSource:
    """One published position of a place; unknown values are None.

    Parameters
    ----------
    publisher : str
        Who published it.
    title : str, optional
        Title of the publication.
    url : str, optional
        Its address.
    lat, lon : float
        The published position, degrees.
    note : str, optional
        What readers of the position need to know.
    elsewhere : bool, default False
        Whether the position is that of another place, published under this name; it
        is shown but does not count.
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
    """One publicly known place with its agreed position.

    Parameters
    ----------
    id : str
        Identifier, unique within the registry.
    name : str
        The displayed name.
    aliases : tuple of str, optional
        Other names.
    country : str
        The country it is in.
    kind : str
        Kind of place, such as ``air base``.
    precision_km : float
        The largest distance from the agreed position to that of any source, except
        those of another place (``elsewhere``), rounded up to 0.1 km.
    lon, lat : float
        The agreed position, degrees.
    note : str, optional
        What readers of the entry need to know.
    checked : str, optional
        Date on which a second reader last confirmed the position in a source.
    sources : tuple of PlaceSource
        At least one.

    Raises
    ------
    PlaceError
        If there are no sources.
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
