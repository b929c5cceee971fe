"""Every small input of a known fault in each command that reads sites: its right values, or the way out."""

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest
from pyproj import Geod

BAGHDAD, ERBIL, BASRA = (33.3152, 44.3661), (36.1911, 44.0092), (30.5081, 47.7804)
IMPORT = r"`rangemap sites import [^`]+ --publisher NAME --fill country=NAME --fill kind=KIND -o imported\.geojson`"
FILES = {
    # file: options of the import, what it reads; what a check reads; or the refusal
    "split_dm.csv": ({}, {"Port A": (-12.05, -77.15)}, r"'lat_min', 'lat_hemi'.*" + IMPORT),
    "hemi_cols.csv": ({}, {"Port A": (-12.05, -77.15)}, r"'N/S', 'E/W'.*" + IMPORT),
    "hemi_head.csv": ({}, {"Base A": (32.38, -99.85)}, r"has no latitude column.*Longitude \(W\).*" + IMPORT),
    "order_outlier.csv": ({}, r"row 8: position: latitude 133\.2 is outside", r"has no latitude column.*" + IMPORT),
    "partial_swap.csv": ({}, {"Erbil": (44.0092, 36.1911)}, {"Baghdad": BAGHDAD}),
    "rindex.csv": ({}, {"Erbil": (36.19, 44.01)}, r"has no longitude column.*lng_wgs84.*--lon.*" + IMPORT),
    "stray_lon.csv": ({}, r"row 4: longitude 244 is outside", r"row 3: longitude 244 is outside.*write -116"),
    "ru1251.shp": ({"--encoding": "cp1251"}, {"Мурманск", "Энгельс", "Моздок"}, r"text is not UTF-8.*--encoding NAME"),
    "crs3857_small.geojson": ({}, r"is in EPSG:3857; convert it", r"is in EPSG:3857; convert it"),
    "crs4284.geojson": ({}, r"is in EPSG:4284; convert it", r"is in EPSG:4284; convert it"),
    "triple.csv": ({}, {"A": BAGHDAD, "B": ERBIL, "C": BASRA}, r"has no latitude column.*" + IMPORT),
    "compact_dms.csv": ({}, {"Tehran": (35.689167, 51.313333)}, r"row 1: .*'0511848E'.*" + IMPORT),
    "leadpoint.csv": ({}, {"A": (51.5, -0.1278), "B": (51.4, 0.05)}, {"A": (51.5, -0.1278), "B": (51.4, 0.05)}),
    "trail.kml": ({}, {"A": BAGHDAD}, {"A": BAGHDAD}),
    "multig.kml": ({}, r"placemark 2: .*MultiGeometry of Point and LineString.*remove the others", r"placemark 2: .*remove the others"),
    "leadnl.kml": ({}, {"A", "B"}, {"A", "B"}),
    "folder.kml": ({"--column": "kind=Folder"}, {"A", "B"}, {"A", "B"}),
    "netlink.kml": ({}, r"contains no placemarks, but 1 network link", r"contains no placemarks, but 1 network link"),
    "swapped.geojson": ({}, r"feature 1: .*\(longitude comes first\)", r"feature 1 .*\(longitude comes first\)"),
    "mp.geojson": ({}, {"Мурманск", "Энгельс", "Моздок"}, {"Мурманск", "Энгельс", "Моздок"}),
    "odd.geojson": ({}, r"feature 1: coordinates are not two numbers", r"feature 1 .*coordinates are not two numbers"),
    "all_bad.csv": ({}, r"no row could be read", r"row 2: longitude is 'y'"),
    "overpass.geojson": ({}, r"feature 2: geometry is a Polygon.*convert it to its centroid", r"feature 2 .*convert it to its centroid"),
    "latin1.csv": ({}, r"row 2: byte 0xf6 is not UTF-8; .*cp1252 'Köln'", r":2: byte 0xf6 is not UTF-8; .*--encoding NAME"),
    "emptycols.csv": ({}, {"A": (33.3, 44.4)}, {"A": (33.3, 44.4)}),
    "trailing_comma.csv": ({}, {"A": (33.3, 44.4)}, r"row 1: 4 fields but 3 columns.*" + IMPORT),
    "preamble.csv": ({}, {"A": BAGHDAD}, r"has no latitude column; .*|has no latitude column .*" + IMPORT),
    "header_is_data.csv": ({"--column": "name=Port"}, None, r"has no name column.*Port, ISO, Open.*--name"),
    "title_row.xlsx": ({"--column": "name=Plant Name"}, None, r"row 2 may be.*--header-row 2"),
    "merged.xlsx": ({}, {"A": BAGHDAD, "B": ERBIL}, r"rows 1 and 2 both have names of columns.*" + IMPORT),
    "hidden.xlsx": ({}, {"A", "B", "C"}, {"A", "B", "C"}),
    "csv.zip": ({}, {"A": BAGHDAD, "B": ERBIL, "C": BASRA}, r"csv\.zip: has no latitude column.*" + IMPORT),
    "duplicate_row.csv": ({}, {"A": BAGHDAD, "B": ERBIL}, {"A": BAGHDAD, "B": ERBIL}),
    "idname.csv": ({}, {"Depot North"}, {"Depot North"}),
    "mac_roman_cr.csv": ({"--encoding": "mac-roman"}, {"Theiß", "Köflach"}, r":2: byte 0xa7 is not UTF-8"),
    "dec.parquet": ({}, {"A": (33.3, 44.4)}, {"A": (33.3, 44.4)}),
    "multi.gpkg": ({"--layer": "bases"}, None, r"has 2 layers.*--layer NAME"),
    "null_island.csv": ({}, {"Camp A", "Camp B", "Camp C"}, {"Camp A", "Camp B", "Camp C"}),
}  # fmt: skip
MENTIONED = {
    "partial_swap.csv": (r"outside .*row 3 'Erbil'.*row 6 'Najaf'", ""),
    "hidden.xlsx": (
        r"hidden rows +1 \(read like the others: 3\)",
        r"its hidden rows \(3\) are read",
    ),
    "duplicate_row.csv": (r"repeated +1 row", ""),
    "null_island.csv": (r"at 0,0 +2 places", r"2 rows are at 0,0"),
}
"""What the messages of an import and of a check say beside the values."""
WGS84 = Geod(ellps="WGS84")


@pytest.fixture
def given(testdata, tmp_path, monkeypatch):
    """A copy of an input, with its companions, in the current directory."""
    monkeypatch.chdir(tmp_path)

    def copy(name):
        for path in (testdata / "inputs").glob(f"{name.rpartition('.')[0]}.*"):
            shutil.copy(path, tmp_path / path.name)
        return name

    return copy


def agrees(found, expected):
    if expected is None:
        assert found
    elif isinstance(expected, set):
        assert set(found) == expected
    else:
        for name, position in expected.items():
            assert found[name] == pytest.approx(position, rel=0, abs=1e-6)


@pytest.mark.parametrize("name", FILES)
def test_an_import_reads_the_right_values_or_says_the_way_out(run, given, name):
    options, expected, _ = FILES[name]
    words = [word for pair in options.items() for word in pair]
    fill = ("--publisher", "P", "--fill", "country=Iraq")
    fill += () if "kind=Folder" in words else ("--fill", "kind=base")
    outcome = run("sites", "import", given(name), *words, *fill, "-o", "out.geojson")
    if isinstance(expected, str):
        assert outcome.status == 1
        assert re.search(expected, outcome.err), outcome.err
        return
    assert outcome.status == 0, outcome.err
    assert re.search(MENTIONED.get(name, ("", ""))[0], outcome.err), outcome.err
    features = json.loads(Path("out.geojson").read_text("utf-8"))["features"]
    agrees(
        {f["properties"]["name"]: tuple(f["geometry"]["coordinates"][::-1]) for f in features},
        expected,
    )
    if name == "folder.kml":
        assert [f["properties"]["kind"] for f in features] == ["Air bases", "Ports/Closed"]


@pytest.mark.parametrize("option", ["--sites", "--origins"])
@pytest.mark.parametrize("name", FILES)
def test_a_check_reads_the_right_values_or_says_the_way_out(run, given, name, option):
    *_, expected = FILES[name]
    ask = ("--from", "33.3,44.4") if option == "--sites" else ("--site", "33.3,44.4")
    outcome = run("check", *ask, "--range", "500 km", option, given(name), "--format", "csv")
    if isinstance(expected, str):
        assert (outcome.status, outcome.out) == (1, "")
        assert re.search(expected, outcome.err), outcome.err
        return
    assert outcome.status == 0, outcome.err
    assert re.search(MENTIONED.get(name, ("", ""))[1], outcome.err), outcome.err
    rows = list(csv.DictReader(io.StringIO(outcome.out)))
    column = "site" if option == "--sites" else "origin"
    assert {row[column] for row in rows} >= set(expected)
    for row in rows:
        if isinstance(expected, dict) and row[column] in expected:
            lat, lon = expected[row[column]]
            distance_km = WGS84.inv(44.4, 33.3, lon, lat)[2] / 1000
            assert float(row["distance_km"]) == pytest.approx(distance_km, abs=0.002)


def test_every_input_is_tested(testdata):
    listed = re.findall(
        r"^\| (\S+\.\w+)", (testdata / "inputs" / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert {*listed} - {"ranges_wiki.csv", "ru1251.shp"} <= {*FILES}
    assert len(listed) > 35


def test_no_row_left_is_a_failure_and_bad_rows_can_be_skipped(run, given):
    words = ("check", "--from", "33.3,44.4", "--range", "500 km", "--summary", "--rejects", "r.csv")
    outcome = run(*words, "--sites", given("all_bad.csv"))
    assert (outcome.status, outcome.out) == (1, "")
    assert (
        "all_bad.csv: no row has a valid position, so nothing is checked; r.csv has the reasons"
        in outcome.err
    )
    assert Path("r.csv").read_text("utf-8").count("\n") == 3
    assert run(*words, "--sites", given("odd.geojson")).status == 0
    outcome = run(*words, "--sites", given("latin1.csv"))
    assert outcome.status == 1
    assert "byte 0xf6 is not UTF-8" in outcome.err
    assert run(*words, "--sites", given("emptycols.csv")).status == 0


def test_the_ranges_of_an_encyclopaedia_are_read(run, given):
    fill = ("--publisher", "P", "--fill", "category=missile")
    outcome = run("weapons", "import", given("ranges_wiki.csv"), *fill)
    assert outcome.status == 0
    found = re.findall(r"range: (.+)", outcome.out)
    assert found == ["about 300 km", "at least 300 km", "at least 300 km", "about 500 km"]
