"""GDAL's binary vector formats: GeoPackage, FlatGeobuf, shapefile."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np

from rangemap.errors import QuantityError
from rangemap.geodesy.position import LONGITUDE_FIRST, check_position
from rangemap.sites.gdal import read_features
from rangemap.sites.raw import RawTable, Row
from rangemap.sites.readers.log import ReadLog
from rangemap.sites.readers.shapefile import BYTES, decode_text
from rangemap.sites.table import refuse_large_table
from rangemap.sites.wkb import read_point

VECTOR: Final = (".shp", ".gpkg", ".fgb")


def read_vector(log: ReadLog) -> RawTable:
    """Read a GeoPackage, FlatGeobuf or shapefile of points in WGS 84.

    Raises
    ------
    DocumentError
        If the content does not match the suffix, or the reference system is another one.
    """
    path = log.path
    is_shapefile = path.suffix.lower() == ".shp"
    columns, geometries, fields = read_features(
        path,
        name=log.name,
        largest=log.largest,
        encoding=BYTES if is_shapefile else None,
        layer=log.options.layer,
    )
    if log.options.layer is not None:
        log.note("layer", repr(log.options.layer), "given")
    if is_shapefile:
        columns, fields = decode_text(path, columns, fields, log)
    refuse_large_table(columns, log.name, len(geometries))
    cells = [[to_python(value) for value in column] for column in fields]
    return RawTable(columns, tuple(point_rows(cells, geometries)), located=True, row_noun="feature")


def point_rows(columns: Sequence[Sequence[Any]], geometries: Iterable[Any]) -> Iterable[Row]:
    """Yield rows with the points of a column of WKB or of x and y, or the reason why one has none."""
    for number, geometry in enumerate(geometries, start=1):
        cells = tuple(column[number - 1] for column in columns)
        try:
            yield Row(
                number, cells, check_position(*_lonlat(geometry), hint=LONGITUDE_FIRST, wrap=False)
            )
        except QuantityError as error:
            yield Row(number, cells, problem=str(error))


def _lonlat(geometry: Any) -> tuple[float, float]:
    """Return the longitude and latitude of a point as WKB, or as Arrow stores it."""
    if isinstance(geometry, list):  # x, y and perhaps more
        geometry = dict(zip("xy", geometry, strict=False))
    if not isinstance(geometry, dict):
        return read_point(geometry)
    x, y = geometry.get("x"), geometry.get("y")
    if not (isinstance(x, float) and isinstance(y, float)) or (math.isnan(x) and math.isnan(y)):
        raise QuantityError("geometry is empty; expected a Point")
    return x, y


def to_python(value: Any) -> Any:
    """Return a value as a Python object; GDAL's NaN in a column of numbers is a missing value."""
    converted = value.item() if isinstance(value, np.generic) else value
    return None if converted != converted else converted  # noqa: PLR0124  only NaN differs from itself
