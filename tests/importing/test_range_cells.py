"""Cells of weapon tables as encyclopaedias and think tanks write them: read as meant, or refused with a way out."""

import csv

import pytest

from tests.importing.reading import noted, ranges, weapons

READ = {
    # qualifiers around the figure
    "300 km max": "up to 300 km", "300 km (max.)": "up to 300 km", "300 km maximum": "up to 300 km",
    "Maximum range: 300 km": "up to 300 km", "up to 300 km (max)": "up to 300 km", "< 300 km": "up to 300 km",
    "300 km (est.)": "about 300 km", "300 km (estimated)": "about 300 km", "300 km approx.": "about 300 km",
    "Est. 300 km": "about 300 km", "ca. 300 km": "about 300 km", "~300 km (~190 mi)": "about 300 km",
    "300 km or more": "at least 300 km", "300 km and above": "at least 300 km", "well over 300 km": "at least 300 km",
    "upwards of 300 km": "at least 300 km", "excess of 300 km": "at least 300 km", "above 300 km": "at least 300 km",
    "12,000+ km (7,500+ mi)": "at least 12,000 km", "12,000 km+ (7,500 mi+)": "at least 12,000 km",
    "> 12,000 km (> 7,500 mi)": "at least 12,000 km", "60+ nmi": "at least 60 nmi", "1,000 nm+": "at least 1,000 nmi",
    "Range: 300 km": "about 300 km", "300 km range": "about 300 km", "range of 300 km": "about 300 km",
    # minimum and maximum
    "min 50 km, max 300 km": "up to 300 km (min 50 km)", "Min. 50 km / Max. 300 km": "up to 300 km (min 50 km)",
    "50 km (min) – 300 km (max)": "up to 300 km (min 50 km)", "50-300 km (min-max)": "up to 300 km (min 50 km)",
    "300 km (min 50 km)": "about 300 km (min 50 km)",
    # two figures
    "300…500 km": "300-500 km", "300...500 km": "300-500 km", "300 ~ 500 km": "300-500 km", "300〜500 km": "300-500 km",
    "300 – 500 km": "300-500 km", "300 km to 500 km": "300-500 km", "between 300 and 500 km": "300-500 km",
    "700 km (430 mi)–1,000 km (620 mi)": "700-1,000 km", "700–1,000 km (430–620 mi)": "700-1,000 km",
    "8,000–10,000 km (5,000–6,200 mi)": "8,000-10,000 km",
    # marks and markup
    "300 km [citation needed]": "about 300 km", "300 km{{citation needed|date=May 2024}}": "about 300 km",
    "300 km<ref name=a>Jane's</ref>": "about 300 km", "300 km<ref name=a />": "about 300 km", "300 km ²": "about 300 km",
    "300&nbsp;km": "about 300 km", "300&#160;km<br/>(190 mi)": "about 300 km", "300 km[4][5]": "about 300 km",
    "{{convert|300|km|mi|abbr=on}}": "about 300 km", "{{cvt|300|-|500|km|mi}}": "300-500 km",
    # units
    "130 nmi (150 mi; 240 km)": "about 130 nmi", "70 nmi (80.6 mi, 130 km)": "about 70 nmi",
    "300 km/190 mi": "about 300 km", "300 km [190 mi]": "about 300 km", "67 nautical miles (124 km)": "about 67 nmi",
}  # fmt: skip

REFUSED = {
    "300 km (Block I)": "move it to the note or the variant", "300 km; 500 km": "second figure in the same unit",
    "300 km (A), 500 km (B)": "has several figures; write one row for each",
    "300 km (surface-launched); 500 km (air-launched)": "has several figures; write one row for each",
    "300 km (ER: 500 km)": "move it to the note or the variant", "280 km (export) / 500 km": "has several figures",
    "300/500 km": "has several figures; write one row for each", "300 km (claimed)": "move it to the note",
    "Mach 3": "expected one figure with its unit", "300 km?": "expected one figure with its unit",
    "75 m – 4 km": "two units, m and km; write both figures in one", "300 km - 190 mi": "two units, km and mi",
    "300 km (500 mi)": "are different distances; keep the published figure", "300": "no unit; add one, or use --unit km",
    "N/A": "no figure; remove the row", "—": "no figure; remove the row", "Classified": "no figure; remove the row",
    "intercontinental": "is not a range", "see above": "is not a range", "500 kg": "unknown unit 'kg'",
    "300 ± 10 km": "is not a range", "nearly 300 km": "is not a range", "0 km": "outside 0 to 100,000 km",
    "300 km\n500 km": "is not a range", "300 км": "unknown unit 'км'", "-300 km": "is not a range",
}  # fmt: skip


def written(tmp_path, *rows, columns=("name", "category", "range")):
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


@pytest.mark.parametrize("cell", READ)
def test_a_range_is_read_as_the_table_means_it(tmp_path, cell):
    result, log = weapons(written(tmp_path, ["W", "ballistic missile", cell]), decimal="point")
    assert ranges(result) == {"W": [READ[cell]]}
    assert cell[:37] in noted(log, "check") + noted(log, "wording")


@pytest.mark.parametrize("cell", REFUSED)
def test_any_other_cell_is_refused_with_the_way_out(tmp_path, cell):
    result, _ = weapons(written(tmp_path, ["W", "ballistic missile", cell]), decimal="point")
    (reject,) = result.rejects
    assert REFUSED[cell] in reject.reason
    assert reject.reason.startswith("range")


def test_a_range_that_may_begin_with_a_minimum_is_pointed_out(tmp_path):
    rows = [["A", "c", "0.3-5 km"], ["B", "c", "30-400 km"], ["C", "c", "50-300 km"]]
    result, log = weapons(written(tmp_path, *rows))
    assert ranges(result) == {"A": ["0.3-5 km"], "B": ["30-400 km"], "C": ["50-300 km"]}
    assert noted(log, "wide ranges") == (
        "2 rows read from low to high (row 2: if 0.3 km is the minimum range, write 5 km (min 0.3 km);"
        " row 3: if 30 km is the minimum range, write 400 km (min 30 km))"
    )


@pytest.mark.parametrize(
    "name",
    [
        "Scud-B; Scud-C", "Scud-B / Scud-C", "Scud-B, Scud-C", "Kh-55/Kh-555", "Shahed-131/136",
        "Hwasong-5 and Hwasong-6", "Shahed-131 & Shahed-136", "HQ-9/FD-2000", "R-17|R-300", "Scud-B\nScud-C",
    ],
)  # fmt: skip
def test_several_systems_in_a_cell_are_never_one_weapon(tmp_path, name):
    result, _ = weapons(written(tmp_path, [name, "ballistic missile", "300 km"]))
    (reject,) = result.rejects
    assert "could be several systems or several names of one" in reject.reason


@pytest.mark.parametrize(
    "name",
    [
        "R-17 Elbrus (SS-1c, Scud B)", "BGM-109 Tomahawk, Block IV", "Harpoon", "Fateh-110 Block 2", "AN/TPQ-36",
        "3M-54 Kalibr", "Storm Shadow/SCALP", "Kh-59MK2", "Sea Sparrow and variants", "M30/A", "Zolfaghar (Iran), naval",
    ],
)  # fmt: skip
def test_one_name_with_commas_or_strokes_is_kept(tmp_path, name):
    result, _ = weapons(written(tmp_path, [name, "ballistic missile", "300 km"]))
    assert list(ranges(result)) == [name]


def test_columns_of_the_export_are_read_back(tmp_path):
    columns = [
        "name",
        "category",
        "range",
        "wording",
        "title",
        "corrected_title",
        "url",
        "archived",
    ]
    row = [
        "W",
        "c",
        "up to 70 km",
        "«до 70 км»",
        "wrong",
        "Right",
        "https://a.example/1",
        "https://web.example/1",
    ]
    result, log = weapons(written(tmp_path, row, columns=columns))
    for line in (
        "wording: «до 70 км»",
        "corrected_title: Right",
        "archived: https://web.example/1",
    ):
        assert line in result.content
    assert not noted(log, "not used")
    row[-1] = "N/A"
    assert "archived" not in weapons(written(tmp_path, row, columns=columns))[0].content
