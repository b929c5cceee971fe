"""No requested site is dropped: each is shown, or listed as outside the map, in every output.

Positions on a picture are predicted with GeographicLib: around one origin it shows true azimuths
and distances, and its scale is that of the outermost ring.
"""

import csv
import io
import json
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

import rangemap as rm
from rangemap.check import check_table
from rangemap.render.gis.geojson import to_geojson
from rangemap.render.gis.kml import to_kml
from rangemap.render.outputs import MapFiles, PictureOptions
from rangemap.render.page.payload import make_payload
from rangemap.render.report.content import make_content
from tests.render.figure.test_picture_truth import drawn, words_of

KML = "{http://www.opengis.net/kml/2.2}"
ORIGIN = (33.0, 44.0)
HIGH_KM = 400


@st.composite
def selections(draw, most=75):
    """Sites at any distance from the origin, many of them close together; sometimes an extent."""
    count = draw(st.integers(1, most))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    spread = rng.choice([0.3, 3.0, 12.0, 40.0, 170.0], count)
    lat = np.clip(ORIGIN[0] + rng.normal(0, 1, count) * spread / 2, -89, 89)
    lon = (ORIGIN[1] + rng.normal(0, 1, count) * spread + 180) % 360 - 180
    extent = draw(st.sampled_from([None, None, "41,31,47,35", "20,10,70,50", "170,-40,-160,20"]))
    units = draw(st.sampled_from(["km", "mi"]))
    return [f"Site-{i}-" for i in range(count)], lat.tolist(), lon.tolist(), extent, units


def files_of(selection, size="web"):
    names, lat, lon, extent, units = selection
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [x, y]},
            "properties": {"name": name},
        }
        for name, y, x in zip(names, lat, lon, strict=True)
    ]
    scenario = rm.Scenario(
        origins=["{},{}".format(*ORIGIN)],
        ranges=[f"Band=200-{HIGH_KM} km", "90 km"],
        sites={"type": "FeatureCollection", "features": features},
        extent=extent,
        units=units,
    )
    said = []
    return MapFiles(scenario.select(), PictureOptions(size=size), said.append), said


def named_in(text):
    return set(re.findall(r"Site-\d+-", text))


@pytest.mark.thorough
@settings(max_examples=300)
@given(selection=selections())
def test_pages_tables_and_gis_files_have_every_site(selection):
    names, lat, lon, _, _ = selection
    files, _ = files_of(selection)
    payload = make_payload(files.selection, files.rings, files.rows)
    assert sorted(payload["sites"]["name"]) == sorted(names)
    west, south, east, north = payload["bounds"]
    listed = named_in(" ".join(n for n in payload["notes"] if n.startswith("Sites outside")))
    for name, y, x in zip(names, lat, lon, strict=True):
        within = south <= y <= north and any(west <= x + turn <= east for turn in (-360, 0, 360))
        edge = min(abs(y - south), abs(y - north), *(abs(x + t - w) for w in (west, east) for t in (-360, 0, 360)))  # fmt: skip
        assert within == (name not in listed) or edge < 1e-3 or len(listed) == 60
    features = json.loads(to_geojson(files.selection, files.rings, files.rows))["features"]
    points = [f["properties"] for f in features if f["properties"]["feature"] == "site"]
    assert [p["name"] for p in points] == names
    root = ET.fromstring(to_kml(files.selection, files.rings, files.rows))
    marked = [p.findtext(f"{KML}name") for p in root.iter(f"{KML}Placemark")]
    assert [name for name in marked if name in set(names)] == names
    columns, rows = check_table(files.selection)
    sites = [row[columns.index("site")] for row in rows]
    assert sorted(sites) == sorted(2 * names)
    # Filled and hollow: within the highest figure, by GeographicLib.
    for name, y, x, properties in zip(names, lat, lon, points, strict=True):
        distance_m = Geodesic.WGS84.Inverse(*ORIGIN, y, x)["s12"]
        if abs(distance_m - HIGH_KM * 1000) > 1:
            reached = distance_m < HIGH_KM * 1000
            assert (properties["reached_by"] > 0) == reached, name
            assert (properties["marker-symbol"] == "square") == reached


@pytest.mark.thorough
@settings(max_examples=60)
@given(selection=selections(), size=st.sampled_from(["web", "column", "slide", "social", "page"]))
def test_a_picture_shows_every_site_or_lists_it_as_outside(selection, size):
    names, lat, lon, extent, _ = selection
    files, said = files_of(selection, size)
    figure = files.picture.figure
    outside = named_in(re.sub(r".*Sites outside the map", "", files.picture.description))
    outside = outside if "Sites outside the map" in files.picture.description else set()
    count = sum(int(n.replace(",", "")) for n in re.findall(r"([\d,]+) sites? (?:is|are) outside", " ".join(said)))  # fmt: skip
    marks = [(a.get_xdata()[0], a.get_ydata()[0]) for a in drawn(figure, "sites")]
    assert len(marks) + count == len(names)
    assert len(outside) == min(count, 40)
    # Where GeographicLib says that each site is.
    predicted = extent is None and count <= 40  # an extent may leave out the origin
    if predicted:
        (x0, y0), frame = centre_and_frame(figure)
        scale = scale_of(figure, (x0, y0))
    for name, y, x in zip(names, lat, lon, strict=True) if predicted else ():
        line = Geodesic.WGS84.Inverse(*ORIGIN, y, x)
        azimuth = np.radians(line["azi1"])
        spot = np.array([x0, y0]) + line["s12"] * scale * np.array(
            [np.sin(azimuth), np.cos(azimuth)]
        )
        margin = min(spot[0] - frame[0], frame[2] - spot[0], spot[1] - frame[1], frame[3] - spot[1])
        if abs(margin) > 0.5:
            assert (margin > 0) == (name not in outside), name
            near = [mark for mark in marks if np.hypot(*(np.array(mark) - spot)) < 0.5]
            assert bool(near) == (margin > 0)
    # Up to 60 sites each have a name on the map or in the key, with a number if there is room.
    shown = set(names) - outside
    if len(names) <= 60 and count <= 40:
        written = " ".join(words_of(figure, layer) for layer in ("labels-sites", "inset-labels-sites", "legend"))  # fmt: skip
        assert shown <= named_in(written)
    elif len(names) > 60:
        assert f"{len(names)} sites; the 40 nearest to a ring are named" in words_of(figure)


def centre_and_frame(figure):
    origin = drawn(figure, "origins")[0]
    corners = drawn(figure, "frame")[0].get_path().vertices
    return (origin.get_xdata()[0], origin.get_ydata()[0]), [*corners.min(axis=0), *corners.max(axis=0)]  # fmt: skip


def scale_of(figure, centre):
    """Points per metre, from the outermost ring."""
    points = np.vstack([
        artist.get_path().vertices
        for artist in figure.axes[0].get_children()
        if re.match("line-(headline|high)-", artist.get_gid() or "")
    ])  # fmt: skip
    return np.hypot(*(points - centre).T).max() / (HIGH_KM * 1000)


def clustered(count):
    rng = np.random.default_rng(7)
    lat, lon = rng.normal(33.0, 0.4, count), rng.normal(44.0, 0.4, count)
    lat[::4], lon[::4] = rng.normal(33, 2.5, len(lat[::4])), rng.normal(44, 2.5, len(lon[::4]))
    return [f"Site-{i}-" for i in range(count)], lat.tolist(), lon.tolist(), None, "km"


@pytest.mark.thorough
@pytest.mark.parametrize("size", ["web", "column", "slide", "social", "page"])
@pytest.mark.parametrize("count", [25, 60])
def test_a_cluster_has_an_inset_and_every_number_its_row_in_the_key(size, count):
    files, said = files_of(clustered(count), size)
    figure = files.picture.figure
    assert said == []
    assert len(drawn(figure, "sites")) == count
    shown = len(drawn(figure, "inset-sites"))
    assert 3 <= shown < count
    on_map = [text.get_text() for layer in ("numbers", "inset-numbers") for text in drawn(figure, layer)
              if hasattr(text, "get_text")]  # fmt: skip
    numbers = [int(text) for text in on_map]  # those of the legend are on it as well
    assert set(numbers) == set(range(1, max(numbers) + 1))
    assert len(named_in(words_of(figure, "legend"))) >= max(numbers)
    written = " ".join(words_of(figure, layer) for layer in ("labels-sites", "inset-labels-sites", "legend"))  # fmt: skip
    assert len(named_in(written)) == count
    # The inset is in the frame, and covers no mark of the map.
    inset = drawn(figure, "inset-frame")[0].get_path().vertices
    _, frame = centre_and_frame(figure)
    (west, south), (east, north) = inset.min(axis=0), inset.max(axis=0)
    assert frame[0] <= west < east <= frame[2]
    assert frame[1] <= south < north <= frame[3]
    for mark in drawn(figure, "sites"):
        x, y = mark.get_xdata()[0], mark.get_ydata()[0]
        assert not (west < x < east and south < y < north)


@pytest.mark.thorough
def test_of_many_sites_the_40_nearest_to_a_ring_are_named():
    names, lat, lon, _, _ = selection = clustered(500)
    files, _ = files_of(selection, "slide")
    figure = files.picture.figure
    to_ring_m = {}
    for name, y, x in zip(names, lat, lon, strict=True):
        distance_m = Geodesic.WGS84.Inverse(*ORIGIN, y, x)["s12"]
        to_ring_m[name] = min(abs(distance_m - km * 1000) for km in (HIGH_KM, 90))
    nearest = set(sorted(names, key=to_ring_m.get)[:40])
    assert named_in(words_of(figure, "legend")) == nearest
    assert "500 sites; the 40 nearest to a ring are named" in words_of(figure)
    assert len(drawn(figure, "sites")) == 500


def test_a_report_names_the_sites_outside_its_map():
    names, lat, lon = ["Near", "Far"], [33.5, -33.0], [44.0, 151.0]
    files, _ = files_of((names, lat, lon, None, "km"), "page")
    report = make_content(files, alt="", outside=files.picture.outside)
    assert "Sites outside the map: Far." in report.caption
    table = next(t for s in report.sections if s.title == "Sites" for t in s.tables)
    assert len(table.rows) == 2


def test_a_site_far_away_is_listed_and_a_near_one_makes_the_map_grow():
    said = []
    scenario = rm.Scenario(
        origins=["31.5,34.47"], ranges=["12 km"], sites=["32.08,34.78", "Honolulu"]
    )
    files = MapFiles(scenario.select(), PictureOptions(size="column"), said.append)
    assert len(drawn(files.picture.figure, "sites")) == 1
    assert said == [
        "1 site is outside the picture and not shown: Honolulu; enlarge it with --extent"
    ]
    assert "sites outside the map: Honolulu" in words_of(files.picture.figure)


def test_csv_rows_of_a_map_are_its_sites(tmp_path):
    files, _ = files_of(clustered(30))
    rows = list(csv.DictReader(io.StringIO(files.files([tmp_path / "x.csv"])[tmp_path / "x.csv"].decode("utf-8-sig"))))  # fmt: skip
    assert len(rows) == 60
