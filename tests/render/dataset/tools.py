"""Run by the Python of `make dataset`: validate a dataset with the tools of its formats.

Prints one line of JSON for each tool: its name, the problems it found and the rows it read.
"""

import json
import logging
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Rows = dict[str, int]


def frictionless(folder: Path) -> tuple[list[str], Rows]:
    """Validate every resource: types, constraints, keys, sizes and hashes."""
    from frictionless import Package

    report = Package(str(folder / "datapackage.json")).validate()
    problems = [error.message for error in report.errors]
    problems += [
        f"{task.name}: {text}"
        for task in report.tasks
        for text in (*(error.message for error in task.errors), *task.warnings)
    ]
    problems += [] if report.valid or problems else ["not valid"]
    return problems, {
        task.name: task.stats["rows"] for task in report.tasks if task.type == "table"
    }


def croissant(folder: Path) -> tuple[list[str], Rows]:
    """Validate the description, also against warnings, and load all records."""
    import mlcroissant

    records = _Records()
    logging.getLogger("absl").addHandler(records)
    dataset = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"))
    issues = dataset.metadata.ctx.issues
    rows = {
        each.id: sum(1 for _ in dataset.records(each.id)) for each in dataset.metadata.record_sets
    }
    return [*issues.errors, *issues.warnings, *records.messages], rows


class _Records(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def duck(folder: Path) -> tuple[list[str], Rows]:
    """Load every table from CSV and Parquet, with the types guessed, and join them."""
    import duckdb

    connection = duckdb.connect()
    problems, rows = [], {}
    for name in ("weapons", "claims", "publishers", "sites"):
        counts = [
            connection.sql(f"SELECT count(*) FROM '{folder / name}.{suffix}'").fetchall()[0][0]  # noqa: S608  names of the dataset's own files
            for suffix in ("csv", "parquet")
        ]
        rows[name] = counts[0]
        if counts[0] != counts[1]:
            problems.append(f"{name}: {counts} rows")
    joined = connection.sql(
        f"""SELECT count(*) FROM '{folder}/claims.csv' AS c
        JOIN '{folder}/weapons.parquet' AS w ON c.weapon_id = w.id
        JOIN '{folder}/publishers.csv' AS p USING (publisher)
        WHERE NOT c.drawn OR c.high_km BETWEEN 0.1 AND 20004"""  # noqa: S608  names of the dataset's own files
    ).fetchall()[0][0]
    if joined != rows["claims"]:
        problems.append(f"{joined} of {rows['claims']} claims joined")
    return problems, rows


def citation(folder: Path) -> tuple[list[str], Rows]:
    """Validate CITATION.cff with the schema of its format, from cffconvert."""
    import jsonschema
    import yaml

    spec = find_spec("cffconvert")
    if spec is None or spec.origin is None:
        return ["cffconvert is not installed"], {}
    schema = json.loads((Path(spec.origin).parent / "schemas/1.2.0/schema.json").read_text("utf-8"))
    content: Any = yaml.safe_load((folder / "CITATION.cff").read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    return [error.message for error in validator.iter_errors(content)], {}


def main(folder: Path) -> Iterator[str]:
    """Yield the findings of each tool."""
    for tool in (frictionless, croissant, duck, citation):
        try:
            problems, rows = tool(folder)
        except Exception as error:  # a tool stops at some problems
            problems, rows = [f"{error}: {error.__cause__}"], {}
        yield json.dumps({"tool": tool.__name__, "problems": problems, "rows": rows})


if __name__ == "__main__":
    lines = list(main(Path(sys.argv[1])))
    print("\n".join(lines))
    sys.exit(any(json.loads(line)["problems"] for line in lines))
