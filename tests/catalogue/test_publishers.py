"""The list of publishers and of the parties that they credit."""

import pytest

from rangemap.catalogue import PartyKind, PublisherKind, read_catalogue, read_publishers
from rangemap.catalogue.publisher_compiled import compile_publishers, compiled_publishers
from rangemap.catalogue.publisher_file import parse_publishers
from rangemap.errors import CatalogueError
from rangemap.io.packaged import data_file

KNOWN = read_publishers()
CLAIMS = [claim for weapon in read_catalogue().weapons for claim in weapon.claims]


def facts(testdata, name):
    import yaml

    sheet = testdata.parent / "facts" / name
    return yaml.load(sheet.read_text("utf-8"), yaml.CSafeLoader)


def test_every_publisher_of_the_catalogue_and_no_other_is_in_the_list():
    assert {claim.source.publisher for claim in CLAIMS} == {p.name for p in KNOWN.publishers}


def test_every_credited_party_of_the_catalogue_has_a_kind():
    named = {claim.attributed_to for claim in CLAIMS if claim.attributed_to}
    assert [name for name in named if KNOWN.party_kind(name) is None] == []
    assert {p.name for p in KNOWN.parties} <= named


def test_every_publisher_equals_the_facts(testdata):
    sheet = facts(testdata, "publishers.yaml")
    assert [fact["name"] for fact in sheet] == [p.name for p in KNOWN.publishers]
    for ours, fact in zip(KNOWN.publishers, sheet, strict=True):
        assert (ours.kind, ours.country, ours.domain) == (
            fact["kind"], fact["country"], fact["domain"],
        )  # fmt: skip
        assert ours.state_media is fact["state_media"]
        assert ours.unsure is fact.get("unsure", False)
        assert ours.public_service is fact.get("public_service", False)
        assert ours.repeats == fact.get("repeats")


def test_every_credited_party_equals_the_facts(testdata):
    sheet = facts(testdata, "attributed-kinds.yaml")
    # The sheet appends a clause of the claim's note to this name.
    known = {"Fabian Hinz (likely based on Iranian designs)": "Fabian Hinz"}
    names = {known.get(fact["attributed_to"], fact["attributed_to"]): fact for fact in sheet}
    assert names.keys() == {claim.attributed_to for claim in CLAIMS if claim.attributed_to}
    for name, fact in names.items():
        assert KNOWN.party_kind(name) == fact["kind"]
        assert sum(claim.attributed_to == name for claim in CLAIMS) == fact["claims"]


def test_the_counts_are_those_of_the_facts():
    kinds = [p.kind for p in KNOWN.publishers]
    assert {kind: kinds.count(kind) for kind in PublisherKind} == {
        "government": 7, "manufacturer": 2, "international organisation": 1, "think tank": 15,
        "news agency": 44, "newspaper": 456, "broadcaster": 114, "trade press": 71,
        "encyclopaedia": 13, "aggregator": 225, "blog": 46, "forum": 18, "advocacy": 20,
    }  # fmt: skip
    owned = [p.state_media for p in KNOWN.publishers]
    assert [owned.count(value) for value in (True, False, None)] == [65, 954, 13]
    assert sum(p.public_service for p in KNOWN.publishers) == 15
    assert sum(p.repeats is not None for p in KNOWN.publishers) == 239
    assert not any(p.public_service and p.state_media is not False for p in KNOWN.publishers)


def test_a_publisher_that_is_not_in_the_list_has_no_kind():
    own = KNOWN.find("My Own Notes")
    assert (own.name, own.kind, own.state_media, own.repeats) == ("My Own Notes", None, None, None)
    assert KNOWN.party_kind("My Own Notes") is None


def test_names_are_found_in_any_spelling():
    assert KNOWN.find("the national").name == "The National"
    assert KNOWN.find("Al‑Jazeera") is KNOWN.find("Al Jazeera")
    assert KNOWN.party_kind("amirali hajizadeh") is PartyKind.GOVERNMENT


def test_the_compiled_list_equals_the_list():
    content = data_file("publishers.yaml").read_bytes()
    read = parse_publishers(content, name="publishers.yaml")
    compiled = compiled_publishers(
        data_file("publishers.compiled.json").read_text("utf-8"), content
    )
    assert compiled == read == KNOWN, "run `make data` after an edit of data/publishers.yaml"


def test_a_compiled_list_of_another_file_is_ignored():
    text = compile_publishers(KNOWN, b"one")
    assert compiled_publishers(text, b"one") == KNOWN
    assert compiled_publishers(text, b"two") is None


@pytest.mark.parametrize(
    ("publisher", "message"),
    [
        ("{name: P, kind: tabloid, state_media: false}", "publisher 'P': kind is 'tabloid'"),
        ("{name: P, kind: blog}", "publisher 'P': state_media is missing"),
        ("{name: P, kind: blog, state_media: no}", "expected true or false"),
        ("{name: P, kind: blog, state_media: null, owner: X}", "owner: unknown key"),
        (
            "{name: P Q, kind: blog, state_media: null}, {name: p-q, kind: blog, state_media: null}",
            "publisher 'p-q': name is already used by 'P Q' in line 1; keep one of them",
        ),
    ],
)
def test_an_invalid_publisher_is_refused_with_its_record_and_rule(publisher, message):
    text = f"publishers: [{publisher}]\nparties: []\n"
    with pytest.raises(CatalogueError) as refused:
        parse_publishers(text.encode(), name="p.yaml")
    assert message in str(refused.value)
    assert str(refused.value).startswith("p.yaml:1: ")


def test_an_invalid_party_is_refused_with_its_record():
    text = "publishers: []\nparties:\n  - {name: P, kind: press}\n"
    with pytest.raises(CatalogueError, match=r"^p\.yaml:3: party 'P': kind is 'press'"):
        parse_publishers(text.encode(), name="p.yaml")
    text = "publishers: []\nparties:\n  - {name: P, kind: news}\n  - {name: p, kind: other}\n"
    with pytest.raises(CatalogueError, match=r"^p\.yaml:4: party 'p': name is already used by 'P'"):
        parse_publishers(text.encode(), name="p.yaml")


def test_a_publisher_whose_ownership_is_not_settled_is_neither_state_media_nor_not():
    text = "publishers: [{name: P, kind: blog, state_media: null}]\nparties: []\n"
    assert parse_publishers(text.encode(), name="p.yaml").find("P").state_media is None
