"""Which of the two numbers of a position is the latitude, by the evidence of many rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from rangemap.importing.choices import AxisOrder
from rangemap.importing.decisions import CLEAR_SHARE, FEWEST_VOTES, ImportLog
from rangemap.places.countries import country_code
from rangemap.places.gazetteer import built_in_gazetteer
from rangemap.sites.position_columns import header_key
from rangemap.sites.raw import Row, shortened

_STRAY_SHARE: Final = 0.1
_TOWN_MARGIN_DEG: Final = 1.5
"""Degrees by which a country may extend beyond its towns."""

_ORDER_OF_HEADER: Final = {
    "lat_lon": AxisOrder.LAT_LON, "latlon": AxisOrder.LAT_LON, "latlong": AxisOrder.LAT_LON,
    "lat_long": AxisOrder.LAT_LON, "lat_lng": AxisOrder.LAT_LON, "latlng": AxisOrder.LAT_LON,
    "latitude_longitude": AxisOrder.LAT_LON, "geo_point_2d": AxisOrder.LAT_LON,
    "lon_lat": AxisOrder.LON_LAT, "lonlat": AxisOrder.LON_LAT, "long_lat": AxisOrder.LON_LAT,
    "lng_lat": AxisOrder.LON_LAT, "longitude_latitude": AxisOrder.LON_LAT,
}  # fmt: skip
ORDER_HEADERS: Final = tuple(_ORDER_OF_HEADER)

Votes = Mapping[AxisOrder, Sequence[Row]]


class Pair(NamedTuple):
    """The two numbers of a row."""

    row: Row
    first: float
    second: float


def votes_of_countries(pairs: Sequence[Pair], countries: Sequence[Any]) -> Votes:
    """Return the rows whose position is in their country, one of ``countries``, in only one of the orders."""
    votes: dict[AxisOrder, list[Row]] = {order: [] for order in AxisOrder}
    names = {country for country in countries if isinstance(country, str)}
    towns = built_in_gazetteer()
    bounds_of = {
        name: bounds
        for name in names
        if (code := country_code(name)) and (bounds := towns.bounds(code))
    }
    known = [
        (pair, bounds_of[country])
        for pair, country in zip(pairs, countries, strict=True)
        if isinstance(country, str) and country in bounds_of
    ]
    if not known:
        return votes
    first, second = np.array([pair[1:] for pair, _ in known], dtype=np.float64).T
    west, south, east, north = np.array([bounds for _, bounds in known]).T
    west, south = west - _TOWN_MARGIN_DEG, south - _TOWN_MARGIN_DEG
    east, north = east + _TOWN_MARGIN_DEG, north + _TOWN_MARGIN_DEG
    lat_first, lon_first = (
        (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
        for lon, lat in ((second, first), (first, second))
    )
    for i in np.flatnonzero(lat_first != lon_first).tolist():
        votes[AxisOrder.LAT_LON if lat_first[i] else AxisOrder.LON_LAT].append(known[i][0].row)
    return votes


def is_clear(votes: Votes, order: AxisOrder) -> bool:
    """Whether enough rows, and nearly all, are for an order."""
    total = sum(map(len, votes.values()))
    return len(votes[order]) >= max(FEWEST_VOTES, CLEAR_SHARE * total)


def find_order(
    pairs: Sequence[Pair], votes: Votes, header: str, cell_of: Callable[[Row], Any], log: ImportLog
) -> AxisOrder:
    """Return the order of a column, which no stray row decides.

    Countries come first, then the column's name, then figures above 90 in at least three rows or in
    half of them. A single row that contradicts the others is an invalid row; more are a question.

    Raises
    ------
    DocumentError
        If the evidence is missing, contradictory, or that of a single row.
    """
    named = _ORDER_OF_HEADER.get(header_key(header))
    over_90 = {
        AxisOrder.LON_LAT: [row for row, first, second in pairs if abs(first) > 90 >= abs(second)],
        AxisOrder.LAT_LON: [row for row, first, second in pairs if abs(second) > 90 >= abs(first)],
    }
    by_country = next((order for order in AxisOrder if is_clear(votes, order)), None)
    proven = max(AxisOrder, key=lambda order: len(over_90[order]))
    chosen = by_country or named or (proven if over_90[proven] else None)
    problem = "every row is ambiguous"
    if chosen is not None:
        other = next(order for order in AxisOrder if order is not chosen)
        against = over_90[other]
        n_proofs = sum(map(len, over_90.values()))
        if named is other:
            problem = (
                f"its name {shortened(header)} says {named}, the countries of the rows {by_country}"
            )
        elif len(against) > 1 and len(against) > _STRAY_SHARE * len(pairs):
            problem = f"{len(against)} rows, the first {against[0].number}, show {other}, since no latitude exceeds 90"
            if chosen is not by_country and chosen is not named:
                problem = "the column has both"
        elif by_country is not None:
            how = f"only this puts {len(votes[chosen])} positions in the country of their row"
            return _decide(chosen, how + _strays(against), log)
        elif named is not None:
            return _decide(chosen, "the column's name" + _strays(against), log)
        elif len(over_90[chosen]) < CLEAR_SHARE * n_proofs:
            problem = "the column has both"
        elif len(votes[other]) > len(votes[chosen]):
            problem = f"row {votes[other][0].number} is in its country only as {other}, but row {over_90[chosen][0].number} has a figure above 90"
        elif len(over_90[chosen]) >= FEWEST_VOTES or 2 * len(over_90[chosen]) >= len(pairs):
            row = over_90[chosen][0]
            how = f"{shortened(cell_of(row))} in row {row.number}: no latitude exceeds 90"
            return _decide(chosen, how + _strays(against), log)
        else:
            rows = " and ".join(str(row.number) for row in over_90[chosen])
            problem = f"only row {rows} of {len(pairs)} shows an order"
    row, first, second = pairs[0]
    raise log.refusal(
        f"row {row.number}: {shortened(cell_of(row))} could be latitude {first:g} or {second:g}, and"
        f" {problem}; use --order lat,lon or --order lon,lat"
    )


def _strays(rows: Sequence[Row]) -> str:
    return f"; row {rows[0].number} contradicts it" if rows else ""


def _decide(order: AxisOrder, how: str, log: ImportLog) -> AxisOrder:
    log.note("order", order.value, how, order=order.value)
    return order


def refuse_swapped(votes: Votes, lat: str, lon: str, log: ImportLog) -> None:
    """Refuse columns whose positions are in their countries only the other way round."""
    if not is_clear(votes, AxisOrder.LON_LAT):
        return
    rows = votes[AxisOrder.LON_LAT]
    raise log.refusal(
        f"columns {lat!r} and {lon!r} look swapped: {len(rows)} of"
        f" {sum(map(len, votes.values()))} positions are in the country of their row only the"
        f" other way round, the first in row {rows[0].number}; use --order lon,lat to swap"
        " them, or --order lat,lon to keep them"
    )
