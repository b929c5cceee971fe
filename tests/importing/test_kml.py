"""KML as Google Earth and other programs write it."""

import pytest

from rangemap.errors import DocumentError
from rangemap.io.shapes import not_a_point
from rangemap.sites import open_sites
from tests.importing.reading import noted, positions, sites


@pytest.fixture
def kml(tmp_path):
    def write(inside, start='<kml xmlns="http://www.opengis.net/kml/2.2">', before=""):
        path = tmp_path / "a.kml"
        path.write_text(f"{before}{start}<Document>{inside}</Document></kml>", encoding="utf-8")
        return path

    return write


def placemark(name, geometry):
    return f"<Placemark><name>{name}</name>{geometry}</Placemark>"


def point(text):
    return f"<Point><coordinates>{text}</coordinates></Point>"


LINE = "<LineString><coordinates>1,2 3,4</coordinates></LineString>"


@pytest.mark.parametrize(
    "text",
    ["44.4,33.3,", "44.4,33.3,,", "44.4, 33.3 ,\n", "44.4,33.3,0", "44.4,33.3", "44.4,33.3,1,2"],
)
def test_a_height_may_be_missing_behind_its_comma(kml, text):
    assert positions(sites(kml(placemark("A", point(text))))[0]) == {"A": (33.3, 44.4)}


@pytest.mark.parametrize(
    "text", ["44.4,", ",33.3", "44.4,,33.3", "44.4 33.3", "44.4,33.3 1,2", ",,"]
)
def test_other_gaps_are_refused(kml, text):
    (reject,) = sites(kml(placemark("A", point(text))))[0].rejects
    assert "coordinates are" in reject.reason


def test_a_multigeometry_of_one_point_is_that_point(kml):
    one = f"<MultiGeometry>{point('44.4,33.3')}</MultiGeometry>"
    nested = f"<MultiGeometry><MultiGeometry>{point('44,36')}</MultiGeometry></MultiGeometry>"
    path = kml(placemark("A", one) + placemark("B", nested))
    assert positions(sites(path)[0]) == {"A": (33.3, 44.4), "B": (36, 44)}


@pytest.mark.parametrize(
    ("shapes", "reason"),
    [
        (point("1,2") + LINE, "geometry is a MultiGeometry of Point and LineString; expected one Point: remove the others"),
        (point("1,2") * 2, not_a_point("MultiGeometry", ["Point"] * 2)),
        (LINE * 2, not_a_point("MultiGeometry", ["LineString"] * 2)),
        ("", "geometry is missing; expected one Point"),
    ],
)  # fmt: skip
def test_a_multigeometry_of_anything_else_is_refused(kml, shapes, reason):
    path = kml(placemark("A", f"<MultiGeometry>{shapes}</MultiGeometry>"))
    (reject,) = sites(path)[0].rejects
    assert reject.reason in {reason, reason.replace("{", "")}


@pytest.mark.parametrize("before", ["\n", " \r\n\t", "\n\n"])
def test_blank_lines_before_the_declaration_are_skipped(kml, before):
    path = kml(placemark("A", point("1,2")), before=f'{before}<?xml version="1.0"?>')
    assert positions(sites(path)[0]) == {"A": (2, 1)}


def test_folders_are_a_field(kml):
    inner = f"<Folder><name>Closed</name>{placemark('B', point('3,4'))}</Folder>"
    path = kml(
        f"<Folder><name>Air bases</name>{placemark('A', point('1,2'))}</Folder>"
        f"<Folder><name> Ports\n</name>{inner}{placemark('C', point('5,6'))}</Folder>"
        + placemark("D", point("7,8"))
    )
    result, log = sites(path, columns={"kind": "Folder"}, fill={"kind": "none"})
    assert noted(log, "kind").startswith("column 'Folder' (given; 'Air bases', 'Ports/Closed'")
    kinds = [line.split('"')[3] for line in result.content.splitlines() if '"kind"' in line]
    assert kinds == ["Air bases", "Ports/Closed", "Ports", "none"]
    assert list(positions(result)) == list("ABCD")


def test_a_field_of_the_file_named_folder_is_kept(kml):
    data = '<ExtendedData><Data name="Folder"><value>own</value></Data></ExtendedData>'
    path = kml(f"<Folder><name>F</name>{placemark('A', data + point('1,2'))}</Folder>")
    assert '"kind": "own"' in sites(path, columns={"kind": "Folder"})[0].content


@pytest.mark.parametrize("prefix", ["gx:balloonVisibility", "atom:author", "xal:AddressDetails"])
def test_prefixes_that_google_earth_leaves_undeclared_are_declared(kml, prefix):
    inside = f"<{prefix}>1</{prefix}>" + point("1,2")
    result, log = sites(kml(placemark("A", inside), start="<kml xsi:schemaLocation='x y'>"))
    assert positions(result) == {"A": (2, 1)}
    assert "gx" in noted(log, "namespaces")


def test_an_unknown_prefix_is_refused(kml):
    with pytest.raises(DocumentError, match="unbound prefix"):
        sites(kml(placemark("A", "<mine:x/>" + point("1,2"))))


def test_network_links_are_named_as_such(kml):
    link = "<NetworkLink><Link><href>x.kml</href></Link></NetworkLink>"
    with pytest.raises(DocumentError, match="no placemarks, but 2 network links to other files"):
        sites(kml(link * 2))
    path = kml(link + placemark("A", point("1,2")))
    result, log = sites(path)
    assert positions(result) == {"A": (2, 1)}
    assert noted(log, "not read").startswith("1 network link ")
    assert any("1 network link" in note for note in open_sites(str(path)).notes)


def test_a_long_name_of_a_folder_is_not_repeated_for_many_places(tmp_path):
    path = tmp_path / "a.kml"
    place = "<Placemark><name>A</name><Point><coordinates>1,2</coordinates></Point></Placemark>"
    path.write_text(
        f"<kml><Folder><name>{'n' * 100_000}</name>{place * 700}</Folder></kml>", "utf-8"
    )
    with pytest.raises(ValueError, match="folders whose names are too long for the places in them"):
        sites(path)
