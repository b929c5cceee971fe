"""All errors in a registry file at once, and warnings about suspicious records."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

import numpy as np
from pyproj import Transformer

from rangemap.geodesy import distance_m
from rangemap.geodesy.position import LonLat
from rangemap.io.findings import Finding, Level, Rule
from rangemap.io.json_lines import Location
from rangemap.io.models import record_at
from rangemap.names import match_key
from rangemap.places.areas import Located, find_outside
from rangemap.places.file import read_entries
from rangemap.places.records import SMALLEST_PRECISION_KM, Place

_FAR_M: Final = 25_000.0
"""A source farther from the agreed position than this exceeds the size of the largest cities."""

_SAME_PLACE_M: Final = 300.0
"""Two places closer than this may be one place with two ids."""


def validate_registry(content: bytes, *, name: str) -> tuple[tuple[Place, ...], list[Finding]]:
    """Return the places of a registry file and all its errors and warnings.

    Parameters
    ----------
    content : bytes
        The file, UTF-8 JSON.
    name : str
        Its name, as shown in the findings.

    Returns
    -------
    places : tuple of Place
        Empty if there are errors.
    findings : list of Finding
        All errors or, in a file without errors, a warning for every suspicious record:
        latitude and longitude that look swapped, a source far from the agreed
        position or more than 10 km outside its country, a precision smaller than the sources allow, a name that two places
        share, two places at the same position, a source without address, a position
        that no second reader has verified.

    Examples
    --------
    >>> _, found = validate_registry(b'{"type": "FeatureCollection", "features": [3]}', name="r.json")
    >>> print(found[0])
    r.json:1: feature 1: is not a Feature; expected one with a Point
    """
    document, places, findings = read_entries(content, name=name)
    for location, rule, message in sorted(_warnings(places), key=lambda found: found[0][1]):
        record, _ = record_at(document.content, location)
        findings.append(
            Finding(
                file=name,
                line=document.line(location),
                record=record,
                message=message,
                level=Level.WARNING,
                rule=rule,
            )
        )
    return places, findings


def smallest_precision_km(place: Place) -> float:
    """Return the smallest precision that the sources of a place allow, kilometres.

    It is the largest geodesic distance from the agreed position to one of them, except
    those of another place, rounded up to 0.1 km; at least 0.1.
    """
    farthest_m = max((gap for gap, _ in _separations_m(place)), default=0.0)
    tenths = math.ceil(farthest_m / 100 - 1e-6)  # ignore less than a millimetre
    return max(tenths / 10, SMALLEST_PRECISION_KM)


def _warnings(places: Sequence[Place]) -> Iterator[tuple[Location, Rule, str]]:
    yield from (
        (("places", index), Rule.SHARED_NAME, message) for index, message in _shared_names(places)
    )
    yield from (
        (("places", index), Rule.CLOSE_PLACES, message)
        for index, message in _coincident_places(places)
    )
    located = [Located(place.country, place.kind, place.lonlat) for place in places]
    for index, message in find_outside(located).items():
        yield ("places", index), Rule.OUTSIDE_COUNTRY, message
    for index, place in enumerate(places):
        where: Location = ("places", index)
        yield from ((where, *doubt) for doubt in _position_doubts(place))
        for number, source in enumerate(place.sources):
            if source.url is None:
                message = "has no url; add one so that readers can check it"
                yield (*where, "sources", number), Rule.NO_URL, message
        if place.checked is None:
            message = "no second reader has verified the position; verify it and add `checked`"
            yield where, Rule.NOT_CHECKED, message


def _separations_m(place: Place) -> list[tuple[float, int]]:
    """Return the distance of each source that counts from the agreed position, with its number."""
    return [
        (_separation_m(place.lonlat, source.lonlat), number)
        for number, source in enumerate(place.sources)
        if not source.elsewhere
    ]


def _separation_m(one: LonLat, other: LonLat) -> float:
    if one == other:  # most imported places have one source
        return 0.0
    return float(distance_m(one, [other.lon], [other.lat])[0])


def _position_doubts(place: Place) -> Iterator[tuple[Rule, str]]:
    gaps_m = _separations_m(place)
    if not gaps_m:
        yield Rule.ELSEWHERE, "every source is marked `elsewhere`; add one for this place"
    if place.lonlat == (0, 0):
        message = "position is 0,0, which usually means a missing one; write the position"
        yield Rule.ZERO_POSITION, message
    far = [(gap_m, number) for gap_m, number in gaps_m if gap_m > _FAR_M]
    if far and len(far) == len(gaps_m) and all(_is_swapped(place, *gap) for gap in far):
        message = (
            f"position is {gaps_m[0][0] / 1000:,.1f} km from every source, but near them with latitude"
            " and longitude swapped; write [lon, lat]"
        )
        yield Rule.SWAPPED_POSITION, message
        return
    for gap_m, number in far:
        source = place.sources[number]
        distance = (
            f"source {number + 1} ({source.publisher}) is {gap_m / 1000:,.1f} km from the position"
        )
        if _is_swapped(place, gap_m, number):
            message = f"{distance}, but near it with latitude and longitude swapped; swap them"
            yield Rule.SWAPPED_POSITION, message
        else:
            fix = "correct it, or mark it `elsewhere: true` if it is for another place"
            yield Rule.FAR_SOURCE, f"{distance}; {fix}"
    least_km = smallest_precision_km(place)
    if not far and place.precision_km < least_km:
        farthest_m, number = max(gaps_m)
        message = (
            f"precision_km is {place.precision_km:g}, but source {number + 1}"
            f" ({place.sources[number].publisher}) is {farthest_m / 1000:.2f} km from the position;"
            f" write {least_km:g}, or mark the source `elsewhere: true`"
        )
        yield Rule.SMALL_PRECISION, message


def _is_swapped(place: Place, gap_m: float, number: int) -> bool:
    """Whether a source is near the position if its latitude and longitude are swapped."""
    source = place.sources[number]
    if abs(source.lon) > 90:  # not a latitude
        return False
    return _separation_m(place.lonlat, LonLat(source.lat, source.lon)) < min(_FAR_M, gap_m)


def _shared_names(places: Sequence[Place]) -> Iterator[tuple[int, str]]:
    owners: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for index, place in enumerate(places):
        for alias in (place.name, place.id, *place.aliases):
            owners[match_key(alias)].setdefault(index, alias)
    for shared in owners.values():
        first, *others = shared
        for index in others:
            message = (
                f"name {shared[index]!r} is also a name of place {places[first].id!r}, so it"
                " matches neither; remove it from one of them"
            )
            yield index, message


def _coincident_places(places: Sequence[Place]) -> Iterator[tuple[int, str]]:
    """Yield places at the position of an earlier one, searching the own cell and its 26 neighbours.

    The cells are cubes of earth-centred space, since no chord is longer than its geodesic.
    """
    if not places:
        return
    cells: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    lons, lats = zip(*(place.lonlat for place in places), strict=True)
    cube = Transformer.from_pipeline("+proj=cart +ellps=WGS84")
    corners = np.floor_divide(cube.transform(lons, lats, np.zeros(len(places))), _SAME_PLACE_M)
    for index, corner in enumerate(corners.T.astype(int).tolist()):
        near = (
            (_separation_m(places[index].lonlat, places[other].lonlat), other)
            for cell in product(*((at - 1, at, at + 1) for at in corner))
            for other in cells.get(cell, ())
        )
        found = next((spot for spot in near if spot[0] < _SAME_PLACE_M), None)
        if found is not None:
            message = (
                f"position is {found[0]:,.0f} m from place {places[found[1]].id!r};"
                " merge them, or correct one position"
            )
            yield index, message
        cells[tuple(corner)].append(index)
