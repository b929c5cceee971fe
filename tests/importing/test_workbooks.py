"""What a workbook hides or merges is reported; Parquet's own types of numbers and points are read."""

from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.importing.reading import noted, positions, ranges, sites, weapons


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
    assert noted(log, "hidden rows") == "1 (read like the others: 3)"
    assert noted(log, "hidden columns") == "1 (read like the others: D)"


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


def test_a_check_reports_hidden_rows_and_columns_too(run, book, tmp_path):
    book.row_dimensions[3].hidden = True
    book.column_dimensions["D"].hidden = True
    book.parent.save(tmp_path / "a.xlsx")
    outcome = run("check", "--from", "Erbil", "--range", "9 km", "--sites", tmp_path / "a.xlsx")
    assert outcome.status == 0
    assert "its hidden rows (3) are read like the others" in outcome.err
    assert "its hidden columns (D) are read like the others" in outcome.err


# -- column names in two rows, as below merged cells --------------------------------------------

TWO_ROWS = {
    "all merged": [
        ["Site", "Country", "Kind", "Position", None], [None, None, None, "Lat", "Lon"],
        ["A", "Iraq", "base", 33.3, 44.4],
    ],
    "below a title": [
        ["Bases of 2024"], ["Site", "Position", None, "Remarks"], [None, "Latitude", "Longitude", None],
        ["A", 33.3, 44.4, "x"],
    ],
    "degrees and minutes": [
        ["Name", "Latitude", None, "Longitude", None], [None, "Deg", "Min", "Deg", "Min"],
        ["A", 33, 18, 44, 24],
    ],
    "names in the lower row": [
        ["Where", None, "Who", None], ["lat", "lon", "name", "country"], [33.3, 44.4, "A", "Iraq"],
    ],
}  # fmt: skip


def saved(tmp_path, rows, suffix):
    path = tmp_path / f"a{suffix}"
    if suffix == ".csv":
        lines = [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    book.close()
    return path


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
@pytest.mark.parametrize("what", TWO_ROWS)
def test_names_of_columns_in_two_rows_are_joined(tmp_path, what, suffix):
    result, log = sites(saved(tmp_path, TWO_ROWS[what], suffix))
    assert positions(result) == {"A": pytest.approx((33.3, 44.4), rel=0, abs=1e-9)}
    if what != "names in the lower row":
        assert "both have names of columns" in noted(log, "header")


@pytest.mark.parametrize("what", ["all merged", "degrees and minutes"])
def test_a_check_of_two_such_rows_names_the_import(run, tmp_path, what):
    path = saved(tmp_path, TWO_ROWS[what], ".xlsx")
    outcome = run("check", "--from", "Erbil", "--range", "9 km", "--sites", path)
    assert (outcome.status, outcome.out) == (1, "")
    assert f"{path}: rows 1 and 2 both have names of columns" in outcome.err
    assert f"`rangemap sites import {path} --publisher" in outcome.err


def test_two_rows_of_ranges_are_never_read_as_one(tmp_path):
    above = ["Missile", "Country", "Type", "Range (km)", None, "Source"]
    below = [None, None, None, "Min", "Max", None]
    path = saved(tmp_path, [above, below, ["M1", "Iran", "SRBM", 50, 300, "CSIS"]], ".xlsx")
    with pytest.raises(
        ValueError, match=r"'Range Min \(km\)' could be the lower of two figures, or the minimum"
    ):
        weapons(path)
    result, _ = weapons(path, columns={"minimum": "Range Min (km)"})
    assert ranges(result) == {"M1": ["up to 300 km (min 50 km)"]}


def test_a_first_row_of_text_is_not_a_second_row_of_names(tmp_path):
    rows = [["name", "lat", "lon", "note"], ["A", "33.3", "44.4", None], [None, None, None, "x"]]
    result, log = sites(saved(tmp_path, rows, ".csv"))
    assert noted(log, "header").startswith("row 1 ")
    assert [reject.row for reject in result.rejects] == [3]


def test_a_value_without_a_column_name_is_explained_in_the_words_of_a_sheet(book, tmp_path):
    book["E3"] = "extra"
    result, _ = read(book, tmp_path)
    (reject,) = result.rejects
    assert reject.reason == (
        "E3 has a value but its column has no name; name it in the row of column names, or clear the cell"
    )


def test_a_missing_column_of_a_sheet_with_merged_cells_says_so(tmp_path):
    book = openpyxl.Workbook()
    for row in (["Plant", "Where", None], ["A", 33.3, 44.4]):
        book.active.append(row)
    book.active.merge_cells("B1:C1")
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(
        ValueError, match=r"merged cells have a value only in the first one .*B1:C1"
    ):
        sites(tmp_path / "a.xlsx")
