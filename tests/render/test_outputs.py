"""Output of the map command: read by other software, reproducible, not executable."""

import json
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from geographiclib.geodesic import Geodesic

import rangemap as rm

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "maps" / "iraq-2024.yaml"

GLOBE = {
    "over the antimeridian": ("-17.7,178", ["Band=300-3000 km"]),
    "over a pole": ("85,20", ["Band=700-2500 km (min 100 km)"]),
    "more than a quarter of the globe": ("39.03,125.75", ["12,000 km (min 400 km)"]),
    "rings around different poles": ("-10,170", ["Band=11,000-16,000 km"]),
    "the whole earth": ("0,0", ["Band=9,000-19,990 km"]),
    "a metre": ("0,180", ["1 m"]),
    "at the pole": ("90,0", ["Band=10-500 km"]),
}


@pytest.fixture(scope="module")
def globe(tmp_path_factory):
    """The GeoJSON of each case, as written by the command's own function."""
    from rangemap.check import check_rows
    from rangemap.render.gis.geojson import to_geojson
    from rangemap.rings import make_rings

    folder = tmp_path_factory.mktemp("globe")
    for name, (origin, ranges) in GLOBE.items():
        selection = rm.Scenario(origins=[origin], ranges=ranges, sites=["0,0"]).select()
        text = to_geojson(selection, make_rings(selection), list(check_rows(selection)))
        (folder / f"{name}.geojson").write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize("name", GLOBE)
def test_geojson_conforms_strictly_to_rfc_7946(globe, name):
    content = json.loads((globe / f"{name}.geojson").read_text("utf-8"))
    assert content["type"] == "FeatureCollection"
    assert "crs" not in content
    for feature in content["features"]:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert shape.is_valid
        west, south, east, north = shape.bounds
        assert -180 <= west <= east <= 180
        assert -90 <= south <= north <= 90
        for part in shapely.get_parts(shape):
            if part.geom_type == "Polygon":
                assert part.exterior.is_ccw
                assert not any(hole.is_ccw for hole in part.interiors)


@pytest.mark.parametrize("name", GLOBE)
def test_regions_read_by_pyogrio_contain_exactly_the_points_within_range(globe, name):
    frame = pyogrio.read_dataframe(globe / f"{name}.geojson")
    origin, _ = GLOBE[name]
    lat0, lon0 = (float(part) for part in origin.split(","))
    rows = frame[frame["feature"].isin(["inner", "band"])]
    rng = np.random.default_rng(7)
    lon = rng.uniform(-180, 180, 3000)
    lat = np.degrees(np.arcsin(rng.uniform(-1, 1, 3000)))
    d = np.array([
        Geodesic.WGS84.Inverse(lat0, lon0, y, x, Geodesic.DISTANCE)["s12"] / 1000
        for x, y in zip(lon, lat, strict=True)
    ])  # fmt: skip
    for row in rows.itertuples():
        low = row.min_km if np.isfinite(row.min_km or np.nan) else 0.0
        lower, upper = (low, row.low_km) if row.feature == "inner" else (row.low_km, row.high_km)
        if row.feature == "band" and row.low_km == row.high_km:
            continue
        clear = (abs(d - lower) > 2e-4 * lower) & (abs(d - upper) > 2e-4 * upper)
        inside = shapely.contains_xy(row.geometry, lon, lat)
        assert (inside == ((d > lower) & (d < upper)))[clear].all()
        assert clear.sum() > 2500


def test_inner_and_band_together_cover_the_whole_range(globe):
    frame = pyogrio.read_dataframe(globe / "over a pole.geojson")
    parts = frame.set_index("feature").geometry
    whole = shapely.union(parts["inner"], parts["band"])
    assert shapely.intersection(parts["inner"], parts["band"]).area < 1e-6
    assert parts["ring"].symmetric_difference(whole).area < 1e-4 * whole.area


def test_a_range_that_covers_the_whole_earth_is_noted(globe):
    features = json.loads((globe / "the whole earth.geojson").read_text("utf-8"))["features"]
    band = next(f["properties"] for f in features if f["properties"]["feature"] == "band")
    assert "the whole earth is drawn" in band["note"]


def test_python_returns_the_rings_of_the_files(globe):
    frame = rm.Scenario(origins=["-17.7,178"], ranges=["Band=300-3000 km"]).rings()
    read = pyogrio.read_dataframe(globe / "over the antimeridian.geojson")
    ring = read[read["feature"] == "ring"].geometry.iloc[0]
    assert frame.crs == "EPSG:4326"
    assert frame["low_km"].tolist() == [300]
    assert frame.geometry.iloc[0].symmetric_difference(ring).area < 1e-3 * ring.area
    assert len(frame.geometry.iloc[0].geoms) == 2


def test_the_area_of_a_ring_matches_the_reference():
    # C16: Baghdad, 2,000 km: 12,463,466 km2.
    from pyproj import Geod

    frame = rm.Scenario(origins=["33.3152,44.3661"], ranges=["2000 km"]).rings()
    area, _ = Geod(ellps="WGS84").geometry_area_perimeter(
        shapely.segmentize(frame.geometry[0], 0.05)
    )
    assert area / 1e6 == pytest.approx(12_463_466, rel=2e-4)


def test_the_committed_outputs_are_up_to_date(run, tmp_path):
    for suffix in ("html", "geojson", "csv"):
        outcome = run("map", EXAMPLE, "-o", tmp_path / f"iraq-2024.{suffix}")
        assert outcome.status == 0
        written = (tmp_path / f"iraq-2024.{suffix}").read_bytes()
        assert written == (EXAMPLE.parent / f"iraq-2024.{suffix}").read_bytes(), (
            f"maps/iraq-2024.{suffix} is out of date; run `make map` and commit it"
        )


def test_an_old_output_is_replaced_completely_and_keeps_its_permissions(run, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("old")
    path.chmod(0o640)
    assert run("map", EXAMPLE, "-o", path).status == 0
    assert path.read_text("utf-8-sig").startswith("origin,")
    assert path.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize(
    ("outputs", "advice"),
    [
        (["map.html"], {"--tiles"}),
        (["map.png"], {"--basemap"}),
        (["map.html", "map.svg"], {"--tiles", "--basemap"}),
    ],
)
def test_the_note_on_a_coarse_base_map_names_what_works_for_the_outputs(
    outputs, advice, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    from rangemap.render.outputs import MapFiles, PictureOptions

    notes = []
    scenario = rm.Scenario(origins=["33.3,44.4"], ranges=["15 km"], sites=[])
    MapFiles(scenario.select(), PictureOptions(), notes.append).files([Path(o) for o in outputs])
    assert "coarse" in notes[0]
    found = {option for option in ("--tiles", "--basemap") if f"{option} " in " ".join(notes)}
    assert found == advice
