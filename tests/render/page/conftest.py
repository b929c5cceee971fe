"""Pages opened in Chromium without a network."""

import time

import pytest

from rangemap.render.page.document import RangeMap
from tests.render.page.payloads import EXAMPLES


class Visit:
    """One open page, with its requests and console messages."""

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

    def wait_until(self, expression):
        """Wait until an expression is true; the page's policy blocks `wait_for_function`'s polls."""
        end = time.monotonic() + 30
        while not self.page.evaluate(expression):
            assert time.monotonic() < end, expression
            self.page.wait_for_timeout(20)


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
