"""Every output read back by an independent reader: its text, and anything else it would do.

A reader returns the texts that a file shows; it fails if the file is broken, or contains anything
that runs, loads, or links to anything other than a web address of its sources.
"""

import csv
import json
import re
import subprocess
import unicodedata
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as ET

import bibtexparser
import openpyxl
import pyogrio
import pypandoc
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from fastkml import KML
from PIL import Image
from pypdf import PdfReader

from rangemap.text import FIRST_STRONG_ISOLATE, POP_ISOLATE, is_control, sanitised
from tests.promises.escaping.cases import IN_PICTURE, PLACES, URLS, WEAPONS, Batch, Case

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}href"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LINKS = {quote(url, safe="%:/?#[]@!$&'()*+,;=~") for url in URLS}
"""The same in ASCII, as documents contain it."""
OWN_LINKS = {
    "https://www.geonames.org/",
    "https://creativecommons.org/licenses/by/4.0/",
    "https://leafletjs.com/",
}

# ---- Expected content of each output -----------------------------------------------------------

ABOUT = ("scenario title", "catalogue edition")
CLAIMS = ("weapon name", "claim attributed_to", "claim note", "claim warhead", "claim variant",
          "claim wording", "source publisher", "source title")  # fmt: skip
ROWS = ("weapon name", "weapon category", "claim wording", "source publisher", "source title",
        "catalogue edition")  # fmt: skip
REPORT = (*ABOUT, *CLAIMS, "weapon category", "weapon country", "range label", "site name",
          "scenario subtitle", "scenario credit")  # fmt: skip
PLACED = ("place name", "origin name")

SHOWS = {
    (WEAPONS, "map.html"): (*ABOUT, *CLAIMS, "weapon category", "range label", "site name", "site kind",
                            "scenario subtitle", "scenario credit", "style logo_alt"),
    (PLACES, "map.html"): (*PLACED, "place kind", "scenario title", "style credit"),
    (WEAPONS, "report.html"): (*REPORT, "style logo_alt"),
    (PLACES, "report.html"): (*PLACED, "scenario title", "style credit"),
    (WEAPONS, "report.pdf"): REPORT,
    (PLACES, "report.pdf"): (*PLACED, "style credit"),
    (WEAPONS, "report.docx"): (*REPORT, "style logo_alt"),
    (PLACES, "report.docx"): (*PLACED, "style credit"),
    (WEAPONS, "report.md"): REPORT,
    (PLACES, "report.md"): (*PLACED, "style credit"),
    (WEAPONS, "map.svg"): (*ABOUT, "weapon name", "source publisher"),
    (WEAPONS, "map.png"): ABOUT,
    (WEAPONS, "map.jpg"): ABOUT,
    (WEAPONS, "map.webp"): ABOUT,
    (WEAPONS, "map.pdf"): ABOUT,
    (WEAPONS, "map.kml"): (*ABOUT, "weapon name", "weapon category", "claim wording",
                           "source publisher", "source title", "range label", "scenario credit", "site name", "site id", "site kind"),
    (PLACES, "map.kml"): (*PLACED, "place kind", "style credit"),
    (WEAPONS, "map.geojson"): (*ROWS, "scenario title", "range label", "site name", "site id", "site kind"),
    (PLACES, "map.geojson"): (*PLACED, "place kind"),
    (WEAPONS, "map.gpkg"): (*ROWS, "range label", "site name", "site id", "site kind"),
    (PLACES, "map.gpkg"): (*PLACED, "place kind"),
    (WEAPONS, "map.fgb"): (*ROWS, "range label"),
    (PLACES, "map.fgb"): PLACED,
    (WEAPONS, "map.parquet"): (*ROWS, "range label"),
    (PLACES, "map.parquet"): PLACED,
    (WEAPONS, "map.shp.zip"): (*ROWS, "range label", "site name", "site id", "site kind"),
    (PLACES, "map.shp.zip"): PLACED,
    (WEAPONS, "map.csv"): ("weapon name", "range label", "catalogue edition", "site name", "site id",
                           "site cell", "site column"),
    (PLACES, "map.csv"): PLACED,
    (WEAPONS, "check.csv"): ("site name", "site id", "site cell", "site column"),
    (WEAPONS, "check.json"): ("site name", "site id", "site cell", "site column"),
    (PLACES, "check.json"): PLACED,
    (WEAPONS, "check.xlsx"): ("site name", "site id", "site cell", "site column"),
    (PLACES, "check.xlsx"): PLACED,
    (WEAPONS, "alt.txt"): ("scenario title", "weapon name", "range label"),
    (WEAPONS, "sources.txt"): (*ABOUT, *CLAIMS, "range label", "scenario credit"),
}  # fmt: skip
"""The fields of which each file must show every payload."""


def expected(case: Case, output: str) -> str:
    """Return the text that an output must show for a case, by the rule of `docs/trust.md`."""
    text = case.text
    if case.field not in {"site cell", "site column"}:
        text = sanitised(text)
    if case.field == "range label":
        text = text.strip()  # LABEL=RANGE may have spaces around either
    joined = case.field in {*ABOUT, "scenario subtitle", "scenario credit"}  # within a longer text
    if output.endswith(".csv") and not joined and re.match("'*[=+\\-@\t\r\n\uff1d]", text):
        text = f"'{text}"
    return text


def collapsed(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def squeezed(text: str) -> str:
    """Remove everything that a PDF or a wrapped line may insert between the characters of a text."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(s for s in text if not s.isspace() and unicodedata.category(s) != "Cf")


# How the texts of a format are compared: exactly, by words, or by characters.
EXACT = {".json", ".geojson", ".gpkg", ".fgb", ".parquet", ".csv", ".xlsx", ".html"}
SIGNS = {".pdf", ".svg"}


def missing(batch: Batch, which: str, output: str, texts: list[str]) -> list[Case]:
    """Return the cases that an output should show but does not."""
    suffix = Path(output).suffix
    if suffix in EXACT:
        change = str
    elif suffix in SIGNS:
        change = squeezed
    else:
        change = collapsed
    said = "\n".join(change(text) for text in texts)
    lost = []
    for field in SHOWS[which, output]:
        for number, case in enumerate(batch.cases[field]):
            text = change(expected(case, output))
            if suffix == ".svg" and field not in ABOUT and number >= IN_PICTURE:
                continue
            if suffix == ".pdf" and not text.isascii():
                text = text.split()[-1] if text.split()[-1].isascii() else ""  # joined letters
            if suffix == ".zip" and len(text.encode()) > 254:
                continue
            if text not in said:
                lost.append(case)
    return lost


# ---- Readers -----------------------------------------------------------------------------------


class Tags(HTMLParser):
    """The tags, links and text of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: set[str] = set()
        self.sources: set[str] = set()
        self.handlers: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            if name == "href":
                self.links.add(value)
            elif name == "src":
                self.sources.add(value)
            elif name.startswith("on") or name in {"style", "srcdoc"}:
                self.handlers.append(name)

    def handle_data(self, data):
        self.words.append(data)


def read_svg(path: Path) -> list[str]:
    root = ET.parse(path).getroot()
    for element in root.iter():
        assert element.tag not in {f"{SVG}{t}" for t in ("script", "foreignObject", "a", "animate")}
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on"), name
            if name in {XLINK, "href"}:
                assert value.startswith(("#", "data:image/png;base64,")), value
    return ["".join(root.itertext())]


def read_png(path: Path) -> list[str]:
    return list(Image.open(path).text.values())


def read_xmp(path: Path) -> list[str]:
    with Image.open(path) as picture:
        return list(ET.fromstring(picture.info["xmp"]).itertext())


def read_pdf(path: Path) -> list[str]:
    reader = PdfReader(path)
    root = reader.trailer["/Root"]
    assert not {"/OpenAction", "/AA", "/AcroForm"} & root.keys()
    assert "/JavaScript" not in root.get("/Names", {})
    for page in reader.pages:
        for annotation in page.get("/Annots", []):
            action = annotation.get_object()["/A"]
            assert action["/S"] == "/URI"
            assert str(action["/URI"]) in LINKS
    meta = [str(value) for value in (reader.metadata or {}).values()]
    return [*meta, "".join(_page_text(page, reader.metadata.title or "") for page in reader.pages)]


def _page_text(page, title: str) -> str:
    """Return a page's text without its footer (title, n / m), as text continues on the next page."""
    lines = page.extract_text().split("\n")
    begins = [n for n, line in enumerate(lines) if squeezed(line).startswith(squeezed(title)[:5])]
    has_foot = begins and re.search(r"\d+ / \d+\s*$", lines[-1])
    return "\n".join(lines[: begins[-1]] if has_foot else lines)


def read_kml(path: Path) -> list[str]:
    text = path.read_text("utf-8")
    assert "<href" not in text
    document = next(iter(KML.from_string(text.encode()).features))
    said: list[str] = []

    def walk(feature) -> None:
        said.append(feature.name or "")
        if feature.description:
            balloon = Tags(feature.description)
            assert balloon.tags <= {"p", "table", "tr", "th", "td", "a", "br"}
            assert balloon.links <= set(URLS)
            assert (balloon.handlers, balloon.sources) == ([], set())
            said.append("".join(balloon.words))
        data = getattr(feature, "extended_data", None)
        typed = [item for part in (data.elements if data else ()) for item in part.data]
        said.extend(str(item.value) for item in typed)
        for inner in getattr(feature, "features", ()):
            walk(inner)

    walk(document)
    names = [name for name, _ in pyogrio.list_layers(path)]
    assert names != []
    return said


def read_kmz(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        inside = path.with_suffix(".kmz.kml")
        inside.write_bytes(archive.read("doc.kml"))
    return read_kml(inside)


def read_json(path: Path) -> list[str]:
    said: list[str] = []

    def walk(value) -> None:
        if isinstance(value, str):
            said.append(value)
        elif isinstance(value, dict):
            for key, item in value.items():
                said.append(key)
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(json.loads(path.read_text("utf-8")))
    return said


def read_layers(path: Path) -> list[str]:
    said: set[str] = set()
    layers = [(f"/vsizip/{path}/{n}.shp", None) for n in ("rings", "origins", "sites")] if path.suffix == ".zip" \
        else [(path, name) for name, _ in pyogrio.list_layers(path) if name not in {"lines", "verdicts"}]  # fmt: skip
    for source, layer in layers:
        frame = pyogrio.read_dataframe(source, layer=layer, read_geometry=False)
        for column in frame.select_dtypes(exclude="number"):
            said |= set(frame[column].dropna().astype(str))
        if layer == "layer_styles":
            for style in frame["styleQML"]:
                ET.fromstring(style.partition("\n")[2])
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            said.add(archive.read("sources.txt").decode())
    return list(said)


def read_parquet(path: Path) -> list[str]:
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    texts = [c for c in table.columns if str(c.type) in {"string", "large_string"}]
    return [*table.column_names, *{v for c in texts for v in c.unique().to_pylist() if v}]


def read_csv(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len({len(row) for row in rows}) == 1
    found = {cell for row in rows for cell in row}
    assert not [c for c in found if re.match("[=+@\t\r\n]|-(?![0-9.]+$)", c)]
    return list(found)


def read_xlsx(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert not [n for n in names if "external" in n.lower() or "vba" in n.lower()]
        sheets = [archive.read(n) for n in names if n.startswith("xl/worksheets/sheet")]
    assert not any(b"<f>" in s or b"<f " in s or b"hyperlink" in s for s in sheets)
    said = set()
    for sheet in openpyxl.load_workbook(path):
        for cell in (each for row in sheet.iter_rows() for each in row):
            assert cell.data_type in {"s", "n", "inlineStr"}, cell.data_type
            assert cell.hyperlink is None
            if isinstance(cell.value, str):
                said |= {cell.value, openpyxl.utils.escape.unescape(cell.value)}
    return list(said)


def read_docx(path: Path) -> list[str]:
    document = Document(path)
    links = {
        relation.target_ref
        for relation in document.part.rels.values()
        if relation.is_external and relation.reltype == RELATIONSHIP_TYPE.HYPERLINK
    }
    others = [r for r in document.part.rels.values() if r.is_external]
    assert len(others) == sum(r.reltype == RELATIONSHIP_TYPE.HYPERLINK for r in others)
    assert links <= LINKS
    body = document.element.body
    fields = [f"{WORD}{tag}" for tag in ("fldSimple", "instrText", "fldChar", "object", "altChunk")]
    assert not [e for e in body.iter() if e.tag in fields]
    described = [e.get("descr") for e in body.iter() if e.get("descr")]
    paragraphs = body.iter(f"{WORD}p")
    return [*described, *("".join(t.text or "" for t in p.iter(f"{WORD}t")) for p in paragraphs)]


PANDOC_TAGS = {
    "h1", "h2", "h3", "p", "strong", "figure", "img", "figcaption", "ul", "li", "table", "thead", "tbody",
    "tr", "th", "td", "colgroup", "col", "a", "br",
}  # fmt: skip


def read_markdown(path: Path, flavour: str = "markdown-smart") -> list[str]:
    page = pypandoc.convert_file(path, "html", format=flavour, extra_args=["--wrap=none"])
    page = re.sub(r'(?<=<col) style="width: [\d.]+%"', "", page)
    page = re.sub(r'(?<=<t[hd]) style="text-align: \w+;"', "", page)
    found = Tags(page)
    assert found.tags <= PANDOC_TAGS, found.tags - PANDOC_TAGS
    # Pandoc encodes spaces and quotes of an address differently.
    assert {_plain_link(link) for link in found.links} <= {_plain_link(url) for url in URLS}
    assert found.sources == {f"{path.name.removesuffix('.md').split('.')[-1]}.map.png"}
    assert found.handlers == []
    return ["".join(found.words)]


def _plain_link(url: str) -> str:
    return quote(url, safe="%:/?#@!$&'*+,;=~").lower()


def read_text(path: Path) -> list[str]:
    text = "\n".join(map(without_isolates, path.read_text("utf-8").split("\n")))
    assert not [sign for sign in text if is_control(sign) and sign != "\n"]
    return [text]


_ISOLATED = re.compile(
    f"{FIRST_STRONG_ISOLATE}([^{FIRST_STRONG_ISOLATE}{POP_ISOLATE}]*){POP_ISOLATE}"
)


def without_isolates(line: str) -> str:
    """Remove the isolates around right-to-left names, which must end on the line they start on."""
    while (plain := _ISOLATED.sub(r"\1", line)) != line:
        line = plain
    return line


def read_bibtex(text: str) -> list[str]:
    library = bibtexparser.parse_string(text)
    assert library.failed_blocks == []
    for entry in library.entries:
        assert entry.entry_type == "misc"
        assert set(entry.fields_dict) <= {"author", "title", "year", "month", "url", "urldate", "note"}  # fmt: skip
    return [text]


READERS = {
    ".svg": read_svg, ".png": read_png, ".jpg": read_xmp, ".webp": read_xmp, ".pdf": read_pdf, ".kml": read_kml, ".kmz": read_kmz,
    ".geojson": read_json, ".json": read_json, ".gpkg": read_layers, ".fgb": read_layers,
    ".parquet": read_parquet, ".zip": read_layers, ".csv": read_csv, ".xlsx": read_xlsx,
    ".docx": read_docx, ".md": read_markdown, ".txt": read_text,
}  # fmt: skip
"""By suffix; an HTML page is read by a browser."""

# ---- A browser -------------------------------------------------------------------------------

READ_PAGE = """(opened) => {
  for (const part of document.querySelectorAll("details")) part.open = true;
  const popups = [];
  // The map would pan to each popup and place all labels again.
  if (opened) L.Map.prototype.panBy = function () { return this; };
  for (const place of opened ? document.querySelectorAll(".rm-place") : []) {
    place.click();
    const open = document.querySelectorAll(".leaflet-popup-content");
    if (open.length) popups.push(open[open.length - 1].textContent);
  }
  const all = [...document.querySelectorAll("*")];
  const alts = all.flatMap((e) => ["alt", "aria-label", "title"].map((n) => e.getAttribute(n) || ""));
  return {
    said: [document.title, document.body.textContent, ...popups, ...alts],
    tags: [...new Set(all.map((e) => e.localName))],
    scripts: document.scripts.length,
    handlers: all.flatMap((e) => [...e.attributes].map((a) => a.name)).filter((n) => /^on/i.test(n)),
    links: all.filter((e) => e.hasAttribute("href")).map((e) => e.getAttribute("href")),
    images: [...document.images].map((e) => e.getAttribute("src").slice(0, 15)),
    hit: window.__hit === undefined ? null : window.__hit,
  };
}"""
PAGE_TAGS = {
    "html", "head", "meta", "title", "style", "script", "body", "header", "div", "h1", "h2", "h3", "p", "img",
    "main", "svg", "g", "path", "rect", "text", "textPath", "canvas", "a", "button", "input", "label", "span",
    "b", "bdi", "ul", "li", "details", "summary", "table", "thead", "tbody", "tr", "th", "td", "small",
    "fieldset", "legend", "footer", "noscript", "section", "figure", "iframe", "figcaption", "defs",
    "clipPath", "circle", "line", "q",
}  # fmt: skip


def check_page(found: dict, *, scripts: int) -> list[str]:
    """Check a page as loaded by a browser, and return its text."""
    assert found["hit"] is None
    assert set(found["tags"]) <= PAGE_TAGS, set(found["tags"]) - PAGE_TAGS
    assert found["scripts"] == scripts
    assert found["handlers"] == []
    within = {link for link in found["links"] if link.startswith("#")}  # paths for labels
    assert set(found["links"]) - within <= {*URLS, *LINKS, *OWN_LINKS}
    assert set(found["images"]) <= {"data:image/png;"}
    return found["said"]


def converted(path: Path, folder: Path) -> str:
    """Return the text that LibreOffice reads from a document."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        "soffice",
        "--headless",
        profile,
        "--convert-to",
        "txt:Text (encoded):UTF8",
        "--outdir",
    ]
    subprocess.run([*command, folder, path], check=True, capture_output=True, timeout=120)
    return (folder / path.with_suffix(".txt").name).read_text("utf-8-sig")


# ---- Standard output -------------------------------------------------------------------------

SPOKEN = {
    "weapons list": ("weapon name", "weapon category", "weapon country"),
    "weapons show": (
        "weapon name", "weapon alias", "weapon country", "weapon operator", "weapon category",
        "weapon category_note", "weapon note", "claim attributed_to", "claim note", "claim wording",
        "claim warhead", "claim variant", "source publisher", "source title", "source date_note",
    ),
    "sites list": ("place name", "place country", "place kind"),
    "sites show": (
        "place name", "place alias", "place country", "place kind", "place note", "place publisher",
        "place title", "place source_note",
    ),
    "cite text": ("weapon name", "claim attributed_to", "source publisher", "source title", "catalogue edition"),
    "cite bibtex": ("catalogue edition",),
    "check": ("site name",),
}  # fmt: skip
"""The fields that each command shows on standard output."""


def speak(batch: Batch, run) -> dict[str, str]:
    """Return what each command prints for a batch; ``run`` runs a command."""
    catalogue, registry = ("--catalogue", batch.catalogue), ("--registry", batch.registry)
    numbers = range(len(batch.written))
    weapons = [word for k in numbers for word in ("-w", f"Alias {k}x")]
    ask = ("check", "-f", "0,0", *weapons, *catalogue)
    commands = {
        "weapons list": [("weapons", "list", *catalogue)],
        "weapons show": [("weapons", "show", f"Alias {k}x", *catalogue) for k in numbers],
        "sites list": [("sites", "list", *registry)],
        "sites show": [("sites", "show", f"Place {k}x", *registry) for k in numbers],
        "cite text": [(*ask, "--cite", "text")],
        "cite bibtex": [(*ask, "--cite", "bibtex")],
        "check": [("check", "-f", "0,0", "--range", "9 km", "--sites", batch.sites)],
    }
    said = {}
    for name, calls in commands.items():
        outcomes = [run(*words) for words in calls]
        assert all(outcome.status == 0 for outcome in outcomes), outcomes[0].err
        said[name] = "".join(outcome.out for outcome in outcomes)
    return said


def unsaid(batch: Batch, name: str, text: str) -> list[Case]:
    """Return the cases that a command should show but does not."""
    assert not [sign for sign in text if is_control(sign) and sign != "\n"]
    if name == "cite bibtex":
        read_bibtex(text)
        lines = re.sub(r"\\text\w+\{\}|\\", "", text)
        tags = [(case, case.text.split()[0 if case.payload.last else -1]) for field in SPOKEN[name]
                for case in batch.cases[field]]  # fmt: skip
        return [case for case, tag in tags if tag not in lines]
    return [case for field in SPOKEN[name] for case in batch.cases[field]
            if expected(case, name) not in text]  # fmt: skip
