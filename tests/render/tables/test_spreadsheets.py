"""Our tables in other software: workbooks, CSV files and JSON with the input's own columns."""

import csv
import datetime as dt
import gzip
import io
import json
import math
import shutil
import subprocess
from decimal import Decimal

import geopandas as gpd
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

import rangemap as rm
from rangemap.render.tables.values import own_column

ASK = ["check", "--from", "Erbil", "--range", "300 km"]
ARABIC = "قاعدة عين الأسد"
OWN = {
    # name of a column: its cells in a CSV file, and the workbook's values
    "staff": (["42", "", "7"], [42, None, 7]),
    "insured_value": (["1200000.00", "3.50", "12.00"], [1_200_000, 3.5, 12]),
    "share": (["0.5", "12.25", "-3"], [0.5, 12.25, -3]),
    "pandas": (["42.0", "0.1", "33.31234567890123"], [42, 0.1, 33.31234567890123]),
    "fifteen": (["123456789012345", "1", "0"], [123_456_789_012_345, 1, 0]),
    "leading zero": (["007", "42", "1"], ["007", "42", "1"]),
    "plus": (["+49170123", "1", "2"], ["+49170123", "1", "2"]),
    "sixteen": (["1234567890123456", "1", "2"], ["1234567890123456", "1", "2"]),
    "long fraction": (["0.12345678901234567890", "1", "2"], ["0.12345678901234567890", "1", "2"]),
    "exponent": (["1e5", "3E5", "2"], ["1e5", "3E5", "2"]),
    "day": (["2024-01-02", "1-2", "6/7"], ["2024-01-02", "1-2", "6/7"]),
    "grouped": (["1,200", "2", "3"], ["1,200", "2", "3"]),
    "version": (["1.1", "1.10", "2.0"], ["1.1", "1.10", "2.0"]),
    "missing": (["42", "n/a", "7"], ["42", "n/a", "7"]),
    "hex": (["0x10", "1_000", "inf"], ["0x10", "1_000", "inf"]),
    "digits": (["٣", "1", "2"], ["٣", "1", "2"]),
    "minus zero": (["-0", "1", "2"], ["-0", "1", "2"]),
    "formula": (["=1+1", "1", "2"], ["=1+1", "1", "2"]),
    "postcode": (["10115", "20095", "80331"], ["10115", "20095", "80331"]),
    "Phone no.": (["4917012345678", "1", "2"], ["4917012345678", "1", "2"]),
    "empty": (["", "", ""], [None, None, None]),
}  # fmt: skip


ORDER = (ARABIC, "42", "1-2")


@pytest.fixture
def portfolio(tmp_path):
    """A CSV file of three sites with numeric columns and columns that only look numeric."""
    path = tmp_path / "portfolio.csv"
    columns = {
        "id": ["007", "12", "3"],
        "name": [ARABIC, "42", "1-2"],
        "lat": ["33.7856", "35.5", "36.25"],
        "lon": ["42.4412", "44", "44.5"],
        **{name: cells for name, (cells, _) in OWN.items()},
    }
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return path


def columns_of(path_or_content, name="Verdicts"):
    """The columns of a sheet by heading, with empty text as an empty cell, in the order of the sites."""
    header, *rows = openpyxl.load_workbook(path_or_content)[name].iter_rows(values_only=True)
    known = [*ORDER, *(row[header.index("Site")] for row in rows)]
    rows.sort(key=lambda row: known.index(row[header.index("Site")]))
    columns = zip(*[[None if v == "" else v for v in row] for row in rows], strict=True)
    return dict(zip(header, map(list, columns), strict=True))


@pytest.mark.parametrize("more", [[], ["--per-site"]], ids=["rows", "per site"])
def test_only_numbers_of_a_csv_file_are_numbers_in_the_workbook(run, tmp_path, portfolio, more):
    outcome = run(*ASK, "--sites", portfolio, *more, "-o", tmp_path / "t.xlsx")
    assert outcome.status == 0, outcome.err
    found = columns_of(tmp_path / "t.xlsx", "Sites" if more else "Verdicts")
    for heading, (_, expected) in OWN.items():
        name = heading.replace("_", " ")
        assert found[name] == expected, name
        assert [type(value) is str for value in found[name]] == [
            isinstance(value, str) for value in expected
        ], name
    if more:
        assert found["lat"] == [33.7856, 35.5, 36.25]
    # Text written by rangemap itself stays text, whatever it looks like.
    assert (found["Site"], found["Site ID"]) == ([ARABIC, "42", "1-2"], ["007", "12", "3"])
    assert found["id"] == ["007", "12", "3"]


def test_a_number_in_the_workbook_is_displayed_as_written(run, tmp_path, portfolio):
    run(*ASK, "--sites", portfolio, "-o", tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["Verdicts"]
    shapes = {cell.value: sheet.cell(2, cell.column).number_format for cell in sheet[1]}
    assert shapes["insured value"] == "#,##0.00"  # 1200000.00
    assert shapes["fifteen"] == "#,##0"  # otherwise Excel shows 1.23457E+14
    assert shapes["share"] == "General"


MIDNIGHT = dt.datetime.fromisoformat("2024-01-02")
MOMENT = dt.datetime.fromisoformat("2024-01-02T03:04:05")
TYPED = {
    "name": [ARABIC, "42"],
    "staff": [42, None],
    "big": [12_345_678_901_234_567, 1],
    "phone": [491_701_234_567, 1],
    "value": [1.5, math.nan],
    "since": [MOMENT, None],
    "open": [True, False],
    "text": ["007", "42"],
}
IN_WORKBOOK = {
    **TYPED,
    "big": ["12345678901234567", "1"],  # a spreadsheet would round it
    "value": [1.5, None],
}


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".parquet"])
def test_typed_columns_keep_their_types_in_workbook_and_json(run, tmp_path, suffix):
    frame = gpd.GeoDataFrame(
        {**TYPED, "staff": pd.array([42, None], dtype="Int64")},
        geometry=[shapely.Point(42.4, 33.8), shapely.Point(44, 36)],
        crs=4326,
    )
    path = tmp_path / f"sites{suffix}"
    frame.to_parquet(path) if suffix == ".parquet" else frame.to_file(path)
    outcome = run(*ASK, "--sites", path, "-o", tmp_path / "t.xlsx")
    assert outcome.status == 0, outcome.err
    found = columns_of(tmp_path / "t.xlsx")
    for name, expected in IN_WORKBOOK.items():
        assert found["Site" if name == "name" else name] == expected, name
    outcome = run(*ASK, "--sites", path, "--format", "json")
    assert outcome.status == 0, outcome.err
    first, second = sorted(json.loads(outcome.out), key=lambda row: row["name"] != ARABIC)
    assert (first["staff"], first["value"], first["open"]) == (42, 1.5, True)
    assert (second["staff"], second["value"], second["since"]) == (None, None, None)
    assert first["since"] == "2024-01-02 03:04:05"
    streamed = run(
        *ASK, "--sites", path, "--rejects", tmp_path / "r.csv", "-o", tmp_path / "t.json"
    )
    assert streamed.status == 0, streamed.err
    rows = json.loads((tmp_path / "t.json").read_text("utf-8"))
    assert sorted(rows, key=lambda row: row["name"] != ARABIC)[1]["value"] is None


def test_decimals_and_dates_of_parquet_are_numbers_and_dates_in_the_workbook(run, tmp_path):
    table = pa.table({
        "name": ["A", "B"],
        "lat": [33.0, 34.0],
        "lon": [44.0, 44.0],
        "price": pa.array([Decimal("12.50"), None], pa.decimal128(12, 2)),
        "huge": pa.array([Decimal("12345678901234567.50"), Decimal("1.00")], pa.decimal128(30, 2)),
        "day": [dt.date(2024, 1, 2), dt.date(1899, 1, 1)],
        "zoned": pa.array([MIDNIGHT] * 2, pa.timestamp("us", "UTC")),
    })  # fmt: skip
    pq.write_table(table, tmp_path / "sites.parquet")
    outcome = run(*ASK, "--sites", tmp_path / "sites.parquet", "-o", tmp_path / "t.xlsx")
    assert outcome.status == 0, outcome.err
    found = columns_of(tmp_path / "t.xlsx")
    assert found["price"] == [12.5, None]
    assert found["huge"] == ["12345678901234567.50", "1.00"]
    assert found["day"] == [MIDNIGHT, "1899-01-01"]  # before Excel's calendar
    assert found["zoned"] == ["2024-01-02 00:00:00+00:00"] * 2  # Excel has no time zones


def test_python_returns_the_numbers_of_a_csv_file_as_numbers(portfolio):
    frame = rm.Scenario(origins=["Erbil"], ranges=["300 km"], sites=str(portfolio)).check()
    assert frame["staff"].sum() == 49
    assert frame["insured_value"].sum() == 1_200_015.5
    assert frame["postcode"].tolist() == ["10115", "20095", "80331"]
    assert frame["leading zero"].tolist() == ["007", "42", "1"]


LIBREOFFICE = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="needs LibreOffice's soffice"
)


def recalculated(path, folder, filter_=()):
    """The rows of a table as LibreOffice reads it: recalculated, as UTF-8 CSV."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    utf8 = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"
    command = ["soffice", profile, "--headless", *filter_, "--convert-to", utf8, "--outdir"]
    subprocess.run([*command, folder / "out", path], check=True, capture_output=True, timeout=120)
    text = (folder / "out" / path.with_suffix(".csv").name).read_text("utf-8")
    return list(csv.reader(io.StringIO(text)))


@LIBREOFFICE
def test_libreoffice_sums_the_numbers_of_the_workbook(run, tmp_path, portfolio):
    path = tmp_path / "t.xlsx"
    run(*ASK, "--sites", portfolio, "-o", path)
    book = openpyxl.load_workbook(path)
    sheet = book["Verdicts"]
    for name in set(book.sheetnames) - {"Verdicts"}:
        del book[name]
    for name in ("staff", "insured value", "postcode"):
        letter = next(cell.column_letter for cell in sheet[1] if cell.value == name)
        sheet[f"{letter}6"] = f"=SUM({letter}2:{letter}4)"
    book.save(path)
    header, *rows = recalculated(path, tmp_path)
    sums = dict(zip(header, rows[-1], strict=True))
    sums = {name: value.replace(",", "") for name, value in sums.items()}
    assert [float(sums[name]) for name in ("staff", "insured value", "postcode")] == [
        49,
        1_200_015.5,
        0,
    ]
    assert [row[header.index("leading zero")] for row in rows[:3]] == ["007", "42", "1"]


def test_text_that_looks_like_a_number_stays_text_in_typed_columns():
    for is_untyped in (False, True):
        assert own_column("a", ["42", "7"], is_untyped=is_untyped).is_numeric == is_untyped


MARK = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    "words",
    [
        ["map"],
        ["check"],
        ["check", "--summary"],
        ["check", "--per-site"],
        ["check", "--rejects", "rejects.csv"],
        ["check", "--per-site", "--rejects", "rejects.csv"],
        ["check", "--sum", "staff"],
    ],
    ids=" ".join,
)
def test_a_csv_file_starts_with_a_byte_order_mark_and_standard_output_does_not(
    run, tmp_path, monkeypatch, portfolio, words
):
    monkeypatch.chdir(tmp_path)
    command = [words[0], *ASK[1:], "--sites", portfolio, *words[1:]]
    outcome = run(*command, "-o", "t.csv")
    assert outcome.status == 0, outcome.err
    content = (tmp_path / "t.csv").read_bytes()
    assert content.startswith(MARK)
    assert content.count(MARK) == 1
    assert pd.read_csv(tmp_path / "t.csv").columns[0] in {"origin", "site"}
    if "--rejects" in words:
        assert (tmp_path / "rejects.csv").read_bytes().startswith(b"row,reason")
    if words[0] == "check":
        printed = run(*command, "--format", "csv")
        assert printed.out.startswith(("origin,", "site,"))


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.tsv"])
def test_every_written_file_can_be_read_as_sites_and_origins(run, tmp_path, name):
    """The first column contains the names, so a byte order mark left in the header would show."""
    rows = [
        ["site", "lat", "lon", "note"],
        [ARABIC, "33.7856", "42.4412", "a\nb"],
        ["B", "36", "44", ""],
    ]
    content = io.StringIO()
    writer = csv.writer(
        content, delimiter="\t" if name.endswith(".tsv") else ",", quoting=csv.QUOTE_ALL
    )
    writer.writerows(rows)
    data = content.getvalue().encode("utf-8-sig")
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    sites = ["--sites", tmp_path / name, "--name", "site"]
    whole = run(*ASK, *sites, "--format", "json")
    assert whole.status == 0, whole.err
    assert [row["site"] for row in json.loads(whole.out)] == [ARABIC, "B"]
    chunked = run(*ASK, *sites, "--rejects", tmp_path / "r.csv", "--format", "json")
    assert (chunked.status, json.loads(chunked.out)) == (0, json.loads(whole.out))
    origins = run(
        "check",
        "--origins",
        tmp_path / name,
        "--name",
        "site",
        "--range",
        "1 km",
        "-s",
        "Erbil",
        "--format",
        "json",
    )
    assert [row["origin"] for row in json.loads(origins.out)] == [ARABIC, "B"]
    out = tmp_path / "places.geojson"
    imported = run(
        "sites",
        "import",
        tmp_path / name,
        "--column",
        "name=site",
        "--publisher",
        "P",
        "--fill",
        "country=Iraq",
        "--fill",
        "kind=base",
        "-o",
        out,
    )
    assert imported.status == 0, imported.err
    places = json.loads(out.read_text("utf-8"))["features"]
    assert [place["properties"]["name"] for place in places] == [ARABIC, "B"]


def test_verdicts_round_trip_through_our_own_csv_file(run, tmp_path, portfolio):
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    run(*ASK, "--sites", portfolio, "-o", first)
    outcome = run(*ASK, "--sites", first, "--name", "site", "-o", second)
    assert outcome.status == 0, outcome.err
    before, after = (
        pd.read_csv(path, dtype=str, keep_default_na=False) for path in (first, second)
    )
    table = before.columns[: before.columns.get_loc("precision_km") + 1]
    same = table.drop("precision_km")  # the sum of two precisions is now the site's own
    assert after[same].equals(before[same])
    assert after["site"].tolist() == [ARABIC, "42", "1-2"]


TABLE = [
    "origin", "origin_kind", "weapon", "site", "site_id", "distance_km", "low_km", "headline_km", "headline_published",
    "high_km", "min_km", "verdict", "reason", "claims_reaching", "claims", "margin_km", "precision_km",
]  # fmt: skip
SUMMARY = [
    "origin", "weapon", "low_km", "headline_km", "headline_published", "high_km", "sites", "inside", "disputed",
    "too_close", "outside",
]  # fmt: skip
COUNTS = {"claims_reaching", "claims"}
EMAD = [
    "check",
    "--from",
    "Tehran",
    "--weapon",
    "Emad",
    "--range",
    "Patrol=700 km (min 50 km)",
    "-s",
    "Erbil",
]


def as_frame(path):
    """A written table as pandas reads it, with the types of its format."""
    if path.suffix == ".csv":
        return pd.read_csv(path)
    if path.suffix == ".json":
        return pd.DataFrame(json.loads(path.read_text("utf-8")))
    return pq.read_table(path).to_pandas()


@pytest.mark.parametrize("suffix", [".csv", ".json", ".parquet"])
def test_every_format_has_the_same_columns_with_integer_counts(run, tmp_path, suffix):
    path = tmp_path / f"t{suffix}"
    outcome = run(*EMAD, "-o", path)
    assert outcome.status == 0, outcome.err
    frame = as_frame(path)
    assert frame.columns.drop("geometry", errors="ignore").tolist() == [*TABLE, "edition"]
    for column in COUNTS:
        assert pd.api.types.is_integer_dtype(frame[column]), column
    for column in frame.columns:
        if column.endswith("_km"):
            assert pd.api.types.is_numeric_dtype(frame[column]), column
    assert frame["headline_published"].tolist() == ["about 1,056 mi", "up to 700 km"]
    assert frame["headline_km"].tolist() == [1699.467, 700]
    assert frame["claims"].tolist()[1] == 1
    assert frame["min_km"].tolist()[1] == 50
    run(*EMAD, "--summary", "-o", path)
    frame = as_frame(path)
    assert frame.columns.tolist() == [*SUMMARY, "edition"]
    assert frame["headline_published"].tolist() == ["about 1,056 mi", "up to 700 km"]
    assert all(pd.api.types.is_integer_dtype(frame[column]) for column in SUMMARY[6:])


def test_python_has_float_and_integer_columns_even_if_they_are_empty():
    full = rm.Scenario(origins=["Tehran"], weapons=["Emad"], sites=["Erbil"]).check()
    without_minimum = rm.Scenario(origins=["0,0"], ranges=["1 km"], sites=["0,0"]).check()
    for frame in (
        full,
        without_minimum,
        full[:0],
        rm.Scenario(origins=["0,0"], ranges=["1 km"], sites=()).check(),
    ):
        assert frame.columns.tolist() == TABLE
        for column in TABLE:
            if column.endswith("_km"):
                assert frame[column].dtype == "float64", column
            elif column in COUNTS:
                assert frame[column].dtype == "int64", column
    assert without_minimum["min_km"].isna().all()


@LIBREOFFICE
def test_libreoffice_reads_no_column_of_a_csv_file_as_dates(run, tmp_path):
    """With the number recognition of US English, which turned 6/7 into the seventh of June."""
    path = tmp_path / "t.csv"
    run(
        "check",
        "--from",
        "Jurf Al Sakhar",
        "-w",
        "Fateh-110",
        "-w",
        "Emad",
        "-s",
        "Ain Al Asad",
        "-o",
        path,
    )
    detect = ["--infilter=CSV:44,34,76,1,,1033,false,true"]
    header, *rows = recalculated(path, tmp_path, detect)
    written = pd.read_csv(path, keep_default_na=False).astype(str)
    assert header == [*TABLE, "edition"]
    for column in (
        "claims_reaching",
        "claims",
        "headline_published",
        "reason",
        "edition",
        "site_id",
    ):
        assert [row[header.index(column)] for row in rows] == written[column].tolist(), column
