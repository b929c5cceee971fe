"""Files for a GIS: GeoPackage with QGIS styles, FlatGeobuf, GeoParquet, zipped shapefiles.

Each row has the figures it is drawn from (low, headline, high, minimum), the claims and their
sources, ellipsoid, tolerance and edition. Geometry follows RFC 7946: longitude and latitude on
WGS 84, cut at 180 degrees.
"""

from __future__ import annotations

import io
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any, Final, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from shapely.geometry.base import BaseGeometry

from rangemap.catalogue import Claim, ring_label
from rangemap.check import COLUMNS, CheckRow, check_table
from rangemap.check.table import reached_by
from rangemap.errors import OutputError
from rangemap.extras import require
from rangemap.geodesy import WHOLE_EARTH, degree_decimals, ring_lines, round_region
from rangemap.io.files import error_text, scratch
from rangemap.render.archive import to_zip
from rangemap.render.citation import cite_method, copy_of, quotation, sources_text
from rangemap.render.gis.geojson import CAPTION, caption_column, origin_columns, ring_columns
from rangemap.render.gis.qgis import NOW, add_styles
from rangemap.render.style import (
    HOUSE_STYLE,
    HouseStyle,
)
from rangemap.render.wording import made_with, promise
from rangemap.rings import RangeRing
from rangemap.scenario.selection import Selection
from rangemap.wording.language import read_language
from rangemap.wording.quantities import km

_CRS: Final = "EPSG:4326"
_GDAL_ERRORS: Final = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError)
_SHORT: Final = {
    # A shapefile's column names have at most ten characters.
    "origin_kind": "orig_kind", "headline_km": "headl_km", "headline_publisher": "headl_pub",
    "headline_published": "headl_text",
    "precision_km": "precis_km", "distance_km": "dist_km", "claims_reaching": "reaching",
}  # fmt: skip
DESCRIPTIONS: Final[Mapping[str, str]] = {
    "rings": "Areas from the smallest published minimum to the figure that is drawn, for analysis; QGIS shows nothing for them, as their edges include cuts along 180 degrees.",
    "inner": "Areas that all claims reach.",
    "bands": "Areas where the claims differ.",
    "lines": "Rings as lines: the headline, the lowest and the highest published figure, and the smallest published minimum.",
    "origins": "Origins of the rings.",
    "sites": "Sites; reached_by counts the rings that may reach the site.",
    "verdicts": "Verdicts: one row for each origin, weapon and site.",
}
"""What each of the `layers` contains."""
_SHAPEFILE_TEXT: Final = 254  # bytes


def layers(
    selection: Selection, rings: Sequence[RangeRing], rows: Sequence[CheckRow]
) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of a selection's map.

    Parameters
    ----------
    selection : Selection
        The request.
    rings : sequence of RangeRing
        Its rings.
    rows : sequence of CheckRow
        Its verdicts.

    Returns
    -------
    dict of GeoDataFrame
        ``rings`` (from the minimum to the headline), ``inner`` (the area that all claims
        reach), ``bands`` (where they differ), ``lines`` (without the edges that only
        close an area; ``label`` as on the map), ``origins``, ``sites`` (``reached_by`` counts
        the rings that may reach the site), and ``verdicts``, the check table with the
        position of each site. EPSG:4326; kilometres.
    """
    tables = {
        "rings": ring_areas(rings, "area"),
        "inner": ring_areas(rings, "inner"),
        "bands": ring_areas(rings, "band"),
        "lines": _lines(rings, selection.units),
        "origins": _frame(
            [origin_columns(origin) for origin in selection.origins],
            [shapely.Point(o.lonlat) for o in selection.origins],
        ),
        "sites": _sites(selection, rows),
        "verdicts": _verdicts(selection, rows),
    }
    return {name: frame for name, frame in tables.items() if len(frame)}


def to_gpkg(
    selection: Selection,
    rings: Sequence[RangeRing],
    rows: Sequence[CheckRow],
    style: HouseStyle = HOUSE_STYLE,
) -> bytes:
    """Return a GeoPackage of all `layers`, with styles that QGIS applies by default.

    Title, subtitle, credit, the note that a ring is not a forecast, and how the rings were made are
    its metadata; each layer has a description.
    """
    tables = layers(selection, rings, rows)
    about = _about(selection, rings, style)
    with _fixed_timestamp(), scratch() as folder, _gdal_errors("a GeoPackage"):
        path = folder / "map.gpkg"
        for name, frame in tables.items():
            described = f"{DESCRIPTIONS[name]} {about['note']}"
            pyogrio.write_dataframe(
                frame, path, layer=name, driver="GPKG", append=path.exists(),
                dataset_options={"VERSION": "1.3"},  # GDAL and QGIS of 2022 warn about 1.4
                dataset_metadata=about, layer_options={"DESCRIPTION": described},
            )  # fmt: skip
        with closing(sqlite3.connect(path)) as database:
            add_styles(database, tables, selection, style)
            _check_geopackage(database, tables)
        return path.read_bytes()


def _about(selection: Selection, rings: Sequence[RangeRing], style: HouseStyle) -> dict[str, str]:
    """Return what the reader of a file should know about the whole map."""
    english = read_language("en")  # as all data files
    texts = {
        "title": selection.title,
        "subtitle": selection.subtitle,
        "note": promise(selection.systems, english),
        "method": " ".join(cite_method(selection, rings)),
        "credit": selection.credit or style.credit,
        "software": made_with(english),
    }
    return {key: text for key, text in texts.items() if text}


def to_fgb(selection: Selection, rings: Sequence[RangeRing], rows: Sequence[CheckRow]) -> bytes:
    """Return a FlatGeobuf file of the areas; in its one layer ``feature`` distinguishes them."""
    content = io.BytesIO()
    with _fixed_timestamp(), _gdal_errors("a FlatGeobuf file"):
        pyogrio.write_dataframe(
            _one_table(selection, rings, rows), content, driver="FlatGeobuf", layer="map"
        )
    return content.getvalue()


def to_geoparquet(
    selection: Selection, rings: Sequence[RangeRing], rows: Sequence[CheckRow]
) -> bytes:
    """Return a GeoParquet file of the areas; ``feature`` distinguishes them.

    Raises
    ------
    OutputError
        If pyarrow is not installed.
    """
    require("pyarrow", "parquet", "a Parquet file")
    content = io.BytesIO()
    _one_table(selection, rings, rows).to_parquet(
        content, index=False, compression="zstd", schema_version="1.1.0", write_covering_bbox=True
    )
    return content.getvalue()


def to_shapefiles(
    selection: Selection, rings: Sequence[RangeRing], rows: Sequence[CheckRow]
) -> bytes:
    """Return a zip archive of shapefiles, one for each of the `layers`, and their sources.

    Text in a shapefile is limited to 254 bytes, so the sources are in ``sources.txt``.
    """
    files: dict[str, bytes] = {}
    written: dict[str, gpd.GeoDataFrame] = {}
    with _fixed_timestamp(), scratch() as folder, _gdal_errors("shapefiles"):
        for name, frame in layers(selection, rings, rows).items():
            table = frame.drop(columns=["sources"], errors="ignore").rename(columns=_SHORT)
            for column in table.columns.drop("geometry"):
                if not pd.api.types.is_numeric_dtype(table[column]):
                    table[column] = [_truncated(value) for value in table[column]]
            path = folder / f"{name}.shp"
            pyogrio.write_dataframe(
                table, path, driver="ESRI Shapefile", encoding="UTF-8",
                layer_options={"DBF_DATE_LAST_UPDATE": NOW[:10]},
            )  # fmt: skip
            written[name] = table
        for path in sorted(folder.iterdir()):
            files[path.name] = path.read_bytes()
        files["sources.txt"] = sources_text(selection, rings).encode()
        content = to_zip(files)
        for name, frame in written.items():
            _check_shapefile(content, name, frame, encoding=files.get(f"{name}.cpg"))
    return content


def _check_geopackage(database: sqlite3.Connection, tables: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Refuse an incomplete GeoPackage.

    GDAL writes the extent, the count, the spatial index and the triggers of a layer last, and
    reports no error if the disk is full.
    """
    triggers: dict[str, set[str]] = {name: set() for name in tables}
    for trigger, name in database.execute(
        "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    ):
        triggers.get(name, set()).add(trigger.replace(name, ""))
    complete = set.union(*triggers.values())
    for name, frame in tables.items():
        found = database.execute(
            f"SELECT (SELECT count(*) FROM rtree_{name}_geom), feature_count, min_x, min_y, max_x, max_y"  # noqa: S608  our own names
            " FROM gpkg_contents JOIN gpkg_ogr_contents USING (table_name) WHERE table_name = ?",
            (name,),
        ).fetchone()
        expected = (len(frame), len(frame), *frame.total_bounds)
        is_same = found is not None and _equal_numbers(np.array(found, dtype=float), expected)
        if not is_same or triggers[name] != complete:
            raise OSError(f"layer {name} is incomplete")


def _check_shapefile(
    content: bytes, name: str, frame: gpd.GeoDataFrame, *, encoding: bytes | None
) -> None:
    """Refuse an incomplete shapefile: GDAL reports no error if the disk is full."""
    found = pyogrio.read_dataframe(content, layer=name)
    is_complete = (
        encoding == b"UTF-8"
        and len(found) == len(frame)
        and set(found.columns) == set(frame.columns)
        and found.crs == frame.crs  # .prj
        and np.array_equal(_all_coordinates(found), _all_coordinates(frame))
        and all(_equal_columns(found[name], frame[name]) for name in frame.columns.drop("geometry"))
    )
    if not is_complete:
        raise OSError(f"layer {name} is incomplete")


def _all_coordinates(frame: gpd.GeoDataFrame) -> Any:
    """Return the positions of a layer in an order that does not depend on ring winding."""
    positions = shapely.get_coordinates(frame.geometry)
    return positions[np.lexsort(positions.T)]


def _equal_columns(found: pd.Series, written: pd.Series) -> bool:
    if pd.api.types.is_numeric_dtype(written):
        return _equal_numbers(found, written)
    # A shapefile strips spaces around text.
    texts = [column.fillna("").astype(str).str.strip() for column in (found, written)]
    return bool((texts[0] == texts[1]).all())


def _equal_numbers(found: Any, written: Any) -> bool:
    """Return whether numbers are equal to the precision of written decimals."""
    return bool(np.allclose(found, written, rtol=1e-9, atol=1e-9, equal_nan=True))


def _one_table(
    selection: Selection, rings: Sequence[RangeRing], rows: Sequence[CheckRow]
) -> gpd.GeoDataFrame:
    tables = layers(selection, rings, rows)
    parts = []
    for feature, name in (("ring", "rings"), ("inner", "inner"), ("band", "bands")):
        if name in tables:
            parts.append(tables[name].assign(feature=feature))
    frame = pd.concat(parts, ignore_index=True)
    columns = ["feature", *frame.columns.drop(["feature", "geometry"]), "geometry"]
    return gpd.GeoDataFrame(frame[columns], crs=_CRS)


def _ring_row(ring: RangeRing) -> dict[str, Any]:
    claims = ring.system.band.claims if ring.system.has_sources else ()
    return {
        **ring_columns(ring),
        **caption_column(ring),
        "sources": "; ".join(map(_source_text, claims)) or None,
    }


def _source_text(claim: Claim) -> str:
    source, english = claim.source, read_language("en")  # as all columns of data files
    published = " ".join(filter(None, (source.publisher, source.date)))
    parts = [f"{claim.figure}: {published}", source.shown_title, source.url]
    parts += [copy_of(source, english), quotation(claim, english)]
    return ", ".join(part for part in parts if part)


def ring_areas(
    rings: Sequence[RangeRing], part: Literal["area", "inner", "band"], *, with_empty: bool = False
) -> gpd.GeoDataFrame:
    """Return one region of each ring as a row with its figures, claims and sources.

    Parameters
    ----------
    rings : sequence of RangeRing
        The rings.
    part : {"area", "inner", "band"}
        The region.
    with_empty : bool, default False
        Whether empty regions have rows too.
    """
    records, shapes = [], []
    for ring in rings:
        band = ring.system.band
        region = round_region(getattr(ring, part), degree_decimals(band.min_m or band.low_m))
        if with_empty or not region.is_empty:
            records.append(_ring_row(ring))
            shapes.append(shapely.MultiPolygon(list(shapely.get_parts(region))))
    return _frame(records, shapes)


def _lines(rings: Sequence[RangeRing], unit: str) -> gpd.GeoDataFrame:
    records, shapes = [], []
    for ring in rings:
        label = ring_label(ring.system, unit)
        for name in ("headline", "low", "high", "minimum"):
            line = getattr(ring, name)
            if line is None:
                continue
            visible = shapely.line_merge(
                ring_lines(line, worlds=(-1, 0, 1)).intersection(WHOLE_EARTH)
            )
            parts = [part for part in shapely.get_parts(visible) if part.geom_type == "LineString"]
            digits = degree_decimals(line.radius_m)
            shape = shapely.transform(
                shapely.MultiLineString(parts), lambda xy, digits=digits: np.round(xy, digits)
            )
            row = _ring_row(ring)
            radius_km = km(line.radius_m)
            records.append({"line": name, "label": label, "radius_km": radius_km, **row})
            shapes.append(shape)
    return _frame(records, shapes)


def _sites(selection: Selection, rows: Sequence[CheckRow]) -> gpd.GeoDataFrame:
    sites = selection.sites
    reaching = reached_by(rows)
    records = [
        {
            "name": name,
            "site_id": id_,
            "kind": kind,
            "precision_km": km(float(precision_m)),
            "reached_by": reaching[index],
        }
        for index, (name, id_, kind, precision_m) in enumerate(
            zip(sites.names, sites.ids, sites.kinds, sites.precision_m, strict=True)
        )
    ]
    return _frame(records, list(shapely.points(sites.lon, sites.lat)))


def _verdicts(selection: Selection, rows: Sequence[CheckRow]) -> gpd.GeoDataFrame:
    sites = selection.sites
    _, table = check_table(selection, edition=True)
    records = [
        {**dict(zip(COLUMNS, values, strict=False)), "edition": values[-1]} for values in table
    ]
    where = [row.site_index for row in rows]
    return _frame(records, list(shapely.points(sites.lon[where], sites.lat[where])))


def _frame(
    records: Sequence[Mapping[str, Any]], shapes: Sequence[BaseGeometry]
) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(pd.DataFrame(list(records)), geometry=list(shapes), crs=_CRS)
    for column in frame.columns:
        # A column of numbers stays numeric even if some or all values are missing.
        if column.endswith("_km"):
            frame[column] = frame[column].astype("float64")
    if CAPTION in frame:  # not all rings have one
        frame[CAPTION] = frame[CAPTION].astype(object).where(frame[CAPTION].notna(), None)
    return frame


def _truncated(value: Any) -> Any:
    """Cut a text to the limit of a shapefile, between characters, and mark the cut."""
    if not isinstance(value, str) or len(value.encode()) <= _SHAPEFILE_TEXT:
        return value
    return value.encode()[: _SHAPEFILE_TEXT - 3].decode(errors="ignore") + "…"


@contextmanager
def _fixed_timestamp() -> Iterator[None]:
    """Write a fixed date to files instead of the current time."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": NOW})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


@contextmanager
def _gdal_errors(output: str) -> Iterator[None]:
    """Report errors of GDAL and SQLite in one line; the temporary folder may be full."""
    try:
        yield
    except (OSError, sqlite3.Error, *_GDAL_ERRORS) as error:
        raise OutputError(
            f"cannot write {output} in {tempfile.gettempdir()}: {error_text(error)};"
            " set TMPDIR to another folder"
        ) from error
