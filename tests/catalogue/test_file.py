"""Catalogue files: what is refused, editions, the compiled form, and round trips."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rangemap.catalogue import (
    Claim,
    ClaimKind,
    Source,
    Weapon,
    make_band,
)
from rangemap.catalogue.compiled import compile_catalogue, compiled_catalogue
from rangemap.catalogue.file import format_catalogue, parse_catalogue
from rangemap.errors import CatalogueError
from rangemap.io.packaged import data_file
from rangemap.text import first_control
from tests.catalogue.helpers import BOOK, entry, weapon

texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40).filter(
    lambda text: text.strip() and first_control(text) is None
)

CLAIM = "{id: c, range: 250 km, source: {publisher: P}}"


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("weapons: 3", "w.yaml:1: weapons is '3'"),
        ("weapon: []", "w.yaml:1: weapon: unknown key; did you mean 'weapons'?"),
        (
            "weapons:\n  - {id: a, name: A, country: X, category: c, claims: [{id: c, range: '250', source: {publisher: P}}]}",
            "w.yaml:2: weapon 'a': claim 'c': range '250' has no unit; write km, mi, nmi or m",
        ),
        (
            "weapons:\n  - id: a\n    name: A\n    country: X\n    category: c\n    claims:\n      - id: c\n        range: 1.300 km\n        source: {publisher: P}",
            "w.yaml:8: weapon 'a': claim 'c': range is '1.300 km': '1.300' could be 1.3 or 1,300",
        ),
        (
            f"weapons:\n  - {{id: a, name: A, country: X, category: c, colour: red, claims: [{CLAIM}]}}",
            "w.yaml:2: weapon 'a': colour: unknown key; did you mean 'country'?",
        ),
        (
            f"weapons:\n  - {{id: a, name: A, country: X, categories: c, claims: [{CLAIM}]}}",
            "weapon 'a': category is missing; add it",
        ),
        (
            "weapons:\n  - {id: a, name: A, country: X, category: c, claims: []}",
            "w.yaml:2: weapon 'a': has no claims; write at least one",
        ),
        (
            f"weapons:\n  - {{id: a, name: A, country: X, category: c, claims: [{CLAIM}, {CLAIM}]}}",
            "w.yaml:2: weapon 'a': duplicate claim id 'c'",
        ),
        (
            f"weapons:\n  - {{id: a, name: A, country: X, category: c, claims: [{CLAIM}]}}\n  - {{id: a, name: B, country: X, category: c, claims: [{CLAIM}]}}",
            "w.yaml:3: weapon 'a': duplicate id, already used in line 2; give each weapon its own",
        ),
        (
            "weapons:\n  - {id: a, name: A, country: X, category: c, claims: [{id: c, range: 250 km, source: {publisher: P, date: 2024-13}}]}",
            "expected a date such as 2024, 2024-01 or 2024-01-21",
        ),
        (
            "weapons:\n  - {id: a, name: A, country: X, category: c, claims: [{id: c, range: 250 km, source: {publisher: P, url: 'javascript:alert(1)'}}]}",
            "expected an address that begins with http:// or https://",
        ),
        (
            "weapons:\n  - {id: a, name: A, country: X, category: c, claims: [{id: c, kind: range, source: {publisher: P}}]}",
            "a range claim has no range",
        ),
        (
            f'weapons:\n  - {{id: a, name: "A\\e[2J", country: X, category: c, claims: [{CLAIM}]}}',
            "contains the control character U+001B; remove it",
        ),
    ],
)
def test_an_invalid_record_is_reported_with_file_line_value_rule_and_fix(body, line):
    with pytest.raises(CatalogueError) as refusal:
        entry(body)
    assert line in str(refusal.value)


def test_all_invalid_records_of_a_file_are_reported_together():
    bad = "\n".join(
        f"  - {{id: a{n}, name: A, country: X, category: c, claims: [{{id: c, range: {n}, source: {{publisher: P}}}}]}}"
        for n in range(1, 4)
    )
    with pytest.raises(CatalogueError) as refusal:
        entry(f"weapons:\n{bad}")
    assert [line.split(":")[1] for line in str(refusal.value).splitlines()] == ["2", "3", "4"]


def test_the_edition_is_the_version_and_the_hash_of_the_file():
    import hashlib

    content = Path(data_file("weapons.yaml")).read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:12]
    assert BOOK.edition == f"weapons.yaml 2026.12 sha256:{digest}"
    assert {weapon.edition for weapon in BOOK.weapons} == {BOOK.edition}
    own = parse_catalogue(b"weapons: []", name="folder/own.yaml")
    assert own.edition == f"own.yaml sha256:{hashlib.sha256(b'weapons: []').hexdigest()[:12]}"


def test_the_compiled_catalogue_equals_the_catalogue():
    content = Path(data_file("weapons.yaml")).read_bytes()
    read = parse_catalogue(content, name="weapons.yaml")
    compiled = compiled_catalogue(data_file("weapons.compiled.json").read_text("utf-8"), content)
    assert compiled == read, "run `make data` after an edit of data/weapons.yaml"


def test_a_compiled_catalogue_of_another_file_is_ignored():
    text = compile_catalogue(BOOK, b"one")
    assert compiled_catalogue(text, b"one") == BOOK
    assert compiled_catalogue(text, b"two") is None


def test_a_band_counts_each_claim_once():
    claims = weapon("up to 300 km", "up to 300 km").claims
    assert len(make_band(claims).claims) == 2


def test_a_written_catalogue_round_trips():
    text = format_catalogue(BOOK.weapons, edition="2026.12")
    read = parse_catalogue(text.encode(), name="weapons.yaml")
    assert [replace(w, edition="") for w in read.weapons] == [
        replace(w, edition="") for w in BOOK.weapons
    ]


@given(
    texts,
    texts,
    st.sampled_from(
        ["no", "null", "~", "1:30", "0x1f", "2024-01-01", "<<", "=", "- a", "a: b", "#c"]
    ),
)
def test_any_written_text_round_trips(name, note, trap):
    written = Weapon(
        id="w", name=name, aliases=(trap, note), country=(trap,), category="c", note=note,
        claims=(Claim(id="c", kind=ClaimKind.CLASS, variant=trap, source=Source(publisher=note)),),
    )  # fmt: skip
    (read,) = parse_catalogue(format_catalogue([written]).encode(), name="w").weapons
    assert replace(read, edition="") == written
