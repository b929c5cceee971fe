"""The files of a dataset that people read: README.md and CITATION.cff."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from rangemap.catalogue.export import ColumnType, Table
from rangemap.render.dataset.description import (
    AUTHORS,
    KEYWORDS,
    LICENCE,
    LICENCE_TITLE,
    LICENCE_URL,
    Dataset,
)

_CONVENTIONS: Final = """\
## How to read the tables

- The CSV files are UTF-8 with a comma between cells and a header; an empty cell means that nothing is published or known.
- A *list* is one cell in which `; ` separates the values; a semicolon or backslash of a value itself follows a backslash.
- A *partial date* is a year, a month or a day: `2024`, `2024-05` or `2024-05-17`.
- Kilometres have up to three decimals. `range` has the figure in the unit in which it was published.
- A cell that begins with an apostrophe before `=`, `+`, `-` or `@` is text that a spreadsheet program would otherwise run as a formula:
  remove the first apostrophe. The other formats contain the text itself.
- The Parquet files have the same columns, with lists as lists; `sites.parquet` is GeoParquet. `sites.geojson` has every published position
  of a place with its publisher.

`rangemap weapons import DIRECTORY -o weapons.yaml` makes a catalogue file of this directory again, and `rangemap --registry` reads
`sites.geojson` as it is.
"""
_MEANING: Final = """\
## What a claim is

A claim is what a publisher printed, not a finding. Conflicting claims are all kept: a weapon's band extends from the lowest figure to the
highest, and its headline is the upper median of the upper figures. Claims of another kind (a distance flown in a test, a class name, a
warhead), those against another target and those that are doubtful or retracted are listed but not drawn. A published range is not a
forecast. No published minimum range does not mean a minimum of zero.
"""


def to_readme(dataset: Dataset) -> str:
    """Return the text of README.md, which defines every column."""
    return "\n".join(
        [
            f"# {dataset.title}\n",
            f"{dataset.description}\n",
            f"Made from: {dataset.edition}\n",
            "## Files\n",
            *_file_lines(dataset),
            "",
            _CONVENTIONS,
            *(line for table in dataset.tables for line in _column_lines(table)),
            _MEANING,
            "## Licence and citation\n",
            f"Figures and positions are facts. The compilation is licensed under [{LICENCE_TITLE}]({LICENCE_URL}).\n",
            f"Cite it as: {dataset.citation}\n",
        ]
    )


def _file_lines(dataset: Dataset) -> Iterator[str]:
    yield "| file | content |"
    yield "| --- | --- |"
    for file in dataset.files:
        yield f"| `{file.name}` | {file.description} |"
    yield "| `datapackage.json` | description of the files for Frictionless Data Package tools |"
    yield "| `croissant.json` | description of the files for Croissant tools |"
    yield "| `dataset.jsonld` | description of the dataset in schema.org's terms, for a web page |"
    yield "| `CITATION.cff` | how to cite the dataset, for citation managers |"


def _column_lines(table: Table) -> Iterator[str]:
    yield f"## Columns of `{table.name}`\n"
    yield f"{table.description} The first column identifies a row.\n"
    yield "| column | type | meaning |"
    yield "| --- | --- | --- |"
    for column in table.columns:
        always = ", never empty" if column.required else ""
        refers = "" if column.refers_to is None else f" A key of `{column.refers_to}`."
        type_ = "web address" if column.type is ColumnType.ADDRESS else str(column.type)
        yield f"| `{column.name}` | {type_}{always} | {column.definition}{refers} |"
    yield ""


def to_citation_cff(dataset: Dataset) -> str:
    """Return the text of CITATION.cff."""
    lines = [
        "cff-version: 1.2.0",
        "message: Credit rangemap and the edition if you use this dataset.",
        "type: dataset",
        f"title: {_scalar(dataset.title)}",
        f"abstract: {_scalar(dataset.description)}",
        "authors:",
        f"  - name: {_scalar(AUTHORS)}",
    ]
    if dataset.version is not None:
        lines.append(f"version: {_scalar(dataset.version)}")
    lines += [f"license: {LICENCE}", "keywords:", *(f"  - {word}" for word in KEYWORDS)]
    if dataset.month is not None:
        year, month = dataset.month.split("-")
        lines += [
            "preferred-citation:",
            "  type: data",
            f"  title: {_scalar(dataset.title)}",
            "  authors:",
            f"    - name: {_scalar(AUTHORS)}",
            f"  year: {year}",
            f"  month: {int(month)}",
            f"  version: {_scalar(dataset.version or '')}",
        ]
    return "\n".join(lines) + "\n"


def _scalar(text: str) -> str:
    """Return text as a YAML scalar; JSON strings are such."""
    return json.dumps(text, ensure_ascii=False)
