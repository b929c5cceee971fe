"""A headless Chromium without a network, and the circles that Leaflet draws in it."""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ZOOM = 18  # Leaflet draws in whole pixels; here one is 0.6 m at the equator
POINTS = 2000  # of each outline: chords between them deviate by 1e-6 of the radius

# Renderer and view are those of any page; the clock covers creating the circles and adding them.
_TIME = """cases => {
  const add = () => cases.map(([lon, lat, r]) => L.circle([lat, lon], {radius: r}).addTo(map));
  const times = [0, 1, 2, 3].map(() => {
    const start = performance.now(), circles = add(), took = performance.now() - start;
    circles.forEach(circle => circle.remove());
    return took / 1000;
  });
  return {seconds: Math.min(...times.slice(1)), version: L.version};
}"""
# The path element is what the browser paints: "M x,y a rx,ry 0 1,0 2rx,0 a rx,ry 0 1,0 -2rx,0".
_OUTLINE = """([[lon, lat, r], zoom, n]) => {
  map.setView([lat, lon], zoom, {animate: false});
  const circle = L.circle([lat, lon], {radius: r}).addTo(map);
  const [west, y, rx, ry] = circle.getElement().getAttribute("d").match(/-?[0-9.]+/g).map(Number);
  circle.remove();
  const outline = [];
  for (let i = 0; i <= n; i++) {
    const turn = (i % n) / n * 2 * Math.PI;
    const point = [west + rx + rx * Math.cos(turn), y + ry * Math.sin(turn)];
    const place = map.layerPointToLatLng(point);
    outline.push([place.lng, place.lat]);
  }
  return outline;
}"""


class Circles(NamedTuple):
    """Seconds for all circles, the versions of Leaflet and the browser, outlines as (lon, lat)."""

    seconds: float
    version: str
    outlines: list[NDArray[np.float64]]


@contextmanager
def chromium() -> Iterator[Any]:
    """Open an installed Chromium, or yield None if there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        yield None
        return
    from playwright.sync_api import sync_playwright  # uses the installed browser

    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox"] if root else []
        )
        yield browser
        browser.close()


def leaflet_circles(cases: Sequence[tuple[float, float, float]]) -> Circles | None:
    """Draw circles (lon, lat, radius in metres) with `L.circle`; None without a browser.

    An outline is the ellipse in the page, converted back into degrees by the map.
    """
    from xstatic.pkg import leaflet

    script = (Path(leaflet.BASE_DIR) / "leaflet.js").read_text("utf-8")
    with chromium() as browser:
        if browser is None:
            return None
        page = browser.new_context(offline=True).new_page()
        page.set_content('<div id="map" style="width: 1000px; height: 800px"></div>')
        page.add_script_tag(content=script)
        page.evaluate("() => { window.map = L.map('map').setView([32, 45], 4); }")
        timed = page.evaluate(_TIME, json.loads(json.dumps(cases)))
        outlines = [np.array(page.evaluate(_OUTLINE, [case, ZOOM, POINTS])) for case in cases]
        version = f"{timed['version']}, Chromium {browser.version}"
    return Circles(timed["seconds"], version, outlines)
