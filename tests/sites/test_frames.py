"""Sites and origins from Python objects: frames, Arrow tables, `__geo_interface__`."""

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

import rangemap as rm

FRAME = pd.DataFrame({
    "name": ["Ain Al Asad", "Erbil", "Tanf"],
    "lon": [42.44, 44.0, 38.66],
    "lat": [33.78, 36.2, 33.5],
    "insured": pd.array([True, None, False], "boolean"),
    "staff": pd.array([120, None, 7], "Int64"),
    "since": pd.to_datetime(["2024-01-02", None, "2019-05-06"]),
    "grade": pd.Categorical(["a", "b", "a"], ordered=True),
    "verdict": ["x", "y", "z"],
})  # fmt: skip
OWN = ["insured", "staff", "since", "grade", "verdict"]


def geo(frame=FRAME, crs=4326):
    points = gpd.points_from_xy(frame["lon"], frame["lat"], crs=4326)
    return gpd.GeoDataFrame(frame.drop(columns=["lon", "lat"]), geometry=points).to_crs(crs)


def scenario(**keys):
    return rm.Scenario(**{"origins": "Jurf Al Sakhar", "weapons": ["Al Aqsa"], **keys})


def distances(table):
    return table["distance_km"].tolist()


@pytest.fixture(scope="module")
def from_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("sites") / "sites.csv"
    FRAME.to_csv(path, index=False)
    return scenario(sites=str(path)).check()


class Geographic:
    def __init__(self, content):
        self.__geo_interface__ = content


class Exporter:
    """A table of a third-party library, such as polars."""

    def __init__(self, table):
        self._table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self._table.__arrow_c_stream__(requested_schema)


def geoparquet(tmp_path):
    geo(crs=3857).to_parquet(tmp_path / "sites.parquet")
    return pq.read_table(tmp_path / "sites.parquet")


SAME = {
    "DataFrame": lambda _: FRAME,
    "DataFrame with a named index": lambda _: FRAME.set_index("name"),
    "DataFrame with an index of names": lambda _: FRAME.set_index("name").rename_axis(None),
    "DataFrame of texts": lambda _: FRAME.astype({"lon": str, "lat": str}),
    "GeoDataFrame": lambda _: geo(),
    "GeoDataFrame without a system": lambda _: geo().set_crs(None, allow_override=True),
    "GeoDataFrame with another geometry": lambda _: geo().rename_geometry("where"),
    "GeoDataFrame in Web Mercator": lambda _: geo(crs=3857),
    "GeoDataFrame in UTM": lambda _: geo(crs=32638),
    "GeoDataFrame in axis order lat, lon": lambda _: geo(crs="EPSG:4979"),
    "GeoSeries with names": lambda _: geo(crs=3857).set_index("name").geometry,
    "Arrow table": lambda _: pa.table(FRAME),
    "Arrow record batch": lambda _: pa.record_batch(FRAME),
    "Arrow stream": lambda _: Exporter(pa.table(FRAME)),
    "GeoArrow, WKB": lambda _: geo(crs=3857).to_arrow(),
    "GeoArrow, structs": lambda _: pa.table(
        geo(crs=3857).to_arrow(geometry_encoding="geoarrow", interleaved=False)
    ),
    "GeoArrow, interleaved": lambda _: geo(crs=3857).to_arrow(geometry_encoding="geoarrow"),
    "GeoParquet, read with pyarrow": geoparquet,
    "GeoJSON": lambda _: json.loads(geo().to_json(default=str)),
    "__geo_interface__": lambda _: Geographic(geo().__geo_interface__),
}


@pytest.mark.parametrize("kind", SAME)
def test_a_table_gives_the_verdicts_of_a_file_with_the_same_rows(kind, tmp_path, from_file):
    found = scenario(sites=SAME[kind](tmp_path)).check()
    assert found["site"].tolist() == FRAME["name"].tolist()
    assert distances(found) == pytest.approx(distances(from_file), abs=0.001)
    assert found["verdict"].tolist() == from_file["verdict"].tolist()
    if kind != "GeoSeries with names":
        own = [f"input_{name}" if name == "verdict" else name for name in OWN]
        assert set(own) <= set(found.columns)
        assert "geometry" not in found.columns
        assert found["input_verdict"].tolist() == ["x", "y", "z"]


@pytest.mark.parametrize("kind", SAME)
def test_the_rows_of_a_table_are_origins(kind, tmp_path):
    found = rm.Scenario(origins=SAME[kind](tmp_path), ranges="5 km", sites=["0,0"]).check()
    assert found["origin"].tolist() == FRAME["name"].tolist()
    assert set(found["origin_kind"]) == {"site"}


def test_the_columns_of_a_frame_keep_their_types():
    found = scenario(sites=geo(crs=3857), ranges="70 km").check()
    for name in OWN[:-1]:
        assert found[name].dtype == FRAME[name].dtype, name
        assert found[name].equals(pd.concat([FRAME[name]] * 2, ignore_index=True)), name


def test_integer_columns_of_an_arrow_table_with_missing_values_stay_integer():
    found = scenario(sites=pa.table({**FRAME[["name", "lon", "lat"]], "n": [1, None, 3]})).check()
    assert found["n"].dtype == "Int64"


def test_a_precision_column_is_read():
    found = scenario(sites=FRAME.assign(precision_km=[2, None, "0.5"])).check()
    more_km = found["precision_km"] - found["precision_km"].min()
    assert more_km.tolist() == pytest.approx([2, 0, 0.5])
    assert "input_precision_km" in found


def test_bare_points_are_named_by_their_positions():
    points = shapely.MultiPoint([(42.44, 33.78), (44, 36.2)])
    for sites in (points, gpd.GeoSeries(points.geoms, crs=4326)):
        assert scenario(sites=sites).check()["site"].tolist() == ["33.78,42.44", "36.2,44"]
    assert scenario(origins=points.geoms[0]).select().origins[0].name == "33.78,42.44"


def test_a_table_is_read_once_when_the_scenario_is_made():
    frame = FRAME.copy()
    made = scenario(sites=frame)
    frame["lat"] = 0.0
    assert made.check()["distance_km"].max() < 1000
    assert FRAME["lat"].tolist() == [33.78, 36.2, 33.5]
    other = replace(made, units="mi", origins=FRAME)
    assert other.sites is made.sites
    assert replace(other, weapons="Fateh-110").origins == other.origins


def test_the_repr_of_a_scenario_gives_the_length_of_a_table():
    made = scenario(sites=FRAME, origins=FRAME, extent=(35, 25, 60, 40))
    assert repr(made) == (
        "Scenario(origins=['Ain Al Asad', 'Erbil', 'Tanf'], weapons=['Al Aqsa'],"
        " sites=<table of 3 sites>, extent=(35.0, 25.0, 60.0, 40.0))"
    )


def test_columns_of_names_and_paths_are_accepted_as_lists(tmp_path):
    FRAME.to_csv(tmp_path / "sites.csv", index=False)
    found = scenario(sites=tmp_path / "sites.csv", origins=pd.Series(["Baghdad", "Erbil"]))
    assert found.origins == ("Baghdad", "Erbil")
    assert len(found.check()) == 6
    assert scenario(sites=np.array(["Erbil"])).sites == ("Erbil",)
    assert scenario(as_of=dt.date(2024, 1, 22)).as_of == "2024-01-22"


def test_an_empty_frame_gives_an_empty_table_with_the_same_types():
    full, empty = (scenario(sites=frame).check() for frame in (FRAME, FRAME.iloc[:0]))
    assert len(empty) == 0
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


def test_a_large_frame_is_read_in_seconds():
    n = 200_000
    numbers = np.arange(n)
    frame = pd.DataFrame({
        "id": numbers, "x": numbers % 360 - 180.0, "y": numbers % 180 - 90.0, "precision_km": 0.5
    })  # fmt: skip
    assert len(scenario(sites=frame).sites) == n


REFUSED = {
    # the fault, and the error's text
    "no name": (FRAME.drop(columns="name"), "sites: has no name column .* it has lon, lat, ins"),
    "no latitude": (FRAME.drop(columns="lat"), "has no latitude column .* or a geometry; it has"),
    "nothing": (pd.DataFrame(), "has no longitude column .* it has no columns"),
    "latitude": (FRAME.assign(lat=[1, 99, 0]), "sites: row 1: latitude 99 is outside -90 to 90"),
    "longitude": (FRAME.assign(lon=[1, 999, 0]), "sites: row 1: longitude 999 is outside"),
    "missing": (FRAME.assign(lat=[1, None, 0]), "row 1: latitude is missing; expected decimal"),
    "infinite": (FRAME.assign(lat=[1, np.inf, 0]), "sites: row 1: latitude inf is outside"),
    "decimal comma": (FRAME.assign(lat=["1", "33,5", "0"]), "row 1: latitude is '33,5'; expected"),
    "a flag": (FRAME.assign(lat=pd.Series([1, True, 0], dtype=object)), "row 1: latitude is miss"),
    "an object": (FRAME.assign(lat=pd.Series([1, [], 0], dtype=object)), r"latitude is '\[\]'"),
    "precision": (FRAME.assign(precision_km=[0, -1, 0]), "row 1: precision_km is '-1'"),
    "index": (FRAME.assign(lat=99).set_index("name"), "sites: row Erbil: latitude 99"),
    "areas": (geo(crs=3857).set_geometry(geo(crs=3857).buffer(1)), "row 0: geometry is a Polygon; expected a P"),
    "no geometry": (gpd.GeoSeries([None]), "row 0: geometry is missing; expected a Point"),
    "empty": (gpd.GeoSeries([shapely.Point()]), "row 0: geometry is an empty Point"),
    "two columns": (pd.concat([FRAME, FRAME[["lat"]]], axis=1), "duplicate column 'lat'; rename"),
    "off the map": (gpd.GeoSeries.from_xy([0, 1e12], [0, 0], crs=32638), "sites: row "),
    "no system of the earth": (geo().set_crs(
        'LOCAL_CS["site grid",UNIT["metre",1]]', allow_override=True), "cannot be converted to EPSG"),
    "Arrow geometry": (pa.table(geo(crs=3857).set_geometry(geo(crs=3857).buffer(1)).to_arrow()), "not a Point"),
    "GeoJSON polygon": (shapely.box(0, 0, 1, 1), "sites: is a Polygon; expected points"),
    "GeoJSON feature": ({"type": "Feature", "geometry": None}, "sites: feature 1: geometry"),
    "GeoJSON features": ({"type": "FeatureCollection"}, "sites: has no list of features"),
    "GeoJSON in text": ({"type": "FeatureCollection", "features": ["a"]}, "feature 1: is not a F"),
    "GeoJSON without position": ({"type": "MultiPoint"}, "sites: has no coordinates"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_an_invalid_table_is_refused_with_its_row_and_the_fix(case):
    table, words = REFUSED[case]
    with pytest.raises(rm.RangemapError, match=words):
        scenario(sites=table)


def test_all_bad_rows_of_a_table_are_reported_together():
    with pytest.raises(rm.RangemapError) as caught:
        scenario(sites=FRAME.assign(lat=99, precision_km=[0, -1, 0]))
    assert len(str(caught.value).splitlines()) == 3


def test_anything_else_is_refused():
    for value in (3, object(), {"a": 1}, [3]):
        with pytest.raises(rm.RangemapError, match="scenario: sites"):
            scenario(sites=value)


def test_an_extent_can_be_four_numbers_or_their_text():
    assert scenario(extent=(170, -30, -170, 0)) == scenario(extent="170,-30,-170,0")
    assert scenario(extent=(200, -30, -170, 0)).extent.east == 550
    for extent in ((0, 0, 1e9, 1), (0, 0, 1), (0, 0, 0, 0), ("a", 0, 1, 1), (0, 0, np.nan, 1)):
        with pytest.raises(rm.RangemapError, match="extent"):
            scenario(extent=extent)


UNUSUAL = {
    # columns that pandas and Arrow have and files have not
    "decimals as latitude": lambda: FRAME.assign(lat=[Decimal("33.78"), Decimal("36.2"), Decimal(33)]),
    "a category as latitude": lambda: FRAME.astype({"lat": "category"}),
    "nullable floats": lambda: FRAME.astype({"lat": "Float64", "lon": "Float64"}),
    "Arrow-backed columns": lambda: FRAME.convert_dtypes(dtype_backend="pyarrow"),
    "a number as name of a column": lambda: FRAME.rename(columns={"grade": 0}),
    "a repeated index": lambda: FRAME.set_index([[1, 1, 1]]),
    "an index of two levels": lambda: FRAME.assign(k=[1, 2, 3], n=1).set_index(["k", "n"]),
    "times in a zone": lambda: FRAME.assign(since=FRAME["since"].dt.tz_localize("Asia/Baghdad")),
    "periods": lambda: FRAME.assign(year=pd.period_range("2024", periods=3, freq="Y")),
    "lists and mappings": lambda: FRAME.assign(notes=[[1], {"a": 1}, None]),
    "a second geometry": lambda: geo().assign(area=geo(crs=3857).buffer(1000)),
    "points with a height": lambda: geo().set_geometry(shapely.force_3d(geo().geometry, 5)),
    "names that control a terminal": lambda: FRAME.assign(name=["a\x1b[2J", "\u202eb", None]),
    "nested Arrow columns": lambda: pa.table({**FRAME[["name", "lat", "lon"]], "n": [{"a": [1]}] * 3}),
    "chunked Arrow columns": lambda: pa.concat_tables([pa.table(FRAME), pa.table(FRAME)]),
}  # fmt: skip


@pytest.mark.parametrize("kind", UNUSUAL)
def test_unusual_columns_are_read_and_written(kind, tmp_path):
    made = scenario(sites=UNUSUAL[kind]())
    table = made.check()
    assert len(table) == len(made.per_site()) >= 3
    assert table["distance_km"].notna().all()
    files = [
        tmp_path / f"a.{suffix}" for suffix in ("csv", "json", "xlsx", "geojson", "gpkg", "kml")
    ]
    assert made.to_file(*files) == files
    assert len(pd.read_csv(files[0])) == len(json.loads(files[1].read_text("utf-8"))) == len(table)


@pytest.mark.parametrize(
    "geo", [b"{", b"[]", b'{"primary_column": "g", "columns": {"g": 1}}', b"[" * 100_000]
)
def test_malformed_geoparquet_metadata_are_refused_in_one_line(geo):
    table = pa.table({"name": ["A"], "lat": [33.0], "lon": [44.0]})
    with pytest.raises(rm.PlaceError) as refused:
        rm.Scenario(origins="0,0", ranges="5 km", sites=table.replace_schema_metadata({"geo": geo}))
    assert str(refused.value) == "sites: malformed GeoParquet metadata; write the file again"
