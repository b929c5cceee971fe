"""The pure functions of the page's script, run by node: `*.test.js` in this folder.

The expected values come from PROJ, GEOS and Python's Unicode data, and are written here.
"""

import json
import math
import os
import re
import shutil
import subprocess
import unicodedata
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from rangemap.render.background.names import script_table
from rangemap.render.page.html import SCRIPT_PARTS
from rangemap.render.stylesheet import script_constants

HERE = Path(__file__).parent
WEB = HERE.parents[2] / "rangemap" / "render" / "web"
WORLD_PX = 256
CLEAR_PX = 6
RNG = np.random.default_rng(13)


def mercator():
    """Positions, and their Web Mercator (EPSG:3857) coordinates on a world of 256 pixels."""
    to_metres = Transformer.from_crs(4326, 3857, always_xy=True)
    half = math.pi * 6_378_137  # metres from the middle of EPSG:3857 to its edges
    lons = [0, 180, -180, 44.4, *RNG.uniform(-180, 180, 200)]
    lats = [0, 85.0511287798, -85.0511287798, 33.3, *RNG.uniform(-85, 85, 200)]
    xs, ys = to_metres.transform(lons, lats)
    return [
        {
            "lon": lon,
            "lat": lat,
            "x": (x / half + 1) * WORLD_PX / 2,
            "y": (1 - y / half) * WORLD_PX / 2,
        }
        for lon, lat, x, y in zip(lons, lats, xs, ys, strict=True)
    ]


def lines():
    """Paths with their bounds, lengths and points every six pixels."""
    paths = [
        [[0, 0], [100, 0]],
        [[0, 0], [3, 4], [0, 8], [300, 8]],
        *RNG.uniform(-500, 500, (20, 9, 2)).tolist(),
    ]
    for path in paths:
        line = shapely.LineString(path)
        places = np.arange(0, line.length + 1e-9, 6)
        yield {
            "points": path,
            "bounds": line.bounds,
            "length": line.length,
            "every_six": shapely.get_coordinates(line.interpolate(places)).tolist(),
        }


def a_box(most_px):
    x, y = RNG.integers(-400, 400, 2).tolist()
    width, height = RNG.integers(1, most_px, 2).tolist()
    return [x, y, x + width, y + height]


def boxes():
    pairs = [(a_box(200), a_box(200)) for _ in range(300)]
    edges = [([0, 0, 9, 9], [9, 0, 18, 9]), ([0, 0, 9, 9], [0, 9, 9, 18])]
    for a, b in [*pairs, *edges, *(pair[::-1] for pair in edges)]:
        shared = shapely.box(*a).intersection(shapely.box(*b))
        yield {"a": a, "b": b, "overlap": shared.area > 0}


def within():
    """Points and star-shaped polygons."""
    for _ in range(60):
        turns = np.sort(RNG.uniform(0, 2 * math.pi, 12))
        corners = RNG.uniform(20, 100, 12)[:, None] * np.column_stack(
            [np.cos(turns), np.sin(turns)]
        )
        polygon = shapely.Polygon(corners)
        for point in RNG.uniform(-80, 80, (5, 2)).tolist():
            inside = bool(polygon.contains(shapely.Point(point)))
            yield {"point": point, "polygon": corners.tolist(), "within": inside}


def covered():
    """Boxes in pixels of a window, and outlines that a box covers partly or not at all."""
    for _ in range(90):
        zoom = int(RNG.integers(1, 6))
        scale = 2**zoom
        corner = RNG.uniform(0, 128 * scale, 2)
        centre, radius = corner + RNG.uniform(0, 600, 2), RNG.uniform(20, 300)
        ring = shapely.Point(centre).buffer(radius, quad_segs=100)
        left, top, right, bottom = np.abs(a_box(200))[[0, 1, 0, 1]] + [
            0,
            0,
            *RNG.integers(20, 200, 2),
        ]
        over = shapely.box(left + corner[0], top + corner[1], right + corner[0], bottom + corner[1])
        gap = ring.distance(over)
        deep = ring.intersection(over.buffer(CLEAR_PX, join_style="mitre")).area
        if 0.9 * CLEAR_PX < gap < 1.5 * CLEAR_PX or 0 < deep < 60:
            continue  # so close that the choice of vertices decides
        yield {
            "box": [float(left), float(top), float(right), float(bottom)],
            "outline": (shapely.get_coordinates(ring) / scale).tolist(),
            "zoom": zoom,
            "corner": {"x": corner[0], "y": corner[1]},
            "covered": gap < CLEAR_PX,
        }


def spellings():
    """Names as typed quickly: decomposed, in capitals, without accents, hyphens and spaces."""
    for name in ("Évreux-Fauville", "Ain al-Asad", "Šiauliai", "Al ‘Udayd", "Cañón"):
        decomposed = unicodedata.normalize("NFD", name)
        bare = "".join(char for char in decomposed if unicodedata.category(char)[0] in "LN")
        for other in (decomposed, name.upper(), bare, bare.lower(), f" {name} "):
            yield name, other


def truth():
    return {
        "mercator": mercator(),
        "lines": list(lines()),
        "boxes": list(boxes()),
        "within": list(within()),
        "covered": list(covered()),
        "spellings": list(spellings()),
        "rtl": ["بغداد", "Base تل", "חיפה 3", "ܐܪܒܝܠ"],
    }


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run the tests on a folder of scripts; return the exit status and node's report."""
    node = shutil.which("node")
    if node is None:
        if os.environ.get("CI") == "true":
            pytest.fail("node is not installed")
        pytest.skip("node is not installed")
    file = tmp_path_factory.mktemp("truth") / "truth.json"
    file.write_text(json.dumps(truth()), "utf-8")

    def run(folder):
        page = json.dumps(
            {
                "folder": str(folder),
                "parts": SCRIPT_PARTS,
                "style": script_constants(),
                "table": script_table(),
            }
        )
        done = subprocess.run(
            [node, "--test", "--test-reporter=tap", *sorted(HERE.glob("*.test.js"))],
            env={**os.environ, "RANGEMAP_WEB": page, "RANGEMAP_TRUTH": str(file)},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return run


def test_the_pure_functions_of_the_page_pass_their_tests(run):
    status, report = run(WEB)
    assert status == 0, report
    assert int(re.search(r"^# pass (\d+)$", report, re.MULTILINE)[1]) >= 25


# Changes to each file, and the tests that must fail for each.
BREAKS = {
    "tools.js": [
        ("Math.PI / 4 + phi / 2)", "Math.PI / 4 + phi / 2.001)", "positions are projected"),
        ("a[1] < b[3]", "a[1] <= b[3]", "boxes overlap"),
        ("(centreLon - lon) / 360", "(centreLon - lon) / 361", "the nearest world"),
        ("360 * world < EDGE_LON", "360 * world <= EDGE_LON", "a line is repeated"),
        ("Math.min(box[0], x)", "Math.min(box[0], y)", "a box contains its points"),
    ],
    "rings.js": [("parts.push([])", "parts.at(-1).pop()", "a line is cut")],
    "basemap.js": [("(north + 1) * tile[1]", "north * tile[1]", "the tiles of a level cover")],
    "names.js": [("slice(i + 1)", "slice(i + 2)", "a long name is cut")],
    "label-space.js": [
        ("ahead = along - length", "ahead = step", "a path is resampled"),
        ("i < steps - 1", "i <= steps", "the boxes of a leader"),
        ('anchor === "end" ? x - width', 'anchor === "end" ? x', "text boxes start"),
    ],
    "layout.js": [
        ("y0 > y !== y1 > y", "y0 > y !== y1 > y + 9", "point-in-polygon"),
        ("right + CLEAR_PX + corner.x", "left + corner.x", "a ring is covered"),
        ("x1 + CLEAR_PX + 4", "x1 - CLEAR_PX", "for each box, part of the map"),
    ],
    "view.js": [
        ("Math.abs(lat) < MERCATOR_LAT", "true", "an invalid address"),
        ("[...off].sort()", "[...off].slice(1)", "the address round-trips"),
        ("size.y / 2", "size.y", "at the smallest zoom"),
    ],
    "panel.js": [('normalize("NFKD")', 'normalize("NFC")', "names are found")],
}


def test_each_broken_function_fails_a_test(run, tmp_path):
    broken = Path(shutil.copytree(WEB, tmp_path / "web"))
    for name, breaks in BREAKS.items():
        text = (WEB / name).read_text("utf-8")
        for right, wrong, _ in breaks:
            assert right in text
            text = text.replace(right, wrong)
        (broken / name).write_text(text, "utf-8")
    status, report = run(broken)
    assert status == 1
    failed = "\n".join(re.findall(r"^ *not ok \d+ - (.*)$", report, re.MULTILINE))
    expected = [test for breaks in BREAKS.values() for _, _, test in breaks]
    assert [test for test in expected if test not in failed] == []
