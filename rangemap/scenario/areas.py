"""Areas as origins: which one is meant, and its geometry once it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from rangemap.geodesy.position import LonLat
from rangemap.places.countries import Country

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rangemap.geodesy.area import Area

_DRAWN_DEG: Final = 0.01


@dataclass(frozen=True, slots=True)
class OriginArea:
    """The area of a country; it is compared, hashed and sent to other processes by its name.

    Parameters
    ----------
    country : Country
        The country.
    """

    country: Country

    @property
    def measured(self) -> Area:
        """The area with its border, prepared once in each process."""
        return _measured(self.country)

    @property
    def border(self) -> list[NDArray[np.float64]]:
        """The paths of the border for drawing, degrees, simplified to a kilometre."""
        import shapely

        from rangemap.geodesy.coverage import border_paths

        lines = [shapely.LineString(path) for path in border_paths(self.measured.region)]
        simple = shapely.simplify(lines, _DRAWN_DEG, preserve_topology=False)
        return [shapely.get_coordinates(line) for line in simple if line.length > 4 * _DRAWN_DEG]

    @property
    def anchor(self) -> LonLat:
        """A point well inside the largest part of the area, for labels."""
        return _anchor(self.country)


@cache
def _measured(country: Country) -> Area:
    from rangemap.geodesy.area import Area  # only when distances or regions are wanted
    from rangemap.places.countries import country_region

    return Area(country_region(country))


@cache
def _anchor(country: Country) -> LonLat:
    import shapely

    parts = shapely.get_parts(_measured(country).region)
    largest = parts[shapely.area(parts).argmax()]
    lon, lat = shapely.get_coordinates(shapely.maximum_inscribed_circle(largest, tolerance=0.05))[0]
    return LonLat(round(float(lon), 3), round(float(lat), 3))
