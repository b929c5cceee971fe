"""The positions in a file of sites: their columns, order and decimal separator."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from rangemap.errors import DocumentError, QuantityError
from rangemap.geodesy.position import LonLat, check_position
from rangemap.importing.choices import AxisOrder, DecimalSeparator
from rangemap.importing.decimals import find_degree_separator, parse_degrees
from rangemap.importing.decisions import ImportLog, sample_values
from rangemap.importing.fields import Reader
from rangemap.importing.tables import Columns, column_names, header_key
from rangemap.places.gazetteer import built_in_gazetteer
from rangemap.places.positions import parse_angle, parse_position
from rangemap.sites.raw import Row, is_blank, quoted
from rangemap.sites.table import LAT_COLUMNS, LON_COLUMNS

_WKT: Final = re.compile(
    r"POINT\s*(?:Z|M|ZM)?\s*\(\s*(?P<lon>\S+)\s+(?P<lat>\S+)(?:\s+\S+){0,2}\s*\)", re.IGNORECASE
)
_ORDER_OF_HEADER: Final = {
    "lat_lon": AxisOrder.LAT_LON, "latlon": AxisOrder.LAT_LON, "latlong": AxisOrder.LAT_LON,
    "lat_long": AxisOrder.LAT_LON, "lon_lat": AxisOrder.LON_LAT, "lonlat": AxisOrder.LON_LAT,
}  # fmt: skip


def choose_form(columns: Columns, log: ImportLog) -> str:
    """Return the form that positions are read from; columns of other forms are ignored."""
    forms = {"lat": ("lat", "lon"), "position": ("position",), "wkt": ("wkt",)}
    if columns.table.located:
        log.note("position", "the geometry", "from the file format")
        form = "geometry"
    else:
        form = next((f for f, names in forms.items() if all(map(columns.has, names))), "")
    if not form:
        missing = [name for name in ("lat", "lon") if not columns.has(name)]
        raise log.refusal(
            f"has no column for {' and '.join(missing)} ({', '.join(LAT_COLUMNS)};"
            f" {', '.join(LON_COLUMNS)}), or for both; it has {column_names(columns.table)}: name them"
            " with --column lat=NAME --column lon=NAME, or --column position=NAME"
        )
    columns.ignore([n for f, names in forms.items() if f != form for n in names])
    return form


@dataclass(slots=True)
class Positions:
    """Reads each row's position, after examining the columns as a whole."""

    columns: Columns
    log: ImportLog
    form: str
    reader: Reader
    separator: DecimalSeparator = field(init=False)
    order: AxisOrder = AxisOrder.LAT_LON
    wrap: bool = False

    def __post_init__(self) -> None:
        names = {"lat": ("lat", "lon"), "position": ("position",), "wkt": ("wkt",)}
        cells = [cell for name in names.get(self.form, ()) for cell in self.columns.cells(name)]
        self.separator = DecimalSeparator.POINT
        if self.form in {"lat", "position"}:
            self.separator = find_degree_separator(cells, self.log)
            self.order = self._find_order()
        if self.form != "geometry":
            self.wrap = self._find_wrap()

    def position_of(self, row: Row) -> tuple[LonLat, float]:
        """Return a row's position and its precision in metres.

        Raises
        ------
        QuantityError
            If the position is missing or invalid.
        """
        if self.form == "geometry":
            if row.lonlat is None:
                raise QuantityError("geometry is missing; expected a Point")
            return row.lonlat, 0.0
        lon, lat, precision_m = self._degrees(row)
        if self.wrap and -720 <= lon <= 720:  # twice around
            lon = lon if -180 <= lon <= 180 else round((lon + 180) % 360 - 180, 12)
        elif lon > 180:
            raise QuantityError(
                f"longitude {lon:g} is outside -180 to 180; --wrap brings it into range"
            )
        return check_position(lon, lat, subject="position"), precision_m

    def _degrees(self, row: Row) -> tuple[float, float, float]:
        if self.form == "wkt":
            return *_wkt(self.columns.cell(row, "wkt")), 0.0
        if self.form == "position":
            return self._parse_pair(self.columns.cell(row, "position"))
        names = ("lat", "lon") if self.order is AxisOrder.LAT_LON else ("lon", "lat")
        lat, lon = (
            self._angle(self.columns.cell(row, name), axis)
            for name, axis in zip(names, ("lat", "lon"), strict=True)
        )
        return lon, lat, 0.0

    def _angle(self, cell: Any, axis: str) -> float:
        axis_name = {"lat": "latitude", "lon": "longitude"}[axis]
        if is_blank(cell):
            raise QuantityError(f"{axis_name} is empty; fill it in, or remove the row")
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return float(cell)
        if isinstance(cell, str):
            number = parse_degrees(cell, self.separator)
            if number is not None:
                return number
            # Anything else must mark degrees, minutes or hemisphere with symbols or letters.
            if re.search(r"[^0-9.,+\-\s]", cell) and re.search(r"[0-9]", cell):
                return _marked_angle(cell, axis, axis_name)
        raise QuantityError(
            f"{axis_name} is {quoted(cell)}; expected degrees with a decimal {self.separator}, or a form such as 33°47'08\"N"
        )

    def _parse_pair(self, cell: Any) -> tuple[float, float, float]:
        if not isinstance(cell, str):
            raise QuantityError(f"position is {quoted(cell)}; expected latitude and longitude")
        halves = _split_pair(cell, self.separator)
        if halves is not None:
            lat, lon = halves if self.order is AxisOrder.LAT_LON else reversed(halves)
            return lon, lat, 0.0
        # Hemispheres and MGRS squares have letters; plain numbers follow the rules of this file.
        position = parse_position(cell) if re.search(r"[A-Za-z]", cell) else None
        if position is None:
            raise QuantityError(f"position is {quoted(cell)}; expected latitude and longitude")
        return *position.lonlat, position.precision_m

    def _find_order(self) -> AxisOrder:
        """Return which of two numbers is the latitude, by its limit of 90 or the row's country."""
        given = self.log.options.order
        if given is not None:
            self.log.note("order", given.value, "given")
            return given
        pairs = list(self._pairs())
        votes = self._votes_of_countries(pairs)
        if self.form == "lat":
            self._refuse_swapped(votes)
            return AxisOrder.LAT_LON
        if not pairs:
            return AxisOrder.LAT_LON
        header = _ORDER_OF_HEADER.get(header_key(self.columns.header("position")))
        over_90 = {
            AxisOrder.LON_LAT: [
                row for row, first, second in pairs if abs(first) > 90 >= abs(second)
            ],
            AxisOrder.LAT_LON: [
                row for row, first, second in pairs if abs(second) > 90 >= abs(first)
            ],
        }
        proven = [order for order, rows in over_90.items() if rows]
        if len(proven) == 1 and header in {None, proven[0]}:
            row = over_90[proven[0]][0]
            cell = quoted(self.columns.cell(row, "position"))
            return self._log_order(proven[0], f"{cell} in row {row.number}: no latitude exceeds 90")
        if not proven and header is not None:
            return self._log_order(header, "the column's name")
        clear = [order for order in AxisOrder if _is_clear(votes, order)]
        if not proven and clear:
            how = f"only this puts {len(votes[clear[0]])} positions in the country of their row"
            return self._log_order(clear[0], how)
        row, first, second = pairs[0]
        problem = "the column has both" if proven else "every row is ambiguous"
        raise self.log.refusal(
            f"row {row.number}: {quoted(self.columns.cell(row, 'position'))} could be latitude"
            f" {first:g} or {second:g}, and {problem}; use --order lat,lon or --order lon,lat"
        )

    def _log_order(self, order: AxisOrder, how: str) -> AxisOrder:
        self.log.note("order", order.value, how, order=order.value)
        return order

    def _pairs(self) -> Iterator[tuple[Row, float, float]]:
        """Yield the two numbers of each row that has two, in file order."""
        for row in self.columns.table.rows:
            if self.form == "position":
                cell = self.columns.cell(row, "position")
                halves = _split_pair(cell, self.separator) if isinstance(cell, str) else None
                if halves is not None:
                    yield row, *halves
                continue
            try:
                lon, lat, _ = self._degrees(row)
            except QuantityError:
                continue  # reported when the rows are read
            yield row, lat, lon

    def _votes_of_countries(
        self, pairs: Sequence[tuple[Row, float, float]]
    ) -> dict[AxisOrder, list[Row]]:
        """Return the rows whose position is in their country in only one of the orders."""
        votes: dict[AxisOrder, list[Row]] = {order: [] for order in AxisOrder}
        bounds_of = lru_cache(built_in_gazetteer().bounds)
        for row, first, second in pairs:
            country = self.reader.raw(row, "country")
            bounds = bounds_of(country) if isinstance(country, str) else None
            if bounds is not None:
                fits = [
                    _within(bounds, lon=second, lat=first),
                    _within(bounds, lon=first, lat=second),
                ]
                if fits[0] != fits[1]:
                    votes[AxisOrder.LAT_LON if fits[0] else AxisOrder.LON_LAT].append(row)
        return votes

    def _refuse_swapped(self, votes: dict[AxisOrder, list[Row]]) -> None:
        if not _is_clear(votes, AxisOrder.LON_LAT):
            return
        rows = votes[AxisOrder.LON_LAT]
        lat, lon = self.columns.header("lat"), self.columns.header("lon")
        raise self.log.refusal(
            f"columns {lat!r} and {lon!r} look swapped: {len(rows)} of"
            f" {sum(map(len, votes.values()))} positions are in the country of their row only the"
            f" other way round, the first in row {rows[0].number}; use --order lon,lat to swap"
            " them, or --order lat,lon to keep them"
        )

    def _find_wrap(self) -> bool:
        """Return whether longitudes run from 0 to 360."""
        if self.log.options.wrap:
            self.log.note("longitudes", "brought into range", "given")
            return True
        lons: list[tuple[int, float]] = []
        for row in self.columns.table.rows:
            try:
                lons.append((row.number, self._degrees(row)[0]))
            except (QuantityError, DocumentError):
                continue  # reported when the rows are read
        east = [(number, lon) for number, lon in lons if lon > 180]
        if not east or any(lon < 0 or lon > 360 for _, lon in lons):
            return False
        samples = sample_values(lon for _, lon in east)
        self.log.note("longitudes", "0 to 360",
                          f"none below 0, {len(east)} above 180: {samples}", wrap=True)  # fmt: skip
        return True


def _marked_angle(cell: str, axis: str, axis_name: str) -> float:
    try:
        angle = parse_angle(cell)
    except QuantityError as error:
        raise QuantityError(f"{axis_name}: {error}") from error
    if angle.axis not in {None, axis}:
        raise QuantityError(
            f"{axis_name} is {quoted(cell)}, which is not a {axis_name}; are the columns swapped?"
        )
    return angle.degrees


_FEWEST_VOTES: Final = 3
_CLEAR_SHARE: Final = 0.9
_TOWN_MARGIN_DEG: Final = 1.5
"""Degrees by which a country may extend beyond its towns."""


def _is_clear(votes: dict[AxisOrder, list[Row]], order: AxisOrder) -> bool:
    total = sum(map(len, votes.values()))
    return len(votes[order]) >= max(_FEWEST_VOTES, _CLEAR_SHARE * total)


def _within(bounds: tuple[float, float, float, float], *, lon: float, lat: float) -> bool:
    west, south, east, north = bounds
    return (
        west - _TOWN_MARGIN_DEG <= lon <= east + _TOWN_MARGIN_DEG
        and south - _TOWN_MARGIN_DEG <= lat <= north + _TOWN_MARGIN_DEG
    )


_PAIR_SEPARATORS: Final = (r"\s*;\s*", r",\s+", r"\s+", r"\s*,\s*")


def _split_pair(text: str, separator: DecimalSeparator) -> tuple[float, float] | None:
    """Split text into two numbers of degrees; return None if it is something else."""
    inner = text.strip().removeprefix("(").removesuffix(")").strip()
    for pattern in _PAIR_SEPARATORS:
        halves = re.split(pattern, inner)
        if len(halves) == 2:
            first, second = (parse_degrees(half, separator) for half in halves)
            if first is not None and second is not None:
                return first, second
    return None


def _wkt(cell: Any) -> tuple[float, float]:
    match = _WKT.fullmatch(cell.strip()) if isinstance(cell, str) else None
    lonlat = (
        [parse_degrees(match[axis], DecimalSeparator.POINT) for axis in ("lon", "lat")]
        if match
        else []
    )
    if len(lonlat) != 2 or lonlat[0] is None or lonlat[1] is None:
        raise QuantityError(f"geometry is {quoted(cell)}; expected POINT (LON LAT)")
    return lonlat[0], lonlat[1]
