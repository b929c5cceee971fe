"""Tables of weapons: every decision comes from evidence or an option, or is not made."""

import csv
import re

import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st

from rangemap.catalogue import read_catalogue
from rangemap.catalogue.file import parse_catalogue
from rangemap.errors import DocumentError, QuantityError, UsageError
from rangemap.importing.choices import DecimalSeparator
from rangemap.importing.decimals import normalise_figure, normalise_figures
from rangemap.importing.ids import slug
from rangemap.wording.quantities import parse_range
from tests.importing.reading import noted, ranges, weapons


@pytest.fixture
def table(tmp_path):
    """Return a function that writes a table and returns its path."""

    def write(*lines: str, name="a.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes("\n".join((*lines, "")).encode(encoding))
        return path

    return write


def refused(path, **options) -> str:
    with pytest.raises(DocumentError) as refusal:
        weapons(path, **options)
    line = str(refusal.value)
    assert line.startswith(f"{path}: ")
    assert "\n" not in line
    return line.removeprefix(f"{path}: ")


# -- figures ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "figures"),
    [
        (["1.300", "1.150,5"], ["1,300", "1,150.5"]),
        (["1.300", "2,75"], ["1,300", "2.75"]),
        (["1,300", "2.75"], ["1,300", "2.75"]),
        (["1.300", "1,300.5"], ["1.3", "1,300.5"]),
        (["0,500", "1,500"], ["0.5", "1.5"]),  # a thousands group cannot follow a leading 0
        (["1.300.000 m", "70"], ["1,300,000 m", "70"]),
        (["300", "1200"], ["300", "1,200"]),
    ],
)
def test_one_unambiguous_figure_determines_the_decimal_separator_of_the_column(
    table, cells, figures
):
    rows = [f'{chr(97 + i)};"{cell}"' for i, cell in enumerate(cells)]
    result, _ = weapons(table("name;range_km", *rows))
    assert [
        words[0].removeprefix("about ").removesuffix(" km") for words in ranges(result).values()
    ] == figures


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["300", "1.300"], "row 3: '1.300' could be 1.3 or 1,300, and no other figure decides it"),
        (
            ["1,200", "2,500"],
            "row 2: '1,200' could be 1,200 or 1.2, and no other figure decides it",
        ),
        (["up to 1.300 km"], "row 2: '1.300' could be 1.3 or 1,300"),
        (
            ["1,5", "2.5"],
            "'2.5' in row 3 has a decimal point but '1,5' in row 2 has a decimal comma",
        ),
    ],
)
def test_an_ambiguous_figure_needs_the_decimal_option(table, cells, words):
    path = table("name;range_km", *(f"{chr(97 + i)};{cell}" for i, cell in enumerate(cells)))
    line = refused(path)
    assert words in line
    assert line.endswith("use --decimal point or --decimal comma")
    result, log = weapons(path, decimal="comma")
    assert noted(log, "decimal") == "comma (given)"
    assert len(result.rejects) == ("2.5" in cells)


@given(
    value=st.decimals(0, 99_999, places=3) | st.integers(0, 99_999).map(str),
    separator=st.sampled_from(DecimalSeparator),
    grouped=st.booleans(),
)
@example(value="1300", separator=DecimalSeparator.COMMA, grouped=True)
def test_a_figure_in_either_notation_round_trips(value, separator, grouped):
    plain = f"{value:,}" if grouped and not isinstance(value, str) else str(value)
    written = (
        plain if separator is DecimalSeparator.POINT else plain.translate(str.maketrans(",.", ".,"))
    )
    assert float(normalise_figure(written, separator)) == float(value)
    if float(value):
        phrase = f"{normalise_figures(written, separator)} km"
        assert parse_range(phrase).high_m == pytest.approx(float(value) * 1000)
        # The catalogue's spelling can be parsed in one way only.
        assert parse_range(str(parse_range(phrase))) == parse_range(phrase)


@pytest.mark.parametrize("figure", ["1,2,3", "1..2", "12,34.5", "1.2.3", "1" * 30])
def test_invalid_figures_are_refused(figure):
    for separator in DecimalSeparator:
        with pytest.raises(QuantityError, match="is not a number"):
            normalise_figure(figure, separator)


# -- units and miles ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "row", "figure"),
    [
        ("name,Range (nmi)", "A,70", "about 70 nmi"),
        ("name,range_km", "A,70", "about 70 km"),
        ("name,Range [in miles]", "A,70", "about 70 mi"),
        ("name,range_km", "A,70 mi", "about 70 mi"),
        ("name,range,unit", "A,70,nautical miles", "about 70 nmi"),
        ("name,range_km,unit", "A,70,mi", "about 70 mi"),
        ("name,max range km", "A,70", "up to 70 km"),
        ("name,range_km", "A,at least 70", "at least 70 km"),
        ("name,range_km", "A,70-90", "70-90 km"),
        ("name,range_km", "A,70–90 (min 5 km)", "70-90 km (min 5 km)"),
        ("name,range_km,min_range_m", "A,70,500", "about 70 km (min 500 m)"),
        ("name,low_km,high_km", "A,70,90", "70-90 km"),
        ("name,range", "A,70 statute miles", "about 70 mi"),
    ],
)
def test_a_unit_comes_from_the_figure_the_row_or_the_column(table, header, row, figure):
    result, _ = weapons(table(header, row))
    assert not result.rejects
    assert ranges(result) == {"A": [figure]}


def test_there_is_no_default_unit(table):
    path = table("name,range", "A,70", "B,80 km")
    result, _ = weapons(path)
    assert [(r.row, r.reason) for r in result.rejects] == [
        (2, "range is '70': no unit; add one, or use --unit km")
    ]
    assert ranges(weapons(path, unit="nmi")[0]) == {"A": ["about 70 nmi"], "B": ["about 80 km"]}


def test_an_invalid_unit_column_needs_an_option(table):
    assert "unknown unit 'nm'" in refused(table("name,Range (nm)", "A,70"))
    result, _ = weapons(table("name,range,unit", "A,70,NM"))
    assert result.rejects[0].reason.endswith("omit the column with --column unit= and use --unit")
    result, _ = weapons(table("name,range,unit", "A,70,NM"), columns={"unit": None}, unit="nmi")
    assert ranges(result) == {"A": ["about 70 nmi"]}


SEA_AND_AIR = [
    "anti-ship missile", "cruise missile", "air-launched ballistic missile", "combat drone",
    "torpedo", "submarine-launched ballistic missile", "naval gun", "Loitering munition",
    "fighter aircraft", "SLBM", "UAV", "antiship", "coastal defence missile",
]  # fmt: skip


@pytest.mark.parametrize("category", SEA_AND_AIR)
@pytest.mark.parametrize("cell", ["150 miles", "150 mi", "up to 150 mile", "300 km (min 5 miles)"])
def test_a_bare_mile_of_a_naval_or_airborne_system_needs_an_option(table, category, cell):
    path = table("name,category,range", f"A,{category},{cell}")
    line = refused(path)
    assert line.startswith(f"row 2: 'A', {category}, has '{cell}': which mile? use --mile nautical")
    # Worked out by hand: 1.609344 and 1.852 km per mile.
    km = {"statute": (241.4016, 8.04672), "nautical": (277.8, 9.26)}
    for mile, (far, near) in km.items():
        (figure,) = ranges(weapons(path, mile=mile)[0])["A"]
        range_ = parse_range(figure)
        found = (range_.high_m, range_.min_m)
        expected = (far * 1000, None) if "min" not in cell else (300_000, near * 1000)
        assert found == pytest.approx(expected)


def test_a_mile_needs_an_option_wherever_the_row_mentions_sea_or_air(table):
    for header, cell in [("note", "ship-launched"), ("platform", "Frigate"), ("unit", "miles")]:
        rows = table(
            f"name,category,range,{header}",
            f"A,{'naval' if header == 'unit' else 'x'},150{'' if header == 'unit' else ' miles'},{cell}",
        )
        assert "which mile?" in refused(rows)
    assert "which mile?" in refused(table("name,category,range_mi", "A,torpedo,7"))


def test_a_mile_on_land_or_an_explicit_mile_needs_no_option(table):
    path = table(
        "name,category,range",
        "Land,ballistic missile,150 miles",
        "Said,torpedo,15 nautical miles",
        "Statute,torpedo,15 statute miles",
        "Nmi,torpedo,15 nmi",
    )
    assert ranges(weapons(table("name,category,range,unit", "A,torpedo,7,statute miles"))[0]) == {
        "A": ["about 7 mi"]
    }
    path = table(
        "name,category,range",
        "Land,ballistic missile,150 miles",
        "Said,torpedo,15 nautical miles",
        "Statute,torpedo,15 statute miles",
        "Nmi,torpedo,15 nmi",
    )
    assert ranges(weapons(path)[0]) == {
        "Land": ["about 150 mi"],
        "Said": ["about 15 nmi"],
        "Statute": ["about 15 mi"],
        "Nmi": ["about 15 nmi"],
    }
    # With an explicit unit, the user could have specified nmi.
    assert ranges(weapons(table("name,category,range", "A,torpedo,7"), unit="mi")[0]) == {
        "A": ["about 7 mi"]
    }


def test_reading_miles_as_nautical_is_noted_and_does_not_affect_land_systems(table):
    path = table(
        "name,category,range", "A,ballistic missile,150 miles", "B,anti-ship missile,150 miles"
    )
    result, log = weapons(path, mile="nautical")
    assert ranges(result) == {"A": ["about 150 mi"], "B": ["about 150 nmi"]}
    assert noted(log, "mile").endswith("1 read as nautical miles)")
    assert result.content.count("note: published in miles, read as nautical miles") == 1


# -- columns ------------------------------------------------------------------------------------


def test_a_column_that_could_be_two_fields_needs_a_choice(table):
    line = refused(table("name,range_km,range_min_km", "A,90,70"))
    assert "'range_min_km' could be the lower of two figures, or the minimum range" in line
    path = table("name,range_km,range_min_km", "A,90,70")
    assert ranges(weapons(path, columns={"low": "range_min_km"})[0]) == {"A": ["70-90 km"]}
    assert ranges(weapons(path, columns={"minimum": "range_min_km"})[0]) == {
        "A": ["about 90 km (min 70 km)"]
    }
    assert ranges(weapons(path, columns={"minimum": None, "low": None})[0]) == {
        "A": ["about 90 km"]
    }


def test_two_columns_for_one_field_need_a_choice(table):
    path = table("name,range_km,range_mi", "A,100,62")
    line = refused(path)
    assert (
        "columns #2 'range_km' and #3 'range_mi' could both be range; specify one with --column range=#2"
        in line
    )
    assert ranges(weapons(path, columns={"range": "#3"})[0]) == {"A": ["about 62 mi"]}
    assert "columns #2 'range_km' and #3 'range_km' could both" in refused(
        table("name,range_km,range_km", "A,1,2")
    )


def test_a_given_column_must_exist(table):
    path = table("name,range_km", "A,1")
    assert "has no column 'Reichweite' for range; it has 'name', 'range_km'" in refused(
        path, columns={"range": "Reichweite"}
    )
    with pytest.raises(
        UsageError, match=r"--column raneg=...: no such field; did you mean 'range'"
    ):
        weapons(path, columns={"raneg": "range_km"})
    with pytest.raises(
        UsageError, match=r"--fill publishr=...: no such field; did you mean 'publisher'"
    ):
        weapons(path, fill={"publishr": "P"})


def test_addresses_are_not_publishers(table):
    line = refused(table("name,range_km,source", "A,1,https://example.org/a"))
    assert (
        "column 'source' contains addresses such as 'https://example.org/a'; use --column url='source'"
        in line
    )


def test_missing_columns_of_a_catalogue_are_reported_together(table):
    from rangemap.importing.weapons import import_weapons
    from tests.importing.reading import of

    with pytest.raises(
        DocumentError,
        match="has no column for country, category and publisher; it has 'name', 'range_km'",
    ):
        import_weapons(of(table("name,range_km", "A,1")))


def test_unused_columns_are_named(table):
    _, log = weapons(table("name,range_km,colour", "A,1,red"))
    assert noted(log, "not used").startswith("columns 'colour'")


# -- rows of one weapon -------------------------------------------------------------------------


def test_rows_with_the_same_name_are_claims_of_one_weapon(table):
    path = table(
        "name,variant,range_km,publisher,date,aliases,operators",
        "Fateh-110,,300,P,2024,F110;F-110,X",
        "FATEH 110,,250,P,2024,,Y|X",
        "Fateh-110,Mk II,500,Q,,,",
    )
    result, _ = weapons(path)
    assert result.summary == "3 claims of 1 weapon"
    assert ranges(result) == {"Fateh-110": ["about 300 km", "about 250 km", "about 500 km"]}
    assert re.findall(r"- id: (.*)", result.content) == ["fateh-110", "p-2024", "p-2024-2", "q"]
    assert "aliases:\n      - F110\n      - F-110\n      - FATEH 110" in result.content
    assert "operators:\n      - X\n      - Y" in result.content


def test_contradictory_or_repeated_rows_are_not_merged(table):
    path = table(
        "name,range_km,country,publisher",
        "A,300,Iran,P",
        "A,250,Iraq,P",
        "A,300,Iran,P",
        "A,300,,Q",
    )
    result, log = weapons(path, fill={"country": "Iran"})
    assert [(r.row, r.reason) for r in result.rejects] == [
        (3, "country is 'Iraq', but 'Iran' in row 2 for the same weapon; make them the same"),
    ]
    assert noted(log, "repeated").endswith("row 4 repeats 2)")
    assert ranges(result) == {"A": ["about 300 km", "about 300 km"]}


def test_a_repeated_claim_with_other_operators_is_not_dropped(table):
    path = table("name,range_km,operators", "A,300,Iran", "A,300,Iraq")
    (reject,) = weapons(path)[0].rejects
    assert reject.reason.startswith("has the claim of row 2 with other names or operators")


def test_rows_are_checked_by_the_rules_of_the_catalogue(table):
    path = table(
        "name,range_km,url,date,id",
        "A,300,ftp://x,2024,",
        "B,300,https://x.org,2024-13,",
        ",300,,,",
        "D,300 km to far,,,",
        "E,400-300,,,",
        "F,,,,",
        "G,300,,,No Slug",
        "H\x07,300,,,",
        "NA,300,,,na",
        "=1+1,300,,,",
    )
    result, _ = weapons(path)
    reasons = {r.row: r.reason for r in result.rejects}
    assert reasons.keys() == {2, 3, 4, 5, 6, 7, 8, 9}
    for row, part in {
        2: "source.url is 'ftp://x': expected an address", 3: "source.date is '2024-13': expected a date",
        4: "name is empty; fill it in, or set it with --fill name=VALUE", 5: "is not a range",
        6: "is not in ascending order", 7: "range is empty", 8: "id is 'No Slug': expected lower-case words",
        9: "contains the control character U+0007",
    }.items():  # fmt: skip
        assert part in reasons[row]
    assert list(ranges(result)) == ["NA", "=1+1"]


# -- dates --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "dates"),
    [
        (["12.03.2024", "25.06.2023"], ["2024-03-12", "2023-06-25"]),
        (["03/12/2024", "06/25/2023"], ["2024-03-12", "2023-06-25"]),
        (["2024", "2024-01"], ["2024", "2024-01"]),
        (["2024-01-02T10:00:00Z", "2024-01-02 00:00:00"], ["2024-01-02", "2024-01-02"]),
    ],
)
def test_the_date_order_comes_from_the_column(table, cells, dates):
    result, _ = weapons(
        table("name,range_km,date", *(f"{chr(97 + i)},1,{c}" for i, c in enumerate(cells)))
    )
    assert re.findall(r"date: '?([0-9-]+)", result.content) == dates


def test_an_ambiguous_date_needs_an_option(table):
    path = table("name,range_km,date", "A,1,03/04/2024")
    assert "date '03/04/2024' could begin with the day or the month, and every" in refused(path)
    assert "date: '2024-04-03'" in weapons(path, dates="dmy")[0].content
    assert "date: '2024-03-04'" in weapons(path, dates="mdy")[0].content
    assert "and the column has both" in refused(
        table("name,range_km,date", "A,1,13/04/2024", "B,1,04/13/2024")
    )
    result, _ = weapons(table("name,range_km,date", "A,1,45291"))
    assert "a spreadsheet's serial number for 2023-12-31" in result.rejects[0].reason


# -- encodings and separators -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "name", "option"),
    [
        ("utf-8", "Ålesund", False), ("utf-8-sig", "Ålesund", False), ("utf-16", "Ålesund", False),
        ("utf-32", "Ålesund", False), ("cp1252", "Ålesund", True), ("cp1256", "فاتح", True),
        ("utf-16-le", "Ålesund", True), ("cp1251", "Искандер", True), ("iso8859-9", "Bora-Ğ", True),
    ],
)  # fmt: skip
def test_an_encoding_comes_from_the_byte_order_mark_or_an_option(table, encoding, name, option):
    path = table("name,range_km", f"{name},70", encoding=encoding)
    if option:
        assert "--encoding" in refused(path)
        result, _ = weapons(path, encoding=encoding)
    else:
        result, _ = weapons(path)
    assert ranges(result) == {name: ["about 70 km"]}


def test_an_error_shows_the_possible_decodings_of_a_name(table):
    line = refused(table("name,range_km", "فاتح,70", encoding="cp1256"))
    assert "cp1256 'فاتح'" in line
    assert "cp1251 'ЭЗКН'" in line
    assert "ÝÇÊÍ" not in line  # accented throughout: nonsense
    assert "is unknown; expected one of utf-8" in refused(table("name"), encoding="rot13")
    assert "is not utf-8" in refused(
        table("name,range_km", "é,70", encoding="cp1252"), encoding="utf-8"
    )


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_character_that_splits_every_row_equally_is_the_delimiter(table, separator):
    path = table(
        separator.join(("name", "note", "range_km")), separator.join(("A", '"a, b; c"', "70"))
    )
    assert ranges(weapons(path)[0]) == {"A": ["about 70 km"]}


def test_two_possible_delimiters_need_an_option_or_a_sep_line(table):
    path = table("name;a,range_km,note", "b,70,c;d")
    assert "delimiter is unclear (fields per row: comma 3, semicolon 2)" in refused(path)
    assert ranges(weapons(path, delimiter=",", columns={"name": "name;a"})[0]) == {
        "b": ["about 70 km"]
    }
    result, log = weapons(table("sep=;", "name;range_km", "A;70", "B"))
    assert noted(log, "delimiter") == "semicolon (from the first line of the file)"
    assert [reject.row for reject in result.rejects] == [4]


def test_rows_are_numbered_by_their_first_line(table):
    path = table("name,range_km,note", '"A\n(B)",70,"two\nlines"', "", "C,x,", name="a.csv")
    result, log = weapons(path)
    assert ranges(result) == {"A (B)": ["about 70 km"]}
    assert [reject.row for reject in result.rejects] == [6]
    assert noted(log, "blank rows").startswith("1 ")


def test_titles_above_the_header_are_skipped_and_reported(table):
    path = table("Ranges 2024;;", ";;", "Name;Range (km);Class", "A;70;rocket")
    result, log = weapons(path)
    assert ranges(result) == {"A": ["about 70 km"]}
    assert "skipped above it: 'Ranges 2024'" in noted(log, "header")
    assert noted(weapons(path, header_row=3)[1], "header").startswith("row 3 (given")
    assert "row 2 is blank" in refused(path, header_row=2)


# -- ids ----------------------------------------------------------------------------------------


@given(st.text(min_size=1, max_size=200))
@example("İstanbul/Atatürk")
@example("..")
@example("a" * 200)
def test_an_id_is_an_ascii_slug_and_reproducible(name):
    id_ = slug(name, kind="weapon")
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", id_)
    assert len(id_) <= 100
    assert slug(name, kind="weapon") == id_


def test_names_in_other_scripts_get_distinct_ids():
    names = ["جرف الصخر", "عين الأسد", "Искандер-М", "Искандер-Э", "东风-21", "东风-26"]
    assert len({slug(name, kind="weapon") for name in names}) == len(names)


# -- the whole catalogue ------------------------------------------------------------------------

CLAIM_COLUMNS = ("name", "variant", "country", "category", "aliases", "operators", "range", "publisher",
                 "title", "url", "date", "attributed_to", "note", "range_target")  # fmt: skip


def claim_rows(catalogue):
    """Every range claim of a catalogue as a row, in catalogue order."""
    for weapon in catalogue.weapons:
        for claim in weapon.claims:
            if claim.range is not None:
                source = claim.source
                yield (
                    weapon.name, claim.variant, weapon.countries, weapon.category,
                    "|".join(weapon.aliases), "|".join(weapon.operators), str(claim.range),
                    source.publisher, source.title, source.url, source.date, claim.attributed_to,
                    claim.note, claim.target,
                )  # fmt: skip


@pytest.mark.thorough(keep=[(".xlsx",)])
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_the_whole_catalogue_round_trips_through_a_table(tmp_path, suffix):
    catalogue = read_catalogue()
    rows = list(claim_rows(catalogue))
    path = tmp_path / f"all{suffix}"
    if suffix == ".csv":
        with path.open("w", encoding="utf-16", newline="") as file:
            csv.writer(file, delimiter=";").writerows([CLAIM_COLUMNS, *rows])
    else:
        with xlsxwriter.Workbook(path, {"strings_to_urls": False}) as workbook:
            sheet = workbook.add_worksheet()
            for number, row in enumerate([CLAIM_COLUMNS, *rows]):
                sheet.write_row(number, 0, row)
    if "mi" in {claim.range.unit for w in catalogue.weapons for claim in w.claims if claim.range}:
        assert "which mile?" in refused(path, decimal="point")
    result, _ = weapons(path, decimal="point", mile="statute")
    again = parse_catalogue(result.content.encode(), name="again")
    # Only a claim that two rows of the table state identically is reported as a repetition.
    repeated = [row for row in rows if rows.count(row) > 1]
    assert len(result.rejects) == len(repeated) - len(set(repeated))
    assert set(claim_rows(again)) == set(rows)
    assert len(rows) > 300


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (
            ["name,low,range", "A,200 mi,300 km"],
            "low and range are not two figures in the same unit",
        ),
        (
            ["name,low,range", "A,200 km,about 300 km"],
            "low and range are not two figures in the same",
        ),
        (["name,range,minimum", "A,300 km (min 50 km),60 km"], "range and minimum both contain a"),
        (["name,range,unit", "A,300 km,nmi"], "range is '300 km' but the unit column has nmi"),
    ],
)
def test_contradictory_cells_are_reported_and_not_merged(table, lines, why):
    result, _ = weapons(table(*lines))
    (bad,) = result.rejects
    assert why in bad.reason
