"""What the clients found in each file, kept between runs, and the table of the documentation."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.release.clients.outcome import Check, Client, found, name_of

FILES = {
    "page": ("map.html",),
    "report": ("report.html",),
    "article": ("article.html",),
    "pdf": ("map.pdf", "report.pdf"),
    "docx": ("report.docx",),
    "csv": ("check.csv",),
    "xlsx": ("check.xlsx",),
}
"""The names of the files of a format, if not as the map's."""
HEADINGS = ("client", "version", "format", "checked", "files", "result")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a client of this version found in a file; ``digest`` is the file's content."""

    client: str
    version: str
    digest: str
    check: Check


def digest(folder: Path, file: str) -> str:
    """Return what identifies the content of a file; empty for one that a client makes itself."""
    path = folder / file
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def remembered(path: Path, folder: Path, new: Sequence[Finding]) -> list[Finding]:
    """Add findings to those of earlier runs, and return all of the files as they are now.

    A client's finding replaces its earlier ones in the same file, and those of a file that was written
    anew with other content are forgotten.
    """
    ran = {(one.client, one.check.file) for one in new}
    earlier = json.loads(path.read_text("utf-8")) if path.exists() else []
    kept = [Finding(**{**one, "check": Check(*one["check"])}) for one in earlier]
    digests = {file: digest(folder, file) for file in {one.check.file for one in kept}}
    every = [
        one for one in kept
        if (one.client, one.check.file) not in ran and one.digest == digests[one.check.file]
    ] + list(new)  # fmt: skip
    path.write_text(json.dumps([asdict(one) for one in every]), "utf-8")
    return every


def openable(client: Client, folder: Path) -> dict[str, set[str]]:
    """Return the files that a client should open, by format."""
    return {
        format_: {name_of(path) for path in found(folder, *FILES.get(format_, (f"map.{format_}",)))}
        for format_ in client.formats
    }


def unopened(clients: Iterable[Client], folder: Path, every: Iterable[Finding]) -> list[str]:
    """Name each file that a client should have opened and that no finding is about."""
    seen = {(one.client, one.check.format, one.check.file) for one in every}
    return [
        f"{client.name}: {file}"
        for client in clients
        for format_, files in openable(client, folder).items()
        for file in sorted(files)
        if (client.name, format_, file) not in seen
    ]


def as_markdown(
    every: Iterable[Finding],
    outcomes: Mapping[tuple[str, str], str],
    to_open: Mapping[tuple[str, str], int],
    n_maps: int,
) -> str:
    """Return the table of clients and formats for the documentation, in the order of ``outcomes``.

    ``to_open`` is the number of files that a client should open, which may be more than it did.
    """
    groups: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for one in every:
        groups[one.client, one.check.format].append(one)
    rows = []
    for (client, format_), result in outcomes.items():
        here = groups[client, format_]
        versions = sorted({one.version for one in here})
        facts = dict.fromkeys(one.check.fact for one in here)
        files = {one.check.file for one in here if one.digest}
        count = f"{len(files)} of {to_open[client, format_]}"
        cells = (client, " and ".join(versions), format_, "; ".join(facts), count)
        rows.append((*cells, result))
    lines = ["| " + " | ".join(row) + " |" for row in (HEADINGS, ("---",) * len(HEADINGS), *rows)]
    return "\n".join(
        [
            "# Outputs in the programs that read them",
            "",
            f"Written by `make clients`, which opens every output of {n_maps} maps (the [gallery](../gallery.md), several",
            "scripts, hostile names, a pole, 180 degrees, beyond a hemisphere, 500 sites) in the programs of its readers. A *planted* fault is a",
            "file made wrong on purpose, which the check must find. *Expected* findings are listed with their reasons in",
            "`tests/release/clients/expected.py`. Where the number of files is lower than it could be, the others were not opened.",
            "",
            *lines,
            "",
        ]
    )
