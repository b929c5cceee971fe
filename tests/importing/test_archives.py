"""An archive with one readable file is read as that file; anything else is refused in one line."""

import io
import stat
import zipfile

import pytest

from rangemap.errors import DocumentError, RangemapError
from tests.importing.reading import noted, positions, ranges, sites, weapons

TABLE = b"name,lat,lon\nErbil,36.19,44.01\n"
EXPECTED = {"Erbil": (36.19, 44.01)}


def archive(path, members, **extra):
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
        for name, content in extra.items():
            file.writestr(name, content)
    return path


def workbook():
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["name", "lat", "lon"], ["Erbil", 36.19, 44.01]):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


KML = b"""<kml><Placemark><name>Erbil</name><Point><coordinates>44.01,36.19</coordinates></Point>
</Placemark></kml>"""
GEOJSON = b"""{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name":
"Erbil"}, "geometry": {"type": "Point", "coordinates": [44.01, 36.19]}}]}"""


@pytest.mark.parametrize(
    "members",
    [
        {"a.csv": TABLE}, {"folder/": b"", "folder/Sites.CSV": TABLE}, {"doc.kml": KML},
        {"a.geojson": GEOJSON}, {"a.csv": TABLE, "README.txt": b"about", "LICENCE": b"free"},
        {"a.csv": TABLE, "__MACOSX/._a.csv": b"\0\5", ".DS_Store": b"\0"}, {"a.xlsx": workbook},
    ],
)  # fmt: skip
def test_the_only_readable_file_is_read(tmp_path, members):
    contents = {name: each() if callable(each) else each for name, each in members.items()}
    result, log = sites(archive(tmp_path / "a.zip", contents))
    assert positions(result) == EXPECTED
    assert "the only readable file" in noted(log, "member")


def test_a_table_of_weapons_is_read_from_an_archive(tmp_path):
    path = archive(tmp_path / "a.zip", {"w.csv": b"name,range_km\nA,70\n"})
    assert ranges(weapons(path)[0]) == {"A": ["about 70 km"]}


def link(path):
    with zipfile.ZipFile(path, "w") as file:
        info = zipfile.ZipInfo("a.csv")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(info, "/etc/passwd")


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"a.csv": TABLE, "b.csv": TABLE}, "contains 2 readable files ('a.csv', 'b.csv')"),
        ({"a.csv": TABLE, "b.kml": KML}, "contains 2 readable files"),
        ({"../a.csv": TABLE}, "outside the archive's own folder"),
        ({"/a.csv": TABLE}, "outside the archive's own folder"),
        ({"b/../../a.csv": TABLE}, "outside the archive's own folder"),
        ({"a.zip": b""}, "contains another archive, 'a.zip'"), ({"a.kmz": b""}, "another archive"),
        ({"a.pdf": b""}, "but 'a.pdf'"), ({}, "but none"),
    ],
)  # fmt: skip
def test_other_archives_are_refused(tmp_path, members, message):
    with pytest.raises(DocumentError) as refusal:
        sites(archive(tmp_path / "x.zip", members))
    assert message in str(refusal.value)


def test_a_member_without_a_name_is_refused(tmp_path):
    path = archive(tmp_path / "x.zip", {"Xa.csv": TABLE})
    path.write_bytes(path.read_bytes().replace(b"Xa.csv", b"\0a.csv"))  # a name ends at NUL
    with pytest.raises(DocumentError, match="has a file without a name; make the archive again"):
        sites(path)


def test_a_link_is_refused(tmp_path):
    link(tmp_path / "a.zip")
    with pytest.raises(DocumentError, match=r"'a\.csv' is a link"):
        sites(tmp_path / "a.zip")


def test_a_table_that_unpacks_to_too_much_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.csv", b"a" * 10_000_000)
    with pytest.raises(RangemapError, match="times its size"):
        sites(tmp_path / "a.zip")
