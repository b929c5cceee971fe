"""Every output of a filtered selection says which claims count."""

import csv
import io
import json
import sqlite3
import zipfile

import pytest
from docx import Document
from pypdf import PdfReader

import rangemap as rm
from rangemap.render.figure.alt_text import alt_text
from rangemap.render.wording import promise
from rangemap.rings import make_rings
from rangemap.wording.language import LANGUAGES, read_language

FILTER = [
    "--source-kind",
    "newspaper",
    "--source-kind",
    "Broadcaster",
    "--no-state-media",
    "--as-of",
    "2024-12",
]
ONE = ["-f", "Baghdad", "-w", "Fateh-110", "-s", "Erbil"]
CONDITIONS = (
    "published by 2024-12-31; publishers of these kinds: newspaper, broadcaster; not from state media"
    " or repeating them"
)
SENTENCE = f"Claims that count: {CONDITIONS}."


@pytest.fixture(scope="module")
def folder(tmp_path_factory, run_once):
    return run_once(tmp_path_factory.mktemp("filtered"), FILTER)


@pytest.fixture(scope="module")
def run_once():
    from typer.testing import CliRunner

    from rangemap.cli.app import app

    def run(folder, options):
        maps = ["m.html", "m.csv", "m.geojson", "m.kml", "m.gpkg", "m.svg", "m.pdf", "m.png"]
        for command in (
            [
                "map",
                *ONE,
                *options,
                *(word for name in maps for word in ("-o", str(folder / name))),
            ],
            [
                "report",
                *ONE,
                *options,
                *(w for s in ("html", "md", "docx", "pdf") for w in ("-o", str(folder / f"r.{s}"))),
            ],
            ["check", *ONE, *options, "-o", str(folder / "m.xlsx"), "-o", str(folder / "c.json")],
        ):
            result = CliRunner().invoke(app, command)
            assert result.exit_code == 0, result.output
        return folder

    return run


def squeezed(text):
    return "".join(text.split())


def text_of(path):
    content = path.read_bytes()
    match path.suffix:
        case ".pdf":
            return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
        case ".docx":
            body = Document(io.BytesIO(content)).element.body
            return "".join(node.text or "" for node in body.iter() if node.tag.endswith("}t"))
        case ".xlsx":
            with zipfile.ZipFile(path) as archive:
                return "".join(
                    archive.read(n).decode() for n in archive.namelist() if n.endswith(".xml")
                )
        case ".gpkg":
            with sqlite3.connect(path) as database:
                return str(database.execute("select edition from rings").fetchall())
    return content.decode("utf-8-sig", errors="replace")


@pytest.mark.parametrize(
    "name",
    [
        "m.html",
        "m.kml",
        "m.sources.txt",
        "m.alt.txt",
        "m.svg",
        "m.pdf",
        "r.html",
        "r.md",
        "r.docx",
        "r.pdf",
    ],
)
def test_every_output_for_readers_states_the_conditions(folder, name):
    text = text_of(folder / name).replace("31 December 2024", "2024-12-31")  # as pages write it
    assert squeezed(SENTENCE) in squeezed(text)


@pytest.mark.parametrize("name", ["m.csv", "m.geojson", "m.gpkg", "m.xlsx", "c.json"])
def test_every_file_of_data_states_the_conditions_with_the_edition(folder, name):
    assert f"; claims that count: {CONDITIONS}" in text_of(folder / name)


def test_the_short_description_says_so_however_short_it_is(folder):
    first = (folder / "m.alt.txt").read_text("utf-8").splitlines()[0]
    assert first.endswith((SENTENCE, "Not all published claims count.")) or "31 Dec" in first
    assert len(first) <= 250
    few = rm.Scenario(origins="Baghdad", weapons="Fateh-110", no_state_media=True).select()
    alt = alt_text(few, make_rings(few))
    assert "Claims that count: not from state media or repeating them." in alt
    weapons = ["Fateh-110", "Shahab-3", "Sejjil", "Emad", "Fattah-1", "Zolfaghar", "Dezful"]
    for lang in LANGUAGES:
        selection = rm.Scenario(
            origins="Baghdad", no_state_media=True, title="T" * 200, weapons=weapons, lang=lang
        ).select()
        alt = alt_text(selection, make_rings(selection))
        assert read_language(lang).translate("claims_selected") in alt
        assert len(alt) <= 250


def test_the_edition_is_in_one_column(folder):
    (row,) = csv.DictReader((folder / "m.csv").read_text("utf-8-sig").splitlines())
    assert row["edition"].startswith("weapons.yaml 2026.12 sha256:")
    assert row["edition"].endswith(CONDITIONS)
    rings = json.loads((folder / "m.geojson").read_text("utf-8"))
    assert rings["edition"] == row["edition"]


def test_the_command_line_says_how_many_claims_count(run):
    outcome = run("check", *ONE, *FILTER)
    assert outcome.status == 0
    assert outcome.err.splitlines()[0] == f"rangemap: claims that count: {CONDITIONS} (4 of 7)"


def test_without_conditions_nothing_is_said(run, tmp_path):
    outcome = run(
        "map", *ONE, "-o", tmp_path / "m.html", "-o", tmp_path / "m.csv", "-o", tmp_path / "m.kml"
    )
    for text in (outcome.err, *(path.read_text("utf-8") for path in tmp_path.glob("m.[ck]*"))):
        assert "laims that count" not in text
    page = (tmp_path / "m.html").read_text("utf-8")
    assert (
        "Claims that count: {conditions}."
        not in page.replace("\\u007b", "{").split('"promise"')[1][:400]
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_state_the_conditions_in_their_language(lang):
    scenario = rm.Scenario(
        origins="Baghdad", weapons="Fateh-110", source_kinds=["newspaper", "trade press"], no_state_media=True,
        as_of="2024-12", exclude="fateh-110/the-national-2024", lang=lang,
    )  # fmt: skip
    systems = scenario.select().systems
    language = read_language(lang)
    text = promise(systems, language)
    for part in (
        language.translate("publisher_newspaper"),
        language.translate("publisher_trade_press"),
        language.translate("counted_no_state_media"),
        language.date("2024-12-31"),
        "fateh-110/the-national-2024",
    ):
        assert part in text
    assert "{" not in text


def test_a_range_as_typed_has_no_conditions():
    scenario = rm.Scenario(origins="Baghdad", ranges="70 km", no_state_media=True)
    assert "laims that count" not in promise(scenario.select().systems, read_language("en"))
    assert scenario.rings()["edition"].isna().all()


def test_a_scenario_file_has_the_same_keys(tmp_path):
    (tmp_path / "s.yaml").write_text(
        "origins: Baghdad\nweapons: Fateh-110\nsource_kinds: [Newspaper, think-tank]\nno_state_media: true\n",
        "utf-8",
    )
    scenario = rm.Scenario.read(tmp_path / "s.yaml")
    assert (scenario.source_kinds, scenario.no_state_media) == (("newspaper", "think tank"), True)
    assert [c.source.publisher for c in scenario.select().systems[0].band.claims] == [
        "The National", "Farol da Bahia", "JFeed", "Tevhid Haber",
    ]  # fmt: skip
    assert scenario.notes()[0].endswith("(4 of 7)") or "(4 of 7)" in "".join(scenario.notes())


def test_own_publishers_are_left_out_by_kind_with_a_note_and_kept_otherwise(run, tmp_path):
    (tmp_path / "own.yaml").write_text(
        "weapons:\n- {id: own, name: Own, country: X, category: rocket, claims: [{id: a, range: 70 km,"
        " source: {publisher: Mine, date: 2024}}, {id: b, range: 90 km, source: {publisher: MBDA}}]}\n",
        "utf-8",
    )
    one = [
        "-f",
        "Baghdad",
        "-w",
        "Own",
        "-s",
        "Erbil",
        "--catalogue",
        tmp_path / "own.yaml",
        "--format",
        "json",
    ]
    made = run("check", *one, "--source-kind", "manufacturer")
    assert json.loads(made.out)[0]["high_km"] == 90
    assert "not in the list, whose claims do not count: Mine; add the kind `unknown`" in made.err
    both = run("check", *one, "--source-kind", "manufacturer", "--source-kind", "unknown")
    assert json.loads(both.out)[0]["claims"] == 2
    free = run("check", *one, "--no-state-media")
    assert json.loads(free.out)[0]["claims"] == 2
    assert "it is not known whether these are state media, so their claims count: Mine" in free.err
