"""Figures next to names of every kind in reports and KML, as a browser draws their texts."""

import html
import io
import re
from xml.etree import ElementTree as ET

import pytest
import yaml
from docx import Document
from markdown_it import MarkdownIt
from PIL import Image
from pypdf import PdfReader

import rangemap as rm
from rangemap.render.outputs import WRITERS, MapFiles
from rangemap.render.report.content import make_content
from rangemap.render.report.docx import to_docx
from rangemap.render.report.html import to_html
from rangemap.render.report.markdown import to_markdown
from rangemap.render.report.pdf import to_pdf
from tests.names_matrix import LANGUAGES, NAMES, RTL_NAMES
from tests.render.page.test_names import AGENCY, weapon
from tests.render.page.visual_order import torn

pytestmark = pytest.mark.thorough

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
KML = "{http://www.opengis.net/kml/2.2}"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>'
FIGURE = re.compile(r"\d[\d,]*(?:km|كم)")
NUMBER = re.compile(r"\d[\d,]*")
SHOWN = [NAMES[key] for key in (*RTL_NAMES, "open bracket")]


@pytest.fixture(scope="module", params=LANGUAGES)
def contents(request, tmp_path_factory):
    """Reports and a KML file in which every field of every record contains a name."""
    folder = tmp_path_factory.mktemp("names")
    weapons = {"weapons": [{**weapon(i, name), "country": name} for i, name in enumerate(SHOWN)]}
    (folder / "w.yaml").write_text(yaml.safe_dump(weapons, allow_unicode=True), "utf-8")
    rows = [f'"{name}",{10 + i},{50 + i}\n' for i, name in enumerate(SHOWN)]
    (folder / "s.csv").write_text("name,lat,lon\n" + "".join(rows), "utf-8")
    scenario = rm.Scenario(
        origins=["10,60"], categories=SHOWN, catalogue=str(folder / "w.yaml"),
        sites=str(folder / "s.csv"), prefer=AGENCY, title=NAMES["arabic"], credit=NAMES["hebrew"],
        lang=request.param,
    )  # fmt: skip
    return written(MapFiles(scenario.select()))


def written(files):
    """Write every kind of report, with a small picture, which is irrelevant here."""
    report, png = make_content(files, alt="A map"), io.BytesIO()
    Image.new("RGB", (30, 20)).save(png, "PNG")
    return {
        ".html": to_html(report, page=files.page, png=png.getvalue()),
        ".docx": to_docx(report, png=png.getvalue()),
        ".md": to_markdown(report, picture="map.png"),
        ".pdf": to_pdf(
            report, picture=SVG, make_png=png.getvalue, families=("DejaVu Sans",), fonts=()
        ),
        ".kml": WRITERS[".kml"](files),
    }


def word_lines(content):
    """Yield the paragraphs of a Word document in their stated direction."""
    document = Document(io.BytesIO(content))
    for paragraph in document.element.body.iter(f"{W}p"):
        text = "".join(run.text or "" for run in paragraph.iter(f"{W}t"))
        direction = "ltr" if paragraph.find(f"{W}pPr/{W}bidi") is None else "rtl"
        yield f'<p class="docx" dir="{direction}">{html.escape(text)}</p>'


def kml_lines(content):
    """Yield the names of a KML file and its balloons."""
    root = ET.fromstring(content)
    for name in root.iter(f"{KML}name"):
        yield f'<p class="kml">{html.escape(name.text)}</p>'
    for balloon in root.iter(f"{KML}description"):
        yield f'<div class="balloon">{balloon.text}</div>'


def test_figures_next_to_names_are_unbroken_in_reports_and_kml(visit, contents, tmp_path):
    lines = [
        *word_lines(contents[".docx"]), *kml_lines(contents[".kml"]),
        MarkdownIt("gfm-like", {"linkify": False}).render(contents[".md"].decode()),
    ]  # fmt: skip
    (tmp_path / "texts.html").write_text(
        '<!DOCTYPE html><meta charset="utf-8">' + "\n".join(lines), "utf-8"
    )
    (tmp_path / "report.html").write_bytes(contents[".html"])
    page = visit().page
    for name in ("texts.html", "report.html"):
        page.goto((tmp_path / name).as_uri())
        found = torn(page, SHOWN)
        assert found["torn"] == []
        assert found["figures"] > 60
        assert found["names"] > 100


def test_every_figure_of_a_pdf_report_is_extracted_unbroken(contents):
    pages = PdfReader(io.BytesIO(contents[".pdf"])).pages
    printed = re.sub(r"\s+", "", "".join(page.extract_text() for page in pages))
    document = Document(io.BytesIO(contents[".docx"]))
    text = re.sub(r"\s+", "", "".join(t.text or "" for t in document.element.body.iter(f"{W}t")))
    # Arabic letters are extracted as they are drawn, from left to right.
    pattern = NUMBER if report_is_arabic(contents) else FIGURE
    expected = pattern.findall(text)
    assert len(expected) > 60
    for figure in set(expected):
        assert printed.count(figure) >= text.count(figure), figure


def report_is_arabic(contents):
    return b'<html lang="ar"' in contents[".html"]
