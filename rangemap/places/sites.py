"""The sites a question is asked about: a table of positions with the input's own columns."""

from __future__ import annotations

import csv
import io
import json
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rangemap.documents import parse_json
from rangemap.errors import PlaceError, QuantityError
from rangemap.files import read_text, reason
from rangemap.limits import (
    LARGEST_FILE,
    LONGEST_LINE,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_LINES,
    MOST_ROWS,
    shown,
)
from rangemap.places.geojson import point_features
from rangemap.places.records import Place
from rangemap.places.vector import SIGNATURES, refuse_disguised, wkb_point
from rangemap.quantities import LonLat, check_position

LAT_COLUMNS: Final = ("lat", "latitude", "latitude_deg", "lat_deg", "y")
LON_COLUMNS: Final = ("lon", "longitude", "longitude_deg", "lon_deg", "long", "lng", "x")
NAME_COLUMNS: Final = ("name", "id", "ident")
ID_COLUMNS: Final = ("id", "ident")
PRECISION_COLUMN: Final = "precision_km"
PARQUET_SUFFIXES: Final = (".parquet", ".geoparquet", ".pq")
FARTHEST_KM: Final = 20_004
"""No two points lie farther apart."""
_MOST_LINES = 20
_LONGEST_COLUMN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTable:
    """Sites as columns of one length, in the order of their source.

    ``lon`` and ``lat`` are float64 arrays in degrees, ``precision_m`` in metres.
    ``columns`` and ``rows`` carry what else the input said about each site.
    """

    names: tuple[str, ...]
    ids: tuple[str, ...]
    kinds: tuple[str | None, ...]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    precision_m: NDArray[np.float64]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()

    def __len__(self) -> int:
        return len(self.names)

    @classmethod
    def of_rows(cls, rows: Sequence[tuple[str, str, str | None, LonLat, float]]) -> SiteTable:
        """Return sites of name, id, kind, position and precision (metres) as a table."""
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
        """Return places of a registry as a table."""
        return cls.of_rows([
            (place.name, place.id, place.kind, place.lonlat, place.precision_km * 1000)
            for place in places
        ])  # fmt: skip

    def take(self, indices: Sequence[int]) -> SiteTable:
        """Return the sites at some row numbers, in that order."""
        picked = np.array(indices, dtype=np.intp)
        return SiteTable(
            names=tuple(self.names[i] for i in indices),
            ids=tuple(self.ids[i] for i in indices),
            kinds=tuple(self.kinds[i] for i in indices),
            lon=self.lon[picked],
            lat=self.lat[picked],
            precision_m=self.precision_m[picked],
            columns=self.columns,
            rows=tuple(self.rows[i] for i in indices),
        )

    def joined(self, other: SiteTable) -> SiteTable:
        """Return this table followed by another; both without columns of their own."""
        return SiteTable(
            names=self.names + other.names,
            ids=self.ids + other.ids,
            kinds=self.kinds + other.kinds,
            lon=np.concatenate([self.lon, other.lon]),
            lat=np.concatenate([self.lat, other.lat]),
            precision_m=np.concatenate([self.precision_m, other.precision_m]),
            rows=self.rows + other.rows,
        )


def read_site_file(
    path: Path, *, lat: str | None = None, lon: str | None = None, name: str | None = None
) -> SiteTable:
    """Read a file of sites: CSV, gzipped CSV, GeoJSON, Parquet, GeoPackage, FlatGeobuf, shapefile.

    Parameters
    ----------
    path : Path
        The file; its suffix says its format.
    lat, lon, name : str, optional
        Columns of the position and the name where they are not the usual ones.

    Returns
    -------
    SiteTable
        Every row of the file, in its order.

    Raises
    ------
    PlaceError
        If the format is unknown, a column is missing, or a row has no good
        position: one line for each bad row.
    DocumentError
        If the file cannot be read or is not well-formed.
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    suffix = next((s for s in reversed(suffixes) if s != ".gz"), "")
    if suffix in {".csv", ".tsv", ".txt"}:
        columns, records = _read_delimited(path)
        position = _column_position(columns, path, lat, lon)
    elif suffix in {".geojson", ".json"}:
        columns, records = _read_geojson(path)
        position = _geometry_position
    elif suffix in PARQUET_SUFFIXES:
        from rangemap.places.pieces import open_sites, read_sites  # noqa: PLC0415  an extra

        return read_sites(open_sites(str(path), lat=lat, lon=lon, label=name))
    elif suffix in SIGNATURES:
        columns, records = _read_vector(path)
        position = _geometry_position
    else:
        known = ".csv, .csv.gz, .tsv, .geojson, .parquet, " + ", ".join(SIGNATURES)
        raise PlaceError(f"{path}: unknown kind of site file {suffix!r}; expected {known}")
    return _make_table(path, columns, records, position, name)


_Record = tuple[str, Any, Sequence[Any]]
"""Where it stands, its geometry if it has one, its fields."""


def _read_delimited(path: Path) -> tuple[tuple[str, ...], Iterable[_Record]]:
    text = read_text(path)
    head = text[: text.find("\n") if "\n" in text else len(text)]
    delimiter = max("\t;,", key=head.count)
    rows = csv.reader(text_lines(text, path), delimiter=delimiter, strict=True)
    try:
        header = next(rows, None)
    except csv.Error as error:
        raise PlaceError(f"{path}:1: not well-formed CSV: {error}") from error
    if not header or not any(header):
        raise PlaceError(f"{path}: is empty; expected a header line and rows")
    columns = tuple(column.strip() for column in header)
    refuse_large_table(columns, path)
    twice = next((column for column in columns if columns.count(column) > 1 and column), None)
    if twice:
        raise PlaceError(f"{path}:1: column {shown(twice)} stands twice; rename one")

    def records() -> Iterable[_Record]:
        try:
            for row in rows:
                where = f"{path}:{rows.line_num}"
                if not row:
                    continue
                if len(row) != len(columns):
                    raise PlaceError(
                        f"{where}: {len(row)} fields under {len(columns)} columns;"
                        " quote fields that hold the separator"
                    )
                yield where, None, row
        except csv.Error as error:
            raise PlaceError(f"{path}:{rows.line_num}: not well-formed CSV: {error}") from error

    return columns, records()


def _read_geojson(path: Path) -> tuple[tuple[str, ...], Iterable[_Record]]:
    document = parse_json(read_text(path), name=str(path))
    features = list(point_features(document))
    errors = [feature for feature in features if isinstance(feature, PlaceError)]
    if errors:
        raise PlaceError(join_lines([str(error) for error in errors], path))
    good = [feature for feature in features if not isinstance(feature, PlaceError)]
    columns = dict.fromkeys(key for _, _, _, properties in good for key in properties)
    refuse_large_table(columns, path, len(good))
    if any(key is not None for _, key, _, _ in good):
        columns.setdefault("id")
    return tuple(columns), [
        (where, lonlat, [{"id": key, **properties}.get(column) for column in columns])
        for where, key, lonlat, properties in good
    ]


def _read_vector(path: Path) -> tuple[tuple[str, ...], Iterable[_Record]]:
    refuse_disguised(path, largest=LARGEST_FILE)
    import pyogrio  # noqa: PLC0415  loads GDAL, which few runs need

    try:
        with warnings.catch_warnings(action="ignore"):  # of files that it then reads or refuses
            meta, _, geometries, fields = pyogrio.raw.read(path.resolve())
    except Exception as error:
        raise PlaceError(f"{path}: cannot be read: {reason(error)}") from error
    crs = meta["crs"]
    if crs not in {None, "EPSG:4326", "OGC:CRS84"}:
        raise PlaceError(f"{path}: is in {crs}; convert it to EPSG:4326 first")
    columns = tuple(str(column) for column in meta["fields"])
    refuse_large_table(columns, path)
    records: list[_Record] = []
    for number, wkb in enumerate(geometries, start=1):
        where = f"{path}: feature {number}"
        lonlat = wkb_point(wkb, where)
        records.append((where, lonlat, [_plain(column[number - 1]) for column in fields]))
    return columns, records


def refuse_large_table(columns: Sized, path: Path, n_rows: int = 0) -> None:
    """Refuse a file with more columns or more rows than a table in memory can have."""
    if len(columns) > MOST_COLUMNS:
        raise PlaceError(
            f"{path}: {len(columns):,} columns or keys; expected at most {MOST_COLUMNS:,}, so leave"
            " some out"
        )
    most = min(MOST_ROWS, MOST_CELLS // max(len(columns), 1))
    if n_rows > most:
        raise PlaceError(
            f"{path}: more than {most:,} rows of {len(columns):,} columns; split it, or let"
            " `rangemap check` read a table piece by piece with --summary or -o FILE"
        )


def text_lines(text: str, path: Path) -> Iterator[str]:
    """Yield the lines of a text with their ends; one too long for a row, or too many, are refused."""
    if text.count("\n") > MOST_LINES:  # blank ones make no rows, and take their time
        raise PlaceError(f"{path}: more than {MOST_LINES:,} lines; split it")
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        if len(line) > LONGEST_LINE:
            raise PlaceError(
                f"{path}:{number}: a line of {len(line):,} characters; expected at most"
                f" {LONGEST_LINE:,}, so check the line ends"
            )
        yield line


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


_Position = Callable[[_Record], LonLat]


def _geometry_position(record: _Record) -> LonLat:
    lonlat: LonLat = record[1]
    return lonlat


def _column_position(
    columns: Sequence[str], path: Path, lat: str | None, lon: str | None
) -> _Position:
    lat_index = find_column(columns, path, lat, LAT_COLUMNS, "latitude", "--lat")
    lon_index = find_column(columns, path, lon, LON_COLUMNS, "longitude", "--lon")

    def position(record: _Record) -> LonLat:
        where, _, row = record
        return check_position(
            parse_degrees(row[lon_index], "longitude", where),
            parse_degrees(row[lat_index], "latitude", where),
            what=where,
        )

    return position


DEGREES = re.compile(r"\s*[+-]?[0-9]{1,3}(\.[0-9]{0,30})?([eE]-?[0-9]{1,2})?\s*", re.ASCII)


def parse_degrees(text: str, what: str, where: str) -> float:
    """Read decimal degrees, the whole text or nothing."""
    if not DEGREES.fullmatch(text):
        raise QuantityError(
            f"{where}: {what} is {text[:40]!r}; expected decimal degrees with a point, as in 33.78"
        )
    return float(text)


def find_column(  # noqa: PLR0917  a question with its six circumstances
    columns: Sequence[str],
    path: Path,
    asked: str | None,
    usual: Sequence[str],
    what: str,
    option: str,
) -> int:
    """Return the place of a column by the name asked for, or by the usual ones."""
    if asked is not None:
        if asked in columns:
            return columns.index(asked)
        raise PlaceError(f"{path}: has no column {asked!r}; it has {_listed(columns)}")
    keys = [column.casefold() for column in columns]
    found = next((keys.index(word) for word in usual if word in keys), None)
    if found is None:
        raise PlaceError(
            f"{path}: has no {what} column ({', '.join(usual)}); it has"
            f" {_listed(columns)}: name it with {option}"
        )
    return found


def _listed(columns: Sequence[str]) -> str:
    """Return the first names of columns, each as far as it can be shown."""
    few = [column[:_LONGEST_COLUMN] for column in columns[:_MOST_LINES]]
    more = [f"and {len(columns) - len(few):,} more"] if len(columns) > len(few) else []
    return ", ".join(few + more)


def _make_table(
    path: Path,
    columns: tuple[str, ...],
    records: Iterable[_Record],
    position: _Position,
    name: str | None,
) -> SiteTable:
    keys = [column.casefold() for column in columns]
    name_index = find_column(columns, path, name, NAME_COLUMNS, "name", "--name")
    id_index = next((keys.index(word) for word in ID_COLUMNS if word in keys), None)
    kind_index = keys.index("kind") if "kind" in keys else None
    precision_index = keys.index(PRECISION_COLUMN) if PRECISION_COLUMN in keys else None
    positions: list[LonLat] = []
    precisions: list[float] = []
    rows: list[tuple[Any, ...]] = []
    errors: list[str] = []
    for number, record in enumerate(records, start=1):
        where, _, row = record
        refuse_large_table(columns, path, number)
        try:
            lonlat = position(record)
            precision_km = (
                0.0 if precision_index is None else parse_precision(row, precision_index, where)
            )
        except (PlaceError, QuantityError) as error:
            errors.append(str(error))
            continue
        positions.append(lonlat)
        precisions.append(precision_km)
        rows.append(tuple(row))
    if errors:
        raise PlaceError(join_lines(errors, path))
    array = np.array(positions, dtype=np.float64).reshape(-1, 2)
    return SiteTable(
        names=tuple(text_of(row[name_index]) for row in rows),
        ids=tuple("" if id_index is None else text_of(row[id_index]) for row in rows),
        kinds=tuple(None if kind_index is None else text_of(row[kind_index]) for row in rows),
        lon=array[:, 0].copy(),
        lat=array[:, 1].copy(),
        precision_m=np.array(precisions, dtype=np.float64) * 1000,
        columns=columns,
        rows=tuple(rows),
    )


def parse_precision(row: Sequence[Any], index: int, where: str) -> float:
    """Read a row's precision in kilometres; none is 0, as exact."""
    value = row[index]
    if value is None or value == "":
        return 0.0
    try:
        precision_km = float(value)
    except (TypeError, ValueError):
        precision_km = float("nan")
    if not 0 <= precision_km <= FARTHEST_KM:
        raise PlaceError(
            f"{where}: {PRECISION_COLUMN} is {str(value)[:40]!r}; expected kilometres from 0"
        )
    return precision_km


def text_of(value: Any) -> str:
    """Return a value as the text it is known by."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def join_lines(errors: Sequence[str], path: Path) -> str:
    """Return the first lines on bad rows, and how many more there are."""
    shown = list(islice(errors, _MOST_LINES))
    if len(errors) > len(shown):
        shown.append(f"{path}: and {len(errors) - len(shown)} more bad rows")
    return "\n".join(shown)
