"""Legend, title, footer and controls around the rings, in windows and frames of every size.

The ordinary run opens a sample of sizes; `make frames` opens all of them.
"""

import os
from itertools import product

import pytest

from rangemap.render.page.document import RangeMap
from rangemap.wording.language import read_language
from tests.render.page.payloads import (
    bounds_of,
    fiji,
    iraq,
    origin,
    page,
    png,
    pyongyang,
    ring,
    system,
    twelve,
)

pytestmark = pytest.mark.thorough

EVERY_SIZE = os.environ.get("RANGEMAP_EVERY_SIZE") == "1"
SIZES = (
    list(product(range(320, 1401, 20), range(400, 901, 100)))
    if EVERY_SIZE
    else [(320, 400), (320, 700), (620, 460), (760, 570), (880, 900), (900, 400), (1280, 800)]
)


def long_title():
    """A house style's logo next to a title too long for a phone."""
    import base64

    logo = ["data:image/png;base64," + base64.b64encode(png(60, 20)).decode(), "Logo"]
    words = (
        "A title that goes on and on, as no desk would print it, but as some scenario may have it"
    )
    return {
        **iraq(), "title": f"{words}, {words}", "subtitle": words, "credit": words,
        "style": {**iraq()["style"], "logo": logo},
    }  # fmt: skip


def right_to_left():
    return {**iraq(), "lang": "ar", "words": dict(read_language("ar").phrases)}


def wide():
    """Two origins whose rings fill the corners of the view."""
    places = [(-100.0, 45.0), (30.0, 10.0)]
    rings = [
        ring(0, i, place, "Type · 3,000 km", (3000, 3000, 3000)) for i, place in enumerate(places)
    ]
    return page(
        systems=[system("Type", "3,000 km", "3,000 km")],
        origins=[origin(f"Origin {i}", *place) for i, place in enumerate(places)],
        rings=rings,
        bounds=bounds_of(*rings),
    )


def tiles():
    source = {
        "url": "https://tiles.example.org/{z}/{x}/{y}.png", "attribution": "Example",
        "subdomains": [], "max_zoom": 9, "hosts": ["https://tiles.example.org"],
    }  # fmt: skip
    return {**iraq(), "tiles": source}


MAPS = {
    make.__name__: make
    for make in (iraq, fiji, pyongyang, twelve, long_title, right_to_left, wide, tiles)
}

COVERED = """
() => {
  const map = document.querySelector(".folium-map").getBoundingClientRect();
  const box = (element) => element.getBoundingClientRect();
  const size = (path) => path.getBBox().width * path.getBBox().height;
  const seen = (path) => {
    const { left, top, right, bottom } = box(path);
    return Math.max(0, Math.min(right, map.right) - Math.max(left, map.left))
      * Math.max(0, Math.min(bottom, map.bottom) - Math.max(top, map.top));
  };
  // The copy of the largest line that is most visible.
  const lines = [...document.querySelectorAll("path.rm-line")];
  const largest = Math.max(...lines.map(size));
  const copies = lines.filter((path) => size(path) > 0.98 * largest);
  const line = copies.reduce((a, b) => (seen(b) > seen(a) ? b : a));
  const matrix = line.getScreenCTM();
  const points = Array.from({ length: 400 }, (_, i) =>
    line.getPointAtLength((line.getTotalLength() * i) / 400).matrixTransform(matrix));
  const [first, last] = [points[0], points[399]];
  const closed = Math.hypot(first.x - last.x, first.y - last.y) < 0.1 * box(line).width;
  const inMap = points.filter(({ x, y }) => x >= map.left && x <= map.right && y >= map.top && y <= map.bottom);
  const faults = [];
  for (const name of [".leaflet-control", ".rm-header", ".rm-footer"]) {
    for (const element of document.querySelectorAll(name)) {
      const { left, top, right, bottom, width } = box(element);
      if (!width) continue;
      const touched = inMap.some(({ x, y }) => x > left && x < right && y > top && y < bottom);
      const corner = new DOMPoint((left + right) / 2, (top + bottom) / 2).matrixTransform(matrix.inverse());
      if (touched || (closed && line.isPointInFill(corner))) faults.push(`${element.className} covers the ring`);
    }
  }
  const inside = ({ x, y }) => x >= map.left && x <= map.right && y >= map.top && y <= Math.min(map.bottom, innerHeight);
  if (closed && !points.every(inside)) faults.push("the ring is not in view");
  const caveat = box(document.querySelector(".rm-promise"));
  if (caveat.bottom > innerHeight || caveat.top < 0) faults.push("the caveat is not in view");
  if (document.documentElement.scrollWidth > innerWidth) faults.push("the page is wider than the window");
  return { faults, ringPx: Math.min(box(line).width, box(line).height) };
}
"""


def faults_at(page, path, width, height):
    """What covers the ring when the page is opened in a window of this size."""
    page.set_viewport_size({"width": width, "height": height})
    page.goto("about:blank")
    page.goto(path.as_uri())
    page.wait_for_selector(".rm-ring-label, .rm-origin")
    found = page.evaluate(COVERED)
    return [f"{width} x {height}: {fault}" for fault in found["faults"]], found["ringPx"]


@pytest.mark.parametrize("name", MAPS)
def test_nothing_covers_the_largest_ring_initially(visit, tmp_path, name):
    path = tmp_path / f"{name}.html"
    RangeMap(MAPS[name]()).save(path)
    page = visit().page
    faults, smallest = [], []
    for width, height in SIZES if EVERY_SIZE or name == "iraq" else SIZES[::2]:
        found, ring_px = faults_at(page, path, width, height)
        faults += found
        smallest.append(ring_px)
    assert faults == []
    # A view with room for a ring is not enough if the ring is only a dot.
    assert min(smallest) >= 80


def test_the_legend_collapses_in_a_narrow_window_and_opens_in_a_wide_one(visit, tmp_path):
    path = tmp_path / "iraq.html"
    RangeMap(iraq()).save(path)
    seen = visit(path, width=1000, height=600)
    page = seen.page
    panel = page.locator(".rm-panel")
    assert panel.get_attribute("open") is not None
    for width, height in [(600, 1000), (390, 700)]:
        page.set_viewport_size({"width": width, "height": height})
        page.locator(".rm-panel:not([open])").wait_for()
        seen.wait_until("range_map_1.getSize().x === innerWidth")
    page.locator(".rm-panel summary").first.click()
    assert panel.get_attribute("open") is not None
    page.set_viewport_size({"width": 800, "height": 390})
    page.locator(".rm-panel:not([open])").wait_for()
    page.set_viewport_size({"width": 1200, "height": 700})
    page.locator(".rm-panel[open]").wait_for()
    page.locator(".rm-panel summary").first.click()
    page.set_viewport_size({"width": 1000, "height": 700})
    seen.wait_until("range_map_1.getSize().x === 1000")
    assert panel.get_attribute("open") is None  # closed by the reader


def test_a_low_window_collapses_the_sources_below_the_caveat_until_opened(visit, tmp_path):
    path = tmp_path / "iraq.html"
    RangeMap(iraq()).save(path)
    page = visit(path, width=400, height=420).page
    sources = page.get_by_text("Sources: The National")
    assert page.locator(".rm-promise").is_visible()
    assert not sources.is_visible()
    height = page.locator(".rm-main").bounding_box()["height"]
    page.get_by_text("Sources and method", exact=True).click()
    assert sources.is_visible()
    assert page.locator(".rm-main").bounding_box()["height"] == pytest.approx(height, abs=1)
    page.set_viewport_size({"width": 500, "height": 420})
    assert sources.is_visible()  # an open list stays open
    page.get_by_text("Sources and method", exact=True).click()
    page.set_viewport_size({"width": 1200, "height": 800})
    sources.wait_for()
