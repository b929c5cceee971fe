"""Sites in memory: data frames, Arrow tables and objects with ``__geo_interface__``.

The rules for columns are those of files of sites.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from rangemap.errors import PlaceError, QuantityError
from rangemap.geodesy.position import LonLat, check_position
from rangemap.places.positions import format_position
from rangemap.sites.formats import geo_metadata
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
    refuse_large_table,
    usual_column,
)

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

_Floats = NDArray[np.float64]
_WGS84: Final = "EPSG:4326"
_GEOARROW: Final = ("geoarrow.", "ogc.wkb")
_EXTENSION: Final = (b"ARROW:extension:name", b"ARROW:extension:metadata")


def table_of(data: Any, *, source: str) -> SiteTable | None:
    """Return the sites of a data frame, an Arrow table or a geographic object.

    Parameters
    ----------
    data : object
        A DataFrame, GeoDataFrame or GeoSeries, in any coordinate reference system; an Arrow table,
        or an object that exports one (``__arrow_c_stream__``, ``__arrow_c_array__``); a GeoJSON
        mapping, or an object with ``__geo_interface__``.
    source : str
        Its name in errors, such as ``sites``.

    Returns
    -------
    SiteTable or None
        Every row, in its order, with all columns but the geometry; None if the object is none
        of these.

    Raises
    ------
    PlaceError
        If a column is missing, or a row has no valid position: one line for each such row.
    """
    if (pandas := sys.modules.get("pandas")) is not None:
        if isinstance(data, pandas.DataFrame):
            return _make_table(_rows_of_frame(data, source), source)
        geopandas = sys.modules.get("geopandas")
        if geopandas is not None and isinstance(data, geopandas.GeoSeries):
            return _make_table(_rows_of_geoseries(data, source), source)
        if isinstance(data, pandas.Series | pandas.Index):
            return None
    if hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
        return _make_table(_rows_of_arrow(data, source), source)
    if hasattr(data, "__geo_interface__"):
        data = data.__geo_interface__
    if isinstance(data, Mapping) and isinstance(data.get("type"), str):
        return _make_table(_rows_of_geojson(data, source), source)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """The rows of a table before its columns are identified.

    ``row`` returns the name of a row in errors. ``points`` are longitudes, latitudes and, by row
    number, the reason why a row has no position; if None, the position is in columns.
    """

    columns: tuple[str, ...]
    cells: Sequence[Sequence[Any]]
    row: Callable[[int], str]
    n_rows: int
    dtypes: tuple[Any, ...] = ()
    points: tuple[_Floats, _Floats, Mapping[int, str]] | None = None
    labels: Sequence[str] | None = None
    """Names of the rows, used if there is no column of names."""


def _rows_of_frame(frame: pd.DataFrame, source: str) -> _Rows:
    import pandas as pd

    index = frame.index
    names = [name for name in index.names if name is not None]
    labels = _text_labels(index) if not names else None
    if len(names) == index.nlevels and not set(names) & set(frame.columns):
        frame = frame.reset_index()  # a named index is a column like any other
    geometry = _active_geometry(frame)
    if geometry is not None:
        frame = pd.DataFrame(frame.drop(columns=geometry.name))
    series = [frame.iloc[:, number] for number in range(frame.shape[1])]
    columns = tuple(str(column).strip() for column in frame.columns)
    refuse_large_table(columns, source, len(frame))
    return _Rows(
        columns=columns,
        cells=[_values(column) for column in series],
        row=partial(_row_name, source, index),
        n_rows=len(frame),
        dtypes=tuple(column.dtype for column in series),
        points=None if geometry is None else _points_of(geometry, source),
        labels=labels,
    )


def _row_name(source: str, index: Any, number: int) -> str:
    return f"{source}: row {str(index[number])[:100]}"


def _active_geometry(frame: Any) -> gpd.GeoSeries | None:
    """Return the geometry column of a GeoDataFrame; None for other frames or if there is none."""
    geopandas = sys.modules.get("geopandas")
    if geopandas is None or not isinstance(frame, geopandas.GeoDataFrame):
        return None
    name = frame._geometry_column_name  # noqa: SLF001  `active_geometry_name` came in geopandas 1.0
    return frame[name] if name in frame.columns else None


def _rows_of_geoseries(geometry: gpd.GeoSeries, source: str) -> _Rows:
    refuse_large_table((), source, len(geometry))
    return _Rows(
        columns=(),
        cells=(),
        row=partial(_row_name, source, geometry.index),
        n_rows=len(geometry),
        points=_points_of(geometry, source),
        labels=_text_labels(geometry.index),
    )


def _text_labels(index: Any) -> list[str] | None:
    """Return the labels of an index if all of them are text."""
    labels = index.tolist()
    return labels if labels and all(isinstance(label, str) for label in labels) else None


def _values(column: pd.Series) -> list[Any]:
    """Return a column as plain Python values, None where one is missing."""
    import pandas as pd

    values = column.astype(object).tolist()
    if column.dtype.kind == "M":
        values = [
            value.to_pydatetime(warn=False) if isinstance(value, pd.Timestamp) else value
            for value in values
        ]
    missing = column.isna().tolist()
    return [
        None if is_missing else value for value, is_missing in zip(values, missing, strict=True)
    ]


def _points_of(geometry: gpd.GeoSeries, source: str) -> tuple[_Floats, _Floats, dict[int, str]]:
    """Return the WGS 84 positions of a column of geometries, and the reasons for missing ones."""
    import shapely

    array = np.asarray(geometry.array)
    kinds = shapely.get_type_id(array)
    is_point = (kinds == 0) & ~shapely.is_empty(array)
    x, y = np.full(len(array), np.nan), np.full(len(array), np.nan)
    x[is_point], y[is_point] = shapely.get_x(array[is_point]), shapely.get_y(array[is_point])
    problems: dict[int, str] = {}
    for number in np.flatnonzero(~is_point).tolist():
        found = array[number]
        if found is None:
            problem = "geometry is missing"
        elif kinds[number] != 0:
            problem = f"geometry is a {found.geom_type}"
        else:
            problem = "geometry is an empty Point"
        problems[number] = f"{problem}; expected a Point"
    return (*_to_wgs84(x, y, geometry.crs, source), problems)


def _to_wgs84(x: _Floats, y: _Floats, crs: Any, source: str) -> tuple[_Floats, _Floats]:
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


def _rows_of_arrow(data: Any, source: str) -> _Rows:
    try:
        import pyarrow as pa
    except ImportError as error:
        raise PlaceError(
            f'{source}: reading an Arrow table needs pyarrow; pip install "rangemap[parquet]"'
        ) from error
    from rangemap.sites.arrow_texts import unpack_texts

    try:
        table = pa.table(data)
    except (TypeError, ValueError, pa.ArrowException) as error:
        raise PlaceError(f"{source}: cannot be read as an Arrow table: {error}") from error
    refuse_large_table(table.column_names, source, table.num_rows)
    table = unpack_texts(table, table.column_names, name=source)
    number, crs = _arrow_geometry(table.schema, source)
    points = None if number is None else _arrow_points(table.column(number), crs, source)
    kept = [each for each in range(table.num_columns) if each != number]
    return _Rows(
        columns=tuple(table.column_names[each].strip() for each in kept),
        cells=[table.column(each).to_pylist() for each in kept],
        row=lambda row: f"{source}: row {row}",
        n_rows=table.num_rows,
        # Keep integers even if some values are missing.
        dtypes=tuple(
            "Int64" if pa.types.is_integer(column.type) and column.null_count else None
            for column in map(table.column, kept)
        ),
        points=points,
    )


def _arrow_geometry(schema: Any, source: str) -> tuple[int | None, Any]:
    """Return the number of the column of geometries and its reference system."""
    geo = (schema.metadata or {}).get(b"geo")
    for number, field in enumerate(schema):
        metadata = field.metadata or {}
        name, details = (metadata.get(key, b"").decode("utf-8", "replace") for key in _EXTENSION)
        if hasattr(field.type, "extension_name"):
            name = field.type.extension_name
            details = field.type.__arrow_ext_serialize__().decode("utf-8", "replace")
        if name.startswith(_GEOARROW):
            return number, _crs_of(details, source)
    if geo is not None:
        name, column = geo_metadata(geo, name=source)
        if name in schema.names:
            return schema.names.index(name), column.get("crs")
    return None, None


def _crs_of(details: str, source: str) -> Any:
    """Return the reference system in the metadata of a GeoArrow column."""
    try:
        content = json.loads(details) if details else {}
    except (ValueError, RecursionError) as error:
        raise PlaceError(f"{source}: malformed GeoArrow metadata") from error
    return content.get("crs") if isinstance(content, dict) else None


def _arrow_points(column: Any, crs: Any, source: str) -> tuple[_Floats, _Floats, dict[int, str]]:
    import pyarrow as pa

    from rangemap.sites.wkb import read_points, storage

    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], pa.binary())
    array = storage(array)
    try:
        if pa.types.is_fixed_size_list(array.type):
            size = array.type.list_size
            pairs = pa.StructArray.from_arrays(
                [pa.array(_ordinates(array, size, number)) for number in range(2)], ["x", "y"]
            )
            x, y, missing = read_points(pairs)
        else:
            x, y, missing = read_points(array)
    except (ValueError, pa.ArrowException) as error:
        raise PlaceError(
            f"{source}: geometry is encoded as {array.type}; expected points as WKB or x and y"
        ) from error
    problem = "geometry is missing or not a Point; expected a Point"
    problems = dict.fromkeys(np.flatnonzero(missing).tolist(), problem)
    return (*_to_wgs84(x, y, crs, source), problems)


def _ordinates(points: Any, size: int, number: int) -> _Floats:
    """Return one ordinate of interleaved points, NaN where one is missing."""
    found = np.full(len(points), np.nan)
    valid = points.is_valid().to_numpy(zero_copy_only=False)
    found[valid] = points.drop_null().flatten().to_numpy(zero_copy_only=False)[number::size]
    return found


def _rows_of_geojson(data: Mapping[str, Any], source: str) -> _Rows:
    from rangemap.io.documents import Document
    from rangemap.io.geojson import point_features

    features = list(point_features(Document(source, _as_collection(data, source))))
    errors = [feature for feature in features if isinstance(feature, PlaceError)]
    if errors:
        raise PlaceError(*first_lines([str(error) for error in errors], source))
    valid = [feature for feature in features if not isinstance(feature, PlaceError)]
    columns = dict.fromkeys(str(key) for _, _, _, properties in valid for key in properties)
    refuse_large_table(columns, source, len(valid))
    if any(key is not None for _, key, _, _ in valid):
        columns.setdefault("id")
    records = [{"id": key, **properties} for _, key, _, properties in valid]
    positions = np.array([lonlat for _, _, lonlat, _ in valid], np.float64).reshape(-1, 2)
    return _Rows(
        columns=tuple(columns),
        cells=[[record.get(column) for record in records] for column in columns],
        row=lambda number: valid[number][0],
        n_rows=len(valid),
        points=(positions[:, 0], positions[:, 1], {}),
    )


def _as_collection(data: Mapping[str, Any], source: str) -> dict[str, Any]:
    """Return any GeoJSON of points as a collection of features, with lists instead of tuples."""
    kind = data["type"]
    if kind == "FeatureCollection":
        features = data.get("features")
        if not isinstance(features, Sequence) or isinstance(features, str):
            raise PlaceError(f"{source}: has no list of features; expected a FeatureCollection")
        return {"type": kind, "features": [_as_feature(feature) for feature in features]}
    if kind == "Feature":
        return {"type": "FeatureCollection", "features": [_as_feature(data)]}
    if kind not in {"Point", "MultiPoint"}:
        raise PlaceError(
            f"{source}: is a {str(kind)[:40]}; expected points, features of points, or a table of them"
        )
    positions = data.get("coordinates")
    point_positions = [positions] if kind == "Point" else positions
    if not isinstance(point_positions, Sequence):
        raise PlaceError(f"{source}: has no coordinates; expected [lon, lat]")
    features = [{"geometry": {"type": "Point", "coordinates": each}} for each in point_positions]
    return {"type": "FeatureCollection", "features": [_as_feature(each) for each in features]}


def _as_feature(feature: Any) -> dict[str, Any]:
    feature = getattr(feature, "__geo_interface__", feature)
    if not isinstance(feature, Mapping):
        return cast("dict[str, Any]", feature)  # refused later by the rules
    geometry = feature.get("geometry")
    geometry = getattr(geometry, "__geo_interface__", geometry)
    if isinstance(geometry, Mapping):
        position = geometry.get("coordinates")
        if isinstance(position, Sequence) and not isinstance(position, str):
            position = [part.item() if isinstance(part, np.generic) else part for part in position]
        geometry = {**geometry, "coordinates": position}
    properties = feature.get("properties")
    if isinstance(properties, Mapping):
        properties = dict(properties)
    return {"type": "Feature", **feature, "geometry": geometry, "properties": properties}


def _make_table(rows: _Rows, source: str) -> SiteTable:
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


def _positions(rows: _Rows, source: str, errors: dict[int, str]) -> tuple[_Floats, _Floats]:
    """Return longitudes and latitudes within their intervals; add the problems to the errors."""
    if rows.points is not None:
        lon, lat, problems = rows.points
        lon, lat = lon.copy(), lat.copy()
        errors |= {number: f"{rows.row(number)}: {problem}" for number, problem in problems.items()}
    else:
        indices = [
            _position_column(rows, source, usual, name)
            for usual, name in ((LON_COLUMNS, "longitude"), (LAT_COLUMNS, "latitude"))
        ]
        lon = _degrees(rows, indices[0], "longitude", errors)
        lat = _degrees(rows, indices[1], "latitude", errors)
    # Only rows out of range need the full check.
    for number in np.flatnonzero(~((np.abs(lat) <= 90) & (np.abs(lon) <= 180))).tolist():
        if number not in errors:
            try:
                lon[number], lat[number] = check_position(
                    float(lon[number]), float(lat[number]), subject=rows.row(number)
                )
            except QuantityError as error:
                errors[number] = str(error)
    return lon, lat


def _position_column(rows: _Rows, source: str, usual: Sequence[str], name: str) -> int:
    found = usual_column(rows.columns, usual)
    if found is None:
        raise PlaceError(_missing_column_message(rows, source, name, usual))
    return found


def _missing_column_message(rows: _Rows, source: str, name: str, usual: Sequence[str]) -> str:
    points = " or a geometry" if name != "name" and rows.points is None else ""
    existing = f"{list_columns(rows.columns)}: rename one" if rows.columns else "no columns"
    return f"{source}: has no {name} column ({', '.join(usual)}){points}; it has {existing}"


def _degrees(rows: _Rows, index: int, name: str, errors: dict[int, str]) -> _Floats:
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


def _precisions_km(rows: _Rows, errors: dict[int, str]) -> _Floats:
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
    is_valid: Callable[[_Floats], NDArray[np.bool_]],
    parse: Callable[[Any, str], float],
    row: Callable[[int], str],
    errors: dict[int, str],
) -> _Floats:
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
