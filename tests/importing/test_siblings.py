"""Files like those of known faults, of the same kind but written differently."""

import re

import pytest

from tests.importing.reading import noted, positions, sites

READ = {
    "parts in words": (
        "name,Latitude Degrees,Latitude Minutes,Latitude Hemisphere,Longitude Degrees,Longitude Minutes,Longitude Hemisphere\n"
        "A,12,3,South,77,9,West\n"
    ),
    "parts without gaps": "name;latdeg;latmin;latsec;NS;londeg;lonmin;lonsec;EW\nA;12;3;0;S;77;9;0;W\n",
    "one column of hemispheres": "name,lat,lon,hemisphere\nA,12.05,77.15,SW\n",
    "one column of hemispheres in words": "name,lat,lon,quadrant\nA,12.05,77.15,South-West\n",
    "directions": "name,lat_d,lat_m,lat_dir,lon_d,lon_m,lon_dir\nA,12,3,S,77,9,W\n",
    "hemispheres in words": "name,South Latitude,West Longitude\nA,12.05,77.15\n",
    "hemispheres in units": "name,lat (°S),lon (°W)\nA,12.05,77.15\n",
    "aviation": "name,position\nA,120300S0770900W\n",
    "aviation with points": "name,lat,lon\nA,S12.03.00.000,W077.09.00.000\n",
    "exponents": "name,lat,lon\nA,-1.205e1,-7.715e1\n",
    "typographic minus": "name,lat,lon\nA,−12.05,−77.15\n",
    "0 to 360": "name,lat,lon\nA,-12.05,282.85\n",
    "titles above": "Report of 2024\n\nsite,latitude,longitude\nA,-12.05,-77.15\n",
    "numbers above": "1,2,3\nname,lat,lon\nA,-12.05,-77.15\n",
}  # fmt: skip


@pytest.mark.parametrize("kind", READ)
def test_a_position_is_read_in_every_form(tmp_path, kind):
    path = tmp_path / "a.csv"
    path.write_text(READ[kind], "utf-8")
    assert positions(sites(path)[0]) == {"A": pytest.approx((-12.05, -77.15), rel=0, abs=1e-7)}


def test_seconds_are_read_from_a_name_that_could_be_a_plural(tmp_path):
    path = tmp_path / "a.csv"
    header = "name,LatD,LatM,LatS,NS,LonD,LonM,LonS,EW"
    path.write_text(f"{header}\nA,12,2,36,S,77,1,42,W\n", "utf-8")
    expected = (-(12 + 2 / 60 + 36 / 3600), -(77 + 1 / 60 + 42 / 3600))
    assert positions(sites(path)[0]) == {"A": pytest.approx(expected, rel=0, abs=1e-9)}


@pytest.mark.parametrize("kind", ["one column of hemispheres", "directions"])
def test_a_check_refuses_to_leave_out_a_part(run, tmp_path, kind):
    (tmp_path / "a.csv").write_text(READ[kind], "utf-8")
    outcome = run("check", "-f", "0,0", "--range", "1 km", "--sites", str(tmp_path / "a.csv"))
    assert (outcome.status, outcome.out) == (1, "")
    assert "sites import" in outcome.err


NAMELESS = {
    "hemispheres": "name,Latitude,,Longitude,,country\nA,12.05,S,77.15,W,Peru\n",
    "minutes and seconds": "name,lat,,,lon,,,country\nA,12,3,0,77,9,0,Peru\n",
    "names that pandas gives": "name,lat,Unnamed: 2,lon,Unnamed: 4,country\nA,12.05,S,77.15,W,Peru\n",
}


@pytest.mark.parametrize("kind", NAMELESS)
def test_columns_without_a_name_are_not_left_out(run, tmp_path, kind):
    path = tmp_path / "a.csv"
    path.write_text(NAMELESS[kind], "utf-8")
    with pytest.raises(ValueError, match=r"follow latitude and longitude .* --column lat_"):
        sites(path)
    outcome = run("check", "-f", "0,0", "--range", "1 km", "--sites", str(path))
    assert (outcome.status, outcome.out) == (1, "")
    assert "may have minutes, seconds or hemispheres" in outcome.err
    if kind == "hemispheres":
        given = {"lat_hemisphere": "#3", "lon_hemisphere": "#5"}
        assert positions(sites(path, columns=given)[0]) == {"A": (-12.05, -77.15)}
    else:  # if they are something else
        assert "A" in positions(sites(path, columns={"lat_min": None})[0])


def test_a_field_beyond_the_names_is_named(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("name,Latitude,,Longitude,\nA,12.05,S,77.15,W\n", "utf-8")
    assert "field 5 has a value but its column has no name" in sites(path)[0].rejects[0].reason


def test_columns_without_names_or_values_are_no_parts(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("name,lat,,lon,,country\nA,12.05,,77.15,,India\n", "utf-8")
    assert positions(sites(path)[0]) == {"A": (12.05, 77.15)}


@pytest.mark.parametrize("country", ["", "Japan"])
def test_exchanged_columns_are_not_degrees_and_minutes(tmp_path, country):
    """139.69 and 35.69 would also be 1 degree 39.69 minutes and 35.69 minutes."""
    path = tmp_path / "a.csv"
    rows = "".join(f"{n},{lon},{lat},{country}\n" for n, lon, lat in TOWNS)
    path.write_text(f"name,lat,lon,country\n{rows}", "utf-8")
    problem = (
        "look swapped" if country else r"latitude 1.* is outside .* \(the columns may be swapped\)"
    )
    if country:
        with pytest.raises(ValueError, match=problem):
            sites(path)
        return
    rejects = sites(path)[0].rejects
    assert len(rejects) == len(TOWNS)
    assert all(re.search(problem, reject.reason) for reject in rejects)


TOWNS = [("Tokyo", 139.69, 35.69), ("Osaka", 135.5, 34.69), ("Nagoya", 136.91, 35.18)]


def test_zeros_with_too_many_digits_are_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("name;lat;lon\nA;0000;00000\n", "utf-8")
    (reject,) = sites(path)[0].rejects
    assert "latitude is '0000'" in reject.reason


def test_four_whole_numbers_of_a_placemark_may_be_two_with_decimal_commas(tmp_path):
    path = tmp_path / "a.kml"
    for text, is_read in (("44,4,33,3", False), ("44.4,33.3,0,20", True), ("44.4,33.3,0,", True)):
        path.write_text(f"\ufeff\n<kml><Placemark><name>A</name><Point><coordinates>{text}</coordinates>"
                        "</Point></Placemark></kml>", "utf-8")  # fmt: skip
        result, _ = sites(path)
        assert (positions(result) == {"A": (33.3, 44.4)}) is is_read
        assert is_read or "perhaps with decimal commas" in result.rejects[0].reason


REFUSED = {
    "a.kml": ("<kml><Document/></kml>", "contains no placemarks, which are its places"),
    "b.kml": ("<kml><Folder><NetworkLink/><NetworkLink/></Folder></kml>", "but 2 network links to other files"),
    "a.json": ('{"sites": [{"name": "A", "lat": 1, "lon": 2}]}', "expected a FeatureCollection of points, or a JSON list"),
    "a.csv": ("X,name,latitude\n1,A,33.3\n", "has no column for lon"),
    "b.csv": ("name,Lat_S,Lon_W\nA,12.05,77.15\n", "has no column for lat"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_without_positions_says_so(tmp_path, name):
    content, problem = REFUSED[name]
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(ValueError, match=problem):
        sites(tmp_path / name)


def test_a_place_on_the_other_side_of_the_meridian_is_pointed_out(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("name,lat,lon,country\nA,33.3,-44.4,Iraq\nB,36.2,44.0,IQ\n", "utf-8")
    _, log = sites(path)
    assert noted(log, "outside").startswith("1 place (row 2 'A'")
    assert "with the other sign of the longitude it is inside" in noted(log, "outside")


SAID = {
    "longitudes": ("name,lat,lon\nA,1,2\nB,1,190\nC,1,359\n", r"read as 0 to 360, since row 2 has one above 180"),
    "names": ("ID,Facility Name,lat,lon\n17,Depot,1,2\n", r"names are those of column 'ID'; .* such as 'Facility Name'"),
    "nothing": ("id,country,lat,lon\n17,Iraq,1,2\n", r"\A\Z"),
}  # fmt: skip


@pytest.mark.parametrize(
    "options",
    [("--format", "csv"), ("--summary", "--format", "csv"), ("--summary", "--rejects", "r.csv")],
)
@pytest.mark.parametrize("kind", SAID)
def test_a_check_says_what_it_took_from_the_file(run, tmp_path, monkeypatch, kind, options):
    monkeypatch.chdir(tmp_path)
    content, expected = SAID[kind]
    (tmp_path / "a.csv").write_text(content, "utf-8")
    outcome = run("check", "-f", "0,0", "--range", "1 km", "--sites", "a.csv", *options)
    assert outcome.status == 0
    said = "".join(line for line in outcome.err.splitlines() if "r.csv" not in line)
    assert re.search(expected, said), outcome.err


@pytest.mark.parametrize("row", ["A,3318.91,04421.97", "A,331854,0442158"])
def test_a_check_names_the_import_that_reads_degrees_and_minutes_without_a_gap(run, tmp_path, row):
    path = tmp_path / "a.csv"
    path.write_text(f"name,lat,lon\n{row}\n", "utf-8")
    outcome = run("check", "-f", "0,0", "--range", "1 km", "--sites", str(path))
    assert outcome.status == 1
    assert "rangemap sites import" in outcome.err
    assert positions(sites(path)[0])["A"] == pytest.approx((33.315, 44.366), abs=0.001)
