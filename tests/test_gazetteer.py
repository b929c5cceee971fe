"""Towns: found by every name GeoNames has for them, never by a guess between two."""

import csv
import gzip
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rangemap.errors import DocumentError, PlaceError, RangemapError
from rangemap.names import match_key
from rangemap.places import built_in_gazetteer, find_origin, find_place, find_site, read_registry
from rangemap.places.gazetteer import Gazetteer
from rangemap.places.positions import parse_position

ROOT = Path(__file__).resolve().parents[1]
TOWNS = built_in_gazetteer()
REGISTRY = read_registry()


@pytest.fixture(scope="module")
def geonames(testdata):
    """The towns as another copy of the same edition of GeoNames has them."""
    with gzip.open(
        testdata / "cities" / "geonames_cities15000.csv.gz", "rt", encoding="utf-8"
    ) as file:
        return {int(row["geonameid"]): row for row in csv.DictReader(file)}


def test_every_town_is_there_and_found_by_its_label_alone(geonames):
    assert len(TOWNS.names) == len(geonames) == 34_006
    for number, row in geonames.items():
        town = TOWNS._town(str(number))
        label = TOWNS.label(town)
        assert TOWNS.find(label) == town, label
        assert (town.name, town.country, town.population) == (
            row["name"],
            row["countrycode"],
            int(row["population"]),
        )
        assert (town.lonlat.lon, town.lonlat.lat) == (
            float(row["longitude"]),
            float(row["latitude"]),
        )


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("Köln", "Köln, DE"),
        ("koln", "Köln, DE"),
        ("Cologne", "Köln, DE"),
        ("Koeln", "Köln, DE"),
        ("Кёльн", "Köln, DE"),
        ("baghdad", "Baghdad, IQ"),
        ("بغداد", "Baghdad, IQ"),
        ("בגדאד", "Baghdad, IQ"),
        ("巴格达", "Baghdad, IQ"),
        ("Багдад", "Baghdad, IQ"),
        ("Kiev", "Kyiv, UA"),
        ("Bombay", "Mumbai, IN"),
        ("New York", "New York City, NY, US"),
        ("Springfield, IL, US", "Springfield, IL, US"),
        ("springfield , il", "Springfield, IL, US"),
        ("Springfield, Illinois, USA", "Springfield, IL, US"),
        ("Paris, FR", "Paris, FR"),
        ("Paris, France", "Paris, FR"),
        ("Paris, Texas", "Paris, TX, US"),
        ("London, UK", "London, GB"),
        ("London, Ontario, CA", None),
        ("London, CA", "London, CA"),
        ("Calcutta, IN", "Kolkata, IN"),
        ("Misato, Saitama, JP", "Misato, Saitama, JP"),
        # Tīrān in Iran is also called Tehran, but the town of that name is meant.
        ("Tehran", "Tehran, IR"),
        # Chattogram, six times as large, once was called so.
        ("Islamabad", "Islamabad, PK"),
    ],
)
def test_a_town_is_found_by_its_names(typed, label):
    if label is None:
        with pytest.raises(
            PlaceError, match="is not in 'Ontario, CA'; there is London, GB; London, CA"
        ):
            TOWNS.find(typed)
    else:
        assert TOWNS.label(TOWNS.find(typed)) == label


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("Springfield", r"could be Springfield, MO, US; Springfield, MA, US; Springfield, IL, US; .*; write one of these"),
        ("Paris", "could be Paris, FR; Paris, TX, US; write one of these"),
        ("Tripoli", "could be Tripoli, LY; Tripoli, LB; Trípoli, GR"),
        ("Washington", "could be Washington, DC, US"),
        # A small town has the name, but ten times as many people live in a city also called so.
        ("Calcutta", "could be Kolkata, IN; Calcutta, ZA"),
        ("Mexico", "could be Mexico City, MX; Mexico, PH"),
        # Only other names, of two towns.
        ("Hama", "could be Ḩamāh, SY; Ōno-hara, JP"),
        ("Springfield, FR", "is not in 'FR'; there is Springfield, MO, US"),
        ("San Vicente", "San Vicente, 14, AR, 12035902"),
        ("Santa Maria, IS", r"; \d+ more$"),
    ],
)  # fmt: skip
def test_a_name_that_several_towns_have_is_refused_with_their_list(typed, rule):
    with pytest.raises(PlaceError, match=rule) as refusal:
        TOWNS.find(typed)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "typed", ["Nowhere at all", "", ",", "#98182", "!", ",iraq", "98182", "\t", "\n"]
)
def test_what_is_no_name_finds_nothing(typed):
    assert TOWNS.find(typed) is None


def test_codes_numbers_and_transcriptions_are_no_names():
    # "BGW" is Baghdad's airport, "kln" a transcription of Köln, "54" a part of Marseille.
    for word in ("BGW", "kln", "54"):
        assert TOWNS.find(word) is None


def test_each_name_is_found_by_halving_and_in_order_of_bytes():
    lines = (ROOT / "data" / "gazetteer.tsv").read_bytes().split(b"\n")
    assert lines.pop() == b""
    keys = [line.split(b"\t", 1)[0] for line in lines]
    assert keys == sorted(set(keys))
    for key in keys[:: len(keys) // 5000] + keys[:5] + keys[-5:]:
        assert TOWNS._fields(key.decode()) is not None
        assert TOWNS._fields(key.decode() + "!") is None


def test_no_town_is_taken_for_a_position(geonames):
    for row in geonames.values():
        assert parse_position(row["name"]) is None


def test_the_registry_comes_before_towns_and_towns_before_positions():
    assert find_place("Erbil", REGISTRY) == REGISTRY.get("erbil")
    assert find_place("Erbil, IQ", REGISTRY) == TOWNS.find("Erbil")
    assert find_place("2eme", REGISTRY) == TOWNS.find("2eme")  # could be a square off New Zealand


def test_a_town_is_an_origin_and_a_site_of_its_kind_with_its_credit():
    origin = find_origin("Köln", REGISTRY)
    assert (origin.name, origin.kind, origin.precision_m) == ("Köln, DE", "town", 5000)
    assert origin.credit == "GeoNames (CC BY 4.0)"
    assert origin.note == "a town by its position in GeoNames (CC BY 4.0), known to 5.0 km"
    site = find_site("Köln", REGISTRY)
    assert (site.names, site.ids) == (("Köln, DE",), ("geonames:2886242",))
    assert site.kinds == ("town, GeoNames (CC BY 4.0)",)
    assert site.precision_m.tolist() == [5000]
    square = find_origin("38SLC", REGISTRY)
    assert (square.kind, square.credit) == ("position", None)
    assert square.note == "the centre of an MGRS square, known to 71.2 km"


def test_a_word_that_is_nothing_is_refused_with_the_closest_names():
    with pytest.raises(PlaceError, match=r"is not in the registry and no town; closest: .*Erbil"):
        find_place("Ebril", REGISTRY)
    with pytest.raises(PlaceError, match=r"closest: .*Tbilisi.*; write LAT,LON or see"):
        find_place("Tbillisy", REGISTRY)


def test_a_lookup_costs_next_to_nothing(tmp_path):
    link = tmp_path / "gazetteer.tsv"
    link.symlink_to(ROOT / "data" / "gazetteer.tsv")
    best = min(_seconds(lambda: Gazetteer(link).find("Springfield, IL, US")) for _ in range(5))
    assert best < 0.02  # 1 ms where it was written


def _seconds(call):
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def test_a_missing_or_empty_gazetteer_is_refused(tmp_path):
    (tmp_path / "empty.tsv").write_bytes(b"")
    for name in ("empty.tsv", "none.tsv"):
        with pytest.raises(DocumentError, match=f"{name}: cannot be read"):
            Gazetteer(tmp_path / name).find("Erbil")


def test_a_registry_name_leaves_the_gazetteer_closed():
    script = (
        "import sys\nfrom rangemap.places import gazetteer\n"
        "gazetteer.Gazetteer._content = property(lambda self: sys.exit('opened'))\n"
        "from rangemap.cli import main\nmain()"
    )
    words = ["check", "-f", "Erbil", "-w", "Al Aqsa", "--format", "csv"]
    done = subprocess.run(
        [sys.executable, "-c", script, *words], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 40


@settings(deadline=None)  # suggestions are looked for among 34,006 names
@given(st.text(max_size=60) | st.text("Paris, FRüſ\ud800\t\n#!", max_size=20))
@example("\udcff")
@example("ab " * 5000)
def test_any_text_is_a_place_or_is_refused_in_one_line(text):
    try:
        found = find_place(text, REGISTRY)
    except RangemapError as error:
        assert "\n" not in str(error)
        assert len(str(error)) < 2000
    else:
        assert -90 <= found.lonlat.lat <= 90


def test_keys_are_made_as_typed_names_are():
    assert TOWNS._fields(match_key("Al-‘Amārah")) == TOWNS._fields("alamarah")


def test_a_name_without_an_accent_has_the_key_it_has_with_one():
    for sign in map(chr, range(128)):
        assert match_key(f"a{sign}Bé") == f"{match_key(f'a{sign}B')}e"
    assert match_key("Al-Aqsa_1 'b`\t") == "alaqsa1b"
