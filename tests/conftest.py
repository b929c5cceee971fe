"""Shared fixtures: the real data next to a checkout, the command in this process, a browser."""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, settings

from rangemap.cli.app import main
from rangemap.text import use_c_locale

ROOT = Path(__file__).resolve().parents[1]
TESTDATA = ROOT.parent / "shared" / "testdata"

collect_ignore = ["typing/rejected.py"]  # calls that fail; only type checkers read it

# A slow moment of the machine is not a failure: hangs are bounded where they may occur, and speed
# is measured in comparisons/speed/. CI draws the same examples each time, so that a failure there is
# caused by the change; every other run draws new ones.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")

# `make mutants` only needs to know whether a test fails for each of thousands of mutants: the same
# draws for each, and no search for the smallest failing example.
settings.register_profile(
    "mutants", derandomize=True, database=None, phases=[Phase.explicit, Phase.generate]
)


def heed_signals() -> None:
    """Restore default handling of Ctrl-C and hang-up, which shells disable for background processes.

    Commands under test would inherit it, and not end as they should.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


heed_signals()
use_c_locale()  # as commands do; tests call GDAL directly

LONGEST = [
    "promises/escaping/test_text.py", "render/figure/test_pictures.py",
    "render/page/test_behaviour.py", "promises/hostile/test_hostile.py",
    "render/page/test_page.py", "render/test_displayed_figures.py", "check/test_stream.py",
    "render/report/test_report.py", "check/test_order.py", "render/page/test_card.py",
    "promises/test_determinism.py", "promises/test_faults.py", "promises/hostile/test_garden.py",
    "promises/test_package.py", "promises/test_every_command.py", "places/test_gazetteer.py",
    "promises/hostile/test_corpora.py", "render/gis/test_gis_files.py", "render/page/test_embed.py",
]  # fmt: skip
"""The test files that take longest, relative to the root of the tests."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the sample of each long series, and start with the longest files.

    So two processes that share the files finish together.
    """
    for item in items:
        thorough = item.get_closest_marker("thorough")
        kept = thorough.kwargs.get("keep", ()) if thorough else ()
        values = list(item.callspec.params.values()) if kept else []  # type: ignore[attr-defined]
        if any(all(value in values for value in case) for case in kept):
            item.add_marker("sample")
    if config.pluginmanager.hasplugin("randomly"):
        return
    order = {ROOT / "tests" / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path, len(order)))


BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def testdata() -> Path:
    """The folder of real and hostile data, which is next to a checkout, not in it."""
    if not TESTDATA.is_dir():
        pytest.skip(f"needs the test data folder {TESTDATA.name} next to the checkout")
    return TESTDATA


class Outcome(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command with arguments and return exit status, output and error text."""

    def run_(*words: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["rangemap", *(str(word) for word in words)])
        capsys.readouterr()
        status = 0
        try:
            main()
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        return Outcome(status, *capsys.readouterr())

    return run_


@pytest.fixture
def forget() -> Iterator[Callable[..., None]]:
    """Forget imported modules by the starts of their names, until the test ends.

    Afterwards the former modules are found again, also as attributes of their packages.
    """
    before = dict(sys.modules)

    def forget_(*starts: str) -> None:
        for name in [each for each in sys.modules if each.startswith(starts)]:
            del sys.modules[name]

    yield forget_
    for name in [each for each in sys.modules if each not in before]:
        if name.startswith("rangemap."):
            del sys.modules[name]
    sys.modules.update(before)
    for name, module in before.items():
        package, _, leaf = name.rpartition(".")
        if name.startswith("rangemap."):
            setattr(before[package], leaf, module)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium per process; tests that need it are skipped if there is none."""
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
