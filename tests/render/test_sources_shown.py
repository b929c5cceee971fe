"""How sources are shown: titles made from addresses, corrected titles, wording and stored copies."""

import io
import json
import re
import unicodedata
from urllib.parse import quote

import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from hypothesis import example, given
from hypothesis import strategies as st
from pypdf import PdfReader

from rangemap.catalogue import Source, read_catalogue
from rangemap.places import read_registry
from rangemap.text import first_control, is_made_from_address, link_target, readable_address

COPY = "https://web.archive.org/web/2024/https://a.org/x"
OWN = f"""\
weapons:
  - id: own
    name: Own
    country: X
    category: rocket
    claims:
      - id: a
        range: up to 70 km
        wording: jusqu'à 70 kilomètres
        source:
          publisher: Notes
          title: a rocket of seventy kilometres
          url: https://a.org/x/a-rocket-of-seventy-kilometres-123.html
          archived: {COPY}
          date: 2024-01
      - id: b
        range: up to 80 km
        source:
          publisher: Papers
          title: a rocket of eighty
          corrected_title: Eighty is enough
          url: https://a.org/a-rocket-of-eighty
"""


@pytest.mark.parametrize(
    ("title", "address", "made"),
    [
        ("iran unveils new missile", "https://a.org/news/iran-unveils-new-missile-123/", True),
        ("iran unveils new missile", "https://a.org/news/iran_unveils_new_missile.html", True),
        ("iran unveils new missile", "https://a.org/?title=iran+unveils+new+missile", True),
        ("lo que sabe israel", "https://a.org/lo-que-sab%C3%A9-israel-hoy", True),
        ("lo que sabé israel", "https://a.org/lo-que-sab%C3%A9-israel-hoy", True),
        ("lo que sabé israel", "https://a.org/lo-que-sabe-israel-hoy", True),
        ("ракета нового типа", "https://a.ru/ракета-нового-типа.html", True),
        ("https://a.org/news/iran-unveils", "https://a.org/news/iran-unveils", True),
        ("www.a.org/news", None, True),
        # Printed: a capital letter, punctuation of its own, or other words.
        ("Iran unveils new missile", "https://a.org/news/iran-unveils-new-missile-123/", False),
        ("iran’s new missile", "https://a.org/irans-new-missile", False),
        ("iran: new missile", "https://a.org/iran-new-missile", False),
        ("iran new missile unveiled", "https://a.org/iran-new-missile", False),
        ("MINUTEMAN I FACT SHEET", "https://a.org/minuteman-i-fact-sheet", False),
        ("iran unveils new missile", None, False),
        # A script without capitals: the address has the headline itself.
        ("東風系列導彈", "https://a.org/東風系列導彈", False),
        ("إيران تكشف", "https://a.org/إيران-تكشف", False),
        ("https://a.org/ and more", None, False),
        ("", "https://a.org/", False),
        ("2024", "https://a.org/2024", False),
    ],
)
def test_a_title_made_from_an_address_is_recognised(title, address, made):
    assert is_made_from_address(title, address) is made


def test_no_title_of_the_built_in_data_was_made_from_its_address():
    sources = [claim.source for weapon in read_catalogue().weapons for claim in weapon.claims]
    places = [source for place in read_registry().places for source in place.sources]
    titles = [source.title for source in (*sources, *places) if source.title]
    assert len(sources) == 1585
    assert len(titles) > 630
    assert [
        source.title
        for source in (*sources, *places)
        if source.title and is_made_from_address(source.title, source.url)
    ] == []


def test_most_titles_that_the_facts_mark_as_made_from_the_address_are_recognised(testdata):
    import yaml

    sheet = testdata.parent / "facts" / "weapons-claims-2026-12.yaml"
    facts = yaml.load(sheet.read_text("utf-8"), yaml.CSafeLoader)
    claims = [claim for weapon in facts for claim in weapon["claims"]]
    made = [is_made_from_address(c["title"], c["url"]) for c in claims if "title_note" in c]
    printed = [
        is_made_from_address(c["title"], c["url"])
        for c in claims
        if "title_note" not in c and not c["title"].startswith("(")
    ]
    assert (len(made), len(printed)) == (623, 630)
    assert sum(made) == 554  # the others have capitals, or a script without them
    assert sum(printed) == 0


def test_a_corrected_title_is_shown_instead():
    source = Source(
        publisher="P", title="a page", corrected_title="b page", url="https://a.org/a-page"
    )
    assert (source.shown_title, source.headline) == ("b page", "b page")
    made = Source(publisher="P", title="a page", url="https://a.org/a-page")
    assert (made.shown_title, made.headline) == (None, "a.org")


@pytest.fixture
def own(tmp_path):
    (tmp_path / "own.yaml").write_text(OWN, "utf-8")
    return ["-w", "Own", "-f", "Baghdad", "--catalogue", tmp_path / "own.yaml"]


def pdf_text(content):
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def pdf_links(content):
    notes = [
        n.get_object() for p in PdfReader(io.BytesIO(content)).pages for n in p.get("/Annots", ())
    ]
    return {note["/A"]["/URI"] for note in notes if "/URI" in note.get("/A", {})}


@pytest.mark.parametrize("suffix", ["html", "pdf", "docx", "md"])
def test_reports_show_wording_and_stored_copy(own, run, tmp_path, suffix):
    file = tmp_path / f"r.{suffix}"
    assert run("report", *own, "-o", file).status == 0
    content = file.read_bytes()
    if suffix == "pdf":
        text, links = pdf_text(content).replace("\n", " "), pdf_links(content)
    elif suffix == "docx":
        document = Document(io.BytesIO(content))
        text = "".join(
            node.text or "" for node in document.element.body.iter() if node.tag.endswith("}t")
        )
        links = {
            each.target_ref
            for each in document.part.rels.values()
            if each.reltype == RELATIONSHIP_TYPE.HYPERLINK
        }
    else:
        text = re.sub("</?span[^>]*>", "", content.decode())  # around figures
        links = {COPY} if f'href="{COPY}"' in text or f"]({COPY})" in text else set()
    assert COPY in links
    assert "stored copy" in text
    assert "jusqu'à 70 kilomètres" in text
    assert "Eighty is enough" in text
    assert "seventy kilometres" not in text.replace("-", " ").replace("seventy kilometres 123", "")


def test_files_contain_wording_and_stored_copy(own, run, tmp_path):
    outputs = [
        word
        for name in ("m.geojson", "m.kml", "m.svg", "m.html")
        for word in ("-o", tmp_path / name)
    ]
    assert run("map", *own, *outputs).status == 0
    features = json.loads((tmp_path / "m.geojson").read_text("utf-8"))["features"]
    first, second = features[0]["properties"]["sources"]
    assert (first["title"], first["wording"], first["archived"]) == (
        None,
        "jusqu'à 70 kilomètres",
        COPY,
    )
    assert second["title"] == "Eighty is enough"
    assert not {"wording", "archived"} & second.keys()
    balloon = (tmp_path / "m.kml").read_text("utf-8")
    assert "“jusqu&amp;#x27;à 70 kilomètres”" in balloon
    assert f'&lt;a href="{COPY}"&gt;stored copy&lt;/a&gt;' in balloon
    sources = (tmp_path / "m.sources.txt").read_text("utf-8")
    assert (
        f"a.org; 2024-01; https://a.org/x/a-rocket-of-seventy-kilometres-123.html; stored copy: {COPY};"
        in sources
    )
    assert "“jusqu'à 70 kilomètres”" in sources
    cited = run("weapons", "show", "Own", "--cite", "text", *own[4:]).out
    assert f"stored copy {COPY} (Own: up to 70 km)." in cited
    assert "“Eighty is enough”" in cited
    bibtex = run("weapons", "show", "Own", "--cite", "bibtex", *own[4:]).out
    assert f"Own: up to 70 km; Stored copy: {COPY}" in bibtex
    assert "title = {{Eighty is enough}}" in bibtex


def test_a_title_made_from_the_address_gives_a_warning(own, run):
    outcome = run("weapons", "validate", own[-1])
    assert outcome.status == 0
    assert (
        "own.yaml:7: warning: weapon 'own': claim 'a': title 'a rocket of seventy kilometres' was"
        " made from the address, so it is not shown; omit it, or give the headline as printed in"
        " `corrected_title`" in outcome.out
    )
    assert "eighty" not in outcome.out


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("lang", "words"), [("en", "stored copy"), ("fr", "copie archivée"), ("ar", "نسخة محفوظة")]
)
def test_pages_show_wording_and_stored_copy(own, run, tmp_path, browser, lang, words):
    assert run("map", *own, "--lang", lang, "-o", tmp_path / "m.html").status == 0
    page = browser.new_page()
    page.goto((tmp_path / "m.html").as_uri())
    page.wait_for_selector(".rm-labels text")
    link = page.locator(f"a[href='{COPY}']").first
    assert link.text_content() == words
    assert page.locator("q").first.text_content() == "jusqu'à 70 kilomètres"
    shown = page.locator("body").text_content()
    assert "Eighty is enough" in shown
    assert "a rocket of" not in shown.split('"claims"')[0].split("{")[0]
    page.close()


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("خبر-اليوم", "خبر-اليوم"), ("日報", "日報"), ("nucléaire", "nucléaire"), ("हिन्दी", "हिन्दी"),
        # Punctuation, spaces, invisible characters, those that change direction or in copying.
        ("اليوم؟", "اليوم%D8%9F"), ("a\u00a0b", "a%C2%A0b"), ("می\u200cروم", "می%E2%80%8Cروم"),
        ("x\u202eb", "x%E2%80%AEb"), ("e\u0301", "e%CC%81"), ("\ufe0f", "%EF%B8%8F"), ("\ue000", "%EE%80%80"),
    ],
)  # fmt: skip
def test_addresses_show_letters_and_nothing_else_decoded(path, shown):
    assert readable_address(f"https://a.org/{quote(path)}?q=%20%2F%25") == (
        f"https://a.org/{shown}?q=%20%2F%25"
    )


def test_bytes_that_are_not_utf_8_stay_encoded():
    assert readable_address("https://a.org/%E9%C3%A9%FF") == "https://a.org/%E9%C3%A9%FF"


@given(st.text(st.characters(codec="utf-8"), max_size=20) | st.binary(max_size=20))
@example("%41é".encode())
@example("한글\u1112\u1161")
def test_an_address_as_shown_is_the_same_address_and_survives_copying(path):
    url = link_target(f"https://a.org/{quote(path)}")
    shown = readable_address(url)
    # What a browser does with an address that is typed: encode it as UTF-8.
    assert re.sub("%..", lambda byte: byte[0].upper(), link_target(shown)) == url
    assert unicodedata.normalize("NFC", shown) == shown
    assert first_control(shown) is None
    assert not re.search(r"\s", shown)
