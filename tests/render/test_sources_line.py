"""The line of sources below a map, and what comes before and after it."""

import json
import re
from xml.etree import ElementTree as ET

import pytest
import yaml

import rangemap as rm
from rangemap.catalogue import PublisherKind, read_publishers
from tests.figure_rules import CATALOGUE

SVG = "{http://www.w3.org/2000/svg}"
ODESA = {"origins": "Odesa", "weapons": ["ATACMS", "Storm Shadow"], "sites": ["Kerch"]}
MODES = ("short", "full", "none")
MORE = re.compile(r"^Sources: (.+?) and (\d+) more\.$")


def published(*names):
    """The publishers of the plain range claims, as the catalogue file has them."""
    weapons = yaml.safe_load(CATALOGUE.read_text("utf-8"))["weapons"]
    return {
        claim["source"]["publisher"]
        for weapon in weapons
        if weapon["name"] in names
        for claim in weapon["claims"]
        if "variant" not in claim and claim.get("kind", "range") == "range"
    }


def footer(scenario, tmp_path, suffix):
    path = tmp_path / f"m{suffix}"
    scenario.to_file(path)
    if suffix == ".html":
        payload = re.search(r'id="rangemap-payload">(.*?)</script>', path.read_text("utf-8"))[1]
        return json.loads(payload)["sources"]
    layer = next(g for g in ET.parse(path).iter(f"{SVG}g") if g.get("id") == "sources")
    return " ".join("".join(text.itertext()) for text in layer.iter(f"{SVG}text"))


@pytest.fixture(scope="module")
def footers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sources")
    return {
        (mode, suffix): footer(rm.Scenario(**ODESA, sources_line=mode), folder, suffix)
        for mode in MODES
        for suffix in (".html", ".svg")
    }


@pytest.mark.thorough
def test_the_short_line_of_a_page_fits_a_phone_and_counts_the_others(footers):
    line = footers["short", ".html"]
    assert len(line) <= 64
    named, more = MORE.match(line).groups()
    assert len(named.split(", ")) + int(more) == len(published("ATACMS", "Storm Shadow"))
    assert set(named.split(", ")) <= published("ATACMS", "Storm Shadow")


def test_the_full_line_of_a_page_names_every_publisher(footers):
    names = footers["full", ".html"].removeprefix("Sources: ").removesuffix(".")
    assert set(names.split(", ")) == published("ATACMS", "Storm Shadow")


def test_without_a_line_only_the_map_is_credited(footers):
    assert footers["none", ".html"] == ""
    for mode in MODES:
        assert "GeoNames (CC BY 4.0)" in footers[mode, ".svg"]
        assert ("Sources: " in footers[mode, ".svg"]) == (mode != "none")


def test_a_picture_states_figures_only_in_its_full_list(footers):
    assert "ATACMS: 300 km (" in footers["full", ".svg"]
    for mode in ("short", "none"):
        assert not re.search(r"\d km", footers[mode, ".svg"])


def test_the_method_is_in_the_file_of_sources_and_not_in_the_picture(footers, tmp_path):
    rm.Scenario(**ODESA).to_file(tmp_path / "m.svg")
    details = (tmp_path / "m.sources.txt").read_text("utf-8")
    for words in ("WGS 84", "sha256:", "Made with rangemap", "projection", "lines of control"):
        assert words in details
        for mode in MODES:
            assert words not in footers[mode, ".svg"]


@pytest.mark.parametrize("mode", MODES)
def test_the_credit_comes_first(tmp_path, mode):
    scenario = rm.Scenario(**ODESA, sources_line=mode, credit="Graphics desk")
    assert footer(scenario, tmp_path, ".svg").startswith("Graphics desk A ring is ")
    scenario.to_file(tmp_path / "m.kml")
    assert "<description>Graphics desk&lt;br&gt;" in (tmp_path / "m.kml").read_text("utf-8")


def test_a_narrow_picture_names_fewer_publishers_in_one_line(tmp_path):
    lines = []
    for size in ("column", "web"):
        path = tmp_path / f"{size}.svg"
        rm.Scenario(**ODESA).to_file(path, size=size)
        layer = next(g for g in ET.parse(path).iter(f"{SVG}g") if g.get("id") == "sources")
        texts = ["".join(text.itertext()) for text in layer.iter(f"{SVG}text")]
        (line,) = [text for text in texts if text.startswith("Sources: ")]
        assert re.search(r" and \d+ more\.|Map: ", line)
        lines.append(line)
    assert lines[0].count(", ") < lines[1].count(", ")


def test_best_kinds_come_first_and_state_media_follow_encyclopaedias():
    known = read_publishers()
    names = rm.Scenario(
        origins="Tehran", weapons=["Shahab-3", "Sejjil", "Emad", "Fattah-1", "Fateh-110"]
    ).select()
    kinds = [*PublisherKind, None]
    places = []
    for name in names.publishers:
        kind = known.find(name).kind
        place = kinds.index(kind)
        if known.is_state_media(name) and 4 <= place <= 8:
            place = 8.5
        places.append(place)
    assert places == sorted(places)
    assert 8.5 in places
    assert set(map(int, places)) & {0, 1}


def test_the_publisher_named_on_a_ring_is_the_first_below_it():
    scenario = rm.Scenario(**ODESA, prefer="TASS")
    assert scenario.select().publishers[0] == "TASS"


def test_a_map_of_typed_ranges_has_no_sources(tmp_path):
    scenario = rm.Scenario(origins="Odesa", ranges="70 km")
    assert footer(scenario, tmp_path, ".html") == ""
    assert "Sources" not in footer(scenario, tmp_path, ".svg")


def test_the_option_replaces_the_key_and_is_refused_where_it_has_no_effect(run, tmp_path):
    (tmp_path / "s.yaml").write_text(
        "origins: Odesa\nweapons: ATACMS\nsources_line: none\n", "utf-8"
    )
    page = tmp_path / "m.html"
    assert run("map", tmp_path / "s.yaml", "-o", page).status == 0
    assert '"sources":""' in page.read_text("utf-8")
    assert run("map", tmp_path / "s.yaml", "--sources-line", "full", "-o", page).status == 0
    assert '"sources":"Sources: ' in page.read_text("utf-8")
    refused = run("map", tmp_path / "s.yaml", "--sources-line", "full", "-o", tmp_path / "m.csv")
    assert refused.status == 2
    assert "--sources-line: used in .html, .png, .jpg, .webp, .svg, .pdf only" in refused.err


def test_verdicts_do_not_need_the_list_of_publishers(monkeypatch):
    monkeypatch.setattr("rangemap.scenario.read.read_publishers", lambda: 1 / 0)
    table = rm.Scenario(**ODESA).check()
    assert len(table) == 2
    with pytest.raises(ZeroDivisionError):
        rm.Scenario(**ODESA, no_state_media=True).check()
