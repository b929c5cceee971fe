"""Towns of the world, found by all their names in GeoNames, with suggestions for misspelt ones."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Final

from rangemap.errors import AmbiguousNameError, UnknownNameError
from rangemap.io.packaged import data_file
from rangemap.names import match_key, spelling_scores
from rangemap.places.towns import Town, TownFile, town_of

_TIMES_LARGER: Final = 10
"""A town this many times larger than its namesakes is preferred."""
_WITH_STATE: Final = {"US"}
"""Countries whose towns are always shown with the code of their state."""
_MOST_LISTED: Final = 10
_MOST_QUALIFIERS: Final = 3
_MOST_EXAMPLES: Final = 3
_SMALLEST_POPULATION: Final = 15_000  # people
_LONGEST_CODE: Final = 4  # as in `ROK` and `DPRK`; words up to this length may be codes


class Gazetteer(TownFile):
    """Towns looked up by their names in a gazetteer file.

    Parameters
    ----------
    path : Path
        The file, in the form of ``data/gazetteer.tsv``, opened when the first name is looked up.
    """

    def find(self, name: str, *, note: Callable[[str], None] = lambda _: None) -> Town | None:
        """Return the town that a name refers to.

        A name may be followed by a country (``Paris, FR``, ``Paris, France``), by a
        region (``Springfield, IL``, ``Springfield, Illinois``), or by both. Case,
        accents, hyphens and spaces are ignored. Towns with this as their main name come
        first, along with towns of ten times their population that have it as another
        name; if there are none, all towns that have it as another name. Among several,
        a town with at least ten times the population of every other is chosen.

        Parameters
        ----------
        name : str
            The name as typed.
        note : callable
            Receives one line if a town was chosen from several by its population.

        Returns
        -------
        Town or None
            None if no town has the name.

        Raises
        ------
        UnknownNameError, AmbiguousNameError
            If the name is ambiguous, or no town in the given country or region has it: the
            message lists the towns of that name, the largest first. If it is the name
            of a country whose capital has another name.

        Examples
        --------
        >>> towns = built_in_gazetteer()
        >>> towns.find("Cologne").name, towns.find("Кёльн").name
        ('Cologne', 'Cologne')
        >>> towns.label(towns.find("springfield, illinois"))
        'Springfield, IL, US'
        >>> towns.label(towns.find("London"))
        'London, GB'
        """
        parts = [part.strip() for part in name.split(",")]
        for length in range(len(parts), max(len(parts) - 1 - _MOST_QUALIFIERS, 0), -1):
            key = match_key(",".join(parts[:length]))
            by_main_name, by_other_name = self._towns_named(key)
            if length == len(parts):
                by_main_name = (
                    self._capitals(name, key, by_main_name, by_other_name) or by_main_name
                )
            if by_main_name or by_other_name:
                return self._choose(name, by_main_name, by_other_name, parts[length:], note)
        return None

    def label(self, town: Town) -> str:
        """Return the shortest text that identifies a town uniquely.

        Parameters
        ----------
        town : Town
            A town of this gazetteer.

        Returns
        -------
        str
            Its name and country, with region and number if needed.

        Examples
        --------
        >>> towns = built_in_gazetteer()
        >>> towns.label(towns.find("München"))
        'Munich, DE'
        """
        return self._label(town, self._state(town))

    def numbered(self, number: int) -> Town | None:
        """Return the town with a number.

        Parameters
        ----------
        number : int
            Its id in GeoNames.

        Returns
        -------
        Town or None
            None if there is none.
        """
        fields = self._fields(f"#{number}")
        return None if fields is None else town_of([f"#{number}", *fields])

    def named(self, name: str) -> list[Town]:
        """Return the towns with a main name.

        Parameters
        ----------
        name : str
            The name.

        Returns
        -------
        list of Town
            The largest first.
        """
        return self._towns_named(match_key(name))[0]

    def larger_namesakes(self, town: Town) -> list[Town]:
        """Return the towns of the same name that are far larger.

        Parameters
        ----------
        town : Town
            A town of this gazetteer.

        Returns
        -------
        list of Town
            Those with at least ten times its population.
        """
        least = _TIMES_LARGER * town.population
        return [other for other in self.named(town.name) if other.population >= least]

    def country_of(self, town: Town) -> str:
        """Return the English name of a town's country.

        Parameters
        ----------
        town : Town
            A town of this gazetteer.

        Returns
        -------
        str
            The name.
        """
        return self._country(town.country)[0]

    def region_of(self, town: Town) -> str:
        """Return the name of a town's region.

        Parameters
        ----------
        town : Town
            A town of this gazetteer.

        Returns
        -------
        str
            The name, or its code if GeoNames has no name for it; empty if the town has no region.
        """
        return self._region_name(f"{town.country}.{town.region}") if town.region else ""

    def regions(self, name: str) -> list[str]:
        """Return the regions that have a name, or whose names contain it as a word.

        Parameters
        ----------
        name : str
            The name as typed.

        Returns
        -------
        list of str
            Names of the regions with ISO codes of their countries; empty if there are none.

        Examples
        --------
        >>> built_in_gazetteer().regions("kashmir")
        ['Jammu and Kashmir, IN', 'Azad Kashmir, PK']
        """
        return [f"{self._region_name(code)}, {code[:2]}" for code in self._region_codes(name)]

    def largest_in_regions(self, name: str) -> str:
        """Return the largest towns of the regions that `regions` finds.

        Parameters
        ----------
        name : str
            The name as typed.

        Returns
        -------
        str
            At most three towns in a form that can be typed, separated by semicolons.
        """
        codes = set(self._region_codes(name))
        towns = self._largest(lambda town: f"{town.country}.{town.region}" in codes)
        return self._list(towns, ordered=True)

    def nearest(self, name: str, *, limit: int = 5) -> list[tuple[float, Town]]:
        """Return the towns whose names are most similar in spelling, the nearest first.

        Parameters
        ----------
        name : str
            The name as typed, with or without a country and a region.
        limit : int, default 5
            The maximum number of towns.

        Returns
        -------
        list of (float, Town)
            The score of `spelling_scores`, increased slightly with population, and the town.

        Examples
        --------
        >>> [town.name for _, town in built_in_gazetteer().nearest("Bagdhad", limit=1)]
        ['Baghdad']
        """
        word, *qualifiers = (part.strip() for part in name.split(","))
        near: dict[str, float] = {}
        for index, score in spelling_scores(
            match_key(word), [line[0] for line in self._lines_of_names]
        ):
            for number in " ".join(self._lines_of_names[index][1:]).split():
                near[number] = max(near.get(number, 0.0), score)
        within = self._within(map(self._town, near), qualifiers)
        scored = [(near[str(town.number)] + _weight(town), town) for town in within]
        return sorted(scored, key=lambda pair: pair[0], reverse=True)[:limit]

    def nearest_countries(self, name: str) -> list[tuple[float, str]]:
        """Return the countries whose names are similar in spelling.

        Parameters
        ----------
        name : str
            The name as typed.

        Returns
        -------
        list of (float, str)
            The score of `spelling_scores` and the name of the country.
        """
        lines = [line.split("\t") for line in self._block(b"\n,")]
        country_names = [
            (key[1:], code)
            for key, codes in lines
            for code in codes.split()
            if "." not in code and len(key) > _LONGEST_CODE
        ]
        scores = spelling_scores(match_key(name), [key for key, _ in country_names], least=0.75)
        return [(score, self._country(country_names[index][1])[0]) for index, score in scores]

    def _region_codes(self, name: str) -> list[str]:
        key = match_key(name)
        exact = [code for code in self._codes_of(key) if "." in code]
        if exact or len(key) < _LONGEST_CODE:
            return exact
        pattern = re.compile(rf"(?<!\w){re.escape(' '.join(name.split()))}(?!\w)", re.IGNORECASE)
        lines = (line.split("\t") for line in self._block(b"\n@") if line[3:4] == ".")
        return [code[1:] for code, region in lines if pattern.search(region)]

    def _state(self, town: Town) -> str:
        """Return the displayed region of a town: its name, or its code for a state of the USA."""
        return town.region if town.country in _WITH_STATE else self.region_of(town)

    def _region_name(self, code: str) -> str:
        """Return the name of a region, or its code if GeoNames has no name for it."""
        return (self._fields(f"@{code}") or [code.partition(".")[2]])[0]

    def _is_unique(self, town: Town, qualifiers: Sequence[str]) -> bool:
        """Return whether a town's main name finds only this town with some qualifiers."""
        namesakes, _ = self._towns_named(match_key(town.name))
        return self._within(namesakes, qualifiers) == [town]

    def _label(self, town: Town, region: str) -> str:
        country = [town.country]
        inside = [region, *country] if region else country
        for qualifiers in (inside if town.country in _WITH_STATE else country, inside):
            if self._is_unique(town, qualifiers):
                return ", ".join([town.name, *qualifiers])
        return ", ".join([town.name, *inside, str(town.number)])

    def _capitals(
        self, name: str, key: str, by_main_name: Sequence[Town], by_other_name: Sequence[Town]
    ) -> list[Town]:
        """Return the capitals that have the name of their country; empty if no country has the name.

        The name of a town takes precedence over a short country code.

        Raises
        ------
        UnknownNameError
            If it is the name of a country and no capital has it.
        """
        codes = [code for code in self._codes_of(key) if "." not in code]
        if not codes or (by_main_name and len(key) < _LONGEST_CODE):
            return []
        numbers = {self._country(code)[1] for code in codes}
        capitals = [town for town in by_main_name if str(town.number) in numbers]
        if not capitals:
            raise UnknownNameError(
                self._not_a_town(name, codes, [*by_main_name, *by_other_name]), name=name
            )
        return capitals

    def _country(self, code: str) -> tuple[str, str]:
        """Return the name of a country and the number of its capital."""
        country, *rest = self._fields(f"@{code}") or [code]
        return country, rest[0] if rest else ""

    def _not_a_town(self, name: str, codes: Sequence[str], namesakes: Sequence[Town]) -> str:
        """Return the error message for the name of a country, with towns to use instead."""
        examples: list[Town] = []
        for code in codes:
            _, capital = self._country(code)
            largest = self._largest(partial(_is_in, code))
            first = [self._town(capital)] if capital else []
            examples += list(dict.fromkeys([*first, *largest]))[:_MOST_EXAMPLES]
        countries = " or ".join(self._country(code)[0] for code in codes)
        full_names = "" if match_key(countries) == match_key(name) else f" ({countries})"
        example_text = f", such as {self._list(examples, ordered=True)}" if examples else ""
        namesake_text = f"; towns of that name: {self._list(namesakes)}" if namesakes else ""
        return (
            f"place {name!r} is a country{full_names}, not a position; write LAT,LON or a town in"
            f" it{example_text}{namesake_text}; the whole country is --from-country {' or '.join(codes)}"
        )

    def _largest(self, wanted: Callable[[Town], bool]) -> list[Town]:
        """Return the largest of some towns, those with ASCII names first."""
        towns = sorted(
            filter(wanted, self._towns),
            key=lambda town: (town.is_part, not town.name.isascii(), -town.population),
        )
        return towns[:_MOST_EXAMPLES]

    def _choose(
        self,
        name: str,
        by_main_name: list[Town],
        by_other_name: list[Town],
        qualifiers: Sequence[str],
        note: Callable[[str], None],
    ) -> Town:
        if qualifiers:
            candidates = self._within(by_main_name, qualifiers) or self._within(
                by_other_name, qualifiers
            )
            if not candidates:
                where = ", ".join(qualifiers)
                raise UnknownNameError(
                    f"town {name!r} is not in {where!r}; towns of that name: {self._list([*by_main_name, *by_other_name])}",
                    name=name,
                )
        elif by_main_name:
            smallest_population = _TIMES_LARGER * by_main_name[0].population
            candidates = [
                *by_main_name,
                *(town for town in by_other_name if town.population >= smallest_population),
            ]
        else:
            candidates = by_other_name
        largest, *others = sorted(candidates, key=lambda town: -town.population)
        if others:
            if not self._is_far_larger(largest, others):
                raise AmbiguousNameError(
                    f"town {name!r} could be {self._list(candidates)}; write one of these",
                    name=name,
                    choices=map(self.label, candidates),
                )
            note(
                f"place {name!r}: {self.label(largest)}, with at least {_TIMES_LARGER} times the"
                f" population of any other town of that name ({self._list(others)})"
            )
        return largest

    def _is_far_larger(self, largest: Town, others: Sequence[Town]) -> bool:
        return largest.population >= _TIMES_LARGER * others[0].population

    def _list(self, towns: Sequence[Town], *, ordered: bool = False) -> str:
        """Return towns in a form that can be typed, with the names of their regions."""
        in_order = towns if ordered else sorted(towns, key=lambda town: -town.population)
        labels = [self._label(town, self.region_of(town)) for town in in_order[:_MOST_LISTED]]
        more = len(towns) - len(labels)
        return "; ".join([*labels, f"{more} more"] if more else labels)


def _is_in(country: str, town: Town) -> bool:
    return town.country == country


def _weight(town: Town) -> float:
    """Return the bonus of a town over a small one: 0.04 for ten times the population."""
    return 0.04 * math.log10(max(town.population, _SMALLEST_POPULATION) / _SMALLEST_POPULATION)


@lru_cache(maxsize=1)
def built_in_gazetteer() -> Gazetteer:
    """Return the gazetteer included in rangemap; it is opened when a name is looked up."""
    return Gazetteer(data_file("gazetteer.tsv"))
