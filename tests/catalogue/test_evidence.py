"""`weapons list --thin`: the weapons with little published evidence, and why."""

import csv
import datetime as dt
import io

import pytest

from rangemap.catalogue import (
    Claim,
    ClaimKind,
    PublisherKind,
    Source,
    Weapon,
    read_catalogue,
    read_publishers,
)
from rangemap.catalogue.evidence import Evidence, evidence_for, newest_day, years_before
from rangemap.wording.quantities import parse_range

PUBLISHERS = read_publishers()
LIMIT = dt.date(2021, 6, 1)


def claim(number, publisher, date="2024", **fields):
    source = Source(publisher=publisher, date=date)
    return Claim(id=f"c{number}", range=parse_range("5 km"), source=source, **fields)


def weapon(*claims):
    return Weapon(id="w", name="W", country=("X",), category="c", claims=claims)


@pytest.mark.parametrize(
    ("claims", "reasons"),
    [
        ([claim(1, "The National"), claim(2, "NDTV"), claim(3, "TASS")], []),
        ([claim(1, "The National"), claim(2, "NDTV")], ["2 independent sources"]),
        ([claim(1, "The National")], ["1 independent source"]),
        # Two publishers who credit one party are one source.
        (
            [claim(1, "The National"), claim(2, "NDTV", attributed_to="P"), claim(3, "TASS", attributed_to="P")],
            ["2 independent sources"],
        ),
        ([claim(1, "The National", "2020"), claim(2, "NDTV", "2019-01-02"), claim(3, "TASS", "2018")], ["nothing newer than 2020"]),
        # The year might have ended after the limit.
        ([claim(1, "The National", "2021"), claim(2, "NDTV", "2019"), claim(3, "TASS", None)], []),
        ([claim(1, "The National", None), claim(2, "NDTV", None), claim(3, "TASS", None)], ["no dated claim"]),
        ([claim(1, "Dawn"), claim(2, "The National"), claim(3, "The Hindu")], ["newspapers only"]),
        # Of a publisher that is not in the list, the kind is not known.
        ([claim(1, "Dawn"), claim(2, "The National"), claim(3, "My Own Notes")], []),
        # Doubtful claims and other kinds of figures do not count.
        (
            [claim(1, "The National"), claim(2, "NDTV"), claim(3, "TASS", doubtful=True)],
            ["2 independent sources"],
        ),
        (
            [claim(1, "TASS", doubtful=True), claim(2, "NDTV", kind=ClaimKind.FLIGHT)],
            ["no figure that can be drawn"],
        ),
    ],
)  # fmt: skip
def test_the_reasons_follow_from_the_drawn_claims(claims, reasons):
    found = evidence_for(weapon(*claims), PUBLISHERS)
    assert found.weak_points(old_before=LIMIT) == reasons


def test_the_kinds_of_these_publishers_are_as_the_cases_assume():
    names = ("The National", "Dawn", "The Hindu", "NDTV", "TASS", "My Own Notes")
    kinds = [PUBLISHERS.find(name).kind for name in names]
    assert kinds[:3] == [PublisherKind.NEWSPAPER] * 3
    assert len(set(kinds[:1] + kinds[3:])) == 4
    assert kinds[-1] is None


def test_without_any_date_in_the_catalogue_no_claim_is_old():
    undated = weapon(*(claim(n, p, None) for n, p in enumerate(("The National", "NDTV", "TASS"))))
    assert newest_day([undated]) is None
    evidence = Evidence(claims=3, sources=3, newest="1990", kinds=(None,))
    assert evidence.weak_points(old_before=None) == []


@pytest.mark.parametrize(
    ("day", "years", "earlier"),
    [
        (dt.date(2026, 5, 31), 5, dt.date(2021, 5, 31)),
        (dt.date(2024, 2, 29), 1, dt.date(2023, 2, 28)),
        (dt.date(50, 1, 1), 100, dt.date(1, 1, 1)),
    ],
)
def test_years_are_counted_back(day, years, earlier):
    assert years_before(day, years) == earlier


def listed(run, *words):
    outcome = run("weapons", "list", "--thin", "--format", "csv", *words)
    assert outcome.status == 0
    return list(csv.DictReader(io.StringIO(outcome.out))), outcome.err


def test_every_weapon_with_one_drawn_claim_is_listed_and_the_rule_is_explained(run):
    rows, err = listed(run)
    thin = {row["id"]: row["thin"] for row in rows}
    drawn = {
        each.id: [c.source.publisher for c in each.claims if c.drawn]
        for each in read_catalogue().weapons
    }
    alone = [id_ for id_, publishers in drawn.items() if len(publishers) == 1]
    assert len(alone) > 50
    assert all(thin[id_].startswith("1 independent source") for id_ in alone)
    bare = [id_ for id_, publishers in drawn.items() if not publishers]
    assert all(thin[id_] == "no figure that can be drawn" for id_ in bare)
    assert err == (
        f"{len(rows)} of 411 weapons have little published evidence: fewer than 3 independent sources,"
        f" nothing from {years_before(newest_day(read_catalogue().weapons), 5)} or later, or publishers of one kind"
        " only. Only claims that can be drawn count. This says where another source helps, not which figure"
        " is right.\n"
    )


def test_filters_and_the_age_apply(run):
    old, _ = listed(run, "--country", "Iran", "--older-than", "2", "--sort", "newest")
    new, _ = listed(run, "--country", "Iran", "--older-than", "100")
    assert len(old) > len(new)
    assert [row["newest"] for row in old] == sorted(row["newest"] for row in old if row["newest"]) + [""] * sum(not row["newest"] for row in old)  # fmt: skip
    assert not any("nothing newer" in row["thin"] for row in new)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--older-than", "5"], "--older-than has no effect without --thin; add --thin or omit it"),
        (["--thin", "--sort", "high_km"], "--sort is 'high_km'; expected one of id, name, category, claims"),
    ],
)  # fmt: skip
def test_options_without_effect_are_refused(run, words, message):
    outcome = run("weapons", "list", *words)
    assert (outcome.status, outcome.out) == (2, "")
    assert message in outcome.err
