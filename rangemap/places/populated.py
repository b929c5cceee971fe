"""Towns down to 500 people, by where they are: for labels on maps.

``data/towns.blocks`` has a block for the capitals and large towns of the world, and one for the other
towns of each square of five degrees. Each is JSON by columns, the largest town first: ``name``, ``lon``
and ``lat`` in thousandths of a degree, ``people``, ``country``, ``capital`` (the numbers of the capitals
among them), and ``zone`` (the time zones under which CLDR has names in other languages, by number).
The data are from GeoNames (CC BY 4.0); `data/scripts/towns.py` makes the file.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np

from rangemap.io.blocks import open_blocks

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
    tile = open_blocks(_FILE).about["tile"]
    columns = np.floor_divide(lon, tile).astype(int).tolist()
    rows = np.floor_divide(lat, tile).astype(int).tolist()
    keys = sorted({f"{column}/{row}" for column, row in zip(columns, rows, strict=True)})
    towns = [town for key in (_WORLD, *keys) for town in _block(key)]
    return sorted((town for town in towns if town.people >= least), key=lambda town: town.rank)


@cache
def _block(key: str) -> tuple[PopulatedPlace, ...]:
    text = open_blocks(_FILE).read(key)
    if not text:
        return ()
    block = json.loads(text)
    capitals, zones = set(block["capital"]), block["zone"]
    columns = (block[name] for name in ("name", "lon", "lat", "people", "country"))
    towns = (
        PopulatedPlace(name, lon / 1000, lat / 1000, people, country, i in capitals, zones.get(str(i), ""))
        for i, (name, lon, lat, people, country) in enumerate(zip(*columns, strict=True))
    )  # fmt: skip
    return tuple(sorted(towns, key=lambda town: town.rank))
