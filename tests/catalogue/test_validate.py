"""`weapons validate`: all errors together, and warnings about suspicious values."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from rangemap.catalogue.file import SCHEMA_FILE, catalogue_schema
from rangemap.catalogue.validate import validate_catalogue
from rangemap.errors import DocumentError
from rangemap.io.documents import parse_yaml
from rangemap.io.files import decode
from rangemap.io.findings import Level
from rangemap.io.packaged import data_file


def examined(body: str):
    weapons, findings = validate_catalogue(body.encode(), name="w.yaml")
    return weapons, [str(finding) for finding in findings]


def claim(id_: str, figure: str, more: str = "", source: str = "") -> str:
    source = source or "{publisher: Reuters, url: 'https://example.org/', date: 2024}"
    return f"{{id: {id_}, range: '{figure}'{more}, source: {source}}}"


def weapon(*claims: str, category: str = "rocket", more: str = "") -> str:
    listed = "\n".join(f"      - {claim}" for claim in claims)
    return (
        "weapons:\n  - id: w\n    name: W\n    country: X\n"
        f"    category: {category}\n{more}    claims:\n{listed}\n"
    )


def test_publishers_that_are_not_in_the_list_are_named_once_with_the_closest_ones(run, tmp_path):
    path = tmp_path / "mine.yaml"
    sources = ("The Nationl", "The Nationl", "My Notes", "The National")
    dated = [f"{{publisher: {name}, url: 'https://example.org/', date: 2024}}" for name in sources]
    path.write_text(
        weapon(*(claim(f"c{n}", "up to 70 km", source=text) for n, text in enumerate(dated)))
    )
    done = run("weapons", "validate", path, "--format", "json")
    found = json.loads(done.out)
    assert done.status == 0
    assert [row["rule"] for row in found] == ["unknown-publisher"] * 2
    assert (
        "publisher 'The Nationl' is not in the list of publishers (closest: The National"
        in (found[0]["message"])
    )
    assert "publisher 'My Notes' is not in the list of publishers, so" in found[1]["message"]
    assert [row["record"] for row in found] == ["weapon 'w': claim 'c0'", "weapon 'w': claim 'c2'"]


def test_the_built_in_catalogue_has_no_errors_and_only_known_warnings():
    content = data_file("weapons.yaml").read_bytes()
    weapons, findings = validate_catalogue(content, name="weapons.yaml")
    assert len(weapons) == 411
    assert {finding.level for finding in findings} == {Level.WARNING}
    undated = [f for f in findings if f.message.startswith("source has no date")]
    assert len(undated) == 105
    # Both figures of each weapon are stated by several publishers (S-400, Tomahawk, Agni-V), or
    # mean two sizes or versions of it: that their ratio is a mile to a kilometre is chance.
    other = [f for f in findings if f not in undated]
    assert {f.record.split("'")[1] for f in other} == {
        "df-31", "lancet", "tomahawk", "agni-v", "agni-vi", "s-400", "mim-23-hawk",
    }  # fmt: skip
    assert all("miles may have been read as km" in f.message for f in other)
    assert len(other) == 15


def test_every_error_of_a_catalogue_is_reported_with_its_line_and_nothing_else():
    bad = [claim(f"c{number}", f"{number} parsec") for number in range(1, 31)]
    weapons, findings = examined(weapon(*bad))
    assert weapons == ()
    assert len(findings) == 30
    assert findings[0] == (
        "w.yaml:7: weapon 'w': claim 'c1': range is '1 parsec': unknown unit 'parsec';"
        " use km, mi, nmi or m"
    )
    assert [int(line.split(":")[1]) for line in findings] == list(range(7, 37))


@pytest.mark.parametrize(
    ("body", "warning"),
    [
        (
            weapon(
                claim("a", "up to 70 km"), claim("b", "up to 75 km"), claim("c", "up to 700 km")
            ),
            "w.yaml:9: warning: weapon 'w': claim 'c': range is 'up to 700 km', 9.7 times the others (72.5 km);",
        ),
        (
            weapon(
                claim("a", "up to 700 km"), claim("c", "up to 720 km"), claim("b", "up to 70 km")
            ),
            "claim 'b': range is 'up to 70 km', 0.099 times the others",
        ),
        (
            weapon(claim("a", "up to 1,200 km"), category="gun artillery"),
            "category 'gun artillery' is usually 1 to 150 km, but the headline is 1,200 km;",
        ),
        (
            weapon(claim("a", "up to 1,200 mi"), claim("b", "up to 1,200 km")),
            "claim 'a': range is 'up to 1,200 mi' where claim 'b' has 'up to 1,200 km': miles may have been read as km",
        ),
        (
            # 300 mi is 482.8 km, published as 480: a rounded mile.
            weapon(claim("a", "up to 480 km", ", checked: 2026"), claim("b", "about 300 km")),
            "claim 'b': range is 'about 300 km' where claim 'a' has 'up to 480 km'",
        ),
        (
            weapon(claim("a", "up to 700 km"), category="close-range ballistic missile"),
            "w.yaml:2: warning: weapon 'w': category 'close-range ballistic missile' means 0 to 300 km, but the headline is 700 km",
        ),
        (
            weapon(claim("a", "up to 70 km", source="{publisher: P, date: 2024}")),
            "claim 'a': source has no url",
        ),
        (
            weapon(claim("a", "up to 70 km", source="{publisher: P, url: 'https://e.org'}")),
            "claim 'a': source has no date",
        ),
        (
            weapon(claim("a", "up to 70 km"), more="    aliases: [V]\n")
            + weapon(claim("a", "up to 70 km"))
            .removeprefix("weapons:\n")
            .replace("id: w", "id: v")
            .replace("name: W", "name: V"),
            "w.yaml:9: warning: weapon 'v': name 'V' is also a name of weapon 'w'",
        ),
    ],
)
def test_a_suspicious_value_gives_a_warning_with_the_fix(body, warning):
    weapons, findings = examined(body)
    assert weapons
    assert len(findings) == 1
    assert warning in findings[0]


@pytest.mark.parametrize(
    "body",
    [
        weapon(
            claim("a", "70 km"), claim("b", "75 km"), claim("c", "700 km", ", checked: 2026-11-23")
        ),
        weapon(claim("a", "up to 70 km"), claim("b", "up to 700 km", ", doubtful: true")),
        weapon(claim("a", "up to 70 km"), claim("b", "up to 700 km", ", variant: Long W")),
        weapon(claim("a", "up to 300 km"), claim("b", "up to 500 km")),
        weapon(claim("a", "up to 300 km"), category="close-range ballistic missile"),
        weapon(claim("a", "up to 300 km"), category="short-range ballistic missile"),
        weapon(
            claim("a", "up to 700 km"),
            category="close-range ballistic missile",
            more="    category_note: as its owner calls it\n",
        ),
    ],
)
def test_explained_or_ordinary_values_give_no_warning(body):
    weapons, findings = examined(body)
    assert weapons
    assert findings == []


def test_the_command_prints_findings_and_counts_and_fails_on_errors(run, tmp_path):
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(weapon(claim("a", "up to 70 km")), "utf-8")
    bad.write_text(weapon(claim("a", "70")), "utf-8")
    done = run("weapons", "validate", good)
    assert (done.status, done.out) == (0, "")
    assert done.err == "1 weapon, 0 errors, 0 warnings\n"
    done = run("weapons", "validate", good, bad, tmp_path / "none.yaml")
    assert done.status == 1
    assert done.out.splitlines() == [
        f"{bad}:7: weapon 'w': claim 'a': range '70' has no unit; write km, mi, nmi or m after the figure [invalid-value]",
        f"{tmp_path / 'none.yaml'}: cannot be read: No such file or directory [unreadable]",
    ]
    assert done.err == "1 weapon, 2 errors, 0 warnings: invalid-value 1, unreadable 1\n"
    done = run("weapons", "validate", bad, "--format", "json")
    (found,) = json.loads(done.out)
    assert (found["file"], found["line"], found["level"]) == (str(bad), 7, "error")
    assert found["record"] == "weapon 'w': claim 'a'"


class _Yaml12(yaml.SafeLoader):
    """Reads dates as text, like an editor that uses YAML 1.2."""


_Yaml12.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def test_the_json_schema_is_generated_named_in_the_file_and_validates_it():
    schema = json.loads(data_file(SCHEMA_FILE).read_text("utf-8"))
    assert data_file(SCHEMA_FILE).read_text("utf-8") == catalogue_schema(), "run `make data`"
    jsonschema.Draft202012Validator.check_schema(schema)
    text = data_file("weapons.yaml").read_text("utf-8")
    assert text.startswith(f"# yaml-language-server: $schema={SCHEMA_FILE}\n")
    validator = jsonschema.Draft202012Validator(schema)
    content = yaml.load(text, Loader=_Yaml12)  # noqa: S506  a safe loader's child
    assert list(validator.iter_errors(content)) == []
    for key, value in (("range", "250"), ("colour", "red"), ("id", "Not A Slug")):
        entry = json.loads(json.dumps(content["weapons"][0]))
        entry["claims"][1][key] = value
        assert list(validator.iter_errors({"weapons": [entry]})), key


def test_the_schema_is_printed_for_ones_own_files(run):
    done = run("weapons", "validate", "--schema")
    assert (done.status, done.out) == (0, catalogue_schema())


# The corpora, with the result expected for each file.

# libyaml is laxer than the specification about the indentation of flow collections, comments
# and tabs in these; each contains only plain lists and texts, and nothing harmful.
LAX = {"9C9N-0", "CVW2-0", "DK95-1", "G5U8-0", "QB6E-0", "SU5Z-0", "Y79Y-3"}
# Plain YAML (with unusual values, which stay text), but not a catalogue.
PLAIN = {"bom", "nan_inf", "norway_and_sexagesimal", "not_a_mapping", "scalar"}


def yaml_cases():
    shared = Path(__file__).resolve().parents[3] / "shared" / "testdata" / "yaml"
    for path in sorted([*shared.glob("pyyaml/*"), *shared.glob("own/*.yaml")]):
        yield pytest.param(path.read_bytes(), path.stem in PLAIN, id=path.name)
    for path in sorted(shared.glob("yaml-test-suite/*.yaml")):
        for number, case in enumerate(yaml.safe_load(path.read_text("utf-8"))):
            if case.get("fail") and "yaml" in case:
                key = f"{path.stem}-{number}"
                yield pytest.param(_unmarked(case["yaml"]).encode(), key in LAX, id=key)


def _unmarked(text: str) -> str:
    """Undo the suite's visible marks for spaces, as described in its README."""
    text = re.sub("—*»", "\t", text).replace("␣", " ").replace("↵", "").replace("←", "\r")
    return text.replace("∎\n", "").replace("∎", "").replace("⇔", "\ufeff")


@pytest.mark.usefixtures("testdata")
def test_the_yaml_corpora_exist():
    assert len(list(yaml_cases())) == 55 + 15 + 51


@pytest.mark.parametrize(("content", "plain"), list(yaml_cases()))
def test_invalid_yaml_is_refused_and_plain_yaml_is_read(content, plain):
    refusal = ""
    try:
        parse_yaml(decode(content, name="x.yaml"), name="x.yaml")
    except DocumentError as error:
        refusal = str(error)
    assert (refusal == "") == plain, refusal
    assert plain or re.match(r"x\.yaml:[^\n]+$", refusal)
    # None of them is a catalogue, and each error names the file.
    weapons, findings = validate_catalogue(content, name="x.yaml")
    assert weapons == ()
    assert findings
    assert all(str(finding).startswith("x.yaml:") for finding in findings)
