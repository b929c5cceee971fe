"""The real command's maps in a real browser: the figures of `check`, and hostile names."""

import csv
import json
from pathlib import Path

import pytest

from tests.figure_rules import distance, headline_shown, number

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "maps" / "iraq-2024.yaml"
HOSTILE = "{{ 7*7 }}<img src=x onerror=alert(1)>"

GLOBE = {
    "over the antimeridian": ["-f", "-17.7,178", "--range", "Band=1,000-3,000 km (min 300 km)"],
    "over a pole": ["-f", "85,20", "--range", "Band=700-2,500 km"],
    "more than a quarter of the globe": ["-f", "39.03,125.75", "--range", "Band=8,500-12,000 km"],
    "rings around different poles": [
        "-f", "5,30", "-f", "-10,170", "--range", "14,000 km", "--range", "Band=11,000-16,000 km",
    ],
}  # fmt: skip


@pytest.fixture
def example(run, tmp_path):
    path = tmp_path / "example.html"
    outcome = run("map", EXAMPLE, "-o", path)
    assert outcome.status == 0, outcome.err
    return path


def test_the_popup_opened_by_keyboard_has_the_figures_of_check(run, visit, example):
    rows = list(csv.DictReader(run("check", EXAMPLE, "--format", "csv").out.splitlines()))
    reaches, minimums = (
        sorted({1000 * float(row[key]) for row in rows for key in keys if row[key]})
        for keys in (("low_km", "headline_km", "high_km"), ("min_km",))
    )
    seen = visit(example)
    for site in ("Ain Al Asad air base", "Erbil"):
        seen.page.locator(f"[aria-label^='{site}']").first.focus()
        seen.page.keyboard.press("Enter")
        popup = seen.page.locator(".leaflet-popup-content")
        popup.wait_for()
        text = popup.inner_text()
        for row in rows:
            if row["site"] != site:
                continue
            at = [1000 * float(row[key]) for key in ("distance_km", "precision_km")]
            shown = distance(*at, "km", reaches, minimums)
            headline = headline_shown(float(row["headline_km"]), row["headline_published"])
            margin = float(headline - number(shown.removesuffix(" km")))
            assert row["weapon"] in text
            assert shown in text
            assert f"{margin:+,g} km".replace("-", "−") in text
            assert f"{row['claims_reaching']} of {row['claims']}" in text
        seen.page.keyboard.press("Escape")
        popup.wait_for(state="detached")
    assert seen.requests == [example.as_uri()]
    assert seen.messages == []


def test_the_panel_names_the_three_systems_and_the_headline_of_the_publisher(visit, example):
    panel = visit(example).page.locator(".rm-panel")
    text = panel.inner_text()
    for words in ("Shahed-136", "Al Aqsa", "Fateh-110", "193–500 km", "500 km (The National)"):
        assert words in text
    assert panel.locator("input[type=checkbox]").count() == 4


def test_an_origin_that_is_also_a_site_has_one_marker(run, visit, tmp_path):
    path = tmp_path / "x.html"
    # 450 km reach Erbil, some 360 km away: sites without a ring around them are not on the map.
    assert run("map", "-f", "Jurf Al Sakhar", "--range", "450 km", "-o", path).status == 0
    page = visit(path).page
    assert page.locator("[aria-label^='Jurf Al Sakhar']").count() == 1
    assert page.locator("[aria-label^='Erbil']").count() == 2  # the city and the airport


@pytest.mark.thorough(keep=[("over the antimeridian",), ("more than a quarter of the globe",)])
@pytest.mark.parametrize("name", GLOBE)
def test_a_map_of_any_part_of_the_globe_is_drawn_without_messages(run, visit, tmp_path, name):
    path = tmp_path / "globe.html"
    assert run("map", *GLOBE[name], "-o", path).status == 0
    seen = visit(path)
    assert seen.requests == [path.as_uri()]
    assert seen.messages == []
    assert seen.page.locator(".rm-ring-label").count() >= 1


def test_hostile_names_from_every_file_are_shown_as_text_and_never_run(run, visit, tmp_path):
    quoted = json.dumps(HOSTILE)
    (tmp_path / "w.yaml").write_text(
        f"edition: {quoted}\nweapons:\n  - id: w\n    name: {quoted}\n    aliases: [{quoted}]\n"
        f"    country: {quoted}\n    category: {quoted}\n    note: {quoted}\n    claims:\n"
        f"      - id: c\n        range: 250 km\n        attributed_to: {quoted}\n"
        f"        note: {quoted}\n        source: {{publisher: {quoted}, title: {quoted}}}\n",
        "utf-8",
    )
    place = {
        "id": "p", "name": HOSTILE, "aliases": ["P"], "country": HOSTILE, "kind": HOSTILE,
        "precision_km": 1, "note": HOSTILE,
        "sources": [{"publisher": HOSTILE, "title": HOSTILE, "lat": 0, "lon": 0}],
    }  # fmt: skip
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [0, 0]},
        "properties": place,
    }
    collection = {"type": "FeatureCollection", "features": [feature]}
    (tmp_path / "r.geojson").write_text(json.dumps(collection), "utf-8")
    site = {**feature, "properties": {"name": HOSTILE, "kind": HOSTILE, HOSTILE: HOSTILE}}
    site["geometry"] = {"type": "Point", "coordinates": [1, 1]}
    (tmp_path / "s.geojson").write_text(json.dumps({**collection, "features": [site]}), "utf-8")
    out = tmp_path / "x.html"
    outcome = run(
        "map", "--catalogue", tmp_path / "w.yaml", "--registry", tmp_path / "r.geojson",
        "--sites", tmp_path / "s.geojson", "-f", "P", "--category", HOSTILE, "--title", HOSTILE,
        "--range", f"bare {HOSTILE}=9 km", "--subtitle", HOSTILE, "--credit", HOSTILE, "-o", out,
        "-o", tmp_path / "x.geojson", "-o", tmp_path / "x.csv",
    )  # fmt: skip
    assert outcome.status == 0, outcome.err
    seen = visit()
    dialogs = []
    seen.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    seen.open(out)
    seen.page.locator("[aria-label^='{{']").first.focus()
    seen.page.keyboard.press("Enter")
    seen.page.locator(".leaflet-popup-content").wait_for()
    text = seen.page.locator("body").inner_text()
    assert text.count(HOSTILE) >= 8
    assert "49<img" not in seen.page.content()
    assert "{{ 7*7 }}" in seen.page.title()
    assert seen.page.locator("img").count() == 0
    assert (dialogs, seen.messages) == ([], [])
    assert seen.requests == [out.as_uri()]
    properties = json.loads((tmp_path / "x.geojson").read_text("utf-8"))["features"][0][
        "properties"
    ]
    assert properties["weapon"] == HOSTILE
    assert HOSTILE in (tmp_path / "x.csv").read_text("utf-8-sig")
