"""Files of sites that are read whole: CSV, GeoJSON, Parquet, GeoPackage, FlatGeobuf, shapefile."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from rangemap.errors import PlaceError, QuantityError
from rangemap.geodesy.position import LonLat, check_position
from rangemap.io.files import read_text
from rangemap.limits import quoted
from rangemap.sites.formats import DELIMITED, PARQUET, open_rows, suffix_of
from rangemap.sites.gdal import SIGNATURES, read_features
from rangemap.sites.table import (
    ID_COLUMNS,
    LAT_COLUMNS,
    LON_COLUMNS,
    NAME_COLUMNS,
    PRECISION_COLUMN,
    SiteTable,
    find_column,
    first_lines,
    label_of,
    parse_degrees,
    parse_precision,
    refuse_large_table,
    usual_column,
)
from rangemap.sites.wkb import read_point


def read_site_file(
    path: Path, *, lat: str | None = None, lon: str | None = None, name: str | None = None
) -> SiteTable:
    """Read a file of sites: CSV, gzipped CSV, GeoJSON, Parquet, GeoPackage, FlatGeobuf, shapefile.

    Parameters
    ----------
    path : Path
        The file; its suffix specifies its format.
    lat, lon, name : str, optional
        Columns of the position and the name, if they are not the usual ones.

    Returns
    -------
    SiteTable
        Every row of the file, in its order.

    Raises
    ------
    PlaceError
        If the format is unknown, a column is missing, or a row has no valid
        position: one line for each such row.
    DocumentError
        If the file cannot be read or is not well-formed.
    """
    suffix = suffix_of(path.name)
    if suffix in DELIMITED:
        columns, records = _read_delimited(path)
        position = _column_position(columns, path, lat, lon)
    elif suffix in {".geojson", ".json"}:
        columns, records = _read_geojson(path)
        position = _geometry_position
    elif suffix in PARQUET:
        from rangemap.sites.stream import open_sites, read_sites  # few runs need it

        return read_sites(open_sites(str(path), lat=lat, lon=lon, label=name))
    elif suffix in SIGNATURES:
        columns, records = _read_vector(path)
        position = _geometry_position
    else:
        known = ".csv, .csv.gz, .tsv, .geojson, .parquet, " + ", ".join(SIGNATURES)
        raise PlaceError(f"{path}: unknown kind of site file {suffix!r}; expected {known}")
    table = _make_table(path, columns, records, position, name)
    return replace(table, untyped=suffix in DELIMITED)


_Record = tuple[str, Any, Sequence[Any]]
"""Where it is, its geometry if any, its fields."""


def _read_delimited(path: Path) -> tuple[tuple[str, ...], Iterable[_Record]]:
    rows, header = open_rows(read_text(path), name=str(path))
    columns = tuple(column.strip() for column in header)
    refuse_large_table(columns, path)
    duplicate = next((column for column in columns if columns.count(column) > 1 and column), None)
    if duplicate:
        raise PlaceError(f"{path}:1: duplicate column {quoted(duplicate)}; rename one")

    def records() -> Iterable[_Record]:
        try:
            for row in rows:
                where = f"{path}:{rows.line_num}"
                if not row:
                    continue
                if len(row) != len(columns):
                    raise PlaceError(
                        f"{where}: {len(row)} fields but {len(columns)} columns;"
                        " quote fields that contain the delimiter"
                    )
                yield where, None, row
        except csv.Error as error:
            raise PlaceError(f"{path}:{rows.line_num}: not well-formed CSV: {error}") from error

    return columns, records()


def _read_geojson(path: Path) -> tuple[tuple[str, ...], Iterable[_Record]]:
    from rangemap.io.documents import parse_json  # also imports a YAML parser
    from rangemap.io.geojson import point_features

    document = parse_json(read_text(path), name=str(path))
    features = list(point_features(document))
    errors = [feature for feature in features if isinstance(feature, PlaceError)]
    if errors:
        raise PlaceError(*first_lines([str(error) for error in errors], path))
    valid = [feature for feature in features if not isinstance(feature, PlaceError)]
    columns = dict.fromkeys(key for _, _, _, properties in valid for key in properties)
    refuse_large_table(columns, path, len(valid))
    if any(key is not None for _, key, _, _ in valid):
        columns.setdefault("id")
    return tuple(columns), [
        (where, lonlat, [{"id": key, **properties}.get(column) for column in columns])
        for where, key, lonlat, properties in valid
    ]


def _read_vector(path: Path) -> tuple[tuple[str, ...], Iterable[_Record]]:
    features = read_features(path, name=str(path))
    refuse_large_table(features.columns, path, len(features.geometries))
    records: list[_Record] = []
    for number, wkb in enumerate(features.geometries, start=1):
        where = f"{path}: feature {number}"
        try:
            lonlat = read_point(wkb)
        except QuantityError as error:
            raise PlaceError(f"{where}: {error}") from error
        row = [_to_python(column[number - 1]) for column in features.fields]
        records.append((where, check_position(*lonlat, subject=where), row))
    return features.columns, records


def _to_python(value: Any) -> Any:
    """Return a value as a Python object; GDAL's NaN in a column of numbers is a missing value."""
    converted = value.item() if isinstance(value, np.generic) else value
    return None if converted != converted else converted  # noqa: PLR0124  only NaN differs from itself


_Position = Callable[[_Record], LonLat]


def _geometry_position(record: _Record) -> LonLat:
    lonlat: LonLat = record[1]
    return lonlat


def _column_position(
    columns: Sequence[str], path: Path, lat: str | None, lon: str | None
) -> _Position:
    lat_index = find_column(columns, path, lat, LAT_COLUMNS, "latitude", "--lat")
    lon_index = find_column(columns, path, lon, LON_COLUMNS, "longitude", "--lon")

    def position(record: _Record) -> LonLat:
        where, _, row = record
        return check_position(
            parse_degrees(row[lon_index], "longitude", where),
            parse_degrees(row[lat_index], "latitude", where),
            subject=where,
        )

    return position


def _make_table(
    path: Path,
    columns: tuple[str, ...],
    records: Iterable[_Record],
    position: _Position,
    name: str | None,
) -> SiteTable:
    name_index = find_column(columns, path, name, NAME_COLUMNS, "name", "--name")
    id_index = usual_column(columns, ID_COLUMNS)
    kind_index = usual_column(columns, ("kind",))
    precision_index = usual_column(columns, (PRECISION_COLUMN,))
    positions: list[LonLat] = []
    precisions: list[float] = []
    rows: list[tuple[Any, ...]] = []
    errors: list[str] = []
    for number, record in enumerate(records, start=1):
        where, _, row = record
        refuse_large_table(columns, path, number)
        try:
            lonlat = position(record)
            precision_km = (
                0.0 if precision_index is None else parse_precision(row, precision_index, where)
            )
        except (PlaceError, QuantityError) as error:
            errors.append(str(error))
            continue
        positions.append(lonlat)
        precisions.append(precision_km)
        rows.append(tuple(row))
    if errors:
        raise PlaceError(*first_lines(errors, path))
    array = np.array(positions, dtype=np.float64).reshape(-1, 2)
    return SiteTable(
        names=tuple(label_of(row[name_index]) for row in rows),
        ids=tuple("" if id_index is None else label_of(row[id_index]) for row in rows),
        kinds=tuple(None if kind_index is None else label_of(row[kind_index]) for row in rows),
        lon=array[:, 0].copy(),
        lat=array[:, 1].copy(),
        precision_m=np.array(precisions, dtype=np.float64) * 1000,
        columns=columns,
        rows=tuple(rows),
    )
