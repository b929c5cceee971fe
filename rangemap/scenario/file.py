"""The scenario file: its model, and how it is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import (
    BeforeValidator,
    Field,
    TypeAdapter,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
    create_model,
)

from rangemap.errors import DocumentError, ScenarioError
from rangemap.geodesy.position import Bounds
from rangemap.io.documents import parse_yaml
from rangemap.io.files import decode, read_document
from rangemap.io.models import Flag, PartialDate, Record, Text, validate
from rangemap.io.rules import check_text, one_or_many
from rangemap.scenario.keys import KEYS, Key, KeyType
from rangemap.scenario.values import ScenarioValues, resolve_paths


def _file_or_places(value: Any, read_list: ValidatorFunctionWrapHandler) -> Any:
    # With a union type, every error would mention both alternatives.
    return check_text(value) if isinstance(value, str) else read_list(value)


_LIST: Final = {"type": "array", "items": {"type": "string"}}
_ONE_OR_MANY: Final = WithJsonSchema({"anyOf": [{"type": "string"}, _LIST]})
_TYPES: Final[dict[KeyType, Any]] = {
    KeyType.TEXT: Text,
    KeyType.FILE: Text,
    KeyType.TEXTS: Annotated[tuple[Text, ...], BeforeValidator(one_or_many), _ONE_OR_MANY],
    KeyType.FILES: Annotated[tuple[Text, ...], BeforeValidator(one_or_many), _ONE_OR_MANY],
    KeyType.SITES: Annotated[tuple[Text, ...], WrapValidator(_file_or_places), _ONE_OR_MANY],
    KeyType.DATE: PartialDate,
    KeyType.FLAG: Flag,
}


def _field(key: Key) -> tuple[Any, Any]:
    """Return the type and the default of a key for pydantic."""
    if key.type is KeyType.CHOICE:
        schema = WithJsonSchema({"enum": list(key.choices)})
        kind: Any = Annotated[str, BeforeValidator(key.rule), schema]
    elif key.type is KeyType.CHOICES:
        one = {"enum": list(key.choices)}
        schema = WithJsonSchema({"anyOf": [one, {"type": "array", "items": one}]})
        each = Annotated[str, BeforeValidator(key.rule)]
        kind = Annotated[tuple[each, ...], BeforeValidator(one_or_many), schema]
    elif key.type is KeyType.EXTENT:
        schema = WithJsonSchema({"type": "string", "examples": ["35,25,60,40"]})
        kind = Annotated[Bounds, BeforeValidator(key.rule), schema]
    else:
        kind = _TYPES[key.type]
    default = () if key.is_list and key.type is not KeyType.SITES else key.default
    if default is None:
        # Only a missing key has no value; in the schema it has the type of its values.
        kind = Annotated[kind | None, WithJsonSchema(TypeAdapter(kind).json_schema())]
    return kind, Field(default, description=key.description)


_FIELDS: dict[str, Any] = {key.name: _field(key) for key in KEYS.values()}
ScenarioEntry: Final = create_model(
    "ScenarioEntry", __base__=Record, __doc__="The keys of a scenario file.", **_FIELDS
)
SCHEMA_FILE: Final = "scenario.schema.json"
"""Name of the JSON Schema of a scenario file."""


def scenario_schema() -> str:
    """Return the JSON Schema of a scenario file, for completion and checks in editors."""
    schema: dict[str, Any] = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    schema |= ScenarioEntry.model_json_schema() | {"title": "Scenario of rangemap"}
    for value in schema["properties"].values():
        if value["default"] in (None, []):  # editors would offer it
            del value["default"]
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def parse_scenario(content: bytes, *, name: str) -> ScenarioValues:
    """Read a scenario file.

    Raises
    ------
    ScenarioError
        With one line for each invalid key.
    """
    try:
        entry = validate(ScenarioEntry, parse_yaml(decode(content, name=name), name=name))
    except DocumentError as error:
        raise ScenarioError(*error.findings) from error
    return ScenarioValues(**dict(entry))


def read_scenario(path: Path) -> ScenarioValues:
    """Read a scenario file; file names in it are relative to its folder.

    Raises
    ------
    DocumentError
        If the file cannot be read, or as `parse_scenario`.
    """
    content, name = read_document(path)
    return resolve_paths(parse_scenario(content, name=name), path.parent)
