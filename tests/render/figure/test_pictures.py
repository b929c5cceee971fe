"""Pictures: true circles, correct land, no overlapping labels, text as text."""

import io
import json
import math
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image
from pypdf import PdfReader

import rangemap as rm
from rangemap.errors import OutputError
from rangemap.render.figure import PRESETS, make_picture, parse_size
from rangemap.render.figure.alt_text import alt_text
from rangemap.render.figure.canvas import settings
from rangemap.render.figure.typeface import single_line
from rangemap.render.outputs import MapFiles, PictureOptions

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "maps" / "iraq-2024.yaml"
SVG = "{http://www.w3.org/2000/svg}"
TWELVE = [
    "Shahed-136",
    "Al Aqsa",
    "Fateh-110",
    "Zolfaghar",
    "Sejjil",
    "Khorramshahr",
    "Emad",
    "Shahab-3",
    "Qiam-1",
    "Paveh",
    "Shahed-131",
    "Haj Qasem",
]
SCENARIOS = {
    "example": rm.Scenario.read(EXAMPLE),
    "antimeridian": rm.Scenario(origins=["-17.7,178"], ranges=["Band=300-3000 km"]),
    "pole": rm.Scenario(origins=["85,20"], ranges=["Band=700-2500 km (min 100 km)"]),
    "far": rm.Scenario(origins=["39.03,125.75"], ranges=["12,000 km (min 400 km)"]),
    "whole earth": rm.Scenario(origins=["0,0"], ranges=["Band=9,000-19,990 km"]),
    "two origins": rm.Scenario(origins=["Jurf Al Sakhar", "Erbil"], weapons=["Fateh-110", "Al Aqsa"]),
    "three continents": rm.Scenario(
        origins=["39.03,125.75", "-17.7,178", "40,-100"], ranges=["Band=3000-6000 km"]
    ),
    "twelve systems": rm.Scenario(origins=["35.7,51.4"], weapons=TWELVE),
    "Arabic": rm.Scenario(
        title="المدى المعلن للأسلحة", origins=["Jurf Al Sakhar"], weapons=["Fateh-110"]
    ),
    "a metre": rm.Scenario(origins=["0,180"], ranges=["1 m"]),
    "75 rings": rm.Scenario(
        origins=["36,44", "35.7,51.4", "33.3,44.4", "24.7,46.7", "33.5,36.3"],
        ranges=[f"R{number}={number * 150} km" for number in range(1, 16)],
    ),
}  # fmt: skip


def picture_of(name, size="web", **options):
    said = []
    files = MapFiles(SCENARIOS[name].select(), PictureOptions(size=size, **options), said.append)
    assert not said
    return files.picture


drawn = cache(picture_of)
"""The same, drawn once for the tests that only read it; one process runs a whole file (`make test`)."""


def layers(svg):
    root = ET.fromstring(svg)
    named = (group for group in root.iter(f"{SVG}g") if len(group.attrib) > 1)
    return {group.get("id"): group for group in named}


def path_points(group):
    numbers = [
        (float(x), float(y))
        for path in group.iter(f"{SVG}path")
        for x, y in re.findall(r"[ML] (-?[\d.]+) (-?[\d.]+)", path.get("d"))
    ]
    return np.array(numbers)


def circle(points):
    """The least-squares circle through points: x2 + y2 = 2ax + 2by + c."""
    terms = np.column_stack([2 * points, np.ones(len(points))])
    a, b, c = np.linalg.lstsq(terms, (points**2).sum(axis=1), rcond=None)[0]
    return np.array([a, b]), math.sqrt(c + a * a + b * b)


def test_the_rings_of_the_example_are_circles_of_the_correct_size():
    groups = layers(drawn("example").to_svg())
    radii = {}
    centres = []
    for name, km in (("shahed-136", 2414.016), ("al-aqsa", 250), ("fateh-110", 500)):
        points = path_points(groups[f"line-headline-{name}"])
        middle, radius = circle(points)
        off = np.hypot(*(points - middle).T) - radius
        assert abs(off).max() < 0.2  # points; a pixel is 0.75
        centres.append(middle)
        radii[km] = radius
    assert np.ptp(np.array(centres), axis=0).max() < 0.1
    assert radii[2414.016] / radii[250] == pytest.approx(2414.016 / 250, rel=2e-3)
    assert radii[2414.016] / radii[500] == pytest.approx(2414.016 / 500, rel=2e-3)


def test_the_outer_ring_in_the_png_is_a_circle_to_within_a_pixel():
    picture = picture_of("example", dpi=96)
    groups = layers(picture.to_svg())
    points = path_points(groups["line-headline-shahed-136"]) * 96 / 72
    middle, radius = circle(points)
    pixels = np.asarray(Image.open(io.BytesIO(picture.to_png())).convert("RGB")).astype(int)
    # Pixels of the line's own colour, in the map and not in the legend next to it.
    y, x = np.nonzero(abs(pixels - [0x44, 0x77, 0xAA]).sum(axis=2) < 30)
    far = np.hypot(x + 0.5 - middle[0], y + 0.5 - middle[1])
    # The band's end at 2,500 km has the same colour; the headline is 1,500 mi.
    between = radius * (1 + 2500 / 2414.016) / 2
    outline = (x < middle[0] + radius + 20) & (far > 0.9 * radius) & (far < between)
    on_text = (y < middle[1] - 0.95 * radius) & (abs(x - middle[0]) < 130)
    off = far[outline & ~on_text] - radius
    assert len(off) > 1500
    assert abs(off).max() < 1 + 2.4 / 2  # a pixel plus half of the line's width


@pytest.mark.thorough(keep=[("example", "web"), ("example", "column"), ("two origins", "page")])
@pytest.mark.parametrize(
    ("name", "size"),
    [*product(["example", "twelve systems", "two origins", "far"], PRESETS), ("75 rings", "web")],
)
def test_no_label_overlaps_another_or_leaves_the_picture(name, size):
    figure = (drawn(name) if size == "web" else picture_of(name, size)).figure
    renderer = FigureCanvasAgg(figure).get_renderer()
    kinds = ("labels-", "scale", "title", "sources", "legend")
    texts = [t for t in figure.axes[0].texts if t.get_gid().startswith(kinds)]
    with settings():  # as files are written: without hinting, which widens text
        boxes = [text.get_window_extent(renderer) for text in texts]
    assert len(boxes) > 10
    for index, box in enumerate(boxes):
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.x1
        for other, text in zip(boxes[:index], texts, strict=False):
            wide = min(box.x1, other.x1) - max(box.x0, other.x0)
            high = min(box.y1, other.y1) - max(box.y0, other.y0)
            assert min(wide, high) <= 0.8, (texts[index].get_text(), text.get_text())


def test_a_picture_too_small_for_its_legend_is_refused():
    with pytest.raises(OutputError, match="no room for its legend"):
        picture_of("twelve systems", "300x300")


def test_every_ring_and_site_of_the_example_has_a_label():
    words = [text.get_text() for text in drawn("example").figure.axes[0].texts]
    for label in ("Shahed-136 · 2,400 km", "Al Aqsa · 250 km",
                  "Fateh-110 · 500 km", "Ain Al Asad air base (194 km)",
                  "Erbil (370 km)", "Jurf Al Sakhar"):  # fmt: skip
        assert label in words


@pytest.mark.thorough(keep=[("antimeridian",)])
@pytest.mark.parametrize("name", SCENARIOS)
def test_every_kind_of_map_is_drawn_in_every_format(name):
    picture = drawn(name)
    image = Image.open(io.BytesIO(picture.to_png()))
    assert image.size == (1200, 900)
    assert len(PdfReader(io.BytesIO(picture.to_pdf())).pages) == 1
    assert ET.fromstring(picture.to_svg()).get("role") == "img"


def test_the_svg_has_named_layers_and_unbroken_text():
    groups = layers(drawn("example").to_svg())
    for name in ("sea", "land", "coasts", "borders", "labels-rings", "labels-sites", "legend",
                 "halos", "scale", "locator", "title", "sources", "line-headline-shahed-136"):  # fmt: skip
        assert name in groups
    words = {name: [t.text for t in group.iter(f"{SVG}text")] for name, group in groups.items()}
    assert words["title"][0] == "Systems reported in Iraq, January 2024"
    assert "Shahed-136 · 2,400 km" in words["labels-rings"]


def test_halos_are_strokes_of_the_labels_and_every_text_has_fallback_fonts():
    groups = layers(drawn("example").to_svg())
    named = [name for name in groups if name.startswith("labels-")]
    labels = {position(text) for name in named for text in groups[name].iter(f"{SVG}text")}
    halos = list(groups["halos"].iter(f"{SVG}text"))
    assert {position(text) for text in halos} <= labels
    for text in halos:
        # White, or the colour of the sea under the names of waters.
        assert re.search(r"fill: none; stroke: #(ffffff|d9e6ee); stroke-width: ", text.get("style"))
    assert all(path.tag != f"{SVG}path" for path in groups["halos"].iter())
    for group in groups.values():
        for text in group.iter(f"{SVG}text"):
            assert "font-family: 'DejaVu Sans', Verdana, sans-serif" in text.get("style")


def position(text):
    """What a label's halo shares with it: content, place and size."""
    size = re.search(r"font-size: ([\d.]+)px", text.get("style"))[1]
    return text.text, text.get("x"), text.get("y"), size


@pytest.mark.thorough(keep=[("Arabic",)])
@pytest.mark.parametrize("name", ["example", "Arabic"])
def test_a_pdf_is_tagged_and_has_language_title_and_alternative_text(name):
    picture = drawn(name)
    reader = PdfReader(io.BytesIO(picture.to_pdf()))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/Lang"] == picture.lang
    assert reader.metadata.title == picture.title
    assert root["/Metadata"]["/Subtype"] == "/XML"
    xmp = reader.xmp_metadata
    assert xmp.dc_title == {"x-default": picture.title}
    assert xmp.dc_source == picture.citation
    document = root["/StructTreeRoot"]["/K"]
    (figure,) = document["/K"]
    figure = figure.get_object()
    assert (document["/S"], figure["/S"], figure["/Alt"]) == ("/Document", "/Figure", picture.alt)
    assert figure["/Pg"] == reader.pages[0]
    content = reader.pages[0].get_contents().get_data()
    assert content.startswith(b"/Figure <</MCID 0>> BDC")
    assert content.rstrip().endswith(b"EMC")


@pytest.mark.thorough(keep=[(".jpg",)])
@pytest.mark.parametrize(("suffix", "most"), [(".jpg", 12.0), (".webp", 0.0)])
def test_other_picture_formats_show_the_same_and_state_their_texts(suffix, most):
    picture = drawn("Arabic")
    image = Image.open(io.BytesIO(picture.to_bytes(suffix)))
    original = Image.open(io.BytesIO(picture.to_png())).convert("RGB")
    assert image.size == original.size
    difference = np.abs(np.asarray(image, dtype=float) - np.asarray(original, dtype=float))
    assert np.percentile(difference, 99) <= most
    root = ET.fromstring(image.info["xmp"])
    texts = {name.tag.rpartition("}")[2]: "".join(name.itertext()) for name in root[0][0]}
    assert texts["title"] == picture.title
    assert texts["AltTextAccessibility"] == picture.alt
    assert texts["description"] == picture.description
    assert texts["source"] == picture.citation


def test_poppler_reads_the_structure_of_a_pdf(tmp_path):
    program = shutil.which("pdfinfo")
    if program is None:
        pytest.skip("pdfinfo (poppler-utils) is not installed")
    (tmp_path / "a.pdf").write_bytes(drawn("example").to_pdf())
    done = subprocess.run([program, "-struct", tmp_path / "a.pdf"], capture_output=True, text=True, check=True)  # fmt: skip
    assert done.stdout.split()[:2] == ["Document", "Figure:"]
    assert done.stderr == ""


@pytest.mark.parametrize("lang", ["en", "fr", "ar"])
@pytest.mark.parametrize("count", [1, 3, 9, 40])
def test_the_alternative_text_is_short_and_names_all_rings_or_the_largest(lang, count):
    ranges = [f"System number {n}={100 + n} km" for n in range(count)]
    scenario = rm.Scenario(origins=["33,44", "34,45"], ranges=ranges, sites=["Erbil"], lang=lang)
    files = MapFiles(scenario.select())
    alt = alt_text(files.selection, files.rings)
    assert len(alt) <= 250
    assert alt == single_line(alt)
    plain = re.sub("[\u2066-\u2069]", "", alt)
    named = [n for n in range(count) if f"System number {n} ·" in plain]
    number = files.selection.language.number(str(2 * count))
    assert named == list(range(count)) or (named == [count - 1] and number in plain)
    assert count != 1 or named == [0]


@pytest.mark.thorough
@given(title=st.text(max_size=400))
def test_no_title_makes_the_alternative_text_too_long(title):
    files = MapFiles(SCENARIOS["example"].select())
    selection = replace(files.selection, typed_title=title)
    assert len(alt_text(selection, files.rings)) <= 250


@pytest.mark.thorough
def test_the_citation_is_in_the_picture_and_in_its_metadata():
    picture = drawn("example")
    cited = "Fateh-110: 500 km (The National 2024-01-21)"
    shown = " ".join(
        t.get_text() for t in picture.figure.axes[0].texts if t.get_gid().startswith("sources")
    )
    png = Image.open(io.BytesIO(picture.to_png())).text
    pdf = PdfReader(io.BytesIO(picture.to_pdf()))
    svg = picture.to_svg().decode()
    edition = SCENARIOS["example"].select().edition
    for text in (png["Source"], pdf.metadata.subject, svg):
        assert cited in text
        assert edition in text
        assert "It is not a forecast." in text
    # The picture itself has one line for its readers.
    assert "Sources: The National, " in shown
    assert "It is not a forecast." in shown
    assert png["Title"] == pdf.metadata.title == "Systems reported in Iraq, January 2024"
    assert "disputed for Fateh-110" in png["Description"]
    assert "Systems reported in Iraq" in pdf.pages[0].extract_text()


HOSTILE = "$\\frac{1}{2}$ <b>&amp;</b> {{7*7}} ]]> \u200fabc"


def test_no_untrusted_text_is_markup(tmp_path):
    sites = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": HOSTILE},
         "geometry": {"type": "Point", "coordinates": [44.0, 33.0]}}]}  # fmt: skip
    (tmp_path / "s.geojson").write_text(json.dumps(sites))
    selection = rm.Scenario(
        title=HOSTILE, credit=HOSTILE, origins=["33,44.5"], ranges=[f"{HOSTILE}=250 km"],
        sites=str(tmp_path / "s.geojson"),
    ).select()  # fmt: skip
    picture = MapFiles(selection).picture
    texts = [t.text for t in ET.fromstring(picture.to_svg()).iter(f"{SVG}text")]
    assert HOSTILE in texts
    assert picture.to_png()
    title = PdfReader(io.BytesIO(picture.to_pdf())).metadata.title
    assert title == HOSTILE


def test_characters_missing_from_all_fonts_are_reported_in_one_line(run, tmp_path):
    outcome = run("map", "-f", "39,125", "--range", "250 km", "--title", "平壤 3", "-s", "39,126",
                  "-o", tmp_path / "a.png")  # fmt: skip
    assert outcome.status == 0
    line = outcome.err.splitlines()[0]
    assert line == (
        "rangemap: no font has '平壤', shown as boxes; supply a font that has it with --font FILE"
    )
    assert (tmp_path / "a.png").stat().st_size > 10_000


@pytest.mark.thorough
def test_a_font_file_supplies_missing_characters(run, tmp_path):
    import matplotlib as mpl

    # STIX, which also comes with matplotlib, has script letters that DejaVu Sans lacks.
    font = Path(mpl.get_data_path()) / "fonts" / "ttf" / "STIXGeneral.ttf"
    words = [
        "map",
        "-f",
        "39,125",
        "--range",
        "250 km",
        "--subtitle",
        "Area \u210a",
        "-s",
        "39,126",
    ]
    assert "no font has 'ℊ'" in run(*words, "-o", tmp_path / "a.png").err
    outcome = run(*words, "--font", font, "-o", tmp_path / "b.png")
    assert "no font has" not in outcome.err
    assert (tmp_path / "a.png").read_bytes() != (tmp_path / "b.png").read_bytes()


@pytest.mark.thorough
def test_the_packaged_font_shows_arabic_hebrew_and_cyrillic():
    said = []
    for title in ("المدى المعلن", "טווח מוצהר", "Заявленная дальность", "Δηλωμένη εμβέλεια"):
        selection = rm.Scenario(title=title, origins=["0,0"], ranges=["9 km"]).select()
        MapFiles(selection, notify=said.append).picture.to_png()
    assert said == []


def test_a_right_to_left_title_is_right_aligned():
    figure = picture_of("Arabic").figure
    title = next(t for t in figure.axes[0].texts if t.get_gid().startswith("title"))
    box = title.get_window_extent(FigureCanvasAgg(figure).get_renderer())
    assert box.x1 > 0.97 * figure.bbox.x1


def test_the_description_and_sources_of_a_picture_are_written_next_to_it(run, tmp_path):
    names = ["-o", tmp_path / "a.svg", "-o", tmp_path / "a.pdf"]
    assert run("map", EXAMPLE, *names).status == 0
    assert {p.name for p in tmp_path.iterdir()} == {"a.svg", "a.pdf", "a.alt.txt", "a.sources.txt"}
    alt, blank, description = (tmp_path / "a.alt.txt").read_text("utf-8").splitlines()
    assert "; Fateh-110 · 500 km. A ring is the greatest published range" in alt
    assert blank == ""
    assert "Ain Al Asad air base, 194 km: disputed for Fateh-110" in description
    sources = (tmp_path / "a.sources.txt").read_text("utf-8")
    for system in SCENARIOS["example"].select().systems:
        for claim in system.band.claims:
            assert claim.figure in sources
            assert (claim.source.url or "") in sources


@pytest.mark.parametrize(
    ("words", "status", "part"),
    [
        (["--size", "poster"], 2, "size is 'poster'; expected web, column, page, slide, social"),
        (["--size", "100x100"], 2, "100x100 pixels; expected at least 240 each way"),
        (["--size", "90000x90000"], 2, "90000x90000 pixels"),
        (["--dpi", "5"], 2, "dpi is 5; expected 36 to 1200"),
        (["--projection", "gall"], 2, "projection is 'gall'; expected aeqd, laea"),
        (["--font", str(EXAMPLE)], 1, "iraq-2024.yaml: not a font"),
        (["--font", "none.ttf"], 1, "none.ttf: not a font: No such file"),
        (["--size", "240x240"], 1, "has no room for its legend and sources"),
    ],
)
def test_invalid_picture_options_are_refused_in_one_line(run, tmp_path, words, status, part):
    outcome = run("map", EXAMPLE, *words, "-o", tmp_path / "a.png")
    assert (outcome.status, outcome.out) == (status, "")
    assert outcome.err.count("\n") == 1
    assert part in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_without_matplotlib_the_error_gives_the_install_command(run, tmp_path, monkeypatch, forget):
    forget("matplotlib", "rangemap.render.figure")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    outcome = run("map", EXAMPLE, "-o", tmp_path / "a.png")
    assert outcome.status == 1
    assert outcome.err == (
        "rangemap: a picture needs matplotlib, which is not installed;"
        ' run: pip install "rangemap[pictures]"\n'
    )


def test_the_users_matplotlib_settings_do_not_matter():
    import matplotlib as mpl

    plain = picture_of("a metre").to_svg()
    with mpl.rc_context(
        {"font.size": 30, "axes.facecolor": "red", "text.parse_math": True, "svg.fonttype": "path"}
    ):
        assert picture_of("a metre").to_svg() == plain


@pytest.mark.thorough
def test_a_size_at_twice_the_resolution_looks_the_same():
    assert parse_size("web", 192).pixels == (2400, 1800)
    assert parse_size("column").pixels == (1063, 1476)
    small, large = (picture_of("example", dpi=dpi).to_svg() for dpi in (96, 192))
    assert [t.text for t in ET.fromstring(small).iter(f"{SVG}text")] == [
        t.text for t in ET.fromstring(large).iter(f"{SVG}text")
    ]


def test_the_extent_determines_the_visible_area():
    wide, close = (
        layers(MapFiles(rm.Scenario(origins=["33,44"], ranges=["2,000 km"], extent=extent).select()).picture.to_svg())
        for extent in (None, "35,25,60,40")
    )  # fmt: skip
    towns = [
        {
            text.text
            for name, group in groups.items()
            if name.startswith("labels-towns")
            for text in group.iter(f"{SVG}text")
        }
        for groups in (wide, close)
    ]
    assert {"Addis Ababa", "Athens"} <= towns[0] - towns[1]
    assert {"Isfahan", "Dammam"} <= towns[1] - towns[0]


@pytest.mark.thorough
def test_a_picture_in_arabic_is_mirrored():
    def edges(lang, layer):
        scenario = rm.Scenario(origins=["33,44"], ranges=["200 km"], lang=lang)
        figure = MapFiles(scenario.select()).picture.figure
        texts = [text for text in figure.axes[0].texts if text.get_gid().startswith(f"{layer}--")]
        assert texts
        width = figure.get_size_inches()[0] * 72
        return [(text.get_ha(), text.get_position()[0] / width) for text in texts]

    for layer in ("title", "legend", "sources", "scale"):
        starts = (
            {align for align, _ in edges("en", layer)},
            {align for align, _ in edges("ar", layer)},
        )
        assert starts == ({"left"}, {"right"}), layer
    assert all(x > 0.7 for _, x in edges("en", "legend"))
    assert all(x < 0.3 for _, x in edges("ar", "legend"))


def test_python_returns_the_same_picture():
    figure = SCENARIOS["example"].figure(size="slide")
    selection = SCENARIOS["example"].select()
    files = MapFiles(selection)
    picture = make_picture(selection, files.rings, files.rows, size=parse_size("slide"))
    words = [text.get_text() for text in figure.axes[0].texts]
    assert words == [text.get_text() for text in picture.figure.axes[0].texts]
    assert tuple(figure.get_size_inches()) == pytest.approx((960 / 72, 540 / 72))


@pytest.mark.parametrize(
    ("sites", "explained"), [(["Haifa"], False), (["Haifa", "Tyre, LB"], True)]
)
def test_the_legend_explains_the_marks_of_sites_only_if_one_is_drawn(sites, explained):
    # A site at the origin has only the mark of the origin.
    scenario = rm.Scenario(origins=["Haifa"], ranges=["75 km"], sites=sites)
    figure = scenario.figure()
    texts = " ".join(text.get_text() for axes in figure.axes for text in axes.texts)
    assert ("filled:" in texts) is explained
