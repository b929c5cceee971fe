"""A map embedded in other pages: snippets, notebooks, Markdown documents."""

import io
from base64 import b64decode
from html.parser import HTMLParser

import folium
import nbformat
import pypandoc
import pytest
from nbconvert import HTMLExporter
from nbconvert.preprocessors import ExecutePreprocessor
from PIL import Image

from rangemap.errors import OutputError
from rangemap.render.page.document import RangeMap
from rangemap.render.page.embed import Format, MapPage, read_page, snippet
from tests.render.page.payloads import iraq, page, png

pytestmark = pytest.mark.thorough

HOSTILE = '"><script>alert(1)</script> ![x](javascript:y) {{ 7*7 }} `<b>`'
SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox"


class Tags(HTMLParser):
    """Every tag of a snippet, with its attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.fixture
def map_file(tmp_path):
    path = tmp_path / "map one.html"
    RangeMap(iraq()).save(path)
    return path


def test_the_command_prints_a_frame_with_title_sandbox_and_a_link(run, map_file):
    outcome = run("embed", map_file)
    assert (outcome.status, outcome.err) == (0, "")
    tags = dict(Tags(outcome.out).found)
    assert tags["iframe"]["src"] == "map%20one.html"
    assert tags["iframe"]["title"] == "Systems reported in Iraq, January 2024"
    assert tags["iframe"]["sandbox"] == SANDBOX
    assert tags["iframe"]["loading"] == "lazy"
    assert tags["a"]["href"] == "map%20one.html"
    assert "script" not in tags


def test_a_picture_next_to_the_page_is_the_fallback_of_the_frame(run, map_file):
    map_file.with_suffix(".png").write_bytes(png())
    assert '<img src="map%20one.png" alt="Systems' in run("embed", map_file).out
    markdown = run("embed", map_file, "--format", "markdown").out
    assert markdown == (
        "[![Systems reported in Iraq, January 2024](map%20one.png)](map%20one.html)\n"
    )
    elsewhere = run("embed", map_file, "--url", "https://example.org/m.html?a=1&b=2").out
    assert 'src="https://example.org/m.html?a=1&amp;b=2"' in elsewhere
    assert "<img" not in elsewhere


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example/x"])
def test_an_invalid_address_is_refused(run, map_file, url):
    outcome = run("embed", map_file, "--url", url)
    assert outcome.status == 1
    assert "expected a relative path, or http(s)://" in outcome.err


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_folder_is_refused(run, name):
    outcome = run("embed", name)
    assert outcome.status == 1
    assert outcome.err.count("\n") == 1
    assert "not a regular file" in outcome.err


def test_files_other_than_map_pages_are_refused(run, tmp_path):
    (tmp_path / "x.html").write_text("<title>x</title>")
    outcome = run("embed", tmp_path / "x.html")
    assert outcome.status == 1
    assert "not a map page" in outcome.err
    # The suggested fix must not be a command that replaces the file.
    (tmp_path / "sites.csv").write_text("name,lat,lon\n")
    assert "-o sites.html`" in run("embed", tmp_path / "sites.csv").err
    assert run("embed", tmp_path / "none.html").status == 1


@pytest.mark.parametrize("target", list(Format))
@pytest.mark.parametrize("picture", [None, "a.png"])
def test_a_title_cannot_break_out_of_its_element(target, picture):
    text = snippet(
        MapPage(html=HOSTILE, title=HOSTILE, language='"x'), "a b.html", target=target,
        whole=True, picture=picture,
    )  # fmt: skip
    assert text.isascii()
    assert "<script" not in text
    assert {tag for tag, _ in Tags(text).found} <= {
        "figure",
        "div",
        "iframe",
        "img",
        "figcaption",
        "a",
    }
    if target is not Format.HTML:
        rendered = pypandoc.convert_text(text, "html", format="markdown")
        tags = Tags(rendered).found
        assert "script" not in {tag for tag, _ in tags}
        assert not any("javascript" in (a.get("href") or "") for _, a in tags)


@pytest.mark.parametrize("whole", [False, True])
def test_the_snippet_shows_the_map_from_a_file(visit, map_file, whole):
    text = snippet(read_page(map_file), map_file.name, whole=whole)
    around = map_file.with_name("around.html")
    around.write_text(f"<!DOCTYPE html><title>Report</title>{text}", "utf-8")
    seen = visit(width=1000)
    seen.page.goto(around.as_uri())
    frame = seen.page.frame_locator("iframe")
    frame.locator(".rm-ring-label").first.wait_for()
    box = seen.page.locator("iframe").bounding_box()
    assert box["width"] > 900
    assert box["height"] > 450
    pages = [around.as_uri()] if whole else [around.as_uri(), map_file.as_uri()]
    assert [url for url in seen.requests if not url.startswith("about:")] == pages
    assert seen.messages == []


def test_a_page_made_by_pandoc_as_in_quarto_shows_the_map(visit, map_file):
    text = snippet(read_page(map_file), map_file.name, target=Format.QUARTO)
    document = f"---\ntitle: Report\n---\n\nText.\n\n{text}"
    report = map_file.with_name("report.html")
    html = pypandoc.convert_text(document, "html", format="markdown", extra_args=["--standalone"])
    report.write_text(html, "utf-8")
    seen = visit(width=1000)
    seen.page.goto(report.as_uri())
    seen.page.frame_locator("iframe").locator(".rm-ring-label").first.wait_for()
    assert seen.messages == []


NOTEBOOK = """
import folium
import rangemap as rm
scenario = rm.Scenario(origins=["Jurf Al Sakhar"], weapons=["Fateh-110"], sites=["Erbil"])
range_map = scenario.map()
folium.PolyLine([(30, 40), (35, 45)], color="#123456", tooltip="a line").add_to(range_map)
range_map
"""
FIGURE = """
import sys
figure = scenario.figure()
assert "matplotlib.pyplot" not in sys.modules, "which would show it anyway"
figure
"""


def test_a_notebook_run_by_nbconvert_shows_the_map_and_an_added_layer(visit, tmp_path):
    cells = [nbformat.v4.new_code_cell(source) for source in (NOTEBOOK, FIGURE)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    ExecutePreprocessor(timeout=120, kernel_name="python3").preprocess(notebook, {})
    bundle = notebook.cells[0]["outputs"][-1]["data"]
    assert bundle["text/plain"] == "<RangeMap: Published range of Fateh-110 from Jurf Al Sakhar>"
    assert bundle["image/png"].startswith("iVBOR")
    figure = Image.open(
        io.BytesIO(b64decode(notebook.cells[1]["outputs"][-1]["data"]["image/png"]))
    )
    assert figure.size == (1200, 900)
    assert len(figure.convert("RGB").getcolors(2**20)) > 100
    html, _ = HTMLExporter(embed_images=True).from_notebook_node(notebook)
    path = tmp_path / "notebook.html"
    path.write_text(html, "utf-8")
    seen = visit(width=1200)
    seen.page.goto(path.as_uri())
    frame = seen.page.frame_locator("iframe")
    frame.locator(".rm-ring-label").first.wait_for()
    assert frame.locator("path[stroke='#123456']").count() == 1
    shown = seen.page.locator("img[src^='data:image/png']").last
    assert shown.evaluate("image => image.naturalWidth") == 1200
    # The notebook's own page requests MathJax and logs the failure; ours logs nothing.
    assert not [words for words in seen.messages if "rangemap" in words.lower()]


def test_the_bundle_contains_the_requested_types():
    range_map = RangeMap(iraq())
    assert set(range_map._repr_mimebundle_()) == {"text/html", "text/plain"}
    assert set(range_map._repr_mimebundle_(include=["text/plain"])) == {"text/plain"}
    assert set(range_map._repr_mimebundle_(exclude=["text/html"])) == {"text/plain"}
    assert RangeMap(iraq(), picture=png)._repr_mimebundle_()["image/png"] == png()
    title = RangeMap(page(title=HOSTILE))._repr_html_()
    assert [tag for tag, _ in Tags(title).found] == ["iframe"]


def test_folium_layers_without_external_files_can_be_added(visit, tmp_path):
    range_map = RangeMap(iraq())
    square = {"type": "Polygon", "coordinates": [[[40, 30], [45, 30], [45, 35], [40, 30]]]}
    folium.GeoJson(square, style_function=lambda _: {"color": "#abcdef"}).add_to(range_map)
    folium.CircleMarker((33, 40), radius=9, color="#fedcba", fill=True, tooltip="Here").add_to(
        range_map
    )
    path = tmp_path / "layers.html"
    range_map.save(path)
    seen = visit(path)
    assert seen.page.locator("path[stroke='#abcdef']").count() == 1
    seen.page.locator("path[stroke='#fedcba']").hover(force=True)
    assert seen.page.locator(".leaflet-tooltip").inner_text().strip() == "Here"
    assert seen.messages == []
    assert seen.requests == [path.as_uri()]


def test_a_layer_with_external_files_is_refused_in_one_line():
    from folium.plugins import MarkerCluster

    range_map = RangeMap(iraq())
    MarkerCluster([(33, 44)]).add_to(range_map)
    with pytest.raises(OutputError, match="a map page loads nothing"):
        range_map.to_html()
