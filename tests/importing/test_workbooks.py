"""What a workbook hides or merges is reported; Parquet's own types of numbers and points are read."""

from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.importing.reading import noted, positions, sites


@pytest.fixture
def book():
    book = openpyxl.Workbook()
    for row in (["name", "lat", "lon", "note"], ["A", 33.3, 44.4], ["B", 36.2, 44.0]):
        book.active.append(row)
    yield book.active
    book.close()


def read(book, tmp_path):
    book.parent.save(tmp_path / "a.xlsx")
    return sites(tmp_path / "a.xlsx")


def test_hidden_rows_and_columns_are_read_and_reported(book, tmp_path):
    book.row_dimensions[3].hidden = True
    book.column_dimensions["D"].hidden = True
    result, log = read(book, tmp_path)
    assert positions(result) == {"A": (33.3, 44.4), "B": (36.2, 44.0)}
    assert noted(log, "hidden rows") == "1 (read like the others; row: 3)"
    assert noted(log, "hidden columns") == "1 (read like the others; from column: 4)"


def test_merged_cells_are_reported(book, tmp_path):
    book.insert_rows(1)
    book["A1"] = "Places 2024"
    book.merge_cells("A1:D1")
    result, log = read(book, tmp_path)
    assert len(positions(result)) == 2
    assert noted(log, "merged cells").startswith(
        "1 (only the first cell of each has the value: A1:D1"
    )


def test_an_ordinary_sheet_has_nothing_to_report(book, tmp_path):
    _, log = read(book, tmp_path)
    assert not any(noted(log, what) for what in ("hidden rows", "hidden columns", "merged cells"))


def test_decimal_columns_of_parquet_are_read(tmp_path):
    columns = {
        "name": ["A"], "lat": pa.array([Decimal("33.3000")], pa.decimal128(10, 4)),
        "lon": pa.array([Decimal("44.4000")], pa.decimal128(10, 4)),
    }  # fmt: skip
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    assert positions(sites(tmp_path / "a.parquet")[0]) == {"A": (33.3, 44.4)}


def test_points_as_arrow_stores_them_are_read(tmp_path):
    frame = pytest.importorskip("geopandas").GeoDataFrame(
        {"name": ["A", "B"]},
        geometry=pytest.importorskip("geopandas").points_from_xy([44.4, 44.0], [33.3, 36.2]),
        crs="EPSG:4326",
    )
    frame.to_parquet(tmp_path / "a.parquet", geometry_encoding="geoarrow", schema_version="1.1.0")
    assert positions(sites(tmp_path / "a.parquet")[0]) == {"A": (33.3, 44.4), "B": (36.2, 44.0)}
