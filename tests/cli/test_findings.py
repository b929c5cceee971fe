"""Findings of `validate` at their lines: on GitHub, and in a pre-commit hook."""

import re
import shlex
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ENTRY = "{id: a, name: A, country: X, category: c, claims: [{id: c, range: 5 km, source: {publisher: P}}]}"


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
    assert joined == plain.out.splitlines()


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
