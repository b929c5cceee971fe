"""The scenario file: its model, and how it is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
    create_model,
)
from pydantic_core import CoreSchema

from rangemap.catalogue import Source
from rangemap.errors import DocumentError, ScenarioError
from rangemap.geodesy.position import Bounds
from rangemap.io.documents import parse_yaml
from rangemap.io.files import decode, read_document
from rangemap.io.models import Count, Flag, PartialDate, Record, Text, Url, validate
from rangemap.io.rules import check_page_address, check_text, one_or_many
from rangemap.limits import MOST_PANELS
from rangemap.scenario.key_types import Key, KeyType
from rangemap.scenario.keys import KEYS, PANEL_KEYS
from rangemap.scenario.origins import Origin
from rangemap.scenario.requests import (
    PairRequest,
    PanelRequest,
    PlaceRequest,
    check_colour,
    parse_pair,
)
from rangemap.scenario.values import ScenarioValues, resolve_paths


class _OrText:
    """Lets a text stand for a mapping, in the JSON Schema too."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [{"type": "string"}, handler(schema)]}


class _NotNull:
    """Leaves out of the JSON Schema that a value may be missing."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        described = handler(schema)
        kinds = [kind for kind in described["anyOf"] if kind != {"type": "null"}]
        return kinds[0] if len(kinds) == 1 else {**described, "anyOf": kinds}


class PlaceEntry(Record):
    """A place and the label shown instead of its name."""

    place: Text
    label: Text | None = None


def _read_place(value: Any, read_mapping: ValidatorFunctionWrapHandler) -> Any:
    if isinstance(value, PlaceRequest | Origin):
        return value
    if isinstance(value, str):
        return check_text(value)
    mapping = dict(value) if isinstance(value, Mapping) else None
    if mapping is None:
        raise ValueError("expected a place, or a mapping with its place and label")
    return PlaceRequest(**dict(read_mapping(mapping)))


_Place: TypeAlias = Annotated[PlaceEntry, WrapValidator(_read_place), _OrText()]


class RangeSourceEntry(Record):
    """Where a range was published."""

    publisher: Text
    title: Text | None = None
    url: Url | None = None
    date: PartialDate | None = None


class PairEntry(Record):
    """A weapon or range from one place only."""

    place: Annotated[_Place, Field(alias="from")]
    weapon: Annotated[Text | None, Field(description="Name of a weapon.")] = None
    range: Annotated[Text | None, Field(description="A range that is not a weapon's.")] = None
    label: Annotated[Text | None, Field(description="Label of the ring.")] = None
    colour: Annotated[
        Text | None,
        AfterValidator(check_colour),
        Field(
            description='Colour of the ring, as "#RRGGBB".',
            json_schema_extra={"pattern": "^#[0-9A-Fa-f]{6}$"},
        ),
    ] = None
    source: Annotated[
        RangeSourceEntry | None, Field(description="Where the range was published.")
    ] = None


def _read_pair(value: Any, read_mapping: ValidatorFunctionWrapHandler) -> Any:
    if isinstance(value, PairRequest):
        return value
    if isinstance(value, str):
        return parse_pair(check_text(value))
    mapping = dict(value) if isinstance(value, Mapping) else None
    if mapping is None:
        raise ValueError('expected a mapping, or a text such as "Kinzhal @ Vladivostok"')
    fields = dict(read_mapping(mapping))
    source = fields.pop("source")
    return PairRequest(**fields, source=None if source is None else Source(**dict(source)))


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
    KeyType.PLACES: Annotated[tuple[_Place, ...], BeforeValidator(one_or_many), _OrText()],
    KeyType.PAIRS: Annotated[
        tuple[Annotated[PairEntry, WrapValidator(_read_pair), _OrText()], ...],
        BeforeValidator(one_or_many),
        _OrText(),
    ],
    KeyType.SITES: Annotated[tuple[_Place, ...], WrapValidator(_file_or_places), _OrText()],
    KeyType.DATE: PartialDate,
    KeyType.FLAG: Flag,
    KeyType.COUNT: Count,
    KeyType.ADDRESS: Annotated[Text, AfterValidator(check_page_address)],
}


def _field(key: Key, *, in_panel: bool = False) -> tuple[Any, Any]:
    """Return the type and the default of a key for pydantic; in a panel each may be missing."""
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
    if in_panel:
        default = None
    if default is None:
        # Only a missing key has no value; in the schema it has the type of its values.
        kind = Annotated[kind | None, _NotNull()]
    return kind, Field(default, description=key.description)


_PANEL_FIELDS: dict[str, Any] = {name: _field(KEYS[name], in_panel=True) for name in PANEL_KEYS}
PanelEntry: Final = create_model(
    "PanelEntry",
    __base__=Record,
    __doc__="One of several maps in a picture; its keys replace those of the scenario.",
    **_PANEL_FIELDS,
)


def _read_panel(value: Any, read_mapping: ValidatorFunctionWrapHandler) -> Any:
    if isinstance(value, PanelRequest):
        return value
    mapping = dict(value) if isinstance(value, Mapping) else None
    if mapping is None:
        raise ValueError("expected a mapping, as in {title: Until 2012, as_of: 2012}")
    read = read_mapping(mapping)
    return PanelRequest({name: getattr(read, name) for name in PANEL_KEYS if name in mapping})


def _few(panels: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(panels) > MOST_PANELS:
        raise ValueError(
            f"has {len(panels)} panels; expected at most {MOST_PANELS}; make several pictures"
        )
    return panels


_TYPES[KeyType.PANELS] = Annotated[
    tuple[Annotated[PanelEntry, WrapValidator(_read_panel)], ...],
    AfterValidator(_few),
    Field(json_schema_extra={"maxItems": MOST_PANELS}),
]
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
    panel = schema["$defs"]["PanelEntry"]
    for value in (*schema["properties"].values(), *panel["properties"].values()):
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
