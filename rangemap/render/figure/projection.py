"""From longitude and latitude to a flat map, in metres, for pictures.

Projected lines and areas are correct everywhere on the globe. An azimuthal map stretches the
point opposite its centre into its rim; an area that contains this point is filled from its outline
outwards. On other maps, areas are cut at the edge of the map.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Proj
from shapely import LineString, Polygon
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from rangemap.errors import UsageError
from rangemap.geodesy import (
    GREATEST_DISTANCE_M,
    RING_LIMIT_M,
    LonLat,
    Region,
    checked_origin,
    disc,
    distance_m,
    ring,
    unwrap,
)

Points = NDArray[np.float64]

_STEP_DEG: Final = 1.0  # edges straight in longitude and latitude get vertices at least this often
_MERCATOR_LAT: Final = 85.0
_HALF_TURN: Final = 180.0 - 1e-9  # so that the eastern edge is not mistaken for the western
_DISC_EDGES: Final = 720
_LONGEST_EDGE_M: Final = 150_000.0
_AUTHALIC_M: Final = 6_371_007.2  # radius of the sphere with the area of WGS 84
_MOST_HALVINGS: Final = 20


class ProjectionName(StrEnum):
    """The projections of pictures."""

    AEQD = "aeqd"
    LAEA = "laea"
    EQEARTH = "eqearth"
    MERC = "merc"


class Projection(ABC):
    """A flat map of the earth around a centre; x and y in metres."""

    def __init__(self, name: ProjectionName, centre: LonLat) -> None:
        self.name = name
        self.centre = checked_origin(centre)

    @property
    @abstractmethod
    def earth(self) -> BaseGeometry:
        """The outline of the whole earth on this map."""

    @abstractmethod
    def points(self, lon: Points, lat: Points) -> Points:
        """Project positions; rows of x and y, NaN where a position is not on the map."""

    @abstractmethod
    def area(self, outline: Points, holes: Sequence[Points] = ()) -> BaseGeometry:
        """Project an area whose edges are straight in longitude and latitude."""

    @abstractmethod
    def line(self, path: Points) -> list[Points]:
        """Project a line; cut where the map ends."""

    @abstractmethod
    def disc(self, origin: LonLat, radius_m: float) -> BaseGeometry:
        """Project the area within a geodesic distance of an origin."""

    @abstractmethod
    def covered(self, region: Region, paths: Iterable[Points]) -> BaseGeometry:
        """Project a canonical region, given also by the paths of its border."""

    @abstractmethod
    def inverse(self, x: Points, y: Points) -> tuple[Points, Points]:
        """Return longitude and latitude of points on the map."""


class Azimuthal(Projection):
    """Azimuthal equidistant or equal-area: the whole earth is a disc around the centre."""

    def __init__(self, name: ProjectionName, centre: LonLat) -> None:
        super().__init__(name, centre)
        self._proj = Proj(
            proj=name.value, lon_0=self.centre.lon, lat_0=self.centre.lat, ellps="WGS84"
        )
        opposite_lon = self.centre.lon - math.copysign(180, self.centre.lon)
        self._antipode = LonLat(opposite_lon, -self.centre.lat)

    @cached_property
    def earth(self) -> Polygon:
        """A disc; its rim is the point opposite the centre."""
        rim_m = GREATEST_DISTANCE_M if self.name is ProjectionName.AEQD else 2 * _AUTHALIC_M
        return shapely.Point(0, 0).buffer(rim_m, quad_segs=_DISC_EDGES // 4)

    def points(self, lon: Points, lat: Points) -> Points:
        """Project positions; all are on the map except the point opposite the centre."""
        xy = np.column_stack(self._proj(lon, lat))
        xy[~np.isfinite(xy).all(axis=1)] = np.nan
        return xy

    def inverse(self, x: Points, y: Points) -> tuple[Points, Points]:
        """Return longitude and latitude, NaN outside the rim."""
        lon, lat = self._proj(x, y, inverse=True)
        beyond = ~(np.isfinite(lon) & np.isfinite(lat))
        return np.where(beyond, np.nan, lon), np.where(beyond, np.nan, lat)

    def area(self, outline: Points, holes: Sequence[Points] = ()) -> BaseGeometry:
        """Project an area; one that contains the antipode extends to the rim."""
        shape = self._inside(outline)
        for hole in holes:
            shape = shape.difference(self._inside(hole))
        return shape

    def line(self, path: Points) -> list[Points]:
        """Project a line; cut where it jumps across the map near the antipode."""
        xy = self._with_curvature(path)
        if not len(xy):
            return []
        leaps = np.hypot(*np.diff(xy, axis=0).T) > GREATEST_DISTANCE_M / 4
        return [part for part in np.split(xy, np.flatnonzero(leaps) + 1) if len(part) > 1]

    def disc(self, origin: LonLat, radius_m: float) -> BaseGeometry:
        """Project a disc from its ring."""
        if radius_m >= RING_LIMIT_M:
            return self.earth
        shape = _valid(self._with_curvature(ring(origin, radius_m).vertices))
        opposite_m = float(distance_m(origin, self._antipode.lon, self._antipode.lat))
        # A radius below `RING_LIMIT_M` never extends to the origin's own antipode.
        contains = opposite_m < radius_m and origin != self.centre
        return self.earth.difference(shape) if contains else shape

    def covered(self, region: Region, paths: Iterable[Points]) -> BaseGeometry:
        """Project a region: of the parts into which its border divides the map, those inside it."""
        lines = [LineString(self.earth.exterior)]
        for path in paths:
            xy = self._with_curvature(path)
            xy[-1] = xy[0]  # a path around a pole is closed on the globe
            lines.append(LineString(xy))
        parts = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all(lines))))
        middles = shapely.get_coordinates(shapely.point_on_surface(parts))
        return shapely.union_all(parts[shapely.contains_xy(region, *self.inverse(*middles.T))])

    def _with_curvature(self, path: Points) -> Points:
        """Project a path with enough points that its edges are short on the map too."""
        lonlat = _with_intermediate_points(path)
        xy = self.points(lonlat[:, 0], lonlat[:, 1])
        for _ in range(_MOST_HALVINGS):
            long = np.flatnonzero(np.hypot(*np.diff(xy, axis=0).T) > _LONGEST_EDGE_M)
            if not long.size:
                break
            between = (lonlat[long] + lonlat[long + 1]) / 2
            lonlat = np.insert(lonlat, long + 1, between, axis=0)
            xy = np.insert(xy, long + 1, self.points(between[:, 0], between[:, 1]), axis=0)
        return xy[~np.isnan(xy[:, 0])]

    def _inside(self, outline: Points) -> BaseGeometry:
        shape = _valid(self._with_curvature(_without_pole(outline)))
        if self._contains_antipode(outline):
            return self.earth.difference(shape)
        return shape

    def _contains_antipode(self, outline: Points) -> bool:
        west, east = outline[:, 0].min(), outline[:, 0].max()
        lon, lat = self._antipode
        first, last = math.ceil((west - lon) / 360), math.floor((east - lon) / 360)
        polygon = Polygon(outline)
        return any(
            shapely.intersects_xy(polygon, lon + 360 * world, lat)
            for world in range(first, last + 1)
        )


class Cylindrical(Projection):
    """Mercator or Equal Earth: the earth is cut along the meridian opposite the centre."""

    def __init__(self, name: ProjectionName, centre: LonLat) -> None:
        super().__init__(name, centre)
        self._proj = Proj(proj=name.value, lon_0=0, ellps="WGS84")
        lat = _MERCATOR_LAT if name is ProjectionName.MERC else 90.0
        self._window = shapely.box(-_HALF_TURN, -lat, _HALF_TURN, lat)

    @cached_property
    def earth(self) -> BaseGeometry:
        """All longitudes, and the latitudes that can be shown."""
        return self._projected(self._window)

    def points(self, lon: Points, lat: Points) -> Points:
        """Project positions; NaN beyond 85 degrees in Mercator."""
        from_centre = (lon - self.centre.lon + 180) % 360 - 180
        xy = np.column_stack(self._proj(np.clip(from_centre, -_HALF_TURN, _HALF_TURN), lat))
        xy[np.abs(lat) > self._window.bounds[3]] = np.nan
        return xy

    def inverse(self, x: Points, y: Points) -> tuple[Points, Points]:
        """Return longitude and latitude."""
        lon, lat = self._proj(x, y, inverse=True)
        return (np.asarray(lon) + self.centre.lon + 180) % 360 - 180, np.asarray(lat)

    def area(self, outline: Points, holes: Sequence[Points] = ()) -> BaseGeometry:
        """Project each visible copy of an area."""
        return self._visible(shapely.make_valid(Polygon(outline, holes)))

    def line(self, path: Points) -> list[Points]:
        """Project a line; cut at the edges of the map."""
        seen = self._visible(LineString(path))
        parts = shapely.get_parts(shapely.line_merge(seen))
        return [shapely.get_coordinates(part) for part in parts if part.length]

    def disc(self, origin: LonLat, radius_m: float) -> BaseGeometry:
        """Project a disc as a region."""
        return self.covered(disc(origin, radius_m).region, ())

    def covered(self, region: Region, paths: Iterable[Points]) -> BaseGeometry:  # noqa: ARG002  others need it
        """Project a region; the paths of its border are not needed."""
        return self._visible(unwrap(region), worlds=(0,))

    def _visible(self, shape: BaseGeometry, worlds: Iterable[int] | None = None) -> BaseGeometry:
        west, _, east, _ = shape.bounds
        if worlds is None:
            first = math.floor((self.centre.lon - 180 - east) / 360)
            worlds = range(first, math.ceil((self.centre.lon + 180 - west) / 360) + 1)
        copies = [
            translate(shape, 360 * world - self.centre.lon).intersection(self._window)
            for world in worlds
        ]
        return self._projected(shapely.union_all([part for part in copies if not part.is_empty]))

    def _projected(self, shape: BaseGeometry) -> BaseGeometry:
        bent = shapely.segmentize(shape, _STEP_DEG)
        return shapely.transform(bent, lambda xy: np.column_stack(self._proj(xy[:, 0], xy[:, 1])))


def parse_projection(text: str | None) -> ProjectionName | None:
    """Parse the name of a projection; None stays None.

    Raises
    ------
    UsageError
        If there is no projection of this name.
    """
    try:
        return None if text is None else ProjectionName(text.strip().lower())
    except ValueError:
        names = ", ".join(name.value for name in ProjectionName)
        raise UsageError(f"projection is {text!r}; expected {names}") from None


def make_projection(name: ProjectionName, centre: LonLat) -> Projection:
    """Return a projection around a centre; Mercator and Equal Earth use only its longitude."""
    kind = Azimuthal if name in {ProjectionName.AEQD, ProjectionName.LAEA} else Cylindrical
    return kind(name, centre)


def fitting_projection(
    origins: Sequence[LonLat], reaches_m: Sequence[float], *, areas: bool = False
) -> tuple[ProjectionName, LonLat]:
    """Choose the projection and its centre for some discs.

    Around one origin the equidistant map makes every ring a true circle. Several
    origins use the equal-area map around their middle, or, if the discs extend more
    than a quarter of the globe from there, the Equal Earth map of the whole world; so do
    ``areas``, whose lines are no circles.

    Examples
    --------
    >>> fitting_projection([LonLat(44, 33)], [1e6])[0].value
    'aeqd'
    >>> fitting_projection([LonLat(44, 33), LonLat(-70, 10)], [1e6, 9e6])[0].value
    'eqearth'
    """
    if len(set(origins)) == 1 and not areas:
        return ProjectionName.AEQD, origins[0]
    centre = middle(origins)
    farthest_m = max(
        float(distance_m(centre, *origin)) + reach_m
        for origin, reach_m in zip(origins, reaches_m, strict=True)
    )
    wide = farthest_m > GREATEST_DISTANCE_M / 2
    return (ProjectionName.EQEARTH if wide else ProjectionName.LAEA), centre


def middle(positions: Sequence[LonLat]) -> LonLat:
    """Return the middle of some positions on the sphere; 0, 0 if they cancel out."""
    lon, lat = np.radians(np.array(positions)).T
    vector = np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    x, y, z = vector.mean(axis=1)
    if math.hypot(x, y, z) < 1e-9:
        return LonLat(0.0, 0.0)
    return LonLat(math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y))))


def _without_pole(outline: Points) -> Points:
    """Remove the edges that close Antarctica along the pole, which a globe does not have."""
    kept = outline[np.abs(outline[:, 1]) < 90]
    jumps = len(kept) < len(outline) and abs(kept[-1, 0] - kept[-2, 0]) > 180
    return kept[:-1] if jumps else kept


def _with_intermediate_points(path: Points) -> Points:
    """Add evenly spaced points to edges, so that none is longer than a step."""
    steps = np.ceil(np.abs(np.diff(path, axis=0)).max(axis=1) / _STEP_DEG).clip(1).astype(int)
    at = np.concatenate([[0.0], np.repeat(1 / steps, steps).cumsum()])
    number = np.arange(len(path))
    return np.column_stack([np.interp(at, number, path[:, 0]), np.interp(at, number, path[:, 1])])


def _valid(xy: Points) -> BaseGeometry:
    if len(xy) < 4:  # fewer points enclose nothing
        return Polygon()
    shape = Polygon(xy)
    return shape if shape.is_valid else _areas(shapely.make_valid(shape))


def _areas(shape: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.union_all([part for part in parts if part.geom_type == "Polygon"])
