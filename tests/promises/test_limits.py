"""Each limit gives an error that names it and the fix; input just within it is accepted.

Also cases found by fuzzing.
"""

import json

import pytest

from rangemap import limits
from rangemap.catalogue.file import parse_catalogue
from rangemap.errors import DocumentError, RangemapError, RingError, ScenarioError
from rangemap.geodesy import LonLat, degree_decimals, ring
from rangemap.importing.ids import Ids
from rangemap.io.documents import parse_json, parse_yaml
from rangemap.io.files import read_bytes
from rangemap.places import find_place, parse_position, read_registry
from rangemap.render.page.embed import read_page
from rangemap.scenario.file import parse_scenario
from rangemap.wording.quantities import parse_number, parse_range
from tests.sites.reading import read_whole


def refusal(call, *values, **named) -> str:
    with pytest.raises(RangemapError) as refused:
        call(*values, **named)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_levels_of_nesting():
    deepest = limits.DEEPEST
    for text in ("[" * deepest + "1" + "]" * deepest, "[" * deepest + "]" * deepest):
        parse_json(text, name="x")
        parse_yaml(text, name="x")
        for parse in (parse_json, parse_yaml):
            assert f"nested deeper than {deepest} levels; flatten it" in refusal(
                parse, f"[{text}]", name="x"
            )


def test_values_of_a_document(monkeypatch):
    for name in ("MOST_VALUES", "MOST_JSON_VALUES"):
        monkeypatch.setattr(f"rangemap.io.documents.{name}", 10)
    parse_yaml("[1, 2, 3, 4, 5, 6, 7, 8, 9]", name="x")
    parse_json("[1, 2, 3, 4, 5, 6, 7, 8, 9]", name="x")
    more = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]"
    assert "x:1: more than 10 values; split the file" in refusal(parse_yaml, more, name="x")
    assert "x: more than 10 values; split it" in refusal(parse_json, more, name="x")
    for lines in (True, False):
        for count, fits in ((9, True), (10, False)):
            text = "\n".join(f"k{n}: {n}" for n in range(count))
            if fits:
                parse_yaml(text, name="x", lines=lines)
            else:
                assert "x:10: more than 10 values" in refusal(
                    parse_yaml, text, name="x", lines=lines
                )


def test_a_line_of_yaml():
    longest = limits.LONGEST_YAML_LINE
    parse_yaml("a: 1\nb: " + "x" * (longest - 10), name="x")
    line = refusal(parse_yaml, "a: 1\nb: " + "x" * 2 * longest, name="x")
    assert line.endswith("a line of more than 1,048,576 characters; break it")


def test_a_file_is_refused_by_its_size_before_it_is_read(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(limits.LARGEST_FILE + 1)
    assert "larger than 512 MiB; split it, or let `rangemap check` read" in refusal(
        read_bytes, path
    )
    assert "larger than 64 MiB" in refusal(read_bytes, path, largest=limits.LARGEST_HAND_WRITTEN)


@pytest.mark.parametrize(
    ("name", "most", "content", "words"),
    [
        ("MOST_ROWS", 2, "name,lat,lon\n" + "A,1,2\n" * 3, "more than 2 rows of 3 columns; split it"),
        ("MOST_CELLS", 8, "name,lat,lon\n" + "A,1,2\n" * 3, "more than 2 rows of 3 columns; split it"),
        ("MOST_COLUMNS", 3, "name,lat,lon,x\n", "4 columns or keys; expected at most 3; leave some"),
        ("MOST_LINES", 3, "name,lat,lon\n\n\n\nA,1,2\n", "more than 3 lines; split it"),
        ("LONGEST_LINE", 20, "name,lat,lon\n" + "A" * 30 + ",1,2\n", "a.csv:2: a line of 35 characters"),
    ],
)  # fmt: skip
def test_a_table_in_memory(tmp_path, monkeypatch, name, most, content, words):
    (tmp_path / "a.csv").write_text(content)
    read_whole(tmp_path / "a.csv")
    module = "formats" if "LINE" in name else "table"
    monkeypatch.setattr(f"rangemap.sites.{module}.{name}", most)
    assert words in refusal(read_whole, tmp_path / "a.csv")


def test_keys_of_features(tmp_path, monkeypatch):
    point = {"type": "Point", "coordinates": [1, 2]}
    features = [
        {"type": "Feature", "geometry": point, "properties": {"name": "A", f"k{n}": 1}}
        for n in range(5)
    ]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    assert len(read_whole(path).names) == 5
    monkeypatch.setattr("rangemap.sites.table.MOST_COLUMNS", 5)
    assert "6 columns or keys; expected at most 5" in refusal(read_whole, path)


def test_the_length_of_typed_values():
    assert "number has 21 characters" in refusal(parse_number, "1" * 21)
    assert "(201 characters) is too long for a range" in refusal(parse_range, "1" * 201)
    assert "201 characters; expected at most 200" in refusal(find_place, "a" * 201, read_registry())
    assert (
        parse_position("1" * 101) is None
    )  # not a position: a name, which is then too long or unknown


def test_the_length_of_an_argument(run):
    outcome = run("check", "-f", "a" * (limits.LONGEST_ARGUMENT + 1))
    assert outcome.status == 2
    assert outcome.err == (
        f"rangemap: argument '{'a' * 200}'... (4,097 characters) is too long; expected at most"
        " 4,096 characters, so put it in a file\n"
    )


def test_an_error_truncates_long_values_and_long_lists_of_errors():
    long = refusal(parse_scenario, b"title: " + b"x" * 5000, name="s.yaml")
    assert len(long) < 500
    assert "(5,000 characters)" in long
    with pytest.raises(ScenarioError) as refused:
        parse_scenario("".join(f"k{n}: 1\n" for n in range(1500)).encode(), name="s.yaml")
    lines = str(refused.value).splitlines()
    assert len(lines) == limits.MOST_FINDINGS + 1
    assert lines[-1] == "s.yaml: and 500 more errors"
    tree = b"weapons: [{id: [" + b"a," * 5000 + b"a]}]"
    with pytest.raises(DocumentError) as refused:
        parse_catalogue(tree, name="w.yaml")
    assert max(map(len, str(refused.value).splitlines())) < 500


def test_ids_of_many_equal_names_are_found_quickly():
    ids = Ids()
    found = [
        ids.reserve(ids.unique("a")) for _ in range(50_000)
    ]  # would take hours if each search started at 2
    assert (found[0], found[1], found[-1]) == ("a", "a-2", "a-50000")
    assert len(set(found)) == 50_000


# -- found by fuzzing and by the garden ---------------------------------------------------------


@pytest.mark.parametrize("value", ["{a: b}", "[km]", "", "~"])
def test_non_string_units_are_refused(value):
    assert "expected km, mi or nmi" in refusal(parse_scenario, f"units: {value}".encode(), name="s")


@pytest.mark.parametrize(
    "text", ["0.000005 m", "0.0000001 mi", "0.000000000000000012 km", "0.0001234567 nmi", "1.5 m"]
)
def test_a_small_range_round_trips(text):
    read = parse_range(text)
    again = parse_range(str(read))
    assert again.high_m == pytest.approx(read.high_m, rel=1e-5)


@pytest.mark.parametrize("radius_m", [5e-324, 1e-10])
def test_a_radius_beyond_floating_point_range_is_refused(radius_m):
    with pytest.raises(RingError, match="1e-09"):
        degree_decimals(radius_m)
    with pytest.raises(RingError, match="at least 1e-09"):
        ring(LonLat(0, 0), radius_m)
    assert ring(LonLat(0, 0), 1.0).deviation < 1e-4


@pytest.mark.parametrize("text", ["<![<![<![", "<!--" * 1000, "<a b='" * 1000, ""])
def test_markup_other_than_our_pages_is_refused(tmp_path, text):
    (tmp_path / "a.html").write_text(text)
    assert "not a map page" in refusal(read_page, tmp_path / "a.html")


def test_an_unpaired_surrogate_is_not_yaml():
    assert refusal(parse_yaml, "a: 1\nb: \ud800", name="x") == (
        "x:2: contains an unpaired surrogate; replace it with a whole character"
    )


def test_an_incomplete_row_that_is_not_utf_8_gives_one_line(run, tmp_path):
    (tmp_path / "a.csv").write_bytes(b"name,lat,lon\nA,1,2\n\x85\nB,1,2\n")
    words = ["-f", "0,0", "--range", "1 km", "--sites", tmp_path / "a.csv"]
    outcome = run("check", *words, "--rejects", tmp_path / "r.csv", "-o", tmp_path / "o.csv")
    assert outcome.status == 1
    assert outcome.err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
