"""Reports, read by other software: the figures of `rangemap check`, text as text."""

import io
import json
import re
import sys
import zipfile
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from PIL import Image
from pypdf import PdfReader

import rangemap as rm
from rangemap.errors import OutputError
from rangemap.render.outputs import WRITERS, MapFiles, PictureOptions
from rangemap.render.report import SUFFIXES, make_content, report_files
from rangemap.render.wording import LIMIT_KEYS
from rangemap.wording.language import read_language
from tests import figure_rules as rules

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "maps" / "iraq-2024.yaml"
PROMISE = read_language("en").translate("promise")
VERDICT_LABELS = {
    "inside": "within reach",
    "disputed": "disputed",
    "too_close": "below minimum range",
    "outside": "out of reach",
}
ALT = (
    "Map: Systems reported in Iraq, January 2024. Rings are centred on Jurf Al Sakhar. Rings:"
    " Shahed-136 · 2,400 km; Al Aqsa · 250 km; Fateh-110 · 500 km. A ring is the greatest published range, as"
    " given by its sources. It is not a forecast."
)
HOSTILE = "<b>x</b> $y$ #let *z* _u_ [l](http://a) {{7*7}} \\n `c` | & \u200fabc"


def files_of(scenario):
    said = []
    return MapFiles(scenario.select(), PictureOptions(size="page", titled=False), said.append), said


@pytest.fixture(scope="module")
def reports():
    """The example as a report in each format."""
    files, said = files_of(rm.Scenario.read(EXAMPLE))
    contents = report_files(files, [Path(f"r{suffix}") for suffix in SUFFIXES])
    assert said == []
    return {path.suffix: content for path, content in contents.items()}


class Tables(HTMLParser):
    """The text of an HTML document's cells, row by row, and its other text."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.cell, self.links, self.tags, self.words = [], None, [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.cell = ""
        self.links += [value for name, value in attrs if name == "href"]

    def handle_endtag(self, tag):
        if tag in {"td", "th"}:
            self.rows[-1].append(self.cell)
            self.cell = None

    def handle_data(self, data):
        self.words.append(data)
        if self.cell is not None:
            self.cell += data


def site_rows(scenario):
    """The verdicts of `rangemap check` as a report should show them: one row for each site."""
    systems = {system.label: system.band for system in scenario.select().systems}
    reaches = [
        end for band in systems.values() for end in (band.low_m, band.headline_m, band.high_m)
    ]
    limits = [Fraction(repr(end)) for end in reaches]
    found = {}
    for row in scenario.check().itertuples():
        away = rules.distance(row.distance_km * 1000, row.precision_km * 1000, "km", limits)
        cells = found.setdefault(row.site, [row.site, away])
        assert cells[1] == away
        note = ""
        if row.verdict == "disputed":
            note = f"{row.claims_reaching} of {row.claims} sources"
        cells.append(VERDICT_LABELS[row.verdict] + note)
    return sorted(map(tuple, found.values()))


def docx_rows(content):
    document = Document(io.BytesIO(content))
    return [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]


def md_rows(content):
    lines = [
        line
        for line in content.decode().splitlines()
        if line.startswith("| ") and "---" not in line
    ]
    plain = [re.sub(r"\\(?=[^\w\s])", "", line) for line in lines]
    return [[re.sub(r"^\[(.*)\]\(.*\)$", r"\1", cell.strip()) for cell in line.strip("| ").split(" | ")] for line in plain]  # fmt: skip


@pytest.mark.parametrize("suffix", [".html", ".docx", ".md"])
def test_the_verdicts_match_those_of_check(reports, suffix):
    content = reports[suffix]
    rows = {
        ".html": lambda: Tables(content.decode()).rows,
        ".docx": lambda: docx_rows(content),
        ".md": lambda: md_rows(content),
    }[suffix]()
    (start,) = [n for n, row in enumerate(rows) if row[:2] == ["Site", "Distance"]]
    expected = site_rows(rm.Scenario.read(EXAMPLE))
    assert rows[start][2:] == ["Shahed-136", "Al Aqsa", "Fateh-110"]
    shown = rows[start + 1 : start + 1 + len(expected)]
    assert sorted(tuple(re.sub("\n|<br>", "", cell) for cell in row) for row in shown) == expected


def squeezed(text):
    return re.sub(r"\s+", "", text)


def test_the_pdf_shows_the_same_figures_and_every_source(reports):
    reader = PdfReader(io.BytesIO(reports[".pdf"]))
    text = squeezed("".join(page.extract_text() for page in reader.pages))
    for row in site_rows(rm.Scenario.read(EXAMPLE)):
        assert squeezed("".join(row)) in text
    links = {
        annotation.get_object()["/A"]["/URI"]
        for page in reader.pages
        for annotation in page.get("/Annots", [])
    }
    systems = rm.Scenario.read(EXAMPLE).select().systems
    urls = {claim.source.url for system in systems for claim in system.weapon.claims}
    assert links == urls - {None}


def test_the_pdf_keeps_a_short_table_on_one_page(reports):
    pages = [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(reports[".pdf"])).pages]
    rows = [squeezed("".join(row)) for row in site_rows(rm.Scenario.read(EXAMPLE))]
    assert [all(row in page for row in rows) for page in pages].count(True) == 1


def test_the_pdf_is_tagged_and_has_a_title_and_a_picture_description(reports):
    reader = PdfReader(io.BytesIO(reports[".pdf"]))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert reader.metadata.title == "Systems reported in Iraq, January 2024"
    assert "/CreationDate" not in (reader.metadata or {})

    def descriptions(node):
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                yield from descriptions(child)
        elif isinstance(node, dict):
            if "/Alt" in node:
                yield str(node["/Alt"])
            if "/K" in node:
                yield from descriptions(node["/K"])

    assert ALT in descriptions(root["/StructTreeRoot"])


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_report_states_its_caveat_method_and_edition(reports, suffix):
    text = {
        ".html": lambda: "".join(Tables(reports[".html"].decode()).words),
        ".pdf": lambda: "".join(p.extract_text() for p in PdfReader(io.BytesIO(reports[".pdf"])).pages),
        ".docx": lambda: "".join(p.text for p in Document(io.BytesIO(reports[".docx"])).paragraphs),
        ".md": lambda: re.sub(r"\\(?=[^\w\s])", "", reports[".md"].decode()),
    }[suffix]()  # fmt: skip
    edition = rm.Scenario.read(EXAMPLE).select().edition
    limits = [read_language("en").translate(key) for key in LIMIT_KEYS]
    for words in (PROMISE, *limits, "geodesics on the WGS 84 ellipsoid", edition, "Natural Earth"):
        assert squeezed(words) in squeezed(text)


def test_pictures_have_descriptions_in_word_and_markdown(reports):
    document = Document(io.BytesIO(reports[".docx"]))
    (picture,) = document.inline_shapes
    assert picture._inline.docPr.get("descr") == ALT
    image = re.search(r"!\[(.*)\]\((.*)\)", reports[".md"].decode())
    assert image[1] == ALT
    assert image[2] == "r.map.png"


def test_word_has_headings_header_rows_and_links(reports):
    document = Document(io.BytesIO(reports[".docx"]))
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert styles[0] == "Title"
    assert {"Heading 1", "Heading 2", "List Bullet"} <= set(styles)
    for table in document.tables:
        assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
    relations = document.part.rels.values()
    links = {rel.target_ref for rel in relations if rel.reltype == RELATIONSHIP_TYPE.HYPERLINK}
    assert (
        "https://www.ndtv.com/world-news/iran-sends-its-cheap-and-best-shahed-drones-at-expensive-targets-11151219"
        in links
    )


def hostile_files(tmp_path):
    sites = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": HOSTILE},
         "geometry": {"type": "Point", "coordinates": [44.0, 33.0]}}]}  # fmt: skip
    (tmp_path / "s.geojson").write_text(json.dumps(sites))
    scenario = rm.Scenario(
        title=HOSTILE, subtitle=HOSTILE, credit=HOSTILE, origins=["33,44.5"],
        ranges=[f"{HOSTILE}=200-250 km"], sites=str(tmp_path / "s.geojson"),
    )  # fmt: skip
    return files_of(scenario)[0]


def test_untrusted_text_is_not_markup_in_any_format(tmp_path):
    found = report_files(hostile_files(tmp_path), [tmp_path / f"r{s}" for s in SUFFIXES])
    contents = {path.suffix: content for path, content in found.items()}
    page = Tables(contents[".html"].decode())
    assert not {"b", "script"} & page.tags
    assert HOSTILE in page.words
    assert any(HOSTILE in row for row in page.rows)
    document = Document(io.BytesIO(contents[".docx"]))
    assert document.paragraphs[0].text == HOSTILE
    assert any(HOSTILE in row for row in docx_rows(contents[".docx"]))
    text = squeezed(
        "".join(p.extract_text() for p in PdfReader(io.BytesIO(contents[".pdf"])).pages)
    )
    assert "<b>x</b>$y$#let*z*_u_[l](http://a){{7*7}}" in text


def test_markdown_escapes_everything_that_looks_like_markup(tmp_path):
    from markdown_it import MarkdownIt

    (content,) = [
        content
        for path, content in report_files(hostile_files(tmp_path), [tmp_path / "r.md"]).items()
        if path.suffix == ".md"
    ]
    html = MarkdownIt("gfm-like", {"linkify": False}).render(content.decode())
    page = Tables(html)
    assert not {"b", "em", "a", "code", "s"} & page.tags
    assert HOSTILE in page.words
    assert any(HOSTILE in row for row in page.rows)


def styled(**look):
    selection = rm.Scenario.read(EXAMPLE).select()
    return replace(selection, look=replace(selection.look, **look))


@pytest.fixture
def house(tmp_path):
    Image.new("RGB", (300, 80), "#224466").save(tmp_path / "logo.png")
    (tmp_path / "style.yaml").write_text(
        "colours: {ballistic: '#7A0019', origin: '#222222'}\nfont: DejaVu Serif\n"
        "logo: logo.png\nlogo_alt: The Daily Herald\ncredit: Graphics desk, The Daily Herald\n"
    )
    return str(tmp_path / "style.yaml")


@pytest.mark.thorough
def test_a_house_style_applies_to_pictures_files_and_reports(house):
    selection = styled(style=house)
    files = MapFiles(selection)
    svg = files.picture.to_svg().decode()
    for words in (
        "#7a0019",
        "#222222",
        "DejaVu Serif",
        'id="logo"',
        "Graphics desk, The Daily Herald",
    ):
        assert words in svg
    assert "#d55e00" not in svg.lower()
    assert '"#7A0019"' in WRITERS[".geojson"](files).decode()
    assert "ff19007a" in WRITERS[".kml"](files).decode()
    files = MapFiles(selection, PictureOptions(size="page", titled=False))
    found = report_files(files, [Path(f"r{s}") for s in (".html", ".pdf", ".docx")])
    page = found[Path("r.html")].decode()
    assert 'alt="The Daily Herald"' in page
    assert "Graphics desk, The Daily Herald</p>" in page
    document = Document(io.BytesIO(found[Path("r.docx")]))
    assert document.inline_shapes[0]._inline.docPr.get("descr") == "The Daily Herald"
    assert document.styles["Normal"].font.name == "DejaVu Serif"
    pdf = PdfReader(io.BytesIO(found[Path("r.pdf")]))
    assert "Graphics desk, The Daily Herald" in pdf.pages[0].extract_text()
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in pdf.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert any("DejaVuSerif" in name for name in fonts)


def test_a_missing_house_font_is_reported(tmp_path):
    (tmp_path / "style.yaml").write_text("font: No Such Font\n")
    said = []
    files = MapFiles(styled(style=str(tmp_path / "style.yaml")), notify=said.append)
    assert files.picture.families == ("DejaVu Sans",)
    assert said == ["font 'No Such Font' of the house style is not installed; the next one is used"]


@pytest.mark.thorough
def test_the_same_report_twice_has_the_same_content():
    scenario = rm.Scenario(origins=["33,44"], ranges=["Band=200-250 km"], sites=["33,45"])
    results = []
    for _ in range(2):
        paths = [Path(f"r{suffix}") for suffix in SUFFIXES]
        results.append(report_files(files_of(scenario)[0], paths))
    assert results[0] == results[1]
    with zipfile.ZipFile(io.BytesIO(results[0][Path("r.docx")])) as archive:
        assert archive.testzip() is None


def test_a_long_table_omits_rows_out_of_range_and_reports_their_number(tmp_path):
    rows = "".join(f"P{n},{30 + n / 200},44\n" for n in range(700))
    (tmp_path / "s.csv").write_text("name,lat,lon\n" + rows)
    scenario = rm.Scenario(origins=["30,44"], ranges=["100 km"], sites=str(tmp_path / "s.csv"))
    report = make_content(files_of(scenario)[0], alt="")
    section = next(s for s in report.sections if s.title == "Sites within reach")
    short = rm.Scenario(origins=["30,44"], ranges=["100 km"], sites=["30,45", "40,45"])
    titles = [s.title for s in make_content(files_of(short)[0], alt="").sections]
    assert "Sites" in titles  # one of them is out of range, and listed
    table = scenario.check()
    inside = int((table["verdict"] != "outside").sum())
    assert len(section.tables[0].rows) == inside
    assert section.paragraphs[0].endswith(f"not listed: {700 - inside}.")


def test_a_table_too_long_to_read_is_refused(tmp_path):
    rows = "".join(f"P{n},{30 + n / 2000},44\n" for n in range(5001))
    (tmp_path / "s.csv").write_text("name,lat,lon\n" + rows)
    scenario = rm.Scenario(origins=["30,44"], ranges=["9000 km"], sites=str(tmp_path / "s.csv"))
    with pytest.raises(OutputError, match="5,001 sites"):
        make_content(files_of(scenario)[0], alt="")


@pytest.mark.parametrize(
    ("words", "status", "part"),
    [
        ([], 2, "no output; name a file with -o FILE"),
        (["-o", "r.txt"], 2, "r.txt: cannot write .txt; expected .html, .pdf, .docx, .md"),
        (["-o", "none/r.md"], 1, "none/r.md: cannot be written"),
    ],
)
def test_invalid_outputs_are_refused_in_one_line(run, tmp_path, monkeypatch, words, status, part):
    monkeypatch.chdir(tmp_path)
    outcome = run("report", EXAMPLE, *words)
    assert (outcome.status, outcome.out) == (status, "")
    assert outcome.err.count("\n") == 1
    assert part in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_the_command_offers_exactly_the_formats_that_can_be_written():
    from rangemap.cli.report import SUFFIXES as OFFERED

    assert OFFERED == SUFFIXES


@pytest.mark.thorough(keep=[(".pdf",)])
@pytest.mark.parametrize(
    ("suffix", "module"), [(".pdf", "typst"), (".docx", "docx"), (".md", "matplotlib")]
)
def test_without_its_library_the_error_gives_the_install_command(
    run, tmp_path, monkeypatch, forget, suffix, module
):
    forget(module, "rangemap.render.report", "rangemap.render.figure")
    monkeypatch.setitem(sys.modules, module, None)
    outcome = run("report", EXAMPLE, "-o", tmp_path / f"r{suffix}")
    assert outcome.status == 1
    assert outcome.err.count("\n") == 1
    assert (
        f'needs {module}, which is not installed; run: pip install "rangemap[report]"'
        in outcome.err
    )
