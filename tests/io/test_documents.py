import json
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rangemap.errors import DocumentError
from rangemap.io.documents import parse_json, parse_yaml
from rangemap.io.files import decode


def test_every_plain_scalar_stays_text():
    content = parse_yaml("{a: no, b: 1:30, c: 010, d: 2024-01, e: 1e3, f: .nan}", name="x").content
    assert content == {"a": "no", "b": "1:30", "c": "010", "d": "2024-01", "e": "1e3", "f": ".nan"}


def test_an_empty_value_is_none_and_a_quoted_one_is_text():
    content = parse_yaml("a:\nb: ~\nc: null\nd: ''\ne: 'null'", name="x").content
    assert content == {"a": None, "b": None, "c": None, "d": "", "e": "null"}


def test_each_value_has_its_line():
    document = parse_yaml("weapons:\n  - id: a\n    claims:\n      - id: b\n", name="w.yaml")
    assert document.line(("weapons", 0, "claims", 0, "id")) == 4
    assert document.line(("weapons", 0, "claims", 0, "range")) == 4
    assert document.line(("weapons", 0, "name")) == 2


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a: &x 1\nb: *x", "x.yaml:1: anchors and aliases are not supported"),
        ("a: *x", "x.yaml:1: anchors and aliases are not supported"),
        ("a: !!python/object/apply:os.system ['echo']", "x.yaml:1: tag"),
        ("a: !local 1", "x.yaml:1: tag '!local' is not supported"),
        ("a: 1\n? [b]\n: 2", "x.yaml:2: a key is not plain text"),
        ("a: 1\nb: 2\na: 3", "x.yaml:3: duplicate key 'a'"),
        ("a: 1\n<<: {b: 2}", "x.yaml:2: merge keys are not supported"),
        ("a: 1\n---\nb: 2", "x.yaml:2: contains more than one YAML document"),
        ("", "x.yaml: is empty"),
        ("# nothing", "x.yaml: is empty"),
        ("a: [1, 2\n", "x.yaml:2: not well-formed YAML"),
        ("a: 1\n\tb: 2", "x.yaml:2: not well-formed YAML"),
        ("a: \x00", "not well-formed YAML"),
        ("[" * 33 + "]" * 33, "x.yaml:1: nested deeper than 32 levels"),
    ],
)
def test_yaml_other_than_plain_data_is_refused_with_its_line(text, rule):
    with pytest.raises(DocumentError) as refusal:
        parse_yaml(text, name="x.yaml")
    assert rule in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("text", ["[" * 1_000_000, "{a: " * 1_000_000, "- " * 1_000_000])
def test_a_million_levels_are_refused_early(text):
    started = time.process_time()
    # The limits of a line and of PyYAML 6.0.4 may apply before that of nesting.
    with pytest.raises(
        DocumentError, match=r"nested deeper|exceeded maximum nesting depth|a line of more than"
    ):
        parse_yaml(text, name="x.yaml")
    # Not a speed test: continuing to read would take minutes or crash the interpreter.
    assert time.process_time() - started < 20


_keys = st.text(string.ascii_lowercase, min_size=1, max_size=5)
_texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)
_records = st.recursive(
    _texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=3),
    max_leaves=20,
)


@given(st.dictionaries(_keys, _records, min_size=1))
def test_json_is_read_equally_as_yaml_and_as_json(content):
    # Every JSON document of strings is also YAML; json is the second reader.
    text = json.dumps(content, ensure_ascii=False)
    assert parse_yaml(text, name="x").content == content
    assert parse_json(text, name="x").content == content


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    for parse in (parse_yaml, parse_json):
        try:
            parse(text, name="x")
        except DocumentError as error:
            assert str(error).startswith("x")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('{"a": 1, "a": 2}', "duplicate key 'a'"),
        ('{"a": NaN}', "NaN is not a JSON number"),
        ('{"a": -Infinity}', "-Infinity is not a JSON number"),
        ('{"a": 1', "x.json:1: not well-formed JSON"),
        ("[" * 100_000, "nested deeper than 32 levels"),
        ("9" * 20_000, r"99999999999999999999\.\.\. is not a JSON number"),
        ("[1" + "0" * 400 + "]", "is not a JSON number"),
        ("[1e400]", "1e400 is not a JSON number"),
        ('{"a":\n"\\ud800"}', r"x.json:2: \\ud8.. is an unpaired surrogate"),
    ],
)
def test_invalid_json_is_refused(text, rule):
    with pytest.raises(DocumentError, match=rule):
        parse_json(text, name="x.json")


def test_hostile_yaml_raises_only_document_errors(testdata):
    files = sorted((testdata / "yaml").rglob("*.*"))
    assert len(files) > 60
    for file in files:
        try:
            parse_yaml(decode(file.read_bytes(), name=file.name), name=file.name)
        except DocumentError as error:
            assert "\n" not in str(error)
            continue
        assert ".loader-error" not in file.name, f"{file.name} must be refused"
        assert ".stream-error" not in file.name, f"{file.name} must be refused"
        assert "former-loader-error" not in file.name, f"{file.name} has duplicate keys"
        assert not file.name.startswith("construct-python"), f"{file.name} has tags"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('ab {}[]:,"\\\\/é', max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('ab:{ "', max_size=3), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


@given(
    features=st.lists(_JSON, min_size=1, max_size=3),
    other=_JSON,
    first=st.booleans(),
    indent=st.sampled_from([None, 0, 2]),
)
def test_the_lines_of_features_match_those_of_libyaml(features, other, first, indent):
    # JSON of this alphabet is also YAML, and the YAML reader gets its lines from libyaml.
    content = {"features": features, "x": other} if first else {"x": other, "features": features}
    text = json.dumps(content, ensure_ascii=False, indent=indent)
    lines = parse_json(text, name="x", lines=True).lines
    expected = parse_yaml(text, name="x").lines
    inside = [at for at in expected if len(at) > 1 and at[0] == "features"]
    assert [lines[at] for at in inside] == [expected[at] for at in inside]
    assert list(lines) == [at for at in inside if len(at) == 2]
    assert ("x",) not in lines
    assert ("features", len(features)) not in lines


def test_lines_of_json_are_known_only_on_request():
    text = '{"features":\n[1,\n2]}'
    assert not parse_json(text, name="x").lines
    assert dict(parse_json(text, name="x", lines=True).lines) == {
        ("features", 0): 2, ("features", 1): 3
    }  # fmt: skip


def test_an_unpaired_surrogate_is_refused_and_a_surrogate_pair_is_not():
    assert parse_json(r'{"a": "\ud83d\ude80"}', name="x").content == {"a": "🚀"}
    with pytest.raises(
        DocumentError, match=r"x:2: .* is an unpaired surrogate; replace it with a whole character"
    ):
        parse_json('{"a":\n"\\ud83d"}', name="x")
