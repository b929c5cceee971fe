"""How many independent sources claims have: counted by hand from their publishers and credits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rangemap.catalogue import (
    Claim,
    Publisher,
    PublisherKind,
    Publishers,
    Source,
    independent_sources,
    make_system,
    read_catalogue,
    read_publishers,
)
from rangemap.wording.quantities import parse_range

BOOK = read_catalogue()
KNOWN = read_publishers()


def known(**repeats):
    """Publishers that repeat these originals; ``_`` stands for a space in a name."""
    return Publishers(
        tuple(
            Publisher(
                name=name.replace("_", " "),
                kind=PublisherKind.NEWSPAPER,
                state_media=False,
                repeats=original,
            )
            for name, original in repeats.items()
        ),
        (),
    )


def claim(publisher, attributed_to=None):
    return Claim(
        id="c",
        range=parse_range("up to 9 km"),
        attributed_to=attributed_to,
        source=Source(publisher=publisher),
    )


@pytest.mark.parametrize(
    ("name", "sources"),
    [
        # Four papers print the ministry's figure; Zvezda has its own.
        ("Nightfall", {"UK Ministry of Defence": 4, "Zvezda": 1}),
        ("Ghauri", {"ISPR": 3}),
        # Two spellings of one name.
        ("Paveh", {"Amirali Hajizadeh": 3}),
        # One agency's text in two news sites.
        ("NLAW", {"DV": 1, "PAP": 2, "Gadżetomania": 1}),
        # The newspaper itself, and a copy of its text elsewhere.
        (
            "Hwasong-7",
            {"South Korean Ministry of National Defense": 1, "Yonhap": 1, "Chosun Ilbo": 2},
        ),
        ("Dezful", {"Fars": 3, "TV7 Israel News": 1, "Keystone-ATS": 1}),
    ],
)
def test_claims_that_repeat_one_statement_count_once(name, sources):
    claims = make_system(*BOOK.find(name)).band.claims
    found = independent_sources(claims, KNOWN)
    assert {source.name: len(source.claims) for source in found} == sources


@pytest.mark.parametrize(
    ("claims", "sources"),
    [
        ([("A", None), ("A", None)], 1),  # a publisher is not independent of itself
        ([("A", None), ("B", None)], 2),
        ([("A", "X"), ("B", "X")], 1),
        ([("A", "X"), ("A", "Y")], 2),
        ([("A", "X"), ("A", None)], 2),
        ([("A", "X, via Fars"), ("B", "X (interview)"), ("C", "x")], 1),
        ([("A", "P, quoting X"), ("B", "P, citing the X (draft)"), ("C", "X")], 1),
        ([("A", "Reuters"), ("Copy", None), ("Reuters", None)], 1),  # Copy repeats Reuters
        ([("Copy", "X"), ("Copy_2", None)], 2),  # the credited party comes before the agency
        ([("Both", None), ("Reuters", None)], 1),
        ([("Both", None), ("TASS", None)], 1),
        ([("Both", None), ("Reuters", None), ("TASS", None)], 2),  # adds nothing to the two
        ([("Both", None), ("A", None)], 2),
        ([("Hidden", None), ("Unnamed", None)], 2),  # what they copied is not known
        ([("P (French edition)", None), ("P", None)], 1),
        ([("P (Ukraine)", None), ("P", None)], 2),
        ([("A", "(sic)"), ("B", "(other)")], 2),
        ([], 0),
    ],
)
def test_the_count_follows_the_rule(claims, sources):
    publishers = known(
        Copy="Reuters", Copy_2="Reuters", Both="Reuters, TASS", Hidden="not shown",
        Unnamed="an agency (not named)",
    )  # fmt: skip
    listed = [claim(publisher.replace("_", " "), by) for publisher, by in claims]
    assert len(independent_sources(listed, publishers)) == sources


NAMES = st.sampled_from(["A", "B", "Copy", "Reuters", "Both", "TASS", "Hidden"])


@given(st.lists(st.tuples(NAMES, st.none() | st.sampled_from(["X", "X, via Y", "Reuters"]))))
def test_every_claim_belongs_to_one_source_whatever_the_order(claims):
    publishers = known(Copy="Reuters", Both="Reuters, TASS", Hidden="not shown")
    listed = [claim(*each) for each in claims]
    found = independent_sources(listed, publishers)
    assert sum(len(source.claims) for source in found) == len(listed)
    assert len(found) <= len({(c.source.publisher, c.attributed_to) for c in listed})
    assert len(independent_sources(listed[::-1], publishers)) == len(found)
    assert not any(source.claims == () for source in found)


def test_a_weapon_never_has_more_sources_than_claims():
    for weapon in BOOK.weapons:
        for variant in (None, *weapon.variants):
            claims = weapon.claims_of(variant)
            assert min(1, len(claims)) <= len(independent_sources(claims, KNOWN)) <= len(claims)
