"""Count what the text tests cover: every payload in every field in every output.

``python -m tests.promises.escaping`` uses our own payloads, ``--corpus N`` also the first N strings of
``../shared/testdata/strings``.
"""

import argparse
import contextlib
import io
import os
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from playwright.sync_api import sync_playwright

from rangemap.cli.app import main
from rangemap.render.outputs import PICTURES
from tests.conftest import BROWSERS, QUIET, TESTDATA, Outcome
from tests.promises.escaping.cases import WEAPONS, Batch
from tests.promises.escaping.payloads import controls, corpus, written
from tests.promises.escaping.readers import (
    READ_PAGE,
    READERS,
    SHOWS,
    SPOKEN,
    check_page,
    expected,
    missing,
    speak,
    unsaid,
)

BATCH = 40


def run(*words: object) -> Outcome:
    """Run the command and return its outcome."""
    out, err, status = io.StringIO(), io.StringIO(), 0
    sys.argv = ["rangemap", *(str(word) for word in words)]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as stop:
            status = int(stop.code or 0)
    return Outcome(status, out.getvalue(), err.getvalue())


def look(context, path: Path, tally: Counter) -> list[str]:
    """Open a page and count what runs or loads."""
    page = context.new_page()
    told, asked = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss()))
    page.goto(path.as_uri())
    is_map = path.name.endswith("map.html")
    if is_map:
        page.wait_for_selector(".rm-labels text")
    said = check_page(page.evaluate(READ_PAGE, is_map), scripts=6 if is_map else 0)
    within = [frame.evaluate("window.__hit") for frame in page.frames]
    tally["executed"] += len(told) + sum(hit is not None for hit in within)
    own = (path.as_uri(), "data:", "about:")
    tally["loaded"] += sum(not url.startswith(own) for url in asked)
    page.close()
    return said


def count(batch: Batch, context, tally: Counter, *, pictured: bool) -> None:
    """Write every output of a batch, read it back, and count."""
    for (which, output), fields in SHOWS.items():
        if (
            not pictured
            and Path(output).suffix in PICTURES
            and which == WEAPONS
            and "map" in output
        ):
            continue  # batches share the picture of the first
        path = batch.outputs[which, output]
        tried = sum(len(batch.cases[field]) for field in fields)
        tally["texts"] += tried
        tally["files"] += 1
        try:
            said = (
                look(context, path, tally) if path.suffix == ".html" else READERS[path.suffix](path)
            )
        except Exception as error:  # noqa: BLE001  any error of a reader is counted
            tally["broken"] += 1
            print(f"broken: {path}: {error!r}"[:300])
            continue
        for case in missing(batch, which, output, said):
            tally["not shown"] += 1
            print(
                "not shown:", which, output, case.field, case.payload, ascii(expected(case, output))
            )
    for name, text in speak(batch, run).items():
        tally["texts"] += sum(len(batch.cases[field]) for field in SPOKEN[name])
        tally["files"] += 1
        for case in unsaid(batch, name, text):
            tally["not shown"] += 1
            print("not shown:", name, case.field, case.payload)


def main_() -> int:
    """Print the counts; exit with status 1 if anything ran, broke or was not shown."""
    parser = argparse.ArgumentParser(prog="python -m tests.promises.escaping", description=__doc__)
    parser.add_argument(
        "--corpus", type=int, default=0, metavar="N", help="third-party strings to add"
    )
    asked = parser.parse_args()
    payloads = [*written(), *controls()]
    if asked.corpus:
        payloads += corpus(TESTDATA)[:: max(1, 558 // asked.corpus)][: asked.corpus]
    n_batches = -(-len(payloads) // BATCH)
    tally: Counter = Counter(payloads=len(payloads))
    fields: set[str] = set()
    executable = next(filter(None, map(shutil.which, BROWSERS)))
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*QUIET, *sandbox])
        context = browser.new_context(offline=True)
        picture = None
        for number in range(n_batches):
            batch = Batch(Path(name) / str(number), payloads[number::n_batches], number)
            if picture is not None:
                batch.picture = picture
            count(batch, context, tally, pictured=picture is None)
            picture = batch.picture
            fields |= set(batch.cases)
            print(f"batch {number + 1} of {n_batches}:", dict(tally), flush=True)
        browser.close()
    kinds = {output for _, output in SHOWS} | set(SPOKEN)
    print(
        f"{tally['payloads']} payloads x {len(fields)} fields x {len(kinds)} outputs:"
        f" {tally['texts']:,} texts looked for in {tally['files']} outputs;"
        f" executed {tally['executed']}, loaded {tally['loaded']}, broken {tally['broken']},"
        f" not shown {tally['not shown']}"
    )
    return int(any(tally[key] for key in ("executed", "loaded", "broken", "not shown")))


if __name__ == "__main__":
    sys.exit(main_())
