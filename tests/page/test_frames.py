"""A map in a frame: of an article, a report or a notebook."""

import re
from pathlib import Path

import pytest

import rangemap
from rangemap.render.attributes import SANDBOX
from rangemap.render.embed import read_page, snippet
from rangemap.render.leaflet import frame

ADDRESS = re.compile("^https?:")
ORIGIN = "<!DOCTYPE html><title>Source</title><script>document.title = self.origin</script>"


@pytest.fixture(scope="module")
def map_file(tmp_path_factory):
    """The map of a weapon whose claims have addresses."""
    path = tmp_path_factory.mktemp("frames") / "map.html"
    scenario = rangemap.Scenario(weapons=["Al Aqsa"], origins=["Baghdad"], sites=["Erbil"])
    scenario.map().save(path)
    return path


def report(map_file, run):
    path = map_file.with_name("report.html")
    options = ["-w", "Al Aqsa", "-f", "Baghdad", "-s", "Erbil"]
    assert run("report", *options, "-o", path).status == 0
    return path.read_text("utf-8")


def embedded(map_file, _run):
    return snippet(read_page(map_file), map_file.name)


def embedded_whole(map_file, _run):
    return snippet(read_page(map_file), map_file.name, whole=True)


def notebook(map_file, _run):
    return frame(map_file.read_text("utf-8"), title="Map")


@pytest.mark.parametrize("around", [report, embedded, embedded_whole, notebook])
def test_a_source_opens_in_a_tab_of_its_own_origin(run, visit, map_file, around):
    path = map_file.with_name(f"{around.__name__}.html")
    path.write_text(around(map_file, run), "utf-8")
    seen = visit(width=1200)
    context = seen.page.context
    context.route(ADDRESS, lambda route: route.fulfill(body=ORIGIN, content_type="text/html"))
    seen.page.goto(path.as_uri())
    map_ = seen.page.frame_locator("iframe")
    map_.locator(".rm-all-sources > summary").click()
    with context.expect_page() as opened:
        map_.locator(".rm-all-sources a").first.click()
    opened.value.wait_for_load_state()
    assert opened.value.title().startswith("https://")  # a sandboxed tab has the origin "null"


def test_the_rights_of_a_frame_are_written_in_one_place():
    package = Path(rangemap.__file__).parent
    holders = [
        path.relative_to(package).as_posix()
        for path in sorted(package.rglob("*"))
        if path.suffix in {".py", ".js", ".typ", ".css", ".html"}
        and re.search(r"allow-(?:scripts|popups|same-origin)", path.read_text("utf-8"))
    ]
    assert holders == ["render/attributes.py"]
    assert SANDBOX.split() == ["allow-scripts", "allow-popups", "allow-popups-to-escape-sandbox"]
