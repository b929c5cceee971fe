"""The tables of a dataset as CSV and Parquet, and the places of a registry as one of them."""

from __future__ import annotations

import io
from typing import Any, Final

from rangemap.catalogue.export import Cell, ColumnType, Table, cell, joined, make_table
from rangemap.places.records import Place, PlaceSource
from rangemap.places.registry import Registry
from rangemap.render.tables.encoders import ParquetEncoder
from rangemap.render.tables.text import to_csv

_TEXT, _NUMBER = ColumnType.TEXT, ColumnType.NUMBER


def _positions(place: Place) -> list[PlaceSource]:
    """Return the published positions of the place itself."""
    return [source for source in place.sources if not source.elsewhere]


_SITES: Final[tuple[Cell[Place], ...]] = (
    cell("id", _TEXT, "Identifier, unique in the registry.", required=True),
    cell("name", _TEXT, "The displayed name.", required=True),
    cell("aliases", ColumnType.LIST, "Other names."),
    cell("country", _TEXT, "The country it is in.", required=True),
    cell("kind", _TEXT, "Kind of place, such as air base.", required=True),
    cell("lat", _NUMBER, "Latitude of the agreed position, degrees north on WGS 84.", required=True),
    cell("lon", _NUMBER, "Longitude of the agreed position, degrees east on WGS 84.", required=True),
    cell(
        "precision_km", _NUMBER, "Largest distance from the agreed position to a published one, kilometres, rounded up to"
        " 0.1 km.", required=True,
    ),
    cell("note", _TEXT, "What readers of the entry need to know."),
    cell("checked", ColumnType.DATE, "When a second reader last confirmed the position in a source."),
    cell(
        "positions", ColumnType.INTEGER, "Number of published positions of this place; `sites.geojson` has each of them.",
        lambda place: len(_positions(place)), required=True,
    ),
    cell(
        "publishers", ColumnType.LIST, "Who published them.",
        lambda place: tuple(dict.fromkeys(source.publisher for source in _positions(place))),
    ),
)  # fmt: skip


def sites_table(registry: Registry) -> Table:
    """Return the places of a registry as a table, in its order."""
    places: tuple[Place, ...] = registry.places
    return make_table("sites", "One row for each publicly known place.", _SITES, places)


def csv_bytes(table: Table) -> bytes:
    """Return a table as CSV in UTF-8, with lists joined and Booleans as ``true`` and ``false``."""
    columns = [column.name for column in table.columns]
    rows = [[_csv_value(value) for value in row] for row in table.rows]
    return to_csv(columns, rows).encode()


def _csv_value(value: Any) -> Any:
    if isinstance(value, tuple):
        return joined(value) or None
    return str(value).lower() if isinstance(value, bool) else value


def parquet_bytes(table: Table, registry: Registry | None = None) -> bytes:
    """Return a table as Parquet; with a registry, as GeoParquet with the points of its places."""
    import pyarrow as pa

    types = {
        ColumnType.LIST: pa.list_(pa.string()),
        ColumnType.NUMBER: pa.float64(),
        ColumnType.INTEGER: pa.int64(),
        ColumnType.BOOLEAN: pa.bool_(),
    }
    encoder = ParquetEncoder(
        tuple(column.name for column in table.columns),
        {column.name: types.get(column.type, pa.string()) for column in table.columns},
        has_points=registry is not None,
    )
    points = None if registry is None else [place.lonlat for place in registry.places]
    file = io.BytesIO()
    encoder.assemble([encoder.encode(table.rows, points)], file)
    return file.getvalue()
