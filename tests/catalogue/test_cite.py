"""Citations of sources, and the catalogue edition of each figure."""

import csv
import io
import json

import bibtexparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rangemap.catalogue import (
    CiteFormat,
    Claim,
    Source,
    Weapon,
    bare_system,
    cite,
    make_system,
    read_catalogue,
    read_publishers,
    with_credits_in_order,
)  # fmt: skip
from rangemap.wording.quantities import parse_range

BOOK = read_catalogue()
SYSTEMS = [make_system(*BOOK.find(name)) for name in ("Al Aqsa", "Fateh-110", "Kalibr")]


def entries(text):
    library = bibtexparser.parse_string(text)
    assert not library.failed_blocks
    return library.entries


def test_each_publication_is_cited_once_with_every_figure_from_it():
    lines = cite(SYSTEMS).splitlines()
    sources = {claim.source for system in SYSTEMS for claim in system.band.claims}
    assert len(lines) == len(sources) + 1
    assert lines[0] == (
        "The National, “US forces expected to strike Iraqi militias after ‘huge escalation’”,"
        " 2024-01-21, https://www.thenationalnews.com/mena/iraq/2024/01/21/us-iraq-missile-attack-al-asad"
        " (Al Aqsa: up to 250 km, attributed to Fabian Hinz; Fateh-110: up to 500 km)."
    )
    assert lines[-1].startswith("rangemap, “Published ranges, each with its source: weapons.yaml")
    for source in sources:
        assert source.url in cite(SYSTEMS)


def untitled(title=None, **known):
    """A weapon with one claim whose source may lack title, address or date."""
    claim = Claim(
        id="c", range=parse_range("up to 300 km"), source=Source(publisher="Wire", title=title, **known)
    )  # fmt: skip
    weapon = Weapon(id="w", name="W", country=("X",), category="c", claims=(claim,))
    return make_system(weapon, None)


UNTITLED = {
    "all but the title": {"url": "https://www.wire.example/a?b=c", "date": "2024-05"},
    "no date": {"url": "https://wire.example:8443/"},
    "no address": {"date": "2024-05-06"},
    "nothing": {},
    "an address without a known site": {"url": "https://[::1/a"},
}


def test_a_source_without_a_title_is_cited_by_site_and_date():
    assert "JFeed, jfeed.com, 2024-11, https://jfeed.com/" in cite(SYSTEMS)
    lines = {key: cite([untitled(**known)]) for key, known in UNTITLED.items()}
    assert lines == {
        "all but the title": "Wire, wire.example, 2024-05, https://www.wire.example/a?b=c (W: up to 300 km).\n",
        "no date": "Wire, wire.example, https://wire.example:8443/ (W: up to 300 km).\n",
        "no address": "Wire, 2024-05-06 (W: up to 300 km).\n",
        "nothing": "Wire (W: up to 300 km).\n",
        "an address without a known site": "Wire, https://[::1/a (W: up to 300 km).\n",
    }


def test_another_bibtex_reader_finds_site_and_date_if_there_is_no_title():
    titles = {
        key: entries(cite([untitled(**known)], CiteFormat.BIBTEX))[0]["title"]
        for key, known in UNTITLED.items()
    }
    assert titles == {
        "all but the title": "{wire.example, 2024-05}",
        "no date": "{wire.example}",
        "no address": "{Wire, 2024-05-06}",
        "nothing": "{Wire}",
        "an address without a known site": "{Wire}",
    }


def test_no_output_mentions_an_unknown_title(run, tmp_path):
    done = run("weapons", "show", "Fateh-110")
    assert "\n        JFeed: jfeed.com, 2024-11" in done.out
    done = run(
        "map", "-f", "Erbil", "-w", "Fateh-110", "-s", "Baghdad", "-o", tmp_path / "m.html",
        "-o", tmp_path / "m.kml", "-o", tmp_path / "m.geojson", "-o", tmp_path / "m.png",
    )  # fmt: skip
    assert done.status == 0, done.err
    paths = [tmp_path / f"r{suffix}" for suffix in (".html", ".md")]
    outputs = [word for path in paths for word in ("-o", path)]
    assert run("report", "-f", "Erbil", "-w", "Fateh-110", *outputs).status == 0
    texts = {
        path.name: path.read_text("utf-8")
        for path in tmp_path.iterdir()
        if not path.name.endswith((".png", ".alt.txt"))
    }
    assert {name for name, text in texts.items() if "not known)" in text} == set()
    assert {name for name, text in texts.items() if "jfeed.com" not in text} == set()
    assert '"publisher":"JFeed","title":"jfeed.com"' in texts["m.html"]
    # Reports show the address in full instead.
    assert r"| JFeed | 2024-11 | [https\://jfeed.com/" in texts["r.md"]
    assert "&gt;jfeed.com&lt;/a&gt;" in texts["m.kml"]


def test_another_bibtex_reader_finds_the_same_sources():
    found = entries(cite(SYSTEMS, CiteFormat.BIBTEX))
    assert len({entry.key for entry in found}) == len(found)
    sources = {claim.source for system in SYSTEMS for claim in system.band.claims}
    assert {entry["url"] for entry in found if "url" in entry} == {s.url for s in sources}
    first = found[0]
    assert (first["year"], first["month"]) == ("2024", "jan")
    assert first["author"] == "{The National}"


texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30).filter(
    str.strip
)


@given(texts, texts)
def test_no_text_of_a_source_breaks_a_bibtex_entry(publisher, title):
    claim = Claim(
        id="c", range=parse_range("up to 1 km"),
        source=Source(publisher=publisher, title=title, date="2024-05-06"),
    )  # fmt: skip
    weapon = Weapon(id="w", name=title, country=("X",), category="c", claims=(claim,))
    (found,) = entries(cite([make_system(weapon, None)], CiteFormat.BIBTEX))
    assert list(found.fields_dict) == ["author", "title", "year", "month", "note"]
    depth = 0
    for sign in found["title"]:
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0


def test_a_bare_range_has_no_source():
    assert cite([bare_system("70 km")]) == ""


@pytest.mark.parametrize("command", ["check", "map"])
def test_a_command_prints_the_sources_of_its_rings(run, command):
    words = [command, "-f", "Erbil", "-w", "Fateh-110", "--cite", "text"]
    done = run(*words)
    assert (done.status, done.err) == (0, "")
    system = make_system(*BOOK.find("Fateh-110"))
    assert done.out == cite([with_credits_in_order(system, read_publishers())])
    assert entries(run(*words[:-1], "bibtex").out)


def test_the_sources_of_a_weapon_include_those_of_its_variants(run):
    done = run("weapons", "show", "Neptune", "--cite", "text")
    assert "Neptune (Long Neptune): about 1,000 km" in done.out
    assert "Neptune: about 200 mi" in done.out


OWN = """\
edition: "1"
weapons:
  - id: fateh-110
    name: Fateh-110
    country: X
    category: short-range ballistic missile
    claims:
      - {id: own, range: up to 400 km, source: {publisher: Own}}
"""


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(OWN, "utf-8")
    return path


def test_a_figure_names_its_catalogue_file(run, own, tmp_path):
    out = tmp_path / "x.csv"
    words = ["-f", "Erbil", "-s", "Jurf Al Sakhar", "-w", "Fateh-110", "-w", "Al Aqsa"]
    done = run(
        "check",
        *words,
        "--range",
        "70 km",
        "--catalogue",
        "built-in",
        "--catalogue",
        own,
        "-o",
        out,
    )
    assert done.status == 0, done.err
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8"))))
    assert [row["weapon"] for row in rows] == ["Fateh-110", "Al Aqsa", "70 km"]
    mine, theirs, none = (row["edition"] for row in rows)
    assert mine.startswith("own.yaml 1 sha256:")
    assert theirs == BOOK.edition
    assert none == ""
    run("map", *words, "--catalogue", "built-in", "--catalogue", own, "-o", tmp_path / "x.geojson")
    content = json.loads((tmp_path / "x.geojson").read_text("utf-8"))
    assert content["edition"] == f"{mine} + {theirs}"
    editions = {
        f["properties"].get("weapon"): f["properties"].get("edition") for f in content["features"]
    }
    assert (editions["Fateh-110"], editions["Al Aqsa"]) == (mine, theirs)


@pytest.mark.parametrize("more", [[], ["--sum", "beds"]])
@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_a_summary_file_names_the_edition(run, own, tmp_path, suffix, more):
    sites, out = tmp_path / "sites.csv", tmp_path / f"x{suffix}"
    sites.write_text("name,lat,lon,beds\nA,36,44,5\n", "utf-8")
    words = ["-f", "Erbil", "-w", "Fateh-110", "--range", "70 km", "--catalogue", own]
    done = run("check", *words, "--sites", sites, "--summary", *more, "-o", out)
    assert done.status == 0, done.err
    text = out.read_text("utf-8")
    rows = json.loads(text) if suffix == ".json" else list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0])[-1] == "edition"
    assert rows[0]["edition"].startswith("own.yaml 1 sha256:")
    assert not rows[1]["edition"]


@pytest.mark.usefixtures("own")
def test_a_scenario_can_add_to_the_built_in_catalogue(run, tmp_path):
    scenario = tmp_path / "s.yaml"
    scenario.write_text(
        "origins: [Erbil]\nweapons: [Fateh-110, Kalibr]\nsites: [Jurf Al Sakhar]\n"
        "catalogue: [built-in, own.yaml]\n",
        "utf-8",
    )
    done = run("check", scenario, "--format", "csv")
    assert done.status == 0, done.err
    assert [row["high_km"] for row in csv.DictReader(io.StringIO(done.out))] == ["400.0", "2000.0"]
