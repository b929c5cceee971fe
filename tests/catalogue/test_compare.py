"""`weapons diff`: the differences between two catalogues, and the changed verdicts."""

import csv
import io
import json
from pathlib import Path

import pytest

from rangemap.catalogue import read_catalogue
from rangemap.catalogue.compare import compare_catalogues
from rangemap.catalogue.file import format_catalogue
from rangemap.io.packaged import data_file

ROOT = Path(__file__).resolve().parents[2]

OLD = """\
weapons:
  - id: a
    name: A
    country: X
    category: rocket artillery
    claims:
      - {id: p, range: up to 70 km, source: {publisher: P, date: 2020}}
      - {id: q, range: up to 80 km, source: {publisher: Q}}
  - id: b
    name: B
    country: X
    category: rocket artillery
    claims:
      - {id: p, range: up to 10 km, source: {publisher: P}}
"""
NEW = """\
weapons:
  - id: c
    name: C
    country: X
    category: rocket artillery
    claims:
      - {id: p, range: at least 5 km, source: {publisher: P}}
  - id: a
    name: A
    aliases: [Ay]
    country: X
    category: rocket artillery
    claims:
      - {id: p, range: up to 75 km, source: {publisher: P, date: 2021-05}}
      - {id: r, variant: Long A, range: up to 90 km, source: {publisher: R, date: 2024}}
      - {id: q, range: up to 80 km, doubtful: true, source: {publisher: Q}}
"""
TOLD = """\
c
  entry added: C, 1 claim, ≥5 km, headline ≥5 km
a
  entry aliases: nothing -> Ay
  claim p range: up to 70 km -> up to 75 km
  claim p source.date: 2020 -> 2021-05
  claim r added: up to 90 km (Long A), R, 2024
  claim q doubtful: nothing -> true
  band: 70–80 km, headline 80 km -> 75 km, headline 75 km
  band (Long A): no range that can be drawn -> 90 km, headline 90 km
b
  entry removed: B, 1 claim, 10 km, headline 10 km
"""


@pytest.fixture
def files(tmp_path):
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(OLD, "utf-8")
    new.write_text(NEW, "utf-8")
    return old, new


def test_each_difference_is_described(run, files):
    done = run("weapons", "diff", *files)
    assert (done.status, done.err) == (0, "")
    editions, _, told = done.out.partition("\n")
    assert editions.startswith("old.yaml sha256:")
    assert " -> new.yaml sha256:" in editions
    assert told == TOLD


def test_swapping_the_files_reverses_every_change(files):
    old, new = (read_catalogue([path]) for path in files)
    there, back = compare_catalogues(old, new), compare_catalogues(new, old)
    turned = {(c.weapon, c.item, c.field, c.new, c.old) for c in back}
    assert {(c.weapon, c.item, c.field, c.old, c.new) for c in there} == turned


def test_layout_and_order_do_not_matter(run, tmp_path):
    again = tmp_path / "again.yaml"
    again.write_text(format_catalogue(read_catalogue().weapons[::-1]), "utf-8")
    done = run("weapons", "diff", data_file("weapons.yaml"), again)
    assert done.out.splitlines()[1:] == ["no changes"]


def test_changes_can_be_written_as_a_table(run, files):
    rows = json.loads(run("weapons", "diff", *files, "--format", "json").out)
    assert len(rows) == 9
    assert rows[2] == {
        "weapon": "a", "item": "claim p", "change": "changed", "field": "range",
        "old": "up to 70 km", "new": "up to 75 km",
    }  # fmt: skip
    text = run("weapons", "diff", *files, "--format", "csv").out
    assert [row["weapon"] for row in csv.DictReader(io.StringIO(text))] == [
        row["weapon"] for row in rows
    ]


def test_the_second_file_defaults_to_the_built_in_catalogue(run, files):
    done = run("weapons", "diff", files[0], "--format", "json")
    changes = [row["change"] for row in json.loads(done.out)]
    assert changes.count("added") == 411
    assert changes.count("removed") == 2


SCENARIO = """\
origins: ["0,0"]
weapons: [A, C]
sites: ["0,0.65", "0,0.7", "0,0.9"]
"""


def test_changed_verdicts_are_listed_with_their_distance(run, files, tmp_path):
    # On the equator a degree is 111.3195 km: the sites are 72.358, 77.924 and 100.188 km away.
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text(SCENARIO, "utf-8")
    done = run("weapons", "diff", *files, "--scenario", scenario, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [(r["weapon"], r["site"], r["distance_km"], r["old"], r["new"]) for r in rows] == [
        ("A", "0,0.65", "72.358", "disputed", "inside"),
        ("A", "0,0.7", "77.924", "disputed", "outside"),
        ("C", "0,0.65", "72.358", "", "outside"),
        ("C", "0,0.7", "77.924", "", "outside"),
        ("C", "0,0.9", "100.188", "", "outside"),
    ]
    assert done.err == (
        f"rangemap: {files[0]}: skipped: weapon 'C' is not in the catalogue;"
        " `rangemap weapons list` shows all names\n"
    )
    done = run("weapons", "diff", files[1], files[1], "--scenario", scenario)
    assert done.out == "no verdict changed\n"


def test_an_unreadable_catalogue_is_refused(run, files, tmp_path):
    done = run("weapons", "diff", tmp_path / "none.yaml", files[1])
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        f"rangemap: {tmp_path / 'none.yaml'}: cannot be read: No such file or directory\n"
    )


def test_only_changes_made_by_ones_own_file_are_listed(run, tmp_path):
    """Merged over the built-in catalogue, with one figure for a weapon it already contains."""
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "weapons:\n  - {id: al-aqsa, name: Al Aqsa, country: Iran, category: close-range ballistic"
        " missile, claims: [{id: a, range: up to 100 km, source: {publisher: P}}]}\n"
    )
    laid = ["weapons", "diff", "built-in", mine, "--onto", "built-in"]
    outcome = run(*laid)
    assert (outcome.status, outcome.err) == (0, "")
    heads = [line for line in outcome.out.splitlines()[1:] if not line.startswith(" ")]
    assert heads == ["al-aqsa"]
    turned = run(*laid, "--scenario", ROOT / "maps" / "iraq-2024.yaml", "--format", "json")
    assert (turned.status, turned.err) == (0, "")
    rows = json.loads(turned.out)
    assert [(row["weapon"], row["old"], row["new"]) for row in rows] == [
        ("Al Aqsa", "inside", "outside")
    ]
