"""Waypoints of GPX are read as GDAL reads them; everything else is named or refused."""

import pyogrio
import pytest

from rangemap.errors import DocumentError, RangemapError
from rangemap.sites import open_sites
from tests.importing.reading import noted, positions, sites

HEAD = (
    '<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
)
POINTS = (
    '<wpt lat="33.3152" lon="44.3661"><ele>34</ele><name>Baghdad</name><type>town</type></wpt>'
    '<wpt lat="-12.05" lon="-77.15"><name>Callao</name></wpt>'
)
TRACK = '<trk><trkseg><trkpt lat="1" lon="2"/></trkseg></trk>'


@pytest.fixture
def gpx(tmp_path):
    def write(inside):
        path = tmp_path / "a.gpx"
        path.write_text(f"{HEAD}{inside}</gpx>", encoding="utf-8")
        return path

    return write


def test_waypoints_are_those_that_gdal_reads(gpx):
    path = gpx(POINTS + TRACK)
    result, log = sites(path, columns={"kind": "type"}, fill={"kind": "port"})
    frame = pyogrio.read_dataframe(path, layer="waypoints")
    expected = {n: (p.y, p.x) for n, p in zip(frame["name"], frame.geometry, strict=True)}
    assert positions(result) == expected
    assert noted(log, "not read") == "1 track or route (only waypoints are places)"
    opened = open_sites(str(path))
    assert opened.table().names == ("Baghdad", "Callao")
    assert any("1 track or route" in note for note in opened.notes)


def test_a_file_of_tracks_is_refused_as_such(gpx):
    with pytest.raises(DocumentError, match="contains no waypoints, but 2 tracks or routes"):
        sites(gpx(TRACK * 2))


@pytest.mark.parametrize(
    "point",
    ['lat="91" lon="2"', 'lat="1"', 'lat="nan" lon="2"', 'lat="1,5" lon="2"', 'lat="1" lon="181"'],
)
def test_an_invalid_waypoint_is_reported(gpx, point):
    result, _ = sites(gpx(f"{POINTS}<wpt {point}><name>X</name></wpt>"))
    assert [reject.row for reject in result.rejects] == [3]


@pytest.mark.parametrize(
    "content",
    ['<!DOCTYPE gpx [<!ENTITY a "b">]><gpx>&a;</gpx>', "<gpx>&a;</gpx>", "<kml/>", "<gpx>", ""],
)
def test_a_hostile_file_is_refused(tmp_path, content):
    (tmp_path / "a.gpx").write_text(content)
    with pytest.raises(RangemapError):
        sites(tmp_path / "a.gpx")
