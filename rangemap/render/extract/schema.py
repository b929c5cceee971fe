"""Which layers and tags of an extract are drawn: one table for every source.

A source names its columns and, for each kind of geometry, which values stand for which class. The
first source of which a layer has a column decides. `docs/basemaps.md` lists the table.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class MapClass(StrEnum):
    """What is drawn; 4 is the most important of roads and places."""

    WATER = "water"
    RIVER = "river"
    RAILWAY = "railway"
    ROAD_4 = "road 4"
    ROAD_3 = "road 3"
    ROAD_2 = "road 2"
    ROAD_1 = "road 1"
    BUILT_UP = "built-up area"
    PLACE_4 = "place 4"
    PLACE_3 = "place 3"
    PLACE_2 = "place 2"
    PLACE_1 = "place 1"
    BORDER = "border"


class Kind(StrEnum):
    """Kinds of geometry."""

    LINE = "line"
    AREA = "area"
    POINT = "point"


COARSEST_M_PER_PX: Final[Mapping[MapClass, float]] = {
    MapClass.ROAD_4: 1_000.0,
    MapClass.PLACE_4: 1_000.0,
    MapClass.WATER: 700.0,
    MapClass.BORDER: 700.0,
    MapClass.RIVER: 400.0,
    MapClass.RAILWAY: 300.0,
    MapClass.ROAD_3: 400.0,
    MapClass.PLACE_3: 500.0,
    MapClass.BUILT_UP: 400.0,
    MapClass.ROAD_2: 200.0,
    MapClass.PLACE_2: 250.0,
    MapClass.ROAD_1: 160.0,
    MapClass.PLACE_1: 90.0,
}
"""The scale up to which each class is drawn, in the order in which classes share the budget."""

_Values = Mapping[str, MapClass]


def _each(value: MapClass, *words: str) -> dict[str, MapClass]:
    return dict.fromkeys(words, value)


_ROADS: Final[_Values] = {
    **_each(MapClass.ROAD_4, "motorway", "motorway_link", "trunk", "trunk_link"),
    **_each(MapClass.ROAD_3, "primary", "primary_link"),
    **_each(MapClass.ROAD_2, "secondary", "secondary_link"),
    **_each(MapClass.ROAD_1, "tertiary", "tertiary_link", "unclassified"),
}
_RAILWAYS: Final[_Values] = _each(MapClass.RAILWAY, "rail", "light_rail", "narrow_gauge")
_RIVERS: Final[_Values] = _each(MapClass.RIVER, "river", "canal")
_BUILT_UP: Final[_Values] = _each(
    MapClass.BUILT_UP, "residential", "industrial", "commercial", "retail"
)
_PLACES: Final[_Values] = {
    **_each(MapClass.PLACE_4, "city"),
    **_each(MapClass.PLACE_3, "town"),
    **_each(MapClass.PLACE_2, "village", "suburb", "borough"),
    **_each(MapClass.PLACE_1, "hamlet", "quarter", "neighbourhood", "isolated_dwelling"),
}


@dataclass(frozen=True, kw_only=True)
class Source:
    """A kind of extract: its columns, and the class of each value by kind of geometry.

    ``required`` are columns that must have a value (of those given, one of them) for a class to
    be drawn, ``refused`` columns that must be empty; ``identifiers`` are columns that only
    OpenStreetMap's tools write. ``names`` begins the names of the columns of names.
    """

    title: str
    columns: Mapping[Kind, Mapping[str, _Values]]
    required: Mapping[MapClass, Mapping[str, Collection[str]]] = field(default_factory=dict)
    refused: Mapping[MapClass, str] = field(default_factory=dict)
    identifiers: Collection[str] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns by which a layer is recognised, each once."""
        return tuple(dict.fromkeys(key for table in self.columns.values() for key in table))

    @property
    def also_read(self) -> tuple[str, ...]:
        """Further columns that decide on a class."""
        required = [column for table in self.required.values() for column in table]
        return (*dict.fromkeys(required), *dict.fromkeys(self.refused.values()))


_OSM: Final = Source(
    title="OpenStreetMap tags",
    columns={
        Kind.LINE: {
            "highway": _ROADS,
            "railway": _RAILWAYS,
            "waterway": _RIVERS,
            "boundary": {"administrative": MapClass.BORDER},
        },
        Kind.AREA: {
            "natural": {"water": MapClass.WATER},
            "waterway": {"riverbank": MapClass.WATER},
            "landuse": {**_each(MapClass.WATER, "reservoir", "basin"), **_BUILT_UP},
        },
        Kind.POINT: {"place": _PLACES},
    },
    required={MapClass.BORDER: {"admin_level": ("2",)}},
    refused={MapClass.RAILWAY: "service"},
    identifiers=("osm_id", "osm_way_id", "full_id", "@id"),
)
_GEOFABRIK: Final = Source(
    title="Geofabrik layers",
    columns={
        Kind.LINE: {"fclass": {**_ROADS, **_RAILWAYS, **_RIVERS}},
        Kind.AREA: {
            "fclass": {**_each(MapClass.WATER, "water", "reservoir", "riverbank"), **_BUILT_UP}
        },
        Kind.POINT: {"fclass": {**_PLACES, **_each(MapClass.PLACE_4, "national_capital")}},
    },
    identifiers=("osm_id",),
)
_OVERTURE: Final = Source(
    title="Overture Maps",
    columns={
        Kind.LINE: {
            "class": _ROADS,
            "subtype": {
                **_each(MapClass.RAILWAY, "rail"),
                **_RIVERS,
                **_each(MapClass.BORDER, "country"),
            },
        },
        Kind.AREA: {
            "subtype": {
                **_each(MapClass.WATER, "lake", "reservoir", "river", "canal", "ocean"),
                **_each(MapClass.BUILT_UP, "residential", "developed"),
            }
        },
        Kind.POINT: {"class": {**_PLACES, **_each(MapClass.PLACE_4, "megacity")}},
    },
)
SOURCES: Final = (_GEOFABRIK, _OSM, _OVERTURE)
"""Every source, in the order in which they are recognised."""

TAGS: Final = "other_tags"
"""The column in which GDAL keeps the tags that have no column, as ``"key"=>"value"``."""


def source_of(columns: Collection[str]) -> Source | None:
    """Return the source of a layer with some columns, or None.

    Examples
    --------
    >>> source_of(["osm_id", "name", "highway"]).title
    'OpenStreetMap tags'
    >>> source_of(["name", "population"]) is None
    True
    """
    for source in SOURCES:
        if not set(source.keys).isdisjoint(columns):
            return source
    return _OSM if TAGS in columns else None


def expected_columns() -> str:
    """Return the columns of every source, for notes on layers without any."""
    return "; ".join(f"{', '.join(source.keys)} ({source.title})" for source in SOURCES)


def classes_at(metres_per_px: float) -> frozenset[MapClass]:
    """Return the classes that are drawn at a scale.

    Examples
    --------
    >>> sorted(classes_at(900.0))
    [<MapClass.PLACE_4: 'place 4'>, <MapClass.ROAD_4: 'road 4'>]
    """
    return frozenset(each for each, most in COARSEST_M_PER_PX.items() if metres_per_px <= most)
