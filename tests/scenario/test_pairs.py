"""Pairs: outputs contain exactly the pairs that were asked for, with their labels and colours."""

import json
import re
from collections import Counter
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rangemap as rm
from rangemap.render.gis.geojson import to_geojson
from rangemap.render.gis.kml import to_kml
from rangemap.render.outputs import MapFiles, PictureOptions
from rangemap.render.page.payload import make_payload
from rangemap.scenario.read import read_selection

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


@pytest.mark.thorough(keep=[(40,)])
@pytest.mark.parametrize("examples", [40, 300])
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
    for listed in (payload["rings"], payload["sites"]["verdicts"]):
        named = (
            (payload["origins"][e["origin"]]["name"], payload["systems"][e["system"]]["label"])
            for e in listed
        )
        assert Counter(named) == Counter((o, captions[o, w]) for o, w in asked)
    table = scenario.check()
    assert Counter(zip(table["origin"], table["weapon"], strict=True)) == dict.fromkeys(asked, 2)
    assert len(table) == len(files.rows)


@pytest.mark.thorough(keep=[(3,)])
@pytest.mark.parametrize("examples", [3, 300])
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
