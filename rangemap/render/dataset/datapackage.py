"""`datapackage.json`: the dataset as a Frictionless Data Package."""

from __future__ import annotations

from typing import Any, Final

from rangemap.catalogue.export import LIST_DELIMITER, Column, ColumnType, Table
from rangemap.render.dataset.description import (
    AUTHORS,
    KEYWORDS,
    LICENCE,
    LICENCE_TITLE,
    LICENCE_URL,
    NAME,
    Dataset,
    File,
)

_PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
_TYPES: Final[dict[ColumnType, dict[str, Any]]] = {
    ColumnType.TEXT: {"type": "string"},
    ColumnType.LIST: {"type": "list", "delimiter": LIST_DELIMITER, "itemType": "string"},
    ColumnType.NUMBER: {"type": "number"},
    ColumnType.INTEGER: {"type": "integer"},
    ColumnType.BOOLEAN: {"type": "boolean"},
    ColumnType.DATE: {"type": "string"},
    ColumnType.ADDRESS: {"type": "string"},
}
_PARTIAL_DATE: Final = "[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"


def to_datapackage(dataset: Dataset) -> dict[str, Any]:
    """Return the content of `datapackage.json`."""
    content = {
        "$schema": _PROFILE,
        "name": NAME,
        "title": dataset.title,
        "description": dataset.description,
        "version": dataset.version,
        "keywords": list(KEYWORDS),
        "licenses": [{"name": LICENCE, "title": LICENCE_TITLE, "path": LICENCE_URL}],
        "contributors": [{"title": AUTHORS, "roles": ["author"]}],
        "resources": [_resource(file, dataset.tables) for file in dataset.files],
    }
    return {key: value for key, value in content.items() if value is not None}


def _resource(file: File, tables: tuple[Table, ...]) -> dict[str, Any]:
    content: dict[str, Any] = {
        "name": file.name.removesuffix(".csv").replace(".", "-"),
        "path": file.name,
        "description": file.description,
        "format": file.format,
        "mediatype": file.media_type,
        "bytes": len(file.content),
        "hash": f"sha256:{file.sha256}",
    }
    if file.table is None:
        # Otherwise tools read Parquet as a table, and call it invalid if they lack its library.
        content["type"] = "file"
    else:
        keys = {table.name: table.columns[0].name for table in tables}
        content |= {"type": "table", "encoding": "utf-8", "schema": _schema(file.table, keys)}
    return content


def _schema(table: Table, keys: dict[str, str]) -> dict[str, Any]:
    first, *_ = table.columns
    schema = {
        "fields": [_field(column, is_key=column is first) for column in table.columns],
        "missingValues": [""],
        "primaryKey": [first.name],
    }
    references = [
        {
            "fields": [column.name],
            "reference": {"resource": column.refers_to, "fields": [keys[column.refers_to]]},
        }
        for column in table.columns
        if column.refers_to is not None
    ]
    return schema | ({"foreignKeys": references} if references else {})


def _field(column: Column, *, is_key: bool) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if is_key:
        constraints["unique"] = True
    if column.type is ColumnType.DATE:
        constraints["pattern"] = _PARTIAL_DATE
    field = {"name": column.name, "description": column.definition, **_TYPES[column.type]}
    return field | ({"constraints": constraints} if constraints else {})
