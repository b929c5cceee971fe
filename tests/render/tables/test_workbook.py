"""The workbook of a check, read by openpyxl: cell by cell the figures of `check`, in words."""

import json
from urllib.parse import unquote

import openpyxl
import pytest

import rangemap as rm
from rangemap.wording.language import read_language

SITES = [
    ("Kuwait shop", 29.3759, 47.9774, 22, 900000), ("Istanbul hub", 41.0082, 28.9784, 330, 41000000),
    ("Beirut office", 33.8938, 35.5018, 42, 1200000), ("Doha office", 25.2854, 51.5310, 60, 8000000),
]  # fmt: skip
WORDS = {
    "inside": "within reach",
    "disputed": "disputed",
    "too_close": "below minimum range",
    "outside": "out of reach",
}


@pytest.fixture
def board(tmp_path):
    lines = [",".join(map(str, row)) for row in SITES]
    (tmp_path / "s.csv").write_text("name,lat,lon,staff,insured_value\n" + "\n".join(lines) + "\n")
    (tmp_path / "b.yaml").write_text(
        "title: Our sites & three systems\ndate: 2026-11\ncredit: Group Security\n"
        "origins: [Kermanshah, Tehran]\nweapons: [Fateh-110, Shahab-3]\nsites: s.csv\n"
    )
    return tmp_path


def written(run, board, *words):
    outcome = run("check", board / "b.yaml", *words, "-o", board / "b.xlsx")
    assert outcome.status == 0, outcome.err
    return openpyxl.load_workbook(board / "b.xlsx")


def table(sheet):
    """A sheet as a list of mappings, without empty cells."""
    header, *rows = sheet.iter_rows(values_only=True)
    assert len(set(header)) == len(header)
    return [
        {name: value for name, value in zip(header, row, strict=True) if value is not None}
        for row in rows
    ]


def test_the_verdicts_are_those_of_check_cell_by_cell(run, board):
    book = written(run, board)
    assert book.sheetnames == ["Summary", "Sites", "Verdicts", "Sources", "About"]
    found = table(book["Verdicts"])
    expected = rm.Scenario.read(board / "b.yaml").check()
    assert len(found) == len(expected) == 16
    headings = {
        "From": "origin", "Weapon or range": "weapon", "Site": "site", "Distance (km)": "distance_km",
        "Lowest figure (km)": "low_km", "Line drawn (km)": "headline_km",
        "Line as published": "headline_published", "Highest figure (km)": "high_km",
        "Claims that reach": "claims_reaching", "Claims": "claims", "Margin (km)": "margin_km",
        "Precision (km)": "precision_km", "staff": "staff", "insured value": "insured_value",
    }  # fmt: skip
    for row, check in zip(found, expected.to_dict("records"), strict=True):
        assert {key: row[key] for key in headings} == {k: check[v] for k, v in headings.items()}
        assert row["Verdict"] == WORDS[check["verdict"]]
        assert row.get("Reason", "") == check["reason"]


def test_the_sites_are_those_of_check_per_site_the_most_exposed_first(run, board):
    found = table(written(run, board)["Sites"])
    scenario = rm.Scenario.read(board / "b.yaml")
    expected = {row["site"]: row for row in scenario.per_site().to_dict("records")}
    cells = {(r.site, r.weapon, r.origin): r.verdict for r in scenario.check().itertuples()}
    assert {row["Site"] for row in found} == set(expected)
    for row in found:
        check = expected[row["Site"]]
        assert row["Strongest verdict"] == WORDS[check["verdict"]]
        assert row["Nearest line"] == check["weapon"]
        assert row["From"] == check["origin"]
        for heading, name in {
            "Distance (km)": "distance_km", "Margin (km)": "margin_km",
            "Weapons within reach": "systems_inside", "Weapons disputed": "systems_disputed",
            "staff": "staff", "insured value": "insured_value", "lat": "lat", "lon": "lon",
        }.items():  # fmt: skip
            assert row[heading] == check[name], heading
        for weapon in ("Fateh-110", "Shahab-3"):
            for origin in ("Kermanshah", "Tehran"):
                verdict = cells[row["Site"], weapon, origin]
                assert row[f"{weapon} from {origin}"] == WORDS[verdict]
    order = list(WORDS.values())
    severity = [order.index(row["Strongest verdict"]) for row in found]
    assert severity == sorted(severity)


def test_the_summary_has_the_counts_and_totals_of_check(run, board):
    sums = ["--sum", "staff", "--sum", "insured_value"]
    found = table(written(run, board, *sums)["Summary"])
    run("check", board / "b.yaml", *sums, "-o", board / "s.json")
    expected = json.loads((board / "s.json").read_text())
    names = {
        "From": "origin", "Weapon or range": "weapon", "Lowest figure (km)": "low_km",
        "Line drawn (km)": "headline_km", "Line as published": "headline_published",
        "Highest figure (km)": "high_km", "Sites": "sites",
    }  # fmt: skip
    # No weapon here has a minimum range.
    verdicts = {"Within": "inside", "Disputed": "disputed", "Outside": "outside"}
    names |= verdicts
    for name in ("staff", "insured_value"):
        shown = name.replace("_", " ")
        names |= {f"{shown}: {title}": f"{name}_{key}" for title, key in verdicts.items()}
    assert found == [{key: row[name] for key, name in names.items()} for row in expected]
    assert {row["too_close"] for row in expected} == {0}


def test_sources_and_about_say_where_the_figures_come_from(run, board):
    book = written(run, board)
    systems = rm.Scenario.read(board / "b.yaml").select().systems
    claims = [(s.label, c.source.publisher) for s in systems for c in s.weapon.claims]
    found = [(row["Weapon or range"], row["Publisher"]) for row in table(book["Sources"])]
    assert sorted(found) == sorted(claims)
    addresses = {unquote(c.source.url) for s in systems for c in s.weapon.claims if c.source.url}
    shown = [row["Address"] for row in table(book["Sources"]) if "Address" in row]
    assert {unquote(address) for address in shown} == addresses
    assert any("إيران" in address for address in shown)
    about = dict(row[:2] for row in book["About"].iter_rows(values_only=True) if row[0])
    assert about["Title"] == "Our sites & three systems"
    assert about["Date"] == "November 2026"
    assert about["Credit"] == "Group Security"
    assert about["Catalogue"] == rm.Scenario.read(board / "b.yaml").select().basis
    assert about["What a ring is"].endswith("It is not a forecast.")


@pytest.mark.parametrize(
    ("words", "sheets"),
    [
        (["--summary"], ["Summary", "Sources", "About"]),
        (["--per-site"], ["Summary", "Sites", "Sources", "About"]),
        (["--only", "disputed"], ["Summary", "Sites", "Verdicts", "Sources", "About"]),
    ],
)
def test_options_choose_sheets_and_rows(run, board, words, sheets):
    book = written(run, board, *words)
    assert book.sheetnames == sheets
    if "--only" in words:
        scenario = rm.Scenario.read(board / "b.yaml")
        check, sites = scenario.check(), scenario.per_site()
        assert book["Verdicts"].max_row - 1 == (check["verdict"] == "disputed").sum()
        assert book["Sites"].max_row - 1 == (sites["verdict"] == "disputed").sum()


def test_verdicts_have_their_colours_and_the_header_its_filter(run, board):
    sheet = written(run, board)["Verdicts"]
    assert sheet.freeze_panes == "A2"
    column = next(cell.column for cell in sheet[1] if cell.value == "Verdict")
    colours = {sheet.cell(n, column).value: sheet.cell(n, column).fill.fgColor.rgb for n in range(2, 18)}  # fmt: skip
    assert len(set(colours.values())) == len(colours) >= 2


@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_the_workbook_is_in_the_language_and_direction(run, board, lang):
    book = written(run, board, "--lang", lang)
    language = read_language(lang)
    names = [language.translate(f"sheet_{name}") for name in ("summary", "sites", "verdicts", "sources", "about")]  # fmt: skip
    assert book.sheetnames == names
    sheet = book[names[2]]
    assert bool(sheet.sheet_view.rightToLeft) == (lang == "ar")
    header = [cell.value for cell in sheet[1]]
    place = header.index(language.translate("column_verdict"))
    shown = {row[place] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert shown <= {language.translate(verdict) for verdict in WORDS}
    english = read_language("en")
    assert not {english.translate("column_distance"), english.translate("column_margin")} & set(header)  # fmt: skip


def test_python_writes_the_same_workbook(run, board):
    book = written(run, board)
    rm.Scenario.read(board / "b.yaml").to_file(board / "p.xlsx")
    other = openpyxl.load_workbook(board / "p.xlsx")
    for sheet in book:
        rows = list(sheet.iter_rows(values_only=True))
        assert rows == list(other[sheet.title].iter_rows(values_only=True))


@pytest.mark.parametrize(
    ("values", "shown", "number_format"),
    [
        (["50388", "0.2"], "50,388.2", "#,##0.0"),
        (["50388.25", "1"], "50,389.25", "#,##0.00"),
        (["1e3", "22"], "1,022", "#,##0"),
        (["0.30000000000000004", "2.5"], "2.80", "#,##0.00"),
    ],
)
def test_totals_have_the_decimals_of_their_column(run, tmp_path, values, shown, number_format):
    rows = [f"{name},35,45,{value}" for name, value in zip("AB", values, strict=True)]
    (tmp_path / "s.csv").write_text("name,lat,lon,size\n" + "\n".join(rows) + "\n")
    words = (
        "--from",
        "Kermanshah",
        "--range",
        "900 km",
        "--sites",
        tmp_path / "s.csv",
        "--sum",
        "size",
    )
    assert run("check", *words, "-o", tmp_path / "c.xlsx").status == 0
    assert run("report", *words, "-o", tmp_path / "r.md").status == 0
    header, row = openpyxl.load_workbook(tmp_path / "c.xlsx")["Summary"].iter_rows()
    (cell,) = (cell for name, cell in zip(header, row, strict=True) if name.value == "size: Within")
    assert cell.value == pytest.approx(sum(map(float, values)))
    assert cell.number_format == number_format
    assert f"(size: {shown})" in (tmp_path / "r.md").read_text()
