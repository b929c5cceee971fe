"""Tables without a row of column names, in `check` and in imports; `.dat` files."""

import csv
import io
import zipfile

import pytest
import xlsxwriter

from tests.importing.reading import positions, sites

ASK = ("check", "--from", "33.3,44.4", "--range", "500 km", "--format", "csv")
NUMBERED = ("--lat", "2", "--lon", "3", "--name", "1")
LINES = ["Erbil,36.2,44.0,x", "Baghdad,33.3,44.4,y", "Basra,30.5,47.8,z"]


def rows_of(outcome):
    assert outcome.status == 0, outcome.err
    return list(csv.DictReader(io.StringIO(outcome.out)))


def written(path, lines):
    if path.suffix == ".xlsx":
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for number, line in enumerate(lines):
                name, *numbers, note = line.split(",")
                sheet.write_row(number, 0, [name, *map(float, numbers), note])
        return path
    text = "\n".join(lines) + "\n"
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.dat", text)
    else:
        path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.dat", "a.txt", "a.xlsx", "a.zip"])
@pytest.mark.parametrize("option", ["--sites", "--origins"])
def test_columns_by_number_keep_the_first_row(run, tmp_path, name, option):
    path = written(tmp_path / name, LINES)
    ask = ASK if option == "--sites" else ("check", "-s", "Erbil", *ASK[3:])
    rows = rows_of(run(*ask, option, path, *NUMBERED))
    shown = "site" if option == "--sites" else "origin"
    assert [row[shown] for row in rows] == ["Erbil", "Baghdad", "Basra"]
    if option == "--sites":
        assert [row["#4"] for row in rows] == ["x", "y", "z"]
        assert float(rows[1]["distance_km"]) == 0


def test_a_table_with_names_keeps_them(run, tmp_path):
    path = written(tmp_path / "a.csv", ["place,lat,lon,note", *LINES])
    rows = rows_of(run(*ASK, "--sites", path, *NUMBERED))
    assert [row["site"] for row in rows] == ["Erbil", "Baghdad", "Basra"]
    assert [row["note"] for row in rows] == ["x", "y", "z"]
    pandas = written(tmp_path / "p.csv", ["0,1,2,3", *LINES])
    rows = rows_of(run(*ASK, "--sites", pandas, "--lat", "1", "--lon", "2", "--name", "0"))
    assert [row["site"] for row in rows] == ["Erbil", "Baghdad", "Basra"]


def test_rows_in_chunks_have_the_same_numbers(run, tmp_path, monkeypatch):
    bad = ["Far,95,1,x", "torn", "Odd,1,1,x,y"]
    path = written(tmp_path / "a.dat", [LINES[0], *bad, LINES[1]])
    rejects = tmp_path / "r.csv"
    words = (*ASK, "--sites", path, *NUMBERED, "--rejects", rejects)
    small = run(*words)
    left = rejects.read_text("utf-8")
    assert [line.split(",")[0] for line in left.splitlines()] == ["row", "2", "3", "4"]
    monkeypatch.setattr("rangemap.cli.check._MEDIUM", 0)
    assert run(*words).out == small.out
    numbers = [line.split(",")[0] for line in rejects.read_text("utf-8").splitlines()]
    assert numbers == ["row", "2", "3", "4"]


def test_a_first_row_of_data_is_never_taken_for_names(run, tmp_path):
    path = written(tmp_path / "a.dat", LINES)
    for words in ((), ("--lat", "36.2", "--lon", "44.0", "--name", "Erbil")):
        outcome = run(*ASK, "--sites", path, *words)
        assert (outcome.status, outcome.out) == (1, "")
        assert "(such as --lat 2 --lon 3 --name 1)" in outcome.err


def test_an_import_says_how_to_read_it_and_does(tmp_path):
    path = written(tmp_path / "a.dat", LINES)
    with pytest.raises(
        ValueError,
        match=r"if these are data, use --header-row 0, and columns by number, such as #2",
    ):
        sites(path)
    result, log = sites(path, header_row=0, columns={"name": "#1", "lat": "#2", "lon": "#3"})
    assert positions(result) == {
        "Erbil": (36.2, 44),
        "Baghdad": (33.3, 44.4),
        "Basra": (30.5, 47.8),
    }
    assert [note.choice for note in log.notes if note.subject in {"name", "lat", "lon"}] == [
        "column '#1'", "column '#2'", "column '#3'",
    ]  # fmt: skip


def test_a_table_in_one_column_asks_for_the_delimiter(tmp_path):
    path = tmp_path / "a.dat"
    path.write_text("Erbil:36.2:44.0\nBaghdad:33.3:44.4\n", "utf-8")
    with pytest.raises(ValueError, match="if it is several columns, use --delimiter CHAR"):
        sites(path)
    columns = {"name": "#1", "lat": "#2", "lon": "#3"}
    result, _ = sites(path, header_row=0, delimiter=":", columns=columns)
    assert positions(result) == {"Erbil": (36.2, 44), "Baghdad": (33.3, 44.4)}
