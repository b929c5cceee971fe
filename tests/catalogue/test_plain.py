"""Valid catalogues are read without the models, with the result of the models."""

import copy
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from rangemap.catalogue.file import (
    ClaimEntry,
    SourceEntry,
    WeaponEntry,
    format_catalogue,
    parse_catalogue,
)
from rangemap.catalogue.plain import CLAIM, SOURCE, WEAPON, read_valid
from rangemap.catalogue.records import Claim, Source, Weapon
from rangemap.errors import DocumentError
from rangemap.io.documents import parse_yaml
from rangemap.text import _PLAIN_ADDRESS, _WEB_ADDRESS, is_web_address

ROOT = Path(__file__).resolve().parents[2]
GOOD = {
    "edition": "1",
    "weapons": [
        {
            "id": "a", "name": "A", "aliases": ["B"], "country": ["X", "Y"], "operators": "Z",
            "category": "c", "category_note": "n", "note": "n", "default_variant": "V",
            "claims": [
                {
                    "id": "c", "kind": "range", "range": "up to 5 km (min 1 km)", "variant": "V",
                    "target": "aircraft", "attributed_to": "P", "warhead": "w", "wording": "x",
                    "note": "n", "checked": "2024-05", "first_seen": "2024", "doubtful": "true",
                    "retracted": "2025-01-02",
                    "source": {"publisher": "P", "title": "T", "corrected_title": "U",
                               "url": "https://a.org/b", "date": "2024-02-29", "date_note": "d",
                               "archived": "http://b.org"},
                },
                {"id": "d", "kind": "warhead", "source": {"publisher": "P"}},
            ],
        },
        {"id": "b", "name": "B", "country": "X", "category": "c", "claims": [
            {"id": "c", "range": "300-400 mi", "source": {"publisher": "P"}}]},
    ],
}  # fmt: skip
ODD = (
    None, "", " ", "x", "a b", "2024", "2024-13", "true", "True", "range", "Range", "aircraft", "5 km", "5", "1.300 km",
    "https://a.org", "javascript:x", "http://[", 'https://a.org/"x', "b", "c", "\u202e", "x" * 2001, "a-" * 60 + "a", "-5 km",
    [], ["x"], ["x", ""], [None], [["x"]], {}, {"id": "a"}, {"publisher": "P"}, [{}], "~", "null", "١ km", "up to 5 km",
)  # fmt: skip


def both(content):
    """The catalogue as read without and with the models; None for one that is refused."""
    try:
        models = parse_catalogue(content, name="w.yaml")
    except DocumentError:
        models = None
    return read_valid(content, name="w.yaml"), models


def places(value, path=()):
    """Yield the path of every value in nested lists and mappings."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()  # fmt: skip
    for key, part in items:
        yield from places(part, (*path, key))


def changed(path, how, value, key):
    content = copy.deepcopy(GOOD)
    if not path:
        return value
    parent = content
    for step in path[:-1]:
        parent = parent[step]
    if how == "set":
        parent[path[-1]] = value
    elif how == "remove":
        del parent[path[-1]]
    elif isinstance(parent[path[-1]], dict):
        parent[path[-1]][key] = value
    elif isinstance(parent[path[-1]], list):
        parent[path[-1]].append(copy.deepcopy(value))
    return content


def as_yaml(content):
    return yaml.safe_dump(content, allow_unicode=True, width=10_000).encode()


@settings(max_examples=200)
@given(
    st.sampled_from(list(places(GOOD))),
    st.sampled_from(["set", "remove", "add"]),
    st.sampled_from(ODD),
    st.sampled_from(["id", "kinds", "range", "title", "weapons", "note", "edition"]),
)
def test_what_is_read_without_the_models_is_what_they_read(path, how, value, key):
    plain, models = both(as_yaml(changed(path, how, value, key)))
    assert plain is None or plain == models


@pytest.mark.thorough
def test_every_single_change_with_every_odd_value_gives_the_same_result():
    paths = list(places(GOOD))
    differ = []
    for path in paths:
        for value in ODD:
            plain, models = both(as_yaml(changed(path, "set", value, "")))
            differ += [(path, value)] if plain != models else []
    assert differ == []


def test_the_built_in_and_a_formatted_catalogue_need_no_models():
    content = (ROOT / "data/weapons.yaml").read_bytes()
    plain, models = both(content)
    assert plain == models
    assert plain is not None
    again, _ = both(format_catalogue(plain.weapons, edition="x").encode())
    assert [weapon.claims for weapon in again.weapons] == [w.claims for w in plain.weapons]


@pytest.mark.parametrize(
    ("rules", "model", "record"),
    [(WEAPON, WeaponEntry, Weapon), (CLAIM, ClaimEntry, Claim), (SOURCE, SourceEntry, Source)],
)
def test_every_field_of_the_models_has_its_rule(rules, model, record):
    assert set(rules) == set(model.model_fields)
    assert set(rules) == {field.name for field in fields(record)} - {"edition"}


def test_a_valid_file_is_listed_without_pydantic(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_bytes(as_yaml(GOOD))
    code = (
        "import sys; from pathlib import Path; from rangemap.catalogue import read_catalogue;"
        f"read_catalogue([Path({str(path)!r})]); sys.exit('pydantic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(st.text(st.characters(codec="utf-8"), max_size=8), st.text(st.sampled_from("aA0-.:/?#[]@%é \\\"'<>\n"), max_size=12))  # fmt: skip
def test_an_address_of_the_usual_form_is_one_by_the_full_rule(other, usual):
    for text in (f"https://{usual}", f"http://a.org/{other}", f"HTTP://{usual}.org{other}"):
        if _PLAIN_ADDRESS.fullmatch(text):
            assert _WEB_ADDRESS.fullmatch(text)
            assert text.isprintable()
            assert is_web_address(text)


def test_lines_are_recorded_only_if_requested():
    text = "a: [b, {c: d}]\n"
    with_lines, without = parse_yaml(text, name="x"), parse_yaml(text, name="x", lines=False)
    assert with_lines.content == without.content
    assert with_lines.line(("a", 1, "c")) == 1
    assert without.line(("a",)) is None
