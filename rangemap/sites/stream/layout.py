"""The meaning of the columns of a file of sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from rangemap.errors import PlaceError
from rangemap.limits import quoted
from rangemap.sites.table import (
    ID_COLUMNS,
    LAT_COLUMNS,
    LON_COLUMNS,
    NAME_COLUMNS,
    PRECISION_COLUMN,
    find_column,
    refuse_large_table,
    usual_column,
)


class ColumnNames(NamedTuple):
    """Columns specified by name because they are not the usual ones."""

    lat: str | None = None
    lon: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The meaning of the columns of a file of sites.

    ``columns`` are the input's own, which are kept with each site; ``types`` their Arrow types.
    The position is in the column ``geometry`` or in the columns ``lat`` and ``lon``.
    """

    columns: tuple[str, ...]
    types: tuple[Any, ...] = ()
    name: str | None = None
    id: str | None = None
    kind: str | None = None
    precision: str | None = None
    lat: str | None = None
    lon: str | None = None
    geometry: str | None = None

    @property
    def position(self) -> tuple[str, ...]:
        """The columns of positions and their precision."""
        named = (self.geometry, self.lon, self.lat, self.precision)
        return tuple(dict.fromkeys(column for column in named if column is not None))


def make_layout(
    name: str,
    fields: Sequence[tuple[str, Any]],
    requested: ColumnNames,
    *,
    geometry: str | None = None,
    hidden: Sequence[str] = (),
) -> Layout:
    """Find the columns by the rules of `rangemap.sites.table`."""
    lat, lon, label = requested
    refuse_large_table(fields, Path(name))
    names = [column for column, _ in fields]
    duplicate = next((column for column in names if names.count(column) > 1), None)
    if duplicate is not None:
        raise PlaceError(f"{name}: duplicate column {quoted(duplicate)}; rename one")
    own = [(column, kind) for column, kind in fields if column not in {geometry, *hidden}]
    columns = [column for column, _ in own]
    path = Path(name)
    if lat is not None or lon is not None or geometry is None:
        geometry = None
        lat = columns[find_column(columns, path, lat, LAT_COLUMNS, "latitude", "--lat")]
        lon = columns[find_column(columns, path, lon, LON_COLUMNS, "longitude", "--lon")]
    if label is not None:
        label = columns[find_column(columns, path, label, NAME_COLUMNS, "name", "--name")]

    def usual(*names: str) -> str | None:
        found = usual_column(columns, names)
        return None if found is None else columns[found]

    return Layout(
        columns=tuple(columns),
        types=tuple(kind for _, kind in own),
        name=usual(*NAME_COLUMNS) if label is None else label,
        id=usual(*ID_COLUMNS),
        kind=usual("kind"),
        precision=usual(PRECISION_COLUMN),
        lat=lat,
        lon=lon,
        geometry=geometry,
    )
