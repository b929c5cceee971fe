"""Dark pages: for readers who prefer them, on screens; paper and tiles stay light."""

import io
import itertools
import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from coloraide import Color
from PIL import Image
from pypdf import PdfReader

import rangemap as rm
from rangemap.render import style

TEXT = ("ink", "quiet", "link", "inside", "disputed", "too_close", "outside")
"""Colours of text on paper."""
NAMES = ("ink", "quiet", "country", "water")
"""Colours of names on the map."""
GROUNDS = (style.DARK_LAND, style.DARK_SEA)


def contrast(one, other):
    return Color(one).contrast(other, method="wcag21")


@pytest.mark.parametrize("name", TEXT)
def test_text_is_readable_on_light_and_dark_paper(name):
    for colours in (style.CSS_COLOURS, style.DARK_CSS_COLOURS):
        assert contrast(colours[name], colours["paper"]) >= 4.5
        if name in ("ink", "link"):
            assert contrast(colours[name], colours["hover"]) >= 4.5


@pytest.mark.parametrize("name", NAMES)
def test_names_are_readable_on_dark_land_and_sea(name):
    for ground in GROUNDS:
        assert contrast(style.DARK_CSS_COLOURS[name], ground) >= 4.5


@pytest.mark.parametrize("name", ["focus", "control"])
def test_outlines_are_visible_in_both_schemes(name):
    for colours in (style.CSS_COLOURS, style.DARK_CSS_COLOURS):
        assert contrast(colours[name], colours["paper"]) >= 3
    for ground in GROUNDS:
        assert contrast(style.DARK_CSS_COLOURS["focus"], ground) >= 3


def test_both_schemes_have_the_same_variables():
    assert list(style.CSS_COLOURS) == list(style.DARK_CSS_COLOURS)
    assert list(style.GROUND_COLOURS) == list(style.DARK_GROUND_COLOURS)
    assert list(style.COLOURS) == list(style.DARK_COLOURS)


@pytest.mark.parametrize("colour", [*style.COLOURS.values(), style.ORIGIN_COLOUR])
def test_lines_and_their_text_are_visible_on_dark_land_and_sea(colour):
    for ground in GROUNDS:
        assert contrast(style.on_dark(colour), ground) >= 3
        assert contrast(style.on_dark(colour, style.TEXT_CONTRAST), ground) >= 4.5
    assert contrast(style.on_dark(colour), style.DARK_CSS_COLOURS["paper"]) >= 3


@pytest.mark.parametrize("colour", ["#000000", "#000080", "#123456", "#7F7F7F", "#ffffff"])
def test_any_given_colour_is_lightened_until_it_is_visible(colour):
    for least in (3, 4.5, style.TEXT_CONTRAST):
        for ground in GROUNDS:
            assert contrast(style.on_dark(colour, least), ground) >= least * 0.999


@pytest.mark.parametrize("seen_by", [None, "protan", "deutan", "tritan"])
def test_every_pair_of_dark_families_is_distinguishable_for_colour_blind_readers(seen_by):
    def seen(colour):
        return Color(colour) if seen_by is None else Color(colour).filter(seen_by)

    for one, other in itertools.combinations(style.DARK_COLOURS.values(), 2):
        assert seen(one).delta_e(seen(other), method="2000") >= 15, (one, other)


SCENARIO = {
    "origins": ["Tehran"],
    "weapons": ["Fateh-110", "Shahed-136"],
    "ranges": ["120 km"],
    "sites": ["Baghdad", "Erbil", "Honolulu"],
    "credit": "Graphics desk",
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dark")
    rm.Scenario(**SCENARIO).to_file(folder / "map.html")
    tiles = {"tiles": "https://tiles.example.org/{z}/{x}/{y}.png", "tiles_credit": "Example"}
    with pytest.warns(rm.RangemapWarning, match="loads its base map"):
        rm.Scenario(**SCENARIO, **tiles).to_file(folder / "tiles.html")
    rm.Scenario(**SCENARIO).report(folder / "report.html")
    return folder


def opened(browser, path, *, scheme="dark", size=(1280, 800), **more):
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, **more
    )
    page = context.new_page()
    page.route(re.compile("^https?:"), lambda route: route.abort())
    page.goto(path.as_uri())
    page.wait_for_selector(".rm-labels text")
    return page


def ground(page):
    """The colours of the canvases of the base map, most frequent first."""
    return page.evaluate("""() => {
        const counts = {};
        for (const canvas of document.querySelectorAll(".folium-map canvas")) {
            const {width, height} = canvas;
            const data = canvas.getContext("2d").getImageData(0, 0, width, height).data;
            for (let i = 0; i < data.length; i += 400) {
                if (data[i + 3] < 255) continue;
                const [r, g, b] = data.slice(i, i + 3);
                const key = "#" + [r, g, b].map((n) => n.toString(16).padStart(2, "0")).join("");
                counts[key] = (counts[key] || 0) + 1;
            }
        }
        return Object.keys(counts).sort((a, b) => counts[b] - counts[a]);
    }""")


def shade(page, selector="body"):
    return page.evaluate(
        "(s) => getComputedStyle(document.querySelector(s)).backgroundColor", selector
    )


def rgb(colour):
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgb({red}, {green}, {blue})"


def lines(page):
    return page.evaluate(
        "[...new Set([...document.querySelectorAll('path.rm-line-headline')].map((p) =>"
        " p.getAttribute('stroke')))].sort()"
    )


def payload_of(path):
    text = re.search(r'id="rangemap-payload">(.*?)</script>', path.read_text("ascii"))[1]
    return json.loads(text)


PAPER = {"light": style.CSS_COLOURS["paper"], "dark": style.DARK_CSS_COLOURS["paper"]}
SEAS = {"light": style.SEA, "dark": style.DARK_SEA}


@pytest.mark.thorough
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_a_page_follows_the_preference_and_each_change_of_it(browser, pages, scheme):
    page = opened(browser, pages / "map.html", scheme=scheme)
    systems = payload_of(pages / "map.html")["systems"]
    key = {"light": "line", "dark": "dark_line"}
    for each in (scheme, "light" if scheme == "dark" else "dark", scheme):
        page.emulate_media(color_scheme=each)
        page.wait_for_timeout(50)
        assert shade(page) == rgb(PAPER[each])
        assert ground(page)[0] == SEAS[each]
        assert lines(page) == sorted(system[key[each]] for system in systems)
        for number, system in enumerate(systems):
            drawn = page.evaluate(
                "(n) => getComputedStyle(document.querySelectorAll('.rm-system-row path')[n]).stroke",
                number,
            )
            assert drawn == rgb(system[key[each]])
    page.context.close()


@pytest.mark.thorough
def test_paper_is_light(browser, pages):
    page = opened(browser, pages / "map.html")
    # What `beforeprint` sets up, and the stylesheet for paper.
    page.evaluate("window.addEventListener('afterprint', () => {})")
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert shade(page) == rgb(PAPER["light"])
    assert ground(page)[0] == style.SEA
    assert set(lines(page)) <= {
        system["line"] for system in payload_of(pages / "map.html")["systems"]
    }
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen", color_scheme="dark")
    assert shade(page) == rgb(PAPER["dark"])
    assert ground(page)[0] == style.DARK_SEA
    document = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(PdfReader(io.BytesIO(document)).pages) == 1
    page.context.close()


@pytest.mark.thorough
@pytest.mark.parametrize("dark", [True, False])
def test_a_house_style_sets_the_light_ground_and_whether_there_is_a_dark_one(
    browser, run, tmp_path, dark
):
    house = tmp_path / "house.yaml"
    house.write_text(f'colours: {{land: "#EFEAE0", sea: "#D2E2E8"}}\ndark: {str(dark).lower()}')
    path = tmp_path / "map.html"
    words = ("-f", "46.48,30.73", "--range", "300 km", "--style", house, "-o", path)
    assert run("map", *words).status == 0
    for scheme in ("dark", "light"):
        page = opened(browser, path, scheme=scheme)
        is_dark = dark and scheme == "dark"
        assert ground(page)[0] == (style.DARK_SEA if is_dark else "#d2e2e8")
        assert shade(page) == rgb(PAPER["dark" if is_dark else "light"])
        land = page.locator(".leaflet-rm-base-pane path").get_attribute("fill")
        assert land == (style.DARK_LAND if is_dark else "#EFEAE0")
        page.context.close()


@pytest.mark.thorough
def test_tiles_and_the_map_of_a_report_are_light(browser, pages):
    page = opened(browser, pages / "tiles.html")
    assert shade(page) == rgb(PAPER["light"])
    assert set(lines(page)) <= {s["line"] for s in payload_of(pages / "tiles.html")["systems"]}
    page.context.close()
    context = browser.new_context(color_scheme="dark")
    report = context.new_page()
    report.goto((pages / "report.html").as_uri())
    report.locator("iframe").scroll_into_view_if_needed()
    inside = report.frame_locator("iframe")
    inside.locator(".rm-labels text").first.wait_for()
    drawn = inside.locator("body").evaluate("(body) => getComputedStyle(body).backgroundColor")
    assert drawn == rgb(PAPER["light"])
    context.close()


@pytest.mark.thorough
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_axe_has_no_finding_in_either_scheme(browser, pages, scheme, size):
    still = {"reduced_motion": "reduce"}  # a popup that fades in is pale for a moment
    page = opened(browser, pages / "map.html", scheme=scheme, size=size, **still)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.keyboard.press("Escape")
    page.locator(".rm-site").first.dispatch_event("click")
    page.wait_for_selector(".rm-popup")
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found] == []
    page.context.close()


@pytest.mark.thorough
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_marks_keep_their_meaning_with_forced_colours(browser, pages, scheme):
    page = opened(browser, pages / "map.html", scheme=scheme, forced_colors="active")
    fills = page.evaluate(
        "[...document.querySelectorAll('.rm-site')].map((site) =>"
        " [site.classList.contains('rm-unreached'), getComputedStyle(site, '::before').backgroundColor])"
    )
    assert len({hollow for hollow, _ in fills}) == 2
    assert len(set(map(tuple, fills))) == 2  # filled and hollow differ in colour
    colours = style.CSS_COLOURS if scheme == "light" else style.DARK_CSS_COLOURS
    assert dict(map(tuple, fills)) == {True: rgb(colours["paper"]), False: rgb(colours["ink"])}
    page.context.close()


@pytest.mark.thorough
def test_a_dark_screenshot_has_hardly_a_bright_pixel(browser, pages):
    page = opened(browser, pages / "map.html")
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        grey = picture.convert("L").histogram()
    assert sum(grey[160:]) < 0.04 * sum(grey)
    page.context.close()
