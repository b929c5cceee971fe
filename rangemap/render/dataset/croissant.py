"""`croissant.json` and `dataset.jsonld`: the dataset in Croissant and in plain schema.org."""

from __future__ import annotations

from typing import Any, Final

from rangemap.catalogue.export import Column, ColumnType, Table
from rangemap.render.dataset.description import AUTHORS, KEYWORDS, LICENCE_URL, Dataset, File

_CONTEXT: Final[dict[str, Any]] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES: Final = {
    ColumnType.NUMBER: "sc:Float",
    ColumnType.INTEGER: "sc:Integer",
    ColumnType.BOOLEAN: "sc:Boolean",
    ColumnType.ADDRESS: "sc:URL",
}


def to_croissant(dataset: Dataset) -> dict[str, Any]:
    """Return the content of `croissant.json`, which describes the CSV files."""
    keys = {table.name: f"{table.name}/{table.columns[0].name}" for table in dataset.tables}
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        **_about(dataset),
        "citeAs": dataset.citation,
        "isLiveDataset": False,
        "distribution": [_file_object(file) for file in dataset.files],
        "recordSet": [_record_set(table, keys) for table in dataset.tables],
    }


def to_schema_org(dataset: Dataset) -> dict[str, Any]:
    """Return the content of `dataset.jsonld`, for pages that search engines read."""
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        **_about(dataset),
        "isAccessibleForFree": True,
        "creditText": dataset.citation,
        "variableMeasured": [
            {
                "@type": "PropertyValue",
                "name": f"{table.name}.{column.name}",
                "description": column.definition,
                **({"unitCode": "KMT"} if column.name.endswith("_km") else {}),
            }
            for table in dataset.tables
            for column in table.columns
        ],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file.name,
                "description": file.description,
                "contentUrl": file.name,
                "encodingFormat": file.media_type,
                "contentSize": f"{len(file.content)} B",
                "sha256": file.sha256,
            }
            for file in dataset.files
        ],
    }


def _about(dataset: Dataset) -> dict[str, Any]:
    about = {
        "name": dataset.title,
        "description": dataset.description,
        "license": LICENCE_URL,
        "creator": {"@type": "Organization", "name": AUTHORS},
        "keywords": list(KEYWORDS),
        "version": dataset.version,
        "datePublished": dataset.month,
    }
    return {key: value for key, value in about.items() if value is not None}


def _file_object(file: File) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "description": file.description,
        "contentUrl": file.name,
        "contentSize": f"{len(file.content)} B",
        "encodingFormat": file.media_type,
        "sha256": file.sha256,
    }


def _record_set(table: Table, keys: dict[str, str]) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description,
        "key": {"@id": keys[table.name]},
        "field": [_field(table.name, column, keys) for column in table.columns],
    }


def _field(table: str, column: Column, keys: dict[str, str]) -> dict[str, Any]:
    field = {
        "@type": "cr:Field",
        "@id": f"{table}/{column.name}",
        "name": column.name,
        "description": column.definition,
        "dataType": _TYPES.get(column.type, "sc:Text"),
        "source": {"fileObject": {"@id": f"{table}.csv"}, "extract": {"column": column.name}},
    }
    if column.refers_to is not None:
        field["references"] = {"field": {"@id": keys[column.refers_to]}}
    return field
