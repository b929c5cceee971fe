"""A Chromium without a network; the page's tests are skipped where there is none."""

import os
import shutil

import pytest

from rangemap.render.leaflet import RangeMap

from .payloads import EXAMPLES

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser():
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        absent = f"no browser for the map page: install one of {', '.join(BROWSERS)}"
        if os.environ.get("CI") == "true":
            pytest.fail(absent)
        pytest.skip(absent)
    from playwright.sync_api import sync_playwright

    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=[*QUIET, *sandbox], timeout=60_000
        )
        yield browser
        browser.close()


class Visit:
    """One page that is open, with what it asked for and what it said."""

    def __init__(self, page):
        self.page = page
        self.requests = []
        self.messages = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.messages.append(message.text))
        page.on("pageerror", lambda error: self.messages.append(str(error)))

    def open(self, path):
        self.page.goto(path.as_uri())
        self.page.wait_for_selector(".rm-labels text")
        return self


@pytest.fixture
def visit(browser):
    contexts = []

    def start(path=None, width=1280, height=800, **options):
        size = {"width": width, "height": height}
        context = browser.new_context(**{"offline": True, "viewport": size, **options})
        contexts.append(context)
        visit = Visit(context.new_page())
        return visit.open(path) if path else visit

    yield start
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def saved(tmp_path_factory):
    """The example pages, written once."""
    folder = tmp_path_factory.mktemp("pages")

    def path_of(name):
        path = folder / f"{name}.html"
        if not path.exists():
            RangeMap(EXAMPLES[name]()).save(path)
        return path

    return path_of
