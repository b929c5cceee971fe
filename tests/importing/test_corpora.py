"""Every third-party file next to the checkout gives the result listed here."""

import csv
import json

import pytest

from rangemap.errors import DocumentError
from rangemap.sites.readers.delimited import read_delimited
from tests.importing.reading import noted, of, positions, sites

# File: rows read, rows not read; or the expected text of the one-line error.
CSV = {
    "plain.csv": (60, 0),
    "utf8_bom.csv": (60, 0),
    "utf16_le_bom.csv": (60, 0),
    "crlf.csv": (60, 0),
    "cr_only.csv": (60, 0),
    "semicolon.csv": (60, 0),
    "semicolon_decimal_comma.csv": (60, 0),
    "comma_with_quoted_decimal_comma.csv": (60, 0),
    "tab.tsv": (60, 0),
    "header_alias_y_x.csv": (60, 0),
    "header_alias_lng_upper_spaces.csv": (60, 0),
    "dms.csv": (60, 0),
    "wkt_point.csv": (60, 0),
    "lon_0_360.csv": (60, 0),
    "spaces_and_thousands.csv": (60, 0),
    "formula_names.csv": (6, 0),
    "duplicates.csv": (65, 5),
    "ragged.csv": (60, 30),
    "bad_values_rows_2_to_17.csv": (24, 15),
    "nul_byte.csv": (7, 2),
    "header_only.csv": (0, 0),
    "lat_lon_swapped.csv": "'latitude' and 'longitude' look swapped: 40 of 40 positions",
    "no_header.csv": "if these are data, use --header-row 0",
    "latin1_names.csv": "specify the encoding with --encoding NAME: cp1252 'Egilsstaðir'",
    "empty.csv": "is empty; expected a line of column names",
    "unclosed_quote.csv": "row 2: not well-formed: a quote is never closed",
    "location_coordinates.csv": "has no column for name",
    **dict.fromkeys(
        ("comma_in_quotes.csv", "escaped_quotes.csv", "json.csv", "newlines.csv",
         "newlines_crlf.csv", "quotes_and_newlines.csv", "simple.csv", "simple_crlf.csv",
         "utf8.csv"),
        "has no column for lat and lon",
    ),
    "csvs/empty.csv": "has no column for lat and lon",
    "empty_crlf.csv": "has no column for lat and lon",
}  # fmt: skip
KML = {
    "addresses.kml": (15, 15),  # tracks with an empty point next to them
    "gxmultitrack.kml": (3, 1),
    "inline_style.kml": (3, 3),
    "linear_ring.kml": (1, 1),
    "literal_color.kml": (1, 1),
    "multigeometry_discrete.kml": (1, 1),
    "multitrack.kml": (3, 1),
    "nogeomplacemark.kml": (1, 1),
    "point_extra_coordinates.kml": (1, 0),
    "polygon.kml": (1, 1),
    "selfclosing.kml": (1, 1),
    "style.kml": (3, 0),
    "styles.kml": (2, 1),
    "twopoints.kml": (2, 0),
    **dict.fromkeys(
        ("cdata.kml", "noname.kml", "opacity_override.kml"),
        "has no column for name",
    ),
    "ground_overlay.kml": "contains no placemarks",
}
GEOJSON = {
    "bad-duplicate-properties.geojson": "duplicate key 'type' in one object",
    "bad-json.geojson": "not well-formed JSON",
    "badfeatureid.geojson": (1, 1),
    "good-feature-with-id.geojson": (1, 0),
    "rootstring.geojson": "expected a FeatureCollection",
    **dict.fromkeys(
        ("badcoordtype.geojson", "nofeaturetype.geojson", "stringcoord.geojson",
         "good-featurecollection-bbox3d.geojson", "good-featurecollection.geojson",
         "nullgeometry.geojson",
         # A single feature is read as a collection of one.
         "bad-properties-as-array.geojson", "point-labeled-as-a-multipolygon.geojson",
         "good-feature.geojson"),
        "has no column for name",
    ),
    **dict.fromkeys(
        ("bad-polygon-interiorring-rhr.geojson", "bbox-contains-string.geojson", "different-first-last.geojson",
         "excessive_precision_truncated.geojson", "false.geojson", "featurecollection-obj.geojson",
         "featurecollection.geojson", "geometry_changed_semantics.geojson",
         "geometrycollection_single.geojson", "multipoint-multidimension.geojson",
         "point-toofew.geojson", "point.geojson", "short-linearring.geojson", "good-linestring.geojson", "good-multipoint.geojson", "good-point.geojson",
         "issue82.geojson"),
        "expected a FeatureCollection of points",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("folder", "pattern", "verdicts"),
    [("csv", "*.?sv", CSV), ("kml", "*.kml", KML), ("geojson", "*.geojson", GEOJSON)],
    ids=["csv", "kml", "geojson"],
)
def test_every_file_gives_its_listed_result(testdata, folder, pattern, verdicts):
    files = sorted((testdata / folder).rglob(pattern))
    met = set()
    for file in files:
        key = f"{file.parent.name}/{file.name}"
        key = key if key in verdicts else file.name
        expected = verdicts[key]
        met.add(key)
        if isinstance(expected, str):
            with pytest.raises(DocumentError) as refusal:
                sites(file)
            assert expected in str(refusal.value), file.name
            assert str(refusal.value).startswith(str(file))
            assert "\n" not in str(refusal.value)
        else:
            result, _ = sites(file)
            unread = len(result.rejects) + result.n_repeats
            assert (result.n_rows, unread) == expected, file.name
            assert (result.n_repeats > 0) == (file.name == "duplicates.csv"), file.name
            written = json.loads(result.content)["features"]
            assert len(written) + unread == result.n_rows
    assert met == set(verdicts)


SAME = [name for name, verdict in CSV.items() if verdict == (60, 0)]


@pytest.mark.parametrize("name", SAME)
def test_every_form_of_one_table_gives_the_same_positions(testdata, name):
    folder = testdata / "csv" / "derived"
    truth = json.loads((folder / "expected.json").read_text("utf-8"))
    result, _ = sites(folder / name)
    found = positions(result)
    # The seconds in dms.csv have two decimals: tolerance is half of 0.01 second.
    tolerance = 0.005 / 3600 * 1.001 if name == "dms.csv" else 0
    assert [*found] == [record["name"] for record in truth]
    for record in truth:
        assert found[record["name"]] == pytest.approx(
            (record["lat"], record["lon"]), rel=0, abs=tolerance
        )


def test_each_bad_row_is_reported_with_its_number_and_value(testdata):
    file = testdata / "csv" / "derived" / "bad_values_rows_2_to_17.csv"
    result, log = sites(file)
    with file.open(encoding="utf-8", newline="") as lines:
        theirs = {
            number: row for number, row in enumerate(csv.reader(lines), start=1) if number > 1
        }
    # Row 14 has hemispheres, 33.7 N and 42.4 E, which is a valid position.
    assert [reject.row for reject in result.rejects] == [n for n in range(2, 18) if n != 14]
    assert [list(reject.cells) for reject in result.rejects] == [
        theirs[reject.row] for reject in result.rejects
    ]
    reasons = {reject.row: reject.reason for reject in result.rejects}
    for row, part in {
        2: "latitude is empty", 3: "latitude 91.5 is outside", 5: "longitude 181 is outside",
        7: "latitude is 'nan'", 12: "latitude is '33,78'; expected degrees with a decimal point",
        13: "'0x21'", 16: "latitude is '٣٣٫٧'", 17: "longitude is empty",
    }.items():  # fmt: skip
        assert part in reasons[row]
    assert "point (23 of 25" in noted(log, "decimal")


def test_a_table_without_a_header_is_read_by_column_numbers(testdata):
    folder = testdata / "csv" / "derived"
    columns = {"name": "#1", "lat": "#2", "lon": "#3", "country": "#4"}
    result, _ = sites(folder / "no_header.csv", header_row=0, columns=columns)
    plain, _ = sites(folder / "plain.csv")
    assert result.content == plain.content


def test_a_given_encoding_is_used(testdata):
    result, log = sites(testdata / "csv" / "derived" / "latin1_names.csv", encoding="cp1252")
    assert not result.rejects
    assert "Egilsstaðir Airport" in positions(result)
    assert noted(log, "encoding").startswith("cp1252 (given; 'Egilsstaðir'")


def test_swapped_columns_are_read_in_the_given_order(testdata):
    folder = testdata / "csv" / "derived"
    plain = positions(sites(folder / "plain.csv")[0])
    exchanged, _ = sites(folder / "lat_lon_swapped.csv", order="lon,lat")
    assert positions(exchanged) == plain
    unswapped, _ = sites(folder / "lat_lon_swapped.csv", order="lat,lon")
    assert positions(unswapped) == {name: (lon, lat) for name, (lat, lon) in plain.items()}


def test_names_that_look_like_formulas_stay_text(testdata):
    result, _ = sites(testdata / "csv" / "derived" / "formula_names.csv")
    assert list(positions(result))[:2] == [
        '=HYPERLINK("http://x")H1 New Air Base',
        "+1+1H2 Air Base",
    ]


def test_csv_spectrum_is_split_as_its_expected_results(testdata):
    checked = 0
    for file in sorted((testdata / "csv" / "spectrum" / "csvs").glob("*.csv")):
        text = (file.parents[1] / "json" / f"{file.stem}.json").read_text("utf-8")
        # The stored files end all lines with \\n, even those named crlf; their expected results do not.
        expected = json.loads(text.replace(r"\r\n", r"\n"))
        header, *rows = (row.cells for row in read_delimited(of(file)))
        if (
            file.stem == "location_coordinates"
        ):  # the expected result has a different telephone number
            expected = [{**expected, "Contact Phone Number": "2095257564"}]
        records = [dict(zip(header, row, strict=True)) for row in rows]
        assert records == expected, file.name
        checked += 1
    assert checked == 12


def test_published_positions_are_read_from_the_given_columns(testdata):
    folder = testdata / "published"
    with pytest.raises(DocumentError, match="has no column for lon "):
        sites(folder / "abc_2017_claims.csv")
    options = {"columns": {"lon": "lon_as_published", "name": "place", "note": "range_km"}}
    result, _ = sites(folder / "abc_2017_claims.csv", **options)
    # Some longitudes are measured westwards, so those above 180 need --wrap.
    assert {r.reason.split("; ")[1] for r in result.rejects} == {"--wrap brings it into range"}
    assert sum("201.736" in reject.reason for reject in result.rejects) == 1
    result, _ = sites(folder / "abc_2017_claims.csv", **options, wrap=True)
    assert not result.rejects
    found = positions(result)
    assert found["Alaska"] == pytest.approx((55.545804, 201.736328 - 360))
    assert found["Europe"] == pytest.approx((54.525961, 375.255119 - 360))
    assert found["South America"] == (-8.783195, -55.491477)
    with pytest.raises(DocumentError, match="has no column for lat and lon"):
        sites(folder / "distances.csv")
    result, _ = sites(
        folder / "distances.csv", columns={"name": "from", "lat": "lat1", "lon": "lon1"}
    )
    assert result.n_rows == 12
    # Zurich, Pyongyang and Ain al-Asad occur several times, each with a different id.
    assert len(json.loads(result.content)["features"]) == 12


def test_all_real_airports_are_read(testdata):
    file = testdata / "airports" / "ourairports_large_medium.csv.gz"
    result, log = sites(file)
    assert result.n_rows == 5210
    assert not result.rejects
    assert noted(log, "kind").startswith("column 'type'")
    assert noted(log, "country").startswith("column 'iso_country' (matched by name; ")


def test_placemarks_have_the_positions_in_their_files(testdata):
    """Expected values derived by hand from the text of the files."""
    folder = testdata / "kml"
    result, _ = sites(folder / "twopoints.kml")
    assert positions(result) == {
        "Simple placemark": (37.42228990140251, -122.0822035425683),
        "Simple placemark two": (37.42228990140251, -120.0822035425683),
    }
    result, _ = sites(folder / "point_extra_coordinates.kml")
    assert positions(result) == {"Simple placemark": (37.42228990140251, -122.0822035425683)}
    result, _ = sites(folder / "gxmultitrack.kml")
    assert [reject.reason for reject in result.rejects] == [
        (
            "geometry is a MultiTrack; expected a Point: convert it to its centroid (in QGIS: Vector > Geometry"
            " Tools > Centroids)"
        )
    ]
