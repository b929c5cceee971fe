"""Towns too small for the gazetteer, by their main names only, and the two files as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache

from rangemap.errors import UnknownNameError
from rangemap.io.packaged import data_file
from rangemap.places.gazetteer import Gazetteer, built_in_gazetteer
from rangemap.places.populated import towns_named
from rangemap.places.towns import Town


class SmallTowns(Gazetteer):
    """The towns of `rangemap.places.populated` that the gazetteer lacks.

    They are looked up as in a `Gazetteer`, whose file has the names of countries and regions.
    """

    def _towns_named(self, key: str) -> tuple[list[Town], list[Town]]:
        return _small_towns_named(key), []

    def _is_far_larger(self, largest: Town, others: Sequence[Town]) -> bool:
        # Of some, GeoNames does not know the population, which it gives as 0.
        known = all(town.population for town in others)
        return known and super()._is_far_larger(largest, others)

    def _is_unique(self, town: Town, qualifiers: Sequence[str]) -> bool:
        # The gazetteer, where towns have other names too, is searched first.
        large = built_in_gazetteer().finds(town.name, qualifiers)
        return not large and super()._is_unique(town, qualifiers)


@lru_cache(maxsize=1024)
def _small_towns_named(key: str) -> list[Town]:
    gazetteer = built_in_gazetteer()
    return [town for town in towns_named(key) if gazetteer.numbered(town.number) is None]


@cache
def small_towns() -> SmallTowns:
    """Return the small towns included in rangemap; they are read when a name is looked up."""
    return SmallTowns(data_file("gazetteer.tsv"))


def find_town(name: str, *, note: Callable[[str], None] = lambda _: None) -> Town | None:
    """Return the town that a name refers to: one of the gazetteer, otherwise a small one.

    Parameters
    ----------
    name : str
        The name as typed, as for `Gazetteer.find`.
    note : callable
        Receives one line if a town was chosen from several by its population.

    Returns
    -------
    Town or None
        None if no town has the name.

    Raises
    ------
    UnknownNameError, AmbiguousNameError
        As `Gazetteer.find`.

    Examples
    --------
    >>> find_town("Qushtepe").id, find_town("Moscow, PA").population
    ('geonames:446174', 1960)
    """
    try:
        found = built_in_gazetteer().find(name, note=note)
    except UnknownNameError:
        found = small_town(name, note=note)
        if found is None:
            raise
    return found or small_town(name, note=note)


def small_town(name: str, *, note: Callable[[str], None] = lambda _: None) -> Town | None:
    """Return the small town that a name refers to.

    Parameters
    ----------
    name : str
        The name as typed, as for `Gazetteer.find`.
    note : callable
        Receives one line if a town was chosen from several by its population.

    Returns
    -------
    Town or None
        None if no town has the name in the given country or region.

    Raises
    ------
    AmbiguousNameError
        As `Gazetteer.find`.
    """
    try:
        return small_towns().find(name, note=note)
    except UnknownNameError:
        return None


def town_label(town: Town) -> str:
    """Return the shortest text that identifies a town uniquely.

    Parameters
    ----------
    town : Town
        A town of the gazetteer or a small one.

    Returns
    -------
    str
        Its name and country, with region and number if needed.

    Examples
    --------
    >>> town_label(find_town("Qushtepe"))
    'Qushtepe, IQ'
    """
    is_large = built_in_gazetteer().numbered(town.number) is not None
    return (built_in_gazetteer() if is_large else small_towns()).label(town)
