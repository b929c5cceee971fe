"""Figures next to names of every kind, as a browser draws them."""

import csv
import re

import pytest
import yaml

from tests.names_matrix import LANGUAGES, NAMES
from tests.render.page.visual_order import PLANTED, planted_problems, torn

pytestmark = pytest.mark.thorough

AGENCY = "وكالة الأنباء 7"
RTL = re.compile("[\u0590-\u06ff]")
UNITS = {"en": "km", "fr": "km", "ar": "كم"}


def claim(number, reach_km, name, publisher, **more):
    source = {"publisher": publisher, "title": f"{name}: report", "date": "2024-01"}
    source["url"] = "https://example.org/report"
    return {"id": f"c{number}", "range": f"{reach_km:,} km", "source": source, **more}


def weapon(number, name):
    """A weapon whose texts all contain the name; its rings do not touch those of others."""
    reach_km = 700 + 450 * number
    claims = [
        claim(1, reach_km, name, AGENCY, attributed_to=name, note=name),
        claim(2, reach_km - 100, name, name),
        claim(3, reach_km + 1_000, name, name, variant=f"{name} B"),
    ]
    return {
        "id": f"w{number}", "name": name, "country": "Iran", "category": name,
        "claims": claims,
    }  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A catalogue and a sites file with each name in every field."""
    folder = tmp_path_factory.mktemp("names")
    weapons = {"weapons": [weapon(i, name) for i, name in enumerate(NAMES.values())]}
    (folder / "weapons.yaml").write_text(yaml.safe_dump(weapons, allow_unicode=True), "utf-8")
    with (folder / "sites.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["name", "lat", "lon", "kind"])
        for i, name in enumerate(NAMES.values()):
            table.writerow([name, -30 + 5 * i, 20 + 3 * i, name])
    with (folder / "origins.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["name", "lat", "lon"], [NAMES["hebrew"], 10, 60]])
    return folder


@pytest.fixture
def write(run, files):
    """Write the map of all names."""

    def write_(lang, *outputs):
        options = ["--lang", lang, "--prefer", AGENCY, "--credit", f"{NAMES['arabic']} 12"]
        for option in ("catalogue", "sites", "origins"):
            name = "weapons.yaml" if option == "catalogue" else f"{option}.csv"
            options += [f"--{option}", files / name]
        for name in NAMES.values():
            options += ["--category", name]
        for output in outputs:
            options += ["-o", output]
        outcome = run("map", *options)
        assert outcome.status == 0, outcome.err
        return outputs[0]

    return write_


def test_every_torn_figure_is_found_and_no_other(visit, tmp_path):
    (tmp_path / "planted.html").write_text(PLANTED, "utf-8")
    page = visit().page
    page.goto((tmp_path / "planted.html").as_uri())
    assert planted_problems(torn(page, [])["torn"]) == []
    assert page.locator("details[open]").count() == 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_figures_next_to_names_are_drawn_unbroken_and_in_order(visit, write, tmp_path, lang):
    seen = visit(write(lang, tmp_path / "names.html"), width=1800, height=1500)
    page = seen.page
    for details in page.locator("details").all():
        details.evaluate("element => { element.open = true }")
    found = torn(page, list(NAMES.values()))
    assert found["torn"] == []
    labels = page.locator(".rm-ring-label").all_text_contents()
    assert len(labels) == len(NAMES)
    assert all(label.strip("\u2068\u2069").split(" · ")[1].count(UNITS[lang]) for label in labels)
    # In drawings WebKit, the engine of Safari, ignores isolation and separates spaced letters.
    assert not any(re.search("\u2069[^\u2069\u200e\u200f]", label) for label in labels)
    drawn = page.locator(".rm-labels text").filter(has_text=RTL).all()
    assert drawn
    spacing = {one.evaluate("text => getComputedStyle(text).letterSpacing") for one in drawn}
    assert spacing <= {"normal", "0px"}
    for element in (page.locator(".rm-site").nth(4), page.locator(".rm-ring-label").nth(4)):
        element.dispatch_event("click")
        page.locator(".leaflet-popup", has_text=RTL).wait_for()
        found = torn(page, list(NAMES.values()))
        assert found["torn"] == []
        page.keyboard.press("Escape")
        page.locator(".leaflet-popup").wait_for(state="detached")
    assert seen.messages == []
