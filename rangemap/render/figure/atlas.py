"""The base map in Python: countries, coasts and borders from TopoJSON, and towns."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

import numpy as np

from rangemap.io.packaged import data_file
from rangemap.io.topology import Line, join_arcs, parts_of, read_topology, unwrapped

_TRIANGLE: Final = 4  # the last vertex repeats the first


class Name(NamedTuple):
    """A country or a town, and the zoom of a web map from which it is shown.

    ``zone`` is the time zone named after a town, for its name in other languages.
    """

    text: str
    lon: float
    lat: float
    zoom: float
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Atlas:
    """Land as polygons (outline first, then holes), coasts and borders as lines."""

    land: tuple[tuple[Line, ...], ...]
    coasts: tuple[Line, ...]
    borders: tuple[Line, ...]
    countries: tuple[Name, ...]


@cache
def read_atlas(detail: str) -> Atlas:
    """Read one of the base maps that come with rangemap.

    An arc shared by two countries is a border, any other a coast. The file joins
    outlines across 180 degrees, so longitudes continue there instead of jumping back;
    Antarctica, whose outline ends 360 degrees from its start, is closed along the
    pole.

    Parameters
    ----------
    detail : {"low", "medium", "high"}
        Level of detail.

    Returns
    -------
    Atlas
        Degrees.

    Examples
    --------
    >>> atlas = read_atlas("low")
    >>> [len(atlas.land) > 500, atlas.countries[0].text]
    [True, 'Zimbabwe']
    """
    arcs, countries = read_topology(detail)
    uses = np.zeros(len(arcs), dtype=int)

    def outline(indexes: list[int]) -> Line:
        for index in indexes:
            uses[index if index >= 0 else ~index] += 1
        return join_arcs(arcs, indexes)

    outlines = [
        [outline(ring) for ring in part] for country in countries for part in parts_of(country)
    ]
    lines = [unwrapped(arc) for arc in arcs]
    return Atlas(
        land=tuple(
            tuple(ring for ring in part if len(ring) >= _TRIANGLE)
            for part in outlines
            if len(part[0]) >= _TRIANGLE  # simplification left outlines that enclose nothing
        ),
        coasts=tuple(line for line, count in zip(lines, uses, strict=True) if count == 1),
        borders=tuple(line for line, count in zip(lines, uses, strict=True) if count > 1),
        countries=tuple(
            Name(country["properties"]["name"], *country["properties"]["label"])
            for country in countries
            if country["properties"].get("label")
        ),
    )


@cache
def read_towns() -> tuple[Name, ...]:
    """Read the towns that come with rangemap, the most important first."""
    rows = json.loads(data_file("towns.json").read_text("utf-8"))
    return tuple(Name(*row) for row in rows)
