"""Maps of a country's range: lines, regions, and what outputs say about them."""

import json
import re

import numpy as np
import pytest
import shapely

import rangemap as rm
from rangemap.geodesy import LonLat
from rangemap.render.figure.projection import ProjectionName, make_projection
from rangemap.rings import make_rings
from rangemap.scenario.origins import country_origin
from tests.geodesy.borders import over_the_globe


def scenario(country, *ranges, **keys):
    return rm.Scenario(from_countries=[country], ranges=list(ranges), **keys)


@pytest.mark.thorough(keep=[("Fiji", ProjectionName.AEQD), ("Antarctica", ProjectionName.LAEA)])
@pytest.mark.parametrize(("country", "range_"), [("Fiji", "700 km"), ("Antarctica", "1,500 km")])
@pytest.mark.parametrize("name", ProjectionName)
def test_a_projected_region_contains_what_is_within_the_distance(country, range_, name):
    (ring,) = make_rings(scenario(country, range_).select())
    projection = make_projection(name, LonLat(170.0, -40.0))
    shape = projection.covered(ring.inner, ring.headline.paths)
    lon, lat = over_the_globe(np.random.default_rng(2), 400)
    shown = np.abs(lat) < 84
    distances_m = country_origin(country).distances_m(lon, lat)
    clear = shown & (np.abs(distances_m - ring.system.band.high_m) > 5000)
    xy = projection.points(lon[clear], lat[clear])
    assert (
        shapely.contains_xy(shape, *xy.T) == (distances_m[clear] < ring.system.band.high_m)
    ).all()


@pytest.mark.thorough
def test_lines_are_continuous_across_180_degrees_and_around_a_pole():
    (fiji,) = make_rings(scenario("Fiji", "700 km").select())
    (path,) = fiji.headline.paths
    assert np.abs(np.diff(path[:, 0])).max() < 5
    assert (path[0] == path[-1]).all()
    (antarctica,) = make_rings(scenario("Antarctica", "1,500 km").select())
    (path,) = antarctica.headline.paths
    assert abs(path[-1, 0] - path[0, 0]) == pytest.approx(360)
    assert abs(path[:, 0].mean()) <= 180


def test_a_geojson_file_names_the_borders_and_draws_no_minimum(tmp_path, run):
    path = tmp_path / "x.geojson"
    run("map", "--from-country", "Cuba", "--range", "Near=150-300 km (min 50 km)", "-o", path)
    content = json.loads(path.read_text("utf-8"))
    (origin,) = [f for f in content["features"] if f["properties"]["feature"] == "origin"]
    assert origin["properties"]["origin_kind"] == "area"
    assert "Natural Earth 1:10m, version 4.1.0 of 2018" in origin["properties"]["credit"]
    assert not any(f["properties"].get("line") == "minimum" for f in content["features"])


@pytest.mark.parametrize(("lang", "said"), [
    ("en", "Around Cuba, distances are measured from the nearest point"),
    ("fr", "Autour de Cuba, les distances sont mesurées"), ("ar", "تُقاس المسافات من أقرب نقطة"),
])  # fmt: skip
def test_a_page_says_how_distances_are_measured_and_which_borders_these_are(
    tmp_path, run, lang, said
):
    path = tmp_path / "x.html"
    run("map", "--from-country", "Cuba", "--range", "300 km", "--lang", lang, "-o", path)
    text = path.read_text("utf-8")
    payload = json.loads(
        re.search(r'id="rangemap-payload"[^>]*>(.*?)</script>', text, re.DOTALL)[1]
    )
    method = " ".join(payload["method"])
    assert said in method
    assert "version 4.1.0 of 2018" in method
    assert payload["origins"][0]["outline"]
