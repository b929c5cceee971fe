"""A picture omits nothing silently, and no label is at another ring than its own."""

import csv
import io
import re
from collections import Counter

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from matplotlib.backends.backend_agg import FigureCanvasAgg
from pypdf import PdfReader

import rangemap as rm
from rangemap.render.figure import PRESETS
from rangemap.render.figure.canvas import settings
from rangemap.render.outputs import MapFiles, PictureOptions
from rangemap.render.page.payload import make_payload
from tests.names_matrix import NAMES, RTL_NAMES

pytestmark = pytest.mark.thorough

DENSE = {
    "Iran": rm.Scenario(
        origins=["Tehran"],
        weapons=["Shahab-3", "Sejjil", "Khorramshahr", "Emad", "Kheibar Shekan", "Fattah-1"],
        sites=["32.08,34.78", "Riyadh"],
    ),
    "China": rm.Scenario(
        origins=["26.06,119.31"], weapons=["DF-15", "DF-16", "DF-17", "DF-21", "DF-26"],
        sites=["Andersen Air Force Base", "25.05,121.53", "37.57,126.98"],
    ),
    "Houthi": rm.Scenario(
        origins=["15.35,44.21"], weapons=["Palestine-2", "Quds-2", "Samad-3", "Burkan-2H"],
        sites=["29.55,34.95"], units="mi",
    ),
    "rockets": rm.Scenario(
        origins=["31.5,34.47"],
        ranges=["Qassam=12 km", "Grad=20 km", "Grad, longer=40 km", "Fajr-3=43-45 km", "Fajr-5=75 km"],
        sites=["31.67,34.57", "31.25,34.79"],
    ),
}  # fmt: skip
ONE_LINE = 0.5  # points: lines closer than this all along cannot be told apart


def picture_of(scenario, size="web", notify=lambda _: None):
    return MapFiles(scenario.select(), PictureOptions(size=size), notify).picture


def drawn(figure, layer):
    return [artist for artist in figure.axes[0].get_children() if is_of(artist, layer)]


def is_of(artist, layer):
    return (artist.get_gid() or "").startswith(f"{layer}--")


def boxes_of(figure, layer):
    """Texts of a layer with their drawn boxes, in points."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    with settings():
        extents = [
            (t.get_text(), t.get_window_extent(renderer))
            for t in drawn(figure, layer)
            if hasattr(t, "get_text")
        ]
    scale = 72 / figure.dpi
    return [(words, shapely.box(*(np.array(extent.extents) * scale))) for words, extent in extents]


def circles_of(scenario, figure):
    """The rings as full circles from their published figures: {label: headline}, and the others."""
    rings = scenario.select()
    files = MapFiles(rings)
    origin = next(a for a in drawn(figure, "origins"))
    centre = shapely.Point(origin.get_xdata()[0], origin.get_ydata()[0])
    frame = drawn(figure, "frame")[0].get_path().vertices
    window = shapely.box(*frame.min(axis=0), *frame.max(axis=0))
    # The scale, from the largest line drawn: on this map, distances from the origin are true.
    points = np.vstack([
        artist.get_path().vertices
        for artist in figure.axes[0].get_children()
        if re.match("line-(headline|high)-", artist.get_gid() or "")
    ])  # fmt: skip
    farthest = np.hypot(*(points - [centre.x, centre.y]).T).max()
    scale = farthest / max(ring.high.radius_m for ring in files.rings)

    def circle(ring):
        line = centre.buffer(ring.radius_m * scale, quad_segs=360).exterior
        return line.intersection(window)

    lines = {}
    for ring in files.rings:
        parts = {r.radius_m: circle(r) for r in (ring.low, ring.high, ring.minimum) if r}
        parts.pop(ring.headline.radius_m, None)
        lines[ring.system.label] = (ring.headline.radius_m, circle(ring.headline), parts)
    return lines, scale


@pytest.mark.parametrize("size", PRESETS)
@pytest.mark.parametrize("name", DENSE)
def test_the_nearest_line_to_a_ring_label_is_its_own(name, size):
    """Alternatively, the label has a leader, which ends on its own line only."""
    scenario = DENSE[name]
    figure = picture_of(scenario, size).figure
    lines, scale = circles_of(scenario, figure)
    leaders = [
        shapely.LineString(artist.get_path().vertices)
        for artist in drawn(figure, "leaders")
        if hasattr(artist, "get_path") and len(artist.get_path().vertices) == 2
        and not hasattr(artist, "get_marker")
    ]  # fmt: skip
    labels = boxes_of(figure, "labels-rings")
    assert len(labels) >= len(lines) - (2 if size == "column" else 1)
    for words, box in labels:
        label = max((n for n in lines if words.startswith(n)), key=len)
        radius_m, own, _ = lines[label]
        drawn_m = {r_m: line for r_m, line, _ in lines.values()}
        for _, _, parts in lines.values():
            drawn_m |= parts
        other = [ln for r_m, ln in drawn_m.items() if abs(r_m - radius_m) * scale >= ONE_LINE]
        others = shapely.union_all(other)
        inner = box.buffer(-0.8, join_style="mitre")  # the text box is taller than capitals
        assert not inner.intersects(others), f"{words}: another line runs through it"
        mine = [leader for leader in leaders
                if shapely.Point(leader.coords[-1]).distance(box) < 1.5
                and shapely.Point(leader.coords[0]).distance(own) < ONE_LINE]  # fmt: skip
        if mine:
            start = shapely.Point(mine[0].coords[0])
            assert start.distance(own) < start.distance(others), words
        else:
            assert box.distance(own) < box.distance(others) + 0.8, words


def marks_of(figure):
    return [
        (a.get_xdata()[0], a.get_ydata()[0], a.get_markerfacecolor())
        for a in drawn(figure, "sites")
    ]


def words_of(figure, layer="legend"):
    return " ".join(text.get_text() for text in drawn(figure, layer) if hasattr(text, "get_text"))


@pytest.mark.parametrize(
    ("origin", "ranges", "sites"),
    [
        ("31.5,34.47", ["12 km", "40 km"], ["32.08,34.78", "31.67,34.57"]),  # Tel Aviv, 70.8 km
        ("46.63,32.6", ["15 km", "40 km"], ["46.97,32.0", "46.75,33.37"]),  # Mykolaiv, 60.6 km
        ("-17.7,178", ["500 km"], ["-21.13,-175.2", "-13.83,-171.77"]),  # beyond the antimeridian
    ],
)
@pytest.mark.parametrize("size", ["web", "column"])
def test_a_picture_grows_to_show_the_requested_sites(origin, ranges, sites, size):
    said = []
    scenario = rm.Scenario(origins=[origin], ranges=ranges, sites=sites)
    picture = picture_of(scenario, size, said.append)
    assert len(marks_of(picture.figure)) == len(sites)
    assert said == []
    page = make_payload(scenario.select(), *files_of(scenario))["bounds"]
    for site in sites:
        lat, lon = map(float, site.split(","))
        assert page[1] <= lat <= page[3]
        assert any(page[0] <= lon + turn <= page[2] for turn in (-360, 0, 360))


def files_of(scenario):
    files = MapFiles(scenario.select())
    return files.rings, files.rows


@pytest.mark.parametrize("extent", [None, "33,30,36,33"])
def test_sites_outside_the_picture_are_reported_in_every_output(run, tmp_path, extent):
    words = ["map", "-f", "31.5,34.47", "--range", "40 km", "-s", "Erbil", "-s", "31.67,34.57",
             "-s", "Tokyo, JP"]  # fmt: skip
    outcome = run(*words, *(["--extent", extent] if extent else []), "-o", tmp_path / "a.svg")
    assert outcome.status == 0
    line = next(line for line in outcome.err.splitlines() if "not shown" in line)
    assert (
        "2 sites are outside the picture and not shown: Erbil, Tokyo; enlarge it with --extent"
        in line
    )
    alt = (tmp_path / "a.alt.txt").read_text("utf-8")
    assert "Sites outside the map: Erbil, Tokyo." in alt
    svg = (tmp_path / "a.svg").read_text("utf-8")
    assert "Sites outside the map: Erbil, Tokyo." in svg
    shown = re.sub("<[^>]*>", "", svg)
    assert re.search(r"sites outside the map:\s+Erbil, Tokyo", shown)


def test_an_origin_outside_the_extent_is_reported():
    said = []
    scenario = rm.Scenario(
        origins=["33,44", "36,43"], ranges=["500 km"], sites=["Erbil"], extent="43,35,45,37"
    )
    picture = picture_of(scenario, notify=said.append)
    assert "1 origin is outside the picture and not shown: 33° N, 44° E" in said[0]
    assert "origins outside the map: 33° N, 44° E" in words_of(picture.figure)
    assert "Origins outside the map: 33° N, 44° E." in picture.description


@pytest.mark.parametrize("size", ["web", "column", "social"])
def test_every_site_of_a_file_has_a_marker_or_is_counted(tmp_path, size):
    rng = np.random.default_rng(4)
    near, far = rng.normal([33, 44], 0.6, (45, 2)), rng.uniform([-60, -170], [70, 170], (40, 2))
    with (tmp_path / "s.csv").open("w", newline="") as file:
        rows = [[f"Site {i}", *row] for i, row in enumerate([*near.tolist(), *far.tolist()])]
        csv.writer(file).writerows([["name", "lat", "lon"], *rows])
    scenario = rm.Scenario(
        origins=["33,44"], ranges=["Band=300-400 km"], sites=str(tmp_path / "s.csv")
    )
    said = []
    picture = picture_of(scenario, size, said.append)
    outside = int(re.search(r"(\d+) sites are outside the picture", said[0])[1])
    marks = marks_of(picture.figure)
    assert len(marks) + outside == len(rows)
    legend = words_of(picture.figure)
    assert "85 sites; the 40 nearest to a ring are named" in legend
    assert len(set(re.findall(r"Site \d+", legend))) >= min(40, len(marks))
    listed = re.search(r"Sites on the map without a label: (.*?)\. Sites", picture.description)
    assert len(re.findall(r"Site \d+", listed[1])) == len(marks) - 40
    # The legend has space for everything it reports.
    bottom = max(box.bounds[3] for _, box in boxes_of(picture.figure, "sources"))
    assert min(box.bounds[1] for _, box in boxes_of(picture.figure, "legend")) > bottom


def test_without_requested_sites_the_rest_of_the_registry_is_not_reported():
    said = []
    picture = picture_of(rm.Scenario(origins=["33,44"], ranges=["300 km"]), notify=said.append)
    assert said == []
    assert "outside the map" not in picture.description


def test_gis_files_contain_every_site_whatever_the_extent(run, tmp_path):
    words = ["-f", "31.5,34.47", "--range", "40 km", "-s", "Erbil", "-s", "Tokyo, JP",
             "--extent", "33,30,36,33"]  # fmt: skip
    names = ["a.html", "a.kml", "a.geojson"]  # the page uses the extent, the other files do not
    outputs = [word for name in names for word in ("-o", tmp_path / name)]
    assert run("map", *words, *outputs).status == 0
    for name in names[1:]:
        text = (tmp_path / name).read_text("utf-8")
        assert "Erbil" in text
        assert "Tokyo, JP" in text


def test_a_marker_is_filled_if_a_claim_reaches_the_site_and_hollow_if_none_does():
    """By distances from GeographicLib, and as on the page."""
    sites = {"52.25,21.0": "Warsaw", "52.52,13.41": "Berlin", "59.33,18.07": "Stockholm",
             "55.68,12.57": "Copenhagen", "54.69,25.28": "Vilnius", "56.95,24.11": "Riga"}  # fmt: skip
    scenario = rm.Scenario(
        origins=["54.7,20.51"], weapons=["Iskander-M"], sites=list(sites), units="km"
    )
    files = MapFiles(scenario.select())
    figure = files.picture.figure
    [origin, *_] = drawn(figure, "origins")
    x0, y0 = origin.get_xdata()[0], origin.get_ydata()[0]
    marks = {
        np.degrees(np.arctan2(x - x0, y - y0)): color not in {"white", "#ffffff"}
        for x, y, color in marks_of(figure)
    }
    azimuths = [
        Geodesic.WGS84.Inverse(54.7, 20.51, *map(float, site.split(",")))["azi1"] for site in sites
    ]
    filled = [marks[min(marks, key=lambda angle: abs(angle - azimuth))] for azimuth in azimuths]
    assert len(marks) == len(sites)
    high_m = files.rings[0].system.band.high_m
    distances_m = [
        Geodesic.WGS84.Inverse(54.7, 20.51, *map(float, site.split(",")))["s12"] for site in sites
    ]
    assert filled == [distance_m <= high_m for distance_m in distances_m]
    assert sorted(filled) == [False] * 3 + [True] * 3
    [pair] = make_payload(files.selection, files.rings, files.rows)["sites"]["verdicts"]
    assert filled == [pair["outcomes"][number]["reaches"] for number in pair["outcome"]]
    assert "filled: at least one claim reaches the place; hollow: none does" in words_of(figure)


ISOLATES = re.compile("[\u2066-\u2069]")
FONTS = {"chinese", "chinese digits at the end", "emoji", "emoji at the end"}  # in no font here


@pytest.fixture(scope="module")
def named(tmp_path_factory):
    """A picture with every name of the matrix as site and as range, and its selection."""
    return picture_of_names(tmp_path_factory, "en")


def picture_of_names(tmp_path_factory, lang):
    path = tmp_path_factory.mktemp("names") / "sites.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = [
            [name, 25 + number, 40 + 10 * (number % 2)]
            for number, name in enumerate(NAMES.values())
        ]
        csv.writer(file).writerows([["name", "lat", "lon"], *rows])
    ranges = [f"{name}={1500 + 10 * number} km" for number, name in enumerate(NAMES.values())]
    scenario = rm.Scenario(
        origins=["33,44"], ranges=ranges, sites=str(path), title="Names", lang=lang,
        sources_line="full",
    )  # fmt: skip
    return picture_of(scenario, "1600x2400"), rows


@pytest.fixture(scope="module")
def printed(named):
    """The text of its PDF in drawing order, line by line."""
    picture, _ = named
    content = PdfReader(io.BytesIO(picture.to_pdf())).pages[0].extract_text()
    return " ".join(ISOLATES.sub("", content).split())


@pytest.mark.parametrize("key", [key for key in NAMES if key not in FONTS])
def test_a_pdf_has_each_figure_unbroken_next_to_its_name(named, printed, key):
    _, rows = named
    number = list(NAMES).index(key)
    assert f"{1500 + 10 * number:,} km, chosen for this map" in printed
    line = Geodesic.WGS84.Inverse(33, 44, *rows[number][1:])
    assert f"{line['s12'] / 1000:,.1f} km)" in printed


@pytest.mark.parametrize(("lang", "comma"), [("fr", "\u202f"), ("ar", ",")])
def test_a_pdf_in_another_language_has_each_figure_unbroken(tmp_path_factory, lang, comma):
    picture, _ = picture_of_names(tmp_path_factory, lang)
    printed = PdfReader(io.BytesIO(picture.to_pdf())).pages[0].extract_text()
    for number, key in enumerate(NAMES):
        if key not in FONTS:
            assert f"1{comma}{500 + 10 * number}" in printed, key


def test_a_browser_displays_an_svg_like_the_png(named, browser):
    """In the order in which Chromium draws them, figures are whole and follow their name."""
    picture, _ = named
    found = 0
    for chars in letters_drawn(browser, picture):
        whole = "".join(char for *_, char in chars)
        match = re.search(r"(· [\d,]+ km|\([\d,.]+ km\)|: [\d,]+ km, chosen for this map)", whole)
        name = re.search("\u2068(.+?)\u2069", whole)
        if match is None or name is None:
            continue
        found += 1
        lefts = [min(start, end) for start, end, _ in chars]
        figure = lefts[match.start() : match.end()]
        assert figure == sorted(figure), whole
        if name.end() <= match.start() + 1:
            assert max(lefts[name.start(1) : name.end(1)]) < figure[0], whole
    assert found >= len(RTL_NAMES)


def test_a_browser_displays_an_arabic_svg_from_right_to_left(tmp_path_factory, browser):
    """From the right: the name, the digits of the figure in order, and its unit."""
    picture, _ = picture_of_names(tmp_path_factory, "ar")
    found = 0
    for chars in letters_drawn(browser, picture):
        whole = "".join(char for *_, char in chars)
        match = re.search(r"(?:· |\()([\d,.]+) (كم)", whole)
        name = re.search("\u2068(.+?)\u2069", whole)
        if match is None or name is None or name.end() > match.start() + 1:
            continue
        found += 1
        lefts = [min(start, end) for start, end, _ in chars]
        digits = lefts[match.start(1) : match.end(1)]
        assert digits == sorted(digits), whole
        assert max(lefts[match.start(2) : match.end(2)]) < digits[0], whole
        assert min(lefts[name.start(1) : name.end(1)]) > digits[-1], whole
    assert found >= len(NAMES)


def letters_drawn(browser, picture):
    """The letters of each text of a picture's SVG, with their left and right ends."""
    page = browser.new_page()
    page.set_content(picture.to_svg().decode().split("?>", 1)[1].split("]>")[-1])
    lines = page.evaluate(
        """() => [...document.querySelectorAll("text")].map((text) => {
            const seen = [];
            for (let i = 0; i < text.getNumberOfChars(); i++)
                seen.push([text.getStartPositionOfChar(i).x, text.getEndPositionOfChar(i).x, text.textContent[i]]);
            return seen;
        })"""
    )
    page.close()
    return lines


def test_rings_of_one_weapon_have_at_most_one_label_at_a_leader():
    scenario = rm.Scenario(
        origins=["Isfahan", "Tabriz", "Kermanshah"], weapons=["Shahab-3", "Fateh-110"],
        sites=["Tel Aviv", "Riyadh"],
    )  # fmt: skip
    figure = picture_of(scenario).figure
    dots = [artist for artist in drawn(figure, "leaders") if hasattr(artist, "get_marker")]
    leaders = Counter(dot.get_color() for dot in dots)
    labels = Counter(text for text, _ in boxes_of(figure, "labels-rings"))
    assert set(labels) == {"Shahab-3 · 2,000 km", "Fateh-110 · 300 km"}
    assert max(leaders.values(), default=0) <= 1
    # A label at a leader is the only one of its weapon.
    assert len(leaders) <= sum(count == 1 for count in labels.values())
