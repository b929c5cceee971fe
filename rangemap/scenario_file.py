"""The scenario file: its model, and how it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidatorFunctionWrapHandler, WrapValidator

from rangemap.documents import parse_yaml
from rangemap.errors import DocumentError, ScenarioError
from rangemap.files import decode, read_document
from rangemap.rules import check_text
from rangemap.scenario import (
    Bounds,
    ScenarioWords,
    check_detail,
    check_units,
    read_extent,
    resolve_paths,
)
from rangemap.schema import PartialDate, Record, Text, validate


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _file_or_places(value: Any, read_list: ValidatorFunctionWrapHandler) -> Any:
    # With a union type, every error would mention both alternatives.
    return check_text(value) if isinstance(value, str) else read_list(value)


Words = Annotated[tuple[Text, ...], BeforeValidator(_one_or_many)]
FileOrPlaces = Annotated[tuple[Text, ...], WrapValidator(_file_or_places)]
Units = Annotated[str, BeforeValidator(check_units)]
Extent = Annotated[Bounds, BeforeValidator(read_extent)]
Detail = Annotated[str, BeforeValidator(check_detail)]


class ScenarioEntry(Record):
    """The keys of a scenario file, described in `ScenarioWords`."""

    title: Text | None = None
    subtitle: Text | None = None
    credit: Text | None = None
    prefer: Text | None = None
    origins: Words = ()
    weapons: Words = ()
    categories: Words = ()
    ranges: Words = ()
    sites: FileOrPlaces | None = None
    outputs: Words = ()
    catalogue: Words = ()
    registry: Text | None = None
    units: Units = "km"
    as_of: PartialDate | None = None
    exclude: Words = ()
    detail: Detail | None = None
    extent: Extent | None = None
    lang: Text = "en"
    style: Text | None = None
    tiles: Text | None = None
    tiles_credit: Text | None = None


def parse_scenario(content: bytes, *, name: str) -> ScenarioWords:
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
    return ScenarioWords(**dict(entry))


def read_scenario(path: Path) -> ScenarioWords:
    """Read a scenario file; file names in it are relative to its folder.

    Raises
    ------
    DocumentError
        If the file cannot be read, or as `parse_scenario`.
    """
    content, name = read_document(path)
    return resolve_paths(parse_scenario(content, name=name), path.parent)
