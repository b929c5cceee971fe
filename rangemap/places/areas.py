"""Countries of the base map as areas, and places that lie outside their own country."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from rangemap.geodesy import distance_m
from rangemap.geodesy.position import LonLat
from rangemap.io.basemap import country_names, read_country_parts
from rangemap.names import match_key
from rangemap.places.countries import country_code
from rangemap.places.gazetteer import built_in_gazetteer

MARGIN_KM: Final = 10
"""How far outside its country a place may be, since the borders of the base map are simplified."""

_DETAIL: Final = "medium"  # its borders are within 3 km of those of the finest level
_KM_PER_DEGREE: Final = (110.5, 111.8)
"""Least and greatest length of a degree along a meridian or the equator."""

_CODES: Final = {
    "Marshall Is.": "MH", "N. Mariana Is.": "MP", "U.S. Virgin Is.": "VI", "S. Geo. and the Is.": "GS",
    "Br. Indian Ocean Ter.": "IO", "Pitcairn Is.": "PN", "Falkland Is.": "FK", "Cayman Is.": "KY",
    "British Virgin Is.": "VG", "Turks and Caicos Is.": "TC", "S. Sudan": "SS", "Somaliland": "SO",
    "Solomon Is.": "SB", "St. Vin. and Gren.": "VC", "St. Kitts and Nevis": "KN", "Cook Is.": "CK",
    "Netherlands": "NL", "W. Sahara": "EH", "St. Pierre and Miquelon": "PM",
    "Wallis and Futuna Is.": "WF", "St-Martin": "MF", "St-Barthélemy": "BL", "Fr. Polynesia": "PF",
    "Fr. S. Antarctic Lands": "TF", "Åland": "AX", "Eq. Guinea": "GQ", "Dominican Rep.": "DO",
    "Faeroe Is.": "FO", "N. Cyprus": "CY", "Dem. Rep. Congo": "CD", "Congo": "CG",
    "Central African Rep.": "CF", "Bosnia and Herz.": "BA", "Indian Ocean Ter.": "AU",
    "Heard I. and McDonald Is.": "AU", "Ashmore and Cartier Is.": "AU", "Antigua and Barb.": "AG",
}  # fmt: skip
"""ISO codes of countries that the base map abbreviates or draws in two parts."""

_TERRITORIES: Final = {
    "US": "PR GU VI AS MP", "GB": "IO FK BM KY SH AI MS TC VG PN GG JE IM GS GI", "NL": "AW CW SX",
    "FR": "NC PF PM WF BL MF TF GF GP MQ RE YT", "DK": "GL FO", "AU": "NF", "NZ": "CK NU", "CN": "HK MO",
    "FI": "AX",
}  # fmt: skip
"""Territories that a table may list under their country."""

_OFFSHORE: Final = re.compile(
    r"\b(?:offshore|platforms?|rigs?|oil ?fields?|gas ?fields?|ships?|vessels?|buoys?|lightships?|seamounts?|wrecks?"
    r"|reefs?|sea|ocean|maritime|anchorages?|straits?|carriers?|submarines?|islands?|islets?|atolls?)\b",
    re.IGNORECASE,
)
_Floats = NDArray[np.float64]


class Located(NamedTuple):
    """A place with the country and the kind that its source states."""

    country: Any
    kind: Any
    lonlat: LonLat


def find_outside(places: Sequence[Located]) -> dict[int, str]:
    """Return the places that lie more than 10 km outside their own country, with the reason.

    Parameters
    ----------
    places : sequence of Located
        Kinds of offshore places, such as platforms, ships and islands, and countries that the base map
        does not have are not examined; neither is a position at 0,0, which is missing.

    Returns
    -------
    dict of int to str
        A message by index: it never corrects a position, but mentions if the position would be inside
        with latitude and longitude exchanged, or with another sign.

    Examples
    --------
    >>> find_outside([Located("Iraq", "town", LonLat(36.1911, 44.0092))])
    {0: 'position is more than 10 km outside Iraq; with latitude and longitude exchanged it is inside'}
    """
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for index, place in enumerate(places):
        offshore = isinstance(place.kind, str) and _OFFSHORE.search(place.kind)
        if isinstance(place.country, str) and place.lonlat != (0, 0) and not offshore:
            groups[place.country].append(index)
    found: dict[int, str] = {}
    for country, indices in groups.items():
        area = country_area(country)
        if area is None:
            continue
        lonlat = np.array([places[index].lonlat for index in indices], dtype=np.float64)
        outside = np.flatnonzero(_is_outside(area, lonlat[:, 0], lonlat[:, 1]))
        hints = _hints(area, *lonlat[outside].T)
        for number, hint in zip(outside.tolist(), hints, strict=True):
            found[indices[number]] = f"position is more than {MARGIN_KM} km outside {country}{hint}"
    return dict(sorted(found.items()))


def _hints(area: Any, lon: _Floats, lat: _Floats) -> list[str]:
    """Return which simple slip would explain each of some positions outside their country."""
    slips: tuple[tuple[str, _Floats, _Floats], ...] = (
        ("latitude and longitude exchanged", lat, lon),
        ("the other sign of the longitude", -lon, lat),
        ("the other sign of the latitude", lon, -lat),
        ("the other sign of both", -lon, -lat),
    )
    hints = ["; correct the position or the country"] * len(lon)
    unexplained = np.ones(lon.shape, dtype=bool)
    for what, other_lon, other_lat in slips:
        differs = (other_lon != lon) | (other_lat != lat)
        rows = np.flatnonzero(unexplained & differs & (np.abs(other_lat) <= 90))
        for row in rows[~_is_outside(area, other_lon[rows], other_lat[rows])].tolist():
            hints[row] = f"; with {what} it is inside"
            unexplained[row] = False
    return hints


def country_area(country: str) -> Any:
    """Return the area of a country and its territories as on the base map, or None if it is too small to be there.

    Its polygons are cut at the edges of the map's tiles, which changes no distance.

    Parameters
    ----------
    country : str
        Its name in any language of the data, or its ISO code.
    """
    code = country_code(country) or _codes_by_name().get(match_key(country))
    return None if code is None else _area(code)


@cache
def _area(code: str) -> Any:
    codes = [code, *_TERRITORIES.get(code, "").split()]
    names = [name for name, each in codes_of_countries().items() if each in codes]
    if code not in codes_of_countries().values():
        return None
    # Joining the parts would take several times as long as all else.
    area = shapely.MultiPolygon(
        [part for name in names for part in read_country_parts(_DETAIL, name)]
    )
    if area.is_empty:
        return None
    shapely.prepare(area)
    return area


@cache
def _codes_by_name() -> dict[str, str]:
    return {match_key(name): code for name, code in codes_of_countries().items()}


@cache
def codes_of_countries() -> dict[str, str]:
    """Return the ISO codes of the countries of the base map, by their names on it."""
    code_of: Callable[[str], str | None] = built_in_gazetteer().country_code
    codes = {name: _CODES.get(name) or code_of(name) for name in country_names()}
    return {name: code for name, code in codes.items() if code is not None}


def _is_outside(area: Any, lon: _Floats, lat: _Floats) -> NDArray[np.bool_]:
    """Return which positions are farther from an area than the margin."""
    outside = np.ones(lon.shape, dtype=bool)
    reach = MARGIN_KM / (_KM_PER_DEGREE[0] * np.maximum(np.cos(np.radians(lat)), 0.01))
    for world in (-360, 0, 360):  # outlines continue beyond 180 degrees
        shifted = lon + world
        points = shapely.points(shifted, lat)
        inside = shapely.dwithin(area, points, MARGIN_KM / _KM_PER_DEGREE[1])
        # Between the two distances the degrees of longitude are too short to decide.
        unclear = np.flatnonzero(~inside & shapely.dwithin(area, points, reach))
        for i in unclear.tolist():
            inside[i] = _distance_km(area, shifted[i], lat[i], reach[i]) <= MARGIN_KM
        outside &= ~inside
    return outside


def _distance_km(area: Any, lon: float, lat: float, reach: float) -> float:
    """Return the distance to the nearest point of an area that is near, kilometres."""
    near = shapely.clip_by_rect(area, lon - reach, lat - reach, lon + reach, lat + reach)
    if near.is_empty:
        return math.inf
    cos = max(math.cos(math.radians(lat)), 0.01)
    scaled = shapely.transform(near, lambda xy: (xy - (lon, lat)) * (cos, 1))
    x, y = shapely.get_coordinates(shapely.shortest_line(scaled, shapely.Point(0, 0)))[0]
    return float(distance_m(LonLat(lon, lat), [lon + x / cos], [lat + y])[0]) / 1000
