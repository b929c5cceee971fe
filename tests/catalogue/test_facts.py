"""The catalogue has every system and claim of the facts, and nothing else."""

import datetime as dt
import re

import pytest

from rangemap.io.rules import last_day
from tests.catalogue.helpers import BOOK

# Where the sheet has a value in kilometres for a figure that was published in another unit only,
# the catalogue has the published figure, from which the sheet's was rounded.
ROUNDING = 2.5e-3
HALF_A_KILOMETRE = 0.5
KILOMETRES = re.compile(r"(?<![a-z])(km|kil[oó]m\w+)")
OTHER_UNITS = {
    "nmi": re.compile(r"nautical|\bnmi?\b|\d ?nm\b"),
    "mi": re.compile(r"\bmi\b|miles?\b|\dmi\b"),
    "m": re.compile(r"\bm\b|\bmeters?\b"),
}


def test_every_system_and_claim_of_the_facts_is_in_the_catalogue(testdata):
    import yaml

    sheet = testdata.parent / "facts" / "weapons-claims-2026-12.yaml"
    facts = yaml.load(sheet.read_text("utf-8"), yaml.CSafeLoader)
    assert [fact["name"] for fact in facts] == [weapon.name for weapon in BOOK.weapons]
    for ours, fact in zip(BOOK.weapons, facts, strict=True):
        assert list(ours.aliases) == fact["aliases"]
        assert ours.countries == fact["origin"]
        assert ours.category == fact["category"]
        assert ours.category_note == EDITORIAL_NOTES.get(ours.id, fact.get("category_note"))
        assert ", ".join(ours.operators) == fact.get("operator", "")
        assert len(ours.claims) == len(fact["claims"])
        for claim, told in zip(ours.claims, fact["claims"], strict=True):
            _is_the_same_claim(claim, told)


# A note about our own choice of category, which the sheet leaves to the editor.
EDITORIAL_NOTES = {
    "scud-b": "published at 175 mi to 300 km, the border of close and short range",
}
KINDS = {
    "max_range": "range", "observed_flight": "observed flight",
    "warhead_only": "warhead", "class_only": "class",
}  # fmt: skip


def _is_the_same_claim(claim, fact):
    source = claim.source
    assert claim.kind == KINDS[fact["kind"]]
    assert (source.publisher, source.url) == (fact["publisher"], fact["url"])
    assert (source.date, source.date_note) == (fact["date"], fact.get("date_note"))
    assert claim.variant == fact.get("variant")
    assert claim.target == fact.get("target")
    assert claim.checked == fact.get("checked")
    assert claim.doubtful == fact.get("doubtful", False)
    if claim.attributed_to == "Fabian Hinz":  # the sheet appends a clause of the note to the name
        assert fact["attributed_to"] == "Fabian Hinz (likely based on Iranian designs)"
        assert claim.note == f"likely based on Iranian designs; {fact['note']}"
    else:
        assert (claim.attributed_to, claim.note) == (fact.get("attributed_to"), fact.get("note"))
    # A headline derived from the address, or not shown, was not retrieved.
    made_up = "title_note" in fact or fact["title"].startswith("(")
    assert source.title == (None if made_up else fact["title"])
    if fact.get("warhead_kg"):
        bound = (fact.get("warhead_bound") or "").replace("_", " ")
        assert claim.warhead == f"{bound} {fact['warhead_kg']:,} kg".strip()
    else:
        assert claim.warhead is None
    assert (claim.retracted, claim.wording, source.archived) == (None, None, None)
    if fact["bound"] is None:
        assert claim.range is None
        return
    figure = claim.range
    assert str(figure.bound) == fact["bound"].replace("_", " ")
    assert figure.unit == _published_unit(fact.get("published_as", ""))
    high_km = fact["high_km"] if fact["bound"] == "between" else fact["value_km"]
    low_km = fact["low_km"] if fact["bound"] == "between" else high_km
    pairs = [(figure.low_m, low_km), (figure.high_m, high_km)]
    assert (figure.min_m is None) == (fact.get("min_range_km") is None)
    if figure.min_m is not None:
        pairs.append((figure.min_m, fact["min_range_km"]))
    for metres, value_km in pairs:
        if figure.unit in {"km", "m"}:
            assert metres / 1000 == pytest.approx(value_km, rel=1e-12)
        else:
            slack = max(HALF_A_KILOMETRE, ROUNDING * value_km)
            assert abs(metres / 1000 - value_km) <= slack, fact["published_as"]


def _published_unit(published):
    text = published.lower().partition("(converted")[0]
    if not text or KILOMETRES.search(text) or "norwegian" in text:
        return "km"
    return next((unit for unit, words in OTHER_UNITS.items() if words.search(text)), "km")


@pytest.mark.parametrize("entry_", BOOK.weapons, ids=lambda w: w.id)
def test_each_weapon_of_the_catalogue_has_sources_and_a_name_that_finds_it(entry_):
    assert BOOK.find(entry_.name) == (entry_, None)
    assert BOOK.find(entry_.id) == (entry_, None)
    for claim in entry_.claims:
        assert claim.source.url
        assert claim.source.url.startswith(("https://", "http://"))
        assert claim.source.date is None or last_day(claim.source.date) < dt.date(2100, 1, 1)
        if claim.range is not None:
            assert 100 < claim.range.low_m <= claim.range.high_m < 20_004_000
