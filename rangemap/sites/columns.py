"""The meaning of the columns of a file of sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from rangemap.errors import PlaceError
from rangemap.limits import quoted
from rangemap.sites.advice import import_command
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


USUAL_COLUMNS: Final = ColumnNames()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The meaning of the columns of a file of sites.

    ``columns`` are the input's own, which are kept with each site; ``types`` their Arrow types,
    if known. The position is in the column ``geometry`` or in the columns ``lat`` and ``lon``.
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

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns under unique names: all but the first without a name are numbered."""
        nameless = self.columns.index("") if "" in self.columns else None
        return tuple(
            f"\0{index}" if not column and index != nameless else column
            for index, column in enumerate(self.columns)
        )


def make_layout(
    name: str,
    fields: Sequence[tuple[str, Any]],
    requested: ColumnNames,
    *,
    geometry: str | None = None,
    hidden: Sequence[str] = (),
) -> Layout:
    """Find the columns by the rules of `rangemap.sites.table`.

    Parameters
    ----------
    name : str
        The file, for errors.
    fields : sequence of tuple
        Name and Arrow type of each column; the type may be None.
    requested : ColumnNames
        Columns that were named; a named position takes precedence over the geometry.
    geometry : str, optional
        The column of geometries, if there is one.
    hidden : sequence of str
        Columns that are not the input's own, such as bounding boxes.
    """
    lat, lon, label = requested
    refuse_large_table(fields, name)
    names = [column for column, _ in fields]
    seen: set[str] = set()
    for column in filter(None, names):
        if column in seen:
            raise PlaceError(f"{name}: duplicate column {quoted(column)}; rename one")
        seen.add(column)
    own = [(column, kind) for column, kind in fields if column not in {geometry, *hidden}]
    columns = [column for column, _ in own]
    if lat is not None or lon is not None or geometry is None:
        geometry = None
        convert = f", or convert the file with `{import_command(name)}`"
        lat = columns[find_column(columns, name, lat, LAT_COLUMNS, "latitude", f"--lat{convert}")]
        lon = columns[find_column(columns, name, lon, LON_COLUMNS, "longitude", f"--lon{convert}")]
    if label is not None:
        label = columns[find_column(columns, name, label, NAME_COLUMNS, "name", "--name")]

    def usual(*names: str) -> str | None:
        found = usual_column(columns, names)
        return None if found is None else columns[found]

    return Layout(
        columns=tuple(columns),
        types=tuple(kind for _, kind in own if kind is not None),
        name=usual(*NAME_COLUMNS) if label is None else label,
        id=usual(*ID_COLUMNS),
        kind=usual("kind"),
        precision=usual(PRECISION_COLUMN),
        lat=lat,
        lon=lon,
        geometry=geometry,
    )
