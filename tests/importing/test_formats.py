"""Files written by other programs are read as intended; hostile ones give a one-line error."""

import io
import json
import struct
import zipfile

import geopandas as gpd
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

from rangemap.errors import DocumentError, RangemapError
from rangemap.io.shapes import not_a_point
from tests.importing.reading import noted, positions, ranges, sites, weapons

POINTS = {
    "Ain Al Asad": (33.7856, 42.4412),
    "Ålesund, Vigra": (62.5603, 6.1197),
    "=1+1": (-17.7, -179.5),
    "NA": (0.0, 0.0),
}


def frame() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name": list(POINTS), "beds": [10, 20, 30, 40], "opened": pd.to_datetime(["2024-01-02"] * 4)},
        geometry=[Point(lon, lat) for lat, lon in POINTS.values()],
        crs="EPSG:4326",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("suffix", "driver"),
    [(".gpkg", "GPKG"), (".fgb", "FlatGeobuf"), (".shp", "ESRI Shapefile"), (".kml", "KML")],
)
def test_files_written_by_gdal_are_read(tmp_path, suffix, driver):
    path = tmp_path / f"a{suffix}"
    frame().drop(columns="opened").rename(columns={"name": "Name"}).to_file(path, driver=driver)
    result, _ = sites(path)
    assert not result.rejects
    assert positions(result) == POINTS


def test_a_zipped_shapefile_is_read(tmp_path):
    frame().drop(columns="opened").to_file(tmp_path / "a.shp")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        for part in tmp_path.glob("a.*"):
            archive.write(part, f"data/{part.name}")
    result, log = sites(tmp_path / "b.zip")
    assert positions(result) == POINTS
    assert noted(log, "member").startswith("'data/a.shp'")


def test_geoparquet_and_plain_parquet_are_read(tmp_path):
    frame().to_parquet(tmp_path / "a.parquet")
    result, _ = sites(tmp_path / "a.parquet")
    assert positions(result) == POINTS
    rows = [(name, lat, lon) for name, (lat, lon) in POINTS.items()]
    pd.DataFrame(rows, columns=["name", "lat", "lon"]).to_parquet(tmp_path / "b.parquet")
    result, _ = sites(tmp_path / "b.parquet")
    assert positions(result) == POINTS


def test_geojson_is_read_and_each_bad_feature_is_reported(tmp_path):
    content = json.loads(frame().drop(columns="opened").to_json(drop_id=True))
    content.pop("crs", None)
    content["features"][1]["geometry"] = None
    content["features"][2]["geometry"]["coordinates"] = [1, 95]
    (tmp_path / "a.geojson").write_text(json.dumps(content))
    result, _ = sites(tmp_path / "a.geojson")
    assert [(r.row, r.reason) for r in result.rejects] == [
        (2, "geometry is None; expected a Point"),
        (3, "latitude 95 is outside -90 to 90 (longitude comes first)"),
    ]
    assert [reject.cells[0] for reject in result.rejects] == ["Ålesund, Vigra", "=1+1"]
    assert list(positions(result)) == ["Ain Al Asad", "NA"]


def test_sites_in_a_workbook_are_read(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Site name", "Latitude", "Longitude"])
        for row, (name, (lat, lon)) in enumerate(POINTS.items(), start=1):
            sheet.write_string(row, 0, name)
            sheet.write_row(row, 1, [lat, lon])
        sheet.write_row(9, 0, ["Text", "33.78", "42.44"])
    result, log = sites(tmp_path / "a.xlsx")
    assert positions(result) == POINTS | {"Text": (33.78, 42.44)}
    assert noted(log, "blank rows").startswith("4 ")


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".shp", ".parquet"])
def test_shapes_other_than_points_are_reported_by_number(tmp_path, suffix):
    shapes = gpd.GeoDataFrame(
        {"name": ["line"]}, geometry=[LineString([(0, 0), (1, 1)])], crs="EPSG:4326"
    )
    path = tmp_path / f"a{suffix}"
    (shapes.to_parquet if suffix == ".parquet" else shapes.to_file)(path)
    result, _ = sites(path)
    assert [(r.row, r.reason) for r in result.rejects] == [(1, not_a_point("LineString"))]


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".shp", ".parquet"])
def test_a_different_reference_system_is_refused(tmp_path, suffix):
    there = frame().drop(columns="opened").iloc[:2].to_crs("EPSG:3857")
    path = tmp_path / f"a{suffix}"
    (there.to_parquet if suffix == ".parquet" else there.to_file)(path)
    with pytest.raises(DocumentError, match=r"is in EPSG:3857; convert it to EPSG:4326 first"):
        sites(path)


# -- Excel --------------------------------------------------------------------------------------


@pytest.fixture
def workbook(tmp_path):
    """A typical workbook: a title, blank rows, a note, dates, formulas, figures as text."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        hidden = book.add_worksheet("Old")
        hidden.write_row(0, 0, ["name", "range_km"])
        hidden.hide()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.merge_range("A1:G1", "Missile ranges")
        header = [
            "Name",
            "Max range (km)",
            "Min range (km)",
            "Date",
            "Country",
            "Category",
            "Source",
        ]
        sheet.write_row("A4", header)
        for row, name in enumerate(
            ["Text", "Date", "Serial", "Error", "Formula", "Two", "Three"], 4
        ):
            sheet.write_string(row, 0, name)
            sheet.write_row(row, 4, ["X", "rocket", "P"])
        sheet.write_string("B5", "1200")
        sheet.write_number("C5", 50)
        sheet.write_number("B6", 300.5)
        sheet.write_datetime("D6", pd.Timestamp("2024-01-02").to_pydatetime(), day)
        sheet.write_number("B7", 300)
        sheet.write_number("D7", 45291)
        sheet.write_formula("B8", "=1/0", value="#DIV/0!")
        sheet.write_formula("B9", "=300+20", value=320)
        sheet.write_number("B10", 250)
        sheet.write_number("D10", 2023)
        sheet.write_datetime("B11", pd.Timestamp("2024-03-05").to_pydatetime(), day)
    return path


def test_a_workbook_is_read_by_its_stored_values(workbook):
    result, log = weapons(workbook)
    assert ranges(result) == {
        "Text": ["up to 1,200 km (min 50 km)"],
        "Date": ["up to 300.5 km"],
        "Formula": ["up to 320 km"],
        "Two": ["up to 250 km"],
    }
    assert "date: '2024-01-02'" in result.content
    assert "date: '2023'" in result.content
    reasons = {reject.row: reject.reason for reject in result.rejects}
    assert reasons.keys() == {7, 8, 11}
    assert (
        reasons[7]
        == "date is 45291, which may be a spreadsheet's serial number for 2023-12-31; write the date"
    )
    assert reasons[8] == "B8 contains the error #DIV/0!; fix the formula"
    assert reasons[11].startswith(
        "range is the date 2024-03-05, perhaps converted by a spreadsheet"
    )
    assert noted(log, "sheet") == "'Data' (the only visible one with cells; 1 hidden)"
    assert "skipped above it: 'Missile ranges'" in noted(log, "header")


def test_a_hidden_sheet_is_read_only_when_it_is_named(workbook):
    result, log = weapons(workbook, sheet="Old")
    assert (result.n_rows, noted(log, "sheet")) == (0, "'Old' (given; one of 2)")
    with pytest.raises(DocumentError, match="has no sheet 'New'; it has 'Data', 'Old'"):
        weapons(workbook, sheet="New")


def test_two_sheets_with_data_need_a_choice(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        for name in ("First", "Second"):
            book.add_worksheet(name).write_row(0, 0, ["name", "range"])
    with pytest.raises(
        DocumentError, match="2 visible sheets with cells: 'First', 'Second'; specify"
    ):
        weapons(tmp_path / "a.xlsx")


def test_a_formula_without_a_stored_value_is_not_an_empty_cell(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["name", "range_km", "min_range_km"])
    book.active.append(["A", 300, "=10+10"])
    book.save(tmp_path / "a.xlsx")
    result, _ = weapons(tmp_path / "a.xlsx")
    assert [(r.row, r.reason[:44]) for r in result.rejects] == [
        (2, "C2 has a formula without a stored value; ope")
    ]


def test_rows_outside_the_stored_size_of_a_sheet_are_read(workbook, tmp_path):
    """Some writers leave the stored size of a sheet as it was initially."""
    with zipfile.ZipFile(workbook) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for member in old.namelist():
            content = old.read(member)
            if member.endswith("sheet1.xml"):
                assert b'<dimension ref="A1:G11"/>' in content
                content = content.replace(b'<dimension ref="A1:G11"/>', b'<dimension ref="A1:A1"/>')
            new.writestr(member, content)
    assert weapons(tmp_path / "b.xlsx")[0].content == weapons(workbook)[0].content


def test_two_cells_in_far_corners_are_cheap(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "name")
        sheet.write(1_048_575, 16_383, "far")
    with pytest.raises(DocumentError, match=r"has too many cells|has no column for range"):
        weapons(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("name", "package", "extra"),
    [("a.xlsx", "openpyxl", "excel"), ("a.parquet", "pyarrow", "parquet")],
)
def test_a_missing_package_gives_one_line_with_the_install_command(
    tmp_path, monkeypatch, name, package, extra
):
    import sys

    (tmp_path / name).write_text("")
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(DocumentError) as refusal:
        sites(tmp_path / name)
    assert str(refusal.value) == (
        f'{tmp_path / name}: needs {package}; pip install "rangemap[{extra}]"'
    )


# -- hostile files ------------------------------------------------------------------------------

KML = '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>A</name>{}</Placemark></kml>'
POINT = "<Point><coordinates>{}</coordinates></Point>"
LAUGHS = '<!DOCTYPE k [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + KML.format(
    "&b;" + POINT.format("1,2")
)
OUTSIDE = '<!DOCTYPE k [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + KML.format("&a;")


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (LAUGHS, "declares a document type"),
        (OUTSIDE, "declares a document type"),
        (LAUGHS.encode("utf-16"), "declares a document type"),
        ("<a>" * 100_000, "nested deeper than 200 levels"),
        ("<kml><Placemark>", "not well-formed KML"),
        ("<html><body/></html>", "is not a KML file: its root element is 'html'"),
        ("", "not well-formed KML"),
        ("PK\x03\x04", "not well-formed KML"),
        ('<?xml version="1.0" encoding="rot13"?><kml/>', "not well-formed KML"),
    ],
)
def test_a_hostile_kml_file_is_refused(tmp_path, content, part):
    path = tmp_path / "a.kml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DocumentError) as refusal:
        sites(path)
    assert str(refusal.value).startswith(f"{path}: ")
    assert part in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "text", ["", "1", "a,b", "1,95", "nan,1", "1e400,2", "1,2 3,4", "1,2,3,4,5", "1,,2"]
)
def test_invalid_coordinates_of_a_placemark_are_reported(tmp_path, text):
    (tmp_path / "a.kml").write_text(KML.format(POINT.format(text)))
    result, _ = sites(tmp_path / "a.kml")
    assert [reject.row for reject in result.rejects] == [1]


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_kmz_file_is_read_within_limits(tmp_path):
    document = KML.format(POINT.format("42.4412,33.7856"))
    result, _ = sites(zipped(tmp_path / "a.kmz", {"../../doc.kml": document, "other.kml": "x"}))
    assert positions(result) == {"A": (33.7856, 42.4412)}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.kmz"]
    with pytest.raises(DocumentError, match="times its size"):
        sites(zipped(tmp_path / "b.kmz", {"doc.kml": document + " " * 20_000_000}))
    with pytest.raises(DocumentError, match=r"contains no \.kml file"):
        sites(zipped(tmp_path / "c.kmz", {"doc.txt": ""}))
    (tmp_path / "d.kmz").write_text(document)
    with pytest.raises(DocumentError, match="is not a zip archive"):
        sites(tmp_path / "d.kmz")


def test_an_archive_with_a_false_size_is_not_read_further(tmp_path, monkeypatch):
    from rangemap.sites.readers import archives

    monkeypatch.setattr(archives, "LARGEST_IMPORT", 1000)
    path = zipped(tmp_path / "a.kmz", {"doc.kml": bytes(range(256)) * 30})
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = content.index(signature) + offset
        content[at : at + 4] = struct.pack("<I", 999)
    path.write_bytes(bytes(content))
    with pytest.raises(DocumentError, match=r"doc.kml (is larger than|cannot be unpacked)"):
        sites(path)


VRT = '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>b.csv</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'


@pytest.mark.parametrize("suffix", ["gpkg", "fgb", "shp"])
def test_a_file_that_refers_to_another_is_not_followed(tmp_path, suffix):
    (tmp_path / f"a.{suffix}").write_text(VRT)
    with pytest.raises(DocumentError, match=f"is not a .{suffix} file by its content"):
        sites(tmp_path / f"a.{suffix}")
    path = zipped(tmp_path / "a.zip", {"a.shp": VRT, "a.dbf": ""})
    with pytest.raises(DocumentError, match=r"is not a \.shp file by its content"):
        sites(path)


def test_unknown_and_disguised_file_types_are_refused(tmp_path):
    (tmp_path / "a.docx").write_text("")
    with pytest.raises(DocumentError, match=r"unknown file type '.docx'; expected .csv"):
        sites(tmp_path / "a.docx")
    (tmp_path / "a.kml").write_text(KML.format(""))
    with pytest.raises(DocumentError, match=r"unknown file type '.kml'"):
        weapons(tmp_path / "a.kml")
    zipped(tmp_path / "a.csv", {"x": "y"})
    with pytest.raises(DocumentError, match=r"is a zip archive \(.xlsx\?\) by its content"):
        sites(tmp_path / "a.csv")
    for name in ("a.xlsx", "a.parquet"):
        (tmp_path / name).write_text("name,lat,lon")
        with pytest.raises(DocumentError, match=r"is not a zip archive|cannot be read as Parquet"):
            sites(tmp_path / name)
    zipped(tmp_path / "b.xlsx", {"xl/workbook.xml": "<!DOCTYPE a>"})
    with pytest.raises(DocumentError, match="declares a document type"):
        sites(tmp_path / "b.xlsx")
    zipped(tmp_path / "c.xlsx", {"xl/workbook.xml": "<a/>"})
    with pytest.raises(DocumentError, match="cannot be read as a workbook"):
        sites(tmp_path / "c.xlsx")


def xlsx_bytes() -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.add_worksheet().write_row(0, 0, ["name", "lat", "lon"])
    return content.getvalue()


@pytest.mark.parametrize(
    "suffix", ["csv", "csv.gz", "kml", "kmz", "xlsx", "geojson", "zip", "parquet"]
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
@example(content=b"")
@example(content=b'"')
@example(content=b"sep=;")
@example(content=b"name;lat;lon\n\0;\0;\0")
@example(content=b"\xff\xfea")
@example(content=xlsx_bytes())
@example(content=b"PK\x05\x06" + b"\0" * 18)
@example(content=b"name,lat,lon\nA,1,2\n" * 2)
def test_no_bytes_cause_a_crash(tmp_path, suffix, content):
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(content)
    for read in (sites, weapons):
        try:
            result, _ = read(path)
        except RangemapError as error:
            assert "\n" not in str(error)
        else:
            assert result.n_rows >= len(result.rejects)
