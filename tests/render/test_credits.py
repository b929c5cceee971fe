"""The kind of its publisher decides where a claim is credited; figures do not depend on it."""

import json

import pytest

import rangemap as rm
from rangemap.catalogue import (
    PublisherKind,
    cite,
    make_system,
    read_catalogue,
    read_publishers,
    with_credits_in_order,
)

KNOWN = read_publishers()
BOOK = read_catalogue()


def test_credits_are_in_the_order_of_kinds_and_bands_do_not_change():
    kinds = [*PublisherKind, None]
    moved = 0
    for weapon in BOOK.weapons:
        if not weapon.claims_of(None):
            continue
        system = make_system(weapon, None)
        ordered = with_credits_in_order(system, KNOWN)
        places = [kinds.index(KNOWN.find(c.source.publisher).kind) for c in ordered.band.claims]
        assert places == sorted(places)
        assert sorted(c.id for c in ordered.band.claims) == sorted(c.id for c in system.band.claims)
        before, after = system.band, ordered.band
        assert (before.low, before.headline, before.high) == (after.low, after.headline, after.high)
        moved += before.claims != after.claims
    assert moved > 100


# MBDA makes the Taurus and publishes its range; in the file it comes last.
@pytest.fixture
def taurus():
    scenario = rm.Scenario(origins="Kyiv", weapons="Taurus KEPD 350", sites=["Kyiv"])
    return scenario.select().systems


def test_the_manufacturer_is_credited_first(taurus):
    assert taurus[0].band.claims[0].source.publisher == "MBDA"
    assert cite(taurus).startswith("MBDA, ")


def test_files_and_commands_credit_in_this_order(run, tmp_path):
    one = ["-f", "Kyiv", "-w", "Taurus KEPD 350"]
    assert run("map", *one, "-o", tmp_path / "m.geojson", "-o", tmp_path / "m.html").status == 0
    features = json.loads((tmp_path / "m.geojson").read_text("utf-8"))["features"]
    assert features[0]["properties"]["sources"][0]["publisher"] == "MBDA"
    page = (tmp_path / "m.html").read_text("utf-8")
    assert page.index('"publisher":"MBDA"') == page.index('"publisher":')
    assert run("weapons", "show", "Taurus KEPD 350", "--cite", "text").out.startswith("MBDA, ")
