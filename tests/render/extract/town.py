"""A synthetic town with known roads, water and places, written in each format of extracts."""

import json

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

LON, LAT = 44.0, 36.0
ROADS = {
    "motorway": [(43.9, 36.02), (43.95, 36.0), (44.0, 36.01), (44.1, 35.98)],
    "primary": [(44.0, 35.9), (44.0, 36.01), (44.02, 36.1)],
    "secondary": [(43.95, 36.0), (43.96, 36.08)],
    "tertiary": [(44.0, 36.01), (44.06, 36.06)],
    "residential": [(44.0, 36.0), (44.01, 36.0)],
}
DRAWN = {"motorway": "road 4", "primary": "road 3", "secondary": "road 2", "tertiary": "road 1"}
RAILWAY = [(43.9, 35.95), (44.0, 35.97), (44.1, 35.99)]
RIVER = [(43.92, 36.1), (43.94, 36.0), (43.93, 35.9)]
LAKE = [(44.04, 36.02), (44.06, 36.02), (44.06, 36.04), (44.04, 36.04)]
ESTATE = [(43.98, 35.99), (44.02, 35.99), (44.02, 36.03), (43.98, 36.03)]
PLACES = {
    "city": ("Shahr", 44.0, 36.0), "town": ("بلدة", 44.05, 35.95),
    "village": ("Gund", 43.96, 36.07), "hamlet": ("Mezra", 44.08, 36.08),
}  # fmt: skip

_KEYS = ("highway", "railway", "waterway", "natural", "landuse", "place", "name", "name:en")


def features(*, identified=True):
    """The town as a table with OpenStreetMap's tags as columns."""
    rows = [({"highway": kind}, shapely.LineString(line)) for kind, line in ROADS.items()]
    rows += [
        ({"railway": "rail"}, shapely.LineString(RAILWAY)),
        ({"waterway": "river"}, shapely.LineString(RIVER)),
        ({"natural": "water"}, shapely.Polygon(LAKE)),
        ({"landuse": "residential"}, shapely.Polygon(ESTATE)),
    ]
    rows += [
        ({"place": kind, "name": name}, shapely.Point(lon, lat))
        for kind, (name, lon, lat) in PLACES.items()
    ]
    rows[-3][0]["name:en"] = "Balda"
    columns = {key: [tags.get(key) for tags, _ in rows] for key in _KEYS}
    if identified:
        columns["osm_id"] = [str(number) for number in range(len(rows))]
    return gpd.GeoDataFrame(columns, geometry=[shape for _, shape in rows], crs="EPSG:4326")


def cells_of(column):
    return [cell if isinstance(cell, str) else None for cell in column]


def of_kind(table, kind):
    return table[table.geom_type == kind]


def write_tagged(path):
    """As osmium and ogr2ogr make it: a layer for each kind of geometry."""
    if path.suffix == ".gpkg":
        for kind, layer in (
            ("Point", "points"),
            ("LineString", "lines"),
            ("Polygon", "multipolygons"),
        ):
            pyogrio.write_dataframe(of_kind(features(), kind), path, layer=layer)
    elif path.suffix == ".parquet":
        features().to_parquet(path, write_covering_bbox=True)
    else:
        path.write_text(features().to_json())


def write_other_tags(path):
    """As older versions of ogr2ogr: railways are among the other tags."""
    table = of_kind(features(), "LineString")
    table["other_tags"] = [
        f'"railway"=>"{kind}","gauge"=>"1435"' if kind else None for kind in table.railway
    ]
    pyogrio.write_dataframe(table.drop(columns=["railway"]), path, layer="lines")


def write_geofabrik(path):
    """A layer for each theme, with the column `fclass`."""
    table = features()
    fclass = table[["highway", "railway", "waterway", "natural", "landuse", "place"]].bfill(axis=1)
    table = gpd.GeoDataFrame(
        {"osm_id": table.osm_id, "fclass": fclass.iloc[:, 0], "name": table.name},
        geometry=table.geometry,
    )
    themes = {"highway": "roads", "railway": "railways", "waterway": "waterways", "natural": "water_a",
              "landuse": "landuse_a", "place": "places"}  # fmt: skip
    for key, theme in themes.items():
        part = table[features()[key].notna()]
        pyogrio.write_dataframe(part, path, layer=f"gis_osm_{theme}_free")


def write_overture(path):
    """One GeoParquet file of several Overture types, with their nested columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = features()
    classes = table.highway.fillna(table.place)
    subtypes = table.railway.fillna(table.waterway)
    subtypes = subtypes.where(table.natural.isna(), "lake").where(
        table.landuse.isna(), "residential"
    )
    names = [
        {"primary": name, "common": [("en", english)] if english else []} if name else None
        for name, english in zip(
            *(cells_of(table[key]) for key in ("name", "name:en")), strict=True
        )
    ]
    sources = [[{"dataset": "OpenStreetMap"}]] * len(table)
    bounds = [
        dict(zip(("xmin", "ymin", "xmax", "ymax"), each, strict=True))
        for each in table.bounds.to_numpy()
    ]
    arrow = pa.table({
        "id": [str(number) for number in range(len(table))],
        "class": pa.array(cells_of(classes), pa.string()),
        "subtype": pa.array(cells_of(subtypes), pa.string()),
        "names": pa.array(names, pa.struct([("primary", pa.string()), ("common", pa.map_(pa.string(), pa.string()))])),
        "sources": pa.array(sources, pa.list_(pa.struct([("dataset", pa.string())]))),
        "bbox": bounds,
        "geometry": pa.array(shapely.to_wkb(table.geometry.to_numpy()), pa.binary()),
    })  # fmt: skip
    about = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}},
    }
    pq.write_table(arrow.replace_schema_metadata({"geo": json.dumps(about)}), path)


WRITERS = {
    "tags.gpkg": write_tagged,
    "tags.geojson": write_tagged,
    "tags.parquet": write_tagged,
    "geofabrik.gpkg": write_geofabrik,
    "overture.parquet": write_overture,
}


def farthest_m(line, truth):
    """The largest geodesic distance of points along a line from the true line, metres."""
    from geographiclib.geodesic import Geodesic

    true = shapely.LineString(truth)
    path = shapely.LineString(line)
    points = [path.interpolate(share, normalized=True) for share in np.linspace(0, 1, 40)]
    nearest = [true.interpolate(true.project(point)) for point in points]
    return max(
        Geodesic.WGS84.Inverse(a.y, a.x, b.y, b.x)["s12"]
        for a, b in zip(points, nearest, strict=True)
    )
