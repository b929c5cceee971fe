"""Renew the list of changes in data/CHANGELOG.md with what `rangemap weapons diff` finds.

Run with ``make changes``. The catalogue is compared with that of the last commit that had another
edition, or with a file named on the command line; the text around the list is written by hand.
"""

import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rangemap.catalogue import Catalogue
from rangemap.catalogue.compare import Change, ChangeKind, compare_catalogues
from rangemap.catalogue.file import parse_catalogue

DATA = Path(__file__).parent.parent
CHANGELOG = DATA / "CHANGELOG.md"
BEGIN, END = "<!-- made by `make changes` -->", "<!-- end of the list -->"


def last_edition(edition: str | None) -> Catalogue:
    """Return the catalogue of the last commit with another edition than this one."""
    log = _git("log", "--format=%H", "--", "data/weapons.yaml").decode().split()
    for commit in log:
        content = _git("show", f"{commit}:data/weapons.yaml")
        if f'edition: "{edition}"'.encode() not in content:
            return parse_catalogue(content, name="weapons.yaml")
    sys.exit("git has no other edition of data/weapons.yaml; name a file to compare with")


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=DATA.parent, check=True, capture_output=True).stdout  # noqa: S603, S607  our own words


def list_of_changes(old: Catalogue, new: Catalogue) -> str:
    """Return the changes between two catalogues as Markdown."""
    names = {weapon.id: weapon.name for weapon in (*old.weapons, *new.weapons)}
    by_item: defaultdict[tuple[str, ChangeKind], list[Change]] = defaultdict(list)
    for change in compare_catalogues(old, new):
        by_item[change.item.split(" ")[0], change.kind].append(change)
    lines = [
        f"Changes from {old.version} to {new.version}, as `rangemap weapons diff` finds them.",
        "",
    ]
    lines += _added_weapons(by_item["entry", ChangeKind.ADDED], new)
    lines += _counted("Claims added to weapons of the last edition", by_item["claim", ChangeKind.ADDED], names)  # fmt: skip
    for title, kind in (("Weapons removed", "entry"), ("Claims removed", "claim")):
        removed = by_item[kind, ChangeKind.REMOVED]
        if removed:
            lines += [f"{title} ({len(removed)}):", ""]
            lines += [f"- {names[each.weapon]}, {each.item}: {each.old}" for each in removed] + [""]
    fields = by_item["entry", ChangeKind.CHANGED] + by_item["claim", ChangeKind.CHANGED]
    lines += _table(
        "Fields that changed", ("weapon", "item", "field", str(old.version), str(new.version)),
        [(names[c.weapon], c.item, c.field, c.old, c.new) for c in fields],
    )  # fmt: skip
    bands = by_item["band", ChangeKind.CHANGED] + by_item["band", ChangeKind.ADDED]
    lines += _table(
        "Bands that changed", ("weapon", str(old.version), str(new.version)),
        [(f"{names[c.weapon]}{c.item.removeprefix('band')}", c.old, c.new) for c in bands],
    )  # fmt: skip
    return "\n".join(lines).rstrip("\n") + "\n"


def _added_weapons(added: Sequence[Change], new: Catalogue) -> Iterator[str]:
    ids = {change.weapon for change in added}
    if not ids:
        return
    weapons = [weapon for weapon in new.weapons if weapon.id in ids]
    n_claims = sum(len(weapon.claims) for weapon in weapons)
    yield f"Weapons added ({len(ids)}, with {n_claims} claims):"
    yield ""
    for category in new.categories:
        names = [weapon.name for weapon in weapons if weapon.category == category]
        if names:
            yield f"- {category} ({len(names)}): {', '.join(names)}"
    yield ""


def _counted(title: str, changes: Sequence[Change], names: dict[str, str]) -> Iterator[str]:
    counts = Counter(change.weapon for change in changes)
    if counts:
        each = (f"{names[id_]} {count}" for id_, count in counts.items())
        yield f"{title} ({len(changes)}): {', '.join(each)}."
        yield ""


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    texts = [" | ".join(cell.replace("|", "\\|") or "none" for cell in row) for row in rows]
    if texts:
        yield f"{title} ({len(texts)}):"
        yield ""
        yield f"| {' | '.join(columns)} |"
        yield f"|{' --- |' * len(columns)}"
        yield from (f"| {text} |" for text in texts)
        yield ""


def with_changes(page: str, changes: str) -> str:
    """Return the page with its first list renewed."""
    pattern = re.compile(f"{re.escape(BEGIN)}\n.*?{re.escape(END)}", re.DOTALL)
    if not pattern.search(page):
        sys.exit(f"{CHANGELOG}: has no line {BEGIN!r}; add it and {END!r} where the list belongs")
    return pattern.sub(lambda _: f"{BEGIN}\n\n{changes}\n{END}", page, count=1)


def main() -> None:
    """Write the list of changes."""
    new = parse_catalogue((DATA / "weapons.yaml").read_bytes(), name="weapons.yaml")
    named = sys.argv[1:]
    old = (
        parse_catalogue(Path(named[0]).read_bytes(), name=named[0])
        if named
        else last_edition(new.version)
    )
    page = with_changes(CHANGELOG.read_text("utf-8"), list_of_changes(old, new))
    CHANGELOG.write_text(page, "utf-8")


if __name__ == "__main__":
    main()
