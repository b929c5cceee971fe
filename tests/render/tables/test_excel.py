"""The check table as a workbook, read by openpyxl: the same table, nothing executable."""

import io
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

import rangemap as rm
from rangemap.errors import OutputError
from rangemap.render.tables import excel
from rangemap.render.tables.excel import to_xlsx
from rangemap.render.tables.text import TABLES

EXAMPLE = Path(__file__).resolve().parents[3] / "maps" / "iraq-2024.yaml"


def read(content):
    return openpyxl.load_workbook(io.BytesIO(content))["Table"]


def test_the_workbook_contains_the_check_table_exactly(run, tmp_path):
    outcome = run("check", EXAMPLE, "-o", tmp_path / "a.xlsx")
    assert outcome.status == 0
    sheet = read((tmp_path / "a.xlsx").read_bytes())
    header, *rows = sheet.iter_rows(values_only=True)
    table = rm.Scenario.read(EXAMPLE).check()
    assert list(header) == [*table.columns, "edition"]
    # An empty cell is empty text or no value; a workbook does not distinguish them.
    expected = [[None if v == "" or v != v else v for v in row] for row in table.values.tolist()]  # noqa: PLR0124  NaN
    assert [[None if v == "" else v for v in row[:-1]] for row in rows] == expected
    assert all(isinstance(row[header.index("distance_km")], float | int) for row in rows)


def test_the_header_is_frozen_and_verdicts_have_their_colours(run, tmp_path):
    run("check", EXAMPLE, "-o", tmp_path / "a.xlsx")
    sheet = read((tmp_path / "a.xlsx").read_bytes())
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref.startswith("A1:")
    column = next(cell.column for cell in sheet[1] if cell.value == "verdict")
    colours = {
        row[column - 1].value: row[column - 1].fill.fgColor.rgb
        for row in sheet.iter_rows(min_row=2)
    }
    assert set(colours) == {"inside", "disputed", "outside"}
    assert len(set(colours.values())) == 3
    distance = next(cell.column for cell in sheet[1] if cell.value == "distance_km")
    assert sheet.cell(2, distance).number_format == "#,##0.000"


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
    content = to_xlsx(["name", text], [[text, 1]])
    cell = read(content).cell(2, 1)
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    assert text in {cell.value, openpyxl.utils.escape.unescape(cell.value or "")}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not any("external" in name.lower() for name in archive.namelist())
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_values_without_a_workbook_type_are_text_and_missing_ones_are_empty():
    sheet = read(to_xlsx(["a", "b", "c", "d"], [[None, True, float("nan"), [1, "x"]]]))
    values = [cell.value for cell in sheet[2]]
    assert values == [None, True, None, "[1, 'x']"]


def test_an_empty_table_is_a_header_only():
    assert [cell.value for cell in read(to_xlsx(["a", "b"], []))[1]] == ["a", "b"]


def test_more_rows_than_fit_a_sheet_are_refused(monkeypatch):
    monkeypatch.setattr(excel, "_MOST_ROWS", 3)
    assert read(to_xlsx(["a"], [[1]] * 3)).max_row == 4
    with pytest.raises(OutputError, match="more than 3 rows"):
        to_xlsx(["a"], ([1] for _ in range(4)))


def test_the_same_table_gives_the_same_content():
    tables = [to_xlsx(["a", "verdict"], [[1.5, "inside"]]) for _ in range(2)]
    parts = []
    for table in tables:
        with zipfile.ZipFile(io.BytesIO(table)) as archive:
            parts.append({name: archive.read(name) for name in archive.namelist()})
    assert parts[0] == parts[1]


def test_the_command_offers_exactly_the_tables_that_can_be_written():
    from rangemap.cli.check import SUFFIXES

    assert set(SUFFIXES) == {*TABLES, ".parquet"}  # written in parts


def test_without_xlsxwriter_the_error_gives_the_install_command(run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    outcome = run("check", EXAMPLE, "-o", tmp_path / "a.xlsx")
    assert outcome.status == 1
    assert outcome.err.count("\n") == 1
    assert 'pip install "rangemap[excel]"' in outcome.err
    assert list(tmp_path.iterdir()) == []
