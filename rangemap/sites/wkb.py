"""Points in well-known binary: a single one with the reason if invalid, or a whole column."""

from __future__ import annotations

import math
import struct
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rangemap.errors import QuantityError
from rangemap.geodesy.position import LonLat
from rangemap.io.shapes import not_a_point

_KINDS: Final = ("", "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString",
                 "MultiPolygon", "GeometryCollection", "CircularString", "CompoundCurve", "CurvePolygon",
                 "MultiCurve", "MultiSurface", "Curve", "Surface", "PolyhedralSurface", "TIN",
                 "Triangle")  # fmt: skip
_COLLECTIONS: Final = (4, 7)
_WKB_HEAD_BYTES: Final = 5
_WKB_POINT_BYTES: Final = 21
_PLAIN_POINT: Final = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])
_WGS84: Final = 4326


def read_point(wkb: Any) -> LonLat:
    """Read a point, also the only one in a MultiPoint or a collection, and nothing else.

    Nested collections, which can crash a parser, are never followed.

    Returns
    -------
    LonLat
        The stored position; the caller checks whether it is on the globe.

    Raises
    ------
    QuantityError
        If there is no geometry, one of another type, or an empty point.
    """
    if not isinstance(wkb, bytes | bytearray) or len(wkb) < _WKB_HEAD_BYTES or wkb[0] > 1:
        raise QuantityError("geometry is missing; expected a Point")
    kind, start = _head(wkb)
    if kind in _COLLECTIONS:
        _refuse_srid(wkb, start)
        wkb = _only_part(wkb, kind, start)
        kind, start = _head(wkb)
    elif len(wkb) < _WKB_POINT_BYTES:
        raise QuantityError("geometry is missing; expected a Point")
    order = "<" if wkb[0] else ">"
    if kind == 1 and len(wkb) < start + 16:
        raise QuantityError("geometry is cut short; expected a Point")
    if kind != 1:
        raise QuantityError(not_a_point(_kind_name(kind)))
    _refuse_srid(wkb, start)
    lon, lat = struct.unpack_from(f"{order}2d", wkb, start)
    if math.isnan(lon) and math.isnan(lat):
        raise QuantityError("geometry is an empty Point; expected one with a position")
    return LonLat(lon, lat)


def _head(wkb: bytes | bytearray) -> tuple[int, int]:
    """Return the type of a geometry, without its dimensions, and where its content starts."""
    (code,) = struct.unpack_from("<I" if wkb[0] else ">I", wkb, 1)
    return (code & 0x0FFFFFFF) % 1000, 9 if code & 0x20000000 else 5  # after an SRID


def _only_part(wkb: bytes | bytearray, kind: int, start: int) -> bytes | bytearray:
    """Return the point of a collection that contains nothing else."""
    part = wkb[start + 4 :]
    n_parts = (
        struct.unpack_from("<I" if wkb[0] else ">I", wkb, start)[0] if len(wkb) >= start + 4 else 0
    )
    if n_parts and (len(part) < n_parts * _WKB_HEAD_BYTES or part[0] > 1):
        raise QuantityError("geometry is cut short; expected a Point")
    first = _kind_name(_head(part)[0]) if n_parts else ""
    if n_parts == 1 and first == "Point" and len(part) >= _WKB_POINT_BYTES:
        return part
    each = first if n_parts == 1 or kind == _COLLECTIONS[0] else "shape"
    raise QuantityError(not_a_point(_KINDS[kind], {each: n_parts} if n_parts else ()))


def _kind_name(kind: int) -> str:
    return _KINDS[kind] if 0 < kind < len(_KINDS) else f"shape of unknown type {kind}"


def _refuse_srid(wkb: bytes | bytearray, start: int) -> None:
    if start > _WKB_HEAD_BYTES:
        if len(wkb) < start:
            raise QuantityError("geometry is cut short; expected a Point")
        (srid,) = struct.unpack_from("<I" if wkb[0] else ">I", wkb, 5)
        if srid != _WGS84:
            raise QuantityError(f"geometry is in SRID {srid}; expected {_WGS84}, which is WGS 84")


def are_offsets_whole(array: Any) -> bool:
    """Whether the values of a binary column follow each other and lie within its memory."""
    import pyarrow as pa

    array = storage(array)
    if not pa.types.is_binary(array.type) or not len(array):
        return True
    _, offsets, data = array.buffers()
    ends = np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
    size = 0 if data is None else data.size
    return bool(ends[0] >= 0 and ends[-1] <= size and (ends[1:] >= ends[:-1]).all())


def read_points(array: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitudes and latitudes of a column of WKB or pairs; NaN for an invalid point.

    Raises
    ------
    ValueError
        If the column contains neither.
    """
    import pyarrow as pa

    array = storage(array)
    if pa.types.is_struct(array.type):
        if not {"x", "y"} <= {field.name for field in array.type}:
            raise ValueError("points have no x and y")
        x, y = (np.array(array.field(name).to_numpy(zero_copy_only=False), float) for name in "xy")
        x[array.is_null().to_numpy(zero_copy_only=False)] = np.nan
        return x, y
    if pa.types.is_fixed_size_list(array.type):
        size = array.type.list_size
        if size < 2:
            raise ValueError("points have no x and y")
        return _ordinates(array, size, 0), _ordinates(array, size, 1)
    if not pa.types.is_binary(array.type):
        array = array.cast(pa.large_binary())
    n = len(array)
    validity, offsets, data = array.buffers()
    width = np.int32 if pa.types.is_binary(array.type) else np.int64
    ends = np.frombuffer(offsets, width)[array.offset : array.offset + n + 1]
    octets = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
    is_whole = bool(n) and ends[-1] <= len(octets)  # a damaged file may lack what it has offsets of
    if not array.null_count and is_whole and (np.diff(ends) == _WKB_POINT_BYTES).all():
        points = octets[ends[0] : ends[-1]].view(_PLAIN_POINT)
        if ((points["order"] == 1) & (points["kind"] == 1)).all():
            return points["x"].copy(), points["y"].copy()
    return _read_each(octets, ends, None if validity is None else array.is_valid())


def _ordinates(points: Any, size: int, number: int) -> NDArray[np.float64]:
    """Return one ordinate of interleaved points, NaN where one is missing."""
    found = np.full(len(points), np.nan)
    valid = points.is_valid().to_numpy(zero_copy_only=False)
    found[valid] = points.drop_null().flatten().to_numpy(zero_copy_only=False)[number::size]
    return found


def _read_each(
    octets: NDArray[np.uint8], ends: NDArray[Any], is_valid: Any
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the positions of points of any byte order and dimension, between other geometries."""
    long_enough = (np.diff(ends) >= _WKB_POINT_BYTES) & (ends[1:] <= len(octets))
    if is_valid is not None:
        long_enough &= is_valid.to_numpy(zero_copy_only=False)
    starts = ends[:-1][long_enough]
    lonlat = np.full((2, len(ends) - 1), np.nan)
    parts = octets[starts[:, None] + np.arange(_WKB_POINT_BYTES)]
    for order, prefix in ((1, "<"), (0, ">")):
        of_order = parts[:, 0] == order
        kinds = parts[of_order, 1:5].copy().view(f"{prefix}u4").ravel()
        # Points with or without a third and a fourth ordinate, in ISO and extended WKB codes.
        points = np.isin(kinds & 0x1FFF_FFFF, (1, 1001, 2001, 3001)) & (kinds & 0x2000_0000 == 0)
        rows = np.flatnonzero(long_enough)[of_order][points]
        ordinates = parts[of_order][points][:, 5:].copy().view(f"{prefix}f8")
        lonlat[:, rows] = ordinates.T
    return lonlat[0], lonlat[1]


def storage(column: Any) -> Any:
    """Return the storage of an Arrow extension column, such as a geometry, or the column itself."""
    return getattr(column, "storage", column)
