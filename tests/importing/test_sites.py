"""Sites files: position columns and their order come from evidence or from an option."""

import json

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rangemap.errors import DocumentError
from rangemap.importing.fields import validated
from rangemap.importing.sites import is_plain, is_plainly_valid
from rangemap.limits import LONGEST_SLUG
from rangemap.places.file import PlaceEntry, parse_registry
from rangemap.sites import open_sites
from tests.importing.reading import noted, of, positions, sites


def refused(path, **options) -> str:
    with pytest.raises(DocumentError) as refusal:
        sites(path, **options)
    line = str(refusal.value)
    assert line.startswith(f"{path}: ")
    assert "\n" not in line
    return line.removeprefix(f"{path}: ")


LON = st.integers(-1800000, 1800000).map(lambda n: n / 10000)
LAT = st.integers(-900000, 900000).map(lambda n: n / 10000)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    points=st.lists(st.tuples(LAT, LON), min_size=1, max_size=5),
    decimal=st.sampled_from(".,"),
    separator=st.sampled_from([";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_a_table_is_read_as_intended_in_any_layout(table, points, decimal, separator, encoding):
    rows = [(f"Å{i}", f"{lat:.4f}", f"{lon:.4f}") for i, (lat, lon) in enumerate(points)]
    lines = [separator.join(row).replace(".", decimal) for row in [("Name", "Lat", "Lon"), *rows]]
    path = table()
    path.write_bytes("\r\n".join(lines).encode(encoding))
    found = positions(sites(path)[0])
    assert list(found.values()) == [(lat, -180 if lon == -180 else lon) for lat, lon in points]


@pytest.mark.parametrize(
    ("cells", "order", "how"),
    [
        (["33.78, 42.44", "55.5, -158.3"], "lat,lon", "no latitude exceeds 90"),
        (["42.44 33.78", "-158.3 55.5"], "lon,lat", "no latitude exceeds 90"),
        (["33,78; 42,44", "55,5; 158,3"], "lat,lon", "no latitude exceeds 90"),
        (["(42.44;33.78)", "(158.3;55.5)"], "lon,lat", "no latitude exceeds 90"),
    ],
)
def test_a_value_above_ninety_determines_the_order(table, cells, order, how):
    result, log = sites(table("name\tcoordinates", *(f"N{i}\t{c}" for i, c in enumerate(cells))))
    assert not result.rejects
    assert positions(result)["N0"] == (33.78, 42.44)
    assert noted(log, "order").startswith(order)
    assert how in noted(log, "order")


def test_an_ambiguous_order_needs_an_option(table):
    path = table("name;coordinates", "A;33.78, 42.44")
    line = refused(path)
    assert line.startswith("row 2: '33.78, 42.44' could be latitude 33.78 or 42.44, and every")
    assert line.endswith("use --order lat,lon or --order lon,lat")
    assert positions(sites(path, order="lat,lon")[0]) == {"A": (33.78, 42.44)}
    assert positions(sites(path, order="lon,lat")[0]) == {"A": (42.44, 33.78)}
    assert "and the column has both" in refused(
        table("name;coordinates", "A;33.78, 142.44", "B;142.44, 33.78")
    )


@pytest.mark.parametrize(
    ("header", "lat"), [("lat_lon", 33.78), ("Lon/Lat", 42.44), ("latlong", 33.78)]
)
def test_the_name_of_a_column_determines_its_order(table, header, lat):
    result, _ = sites(table(f"name;{header}", "A;33.78, 42.44"))
    assert positions(result)["A"][0] == lat


def test_countries_determine_the_order_of_a_single_column(table):
    rows = ["A;44.0092 36.1911;Iraq", "B;44.4 33.3;IQ", "C;47.8 30.5;irq"]
    result, log = sites(table("name;coordinates;country", *rows))
    assert positions(result)["A"] == (36.1911, 44.0092)
    assert noted(log, "order") == "lon,lat (only this puts 3 positions in the country of their row)"
    # Two are not enough evidence.
    assert "every row is ambiguous" in refused(table("name;coordinates;country", *rows[:2]))


def test_values_with_hemispheres_need_no_order(table):
    path = table(
        "name;coordinates",
        "A;33°47'08\"N 42°26'28\"E",
        "B;42°26'28\"E 33°47'08\"N",
        "C;33.78N, 42.44E",
        "D;33°47'08\"N",
        "E;somewhere",
        "F;38SLC4488",
    )
    result, _ = sites(path)
    # 47'08" is 2828", 26'28" is 1588".
    expected = pytest.approx((33 + 2828 / 3600, 42 + 1588 / 3600))
    found = positions(result)
    assert (found["A"], found["B"], found["C"]) == (expected, expected, (33.78, 42.44))
    assert [reject.row for reject in result.rejects] == [5, 6]
    # A square of 1 km is accurate to half its diagonal, 0.71 km, written as 0.8.
    *_, square = parse_registry(result.content.encode(), name="written").places
    assert (square.name, square.precision_km) == ("F", 0.8)


def test_hemispheres_must_match_their_column(table):
    path = table("name,lat,lon", "A,33.7 N,42.4 E", "B,17.7S,179.5W", "C,42.4 E,33.7 N", "D,33.7,x")
    result, _ = sites(path)
    assert positions(result) == {"A": (33.7, 42.4), "B": (-17.7, -179.5)}
    assert [(r.row, r.reason.split(";")[0]) for r in result.rejects] == [
        (4, "latitude is '42.4 E', which is not a latitude"),
        (5, "longitude is 'x'"),
    ]


def test_swapped_columns_with_hemispheres_are_read_in_the_given_order(table):
    path = table("name,lat,lon", "A,42.4 E,33.7 N", "B,42,33")
    assert len(sites(path)[0].rejects) == 1
    assert positions(sites(path, order="lon,lat")[0]) == {"A": (33.7, 42.4), "B": (33, 42)}


def test_unnamed_columns_are_identified_by_number(table):
    _, log = sites(table("name,lat,lon,,,x", "A,1,2,3,,"))
    assert noted(log, "not used").startswith("columns '#4', 'x' (")


def test_longitudes_from_0_to_360_are_wrapped(table):
    result, log = sites(table("name,lat,lon", "A,55.5,201.7", "B,37.5,126.9"))
    assert positions(result) == {"A": (55.5, -158.3), "B": (37.5, 126.9)}
    assert noted(log, "longitudes") == "0 to 360 (none below 0, 1 above 180: 201.7)"
    # Other columns measured westwards do not affect this one.
    path = table("name,lat,lon", "A,55.5,201.7", "B,37.5,-126.9")
    result, _ = sites(path)
    assert "longitude 201.7 is outside -180 to 180; --wrap brings it" in result.rejects[0].reason
    assert positions(sites(path, wrap=True)[0])["A"] == (55.5, -158.3)


def test_mixed_decimal_separators_need_an_option(table):
    line = refused(table("name;lat;lon", "A;33,7;42.4", "B;33,8;42.5"))
    assert "'42.4' in row 2 has a decimal point but '33,7' in row 2 has a decimal comma" in line


def test_missing_columns_of_a_place_are_reported_together(table):
    from rangemap.importing.sites import import_sites

    with pytest.raises(
        DocumentError, match=r"has no column for country, kind and publisher; it has"
    ):
        import_sites(of(table("name,lat,lon", "A,1,2")))
    assert "has no column for lat and lon" in refused(table("name,x1", "A,1"))


def test_precision_and_other_fields_are_kept(table):
    path = table(
        "ident,name,lat,lon,precision_km,aliases,notes,url,type",
        "ORAA,Ain Al Asad,33.7856,42.4412,1.73,Al Asad|عين الأسد,NA,https://example.org/a,base",
        "x-1,Other,1,2,0,,,,base",
        ",Third,1,3,,,,,base",
        ",Bad,1,3,-1,,,,base",
        ",Worse,1,3,1e9,,,,base",
        ",Link,1,3,,,,javascript:x,base",
    )
    result, _ = sites(path)
    (first, second, third) = parse_registry(result.content.encode(), name="written").places
    assert first.aliases == ("Al Asad", "عين الأسد", "ORAA")
    assert (first.precision_km, second.precision_km, third.precision_km) == (1.8, 0.1, 0.1)
    assert (first.note, first.sources[0].url, first.kind) == ("NA", "https://example.org/a", "base")
    assert (first.id, second.id, third.id) == ("ain-al-asad", "x-1", "third")
    assert [r.row for r in result.rejects] == [5, 6, 7]
    assert "url is 'javascript:x': expected an address" in result.rejects[2].reason


def test_places_of_the_same_name_stay_separate(table):
    result, log = sites(table("name,lat,lon", "A,1,2", "A,3,4", "A,1,2"))
    places = parse_registry(result.content.encode(), name="written").places
    assert [place.id for place in places] == ["a", "a-2"]
    assert (result.rejects, result.n_repeats) == ((), 1)
    assert noted(log, "repeated") == (
        "1 row (left out, since each would be counted twice: row 4 repeats 2)"
    )


def test_the_built_in_registry_round_trips(tmp_path):
    from rangemap.io.packaged import data_file

    path = tmp_path / "s.geojson"
    path.write_bytes(data_file("sites.geojson").read_bytes())
    result, log = sites(path)
    ours = parse_registry(path.read_bytes(), name="ours").places
    again = parse_registry(result.content.encode(), name="again").places
    assert not result.rejects
    for before, after in zip(ours, again, strict=True):
        assert (before.id, before.name, before.aliases, before.kind) == (
            after.id, after.name, after.aliases, after.kind,
        )  # fmt: skip
        assert Geodesic.WGS84.Inverse(before.lat, before.lon, after.lat, after.lon)["s12"] == 0
        assert before.precision_km == after.precision_km
    assert noted(log, "not used").startswith("columns ")


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("name,lat,lon", ["A,1,2", "A,1,2.0001"]),
        ("name,lat,lon", ["A,1,2", "a,1,2"]),
        ("name,lat,lon", ["A,1,2", "B,1,2"]),
        ("name,lat,lon,note", ["A,1,2,x", "A,1,2,y"]),
        ("name,lat,lon,note", ["A,1,2,x", "A,1,2,"]),
        ("name,lat,lon,precision_km", ["A,1,2,1", "A,1,2,2"]),
        ("name,lat,lon,aliases", ["A,1,2,x", "A,1,2,x;y"]),
        ("name,lat,lon,id", ["A,1,2,a-1", "A,1,2,a-2"]),
        ("name,lat,lon,id", ["A,1,2,OAA", "A,1,2,OAB"]),
        ("name,lat,lon,id", ["A,1,2,a-1", "B,3,4,a-1"]),
        ("name,lat,lon,url", ["A,1,2,https://a.org/1", "A,1,2,https://a.org/2"]),
    ],
)
def test_only_rows_with_the_same_fields_are_repetitions(table, header, rows):
    result, log = sites(table(header, *rows))
    assert (result.rejects, result.n_repeats) == ((), 0)
    assert len(parse_registry(result.content.encode(), name="written").places) == len(rows)
    assert noted(log, "repeated") == ""


@pytest.mark.parametrize(
    ("header", "row", "name"),
    [
        ("id,title,lat,lon", "17,Depot North,33.3,44.4", "Depot North"),
        ("title,lat,lon", "Depot North,33.3,44.4", "Depot North"),
        ("id,name,title,lat,lon", "17,Depot North,A list,33.3,44.4", "Depot North"),
        ("title,site,lat,lon", "A list,Depot North,33.3,44.4", "Depot North"),
        ("ident,lat,lon", "OAA,33.3,44.4", "OAA"),
    ],
)
def test_an_import_takes_the_name_from_the_column_that_a_check_takes(table, header, row, name):
    file = table(header, row)
    result, _ = sites(file)
    (place,) = parse_registry(result.content.encode(), name="written").places
    assert place.name == name == open_sites(str(file)).table().names[0]
    assert place.sources[0].title == ("A list" if "A list" in row else None)


def test_the_written_file_conforms_to_rfc_7946(table):
    result, _ = sites(table("name,lat,lon", "A,1.5,2.5"))
    content = json.loads(result.content)
    assert content["type"] == "FeatureCollection"
    (feature,) = content["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [2.5, 1.5]}
    assert "crs" not in content


@settings(max_examples=50)
@given(
    texts=st.lists(st.text(max_size=12), min_size=7, max_size=7),
    alias=st.none() | st.text(max_size=8),
    precision_km=st.sampled_from([0.1, 999.9, 1000.1]),
    id_=st.sampled_from(["a", "a-2", "a" * (LONGEST_SLUG + 1)]),
)
def test_what_is_plainly_valid_is_accepted_by_the_model(texts, alias, precision_km, id_):
    texts = [" ".join(text.split()) or None for text in texts]
    alias = alias and " ".join(alias.split())
    source = {"publisher": texts[0] or "P", "title": texts[1], "lat": 1.0, "lon": 2.0}
    properties = {
        "id": id_, "name": texts[2] or "N", "country": texts[3] or "C", "kind": texts[4] or "K",
        "precision_km": precision_km, "note": texts[5],
        "sources": [{key: value for key, value in source.items() if value is not None}],
        **({"aliases": [alias]} if alias else {}),
    }  # fmt: skip
    if all(map(is_plain, texts)) and is_plainly_valid(properties):
        validated(PlaceEntry, {**properties, "lon": 2.0, "lat": 1.0})
