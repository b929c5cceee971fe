"""The meaning of the columns of a file of sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from rangemap.errors import PlaceError
from rangemap.limits import quoted
from rangemap.sites.advice import import_command
from rangemap.sites.headerless import looks_like_data, numbered
from rangemap.sites.position_columns import PLANAR, header_key, pair_columns, refuse_partial
from rangemap.sites.table import (
    ID_COLUMNS,
    LAT_COLUMNS,
    LON_COLUMNS,
    NAME_COLUMNS,
    PRECISION_COLUMN,
    find_column,
    missing_column,
    refuse_large_table,
    usual_column,
)


class ColumnNames(NamedTuple):
    """Columns specified by name or number because they are not the usual ones."""

    lat: str | None = None
    lon: str | None = None
    label: str | None = None


USUAL_COLUMNS: Final = ColumnNames()
_NAMING: Final = frozenset({"name", "names", "label", "title", "facility", "nom", "nombre"})
_BY_NUMBER: Final = "(such as --lat 2 --lon 3 --name 1)"


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


def ids_note(name: str, layout: Layout) -> str | None:
    """Return a note if sites are named by their ids although another column may have their names.

    Examples
    --------
    >>> ids_note("a.csv", Layout(columns=("id", "NAME_EN", "lat", "lon"), name="id"))
    "a.csv: the names are those of column 'id'; choose another one with --name, such as 'NAME_EN'"
    >>> ids_note("a.csv", Layout(columns=("id", "lat", "lon"), name="id"))
    """
    if layout.name is None or layout.name.casefold() not in ID_COLUMNS:
        return None
    likely = next(
        (c for c in layout.columns if not _NAMING.isdisjoint(header_key(c).split("_"))), None
    )
    if likely is None:
        return None
    return (
        f"{name}: the names are those of column {quoted(layout.name)}; choose another one with --name, such as"
        f" {quoted(likely)}"
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
    refuse_large_table(fields, name)
    names = [column for column, _ in fields]
    seen: set[str] = set()
    for column in filter(None, names):
        if column in seen:
            raise PlaceError(f"{name}: duplicate column {quoted(column)}; rename one")
        seen.add(column)
    own = [(column, kind) for column, kind in fields if column not in {geometry, *hidden}]
    columns = [column for column, _ in own]
    lat, lon, label = (numbered(columns, each) for each in requested)
    if lat is not None or lon is not None or geometry is None:
        geometry = None
        lat, lon = _find_position(columns, name, lat, lon)
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


def _find_position(
    columns: Sequence[str], name: str, lat: str | None, lon: str | None
) -> tuple[str, str]:
    """Return the columns of latitude and longitude: as named, or a pair of usual names."""
    command = f"`{import_command(name)}`"
    given = [column for column in (lat, lon) if column is not None]
    keys = [column.casefold() for column in columns if column not in given]
    rest = [column for column in columns if column not in given]
    try:
        pair = (None, None) if len(given) == 2 else pair_columns(keys)
    except PlaceError as error:
        raise PlaceError(f"{name}: {error}; specify them with --lat and --lon") from error
    if given and given[0].casefold() not in PLANAR:
        pair = tuple(None if i is None or keys[i] in PLANAR else i for i in pair)  # type: ignore[assignment]
    indices = []
    for column, index, usual, what, option in (
        (lat, pair[0], LAT_COLUMNS, "latitude", "--lat"),
        (lon, pair[1], LON_COLUMNS, "longitude", "--lon"),
    ):
        if column is None and index is None:
            advice = f"{option}, or convert the file with {command}"
            if looks_like_data(columns):
                advice = f"{option}, by number if the first row is data {_BY_NUMBER}, or convert the file with {command}"
            raise missing_column(columns, name, usual, what, advice)
        known = column if index is None else rest[index]
        indices.append(
            find_column(columns, name, known if column is None else column, usual, what, option)
        )
    lat, lon = (columns[index] for index in indices)
    if looks_like_data([lat]) and looks_like_data([lon]):
        raise PlaceError(
            f"{name}: columns {quoted(lat)} and {quoted(lon)} are figures, so the first row may be data;"
            f" if so, specify them by number {_BY_NUMBER}"
        )
    refuse_partial(columns, (lat, lon), name, f"convert the file with {command}")
    return lat, lon
