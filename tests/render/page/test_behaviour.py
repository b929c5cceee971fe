"""Behaviour of the page: addresses, search, popups, print, languages, house style, tiles."""

import html as html_module
import re
from dataclasses import replace
from pathlib import Path

import axe_playwright_python
import numpy as np
import pytest

import rangemap as rm
from rangemap.render.page.document import RangeMap
from rangemap.render.style import HouseStyle, Logo
from rangemap.render.style_file import style_of
from tests.render.page.payloads import iraq, png, twelve

pytestmark = pytest.mark.thorough

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
ROOT = Path(__file__).resolve().parents[3]


def view_of(page):
    return page.evaluate(
        "[range_map_1.getZoom(), range_map_1.getCenter().lat, range_map_1.getCenter().lng]"
    )


def test_the_address_stores_and_restores_the_view(visit, saved):
    page = visit(saved("iraq")).page
    assert "#" not in page.url
    page.locator(".folium-map").focus()
    page.keyboard.press("+")
    page.wait_for_timeout(400)
    page.locator(".rm-panel input[type=checkbox]").nth(1).uncheck()
    assert re.fullmatch(r".*#view=[\d.]+/[\d.]+/[\d.]+&off=s1", page.url)
    seen = view_of(page)
    again = visit()
    again.page.goto(page.url)
    again.page.wait_for_selector(".rm-ring-label")
    half_a_pixel = 180 / (256 * 2 ** seen[0])  # Leaflet aligns the map to whole pixels
    assert view_of(again.page) == pytest.approx(seen, abs=half_a_pixel)
    assert not again.page.locator(".rm-panel input[type=checkbox]").nth(1).is_checked()
    assert "Al Aqsa" not in again.page.locator(".rm-labels").inner_html()
    assert again.messages == []


@pytest.mark.parametrize(
    "address",
    ["#view=x", "#view=3/1e9/5", "#view=4/95/44", "#off=s99,o7", "#off=<b>", "#view=99/0/0", "#%"],
)
def test_an_invalid_address_is_ignored(visit, saved, address):
    seen = visit()
    seen.page.goto(saved("iraq").as_uri() + address)
    seen.page.wait_for_selector(".rm-labels text")
    assert seen.messages == []


@pytest.mark.parametrize("how", ["src", "srcdoc"])
def test_a_sandboxed_frame_stores_no_state_and_logs_nothing(visit, saved, tmp_path, how):
    name = saved("iraq")
    document = html_module.escape(name.read_text("utf-8"))
    source = f'src="{name.as_uri()}#off=s2"' if how == "src" else f'srcdoc="{document}"'
    path = tmp_path / "frame.html"
    path.write_text(
        f'<!DOCTYPE html><title>Frame</title><iframe sandbox="allow-scripts" {source} '
        'width="1200" height="700"></iframe>',
        "utf-8",
    )
    seen = visit()
    seen.page.goto(path.as_uri())
    frame = seen.page.frame_locator("iframe")
    frame.locator(".rm-ring-label").first.wait_for()
    frame.locator(".rm-panel input[type=checkbox]").nth(0).uncheck()
    assert frame.locator(".rm-ring-label").count() == (1 if how == "src" else 2)
    assert seen.messages == []
    outside = [url for url in seen.requests if not url.startswith(("about:", "file:"))]
    assert outside == []
    pages = {path.as_uri(), name.as_uri() + "#off=s2", name.as_uri()}
    assert {url for url in seen.requests if url.startswith("file:")} <= pages


def test_clicking_a_ring_shows_its_claims_with_links(visit, saved):
    seen = visit(saved("iraq"))
    page = seen.page
    # A point on the ring of Shahed-136 due south of its origin, away from names.
    x, y = page.evaluate(
        """() => {
          const point = range_map_1.latLngToContainerPoint([10.3, 44.2139]);
          const frame = range_map_1.getContainer().getBoundingClientRect();
          return [point.x + frame.left, point.y + frame.top];
        }"""
    )
    page.mouse.click(x, y)
    popup = page.locator(".leaflet-popup-content")
    popup.wait_for()
    text = popup.inner_text()
    for words in (
        "Shahed-136",
        "1,931–2,500 km",
        "Ring around Jurf Al Sakhar",
        "flown test; not drawn",
    ):
        assert words in text
    assert popup.locator("a").count() == 3
    assert page.evaluate("document.activeElement.classList.contains('rm-popup')")
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup", state="detached")
    assert page.evaluate("document.activeElement.classList.contains('folium-map')")
    page.locator(".rm-ring-label", has_text="Fateh-110").click()
    assert "according to Fabian Hinz" in popup.inner_text()
    assert seen.messages == []


def test_clicking_empty_space_opens_nothing(visit, saved):
    page = visit(saved("iraq")).page
    page.mouse.click(300, 600)
    page.wait_for_timeout(200)
    assert page.locator(".leaflet-popup").count() == 0


def test_the_search_finds_and_opens_a_place_typed_without_accents(visit, saved):
    seen = visit(saved("twelve"))
    page = seen.page
    box = page.locator("#rm-find")
    box.fill("al-ud")
    found = page.locator(".rm-found button")
    assert found.all_text_contents() == ["Al Udeid"]
    page.keyboard.press("Enter")
    page.locator(".leaflet-popup-content h2", has_text="Al Udeid").wait_for()
    box.fill("الأسد")
    assert found.count() == 1
    box.fill("nowhere")
    assert "No matching place" in page.locator(".rm-found").inner_text()
    assert seen.messages == []


def test_the_popup_names_the_dissenting_claim(visit, tmp_path):
    path = tmp_path / "x.html"
    rm.Scenario.read(ROOT / "maps" / "iraq-2024.yaml").map().save(path)
    page = visit(path).page
    page.locator("[aria-label^='Ain Al Asad']").focus()
    page.keyboard.press("Enter")
    row = page.locator(".rm-popup tr", has_text="Fateh-110")
    assert "6 of 7" in row.inner_text()
    # The one claim below 194 km in data/weapons.yaml.
    assert "not reached by: up to 193 km (" in row.inner_text()


def test_places_outside_all_visible_rings_are_hollow(visit, saved):
    page = visit(saved("iraq")).page
    erbil = page.locator(".rm-site").nth(1)
    assert "rm-unreached" not in erbil.get_attribute("class")
    page.locator(".rm-panel input[type=checkbox]").nth(0).uncheck()
    page.locator(".rm-panel input[type=checkbox]").nth(2).uncheck()
    assert "rm-unreached" in erbil.get_attribute("class")
    page.locator(".rm-panel input[type=checkbox]").nth(2).check()
    assert "rm-unreached" not in erbil.get_attribute("class")


# ---- Print -----------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_example_prints_on_one_sheet_with_its_legend(visit, saved, paper):
    seen = visit(saved("iraq"))
    pdf = seen.page.pdf(format=paper, landscape=True)
    assert pdf.count(b"/Type /Page\n") == 1
    laid_out = seen.page.evaluate(
        """() => {
          window.dispatchEvent(new Event("beforeprint"));
          const box = (name) => document.querySelector(name).getBoundingClientRect();
          const [map, legend, foot] = [".rm-main", ".rm-panel", ".rm-footer"].map(box);
          const seen = document.querySelector(".rm-panel");
          const cut = seen.scrollHeight - seen.clientHeight;
          const found = [map.right <= legend.left, legend.bottom <= foot.top + 1, cut, foot.bottom];
          window.dispatchEvent(new Event("afterprint"));
          return found;
        }"""
    )
    assert laid_out[:2] == [True, True]
    assert laid_out[2] <= 1
    assert laid_out[3] <= 190 * 96 / 25.4
    assert seen.page.locator(".leaflet-control.rm-panel").count() == 1
    assert seen.messages == []


def test_a_long_legend_is_printed_on_a_separate_sheet(visit, tmp_path):
    payload = twelve()
    payload["systems"] = [
        {**s, "label": f"{s['label']} {i}"} for i in range(3) for s in payload["systems"]
    ]
    path = tmp_path / "long.html"
    RangeMap(payload).save(path)
    seen = visit(path)
    assert seen.page.pdf(format="A4", landscape=True).count(b"/Type /Page\n") == 2
    inside = "document.querySelector('.folium-map').contains(document.querySelector('.rm-panel'))"
    seen.wait_until(inside)
    assert seen.messages == []


# ---- Languages -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The example in another language."""
    folder = tmp_path_factory.mktemp("languages")

    def write(code):
        path = folder / f"{code}.html"
        words = {"title": "الأنظمة المذكورة في العراق"} if code == "ar" else {}
        example = rm.Scenario.read(ROOT / "maps" / "iraq-2024.yaml")
        replace(example, lang=code, **words).map().save(path)
        return path

    return write


@pytest.mark.parametrize("code", ["ar", "fr"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_page_in_another_language_has_no_english_text_and_no_axe_violations(
    visit, written, code, width
):
    seen = visit(written(code), width=width)
    page = seen.page
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    page.locator(".rm-site").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)
    text = page.locator("body").inner_text()
    for english in (
        "Legend",
        "Weapons",
        "within reach",
        "forecast",
        "Published",
        "at map centre",
        "Ring around",
    ):
        assert english not in text
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.evaluate(AXE)
    found = page.evaluate("axe.run()")
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []
    assert seen.messages == []


def test_a_right_to_left_page_has_its_panel_on_the_left(visit, written):
    page = visit(written("ar")).page
    panel = page.locator(".rm-panel").bounding_box()
    zoom = page.locator(".leaflet-control-zoom").bounding_box()
    assert panel["x"] < 50
    assert zoom["x"] > 1200
    title = page.locator("h1").bounding_box()
    assert title["x"] + title["width"] > 1200
    ring = page.locator(".rm-ring-label").first.bounding_box()
    assert ring["x"] > panel["x"] + panel["width"]
    assert page.locator(".rm-country-label", has_text="العراق").count() <= 1


# ---- House style and tiles -------------------------------------------------------------------


def test_a_house_style_applies_to_lines_text_and_logo(visit, tmp_path):
    (tmp_path / "logo.png").write_bytes(png())
    (tmp_path / "house.yaml").write_text(
        'colours: {drone: "#005f73", origin: "#1b4332"}\nfont: [DejaVu Serif]\n'
        "logo: logo.png\nlogo_alt: The Paper\ncredit: Graphics desk\n",
        "utf-8",
    )
    scenario = rm.Scenario(
        origins=["Jurf Al Sakhar"], weapons=["Shahed-136"], style=str(tmp_path / "house.yaml")
    )
    path = tmp_path / "x.html"
    scenario.map().save(path)
    seen = visit(path)
    page = seen.page
    assert page.locator("path.rm-line-headline[stroke='#005F73']").count() > 0
    assert page.locator("img[alt='The Paper']").bounding_box()["width"] > 0
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily").startswith(
        '"DejaVu Serif"'
    )
    assert "Graphics desk" in page.locator(".rm-footer").inner_text()
    assert seen.requests == [path.as_uri(), *[u for u in seen.requests if u.startswith("data:")]]
    assert seen.messages == []


def test_no_text_of_a_house_style_can_break_out_of_its_element():
    hostile = "'</style><script>alert(1)</script>"
    logo = Logo(media_type="image/png", content=b"x", alt=hostile)
    style = HouseStyle(credit=hostile, logo=logo)
    assert style_of(rm.Scenario(origins=["1,1"], ranges=["9 km"]).select().look).credit is None
    payload = iraq()
    payload["credit"] = style.credit
    payload["style"]["logo"] = ["data:image/png;base64,eA==", style.logo.alt]
    assert "<script>alert" not in RangeMap(payload).to_html()


def test_tiles_may_come_only_from_their_hosts(visit, tmp_path):
    payload = iraq()
    payload["tiles"] = {
        "url": "https://{s}.tiles.example.org/{z}/{x}/{y}.png",
        "attribution": "(C) Example <b>tiles</b>",
        "subdomains": ["a", "b"],
        "max_zoom": 5,
        "hosts": ["https://a.tiles.example.org", "https://b.tiles.example.org"],
    }
    html = RangeMap(payload).to_html()
    policy = re.search(r'content="(default-src[^"]*)"', html)[1]
    assert "img-src data: https://a.tiles.example.org https://b.tiles.example.org;" in policy
    assert policy.count("https://") == 2
    assert len(html) < 400_000  # without the page's own base map
    path = tmp_path / "tiles.html"
    path.write_text(html, "utf-8")
    seen = visit(offline=False)  # all requests are answered here
    seen.page.route(
        re.compile("^https://"), lambda route: route.fulfill(body=png(), content_type="image/png")
    )
    seen.open(path)
    seen.page.wait_for_selector(".leaflet-tile-loaded", state="attached")
    hosts = {re.match(r"https://([^/]+)/", url)[1] for url in seen.requests if "https" in url}
    assert hosts == {"a.tiles.example.org", "b.tiles.example.org"}
    assert "(C) Example <b>tiles</b>" in seen.page.locator(".rm-footer").inner_text()
    assert seen.messages == []


# ---- Labels ----------------------------------------------------------------------------------

BOXES = """() => [...document.querySelectorAll(".rm-labels text")].map((text) => {
  const boxes = [];
  for (let i = 0; i < text.getNumberOfChars(); i++) {
    const { x, y, width, height } = text.getExtentOfChar(i);
    boxes.push([x, y, x + width, y + height]);
  }
  return [text.textContent, boxes];
})"""
"""Boxes of single characters: the box of a whole slanting label is mostly empty."""


EMPTY_PX = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `700 13px ${getComputedStyle(document.documentElement).getPropertyValue("--sans") || "sans-serif"}`;
  const font = pen.measureText("");
  const letters = pen.measureText("Éj");
  const box = font.fontBoundingBoxAscent + font.fontBoundingBoxDescent;
  return box - letters.actualBoundingBoxAscent - letters.actualBoundingBoxDescent;
}"""
"""How much taller the box of a character is than its letters: 3 pixels in Noto Sans, none in DejaVu Sans."""
"""Excess of a character's box height over its letters: 3 pixels in Noto Sans, none in DejaVu Sans."""


def touching(labels, slack=(2, 2)):
    """Pairs of labels with overlapping characters."""
    boxes = np.array([box for _, characters in labels for box in characters]).reshape(-1, 4)
    owner = np.repeat(np.arange(len(labels)), [len(characters) for _, characters in labels])
    low, high = boxes[:, :2], boxes[:, 2:]
    shared = np.minimum(high[:, None], high[None]) - np.maximum(low[:, None], low[None])
    first, second = np.nonzero((shared > np.array(slack)).all(axis=2))
    pairs = {
        (owner[i], owner[j]) for i, j in zip(first, second, strict=True) if owner[i] < owner[j]
    }
    return [(labels[i][0], labels[j][0]) for i, j in sorted(pairs)]


def test_the_overlap_check_detects_an_overlap():
    assert touching([("a", [[0, 0, 10, 10]]), ("b", [[5, 5, 15, 15], [90, 0, 95, 5]])]) == [
        ("a", "b")
    ]
    assert touching([("a", [[0, 0, 10, 10]]), ("b", [[9, 0, 15, 10]])]) == []


@pytest.mark.parametrize(
    ("name", "width"),
    [("iraq", 1280), ("twelve", 1280), ("twelve", 390), ("pyongyang", 1280), ("ar", 1280)],
)
def test_no_two_labels_overlap_at_five_zooms(visit, saved, written, name, width):
    page = visit(written("ar") if name == "ar" else saved(name), width=width).page
    zooms = page.evaluate("[range_map_1.getMinZoom(), range_map_1.getZoom()]")
    page.evaluate("globalThis.opening = range_map_1.getCenter()")
    for zoom in (zooms[0], zooms[1], zooms[1] + 0.75, zooms[1] + 1.5, zooms[1] + 3):
        # At the same place: the smallest zoom would move the map to the middle of the world.
        # `void`, as setView returns the map, and copying it out of the browser would take a minute.
        page.evaluate(f"void range_map_1.setView(opening, {zoom}, {{animate: false}})")
        labels = page.evaluate(BOXES)
        slack = (2, 2 + page.evaluate(EMPTY_PX))
        # At its initial zoom a page is full of names; on the whole world few towns are shown.
        # In an ocean within a ring, as near Pyongyang, there may be nothing to name.
        least = {zooms[1]: 6, zooms[1] + 3: 0}
        assert len(labels) >= least.get(zoom, 1)
        assert touching(labels, slack) == [], (name, zoom)


@pytest.mark.parametrize("width", [1280, 390])
def test_each_origin_is_named_once_and_drawn_on_top(visit, tmp_path, width):
    """With every place of the registry around, both origins included."""
    path = tmp_path / "two.html"
    names = ["Tehran", "Jurf Al Sakhar"]
    rm.Scenario(origins=names, weapons=["Shahed-136", "Fateh-110", "Zolfaghar"]).map().save(path)
    page = visit(path, width=width).page
    words = [
        text.strip("\u2068\u2069") for text in page.locator(".rm-labels text").all_text_contents()
    ]
    assert [words.count(name) for name in names] == [1, 1]
    for i in range(2):
        middle = (
            page.locator(".rm-place.rm-origin")
            .nth(i)
            .evaluate(
                "e => { const b = e.getBoundingClientRect();"
                " return e === document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2); }"
            )
        )
        assert middle
