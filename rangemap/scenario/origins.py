"""Origins: the places that rings are centred on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from rangemap.geodesy.position import LonLat
from rangemap.places.countries import BORDERS, find_country
from rangemap.places.lookup import find_place
from rangemap.places.positions import Position
from rangemap.places.records import Place
from rangemap.places.registry import Registry
from rangemap.places.small_towns import town_label
from rangemap.places.towns import CREDIT, TOWN_PRECISION_M, Town
from rangemap.scenario.areas import OriginArea
from rangemap.wording.figures import ENGLISH

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from rangemap.geodesy import Disc
    from rangemap.geodesy.coverage import Coverage
    from rangemap.sites import SiteTable


NO_MINIMUM: Final = (
    "minimum ranges are not used from an area: a weapon may stand anywhere in it, so that no place is"
    " too close to all of it"
)
"""The note on weapons with a minimum range from an area."""


class OriginKind(StrEnum):
    """Kind of an origin; always stated, so that no ring seems more precise than it is."""

    SITE = "site"
    TOWN = "town"
    POSITION = "position"
    AREA = "area"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The centre of rings.

    Parameters
    ----------
    name : str
        The displayed name: that of the place, or the label that the user gave it.
    kind : OriginKind
        Its kind.
    lonlat : LonLat
        Its position, degrees.
    precision_m : float, default 0
        Precision of the position, metres.
    place_name : str, optional
        The place's own name, if ``name`` is a label.
    area : OriginArea, optional
        The area from whose nearest point distances are measured; ``lonlat`` is then a point in it,
        for labels.
    """

    name: str
    kind: OriginKind
    lonlat: LonLat
    precision_m: float = 0.0
    place_name: str | None = field(default=None, repr=False)
    area: OriginArea | None = field(default=None, repr=False)

    @property
    def is_labelled(self) -> bool:
        """Whether the user chose the displayed name, which is then shown as it is."""
        return self.place_name is not None

    @property
    def same_places(self) -> tuple[Origin, ...]:
        """The place under its label and under its own name, as a row of sites may have it."""
        labelled = replace(self, place_name=None)
        return (labelled, replace(labelled, name=self.place_name or self.name))

    @property
    def border(self) -> Sequence[NDArray[np.float64]]:
        """The paths of the border of its area, degrees; none for a place."""
        return () if self.area is None else self.area.border

    @property
    def extent_m(self) -> float:
        """How far its area extends from ``lonlat``, metres; 0 for a place."""
        if self.area is None:
            return 0.0
        from rangemap.geodesy import distance_m

        return float(distance_m(self.lonlat, *self.area.measured.border.starts.T).max())

    def distances_m(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
        """Return the geodesic distances to some positions.

        Parameters
        ----------
        lon, lat : array_like, shape (n,)
            Positions, degrees.

        Returns
        -------
        ndarray of float64, shape (n,)
            Distances on WGS 84, metres.

        Examples
        --------
        >>> origin = Origin(name="O", kind=OriginKind.POSITION, lonlat=LonLat(0, 0))
        >>> origin.distances_m([0.0], [1.0]).round()
        array([110574.])
        """
        if self.area is not None:
            return self.area.measured.distances_m(lon, lat)
        from rangemap.geodesy import distance_m  # a list of origins needs neither numpy nor pyproj

        return distance_m(self.lonlat, lon, lat)

    def within(self, radius_m: float, *, tolerance: float) -> Disc | Coverage:
        """Return the region within a distance of the origin.

        Parameters
        ----------
        radius_m : float
            The distance, metres.
        tolerance : float
            Largest deviation of an edge, times the radius.

        Returns
        -------
        Disc or Coverage
            The region, and the ring or the outline that bounds it.

        Raises
        ------
        RingError
            If the radius is not a positive number.
        """
        if self.area is not None:
            from rangemap.geodesy.coverage import coverage

            return coverage(self.area.measured, radius_m, tolerance=tolerance)
        from rangemap.geodesy import disc

        return disc(self.lonlat, radius_m, tolerance=tolerance)

    @property
    def credit(self) -> str | None:
        """The credit for the position, if its licence requires one."""
        if self.kind is OriginKind.AREA:
            return BORDERS
        return CREDIT if self.kind is OriginKind.TOWN else None

    @property
    def note(self) -> str | None:
        """A note on the precision of a typed place that is shown as one point."""
        if self.kind is OriginKind.SITE or not self.precision_m:
            return None
        accurate = f"accurate to {ENGLISH.computed(self.precision_m, 'km')}"
        if self.kind is OriginKind.AREA:
            return f"border from {BORDERS}, {accurate}; distances are from its nearest point"
        if self.kind is OriginKind.TOWN:
            return f"town position from {CREDIT}, {accurate}"
        return f"centre of an MGRS square, {accurate}"


def find_origin(
    text: str,
    registry: Registry,
    *,
    label: str | None = None,
    note: Callable[[str], None] = lambda _: None,
) -> Origin:
    """Return the origin that a typed PLACE refers to.

    Parameters
    ----------
    text : str
        The text as typed, as for `find_place`.
    registry : Registry
        The places that take precedence.
    label : str, optional
        The name to show instead of the place's own.
    note : callable
        Receives one line if the largest of several towns was chosen.

    Returns
    -------
    Origin
        The place with its precision: the one in the registry, 5 km for a town, that of
        the square for an MGRS reference, 0 for other positions.

    Raises
    ------
    RangemapError
        As `find_place`.

    Examples
    --------
    >>> find_origin("Cologne", Registry(()))
    Origin(name='Cologne, DE', kind=<OriginKind.TOWN: 'town'>,
           lonlat=LonLat(lon=6.95, lat=50.93333), precision_m=5000.0)
    """
    origin = _origin_at(find_place(text, registry, note=note))
    return origin if label is None else replace(origin, name=label, place_name=origin.name)


def _origin_at(found: Place | Town | Position) -> Origin:
    if isinstance(found, Position):
        return Origin(
            name=found.name,
            kind=OriginKind.POSITION,
            lonlat=found.lonlat,
            precision_m=found.precision_m,
        )
    if isinstance(found, Town):
        return Origin(
            name=town_label(found),
            kind=OriginKind.TOWN,
            lonlat=found.lonlat,
            precision_m=TOWN_PRECISION_M,
        )
    return Origin(
        name=found.name,
        kind=OriginKind.SITE,
        lonlat=found.lonlat,
        precision_m=found.precision_km * 1000,
    )


def country_origin(name: str) -> Origin:
    """Return a country as an origin.

    Parameters
    ----------
    name : str
        Its name or ISO code, as for `find_country`.

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        As `find_country`.

    Examples
    --------
    >>> country_origin("Iran").distances_m([51.4, 44.4], [35.7, 33.3]).round(-4)
    array([     0., 120000.])
    """
    country = find_country(name)
    area = OriginArea(country)
    return Origin(
        name=country.name,
        kind=OriginKind.AREA,
        lonlat=area.anchor,
        precision_m=country.precision_m,
        area=area,
    )


def origins_of(table: SiteTable) -> list[Origin]:
    """Return the rows of a file of sites as origins.

    Parameters
    ----------
    table : SiteTable
        The rows, in any number.

    Returns
    -------
    list of Origin
        One for each row, of kind ``SITE``.
    """
    rows = zip(table.names, table.lon, table.lat, table.precision_m, strict=True)
    return [
        Origin(
            name=name,
            kind=OriginKind.SITE,
            lonlat=LonLat(float(lon), float(lat)),
            precision_m=float(precision_m),
        )
        for name, lon, lat, precision_m in rows
    ]
