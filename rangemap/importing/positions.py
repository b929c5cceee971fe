"""The positions in a file of sites: their columns, order and decimal separator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from rangemap.errors import QuantityError
from rangemap.geodesy.position import (
    LATITUDE_FIRST,
    LONGITUDE_FIRST,
    SWAPPED_COLUMNS,
    LonLat,
    check_position,
)
from rangemap.importing.angle_columns import ANGLE_FIELDS, PART_FIELDS
from rangemap.importing.angles import Angles
from rangemap.importing.cells import CellPosition, parse_cell
from rangemap.importing.choices import AxisOrder, DecimalSeparator
from rangemap.importing.decimals import find_degree_separator
from rangemap.importing.decisions import ImportLog, sample_values
from rangemap.importing.fields import Reader
from rangemap.importing.order import Pair, find_order, refuse_swapped, votes_of_countries
from rangemap.importing.tables import Columns, column_names
from rangemap.sites.raw import Row, is_blank, shortened
from rangemap.sites.table import LAT_COLUMNS, LON_COLUMNS

_FORMS: Final = {"lat": ("lat", "lon"), "position": ("position",), "wkt": ("wkt",)}
_FIELDS: Final = {**_FORMS, "lat": ANGLE_FIELDS}


_LARGEST_WRAPPED: Final = 720  # twice around


def choose_form(columns: Columns, log: ImportLog) -> str:
    """Return the form that positions are read from; columns of other forms are ignored."""
    if columns.table.located:
        log.note("position", "the geometry", "from the file format")
        form = "geometry"
    else:
        form = next((f for f, names in _FORMS.items() if all(map(columns.has, names))), "")
    if not form:
        missing = [name for name in ("lat", "lon") if not columns.has(name)]
        raise log.refusal(
            f"has no column for {' and '.join(missing)} ({', '.join(LAT_COLUMNS)};"
            f" {', '.join(LON_COLUMNS)}), or for both; it has {column_names(columns.table)}: name them"
            " with --column lat=NAME --column lon=NAME, or --column position=NAME"
        )
    columns.ignore([name for f, names in _FIELDS.items() if f != form for name in names])
    return form


@dataclass(slots=True)
class Positions:
    """Reads each row's position, after examining the columns as a whole."""

    columns: Columns
    log: ImportLog
    form: str
    reader: Reader
    order: AxisOrder = AxisOrder.LAT_LON
    wrap: bool = False
    _found: list[CellPosition | QuantityError] = field(default_factory=list)
    _lonlats: list[LonLat | QuantityError] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.form == "geometry":
            self._found = [
                QuantityError("geometry is missing; expected a Point")
                if row.lonlat is None
                else CellPosition(row.lonlat.lat, row.lonlat.lon, row.lonlat)
                for row in self.columns.table.rows
            ]
        else:
            self._read_columns()
        self._lonlats = list(map(self._lonlat, self._found))
        self.wrap = self._find_wrap()

    def read(self) -> Iterator[tuple[LonLat, float] | QuantityError]:
        """Yield the position of each row and its precision in metres.

        A row whose position is missing or invalid yields the error.
        """
        for lonlat, found in zip(self._lonlats, self._found, strict=True):
            if isinstance(found, QuantityError):
                yield found
            elif isinstance(lonlat, QuantityError):
                yield lonlat
            elif -180 <= lonlat.lon <= 180 and -90 <= lonlat.lat <= 90:
                yield lonlat, found.precision_m
            else:
                try:
                    yield self._in_range(lonlat, found), found.precision_m
                except QuantityError as error:
                    yield error

    def _read_columns(self) -> None:
        """Find the decimal separator and the order of the columns of positions, and read them."""
        separator = DecimalSeparator.POINT
        if self.form != "wkt":
            names = ("lat", "lon", *PART_FIELDS) if self.form == "lat" else (self.form,)
            cells = [cell for name in names for cell in self.columns.cells(name)]
            separator = find_degree_separator(cells, self.log)
        given = self.log.options.order
        if given is not None and self.form != "wkt":
            self.log.note("order", given.value, "given")
            self.order = given
        self._read_rows(separator)
        if given is None and self.form != "wkt":
            self._find_order()

    def _in_range(self, lonlat: LonLat, found: CellPosition) -> LonLat:
        lon, lat = lonlat
        if self.wrap and abs(lon) <= _LARGEST_WRAPPED:
            lon = lon if -180 <= lon <= 180 else round((lon + 180) % 360 - 180, 12)
        elif lon > 180:
            advice = "--wrap brings it into range" if lon <= _LARGEST_WRAPPED else "correct it"
            raise QuantityError(f"longitude {lon:.10g} is outside -180 to 180; {advice}")
        hint = LATITUDE_FIRST
        if self.form == "lat":
            hint = SWAPPED_COLUMNS
        elif found.lonlat is not None or self.order is AxisOrder.LON_LAT:
            hint = LONGITUDE_FIRST
        return check_position(lon, lat, subject="position", hint=hint)

    def _read_rows(self, separator: DecimalSeparator) -> None:
        """Read every row once, since the order and the range of longitudes depend on all of them."""
        rows = self.columns.table.rows
        if self.form == "lat":
            angles = Angles(self.columns, self.log, self.reader, separator, self.order)
            self._found = [
                angle
                if isinstance(angle, QuantityError)
                else CellPosition(angle[0], angle[1], LonLat(angle[1], angle[0]))
                for angle in angles.read()
            ]
            return
        for row in rows:
            try:
                self._found.append(self._read_cell(row, separator))
            except QuantityError as error:
                self._found.append(error)

    def _read_cell(self, row: Row, separator: DecimalSeparator) -> CellPosition:
        what = "geometry" if self.form == "wkt" else "position"
        cell = self.columns.cell(row, self.form)
        if is_blank(cell):
            raise QuantityError(f"{what} is empty; fill it in, or remove the row")
        found = parse_cell(cell, separator, what=what)
        if found.lonlat is None and self.form == "wkt":
            raise QuantityError(f"geometry is {shortened(cell)}; expected POINT (LON LAT)")
        return found

    def _lonlat(self, found: CellPosition | QuantityError) -> LonLat | QuantityError:
        if isinstance(found, QuantityError):
            return found
        if found.lonlat is not None:
            return found.lonlat
        if self.order is AxisOrder.LAT_LON:
            return LonLat(found.second, found.first)
        return LonLat(found.first, found.second)

    def _find_order(self) -> None:
        """Find which of two numbers is the latitude."""
        pairs, countries = [], []
        columns = (self.columns.table.rows, self._found, self.reader.raw_column("country"))
        for row, found, country in zip(*columns, strict=True):
            if isinstance(found, QuantityError) or row.problem is not None:
                continue  # reported when the rows are read
            if self.form == "lat" or found.lonlat is None:
                pairs.append(Pair(row, found.first, found.second))
                countries.append(country)
        votes = votes_of_countries(pairs, countries)
        if self.form == "lat":
            refuse_swapped(votes, self.columns.header("lat"), self.columns.header("lon"), self.log)
        elif pairs:
            self.order = find_order(
                pairs,
                votes,
                self.columns.header("position"),
                lambda row: self.columns.cell(row, "position"),
                self.log,
            )

    def _find_wrap(self) -> bool:
        """Return whether longitudes run from 0 to 360."""
        if self.log.options.wrap:
            self.log.note("longitudes", "brought into range", "given")
            return True
        lons = [lonlat.lon for lonlat in self._lonlats if isinstance(lonlat, LonLat)]
        east = [lon for lon in lons if lon > 180]
        if not east or any(lon < 0 or lon > 360 for lon in lons):
            return False
        samples = sample_values(east)
        self.log.note("longitudes", "0 to 360",
                          f"none below 0, {len(east)} above 180: {samples}", wrap=True)  # fmt: skip
        return True
