"""Open rangemap's output in every client installed here, and print the findings.

With names of clients it runs only these, on files written before; with ``--sample`` it writes three
scenarios anew. Once every client has run on the same files, together or one by one, it writes the table
of the documentation.
"""

import json
import os
import sys
import time
from collections import defaultdict
from pathlib import Path

from tests.release.clients import browsers, gis, globe, office, pictures, schemas
from tests.release.clients.expected import EXPECTED
from tests.release.clients.outcome import AbsentError, Check, Client
from tests.release.clients.outputs import ROOT, SAMPLE, emptied, write_all

CLIENTS = (
    Client("Firefox", ("page", "report", "article"), browsers.firefox),
    Client("WebKitGTK", ("page", "report"), browsers.webkit),
    Client("axe in Chromium", ("page", "report"), browsers.axe),
    Client("Nu", ("page", "report"), schemas.nu),
    Client("QGIS", tuple(suffix[1:] for suffix in gis.FORMATS), gis.qgis),
    Client("KML schema", ("kml", "kmz"), schemas.kml),
    Client("Cesium", ("kml",), globe.cesium),
    Client("poppler", ("pdf",), pictures.poppler),
    Client("rsvg without DejaVu", ("svg",), pictures.rsvg),
    Client("LibreOffice", ("docx", "csv", "xlsx"), office.libreoffice),
    Client("Open XML SDK", ("docx", "xlsx"), office.ooxml),
)
HELD, KNOWN, FAULT = "ok", "expected", "FAULT"


TABLE = ROOT / "docs" / "verification" / "clients.md"
Cells = dict[tuple[str, str], str]
"""What was found, by client and format."""


def main() -> int:
    """Print a table of clients and formats; return 1 if there is a fault."""
    folder = ROOT / "build" / "clients"
    chosen = [word for word in sys.argv[1:] if word != "--sample"]
    sampled = "--sample" in sys.argv
    if sampled or not (chosen and folder.exists()):
        print("Writing the files ...", flush=True)
        write_all(emptied(folder), only=SAMPLE if sampled else ())
    clients = [
        one
        for one in CLIENTS
        if not chosen or any(word.lower() in one.name.lower() for word in chosen)
    ]
    cells: Cells = {}
    faults = [fault for client in clients for fault in examine(client, folder, cells)]
    for fault in faults:
        print(f"FAULT {fault}")
    print(f"{len(faults)} faults" if faults else "No fault.")
    cells = remembered(folder / "found.json", cells)
    if not sampled and {one.name for one in CLIENTS} <= {client for client, _ in cells}:
        TABLE.write_text(as_markdown(cells), "utf-8")
        print(f"wrote {TABLE.relative_to(ROOT)}")
    return int(bool(faults))


def remembered(path: Path, cells: Cells) -> Cells:
    """Add the findings to those of earlier runs on the same files, in the order of the clients."""
    ran = {client for client, _ in cells}
    earlier = json.loads(path.read_text("utf-8")) if path.exists() else []
    kept = {(client, format_): text for client, format_, text in earlier if client not in ran}
    path.write_text(json.dumps([[*key, text] for key, text in (kept | cells).items()]), "utf-8")
    names = [one.name for one in CLIENTS]
    known = {key: text for key, text in (kept | cells).items() if key[0] in names}
    return dict(sorted(known.items(), key=lambda item: names.index(item[0][0])))


def as_markdown(cells: Cells) -> str:
    """Return the table of clients and formats for the documentation."""
    clients = list(dict.fromkeys(client for client, _ in cells))
    formats = list(dict.fromkeys(format_ for _, format_ in cells if format_))
    rows = [["client", *formats], ["---"] * (1 + len(formats))]
    for client in clients:
        absent = cells.get((client, ""))
        found = [cells.get((client, format_), "") for format_ in formats]
        rows.append([f"{client} ({absent})" if absent else client, *found])
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(
        [
            "# Outputs in the programs that read them",
            "",
            "Written by `make clients`, which opens every output in the programs of its readers: what was",
            "found, and in how many files. *Expected* findings are listed in `tests/release/clients/expected.py`.",
            "",
            *lines,
            "",
        ]
    )


def examine(client: Client, folder: Path, cells: Cells) -> list[str]:
    """Run one client on every file, add to the table, print its rows, and return its faults.

    A client that is not installed is a fault in CI, which would hide it otherwise.
    """
    begun = time.monotonic()
    try:
        checks = list(client.examine(folder))
    except AbsentError as error:
        print(f"{client.name:20} {'':8} not installed: {error}", flush=True)
        cells[client.name, ""] = "not installed"
        return [f"{client.name}: not installed: {error}"] if os.environ.get("CI") else []
    except Exception as error:
        print(f"{client.name:20} {'':8} {FAULT}", flush=True)
        cells[client.name, ""] = FAULT
        return [f"{client.name}: stopped: {type(error).__name__}: {error}"]
    by_format: defaultdict[str, list[Check]] = defaultdict(list)
    for check in checks:
        by_format[check.format].append(check)
    faults = [
        f"{client.name}, {one}: no file was opened"
        for one in client.formats
        if one not in by_format
    ]
    for format_, found in by_format.items():
        outcome, more = judge(client.name, format_, found)
        files = len({check.file for check in found})
        cells[client.name, format_] = f"{outcome}, {files}"
        print(
            f"{client.name:20} {format_:8} {outcome:9} {len(found)} checks of {files} files",
            flush=True,
        )
        faults += more
    print(f"{'':29} {time.monotonic() - begun:.0f} s", flush=True)
    return faults


def judge(client: str, format_: str, checks: list[Check]) -> tuple[str, list[str]]:
    """Compare the findings with the expected ones."""
    known = {
        one.fact: one.reason for one in EXPECTED if (one.client, one.format) == (client, format_)
    }
    failed = [check for check in checks if check.problem]
    faults = [
        f"{client}, {format_}, {check.file}: {check.fact}: {check.problem}"
        for check in failed if check.fact not in known
    ]  # fmt: skip
    faults += [
        f"{client}, {format_}: {fact} holds now, though expected not to ({reason}); delete the entry of tests/release/clients/expected.py"
        for fact, reason in known.items() if fact not in {check.fact for check in failed}
    ]  # fmt: skip
    if faults:
        return FAULT, faults
    return (KNOWN if known else HELD), []


if __name__ == "__main__":
    sys.exit(main())
