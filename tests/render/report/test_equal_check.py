"""Reports and workbooks of random scenarios: every number is that of `check`, cell by cell, in every format."""

import base64
import io
import re
from collections import defaultdict

import openpyxl
import pandas as pd
import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

import rangemap as rm
from rangemap.render.outputs import MapFiles
from rangemap.render.report import make_content
from rangemap.render.report.docx import to_docx
from rangemap.render.report.html import to_html
from rangemap.render.report.markdown import to_markdown
from rangemap.render.report.pdf import to_pdf
from rangemap.render.tables.workbook import make_workbook
from tests.render.report.test_board import Lines

WORDS = {
    "inside": "within reach", "disputed": "disputed", "too_close": "below minimum range",
    "outside": "out of reach",
}  # fmt: skip
COUNTED = {"inside": "Within", "disputed": "Disputed", "too_close": "Too close", "outside": "Outside"}  # fmt: skip
SUMS = ("staff", "value_k")
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
PAGE = '<html><head><meta http-equiv="Content-Security-Policy" content="style-src \'none\'"></head></html>'

positions = st.tuples(st.integers(-80, 80), st.integers(-177, 177))
figures = st.tuples(st.integers(2, 90), st.integers(0, 60), st.none() | st.integers(1, 20))
rows = st.tuples(st.floats(-2, 2), st.floats(-2, 2), st.none() | st.integers(0, 40_000), st.integers(-9, 10**6))  # fmt: skip


@st.composite
def scenarios(draw):
    """A scenario with up to two origins and four ranges, and sites around the first origin."""
    origins = draw(st.lists(positions, min_size=1, max_size=2, unique=True))
    ranges = []
    for number, (low, more, minimum) in enumerate(draw(st.lists(figures, min_size=1, max_size=4))):
        text = f"{10 * low}-{10 * (low + more)} km" if more else f"{10 * low} km"
        ranges.append(f"R{number}={text}" + (f" (min {minimum} km)" if minimum and minimum < 10 * low else ""))  # fmt: skip
    lat, lon = origins[0]
    found = [*draw(st.lists(rows, max_size=8)), (0.5, 0.5, draw(st.integers(0, 9)), 1)]
    table = pd.DataFrame(
        [(f"Place{n}", lat + y, lon + x, staff, value / 10) for n, (y, x, staff, value) in enumerate(found)],
        columns=["name", "lat", "lon", *SUMS],
    )  # fmt: skip
    table["staff"] = table["staff"].astype("Int64")
    return rm.Scenario(origins=[f"O{n}={y},{x}" for n, (y, x) in enumerate(origins)], ranges=ranges, sites=table)  # fmt: skip


class NotedLines(Lines):
    """Rows with the notes in their cells on lines of their own."""

    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        if ("class", "note") in attrs:
            self.rows[-1][-1] += "\n"


def tables_of(content, suffix):
    """The tables of a report, by the library of others; a table begins with its header."""
    if suffix == ".docx":
        return [[[c.text for c in row.cells] for row in t.rows] for t in Document(io.BytesIO(content)).tables]  # fmt: skip
    if suffix == ".html":
        rows = NotedLines(content.decode()).rows
        starts = [n for n, row in enumerate(rows) if row[0] in {"Site", "From", "Weapon or range", "Figure"}]  # fmt: skip
        return [rows[a:b] for a, b in zip(starts, [*starts[1:], None], strict=True)]
    tables, lines = [[]], content.decode().splitlines()
    for line in lines:
        if line.startswith("| ---"):
            continue
        if line.startswith("| "):
            plain = re.sub(r"\\(?=[^\w\s])", "", line).replace("<br>", "\n")
            tables[-1].append([cell.strip(" ") for cell in plain[2:-2].split(" | ")])
        elif tables[-1]:
            tables.append([])
    return [table for table in tables if table]


def number(text):
    return float(re.match(r"-?[\d,]+(\.\d+)?", text)[0].replace(",", ""))


def expect_report(tables, check, several):
    """Compare the cells of a report's tables with the verdict table."""
    cells = defaultdict(dict)
    for header, *body in (table for table in tables if table[0][0] == "Site"):
        for row in body:
            cells[row[0]] |= dict(zip(header, row, strict=True))
    assert set(cells) == set(check["site"])
    for row in check.to_dict("records"):
        found = cells[row["site"]]
        heading = f"{row['weapon']}\nfrom {row['origin']}" if several else row["weapon"]
        heading = next(name for name in found if name.replace("\n", "") == heading.replace("\n", ""))  # fmt: skip
        verdict, *notes = found[heading].split("\n")
        assert verdict == WORDS[row["verdict"]]
        shown = notes[0] if several else found["Distance"]
        assert number(shown) == pytest.approx(row["distance_km"], abs=0.051)
        if row["verdict"] == "disputed" and f"{row['claims_reaching']} of {row['claims']}" not in "".join(notes):  # fmt: skip
            assert row["claims_reaching"] in {0, row["claims"]}
        assert (found["staff"] == "") == pd.isna(row["staff"])
        assert found["staff"] == "" or number(found["staff"]) == row["staff"]
        assert number(found["value k"]) == row["value_k"]
    rings = list(check.groupby(["weapon", "origin"] if several else ["weapon"], sort=False))
    others = [table for table in tables if table[0][0] in {"From", "Weapon or range"}]
    assert len(others) == 1 + len(SUMS)
    for table, column in zip(others, (None, *SUMS), strict=True):
        header, *body = table
        assert len(body) == len(rings)
        by_name = {tuple(reversed(row[:2])) if several else (row[0],): row for row in body}
        for key, part in rings:
            row = dict(zip(header, by_name[key], strict=True))
            for verdict, title in COUNTED.items():
                chosen = part[part["verdict"] == verdict]
                expected = len(chosen) if column is None else chosen[column].fillna(0).sum()
                if verdict == "too_close" and title not in row:
                    assert not len(check[check["verdict"] == verdict])
                else:
                    assert number(row[title]) == pytest.approx(expected, abs=1e-6)
            if column is not None:
                assert number(row["Total"]) == pytest.approx(part[column].fillna(0).sum(), abs=1e-6)


def expect_workbook(book, check):
    """Compare the cells of a workbook's sheets with the verdict table."""
    sheets = {}
    for sheet in book:
        header, *body = sheet.iter_rows(values_only=True)
        sheets[sheet.title] = [dict(zip(header, row, strict=True)) for row in body]
    names = {
        "From": "origin", "Weapon or range": "weapon", "Site": "site", "Distance (km)": "distance_km",
        "Line drawn (km)": "headline_km", "Claims that reach": "claims_reaching", "Margin (km)": "margin_km",
        "value k": "value_k", "Minimum range (km)": "min_km", "staff": "staff",
    }  # fmt: skip
    assert len(sheets["Verdicts"]) == len(check)
    for found, row in zip(sheets["Verdicts"], check.to_dict("records"), strict=True):
        assert found["Verdict"] == WORDS[row["verdict"]]
        for title, name in names.items():
            if pd.isna(row[name]):
                assert found.get(title) is None, title
            else:
                assert found[title] == row[name], title
    several = len(set(check["origin"])) > 1
    for row in check.to_dict("records"):
        (found,) = [one for one in sheets["Sites"] if one["Site"] == row["site"]]
        ring = f"{row['weapon']} from {row['origin']}" if several else row["weapon"]
        assert found[ring] == WORDS[row["verdict"]]
    rings = {(one["From"], one["Weapon or range"]): one for one in sheets["Summary"]}
    for key, part in check.groupby(["origin", "weapon"]):
        assert rings[key]["Sites"] == len(part)
        for verdict, title in COUNTED.items():
            chosen = part[part["verdict"] == verdict]
            assert rings[key].get(title, 0) == len(chosen)
            for column in SUMS:
                shown = rings[key].get(f"{column.replace('_', ' ')}: {title}", 0)
                assert shown == pytest.approx(chosen[column].fillna(0).sum(), abs=1e-6)


@pytest.mark.thorough
@settings(max_examples=12, deadline=None)
@given(scenarios())
def test_reports_and_workbooks_have_the_numbers_of_check(scenario):
    check = scenario.check()
    several = len(scenario.origins) > 1
    selection = scenario.select()
    report = make_content(MapFiles(selection), alt="A map.", sums=SUMS)
    contents = {
        ".docx": to_docx(report, png=PNG),
        ".html": to_html(report, page=PAGE, png=PNG),
        ".md": to_markdown(report, picture="m.png"),
    }
    for suffix, content in contents.items():
        expect_report(tables_of(content, suffix), check, several)
    pdf = to_pdf(report, picture=SVG, make_png=lambda: PNG, families=["DejaVu Sans"], fonts=[])
    pages = PdfReader(io.BytesIO(pdf)).pages
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
    tables = tables_of(contents[".docx"], ".docx")
    for row in (row for table in tables if table[0][0] != "Figure" for row in table):
        assert re.sub(r"\s", "", "".join(row)) in text, row
    expect_workbook(openpyxl.load_workbook(io.BytesIO(make_workbook(selection, sums=SUMS))), check)
