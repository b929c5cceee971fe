# ruff: noqa: INP001  a script, not a module of a package
"""Make what follows from data/weapons.yaml: its records once read and checked, and its JSON Schema.

Run with ``make data`` after each edit; until then the edited file is read itself, which is slower.
"""

from pathlib import Path

from rangemap.catalogue.compiled import compile_catalogue
from rangemap.catalogue.file import SCHEMA_FILE, catalogue_schema, parse_catalogue
from rangemap.files import write_whole

DATA = Path(__file__).parent.parent


def main() -> None:
    """Write the compiled files."""
    source = (DATA / "weapons.yaml").read_bytes()
    text = compile_catalogue(parse_catalogue(source, name="weapons.yaml"), source)
    write_whole(DATA / "weapons.compiled.json", text.encode())
    write_whole(DATA / SCHEMA_FILE, catalogue_schema().encode())


if __name__ == "__main__":
    main()
