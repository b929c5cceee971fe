"""`weapons new`: an entry to fill in, which validates when it is filled in."""

import re

import pytest

from rangemap.catalogue import read_catalogue

FILLED = {
    "country: []": "country: [Ukraine]",
    "category:": "category: anti-ship missile",
    "- id:  ": "- id: gazette-2024  ",
    "range:": "range: up to 1,000 km",
    "publisher:": "publisher: Reuters",
    "url:": "url: https://example.org/missile",
    "date:": "date: 2024-05",
}


def filled(text):
    for empty, value in FILLED.items():
        assert empty in text
        text = text.replace(empty, value, 1)
    return text


def test_a_filled_in_entry_validates_without_a_warning(run, tmp_path):
    path = tmp_path / "mine.yaml"
    outcome = run("weapons", "new", "Long Tom", "-o", path)
    assert (outcome.status, outcome.out) == (0, "")
    empty = run("weapons", "validate", path)
    assert empty.status == 1
    assert [re.sub(r"^.*?: | \[[a-z-]+\]$", "", line) for line in empty.out.splitlines()] == [
        "weapon 'long-tom': country is empty; give at least one value",
        "weapon 'long-tom': category is empty: expected text",
        "weapon 'long-tom': claim 1: id is empty: expected text",
        "weapon 'long-tom': claim 1: source.publisher is empty: expected text",
    ]
    path.write_text(filled(path.read_text("utf-8")), "utf-8")
    done = run("weapons", "validate", path)
    assert (done.status, done.out, done.err) == (0, "", "1 weapon, 0 errors, 0 warnings\n")
    (weapon,) = read_catalogue([path]).weapons
    assert (weapon.id, weapon.name, str(weapon.claims[0].range)) == ("long-tom", "Long Tom", "up to 1,000 km")  # fmt: skip


def test_a_printed_entry_is_added_to_a_catalogue(run, tmp_path):
    path = tmp_path / "mine.yaml"
    run("weapons", "new", "First", "-o", path)
    more = run("weapons", "new", "Second One", "--catalogue", "built-in").out
    path.write_text(filled(path.read_text("utf-8")) + filled(more), "utf-8")
    assert [weapon.id for weapon in read_catalogue([path]).weapons] == ["first", "second-one"]


@pytest.mark.parametrize(
    "name",
    ["No", "null", "~", "a: b", "#x", "'quoted'", 'a "b"', "عين الأسد", "[x]", "{x}", "2024", "X, Y", "100%", "\\n", " x "],
)  # fmt: skip
def test_any_name_is_written_so_that_it_is_read_again(run, tmp_path, name):
    path = tmp_path / "mine.yaml"
    assert run("weapons", "new", name, "-o", path).status == 0
    path.write_text(filled(path.read_text("utf-8")), "utf-8")
    (weapon,) = read_catalogue([path]).weapons
    assert weapon.name == name


@pytest.mark.parametrize(
    ("name", "status", "message"),
    [
        ("fateh110", 2, "'fateh110' is in the catalogue as Fateh-110 (fateh-110); add a claim to that entry, or choose another name"),
        ("Geran-2", 2, "'Geran-2' is in the catalogue as Shahed-136 (shahed-136); add a claim"),
        ("Fateh/110", 2, "'fateh-110' is in the catalogue as Fateh-110 (fateh-110); add a claim"),
        ("", 2, "NAME is empty; give a value or omit it"),
        ("x" * 2001, 2, "NAME string should have at most 2000 characters"),
    ],
)  # fmt: skip
def test_a_name_in_use_or_without_text_is_refused(run, tmp_path, name, status, message):
    outcome = run("weapons", "new", name, "-o", tmp_path / "mine.yaml")
    assert (outcome.status, outcome.out) == (status, "")
    assert outcome.err.startswith(f"rangemap: {message}")
    assert list(tmp_path.iterdir()) == []


def test_names_are_looked_up_in_the_given_catalogue(run, tmp_path):
    path = tmp_path / "mine.yaml"
    run("weapons", "new", "Long Tom", "-o", path)
    path.write_text(filled(path.read_text("utf-8")), "utf-8")
    outcome = run("weapons", "new", "long tom", "--catalogue", path)
    assert outcome.status == 2
    assert "'long tom' is in the catalogue as Long Tom (long-tom)" in outcome.err


def test_an_existing_file_is_not_replaced(run, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("mine", "utf-8")
    outcome = run("weapons", "new", "Long Tom", "-o", path)
    assert outcome.status == 1
    assert outcome.err.startswith(f"rangemap: {path}: exists; choose another name, or add")
    assert path.read_text("utf-8") == "mine"
