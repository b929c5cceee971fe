"""Seeds for fuzzing: records of our own data, and small files of every format."""

from __future__ import annotations

import gzip
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_MOST = 60


def _catalogue() -> Iterator[bytes]:
    text = (ROOT / "data" / "weapons.yaml").read_text("utf-8")
    entries = re.split(r"(?m)^(?=  - id: )", text)[1 : _MOST + 1]
    for entry in entries:
        yield f"weapons:\n{entry}".encode()
    yield b"weapons: [{id: a, name: A, country: X, category: c, default_variant: V, claims: [{id: c, variant: V, range: 250 km (min 5 km), doubtful: true, retracted: 2024-01, checked: 2024, source: {publisher: P, url: 'https://e.org/'}}]}]"


def _scenarios() -> Iterator[bytes]:
    for path in sorted((ROOT / "maps").glob("*.yaml")):
        yield path.read_bytes()
    yield b"origins: '33,44'\nranges: ['P=250 km (min 5 km)']\nextent: 35,25,60,40\nunits: nmi\nas_of: 2024-01\ndetail: low\nlang: ar\ntiles: a\n"


def _registry() -> Iterator[bytes]:
    content = json.loads((ROOT / "data" / "sites.geojson").read_text("utf-8"))
    for feature in content["features"][:_MOST]:
        yield json.dumps(content | {"features": [feature]}, ensure_ascii=False).encode()


def _documents() -> Iterator[bytes]:
    yield from list(_catalogue())[:10]
    yield from list(_registry())[:10]
    yield from (
        b"a: [b, {c: d}]\n'e': |\n  f\n",
        b"? a\n: b",
        b"--- &a !b c\n...\n",
        b'{"a": [1e9, null, "\\u00e9"]}',
    )


def _styles() -> Iterator[bytes]:
    yield b"colours: {ballistic: '#D55E00', origin: '#B3001B'}\nfont: [Noto Sans, Arial]\ncredit: A\n"
    yield b"logo: a.png\nlogo_alt: B\n"
    for path in sorted((ROOT / "maps").rglob("*style*.yaml")):
        yield path.read_bytes()


def _csv() -> Iterator[bytes]:
    yield b'name,lat,lon,precision_km,kind\nA,33.78,42.44,0.5,base\n"B, C",-1e1,+180,,\n'
    yield "ident;latitude_deg;longitude_deg\r\nÄ;1;2\r\n".encode("utf-16")
    yield b"\xef\xbb\xbfid\tY\tX\nA\t1.5\t2.5\n"


def _geojson() -> Iterator[bytes]:
    yield from list(_registry())[:5]
    yield b'{"type":"FeatureCollection","features":[{"type":"Feature","id":7,"geometry":{"type":"Point","coordinates":[1,2,3]},"properties":{"name":"A","precision_km":1,"x":[null,{"y":true}]}}]}'


def _kml() -> Iterator[bytes]:
    yield b'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><Placemark id="a"><name>A</name><description><![CDATA[<b>]]></description><ExtendedData><Data name="country"><value>X</value></Data><SchemaData><SimpleData name="kind">k</SimpleData></SchemaData></ExtendedData><Point><coordinates>42.4,33.7,0</coordinates></Point></Placemark></Folder></Document></kml>'
    yield b"<?xml version='1.0' encoding='UTF-8'?><Placemark><name>A</name><Point><coordinates> 1 , 2 </coordinates></Point></Placemark>"


def _gpx() -> Iterator[bytes]:
    yield b'<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1"><wpt lat="33.7" lon="42.4"><ele>9</ele><name>A</name><desc>B</desc><sym>Flag</sym></wpt></gpx>'
    yield b'<gpx><wpt lat="1" lon="2"/><rte><rtept lat="1" lon="2"/></rte><trk/></gpx>'


def _sequences() -> Iterator[bytes]:
    one = b'{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":{"name":"A"}}'
    yield b"\0\x1e" + one + b"\n\x1e" + one + b"\n"
    yield b"\1" + one + b"\n" + one
    yield b'\2[{"name":"A","lat":1.5,"lon":"2.5","x":[1]},{"name":"B","lat":3,"lon":4}]'


def _cells() -> Iterator[bytes]:
    point = b"\1\1\0\0\0" + b"\0" * 16
    yield point
    yield b"\0" + b"\0\0\0\1" + b"@" * 16
    yield b"\1\1\0\0\x20\xe6\x10\0\0" + point[5:]
    yield b"\1\4\0\0\0\1\0\0\0" + point
    for text in (
        "SRID=4326;POINT Z (44.3 33.3 0)", "MULTIPOINT((1 2))",
        "<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(33.3 44.3)",
        '{"type":"Point","coordinates":[44.3,33.3],"crs":{"properties":{"name":"EPSG:4326"}}}',
        "354121N 0511848E", "N051.28.39.000 W000.27.41.000", "+35.4121-051.1848/", "(33.3, 44.3)",
        "44.3,33.3,0", "33-47-08N 042-26-28E", "38SLC4488", "0101000000",
    ):  # fmt: skip
        yield text.encode()


def _columns() -> Iterator[bytes]:
    yield b"\xffA;12;3;4.5;S;77;9;0;W\nB;1;2;3;N;4;5;6;E\n"
    yield b"\x11A;1203.000;07709.000\nB;3330.500;04415.250\n"
    yield b"\x99A;12,05;S;77,15;W\n"
    yield "\x11A;12°03'00\"S;77°09'W\n".encode("latin-1")


def _frame_files() -> Iterator[tuple[str, bytes]]:
    import geopandas as gpd

    frame = gpd.GeoDataFrame(
        {"name": ["A", "Ä"], "kind": ["k", None]},
        geometry=gpd.points_from_xy([1, 2], [3, 4]),
        crs=4326,
    )
    with tempfile.TemporaryDirectory() as folder:
        for suffix in (".fgb", ".shp", ".gpkg", ".parquet"):
            path = Path(folder) / f"a{suffix}"
            frame.to_parquet(path) if suffix == ".parquet" else frame.to_file(path)
            yield suffix, path.read_bytes()
        frame.loc[0, "geometry"] = None
        frame.to_file(path.with_suffix(".fgb"), SPATIAL_INDEX="NO")
        yield ".fgb", path.with_suffix(".fgb").read_bytes()
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for path in Path(folder).glob("a.[sdpc][hbrp]*"):
                archive.write(path, path.name)
        yield ".zip", content.getvalue()


def _vector() -> Iterator[bytes]:
    order = (".fgb", ".shp", ".gpkg", ".parquet")
    for suffix, content in _frame_files():
        if suffix in order:
            yield bytes([order.index(suffix)]) + content


def _importing() -> Iterator[bytes]:
    table = (
        b"name;lat;lon;country;range (nmi);date;min_range\nA;33,5;42,25;Iraq;1.300;03/04/2024;5\n"
    )
    position = (
        b'site,coordinates,source\nA,"33 47 08 N 42 26 28 E",P\nB,38SLC4488,Q\nC,"(1.5, 2.5)",R\n'
    )
    kinds = (".csv", ".tsv", ".csv.gz", ".geojson", ".kmz", ".xlsx", ".zip", ".parquet", ".gpkg")
    for byte in (0, 0x80 + 7):
        for content in (table, position, b"sep=,\nname,wkt\nA,POINT (1 2)\n"):
            yield bytes([byte - byte % 9 + (9 if byte else 0)]) + content
    yield bytes([1]) + table.replace(b";", b"\t")
    yield bytes([2]) + gzip.compress(table)
    yield bytes([3]) + next(_geojson())
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as kmz:
        kmz.writestr("doc.kml", next(_kml()))
    yield bytes([4]) + archive.getvalue()
    import openpyxl

    book, content = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["name", "lat", "lon", "range_km"])
    book.active.append(["A", 1.5, 2.5, "=1+1"])
    book.save(content)
    yield bytes([5]) + content.getvalue()
    for suffix, inside in _frame_files():
        if suffix in kinds:
            yield bytes([kinds.index(suffix)]) + inside


def _quoted(*tests: str) -> Iterator[bytes]:
    """Yield every short quoted text of some tests: typical input, valid and invalid."""
    found: dict[str, None] = {}
    for test in tests:
        text = (ROOT / "tests" / test).read_text("utf-8")
        for match in re.finditer(r"\"((?:[^\"\\\n]|\\.){1,100})\"", text):
            found.setdefault(match[1].replace('\\"', '"'))
    for text in found:
        yield text.encode()


SEEDS: dict[str, Callable[[], Iterator[bytes]]] = {
    "catalogue": _catalogue,
    "scenario": _scenarios,
    "registry": _registry,
    "documents": _documents,
    "style": _styles,
    "sites-csv": _csv,
    "sites-geojson": _geojson,
    "sites-kml": _kml,
    "sites-vector": _vector,
    "sites-gpx": _gpx,
    "sites-sequence": _sequences,
    "cell": _cells,
    "columns": _columns,
    "importing": _importing,
    "position": lambda: _quoted("places/test_positions.py"),
    "place": lambda: _quoted(
        "places/test_positions.py", "places/test_gazetteer.py", "places/test_places.py"
    ),
    "range": lambda: _quoted("wording/test_quantities.py", "importing/test_weapons.py"),
}
