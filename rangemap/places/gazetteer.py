"""The towns of the world by every name that GeoNames has for them.

``data/gazetteer.tsv`` holds one line for each name and each town, sorted by its first
field, so that a name is found by halving and nothing else of the file is read:

    #98182    Baghdad  IQ  07  44.40088  33.34058  7216000    a town under its number
    bagdad             98182                                  towns so named, towns also called so
    ,georgia  GE US.GA                                        countries and states of the USA

The data are those of GeoNames (CC BY 4.0); `CREDIT` stands wherever a position of
theirs is shown.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

from rangemap.builtin import data_file
from rangemap.errors import DocumentError, PlaceError
from rangemap.files import reason
from rangemap.names import match_key
from rangemap.quantities import LonLat

CREDIT: Final = "GeoNames (CC BY 4.0)"
"""Whom the position of a town is credited to."""

TOWN_PRECISION_M: Final = 5000.0
"""How well the position of a town is known: its point stands for all of the town."""

_TIMES_LARGER: Final = 10
"""A town so many times larger that is also called so is as likely meant."""

_STATES_TOLD: Final = {"US"}
"""Countries whose towns are always told with their state."""

_MOST_NAMED: Final = 10
_MOST_QUALIFIERS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """One town of GeoNames: its number there, name, ISO country, first-level region, people."""

    number: int
    name: str
    country: str
    region: str
    lonlat: LonLat
    population: int

    @property
    def id(self) -> str:
        """Its id in tables."""
        return f"geonames:{self.number}"


class Gazetteer:
    """The towns of one gazetteer file, which is opened when the first name is asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def find(self, name: str) -> Town | None:
        """Return the town that a name means.

        A name may be followed by a country (``Paris, FR``, ``Paris, France``), by a
        region (``Springfield, IL``), or by both (``Springfield, IL, US``). Matched
        without regard to case, accents, hyphens and spaces, in this order: the town
        that has the name, unless ten times as many people live in another that is also
        called so; the only town that is also called so.

        Parameters
        ----------
        name : str
            What was typed.

        Returns
        -------
        Town or None
            None where no town has the name.

        Raises
        ------
        PlaceError
            If several towns are meant alike, or none in the country or region told;
            the towns of that name are given, the largest first.

        Examples
        --------
        >>> towns = built_in_gazetteer()
        >>> towns.find("Cologne").name, towns.find("Кёльн").name
        ('Köln', 'Köln')
        >>> towns.label(towns.find("springfield, il"))
        'Springfield, IL, US'
        """
        parts = [part.strip() for part in name.split(",")]
        for length in range(len(parts), max(len(parts) - 1 - _MOST_QUALIFIERS, 0), -1):
            key = match_key(",".join(parts[:length]))
            named, called = self._named(key)
            if named or called:
                return self._choose(name, named, called, parts[length:])
        return None

    def label(self, town: Town) -> str:
        """Return the shortest words that mean a town and no other.

        Examples
        --------
        >>> towns = built_in_gazetteer()
        >>> towns.label(towns.find("München"))
        'Munich, DE'
        """
        namesakes, _ = self._named(match_key(town.name))
        country = [town.country]
        region = [town.region, *country] if town.region else country
        for qualifiers in (region if town.country in _STATES_TOLD else country, region):
            if self._within(namesakes, qualifiers) == [town]:
                return ", ".join([town.name, *qualifiers])
        return ", ".join([town.name, *region, str(town.number)])

    def bounds(self, country: str) -> tuple[float, float, float, float] | None:
        """Return west, south, east and north of a country's towns, degrees.

        Parameters
        ----------
        country : str
            Its name or its ISO code.

        Returns
        -------
        tuple of float or None
            From -180 to 180 for one that lies on both sides of the antimeridian; None
            where no country or several have the name, or it has no town.

        Examples
        --------
        >>> towns = built_in_gazetteer()
        >>> west, south, east, north = towns.bounds("Iraq")
        >>> 38 < west < east < 49 and 29 < south < north < 38
        True
        >>> towns.bounds("Atlantis") is None
        True
        """
        codes = {
            match_key(country).upper(),
            *(self._fields(f",{match_key(country)}") or [""])[0].split(),
        }
        known = [self._bounds[code] for code in codes if code in self._bounds]
        return known[0] if len(known) == 1 else None

    @cached_property
    def _bounds(self) -> dict[str, tuple[float, float, float, float]]:
        found: dict[str, tuple[float, float, float, float]] = {}
        start = self._content.find(b"\n#") + 1
        end = self._content.find(b"\n", self._content.rfind(b"\n#") + 1)
        for line in self._content[start:end].decode().split("\n"):
            _, _, country, _, lon_text, lat_text, _ = line.split("\t")
            lon, lat = float(lon_text), float(lat_text)
            west, south, east, north = found.get(country, (lon, lat, lon, lat))
            found[country] = (min(west, lon), min(south, lat), max(east, lon), max(north, lat))
        return found

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The main names of all towns, the order being that of their numbers as text."""
        start = self._content.find(b"\n#") + 1
        end = self._content.rfind(b"\n#") + 1
        end = self._content.find(b"\n", end)
        lines = self._content[start:end].decode().split("\n")
        return tuple(line.split("\t", 2)[1] for line in lines)

    @cached_property
    def _content(self) -> mmap.mmap:
        try:
            with self._path.open("rb") as file:
                return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise DocumentError(f"{self._path}: cannot be read: {reason(error)}") from error

    def _fields(self, key: str) -> list[str] | None:
        """Return what stands on the line of a key, found by halving."""
        wanted = key.encode(errors="surrogatepass")  # what a shell could not read either
        content = self._content
        low, high = 0, len(content)
        while low < high:
            middle = (low + high) // 2
            start = content.rfind(b"\n", low, middle) + 1 or low
            end = content.find(b"\n", middle, high)
            found, *fields = content[start : end if end >= 0 else high].split(b"\t")
            if found == wanted:
                return [field.decode() for field in fields]
            low, high = (end + 1, high) if found < wanted else (low, start)
        return None

    def _named(self, key: str) -> tuple[list[Town], list[Town]]:
        """Return the towns that have a name, and those that are also called so, largest first."""
        if not key or key[0] in "!#,":
            return [], []
        fields = self._fields(key) or ["", ""]
        named, called = ([self._town(number) for number in field.split()] for field in fields)
        return named, called

    def _town(self, number: str) -> Town:
        fields = self._fields(f"#{number}")
        if fields is None:
            raise DocumentError(f"{self._path}: town {number} is missing; install rangemap again")
        name, country, region, lon, lat, population = fields
        return Town(
            number=int(number),
            name=name,
            country=country,
            region=region,
            lonlat=LonLat(float(lon), float(lat)),
            population=int(population),
        )

    def _choose(
        self, asked: str, named: list[Town], called: list[Town], qualifiers: Sequence[str]
    ) -> Town:
        if qualifiers:
            inside = self._within(named, qualifiers) or self._within(called, qualifiers)
            if not inside:
                where = ", ".join(qualifiers)
                raise PlaceError(
                    f"town {asked!r} is not in {where!r}; there is {self._list([*named, *called])}"
                )
            meant = inside
        elif named:
            rivals = [
                town
                for town in called
                if town.population >= _TIMES_LARGER * named[0].population
            ]  # fmt: skip
            meant = [*named, *rivals]
        else:
            meant = called
        if len(meant) > 1:
            raise PlaceError(f"town {asked!r} could be {self._list(meant)}; write one of these")
        return meant[0]

    def _within(self, towns: Iterable[Town], qualifiers: Sequence[str]) -> list[Town]:
        regions = [
            {match_key(word), *(self._fields(f",{match_key(word)}") or [""])[0].split()}
            for word in qualifiers
        ]
        return [town for town in towns if all(words & _words(town) for words in regions)]

    def _list(self, towns: Sequence[Town]) -> str:
        largest = sorted(towns, key=lambda town: -town.population)
        shown = [self.label(town) for town in largest[:_MOST_NAMED]]
        more = len(towns) - len(shown)
        return "; ".join([*shown, f"{more} more"] if more else shown)


def _words(town: Town) -> set[str]:
    """Return what may follow the name of a town to tell it from its namesakes."""
    return {
        town.country,
        f"{town.country}.{town.region}",
        match_key(town.region),
        str(town.number),
    } - {""}


@lru_cache(maxsize=1)
def built_in_gazetteer() -> Gazetteer:
    """Return the gazetteer that comes with rangemap; it is opened when a name is looked up."""
    return Gazetteer(data_file("gazetteer.tsv"))
