"""Pairs: outputs contain exactly the pairs that were asked for, with their labels and colours."""

import json
import re
from collections import Counter
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rangemap as rm
from rangemap.render.citation import sources_text
from rangemap.render.gis.geojson import to_geojson
from rangemap.render.gis.kml import to_kml
from rangemap.render.outputs import MapFiles, PictureOptions
from rangemap.render.page.payload import make_payload
from rangemap.scenario.read import read_selection
from rangemap.scenario.requests import parse_pair

HEADLINE = r"line-headline-(?:(?!--).)+"  # a layer, not one of its elements
KML = "{http://www.opengis.net/kml/2.2}"
PLACES = ["0,0", "33.3,44.4", "-17,178", "89,10"]
WEAPONS = ["Fateh-110", "Kinzhal", "Al Aqsa"]
RANGES = ["Patrol=70 km", "900 km", "Battery=40-120 km (min 5 km)"]


def texts(pool):
    return st.lists(st.sampled_from(pool), unique=True, max_size=len(pool))


looks = st.fixed_dictionaries(
    {},
    optional={
        "label": st.sampled_from(["First", "Second"]),
        "colour": st.sampled_from(["#8A2D5C", "#00FF00"]),
    },
)


@st.composite
def questions(draw):
    """A scenario and the (origin, weapon or range) that it asks for."""
    origins, weapons, ranges = draw(texts(PLACES)), draw(texts(WEAPONS)), draw(texts(RANGES))
    if not origins or not (weapons or ranges):
        origins = weapons = ranges = []
    asked = {(place, name_of(what)) for place in origins for what in (*weapons, *ranges)}
    wanted = st.tuples(st.sampled_from(PLACES), st.sampled_from([*WEAPONS, *RANGES]))
    pairs = []
    for place, what in draw(st.lists(wanted, min_size=not asked, max_size=5, unique=True)):
        if what in RANGES or draw(st.booleans()):
            pairs.append(f"{what} @ {place}")
        else:
            pairs.append({"from": place, "weapon": what, **draw(looks)})
        asked.add((place, name_of(what)))
    values = {"origins": origins, "weapons": weapons, "ranges": ranges, "pairs": pairs}
    return {**values, "sites": ["1,1", "33,44"]}, asked


def name_of(what):
    return what.partition("=")[0]


def headlines(document):
    """The pairs of the lines in a KML document, by the names of the folders."""
    for origin in document.findall(f"{KML}Folder"):
        for ring in origin.findall(f"{KML}Folder"):
            yield origin.findtext(f"{KML}name"), ring.findtext(f"{KML}name")


@pytest.mark.thorough(keep=[(10,)])
@pytest.mark.parametrize("examples", [10, 40])
def test_rings_and_verdicts_are_exactly_the_pairs_asked_for(examples):
    settings(max_examples=examples, suppress_health_check=[HealthCheck.too_slow])(
        given(questions())(assert_exactly_the_pairs)
    )()


def assert_exactly_the_pairs(question):
    values, asked = question
    scenario = rm.Scenario(**values)
    selection = read_selection(scenario)
    files = MapFiles(selection)
    expected = dict.fromkeys(asked, 1)
    captions = {(p.origin.name, p.system.label): p.system.display_name for p in selection.pairs}

    rings = scenario.rings()
    assert Counter(zip(rings["origin"], rings["weapon"], strict=True)) == expected
    collection = json.loads(to_geojson(selection, files.rings, files.rows))
    drawn = [f["properties"] for f in collection["features"]]
    found = ((p["origin"], p["weapon"]) for p in drawn if p["feature"] == "ring")
    assert Counter(found) == expected
    document = ET.fromstring(to_kml(selection, files.rings, files.rows)).find(f"{KML}Document")
    assert Counter(headlines(document)) == Counter(
        (origin, captions[origin, weapon]) for origin, weapon in asked
    )
    payload = make_payload(selection, files.rings, files.rows)
    shown = {origin.name: name for origin, name in selection.place_names.origins.items()}
    for listed in (payload["rings"], payload["sites"]["verdicts"]):
        named = (
            (payload["origins"][e["origin"]]["name"], payload["systems"][e["system"]]["label"])
            for e in listed
        )
        assert Counter(named) == Counter((shown[o], captions[o, w]) for o, w in asked)
    table = scenario.check()
    assert Counter(zip(table["origin"], table["weapon"], strict=True)) == dict.fromkeys(asked, 2)
    assert len(table) == len(files.rows)


@pytest.mark.thorough
@pytest.mark.parametrize("examples", [3, 12])
def test_pictures_have_one_line_for_each_pair(examples):
    @settings(max_examples=examples, suppress_health_check=[HealthCheck.too_slow])
    @given(questions())
    def check(question):
        values, asked = question
        files = MapFiles(read_selection(rm.Scenario(**values)), PictureOptions(size="1600x1200"))
        root = ET.fromstring(files.picture.to_svg())
        layers = [g for g in root.iter() if re.fullmatch(HEADLINE, g.get("id", ""))]
        assert sum(len(layer) for layer in layers) == len(asked)

    check()


ROWS = "name,lat,lon,system,Range (nmi),colour,publisher,url\n"


def read_rows(run, tmp_path, rows, *words):
    (tmp_path / "o.csv").write_text(ROWS + rows)
    return run("check", "--origins", tmp_path / "o.csv", "-s", "0,1", "--format", "csv", *words)


def test_rows_that_name_a_weapon_or_a_range_are_pairs(run, tmp_path):
    rows = "A,0,0,Kinzhal,,,,\nB,1,1,,100,#112233,P,https://example.org\nC,2,2,Grad,20,,,\n"
    outcome = read_rows(run, tmp_path, rows)
    assert outcome.status == 0, outcome.err
    found = [line.split(",")[:3] for line in outcome.out.splitlines()[1:]]
    assert [(name, weapon) for name, _, weapon in found] == [
        ("A", "Kinzhal"), ("B", "100 nmi"), ("C", "Grad")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "words", "problem"),
    [
        ("A,0,0,,,,,\n", [], "o.csv: row 1 (A): has no weapon and no range"),
        ("A,0,0,,20 km,red,,\n", [], "row 1 (A): colour is 'red': expected a colour"),
        ("A,0,0,,20 kmm,,,\n", [], "row 1 (A): unknown unit 'kmm'"),
        (
            "A,0,0,Kinzhal,,,,\n",
            ["--range", "5 km"],
            "o.csv: has a weapon or range for each origin",
        ),
        ("A,0,0,Kinzhal,,,,\n", ["--from", "0,0"], "no weapon and no range"),
    ],
)
def test_a_row_that_is_no_pair_is_refused(run, tmp_path, rows, words, problem):
    outcome = read_rows(run, tmp_path, rows, *words)
    assert outcome.status != 0
    assert problem in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_a_frame_with_ranges_has_pairs():
    frame = pd.DataFrame(
        {"name": ["A", "B"], "lat": [0, 1], "lon": [0, 1], "range_km": [200.125, 90]}
    )
    table = rm.Scenario(origins=frame, sites=["0,1"]).check()
    assert table["high_km"].tolist() == [200.125, 90]


def test_the_source_of_a_range_is_listed_as_given():
    source = {"publisher": "Example Institute", "url": "https://example.org/r", "date": "2021"}
    pair = {"from": "0,0", "range": "75 km", "label": "Rocket", "source": source}
    files = MapFiles(read_selection(rm.Scenario(pairs=[pair], sites=["0,1"])))
    (claim,) = make_payload(files.selection, files.rings, files.rows)["systems"][0]["claims"]
    assert (claim["publisher"], claim["url"]) == ("Example Institute", "https://example.org/r")
    assert claim["note"] == "source given by the author of this map"
    assert "Example Institute 2021" in sources_text(files.selection, files.rings)
    balloon = to_kml(files.selection, files.rings, files.rows).decode()
    assert "Example Institute" in balloon


def test_a_combination_of_several_origins_and_weapons_explains_pairs():
    many = rm.Scenario(origins=["0,0", "1,1"], ranges=["5 km", "6 km"]).notes()
    assert any('--pair "5 km @ 0,0"' in note for note in many)
    for few in ({"origins": ["0,0"]}, {"pairs": ["5 km @ 0,0", "6 km @ 1,1"], "origins": ["0,0"]}):
        assert not any("--pair" in note for note in rm.Scenario(ranges=["5 km"], **few).notes())


def test_one_origin_has_no_two_rings_of_one_name():
    with pytest.raises(rm.UsageError, match="two rings around '0,0' are called 'A'"):
        rm.Scenario(pairs=["A=5 km @ 0,0", "A=6 km @ 0,0"]).select()
    again = rm.Scenario(pairs=["A=5 km @ 0,0", "A=5 km @ 0,0", "A=6 km @ 1,1"]).select()
    assert len(again.pairs) == 2


def test_a_label_is_shown_and_the_place_is_found_by_its_name():
    scenario = rm.Scenario(
        origins=["Home=Baghdad"], ranges=["400 km"], sites=[{"place": "Erbil", "label": "Hewler"}]
    )
    table = scenario.check()
    assert table.loc[0, ["origin", "site", "site_id"]].tolist() == ["Home", "Hewler", "erbil"]
    assert list(scenario.select().place_names.origins.values()) == ["Home"]


@pytest.mark.parametrize("text", ["Kinzhal", "@ 0,0", "Kinzhal @", "=5 km @ 0,0", "A= @ 0,0"])
def test_a_text_that_is_no_pair_is_refused(text):
    with pytest.raises(ValueError, match="expected"):
        parse_pair(text)


def test_too_many_pairs_are_refused(monkeypatch):
    monkeypatch.setattr("rangemap.scenario.selection.MOST_PAIRS", 2)
    with pytest.raises(rm.UsageError, match="3 pairs; expected at most 2"):
        rm.Scenario(pairs=["5 km @ 0,0", "5 km @ 1,1", "5 km @ 2,2"]).select()
