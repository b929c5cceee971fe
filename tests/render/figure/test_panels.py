"""Pictures with panels: one scale or several, one legend, and texts for every panel."""

import io
import itertools
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

import rangemap as rm
from rangemap.render.figure.alt_text import LONGEST_ALT, panels_alt_text
from rangemap.render.figure.canvas import Canvas, settings
from rangemap.render.figure.labels import Box
from rangemap.render.figure.panel_grid import best_columns, panel_frames
from rangemap.render.figure.sizes import parse_size
from rangemap.render.figure.typeface import FONT, Typeface
from rangemap.render.outputs import MapFiles, PictureOptions
from rangemap.rings import make_rings
from rangemap.wording.language import read_language

SVG, INKSCAPE = "{http://www.w3.org/2000/svg}", "{http://www.inkscape.org/namespaces/inkscape}"
NEAR, FAR = {"title": "Near", "ranges": ["100 km"]}, {"title": "Far", "ranges": ["400 km"]}


def picture_of(size="800x600", **keys):
    keys = {"origins": ["20,30"], "sites": [], "panels": [NEAR, FAR], **keys}
    return MapFiles(rm.Scenario(**keys).select(), PictureOptions(size=size)).picture


@pytest.fixture(scope="module")
def plain():
    return picture_of()


def ring_width(root, number, name="range"):
    """The width of the headline of a panel's only ring, in points."""
    group = next(
        g for g in root.iter(f"{SVG}g") if g.get("id") == f"panel-{number}-line-headline-{name}"
    )
    numbers = [
        [float(x) for x in re.findall(r"-?[\d.]+", path.get("d"))]
        for path in group.iter(f"{SVG}path")
    ]
    x = np.concatenate([np.array(each).reshape(-1, 2)[:, 0] for each in numbers])
    return float(np.ptp(x))


@pytest.mark.parametrize(("scale", "ratio"), [("common", 4.0), ("separate", 1.0)])
def test_rings_are_drawn_at_one_scale_or_at_one_each(scale, ratio):
    root = ET.fromstring(picture_of(panel_scale=scale).to_svg())
    assert ring_width(root, 2) / ring_width(root, 1) == pytest.approx(ratio, rel=0.03)


def test_a_common_scale_holds_for_different_origins():
    panels = [{**NEAR, "origins": ["60,20"]}, {**FAR, "origins": ["-30,140"]}]
    root = ET.fromstring(picture_of(panels=panels).to_svg())
    assert ring_width(root, 2) / ring_width(root, 1) == pytest.approx(4.0, rel=0.03)


def test_a_ring_has_one_colour_in_all_panels_and_one_row_in_the_legend():
    both = {"title": "Both", "ranges": ["400 km", "100 km"]}
    text = picture_of(panels=[FAR, both, NEAR]).to_svg().decode()
    root = ET.fromstring(text)
    colours = {}
    for group in root.iter(f"{SVG}g"):
        panel = re.fullmatch(r"panel-(\d)-line-headline-range", group.get("id") or "")
        if panel:
            colours[panel[1]] = re.findall(r"stroke: (#\w+)", ET.tostring(group).decode())
    assert colours["1"] == colours["2"][:1]
    assert colours["3"] == colours["2"][1:]
    legend = next(g for g in root.iter(f"{SVG}g") if g.get("id") == "legend")
    words = [t.text for t in legend.iter(f"{SVG}text")]
    assert words.count("400 km") == words.count("100 km") == 2  # name and figure
    assert "all maps have the same scale" in words


def test_an_svg_has_a_layer_for_each_panel_and_one_footer():
    root = ET.fromstring(picture_of(credit="Desk").to_svg())
    layers = {g.get("id"): g.get(f"{INKSCAPE}label") for g in root.iter(f"{SVG}g")}
    assert (layers["panel-1"], layers["panel-2"]) == ("Near", "Far")
    texts = [t.text for t in root.iter(f"{SVG}text")]
    assert texts.count("Desk") == 1
    assert sum("not a forecast" in (text or "") for text in texts) == 1


def test_a_pdf_reads_the_whole_first_and_then_each_panel(plain):
    reader = PdfReader(io.BytesIO(plain.to_pdf()))
    (page,) = reader.pages
    document = reader.trailer["/Root"]["/StructTreeRoot"]["/K"]
    figures = [figure.get_object() for figure in document["/K"]]
    assert [figure["/K"] for figure in figures] == [0, 1, 2]
    assert ["Near" in f["/Alt"] and "Far" in f["/Alt"] for f in figures] == [True, False, False]
    assert "Near" in figures[1]["/Alt"]
    assert "Far" in figures[2]["/Alt"]
    operators = re.findall(rb"MCID \d|EMC", page.get_contents().get_data())
    assert operators == [b"MCID 0", b"EMC", b"MCID 1", b"EMC", b"MCID 2", b"EMC"]
    one, two = ([float(side) for side in figure["/A"]["/BBox"]] for figure in figures[1:])
    assert one[2] < two[0] or one[1] > two[3]  # side by side, or above each other


@pytest.mark.parametrize("lang", ["en", "fr", "ar"])
@pytest.mark.parametrize("count", [1, 2, 12])
def test_the_alternative_text_names_all_panels_in_250_characters(lang, count):
    panels = [{"title": f"In {2000 + n}", "ranges": [f"{n + 7} km"]} for n in range(count)]
    selection = rm.Scenario(origins=["0,0"], panels=panels, lang=lang, title="T" * 90).select()
    alt = panels_alt_text(selection, [make_rings(panel) for panel in selection.panels])
    assert len(alt) <= LONGEST_ALT
    assert all(panel["title"] in alt for panel in panels)
    assert (f"{count + 6}" in alt) == (count < 12)  # the figures, if they fit


def test_which_claims_count_is_stated_above_each_map_if_it_differs():
    panels = [{"title": "A", "as_of": "2012"}, {"title": "B", "as_of": "2024"}]
    keys = {"origins": ["Tehran"], "weapons": ["Fateh-110"], "units": "km"}
    picture = picture_of("1200x900", panels=panels, **keys)
    texts = [t.text or "" for t in ET.fromstring(picture.to_svg()).iter(f"{SVG}text")]
    assert "Claims that count: published by 31 December 2012." in texts
    assert "Claims that count: published by 31 December 2024." in texts
    assert any("Which claims count is stated above each map." in text for text in texts)
    legend = " ".join(texts)
    assert "A: 193–200 km" in legend
    assert "B: 193–500 km" in legend
    assert "\nA: Fateh-110:" in picture.sources
    assert "\nB: Fateh-110:" in picture.sources
    same = picture_of(panels=[{"title": "A"}, {"title": "B"}], as_of="2012", **keys)
    texts = [t.text or "" for t in ET.fromstring(same.to_svg()).iter(f"{SVG}text")]
    assert sum("published by 31 December 2012" in text for text in texts) == 1


def test_a_site_has_one_number_in_all_panels_and_in_the_key():
    names = [f"Site {n} with a long name" for n in range(12)]
    sites = [f"{name}={20 + n / 1000},{30 + n / 1000}" for n, name in enumerate(names)]
    panels = [{**NEAR, "sites": sites[:8]}, {**FAR, "sites": sites[4:]}]
    root = ET.fromstring(picture_of("1000x700", panels=panels).to_svg())

    def texts(layer):
        found = (g for g in root.iter(f"{SVG}g") if (g.get("id") or "").startswith(f"{layer}--"))
        return [t.text for group in found for t in group.findall(f"{SVG}text")]

    numbers = [set(texts(f"panel-{n}-numbers")) for n in (1, 2)]
    assert [len(each) for each in numbers] == [8, 8]
    assert len(numbers[0] & numbers[1]) == 4  # the sites of both
    key = dict(zip(texts("numbers"), [t for t in texts("legend") if t in names], strict=True))
    assert set(key) == numbers[0] | numbers[1] == {str(n) for n in range(1, 13)}
    assert {key[number] for number in numbers[0]} == set(names[:8])
    assert {key[number] for number in numbers[1]} == set(names[4:])


def test_sites_outside_are_named_with_their_panel():
    notes = []
    scenario = rm.Scenario(
        origins=["20,30"], panels=[NEAR, {**FAR, "sites": ["Tokyo"], "extent": "28,18,32,22"}]
    )
    files = MapFiles(scenario.select(), PictureOptions(), notes.append)
    assert "Tokyo" in files.picture.outside
    assert any(line.startswith("panel 2: 1 site is outside the map") for line in notes)


def test_it_is_drawn_twice_with_the_same_bytes(plain):
    again = picture_of()
    for suffix in (".png", ".svg", ".pdf"):
        assert plain.to_bytes(suffix) == again.to_bytes(suffix)


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_a_picture_has_the_requested_size(plain, suffix):
    with Image.open(io.BytesIO(plain.to_bytes(suffix))) as image:
        assert image.size == (800, 600)


def test_too_many_panels_for_a_size_are_refused_in_one_line():
    panels = [{"title": str(n), "ranges": ["9 km"]} for n in range(12)]
    with pytest.raises(rm.RangemapError, match="no room for") as refused:
        picture_of("400x300", panels=panels)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("code", ["en", "ar"])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 6, 9, 12])
def test_frames_are_equal_do_not_overlap_and_follow_the_reading_order(code, count):
    panels = [{"title": "Title " * (n + 1), "ranges": ["9 km"]} for n in range(count)]
    selection = rm.Scenario(origins=["0,0"], panels=panels, lang=code).select()
    area = Box(10, 20, 700, 500)
    with settings():
        canvas = Canvas(parse_size(), Typeface((FONT,)), language=read_language(code))
        columns = best_columns(canvas, selection.panels, area)
        frames, _ = panel_frames(canvas, selection.panels, area, columns)
    sizes = {(round(f.east - f.west, 6), round(f.north - f.south, 6)) for f in frames}
    assert len(sizes) == 1
    for frame in frames:
        assert area.west - 1e-6 <= frame.west < frame.east <= area.east + 1e-6
        assert area.south - 1e-6 <= frame.south < frame.north <= area.north
    for one, two in itertools.combinations(frames, 2):
        beside = one.east <= two.west or two.east <= one.west
        assert beside or one.south >= two.north or two.south >= one.north
    for one, two in itertools.pairwise(frames):
        same_row = one.north == two.north
        forwards = two.west < one.west if code == "ar" else two.west > one.west
        assert forwards if same_row else two.north < one.south
