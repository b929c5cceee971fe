"""The towns of the world by all their names in GeoNames.

``data/gazetteer.tsv`` has one line for each name and each town, sorted by its first
field, so that a binary search finds a name without reading the rest of the file:

    #98182    Baghdad  IQ  07  44.40088  33.34058  7216000  Asia/Baghdad    a town by its number
    #7802746  Sadr City  IQ 07  44.45881  33.38889  1211849  part      a part of a city
    bagdad             98182                                  towns with this name, with this other name
    ,georgia  GE US.GA                                        countries and regions with this name
    @GE       Georgia  611717                                 a country by its code, its capital
    @US.GA    Georgia                                         a region by its code

The data are from GeoNames (CC BY 4.0); `CREDIT` is shown with every position from
them.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from rangemap.errors import DocumentError
from rangemap.geodesy.position import LonLat
from rangemap.io.files import error_text
from rangemap.names import match_key

CREDIT: Final = "GeoNames (CC BY 4.0)"
"""Credit for the position of a town."""
PART: Final = "part"
"""Marks a part of a city, which is not itself shown on maps."""
TOWN_PRECISION_M: Final = 5000.0
"""Precision of the position of a town: one point represents the whole town."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """One town of GeoNames.

    Parameters
    ----------
    number : int
        Its id in GeoNames.
    name : str
        Its name.
    country : str
        ISO code of its country, two letters.
    region : str
        GeoNames code of its first-level region; empty if it has none.
    lonlat : LonLat
        Its position, degrees.
    population : int
        Its number of inhabitants.
    zone : str
        The time zone that CLDR names after it, for its name in other languages; empty if none.
    is_part : bool
        Whether it is a part of a city.
    """

    number: int
    name: str
    country: str
    region: str
    lonlat: LonLat
    population: int
    zone: str = ""
    is_part: bool = False

    @property
    def id(self) -> str:
        """Its id in tables."""
        return f"geonames:{self.number}"


def town_of(fields: Sequence[str]) -> Town:
    """Return the town of a line."""
    number, name, country, region, lon, lat, population, *more = fields
    last = more[0] if more else ""
    return Town(
        number=int(number[1:]),
        name=name,
        country=country,
        region=region,
        lonlat=LonLat(float(lon), float(lat)),
        population=int(population),
        zone="" if last == PART else last,
        is_part=last == PART,
    )


def qualifiers_of(town: Town) -> set[str]:
    """Return the qualifiers that may follow the name of a town to identify it."""
    return {
        town.country,
        f"{town.country}.{town.region}",
        match_key(town.region),
        str(town.number),
    } - {""}


class TownFile:
    """A gazetteer file, which is opened when the first name is looked up.

    Parameters
    ----------
    path : Path
        The file, in the form of ``data/gazetteer.tsv``.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._codes: dict[str, list[str]] = {}

    def bounds(self, country: str) -> tuple[float, float, float, float] | None:
        """Return west, south, east and north of a country's towns, degrees.

        Parameters
        ----------
        country : str
            Its name or its ISO code.

        Returns
        -------
        tuple of float or None
            From -180 to 180 for a country on both sides of the antimeridian; None if no
            country or several have the name, or the country has no town.

        Examples
        --------
        >>> from rangemap.places import built_in_gazetteer
        >>> towns = built_in_gazetteer()
        >>> west, south, east, north = towns.bounds("Iraq")
        >>> 38 < west < east < 49 and 29 < south < north < 38
        True
        >>> towns.bounds("Atlantis") is None
        True
        """
        code = self.country_code(country)
        return None if code is None else self._bounds[code]

    def country_code(self, country: str) -> str | None:
        """Return the ISO code of a country with towns.

        Parameters
        ----------
        country : str
            Its name or its ISO code.

        Returns
        -------
        str or None
            None if no country or several have the name.

        Examples
        --------
        >>> from rangemap.places import built_in_gazetteer
        >>> towns = built_in_gazetteer()
        >>> towns.country_code("iraq"), towns.country_code("IQ"), towns.country_code("Atlantis")
        ('IQ', 'IQ', None)
        """
        codes = {match_key(country).upper(), *self._codes_of(match_key(country))}
        known = [code for code in codes if code in self._bounds]
        return known[0] if len(known) == 1 else None

    def is_region(self, name: str) -> bool:
        """Return whether a region has exactly this name.

        Parameters
        ----------
        name : str
            The name as typed.

        Returns
        -------
        bool
            False if its name only contains the word, too.

        Examples
        --------
        >>> from rangemap.places import built_in_gazetteer
        >>> towns = built_in_gazetteer()
        >>> towns.is_region("Illinois"), towns.is_region("Kashmir")
        (True, False)
        """
        return any("." in code for code in self._codes_of(match_key(name)))

    def finds(self, name: str, qualifiers: Sequence[str]) -> list[Town]:
        """Return the towns that have a name, main or other, in a country or region.

        Parameters
        ----------
        name : str
            The name.
        qualifiers : sequence of str
            Countries, regions or numbers, all of which apply.

        Returns
        -------
        list of Town
            In no order.
        """
        by_main_name, by_other_name = self._towns_named(match_key(name))
        return self._within([*by_main_name, *by_other_name], qualifiers)

    def _within(self, towns: Iterable[Town], qualifiers: Sequence[str]) -> list[Town]:
        regions = [{match_key(word), *self._codes_of(match_key(word))} for word in qualifiers]
        return [town for town in towns if all(keys & qualifiers_of(town) for keys in regions)]

    @cached_property
    def _bounds(self) -> dict[str, tuple[float, float, float, float]]:
        found: dict[str, tuple[float, float, float, float]] = {}
        for town in self._towns:
            lon, lat = town.lonlat
            west, south, east, north = found.get(town.country, (lon, lat, lon, lat))
            found[town.country] = (min(west, lon), min(south, lat), max(east, lon), max(north, lat))
        return found

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The main names of all towns, sorted by their numbers as text."""
        return tuple(town.name for town in self._towns)

    @cached_property
    def _towns(self) -> tuple[Town, ...]:
        """All towns, sorted by their numbers as text."""
        return tuple(town_of(line.split("\t")) for line in self._block(b"\n#"))

    def _block(self, prefix: bytes) -> Iterator[str]:
        """Yield the lines of one kind, which are consecutive in the file."""
        start = self._content.find(prefix) + 1
        end = self._content.find(b"\n", self._content.rfind(prefix) + 1)
        yield from self._content[start:end].decode().split("\n")

    @cached_property
    def _content(self) -> mmap.mmap:
        try:
            with self._path.open("rb") as file:
                return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise DocumentError(f"{self._path}: cannot be read: {error_text(error)}") from error

    def _fields(self, key: str) -> list[str] | None:
        """Return the fields of the line with a key, found by binary search."""
        wanted = key.encode(errors="surrogatepass")  # undecodable bytes from the shell
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

    def _codes_of(self, key: str) -> list[str]:
        """Return the codes of the countries and regions that have a name."""
        if key not in self._codes:
            self._codes[key] = (self._fields(f",{key}") or [""])[0].split()
        return self._codes[key]

    def _towns_named(self, key: str) -> tuple[list[Town], list[Town]]:
        """Return the towns with a main name, and those with it as another name, largest first."""
        if not key or key[0] in "!#,@":
            return [], []
        fields = self._fields(key) or ["", ""]
        by_main_name, by_other_name = (
            [self._town(number) for number in field.split()] for field in fields
        )
        return by_main_name, by_other_name

    def _town(self, number: str) -> Town:
        fields = self._fields(f"#{number}")
        if fields is None:
            raise DocumentError(f"{self._path}: town {number} is missing; reinstall rangemap")
        return town_of([f"#{number}", *fields])

    @cached_property
    def _lines_of_names(self) -> list[list[str]]:
        """The fields of the lines of names in Latin letters, the most common input."""
        lines = self._content[:].split(b"\n")
        return [
            line.decode().split("\t")
            for line in lines
            if line[:1].isalpha() and line.isascii()
        ]  # fmt: skip
