"""Compile data/: the validated records, the JSON Schemas, and the table of docs/scenario.md.

Run with ``make data`` after each edit; until then commands parse the edited file, which is slower.
"""

import re
import sys
from pathlib import Path

from rangemap.catalogue.compiled import compile_catalogue
from rangemap.catalogue.file import SCHEMA_FILE, catalogue_schema, parse_catalogue
from rangemap.catalogue.listing import listed
from rangemap.catalogue.publisher_compiled import compile_publishers
from rangemap.catalogue.publisher_file import parse_publishers
from rangemap.catalogue.stored_list import compile_list
from rangemap.errors import RangemapError
from rangemap.io.files import write_all
from rangemap.places.compiled import compile_places
from rangemap.places.file import parse_registry
from rangemap.places.seas import compile_seas
from rangemap.render.style_file import SCHEMA_FILE as STYLE_SCHEMA
from rangemap.render.style_file import style_schema
from rangemap.scenario.file import SCHEMA_FILE as SCENARIO_SCHEMA
from rangemap.scenario.file import scenario_schema
from rangemap.scenario.key_types import KeyType
from rangemap.scenario.keys import KEYS

DATA = Path(__file__).parent.parent
PAGE = DATA.parent / "docs" / "scenario.md"
TABLE = re.compile(r"^\| key \|.*?\n\n", re.MULTILINE | re.DOTALL)


def key_table() -> str:
    """Return the table of the keys of a scenario: meaning, type, default and option."""
    lines = ["| key | meaning | value | default | option |", "| --- | --- | --- | --- | --- |"]
    for key in KEYS.values():
        kind = ", ".join(f"`{each}`" for each in key.choices) or key.type
        kind = f"`{kind}`" if key.type is KeyType.EXTENT else kind
        default = "" if key.default is None else f"`{key.default}`"
        cells = (
            f"`{key.name}`",
            key.description,
            kind,
            default,
            f"`{key.option}`" if key.option else "",
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n\n"


def with_keys(page: str) -> str:
    """Return the page with its table renewed."""
    return TABLE.sub(lambda _: key_table(), page, count=1)


def main() -> None:
    """Write the compiled files."""
    source = (DATA / "weapons.yaml").read_bytes()
    parsed = parse_catalogue(source, name="weapons.yaml")
    catalogue = compile_catalogue(parsed, source)
    names = (DATA / "publishers.yaml").read_bytes()
    publishers = parse_publishers(names, name="publishers.yaml")
    places = (DATA / "sites.geojson").read_bytes()
    registry = parse_registry(places, name="sites.geojson").places
    write_all(
        {
            DATA / "weapons.compiled.json": catalogue.encode(),
            DATA / "weapons.list.json": compile_list(map(listed, parsed.weapons), source).encode(),
            DATA / "publishers.compiled.json": compile_publishers(publishers, names).encode(),
            DATA / "seas.json": compile_seas(
                (DATA / "seas.yaml").read_text("utf-8"), name="seas.yaml"
            ).encode(),
            DATA / "sites.compiled.json": compile_places(registry, places).encode(),
            DATA / SCHEMA_FILE: catalogue_schema().encode(),
            DATA / SCENARIO_SCHEMA: scenario_schema().encode(),
            DATA / STYLE_SCHEMA: style_schema().encode(),
            PAGE: with_keys(PAGE.read_text("utf-8")).encode(),
        }
    )


if __name__ == "__main__":
    try:
        main()
    except RangemapError as error:
        sys.exit(str(error))
