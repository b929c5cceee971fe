"""KML on a globe: Cesium in Chromium fills the areas that are within range, and no others."""

import json
import mimetypes
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

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
<style>html, body, #globe { width: 300px; height: 300px; margin: 0; }</style>
<div id="globe"></div><script>window.CESIUM_BASE_URL = "/";</script>
<script src="/Cesium.js"></script><script src="/globe.js"></script></html>"""
SITE = "http://globe.test/"
"""An address that is answered from files; nothing is sent."""
LEAST_SEEN = 100
MARGIN_KM = 150.0
"""Positions nearer to a limit may be on either side: a globe draws long edges in its own way."""
SIDE = 300
"""Width and height of the picture, pixels: software rendering takes as long as there are pixels."""
SHIFTED, WHOLE = "iraq-2024", "beyond-a-hemisphere"
"""The scenarios of which the controls are made."""


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
            for fact, path, control in _controls(folder):
                found_ = _seen(browser, build, path, control, first_view_only=True)
                problem = "" if found_.wrong else f"{found_.n} positions look right"
                yield Check("kml", fact, f"planted {name_of(path)}", problem)
            for path in found(folder, "map.kml"):
                found_ = _seen(browser, build, path, path.read_bytes())
                opened = first(found_.errors) or ("" if found_.areas else "no area")
                yield Check("kml", "opens", name_of(path), opened)
                few = f"only {found_.n} positions seen" if found_.n <= LEAST_SEEN else ""
                yield Check("kml", "areas", name_of(path), first(found_.wrong) or few)
        finally:
            browser.close()


def _controls(folder: Path) -> Iterator[tuple[str, Path, bytes]]:
    """Yield files that a globe shows wrongly, which must be noticed.

    One has its rings 8 degrees too far south, one an area beyond a hemisphere that is not divided.
    """
    path = folder / SHIFTED / "map.kml"
    if path.exists():
        south = re.sub(
            r"(?<=[\s>])(-?[\d.]+),(-?[\d.]+)",
            lambda pair: f"{pair[1]},{float(pair[2]) - 8}",
            path.read_text("utf-8"),
        )
        yield "a shifted ring is found", path, south.encode()
    path = folder / WHOLE / "map.kml"
    if not path.exists():
        return
    features = json.loads(path.with_suffix(".geojson").read_text("utf-8"))["features"]
    (area,) = [f["geometry"] for f in features if f["properties"]["feature"] == "ring"]
    polygons = area["coordinates"] if area["type"] == "MultiPolygon" else [area["coordinates"]]
    yield "an area that is not divided is found", path, _undivided(polygons).encode()


def _undivided(polygons: list[Any]) -> str:
    """Return a KML file of areas as they are in GeoJSON."""

    def boundary(ring: list[list[float]]) -> str:
        places = " ".join(f"{x},{y}" for x, y, *_ in ring)
        return f"<LinearRing><tessellate>1</tessellate><coordinates>{places}</coordinates></LinearRing>"

    parts = []
    for outer, *holes in polygons:
        inner = "".join(f"<innerBoundaryIs>{boundary(hole)}</innerBoundaryIs>" for hole in holes)
        parts.append(
            f"<Polygon><outerBoundaryIs>{boundary(outer)}</outerBoundaryIs>{inner}</Polygon>"
        )
    style = "<Style><PolyStyle><color>800000ff</color></PolyStyle></Style>"
    return (
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>Area</name>'
        f"{style}<MultiGeometry>{''.join(parts)}</MultiGeometry></Placemark></Document></kml>"
    )


class Seen(NamedTuple):
    """What the globe shows of a file: messages, positions with the wrong colour, positions seen."""

    errors: list[str]
    areas: int
    wrong: list[str]
    n: int


def _seen(
    browser: Any, build: Path, path: Path, kml: bytes, *, first_view_only: bool = False
) -> Seen:
    """Compare the colours of a file with what the GeoJSON file at ``path`` says about distances."""
    page = browser.new_page(viewport={"width": SIDE, "height": SIDE})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.route("**/*", lambda route: _answer(route, build, kml))
    page.goto(f"{SITE}globe.html")
    if page.evaluate("typeof Cesium") == "undefined":
        raise AbsentError("npm: cesium is incomplete; run make clients again")
    counts = page.evaluate("load()")
    wrong: list[str] = []
    n = 0
    ranges = _ranges(path.with_suffix(".geojson"))
    for lon, lat in _views(ranges)[: 1 if first_view_only else None]:
        places = _places(ranges, lon, lat)
        colours = page.evaluate("look", [[lon, lat], [place[:2] for place in places]])
        for (x, y, expected), colour in zip(places, colours, strict=True):
            if colour is None:  # behind the horizon
                continue
            n += 1
            if expected != (min(colour) < 250):
                wrong.append(f"{y:.1f},{x:.1f} is {'not ' if expected else ''}filled")
    page.close()
    return Seen(errors, counts["areas"], wrong, n)


def _answer(route: Any, build: Path, kml: bytes) -> None:
    name = route.request.url.removeprefix(SITE).partition("?")[0]
    if name == "globe.html":
        route.fulfill(body=PAGE, content_type="text/html")
        return
    if name == "map.kml":
        route.fulfill(body=kml, content_type="application/vnd.google-earth.kml+xml")
        return
    path = HERE / name if name == "globe.js" else build / name
    if not route.request.url.startswith(SITE) or not path.is_file():
        route.abort()
        return
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    route.fulfill(body=path.read_bytes(), content_type=kind)


class Range(NamedTuple):
    """A ring: the position of its origin, degrees, its minimum and highest range, km."""

    lon: float
    lat: float
    minimum: float
    highest: float


def _ranges(geojson: Path) -> list[Range]:
    features = json.loads(geojson.read_text("utf-8"))["features"]
    at = {f["properties"]["name"]: f["geometry"]["coordinates"] for f in features if f["properties"]["feature"] == "origin"}  # fmt: skip
    rings = [f["properties"] for f in features if f["properties"]["feature"] == "ring"]
    return [Range(*at[ring["origin"]][:2], ring["min_km"] or 0.0, ring["high_km"]) for ring in rings]  # fmt: skip


def _views(ranges: Sequence[Range]) -> list[tuple[float, float]]:
    """Return where a globe is looked at from: above an origin, its antipode and the poles."""
    lon, lat = ranges[0][:2]
    return [(lon, lat), ((lon + 360) % 360 - 180, -lat), (0.0, 90.0), (0.0, -90.0)]


def _places(ranges: Sequence[Range], lon: float, lat: float) -> list[tuple[float, float, bool]]:
    """Return positions around a view's centre, and whether they are within a range."""
    rng = np.random.default_rng(1)
    places = []
    for _ in range(150):
        azimuth, distance = rng.uniform(0, 360), rng.uniform(0, 6_000_000)
        place = Geodesic.WGS84.Direct(lat, lon, azimuth, distance)
        x, y = place["lon2"], place["lat2"]
        inside, near = False, False
        for ring in ranges:
            d = Geodesic.WGS84.Inverse(ring.lat, ring.lon, y, x)["s12"] / 1000
            limits = (ring.minimum, ring.highest)
            near = near or any(limit and abs(d - limit) < MARGIN_KM for limit in limits)
            inside = inside or limits[0] < d < limits[1]
        if not near:
            places.append((x, y, inside))
    return places
