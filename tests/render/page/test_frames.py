"""A map in a frame: in an article, a report or a notebook."""

import io
import re
from pathlib import Path

import pypdf
import pytest
from PIL import Image

import rangemap
from rangemap.render.page.attributes import SANDBOX
from rangemap.render.page.document import frame
from rangemap.render.page.embed import read_page, snippet
from tests.render.page.payloads import png

pytestmark = pytest.mark.thorough

ADDRESS = re.compile("^https?:")
ORIGIN = "<!DOCTYPE html><title>Source</title><script>document.title = self.origin</script>"


@pytest.fixture(scope="module")
def map_file(tmp_path_factory):
    """The map of a weapon whose claims have URLs."""
    path = tmp_path_factory.mktemp("frames") / "map.html"
    scenario = rangemap.Scenario(weapons=["Al Aqsa"], origins=["Baghdad"], sites=["Erbil"])
    scenario.map().save(path)
    return path


def report(map_file, run):
    path = map_file.with_name("report.html")
    options = ["-w", "Al Aqsa", "-f", "Baghdad", "-s", "Erbil"]
    assert run("report", *options, "-o", path).status == 0
    return path.read_text("utf-8")


def embedded(map_file, _run):
    return snippet(read_page(map_file), map_file.name)


def embedded_whole(map_file, _run):
    return snippet(read_page(map_file), map_file.name, whole=True)


def notebook(map_file, _run):
    return frame(map_file.read_text("utf-8"), title="Map")


@pytest.mark.parametrize("around", [report, embedded, embedded_whole, notebook])
def test_a_source_opens_in_a_tab_with_its_own_origin(run, visit, map_file, around):
    path = map_file.with_name(f"{around.__name__}.html")
    path.write_text(around(map_file, run), "utf-8")
    seen = visit(width=1200)
    context = seen.page.context
    context.route(ADDRESS, lambda route: route.fulfill(body=ORIGIN, content_type="text/html"))
    seen.page.goto(path.as_uri())
    map_ = seen.page.frame_locator("iframe")
    map_.locator(".rm-all-sources > summary").click()
    with context.expect_page() as opened:
        map_.locator(".rm-all-sources a").first.click()
    opened.value.wait_for_load_state()
    assert opened.value.title().startswith("https://")  # a sandboxed tab has the origin "null"


def test_the_sandbox_of_a_frame_is_defined_once():
    package = Path(rangemap.__file__).parent
    holders = [
        path.relative_to(package).as_posix()
        for path in sorted(package.rglob("*"))
        if path.suffix in {".py", ".js", ".typ", ".css", ".html"}
        and re.search(r"allow-(?:scripts|popups|same-origin)", path.read_text("utf-8"))
    ]
    assert holders == ["render/page/attributes.py"]
    assert SANDBOX.split() == ["allow-scripts", "allow-popups", "allow-popups-to-escape-sandbox"]


def article(snippet_, folder, width_px):
    """An article with the map in the middle."""
    path = folder / "article.html"
    text = "<p>" + "Some text of the article. " * 40
    path.write_text(
        f'<!DOCTYPE html><html lang="en"><title>Article</title><meta charset="utf-8">'
        f'<body style="max-width:{width_px}px">{text}{snippet_}{text}',
        "utf-8",
    )
    return path


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(("width_px", "paper"), [(760, "A4"), (1100, "Letter")])
def test_an_article_prints_the_whole_map_with_its_caveat_and_sources(
    visit, map_file, whole, width_px, paper
):
    seen = visit(width=1280)
    page = seen.page
    path = article(
        snippet(read_page(map_file), map_file.name, whole=whole), map_file.parent, width_px
    )
    page.goto(path.as_uri())
    map_ = page.frame_locator("iframe")
    map_.locator(".rm-ring-label").wait_for()
    promise = map_.locator(".rm-promise").inner_text()
    document = pypdf.PdfReader(io.BytesIO(page.pdf(format=paper)))
    texts = [" ".join(sheet.extract_text().split()) for sheet in document.pages]
    (with_map,) = [text for text in texts if promise in text]
    for words in ("Sources: ", "Natural Earth", "Erbil", "Baghdad"):
        assert words in with_map
    assert "Legend" not in with_map
    map_.locator(".leaflet-control-zoom").wait_for()  # unchanged after printing
    assert seen.messages == []


def test_the_whole_printed_map_is_scaled_to_any_frame_size(visit, map_file):
    seen = visit(width=1280, height=800)
    page = seen.page
    page.goto(article(snippet(read_page(map_file), map_file.name), map_file.parent, 1100).as_uri())
    (inner,) = [frame for frame in page.frames if frame != page.main_frame]
    inner.wait_for_selector(".rm-ring-label")
    inner.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    drawn = inner.evaluate("range_map_1.getSize()")
    for width, height in [(700, 525), (400, 480), (900, 480)]:
        page.locator("iframe").evaluate(
            "(frame, [w, h]) => Object.assign(frame.style, "
            "{ width: `${w}px`, height: `${h}px`, minHeight: 0, aspectRatio: 'auto' })",
            [width, height],
        )
        found = inner.evaluate(
            """() => {
              const box = (name) => document.querySelector(name).getBoundingClientRect().toJSON();
              return { map: box(".folium-map"), main: box(".rm-main"), footer: box(".rm-footer"), height: innerHeight };
            }"""
        )
        map_, main, footer = found["map"], found["main"], found["footer"]
        assert map_["left"] >= main["left"] - 1
        assert map_["right"] <= main["right"] + 1
        assert map_["top"] >= main["top"] - 1
        assert map_["bottom"] <= main["bottom"] + 1
        assert map_["width"] / map_["height"] == pytest.approx(drawn["x"] / drawn["y"], rel=0.01)
        assert footer["bottom"] <= found["height"] + 1
        assert map_["height"] > 100
    inner.evaluate("window.dispatchEvent(new Event('afterprint'))")
    inner.wait_for_selector(".leaflet-control-zoom")


def test_the_picture_is_shown_until_the_map_has_loaded_and_where_frames_are_removed(
    visit, map_file
):
    (map_file.with_name("map.png")).write_bytes(png(400, 300))
    text = snippet(read_page(map_file), map_file.name, picture="map.png")
    seen = visit(width=1000)
    page = seen.page
    over = "() => { const { x, y } = document.querySelector('img').getBoundingClientRect();"
    over += " return document.elementFromPoint(x + 50, y + 50).tagName }"

    def is_shown():
        image = page.locator("img")
        image.wait_for()
        width = image.evaluate("image => image.decode().then(() => image.naturalWidth)")
        box = image.bounding_box()
        return width == 400 and box["width"] > 300 and box["height"] > 200

    page.goto(article(text, map_file.parent, 800).as_uri())
    page.frame_locator("iframe").locator(".rm-ring-label").wait_for()
    assert is_shown()
    assert page.evaluate(over) == "IFRAME"
    frame_, image = page.locator("iframe").bounding_box(), page.locator("img").bounding_box()
    assert frame_ == image
    without = re.sub(r"<iframe.*?</iframe>", "", text, flags=re.DOTALL)
    page.goto(article(without, map_file.parent, 800).as_uri())
    assert is_shown()
    assert page.evaluate(over) == "IMG"
    # While the map's page is still loading: nothing is painted over the picture.
    page.goto(article(text.replace('src="map.html"', ""), map_file.parent, 800).as_uri())
    assert is_shown()
    image = Image.open(io.BytesIO(page.locator("figure div").screenshot())).convert("RGB")
    assert image.getpixel((image.width // 2, image.height // 2)) == (0x20, 0x40, 0x60)
