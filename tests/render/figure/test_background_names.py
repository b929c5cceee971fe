"""Names on the base map: countries and capitals on a map of 300 km around every capital."""

import re
from itertools import combinations
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

import rangemap as rm
from rangemap.io.basemap import unnamed_countries
from rangemap.render.background.names import LOOKS, NameKind, in_two_lines
from rangemap.render.figure import plan
from rangemap.render.figure.background import BackgroundNames
from rangemap.render.figure.typeface import ASCENT, DESCENT
from rangemap.render.outputs import MapFiles, PictureOptions

ROOT = Path(__file__).resolve().parents[3]
LETTERS = re.compile(r"[^\w.-]+")


def capitals():
    """The capital of every country according to GeoNames: code, name, latitude and longitude."""
    lines = (ROOT / "data" / "gazetteer.tsv").read_text("utf-8").splitlines()
    fields = [line.split("\t") for line in lines if line[0] in "#@"]
    towns = {number: rest for number, *rest in fields if number[0] == "#"}
    seats = [
        (code[1:], rest[-1]) for code, *rest in fields if len(code) == 3 and rest[-1].isdigit()
    ]
    return {code: (towns[f"#{n}"][0], towns[f"#{n}"][4], towns[f"#{n}"][3]) for code, n in seats}


CAPITALS = capitals()
NARROW = {
    "CH": {"Czechia"}, "CZ": {"Switzerland"}, "EG": {"Jordan", "Palestine"}, "GG": {"Belgium"},
    "GW": {"Mali"}, "LY": {"Algeria"}, "MM": {"Bangladesh"}, "MZ": {"Lesotho"}, "NI": {"Panama"},
    "VU": {"New Caledonia"}, "ZW": {"Botswana"},
}  # fmt: skip
"""A strip or corner at the frame, in which no position has enough of the name."""
OVER_THE_FRAME = {"BD": {"Bhutan"}, "HR": {"Kosovo"}, "SI": {"Montenegro"}, "ST": {"Cameroon"}}
"""All positions with enough of the name inside reach over the frame."""
UNDER_THE_SCALE = {"LC": {"Venezuela"}, "RS": {"Italy"}, "UZ": {"Turkmenistan"}}
"""The scale bar is in this corner."""
NO_ROOM = {**NARROW, **OVER_THE_FRAME, **UNDER_THE_SCALE}
"""Neighbours whose part in view is larger than their name but has no room for it, by capital."""


def drawn(monkeypatch, place, range_):
    """The view, the countries that the map is about, and the texts of a picture by layer."""
    seen = []

    def spy(canvas, placer, view, **what):
        original(canvas, placer, view, **what)
        seen.append((view, what["about"], canvas))

    original = plan.draw_background
    monkeypatch.setattr(plan, "draw_background", spy)
    scenario = rm.Scenario(origins=[place], ranges=[range_], sites=[])
    picture = MapFiles(scenario.select(), PictureOptions(size="1200x900"), lambda _: None).picture
    texts = {}
    for axes in picture.figure.axes:
        for text in axes.texts:
            texts.setdefault(text.get_gid().partition("--")[0], []).append(text.get_text())
    plt.close(picture.figure)
    return *seen[0], texts


def is_labelled(name, texts):
    found = {LETTERS.sub("", text) for text in texts.get("labels-countries", [])}
    parts = {LETTERS.sub("", part.upper()) for part in in_two_lines(name)}
    return LETTERS.sub("", name.upper()) in found or parts <= found


def size_of_name(canvas, name):
    """Width times height of a neighbour's name on one line, square points."""
    look = LOOKS[NameKind.COUNTRY]
    size = look.size_px * canvas.size.text / 13
    width = canvas.face.width("\u200a".join(name.upper()), size, bold=True)
    return width * size * (ASCENT + DESCENT + 0.1)


@pytest.mark.thorough(keep=[("PS",), ("AD",), ("SI",)])
@pytest.mark.parametrize("code", CAPITALS)
def test_the_country_its_capital_and_all_larger_neighbours_have_names(monkeypatch, code):
    name, lat, lon = CAPITALS[code]
    view, about, canvas, texts = drawn(
        monkeypatch, {"place": f"{lat},{lon}", "label": name}, "300 km"
    )
    assert any(name in text for layer in texts.values() for text in layer)
    assert all(is_labelled(one, texts) for one in about if one not in unnamed_countries())
    larger = {
        one
        for one, shape in view.countries.items()
        if one not in unnamed_countries() and shape.area > size_of_name(canvas, one)
    }
    unnamed = {one for one in larger if not is_labelled(one, texts)}
    assert unnamed == NO_ROOM.get(code, set())


@pytest.mark.thorough(keep=[("Jerusalem", "300 km")])
@pytest.mark.parametrize(
    ("place", "range_"),
    [
        ("Jerusalem", "300 km"),
        ("Jerusalem", "1,500 km"),
        ("Sarajevo", "300 km"),
        ("Lomé", "600 km"),
    ],
)
def test_names_of_countries_side_by_side_have_a_gap(monkeypatch, place, range_):
    asked = []
    original = BackgroundNames._write

    def spy(self):
        asked.extend((kind, candidate.box, self._px) for kind, _, candidate in self._texts)
        original(self)

    monkeypatch.setattr(BackgroundNames, "_write", spy)
    drawn(monkeypatch, place, range_)
    boxes = [box for kind, box, _ in asked if kind in {NameKind.ABOUT, NameKind.COUNTRY}]
    px = asked[0][2]
    beside = [
        max(one.west, other.west) - min(one.east, other.east)
        for one, other in combinations(boxes, 2)
        if min(one.north, other.north) > max(one.south, other.south)
    ]
    assert beside
    assert min(beside) >= 14 * px - 1e-6


PLACES = [
    ("Gaza", "75 km", {"Palestine"}),
    ("Gaza", "15 km", {"Palestine"}),
    ("Jerusalem", "40 km", {"Palestine", "Israel"}),
    ("Kherson", "40 km", {"Ukraine"}),  # drawn in the Dnieper, 300 m from its bank
    ("Beirut", "1,500 km", {"Lebanon"}),
    ("Pristina", "800 km", {"Kosovo"}),
    ("Taipei", "2,000 km", {"Taiwan"}),
    ("Laayoune", "500 km", {"W. Sahara"}),
    ("Tskhinvali", "300 km", {"Georgia"}),
    ("Monaco", "300 km", {"Monaco", "France"}),
    ("Singapore", "300 km", {"Singapore"}),
]


@pytest.mark.thorough(keep=[PLACES[0], PLACES[5], PLACES[9]])
@pytest.mark.parametrize(("place", "range_", "countries"), PLACES)
def test_a_country_that_a_picture_is_about_has_its_name(monkeypatch, place, range_, countries):
    _, about, _, texts = drawn(monkeypatch, place, range_)
    assert set(about) >= countries
    assert all(is_labelled(one, texts) for one in countries)


@pytest.mark.thorough(keep=[("Gaza", 40, 8)])
@pytest.mark.parametrize("km", [15, 40, 75])
@pytest.mark.parametrize(
    ("place", "least"), [("Haifa", 8), ("Kharkiv", 8), ("Erbil", 4), ("Seoul", 6), ("Kherson", 8), ("Gaza", 8)]
)  # fmt: skip
def test_towns_around_an_origin_have_names(monkeypatch, place, km, least):
    # All that GeoNames has within 15 km of Erbil are 4, and of Seoul 6.
    *_, texts = drawn(monkeypatch, place, f"{km} km")
    assert len(texts["labels-towns"]) >= (least if km == 15 else 8)
