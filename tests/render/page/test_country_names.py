"""A country that a page is about has its name, at every scale and in every window."""

from itertools import combinations

import pytest

import rangemap as rm

pytestmark = pytest.mark.thorough

NAMES = (
    """() => [...document.querySelectorAll(".rm-about-label")].map((text) => text.textContent)"""
)


@pytest.mark.parametrize(
    ("place", "range_", "countries"),
    [
        ("Gaza", "75 km", {"PALESTINE"}),
        ("Gaza", "15 km", {"PALESTINE"}),
        ("Jerusalem", "40 km", {"PALESTINE", "ISRAEL"}),
        ("Kherson", "40 km", {"UKRAINE"}),
        ("Beirut", "1,500 km", {"LEBANON"}),
        ("Pristina", "800 km", {"KOSOVO"}),
        ("Taipei", "2,000 km", {"TAIWAN"}),
        ("Laayoune", "500 km", {"W. SAHARA"}),
        ("Andorra la Vella", "300 km", {"ANDORRA"}),
        ("Singapore", "300 km", {"SINGAPORE"}),
    ],
)
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_a_country_that_a_page_is_about_has_its_name(
    visit, tmp_path, place, range_, countries, width, height
):
    path = tmp_path / "map.html"
    rm.Scenario(origins=[place], ranges=[range_], sites=[]).map().save(path)
    seen = visit(path, width=width, height=height)
    found = {name.strip("\u2068\u2069") for name in seen.page.evaluate(NAMES)}
    assert {"".join(name.split()) for name in countries} <= {
        "".join(name.split()) for name in found
    }
    assert seen.messages == []


BOXES = """() => [...document.querySelectorAll(".rm-about-label, .rm-country-label")].map((text) => {
  const { left, right, top, bottom } = text.getBoundingClientRect();
  return [left, right, top, bottom];
})"""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    ("place", "range_"), [("Jerusalem", "300 km"), ("Sarajevo", "300 km"), ("Lomé", "1,500 km")]
)
def test_names_of_countries_side_by_side_have_a_gap(visit, tmp_path, place, range_, width):
    path = tmp_path / "map.html"
    rm.Scenario(origins=[place], ranges=[range_], sites=[]).map().save(path)
    boxes = visit(path, width=width).page.evaluate(BOXES)
    beside = [
        max(one[0], other[0]) - min(one[1], other[1])
        for one, other in combinations(boxes, 2)
        if min(one[3], other[3]) - max(one[2], other[2]) > 3  # the heights of boxes include spacing
    ]
    assert beside
    assert min(beside) > 8
