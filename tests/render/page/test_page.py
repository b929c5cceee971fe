"""What a reader sees and does, in a browser without a network."""

import html as html_module
import io
from pathlib import Path

import axe_playwright_python
import folium
import pytest
from pypdf import PdfReader

from rangemap.render.page.document import RangeMap
from rangemap.render.style import SEA
from tests.render.page.payloads import EXAMPLES, iraq, page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
HOSTILE = [
    "{{ 7*7 }}<img src=x onerror=alert(1)>",
    "{% print(1) %}{% endraw %}",
]


@pytest.mark.thorough(keep=[("twelve",)])
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_page_requests_only_itself_and_logs_nothing(visit, saved, name):
    seen = visit(saved(name))
    assert seen.requests == [saved(name).as_uri()]
    assert seen.messages == []


def test_the_page_works_in_a_sandboxed_frame(visit, tmp_path):
    document = html_module.escape(RangeMap(iraq()).to_html())
    path = tmp_path / "frame.html"
    path.write_text(
        f'<!DOCTYPE html><title>Frame</title><iframe sandbox="allow-scripts" srcdoc="{document}" '
        'width="1200" height="700"></iframe>',
        "utf-8",
    )
    seen = visit()
    seen.page.goto(path.as_uri())
    frame = seen.page.frame_locator("iframe")
    frame.locator(".rm-ring-label").first.wait_for()
    assert frame.locator(".rm-ring-label").count() == 3
    assert seen.messages == []
    assert [url for url in seen.requests if not url.startswith(("file:", "about:"))] == []


OUR_OWN = {"detail", "about", "words", "style", "line", "text", "dash", "lang", "units"}
"""Payload fields that data cannot reach: file names, fixed texts and colours."""


def replaced(value, text):
    """Put one text into every string field of a payload that data can reach."""
    if isinstance(value, str):
        return text
    if isinstance(value, dict):
        return {
            key: item if key in OUR_OWN else replaced(item, text) for key, item in value.items()
        }
    if isinstance(value, list):
        return [replaced(item, text) for item in value]
    return value


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_data_is_shown_verbatim_and_never_runs(visit, tmp_path, text):
    payload = iraq()
    payload["credit"] = "x"
    for system in payload["systems"]:
        system.update(figures="x", published="x")
        for claim in system["claims"]:
            claim.update(note="x", attributed_to="x", date="x", drawn=True)
    for outcome in payload["sites"]["verdicts"][0]["outcomes"]:
        outcome.update(reason="x", dissent="x")
    path = tmp_path / "hostile.html"
    RangeMap(replaced(payload, text)).save(path)
    seen = visit()
    seen.page.on("dialog", lambda dialog: seen.messages.append(dialog.message))
    seen.open(path)
    seen.page.locator(".rm-site").first.focus()
    seen.page.keyboard.press("Enter")
    assert seen.page.title() == text
    places = [
        "h1",
        ".rm-header p",
        ".rm-system-row b",
        ".rm-system-row .rm-range",
        ".rm-system-row .rm-sources li",
        ".rm-origin-row b",
        ".rm-origin-row .rm-range",
        ".rm-notes",
        ".rm-footer p",
        ".rm-all-distances td",
        ".rm-all-sources h2",
        ".rm-popup h2",
        ".rm-popup p",
        ".rm-popup small",
        ".rm-popup .rm-verdict",
    ]
    for place in places:
        assert text in " ".join(seen.page.locator(place).all_text_contents()), place
    shown = seen.page.evaluate("document.body.textContent")
    assert shown.count(text) > 40
    assert seen.page.locator("img").count() == 0
    assert seen.page.locator("a[href='x'], a[href*='alert']").count() == 0
    assert seen.messages == []


def test_a_hostile_language_is_ignored(visit, tmp_path):
    path = tmp_path / "lang.html"
    RangeMap({**iraq(), "lang": HOSTILE[0]}).save(path)
    assert visit(path).page.evaluate("document.documentElement.lang") == "en"


@pytest.mark.thorough(keep=[("javascript:alert(1)",)])
@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
def test_only_web_addresses_become_links(visit, tmp_path, url):
    payload = iraq()
    payload["systems"][0]["claims"][0]["url"] = url
    path = tmp_path / "links.html"
    RangeMap(payload).save(path)
    links = visit(path).page.locator(".rm-panel a")
    assert links.count() == 5
    assert set(links.evaluate_all("links => links.map((a) => a.rel)")) == {"noopener noreferrer"}


def test_a_place_and_its_verdicts_are_reachable_by_keyboard(visit, saved):
    page = visit(saved("iraq")).page
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('rm-site')"):
            break
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Ain Al")
    page.keyboard.press("Enter")
    rows = page.locator(".rm-popup tbody tr")
    assert rows.count() == 3
    assert rows.nth(1).locator("td").all_text_contents() == [
        "Al Aqsa", "194 km", "250 km", "+56 km", "within reach", "6 of 7",
    ]  # fmt: skip
    assert page.evaluate("document.activeElement.classList.contains('rm-popup')")
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup", state="detached")
    assert page.evaluate("document.activeElement.classList.contains('rm-site')")


def visible_lines(page):
    return page.locator(".rm-line-headline:not([d='M0 0'])").count()


def test_the_panel_shows_and_hides_the_rings(visit, saved):
    page = visit(saved("iraq")).page
    boxes = page.locator(".rm-panel input")
    assert boxes.count() == 4
    assert visible_lines(page) == 3
    assert page.locator(".rm-ring-label").count() == 3
    boxes.nth(0).uncheck()
    assert visible_lines(page) == 2
    assert page.locator(".rm-ring-label").count() == 2
    boxes.nth(3).uncheck()
    assert visible_lines(page) == 0
    boxes.nth(3).check()
    boxes.nth(0).check()
    assert visible_lines(page) == 3


@pytest.mark.thorough(keep=[("iraq", 390)])
@pytest.mark.parametrize(
    ("name", "width", "rings"), [("iraq", 1280, 3), ("iraq", 390, 3), ("twelve", 1280, 12)]
)
def test_every_ring_in_view_has_a_label(visit, saved, name, width, rings):
    assert visit(saved(name), width=width).page.locator(".rm-ring-label").count() == rings


def test_lines_are_drawn_in_every_world_in_view(visit, saved):
    page = visit(saved("pyongyang")).page
    west, east = page.evaluate(
        """() => {
          const boxes = [...document.querySelectorAll(".rm-line-headline")]
            .filter((line) => line.getAttribute("d") !== "M0 0")
            .map((line) => line.getBoundingClientRect());
          return [Math.min(...boxes.map((b) => b.left)), Math.max(...boxes.map((b) => b.right))];
        }"""
    )
    assert west <= 0
    assert east >= 1280


@pytest.mark.thorough
def test_the_scale_bar_is_omitted_on_world_views(visit, saved):
    assert not visit(saved("pyongyang")).page.locator(".rm-scale").is_visible()
    assert "at map centre" in visit(saved("iraq")).page.locator(".rm-scale").inner_text()


def test_the_map_and_a_popup_fit_on_a_phone(visit, saved):
    seen = visit(saved("iraq"), width=390, height=844, has_touch=True)
    page = seen.page
    assert not page.evaluate("document.querySelector('.rm-panel').open")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator(".folium-map").bounding_box()["height"] > 400
    page.locator(".rm-site").first.tap()
    page.wait_for_timeout(400)
    box = page.locator(".leaflet-popup").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert seen.messages == []


def test_the_table_below_the_map_lists_every_site_and_the_map_keeps_its_height(visit, saved):
    page = visit(saved("iraq")).page
    height = page.locator(".rm-main").bounding_box()["height"]
    page.locator(".rm-all-distances summary").click()
    assert page.locator(".rm-all-distances tbody tr").count() == 6
    assert page.locator(".rm-main").bounding_box()["height"] == pytest.approx(height, abs=1)


@pytest.mark.thorough(keep=[("iraq", 390)])
@pytest.mark.parametrize(("name", "width"), [("iraq", 1280), ("iraq", 390), ("twelve", 1280)])
def test_axe_finds_no_violations(visit, saved, name, width):
    seen = visit(saved(name), width=width)
    page = seen.page
    if name == "iraq":
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    page.locator(".rm-site").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)  # its contrast is low while it fades in
    page.evaluate(AXE)
    found = page.evaluate("axe.run()")
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []


def test_the_page_prints_on_one_sheet_with_the_entire_ring(visit, saved, tmp_path):
    seen = visit(saved("iraq"))
    pdf = seen.page.pdf(prefer_css_page_size=True)
    assert pdf.count(b"/Type /Page\n") == 1
    (tmp_path / "iraq.pdf").write_bytes(pdf)
    assert seen.messages == []


@pytest.mark.thorough
def test_in_print_the_land_below_the_sea_is_not_covered(visit, run, tmp_path):
    path = tmp_path / "map.html"
    assert run("map", "-f", "Odesa", "--range", "300 km", "-o", path).status == 0
    pdf = visit(path).page.pdf(prefer_css_page_size=True)
    (image,) = (each.image for each in PdfReader(io.BytesIO(pdf)).pages[0].images)
    colours = {colour: count for count, colour in image.getcolors(1 << 24)}
    share = image.width * image.height
    sea = tuple(int(SEA[i : i + 2], 16) for i in (1, 3, 5))
    assert colours[(*sea, 255)] > 0.1 * share
    assert sum(count for (*_, alpha), count in colours.items() if alpha == 0) > 0.3 * share


@pytest.mark.thorough
def test_reduced_motion_is_respected(visit, saved):
    page = visit(saved("iraq"), reduced_motion="reduce").page
    assert page.evaluate("range_map_1.options.zoomAnimation") is False


def test_an_empty_map_still_opens(visit, tmp_path):
    path = tmp_path / "empty.html"
    RangeMap(page()).save(path)
    assert visit(path).messages == []


def test_a_ring_without_a_line_does_not_affect_others_and_shows_the_note(visit, tmp_path):
    payload = iraq()
    payload["rings"][0].update(lines={})
    payload["notes"] = ["The whole earth is within range."]
    path = tmp_path / "whole.html"
    RangeMap(payload).save(path)
    seen = visit(path)
    assert "the whole earth" in seen.page.locator(".rm-notes").inner_text().lower()
    assert seen.page.locator(".rm-ring-label").count() == 2
    assert seen.messages == []


def test_a_folium_layer_can_be_added(visit, tmp_path):
    range_map = RangeMap(iraq())
    folium.PolyLine([(30, 40), (35, 45)], color="#123456").add_to(range_map)
    path = tmp_path / "layer.html"
    range_map.save(path)
    seen = visit(path)
    assert seen.page.locator("path[stroke='#123456']").count() == 1
    assert seen.messages == []


def test_a_map_in_an_initially_collapsed_frame_fits_its_rings(visit, tmp_path):
    document = html_module.escape(RangeMap(iraq()).to_html())
    path = tmp_path / "folded.html"
    path.write_text(
        f'<!DOCTYPE html><title>Folded</title><iframe sandbox="allow-scripts" srcdoc="{document}" '
        'width="0" height="0"></iframe>',
        "utf-8",
    )
    seen = visit()
    seen.page.goto(path.as_uri())
    seen.page.eval_on_selector("iframe", "(frame) => { frame.width = 1200; frame.height = 700; }")
    seen.page.frame_locator("iframe").locator(".rm-ring-label").nth(2).wait_for(timeout=5_000)
    assert seen.messages == []
