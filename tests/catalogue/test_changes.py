"""`make changes`: the list of changes in data/CHANGELOG.md."""

import importlib.util
import subprocess
from pathlib import Path

import pytest

from rangemap.catalogue.file import parse_catalogue

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("changes", ROOT / "data/scripts/changes.py")
changes = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(changes)

OLD = """\
edition: "1"
weapons:
  - id: a
    name: A
    country: X
    category: c
    claims:
      - {id: p, range: up to 70 km, source: {publisher: P}}
      - {id: q, range: up to 80 km, source: {publisher: Q | R}}
  - id: b
    name: B
    country: X
    category: c
    claims: [{id: p, range: up to 10 km, source: {publisher: P}}]
"""
NEW = """\
edition: "2"
weapons:
  - id: a
    name: A
    country: Y | Z
    category: c
    claims:
      - {id: p, range: up to 70 km, source: {publisher: P}}
      - {id: r, range: up to 90 km, source: {publisher: R}}
      - {id: s, range: up to 75 km, source: {publisher: S}}
  - id: d
    name: D
    country: X
    category: e
    claims: [{id: p, range: up to 10 km, source: {publisher: P}}]
"""
LIST = """\
Changes from 1 to 2, as `rangemap weapons diff` finds them.

Weapons added (1, with 1 claims):

- e (1): D

Claims added to weapons of the last edition (2): A 2.

Weapons removed (1):

- B, entry: B, 1 claim, 10 km, headline 10 km

Claims removed (1):

- A, claim q: up to 80 km, Q | R

Fields that changed (1):

| weapon | item | field | 1 | 2 |
| --- | --- | --- | --- | --- |
| A | entry | country | X | Y \\| Z |

Bands that changed (1):

| weapon | 1 | 2 |
| --- | --- | --- |
| A | 70–80 km, headline 80 km | 70–90 km, headline 75 km |
"""


def test_every_change_is_listed_once():
    old, new = (parse_catalogue(text.encode(), name="w.yaml") for text in (OLD, NEW))
    assert changes.list_of_changes(old, new) == LIST


def test_the_list_is_renewed_in_its_place():
    page = f"a\n{changes.BEGIN}\nold\n{changes.END}\nb\n{changes.BEGIN}\nolder\n{changes.END}\n"
    renewed = changes.with_changes(page, "new \\1\n")
    assert renewed == page.replace("\nold\n", "\n\nnew \\1\n\n", 1)
    with pytest.raises(SystemExit, match="has no line"):
        changes.with_changes("a\n", "new")


def test_the_list_of_the_newest_edition_is_that_of_git():
    new = parse_catalogue((ROOT / "data/weapons.yaml").read_bytes(), name="weapons.yaml")
    try:
        old = changes.last_edition(new.version)
    except (subprocess.CalledProcessError, FileNotFoundError, SystemExit):
        pytest.skip("needs the git history of data/weapons.yaml")
    page = (ROOT / "data/CHANGELOG.md").read_text("utf-8")
    assert page == changes.with_changes(page, changes.list_of_changes(old, new)), "run make changes"
