"""Make data/countries.blocks: codes, precision of the border and names of the base map's countries.

Run with ``make basemap`` after `basemap.py`. Names are those of the Unicode CLDR, from PyPI
``babel``. `rangemap.places.countries` describes the file.
"""

import json
import math
from collections import defaultdict
from pathlib import Path

import numpy as np
import shapely
from babel import Locale
from babel.core import get_global
from blocks import write_blocks

from rangemap.geodesy.area import Area
from rangemap.io.basemap import country_names, read_country
from rangemap.names import match_key
from rangemap.places.areas import codes_of_countries
from rangemap.places.countries import thinned

TARGET = Path(__file__).parent.parent / "countries.blocks"
MOST_VERTICES = 8_000
FEW_VERTICES = 2_000
"""A border with at most this many is not thinned; otherwise triangles below 3 km2 are left out."""
SHARE = 95
"""Per cent of the finest border's vertices that are within the precision."""
BASE_PRECISION_M = 1_000.0
"""Precision of the finest border itself."""
LANGUAGES = [
    "en", "ar", "fr", "de", "es", "pt", "it", "nl", "ru", "zh", "ja", "ko", "hi", "bn", "ur", "fa", "tr", "he",
    "el", "pl", "cs", "sk", "hu", "ro", "bg", "uk", "sr", "hr", "sl", "lt", "lv", "et", "fi", "sv", "da", "nb",
    "is", "ga", "cy", "eu", "ca", "gl", "sq", "mk", "ka", "hy", "az", "kk", "uz", "tk", "ky", "tg", "mn", "th",
    "vi", "id", "ms", "fil", "km", "lo", "my", "ne", "si", "ta", "te", "ml", "kn", "mr", "gu", "pa", "am",
    "sw", "so", "ha", "ps", "ckb", "zu", "af", "zh_Hant",
]  # fmt: skip
PART_CODES = {"N. Cyprus", "Somaliland", "Indian Ocean Ter.", "Ashmore and Cartier Is."}
"""Areas that the base map draws apart from the country whose code they share."""
OWN_CODES = {
    "Antarctica": "AQ",
    "Heard I. and McDonald Is.": "HM",
    "U.S. Minor Outlying Is.": "UM",
    "Clipperton I.": "CP",
}
MORE_NAMES = {
    "United States of America": "USA, America, the United States", "United Kingdom": "UK, Britain, Great Britain",
    "North Korea": "DPRK", "South Korea": "ROK, Korea", "Turkey": "Türkiye", "Myanmar": "Burma",
    "Czechia": "Czech Republic", "Netherlands": "Holland, the Netherlands", "Côte d'Ivoire": "Ivory Coast",
    "Cabo Verde": "Cape Verde", "eSwatini": "Swaziland", "Dem. Rep. Congo": "DRC, DR Congo",
    "United Arab Emirates": "UAE", "Saudi Arabia": "KSA", "Russia": "Russian Federation",
    "Vatican": "Holy See", "Timor-Leste": "East Timor", "Syria": "Syrian Arab Republic",
}  # fmt: skip
"""Names in common use that CLDR does not have."""


def least_area(name: str) -> float:
    """Return the smallest area of triangles to leave out for at most 8,000 vertices, km2."""
    if shapely.get_num_coordinates(thinned(name, 0.0)) <= FEW_VERTICES:
        return 0.0
    least = 3.0
    while shapely.get_num_coordinates(thinned(name, least)) > MOST_VERTICES:
        least = round(least * 1.2, 1)
    return least


def precision_m(name: str, least_km2: float) -> float:
    """Return how far 95 % of the finest border's vertices are from the thinned one, and 1 km."""
    region = thinned(name, least_km2)
    finest = np.concatenate([shapely.get_coordinates(p) for p in read_country("high", name)])
    finest = finest[(np.abs(finest[:, 0]) < 179.99) & (finest[:, 1] > -89.9)]
    # Towards the inside, the distance is that to the outside of the country.
    outside = shapely.box(-180, -90, 180, 90).difference(region)
    lon, lat = finest.T
    off_m = np.maximum(Area(region).distances_m(lon, lat), Area(outside).distances_m(lon, lat))
    return math.ceil(float(np.percentile(off_m, SHARE)) / 10) * 10 + BASE_PRECISION_M


def codes() -> dict[str, str]:
    """Return the ISO codes of the countries."""
    own = {**codes_of_countries(), **OWN_CODES}
    drawn = (name for name in country_names() if read_country("high", name))
    return {name: "" if name in PART_CODES else own.get(name, "") for name in drawn}


def names_of(codes_of: dict[str, str]) -> dict[str, list[int]]:
    """Return the numbers of the countries that have each name, those of English first of all."""
    merged: dict[str, list[int]] = {}
    for level in (
        own_names(codes_of),
        cldr_names(codes_of, ["en"]),
        cldr_names(codes_of, LANGUAGES),
    ):
        for key, value in level.items():
            merged.setdefault(key, sorted(value))
    return dict(sorted(merged.items()))


def own_names(codes_of: dict[str, str]) -> dict[str, set[int]]:
    """Return the names on the base map, the codes and `MORE_NAMES`."""
    three = {
        new[0]: old
        for old, new in get_global("territory_aliases").items()
        if len(old) == 3 and old.isalpha() and len(new) == 1 and old not in RETIRED
    }
    found: dict[str, set[int]] = defaultdict(set)
    for number, (name, code) in enumerate(codes_of.items()):
        more = MORE_NAMES.get(name, "").split(", ")
        for each in filter(None, (name, code, three.get(code, ""), *more)):
            found[match_key(each)].add(number)
    return found


def cldr_names(codes_of: dict[str, str], languages: list[str]) -> dict[str, set[int]]:
    """Return the names in some languages, with and without a remark in brackets."""
    numbers = {code: number for number, code in enumerate(codes_of.values()) if code}
    found: dict[str, set[int]] = defaultdict(set)
    for language in languages:
        for code, name in Locale.parse(language).territories.items():
            if code in numbers:
                found[match_key(name)].add(numbers[code])
                found[match_key(name.partition(" (")[0])].add(numbers[code])
    return found


RETIRED = {"BUR", "DDR", "TMP", "ZAR", "YMD", "FXX", "ROM", "SUN"}
"""Old codes of three letters."""


def main() -> None:
    """Write the file."""
    codes_of = codes()
    entries = {}
    for name, code in codes_of.items():
        least = least_area(name)
        entries[name] = [code, precision_m(name, least), least]
    about = {
        "source": "world-atlas 2.0.2; Unicode CLDR, from babel",
        "countries": entries,
    }
    names = json.dumps(names_of(codes_of), separators=(",", ":"))
    print(f"{write_blocks(TARGET, about, {'names': names})} bytes")


if __name__ == "__main__":
    main()
