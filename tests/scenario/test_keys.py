"""One table of keys: scenario files, options, Python, JSON Schemas and docs have the same ones."""

import importlib.util
import inspect
import json
import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

import jsonschema
import pytest
import yaml
from typer.main import get_command

import rangemap as rm
from rangemap.api.types import Detail, PanelScale, Sort, SourceKind, SourcesLine, Tint, Units
from rangemap.catalogue import PublisherKind
from rangemap.cli.app import app
from rangemap.io.packaged import data_file
from rangemap.render import style_file
from rangemap.scenario.file import SCHEMA_FILE, ScenarioEntry, scenario_schema
from rangemap.scenario.key_types import KeyType
from rangemap.scenario.keys import KEYS
from rangemap.scenario.values import Look, ScenarioValues

ROOT = Path(__file__).resolve().parents[2]
NAMES = list(KEYS)
PAGE = (ROOT / "docs" / "scenario.md").read_text("utf-8")
COMMANDS = get_command(app).commands
# What a key's type is in the signature of `Scenario`; one with a default is never None.
ANNOTATIONS = {
    KeyType.TEXT: {"str | None", "str"},
    KeyType.TEXTS: {"Texts"},
    KeyType.PLACES: {"Places | Table"},
    KeyType.SITES: {"Sequence[str | Mapping[str, str]] | FileName | Table | None"},
    KeyType.PAIRS: {"Pairs"},
    KeyType.PANELS: {"Panels"},
    KeyType.FILE: {"FileName | None"},
    KeyType.FILES: {"FileName | Sequence[FileName]"},
    KeyType.DATE: {"str | dt.date | None"},
    KeyType.EXTENT: {"str | tuple[float, float, float, float] | None"},
    KeyType.CHOICE: {
        "Units",
        "Detail | None",
        "SourcesLine",
        "Sort | None",
        "Tint | None",
        "PanelScale",
    },
    KeyType.CHOICES: {"SourceKind | Sequence[SourceKind]"},
    KeyType.FLAG: {"bool"},
    KeyType.COUNT: {"int | None"},
    KeyType.ADDRESS: {"str | None"},
}


def compiler():
    """The script that `make data` runs."""
    spec = importlib.util.spec_from_file_location("compile", ROOT / "data/scripts/compile.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_signature_file_record_schema_and_docs_list_the_same_keys():
    documented = inspect.getdoc(rm.Scenario).split("Parameters\n")[1].split("\n\n")[0]
    lists = {
        "signature": list(inspect.signature(rm.Scenario).parameters),
        "record": [field.name for field in fields(ScenarioValues)],
        "scenario file": list(ScenarioEntry.model_fields),
        "schema": list(json.loads(scenario_schema())["properties"]),
        "page": re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE),
        "docstring": re.findall(r"\w+", " ".join(re.findall(r"(?m)^(\w[\w, ]*) :", documented))),
    }
    assert {name: sorted(found) for name, found in lists.items()} == dict.fromkeys(
        lists, sorted(NAMES)
    )
    for name in ("signature", "record", "scenario file", "page"):
        assert lists[name] == NAMES, name
    assert [field.name for field in fields(Look)] == [
        name for name in NAMES if name in {field.name for field in fields(Look)}
    ]


@pytest.mark.parametrize("key", KEYS.values(), ids=NAMES)
def test_types_and_defaults_agree(key):
    empty = () if key.is_list and key.type is not KeyType.SITES else key.default
    parameter = inspect.signature(rm.Scenario).parameters[key.name]
    assert parameter.kind is inspect.Parameter.KEYWORD_ONLY
    assert parameter.annotation in ANNOTATIONS[key.type]
    assert ("None" in parameter.annotation) == (empty is None)
    assert parameter.default == getattr(ScenarioValues(), key.name) == empty
    assert ScenarioEntry.model_fields[key.name].default == empty
    described = json.loads(scenario_schema())["properties"][key.name]
    assert described["description"] == key.description
    one = described["anyOf"][0] if key.type is KeyType.CHOICES else described
    assert one.get("enum", []) == list(key.choices)


def test_the_choices_of_the_signature_are_those_of_the_table():
    assert get_args(Units) == KEYS["units"].choices
    assert get_args(Sort) == KEYS["sort"].choices
    assert get_args(Detail) == KEYS["detail"].choices
    assert get_args(SourcesLine) == KEYS["sources_line"].choices
    assert get_args(Tint) == KEYS["tint"].choices
    assert get_args(PanelScale) == KEYS["panel_scale"].choices
    assert get_args(SourceKind) == KEYS["source_kinds"].choices == (*PublisherKind, "unknown")


def test_only_panels_have_no_option():
    assert [key.name for key in KEYS.values() if not key.option] == ["panels"]


@pytest.mark.parametrize(
    "key", [key for key in KEYS.values() if key.option], ids=lambda key: key.name
)
def test_each_key_has_its_option_with_the_same_help(key):
    options = {name: option for option in COMMANDS["map"].params for name in option.opts}
    option = options[key.option]
    assert option.multiple == key.is_list
    assert key.short is None or key.short in option.opts
    if key.name != "outputs":  # each command names the suffixes that it writes
        assert (option.help, option.metavar) == (key.option_help, key.metavar)


@pytest.mark.parametrize("command", ["map", "check", "report"])
def test_an_option_that_is_no_key_belongs_to_its_command(command):
    flags = {name for option in COMMANDS[command].params for name in option.opts}
    keys = {key.option for key in KEYS.values()}
    others = {flag for flag in flags - keys if flag.startswith("--")}
    files = {"--origins", "--sites", "--lat", "--lon", "--name", "--panel"}
    assert files <= others
    own = {
        "map": {"--size", "--dpi", "--projection", "--font", "--cite"},
        "check": {
            "--format", "--only", "--summary", "--per-site", "--sum", "--rejects", "--workers",
            "--exit-code", "--cite",
        },
        "report": {"--projection", "--font", "--sum"},
    }  # fmt: skip
    assert others - files - {"--help"} == own[command]


def test_the_written_schemas_and_the_page_are_up_to_date():
    compile_ = compiler()
    assert data_file(SCHEMA_FILE).read_text("utf-8") == scenario_schema(), "run `make data`"
    assert data_file(style_file.SCHEMA_FILE).read_text("utf-8") == style_file.style_schema(), (
        "run `make data`"
    )
    assert compile_.with_keys(PAGE) == PAGE, "run `make data`"
    assert compile_.key_table().strip() in PAGE


def as_read(path):
    """A file as an editor's validator sees it, which has no text for a number or a date."""
    return json.loads(json.dumps(yaml.safe_load(path.read_text("utf-8")), default=str))


def test_the_schemas_accept_the_files_of_maps():
    schema = json.loads(scenario_schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    scenarios = sorted((ROOT / "maps").glob("*.yaml"))
    assert len(scenarios) > 5
    for path in scenarios:
        jsonschema.validate(as_read(path), schema)
    house = json.loads(style_file.style_schema())
    jsonschema.Draft202012Validator.check_schema(house)
    styles = sorted((ROOT / "maps" / "house").rglob("*.yaml"))
    assert styles
    for path in styles:
        jsonschema.validate(as_read(path), house)


@pytest.mark.parametrize(
    "scenario",
    [
        {"weapon": ["Al Aqsa"]},
        {"units": "m"},
        {"detail": "fine"},
        {"weapons": [["a"]]},
        {"lang": []},
        {"source_kinds": ["tabloid"]},
        {"source_kinds": "tabloid"},
        {"no_state_media": "maybe"},
        {"origins": [{"place": "Beirut", "name": "Beyrouth"}]},
        {"pairs": [{"from": "Beirut", "range": "75 km", "color": "#000000"}]},
        {"pairs": [{"weapon": "Kinzhal"}]},
        {"pairs": [{"from": "Beirut", "range": "75 km", "source": {"url": "https://a.org"}}]},
        {"sort": "size"},
        {"nearest": 0},
        {"nearest": 2.5},
        {"nearest": True},
        {"page_url": ["https://example.org/"]},
    ],
)
def test_what_the_schema_refuses_is_refused_in_python_too(scenario):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(scenario, json.loads(scenario_schema()))
    with pytest.raises(rm.ScenarioError):
        rm.Scenario(**scenario)
