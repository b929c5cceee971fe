"""Weapons are found by name, alias and variant; near misses are suggested."""

from dataclasses import replace

import pytest

from rangemap.catalogue import (
    Catalogue,
    make_system,
)
from rangemap.errors import AmbiguousNameError, CatalogueError, UnknownNameError
from tests.catalogue.helpers import BOOK, entry

VARIANTS = """
weapons:
  - {id: df-21, name: DF-21, aliases: [Dong Feng 21, DF-21D], country: C, category: missile, claims: [
      {id: a, variant: DF-21D, range: 1500 km, source: {publisher: P}},
      {id: b, variant: DF-21A, range: 2100 km, source: {publisher: P}}]}
  - {id: neptune, name: Neptune, country: U, category: cruise missile, claims: [
      {id: a, range: 300 km, source: {publisher: P}},
      {id: b, variant: Long Neptune, range: 1000 km, source: {publisher: P}}]}
  - {id: kn-25, name: KN-25, country: N, category: rocket, claims: [
      {id: a, kind: observed flight, range: 380 km, source: {publisher: P}},
      {id: b, range: 400 km, doubtful: true, source: {publisher: P}}]}
"""


def test_an_alias_equal_to_a_variants_name_selects_the_variant():
    found, variant = entry(VARIANTS).find("df21d")
    assert (found.id, variant) == ("df-21", "DF-21D")


@pytest.mark.parametrize(
    "name", ["Long Neptune", "LONG-NEPTUNE", "Neptune (Long Neptune)", "neptune(long neptune)"]
)
def test_a_variant_is_found_by_its_name_or_after_the_weapons_name(name):
    found, variant = entry(VARIANTS).find(name)
    assert (found.id, variant) == ("neptune", "Long Neptune")


def test_the_label_of_each_variant_finds_it_and_has_no_brackets_after_brackets():
    book = BOOK
    labels = [(w.label(v), w, v) for w in book.weapons for v in w.variants]
    for label, weapon, variant in labels:
        assert book.find(label) == (weapon, variant)
        assert ") (" not in label
    assert len({label for label, _, _ in labels}) == len(labels)
    by_id = {(w.id, v): label for label, w, v in labels}
    qassam, _ = book.find("Qassam (family)")
    assert by_id[qassam.id, "Qassam-1"] == "Qassam-1"
    assert by_id[qassam.id, "version in a test"] == "Qassam (version in a test)"
    assert book.find("Qassam (family) (Qassam-1)") == (qassam, "Qassam-1")
    mrl, _ = book.find("240 mm MRL (North Korea)")
    assert by_id[mrl.id, "M-1991"] == "240 mm MRL (North Korea, M-1991)"


def test_a_weapon_with_variants_only_is_refused_with_their_list():
    with pytest.raises(CatalogueError, match=r"name one of: DF-21 \(DF-21D\), DF-21 \(DF-21A\)"):
        make_system(*entry(VARIANTS).find("DF-21"))


def test_a_default_variant_represents_a_weapon_with_variants_only():
    book = entry(VARIANTS.replace("country: C", "country: C, default_variant: DF-21D"))
    system = make_system(*book.find("Dong Feng 21"))
    assert system.label == "DF-21 (DF-21D)"
    assert system.band.high_m == 1_500_000
    assert (system.weapon, system.variant) == (book.weapons[0], "DF-21D")
    assert system.edition == book.weapons[0].edition
    assert system.edition.startswith("w.yaml")


def test_a_weapon_without_a_drawable_figure_is_refused_with_the_reason():
    with pytest.raises(CatalogueError) as refused:
        make_system(*entry(VARIANTS).find("KN-25"))
    assert str(refused.value) == (
        "weapon 'KN-25' has no published range that can be drawn (its claims: observed flight,"
        " doubtful); `rangemap weapons show kn-25` lists them"
    )


def test_a_default_variant_without_a_drawable_figure_does_not_hide_the_reason():
    text = VARIANTS.replace("country: C", "country: C, default_variant: DF-21D")
    text = text.replace("1500 km,", "1500 km, retracted: 2020,").replace("2100 km,", "2100 km, retracted: 2020,")  # fmt: skip
    with pytest.raises(CatalogueError, match=r"weapon 'DF-21' has .*its claims: retracted\)"):
        make_system(*entry(text).find("Dong Feng 21"))


def test_an_unknown_name_is_refused_with_the_closest_ones():
    with pytest.raises(
        UnknownNameError, match="'Fateh-111' is not in the catalogue; closest: Fateh"
    ):
        BOOK.find("Fateh-111")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("zulfiqar", "Zolfaghar"),
        ("Dhu al-Fiqar", "Zolfaghar"),
        ("Ghiam-1", "Qiam-1"),
        ("Nur", "Noor"),
        ("Sajil", "Sejjil"),
        ("Imad", "Emad"),
        ("Dizful", "Dezful"),
        ("Muhajir-6", "Mohajer-6"),
        ("Khoramshar", "Khorramshahr"),
        ("Kheybar Shikan", "Kheibar Shekan"),
        ("Shahid 136", "Shahed-136"),
    ],
)
def test_a_different_romanisation_finds_the_weapon_without_an_alias(typed, name):
    bare = Catalogue(tuple(replace(w, aliases=()) for w in BOOK.weapons), "")
    assert name in bare.nearest(typed)
    with pytest.raises(UnknownNameError, match=f"closest: .*{name}"):
        bare.find(typed)


def test_names_of_one_weapon_are_suggested_once():
    assert len(BOOK.nearest("kheybar shekn")) == len(set(BOOK.nearest("kheybar shekn"))) == 3
    assert BOOK.nearest("sajil")[0] == "Sejjil"


def test_an_ambiguous_weapon_name_is_refused_with_both():
    text = VARIANTS.replace("name: KN-25", "name: KN-25, aliases: [Neptun]").replace(
        "name: Neptune", "name: Neptune, aliases: [Neptun]"
    )
    with pytest.raises(AmbiguousNameError, match="could be Neptune, KN-25"):
        entry(text).find("neptun")
