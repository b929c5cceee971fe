"""One stray row never decides how the others are read: order of dates, decimal separator, hemisphere, notation."""

import json

import pytest

from tests.importing.reading import noted, positions, ranges, sites, weapons

HEAD = "name,country,category,range,publisher,date"


def table(tmp_path, dates=(), figures=(), name="a.csv"):
    rows = max(len(dates), len(figures))
    lines = [
        f'W{n},X,c,"{figures[n] if figures else "100 km"}",P,{dates[n] if dates else "2024"}'
        for n in range(rows)
    ]
    path = tmp_path / name
    path.write_text("\n".join([HEAD, *lines]) + "\n", "utf-8")
    return path


OPEN_DATES = [f"0{n}/02/2024" for n in (1, 3, 4, 5, 6, 7, 8, 9)]


@pytest.mark.parametrize(
    ("dates", "problem"),
    [
        (OPEN_DATES, "every date is ambiguous"),
        (["25/06/2023", *OPEN_DATES], "only '25/06/2023' in row 2 shows the order, dmy"),
        ([*OPEN_DATES, "06/25/2023"], "only '06/25/2023' in row 10 shows the order, mdy"),
        (["25/06/2023", "06/25/2023"], "the column has both: '25/06/2023' in row 2 is dmy"),
        (["25/06/2023", "26/06/2023", "06/25/2023"], "the column has both"),
    ],
)
def test_the_order_of_dates_is_asked_for(tmp_path, dates, problem):
    path = table(tmp_path, dates)
    with pytest.raises(ValueError, match="use --dates dmy or --dates mdy") as refused:
        weapons(path)
    assert problem in str(refused.value)
    assert "--dates" in str(refused.value)


@pytest.mark.parametrize("order", ["dmy", "mdy"])
def test_three_dates_or_half_of_them_decide_and_a_stray_one_is_rejected(tmp_path, order):
    def written(day, month):
        return f"{day:02}/{month:02}/2024" if order == "dmy" else f"{month:02}/{day:02}/2024"

    clear = [written(day, 6) for day in range(13, 23)]
    result, log = weapons(table(tmp_path, [*OPEN_DATES, *clear]))
    assert noted(log, "dates").startswith(f"{order} (10 dates such as")
    first = "2024-02-01" if order == "dmy" else "2024-01-02"
    assert f"date: '{first}'" in result.content
    stray = "06/25/2024" if order == "dmy" else "25/06/2024"
    result, log = weapons(table(tmp_path, [stray, *clear]))
    assert [(each.row, each.reason) for each in result.rejects] == [
        (2, f"date is '{stray}', whose month is 25 in the order {order}; correct it")
    ]
    assert "row 2 contradicts it" in noted(log, "dates")
    assert weapons(table(tmp_path, [written(25, 6), "01/02/2024"]))[0].content.count("date:") == 2


def test_a_date_whose_day_is_its_month_is_no_evidence_and_needs_none(tmp_path):
    result, _ = weapons(table(tmp_path, ["05/05/2024", "6/6/2023"]))
    assert "date: '2024-05-05'" in result.content
    assert "date: '2023-06-06'" in result.content


GROUPED = ["1,200 km", "2,500 km", "1,800 km", "3,000 km"]


@pytest.mark.parametrize("stray", ["2.5 km", "1,250,000 m", "2,5 km", "1.250.000 m"])
def test_one_figure_does_not_decide_for_ambiguous_ones(tmp_path, stray):
    path = table(tmp_path, figures=[*GROUPED, stray])
    with pytest.raises(ValueError, match=r"row 2: '1,200' has two readings") as refused:
        weapons(path)
    assert f"only {stray.split()[0]!r} in row 6 shows a decimal" in str(refused.value)
    assert "use --decimal point or --decimal comma" in str(refused.value)
    result, _ = weapons(path, decimal="point")
    assert ranges(result)["W0"] == ["about 1,200 km"]
    result, _ = weapons(path, decimal="comma")
    assert ranges(result)["W0"] == ["about 1.2 km"]


def test_three_figures_decide_and_a_stray_one_is_rejected(tmp_path):
    result, _ = weapons(table(tmp_path, figures=[*GROUPED, "2.5 km", "3.5 km", "4.5 km"]))
    assert ranges(result)["W0"] == ["about 1,200 km"]
    clear = [f"{n},5 km" for n in range(10)]
    result, log = weapons(table(tmp_path, figures=["1.200 km", *clear, "2.5 km"]))
    assert ranges(result)["W0"] == ["about 1,200 km"]
    assert [each.row for each in result.rejects] == [13]
    assert "is not a number with a decimal comma" in result.rejects[0].reason
    assert noted(log, "decimal").startswith("comma (10 of 11")


def test_degrees_with_both_separators_are_asked_about(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("name;lat;lon\nA;33,3;44,4\nB;36.2;44.0\n", "utf-8")
    with pytest.raises(ValueError, match="use --decimal point or --decimal comma"):
        sites(path)
    rows = "".join(f"P{n};3{n},5;44,{n}\n" for n in range(10))
    path.write_text(f"name;lat;lon\n{rows}B;36.2;44.0\n", "utf-8")
    result, _ = sites(path)
    assert [each.row for each in result.rejects] == [12]
    assert len(positions(result)) == 10


def test_a_stray_hemisphere_rejects_its_row_only(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("name,lat,N/S,lon\nA,12.05,S,-77\nB,33.03,S,-71\nC,1,?,5\nD,2,,5\n", "utf-8")
    result, _ = sites(path)
    assert positions(result) == {"A": (-12.05, -77), "B": (-33.03, -71)}
    assert [each.row for each in result.rejects] == [4, 5]
    assert "hemisphere of latitude is '?'; expected N or S" in result.rejects[0].reason


def test_a_row_of_degrees_among_degrees_and_minutes_is_rejected(tmp_path):
    path = tmp_path / "a.csv"
    rows = "".join(f"P{n},33{n}2.50,0442{n}.40\n" for n in range(6))
    rows += "".join(f"Q{n},33{n}2.50,0442{n}.40\n" for n in range(5))
    path.write_text(f"name,lat,lon\n{rows}Stray,33.31,44.36\n", "utf-8")
    result, log = sites(path)
    assert noted(log, "notation").startswith("DDMM.mmm")
    assert [each.row for each in result.rejects] == [13]
    assert "fit degrees, but the other rows are DDMM.mmm" in result.rejects[0].reason
    places = json.loads(result.content)["features"]
    assert len(places) == 11


def test_one_byte_in_another_encoding_is_asked_about(tmp_path):
    path = tmp_path / "a.csv"
    head = "name,lat,lon\n" + "Köln,1,2\n" * 50
    path.write_bytes(head.encode() + "Gnöpf,1,2\n".encode("cp1252"))
    with pytest.raises(ValueError, match="row 52: byte 0xf6 is not UTF-8; specify the encoding"):
        sites(path)
