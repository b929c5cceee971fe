"""The sites of a check: a table of positions with the input's own columns."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence, Sized
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rangemap.errors import PlaceError, QuantityError
from rangemap.geodesy.position import LonLat
from rangemap.limits import MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from rangemap.places.notations import plain_characters
from rangemap.places.records import Place
from rangemap.text import sanitised

LAT_COLUMNS: Final = ("lat", "latitude", "latitude_deg", "lat_deg", "y")
LON_COLUMNS: Final = ("lon", "longitude", "longitude_deg", "lon_deg", "long", "lng", "x")
NAME_COLUMNS: Final = ("name", "site_name", "site", "place_name", "place", "title", "id", "ident")
ID_COLUMNS: Final = ("id", "ident")
PRECISION_COLUMN: Final = "precision_km"
FARTHEST_KM: Final = 20_004
"""No two points are farther apart."""
_MOST_LINES = 20
_LONGEST_COLUMN = 60


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SiteTable:
    """Sites as columns of equal length, in the order of their source.

    Parameters
    ----------
    names, ids : tuple of str
        Name and identifier of each site; an identifier may be empty.
    kinds : tuple of str or None
        Kind of each site, if known.
    lon, lat : ndarray of float64, shape (n,)
        Positions, degrees.
    precision_m : ndarray of float64, shape (n,)
        Precision of each position, metres.
    columns : tuple of str, optional
        Names of the other columns of the input.
    rows : tuple of tuple, optional
        Their values, one tuple for each site.
    untyped : bool, default False
        Whether all these values are text, as in a CSV file.
    dtypes : tuple, optional
        The pandas types of these columns, if they are from a data frame.
    """

    names: tuple[str, ...]
    ids: tuple[str, ...]
    kinds: tuple[str | None, ...]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    precision_m: NDArray[np.float64]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    untyped: bool = False
    dtypes: tuple[Any, ...] = ()

    def __len__(self) -> int:
        return len(self.names)

    @classmethod
    def of_rows(cls, rows: Sequence[tuple[str, str, str | None, LonLat, float]]) -> SiteTable:
        """Return a table of some sites.

        Parameters
        ----------
        rows : sequence of tuple
            Name, id, kind or None, position in degrees and precision in metres of each.

        Returns
        -------
        SiteTable
            Without other columns.
        """
        names, ids, kinds, positions, precisions_m = zip(*rows, strict=True) if rows else ((),) * 5
        array = np.array(positions, dtype=np.float64).reshape(-1, 2)
        return cls(
            names=names,
            ids=ids,
            kinds=kinds,
            lon=array[:, 0].copy(),
            lat=array[:, 1].copy(),
            precision_m=np.array(precisions_m, dtype=np.float64),
            rows=((),) * len(rows),
        )

    @classmethod
    def of_places(cls, places: Sequence[Place]) -> SiteTable:
        """Return a table of places of a registry.

        Parameters
        ----------
        places : sequence of Place
            The entries.

        Returns
        -------
        SiteTable
            One row for each, without other columns.
        """
        return cls.of_rows([
            (place.name, place.id, place.kind, place.lonlat, place.precision_km * 1000)
            for place in places
        ])  # fmt: skip

    def take(self, indices: Sequence[int]) -> SiteTable:
        """Return the sites at some row numbers.

        Parameters
        ----------
        indices : sequence of int
            Row numbers from 0, in the desired order.

        Returns
        -------
        SiteTable
            One row for each number, with all columns.
        """
        rows_taken = np.array(indices, dtype=np.intp)
        return SiteTable(
            names=tuple(self.names[i] for i in indices),
            ids=tuple(self.ids[i] for i in indices),
            kinds=tuple(self.kinds[i] for i in indices),
            lon=self.lon[rows_taken],
            lat=self.lat[rows_taken],
            precision_m=self.precision_m[rows_taken],
            columns=self.columns,
            rows=tuple(self.rows[i] for i in indices),
            untyped=self.untyped,
            dtypes=self.dtypes,
        )

    def joined(self, other: SiteTable) -> SiteTable:
        """Return this table followed by another.

        Parameters
        ----------
        other : SiteTable
            The rows that follow; neither table has other columns of its own.

        Returns
        -------
        SiteTable
            The rows of both.
        """
        return SiteTable(
            names=self.names + other.names,
            ids=self.ids + other.ids,
            kinds=self.kinds + other.kinds,
            lon=np.concatenate([self.lon, other.lon]),
            lat=np.concatenate([self.lat, other.lat]),
            precision_m=np.concatenate([self.precision_m, other.precision_m]),
            rows=self.rows + other.rows,
        )


def count_zeros(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> int:
    """Return the number of positions at 0,0, which usually means a missing one."""
    return int(np.count_nonzero(lon[np.flatnonzero(lat == 0)] == 0))


def zeros_note(name: str, number: int, row_noun: str) -> str:
    """Return the note on positions at 0,0 in a file of sites."""
    rows = f"{number:,} {row_noun} is" if number == 1 else f"{number:,} {row_noun}s are"
    return f"{name}: {rows} at 0,0, which usually means a missing position"


def wrapped_note(name: str, row: int, row_noun: str) -> str:
    """Return the note on longitudes above 180 in a file without negative ones."""
    return f"{name}: longitudes are read as 0 to 360, since {row_noun} {row} has one above 180 and none is negative"


def refuse_large_table(columns: Sized, path: Path | str, n_rows: int = 0) -> None:
    """Refuse a file with more columns or rows than a table in memory can have."""
    if len(columns) > MOST_COLUMNS:
        raise PlaceError(
            f"{path}: {len(columns):,} columns or keys; expected at most {MOST_COLUMNS:,}; leave some"
            " out"
        )
    most = min(MOST_ROWS, MOST_CELLS // max(len(columns), 1))
    if n_rows > most:
        raise PlaceError(
            f"{path}: more than {most:,} rows of {len(columns):,} columns; split it, or let"
            " `rangemap check` read a table in chunks with --summary or -o FILE"
        )


DEGREES: Final = re.compile(
    r"[+-]?(?:[0-9]{1,3}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,2})?", re.ASCII
)
"""Every usual spelling of decimal degrees with a decimal point, in the characters of ASCII."""


def located(where: str) -> str:
    """Return the beginning of a message about a place in a file; nothing without one."""
    return f"{where}: " if where else ""


def parse_degrees(text: str, what: str, where: str) -> float:
    """Parse decimal degrees; the whole text must match."""
    plain = plain_characters(text).strip()
    if not DEGREES.fullmatch(plain):
        raise QuantityError(
            f"{located(where)}{what} is {text[:40]!r}; expected decimal degrees with a point,"
            " as in 33.78"
        )
    return float(plain)


def parse_degrees_of(value: Any, what: str, where: str) -> float:
    """Parse the degrees in a cell of any type."""
    if value is None or isinstance(value, bool):
        raise QuantityError(f"{located(where)}{what} is missing; expected decimal degrees")
    if isinstance(value, str):
        return parse_degrees(value, what, where)
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise QuantityError(
            f"{located(where)}{what} is {str(value)[:40]!r}; expected decimal degrees"
        ) from error


def stray_longitude(lon: float) -> str:
    """Return why a longitude from 180 to 360 is refused: other rows of the file are negative."""
    return (
        f"longitude {lon:.10g} is outside -180 to 180 in a file with negative longitudes; write"
        f" {lon - 360:.10g} if that is meant"
    )


def find_column(  # noqa: PLR0917  the messages need all six
    columns: Sequence[str],
    path: Path | str,
    requested: str | None,
    usual: Sequence[str],
    what: str,
    option: str,
) -> int:
    """Return the index of a column by the requested name, or by the usual ones."""
    if requested is not None:
        if requested in columns:
            return columns.index(requested)
        raise PlaceError(f"{path}: has no column {requested!r}; it has {list_columns(columns)}")
    found = usual_column(columns, usual)
    if found is None:
        raise missing_column(columns, path, usual, what, option)
    return found


def missing_column(
    columns: Sequence[str], path: Path | str, usual: Sequence[str], what: str, option: str
) -> PlaceError:
    """Return the error for a column that none of the usual names finds."""
    return PlaceError(
        f"{path}: has no {what} column ({', '.join(usual)}); it has"
        f" {list_columns(columns)}; specify it with {option}"
    )


def usual_column(columns: Sequence[str], usual: Sequence[str]) -> int | None:
    """Return the index of the first usual name that is a column, or None."""
    keys = [re.sub(r"[\s_-]+", "_", column.strip().casefold()) for column in columns]
    return next((keys.index(name) for name in usual if name in keys), None)


def list_columns(columns: Sequence[str]) -> str:
    """Return the first column names as text, long ones truncated."""
    few = [sanitised(column[:_LONGEST_COLUMN]) for column in columns[:_MOST_LINES]]
    more = [f"and {len(columns) - len(few):,} more"] if len(columns) > len(few) else []
    return ", ".join(few + more) or "no columns"


def parse_precision(row: Sequence[Any], index: int, where: str) -> float:
    """Parse a row's precision in kilometres; a missing one is 0, which means exact."""
    value = row[index]
    if value is None or value == "":
        return 0.0
    try:
        precision_km = float(value)
    except (TypeError, ValueError):
        precision_km = float("nan")
    if not 0 <= precision_km <= FARTHEST_KM:
        raise PlaceError(
            f"{located(where)}{PRECISION_COLUMN} is {str(value)[:40]!r}; expected kilometres, 0 or more"
        )
    return precision_km


def text_of(value: Any) -> str:
    """Return a value as text."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def label_of(value: Any) -> str:
    """Return a value as a displayed name; the input's own columns keep the original value."""
    return sanitised(text_of(value))


def first_lines(errors: Sequence[str], path: Path | str) -> list[str]:
    """Return the first messages about invalid rows, and the number of the others."""
    few = list(islice(errors, _MOST_LINES))
    if len(errors) > len(few):
        few.append(f"{path}: and {len(errors) - len(few)} more bad rows")
    return few
