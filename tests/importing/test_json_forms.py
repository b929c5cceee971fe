"""The forms in which programs write JSON: collection, list, sequence, one feature, plain objects."""

import json

import pytest

from rangemap.errors import RangemapError
from rangemap.sites import open_sites
from tests.importing.reading import positions, sites

EXPECTED = {"A": (33.3, 44.4), "B": (36.2, 44.0)}


def feature(name):
    lat, lon = EXPECTED[name]
    return {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Point", "coordinates": [lon, lat]}}  # fmt: skip


BOTH = [feature("A"), feature("B")]
RECORDS = [{"name": name, "lat": lat, "lon": lon} for name, (lat, lon) in EXPECTED.items()]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.geojson", json.dumps({"type": "FeatureCollection", "features": BOTH})),
        ("a.json", json.dumps(BOTH)), ("a.json", json.dumps(RECORDS)),
        ("a.geojsonl", "\n".join(map(json.dumps, BOTH))),
        ("a.geojsons", "".join(f"\x1e{json.dumps(part, indent=1)}\n" for part in BOTH)),
        ("a.ndjson", "\n".join(map(json.dumps, RECORDS)) + "\n\n"),
        ("a.jsonl", "\r\n".join(map(json.dumps, BOTH))),
    ],
)  # fmt: skip
def test_every_form_gives_the_same_places(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, newline="")
    assert positions(sites(path)[0]) == EXPECTED
    table = open_sites(str(path)).table()
    assert dict(zip(table.names, zip(table.lat, table.lon, strict=True), strict=True)) == EXPECTED


def test_a_single_feature_is_read(tmp_path):
    (tmp_path / "a.geojson").write_text(json.dumps(feature("A")))
    assert positions(sites(tmp_path / "a.geojson")[0]) == {"A": (33.3, 44.4)}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.json", "[1, 2]", "is a list; expected a FeatureCollection"),
        ("a.json", "[]", "it has no columns"), ("a.json", "3", "is a int"),
        ("a.ndjson", "{}\n3", "record 2 is not an object"),
        ("a.geojsonl", '{"type": "Feature"}\n{', "record 2.*not well-formed JSON"),
        ("a.json", '[{"name": "A"}]', "has no column for lat and lon|has no latitude column"),
    ],
)  # fmt: skip
def test_other_json_is_refused(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(RangemapError, match=message):
        open_sites(str(tmp_path / name)).table()
