"""What the file itself guarantees, without a browser."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from itertools import accumulate
from pathlib import Path

import pytest

import rangemap as rm
from rangemap.errors import OutputError
from rangemap.render.page.document import RangeMap
from rangemap.render.page.html import write_page
from tests.render.page.payloads import circle, iraq, page

HERE = Path(__file__).parent
DATA = HERE.parents[2] / "data"
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def html():
    return RangeMap(iraq()).to_html()


class Addresses(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found += [(tag, name, value) for name, value in attrs if name in {"src", "href"}]


def test_the_file_loads_nothing_from_an_address(html):
    assert Addresses(html).found == []
    assert "sourceMappingURL" not in html
    assert "url(images" not in html


def test_the_policy_comes_first_and_allows_only_the_pages_own_blocks(html):
    head = html.index("<head>") + len("<head>")
    policy = html[head:].lstrip()
    assert policy.startswith('<meta http-equiv="Content-Security-Policy"')
    assert html.index('<meta charset="utf-8">') < 1024
    assert "unsafe" not in policy.partition(">")[0]
    allowed = set(re.findall(r"'sha256-([^']+)'", policy.partition(">")[0]))
    blocks = re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", html, re.DOTALL)
    hashes = {base64.b64encode(hashlib.sha256(b.encode()).digest()).decode() for b in blocks}
    assert allowed == hashes


def test_the_page_is_ascii_and_includes_leaflets_licence(html):
    assert html.isascii()
    assert "Redistributions in binary form must reproduce the above copyright notice" in html
    assert "user-scalable" not in html


def test_leaflet_has_the_version_the_page_was_written_for():
    from xstatic.pkg import leaflet

    assert leaflet.VERSION == "1.9.3"


def test_a_map_without_added_layers_is_the_page_that_commands_write(html):
    assert write_page(iraq()) == html


def test_two_maps_of_one_payload_have_the_same_bytes(html):
    assert RangeMap(iraq()).to_html() == html


def test_a_map_rendered_twice_has_the_same_bytes():
    range_map = RangeMap(iraq())
    assert range_map.to_html() == range_map.to_html()


@pytest.mark.thorough(keep=[("1",)])
@pytest.mark.parametrize("seed", ["0", "1"])
def test_another_process_writes_the_same_bytes(html, seed):
    code = (
        "import hashlib; from payloads import iraq; from rangemap.render.page.document import RangeMap;"
        "print(hashlib.sha256(RangeMap(iraq()).to_html().encode()).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(HERE)}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == hashlib.sha256(html.encode()).hexdigest()


def test_the_example_is_smaller_than_750_kilobytes(html):
    assert len(html) <= 0.75 * MEGABYTE


def test_no_text_of_the_payload_appears_outside_its_block():
    payload = page(title="{{ 7*7 }}</script><b>", method=["@rangemap:towns@ {% print(1) %}"])
    html = RangeMap(payload).to_html()
    assert "<title>&#123;&#123; 7*7 &#125;&#125;&lt;/script&gt;&lt;b&gt;</title>" in html
    assert "{{" not in re.sub(r"<(script|style)>.*?</\1>", "", html, flags=re.DOTALL)
    block = re.search(r'id="rangemap-payload">(.*?)</script>', html, re.DOTALL)[1]
    assert json.loads(block) == payload


def test_a_lone_surrogate_and_line_separators_can_be_written():
    payload = page(title="\ud800 \u2028", subtitle="\u2029")
    html = RangeMap(payload).to_html()
    assert "\\ud800 \\u2028" in html


def test_non_finite_numbers_are_refused():
    with pytest.raises(OutputError, match="finite"):
        RangeMap(page(bounds=[float("nan"), 0, 1, 1]))


@pytest.mark.parametrize("detail", ["../towns", "finest"])
def test_an_unknown_detail_is_refused(detail):
    with pytest.raises(OutputError, match="low, medium, high"):
        RangeMap(page(detail=detail))


def test_a_map_can_be_written_to_a_path_or_a_file(tmp_path, html):
    range_map = RangeMap(iraq())
    range_map.save(tmp_path / "a.html")
    with (tmp_path / "b.html").open("wb") as file:
        range_map.save(file)
    assert (tmp_path / "a.html").read_text("ascii") == html
    assert (tmp_path / "b.html").read_text("ascii") == html


def test_a_notebook_gets_a_frame():
    frame = RangeMap(iraq())._repr_html_()
    assert frame.startswith('<iframe srcdoc="&lt;!DOCTYPE html&gt;')
    assert 'sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"' in frame


# ---- The base map --------------------------------------------------------------------------


def block(html, name):
    return json.loads(re.search(rf'id="rangemap-{name}">(.*?)</script>', html, re.DOTALL)[1])


def owners(base, level, lon, lat):
    """Countries whose land contains a position, decoded independently of the page's own decoder."""
    from shapely import Point, Polygon

    grid = base["levels"][level]["grid"]
    (kx, ky), (dx, dy) = grid["scale"], grid["origin"]
    found = set()
    for tile in base["levels"][level]["tiles"]:
        arcs = []
        for steps in tile["arcs"]:
            xs, ys = (list(accumulate(steps[axis::2])) for axis in (0, 1))
            arcs.append([(x * kx + dx, y * ky + dy) for x, y in zip(xs, ys, strict=True)])
        for country, polygons in tile["land"]:
            for rings in polygons:
                outline, *holes = (
                    [point for n in ring for point in (arcs[n] if n >= 0 else arcs[~n][::-1])]
                    for ring in rings
                )
                if Polygon(outline, holes).buffer(0).contains(Point(lon, lat)):
                    found.add(base["countries"][country])
    return found


def test_the_world_is_at_low_detail_and_the_first_view_at_high_detail(html):
    base = block(html, "basemap")
    world, view = base["levels"]
    assert world["covers"] == [0, 0, 0, 0]
    assert world["grid"]["scale"][0] > 2 * view["grid"]["scale"][0]
    for level in (0, 1):
        assert owners(base, level, 44.4, 33.3) == {"Iraq"}
        assert owners(base, level, 36.3, 33.5) == {"Syria"}
    assert owners(base, 0, -100, 40) == {"United States of America"}
    assert owners(base, 1, -100, 40) == set()


def test_towns_of_a_page_are_sorted_by_importance(html):
    towns = block(html, "names")["towns"]
    ranks = [(not capital, -people) for *_, people, capital in towns]
    assert ranks == sorted(ranks)
    assert {"Baghdad", "Tehran", "Kyiv", "Jerusalem", "Mosul"} <= {name for name, *_ in towns}
    assert all(-180 <= lon <= 180 and -90 <= lat <= 90 for _, lon, lat, *_ in towns)


def test_the_countries_of_origins_and_sites_are_what_the_map_is_about():
    scenario = rm.Scenario(origins=["Gaza"], ranges=["75 km"], sites=["Tel Aviv"])
    assert block(scenario.map().to_html(), "names")["about"] == ["Palestine", "Israel"]


def test_the_circles_of_these_tests_are_closed():
    line = circle(44.2, 32.9, 500.0)
    assert line[0].tolist() == line[-1].tolist()
