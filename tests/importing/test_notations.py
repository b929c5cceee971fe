"""Positions in every notation, split and order: read back equal, or refused with the way out."""

import json
import struct
from collections.abc import Callable
from typing import NamedTuple

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rangemap.errors import DocumentError
from tests.importing.reading import noted, of, positions, sites

TENTH_OF_A_MICRODEGREE = 1e-7
MILLISECONDS = 3_600_000
# Whole thousandths of a second, which every notation below can write exactly.
LAT = st.integers(-90 * MILLISECONDS, 90 * MILLISECONDS)
LON = st.integers(-180 * MILLISECONDS + 1, 180 * MILLISECONDS)


class Split(NamedTuple):
    """An angle as sign, degrees, minutes and thousandths of a second."""

    negative: bool
    degrees: int
    minutes: int
    milliseconds: int

    @property
    def seconds(self) -> str:
        return f"{self.milliseconds // 1000:02}.{self.milliseconds % 1000:03}"

    @property
    def decimal_minutes(self) -> str:
        # Six decimals of a minute are 0.00006 seconds.
        return f"{self.minutes + self.milliseconds / 60_000:010.7f}"


def split(angle: int) -> Split:
    size = abs(angle)
    return Split(angle < 0, size // MILLISECONDS, size // 60_000 % 60, size % 60_000)


def side(angle: int, axis: str) -> str:
    return {"lat": "NS", "lon": "EW"}[axis][angle < 0]


def digits(angle: int, axis: str) -> str:
    parts = split(angle)
    return f"{parts.degrees:0{2 if axis == 'lat' else 3}}{parts.minutes:02}{parts.seconds}"


def dms(angle: int, axis: str) -> str:
    parts = split(angle)
    return f"{parts.degrees}°{parts.minutes:02}'{parts.seconds}\"{side(angle, axis)}"


def degrees(angle: int) -> str:
    return f"{angle / MILLISECONDS:.10f}"


def wkb(lon: float, lat: float) -> bytes:
    return struct.pack("<BIdd", 1, 1, lon, lat)


def in_columns(*pairs: tuple[str, Callable[[int], str]]):
    """A notation of two axes in columns with these headers; ``*`` becomes lat or lon."""

    def write(lat: int, lon: int) -> dict[str, str]:
        return {
            header.replace("*", axis): cell(angle, axis)
            for axis, angle in (("lat", lat), ("lon", lon))
            for header, cell in pairs
        }

    return write


def in_one(header: str, write: Callable[[int, int], str]):
    return lambda lat, lon: {header: write(lat, lon)}


NOTATIONS = {
    "decimal": in_columns(("*", lambda a, _: degrees(a))),
    "exponent": in_columns(("*", lambda a, _: f"{a / MILLISECONDS:.12e}")),
    "minus sign": in_columns(("*", lambda a, _: degrees(a).replace("-", "−"))),
    "plus sign": in_columns(("*", lambda a, _: f"{a / MILLISECONDS:+.10f}")),
    "leading point": in_columns(("*", lambda a, _: degrees(a).replace("-0.", "-.", 1))),
    "marks": in_columns(("*", dms)),
    "split": in_columns(
        ("*_deg", lambda a, _: str(split(a).degrees)),
        ("*_min", lambda a, _: str(split(a).minutes)),
        ("*_sec", lambda a, _: split(a).seconds),
        ("*_hemi", side),
    ),
    "minutes": in_columns(
        ("*d", lambda a, _: str(split(a).degrees)),
        ("*m", lambda a, _: split(a).decimal_minutes),
        ("*_dir", side),
    ),
    "signed split": in_columns(
        ("*_degrees", lambda a, _: f"{'-' * (a < 0)}{split(a).degrees}"),
        ("*_minutes", lambda a, _: str(split(a).minutes)),
        ("*_seconds", lambda a, _: split(a).seconds),
    ),
    "hemisphere": in_columns(
        ("*", lambda a, _: degrees(abs(a))), ("*_hemisphere", lambda a, x: side(a, x).lower())
    ),
    "aviation": in_columns(("*", lambda a, x: digits(a, x) + side(a, x))),
    "aviation first": in_columns(("*", lambda a, x: side(a, x) + digits(a, x))),
    "hyphens": in_columns(
        ("*", lambda a, x: f"{split(a).degrees:02}-{split(a).minutes:02}-{split(a).seconds}{side(a, x)}")
    ),
    "points": in_columns(
        ("*", lambda a, x: f"{side(a, x)}{split(a).degrees:03}.{split(a).minutes:02}.{split(a).seconds}")
    ),
    "aviation pair": in_one(
        "position", lambda a, b: f"{digits(a, 'lat')}{side(a, 'lat')} {digits(b, 'lon')}{side(b, 'lon')}"
    ),
    "ISO 6709": in_one(
        "position",
        lambda a, b: f"{'+-'[a < 0]}{digits(a, 'lat')}{'+-'[b < 0]}{digits(b, 'lon')}+34/",
    ),
    "marks pair": in_one("coordinates", lambda a, b: f"{dms(b, 'lon')}, {dms(a, 'lat')}"),
    "lat,lon": in_one("lat_lon", lambda a, b: f"{degrees(a)}, {degrees(b)}"),
    "lon,lat,height": in_one("lonlat", lambda a, b: f"{degrees(b)},{degrees(a)},34.5"),
    "WKT": in_one("wkt", lambda a, b: f"POINT Z ({degrees(b)} {degrees(a)} 0)"),
    "EWKT": in_one("geom", lambda a, b: f"SRID=4326;POINT({degrees(b)} {degrees(a)})"),
    "WKT of EPSG": in_one(
        "geometry",
        lambda a, b: f"<http://www.opengis.net/def/crs/EPSG/0/4326> POINT({degrees(a)} {degrees(b)})",
    ),
    "WKT of OGC": in_one(
        "geometry",
        lambda a, b: f"<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT({degrees(b)} {degrees(a)})",
    ),
    "WKB": in_one("geom", lambda a, b: wkb(b / MILLISECONDS, a / MILLISECONDS).hex().upper()),
    "EWKB": in_one(
        "the_geom",
        lambda a, b: shapely.to_wkb(
            shapely.set_srid(shapely.Point(b / MILLISECONDS, a / MILLISECONDS), 4326),
            hex=True, include_srid=True,
        ),
    ),
    "GeoJSON": in_one(
        "geojson",
        lambda a, b: json.dumps({"type": "Point", "coordinates": [b / MILLISECONDS, a / MILLISECONDS]}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("notation", NOTATIONS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    points=st.lists(st.tuples(LAT, LON), min_size=1, max_size=6),
    decimal=st.sampled_from(".,"),
    delimiter=st.sampled_from(";\t|"),
)
def test_known_positions_are_read_back_equal_in_every_notation(
    tmp_path, notation, points, decimal, delimiter
):
    rows = [NOTATIONS[notation](*point) for point in points]
    lines = [delimiter.join(["name", *rows[0]])]
    if decimal == ",":
        if len(rows[0]) == 1 or notation in {
            "exponent",
            "aviation",
            "aviation first",
            "hyphens",
            "points",
        }:
            decimal = "."  # these are not written with commas
        if delimiter == ";" and notation == "lat,lon":
            decimal = "."
    for number, row in enumerate(rows):
        cells = [cell.replace(".", decimal) for cell in row.values()]
        quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
        lines.append(delimiter.join([f"P{number}", *quoted]))
    path = tmp_path / "s.csv"
    path.write_text("\n".join([*lines, ""]), "utf-8")
    result, _ = sites(path)
    assert not result.rejects
    found = positions(result)
    for number, (lat, lon) in enumerate(points):
        expected = (lat / MILLISECONDS, lon / MILLISECONDS)
        assert found[f"P{number}"] == pytest.approx(expected, rel=0, abs=TENTH_OF_A_MICRODEGREE)


def refusal(path, **options) -> str:
    with pytest.raises(DocumentError) as refused:
        sites(path, **options)
    return str(refused.value)


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        ("lat_deg,lat_min,lat_hemi,lon_deg,lon_min,lon_hemi", "33,2,S,71,37,W", (-33 - 2 / 60, -71 - 37 / 60)),
        ("Latitude,N/S,Longitude,E/W", "12.05,S,77.15,W", (-12.05, -77.15)),
        ("Lat,Min,Dir,Lon,Min,Dir", "12,3,S,77,9,W", (-12.05, -77.15)),
        ("latd,latm,lats,latns,longd,longm,longs,longew", "12,3,0,S,77,9,0,W", (-12.05, -77.15)),
        ("GPSLatitude,GPSLatitudeRef,GPSLongitude,GPSLongitudeRef", "12.05,S,77.15,W", None),
        ("Lat deg,Lat min,Lon deg,Lon min", "-0,30,10,0", (-0.5, 10)),
        ("lat,lon,lat_sign,lon_sign", "12.05,77.15,-,-1", (-12.05, -77.15)),
        ("lat,lat_hemi,lon,lon_hemi", "-12.05,S,-77.15,W", (-12.05, -77.15)),
        ("lat,lon,lat_min,lat_max,lon_min,lon_max", "12.5,77.5,12,13,77,78", (12.5, 77.5)),
        ("lat,lat_hemi,lon,lon_hemi", "1203.000,S,07709.000,W", (-12.05, -77.15)),
        ("Latitude (DMS),Longitude (DMS)", "120300S,0770900W", (-12.05, -77.15)),
    ],
)  # fmt: skip
def test_parts_of_a_position_are_composed(table, header, row, expected):
    path = table(f"name,{header}", f"A,{row}")
    if expected is None:
        assert "has no column for lat and lon" in refusal(path)
        return
    found = positions(sites(path)[0])["A"]
    assert found == pytest.approx(expected, rel=0, abs=TENTH_OF_A_MICRODEGREE)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("12,60,S,77,9,W", "minutes of latitude are '60'; expected a number from 0 to less than 60"),
        ("12,,S,77,9,W", "minutes of latitude are empty; fill them in, with 0 for none"),
        ("12.5,3,S,77,9,W", "latitude has 12.5 degrees and also minutes; expected whole degrees"),
        ("12,3,,77,9,W", "hemisphere of latitude is empty; fill it in, or set it with --fill lat_hemisphere=N"),
        ("12,3,E,77,9,W", "hemisphere of latitude is 'E'; expected N or S"),
        ("-12,3,N,77,9,W", "latitude is '-12' with hemisphere 'N'; remove the minus sign"),
        ("12,3,S,77,-9,W", "minutes of longitude are '-9'; expected a number from 0"),
    ],
)  # fmt: skip
def test_a_part_that_contradicts_the_others_is_refused(table, row, reason):
    header = "name,lat_deg,lat_min,lat_hemi,lon_deg,lon_min,lon_hemi"
    result, _ = sites(table(header, f"A,{row}", "B,1,2,N,3,4,E"))
    assert [(r.row, r.reason[: len(reason)]) for r in result.rejects] == [(2, reason)]


def test_parts_are_named_by_options_and_saved(table):
    path = table("name;Breite;Minuten;Länge;Minuten L", "A;33;30;44;15")
    columns = {"lat": "Breite", "lat_min": "Minuten", "lon": "Länge", "lon_min": "Minuten L"}
    result, log = sites(path, columns=columns)
    assert positions(result) == {"A": (33.5, 44.25)}
    assert log.decisions.columns["lat_min"] == "Minuten"
    west, _ = sites(path, columns=columns, fill={"lon_hemisphere": "W"})
    assert positions(west) == {"A": (33.5, -44.25)}


@pytest.mark.parametrize(
    ("header", "sign"),
    [("Longitude (W)", -1), ("Longitude [°W]", -1), ("West Longitude", -1), ("lon_w", -1), ("Lon (deg W)", -1),
     ("Longitude (E)", 1), ("Longitude (E/W)", 1), ("Longitude (decimal degrees)", 1), ("decimalLongitude", 1)],
)  # fmt: skip
def test_a_hemisphere_in_a_header_decides_the_sign(table, header, sign):
    result, log = sites(table(f"name,Latitude (N),{header}", "A,32.38,99.85", "B,38.81,76.87"))
    assert positions(result) == {"A": (32.38, sign * 99.85), "B": (38.81, sign * 76.87)}
    assert bool(noted(log, "lon sign")) == (sign < 0)


def test_signs_under_a_header_of_the_west_are_kept_or_asked(table):
    path = table("name,lat,Longitude (W)", "A,32,-99.5")
    assert positions(sites(path)[0])["A"] == (32, -99.5)
    path = table("name,lat,Longitude (W)", "A,32,-99.5", "B,33,20")
    assert "--fill lon_hemisphere=E if negative numbers are W" in refusal(path)
    assert positions(sites(path, fill={"lon_hemisphere": "E"})[0])["B"] == (33, 20)


@pytest.mark.parametrize(
    "header", ["Longitude (NAD27)", "Longitude (rad)", "lon_utm", "Longitude (Ferro)"]
)
def test_a_header_with_another_system_is_not_taken(table, header):
    message = refusal(table(f"name,lat,{header}", "A,1,2"))
    assert "has no column for lon" in message
    assert "--column lon=NAME" in message


def test_latitude_and_longitude_come_from_one_family(table):
    message = refusal(table("X,name,lat,lng_ed50", "1,A,33,44"))
    assert "has no column for lon" in message
    result, _ = sites(table("name,lat,latitude,longitude", "A,1,33.5,44.5"))
    assert positions(result) == {"A": (33.5, 44.5)}
    result, _ = sites(table("X,Y,name,lat,lng", "1,2,A,33.5,44.5"))
    assert positions(result) == {"A": (33.5, 44.5)}
    assert "do not form a pair" in refusal(table("name,lat,latitude,longitude_deg", "A,1,2,3"))


IRAQ = [
    "Baghdad;44.3661, 33.3152", "Erbil;44.0092, 36.1911", "Basra;47.7804, 30.5081",
    "Mosul;43.1189, 36.3456", "Najaf;44.3146, 32.0003", "Kirkuk;44.3922, 35.4681",
]  # fmt: skip


def test_a_stray_row_does_not_decide_the_order(table):
    rows = [f"{row};Iraq" for row in [*IRAQ, "Typo;44.10, 133.20"]]
    result, log = sites(table("name;coordinates;country", *rows))
    assert [(r.row, r.reason) for r in result.rejects] == [
        (8, "position: latitude 133.2 is outside -90 to 90 (longitude comes first)")
    ]
    assert positions(result)["Baghdad"] == (33.3152, 44.3661)
    assert "row 8 contradicts it" in noted(log, "order")
    # Without countries, one row of seven is not enough evidence either.
    message = refusal(table("name;coordinates", *IRAQ, "Typo;44.10, 133.20"))
    assert "only row 8 of 7 shows an order" in message
    assert message.endswith("use --order lat,lon or --order lon,lat")


@pytest.mark.parametrize("country", ["Irak", "العراق", "IQ"])
def test_countries_in_other_languages_decide_the_order(table, country):
    result, _ = sites(table("name;coordinates;country", *(f"{row};{country}" for row in IRAQ)))
    assert positions(result)["Baghdad"] == (33.3152, 44.3661)


def test_rows_against_countries_are_a_question(table):
    rows = [f"{row};Iraq" for row in IRAQ]
    others = ["T1;44.10, 133.20;Iraq", "T2;44.20, 134.20;Iraq"]
    assert "2 rows, the first 8, show lat,lon" in refusal(
        table("name;coordinates;country", *rows, *others)
    )
    assert "countries of the rows lon,lat" in refusal(table("name;lat_lon;country", *rows))


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("SRID=3857;POINT(4938776 3933386)", "is in SRID 3857; expected 4326"),
        ("<http://www.opengis.net/def/crs/EPSG/0/4284> POINT(33 44)", "convert it to WGS 84"),
        ("POLYGON((1 2, 3 4, 5 6, 1 2))", "is a Polygon; expected a Point: convert it to its centroid"),
        ('{"type": "LineString", "coordinates": [[1, 2], [3, 4]]}', "is a LineString; expected a Point"),
        ('{"type": "Point"', "is not valid JSON"),
        ("0101000000", "expected latitude and longitude"),
        (wkb(1, 2).hex()[:-2] + "f", "cut short"),
        ("35412N 0511848E", "digits that do not split into degrees, minutes and seconds"),
        ("331545N 0441464E", "minutes or seconds of 60 or more"),
    ],
)  # fmt: skip
def test_a_cell_in_another_form_is_refused_with_the_reason(table, cell, reason):
    quoted = '"' + cell.replace('"', '""') + '"'
    result, _ = sites(table("name;position", "A;33.5N 44.5E", f"B;{quoted}"))
    assert [r.row for r in result.rejects] == [3]
    assert reason in result.rejects[0].reason


def test_a_log_of_a_table_with_parts_names_its_columns(table):
    log = of(table("name,lat,N/S,lon,E/W", "A,1,S,2,W"), "publisher", "country", "kind")
    from rangemap.importing.sites import import_sites

    import_sites(log)
    assert noted(log, "lat parts").startswith("composed of columns 'lat', 'N/S'")


def test_positions_outside_their_country_are_noted_and_kept(table):
    rows = ["Baghdad,Iraq,33.3152,44.3661", "Erbil,Iraq,44.0092,36.1911", "Camp,Iraq,0,0"]
    result, log = sites(table("name,country,lat,lon", *rows))
    assert positions(result)["Erbil"] == (44.0092, 36.1911)
    assert noted(log, "outside").startswith(
        "1 place (row 3 'Erbil': position is more than 10 km outside Iraq;"
    )
    assert noted(log, "at 0,0") == "1 place (row 4; 0,0 usually means a missing position)"


def test_a_header_is_recognised_by_its_position_and_figures_are_not_one(table):
    options = {"columns": {"name": "Port"}}
    path = table(
        "Port,ISO,Open,Latitude,Longitude", "Jakarta,ID,Y,-6.1,106.9", "Mumbai,IN,Y,18.95,72.85"
    )
    result, log = sites(path, **options)
    assert noted(log, "header").startswith("row 1")
    assert list(positions(result)) == ["Jakarta", "Mumbai"]
    assert "it has 'Port', 'ISO', 'Open', 'Latitude'" in refusal(path)
    path = table(
        "List of plants,,,", ",,,", "Port,Owner,Latitude,Longitude", "Jakarta,ID,-6.1,106.9"
    )
    result, log = sites(path, **options)
    assert noted(log, "header") == (
        "row 3 (the first with name and 2 more fields; skipped above it: 'List of plants')"
    )
    assert list(positions(result)) == ["Jakarta"]


def test_a_title_above_an_unknown_header_is_refused_with_its_columns(table):
    path = table("Liste,,", "Ort,Breite,Länge", "A,33.5,44.5")
    message = refusal(path)
    assert (
        "row 1 is a title; row 2 may have the column names, which are 'Ort', 'Breite', 'Länge'"
        in message
    )
    assert "--header-row 2" in message
    columns = {"name": "Ort", "lat": "Breite", "lon": "Länge"}
    assert positions(sites(path, header_row=2, columns=columns)[0]) == {"A": (33.5, 44.5)}


def test_equal_columns_are_one(table):
    result, _ = sites(table("@id,id,name,lat,lon", "node/1,node/1,A,1,2", "node/2,node/2,B,3,4"))
    assert list(positions(result)) == ["A", "B"]
    assert "could both be id" in refusal(table("@id,id,name,lat,lon", "node/1,node/2,A,1,2"))


def test_empty_cells_are_counted_among_the_rows_that_are_read(table):
    result, log = sites(table("name,lat,lon,note", "A,1,2,", "B,1", "C,3,4,x"))
    assert [reject.row for reject in result.rejects] == [3]
    assert noted(log, "note").endswith("'x'; 1 empty)")
