"""Sheets as a workbook, read by openpyxl: the same values, nothing executable, made for printing."""

import io
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from rangemap.errors import OutputError
from rangemap.render.tables import excel
from rangemap.render.tables.excel import Sheet, SheetColumn, to_xlsx
from rangemap.render.tables.text import TABLES
from rangemap.render.tables.values import Column, distance_column, own_column

EXAMPLE = Path(__file__).resolve().parents[3] / "maps" / "iraq-2024.yaml"


def sheet_of(headings, rows, **columns):
    values = list(zip(*rows, strict=True)) if rows else [()] * len(headings)
    made = [
        SheetColumn(heading=name, column=columns.get(name, Column(cells)))
        for name, cells in zip(headings, values, strict=True)
    ]
    return Sheet(name="Table", columns=tuple(made))


def read(content):
    return openpyxl.load_workbook(io.BytesIO(content))["Table"]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "@SUM(A1)",
        "http://example.org",
        "007",
        "1e5",
        "mailto:a@b",
        "<b>",
        "\u0007",
        "NA",
    ],
)
def test_no_text_becomes_a_formula_a_link_or_a_number(text):
    content = to_xlsx([sheet_of(["name", text], [[text, 1]])], title=text, notes=[(text, text)])
    cell = read(content).cell(2, 1)
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    assert text in {cell.value, openpyxl.utils.escape.unescape(cell.value or "")}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not any("external" in name.lower() for name in archive.namelist())
        for name in ("sheet1", "sheet2"):
            assert b"<f>" not in archive.read(f"xl/worksheets/{name}.xml")


def test_values_without_a_workbook_type_are_text_and_missing_ones_are_empty():
    sheet = read(to_xlsx([sheet_of(["a", "b", "c", "d"], [[None, True, float("nan"), [1, "x"]]])]))
    values = [cell.value for cell in sheet[2]]
    assert values == [None, True, None, "[1, 'x']"]


def test_an_empty_table_is_a_header_only():
    sheet = read(to_xlsx([sheet_of(["a", "b"], [])]))
    assert [cell.value for cell in sheet[1]] == ["a", "b"]
    assert sheet.max_row == 1


def test_more_rows_than_fit_a_sheet_are_refused(monkeypatch):
    monkeypatch.setattr(excel, "_MOST_ROWS", 3)
    assert read(to_xlsx([sheet_of(["a"], [[1]] * 3)])).max_row == 4
    with pytest.raises(OutputError, match="more than 3 rows"):
        to_xlsx([sheet_of(["a"], [[1]] * 4)])


def test_the_same_sheets_give_the_same_content():
    books = [to_xlsx([sheet_of(["a", "b"], [[1.5, "inside"]])]) for _ in range(2)]
    parts = []
    for book in books:
        with zipfile.ZipFile(io.BytesIO(book)) as archive:
            parts.append({name: archive.read(name) for name in archive.namelist()})
    assert parts[0] == parts[1]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (distance_column([300.0, 1200.0]), "#,##0"),
        (distance_column([300.5, 1200.123]), "#,##0.0"),
        (distance_column([0.1, 5.0]), "#,##0.0"),
        (distance_column([0.351, 5.0]), "#,##0.000"),
        (own_column("staff", ["42", "7"], is_untyped=True), "0"),
        (own_column("opened", ["1999", "2024"], is_untyped=True), "0"),
        (own_column("value", ["150000000", "200000"], is_untyped=True), "#,##0"),
        (own_column("price", ["1.50", "2.00"], is_untyped=True), "0.00"),
        (own_column("ratio", ["1.5", "2.25"], is_untyped=True), "General"),
        (own_column("postcode", ["10115"], is_untyped=True), "General"),
    ],
)
def test_a_number_format_suits_the_numbers(column, expected):
    sheet = Sheet(name="Table", columns=(SheetColumn(heading="a", column=column),))
    cell = read(to_xlsx([sheet])).cell(2, 1)
    assert cell.number_format == expected
    assert cell.value == column.values[0]


def test_sheets_print_on_landscape_pages_one_page_wide_with_their_header():
    content = to_xlsx([sheet_of(["a"], [[1]])], title="A & B", notes=[("x", "y")])
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Table", "About"]
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert str(sheet.page_setup.paperSize) == sheet.PAPERSIZE_A4
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) in {(1, 0), (None, 0)}
        assert sheet.oddFooter.left.text == "A && B"
        assert sheet.oddFooter.right.text == "&P / &N"
    sheet = book["Table"]
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:A2"


def test_rows_are_as_high_as_their_wrapped_texts():
    words = "word " * 60
    column = SheetColumn(heading="Note", column=Column([words, "short"]), wrapped=True)
    sheet = read(to_xlsx([Sheet(name="Table", columns=(column,))]))
    assert sheet.row_dimensions[2].height >= 7 * 15
    assert sheet.cell(2, 1).alignment.wrap_text
    assert sheet.row_dimensions[3].height in {None, 15}


def test_the_command_offers_exactly_the_tables_that_can_be_written():
    from rangemap.cli.check import SUFFIXES

    assert set(SUFFIXES) == {*TABLES, ".parquet", ".xlsx"}


def test_without_xlsxwriter_the_error_gives_the_install_command(run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    outcome = run("check", EXAMPLE, "-o", tmp_path / "a.xlsx")
    assert outcome.status == 1
    assert outcome.err.count("\n") == 1
    assert 'pip install "rangemap[excel]"' in outcome.err
    assert list(tmp_path.iterdir()) == []
