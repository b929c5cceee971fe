"""`rangemap weapons show`: claims by kind of publisher, independent sources and official figures."""

import pytest

from rangemap.catalogue import PublisherKind, read_catalogue, read_publishers

OWN = """\
weapons:
  - id: own
    name: Own
    country: X
    category: rocket
    claims:
      - id: a
        range: up to 70 km
        source: {publisher: My Own Notes}
      - id: b
        range: up to 80 km
        attributed_to: UK Ministry of Defence
        source: {publisher: Saba (Germany), date: 2024-01, url: "https://a.org/b", archived: "https://c.org/d"}
      - id: c
        range: up to 90 km
        wording: jusqu'à 90 kilomètres
        source: {publisher: MBDA, title: A page}
      - id: d
        range: up to 90 km
        attributed_to: My Colonel
        doubtful: true
        source: {publisher: Xinhua (French edition), title: A page}
"""
SHOWN = """\
Own (own)
  rocket, X

claims without a variant: 70–90 km, headline 80 km (3 claims, 3 independent sources)
  manufacturers (1)
    up to 90 km [official]
        MBDA: A page, no date
        wording: jusqu'à 90 kilomètres
        claim own/c
  news agencies (2)
    up to 80 km [official, as reported by Saba (Germany)], attributed to UK Ministry of Defence (government)
        Saba (Germany): a.org, 2024-01
        https://a.org/b
        stored copy: https://c.org/d
        claim own/b
    up to 90 km [not drawn, doubtful], attributed to My Colonel
        Xinhua (French edition) (state media): A page, no date
        claim own/d
  publishers of unknown kind (1)
    up to 70 km
        My Own Notes, no date
        claim own/a

Independent sources: claims that credit the same party, or that are or repeat a text of the same publisher, count once; links that no source states are not known. The count changes no band.
"""


def test_claims_are_grouped_by_kind_and_marked(run, tmp_path):
    (tmp_path / "own.yaml").write_text(OWN, "utf-8")
    outcome = run("weapons", "show", "own", "--catalogue", tmp_path / "own.yaml")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.partition("\nedition ")[0] == SHOWN


def test_claims_that_have_one_source_are_counted_once_and_named(run):
    shown = run("weapons", "show", "Nightfall").out
    assert "(5 claims, 2 independent sources)\n  4 claims have one source: UK Ministry of" in shown


def test_every_claim_of_every_weapon_is_in_one_group():
    for weapon in read_catalogue().weapons:
        groups = read_publishers().grouped(weapon.claims)
        assert sorted(c.id for group in groups.values() for c in group) == sorted(
            c.id for c in weapon.claims
        )
        kinds = list(groups)
        assert kinds == [kind for kind in PublisherKind if kind in kinds]


@pytest.mark.parametrize(
    ("publisher", "attributed_to", "mark"),
    [
        ("US Air Force", None, "official"),
        ("Saab", None, "official"),
        ("CSIS Missile Threat", None, ""),  # a think tank
        ("Xinhua", None, ""),  # state media
        # A government that quotes another one only reports its figure.
        (
            "VOA Editorials (US government)",
            "Iran",
            "official, as reported by VOA Editorials (US government)",
        ),
        ("Reuters", "Israel Defense Forces", "official, as reported by Reuters"),
        ("Reuters", "the Houthis", ""),  # an armed group
        ("Reuters", "Iranian state television", ""),
        ("Reuters", "unnamed sources", ""),
        ("Saab", "media reports", ""),
        ("My Own Notes", None, ""),
        ("My Own Notes", "My Colonel", ""),
    ],
)
def test_official_and_reported_as_official_are_two_marks(publisher, attributed_to, mark):
    assert read_publishers().official_mark(publisher, attributed_to) == mark


def test_ownership_that_is_not_settled_is_not_stated(run):
    unsettled = [p.name for p in read_publishers().publishers if p.state_media is None]
    weapon = next(
        weapon
        for weapon in read_catalogue().weapons
        if any(claim.source.publisher == "Al Jazeera" for claim in weapon.claims)
    )
    shown = run("weapons", "show", weapon.id).out
    assert "Al Jazeera" in unsettled
    assert "Al Jazeera: " in shown
    assert "Al Jazeera (" not in shown


def test_the_plurals_of_kinds():
    assert [kind.plural for kind in PublisherKind] == [
        "governments", "manufacturers", "international organisations", "think tanks",
        "news agencies", "newspapers", "broadcasters", "trade press", "encyclopaedias",
        "aggregators", "blogs", "forums", "advocacy",
    ]  # fmt: skip
