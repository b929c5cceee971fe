"""A report for a board: findings, totals and sites are those of `check`, in every format."""

import io
import json
import re
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from docx import Document
from pypdf import PdfReader

import rangemap as rm
from rangemap.render.outputs import MapFiles, PictureOptions
from rangemap.render.report import SUFFIXES, make_content, report_files

ROWS = [
    ("Kuwait shop", 29.3759, 47.9774, 22, 900000), ("Istanbul hub", 41.0082, 28.9784, 330, 41000000),
    ("Beirut office", 33.8938, 35.5018, 42, 1200000), ("Doha office", 25.2854, 51.5310, 60, 8000000),
]  # fmt: skip
WORDS = {"inside": "within reach", "disputed": "disputed", "outside": "out of reach"}


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    folder = tmp_path_factory.mktemp("board")
    lines = [",".join(map(str, row)) for row in ROWS]
    (folder / "s.csv").write_text("name,lat,lon,staff,insured_value\n" + "\n".join(lines) + "\n")
    return rm.Scenario(
        title="Exposure of our sites", subtitle="Quarterly review", credit="Group Security",
        date="2026-11-30", origins="Kermanshah", weapons=["Fateh-110", "Shahab-3"],
        sites=folder / "s.csv",
    )  # fmt: skip


@pytest.fixture(scope="module")
def reports(board):
    files = MapFiles(board.select(), PictureOptions(size="page", titled=False))
    paths = [Path(f"r{suffix}") for suffix in SUFFIXES]
    return {
        path.suffix: content
        for path, content in report_files(files, paths, sums=["staff", "insured_value"]).items()
    }


class Lines(HTMLParser):
    """Rows of tables, headings and other texts of an HTML page, without the page in its frame."""

    def __init__(self, content):
        super().__init__()
        self.rows, self.headings, self.texts, self.open = [], [], [], []
        self.feed(content)

    def handle_starttag(self, tag, _attrs):
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")
        elif re.fullmatch(r"h\d", tag):
            self.headings.append([int(tag[1]), ""])

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        if "style" in self.open:
            return
        self.texts.append(data)
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data
        elif self.headings and self.open and self.open[-1] == f"h{self.headings[-1][0]}":
            self.headings[-1][1] += data


def rows_of(reports, suffix):
    content = reports[suffix]
    if suffix == ".html":
        return Lines(content.decode()).rows
    if suffix == ".docx":
        tables = Document(io.BytesIO(content)).tables
        return [[cell.text.replace("\n", "") for cell in row.cells] for t in tables for row in t.rows]  # fmt: skip
    lines = [line for line in content.decode().splitlines() if line.startswith("| ")]
    plain = [re.sub(r"\\(?=[^\w\s])", "", line).replace("<br>", "") for line in lines]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in plain]


def text_of(reports, suffix):
    content = reports[suffix]
    if suffix == ".pdf":
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    elif suffix == ".docx":
        body = Document(io.BytesIO(content)).element.body
        text = "".join(node.text or "" for node in body.iter() if node.tag.endswith("}t"))
    elif suffix == ".html":
        text = "".join(Lines(content.decode()).texts)
    else:
        text = re.sub(r"\\(?=[^\w\s])", "", content.decode())
        text = re.sub(r"!\[.*\]\(.*\)", "", text)  # the picture with its description
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("suffix", [".html", ".docx", ".md"])
def test_rows_have_verdicts_and_own_columns_the_most_exposed_first(reports, board, suffix):
    rows = rows_of(reports, suffix)
    (start,) = [n for n, row in enumerate(rows) if row[0] == "Site"]
    assert rows[start] == ["Site", "Distance", "Fateh-110", "Shahab-3", "staff", "insured value"]
    start += rows[start + 1][0].startswith("-")  # the rule of a Markdown table
    found = {row[0]: row[2:] for row in rows[start + 1 : start + 1 + len(ROWS)]}
    expected = {name: ["", "", f"{staff}", f"{value:,}"] for name, _, _, staff, value in ROWS}
    for row in board.check().itertuples():
        place = ["Fateh-110", "Shahab-3"].index(row.weapon)
        note = f"{row.claims_reaching} of {row.claims} sources" if row.verdict == "disputed" else ""
        expected[row.site][place] = WORDS[row.verdict] + note
    assert found == expected
    order = [list(WORDS.values()).index(re.match("[a-z ]+(?<! )", row[1])[0]) for row in found.values()]  # fmt: skip
    assert order == sorted(order)


@pytest.mark.parametrize("suffix", [".html", ".docx", ".md"])
@pytest.mark.parametrize("column", ["staff", "insured_value"])
def test_totals_are_those_of_check(run, board, reports, tmp_path, suffix, column):
    words = [w for name in board.weapons for w in ("-w", name)]
    outcome = run(
        "check", "--from", "Kermanshah", *words, "--sites", board.sites, "--sum", column,
        "-o", tmp_path / "t.json",
    )  # fmt: skip
    assert outcome.status == 0, outcome.err
    expected = []
    for row in json.loads((tmp_path / "t.json").read_text()):
        sums = [row[f"{column}_{verdict}"] for verdict in WORDS]
        expected.append([row["weapon"], *(f"{value:,.0f}" for value in (*sums, sum(sums)))])
    rows = rows_of(reports, suffix)
    starts = [n for n, row in enumerate(rows) if row[-1] == "Total"]
    start = starts[["staff", "insured_value"].index(column)]
    start += rows[start + 1][0].startswith("-")
    assert rows[start + 1 : start + 3] == expected


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_findings_come_first_and_sources_with_their_addresses_last(reports, board, suffix):
    text = unquote(text_of(reports, suffix))  # letters of addresses are shown as letters
    found = board.check()
    (site,) = found[found["verdict"] == "disputed"]["site"]
    sentence = f"Shahab-3: 3 of 4 sites are within reach according to every source (staff: 124; insured value: 10,100,000); 1 site is disputed (staff: 330; insured value: 41,000,000): {site}, not reached by:"  # fmt: skip
    parts = [
        "Quarterly review · 30 November 2026", "Fateh-110: none of the 4 sites is within reach.",
        sentence, "At a glance", "What a range ring does not show", "Claims and sources",
    ]  # fmt: skip
    places = [text.index(re.sub(r"\s+", "", part)) for part in parts]
    assert places == sorted(places)
    claims = [claim for system in board.select().systems for claim in system.weapon.claims]
    addresses = [claim.source.url for claim in claims if claim.source.url]
    arabic = [url for url in addresses if not unquote(url).isascii()]
    assert arabic
    for url in addresses:
        # In the text of a PDF the letters of a word from right to left are in the order of the page.
        if suffix != ".pdf" or url not in arabic:
            assert text.rindex(unquote(url)) > places[-1], url
    assert set(addresses) <= links_of(reports[suffix], suffix)
    if suffix in {".html", ".docx"}:  # without the targets of links
        assert "%D8%A5%D9%8A" not in text_of(reports, suffix)


def links_of(content, suffix):
    """The targets of the links of a report."""
    if suffix == ".docx":
        relations = Document(io.BytesIO(content)).part.rels.values()
        return {one.target_ref for one in relations if one.is_external}
    if suffix == ".pdf":
        pages = PdfReader(io.BytesIO(content)).pages
        marks = [mark.get_object() for page in pages for mark in page.get("/Annots", [])]
        return {mark["/A"]["/URI"] for mark in marks}
    found = r'<a href="([^"]+)"' if suffix == ".html" else r"\]\((https?://[^)]+)\)"
    return {
        unescape(url).replace("%28", "(").replace("%29", ")")
        for url in re.findall(found, content.decode())
    }


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_title_and_caveat_are_not_repeated(reports, suffix):
    text = text_of(reports, suffix)
    caveat = "Aringisthegreatestpublishedrange,asgivenbyitssources.Itisnotaforecast."
    assert text.count(caveat) == 1
    assert text.count("Quarterlyreview·30November2026") == 1


def test_headings_of_pages_and_markdown_skip_no_level(reports):
    page = Lines(reports[".html"].decode()).headings
    lines = re.findall(r"(?m)^(#+) (.*)$", reports[".md"].decode())
    markdown = [[len(marks), re.sub(r"\\(?=[^\w\s])", "", words)] for marks, words in lines]
    assert page == markdown
    levels = [level for level, _ in page]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_headings_of_the_pdf_are_tagged_in_the_same_order(reports):
    reader = PdfReader(io.BytesIO(reports[".pdf"]))

    def get_object(node):
        return node.get_object()

    def tags(node):
        node = node.get_object()
        for child in map(get_object, node if isinstance(node, list) else [node]):
            if isinstance(child, dict):
                yield str(child.get("/S", ""))
                if "/K" in child:
                    yield from tags(child["/K"])
            elif isinstance(child, list):
                yield from tags(child)

    found = [tag for tag in tags(reader.trailer["/Root"]["/StructTreeRoot"]) if re.fullmatch(r"/H\d", tag)]  # fmt: skip
    page = Lines(reports[".html"].decode()).headings
    assert found == [f"/H{level}" for level, _ in page]


def test_many_weapons_are_divided_between_tables_with_the_names_of_sites():
    weapons = [f"Weapon {n}=500 km" for n in range(1, 13)]
    scenario = rm.Scenario(origins="33,44", ranges=weapons, sites=["33,45", "33,60"])
    section = next(
        s for s in make_content(MapFiles(scenario.select()), alt="").sections if s.title == "Sites"
    )
    assert len(section.tables) > 1
    headings = [[cell.text for cell in table.columns] for table in section.tables]
    assert all(names[0] == "Site" for names in headings)
    labels = [name for names in headings for name in names if name.startswith("Weapon")]
    assert labels == [f"Weapon {n}" for n in range(1, 13)]
    for table in section.tables:
        assert [row[0].text for row in table.rows] == ["33,45", "33,60"]
        assert sum(table.widths) <= 186
        for cell in table.columns:
            assert cell.whole or not cell.text.startswith("Weapon")


def test_sites_have_the_numbers_that_stand_for_their_names_on_the_map(board):
    report = make_content(MapFiles(board.select()), alt="", numbers={1: 2, 3: 1})
    (table,) = next(s for s in report.sections if s.title == "Sites").tables
    assert [cell.text for cell in table.columns[:2]] == ["No.", "Site"]
    found = {row[1].text: row[0].text for row in table.rows}
    assert found == {ROWS[0][0]: "", ROWS[1][0]: "2", ROWS[2][0]: "", ROWS[3][0]: "1"}


def test_several_origins_have_a_column_and_a_distance_for_each_ring():
    scenario = rm.Scenario(origins=["33,44", "33,50"], ranges=["A=300 km"], sites=["33,45"])
    report = make_content(MapFiles(scenario.select()), alt="")
    (table,) = next(s for s in report.sections if s.title == "Sites").tables
    assert [(cell.text, cell.note) for cell in table.columns] == [
        ("Site", ""), ("A", "from 33,44"), ("A", "from 33,50"),
    ]  # fmt: skip
    (row,) = table.rows
    assert [(cell.text, cell.tone) for cell in row[1:]] == [
        ("within reach", "inside"), ("out of reach", "outside"),
    ]  # fmt: skip
    away = scenario.check().set_index("origin")["distance_km"]
    for cell, origin in zip(row[1:], ("33,44", "33,50"), strict=True):
        assert float(cell.note.removesuffix(" km")) == pytest.approx(away[origin], abs=0.06)
    assert report.findings.items[1] == "A from 33,44: 1 of 1 sites is within reach."


@pytest.mark.parametrize(
    ("column", "part"),
    [("size", "has no column 'size'"), ("name", "column 'name' has no number")],
)
def test_a_column_that_cannot_be_totalled_is_refused(run, board, tmp_path, column, part):
    outcome = run(
        "report", "--from", "Kermanshah", "--range", "500 km", "--sites", board.sites, "--sum", column,
        "-o", tmp_path / "r.md",
    )  # fmt: skip
    assert outcome.status in {1, 2}
    assert outcome.err.count("\n") == 1
    assert part in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_of_many_rings_those_with_the_same_finding_share_a_line():
    ranges = [f"R{n}={n}00 km" for n in range(1, 9)]
    selection = rm.Scenario(origins=["O=0,0"], ranges=ranges, sites=["A=0,5", "B=0,6"]).select()
    found = make_content(MapFiles(selection), alt="").findings.items
    # 5 and 6 degrees of the equator are 556.6 and 667.9 km.
    assert found[1:] == (
        "R1, R2, R3, R4 and R5: none of the 2 sites is within reach.",
        "R6: 1 of 2 sites is within reach; 1 is out of reach.",
        "R7 and R8: all 2 sites are within reach.",
    )
