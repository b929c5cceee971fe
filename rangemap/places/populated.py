"""Towns down to 500 people, by where they are: for labels on maps, and as places by their main names.

``data/towns.blocks`` has a block for the capitals and large towns of the world, and one for the other
towns of each square of five degrees. Each is JSON by columns: ``name``, ``number`` (the id in GeoNames,
as the difference from the town before), ``lon`` and ``lat`` (thousandths of a degree from the corner of the
square or of the world, in the ``digits`` that the first line names), ``people``, ``country``, ``region``,
``capital`` (the indices of the capitals among them), and ``zone`` (the time zones under which CLDR has
names in other languages, by index).
The data are from GeoNames (CC BY 4.0); `data/scripts/towns.py` makes the file.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, Final, NamedTuple

from rangemap.geodesy.position import LonLat
from rangemap.io.blocks import open_blocks
from rangemap.names import match_keys
from rangemap.places.towns import Town

_FILE: Final = "towns.blocks"
_WORLD: Final = "world"


class PopulatedPlace(NamedTuple):
    """A town as shown on a map."""

    name: str
    lon: float
    lat: float
    people: int
    country: str
    capital: bool
    zone: str
    """The time zone that CLDR names after it, for its name in other languages; empty if none."""

    @property
    def rank(self) -> tuple[bool, int]:
        """Sort key: capitals first, then by population."""
        return (not self.capital, -self.people)


def large_towns() -> tuple[PopulatedPlace, ...]:
    """Return the capitals and large towns of the world, the most important first.

    Examples
    --------
    >>> baghdad = next(town for town in large_towns() if town.name == "Baghdad")
    >>> baghdad.capital, baghdad.country
    (True, 'IQ')
    """
    return _block(_WORLD)


def towns_near(lon: Any, lat: Any, *, least: int = 0) -> list[PopulatedPlace]:
    """Return the towns of all squares that contain any of some positions, and the world's large ones.

    Parameters
    ----------
    lon, lat : array of float
        Degrees, within -180 to 180.
    least : int, default 0
        Towns with fewer people are left out.

    Returns
    -------
    list of PopulatedPlace
        The most important first.
    """
    import numpy as np  # a lookup by name needs no numpy

    tile = open_blocks(_FILE).about["tile"]
    columns = np.floor_divide(lon, tile).astype(int).tolist()
    rows = np.floor_divide(lat, tile).astype(int).tolist()
    keys = sorted({f"{column}/{row}" for column, row in zip(columns, rows, strict=True)})
    towns = [town for key in (_WORLD, *keys) for town in _block(key)]
    return sorted((town for town in towns if town.people >= least), key=lambda town: town.rank)


def towns_named(key: str) -> list[Town]:
    """Return the towns of all sizes with a main name.

    Parameters
    ----------
    key : str
        The name's key from `match_key`.

    Returns
    -------
    list of Town
        The largest first.

    Examples
    --------
    >>> [(town.name, town.country) for town in towns_named("qushtepe")]
    [('Qushtepe', 'IQ')]
    """
    keys, starts = _keys()
    found = []
    index = -1
    try:
        while True:
            index = keys.index(key, index + 1)
            block = bisect_right(starts, index, key=itemgetter(0)) - 1
            start, name = starts[block]
            found.append(_town(_columns(name), index - start))
    except ValueError:
        return sorted(found, key=lambda town: (-town.population, town.number))


@cache
def _keys() -> tuple[list[str], list[tuple[int, str]]]:
    """Return the keys of all names, block by block, and the index of the first of each block."""
    file = open_blocks(_FILE)
    names: list[str] = []
    starts = []
    for block in file:
        starts.append((len(names), block))
        # Only the first column is parsed, since a search reads all blocks.
        names += json.JSONDecoder().raw_decode(file.read(block), len('{"name":'))[0]
    return match_keys(names), starts


def _town(columns: dict[str, Any], row: int) -> Town:
    return Town(
        number=sum(columns["number"][: row + 1]),
        name=columns["name"][row],
        country=columns["country"][row],
        region=columns["region"][row],
        lonlat=LonLat(columns["lon"][row] / 1000, columns["lat"][row] / 1000),
        population=columns["people"][row],
        zone=columns["zone"].get(str(row), ""),
    )


@cache
def _block(key: str) -> tuple[PopulatedPlace, ...]:
    block = _columns(key)
    if not block:
        return ()
    capitals, zones = set(block["capital"]), block["zone"]
    columns = (block[name] for name in ("name", "lon", "lat", "people", "country"))
    towns = (
        PopulatedPlace(name, lon / 1000, lat / 1000, people, country, i in capitals, zones.get(str(i), ""))
        for i, (name, lon, lat, people, country) in enumerate(zip(*columns, strict=True))
    )  # fmt: skip
    return tuple(sorted(towns, key=lambda town: town.rank))


@lru_cache(maxsize=64)
def _columns(key: str) -> dict[str, Any]:
    """Return a block's columns, with positions in thousandths of a degree; empty if there is none."""
    file = open_blocks(_FILE)
    text = file.read(key)
    if not text:
        return {}
    columns: dict[str, Any] = json.loads(text)
    tile = file.about["tile"]
    west, south = (-180, -90) if key == _WORLD else (tile * int(part) for part in key.split("/"))
    value_of = {digit: value for value, digit in enumerate(file.about["digits"])}
    count = len(columns["name"])
    for name, corner in (("lon", west), ("lat", south)):
        digits: str = columns[name]
        values = [0] * count
        for start in range(0, len(digits), count):
            place = digits[start : start + count]
            values = [
                value * len(value_of) + value_of[digit]
                for value, digit in zip(values, place, strict=True)
            ]
        columns[name] = [corner * 1000 + value for value in values]
    return columns
