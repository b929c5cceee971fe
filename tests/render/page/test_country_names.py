"""A country that a page is about has its name, at every scale and in every window."""

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
