"""Text in other encodings is read in the right one, or refused with encodings that make letters of it."""

import re
import shutil
import struct

import geopandas as gpd
import pyogrio
import pytest
from shapely import Point

from rangemap.errors import DocumentError, RangemapError, UsageError
from rangemap.importing.decisions import ImportLog, make_decisions
from rangemap.importing.sites import import_sites
from rangemap.sites import open_sites
from rangemap.sites.readers.shapefile import _PAGE_OF_BYTE, _encoding_of_page
from tests.importing.reading import noted, positions, sites

PLACES = {
    "cp1252": ["Köflach", "Évreux", "Værøy"],
    "cp1250": ["Łódź", "Kraków", "Čáslav"],
    "cp1251": ["Мурманск", "Энгельс", "МОЗДОК"],
    "koi8-r": ["Мурманск", "Энгельс"],
    "cp866": ["Мурманск", "Энгельс"],
    "cp1253": ["Αθήνα", "Σούδα"],
    "cp1255": ["רמת דוד", "פלמחים"],
    "cp1256": ["فاتح", "بغداد"],
    "cp1254": ["Şanlıurfa", "Diyarbakır"],
    "gb18030": ["北京", "酒泉"],
    "big5": ["台北", "花蓮"],
    "shift_jis": ["東京", "三沢飛行場"],
    "euc_kr": ["서울", "평양"],
    "mac-roman": ["Theiß", "Köflach"],
}


def shapefile(folder, names, encoding, *, cpg=None, language=0):
    """Write a shapefile by GDAL, then put the names into its .dbf byte by byte."""
    width = 40
    frame = gpd.GeoDataFrame(
        {"name": ["x" * width] * len(names)},
        geometry=[Point(44 + i, 33) for i in range(len(names))],
        crs="EPSG:4326",
    )
    path = folder / "a.shp"
    pyogrio.write_dataframe(frame, path, driver="ESRI Shapefile")
    path.with_suffix(".cpg").unlink()
    content = bytearray(path.with_suffix(".dbf").read_bytes())
    start, length = struct.unpack("<HH", content[8:12])
    for i, name in enumerate(names):
        at = start + i * length + 1
        content[at : at + width] = name.encode(encoding).ljust(width)[:width]
    content[29] = language
    path.with_suffix(".dbf").write_bytes(content)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    return path


def csv(folder, names, encoding, end="\n"):
    lines = ["name,lat,lon", *(f"{name},{33 + i},44" for i, name in enumerate(names)), ""]
    path = folder / "a.csv"
    path.write_bytes(end.join(lines).encode(encoding))
    return path


@pytest.mark.parametrize("write", [shapefile, csv])
@pytest.mark.parametrize("encoding", PLACES)
def test_undeclared_text_is_refused_with_its_encoding_among_few_and_then_read(
    tmp_path, write, encoding
):
    names = PLACES[encoding]
    old_mac = {"end": "\r"} if write is csv and encoding == "mac-roman" else {}
    path = write(tmp_path, names, encoding, **old_mac)
    with pytest.raises(DocumentError, match="specify the encoding") as refusal:
        sites(path)
    offered = re.findall(r"([a-z0-9_-]+) '([^']*)'", str(refusal.value).partition("NAME: ")[2])
    assert (encoding, re.match(r"\w+", names[0])[0]) in offered
    assert len(offered) <= 5
    result, log = sites(path, encoding=encoding)
    assert list(positions(result)) == names
    assert noted(log, "encoding").startswith(f"{encoding} (given; ")


def test_line_ends_of_old_macs_put_mac_roman_first_and_count_as_rows(tmp_path):
    path = csv(tmp_path, ["Theiß", "Köflach"], "mac-roman", end="\r")
    with pytest.raises(DocumentError, match=r"row 2: byte 0xa7 .* NAME: mac-roman 'Theiß'"):
        sites(path)


@pytest.mark.parametrize(
    ("encoding", "cpg"),
    [("cp1251", "1251"), ("cp1251", "CP1251\n"), ("cp1251", "ANSI 1251"), ("cp866", "OEM 866"),
     ("iso8859-5", "88595"), ("iso8859-5", "ISO 8859-5"), ("koi8-r", "KOI8-R"), ("utf-8", "UTF-8"),
     ("utf-8", "65001")],
)  # fmt: skip
def test_a_cpg_file_declares_the_encoding(tmp_path, encoding, cpg):
    path = shapefile(tmp_path, ["Мурманск"], encoding, cpg=cpg)
    result, log = sites(path)
    assert list(positions(result)) == ["Мурманск"]
    assert "declares" in noted(log, "encoding")
    if cpg not in {"OEM 866", "65001"}:  # which GDAL does not know
        assert pyogrio.read_dataframe(path)["name"].tolist() == ["Мурманск"]


EAST_ASIAN = {"cp932": "東京", "gbk": "北京", "cp949": "서울", "cp950": "台北"}
PYTHON_DIFFERS = {"mac-cyrillic": "Мурманск"}  # in one rare letter


def test_every_language_byte_is_read_as_gdal_reads_it(tmp_path):
    letters = bytes(range(0xA1, 0x100))
    for byte, page in _PAGE_OF_BYTE.items():
        encoding = _encoding_of_page(page)
        pairs = (letters[i : i + 2] for i in range(0, len(letters), 2))
        names = [text for pair in pairs if (text := pair.decode(encoding, "ignore").strip())]
        word = {**EAST_ASIAN, **PYTHON_DIFFERS}.get(encoding)
        names = names if word is None else [word]
        path = shapefile(tmp_path, names, encoding, language=byte)
        assert pyogrio.read_dataframe(path)["name"].tolist() == names, hex(byte)


def test_a_language_byte_declares_the_encoding_and_the_systems_own_does_not(tmp_path):
    path = shapefile(tmp_path, ["Мурманск"], "cp1251", language=0xC9)
    assert list(positions(sites(path)[0])) == ["Мурманск"]
    path = shapefile(tmp_path, ["Мурманск"], "cp1251", language=0x57)
    with pytest.raises(DocumentError, match=r"no valid \.cpg"):
        sites(path)


def test_a_declaration_that_does_not_fit_is_refused(tmp_path):
    path = shapefile(tmp_path, ["Мурманск"], "cp1251", cpg="UTF-8")
    with pytest.raises(DocumentError, match=r"not utf-8, which its .cpg declares.*cp1251 'Мурм"):
        sites(path)


def test_text_cut_within_a_letter_at_the_width_of_its_field_is_read(tmp_path):
    name = "Å" * 19 + "aå"  # the last letter has one byte in a field of 40
    path = shapefile(tmp_path, [name], "utf-8", cpg="UTF-8")
    assert list(positions(sites(path)[0])) == [name[:-1]]


def test_valid_utf8_needs_no_declaration_and_ascii_no_decision(tmp_path):
    assert list(positions(sites(shapefile(tmp_path, ["Ålesund"], "utf-8"))[0])) == ["Ålesund"]
    result, log = sites(shapefile(tmp_path, ["Erbil"], "ascii"))
    assert list(positions(result)) == ["Erbil"]
    assert not noted(log, "encoding")


def test_a_check_asks_for_the_encoding_of_a_shapefile_with_the_import_that_gives_it(tmp_path):
    path = shapefile(tmp_path, ["Мурманск"], "cp1251")
    with pytest.raises(RangemapError, match=r"rangemap sites import .* --encoding NAME"):
        open_sites(str(path)).table()


def test_a_zipped_shapefile_keeps_its_declaration(tmp_path):
    path = shapefile(tmp_path, ["Мурманск"], "cp1251", cpg="1251")
    shutil.make_archive(str(tmp_path / "b"), "zip", path.parent)
    assert list(positions(sites(tmp_path / "b.zip")[0])) == ["Мурманск"]


@pytest.mark.parametrize(
    ("suffix", "options", "refused"),
    [
        (".kml", {"encoding": "cp1251"}, "--encoding"), (".kml", {"sheet": "A"}, "--sheet"),
        (".csv", {"sheet": "A"}, "--sheet"), (".csv", {"layer": "a"}, "--layer"),
        (".xlsx", {"delimiter": ";"}, "--delimiter"), (".xlsx", {"encoding": "cp1251"}, "--encoding"),
        (".geojson", {"header_row": 1}, "--header-row"), (".shp", {"delimiter": ";"}, "--delimiter"),
        (".fgb", {"layer": "a"}, "--layer"), (".gpkg", {"encoding": "cp1251"}, "--encoding"),
        (".parquet", {"header_row": 2}, "--header-row"),
    ],
)  # fmt: skip
def test_an_option_without_effect_is_refused(tmp_path, suffix, options, refused):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"")
    log = ImportLog(path, make_decisions(**options), frozenset(options))
    with pytest.raises(UsageError, match=f"{refused} has no effect on a {suffix} file"):
        import_sites(log)


@pytest.mark.parametrize("options", [{"order": "lat,lon"}, {"wrap": True}, {"decimal": "comma"}])
def test_an_option_about_columns_of_positions_is_refused_where_there_are_none(tmp_path, options):
    path = tmp_path / "a.geojson"
    path.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name":'
        ' "A"}, "geometry": {"type": "Point", "coordinates": [44, 33]}}]}'
    )
    log = ImportLog(path, make_decisions(**options), frozenset(options))
    with pytest.raises(UsageError, match="has no effect"):
        import_sites(log)
