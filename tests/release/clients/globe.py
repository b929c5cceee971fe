"""KML on a globe: Cesium in Chromium fills the areas that are within range, and no others."""

import json
import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from geographiclib.geodesic import Geodesic

from tests.release.clients.outcome import (
    HERE,
    AbsentError,
    Check,
    first,
    found,
    name_of,
    node_module,
    program,
)

SOFTWARE = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist")
PAGE = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Globe</title>
<style>html, body, #globe { width: 400px; height: 400px; margin: 0; }</style>
<div id="globe"></div><script>window.CESIUM_BASE_URL = "/";</script>
<script src="/Cesium.js"></script><script src="/globe.js"></script></html>"""
SITE = "http://globe.test/"
"""An address that is answered from files; nothing is sent."""
MARGIN_KM = 150.0
"""Positions nearer to a limit may be on either side: a globe draws long edges in its own way."""
VIEWS = ((0, 20), (90, 20), (180, 20), (-90, 20), (0, 90), (0, -90))


def cesium(folder: Path) -> Iterator[Check]:
    """Open every KML file in Cesium and compare its colours with geodesic distances."""
    from playwright.sync_api import sync_playwright

    executable = program("chromium", "chromium")
    build = node_module("cesium", "Build", "Cesium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", *SOFTWARE]
        )
        try:
            for path in found(folder, "map.kml"):
                yield from _seen(browser, build, path)
        finally:
            browser.close()


def _seen(browser: Any, build: Path, path: Path) -> Iterator[Check]:
    page = browser.new_page(viewport={"width": 400, "height": 400})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.route("**/*", lambda route: _answer(route, build, path))
    page.goto(f"{SITE}globe.html")
    if page.evaluate("typeof Cesium") == "undefined":
        raise AbsentError("npm: cesium is incomplete; run make clients again")
    counts = page.evaluate("load()")
    yield Check(
        "kml", "opens", name_of(path), first(errors) or ("" if counts["areas"] else "no area")
    )
    wrong: list[str] = []
    seen = 0
    for lon, lat in VIEWS:
        places = _places(path.with_suffix(".geojson"), lon, lat)
        colours = page.evaluate("look", [[lon, lat], [place[:2] for place in places]])
        for (x, y, expected), colour in zip(places, colours, strict=True):
            if colour is None:  # behind the horizon
                continue
            seen += 1
            if expected != (min(colour) < 250):
                wrong.append(f"{y:.1f},{x:.1f} is {'not ' if expected else ''}filled")
    page.close()
    problem = first(wrong) if seen > 100 else f"only {seen} positions seen"
    yield Check("kml", "areas", name_of(path), problem)


def _answer(route: Any, build: Path, kml: Path) -> None:
    name = route.request.url.removeprefix(SITE).partition("?")[0]
    if name == "globe.html":
        route.fulfill(body=PAGE, content_type="text/html")
        return
    files = {"globe.js": HERE / "globe.js", "map.kml": kml}
    path = files.get(name, build / name)
    if not route.request.url.startswith(SITE) or not path.is_file():
        route.abort()
        return
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    route.fulfill(body=path.read_bytes(), content_type=kind)


def _places(geojson: Path, lon: float, lat: float) -> list[tuple[float, float, bool]]:
    """Return positions around a view's centre, and whether they are within a range."""
    features = json.loads(geojson.read_text("utf-8"))["features"]
    at = {f["properties"]["name"]: f["geometry"]["coordinates"] for f in features if f["properties"]["feature"] == "origin"}  # fmt: skip
    rings = [f["properties"] for f in features if f["properties"]["feature"] == "ring"]
    rng = np.random.default_rng(1)
    places = []
    for _ in range(150):
        azimuth, distance = rng.uniform(0, 360), rng.uniform(0, 6_000_000)
        place = Geodesic.WGS84.Direct(lat, lon, azimuth, distance)
        x, y = place["lon2"], place["lat2"]
        inside, near = False, False
        for ring in rings:
            from_x, from_y = at[ring["origin"]]
            d = Geodesic.WGS84.Inverse(from_y, from_x, y, x)["s12"] / 1000
            limits = (ring["min_km"] or 0.0, ring["high_km"])
            near = near or any(limit and abs(d - limit) < MARGIN_KM for limit in limits)
            inside = inside or limits[0] < d < limits[1]
        if not near:
            places.append((x, y, inside))
    return places
