"""Countries of the base map by name or code, and their areas as origins.

``data/countries.blocks`` has, for each country, its ISO codes and how precise its border is, and its names in
many languages (Unicode CLDR); `data/scripts/countries.py` makes it. A country is what the base
map draws as one: with its islands and exclaves, without the territories that it draws apart.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rangemap.errors import AmbiguousNameError, UnknownNameError
from rangemap.io.blocks import open_blocks
from rangemap.limits import quoted
from rangemap.names import match_key, spelling_scores
from rangemap.places.gazetteer import built_in_gazetteer

if TYPE_CHECKING:
    from rangemap.geodesy import Region

BORDERS: Final = "Natural Earth 1:10m, version 4.1.0 of 2018"
"""The source of the borders, with its date."""

_FILE: Final = "countries.blocks"
_AT_SEAM_DEG: Final = 1e-6  # the base map's grid does not meet 180 degrees exactly
_AT_POLE_LAT: Final = 89.99
_WORST_SCORE: Final = 0.75
_MOST_SUGGESTED: Final = 3


class Country(NamedTuple):
    """A country of the base map.

    ``code`` is its ISO code, empty if it has none; ``precision_m`` the distance within which 95 % of
    the base map's vertices are from its thinned border, and 1 km for those vertices; to thin it,
    triangles below ``least_km2`` are left out, but no island.
    """

    name: str
    code: str
    precision_m: float
    least_km2: float


def find_country(text: str) -> Country:
    """Return the country that a name or an ISO code refers to.

    Parameters
    ----------
    text : str
        Its name in any of the languages of the data, or its ISO code of two or three letters.

    Raises
    ------
    UnknownNameError
        If no country has the name; ``closest`` has the most similar ones.
    AmbiguousNameError
        If several have it.

    Examples
    --------
    >>> [find_country(text).name for text in ("iran", "Allemagne", "日本", "PRK")]
    ['Iran', 'Germany', 'Japan', 'North Korea']
    """
    key = match_key(text)
    names = _names()
    numbers: list[int] = names.get(key, [])
    if not numbers and (code := built_in_gazetteer().country_code(text)):
        numbers = names.get(match_key(code), [])
    if not numbers:
        raise UnknownNameError(
            f"country {quoted(text)} is not on the base map",
            name=text,
            closest=_nearest(key),
            advice="give its name or its ISO code",
        )
    if len(numbers) > 1:
        choices = [countries()[number].name for number in numbers]
        raise AmbiguousNameError(
            f"country {quoted(text)} can be {' or '.join(choices)}; give one of these names",
            name=text,
            choices=choices,
        )
    return countries()[numbers[0]]


def is_country(text: str) -> bool:
    """Return whether a text is the name of a country, not a code."""
    return len(match_key(text)) > 3 and match_key(text) in _names()


def country_code(text: str) -> str | None:
    """Return the ISO code of a country by its name in any language of the data, or by its code.

    Parameters
    ----------
    text : str
        As a table has it.

    Returns
    -------
    str or None
        None if no country or several have the name.

    Examples
    --------
    >>> country_code("Irak"), country_code("العراق"), country_code("IQ"), country_code("Atlantis")
    ('IQ', 'IQ', 'IQ', None)
    """
    code = built_in_gazetteer().country_code(text)
    numbers = _names().get(match_key(text), []) if code is None and is_country(text) else []
    return code if len(numbers) != 1 else countries()[numbers[0]].code or None


@cache
def country_region(country: Country) -> Region:
    """Return the area of a country, with at most 8,000 vertices.

    Examples
    --------
    >>> [round(side) for side in country_region(find_country("Iran")).bounds]
    [44, 25, 63, 40]
    """
    return thinned(country.name, country.least_km2)


def thinned(name: str, least_km2: float) -> Region:
    """Return a country of the base map as a canonical region, without triangles below an area."""
    import numpy as np  # names need neither
    import shapely

    from rangemap.io.basemap import read_country

    parts = shapely.transform(np.array(read_country("high", name), dtype=object), _fit)
    if least_km2:
        # On a cylindrical equal-area map, a triangle has its true area, in square degrees here.
        flat = shapely.transform(parts, _to_equal_area)
        least = np.sqrt(least_km2) / _KM_PER_DEGREE
        parts = shapely.transform(shapely.coverage_simplify(flat, least), _from_equal_area)
    union = shapely.union_all(shapely.make_valid(parts))
    areas = [part for part in shapely.get_parts(union) if part.geom_type == "Polygon"]
    return shapely.orient_polygons(areas[0] if len(areas) == 1 else shapely.MultiPolygon(areas))


_KM_PER_DEGREE: Final = 111.195


def _to_equal_area(lonlat: Any) -> Any:
    import numpy as np

    return np.column_stack([lonlat[:, 0], np.degrees(np.sin(np.radians(lonlat[:, 1])))])


def _from_equal_area(xy: Any) -> Any:
    import numpy as np

    return np.column_stack([xy[:, 0], np.degrees(np.arcsin(np.clip(np.radians(xy[:, 1]), -1, 1)))])


def _fit(lonlat: Any) -> Any:
    """Move what the base map's grid puts beside 180 degrees or beyond a pole to where it belongs."""
    import numpy as np

    lon, lat = lonlat.T
    at_seam = np.abs(np.abs(lon) - 180) < _AT_SEAM_DEG
    at_pole = np.abs(lat) > _AT_POLE_LAT
    return np.column_stack(
        [
            np.where(at_seam, np.copysign(180, lon), lon),
            np.where(at_pole, np.copysign(90, lat), lat),
        ]
    )


@cache
def countries() -> list[Country]:
    """Return the countries of the base map."""
    return [Country(name, *entry) for name, entry in open_blocks(_FILE).about["countries"].items()]


@cache
def _names() -> dict[str, list[int]]:
    """Return the numbers of the countries that have a name or code."""
    names: dict[str, list[int]] = json.loads(open_blocks(_FILE).read("names"))
    return names


def _nearest(key: str) -> list[str]:
    own = [country.name for country in countries()]
    scores = spelling_scores(key, [match_key(name) for name in own])
    return [own[index] for index, score in scores if score >= _WORST_SCORE][:_MOST_SUGGESTED]
