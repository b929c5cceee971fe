"""Files of sites that are read whole: their raw rows as a table, and the invalid ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np

from rangemap.errors import DocumentError, PlaceError, QuantityError
from rangemap.geodesy.position import SWAPPED_COLUMNS, LonLat, check_position
from rangemap.limits import LARGEST_FILE
from rangemap.sites.advice import import_command
from rangemap.sites.columns import ColumnNames, Layout, make_layout
from rangemap.sites.formats import DELIMITED, suffix_of
from rangemap.sites.headerless import is_continued, is_data, number_columns
from rangemap.sites.position_columns import pair_columns
from rangemap.sites.raw import RawTable, Row, count_filled, fit_row, is_blank
from rangemap.sites.readers import READERS
from rangemap.sites.readers.delimited import read_delimited
from rangemap.sites.readers.excel import EXCEL, read_excel
from rangemap.sites.readers.geojson import GEOJSON
from rangemap.sites.readers.gpx import GPX
from rangemap.sites.readers.kml import KML
from rangemap.sites.readers.zipped import ZIP, unpacked_only
from rangemap.sites.source import CHUNK_ROWS, Reject, SiteSource, TableSites
from rangemap.sites.stream.addresses import fetched
from rangemap.sites.table import (
    SiteTable,
    label_of,
    parse_degrees_of,
    parse_precision,
    refuse_large_table,
    stray_longitude,
)

WHOLE: Final = (*EXCEL, *GEOJSON, *GPX, *KML, ".shp", ZIP)
_ZIPPED: Final = (*DELIMITED, *EXCEL, *(suffix for suffix in READERS if suffix != ".kmz"))
_UNTYPED: Final = (*DELIMITED, *KML, *GPX)
_GEOMETRY: Final = "\0"
"""The column of geometries in a layout for rows with positions; no file has one of this name."""
_MOST_HEADER_ROWS: Final = 20


@dataclass(frozen=True, slots=True)
class _Undecided:
    """The options of a check, which leaves every decision to the file itself."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    layer: str | None = None


@dataclass(slots=True)
class _Log:
    """What a check tells the reader of a file: it refuses what an import would have to decide."""

    path: Path
    name: str
    options: _Undecided = field(default_factory=_Undecided)
    mentions: list[str] = field(default_factory=list)
    largest: int = LARGEST_FILE

    def note(self, subject: str, choice: str, reason: str, **replay: Any) -> None:
        """Ignore what the file leaves no doubt about."""

    def mention(self, what: str) -> None:
        """Keep what is reported beside the result."""
        self.mentions.append(f"{self.name}: {what}")

    def refusal(self, message: str) -> DocumentError:
        """Return the error that refuses the file."""
        return PlaceError(f"{self.name}: {message}")

    def undecided(self, problem: str, advice: str, option: str) -> DocumentError:
        """Return the error that refuses the file, with the import that reads it."""
        del advice  # names an option that a check does not have
        return self.refusal(f"{problem}; convert it with `{import_command(self.name, option)}`")


@dataclass
class WholeFile(TableSites):
    """A file in a format that is read whole, however large."""

    is_file: ClassVar[bool] = True

    @classmethod
    def read(cls, name: str, requested: ColumnNames, chunk_rows: int = CHUNK_ROWS) -> WholeFile:
        """Read a file; it is refused later if rows of it are invalid and must not be."""
        with fetched(name, largest=LARGEST_FILE) as path:
            log = _Log(path, name)
            if suffix_of(name) == ZIP:
                with unpacked_only(log, _ZIPPED) as log.path:
                    raw, suffix = _read(log, requested)
            else:
                raw, suffix = _read(log, requested)
        layout = layout_of(raw, name, requested)
        sites, rejects, wrapped = locate(raw.rows, layout, name=name, untyped=suffix in _UNTYPED)
        found = cls(name, sites, rejects, chunk_rows)
        found.first_wrapped = wrapped
        found.layout, found.row_noun, found.notes = layout, raw.row_noun, tuple(log.mentions)
        return found

    def require_names(self) -> None:
        """Refuse a file without a column of names."""
        SiteSource.require_names(self)


def _read(log: _Log, requested: ColumnNames) -> tuple[RawTable, str]:
    """Return the rows of a file, and its suffix."""
    suffix = suffix_of(log.path.name)
    if suffix in EXCEL:
        return _with_first_row_as_header(read_excel(log), requested, log), suffix
    if suffix in DELIMITED:
        table = _with_first_row_as_header(read_delimited(log), requested, log)
        rows = (replace(row, number=number) for number, row in enumerate(table.rows, start=1))
        return replace(table, rows=tuple(rows)), suffix
    return READERS[suffix](log), suffix


def layout_of(raw: RawTable, name: str, requested: ColumnNames) -> Layout:
    """Find the columns of raw rows."""
    fields = [(column, None) for column in raw.columns]
    return make_layout(name, fields, requested, geometry=_GEOMETRY if raw.located else None)


def locate(
    rows: Iterable[Row], layout: Layout, *, name: str, untyped: bool
) -> tuple[SiteTable, tuple[Reject, ...], int | None]:
    """Return the rows with valid values as a table, the others, and the first with a longitude brought into range."""
    index = {column: number for number, column in reversed([*enumerate(layout.columns)])}
    lonlats: list[LonLat] = []
    far: dict[int, Row] = {}
    first_wrapped: int | None = None
    precisions_km: list[float] = []
    valid: list[tuple[Any, ...]] = []
    rejects: list[Reject] = []
    precision = None if layout.precision is None else index[layout.precision]
    for number, row in enumerate(rows, start=1):
        refuse_large_table(layout.columns, name, number)
        try:
            lonlat = _position(row, layout, index)
            precision_km = 0.0 if precision is None else parse_precision(row.cells, precision, "")
        except (PlaceError, QuantityError) as error:
            rejects.append(Reject(row.number, str(error), row.cells, row.label))
            continue
        if lonlat.lon > 180:
            far[len(lonlats)] = row
        lonlats.append(lonlat)
        precisions_km.append(precision_km)
        valid.append(row.cells)
    if far and any(lonlat.lon < 0 for lonlat in lonlats):
        for number, row in far.items():
            reason = stray_longitude(lonlats[number].lon)
            rejects.append(Reject(row.number, reason, row.cells, row.label, is_stray=True))
        rejects.sort(key=lambda reject: reject.row)
        kept = [number for number in range(len(valid)) if number not in far]
        lonlats = [lonlats[number] for number in kept]
        precisions_km = [precisions_km[number] for number in kept]
        valid = [valid[number] for number in kept]
    else:
        for number, row in far.items():
            lonlats[number] = check_position(*lonlats[number])
            first_wrapped = row.number if first_wrapped is None else first_wrapped

    def labels(column: str | None, missing: Any) -> tuple[Any, ...]:
        if column is None:
            return (missing,) * len(valid)
        return tuple(label_of(cells[index[column]]) for cells in valid)

    array = np.array(lonlats, dtype=np.float64).reshape(-1, 2)
    table = SiteTable(
        names=labels(layout.name, ""),
        ids=labels(layout.id, ""),
        kinds=labels(layout.kind, None),
        lon=array[:, 0].copy(),
        lat=array[:, 1].copy(),
        precision_m=np.array(precisions_km, dtype=np.float64) * 1000,
        columns=layout.columns,
        rows=tuple(valid),
        untyped=untyped,
    )
    return table, tuple(rejects), first_wrapped


def _position(row: Row, layout: Layout, index: dict[str, int]) -> LonLat:
    if row.problem is not None:
        raise QuantityError(row.problem)
    if layout.lat is None or layout.lon is None:
        if row.lonlat is None:
            raise QuantityError("geometry is missing; expected a Point")
        return row.lonlat
    return check_position(
        parse_degrees_of(row.cells[index[layout.lon]], "longitude", ""),
        parse_degrees_of(row.cells[index[layout.lat]], "latitude", ""),
        hint=SWAPPED_COLUMNS,
        wrap=False,
    )


def _with_first_row_as_header(rows: Sequence[Row], requested: ColumnNames, log: _Log) -> RawTable:
    """Return the rows below the first one that is not blank, or all of them if it is data."""
    filled = [row for row in rows if not all(map(is_blank, row.cells))]
    if not filled:
        raise log.refusal("is empty; expected a line of column names, and rows")
    if is_data(filled[0].cells, requested.lat, requested.lon):
        width = len(filled[0].cells)
        return RawTable(number_columns(width), tuple(fit_row(row, width) for row in filled))
    columns = _column_names(filled[0])
    if len(filled) > 1 and is_continued(columns, filled[1].cells):
        raise _two_rows(filled, log)
    for row in filled[1:_MOST_HEADER_ROWS] if not _has_position(columns) else ():
        if _has_position(_column_names(row)):
            if row is filled[1] and _is_lower_row(columns, _column_names(row)):
                raise _two_rows(filled, log)
            raise log.undecided(
                f"row {filled[0].number} is not the row of column names, but row {row.number} may be",
                "",
                f"--header-row {row.number}",
            )
    is_sheet = suffix_of(log.path.name) in EXCEL
    below = (fit_row(row, len(columns), is_sheet=is_sheet) for row in filled[1:])
    return RawTable(columns, tuple(below))


def _two_rows(filled: Sequence[Row], log: _Log) -> DocumentError:
    """Return the error for names of columns in two rows, which an import joins."""
    rows = f"rows {filled[0].number} and {filled[1].number}"
    return log.undecided(f"{rows} both have names of columns, as below merged cells", "", "")


def _is_lower_row(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether a row continues the names of columns above it: it is blank below some of them."""
    gaps = [name for i, name in enumerate(upper) if name and not (*lower[i : i + 1], "")[0]]
    return sum(map(bool, upper)) > 1 and bool(gaps)


def _column_names(row: Row) -> tuple[str, ...]:
    cells = row.cells[: count_filled(row.cells)]
    return tuple("" if is_blank(cell) else " ".join(str(cell).split()) for cell in cells)


def _has_position(columns: Sequence[str]) -> bool:
    try:
        return None not in pair_columns([column.casefold() for column in columns])
    except PlaceError:  # several could be meant
        return True
