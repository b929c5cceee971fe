"""No label is at another ring's line: checked against the lines that Chromium draws."""

import re
from dataclasses import replace

import numpy as np
import pytest
import shapely

import rangemap as rm
from tests.render.figure.test_picture_truth import DENSE, ONE_LINE

pytestmark = pytest.mark.thorough

BIDI_CONTROLS = re.compile("[\u2066-\u2069\u200e\u200f]")
CAPITALS_PX, DESCENDERS_PX = 9.4, 3.0  # above and below the baseline, for 13 px text

DRAWN = """() => {
  const payload = JSON.parse(document.getElementById("rangemap-payload").textContent);
  const origin = range_map_1.getPixelOrigin();
  const onMap = ([lon, lat], shift) => {
    const { x, y } = range_map_1.project([lat, lon + shift]).subtract(origin);
    return [x, y];
  };
  const rings = payload.rings.map((ring) => ({
    names: [ring.label, payload.systems[ring.system].label],
    own: [-360, 0, 360].flatMap((shift) => ring.lines.headline.map((path) =>
      path.map((point) => onMap(point, shift)))),
  }));
  const lines = [...document.querySelectorAll("path.rm-line")].flatMap((path) => {
    const parts = path.getAttribute("d").split("M").slice(1);
    const found = parts.map((part) => part.match(/-?[\\d.]+ -?[\\d.]+/g));
    return found.filter((pairs) => pairs.length > 1).map((pairs) => pairs.map((pair) => pair.split(" ").map(Number)));
  });
  const labels = [...document.querySelectorAll(".rm-ring-label")].map((text) => {
    const letters = [];
    for (let i = 0; i < text.getNumberOfChars(); i++) {
      const [from, to] = [text.getStartPositionOfChar(i), text.getEndPositionOfChar(i)];
      if (Math.hypot(from.x - to.x, from.y - to.y) < 0.5) continue;
      letters.push([from.x, from.y, to.x, to.y, text.getRotationOfChar(i)]);
    }
    return [text.textContent, letters];
  });
  const leaders = [...document.querySelectorAll(".rm-labels line")].map((line) => {
    const [x1, y1, x2, y2] = ["x1", "y1", "x2", "y2"].map((name) => +line.getAttribute(name));
    return [[x1, y1], [x2, y2]];
  });
  const [corner, size] = [range_map_1.containerPointToLayerPoint([0, 0]), range_map_1.getSize()];
  return { rings, lines, labels, leaders, view: [corner.x, corner.y, corner.x + size.x, corner.y + size.y] };
}"""
"""Lines and labels in the pixel coordinates of both: Leaflet's layer points."""


def area_of(letters):
    """The area of letters between the tops of capitals and descenders."""
    quads = []
    for x0, y0, x1, y1, turned in letters:
        up = np.array([np.sin(np.radians(turned)), -np.cos(np.radians(turned))])
        ends = np.array([[x0, y0], [x1, y1]])
        quads.append(
            shapely.MultiPoint(
                np.vstack([ends + CAPITALS_PX * up, ends - DESCENDERS_PX * up])
            ).convex_hull
        )
    return shapely.union_all(quads)


def is_one_line(line, other):
    """Whether two lines are so close all along that they cannot be told apart."""
    return np.abs(np.subtract(line.bounds, other.bounds)).max() < ONE_LINE and bool(
        (shapely.distance(shapely.points(other.coords), line) < ONE_LINE).all()
    )


def fault_of(area, own, drawn, leaders):
    """Why a reader could take a label for that of another line; "" if not."""
    window = area.buffer(400).envelope
    others = shapely.union_all(
        [line.intersection(window) for line in drawn if not any(is_one_line(o, line) for o in own)]
    )
    mine = shapely.union_all([line.intersection(window) for line in own])
    if area.intersects(others):
        return "another line runs through it"
    starts = [shapely.Point(from_) for from_, to in leaders if shapely.Point(to).distance(area) < 8]
    led = [start for start in starts if start.distance(mine) < ONE_LINE]
    if led:
        return "" if led[0].distance(mine) + 1 < led[0].distance(others) else "its leader is vague"
    near, far = area.distance(mine), area.distance(others)
    return (
        "" if near < far and near < 12 else f"its line is {near:.1f} px away, another {far:.1f} px"
    )


def faults_of(page):
    """The faults of the labels on an open page, the rings that have none, and the labels at leaders."""
    found = page.evaluate(DRAWN)
    drawn = [shapely.LineString(line) for line in found["lines"]]
    view = shapely.box(*found["view"])
    rings = [
        (
            [BIDI_CONTROLS.sub("", n) for n in ring["names"]],
            [shapely.LineString(o) for o in ring["own"]],
        )
        for ring in found["rings"]
    ]
    ends = [shapely.Point(to) for _, to in found["leaders"]]
    faults, led = [], []
    for label, letters in found["labels"]:
        words = BIDI_CONTROLS.sub("", label)
        area = area_of(letters)
        led += [words] if any(end.distance(area) < 8 for end in ends) else []
        # Two origins have rings of the same name: the label may belong to either.
        fits = [
            fault_of(area, own, drawn, found["leaders"]) for names, own in rings if words in names
        ]
        assert fits, words
        if all(fits):
            faults.append(f"{words}: {fits[0]}")
    shown = {names[0] for names, own in rings if any(line.intersects(view) for line in own)}
    named = {BIDI_CONTROLS.sub("", label) for label, _ in found["labels"]}
    known = {names[0] for names, _ in rings if named & set(names)}
    return faults, shown - known, led


THREE = rm.Scenario(
    origins=["Isfahan", "Tabriz", "Kermanshah"], weapons=["Shahab-3", "Fateh-110"], sites=["Riyadh"]
)
PAGES = DENSE | {"Iran in Arabic": replace(DENSE["Iran"], lang="ar"), "three origins": THREE}


@pytest.fixture(scope="module")
def dense(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dense")
    for name, scenario in PAGES.items():
        scenario.map().save(folder / f"{name}.html")
    return folder


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_the_nearest_line_to_a_ring_label_is_its_own(visit, dense, name, width):
    """Alternatively, the label has a leader, which ends on its own line only."""
    page = visit(dense / f"{name}.html", width=width).page
    opening = page.evaluate("range_map_1.getZoom()")
    for zoom in (opening, opening + 1.25):
        page.evaluate(f"void range_map_1.setZoom({zoom}, {{animate: false}})")
        faults, missing, led = faults_of(page)
        assert faults == [], zoom
        assert len(led) == len(set(led)), "two leaders for the same label"
        if zoom == opening:
            assert len(missing) <= (width < 700)
