"""`rangemap new`: a scenario with every key explained, which runs as it is and with each key."""

import re

import pytest
import yaml

from rangemap.scenario.file import parse_scenario
from rangemap.scenario.keys import KEYS
from rangemap.scenario.template import scenario_template

TEMPLATE = scenario_template("s.yaml")
EXAMPLES = dict(re.findall(r"^(?:# )?([a-z_]+): (.+)$", TEMPLATE, re.MULTILINE))
OWN = (
    "weapons: [{id: own, name: Own, country: X, category: rocket, claims:"
    " [{id: a, range: 70 km, source: {publisher: P}}]}]\n"
)
# Keys that need a file, one of the others, or (tiles) are used with others only.
FILES = {"mine.yaml": OWN, "house.yaml": "credit: Graphics desk\n"}


def with_key(name):
    """The template with one more of its keys."""
    return TEMPLATE.replace(f"\n# {name}: ", f"\n{name}: ")


def test_every_key_is_in_it_once_with_its_explanation():
    assert list(EXAMPLES) == list(KEYS)
    flat = re.sub(r"\n# ", " ", TEMPLATE)
    for key in KEYS.values():
        assert key.description in flat
        for choice in key.choices:
            assert choice in flat


def test_each_example_differs_from_the_default():
    for key in KEYS.values():
        assert yaml.safe_load(EXAMPLES[key.name]) != key.default


@pytest.mark.parametrize("name", KEYS)
def test_it_is_valid_with_each_key(name):
    values = parse_scenario(with_key(name).encode(), name="s.yaml")
    assert getattr(values, name) not in (None, ())


def test_it_runs_as_it_is_and_is_not_overwritten(run, tmp_path):
    path = tmp_path / "my map.yaml"
    assert run("new", path).status == 0
    assert "rangemap check 'my map.yaml' " in path.read_text("utf-8")
    again = run("new", path)
    assert (again.status, again.out) == (1, "")
    assert again.err == f"rangemap: {path}: exists; choose another name, or delete it first\n"
    assert run("map", path).status == 0
    for name in yaml.safe_load(EXAMPLES["outputs"]):
        assert (tmp_path / name).stat().st_size > 1000
    checked = run("check", path, "--format", "csv")
    assert checked.status == 0
    assert len(checked.out.splitlines()) == 1 + 2 * 2


@pytest.mark.parametrize(
    "name", [name for name in KEYS if name not in {"registry", "tiles_credit", "lang", "detail"}]
)
def test_it_runs_with_each_example(run, tmp_path, name):
    for file, text in FILES.items():
        (tmp_path / file).write_text(text, "utf-8")
    path = tmp_path / "s.yaml"
    path.write_text(with_key(name), "utf-8")
    panel = ["--panel", "2"] if name == "panels" else []
    done = run("check", path, "--format", "json", *panel)
    assert done.status == 0, done.err


def test_a_name_in_a_comment_cannot_end_it():
    text = scenario_template("a\nweapons: [x] #.yaml")
    assert parse_scenario(text.encode(), name="s.yaml") == parse_scenario(
        TEMPLATE.encode(), name="s.yaml"
    )
