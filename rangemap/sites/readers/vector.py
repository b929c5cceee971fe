"""GDAL's binary vector formats: GeoPackage, FlatGeobuf, shapefile (also zipped)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final

import numpy as np

from rangemap.errors import QuantityError
from rangemap.geodesy.position import check_position
from rangemap.io.files import output_errors, read_bytes, scratch
from rangemap.limits import LARGEST_IMPORT
from rangemap.sites.gdal import read_features
from rangemap.sites.raw import RawTable, Row
from rangemap.sites.readers.archives import open_archive, read_member
from rangemap.sites.readers.log import ReadLog
from rangemap.sites.table import refuse_large_table
from rangemap.sites.wkb import read_point

SHAPEFILES: Final = (".shp", ".zip")
_SHAPEFILE: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def read_vector(log: ReadLog) -> RawTable:
    """Read a GeoPackage, FlatGeobuf or shapefile (also zipped) of points in WGS 84.

    Raises
    ------
    DocumentError
        If the content does not match the suffix, or the reference system is another one.
    """
    if log.path.suffix.lower() != ".zip":
        return _read_gdal(log.path, log)
    with scratch() as folder:
        with output_errors(folder):
            path = _unpack_shapefile(folder, log)
        return _read_gdal(path, log)


def _unpack_shapefile(folder: Path, log: ReadLog) -> Path:
    """Extract the files of the only shapefile in an archive, under fixed names."""
    name = log.name
    archive = open_archive(read_bytes(log.path, largest=LARGEST_IMPORT), name=name)
    members = [PurePosixPath(member) for member in archive.namelist()]
    shapes = [member for member in members if member.suffix.lower() == ".shp"]
    if len(shapes) != 1:
        raise log.refusal(
            f"contains {len(shapes)} .shp files; expected one, with its .shx and .dbf"
        )
    for member in members:
        suffix = member.suffix.lower()
        if suffix in _SHAPEFILE and member.with_suffix("") == shapes[0].with_suffix(""):
            (folder / f"points{suffix}").write_bytes(read_member(archive, str(member), name=name))
    log.note("member", repr(str(shapes[0])), "the only .shp in the archive")
    return folder / "points.shp"


def _read_gdal(path: Path, log: ReadLog) -> RawTable:
    columns, geometries, fields = read_features(path, name=log.name, largest=log.largest)
    refuse_large_table(columns, log.name, len(geometries))
    cells = [[to_python(value) for value in column] for column in fields]
    return RawTable(columns, tuple(point_rows(cells, geometries)), located=True, row_noun="feature")


def point_rows(columns: Sequence[Sequence[Any]], geometries: Iterable[Any]) -> Iterable[Row]:
    """Yield rows with the points of a column of WKB, or the reason why one has none."""
    for number, wkb in enumerate(geometries, start=1):
        cells = tuple(column[number - 1] for column in columns)
        try:
            yield Row(number, cells, check_position(*read_point(wkb)))
        except QuantityError as error:
            yield Row(number, cells, problem=str(error))


def to_python(value: Any) -> Any:
    """Return a value as a Python object; GDAL's NaN in a column of numbers is a missing value."""
    converted = value.item() if isinstance(value, np.generic) else value
    return None if converted != converted else converted  # noqa: PLR0124  only NaN differs from itself
