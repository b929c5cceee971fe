"""Documents of any structure, with the keys of ours: read, or refused by our own exception."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rangemap.catalogue.file import parse_catalogue
from rangemap.catalogue.validate import validate_catalogue
from rangemap.errors import RangemapError
from rangemap.importing.decisions import read_decisions
from rangemap.io.findings import errors_of
from rangemap.places.file import parse_registry
from rangemap.places.validate import validate_registry
from rangemap.render.style_file import read_style
from rangemap.scenario.file import parse_scenario

KEYS = (
    "weapons", "id", "name", "aliases", "country", "category", "claims", "range", "variant", "kind",
    "source", "publisher", "url", "date", "checked", "doubtful", "retracted", "default_variant",
    "type", "features", "geometry", "coordinates", "properties", "sources", "lat", "lon",
    "precision_km", "elsewhere", "title", "origins", "sites", "ranges", "units", "as_of", "extent",
    "detail", "lang", "colours", "ballistic", "font", "logo", "logo_alt", "columns", "fill",
    "header_row", "delimiter", "decimal", "wrap", "order", "edition", "outputs", "catalogue",
)  # fmt: skip
WORDS = (
    "a", "250 km", "up to 1,200 mi (min 5 mi)", "2024-01", "FeatureCollection", "Feature", "Point",
    "true", "km", "35,25,60,40", "#D55E00", "https://example.org/", "", "null", "0", "nan", "\u202e",
)  # fmt: skip

_leaves = (
    st.sampled_from(WORDS) | st.none() | st.booleans() | st.integers(-200, 200) | st.floats()
    | st.text(max_size=5)
)  # fmt: skip
_documents = st.recursive(
    _leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner, max_size=5)
    ),
    max_leaves=30,
)
_bounded = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def _text(content) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")


@_bounded
@given(_documents)
def test_any_document_is_valid_or_refused(tmp_path, content):
    text = _text(content)
    path = tmp_path / "x.yaml"
    path.write_bytes(text)
    for read in (
        lambda: parse_scenario(text, name="x"),
        lambda: read_style(path),
        lambda: read_decisions(path),
    ):
        try:
            read()
        except RangemapError as error:
            refusal = str(error)
            assert refusal.strip()


def _taken(parse, text: bytes) -> bool:
    try:
        parse(text, name="x")
    except RangemapError:
        return False
    return True


@_bounded
@given(st.lists(_documents, max_size=2))
def test_readers_accept_exactly_what_their_validators_accept(content):
    text = _text({"weapons": content})
    _, findings = validate_catalogue(text, name="x")
    assert _taken(parse_catalogue, text) == (not errors_of(findings))
    text = _text({"type": "FeatureCollection", "features": content})
    _, findings = validate_registry(text, name="x")
    assert _taken(parse_registry, text) == (not errors_of(findings))
