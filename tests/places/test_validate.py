"""`sites validate`: all errors with their lines, and warnings about suspicious values."""

import json
import math

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st

from rangemap.errors import AmbiguousNameError, DocumentError, PlaceError
from rangemap.io.findings import Level
from rangemap.io.packaged import data_file
from rangemap.io.shapes import not_a_point
from rangemap.places import Registry, find_place, read_registry, validate
from rangemap.places.file import parse_registry
from rangemap.places.validate import smallest_precision_km, validate_registry
from rangemap.sites import open_sites
from rangemap.sites.columns import ColumnNames

ERBIL = (44.0094, 36.1912)


def source(lon: float, lat: float, **more: object) -> dict[str, object]:
    return {"publisher": "P", "url": "https://example.org/", "lat": lat, "lon": lon, **more}


def feature(lon=ERBIL[0], lat=ERBIL[1], sources=None, **more):
    properties = {
        "id": "a", "name": "A", "country": "X", "kind": "town", "precision_km": 1,
        "checked": "2026", "sources": sources or [source(lon, lat)], **more,
    }  # fmt: skip
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": properties,
    }


def examined(*features):
    """One feature per line, starting at line 2."""
    lines = ",\n".join(json.dumps(part) for part in features)
    text = f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}'
    places, findings = validate_registry(text.encode(), name="r.geojson")
    return places, [str(finding) for finding in findings]


def test_the_built_in_registry_has_no_errors_and_only_known_warnings():
    content = data_file("sites.geojson").read_bytes()
    places, findings = validate_registry(content, name="sites.geojson")
    assert len(places) == 39
    assert {finding.level for finding in findings} == {Level.WARNING}
    # The facts have no second reading of these five.
    assert [(finding.record, finding.message.split(";")[0]) for finding in findings] == [
        (f"place {id_!r}", "no second reader has verified the position")
        for id_ in ("abqaiq", "riyadh", "kermanshah", "tokyo", "taipei")
    ]
    lines = content.decode().splitlines()
    for finding in findings:
        assert lines[finding.line - 1].strip() == "{"
        assert f'"id": {finding.record[6:]}'.replace("'", '"') in lines[finding.line + 1]


@pytest.mark.parametrize("place", read_registry().places, ids=lambda place: place.id)
def test_the_precision_follows_from_the_sources(place):
    gaps_km = [
        Geodesic.WGS84.Inverse(place.lat, place.lon, theirs.lat, theirs.lon)["s12"] / 1000
        for theirs in place.sources
        if not theirs.elsewhere
    ]
    expected = max(0.1, math.ceil(max(gaps_km) * 10 - 1e-6) / 10)
    assert smallest_precision_km(place) == place.precision_km == expected


def test_every_error_of_a_sites_file_is_reported_with_its_line():
    bad = [feature(id=f"a{number}", precision_km=0) for number in range(30)]
    places, findings = examined(*bad)
    assert places == ()
    assert len(findings) == 30
    assert findings[0] == (
        "r.geojson:2: place 'a0': precision_km is 0: input should be greater than or equal to 0.1"
    )
    assert [int(line.split(":")[1]) for line in findings] == list(range(2, 32))


def test_errors_of_several_kinds_are_reported_in_file_order():
    _, findings = examined(
        3,
        feature(id="b", colour="red"),
        feature(geometry_is=1) | {"geometry": {"type": "Polygon", "coordinates": []}},
        feature(id="B"),
        feature(id="c", sources=[source(1, 95)]),
        feature(id="d", sources=[{"publisher": "P", "lat": 1}]),
        feature(id="e", checked="yesterday"),
        feature(id="f", sources=[source(1, 1, url="ftp://x")]),
        feature(id="g", sources=[source(1, 1, elsewhere="perhaps")]),
        feature(lat=91),
        feature(id="h") | {"properties": {**feature(id="h")["properties"], "lat": 1}},
    )
    assert [line.split(": ", 1)[1] for line in findings] == [
        "feature 1: is not a Feature; expected one with a Point",
        "place 'b': colour: unknown key; did you mean 'country'?",
        f"feature 3 ('A'): {not_a_point('Polygon')}",
        "place 'B': id is 'B': expected lower-case words joined by hyphens, as in fateh-110",
        "place 'c': source 1: lat is 95: input should be less than or equal to 90",
        "place 'd': source 1: lon is missing; add it",
        "place 'e': checked is 'yesterday': expected a date such as 2024, 2024-01 or 2024-01-21",
        "place 'f': source 1: url is 'ftp://x': expected an address that begins with http:// or https://",
        "place 'g': source 1: elsewhere is 'perhaps': expected true or false",
        "feature 10 ('A'): latitude 91 is outside -90 to 90 (longitude comes first)",
        "feature 11 ('A'): lat is taken from the point; remove it from the properties",
    ]
    assert [int(line.split(":")[1]) for line in findings] == list(range(2, 13))


def test_an_error_points_at_the_line_of_its_key():
    text = json.dumps({"type": "FeatureCollection", "features": [feature(kind="")]}, indent=1)
    _, findings = validate_registry(text.encode(), name="r.geojson")
    (line,) = [n for n, words in enumerate(text.splitlines(), start=1) if '"kind"' in words]
    assert str(findings[0]) == (
        f"r.geojson:{line}: place 'a': kind is '': is empty; give a value or omit it"
    )


def test_a_duplicate_id_is_an_error():
    _, findings = examined(feature(), feature(lat=20, name="B"))
    assert findings == [
        "r.geojson:3: place 'a': duplicate id, already used in line 2; give each place its own"
    ]


SWAPPED_KM = Geodesic.WGS84.Inverse(ERBIL[1], ERBIL[0], ERBIL[0], ERBIL[1])["s12"] / 1000


def test_erbil_with_swapped_coordinates_is_far_away():
    assert pytest.approx(1093.4, abs=0.05) == SWAPPED_KM


@pytest.mark.parametrize(
    ("features", "warning"),
    [
        (
            [feature(sources=[source(*ERBIL), source(*reversed(ERBIL))])],
            (
                "place 'a': source 2 (P) is 1,093.4 km from the position, but near it with latitude and"
                " longitude swapped; swap them"
            ),
        ),
        (
            [feature(*reversed(ERBIL), sources=[source(*ERBIL), source(44.01, 36.19)])],
            (
                "place 'a': position is 1,093.4 km from every source, but near them with latitude and"
                " longitude swapped; write [lon, lat]"
            ),
        ),
        (
            [feature(sources=[source(*ERBIL), source(44.0094, 36.6)])],
            # 0.4088 degrees of latitude at 36 N, with the meridian's radius there: 45.4 km.
            (
                "place 'a': source 2 (P) is 45.4 km from the position; correct it, or mark it"
                " `elsewhere: true` if it is for another place"
            ),
        ),
        (
            [feature(sources=[source(*ERBIL), source(44.0094, 36.2092)])],
            # 0.018 degrees of latitude is 1.997 km.
            (
                "place 'a': precision_km is 1, but source 2 (P) is 2.00 km from the position; write 2,"
                " or mark the source `elsewhere: true`"
            ),
        ),
        (
            [feature(sources=[source(*ERBIL, elsewhere=True)])],
            "place 'a': every source is marked `elsewhere`; add one for this place",
        ),
        (
            [feature(0, 0)],
            "place 'a': position is 0,0, which usually means a missing one; write the position",
        ),
        (
            [feature(sources=[{"publisher": "P", "lat": ERBIL[1], "lon": ERBIL[0]}])],
            "place 'a': source 1: has no url; add one so that readers can check it",
        ),
        (
            [feature(checked=None)],
            "place 'a': no second reader has verified the position; verify it and add `checked`",
        ),
        (
            [feature(aliases=["Arbela"]), feature(50, 10, id="b", name="ARBELA")],
            (
                "place 'b': name 'ARBELA' is also a name of place 'a', so it matches neither; remove it"
                " from one of them"
            ),
        ),
        (
            [feature(), feature(50, 10, id="b", name="B", aliases=["A"])],
            "place 'b': name 'A' is also a name of place 'a', so it matches neither; remove it from one of them",
        ),
        (
            [feature(), feature(44.0127, 36.1912, id="b", name="B")],
            # 0.0033 degrees of longitude at 36.19 N is 297 m.
            "place 'b': position is 297 m from place 'a'; merge them, or correct one position",
        ),
        (
            [feature(180, 10), feature(-179.999, 10, id="b", name="B")],
            "place 'b': position is 110 m from place 'a'; merge them, or correct one position",
        ),
    ],
)
def test_a_suspicious_value_gives_a_warning_with_the_fix(features, warning):
    places, findings = examined(*features)
    assert len(places) == len(features)
    assert findings == [f"r.geojson:{len(features) + 1}: warning: {warning}"]


@pytest.mark.parametrize(
    "features",
    [
        [feature()],
        # Another place of the same name, and marked as such.
        [feature(sources=[source(*ERBIL), source(-1, 20, elsewhere=True)])],
        # A precision that is larger than necessary does not endanger a verdict.
        [feature(precision_km=5)],
        [feature(sources=[source(*ERBIL), source(44.0094, 36.2092)], precision_km=2)],
        [feature(), feature(44.0129, 36.1912, id="b", name="B")],
    ],
)
def test_valid_features_have_no_findings(features):
    _, findings = examined(*features)
    assert findings == []


@given(
    azimuth=st.floats(-180, 180), gap_m=st.floats(0, 600),
    lon=st.floats(-180, 180), lat=st.floats(-89, 89),
)  # fmt: skip
def test_two_places_at_one_position_are_found_anywhere(azimuth, gap_m, lon, lat):
    there = Geodesic.WGS84.Direct(lat, lon, azimuth, gap_m)
    _, findings = examined(
        feature(lon, lat, precision_km=9), feature(there["lon2"], there["lat2"], id="b", name="B")
    )
    told = any("merge them, or" in finding for finding in findings)
    assert told == (gap_m < 300) or abs(gap_m - 300) < 0.01


def test_places_at_one_position_are_not_all_compared_with_each_other(monkeypatch):
    measured = []

    def gap_m(one, other):
        measured.append((one, other))
        return gap(one, other)

    gap = validate._separation_m
    monkeypatch.setattr(validate, "_separation_m", gap_m)
    same = [feature(id=f"a{n}", name=f"A{n}") for n in range(2000)]
    places, findings = examined(*same)
    assert len(measured) < 4 * len(same)  # also with each place's source
    assert len(places) == 2000
    assert len(findings) == 1999


def test_an_ambiguous_place_name_is_refused_when_used():
    places, _ = examined(feature(), feature(50, 10, id="b"))
    with pytest.raises(AmbiguousNameError, match=r"could be A \(a\), A \(b\); give the id of one"):
        find_place("A", Registry(places))
    assert find_place("b", Registry(places)).id == "b"


def test_readers_and_the_validator_refuse_the_same_file(run, tmp_path):
    path = tmp_path / "r.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature(id="X")]}))
    told = run("sites", "validate", path)
    assert told.status == 1
    assert told.err == "0 places, 1 error, 0 warnings: invalid-value 1\n"
    with pytest.raises(PlaceError) as refusal:
        parse_registry(path.read_bytes(), name=str(path))
    assert f"{refusal.value} [invalid-value]" == told.out.strip()


def test_validate_reports_all_findings_of_several_files(run, tmp_path):
    good, bad = tmp_path / "good.geojson", tmp_path / "bad.geojson"
    good.write_text(json.dumps({"type": "FeatureCollection", "features": [feature(checked=None)]}))
    bad.write_text('{"type": "FeatureCollection",\n"features": [3, 4]}')
    outcome = run("sites", "validate", good, bad, tmp_path / "none.geojson", "--format", "json")
    assert outcome.status == 1
    counts = "unreadable 1, invalid-feature 2, not-checked 1"
    assert outcome.err == f"1 place, 3 errors, 1 warning: {counts}\n"
    rows = json.loads(outcome.out)
    assert [row["level"] for row in rows] == ["error"] * 3 + ["warning"]
    assert rows[1] == {
        "file": str(bad), "line": 2, "level": "error", "record": "feature 1",
        "message": "is not a Feature; expected one with a Point", "rule": "invalid-feature",
    }  # fmt: skip
    assert "cannot be read: No such file" in rows[0]["message"]
    assert run("sites", "validate", good).status == 0
    assert run("sites", "validate") == run("sites", "validate", data_file("sites.geojson"))


# ---- The linter's files: none is a registry, one is a sites file ------------------------------

VERDICTS = {
    # file: the validator's message, after file name and line
    "bad-duplicate-properties": "duplicate key 'type' in one object; keep one of them",
    "bad-json": "not well-formed JSON: Expecting ',' delimiter",
    "bad-polygon-interiorring-rhr": "is a Polygon; expected a FeatureCollection of points",
    "bad-properties-as-array": "is a Feature; expected a FeatureCollection of points",
    "badcoordtype": "feature 1: geometry is a MultiPolygon; expected a Point",
    "badfeatureid": "feature 1: id is not a string or number; write one or leave it out",
    "bbox-contains-string": "is a Point; expected a FeatureCollection of points",
    "different-first-last": "is a Polygon; expected a FeatureCollection of points",
    "excessive_precision_truncated": "is a LineString; expected a FeatureCollection of points",
    "false": "is a GeometryCollection; expected a FeatureCollection of points",
    "featurecollection": "features is not a list; expected a FeatureCollection of points",
    "featurecollection-obj": "features is not a list; expected a FeatureCollection of points",
    "geometry_changed_semantics": "is a Point; expected a FeatureCollection of points",
    "geometrycollection_single": "is a GeometryCollection; expected a FeatureCollection of points",
    "multipoint-multidimension": "is a MultiPoint; expected a FeatureCollection of points",
    "nofeaturetype": "feature 1: is not a Feature; expected one with a Point",
    "point": "is a Point; expected a FeatureCollection of points",
    "point-labeled-as-a-multipolygon": "is a Feature; expected a FeatureCollection of points",
    "point-toofew": "is a Point; expected a FeatureCollection of points",
    "rootstring": "is a NoneType; expected a FeatureCollection of points",
    "short-linearring": "is a Polygon; expected a FeatureCollection of points",
    "stringcoord": "feature 1: coordinates are not two numbers, [lon, lat]; write both",
    # Valid GeoJSON, but not a registry.
    "good-feature": "is a Feature; expected a FeatureCollection of points",
    "good-feature-with-id": "is a Feature; expected a FeatureCollection of points",
    "good-featurecollection": "feature 2: geometry is a LineString; expected a Point",
    "good-featurecollection-bbox3d": "place 1: id is missing; add it",
    "good-linestring": "is a LineString; expected a FeatureCollection of points",
    "good-multipoint": "is a MultiPoint; expected a FeatureCollection of points",
    "good-point": "is a Point; expected a FeatureCollection of points",
    "issue82": "is a MultiPolygon; expected a FeatureCollection of points",
    "nullgeometry": "feature 1: geometry is None; expected a Point",
}


def test_each_geojson_of_another_linter_has_its_listed_result(testdata, run):
    files = {path.stem: path for path in sorted((testdata / "geojson").rglob("*.geojson"))}
    assert files.keys() == VERDICTS.keys()
    sites = {}
    for name, path in files.items():
        outcome = run("sites", "validate", path, "--format", "json")
        assert (outcome.status, outcome.err.startswith("0 places, ")) == (1, True), name
        told = [
            row["record"] + ": " * bool(row["record"]) + row["message"]
            for row in json.loads(outcome.out)
        ]
        assert any(line.startswith(VERDICTS[name]) for line in told), (name, told)
        try:
            sites[name] = open_sites(str(path), ColumnNames(label="prop0")).table()
        except DocumentError as error:
            for line in str(error).splitlines():
                assert line.startswith(str(path)), name
    # As sites files, which need only positions and names and may be one feature, three are valid.
    assert sites.keys() == {
        "good-featurecollection-bbox3d", "good-feature", "good-feature-with-id",
    }  # fmt: skip
    table = sites["good-featurecollection-bbox3d"]
    assert table.names == ("value0", "value0")
    assert (table.lon.tolist(), table.lat.tolist()) == ([102, 100], [0.5, 2.5])
