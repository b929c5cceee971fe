"""House style files: what they change, and what is refused."""

import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest
from coloraide import Color
from PIL import Image

import rangemap as rm
from rangemap.catalogue import bare_system
from rangemap.errors import DocumentError
from rangemap.render import style
from rangemap.render.families import Family, family_of
from rangemap.render.style import (
    COLOURS,
    DASHES_PX,
    HOUSE_STYLE,
    LAND,
    SEA,
    contrast,
    darkened,
    line_styles,
)
from rangemap.render.style_file import read_style
from rangemap.render.stylesheet import script_constants
from tests.render.page.payloads import png


@pytest.fixture
def write(tmp_path):
    def write_(text):
        path = tmp_path / "house.yaml"
        path.write_text(text, "utf-8")
        return path

    return write_


def test_a_style_file_changes_only_what_it_specifies(write, tmp_path):
    (tmp_path / "logo.png").write_bytes(png())
    style = read_style(
        write(
            'colours: {drone: "#005f73"}\nfont: [Source Sans 3, Noto Sans]\n'
            "logo: logo.png\nlogo_alt: The Paper\ncredit: Graphics, The Paper\n"
        )
    )
    assert style.colours == {**HOUSE_STYLE.colours, Family.DRONE: "#005F73"}
    assert style.origin_colour == HOUSE_STYLE.origin_colour
    assert style.font == ("Source Sans 3", "Noto Sans")
    assert style.credit == "Graphics, The Paper"
    assert (style.logo.media_type, style.logo.alt) == ("image/png", "The Paper")
    assert style.logo.content == png()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('colours: {drone: "#FFE000"}', "contrast of 1.2 with land"),
        ("colours: {drone: red}", "expected a colour as #RRGGBB"),
        ('colours: {drone: "#12345"}', "expected a colour as #RRGGBB"),
        ('colours: {drone: "#123456;}"}', "expected a colour as #RRGGBB"),
        ('colours: {dron: "#123456"}', "did you mean 'drone'?"),
        ("font: 'Arial; } body { display: none'", "expected a font name"),
        ("font: 'url(x)'", "expected a font name"),
        ("font: 'Arial, serif'", "expected a font name"),
        ("colour: {}", "did you mean 'colours'?"),
        ('rings: ["#FFE000"]', "contrast of 1.2 with land"),
        ("weapons: {Shahab-3: red}", "expected a colour as #RRGGBB"),
        ("logo: logo.png", "logo has no logo_alt"),
        ("logo: missing.png\nlogo_alt: x", "cannot be read"),
    ],
)
def test_an_invalid_style_is_refused_with_file_and_line(write, text, words):
    with pytest.raises(DocumentError) as refused:
        read_style(write(text))
    assert words in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1
    assert "house.yaml:1" in str(refused.value) or "missing.png" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "not a PNG, JPEG"),
        (b"GIF89a", "not a PNG, JPEG"),
        (b"", "not a PNG, JPEG"),
        (png() + bytes(100_001), "the logo has 100 kB"),
    ],
)
def test_an_invalid_or_large_logo_is_refused(write, tmp_path, content, words):
    (tmp_path / "logo.png").write_bytes(content)
    with pytest.raises(DocumentError, match=words):
        read_style(write("logo: logo.png\nlogo_alt: x"))


GROUND = 'colours: {land: "#EFEAE0", sea: "#D2E2E8", border: "#8A7F6A"}\ndark: false\n'


def test_pictures_have_the_land_sea_and_borders_of_the_house(write, tmp_path):
    scenario = rm.Scenario(
        origins=["46.48,30.73"], ranges=["300 km"], sites=[], tint="none", style=write(GROUND)
    )
    scenario.to_file(tmp_path / "a.png", tmp_path / "a.svg", size="1000x800")
    with Image.open(tmp_path / "a.png") as picture:
        colours = {rgb: count for count, rgb in picture.convert("RGB").getcolors(1 << 24)}
    assert colours[(0xEF, 0xEA, 0xE0)] > 100_000
    assert colours[(0xD2, 0xE2, 0xE8)] > 100_000
    drawing = (tmp_path / "a.svg").read_text("utf-8").casefold()
    assert "#8a7f6a" in drawing
    assert not any(colour in drawing for colour in (LAND, SEA, style.BORDER))


@pytest.mark.parametrize(
    ("colours", "words"),
    [
        (
            'land: "#CFCFCF"',
            "land: #CFCFCF has a contrast of 2.48 with lines (#D55E00)",
        ),
        ('sea: "#C9DDE8"', "sea: #C9DDE8 has a contrast of 4.40 with names"),
        ('border: "#F6F3E0"', "with borders (#F6F3E0)"),
        ('sea: "#F6F3EA"', "with sea (#F6F3EA)"),
        ("land: red", "expected a colour as #RRGGBB"),
    ],
)
def test_a_ground_on_which_something_is_hardly_seen_is_refused(write, colours, words):
    with pytest.raises(DocumentError) as refused:
        read_style(write(f"colours: {{{colours}}}"))
    assert words in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1
    assert "house.yaml:1" in str(refused.value)


def test_texts_on_any_accepted_land_are_legible(write):
    lands = (f"#{level:02X}{level:02X}{level:02X}" for level in range(190, 256))
    accepted = []
    for land in lands:
        try:
            found = read_style(write(f'colours: {{land: "{land}"}}'))
        except DocumentError:
            continue
        accepted.append(land)
        for colour in (*found.colours.values(), found.origin_colour):
            assert Color(colour).contrast(land, method="wcag21") >= 3
            assert Color(darkened(colour)).contrast(land, method="wcag21") >= 4.5
    assert 5 < len(accepted) < 60


def test_contrast_matches_another_library():
    for colour in (*COLOURS.values(), "#7F7F7F", "#0a0b0c"):
        theirs = Color(colour).contrast(LAND, method="wcag21")
        # WCAG rounds the weights of the channels to four digits, coloraide does not.
        assert contrast(colour) == pytest.approx(theirs, rel=5e-4)


@pytest.mark.parametrize("colour", COLOURS.values())
def test_lines_and_text_are_visible_on_land_and_sea(colour):
    for ground in (LAND, SEA):
        assert Color(colour).contrast(ground, method="wcag21") >= 3
        assert Color(darkened(colour)).contrast(ground, method="wcag21") >= 4.5


@pytest.mark.parametrize("seen_by", [None, "protan", "deutan", "tritan"])
def test_every_pair_of_families_is_distinguishable_for_colour_blind_readers(seen_by):
    def seen(colour):
        return Color(colour) if seen_by is None else Color(colour).filter(seen_by)

    for one, other in itertools.combinations(COLOURS.values(), 2):
        # A difference of about 2.3 is just noticeable side by side.
        assert seen(one).delta_e(seen(other), method="2000") >= 15, (one, other)


def test_categories_of_the_catalogue_are_in_the_expected_family():
    names = ["Shahed-136", "Fateh-110", "Paveh 351", "Fajr-5"]
    systems = rm.Scenario(origins=["0,0"], weapons=names, ranges=["9 km"]).select().systems
    families = {system.label: family_of(system) for system in systems}
    assert families["Shahed-136"] is Family.DRONE
    assert families["Fateh-110"] is Family.BALLISTIC
    assert families["Paveh 351"] is Family.CRUISE
    assert families["Fajr-5"] is Family.ROCKET
    assert families["9 km"] is Family.OTHER


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("Patriot", Family.AIR_DEFENCE),
        ("THAAD", Family.AIR_DEFENCE),
        ("Krab", Family.GUN),
        ("Grad", Family.ROCKET),
        ("Dark Eagle", Family.BALLISTIC),
        ("Magura V5", Family.DRONE),
        ("Poseidon", Family.DRONE),
        ("NLAW", Family.OTHER),
        ("UMPK glide bombs", Family.OTHER),
        ("Bozdoğan", Family.OTHER),
        ("Rudram-2", Family.OTHER),
    ],
)
def test_the_new_categories_have_a_family_and_its_dashes(name, family):
    (system,) = rm.Scenario(origins=["0,0"], weapons=[name]).select().systems
    assert family_of(system) is family
    (look,) = line_styles([system])
    expected = Family.BALLISTIC if family is Family.OTHER else family  # instead of black
    assert (look.line, look.dash_px) == (COLOURS[expected], DASHES_PX[0])


def coloured(system, colour):
    return replace(system, colour=colour)


def test_sixteen_rings_of_one_colour_have_sixteen_styles():
    looks = line_styles([coloured(bare_system(f"{n} km"), "#112233") for n in range(1, 17)])
    assert len({(look.dash_px, look.width_px) for look in looks}) == 16
    assert {look.line for look in looks} == {"#112233"}
    assert len(set(DASHES_PX)) == len(DASHES_PX)


BALLISTIC = [
    "Shahab-3",
    "Sejjil",
    "Khorramshahr",
    "Emad",
    "Kheibar Shekan",
    "Fattah-1",
    "Zolfaghar",
]
MIXED = ["Fateh-110", "Shahed-136", "Paveh 351", "Fajr-5", "Patriot", "Krab"]


@pytest.mark.parametrize("names", [BALLISTIC, MIXED, [], ["Shahab-3", "Shahed-136"]])
@pytest.mark.parametrize("seen_by", [None, "protan", "deutan", "tritan"])
def test_up_to_eight_rings_differ_in_colour_or_dash_for_colour_blind_readers(names, seen_by):
    ranges = [f"{number} km" for number in range(1, 9 - len(names))]
    systems = rm.Scenario(origins=["0,0"], weapons=names, ranges=ranges).select().systems
    looks = line_styles(systems)
    assert len({look.line for look in looks}) == min(len(looks), 6)
    assert [look.dash_px for look in looks[:1]] == [()]
    for one, other in itertools.combinations(looks, 2):
        colours = [Color(look.line) for look in (one, other)]
        if seen_by:
            colours = [colour.filter(seen_by) for colour in colours]
        alike = colours[0].delta_e(colours[1], method="2000") < 15
        assert not (alike and one.dash_px == other.dash_px), (one, other)


def test_rings_on_each_other_are_seen_through_gaps():
    ranges = ["Solid=2000 km", "Above=2,010 km", "Larger=2200 km", "Top=1990 km"]
    looks = line_styles([bare_system(text) for text in ranges])
    assert [look.dash_px for look in looks] == [(), DASHES_PX[1], (), DASHES_PX[2]]


def test_typed_ranges_have_colours_and_the_first_of_a_family_keeps_its_own():
    systems = (
        rm.Scenario(origins=["0,0"], weapons=["Shahab-3", "Emad"], ranges=["9 km"]).select().systems
    )
    looks = line_styles([systems[2], *systems[:2]])
    assert [look.line for look in looks] == [
        COLOURS[Family.DRONE], COLOURS[Family.BALLISTIC], COLOURS[Family.ROCKET]
    ]  # fmt: skip


def test_a_given_colour_comes_before_that_of_a_weapon_a_ring_and_a_family(write):
    style = read_style(
        write('rings: ["#111111", "#222222"]\nweapons: {shahab 3: "#333333", Patrol: "#444444"}\n')
    )
    systems = [*rm.Scenario(origins=["0,0"], weapons=["Shahab-3", "Emad"]).select().systems,
               bare_system("Patrol=9 km"), bare_system("5 km"), bare_system("6 km")]  # fmt: skip

    def lines(colours=()):
        given = [coloured(*each) for each in itertools.zip_longest(systems, colours)]
        return [look.line for look in line_styles(given, style)]

    assert lines() == ["#333333", "#111111", "#444444", "#222222", "#111111"]
    assert lines(["#555555", None, "#111111"]) == [
        "#555555",
        "#222222",
        "#111111",
        "#111111",
        "#222222",
    ]


def test_no_other_file_has_a_colour():
    """Pages, pictures, files and documents take their colours from one module."""
    package = Path(style.__file__).parents[1]
    files = [path for kind in ("*.py", "*.js", "*.css", "*.typ") for path in package.rglob(kind)]
    assert len(files) > 200
    literal = re.compile(r"(?<![&|])#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})(?![\w;])|#[0-9a-fA-F]{6};")
    found = {
        path.relative_to(package).as_posix(): colours
        for path in files
        if (colours := literal.findall(path.read_text("utf-8")))
    }
    assert set(found) == {"render/style.py"}


def test_each_variable_of_a_stylesheet_is_defined():
    web = Path(style.__file__).parent
    for sheet, own in (
        ("web/rangemap.css", {"sans", "origin", "map", "scheme"}),
        ("report/report.css", set()),
    ):
        used = set(re.findall(r"var\(--([a-z_]+)", (web / sheet).read_text("utf-8")))
        assert used - own <= set(style.CSS_COLOURS), sheet
    typst = (web / "report/report.typ").read_text("utf-8")
    assert set(re.findall(r'colour\("(\w+)"\)', typst)) <= set(style.CSS_COLOURS)
    script = "".join(path.read_text("utf-8") for path in (web / "web").glob("*.js"))
    assert set(re.findall(r"\bSTYLE\.(\w+)", script)) == set(script_constants())
    assert set(re.findall(r"\bPALETTE\.(\w+)", script)) == set(style.GROUND_COLOURS)
