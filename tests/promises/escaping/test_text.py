"""Untrusted text is only ever text: every payload, in every field, in every output."""

import shutil
from pathlib import Path

import pytest

from rangemap.render.page.embed import read_page, snippet
from tests.promises.escaping.cases import PLACES, WEAPONS, Batch
from tests.promises.escaping.payloads import controls, written
from tests.promises.escaping.readers import (
    READ_PAGE,
    READERS,
    SHOWS,
    check_page,
    converted,
    missing,
    read_markdown,
    speak,
    squeezed,
    unsaid,
)

pytestmark = pytest.mark.thorough

FILES = [key for key in SHOWS if Path(key[1]).suffix != ".html"]
PAGES = [key for key in SHOWS if Path(key[1]).suffix == ".html"]
N_BATCHES = 2
SLOW = frozenset(
    {
        ".pdf",
        ".png",
        ".jpg",
        ".webp",
        ".svg",
        ".docx",
        ".gpkg",
        ".fgb",
        ".shp.zip",
        ".parquet",
        ".kmz",
    }
)
"""Written for the first batch only; `python -m tests.promises.escaping` writes all for every batch."""


@pytest.fixture(scope="module")
def batches(tmp_path_factory):
    """All our own payloads in two batches, which share one picture."""
    folder = tmp_path_factory.mktemp("text")
    by_hand, steering = written(), controls()
    parts = [
        Batch(
            folder / str(n),
            [*by_hand[n::N_BATCHES], *steering[n::N_BATCHES]],
            n,
            without=SLOW if n else frozenset(),
        )
        for n in range(N_BATCHES)
    ]
    parts[1].picture = parts[0].picture
    for part in parts:
        assert part.outputs
    return parts


@pytest.mark.parametrize(("which", "output"), FILES, ids=lambda part: part)
def test_a_file_shows_every_text_and_contains_nothing_else(batches, which, output):
    for batch in batches:
        if (which, output) not in batch.outputs:
            continue
        path = batch.outputs[which, output]
        texts = READERS[path.suffix](path)
        assert [case[:2] for case in missing(batch, which, output, texts)] == []


def test_github_finds_no_markup_in_markdown(batches):
    for batch in batches:
        texts = read_markdown(batch.outputs[WEAPONS, "report.md"], "gfm")
        assert [case[:2] for case in missing(batch, WEAPONS, "report.md", texts)] == []


def test_a_kmz_contains_its_kml(batches):
    path = batches[0].outputs[WEAPONS, "map.kmz"]
    assert missing(batches[0], WEAPONS, "map.kml", READERS[".kmz"](path)) == []


@pytest.fixture(scope="module")
def chromium(browser):
    """Open a page, and record its messages and requests."""
    context = browser.new_context(offline=True, viewport={"width": 1000, "height": 700})
    page = context.new_page()
    told, asked = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss()))

    def open_(path):
        told.clear()
        asked.clear()
        page.goto(path.as_uri())
        return page, told, asked

    yield open_
    context.close()


def from_outside(path, asked):
    return [
        url for url in asked if url != path.as_uri() and not url.startswith(("data:", "about:"))
    ]


@pytest.mark.parametrize(("which", "output"), PAGES, ids=lambda part: part)
def test_a_page_shows_every_text_and_nothing_runs_or_loads(chromium, batches, which, output):
    # A report opens slowly, as it contains a map: one batch each; `python -m tests.promises.escaping` opens all.
    opened = batches if output == "map.html" else batches[which == WEAPONS :][:1]
    for batch in opened:
        path = batch.outputs[which, output]
        page, told, asked = chromium(path)
        if output == "map.html":
            page.wait_for_selector(".rm-labels text")
            scripts = 6
        else:
            page.frame_locator("iframe").locator(".rm-footer").first.wait_for()
            scripts = 0
            (frame,) = page.frames[1:]
            assert check_page(frame.evaluate(READ_PAGE, False), scripts=6)  # noqa: FBT003  an argument for JavaScript
        said = check_page(page.evaluate(READ_PAGE, output == "map.html"), scripts=scripts)
        assert [case[:2] for case in missing(batch, which, output, said)] == []
        assert told == []
        assert from_outside(path, asked) == []


def test_an_svg_picture_runs_and_loads_nothing_in_a_browser(chromium, batches):
    path = batches[0].outputs[WEAPONS, "map.svg"]
    page, told, asked = chromium(path)
    assert "titlez" not in page.content()  # the tags are numbered
    assert "scenariotitle0z" in page.content()
    assert page.evaluate("window.__hit === undefined")
    assert (told, from_outside(path, asked)) == ([], [])


def test_a_page_within_another_page_runs_and_loads_nothing(chromium, batches):
    path = batches[0].outputs[WEAPONS, "map.html"]
    around = path.with_name("around.html")
    text = snippet(read_page(path), path.name, whole=True)
    around.write_text(f"<!DOCTYPE html><title>Around</title>{text}", "utf-8")
    page, told, asked = chromium(around)
    page.frame_locator("iframe").locator(".rm-footer").first.wait_for()
    (frame,) = page.frames[1:]
    assert check_page(frame.evaluate(READ_PAGE, False), scripts=6)  # noqa: FBT003  an argument for JavaScript
    assert page.evaluate("window.__hit === undefined")
    title = page.locator("iframe").get_attribute("title")
    assert title == page.locator("figcaption").text_content()
    assert batches[0].words["title"] == title
    assert told == []
    assert from_outside(around, asked) == []


def test_libreoffice_reads_the_same_text_in_a_word_document(batches, tmp_path):
    if shutil.which("soffice") is None:
        pytest.skip("needs LibreOffice's soffice")
    batch = batches[0]
    text = squeezed(converted(batch.outputs[PLACES, "report.docx"], tmp_path))
    for field in ("place name", "origin name"):
        for case in batch.cases[field]:
            tag = case.text.split()[0 if case.payload.last else -1]
            assert squeezed(tag) in text, case[:2]


def test_lists_and_citations_show_every_text_without_control_characters(batches, run):
    for batch in batches:
        for name, text in speak(batch, run).items():
            assert [case[:2] for case in unsaid(batch, name, text)] == [], name
