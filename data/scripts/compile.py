"""Compile data/: the validated records, and the catalogue's JSON Schema.

Run with ``make data`` after each edit; until then commands parse the edited file, which is slower.
"""

from pathlib import Path

from rangemap.catalogue.compiled import compile_catalogue
from rangemap.catalogue.file import SCHEMA_FILE, catalogue_schema, parse_catalogue
from rangemap.files import write_all
from rangemap.places.compiled import compile_places
from rangemap.places.file import parse_registry

DATA = Path(__file__).parent.parent


def main() -> None:
    """Write the compiled files."""
    source = (DATA / "weapons.yaml").read_bytes()
    catalogue = compile_catalogue(parse_catalogue(source, name="weapons.yaml"), source)
    places = (DATA / "sites.geojson").read_bytes()
    registry = parse_registry(places, name="sites.geojson").places
    write_all(
        {
            DATA / "weapons.compiled.json": catalogue.encode(),
            DATA / "sites.compiled.json": compile_places(registry, places).encode(),
            DATA / SCHEMA_FILE: catalogue_schema().encode(),
        }
    )


if __name__ == "__main__":
    main()
