"""The report in a browser: the live map in its frame, its picture in print."""

from pathlib import Path

import pytest

import rangemap as rm
from rangemap.render.outputs import MapFiles, PictureOptions
from rangemap.render.report import report_files
from tests.render.page.visual_order import torn

pytestmark = pytest.mark.thorough

MAPS = Path(__file__).resolve().parents[3] / "maps"
EXAMPLE = MAPS / "iraq-2024.yaml"


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    files = MapFiles(rm.Scenario.read(EXAMPLE).select(), PictureOptions(size="page", titled=False))
    path = tmp_path_factory.mktemp("report") / "r.html"
    path.write_bytes(report_files(files, [path])[path])
    return path


@pytest.mark.parametrize(("width", "height"), [(1100, 1000), (390, 800)])
def test_the_live_map_works_in_the_report_and_its_picture_is_printed_instead(
    browser, report, width, height
):
    said, asked = [], []
    context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    frame = page.frame_locator("iframe")
    frame.locator(".rm-origin").wait_for()
    origin = frame.locator(".rm-origin").bounding_box()
    box = page.locator("iframe").bounding_box()
    assert box["x"] < origin["x"] < box["x"] + box["width"]
    assert box["y"] < origin["y"] < box["y"] + box["height"]
    assert page.locator("img.paper").is_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.emulate_media(media="print")
    assert page.locator("img.paper").is_visible()
    assert page.locator("iframe").is_hidden()
    context.close()
    assert said == []
    assert all(url.startswith(("file:", "about:", "data:")) for url in asked)


@pytest.mark.parametrize(
    ("scenario", "width"),
    [
        ("beyond-a-quarter", 320),
        ("beyond-a-quarter", 768),
        ("beyond-a-quarter", 1280),
        ("arabic", 1280),
    ],
)
def test_figures_in_the_cells_of_the_report_are_whole_and_in_order(
    visit, run, tmp_path, scenario, width
):
    # Ranges with a hyphen are the longest figures: 10,400-11,000 km.
    path = tmp_path / "r.html"
    assert run("report", MAPS / f"{scenario}.yaml", "-o", path).status == 0
    page = visit(width=width).page
    page.goto(path.as_uri())
    found = torn(page, [])
    assert found["torn"] == []
    assert found["figures"] > 30


def test_axe_finds_no_violations_in_the_report_around_the_map(browser, report):
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": 1100, "height": 1000}, bypass_csp=True)
    page = context.new_page()
    page.goto(report.as_uri())
    results = Axe().run(page, options={"iframes": False})
    context.close()
    assert results.response["violations"] == [], results.generate_report()
