"""Batches of rows as chunks: positions and precisions, and the rows without valid ones.

Values that the rules of `rangemap.sites.table` accept unchanged are read fast here; all
others are passed to these rules, which accept them or report why not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rangemap.errors import PlaceError, QuantityError
from rangemap.geodesy.position import LONGITUDE_FIRST, SWAPPED_COLUMNS, check_position
from rangemap.sites.columns import Layout
from rangemap.sites.source import MOST_LISTED_REJECTS, Chunk, Reject, SiteFile
from rangemap.sites.stream.addresses import reader_errors
from rangemap.sites.stream.values import PLAIN_DEGREES, PLAIN_NUMBER, read_numbers, supported_column
from rangemap.sites.table import (
    FARTHEST_KM,
    SiteTable,
    label_of,
    parse_degrees_of,
    parse_precision,
    stray_longitude,
)
from rangemap.sites.wkb import read_point, read_points, storage

if TYPE_CHECKING:
    import pyarrow as pa

_Floats = NDArray[np.float64]
_Indices = NDArray[np.intp]
_Columns = tuple[_Floats, _Floats, _Floats]

_MOST_FAR: Final = MOST_LISTED_REJECTS + 1
"""Rows of a chunk whose longitude may turn out to be invalid that are kept for an error."""


class Batch(NamedTuple):
    """Rows as read, their numbers in the file, and malformed rows among them."""

    rows: pa.RecordBatch
    numbers: Sequence[int] | NDArray[np.int64]
    malformed: tuple[Reject, ...] = ()


def number_rows(batches: Iterable[pa.RecordBatch], first: int) -> Iterator[Batch]:
    """Yield consecutive batches with the numbers of their rows, starting at ``first``."""
    for rows in batches:
        yield Batch(rows, range(first, first + rows.num_rows))
        first += rows.num_rows


class BatchStream(SiteFile):
    """A file that is read sequentially: a task is a batch of rows."""

    def chunks(self, task: Batch, *, needed: Sequence[str] = ()) -> Iterator[Chunk]:
        """Yield one chunk."""
        with reader_errors(self.name):
            yield make_chunk(task, self.layout, lambda: task.rows, wraps=self.wraps)


def make_chunk(
    batch: Batch,
    layout: Layout,
    fields: Callable[[], pa.Table | pa.RecordBatch],
    *,
    wraps: bool = True,
) -> Chunk:
    """Read positions and precisions, and set aside the rows without valid ones.

    Longitudes from 180 to 360 are brought into range, or rejected without ``wraps``.
    """
    rows = batch.rows
    read = _read_columns(rows, layout)
    reasons: dict[int, str] = {}
    far: list[int] = []
    if not _are_plain(*read):
        read, reasons = _apply_rules(rows, layout, read)
        far = [int(index) for index in np.flatnonzero(read[0] > 180) if index not in reasons]
    lon, lat, precision_km = read
    strays = {index: stray_longitude(lon[index]) for index in (far[:_MOST_FAR] if wraps else far)}
    if not wraps:
        reasons = dict(sorted((reasons | strays).items()))
    valid = np.delete(np.arange(rows.num_rows), list(reasons)) if reasons else None
    rejects = list(batch.malformed)
    has_west = bool((lon if valid is None else lon[valid]).min(initial=0) < 0)
    if far:
        lon[far] -= 360
    if valid is not None:
        fields_of = zip(*_take_rows(fields(), layout, list(reasons)), strict=True)
        numbers = [int(batch.numbers[index]) for index in reasons]
        rejects += map(Reject, numbers, reasons.values(), fields_of)
        lon, lat, precision_km = lon[valid], lat[valid], precision_km[valid]
    precision_m = precision_km if layout.precision is None else precision_km * 1000

    def take(indices: _Indices) -> SiteTable:
        rows = indices if valid is None else valid[indices]
        columns = dict(zip(layout.keys, _take_rows(fields(), layout, rows), strict=True))

        def labels(column: str | None, missing: Any) -> tuple[Any, ...]:
            if column is None:
                return (missing,) * len(rows)
            return tuple(label_of(value) for value in columns[column])

        return SiteTable(
            names=labels(layout.name, ""),
            ids=labels(layout.id, ""),
            kinds=labels(layout.kind, None),
            lon=lon[indices],
            lat=lat[indices],
            precision_m=precision_m[indices],
            columns=layout.columns,
            rows=tuple(zip(*columns.values(), strict=True)),
        )

    def values(column: str) -> _Floats:
        found = read_numbers(fields()[column], PLAIN_NUMBER)
        found = np.where(np.isfinite(found), found, np.nan)
        return found if valid is None else found[valid]

    return Chunk(
        n_rows=rows.num_rows + len(batch.malformed),
        lon=lon,
        lat=lat,
        precision_m=precision_m,
        rejects=tuple(sorted(rejects, key=lambda reject: reject.row)),
        take=take,
        values=values,
        far=tuple(
            Reject(int(batch.numbers[index]), reason, (), is_stray=True)
            for index, reason in (strays if wraps else {}).items()
        ),
        has_west=has_west,
    )


def _read_columns(rows: pa.RecordBatch, layout: Layout) -> _Columns:
    """Return longitudes, latitudes and precisions in km; NaN where only the rules can tell."""
    if layout.geometry is None:
        lat = read_numbers(rows[layout.lat], PLAIN_DEGREES)
        lon = read_numbers(rows[layout.lon], PLAIN_DEGREES)
    else:
        lon, lat = read_points(rows[layout.geometry])
    if layout.precision is None:
        return lon, lat, np.broadcast_to(np.float64(0), rows.num_rows)  # stored once
    return lon, lat, read_numbers(rows[layout.precision], PLAIN_NUMBER)


def _are_plain(lon: _Floats, lat: _Floats, precision_km: _Floats) -> bool:
    """Whether all positions and precisions are accepted as they are; NaN is not."""
    if not any(precision_km.strides):
        precision_km = precision_km[:1]
    # The smallest and the largest value take a fifth of the time of comparing each.
    return not len(lon) or bool(
        (lat.min() >= -90)
        & (lat.max() <= 90)
        & (lon.min() >= -180)
        & (lon.max() <= 180)
        & (precision_km.min() >= 0)
        & (precision_km.max() <= FARTHEST_KM)
    )


def _apply_rules(
    rows: pa.RecordBatch, layout: Layout, read: _Columns
) -> tuple[_Columns, dict[int, str]]:
    """Return copies of columns with what the rules accept, and the reasons why not by row."""
    lon, lat, precision_km = (column.copy() for column in read)
    accepted = (precision_km >= 0) & (precision_km <= FARTHEST_KM)
    accepted &= (np.abs(lat) <= 90) & (lon >= -180) & (lon <= 360)
    reasons: dict[int, str] = {}
    for index in np.flatnonzero(~accepted).tolist():
        try:
            position, precision_km[index] = _read_by_rules(
                rows, layout, index, (lon[index], lat[index])
            )
            lon[index], lat[index] = position
        except (PlaceError, QuantityError) as error:
            reasons[index] = str(error)
    return (lon, lat, precision_km), reasons


def _read_by_rules(
    rows: pa.RecordBatch, layout: Layout, index: int, read: tuple[float, float]
) -> tuple[tuple[float, float], float]:
    """Read one row's position and precision like those of a small file, or raise an error."""
    if layout.geometry is None:
        lon = parse_degrees_of(rows[layout.lon][index].as_py(), "longitude", "")
        lat = parse_degrees_of(rows[layout.lat][index].as_py(), "latitude", "")
        position = check_position(lon, lat, hint=SWAPPED_COLUMNS, wrap=False)
    elif any(np.isnan(read)):
        lonlat = read_point(storage(rows[layout.geometry])[index].as_py())
        position = check_position(*lonlat, hint=LONGITUDE_FIRST, wrap=False)
    else:
        position = check_position(*read, hint=LONGITUDE_FIRST, wrap=False)
    if layout.precision is None:
        return position, 0.0
    return position, parse_precision([rows[layout.precision][index].as_py()], 0, "")


def _take_rows(
    fields: pa.Table | pa.RecordBatch, layout: Layout, rows: Sequence[int] | _Indices
) -> list[list[Any]]:
    """Return the input's own columns for some rows, as Python values."""
    indices = np.asarray(rows)
    return [supported_column(fields[column]).take(indices).to_pylist() for column in layout.keys]
