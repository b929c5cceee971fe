"""Outputs in French and Arabic: no English left, and figures read back by other software intact."""

import io
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml
from docx import Document
from pypdf import PdfReader

import rangemap as rm
from rangemap.render.outputs import WRITERS, MapFiles, PictureOptions
from rangemap.render.page.payload import make_payload
from rangemap.render.report import SUFFIXES, report_files
from rangemap.wording.language import LANGUAGES, read_language
from rangemap.wording.quantities import parse_range

pytestmark = pytest.mark.thorough

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SVG = "{http://www.w3.org/2000/svg}"
ISOLATES = re.compile("[\u2066-\u2069\u200e\u200f]")
# Nothing that a user wrote is an English word.
CLAIMS = [
    {"id": "a", "range": "about 1,056 mi (min 50 mi)", "source": {"publisher": "Qwx", "date": "2024-01-28"}},
    {"id": "b", "range": "at least 1,200 km (min 90 km)", "source": {"publisher": "Zyb", "date": "2024-02"}},
    {"id": "c", "range": "1,300-1,500 km", "attributed_to": "Vuk", "source": {"publisher": "Jax"}},
    {"id": "d", "range": "up to 2,000 km", "doubtful": "true", "source": {"publisher": "Jax"}},
    {"id": "e", "range": "900 km", "kind": "observed flight", "source": {"publisher": "Jax"}},
    {"id": "f", "range": "800 km", "variant": "Xq", "source": {"publisher": "Jax"}, "wording": "Xu xo"},
]  # fmt: skip
WEAPONS = [
    {"id": "w", "name": "Krxl", "country": "Iran", "category": "armed drone", "claims": CLAIMS},
    {"id": "v", "name": "Bzzt", "country": "Gaza", "category": "surface-to-air missile",
     "claims": [{"id": "a", "range": "20,000 km", "source": {"publisher": "Qwx", "date": "2023"}}]},
]  # fmt: skip


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory):
    """Selections that need most texts, by language."""
    folder = tmp_path_factory.mktemp("languages")
    (folder / "w.yaml").write_text(yaml.safe_dump({"weapons": WEAPONS}), "utf-8")
    rows = "".join(f"Txn{n},{30 + n / 4},{40 + n / 4}\n" for n in range(30))
    (folder / "s.csv").write_text(f"name,lat,lon\n{rows}Far,-40,-120\n", "utf-8")

    def scenario(code, **more):
        values = {
            "origins": ["33.3,44.4", "33.4,44.5"], "weapons": ["Krxl", "Bzzt"],
            "ranges": ["Vq=1,234-2,500 km (min 1,100 km)"], "catalogue": str(folder / "w.yaml"),
            "sites": str(folder / "s.csv"), "lang": code, "units": "mi",
        }  # fmt: skip
        return rm.Scenario(**{**values, **more})

    return scenario


def docx_text(content):
    document = Document(io.BytesIO(content))
    parts = [document.element.body, document.sections[0].footer._element]
    lines = [
        "".join(run.text or "" for run in paragraph.iter(f"{W}t"))
        for part in parts
        for paragraph in part.iter(f"{W}p")
    ]
    lines += [picture._inline.docPr.get("descr") for picture in document.inline_shapes]
    return "\n".join([*lines, document.core_properties.comments, document.core_properties.subject])


class Markup(HTMLParser):
    """The texts and titles of HTML or Markdown, without styles and the page in a frame."""

    def __init__(self, content):
        super().__init__()
        self.texts, self.quiet = [], False
        self.feed(content)

    def handle_starttag(self, tag, attrs):
        self.quiet = tag == "style"
        names = {"title", "alt", "aria-label"}
        self.texts += [value for name, value in attrs if name in names]

    def handle_endtag(self, _tag):
        self.quiet = False

    def handle_data(self, data):
        if not self.quiet:
            self.texts.append(data)


def markup_text(content):
    return "".join(f"{text} " for text in Markup(content).texts)


def values(payload):
    if isinstance(payload, dict):
        shown = (value for key, value in payload.items() if key != "verdict")  # a code
        return [text for value in shown for text in values(value)]
    if isinstance(payload, list | tuple):
        return [text for value in payload for text in values(value)]
    return [payload] if isinstance(payload, str) else []


def texts_of(scenario):
    """The text of every output for people, by its suffix."""
    selection = scenario.select()
    files = MapFiles(selection, PictureOptions(size="1200x1600"))
    reports = MapFiles(selection, PictureOptions(size="page", titled=False))
    found = report_files(reports, _paths(SUFFIXES))
    payload = make_payload(selection, files.rings, files.rows)
    drawing = ET.fromstring(files.picture.to_svg())
    shown = [*drawing.iter(f"{SVG}text"), *drawing.iter(f"{SVG}title"), *drawing.iter(f"{SVG}desc")]
    kml = ET.fromstring(WRITERS[".kml"](files))
    named = ("name", "description")
    texts = {
        "page": "\n".join(values(payload)),
        "svg": "\n".join(text.text or "" for text in shown),
        "alt": files.picture.descriptions,
        "sources": files.picture.sources,
        "citation": files.picture.citation,
        "kml": markup_text("\n".join(e.text or "" for e in kml.iter() if e.tag.endswith(named))),
    }
    for path, content in found.items():
        if path.suffix == ".docx":
            texts["report docx"] = docx_text(content)
        elif path.suffix in {".html", ".md"}:
            texts[f"report {path.suffix[1:]}"] = markup_text(content.decode())
        elif path.suffix == ".pdf":
            pages = PdfReader(io.BytesIO(content)).pages
            texts["report pdf"] = "\n".join(page.extract_text() for page in pages)
    return {name: " ".join(ISOLATES.sub("", text).split()) for name, text in texts.items()}


def _paths(suffixes):
    return [Path(f"x{suffix}") for suffix in suffixes]


@pytest.fixture(scope="module")
def texts(scenarios):
    return {code: texts_of(scenarios(code)) for code in LANGUAGES}


def english_of(code):
    """Pieces of the English texts that no text of a language contains, without placeholders."""
    english, language = read_language("en"), read_language(code)
    stores = (language.phrases, language.documents, language.names)
    own = "\n".join(text for store in stores for text in store.values())
    pieces = {
        piece.strip(" :;,.()")
        for store in (english.phrases, english.documents, english.names)
        for text in store.values()
        for piece in re.split(r"\{\w+\}", text)
    }
    return {
        piece for piece in pieces if re.search(r"[A-Za-z]{4}", piece) and not within(piece, own)
    }


def squeezed(text):
    return re.sub(r"\s", "", text)


def within(piece, text):
    return re.search(rf"(?<![\w-]){re.escape(piece)}(?![\w-])", text) is not None


OUTPUTS = ("page", "svg", "alt", "sources", "citation", "kml", "report docx", "report html",
           "report md", "report pdf")  # fmt: skip


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("code", ["fr", "ar"])
def test_no_english_text_is_left(texts, code, output):
    pieces = english_of(code)
    left = {piece for piece in pieces if within(piece, texts[code][output])}
    assert left == set()
    # The same search finds what the English output contains.
    assert len({piece for piece in pieces if within(piece, texts["en"][output])}) >= 5


@pytest.mark.parametrize("output", [each for each in OUTPUTS if each != "page"])
@pytest.mark.parametrize("code", LANGUAGES)
def test_figures_have_the_separators_and_the_unit_of_the_language(texts, code, output):
    language = read_language(code)
    expected = language.quantity("1,550", "mi")  # 2,500 km
    published = language.claim(parse_range("1,234-2,500 km"))
    text = squeezed(texts[code][output])
    if (code, output) == ("ar", "report pdf"):  # letters are extracted as drawn
        assert "1,550" in text
        return
    assert squeezed(expected) in text
    if output != "citation":
        assert squeezed(published) in text


def test_dates_are_written_in_the_language(texts):
    for code, date in (("en", "2024-01-28"), ("fr", "28 janvier 2024"), ("ar", "28 يناير 2024")):
        for output in ("sources", "kml", "report docx", "report html", "report md"):
            assert squeezed(date) in squeezed(texts[code][output]), (code, output)


def test_documents_state_language_and_direction(scenarios):
    selection = scenarios("ar", origins=["33.3,44.4"], weapons=["Krxl"], ranges=[]).select()
    reports = MapFiles(selection, PictureOptions(size="page", titled=False))
    contents = {path.suffix: text for path, text in report_files(reports, _paths(SUFFIXES)).items()}
    assert re.search(r'<html lang="ar" dir="rtl">', contents[".html"].decode())
    document = Document(io.BytesIO(contents[".docx"]))
    assert document.core_properties.language == "ar"
    body = document.element.body
    paragraphs = list(body.iter(f"{W}p"))
    assert all(p.find(f"{W}pPr/{W}bidi") is not None for p in paragraphs)
    assert body.find(f"{W}sectPr/{W}bidi") is not None
    tables = list(body.iter(f"{W}tbl"))
    assert tables
    assert all(t.find(f"{W}tblPr/{W}bidiVisual") is not None for t in tables)
    # A name from left to right has no part in a run from right to left.
    for run in body.iter(f"{W}r"):
        text = "".join(t.text or "" for t in run.iter(f"{W}t"))
        if run.find(f"{W}rPr/{W}rtl") is not None:
            assert "Krxl" not in text
    reader = PdfReader(io.BytesIO(contents[".pdf"]))
    assert reader.trailer["/Root"]["/Lang"] == "ar"
    drawing = ET.fromstring(reports.picture.to_svg())
    assert drawing.get("lang") == "ar"
    kml = ET.fromstring(WRITERS[".kml"](reports))
    balloons = [e.text for e in kml.iter() if e.tag.endswith("description")]
    assert all(text.startswith('<div dir="rtl">') for text in balloons)
