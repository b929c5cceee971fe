"""Squared chords from several origins to all sites as matrix products, and the zones of the sites."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rangemap.catalogue import Band
from rangemap.check.points import (
    BLOCK,
    REFERENCE_M2,
    TILE,
    Indices,
    Singles,
    SitePoints,
    Tiles,
    to_geocentric,
)
from rangemap.check.zones import Measures, make_zones
from rangemap.geodesy import WGS84
from rangemap.scenario.origins import Origin

_ORIGINS_AT_ONCE: Final = (
    4  # with more, a product is divided among threads, which wait for each other
)
_MANY_BOUNDS: Final = 28  # at this many or more, a table is faster than one comparison per bound
_BINS: Final = 2**15  # of squared chords; sites spread over the globe are spread evenly over them
_MOST_M2: Final = np.float32(2.1 * WGS84.a**2)  # more than the size of any value of the product

Zone = NDArray[np.int32]

Centre = tuple[Origin, Sequence[Band]]
"""An origin, with the bands around it."""


class Question(NamedTuple):
    """An origin with its bands and their zones, and its place, x, y and z in metres."""

    origin: Origin
    bands: Sequence[Band]
    zones: Measures
    place: Singles

    def product_bounds(self) -> Singles:
        """Return the bounds of squared chords, less what the product leaves out."""
        left_out_m2 = (self.place.astype(np.float64) ** 2).sum() + float(REFERENCE_M2)
        return np.asarray(self.zones.product.bounds - left_out_m2, dtype=np.float32)


def make_questions(points: SitePoints, centres: Iterable[Centre]) -> Iterator[list[Question]]:
    """Yield questions, as many at a time as one product answers."""
    # Zones are the same for origins with the same bands and precision. Bands are compared by
    # identity, since there may be many; keeping them keeps it unique.
    known: dict[tuple[float, ...], tuple[Sequence[Band], Measures]] = {}
    least_m, most_m = points.precisions_m
    most = _ORIGINS_AT_ONCE if points.tiles is None else 1
    group: list[Question] = []
    centres = list(centres)
    lonlats = np.array([origin.lonlat for origin, _ in centres]).reshape(-1, 2)
    places = np.empty((4, len(centres)), dtype=np.float32)
    to_geocentric(*lonlats.T, out=places)
    for (origin, bands), place in zip(centres, places[:3].T, strict=True):
        own_m = origin.precision_m
        key = own_m, *map(id, bands)
        if key not in known:
            known[key] = bands, _zones(tuple(bands), (least_m + own_m, most_m + own_m))
        group.append(Question(origin, bands, known[key][1], place))
        if len(group) == most:
            yield group
            group = []
    if group:
        yield group


@lru_cache(maxsize=16)
def _zones(bands: tuple[Band, ...], precisions_m: tuple[float, float]) -> Measures:
    """Return the zones of some bands, which are the same for every chunk of a file."""
    return make_zones(bands, precisions_m)


class Count(NamedTuple):
    """The number of sites in each gap of the product, and the slots of those in none."""

    in_gap: NDArray[np.int64]
    undecided: Indices


def count(points: SitePoints, group: Sequence[Question]) -> list[Count]:
    """Count the sites in each gap for each question of a group."""
    counters = [_Counter(question.product_bounds()) for question in group]
    if points.tiles is None:
        for start, products in _products(points, group):
            for counter, product in zip(counters, products, strict=True):
                counter.add(product, start)
    else:
        for question, counter in zip(group, counters, strict=True):
            first, last = _tile_zones(points.tiles, question)
            is_mixed = (first != last) | (first % 2 == 1)
            counter.in_zone += np.bincount(
                first[~is_mixed], points.tiles.sizes[~is_mixed], len(counter.in_zone)
            ).astype(np.int64)
            for tiles, product in _tile_products(points.tiles, question, is_mixed):
                counter.add(product, tiles)
    return [counter.found(len(points)) for counter in counters]


def locate(points: SitePoints, question: Question) -> Zone:
    """Return the zone of the product in which each slot is."""
    bounds = question.product_bounds()
    find = _Table(bounds).zones
    zone = np.empty(points.coordinates.shape[1], dtype=np.int32)
    if points.tiles is None:
        for start, products in _products(points, [question]):
            zone[start : start + products.shape[1]] = find(products[0])
    else:
        first, last = _tile_zones(points.tiles, question)
        of_tile = zone.reshape(-1, TILE)
        of_tile[:] = first[:, None]
        for tiles, product in _tile_products(points.tiles, question, first != last):
            of_tile[tiles] = find(product).reshape(-1, TILE)
    return zone[: len(points)]


def _products(points: SitePoints, group: Sequence[Question]) -> Iterator[tuple[int, Singles]]:
    """Yield the first slot of each block, and the product for each question and slot."""
    matrix = np.ones((len(group), 4), dtype=np.float32)
    matrix[:, :3] = [-2 * question.place for question in group]
    n = points.coordinates.shape[1]
    out = np.empty((len(group), min(BLOCK, n)), dtype=np.float32)
    for start in range(0, n, BLOCK):
        block = points.coordinates[:, start : start + BLOCK]
        yield start, np.matmul(matrix, block, out=out if block.shape[1] == out.shape[1] else None)


def _tile_products(
    tiles: Tiles, question: Question, selected: NDArray[np.bool_]
) -> Iterator[tuple[Indices, Singles]]:
    """Yield numbers of selected tiles, and the product for all their slots."""
    row = np.append(-2 * question.place, np.float32(1))
    numbers = np.flatnonzero(selected)
    for start in range(0, len(numbers), BLOCK // TILE):
        batch = numbers[start : start + BLOCK // TILE]
        yield batch, row @ tiles.coordinates[:, batch].reshape(4, -1)


def _tile_zones(tiles: Tiles, question: Question) -> tuple[Indices, Indices]:
    """Return the zones of the nearest and of the farthest place that each tile may contain."""
    shortest, longest = tiles.squared_chords(question.place)
    bounds = question.zones.product.bounds
    return np.searchsorted(bounds, shortest, "right"), np.searchsorted(bounds, longest, "right")


class _Counter:
    """Counts values between bounds, and collects the slots of those in odd zones."""

    def __init__(self, bounds: Singles) -> None:
        self.bounds = bounds
        self.in_zone = np.zeros(len(bounds) + 1, dtype=np.int64)
        self.nearer = np.zeros(len(bounds), dtype=np.int64)
        self.undecided: list[Indices] = []
        self.table = _Table(bounds) if len(bounds) >= _MANY_BOUNDS else None

    def add(self, product: Singles, place: int | Indices) -> None:
        """Count more values; their place is the first slot, or the numbers of their tiles."""
        if self.table is not None:
            zone = self.table.zones(product)
            self.in_zone += np.bincount(zone, minlength=len(self.in_zone))
            self._collect(zone % 2 == 1, place)
            return
        lower, upper = np.empty((2, len(product)), dtype=bool)
        nearer: list[int] = []
        for shortest, longest in zip(self.bounds[::2], self.bounds[1::2], strict=True):
            nearer.append(int(np.count_nonzero(np.less(product, shortest, out=lower))))
            nearer.append(int(np.count_nonzero(np.less(product, longest, out=upper))))
            if nearer[-1] > nearer[-2]:
                self._collect(np.not_equal(lower, upper, out=lower), place)
        self.nearer += nearer

    def _collect(self, selected: NDArray[np.bool_], place: int | Indices) -> None:
        (found,) = selected.nonzero()
        if isinstance(place, int):
            self.undecided.append(found + place)
        else:
            tile, within = np.divmod(found, TILE)
            self.undecided.append(place[tile] * TILE + within)

    def found(self, n_sites: int) -> Count:
        """Return the counts; the slots that fill the last tile are beyond every bound."""
        self.in_zone[:-1] += self.nearer
        self.in_zone[1:] -= self.nearer
        self.in_zone[-1] += n_sites - self.in_zone.sum()
        slots = np.concatenate(self.undecided) if self.undecided else np.empty(0, np.intp)
        return Count(self.in_zone[::2], slots)


class _Table:
    """Zones of values by bins, of which only those that contain a bound need a search.

    The bin of a value never decreases as the value grows, so that a value in a lower bin than a
    bound is less than the bound.
    """

    def __init__(self, bounds: Singles) -> None:
        self.bounds = bounds
        bins = self._bins(bounds)
        zones = np.searchsorted(bins, np.arange(_BINS), "left").astype(np.int32)
        zones[bins] = -1
        self.zone_of_bin = zones

    @staticmethod
    def _bins(values: Singles) -> NDArray[np.uint16]:
        found = values + _MOST_M2
        found *= np.float32(_BINS) / (2 * _MOST_M2)
        return np.clip(found, 0, _BINS - 1, out=found).astype(np.uint16)

    def zones(self, values: Singles) -> Zone:
        """Return the number of bounds that are at most each value."""
        found = self.zone_of_bin[self._bins(values)]
        unknown = np.flatnonzero(found < 0)
        found[unknown] = np.searchsorted(self.bounds, values[unknown], "right")
        return found
