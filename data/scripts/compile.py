# ruff: noqa: INP001  a script, not a module of a package
"""Make the compiled form of data/weapons.yaml: the records once read and checked, as JSON.

Run with ``make data`` after each edit; until then the edited file is read itself, which is slower.
"""

from pathlib import Path

from rangemap.catalogue.compiled import compile_catalogue
from rangemap.catalogue.file import parse_catalogue
from rangemap.files import write_whole

DATA = Path(__file__).parent.parent


def main() -> None:
    """Write the compiled files."""
    source = (DATA / "weapons.yaml").read_bytes()
    text = compile_catalogue(parse_catalogue(source, name="weapons.yaml"), source)
    write_whole(DATA / "weapons.compiled.json", text.encode())


if __name__ == "__main__":
    main()
