"""Sites in memory: data frames, Arrow tables and objects with ``__geo_interface__``.

The rules for columns are those of files of sites.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from rangemap.errors import PlaceError
from rangemap.io.shapes import not_a_point
from rangemap.sites.table import (
    SiteTable,
    first_lines,
    refuse_large_table,
)

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
from rangemap.sites.arrow import rows_of_arrow
from rangemap.sites.rows import Floats, Rows, make_table, to_wgs84

_COLLECTIONS: Final = (4, 7)
"""The types of a MultiPoint and of a collection."""


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
            return make_table(_rows_of_frame(data, source), source)
        geopandas = sys.modules.get("geopandas")
        if geopandas is not None and isinstance(data, geopandas.GeoSeries):
            return make_table(_rows_of_geoseries(data, source), source)
        if isinstance(data, pandas.Series | pandas.Index):
            return None
    if hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
        return make_table(rows_of_arrow(data, source), source)
    if hasattr(data, "__geo_interface__"):
        data = data.__geo_interface__
    if isinstance(data, Mapping) and isinstance(data.get("type"), str):
        return make_table(_rows_of_geojson(data, source), source)
    return None


def _rows_of_frame(frame: pd.DataFrame, source: str) -> Rows:
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
    return Rows(
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


def _rows_of_geoseries(geometry: gpd.GeoSeries, source: str) -> Rows:
    refuse_large_table((), source, len(geometry))
    return Rows(
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


def _points_of(geometry: gpd.GeoSeries, source: str) -> tuple[Floats, Floats, dict[int, str]]:
    """Return the WGS 84 positions of a column of geometries, and the reasons for missing ones."""
    import shapely

    array = np.array(geometry.array)
    alone = np.isin(shapely.get_type_id(array), _COLLECTIONS) & (
        shapely.get_num_geometries(array) == 1
    )
    array[alone] = shapely.get_geometry(array[alone], 0)
    kinds = shapely.get_type_id(array)
    is_point = (kinds == 0) & ~shapely.is_empty(array)
    x, y = np.full(len(array), np.nan), np.full(len(array), np.nan)
    x[is_point], y[is_point] = shapely.get_x(array[is_point]), shapely.get_y(array[is_point])
    problems: dict[int, str] = {}
    for number in np.flatnonzero(~is_point).tolist():
        found = array[number]
        if found is None:
            problems[number] = "geometry is missing; expected a Point"
        elif kinds[number] != 0:
            parts = getattr(found, "geoms", ())
            problems[number] = not_a_point(found.geom_type, [part.geom_type for part in parts])
        else:
            problems[number] = "geometry is an empty Point; expected a Point"
    return (*to_wgs84(x, y, geometry.crs, source), problems)


def _rows_of_geojson(data: Mapping[str, Any], source: str) -> Rows:
    from rangemap.io.documents import Document
    from rangemap.io.geojson import point_features

    features = list(point_features(Document(source, _as_collection(data, source)), wrap=False))
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
    return Rows(
        columns=tuple(columns),
        cells=[[record.get(column) for record in records] for column in columns],
        row=lambda number: valid[number][0],
        n_rows=len(valid),
        points=(positions[:, 0], positions[:, 1], {}),
    )


def _as_collection(data: Mapping[str, Any], source: str) -> dict[str, Any]:
    """Return any GeoJSON of points as a collection of features, with lists instead of tuples."""
    kind, crs = data["type"], {"crs": data["crs"]} if "crs" in data else {}
    if kind == "FeatureCollection":
        features = data.get("features")
        if not isinstance(features, Sequence) or isinstance(features, str):
            raise PlaceError(f"{source}: has no list of features; expected a FeatureCollection")
        return {"type": kind, **crs, "features": [_as_feature(feature) for feature in features]}
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
    return {"type": "FeatureCollection", **crs, "features": [*map(_as_feature, features)]}


def _as_lists(position: Sequence[Any]) -> list[Any]:
    """Return a position, or the positions of a MultiPoint, with lists instead of tuples."""
    parts = [part.item() if isinstance(part, np.generic) else part for part in position]
    if len(parts) == 1 and isinstance(parts[0], Sequence) and not isinstance(parts[0], str):
        return [_as_lists(parts[0])]
    return parts


def _as_feature(feature: Any) -> dict[str, Any]:
    feature = getattr(feature, "__geo_interface__", feature)
    if not isinstance(feature, Mapping):
        return cast("dict[str, Any]", feature)  # refused later by the rules
    geometry = feature.get("geometry")
    geometry = getattr(geometry, "__geo_interface__", geometry)
    if isinstance(geometry, Mapping):
        position = geometry.get("coordinates")
        if isinstance(position, Sequence) and not isinstance(position, str):
            position = _as_lists(position)
        geometry = {**geometry, "coordinates": position}
    properties = feature.get("properties")
    if isinstance(properties, Mapping):
        properties = dict(properties)
    return {"type": "Feature", **feature, "geometry": geometry, "properties": properties}
