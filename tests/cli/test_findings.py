"""Findings of `validate`: grouped by rule, at their lines on GitHub, and in a pre-commit hook."""

import json
import re
import shlex
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml

from rangemap.io.findings import Rule

ROOT = Path(__file__).resolve().parents[2]
ENTRY = "{id: a, name: A, country: X, category: c, claims: [{id: c, range: 5 km, source: {publisher: Reuters}}]}"


def parse_command(line):
    """Parse a workflow command as GitHub documents it: ::level key=value,...::message."""
    level, properties, message = re.fullmatch(r"::(\w+) (.*?)::(.*)", line).groups()
    values = dict(pair.split("=", 1) for pair in properties.split(","))
    return level, {key: unquote(value) for key, value in values.items()}, unquote(message)


def test_each_finding_is_a_workflow_command_with_its_file_and_line(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name = "a,b:c%.yaml"
    Path(name).write_text(f"weapons:\n  - {ENTRY}\n  - {ENTRY.replace('5 km', '5')}\n", "utf-8")
    Path("good.yaml").write_text(f"weapons:\n  - {ENTRY}\n", "utf-8")
    outcome = run("weapons", "validate", name, "good.yaml", "--format", "github")
    assert outcome.status == 1
    plain = run("weapons", "validate", name, "good.yaml")
    assert plain.err == outcome.err
    found = [parse_command(line) for line in outcome.out.splitlines()]
    assert [(level, values["file"], values["line"]) for level, values, _ in found] == [
        ("error", name, "3"), ("warning", "good.yaml", "2"), ("warning", "good.yaml", "2"),
    ]  # fmt: skip
    joined = [
        f"{v['file']}:{v['line']}: {'' if level == 'error' else level + ': '}{v['title']}: {message}"
        for level, v, message in found
    ]
    rules = ["invalid-value", "no-date", "no-url"]
    lines = [f"{line} [{rule}]" for line, rule in zip(joined, rules, strict=True)]
    assert lines == plain.out.splitlines()


def test_a_registry_is_annotated_too(run, tmp_path):
    path = tmp_path / "r.geojson"
    path.write_text('{"type": "FeatureCollection", "features": [{}]}', "utf-8")
    outcome = run("sites", "validate", path, "--format", "github")
    level, values, _ = parse_command(outcome.out.splitlines()[0])
    assert (outcome.status, level, values["file"]) == (1, "error", str(path))


HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_each_hook_validates_the_files_that_it_names(run, hook):
    names = [f"data/{path.name}" for path in (ROOT / "data").iterdir()]
    (name,) = (name for name in names if re.search(hook["files"], name))
    outcome = run(*shlex.split(hook["entry"])[1:], ROOT / name)
    assert outcome.status == 0
    assert ", 0 errors, " in outcome.err
    assert hook["verbose"] is True
    assert hook["language"] == "python"


def test_the_page_names_the_hooks():
    page = (ROOT / "docs" / "catalogue.md").read_text("utf-8")
    assert re.findall(r"- id: (rangemap-\w+)", page) == [hook["id"] for hook in HOOKS]


def place(number, **changes):
    source = {"publisher": "P", "lat": 33 + number / 10, "lon": 44}
    properties = {"id": f"p{number}", "name": f"P{number}", "country": "Iraq", "kind": "base", "precision_km": 0.1,
                  "sources": [source], **changes}  # fmt: skip
    point = {"type": "Point", "coordinates": [source["lon"], source["lat"]]}
    return {"type": "Feature", "geometry": point, "properties": properties}


@pytest.fixture
def registry(tmp_path):
    """Three kinds of warnings: two of 60 places each, and one of a single place."""
    features = [place(number / 10) for number in range(59)]
    for number, feature in enumerate(features):
        feature["properties"]["id"] = f"p{number}"
    alone = place(8, id="alone", name="P0.1")
    path = tmp_path / "r.geojson"
    content = {"type": "FeatureCollection", "features": [*features, alone]}
    path.write_text(json.dumps(content), "utf-8")
    return path


def test_a_table_has_at_most_40_lines_with_some_findings_of_every_rule(run, registry):
    outcome = run("sites", "validate", registry)
    assert outcome.status == 0
    lines = [*outcome.out.splitlines(), *outcome.err.splitlines()]
    assert len(lines) == 40
    assert lines[-2:] == [
        "60 places, 0 errors, 121 warnings: shared-name 1, no-url 60, not-checked 60",
        (
            "38 of 121 findings shown; list those of one rule with --only RULE, and more with --limit N or"
            " --format json"
        ),
    ]
    rules = [re.search(r" \[([a-z-]+)\]$", line)[1] for line in lines[:-2]]
    assert rules == ["shared-name"] + ["no-url"] * 19 + ["not-checked"] * 18


@pytest.mark.parametrize("format_", ["json", "csv", "github"])
def test_other_formats_have_all_findings_and_the_same_counts(run, registry, format_):
    outcome = run("sites", "validate", registry, "--format", format_)
    assert outcome.err.splitlines() == run("sites", "validate", registry).err.splitlines()[:1]
    rows = json.loads(outcome.out) if format_ == "json" else outcome.out.splitlines()
    assert len(rows) == 121 + (format_ == "csv")


def test_rules_and_a_limit_choose_findings_but_not_the_exit_status(run, registry, tmp_path):
    words = ("sites", "validate", registry, "--format", "json")
    rows = json.loads(run(*words, "--only", "no-url", "--only", "shared-name").out)
    assert {row["rule"] for row in rows} == {"no-url", "shared-name"}
    assert len(rows) == 61
    assert [row["rule"] for row in json.loads(run(*words, "--limit", "2").out)] == [
        "shared-name",
        "no-url",
    ]
    assert len(run("sites", "validate", registry, "--limit", "0").out.splitlines()) == 121
    bad = tmp_path / "bad.geojson"
    bad.write_text('{"type": "FeatureCollection", "features": [{}]}', "utf-8")
    outcome = run("sites", "validate", bad, "--only", "no-url")
    assert (outcome.status, outcome.out) == (1, "")
    assert outcome.err == "0 places, 1 error, 0 warnings: invalid-feature 1\n"


def test_an_unknown_rule_is_refused_with_the_closest(run):
    outcome = run("weapons", "validate", "--only", "no-uri")
    assert (outcome.status, outcome.out) == (2, "")
    assert "no such rule; did you mean 'no-url'?" in outcome.err


def test_the_page_explains_each_rule():
    page = (ROOT / "docs" / "catalogue.md").read_text("utf-8")
    listed = re.findall(r"^\| `([a-z-]+)` \| (?:both|sites|weapons) \|", page, re.MULTILINE)
    assert listed == list(Rule)


def test_every_rule_is_that_of_a_finding_somewhere():
    """A name that no finding has would be documented in vain."""
    code = "".join(path.read_text("utf-8") for path in (ROOT / "rangemap").rglob("*.py"))
    assert [rule for rule in Rule if f"Rule.{rule.name}" not in code] == []
