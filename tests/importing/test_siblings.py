"""Files like those of known faults, of the same kind but written differently."""

import pytest

from tests.importing.reading import noted, positions, sites

READ = {
    "parts in words": (
        "name,Latitude Degrees,Latitude Minutes,Latitude Hemisphere,Longitude Degrees,Longitude Minutes,Longitude Hemisphere\n"
        "A,12,3,South,77,9,West\n"
    ),
    "parts without gaps": "name;latdeg;latmin;latsec;NS;londeg;lonmin;lonsec;EW\nA;12;3;0;S;77;9;0;W\n",
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
