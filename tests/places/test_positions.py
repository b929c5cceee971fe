"""Positions as typed: every string is parsed in its only possible meaning, or refused."""

import json
import math

import mgrs
import pyproj
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import example, given
from hypothesis import strategies as st

from rangemap.errors import QuantityError, UnknownNameError
from rangemap.geodesy.position import LonLat
from rangemap.places import Registry, find_place, parse_angle, parse_position

EMPTY = Registry(())
AL_ASAD = (42 + 26 / 60 + 28 / 3600, 33 + 47 / 60 + 8 / 3600)


@pytest.mark.parametrize(
    ("text", "lon", "lat"),
    [
        ("33.78,42.44", 42.44, 33.78),
        ("33.78, 42.44", 42.44, 33.78),
        ("33.78; 42.44", 42.44, 33.78),
        ("33,42", 42, 33),
        ("-17.7,178", 178, -17.7),
        ("−17.7,−178", -178, -17.7),
        ("+90,-180", -180, 90),
        ("-24.5,201.7", -158.3, -24.5),
        ("33.78N 42.44E", 42.44, 33.78),
        ("33.78 S, 42.44 W", -42.44, -33.78),
        ("33°47'08\"N 42°26'28\"E", *AL_ASAD),
        # Hemispheres identify the two, so the other order is valid too.
        ("42°26'28\"E 33°47'08\"N", *AL_ASAD),
        ("33°47′08″N 42°26′28″E", *AL_ASAD),
        ("33° 47’ 08” n, 42° 26’ 28” e", *AL_ASAD),
        ("33º47'08''N;42º26'28''E", *AL_ASAD),
        ("33 47 08 N 42 26 28 E", *AL_ASAD),  # geopy 2.4 returns 26, 28
        ("N 33 47 08 E 42 26 28", *AL_ASAD),
        ("N33°47'08\",E42°26'28\"", *AL_ASAD),
        ("33:47:08N 42:26:28E", *AL_ASAD),
        ("33d47'08\"North 42deg26'28\"East", *AL_ASAD),
        ("33°47'08\", 42°26'28\"", *AL_ASAD),
        ("-33°47'08\", -42°26'28\"", -AL_ASAD[0], -AL_ASAD[1]),
        ("33°47.5'N 42°26.25'E", 42.4375, 33 + 47.5 / 60),
        ("  33°N\u00a042°E ", 42, 33),
        ("0N 0E", 0, 0),
    ],
)
def test_a_position_is_read(text, lon, lat):
    position = parse_position(text)
    assert position.lonlat == pytest.approx(LonLat(lon, lat), abs=1e-12)
    assert position.precision_m == 0
    # The name derived from it is also a position, and the same one.
    assert parse_position(position.name).lonlat == pytest.approx(position.lonlat, abs=1e-8)


@pytest.mark.parametrize(
    "text",
    [
        "Erbil",
        "Al Asad",
        "H-3",
        "nan,nan",
        "inf,0",
        "",
        "-",
        "N",
        "north",
        "6 de Mayo",
        "33 ſ 42 e",
        "38ſlc",
        "３３,４２",
    ],
)
def test_a_word_is_not_a_position(text):
    assert parse_position(text) is None


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("33,78; 42,44", "is not a position; write LAT,LON in decimal degrees with points"),
        ("33,7856; 42,4412", "is not a position"),  # geopy 2.4 returns 42, 92
        ("33,78,42,44", "is not a position"),
        ("33 47 08", "it is one angle"),
        ("33.78", "it is one angle; write latitude and longitude"),
        ("33.78 42.44", "is not a position"),
        ("33 47 08, 42 26 28", "could be one angle or several numbers"),
        ("33.78N 42.44", "give both hemispheres or none"),
        ("33.78, 42.44E", "give both hemispheres or none"),
        ("33N 42N", "has two latitudes"),
        ("33E 42E", "has two longitudes"),
        ("N 33 42 E", "is not a position"),
        ("-33N 42E", "is not a position"),
        ("33.5°47'N 42E", "is not a position"),
        ("33°60'N 42E", "minutes or seconds of 60 or more"),
        ("33°47'60\"N 42E", "minutes or seconds of 60 or more"),
        ("91 N 10 E", "latitude 91 is more than 90"),
        ("10 N 181 E", "longitude 181 is more than 180"),
        ("90°00'01\"N 10 E", "latitude 90.0003 is more than 90"),
        ("1e2,3", "is not a position"),
        ("95,10", "latitude 95 is outside"),
        ("10,400", "angle 400 is more than 360"),
        ("10,-180.5", "longitude -180.5 is outside"),
        ("125.75,39.03", "latitude comes first"),
        ("125°45', 39°02'", "latitude comes first"),
        ("33..78,42", "is not a position"),
        ("33 N 42 N E", "is not a position"),
    ],
)
def test_an_invalid_position_is_refused(text, rule):
    with pytest.raises(QuantityError, match=rule) as refusal:
        parse_position(text)
    assert "\n" not in str(refusal.value)


@given(st.text(max_size=60))
@example("0" * 100)
@example("1 " * 40)
@example("38S" + " " * 90)
def test_any_text_is_a_position_a_name_or_refused(text):
    try:
        position = parse_position(text)
    except QuantityError as error:
        assert "\n" not in str(error)
    else:
        if position is not None:
            assert -180 <= position.lonlat.lon <= 180
            assert -90 <= position.lonlat.lat <= 90


# ---- Angles: the strings of NOAA's parser, each with the verdict of a careful reader --------

BLANKS_ONLY = {"23 25.0", "23 25", "23 25 48.0"}
"""Two or three numbers without a symbol or a hemisphere may be two or three values."""
COMMAS = {"23,43", "23° 25,800'", "23° 25' 48,0\" ", "- 45, 32, 12", "45.5, "}
"""A comma separates two values; it is not a decimal separator."""
CYRILLIC = {"23.43 С", "23.43 В", "23.43 с", "23.43 в"}
"""The first looks like a Latin C, and both have other meanings elsewhere."""
MINUS_AS_MARK = {" 45d-32'-12\" west ", " -45d-32'-12\" "}
"""A minus makes a value negative; it does not separate two."""


def dms_strings(testdata):
    return json.loads((testdata / "dms" / "lat_lon_strings.json").read_text("utf-8"))


def test_each_string_of_another_parser_gives_the_same_angle_or_is_refused_for_a_reason(testdata):
    refused = set()
    for case in dms_strings(testdata)["valid"]:
        try:
            angle = parse_angle(case["text"])
        except QuantityError:
            refused.add(case["text"])
        else:
            assert angle.degrees == pytest.approx(case["degrees"], abs=1e-11), case
            letters = {sign for sign in case["text"].lower() if sign.isalpha()} - set("deg")
            assert (angle.axis is None) == (not letters and not case["text"].lower().endswith("e"))
    assert refused == BLANKS_ONLY | COMMAS | CYRILLIC | MINUS_AS_MARK
    for text in dms_strings(testdata)["invalid"]:
        with pytest.raises(QuantityError):
            parse_angle(text)


def test_none_of_those_strings_is_a_position_except_the_one_with_two_values(testdata):
    strings = dms_strings(testdata)
    texts = [case["text"] for case in strings["valid"]] + strings["invalid"]
    places = {}
    for text in texts:
        try:
            places[text] = find_place(text, EMPTY).lonlat
        except (QuantityError, UnknownNameError, ValueError) as error:
            assert repr(text)[1:-1] in str(error) or text.strip() in str(error)
    assert places == {"23,43": LonLat(43, 23)}


@given(
    degrees=st.integers(0, 179), minutes=st.integers(0, 59), seconds=st.integers(0, 59_999),
    side=st.sampled_from(["N", "S", "E", "W"]), marks=st.sampled_from(["° ' \"", "   ", ": : "]),
)  # fmt: skip
def test_minutes_and_seconds_are_converted_to_degrees(degrees, minutes, seconds, side, marks):
    if side in "NS":
        degrees //= 2
    first, second, third = marks.split(" ") if marks.strip() else (" ", " ", "")
    text = f"{degrees}{first}{minutes}{second}{seconds / 1000:.3f}{third}{side}"
    angle = parse_angle(text)
    # In thousandths of a second, all integers.
    expected = (degrees * 3600 + minutes * 60) * 1000 + seconds
    assert round(abs(angle.degrees) * 3_600_000) == expected
    assert (angle.degrees <= 0) == (side in "SW" or expected == 0)
    assert angle.axis == ("lat" if side in "NS" else "lon")


# ---- MGRS ---------------------------------------------------------------------------------


def test_the_precision_of_a_grid_square_is_half_its_diagonal():
    # Zone 38, 100 km square LC: 300 to 400 km east, 3,700 to 3,800 km north; centres from PROJ.
    utm = pyproj.Transformer.from_crs(32638, 4326, always_xy=True)
    for text, east, north, precision_m in [
        ("38SLC", 350_000, 3_750_000, 71_138),
        ("38S LC 48", 345_000, 3_785_000, 7_114),
        ("38SLC4488", 344_500, 3_788_500, 711),
        ("38slc 44 88", 344_500, 3_788_500, 711),
        ("38SLC4400088000", 344_000.5, 3_788_000.5, 0.7),
    ]:
        position = parse_position(text)
        assert position.lonlat == pytest.approx(LonLat(*utm.transform(east, north)), abs=1e-9)
        assert position.precision_m == pytest.approx(precision_m, rel=0.02)
        assert position.name == text.replace(" ", "").upper()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("38S", "is a whole MGRS zone or half a position"),
        ("33 N", "is a whole MGRS zone or half a position"),
        ("38SLC4", "easting and northing"),
        ("38SLC 441 8", "easting and northing"),
        ("38SLC 4 4 8 8", "easting and northing"),
        ("38SLC440000880000", "at most 5 digits each"),
        ("38SIO4488", "is not a valid MGRS square"),
        ("61SLC4488", "is not a valid MGRS square"),
        ("0SLC4488", "is not a valid MGRS square"),
        # The band is 24 to 32 N, the square is at 34 N; mgrs 1.6 accepts it silently.
        ("38RLC4488", "is not a valid MGRS square"),
        ("38TLC4488", "is not a valid MGRS square"),
    ],
)
def test_an_invalid_grid_reference_is_refused(text, rule):
    with pytest.raises(QuantityError, match=rule):
        parse_position(text)


@given(
    lat=st.floats(-90, 90), lon=st.floats(-180, 180), digits=st.integers(0, 5)
)  # fmt: skip
@example(lat=84.0, lon=10.0, digits=0)
@example(lat=71.9, lon=5.9, digits=0)  # a zone wider than others
@example(lat=-80.0, lon=0.0, digits=1)
@example(lat=8.0, lon=-179.999, digits=0)  # on the border of two bands
@example(lat=90.0, lon=0.0, digits=5)
@example(lat=-2.6094755498504373e-11, lon=0.0, digits=0)
def test_the_position_converted_to_a_square_is_within_its_precision(lat, lon, digits):
    if -1e-7 < lat < 0:
        lat = 0.0  # within a centimetre south of the equator mgrs returns 31MAA, which is invalid
    reference = mgrs.MGRS().toMGRS(lat, lon, MGRSPrecision=digits)
    if digits == 0 and reference[0].isalpha():
        return  # a polar square without digits is three letters, which are treated as a name
    position = parse_position(reference)
    distance_m = Geodesic.WGS84.Inverse(lat, lon, position.lonlat.lat, position.lonlat.lon)["s12"]
    assert distance_m <= position.precision_m
    assert math.isclose(position.precision_m, 10 ** (5 - digits) / math.sqrt(2), rel_tol=0.01)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("N 33 N", "specifies the hemisphere twice"),
        ("-33 S", "specifies the hemisphere twice"),
        ("33 47", "could be one angle or several numbers"),
        ("33°60'", "minutes or seconds of 60 or more"),
        ("9" * 300, "is not a latitude or longitude"),
    ],
)
def test_an_invalid_angle_is_refused_with_the_reason(text, why):
    with pytest.raises(QuantityError, match=why) as refused:
        parse_angle(text)
    assert len(str(refused.value)) < 350


def test_overlong_text_is_not_a_position_and_an_invalid_zone_not_a_square():
    assert parse_position("33.78, 42.44" + "0" * 300) is None
    with pytest.raises(QuantityError, match="'31MAA44' is not a valid MGRS square"):
        parse_position("31MAA44")
