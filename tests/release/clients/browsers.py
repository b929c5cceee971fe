"""Pages in Firefox, in WebKit and, for axe, in Chromium."""

import json
import os
import re
import socket
import subprocess
import time
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from tests.release.clients.outcome import (
    HERE,
    AbsentError,
    Check,
    first,
    found,
    name_of,
    node_module,
    of,
    program,
)
from tests.render.page.visual_order import PLANTED, TORN, planted_problems

KINDS = {"map.html": "page", "report.html": "report", "article.html": "article"}
RTL_LABEL = re.compile(r"label:.*[\u0590-\u08ff]")
PLANTED_NAME = "planted.html"
MINI_BROWSER = "webkit2gtk-4.*/MiniBrowser"


def facts_script() -> str:
    """Return the JavaScript that every browser evaluates, as one expression."""
    return (HERE / "facts.js").read_text("utf-8").strip().replace("TORN)(", f"{TORN.strip()})(")


def pages(folder: Path) -> list[Path]:
    """Return the maps and reports that a browser opens."""
    return found(folder, "map.html", "report.html")


def seen(path: Path, facts: dict[str, Any]) -> Iterator[Check]:
    """Check that a browser shows everything a page must show."""
    kind = KINDS[path.name]
    name = name_of(path)
    yield Check(kind, "title", name, "" if facts["title"] else "the page has no title")
    yield Check(kind, "figures", name, first(facts["torn"]))
    if kind == "page":
        yield Check(
            kind, "caveat", name, "" if facts["caveat"] else "the caveat is not on the page"
        )
        yield Check(kind, "labels", name, "" if facts["labels"] else "the map has no labels")
        yield Check(kind, "right-to-left labels", name, first(facts["misdrawn"]))


def planted(folder: Path) -> Path:
    """Write a page with torn figures, which every browser must report."""
    path = folder / PLANTED_NAME
    path.write_text(PLANTED, "utf-8")
    return path


def planted_check(facts: dict[str, Any]) -> Check:
    """Check that a browser's letter positions show which figures of that page are torn."""
    return Check(
        "page", "torn figures are found", PLANTED_NAME, first(planted_problems(facts["torn"]))
    )


CAVEATS = ("not a forecast", "pas une prevision", "عقوت")
"""Of the caveat in each language without accents; a PDF's Arabic letters are stored backwards."""


def firefox(folder: Path) -> Iterator[Check]:
    """Open every page in Firefox: visible content, console messages, printed output."""
    executable = program("firefox-esr", "firefox-esr")
    node_module("puppeteer-core")
    done = subprocess.run(
        ["node", HERE / "firefox.mjs", executable, facts_script(), planted(folder), *pages(folder), *found(folder, "article.html")],
        capture_output=True, text=True, check=False, timeout=1800,
    )  # fmt: skip
    for line in done.stdout.splitlines():
        facts = json.loads(line)
        path = Path(facts["path"])
        if path.name == PLANTED_NAME:
            yield planted_check(facts)
            continue
        kind = KINDS[path.name]
        if kind != "article":
            yield from seen(path, facts)
        yield Check(kind, "console", name_of(path), first(facts["messages"]))
        text = "".join(page.extract_text() for page in PdfReader(f"{path}.firefox.pdf").pages)
        printed = "".join(
            c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)
        )
        lost = [] if any(caveat in printed for caveat in CAVEATS) else ["the caveat"]
        lost += [] if "GeoNames" in printed else ["GeoNames"]
        yield Check(kind, "print", name_of(path), first([f"printed without {one}" for one in lost]))
    if done.returncode:
        yield Check(
            "page", "opens", "", (done.stderr.strip() or "Firefox ended early").splitlines()[0]
        )


def webkit(folder: Path) -> Iterator[Check]:
    """Open every page in WebKitGTK, the engine of Safari."""
    driver = program("WebKitWebDriver", "webkit2gtk-driver")
    display = program("Xvfb", "xvfb")
    browser = next(Path("/usr/lib").glob(f"*/{MINI_BROWSER}"), None)
    if browser is None:
        raise AbsentError("apt-get install webkit2gtk-driver")
    with screen(display) as number, served(driver, number) as address:
        options = {"binary": str(browser), "args": ["--automation"]}
        wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        session = f"{address}/session/{ask(f'{address}/session', wanted)['sessionId']}"
        try:
            ask(f"{session}/window/rect", {"width": 1280, "height": 800})
            for path in (planted(folder), *pages(folder)):
                ask(f"{session}/url", {"url": path.as_uri()})
                script = {"script": f"const facts = {facts_script()};\nreturn facts;", "args": []}
                facts = json.loads(ask(f"{session}/execute/sync", script))
                # For an SVG text with Arabic or Hebrew letters, WebKit reports letter positions in logical
                # order, not where it draws them; facts.js checks what makes it draw them in order.
                facts["torn"] = [one for one in facts["torn"] if not RTL_LABEL.match(one)]
                if path.name == PLANTED_NAME:
                    yield planted_check(facts)
                else:
                    yield from seen(path, facts)
        finally:
            ask(session, None, method="DELETE")


def ask(address: str, body: dict[str, Any] | None, *, method: str = "POST") -> Any:
    """Send one command of the W3C WebDriver protocol."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(address, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=300) as answer:
        return json.load(answer)["value"]


@contextmanager
def screen(program_: str) -> Iterator[str]:
    """Run a virtual display; it picks a free display number."""
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [program_, "-displayfd", str(writing), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"],
        pass_fds=[writing], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    try:
        with os.fdopen(reading) as numbers:
            yield f":{numbers.readline().strip()}"
    finally:
        process.terminate()
        process.wait()


@contextmanager
def served(driver: str, display: str) -> Iterator[str]:
    """Run WebKit's driver on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [driver, f"--port={port}"],
        env={**os.environ, "DISPLAY": display, "WEBKIT_DISABLE_COMPOSITING_MODE": "1"},
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            try:
                ask(f"{address}/status", None, method="GET")
                break
            except urllib.error.URLError:
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait()


def axe(folder: Path) -> Iterator[Check]:
    """Run axe on every page in Chromium, at the width of a tablet."""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    executable = program("chromium", "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for path in pages(folder):
            page = browser.new_page(viewport={"width": 768, "height": 1024})
            page.goto(path.as_uri())
            kind = KINDS[path.name]
            violations = Axe().run(page).response["violations"]
            problems = [f"{one['id']} ({one['impact']}): {one['nodes'][0]['target']}" for one in violations]  # fmt: skip
            yield Check(kind, "accessible", name_of(path), first(problems))
            page.close()
        browser.close()


def axe_version() -> str:
    """Return the versions of axe and of Chromium."""
    import axe_playwright_python

    script = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")
    number = re.search(r"axe v([\d.]+)", script[:200])
    return f"{number[1] if number else ''}, {of('chromium', '--version')()}"
