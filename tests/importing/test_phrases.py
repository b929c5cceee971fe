"""Weapon tables as people write them are read as they mean it, or a row is refused with the reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rangemap.errors import QuantityError
from rangemap.importing.phrases import is_missing, plain_phrase, without_conversion
from rangemap.wording.quantities import parse_range
from tests.importing.reading import noted, ranges, weapons


@pytest.fixture
def row(tmp_path):
    """Read one table of weapons and return its ranges, the reasons of its rejects and the log."""

    def read(header, *rows, **options):
        path = tmp_path / "a.csv"
        path.write_text("\n".join((header, *rows, "")), encoding="utf-8")
        result, log = weapons(path, **options)
        return ranges(result), [reject.reason for reject in result.rejects], log

    return read


@pytest.mark.parametrize(
    ("cell", "figure"),
    [
        ("300 km (186 mi)", "about 300 km"), ("300 km (190 mi; 160 nmi)", "about 300 km"),
        ("186 mi (300 km)", "about 186 mi"), ("300 km / 186 mi", "about 300 km"),
        ("300 km [186 mi]", "about 300 km"), ("150 nautical miles (278 km)", "about 150 nmi"),
        ("62–124 mi (100–200 km)", "62-124 mi"), ("up to 1000 km (620 mi)", "up to 1,000 km"),
        ("about 300 km (190 mi) (min 50 km)", "about 300 km (min 50 km)"),
        ("300+ km", "at least 300 km"), ("300 km+", "at least 300 km"), ("300 + km", "at least 300 km"),
        ("over 300 km", "at least 300 km"), ("more than 300 km", "at least 300 km"),
        ("Over 300 km (186 mi)", "at least 300 km"), ("≥300 km", "at least 300 km"),
        ("less than 300 km", "up to 300 km"), ("<300 km", "up to 300 km"), ("max. 300 km", "up to 300 km"),
        ("approx. 300 km", "about 300 km"), ("ca. 300 km", "about 300 km"), ("~300 km", "about 300 km"),
        ("200–300 km", "200-300 km"), ("200 — 300 km", "200-300 km"), ("200‑300 km", "200-300 km"),
        ("200 km – 300 km", "200-300 km"), ("from 200 to 300 km", "200-300 km"),
        ("300 km[3]", "about 300 km"), ("300 km[note 2][a]", "about 300 km"), ("300 km†", "about 300 km"),
        ("300* km", "about 300 km"), ("300 km²", "about 300 km"), ("300 km[citation needed]", "about 300 km"),
        ("120 nm", "about 120 nmi"), ("120 NM", "about 120 nmi"), ("120 n.m.", "about 120 nmi"),
        ("120 nautical miles", "about 120 nmi"), ("300 kms", "about 300 km"), ("300 Kilometers", "about 300 km"),
        ("1 300 km", "about 1,300 km"), ("1\u202f300 km", "about 1,300 km"),
    ],
)  # fmt: skip
def test_a_range_is_read_as_it_is_meant(row, cell, figure):
    read, rejects, log = row("name,range", f'A,"{cell}"')
    assert read == {"A": [figure]}, rejects
    assert noted(log, "check").startswith(f"{cell!r} is {figure}" if cell.isprintable() else "")


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("300 km (300 mi)", "'300 km' and '300 mi' are different distances"),
        ("300 km (160 mi)", "are different distances"),
        ("300 km (200 km)", "is a second figure in the same unit; write one row for each"),
        ("280; 300 km", "has several figures; write one row for each"),
        ("Block I: 200 km, Block II: 300 km", "has several figures"),
        ("300 km (A), 500 km (B)", "has several figures"),
        ("300 km (Block II)", "'Block II' beside about 300 km is not a conversion of it"),
        ("N/A", "range is 'N/A': no figure; remove the row"), ("unknown", "no figure"), ("—", "no figure"),
        ("Mach 5", "expected one figure with its unit"), ("12 min", "unknown unit 'min'"),
    ],
)  # fmt: skip
def test_a_range_that_could_mean_something_else_is_refused(row, cell, reason):
    read, (found,), _ = row("name,range", f'A,"{cell}"')
    assert read == {}
    assert reason in found


def test_a_conversion_in_a_column_with_a_unit_is_checked_too(row):
    read, (reason,), log = row("name,range (km)", "A,300 (186 mi)", "B,300 (500 mi)")
    assert read == {"A": ["about 300 km"]}
    assert "different distances" in reason
    assert "'300 (186 mi)' is '300 km'" in noted(log, "wording")


def test_a_conversion_shows_which_mile_is_meant(row):
    header = "name,range,category"
    rows = ("A,150 miles (278 km),anti-ship missile", "B,150 miles (241 km),anti-ship missile")
    read, _, _ = row(header, *rows)
    assert read == {"A": ["about 150 nmi"], "B": ["about 150 mi"]}


def test_footnote_marks_are_left_out_of_names_and_reported(row):
    read, _, log = row("name,range", "Example-1[2],300 km[3]", "Example-2†,70 km")
    assert read == {"Example-1": ["about 300 km"], "Example-2": ["about 70 km"]}
    assert "'Example-1[2]' is 'Example-1'" in noted(log, "footnotes")
    assert "'300 km[3]' is '300 km'" in noted(log, "wording")


def test_text_for_a_missing_minimum_is_read_as_empty_and_counted(row):
    header = "name,range_km,min_range_km"
    read, rejects, log = row(header, "A,300,N/A", "B,300,-", "C,300,0", "D,300,50", "E,300,none")
    assert not rejects
    assert [read[name] for name in "ABCDE"] == [
        ["about 300 km"], ["about 300 km"], ["about 300 km"], ["about 300 km (min 50 km)"],
        ["about 300 km"],
    ]  # fmt: skip
    assert noted(log, "read as empty").startswith("4 cells (minimum ")


@pytest.mark.parametrize(
    "name", ["A; B", "A | B", "A / B", '"A\nB"', "Example-1 / Example-2 / Example-3"]
)
def test_several_systems_in_one_cell_are_refused(row, name):
    read, (reason,), _ = row("name,range_km", f"{name},300")
    assert read == {}
    assert "could be several systems or several names of one; write one row for each" in reason


def test_several_names_are_one_system_if_the_aliases_list_them(row):
    read, rejects, _ = row("name,range_km,aliases", "Helina / Dhruvastra,8,Helina|Dhruvastra")
    assert (list(read), rejects) == (["Helina / Dhruvastra"], [])


def test_ranges_in_two_units_in_two_columns_need_a_choice(row):
    with pytest.raises(Exception, match=r"#2 'Range \(km\)' and #3 'Range \(mi\)' could both be"):
        row("name,Range (km),Range (mi)", "A,300,186")
    read, _, log = row("name,Range (km),Range (mi)", "A,300,186", columns={"range": "Range (km)"})
    assert read == {"A": ["about 300 km"]}
    assert "Range (mi)" in noted(log, "not used")


FIGURES = st.integers(10, 20_000)
MILES_KM = {"km": 1.0, "mi": 1.609344, "nmi": 1.852}


@given(FIGURES, st.sampled_from(list(MILES_KM)), st.sampled_from(list(MILES_KM)), st.booleans())
def test_any_conversion_rounded_to_two_digits_is_recognised(figure, unit, other, slash):
    if unit == other:
        return
    exact = figure * MILES_KM[unit] / MILES_KM[other]
    rounded = float(f"{exact:.2g}") if exact >= 10 else round(exact, 1)
    phrase = (
        f"{figure} {unit} / {rounded:.10g} {other}"
        if slash
        else f"{figure} {unit} ({rounded:.10g} {other})"
    )
    kept = without_conversion(plain_phrase(phrase)).replace("statute ", "")
    assert parse_range(kept) == parse_range(f"{figure} {unit}")


@given(FIGURES, st.floats(1.15, 5))
def test_a_figure_that_is_no_conversion_is_refused(figure, factor):
    with pytest.raises(QuantityError):
        without_conversion(f"{figure} km ({figure * factor / 1.609344:.1f} mi)")


@given(st.text(max_size=60))
def test_any_text_is_rewritten_or_refused(text):
    is_missing(text)
    try:
        without_conversion(plain_phrase(text))
    except QuantityError as error:
        assert str(error)
