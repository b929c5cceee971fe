"""One opener: each format that an import reads is read by checks and maps, whatever is written."""

import csv
import datetime as dt
import functools
import http.server
import io
import json
import re
import shlex
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from geographiclib.geodesic import Geodesic
from shapely import Point

from rangemap.errors import PlaceError
from rangemap.importing.decisions import ImportLog, make_decisions
from rangemap.importing.formats import read_table
from rangemap.importing.sites import FIELDS
from rangemap.sites import open_sites
from rangemap.sites.columns import ColumnNames
from rangemap.sites.open import FORMATS

PLACES = {"Erbil": (36.1911, 44.0092), "Suva": (-18.1416, -178.5), "Ålesund": (62.4723, 6.1549)}
ASK = ("--from", "33.3,44.4", "--range", "500 km")


def frame() -> gpd.GeoDataFrame:
    """Places whose columns ``nord`` and ``ost`` are one degree off, to tell them from the geometry."""
    lats, lons = zip(*PLACES.values(), strict=True)
    columns = {
        "name": list(PLACES), "precision_km": [1.5, 0.0, 2.0], "beds": [10, 20, 30], "ort": list("abc"),
        "nord": [lat + 1 for lat in lats], "ost": [lon + 1 for lon in lons],
    }  # fmt: skip
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lons, lats), crs="EPSG:4326")


def with_columns(**names: str) -> pd.DataFrame:
    table = frame()
    return pd.DataFrame(table.drop(columns="geometry")).assign(
        **{names.get("lat", "lat"): table.geometry.y, names.get("lon", "lon"): table.geometry.x}
    )


def write_kmz(path: Path) -> None:
    frame().to_file(path.with_suffix(".kml"), driver="KML")
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(path.with_suffix(".kml"), "doc.kml")


def write_shapefile(path: Path) -> None:
    frame().rename(columns={"precision_km": "precision"}).to_file(path)


def write_zip(path: Path) -> None:
    parts = path.with_name("parts")
    parts.mkdir()
    write_shapefile(parts / "s.shp")
    with zipfile.ZipFile(path, "w") as archive:
        for part in parts.iterdir():
            archive.write(part, part.name)


WRITERS: dict[str, Callable[[Path], object]] = {
    ".csv": lambda path: with_columns().to_csv(path, index=False),
    ".tsv": lambda path: with_columns().to_csv(path, index=False, sep="\t"),
    ".txt": lambda path: with_columns().to_csv(path, index=False, sep=";"),
    ".dat": lambda path: with_columns().to_csv(path, index=False, sep="\t"),
    ".parquet": lambda path: frame().to_parquet(path),
    ".geoparquet": lambda path: frame().to_parquet(path),
    ".pq": lambda path: with_columns().to_parquet(path),
    ".gpkg": lambda path: frame().to_file(path),
    ".fgb": lambda path: frame().to_file(path, SPATIAL_INDEX="NO"),
    ".shp": write_shapefile,
    ".zip": write_zip,
    ".geojson": lambda path: frame().to_file(path, driver="GeoJSON"),
    ".json": lambda path: frame().to_file(path, driver="GeoJSON"),
    **{
        suffix: lambda path: frame().to_file(path, driver="GeoJSONSeq")
        for suffix in (".geojsonl", ".geojsons", ".geojsonseq", ".ndjson", ".jsonl")
    },
    ".kml": lambda path: frame().to_file(path, driver="KML"),
    ".kmz": write_kmz,
    ".xlsx": lambda path: with_columns().to_excel(path, index=False),
    ".xlsm": lambda path: with_columns().to_excel(path.with_suffix(".xlsx"), index=False),
}
FIXED_FIELDS = {".gpx"}  # a waypoint has no fields of its own; tests/importing/test_gpx.py reads it
SHORT = {".shp", ".zip"}  # names of columns in a shapefile have at most ten characters


@pytest.fixture(params=WRITERS)
def path(request, tmp_path):
    """A file of the places in one of the formats."""
    found = tmp_path / f"s{request.param}"
    WRITERS[request.param](found)
    if request.param == ".xlsm":
        found.with_suffix(".xlsx").rename(found)
    return found


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_every_format_of_an_import_is_a_format_of_sites(tmp_path):
    assert set(WRITERS) | FIXED_FIELDS == set(FORMATS)
    with pytest.raises(Exception, match="unknown file type") as refusal:
        read_table(ImportLog(tmp_path / "a.x", make_decisions()), FIELDS, "name", places=True)
    known = str(refusal.value).partition("expected ")[2].split(", ")
    assert set(known) == set(FORMATS)


def test_every_format_gives_the_same_verdicts(run, path):
    outcome = run("check", *ASK, "--sites", path, "--format", "csv")
    assert (outcome.status, outcome.err) == (0, "")
    for row, (name, (lat, lon)) in zip(rows_of(outcome.out), PLACES.items(), strict=True):
        distance_km = Geodesic.WGS84.Inverse(33.3, 44.4, lat, lon)["s12"] / 1000
        assert row["site"] == name
        assert float(row["distance_km"]) == pytest.approx(distance_km, abs=0.0006)
        assert row["verdict"] == ("inside" if distance_km < 490 else "outside")
        assert float(row["beds"]) == {"Erbil": 10, "Suva": 20, "Ålesund": 30}[name]
        if path.suffix not in SHORT:
            assert row["precision_km"] == {"Erbil": "1.5", "Suva": "0.0", "Ålesund": "2.0"}[name]


def test_named_columns_take_precedence_in_every_format(run, path):
    words = ("--lat", "nord", "--lon", "ost", "--name", "ort")
    outcome = run("check", *ASK, "--sites", path, *words, "--format", "csv")
    assert (outcome.status, outcome.err) == (0, "")
    for row, name, (lat, lon) in zip(rows_of(outcome.out), "abc", PLACES.values(), strict=True):
        distance_km = Geodesic.WGS84.Inverse(33.3, 44.4, lat + 1, lon + 1)["s12"] / 1000
        assert row["site"] == name
        assert float(row["distance_km"]) == pytest.approx(distance_km, abs=0.0006)
    outcome = run("check", *ASK, "--sites", path, "--lat", "breite", "--summary")
    assert outcome.status == 1
    assert f"{path}: has no column 'breite'; it has name, " in outcome.err


def test_maps_origins_and_summaries_read_every_format(run, path, tmp_path):
    out = tmp_path / "out.geojson"
    assert run("map", *ASK, "--sites", path, "-o", out).status == 0
    features = json.loads(out.read_text("utf-8"))["features"]
    sites = {
        feature["properties"]["name"]: feature["geometry"]["coordinates"]
        for feature in features
        if feature["properties"]["feature"] == "site"
    }
    for name, (lat, lon) in PLACES.items():
        assert sites[name] == pytest.approx([lon, lat], abs=1e-7)
    outcome = run("check", "--origins", path, "--range", "9 km", "-s", "1,1", "--format", "csv")
    assert [row["origin"] for row in rows_of(outcome.out)] == list(PLACES)
    words = ("--sum", "beds", "--format", "csv", "--rejects", tmp_path / "r.csv")
    (row,) = rows_of(run("check", *ASK, "--sites", path, *words).out)
    assert (row["sites"], row["beds_inside"], row["beds_outside"]) == ("3", "10.0", "50.0")


def test_the_selection_has_one_way_to_its_sites(path):
    sites = open_sites(str(path), chunk_rows=2)
    table = sites.table()
    assert sites.table() is table
    chunks = [chunk for task in sites.tasks() for chunk in sites.chunks(task)]
    assert [lon for chunk in chunks for lon in chunk.lon.tolist()] == table.lon.tolist()
    assert [chunk.n_rows for chunk in chunks] == [2, 1]
    assert open_sites(str(path), ColumnNames(label="ort")).table().names == ("a", "b", "c")


# -- what only an import can decide ---------------------------------------------------------------


def workbook(path: Path, *sheets: tuple[str, list[list[object]]], hidden: str = "") -> Path:
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for title, rows in sheets:
            sheet = book.add_worksheet(title)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    style = [day] if isinstance(cell, dt.date) else []
                    sheet.write(number, column, cell, *style)
            if title == hidden:
                sheet.hide()
    return path


HEADER: list[object] = ["name", "lat", "lon"]
UNDECIDED = {
    "two sheets": ("s.xlsx", [("A", [HEADER, ["E", 36.2, 44.0]]), ("B", [HEADER, ["E", 36.2, 44.0]])]),
    "a title": ("s.xlsx", [("A", [["Bases of 2024"], HEADER, ["E", 36.2, 44.0]])]),
    "an encoding": ("s.csv", "name,lat,lon\nE\xf6,36.2,44.0\n".encode("cp1252")),
    "decimal commas": ("s.csv", b"name;lat;lon\nE;36,2;44,0\n"),
    "degrees and minutes": ("s.csv", "name,lat,lon\nE,36°12'N,44°00'E\n".encode()),
    "hemispheres": ("s.csv", b"name,lat,lon\nE,36.2N,44.0E\n"),
    "bars": ("s.csv", b"name|lat|lon\nE|36.2|44.0\n"),
    "a separator line": ("s.csv", b"sep=;\nname;lat;lon\nE;36.2;44.0\n"),
    "lines above the header": ("s.csv", b"Bases of 2024,,\nname,lat,lon\nE,36.2,44.0\n"),
    "empty fields at the end": ("s.csv", b"name,lat,lon\nE,36.2,44.0,\n"),
    "both in one column": ("s.csv", b"name;gps\nE;36.2N 44.0E\n"),
    "points as text": ("s.csv", b"name;wkt\nE;POINT (44 36.2)\n"),
}  # fmt: skip
GIVEN = {"--sheet": "A", "--encoding": "cp1252"}


@pytest.mark.parametrize("kind", UNDECIDED)
def test_a_refusal_names_the_import_that_reads_the_file(run, tmp_path, monkeypatch, kind):
    name, content = UNDECIDED[kind]
    monkeypatch.chdir(tmp_path)
    if isinstance(content, bytes):
        Path(name).write_bytes(content)
    else:
        workbook(Path(name), *content)
    refusals = [
        run("check", *ASK, "--sites", name),
        run("map", *ASK, "--sites", name, "-o", "x.html"),
        run("check", "--origins", name, "--range", "9 km", "-s", "1,1"),
    ]
    for refused in refusals:
        assert (refused.status, refused.out, refused.err.count("\n")) == (1, "", 1)
        assert refused.err.startswith(f"rangemap: {name}:")
    (command,) = {re.search("`rangemap (.*?)`", refused.err)[1] for refused in refusals}
    words = shlex.split(command)
    for option, value in GIVEN.items():
        if option in words:
            words[words.index(option) + 1] = value
    assert run(*words).status == 0
    (row,) = rows_of(run("check", *ASK, "--sites", "imported.geojson", "--format", "csv").out)
    distance_km = Geodesic.WGS84.Inverse(33.3, 44.4, 36.2, 44.0)["s12"] / 1000
    assert float(row["distance_km"]) == pytest.approx(distance_km, abs=0.0006)


@pytest.mark.parametrize(
    "content",
    [
        b"name,lat,lon\nA,x,1\nB,1,1\n", b"name,lat,lon\nA,36,2\nB,36.2,44,1\n", b"name,lat,lon\nA\nB,1,1\n",
        b"name,lat,lon\nA,1,1\n\xff,1,1\n", b"name,lat,lon\rA,1,1\r\xff,1,1\r", b"name,lat\nA,1\n", b"name;lat;lon\nA;36,2;44\n",
        b"lat,lon\n1,1\n", b"name,lat,lon,name\n", b"", b"name,lat,lon,precision_km\nA,1,1,-1\n",
        b"name,lat,lon\n" + b"A,95,1\n" * 20, b"name,lat,lon\n\n\nA,95,1\n\n", b'name,lat,lon\n"A\nA",95,1\n',
        b"name,lat,lon\nA,36.2,44,\nB,1,1,,\n", "name,lat,lon\nA,1,1\n\ud800,1,1\n".encode("utf-16", "surrogatepass"),
    ],
)  # fmt: skip
def test_small_and_large_files_are_refused_in_the_same_words(run, tmp_path, monkeypatch, content):
    path = tmp_path / "s.csv"
    path.write_bytes(content)
    small = run("check", *ASK, "--sites", path, "--format", "csv")
    assert small.status == 1
    monkeypatch.setattr("rangemap.cli.check._MEDIUM", 0)
    assert run("check", *ASK, "--sites", path, "--format", "csv") == small


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".geojson", ".shp"])
def test_features_without_a_point_are_refused_in_the_same_words(run, tmp_path, monkeypatch, suffix):
    shapes = gpd.GeoDataFrame(
        {"name": ["A", "B"]}, geometry=[Point(1, 1), Point(2, 2).buffer(1)], crs="EPSG:4326"
    )
    if suffix == ".shp":
        shapes = shapes.iloc[1:]
    path = tmp_path / f"s{suffix}"
    shapes.to_file(path, **({"SPATIAL_INDEX": "NO"} if suffix == ".fgb" else {}))
    small = run("check", *ASK, "--sites", path, "--format", "csv")
    number = len(shapes)
    assert small.err.startswith(f"rangemap: {path}: feature {number}")
    assert "Polygon" in small.err
    monkeypatch.setattr("rangemap.cli.check._MEDIUM", 0)
    assert run("check", *ASK, "--sites", path, "--format", "csv") == small
    rejects = tmp_path / "r.csv"
    outcome = run("check", *ASK, "--sites", path, "--summary", "--rejects", rejects)
    assert outcome.status == (1 if suffix == ".shp" else 0)  # the only feature
    (row,) = rows_of(rejects.read_text("utf-8"))
    assert (row["row"], row["name"]) == (str(number), shapes.name.iloc[-1])


def test_rows_of_a_workbook_are_skipped_by_their_number(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows: list[list[object]] = [
        HEADER, ["A", 33.3, 44.4], [], ["B", 95, 1], ["C", "", 2], ["D", "33.3", "44.5"], ["E", True, 3],
    ]  # fmt: skip
    workbook(Path("s.xlsx"), ("A", rows))
    refused = run("check", *ASK, "--sites", "s.xlsx")
    assert [line.split(": ")[-2:] for line in refused.err.splitlines()][:3] == [
        ["row 4", "latitude 95 is outside -90 to 90 (the columns may be swapped)"],
        ["row 5", "latitude is missing; expected decimal degrees"],
        ["row 7", "latitude is missing; expected decimal degrees"],
    ]
    outcome = run("check", *ASK, "--sites", "s.xlsx", "--rejects", "r.csv", "--format", "csv")
    assert [row["site"] for row in rows_of(outcome.out)] == ["A", "D"]
    listed = rows_of(Path("r.csv").read_text("utf-8"))
    assert [(row["row"], row["name"]) for row in listed] == [("4", "B"), ("5", "C"), ("7", "E")]


def test_dates_and_numbers_of_a_workbook_reach_every_table(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [[*HEADER, "seen", "n", "plz"], ["A", 33.3, 44.4, dt.date(2024, 1, 2), 7.5, "01067"]]
    workbook(Path("s.xlsx"), ("A", rows))
    outputs = [
        word for suffix in ("csv", "json", "parquet", "xlsx") for word in ("-o", f"x.{suffix}")
    ]
    assert run("check", *ASK, "--sites", "s.xlsx", *outputs).status == 0
    (row,) = rows_of(Path("x.csv").read_text("utf-8"))
    assert (row["seen"], row["n"], row["plz"]) == ("2024-01-02", "7.5", "01067")
    (row,) = json.loads(Path("x.json").read_text("utf-8"))
    assert (row["seen"], row["n"], row["plz"]) == ("2024-01-02", 7.5, "01067")
    (row,) = pq.read_table("x.parquet").to_pylist()
    assert (str(row["seen"]), row["n"], row["plz"]) == ("2024-01-02", 7.5, "01067")
    (row,) = pd.read_excel("x.xlsx", sheet_name="Verdicts", dtype={"plz": str}).to_dict("records")
    assert (str(row["seen"])[:10], row["n"], row["plz"]) == ("2024-01-02", 7.5, "01067")


def test_what_is_not_read_is_noted(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sheet: list[list[object]] = [HEADER, ["A", 33.3, 44.4]]
    workbook(Path("s.xlsx"), ("A", sheet), ("Old", sheet), hidden="Old")
    outcome = run("check", *ASK, "--sites", "s.xlsx", "--format", "csv")
    assert (outcome.status, outcome.out.count("\n")) == (0, 2)
    assert outcome.err == "rangemap: s.xlsx: only sheet 'A' is read, not its 1 hidden sheet\n"
    kml = "<kml><Placemark><name>A</name><Point><coordinates>44.4,33.3</coordinates></Point></Placemark></kml>"  # fmt: skip
    with zipfile.ZipFile("s.kmz", "w") as archive:
        archive.writestr("doc.kml", kml)
        archive.writestr("more.kml", kml)
    outcome = run("check", *ASK, "--sites", "s.kmz", "--format", "csv")
    assert "s.kmz: only 'doc.kml', the first of its 2 .kml files, is read" in outcome.err


def test_an_entity_and_a_bomb_are_refused(tmp_path):
    path = tmp_path / "s.kml"
    path.write_text('<!DOCTYPE k [<!ENTITY a "b">]><kml>&a;</kml>')
    with pytest.raises(Exception, match="declares a document type"):
        open_sites(str(path))
    with zipfile.ZipFile(tmp_path / "s.kmz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("doc.kml", b" " * 50_000_000)
    with pytest.raises(Exception, match="times its size; expected at most"):
        open_sites(str(tmp_path / "s.kmz"))


@pytest.fixture
def address(tmp_path):
    """The address of a folder that a web server of this test serves."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *words):
            pass

    handler = functools.partial(Quiet, directory=tmp_path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("suffix", [".xlsx", ".kml", ".geojson"])
def test_a_remote_file_that_is_read_whole_is_fetched(run, tmp_path, address, monkeypatch, suffix):
    WRITERS[suffix](tmp_path / f"s{suffix}")
    name = f"{address}/s{suffix}"
    outcome = run("check", *ASK, "--sites", name, "--format", "csv")
    assert [row["site"] for row in rows_of(outcome.out)] == list(PLACES)
    with pytest.raises(PlaceError, match=f"^{name}: has no column 'x'"):
        open_sites(name, ColumnNames(lat="x"))
    monkeypatch.setattr("rangemap.sites.whole.LARGEST_FILE", 10)
    refused = run("check", *ASK, "--sites", name)
    assert (refused.status, refused.err) == (1, f"rangemap: {name}: larger than 0 MiB; split it\n")
