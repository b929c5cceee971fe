"""Files of sites read piece by piece: Parquet, CSV, FlatGeobuf, GeoPackage, near or far.

The rules of columns, positions and precisions are those of `rangemap.places.sites`. What
is read fast here is what those rules accept as it stands; every other value goes to the
rules themselves, which accept it or say why not.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
import shutil
import sys
import tempfile
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rangemap.errors import DocumentError, PlaceError, QuantityError
from rangemap.files import is_regular, reason
from rangemap.limits import shown
from rangemap.places.sites import (
    FARTHEST_KM,
    ID_COLUMNS,
    LAT_COLUMNS,
    LON_COLUMNS,
    NAME_COLUMNS,
    PARQUET_SUFFIXES,
    PRECISION_COLUMN,
    SiteTable,
    find_column,
    join_lines,
    parse_degrees,
    parse_precision,
    refuse_large_table,
    text_of,
)
from rangemap.places.texts import text_columns, unpack_texts
from rangemap.places.vector import refuse_disguised
from rangemap.quantities import check_position

if TYPE_CHECKING:
    import pyarrow as pa

DELIMITED: Final = (".csv", ".tsv", ".txt")
_VECTOR: Final = (".fgb", ".gpkg")

PIECE_ROWS: Final = 262_144
_HEAD_BYTES: Final = 2**20
_WKB_POINT_BYTES: Final = 21
_SCHEMES: Final = ("s3", "gs", "gcs", "https", "http")
_WGS84_CODES: Final = {("EPSG", "4326"), ("OGC", "CRS84")}

# Written so that what they match is what the rules accept, and reads as the same number.
_PLAIN_DEGREES: Final = r"^-?[0-9]{1,3}(\.[0-9]{1,16})?$"
_PLAIN_NUMBER: Final = r"^[+-]?([0-9]{1,17}(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"

_Floats = NDArray[np.float64]
_Indices = NDArray[np.intp]


class Reject(NamedTuple):
    """A row without a good position: its number in the file from 1, why, and its fields."""

    row: int
    why: str
    fields: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What the columns of a file of sites mean.

    ``columns`` are the input's own, which go with each site; ``types`` their Arrow types.
    The position is in ``geometry`` or in ``lat`` and ``lon``, all names of columns.
    """

    columns: tuple[str, ...]
    types: tuple[Any, ...] = ()
    name: str | None = None
    id: str | None = None
    kind: str | None = None
    precision: str | None = None
    lat: str | None = None
    lon: str | None = None
    geometry: str | None = None

    @property
    def position(self) -> tuple[str, ...]:
        """The columns that say where a site is, and how well that is known."""
        named = (self.geometry, self.lon, self.lat, self.precision)
        return tuple(dict.fromkeys(column for column in named if column is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some consecutive rows of a file of sites; those without a good position stand apart.

    ``lon``, ``lat`` (degrees) and ``precision_m`` are arrays of the good rows. ``take``
    returns some of the good rows as a table; ``values`` returns a column as numbers, NaN
    where a good row has none.
    """

    n_rows: int
    lon: _Floats
    lat: _Floats
    precision_m: _Floats
    rejects: tuple[Reject, ...]
    take: Callable[[_Indices], SiteTable]
    values: Callable[[str], _Floats]


def _taken(
    fields: pa.Table | pa.RecordBatch, layout: Layout, rows: Sequence[int] | _Indices
) -> list[list[Any]]:
    """Return the input's own columns for some rows, as Python has their values."""
    picked = np.asarray(rows)
    return [_plain(fields[column]).take(picked).to_pylist() for column in layout.columns]


def _plain(column: Any) -> Any:
    """Return a column as a type that every operation knows."""
    import pyarrow as pa  # noqa: PLC0415

    return column.cast(pa.string()) if pa.types.is_string_view(column.type) else column


class SiteStream(ABC):
    """A file of sites that is read piece by piece.

    It can be sent to another process; each opens the file for itself.
    """

    name: str
    layout: Layout
    piece_rows: int
    n_rows: int | None = None
    n_bytes: int | None = None

    @abstractmethod
    def tasks(self) -> Iterator[Any]:
        """Yield what `pieces` can be asked for, in the order of the file."""

    @abstractmethod
    def pieces(self, task: Any, *, values: str | None = None) -> Iterator[Piece]:
        """Yield the pieces of one task; ``values`` is a column that will be asked for."""

    def require_column(self, column: str, option: str) -> None:
        """Refuse a column that the file does not have."""
        if column not in self.layout.columns:
            raise PlaceError(
                f"{self.name}: has no column {column!r}; it has"
                f" {', '.join(self.layout.columns)}: name one of these with {option}"
            )

    def require_names(self) -> None:
        """Refuse a file without a column of names."""
        find_column(
            self.layout.columns, Path(self.name), self.layout.name, NAME_COLUMNS, "name", "--name"
        )


@dataclass
class TableStream(SiteStream):
    """A table of sites in memory, as a stream."""

    name: str
    table: SiteTable
    piece_rows: int = PIECE_ROWS
    layout: Layout = field(init=False)

    def __post_init__(self) -> None:
        self.layout = Layout(columns=self.table.columns)
        self.n_rows = len(self.table)

    def tasks(self) -> Iterator[int]:
        """Yield the first row of each piece."""
        yield from range(0, len(self.table), self.piece_rows)

    def pieces(self, task: int, *, values: str | None = None) -> Iterator[Piece]:  # noqa: ARG002
        """Yield the rows from one on."""
        rows = slice(task, task + self.piece_rows)

        def numbers(column: str) -> _Floats:
            place = self.table.columns.index(column)
            return np.array([_number(row[place]) for row in self.table.rows[rows]], np.float64)

        yield Piece(
            n_rows=len(self.table.names[rows]),
            lon=self.table.lon[rows],
            lat=self.table.lat[rows],
            precision_m=self.table.precision_m[rows],
            rejects=(),
            take=lambda indices: self.table.take((indices + task).tolist()),
            values=numbers,
        )


def _number(value: Any) -> float:
    """Return a value as a finite number, or NaN."""
    if isinstance(value, str):
        return float(value) if re.fullmatch(_PLAIN_NUMBER, value, re.ASCII) else math.nan
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return math.nan
    return float(value) if math.isfinite(value) else math.nan


def is_address(text: str) -> bool:
    """Whether a text names something beyond this machine's own files.

    Examples
    --------
    >>> is_address("s3://bucket/sites.parquet"), is_address("sites.csv")
    (True, False)
    """
    return "://" in text


def can_stream(name: str) -> bool:
    """Whether `open_sites` reads files of this name's suffix."""
    return _suffix(name) in {*PARQUET_SUFFIXES, *DELIMITED, *_VECTOR}


def _suffix(name: str) -> str:
    parts = [f".{part.lower()}" for part in re.split(r"[/\\]", name)[-1].split(".")[1:]]
    return next((part for part in reversed(parts) if part != ".gz"), "")


def open_sites(
    name: str,
    *,
    lat: str | None = None,
    lon: str | None = None,
    label: str | None = None,
    piece_rows: int = PIECE_ROWS,
) -> SiteStream:
    """Open a file of sites to be read piece by piece.

    Parameters
    ----------
    name : str
        A file name or an address (``s3://``, ``gs://``, ``https://``); its suffix says the
        format: Parquet, CSV (also gzipped), FlatGeobuf or GeoPackage.
    lat, lon, label : str, optional
        Columns of the position and the name where they are not the usual ones.
    piece_rows : int, default 262 144
        The most rows of a piece.

    Returns
    -------
    SiteStream
        Its columns are known; nothing else has been read.

    Raises
    ------
    PlaceError
        If the format is unknown or a column is missing.
    DocumentError
        If the file cannot be read or is not well-formed, or a package is missing.
    """
    _require_pyarrow()
    suffix = _suffix(name)
    asked = (lat, lon, label)
    with _refusing(name):
        if suffix in PARQUET_SUFFIXES:
            return _ParquetSites(name, asked, piece_rows)
        if suffix in DELIMITED:
            return _DelimitedSites(name, asked, piece_rows)
        if suffix in _VECTOR:
            return _VectorSites(name, asked, piece_rows)
    known = ", ".join((*PARQUET_SUFFIXES, *DELIMITED, *_VECTOR))
    raise PlaceError(f"{name}: cannot be read piece by piece; expected {known}")


def read_sites(stream: SiteStream) -> SiteTable:
    """Return all of a stream as one table.

    Raises
    ------
    PlaceError
        If a row has no good position: one line for each such row.
    DocumentError
        If the file cannot be read.
    """
    stream.require_names()
    refuse_large_table(stream.layout.columns, Path(stream.name), stream.n_rows or 0)
    pieces: list[Piece] = []
    for piece in (piece for task in stream.tasks() for piece in stream.pieces(task)):
        pieces.append(piece)
        n_rows = sum(piece.n_rows for piece in pieces)
        refuse_large_table(stream.layout.columns, Path(stream.name), n_rows)
    refuse_rejects(stream.name, [reject for piece in pieces for reject in piece.rejects])
    tables = [piece.take(np.arange(len(piece.lon))) for piece in pieces]
    return SiteTable(
        names=tuple(name for table in tables for name in table.names),
        ids=tuple(key for table in tables for key in table.ids),
        kinds=tuple(kind for table in tables for kind in table.kinds),
        lon=np.concatenate([np.empty(0), *(table.lon for table in tables)]),
        lat=np.concatenate([np.empty(0), *(table.lat for table in tables)]),
        precision_m=np.concatenate([np.empty(0), *(table.precision_m for table in tables)]),
        columns=stream.layout.columns,
        rows=tuple(row for table in tables for row in table.rows),
    )


def refuse_rejects(name: str, rejects: Sequence[Reject]) -> None:
    """Raise a `PlaceError` with one line for each rejected row, if there is one."""
    if rejects:
        lines = [f"{name}: row {reject.row}: {reject.why}" for reject in rejects]
        raise PlaceError(join_lines(lines, Path(name)))


def _require_pyarrow() -> None:
    try:
        import pyarrow  # noqa: F401, ICN001, PLC0415  an extra, and few runs need it
    except ImportError as error:
        raise DocumentError(
            'files of sites are read piece by piece with pyarrow; pip install "rangemap[parquet]"'
        ) from error


@contextmanager
def _refusing(name: str, *more: type[Exception]) -> Iterator[None]:
    """Turn what a reader raises into one line."""
    import pyarrow as pa  # noqa: PLC0415

    try:
        yield
    except (DocumentError, QuantityError):
        raise
    except (OSError, EOFError, ValueError, pa.ArrowException, *more) as error:
        raise DocumentError(f"{name}: cannot be read: {reason(error)}") from error


def _open(name: str) -> IO[bytes]:
    """Open a file, or what stands at an address, for reading with seeks."""
    return _open_address(name) if is_address(name) else _local(name).open("rb")


def _arrow_file(name: str) -> Any:
    """Open a file, or what stands at an address, for pyarrow."""
    import pyarrow as pa  # noqa: PLC0415

    if is_address(name):
        return pa.PythonFile(_open_address(name), mode="r")
    return pa.OSFile(str(_local(name)))


def _local(name: str) -> Path:
    path = Path(name)
    if not is_regular(path):
        problem = "not a regular file" if os.path.lexists(path) else "no such file"
        raise DocumentError(f"{name}: {problem}; give the name of a file")
    return path


def _open_address(name: str) -> IO[bytes]:
    scheme = name.partition("://")[0].lower()
    if scheme not in _SCHEMES or "::" in name:
        raise DocumentError(f"{name}: unknown kind of address; expected s3://, gs:// or https://")
    try:
        import fsspec  # noqa: PLC0415  an extra, and few runs need it

        file: IO[bytes] = fsspec.open(name, "rb").open()
    except ImportError as error:
        wanted = "gcsfs" if scheme in {"gs", "gcs"} else '"rangemap[remote]"'
        raise DocumentError(f"{name}: needs another package; pip install {wanted}") from error
    except Exception as error:
        raise DocumentError(f"{name}: cannot be opened: {reason(error)}") from error
    return file


def _make_layout(
    name: str,
    fields: Sequence[tuple[str, Any]],
    asked: tuple[str | None, str | None, str | None],
    *,
    geometry: str | None = None,
    hidden: Sequence[str] = (),
) -> Layout:
    """Find the columns by the rules of `rangemap.places.sites`."""
    lat, lon, label = asked
    refuse_large_table(fields, Path(name))
    names = [column for column, _ in fields]
    twice = next((column for column in names if names.count(column) > 1), None)
    if twice is not None:
        raise PlaceError(f"{name}: column {shown(twice)} stands twice; rename one")
    own = [(column, kind) for column, kind in fields if column not in {geometry, *hidden}]
    columns = [column for column, _ in own]
    keys = {column.casefold(): column for column in reversed(columns)}
    path = Path(name)
    if lat is not None or lon is not None or geometry is None:
        geometry = None
        lat = columns[find_column(columns, path, lat, LAT_COLUMNS, "latitude", "--lat")]
        lon = columns[find_column(columns, path, lon, LON_COLUMNS, "longitude", "--lon")]
    if label is not None:
        label = columns[find_column(columns, path, label, NAME_COLUMNS, "name", "--name")]
    else:
        label = next((keys[word] for word in NAME_COLUMNS if word in keys), None)
    return Layout(
        columns=tuple(columns),
        types=tuple(kind for _, kind in own),
        name=label,
        id=next((keys[word] for word in ID_COLUMNS if word in keys), None),
        kind=keys.get("kind"),
        precision=keys.get(PRECISION_COLUMN),
        lat=lat,
        lon=lon,
        geometry=geometry,
    )


@dataclass
class _ParquetSites(SiteStream):
    """Parquet and GeoParquet: a task is a row group, and only the columns needed are read."""

    name: str
    asked: tuple[str | None, str | None, str | None]
    piece_rows: int
    layout: Layout = field(init=False)

    def __post_init__(self) -> None:
        self.texts: list[str] = []
        schema = self._file.schema_arrow
        self.texts = text_columns(schema)
        del self._file  # opened anew with its texts as dictionaries
        geometry, hidden = _geoparquet_columns(self.name, schema)
        fields = [(column.name, column.type) for column in schema]
        self.layout = _make_layout(self.name, fields, self.asked, geometry=geometry, hidden=hidden)
        self.n_rows = self._file.metadata.num_rows

    @cached_property
    def _file(self) -> Any:
        import pyarrow.parquet as pq  # noqa: PLC0415

        return pq.ParquetFile(
            _arrow_file(self.name), pre_buffer=True, read_dictionary=self.texts or None
        )

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_file"}

    def tasks(self) -> Iterator[tuple[int, int]]:
        start = 0
        for group in range(self._file.num_row_groups):
            yield group, start
            start += self._file.metadata.row_group(group).num_rows

    def pieces(self, task: tuple[int, int], *, values: str | None = None) -> Iterator[Piece]:
        group, start = task
        wanted = [*self.layout.position, *([] if values is None else [values])]
        others = [column for column in self.layout.columns if column not in wanted]
        # The other columns are decoded in step, from the first piece on that is asked for them.
        rest = _Rest(lambda: self._batches(group, others))
        with _refusing(self.name):
            for number, batch in enumerate(self._batches(group, wanted)):
                numbered = _Batch(batch, start + 1 + np.arange(batch.num_rows))
                fields = _joined(batch, rest, number, len(others))
                yield _make_piece(numbered, self.layout, fields)
                start += batch.num_rows

    def _batches(self, group: int, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        batches: Iterator[pa.RecordBatch] = self._file.iter_batches(
            self.piece_rows,
            row_groups=[group],
            columns=list(dict.fromkeys(columns)),
            use_threads=False,
        )
        return (unpack_texts(batch, self.texts, name=self.name) for batch in batches)


class _Rest:
    """The batches of a row group's other columns, read as far as they are asked for."""

    def __init__(self, start: Callable[[], Iterator[pa.RecordBatch]]) -> None:
        self._start = start
        self._batches: Iterator[pa.RecordBatch] | None = None
        self._next = 0

    def __call__(self, number: int) -> pa.RecordBatch:
        if self._batches is None:
            self._batches = self._start()
        for batch in self._batches:
            self._next += 1
            if self._next > number:
                return batch
        raise PlaceError("columns of different lengths; write the file again")


def _joined(
    batch: pa.RecordBatch, rest: _Rest, number: int, n_others: int
) -> Callable[[], pa.RecordBatch]:
    """Return what puts a piece's other columns beside those at hand, read once."""
    made: list[pa.RecordBatch] = []

    def fields() -> pa.RecordBatch:
        if not made:
            whole = batch
            if n_others:
                other = rest(number)
                for name, column in zip(other.schema.names, other.columns, strict=True):
                    whole = whole.append_column(name, column)
            made.append(whole)
        return made[0]

    return fields


def _geoparquet_columns(name: str, schema: pa.Schema) -> tuple[str | None, tuple[str, ...]]:
    """Return the geometry column of a GeoParquet file, and the boxes that cover it."""
    text = (schema.metadata or {}).get(b"geo")
    if text is None:
        return None, ()
    try:
        primary = str(json.loads(text)["primary_column"])
        about = json.loads(text)["columns"][primary]
        encoding, crs, covering = about["encoding"], about.get("crs"), about.get("covering")
        hidden = {box[0] for box in covering["bbox"].values()} if covering else set()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PlaceError(
            f"{name}: its GeoParquet metadata are malformed; write it again"
        ) from error
    if encoding not in {"WKB", "point"}:
        raise PlaceError(f"{name}: geometry is encoded as {encoding!r}; expected WKB or point")
    if crs is not None and _crs_code(crs) not in _WGS84_CODES:
        raise PlaceError(f"{name}: is in another reference system; convert it to EPSG:4326 first")
    return (primary if primary in schema.names else None), tuple(hidden)


def _crs_code(crs: Any) -> tuple[str, str] | None:
    code = crs.get("id") if isinstance(crs, dict) else None
    return (str(code.get("authority")), str(code.get("code"))) if isinstance(code, dict) else None


class _Batch(NamedTuple):
    """Rows as they were read, their numbers in the file, and the torn ones among them."""

    rows: pa.RecordBatch
    numbers: NDArray[np.int64]
    torn: tuple[Reject, ...] = ()


class _BatchSites(SiteStream):
    """A file that is read from its beginning to its end: a task is what was read."""

    def pieces(self, task: _Batch, *, values: str | None = None) -> Iterator[Piece]:  # noqa: ARG002
        with _refusing(self.name):
            yield _make_piece(task, self.layout, lambda: task.rows)


@dataclass
class _DelimitedSites(_BatchSites):
    """CSV and its kin, all of it text; a gzip name is unpacked."""

    name: str
    asked: tuple[str | None, str | None, str | None]
    piece_rows: int
    layout: Layout = field(init=False)

    def __post_init__(self) -> None:
        import pyarrow as pa  # noqa: PLC0415

        with closing(self._unpacked()) as file:
            content = file.read(_HEAD_BYTES)
        self.encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
        # The last character may be cut in two.
        head = content.decode("utf-16" if self.encoding == "utf-16" else "utf-8-sig", "ignore")
        first = head[: head.find("\n") if "\n" in head else len(head)]
        self.delimiter = max("\t;,", key=first.count)
        try:
            header = next(csv.reader(io.StringIO(head, newline=""), delimiter=self.delimiter), None)
        except csv.Error as error:
            raise PlaceError(f"{self.name}:1: not well-formed CSV: {error}") from error
        if not header or not any(header):
            raise PlaceError(f"{self.name}: is empty; expected a header line and rows")
        self.header = tuple(header)
        columns = [(column.strip(), pa.string()) for column in header]
        self.layout = _make_layout(self.name, columns, self.asked)
        if not is_address(self.name):
            self.n_bytes = Path(self.name).stat().st_size

    def _unpacked(self) -> Any:
        import pyarrow as pa  # noqa: PLC0415

        file = _arrow_file(self.name)
        return pa.CompressedInputStream(file, "gzip") if self.name.lower().endswith(".gz") else file

    def tasks(self) -> Iterator[_Batch]:
        import pyarrow as pa  # noqa: PLC0415
        from pyarrow import csv as arrow_csv  # noqa: PLC0415

        torn: list[Any] = []

        def note(row: Any) -> str:
            torn.append(row)
            return "skip"

        with _refusing(self.name), _telling_quietly(), closing(self._unpacked()) as file:
            reader = arrow_csv.open_csv(
                file,
                read_options=arrow_csv.ReadOptions(
                    use_threads=False,
                    block_size=max(self.piece_rows * 64, 2**16),
                    encoding=self.encoding,
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=self.delimiter, newlines_in_values=True, invalid_row_handler=note
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(self.header, pa.string()), strings_can_be_null=False
                ),
            )
            last = 0
            for batch in reader:
                rows = batch.rename_columns(list(self.layout.columns))
                for start in range(0, rows.num_rows, self.piece_rows):
                    part = rows.slice(start, self.piece_rows)
                    # The reader counts the header, and tells of torn rows ahead of time.
                    gaps = [row.number - 1 for row in torn]
                    possible = np.arange(last + 1, last + 1 + part.num_rows + len(gaps))
                    numbers = np.setdiff1d(possible, gaps)[: part.num_rows]
                    last = int(numbers[-1])
                    passed = [row for row in torn if row.number - 1 < last]
                    del torn[: len(passed)]
                    yield _Batch(part, numbers, tuple(map(self._reject, passed)))
            if torn:
                none = self._no_rows()
                yield _Batch(none, np.empty(0, np.int64), tuple(map(self._reject, torn)))

    def _reject(self, row: Any) -> Reject:
        n_columns = len(self.layout.columns)
        why = f"{row.actual_columns} fields under {n_columns} columns; quote fields that hold the separator"
        return Reject(row.number - 1, why, (row.text, *[""] * (n_columns - 1)))

    def _no_rows(self) -> pa.RecordBatch:
        import pyarrow as pa  # noqa: PLC0415

        return pa.RecordBatch.from_pydict(
            {column: pa.array([], pa.string()) for column in self.layout.columns}
        )


@contextmanager
def _telling_quietly() -> Iterator[None]:
    """Keep a torn row that is no UTF-8 from being told of twice.

    pyarrow cannot hand it to a handler, prints that as an exception ignored, and then refuses.
    """
    usual = sys.unraisablehook

    def hook(told: Any) -> None:
        if not issubclass(told.exc_type, UnicodeDecodeError):
            usual(told)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = usual


@dataclass
class _VectorSites(_BatchSites):
    """FlatGeobuf and GeoPackage; from an address they are fetched whole first."""

    name: str
    asked: tuple[str | None, str | None, str | None]
    piece_rows: int
    layout: Layout = field(init=False)

    def __post_init__(self) -> None:
        import pyarrow as pa  # noqa: PLC0415

        with self._reader() as (meta, reader):
            if meta["crs"] not in {None, "EPSG:4326", "OGC:CRS84"}:
                raise PlaceError(f"{self.name}: is in {meta['crs']}; convert it to EPSG:4326 first")
            schema = pa.schema(reader.schema)
            self.n_rows = meta["features"] if meta.get("features", -1) >= 0 else None
        geometry = meta["geometry_name"] or "wkb_geometry"
        fields = [(column.name, column.type) for column in schema]
        self.layout = _make_layout(self.name, fields, self.asked, geometry=geometry)

    @contextmanager
    def _reader(self) -> Iterator[tuple[dict[str, Any], Any]]:
        import pyogrio  # noqa: PLC0415  loads GDAL, which few runs need

        with (
            warnings.catch_warnings(action="ignore"),  # of files that it then reads or refuses
            _refusing(self.name, Exception),
            self._fetched() as path,
            pyogrio.raw.open_arrow(path, batch_size=self.piece_rows, use_pyarrow=True) as opened,
        ):
            yield opened

    @contextmanager
    def _fetched(self) -> Iterator[Path]:
        if not is_address(self.name):
            path = _local(self.name)
            refuse_disguised(path)
            yield path.resolve()
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"sites{Path(self.name).suffix.lower()}"
            with _open(self.name) as far, path.open("wb") as near:
                shutil.copyfileobj(far, near)
            try:
                refuse_disguised(path)
            except DocumentError as error:
                raise DocumentError(str(error).replace(str(path), self.name)) from error
            yield path

    def tasks(self) -> Iterator[_Batch]:
        import pyarrow as pa  # noqa: PLC0415

        last = 0
        with self._reader() as (_, reader):
            for batch in reader:
                rows = pa.RecordBatch.from_arrays(
                    [_storage(column) for column in batch.columns], names=batch.schema.names
                )
                yield _Batch(rows, last + 1 + np.arange(rows.num_rows))
                last += rows.num_rows


def _storage(column: Any) -> Any:
    return getattr(column, "storage", column)


def _make_piece(
    batch: _Batch, layout: Layout, fields: Callable[[], pa.Table | pa.RecordBatch]
) -> Piece:
    """Read positions and precisions, and put aside the rows where there are none."""
    rows = batch.rows
    if layout.geometry is None:
        lat, lat_wrong = _read_numbers(rows[layout.lat], _PLAIN_DEGREES)
        lon, lon_wrong = _read_numbers(rows[layout.lon], _PLAIN_DEGREES)
        wrong = lat_wrong | lon_wrong
    else:
        lon, lat, wrong = _read_points(rows[layout.geometry])
    if layout.precision is None:
        precision_km = np.zeros(rows.num_rows)
    else:
        precision_km, precision_wrong = _read_numbers(rows[layout.precision], _PLAIN_NUMBER)
        wrong |= precision_wrong | ~((precision_km >= 0) & (precision_km <= FARTHEST_KM))
    wrong |= ~((np.abs(lat) <= 90) & (np.abs(lon) <= 180))  # noqa: PLR2004
    why: dict[int, str] = {}
    for index in np.flatnonzero(wrong).tolist():
        try:
            lonlat, precision_km[index] = _by_the_rules(
                rows, layout, index, (lon[index], lat[index])
            )
            lon[index], lat[index] = lonlat
        except (PlaceError, QuantityError) as error:
            why[index] = str(error).removeprefix(": ")
    good = np.delete(np.arange(rows.num_rows), list(why)) if why else np.arange(rows.num_rows)
    rejects = list(batch.torn)
    if why:
        told = zip(*_taken(fields(), layout, list(why)), strict=True)
        numbers = batch.numbers[list(why)].tolist()
        rejects += map(Reject, numbers, why.values(), told)
        lon, lat, precision_km = lon[good], lat[good], precision_km[good]
    precision_m = precision_km * 1000

    def take(indices: _Indices) -> SiteTable:
        rows = good[indices]
        columns = dict(zip(layout.columns, _taken(fields(), layout, rows), strict=True))

        def words(column: str | None, missing: Any) -> tuple[Any, ...]:
            if column is None:
                return (missing,) * len(rows)
            return tuple(text_of(value) for value in columns[column])

        return SiteTable(
            names=words(layout.name, ""),
            ids=words(layout.id, ""),
            kinds=words(layout.kind, None),
            lon=lon[indices],
            lat=lat[indices],
            precision_m=precision_m[indices],
            columns=layout.columns,
            rows=tuple(zip(*columns.values(), strict=True)),
        )

    def values(column: str) -> _Floats:
        found, _ = _read_numbers(fields()[column], _PLAIN_NUMBER)
        found[~np.isfinite(found)] = np.nan
        return found[good]

    return Piece(
        n_rows=rows.num_rows + len(batch.torn),
        lon=lon,
        lat=lat,
        precision_m=precision_m,
        rejects=tuple(sorted(rejects, key=lambda reject: reject.row)),
        take=take,
        values=values,
    )


def _by_the_rules(
    rows: pa.RecordBatch, layout: Layout, index: int, read: tuple[float, float]
) -> tuple[tuple[float, float], float]:
    """Read one row's position and precision as a small file's are, or raise why not."""
    if layout.geometry is None:
        lon = _degrees(rows[layout.lon][index].as_py(), "longitude")
        lat = _degrees(rows[layout.lat][index].as_py(), "latitude")
        position = check_position(lon, lat, what="")
    elif any(np.isnan(read)):
        raise PlaceError("geometry is missing or no point; expected a Point")
    else:
        position = check_position(*read, what="")
    if layout.precision is None:
        return position, 0.0
    return position, parse_precision([rows[layout.precision][index].as_py()], 0, "")


def _degrees(value: Any, what: str) -> float:
    if value is None or isinstance(value, bool):
        raise QuantityError(f"{what} is missing; expected decimal degrees")
    if isinstance(value, str):
        return parse_degrees(value, what, "")
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise QuantityError(f"{what} is {str(value)[:40]!r}; expected decimal degrees") from error


def _read_numbers(array: Any, plain: str) -> tuple[_Floats, NDArray[np.bool_]]:
    """Return a column as numbers, and where the rules must be asked; NaN stands there."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    if isinstance(array.type, pa.DictionaryType):
        array = array.cast(array.type.value_type)
    array = _plain(array)
    kind = array.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        array = pc.if_else(pc.match_substring_regex(array, plain), array, None)
        array = pc.utf8_ltrim(array, "+").cast(pa.float64())
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        array = array.cast(pa.float64(), safe=False)
    else:
        array = pa.nulls(len(array), pa.float64())
    found = np.array(array.fill_null(np.nan).to_numpy(zero_copy_only=False))
    return found, np.isnan(found)


def _read_points(array: Any) -> tuple[_Floats, _Floats, NDArray[np.bool_]]:
    """Return longitudes, latitudes and where there is no point, from WKB or pairs."""
    import pyarrow as pa  # noqa: PLC0415

    array = _storage(array)
    if pa.types.is_struct(array.type):
        x, y = (np.array(array.field(name).to_numpy(zero_copy_only=False), float) for name in "xy")
        x[array.is_null().to_numpy(zero_copy_only=False)] = np.nan
        return x, y, np.isnan(x) | np.isnan(y)
    array = array.cast(pa.large_binary())
    n = len(array)
    validity, offsets, data = array.buffers()
    ends = np.frombuffer(offsets, np.int64)[array.offset : array.offset + n + 1]
    octets = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
    whole = np.diff(ends) >= _WKB_POINT_BYTES
    if validity is not None:
        whole &= array.is_valid().to_numpy(zero_copy_only=False)
    starts = ends[:-1][whole]
    lonlat = np.full((2, n), np.nan)
    parts = octets[starts[:, None] + np.arange(_WKB_POINT_BYTES)]
    for order, sign in ((1, "<"), (0, ">")):
        picked = parts[:, 0] == order
        kinds = parts[picked, 1:5].copy().view(f"{sign}u4").ravel()
        # Points with or without a third and a fourth ordinate, as ISO and others mark them.
        points = np.isin(kinds & 0x1FFF_FFFF, (1, 1001, 2001, 3001)) & (kinds & 0x2000_0000 == 0)
        rows = np.flatnonzero(whole)[picked][points]
        ordinates = parts[picked][points][:, 5:].copy().view(f"{sign}f8")
        lonlat[:, rows] = ordinates.T
    return lonlat[0], lonlat[1], np.isnan(lonlat).any(axis=0)
