"""Large registries are written and validated like small ones."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rangemap.geodesy.position import LonLat
from rangemap.io.findings import errors_of
from rangemap.places.file import _laid_out, format_feature, format_features
from rangemap.places.validate import validate_registry

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)  # fmt: skip


@given(VALUES)
def test_the_layout_is_that_of_the_standard_library(value):
    assert _laid_out(value, 0) == json.dumps(value, ensure_ascii=False, indent=2)


@settings(max_examples=20)
@given(st.lists(st.dictionaries(st.text(), VALUES, max_size=2), max_size=3), st.floats(-90, 90))
def test_a_file_of_features_is_laid_out_alike(entries, degrees):
    lonlat = LonLat(2 * degrees, degrees)
    features = [
        {
            "type": "Feature", "id": f"p-{i}", "geometry": {"type": "Point", "coordinates": lonlat},
            "properties": {**entry, "id": f"p-{i}"},
        }
        for i, entry in enumerate(entries)
    ]  # fmt: skip
    content = {"type": "FeatureCollection", "features": features}
    texts = [format_feature(feature["properties"], lonlat) for feature in features]
    assert format_features(texts) == json.dumps(content, ensure_ascii=False, indent=2) + "\n"


@pytest.mark.thorough
def test_a_registry_with_more_than_a_million_values_is_validated_with_lines():
    source = {"publisher": "P", "lat": 1.0}
    entries = [
        {"id": f"p-{i}", "name": f"P {i}", "country": "X", "kind": "k", "precision_km": 0.1,
         "sources": [{**source, "lon": i / 1000}]}
        for i in range(75_000)
    ]  # fmt: skip
    entries[-1]["kind"] = 3
    lonlats = [LonLat(i / 1000, 1.0) for i in range(75_000)]
    text = format_features(list(map(format_feature, entries, lonlats)))
    assert sum(map(text.count, ",[{")) > 1_000_000
    places, findings = validate_registry(text.encode(), name="r")
    (error,) = errors_of(findings)
    assert places == ()
    assert text.splitlines()[error.line - 1] == '        "kind": 3,'
