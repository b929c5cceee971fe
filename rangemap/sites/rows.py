"""Rows of a program's own data, and the table of sites made from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rangemap.errors import PlaceError, QuantityError
from rangemap.geodesy.position import LONGITUDE_FIRST, SWAPPED_COLUMNS, LonLat, check_position
from rangemap.places.positions import format_position
from rangemap.sites.position_columns import pair_columns, refuse_partial
from rangemap.sites.table import (
    FARTHEST_KM,
    ID_COLUMNS,
    LAT_COLUMNS,
    LON_COLUMNS,
    NAME_COLUMNS,
    PRECISION_COLUMN,
    SiteTable,
    first_lines,
    label_of,
    list_columns,
    parse_degrees,
    parse_precision,
    stray_longitude,
    usual_column,
)

_WGS84: Final = "EPSG:4326"
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of a table before its columns are identified.

    ``row`` returns the name of a row in errors. ``points`` are longitudes, latitudes and, by row
    number, the reason why a row has no position; if None, the position is in columns.
    """

    columns: tuple[str, ...]
    cells: Sequence[Sequence[Any]]
    row: Callable[[int], str]
    n_rows: int
    dtypes: tuple[Any, ...] = ()
    points: tuple[Floats, Floats, Mapping[int, str]] | None = None
    labels: Sequence[str] | None = None
    """Names of the rows, used if there is no column of names."""


def to_wgs84(x: Floats, y: Floats, crs: Any, source: str) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes; without a reference system, they are assumed to be WGS 84."""
    if crs is None:
        return x, y
    from pyproj import CRS, Transformer
    from pyproj.exceptions import ProjError

    try:
        system, wgs84 = CRS.from_user_input(crs), CRS.from_user_input(_WGS84)
        if system.equals(wgs84, ignore_axis_order=True):
            return x, y
        lon, lat = Transformer.from_crs(system, wgs84, always_xy=True).transform(x, y)
    except ProjError as error:
        raise PlaceError(
            f"{source}: its coordinate reference system cannot be converted to EPSG:4326 ({error})"
        ) from error
    return np.asarray(lon), np.asarray(lat)


def make_table(rows: Rows, source: str) -> SiteTable:
    """Return rows as a table of sites, or refuse it with one line for each invalid row."""
    columns = rows.columns
    duplicate = next((column for column in columns if columns.count(column) > 1), None)
    if duplicate is not None:
        raise PlaceError(f"{source}: duplicate column {duplicate[:100]!r}; rename one")
    errors: dict[int, str] = {}
    lon, lat = _positions(rows, source, errors)
    precision_m = _precisions_km(rows, errors) * 1000
    if errors:
        raise PlaceError(*first_lines([errors[number] for number in sorted(errors)], source))
    name = usual_column(columns, NAME_COLUMNS)
    id_ = usual_column(columns, ID_COLUMNS)
    kind = usual_column(columns, ("kind",))
    if name is not None:
        names = tuple(map(label_of, rows.cells[name]))
    elif rows.labels is not None:
        names = tuple(map(label_of, rows.labels))
    elif columns:
        raise PlaceError(_missing_column_message(rows, source, "name", NAME_COLUMNS))
    else:
        positions = zip(lon.tolist(), lat.tolist(), strict=True)
        names = tuple(format_position(LonLat(*lonlat)) for lonlat in positions)
    return SiteTable(
        names=names,
        ids=("",) * rows.n_rows if id_ is None else tuple(map(label_of, rows.cells[id_])),
        kinds=(None,) * rows.n_rows if kind is None else tuple(map(label_of, rows.cells[kind])),
        lon=lon,
        lat=lat,
        precision_m=precision_m,
        columns=columns,
        rows=tuple(zip(*rows.cells, strict=True)) if columns else ((),) * rows.n_rows,
        dtypes=rows.dtypes,
    )


def _positions(rows: Rows, source: str, errors: dict[int, str]) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes within their intervals; add the problems to the errors."""
    if rows.points is not None:
        lon, lat, problems = rows.points
        lon, lat = lon.copy(), lat.copy()
        errors |= {number: f"{rows.row(number)}: {problem}" for number, problem in problems.items()}
    else:
        lat_index, lon_index = _position_columns(rows, source)
        lon = _degrees(rows, lon_index, "longitude", errors)
        lat = _degrees(rows, lat_index, "latitude", errors)
    # Only rows out of range need the full check.
    for number in np.flatnonzero(~((np.abs(lat) <= 90) & (np.abs(lon) <= 180))).tolist():
        if number not in errors:
            try:
                lon[number], lat[number] = check_position(
                    float(lon[number]),
                    float(lat[number]),
                    subject=rows.row(number),
                    hint=SWAPPED_COLUMNS if rows.points is None else LONGITUDE_FIRST,
                    wrap=False,
                )
            except QuantityError as error:
                errors[number] = str(error)
    valid = np.ones(len(lon), dtype=bool)
    valid[list(errors)] = False
    far = np.flatnonzero(valid & (lon > 180))
    if (lon[valid] < 0).any():
        for number in far.tolist():
            errors[number] = f"{rows.row(number)}: {stray_longitude(lon[number])}"
    lon[far] -= 360
    return lon, lat


def _position_columns(rows: Rows, source: str) -> tuple[int, int]:
    """Return the columns of latitude and longitude."""
    columns = rows.columns
    try:
        lat, lon = pair_columns([column.casefold() for column in columns])
    except PlaceError as error:
        raise PlaceError(f"{source}: {error}; rename the others") from error
    if lon is None:
        raise PlaceError(_missing_column_message(rows, source, "longitude", LON_COLUMNS))
    if lat is None:
        raise PlaceError(_missing_column_message(rows, source, "latitude", LAT_COLUMNS))
    advice = "combine them into decimal degrees, south and west negative"
    refuse_partial(columns, (columns[lat], columns[lon]), source, advice)
    return lat, lon


def _missing_column_message(rows: Rows, source: str, name: str, usual: Sequence[str]) -> str:
    points = " or a geometry" if name != "name" and rows.points is None else ""
    existing = f"{list_columns(rows.columns)}: rename one" if rows.columns else "no columns"
    return f"{source}: has no {name} column ({', '.join(usual)}){points}; it has {existing}"


def _degrees(rows: Rows, index: int, name: str, errors: dict[int, str]) -> Floats:
    return _numbers(rows.cells[index], np.isfinite, partial(_read_degrees, name), rows.row, errors)


def _read_degrees(name: str, value: Any, where: str) -> float:
    if value is None or isinstance(value, bool):
        raise QuantityError(f"{where}: {name} is missing; expected decimal degrees")
    if isinstance(value, str):
        return parse_degrees(value, name, where)
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise QuantityError(
            f"{where}: {name} is {str(value)[:40]!r}; expected decimal degrees"
        ) from error


def _precisions_km(rows: Rows, errors: dict[int, str]) -> Floats:
    index = usual_column(rows.columns, (PRECISION_COLUMN,))
    if index is None:
        return np.zeros(rows.n_rows)
    return _numbers(
        rows.cells[index],
        lambda found: (found >= 0) & (found <= FARTHEST_KM),
        lambda value, where: parse_precision([value], 0, where),
        rows.row,
        errors,
    )


def _numbers(
    values: Sequence[Any],
    is_valid: Callable[[Floats], NDArray[np.bool_]],
    parse: Callable[[Any, str], float],
    row: Callable[[int], str],
    errors: dict[int, str],
) -> Floats:
    """Read a column: plain numbers unchanged, others by a rule whose errors are collected."""
    numbers = [value if type(value) is float or type(value) is int else np.nan for value in values]
    try:
        found = np.array(numbers, dtype=np.float64)
    except OverflowError:
        found = np.full(len(numbers), np.nan)
    for number in np.flatnonzero(~is_valid(found)).tolist():
        try:
            found[number] = parse(values[number], row(number))
        except (PlaceError, QuantityError) as error:
            errors.setdefault(number, str(error))
    return found
