"""Hostile files: for each kind of reader, files that could hang, crash, mislead or exhaust it.

``scale`` divides sizes, so that the suite stays fast; ``make hostile`` runs everything at full
size.
"""

import base64
import gzip
import io
import os
import socket
import sqlite3
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

MILLION = 1_000_000


Content = bytes | Callable[[Path], None]


def files(family: str, scale: int = 1) -> Iterator[tuple[str, Content]]:
    """Yield what is wrong with each file of a family, and its content or a function that writes it."""
    yield from _FAMILIES[family](MILLION // scale)
    yield from _bytes(1000 * MILLION // scale)


def special(stem: Path, suffix: str) -> Iterator[tuple[str, Path]]:
    """Create things that are not regular files; yield a description and the path."""
    for number, (what, make) in enumerate((
        ("fifo", os.mkfifo),
        ("endless device", lambda p: p.symlink_to("/dev/zero")),
        ("terminal", lambda p: p.symlink_to("/dev/tty")),
        ("link to itself", lambda p: p.symlink_to(p)),
        ("directory", Path.mkdir),
        ("socket", _socket),
        ("nothing", lambda _: None),
    )):  # fmt: skip
        path = stem.with_name(f"{stem.name}{number}{suffix}")
        make(path)
        yield what, path


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(os.path.relpath(path))


ELSEWHERE = (
    "/vsicurl/http://127.0.0.1:9/a{}", "/vsizip/a.zip/a{}", "/vsistdin/a{}", "/vsimem/a{}",
    "http://127.0.0.1:9/a{}", "file:///etc/hostname{}", "PG:dbname=x{}", "ftp://127.0.0.1:9/a{}",
    "GPKG:/etc/hostname{}", "data:text/csv,a{}", "s3://::a{}", "\n{}", "a" * 3000 + "{}",
 "simplecache::http://127.0.0.1:9/a{}",
)  # fmt: skip
"""Names that lead away from this machine's files if a library opens them."""

VRT = b"""<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>good.csv</SrcDataSource>
<GeometryField encoding="PointFromColumns" x="lon" y="lat"/></OGRVRTLayer></OGRVRTDataSource>"""


def _bytes(huge: int) -> Iterator[tuple[str, Content]]:
    """Bytes that are valid in no text or binary format."""
    yield "empty", b""
    yield "zero bytes", b"\0" * 1000
    yield "bytes that are not UTF-8", b"name,lat,lon\n\xff\xfe\xfd,1,2\n"
    yield "UTF-16 without a byte order mark", "name,lat,lon\nA,1,2\n".encode("utf-16-le")
    yield "half of a UTF-16 file", "name,lat,lon\nA,1,2\n".encode("utf-16")[:-1]
    yield "a byte order mark only", b"\xff\xfe"
    yield "lone surrogate", b"name: \xed\xa0\x80"
    yield "VRT", VRT
    yield "zip of something else", _zip({"a": b"a"})
    yield "HTML", b"<!doctype html><script>alert(1)</script>"

    def sparse(path: Path) -> None:
        with path.open("wb") as file:
            file.truncate(huge)

    def line(path: Path) -> None:
        with path.open("wb") as file:
            for _ in range(huge // MILLION):
                file.write(b"a" * MILLION)

    yield "one line, sparse", sparse
    yield "one line", line


# -- YAML ---------------------------------------------------------------------------------------


def _yaml(n: int) -> Iterator[tuple[str, Content]]:
    yield "brackets", b"[" * n
    yield "braces", b"{a: " * n
    yield "dashes", b"- " * n
    yield "question marks", b"? " * n
    yield "closed brackets", b"[" * n + b"]" * n
    laughs = "a0: &a0 [x, x]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 30)
    )
    yield "alias bomb", laughs.encode()
    yield (
        "merge bomb",
        "".join(
            f"m{i}: &m{i}\n  <<: [{', '.join([f'*m{i - 1}'] * 9) if i else ''}]\n"
            for i in range(30)
        ).encode(),
    )
    yield "self reference", b"a: &a [*a]"
    yield "duplicate key", b"weapons: []\nweapons: []\n"
    yield "tag", b"!!python/object/apply:os.system [id]"
    yield "local tag", b"title: !x y"
    yield "two documents", b"title: a\n---\ntitle: b\n"
    yield "20,000 digits", b"title: " + b"9" * 20_000
    yield "20,000 digits as a key", b"9" * 20_000 + b": 1"
    yield "a long key", b"a" * n + b": 1"
    yield "a long value", b"title: '" + b"a" * (8 * n) + b"'"
    yield "a long value where none is expected", b"nonsense: '" + b"a" * (8 * n) + b"'"
    yield "many values", b"weapons:\n" + b"- a\n" * (8 * n)
    yield "many empty lists", b"weapons: [" + b"[]," * (8 * n) + b"]"
    yield "many keys", b"".join(b"k%d: 1\n" % i for i in range(2 * n))
    yield "many unknown keys", b"".join(b"key%d: 1\n" % i for i in range(n // 3))
    entry = "- {id: w%d, name: '%s', colour: red, size: 3}\n"
    yield (
        "many bad records",
        ("weapons:\n" + "".join(entry % (i, "x" * 50) for i in range(n // 10))).encode(),
    )
    claims = ",".join(
        f"{{id: c{i}, range: 5 km, source: {{publisher: P}}}}" for i in range(n // 10)
    )
    yield (
        "many claims of one weapon",
        (
            f"weapons: [{{id: a, name: A, country: X, category: c, claims: [{claims}, "
            "{id: c0, range: 5 km, source: {publisher: P}}]}]"
        ).encode(),
    )
    yield "a long list as an id", b"weapons: [{id: [" + b"a," * n + b"], name: A}]"
    yield "lists for all values", b"weapons: []\ntitle: []\norigins: {}\nranges: [[1 km]]\n"
    yield "control characters", b'title: "\\e[2J\\a"'
    yield "a mapping for a text", b"title: {1: 2}"
    yield (
        "names of other files",
        (
            b"origins: ['0,0']\nranges: [1 km]\nsites: /vsicurl/http://127.0.0.1:9/a.gpkg\n"
            b"registry: /dev/zero\ncatalogue: [/dev/zero]\nstyle: /dev/zero\nlogo: /dev/zero\n"
        ),
    )
    yield "an endless logo", b"logo: /dev/zero\nlogo_alt: a"
    yield "a large logo", b"logo: large.png\nlogo_alt: a"
    yield "many origins", b"origins: [" + b"'0,0'," * (n // 10) + b"]\nranges: [1 km]"
    yield (
        "similar names",
        b"origins: ['0,0']\nweapons: [" + b"zulfikarr," * 300 + b"]",
    )
    yield "an endless comment", b"#" * (8 * n)
    yield "tabs", b"\t" * n
    yield "spaces", b" " * (8 * n)
    yield "dots", b"a: 1\n" + b"...\n" * n
    yield "directives", b"%YAML 9.9\n" * n + b"---\na: 1"


# -- JSON ---------------------------------------------------------------------------------------


def _collection(features: str) -> bytes:
    return f'{{"type": "FeatureCollection", "features": [{features}]}}'.encode()


def _feature(properties: str = '{"name": "A"}', geometry: str = "") -> str:
    geometry = geometry or '{"type": "Point", "coordinates": [1, 2]}'
    return f'{{"type": "Feature", "geometry": {geometry}, "properties": {properties}}}'


def _json(n: int) -> Iterator[tuple[str, Content]]:
    yield "brackets", b"[" * n
    yield "objects", b'{"a":' * n
    yield "closed brackets", b"[" * n + b"]" * n
    nested = '{"type":"GeometryCollection","geometries":['
    yield (
        "nested collections",
        _collection(_feature(geometry=nested * (n // 10) + "]}" * (n // 10))),
    )
    for depth in (100, 300, 600, 900, 940, 960, 970, 980, 985, 990):
        inside = '{"name": "A", "a": ' + "[" * depth + "]" * depth + "}"
        yield f"a property {depth} deep", _collection(_feature(inside))
    yield (
        "wide and deep",
        _collection(_feature('{"name": "A", "a": ' + "[" * 500 + "1," * n + "1" + "]" * 500 + "}")),
    )
    yield (
        "20,000 digits",
        _collection(_feature(geometry='{"type":"Point","coordinates":[' + "9" * 20_000 + ",1]}")),
    )
    yield (
        "20,000 decimals",
        _collection(_feature(geometry='{"type":"Point","coordinates":[1.' + "9" * 20_000 + ",1]}")),
    )
    for word in ("NaN", "1e999", "-Infinity", "1e-999", "9" * 99, "true", '"1"', "null", "[1]"):
        yield (
            f"position {word[:12]}",
            _collection(_feature(geometry=f'{{"type":"Point","coordinates":[{word},1]}}')),
        )
    yield "many empty lists", _collection("[]," * (20 * n) + "[]")
    yield "many features without a name", _collection(",".join([_feature("{}")] * (n // 10)))
    yield (
        "a different key in each feature",
        _collection(",".join(_feature(f'{{"name": "{i}", "key{i}": 1}}') for i in range(n // 10))),
    )
    keys = ",".join(f'"k{i}": 1' for i in range(n // 3))
    yield "many keys", _collection(_feature(f'{{"name": "A", {keys}}}'))
    yield (
        "the last of many keys twice",
        _collection(_feature(f'{{"a": 0, {keys}, "k{n // 3 - 1}": 1}}')),
    )
    yield "duplicate key", b'{"type": "FeatureCollection", "type": "x", "features": []}'
    yield "an unpaired surrogate", _collection(_feature('{"name": "\\ud800"}'))
    yield "an unpaired surrogate in a key", _collection(_feature('{"name": "A", "\\udfff": 1}'))
    yield "a long type", b'{"type": "' + b"a" * (8 * n) + b'"}'
    yield (
        "a long type of geometry",
        _collection(_feature(geometry='{"type": "' + "a" * (8 * n) + '"}')),
    )
    yield "a geometry that is a list", _collection(_feature(geometry="[" + "1," * n + "1]"))
    yield "a long name", _collection(_feature('{"name": "' + "a" * (8 * n) + '"}'))
    yield "a long list as a name", _collection(_feature('{"name": [' + "1," * n + "1]}"))
    yield (
        "many vertices",
        _collection(
            _feature(geometry='{"type":"LineString","coordinates":[' + "[1,2]," * n + "[1,2]]}")
        ),
    )
    yield "an endless string", b'{"a": "' + b"x" * (8 * n)
    yield "backslashes", b'{"a": "' + b"\\" * n
    yield "features that are an object", b'{"type": "FeatureCollection", "features": {}}'
    yield "a number", b"1"
    yield "spaces", b" " * (8 * n)
    yield "line ends", b"\n" * (8 * n) + b"x"


def _sequence(n: int) -> Iterator[tuple[str, Content]]:
    """GeoJSON as one text for each line or record."""
    one = _feature().encode()
    yield from _json(n)
    yield "record separators", b"\x1e" * (8 * n)
    yield "record separators and one text", b"\x1e" * n + one
    yield "many texts", (b"\x1e" + one + b"\n") * (n // 5)
    yield "many bad texts", (b"\x1e[1, 2]\n") * (n // 5)
    yield "many numbers", b"1\n" * (8 * n)
    yield "texts in one line", one * (n // 10)
    yield "a text cut short", b"\x1e" + one + b"\n\x1e" + one[:-9]
    yield "a separator inside a text", one.replace(b"A", b"\x1e")
    yield "collections in a sequence", (_collection(_feature()) + b"\n") * (n // 20)
    yield (
        "a different key in each text",
        b"".join(
            _feature(f'{{"name": "{i}", "key{i}": 1}}').encode() + b"\n" for i in range(n // 10)
        ),
    )


def _objects(n: int) -> Iterator[tuple[str, Content]]:
    """A list of objects with positions."""
    one = '{"name": "A", "lat": 1, "lon": 2}'
    yield "many objects", f"[{','.join([one] * (n // 5))}]".encode()
    yield "many empty objects", f"[{'{},' * n}{{}}]".encode()
    yield "a list in a list", b"[" * 200 + one.encode() + b"]" * 200
    keys = ",".join(f'{{"k{i}": 1, "lat": 1, "lon": 2}}' for i in range(n // 10))
    yield "a different key in each object", f"[{keys}]".encode()
    for word in ("1" + "0" * 400, "1e999", "NaN", "true", '"1"', "null", "[1]", "9" * 5000):
        yield f"latitude {word[:12]}", f"[{one.replace('1,', f'{word},')}]".encode()
        name = one.replace('"A"', word)
        yield f"name {word[:12]}", f"[{name}]".encode()
    yield "values of all kinds", f'[{one}, 1, "x", null, [], {{"lat": {{}}, "lon": []}}]'.encode()


# -- delimited text -----------------------------------------------------------------------------


def _csv(n: int) -> Iterator[tuple[str, Content]]:
    head = b"name,lat,lon\n"
    yield "commas", b"," * (16 * n)
    yield "a row of commas", head + b"," * (16 * n)
    yield "many columns", b",".join(b"c%d" % i for i in range(n // 3)) + b",name,lat,lon\n"
    yield (
        "the last of many columns twice",
        b",".join(b"c%d" % i for i in range(n // 8)) + b",c%d\n" % (n // 8 - 1),
    )
    yield "blank lines", head + b"\n" * (32 * n)
    yield "empty rows of delimiters", b"a,b,c\n" + b",,\n" * (8 * n)
    yield "short rows", head + b"A,1,2\n" * (4 * n * n // MILLION)
    yield "torn rows", head + b"A\n" * (4 * n)
    yield "bad rows", head + b"A,x,y\n" * n
    yield "one name", head + b"".join(b"A,1,%d.%06d\n" % (i % 90, i) for i in range(n // 5))
    yield "an open quote", head + b'"' + b"A,1,2\n" * n
    yield "quotes", head + b'"' * (4 * n + 1)
    yield "a long name", head + b"a" * 131_000 + b",1,2\n"
    yield "a longer name", head + b"a" * 200_000 + b",1,2\n"
    yield "a long header", b"a" * 100_000 + b",name,lat,lon\n"
    yield "spaces in a header", b"a" + b" " * 100_000 + b"(,name,lat,lon\nA,1,1,2\n"
    for what, text in (
        ("spaces", "1" + " " * 100_000 + "2"), ("digits", "1" * 100_000),
        ("letters", "a" * 100_000 + "1"), ("commas", "1" + ",1" * 50_000),
        ("dots", "." * 100_000), ("brackets", "(" * 100_000), ("signs", "-" * 100_000),
        ("minima", "5 (min" * 16_000), ("WKT", "POINT" + " " * 100_000 + "x"),
        ("degrees", "1°" * 50_000), ("miles", "statute " * 12_000), ("accents", "e\u0301" * 30_000),
    ):  # fmt: skip
        cell = '"' + text + '"'
        for column in (
            "lat",
            "position",
            "wkt",
            "precision_km",
            "range",
            "date",
            "minimum",
            "unit",
        ):
            table = f"name,lon,{column}\nA,1,{cell}\nB,2,{cell}\n"
            if column in {"precision_km", "range", "date", "minimum", "unit"}:
                table = f"name,lon,lat,range,low,{column}x,{column}\nA,1,2,5 km,3,,{cell}\n"
                table = table.replace(",range,low,", ",") if column == "range" else table
            yield f"{what} in {column}", table.encode()
    for word in ("NaN", "1e999", "inf", "9" * 20_000, "1_0", "0x1", "\u0663", "1e-999", "true"):
        yield f"position {word[:12]}", f"name,lat,lon\nA,{word},1\n".encode()
    for what, cell in _geometry_cells():
        quoted = '"' + cell.replace('"', '""') + '"'
        yield f"{what} in a cell", f"name;geom\nA;POINT(1 2)\nB;{quoted}\n".encode()
    parts = "name,lat_deg,lat_min,lat_sec,lat_hemi,lon_deg,lon_min,lon_sec,lon_hemi\n"
    for word in ("9" * 400, "1e999", "NaN", "-0", "59.9999999999999999", "N", ""):
        yield f"minutes {word[:12]}", (parts + f"A,1,{word},2,N,3,4,5,E\n").encode()
    yield "many rows of parts", (parts + "A,1,2,3,N,4,5,6,E\n" * (n // 5)).encode()
    yield "aviation digits", ("name;position\n" + "A;354121N 0511848E\n" * (n // 5)).encode()
    yield "ASCII and one other character at the end", b"a" * (4 * n) + "é".encode()
    yield "ASCII and one bad byte at the end", b"a" * (4 * n) + b"\xe9"
    yield "carriage returns", head + b"\r" * (8 * n)
    yield "zero bytes in rows", head + b"\0,\0,\0\n" * n
    yield "sep", b"sep=" * n


def _geometry_cells() -> Iterator[tuple[str, str]]:
    """Geometries as text that claim more than there is, or go too deep; below the limit for a cell."""
    collection = b"\x01\x07\0\0\0\x01\0\0\0"
    yield "nested WKB collections", (collection * 400).hex()
    yield (
        "nested WKB collections with a point",
        (collection * 300 + struct.pack("<BIdd", 1, 1, 1, 2)).hex(),
    )
    for kind in range(1, 18):
        for flags in (0, 0x20000000, 0x80000000, 0xE0000000):
            head = struct.pack("<BI", 1, kind | flags) + b"\xff\xff\xff\xff"
            yield f"WKB of kind {kind | flags:x} with 2^32 parts", (head + b"\0" * 40).hex()
    yield "WKB of NaN", struct.pack("<BIdd", 1, 1, float("nan"), float("inf")).hex()
    yield "WKB with bytes behind it", (struct.pack("<BIdd", 1, 1, 1, 2) + b"\0" * 4000).hex()
    yield "big-endian WKB cut short", "0000000001" + "40" * 7
    yield "nested WKT collections", "GEOMETRYCOLLECTION(" * 400 + "POINT(1 2)" + ")" * 400
    yield "WKT of long numbers", f"POINT({'1' * 4000} {'2' * 4000})"
    yield "EWKT of a long SRID", f"SRID={'9' * 4000};POINT(1 2)"
    yield "a reference system without an end", "<" * 4000 + "POINT(1 2)"
    yield (
        "nested GeoJSON collections",
        '{"type":"GeometryCollection","geometries":[' * 100 + "]}" * 100,
    )
    yield "GeoJSON of long numbers", f'{{"type":"Point","coordinates":[{"1" * 4000},2]}}'
    yield "GeoJSON of lists", '{"type":"Point","coordinates":' + "[" * 2000 + "]" * 2000 + "}"
    yield (
        "GeoJSON with a crs of lists",
        '{"type":"Point","crs":' + "[" * 900 + "]" * 900 + ',"coordinates":[1,2]}',
    )


def _gz(n: int) -> Iterator[tuple[str, Content]]:
    for what, content in (
        ("bomb of one line", b"a" * (600 * n)), ("bomb of rows", b"name,lat,lon\n" + b"A,1,2\n" * (60 * n * n // MILLION)),
        ("bomb of line ends", b"name,lat,lon\n" + b"\n" * (600 * n)),
    ):  # fmt: skip
        yield what, gzip.compress(content, 1)
    whole = gzip.compress(b"name,lat,lon\nA,1,2\n")
    yield "cut short", whole[:-9]
    yield "wrong checksum", whole[:-8] + b"\0" * 8
    yield "many members", whole * (n // 10)
    yield "gzip of gzip", gzip.compress(whole)


# -- XML and archives ---------------------------------------------------------------------------


def _kml_of(inside: str) -> bytes:
    return f'<kml xmlns="http://www.opengis.net/kml/2.2">{inside}</kml>'.encode()


def _placemark(more: str = "", text: str = "1,2") -> str:
    return f"<Placemark><name>A</name>{more}<Point><coordinates>{text}</coordinates></Point></Placemark>"


def _kml(n: int) -> Iterator[tuple[str, Content]]:
    laughs = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    yield "billion laughs", f'<!DOCTYPE k [<!ENTITY a0 "ha">{laughs}]><kml>&a9;</kml>'.encode()
    yield (
        "quadratic entity",
        (f'<!DOCTYPE k [<!ENTITY a "{"x" * n}">]><kml>{"&a;" * 1000}</kml>'.encode()),
    )
    yield (
        "external entity",
        b'<!DOCTYPE k [<!ENTITY a SYSTEM "file:///etc/hostname">]><kml>&a;</kml>',
    )
    yield "external type", b'<!DOCTYPE k SYSTEM "http://127.0.0.1:9/a.dtd"><kml/>'
    yield "levels", b"<a>" * n
    yield "folders", _kml_of("<Folder>" * (n // 10) + "</Folder>" * (n // 10))
    named = f"<Folder><name>{'a' * (n // 4)}</name>"
    yield (
        "long folder names inside each other",
        _kml_of(named * 150 + _placemark() + "</Folder>" * 150),
    )
    yield "a long folder name for all", _kml_of(f"{named}{_placemark() * (n // 20)}</Folder>")
    yield (
        "geometries inside each other",
        _kml_of(
            "<Placemark>" + "<MultiGeometry>" * 150 + "</MultiGeometry>" * 150 + "</Placemark>"
        ),
    )
    yield (
        "network links",
        _kml_of("<NetworkLink><href>/etc/hostname</href></NetworkLink>" * (n // 20)),
    )
    yield "prefixes without a declaration", b"<kml>" + b"<gx:a xsi:b='1'/>" * n + b"</kml>"
    yield "an unknown prefix", b"<kml><evil:a/></kml>"
    yield "many elements", _kml_of("<a/>" * (8 * n))
    yield "many attributes", _kml_of("<a " + " ".join(f'b{i}=""' for i in range(n)) + "/>")
    data = '<ExtendedData><Data name="{}"><value>1</value></Data></ExtendedData>'
    yield (
        "a different column for each",
        _kml_of("".join(_placemark(data.format(i)) for i in range(n // 10))),
    )
    yield "a long name", _kml_of(_placemark().replace(">A<", f">{'a' * (8 * n)}<"))
    yield "a long position", _kml_of(_placemark(text="1," * n + "1"))
    yield "a position of spaces", _kml_of(_placemark(text="1" + " " * n + "x"))
    yield "a position of digits", _kml_of(_placemark(text="9" * 20_000 + ",1"))
    yield "comments", _kml_of("<!--" + "-" * 0 + "x" * (8 * n))
    yield "instructions", b"<?" * n
    yield "encoding", b"<?xml version='1.0' encoding='utf-7'?><kml/>"
    yield "many placemarks", _kml_of(_placemark() * (n // 10))
    yield "nothing inside", _kml_of("")


def _gpx(n: int) -> Iterator[tuple[str, Content]]:
    point = "<wpt lat='1' lon='2'><name>A</name></wpt>"
    laughs = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    yield "billion laughs", f'<!DOCTYPE g [<!ENTITY a0 "ha">{laughs}]><gpx>&a9;</gpx>'.encode()
    yield "external type", b'<!DOCTYPE gpx SYSTEM "http://127.0.0.1:9/a.dtd"><gpx/>'
    yield "an entity that is not declared", b"<gpx>&a;</gpx>"
    yield "levels", b"<gpx>" * n
    yield "many waypoints", f"<gpx>{point * (n // 10)}</gpx>".encode()
    yield "many elements", f"<gpx>{point}{'<a/>' * (8 * n)}</gpx>".encode()
    yield "tracks only", b"<gpx>" + b"<trk/>" * n + b"</gpx>"
    yield "a long name", f"<gpx>{point.replace('A', 'a' * (8 * n))}</gpx>".encode()
    yield "a long position", f"<gpx><wpt lat='{'1' * n}' lon='2'/></gpx>".encode()
    yield "a position that is none", b"<gpx><wpt lat='nan' lon='1e999'/></gpx>"
    yield "no position", b"<gpx><wpt><name>A</name></wpt></gpx>"
    yield "KML", _kml_of(_placemark())


def _zip(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, inside in members.items():
            archive.writestr(name, inside)
    return content.getvalue()


def _archives(name: str, inside: bytes, n: int) -> Iterator[tuple[str, Content]]:
    bomb = inside + b" " * (70 * n)
    yield "zip bomb", _zip({name: bomb})
    yield "zip bomb of many members", _zip({name: inside, **{f"{i}": b" " * n for i in range(300)}})
    yield "many members", _zip({name: inside, **{f"{i}": b"" for i in range(5000)}})
    lying = bytearray(_zip({name: bomb}))
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = lying.index(signature) + offset
        lying[at : at + 4] = struct.pack("<I", len(inside))
    yield "zip with a false size", bytes(lying)
    yield "zip of zip", _zip({name: _zip({name: bomb})})
    yield "bzip2 bomb", _zip({name: bomb}, zipfile.ZIP_BZIP2)
    yield "LZMA bomb", _zip({name: bomb}, zipfile.ZIP_LZMA)
    whole = _zip({name: inside})
    yield "cut short", whole[: len(whole) // 2]
    yield "a directory with invalid offsets", whole[:-10] + b"\xff" * 10
    yield (
        "names with parent folders",
        _zip({f"../../../{name}": inside, "/etc/x": b"", "C:\\x": b""}),
    )
    flagged = bytearray(whole)
    flagged[6] |= 1
    flagged[flagged.index(b"PK\x01\x02") + 8] |= 1
    yield "encrypted", bytes(flagged)


def _kmz(n: int) -> Iterator[tuple[str, Content]]:
    yield from _archives("doc.kml", _kml_of(_placemark()), n)
    yield "laughs inside", _zip({"doc.kml": next(iter(_kml(1)))[1]})


_BOOK = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}  # fmt: skip


def _book(rows: str, **more: str) -> bytes:
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f"{rows}</sheetData></worksheet>"
    )
    parts = {**_BOOK, "xl/worksheets/sheet1.xml": sheet, **more}
    stored = {name: text.encode() for name, text in parts.items()}
    return _zip(stored, zipfile.ZIP_STORED if len(sheet) < 4 * MILLION else zipfile.ZIP_DEFLATED)


def _cells(*texts: str) -> str:
    return "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)


_HEAD = f"<row>{_cells('name', 'lat', 'lon', 'range')}</row>"


def _xlsx(n: int) -> Iterator[tuple[str, Content]]:
    yield from _archives("xl/workbook.xml", b"<workbook/>", n)
    yield (
        "a row far down",
        _book(_HEAD + '<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>'),
    )
    yield "a row number out of range", _book(_HEAD + f'<row r="{"9" * 30}"><c><v>1</v></c></row>')
    # The sheet is padded with noise so that its compression ratio does not stand out.
    wide = "".join(f'<row><c r="XFD{i + 2}" s="{i * 7919 % 997}"/></row>' for i in range(n // 50))
    yield "rows that begin at the last column", _book(_HEAD + wide)
    yield "rows that begin there, without a header", _book(wide)
    yield "a column out of range", _book(_HEAD + '<row><c r="ZZZZZZZ1"><v>1</v></c></row>')
    yield "empty rows", _book(_HEAD + "<row/>" * n)
    yield "hidden rows that never end", _book(_HEAD + '<row hidden="1" ' * n)
    yield "nested cells", _book("<c>" * (n // 10) + "</c>" * (n // 10))
    yield "20,000 digits", _book(_HEAD + f"<row><c><v>{'9' * 20_000}</v></c></row>")
    for word in ("NaN", "1e999", "-inf", "x", ""):
        yield (
            f"a number {word}",
            _book(
                _HEAD
                + f"<row>{_cells('A')}<c><v>{word}</v></c><c><v>1</v></c><c><v>1</v></c></row>"
            ),
        )
    yield "a missing shared string", _book(_HEAD + '<row><c t="s"><v>99999</v></c></row>')
    yield "a date out of range", _book(_HEAD + '<row><c t="d"><v>99999-99-99</v></c></row>')
    yield (
        "a document type",
        _book(_HEAD, **{"xl/x.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}),
    )
    yield "a long text", _book(_HEAD + f"<row>{_cells('a' * (8 * n), '1', '2', '3')}</row>")
    yield "many sheets", _book(_HEAD, **{"xl/workbook.xml": _BOOK["xl/workbook.xml"].replace(
        "</sheets>", '<sheet name="S" sheetId="1" r:id="r1"/>' * 5000 + "</sheets>")})  # fmt: skip
    yield "a link to another file", _book(_HEAD, **{"xl/_rels/workbook.xml.rels": _BOOK[
        "xl/_rels/workbook.xml.rels"].replace("worksheets/sheet1.xml", "../../../../etc/passwd")})  # fmt: skip


def _zipped_shape(n: int) -> Iterator[tuple[str, Content]]:
    yield from _archives("a.shp", b"\0\0\x27\x0a" + b"\0" * 96, n)
    yield "a VRT inside", _zip({"a.shp": VRT, "a.dbf": VRT})
    row = b"name,lat,lon\nA,1,2\n"
    yield "a table that is a bomb", _zip({"a.csv": row + b" " * (70 * n)})
    yield "names outside", _zip({"../a.csv": row})
    yield "a backslash", _zip({"..\\a.csv": row})
    yield "an archive inside", _zip({"a.kmz": _zip({"doc.kml": _kml_of(_placemark())})})
    yield "a workbook that is a bomb", _zip({"a.xlsx": _zip({"a.xml": b" " * (70 * n)})})
    yield "itself, many times", _zip({f"{i}.csv": row for i in range(900)})
    inner = _zip({"a.csv": row})
    for _ in range(50):
        inner = _zip({"a.zip": inner})
    yield "archives inside each other", inner
    yield (
        "a compressed table that is a bomb",
        _zip({"a.csv.gz": gzip.compress(row + b" " * (600 * n), 1)}),
    )
    yield "a waypoint file that is a bomb", _zip({"a.gpx": b"<gpx>" + b" " * (70 * n) + b"</gpx>"})
    yield "a sequence that is a bomb", _zip({"a.geojsonl": b"\x1e" * (70 * n)})
    yield "a member twice", _twice("a.csv", row)
    yield "a folder with the name of a table", _zip({"a.csv/": b"", "a.csv/b": row})
    yield "a name of control characters", _zip({"\x1b[2J\u202e.csv": row})
    yield "a long name", _zip({"a" * 60_000 + ".csv": row})
    link = io.BytesIO()
    with zipfile.ZipFile(link, "w") as archive:
        info = zipfile.ZipInfo("a.csv")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/hostname")
    yield "a link", link.getvalue()


def _twice(name: str, inside: bytes) -> bytes:
    content = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of what this file is for
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr(name, inside)
            archive.writestr(name, inside.replace(b"1", b"5"))
    return content.getvalue()


# -- binary formats -----------------------------------------------------------------------------


def _gpkg(n: int) -> Iterator[tuple[str, Content]]:
    endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS fid, geom, name FROM c, base"
    yield "an endless view", _geopackage("CREATE VIEW a AS " + endless)
    network = "CREATE VIEW a AS SELECT fid, geom, ogr_geocode('x') AS name FROM base"
    yield "a view that queries the network", _geopackage(network)
    yield (
        "a table that grows while it is read",
        _geopackage(
            "CREATE TABLE a (fid INTEGER PRIMARY KEY, geom BLOB, name AS (hex(zeroblob(400000000))));"
            "INSERT INTO a (fid, geom) SELECT fid, geom FROM base"
        ),
    )
    yield (
        "contents that are a view",
        _geopackage(
            "CREATE TABLE a AS SELECT * FROM base; ALTER TABLE gpkg_contents RENAME TO c;"
            "CREATE VIEW gpkg_contents AS WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r)"
            " SELECT c.* FROM c, r"
        ),
    )
    yield (
        "a virtual table",
        _geopackage("CREATE TABLE a AS SELECT * FROM base; CREATE VIRTUAL TABLE v USING fts5(x)"),
    )
    yield "no geometry", _geopackage("CREATE TABLE a AS SELECT fid, NULL AS geom, name FROM base")
    yield (
        "a geometry that is text",
        _geopackage("CREATE TABLE a AS SELECT fid, 'x' AS geom, name FROM base"),
    )
    collection = b"\x01\x07\0\0\0\x01\0\0\0" * (n // 100) + b"\x01\x07\0\0\0\0\0\0\0"
    yield (
        "nested collections",
        _geopackage(
            f"CREATE TABLE a AS SELECT fid, X'{(_GP_HEAD + collection).hex()}' AS geom, name FROM base"  # noqa: S608  our own SQL
        ),
    )
    yield "missing tables", _geopackage("DROP TABLE gpkg_contents")
    yield "a header only", b"SQLite format 3\0" + b"\0" * 5000
    yield "a header and noise", b"SQLite format 3\0" + bytes(range(256)) * 50


_GP_HEAD = b"GP\0\x01" + struct.pack("<i", 4326)


def _geopackage(script: str) -> Callable[[Path], None]:
    """Return a function that makes a GeoPackage whose layer ``a`` is derived from ``base`` by SQL."""

    def make(path: Path) -> None:
        with sqlite3.connect(path) as base:
            base.executescript("""
            PRAGMA application_id = 1196444487; PRAGMA user_version = 10300;
            CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY,
              organization TEXT, organization_coordsys_id INTEGER, definition TEXT, description TEXT);
            INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",
              DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],
              UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]', '');
            CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT,
              description TEXT, last_change TEXT, min_x, min_y, max_x, max_y, srs_id INTEGER);
            INSERT INTO gpkg_contents VALUES ('a', 'features', 'a', '', '2024-01-01T00:00:00Z',
              0, 0, 1, 1, 4326);
            CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT,
              geometry_type_name TEXT, srs_id INTEGER, z INTEGER, m INTEGER);
            INSERT INTO gpkg_geometry_columns VALUES ('a', 'geom', 'POINT', 4326, 0, 0);
            CREATE TABLE base (fid INTEGER PRIMARY KEY, geom BLOB, name TEXT);
            """)
            point = _GP_HEAD + b"\x01\x01\0\0\0" + struct.pack("<2d", 1, 2)
            base.execute("INSERT INTO base VALUES (1, ?, 'A')", (point,))
            base.executescript(script)
        base.close()

    return make


_TOO_FEW: Final = (
    "c-l)#Phw6>Phw1AVPH^UfB`861qKcV9tKvphya5P0~><~PzDGX85n$klmb|sfguElnV{;xG|;Ro%wP%z9H6E+VB-Ug"
    "V@PD+1DehPwiRS5ACPPTn(+*1K>^gPBp~hX>hJCx6dbJ-?jEdQVWOlk3P!;wARp*>x<o6v1_Zk+>6jQBnZ?F30P{Hm"
    "10;Jv@*PMPluw`i|NkFIadSX3F-R^uGcSb!m|F#aIhP$Q$^*{3=<4zkb5lWV9cY;W0vrq+U|9~R8i+nnY2e5Rrm`XB"
    "3_?8*ST#t!3{(#Xywo||f^HrYmhuMxBLav("
)


def too_few_features() -> bytes:
    """Return a FlatGeobuf file with two features whose header claims 1,074,790,400; found by fuzzing."""
    return zlib.decompress(base64.b85decode(_TOO_FEW))


def _fgb(n: int) -> Iterator[tuple[str, Content]]:
    magic = b"fgb\x03fgb\x00"
    yield "a header only", magic
    yield "a header of 4 GiB", magic + b"\xff\xff\xff\xff"
    yield "a header of 2 GiB", magic + b"\xff\xff\xff\x7f" + b"\0" * 100
    yield "a header and noise", magic + b"\x40\0\0\0" + bytes(range(256)) * (n // 10_000)

    def some_missing(path: Path) -> None:
        import geopandas as gpd
        import numpy as np
        import shapely

        points = shapely.points(np.linspace(-179, 179, n // 10), 33.3)
        points[::7] = None
        names = np.arange(n // 10).astype(str)
        frame = gpd.GeoDataFrame({"name": names}, geometry=points, crs=4326)
        frame.to_file(path, driver="FlatGeobuf", SPATIAL_INDEX="NO")

    yield "features without a geometry", some_missing
    yield "a header that claims 2^30 features", too_few_features()


def _shp(n: int) -> Iterator[tuple[str, Content]]:
    head = (
        b"\0\0\x27\x0a"
        + b"\0" * 20
        + struct.pack(">i", 54)
        + struct.pack("<ii", 1000, 1)
        + b"\0" * 64
    )
    yield "a header only", head[:20]
    yield "no index", head + struct.pack(">ii", 1, 4) + struct.pack("<i", 1)
    yield (
        "a record of 4 GiB",
        head + struct.pack(">ii", 1, 0x7FFFFFFF) + b"\1\0\0\0" + b"\0" * (n // 1000),
    )

    def beside(path: Path) -> None:
        path.write_bytes(head)
        fifo = path.with_suffix(".dbf")
        if not fifo.exists():
            os.mkfifo(fifo)

    yield "a table that is a pipe", beside


def _parquet(n: int) -> Iterator[tuple[str, Content]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    def table(columns: dict[str, object], **options: object) -> bytes:
        content = io.BytesIO()
        pq.write_table(pa.table(columns), content, **options)
        return content.getvalue()

    rows = n // 2
    position = {"lat": pa.array([1.0] * rows), "lon": pa.array([1.0] * rows)}
    long = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), ["a" * n])
    yield "one long name for all rows", table({"name": long, **position})
    yield (
        "one long position for all rows",
        table({"name": position["lat"], "lat": long, "lon": long}),
    )
    yield (
        "one long name for some rows",
        table({"name": long.slice(0, 4), "lat": [1.0] * 4, "lon": [1.0] * 4}),
    )
    yield (
        "many columns",
        table({f"c{i}": [1] for i in range(n // 100)} | {"name": ["A"], "lat": [1], "lon": [1]}),
    )
    nested: object = 1
    for _ in range(60):
        nested = [nested]
    yield "nested lists", table({"name": pa.array([nested]), "lat": [1.0], "lon": [1.0]})
    yield (
        "invalid numbers",
        table(
            {
                "name": ["A", "B", "C"],
                "lat": [float("nan"), float("inf"), 1e308],
                "lon": [1.0, 2.0, 3.0],
            }
        ),
    )
    yield (
        "no rows",
        table(
            {
                "name": pa.array([], pa.string()),
                "lat": pa.array([], pa.float64()),
                "lon": pa.array([], pa.float64()),
            }
        ),
    )
    whole = table({"name": ["A"], "lat": [1.0], "lon": [1.0]})
    yield "a header only", b"PAR1"
    yield "cut short", whole[:-20]
    yield "a footer of 4 GiB", whole[:-8] + b"\xff\xff\xff\xff" + whole[-4:]
    yield "noise inside", whole[:20] + bytes(range(200)) + whole[-200:]


def _html(n: int) -> Iterator[tuple[str, Content]]:
    for what, text in (
        ("open tags", "<"), ("open comments", "<!--"), ("open tags with a", "<a "), ("ends", "</"),
        ("declarations", "<!["), ("instructions", "<?"), ("entities", "&#"), ("titles", "<title>"),
        ("attributes", "<a b='"), ("scripts", "<script>"), ("CDATA", "<![CDATA["),
    ):  # fmt: skip
        yield what, (text * (n // 3)).encode()
    yield "a long title", b'<script id="rangemap-payload"></script><title>' + b"a" * (8 * n)
    yield (
        "one of our pages with an invalid language",
        b'<html lang="\'><x"><title>a</title><script id="rangemap-payload">',
    )


def _font(n: int) -> Iterator[tuple[str, Content]]:
    """TrueType and OpenType tables that claim more data than there is."""
    table = struct.pack(">4sIII", b"glyf", 0, 28, 2**32 - 1)
    yield "a table past the end", struct.pack(">4sHHHH", b"\0\1\0\0", 1, 16, 0, 0) + table
    yield (
        "65,535 tables",
        struct.pack(">4sHHHH", b"\0\1\0\0", 65_535, 16, 0, 0) + table * (n // 100),
    )
    yield (
        "a collection of 2^32 fonts",
        struct.pack(">4sII", b"ttcf", 0x10000, 2**32 - 1) + b"\0" * 64,
    )
    yield "a signature only", b"OTTO"


_GOOD_PACKAGE = {
    "datapackage.json": b'{"name": "rangemap-weapons", "version": "1"}',
    "weapons.csv": b"id,name,country,category\na,A,X,c\n",
    "claims.csv": b"claim,weapon_id,kind,range,publisher\na/c,a,range,5 km,P\n",
}


def _package(n: int) -> Iterator[tuple[str, Content]]:
    """Folders in which one file is hostile."""

    def folder(name: str, content: Content) -> Callable[[Path], None]:
        def make(path: Path) -> None:
            path.mkdir()
            for each, good in _GOOD_PACKAGE.items():
                write(content if each == name else good, path / each)

        return make

    for what, content in (*_csv(n), *_bytes(n)):
        yield f"claims: {what}", folder("claims.csv", content)
    for what, content in _csv(n):
        yield f"weapons: {what}", folder("weapons.csv", content)
    for what, content in (*_json(n), *_bytes(n)):
        yield f"description: {what}", folder("datapackage.json", content)
    rows = b"".join(b"a/c%d,a,range,5 km,P\n" % number for number in range(n))
    yield "many claims", folder("claims.csv", b"claim,weapon_id,kind,range,publisher\n" + rows)
    yield (
        "long lists",
        folder("weapons.csv", b"id,name,country,category\na,A," + b"X; " * n + b"X,c\n"),
    )
    escaped = b"\\" * n
    yield (
        "backslashes",
        folder("weapons.csv", b"id,name,country,category\na,A," + escaped + b",c\n"),
    )
    yield "a device", folder("claims.csv", lambda path: path.symlink_to("/dev/zero"))
    yield "a pipe", folder("weapons.csv", os.mkfifo)


_FAMILIES: dict[str, Callable[[int], Iterator[tuple[str, Content]]]] = {
    "yaml": _yaml, "json": _json, "sequence": _sequence, "objects": _objects, "csv": _csv, "csv.gz": _gz, "kml": _kml, "gpx": _gpx, "kmz": _kmz,
    "xlsx": _xlsx, "gpkg": _gpkg, "fgb": _fgb, "shp": _shp, "zip": _zipped_shape,
    "parquet": _parquet, "html": _html, "font": _font, "package": _package,
}  # fmt: skip


def write(content: Content, path: Path) -> None:
    """Write a file."""
    path.unlink(missing_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        content(path)
