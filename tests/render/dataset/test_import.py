"""A dataset is made into the catalogue that it was made from, or refused with a reason."""

import csv
import json
import shutil

import pytest

from rangemap.catalogue import read_catalogue
from rangemap.catalogue.compare import compare_catalogues
from rangemap.catalogue.file import parse_catalogue

from .conftest import AWKWARD, awkward


def without_edition(catalogue):
    fields = type(catalogue.weapons[0]).__slots__
    return [
        {name: getattr(weapon, name) for name in fields if name != "edition"}
        for weapon in catalogue.weapons
    ]


def test_the_built_in_catalogue_is_restored_exactly(run, tmp_path, dataset):
    outcome = run("weapons", "import", dataset, "-o", tmp_path / "back.yaml")
    assert (outcome.status, outcome.out) == (0, "")
    assert outcome.err.startswith("1585 claims of 411 weapons read\n")
    back = read_catalogue([tmp_path / "back.yaml"])
    assert without_edition(back) == without_edition(read_catalogue())
    assert back.version == "2026.12"
    outcome = run("weapons", "diff", "built-in", tmp_path / "back.yaml", "--format", "csv")
    assert outcome.out == "weapon,item,change,field,old,new\n"


def test_awkward_text_is_restored_exactly(run, tmp_path, awkward_dataset):
    run("weapons", "import", awkward_dataset, "-o", tmp_path / "back.yaml")
    back = read_catalogue([tmp_path / "back.yaml"])
    assert without_edition(back) == without_edition(awkward())
    assert compare_catalogues(awkward(), back) == []
    assert back.version == "=2"


def test_no_cell_is_run_as_a_formula(awkward_dataset):
    cells = []
    for path in awkward_dataset.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            cells += [cell for row in csv.reader(file) for cell in row]
    assert [cell for cell in cells if cell[:1] in {"=", "+", "@", "＝"}] == []
    assert {f"'{text}" for text in AWKWARD if text[0] in "=+@＝"} <= set(cells)


def test_without_an_output_the_catalogue_is_printed(run, dataset):
    outcome = run("weapons", "import", dataset)
    catalogue = parse_catalogue(outcome.out.encode(), name="x.yaml")
    assert without_edition(catalogue) == without_edition(read_catalogue())
    dry = run("weapons", "import", dataset, "--dry-run")
    assert (dry.out, dry.err) == (
        "",
        "1585 claims of 411 weapons read\nnothing written (--dry-run)\n",
    )


@pytest.fixture
def copy(tmp_path, awkward_dataset):
    return shutil.copytree(awkward_dataset, tmp_path / "p")


def edit(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("weapons.csv", "id,name", "key,name", "weapons.csv:1: has no column 'id'; add it, or export the dataset again"),
        ("claims.csv", "claim,weapon_id", "claim,weapon", "claims.csv:1: has no column 'weapon_id'; add it, or export the dataset again"),
        ("claims.csv", "weapon_id,weapon,", "weapon_id,claim,", "claims.csv:1: has two columns 'claim'; remove one of them"),
        ("claims.csv", "w-0/a,w-0,", "w-0/a,w-1,", "claims.csv:2: claim is 'w-0/a'; expected w-1/ and an id"),
        ("claims.csv", "w-0/a,w-0,", "w-0/a,w-0,,", "claims.csv:2: 29 cells under 28 columns; quote cells that contain commas"),
        ("weapons.csv", "\nw-0,", "\nw-99,", "claims.csv: weapon_id 'w-0' is not in weapons.csv; add the weapon, or remove its claims"),
        ("weapons.csv", "\nw-1,", "\nw-0,", "claims.csv: weapon_id 'w-1' is not in weapons.csv; add the weapon, or remove its claims"),
        ("claims.csv", "62-124.5 mi (min 1 nmi)", "124.5-62 mi", ": weapon 'w-0': claim 'a': range '124.5-62 mi' is not in ascending order; write the lower figure first"),
        ("claims.csv", "w-0/b,w-0,", "w-0/a,w-0,", ": weapon 'w-0': duplicate claim id 'a'; give each claim its own"),
        ("claims.csv", "2024-05", "May 2024", ": weapon 'w-0': claim 'a': source.date is 'May 2024'"),
        ("claims.csv", "w-0/a", '"w-0/a', "not well-formed CSV"),
        ("datapackage.json", "{", "[", "datapackage.json:"),
        ("datapackage.json", '"=2"', "2", "edition is 2"),
    ],
)  # fmt: skip
def test_a_broken_dataset_is_refused_with_the_reason(run, copy, name, old, new, message):
    edit(copy / name, old, new)
    outcome = run("weapons", "import", copy, "-o", copy.parent / "back.yaml")
    assert outcome.status == 1
    assert outcome.err.startswith(f"rangemap: {copy}")
    assert message in outcome.err
    assert not (copy.parent / "back.yaml").exists()


@pytest.mark.parametrize("name", ["weapons.csv", "claims.csv", "datapackage.json"])
def test_a_missing_file_is_named(run, copy, name):
    (copy / name).unlink()
    outcome = run("weapons", "import", copy)
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err == f"rangemap: {copy / name}: cannot be read: No such file or directory\n"


def test_columns_that_follow_from_others_may_be_missing(run, copy):
    with (copy / "weapons.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kept = ["name", "id", "country", "category", "aliases", "operators", "category_note",
            "default_variant", "note"]  # fmt: skip
    with (copy / "weapons.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, kept, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    outcome = run("weapons", "import", copy)
    back = parse_catalogue(outcome.out.encode(), name="x.yaml")
    assert without_edition(back) == without_edition(awkward())


@pytest.mark.parametrize(
    "words", [["--mile", "statute"], ["--header-row", "0"], ["--keep-going"], ["--publisher", "P"]]
)
def test_options_for_tables_are_refused(run, dataset, words):
    outcome = run("weapons", "import", dataset, *words)
    assert outcome.status == 2
    assert f"{words[0]} has no effect on a folder made by `weapons export`; omit it" in outcome.err


def test_a_file_of_the_dataset_is_not_overwritten(run, copy):
    before = (copy / "weapons.csv").read_bytes()
    outcome = run("weapons", "import", copy, "-o", copy / "weapons.csv")
    assert outcome.status == 1
    assert "would overwrite the input file" in outcome.err
    assert (copy / "weapons.csv").read_bytes() == before
    assert json.loads((copy / "datapackage.json").read_bytes())["name"] == "rangemap-weapons"
