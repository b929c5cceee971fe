"""Control characters: refused in files that people write, replaced in names of sites."""

import csv
import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rangemap as rm
from rangemap.render.page.embed import MapPage, snippet
from rangemap.render.tables.text import to_csv
from rangemap.text import first_control, is_control, is_web_address, sanitised
from tests.promises.escaping.payloads import CONTROLS

STEERING = ["\0", "\x07", "\x1b[31m", "\x7f", "\x9b31m", "\u2028", "\u202e", "\u2066", "\ufeff"]
SOURCE = {"publisher": "P", "title": "T", "date_note": "N", "url": "https://a.org/", "date": "2024"}
WEAPON = {
    "id": "w", "name": "N", "aliases": ["A"], "country": "C", "operators": ["O"], "category": "K",
    "category_note": "N", "note": "N",
    "claims": [{"id": "c", "range": "9 km", "variant": "V", "attributed_to": "A", "warhead": "W",
                "wording": "W", "note": "N", "source": SOURCE}],
}  # fmt: skip
PLACE = {
    "id": "p", "name": "N", "aliases": ["A"], "country": "C", "kind": "K", "precision_km": 1, "note": "N",
    "sources": [{"publisher": "P", "title": "T", "url": "https://a.org/", "note": "N", "lat": 0, "lon": 0}],
}  # fmt: skip
SCENARIO = {
    "title": "T", "subtitle": "S", "credit": "C", "prefer": "P", "origins": ["0,0"], "weapons": ["N"],
    "categories": ["K"], "ranges": ["9 km"], "sites": ["0,0"], "outputs": ["x.html"], "lang": "en",
    "tiles": "https://a.example.org/{z}/{x}/{y}", "tiles_credit": "T",
    "basemap": ["x.gpkg"], "credit_basemap": "C", "page_url": "https://a.example.org/x.html",
}  # fmt: skip
STYLE = {"font": "DejaVu Sans", "logo": "logo.png", "logo_alt": "L", "credit": "C"}


def places_of(value, way=()):
    """Every text of a record with its path."""
    if isinstance(value, str):
        yield way
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from places_of(item, (*way, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from places_of(item, (*way, number))


def spoiled(record, way, sign):
    """The record with a character inserted into the text at one path."""
    copy = json.loads(json.dumps(record))
    node = copy
    for step in way[:-1]:
        node = node[step]
    node[way[-1]] = f"{node[way[-1]]}{sign}x"
    return copy


def said_of(kind, record, run, folder):
    """Run the command on a file with one record."""
    path = folder / f"{kind}.json"
    if kind == "weapon":
        path.write_text(json.dumps({"weapons": [record]}), "utf-8")
        return run("weapons", "list", "--catalogue", path)
    if kind == "place":
        feature = {"type": "Feature", "properties": record,
                   "geometry": {"type": "Point", "coordinates": [0, 0]}}  # fmt: skip
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
        return run("sites", "list", "--registry", path)
    path.write_text(json.dumps(record), "utf-8")
    if kind == "scenario":
        return run("map", path)
    return run("map", "-f", "0,0", "--range", "9 km", "--style", path, "-o", folder / "x.csv",
               "-o", folder / "x.geojson")  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "record"),
    [("weapon", WEAPON), ("place", PLACE), ("scenario", SCENARIO), ("style", STYLE)],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_every_field_that_people_write_refuses_every_control_character(run, tmp_path, kind, record):
    for number, way in enumerate(places_of(record)):
        # Each field gets some of the characters, each character is used in some of the fields.
        for sign in (STEERING[number % len(STEERING)], STEERING[(number + 4) % len(STEERING)]):
            outcome = said_of(kind, spoiled(record, way, sign), run, tmp_path)
            assert outcome.status == 1, (way, sign)
            assert outcome.out == ""
            assert len(outcome.err.splitlines()) == 1, (way, outcome.err)
            assert f"{kind}.json" in outcome.err
            assert not [s for s in outcome.err if is_control(s) and s != "\n"]
    assert not list(tmp_path.glob("x.*"))


@pytest.mark.parametrize("sign", [s for s in STEERING if s != "\0"], ids=ascii)
def test_a_control_character_in_an_argument_is_a_usage_error(run, sign):
    for words in (["--title", f"a{sign}"], ["-o", f"a{sign}.html"], [f"--{sign}"]):
        outcome = run("map", "-f", "0,0", "--range", "9 km", *words)
        assert outcome.status == 2
        assert "contains the control character U+" in outcome.err
        assert len(outcome.err.splitlines()) == 1
        assert not [s for s in outcome.err if is_control(s) and s != "\n"]


@given(st.text(st.characters(), max_size=40))
def test_displayed_text_has_no_control_characters_and_keeps_the_rest(text):
    seen = sanitised(text)
    assert first_control(seen) is None
    assert [s for s in seen if s not in " \ufffd"] == [
        s for s in text if not is_control(s) and s not in " \ufffd"
    ]
    assert sanitised(seen) == seen


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JAVASCRIPT:alert(1)", " javascript:alert(1)", "data:text/html,x", "vbscript:x",
        "file:///etc/passwd", "ftp://a.org/", "//a.org/x", "http:/a.org", "http://", "https:///x", "http://[",
        "http://a.org/ x", "http://a.org/<script>", 'http://a.org/"onmouseover="x', "http://a.org/'x",
        "http://a.org/\\x", "http://a.org/\x1b[2J", "http://a.org/\u202e", "mailto:a@example.org", "http://a.org\n",
    ],
)  # fmt: skip
def test_only_web_addresses_become_links_in_outputs(url):
    assert not is_web_address(url)


CELLS = st.text("=+-@\t\r\n'\"1.,eE5a \uff1d;", max_size=6) | st.floats(allow_nan=False) | st.none()


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=5))
def test_no_csv_field_is_a_formula_and_the_apostrophe_can_be_removed(rows):
    text = to_csv(["a", "-b", "c"], rows)
    header, *found = csv.reader(io.StringIO(text, newline=""))
    assert header == ["a", "'-b", "c"]
    assert len(found) == len(rows)
    number = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
    for row, cells in zip(rows, found, strict=True):
        for value, cell in zip(row, cells, strict=True):
            if isinstance(value, str):
                assert not re.match("[=+@\t\r\n\uff1d-]", cell) or number.match(cell)
                assert re.sub("^'(?='*[=+@\t\r\n\uff1d-])", "", cell) == value
            else:
                assert cell == ("" if value is None else str(value))


# ---- The terminal ----------------------------------------------------------------------------

OURS = re.compile(r"\x1b\[[0-9;]*m")
"""Escape sequences of our own tables: colours and weights."""


@pytest.fixture
def hostile(tmp_path):
    """A sites file whose names, cells and columns contain every control character."""
    rows = [{"name": text, "id": f"s{n}", "own": text, f"c{text}": text}
            for n, text in enumerate(CONTROLS.values())]  # fmt: skip
    features = [
        {"type": "Feature", "properties": row, "geometry": {"type": "Point", "coordinates": [n, 0]}}
        for n, row in enumerate(rows)
    ]
    path = tmp_path / "s.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


@pytest.mark.parametrize("screen", [False, True])
@pytest.mark.parametrize("more", [[], ["--summary"], ["--per-site"], ["--format", "csv"],
                                  ["--format", "json"], ["--sum", "own"]], ids="-".join)  # fmt: skip
def test_no_name_or_cell_controls_a_terminal(run, hostile, monkeypatch, screen, more):
    import sys

    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: screen)
    monkeypatch.setenv("COLUMNS", "200")
    outcome = run("check", "-f", "0,0", "--range", "900 km", "--sites", hostile, *more)
    assert outcome.status == 0, outcome.err
    words = OURS.sub("", outcome.out)
    if "--format" not in more or screen:  # data in a pipe are unchanged
        assert not [s for s in words if is_control(s) and s != "\n"]
    elif "json" in more:
        assert [row["own"] for row in json.loads(words)] == list(CONTROLS.values())
    if not screen:  # a screen shows our own progress bar
        assert not [s for s in outcome.err if is_control(s) and s != "\n"]


def test_untrusted_column_names_are_listed_in_one_line(run, tmp_path):
    path = tmp_path / "s.csv"
    path.write_text('"a\nrangemap: all is well\x1b[2J",b\n1,2\n')
    outcome = run("check", "-f", "0,0", "--range", "9 km", "--sites", path)
    assert outcome.status == 1
    assert len(outcome.err.splitlines()) == 1
    assert "\x1b" not in outcome.err


# ---- Names of files --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["a b", "'\"<b>&amp;", "{{7*7}}", "$x$`y`", "#1?x=2", "[a](b)", "-x", "ع", "=1"]
)
def test_an_output_with_an_unusual_name_is_written_under_that_name(
    run, tmp_path, monkeypatch, name
):
    monkeypatch.chdir(tmp_path)
    outcome = run("map", "-f", "0,0", "--range", "9 km", "-s", "0,0", "-o", f"./{name}.csv")
    assert outcome.status == 0, outcome.err
    assert [path.name for path in tmp_path.iterdir()] == [f"{name}.csv"]
    page = MapPage(html="<p>", title="T", language="en")
    text = snippet(page, f"{name}.html")
    assert not set('{}`<"') & set(re.search('src="([^"]*)"', text)[1])


def test_no_file_name_comes_from_data():
    from pathlib import Path

    from rangemap.render.outputs import WRITERS, MapFiles
    from rangemap.render.report import report_files

    selection = rm.Scenario(
        title="../../x", origins=["0,0"], ranges=["../../y=9 km"], sites=["0,0"]
    ).select()
    files = MapFiles(selection)
    names = [
        *files.files([Path("a.svg"), Path("a.geojson")]),
        *report_files(files, [Path("r:1.md")]),
    ]
    assert {str(name) for name in names} == {
        "a.svg", "a.alt.txt", "a.sources.txt", "a.geojson", "r:1.md", "r:1.map.png",
    }  # fmt: skip
    assert b"](r%3A1.map.png)" in report_files(files, [Path("r:1.md")])[Path("r:1.md")]
    assert set(WRITERS) == {s for s in WRITERS if s.startswith(".")}
