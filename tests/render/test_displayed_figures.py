"""Displayed figures in every output: each weapon, each unit, each language."""

import html
import re
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest
import shapely
from pypdf import PdfReader

import rangemap as rm
from rangemap.catalogue import (
    BandText,
    System,
    bare_system,
    limits_of,
    make_system,
    read_catalogue,
)
from rangemap.check import RowWording, check_rows, check_table
from rangemap.render.citation import describe, sources_text
from rangemap.render.figure import plan
from rangemap.render.figure.alt_text import alt_text
from rangemap.render.gis.kml import to_kml
from rangemap.render.outputs import MapFiles, PictureOptions
from rangemap.render.page.payload import make_payload
from rangemap.render.report import make_content
from rangemap.rings import make_rings
from rangemap.wording.language import read_language
from rangemap.wording.quantities import parse_range
from tests import figure_rules as rules
from tests.wording.test_figures import UNITS

SVG = "{http://www.w3.org/2000/svg}"
LOST_ITS_QUALIFIER = (
    "Emad", "DF-41", "DF-31", "Patriot", "Neptune", "Hwasong-14", "Agni-V", "Trident II", "Peacekeeper",
)  # fmt: skip


@pytest.fixture(scope="module")
def everything():
    """The systems of the whole catalogue from one origin, with rings."""
    book = read_catalogue()
    systems = []
    for weapon in book.weapons:
        try:
            systems.append(make_system(weapon, None))
        except rm.RangemapError:
            continue
    scenario = rm.Scenario(
        origins=["33,44"], weapons=[system.label for system in systems], sites=["Erbil", "Tel Aviv"]
    )
    selection = scenario.select()
    return selection, make_rings(selection), list(check_rows(selection))


@pytest.fixture(scope="module", params=UNITS)
def shown(request, everything):
    """The same in one display unit, with the texts expected for each system."""
    selection, rings, rows = everything
    texts = {
        name: rules.expected(claims, request.param) for name, claims in rules.catalogue().items()
    }
    assert set(texts) == {system.label for system in selection.systems}
    return replace(selection, units=request.param), rings, rows, texts


def legend_of(texts: rules.Texts, range_: str, line: str, least: str) -> list[str]:
    """What a legend or sentence must contain, with any text in between."""
    one = texts.range == texts.low + texts.range[len(texts.low) :] and "–" not in texts.range
    parts = [texts.headline] if one else [range_.format(texts.range), line.format(texts.headline)]
    return parts + ([least.format(texts.least)] if texts.least else [])


def test_the_page_shows_the_expected_figures_of_each_weapon(shown):
    selection, rings, rows, texts = shown
    payload = make_payload(selection, rings, rows)
    for ring in payload["rings"]:
        system = payload["systems"][ring["system"]]
        expected = texts[system["label"]]
        assert ring["label"] == f"{system['label']} · {expected.label}"
        assert system["range"] == expected.range
        for part in legend_of(expected, "{}", "line at {}", "minimum {}"):
            assert part in system["figures"]
        reads_as_two = "–" in expected.range
        if "published" in expected.headline or (reads_as_two and system["published"]):
            assert re.search(r"\(published: [^()]+ (km|mi|nmi|m)\)", system["figures"])
    assert len(payload["rings"]) > 100


def test_reports_and_the_alternative_text_show_the_expected_figures(shown):
    selection, _, rows, texts = shown
    alt = describe(selection, rows)
    content = make_content(MapFiles(selection, PictureOptions(), lambda _: None), alt=alt)
    glance = {row[0].text: row for row in content.sections[0].tables[0].rows}
    claims = {
        section.title: section.paragraphs[0] for section in content.sections if section.level == 3
    }
    for name, expected in texts.items():
        cells = [f"{cell.text} {cell.note}".strip() for cell in glance[name]]
        assert glance[name][1].text == expected.range
        assert cells[2] == expected.headline
        assert cells[3] == (expected.least or "")
        for part in legend_of(expected, "{}", "solid line at {}", "minimum range {}"):
            assert part in alt
        assert f"Line drawn: {expected.headline}." in claims[name]


def test_kml_files_show_the_expected_figures(shown):
    selection, rings, rows, texts = shown
    root = ET.fromstring(to_kml(selection, rings, rows))
    space = {"k": "http://www.opengis.net/kml/2.2"}
    found = {
        mark.findtext("k:name", namespaces=space): mark.findtext("k:description", namespaces=space)
        for mark in root.iterfind(".//k:Placemark", space)
    }
    for name, expected in texts.items():
        if name == "Burevestnik":  # 20,000 km: the whole earth, which has no line
            assert f"{name}: {expected.label}" not in found
        else:
            balloon = found[f"{name}: {expected.label}"]
            assert f"Line: {expected.headline}." in balloon
            assert expected.range in balloon
        assert f"<td>{html.escape(name)}</td>" in found["Erbil"]
        assert expected.range in found["Erbil"]


def test_the_list_of_sources_shows_the_expected_figures(shown):
    selection, rings, _, texts = shown
    sources = sources_text(selection, rings)
    for name, expected in texts.items():
        line = next(line for line in sources.splitlines() if line.startswith(f"{name}: "))
        assert line.startswith(f"{name}: {expected.label} (")
        phrase = re.search(r"published: ([^)]+)", expected.headline)
        assert phrase is None or f"(published: {phrase[1]}; " in line


@pytest.mark.parametrize("unit", UNITS)
def test_tables_show_the_expected_figures_and_distances(shown, unit):
    selection, _, rows, texts = shown
    if selection.units != unit:
        return
    reaches, minimums = limits_of(selection.systems)
    wording = RowWording(selection.systems, unit)
    for row in rows:
        text = wording.row(row)
        assert text.band.range == texts[row.system.label].range
        exact = [Fraction(repr(end)) for end in reaches], [Fraction(repr(end)) for end in minimums]
        assert text.distance == rules.distance(row.distance_m, row.precision_m, unit, *exact)


@pytest.mark.parametrize("code", ["fr", "ar"])
def test_other_languages_show_the_same_figures_in_their_own_digits(everything, code):
    selection, rings, rows = everything
    selection = replace(selection, look=replace(selection.look, lang=code))
    payload = make_payload(selection, rings, rows)
    english = make_payload(replace(selection, look=replace(selection.look, lang="en")), rings, rows)
    comma = {"fr": "\u202f", "ar": ","}[code]
    for theirs, ours in zip(payload["systems"], english["systems"], strict=True):
        for number in re.findall(r"[~≥]?\d[\d,]*\d|[~≥]?\d", ours["range"]):
            assert number.replace(",", comma) in theirs["range"]
    emad = next(s for s in payload["systems"] if s["label"] == "Emad")
    phrase = {
        "fr": "~1\u202f700 km (publié\u202f: environ 1\u202f056 mi)",
        "ar": "~1,700 كم (المنشور: نحو 1,056 ميل)",
    }
    assert emad["figures"].endswith(phrase[code])
    assert read_language(code).claim(parse_range("up to 500 km (min 30 mi)")).count("30") == 1


def test_nine_weapons_keep_their_qualifier(everything):
    selection, _, _ = everything
    by_name = {system.label: system for system in selection.systems}
    for name in LOST_ITS_QUALIFIER:
        band = next(s for label, s in by_name.items() if label == name).band
        mark = BandText(band, "km").label[0]
        assert mark in "~≥", name
        assert band.headline_m < band.high_m


def test_a_bare_range_is_named_by_its_figure_in_the_display_unit():
    from rangemap.catalogue import ring_label

    assert ring_label(bare_system("1,056 mi"), "km") == "1,700 km"
    assert ring_label(bare_system("Patrol=70 km"), "km") == "Patrol · 70 km"
    system = bare_system("about 250 km (min 50 km)")
    assert isinstance(system, System)
    assert ring_label(system, "km") == "~250 km"


PARTS = 16
"""Pictures of all weapons: each shows every sixteenth."""


def texts_of(path):
    """The texts of a picture as lines, as another program reads them."""
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in PdfReader(path).pages).splitlines()
    return [text.text for text in ET.parse(path).iter(f"{SVG}text")]


@pytest.fixture
def plain_ground(monkeypatch):
    """Pictures without coasts and names of towns, which have no figures and take most of the time."""
    monkeypatch.setattr(plan, "draw_base", lambda _, view: shapely.box(*view.frame))
    monkeypatch.setattr(plan, "draw_background", lambda *_, **__: None)


@pytest.mark.thorough(keep=[(1, "mi")])
@pytest.mark.usefixtures("plain_ground")
@pytest.mark.parametrize("unit", ["km", "mi"])
@pytest.mark.parametrize("number", range(PARTS))
def test_pictures_show_the_expected_figures_of_every_weapon(number, unit, tmp_path):
    """On lines, in the legend and in the full list of sources, as SVG and as PDF."""
    claims = rules.catalogue()
    expected = {name: rules.expected(claims[name], unit) for name in list(claims)[number::PARTS]}
    scenario = rm.Scenario(
        origins=["33,44"], weapons=list(expected), units=unit, sites=["Erbil"], sources_line="full"
    )
    files = MapFiles(scenario.select(), PictureOptions(size="3600x3600"), lambda _: None)
    labels = {f"{name} · {texts.label}" for name, texts in expected.items()}
    drawn: list[str] = []
    for suffix in (".svg", ".pdf"):
        path = tmp_path / f"picture{suffix}"
        path.write_bytes(files.picture.to_bytes(suffix))
        lines = texts_of(path)
        plain = re.sub(r"\s+", " ", " ".join(lines))
        # A small ring among large ones has no space for its label. In a PDF, labels next to each
        # other are read as one line.
        drawn = drawn or [line for line in lines if " · " in line]
        assert set(drawn) <= labels
        assert len(drawn) >= len(labels) / 4
        assert all(line in plain for line in drawn)
        for name, texts in expected.items():
            for part in legend_of(texts, "{}", "line at {}", "minimum range {}"):
                assert part in plain, (name, part)
            assert f"{name}: {texts.label} (" in plain, name


def test_the_short_alternative_text_shows_the_expected_figure_of_each_weapon(shown):
    selection, rings, _, texts = shown
    for ring in rings:
        pair = next(pair for pair in selection.pairs if pair.system is ring.system)
        alt = alt_text(replace(selection, pairs=(pair,)), [ring])
        name = ring.system.label
        assert f"Rings: {name} · {texts[name].label}." in alt


def test_files_have_exact_figures_and_the_headline_as_published(shown):
    selection, _, _, _ = shown
    if selection.units != "km":
        return
    columns, rows = check_table(selection, edition=False)
    claims = rules.catalogue()
    for row in rows:
        cells = dict(zip(columns, row, strict=True))
        plain = claims[cells["weapon"]]
        headline = sorted(claim.high for claim in plain)[len(plain) // 2]
        drawn = rules.chosen([claim for claim in plain if claim.high == headline])
        assert cells["headline_km"] == round(float(headline / 1000), 3)
        assert cells["low_km"] == round(float(min(claim.low for claim in plain) / 1000), 3)
        assert cells["high_km"] == round(float(max(claim.high for claim in plain) / 1000), 3)
        assert cells["headline_published"] in {claim.phrase for claim in drawn}
