"""Sites from anywhere: held in memory, or read from a file, whole or in chunks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rangemap.errors import PlaceError
from rangemap.sites.advice import import_command, is_other_notation
from rangemap.sites.columns import ColumnNames, Layout
from rangemap.sites.stream.values import to_number
from rangemap.sites.table import NAME_COLUMNS, SiteTable, find_column, refuse_large_table
from rangemap.text import sanitised

CHUNK_ROWS: Final = 262_144
MOST_LISTED_REJECTS: Final = 15
"""Invalid rows that an error lists; it does not count the others."""

_Floats = NDArray[np.float64]
_Indices = NDArray[np.intp]


class Reject(NamedTuple):
    """A row without a valid position: its number in the file from 1, the reason, and its fields.

    ``label`` is how errors call the row, if it has a name. ``is_stray`` is whether it is valid
    but for its longitude from 180 to 360, which other rows of the file exclude.
    """

    row: int
    reason: str
    fields: tuple[Any, ...]
    label: str = ""
    is_stray: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A chunk of consecutive rows of a file of sites; those without a valid position are separate.

    ``lon``, ``lat`` (degrees) and ``precision_m`` are arrays of the valid rows. ``take``
    returns some of the valid rows as a table; ``values`` returns a column as numbers, NaN
    if a valid row has none. Longitudes from 180 to 360 have been brought into range; ``far`` are
    the first of their rows, to be rejected if any chunk has a negative longitude (``has_west``).
    """

    n_rows: int
    lon: _Floats
    lat: _Floats
    precision_m: _Floats
    rejects: tuple[Reject, ...]
    take: Callable[[_Indices], SiteTable]
    values: Callable[[str], _Floats]
    far: tuple[Reject, ...] = ()
    has_west: bool = False


def _row_of(reject: Reject) -> int:
    return reject.row


class SiteSource(ABC):
    """Sites that are read as a table or in chunks, whichever the caller needs.

    It can be sent to other processes, which open the file themselves.
    """

    name: str
    layout: Layout
    chunk_rows: int
    n_rows: int | None = None
    size: float = 0
    """Bytes of the file that are not in memory yet; infinite for a remote file."""
    notes: tuple[str, ...] = ()
    """Notes on parts of the file that are not read."""
    is_file: ClassVar[bool] = True
    untyped: ClassVar[bool] = False
    """Whether every value is text because the format has no types."""
    row_noun: str = "row"
    first_wrapped: int | None = None
    """The first row whose longitude was above 180, once the table is read, if all are from 0 to 360."""
    wraps: bool = True
    """Whether longitudes from 180 to 360 are brought into range; otherwise they are rejected."""

    @abstractmethod
    def tasks(self) -> Iterator[Any]:
        """Yield the tasks that `chunks` accepts, in the order of the file."""

    @abstractmethod
    def chunks(self, task: Any, *, needed: Sequence[str] = ()) -> Iterator[Chunk]:
        """Yield the chunks of one task; the columns ``needed`` are read with the positions."""

    @property
    def types(self) -> tuple[Any, ...]:
        """The Arrow types of the columns; none if their values determine them."""
        return self.layout.types

    @property
    def is_empty(self) -> bool:
        """Whether it is known to have no rows."""
        return self.n_rows == 0

    def table(self, *, named: bool = True, skip_option: str = "") -> SiteTable:
        """Return all sites; they are read once.

        Parameters
        ----------
        named : bool, default True
            Whether to refuse sites without a column of names.
        skip_option : str, optional
            The option that skips invalid rows, for the error about them.

        Raises
        ------
        PlaceError
            If a row has no valid position: one line for each such row.
        DocumentError
            If the file cannot be read or is too large for memory.
        """
        if named:
            self.require_names()
        table, rejects = self._whole
        self.refuse(rejects, skip_option=skip_option)
        return table

    @cached_property
    def _whole(self) -> tuple[SiteTable, tuple[Reject, ...]]:
        return self._read_whole()

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_whole"}

    def _read_whole(self) -> tuple[SiteTable, tuple[Reject, ...]]:
        """Return the valid rows as one table, and the others."""
        columns = self.layout.columns
        refuse_large_table(columns, self.name, self.n_rows or 0)
        chunks: list[Chunk] = []
        n_rows = 0
        for task in self.tasks():
            for chunk in self.chunks(task):
                chunks.append(chunk)
                n_rows += chunk.n_rows
                refuse_large_table(columns, self.name, n_rows)
        tables = [chunk.take(np.arange(len(chunk.lon))) for chunk in chunks]
        table = SiteTable(
            names=tuple(name for table in tables for name in table.names),
            ids=tuple(key for table in tables for key in table.ids),
            kinds=tuple(kind for table in tables for kind in table.kinds),
            lon=np.concatenate([np.empty(0), *(table.lon for table in tables)]),
            lat=np.concatenate([np.empty(0), *(table.lat for table in tables)]),
            precision_m=np.concatenate([np.empty(0), *(table.precision_m for table in tables)]),
            columns=columns,
            rows=tuple(row for table in tables for row in table.rows),
            untyped=self.untyped,
        )
        rejects = [reject for chunk in chunks for reject in chunk.rejects]
        far = [reject for chunk in chunks for reject in chunk.far]
        if any(chunk.has_west for chunk in chunks):
            rejects += far
        elif far:
            self.first_wrapped = far[0].row
        return table, tuple(rejects)

    def require_column(self, column: str, option: str) -> None:
        """Refuse a column that the file does not have."""
        if column not in self.layout.columns:
            raise PlaceError(
                f"{self.name}: has no column {column!r}; it has"
                f" {sanitised(', '.join(self.layout.columns))}; choose one with {option}"
            )

    def require_names(self) -> None:
        """Refuse a file without a column of names."""
        find_column(
            self.layout.columns, self.name, self.layout.name, NAME_COLUMNS, "name", "--name"
        )

    def refuse(self, rejects: Sequence[Reject], *, skip_option: str = "") -> None:
        """Raise a `PlaceError` with one line for each rejected row, if there is one."""
        if not rejects:
            return
        # Stray longitudes are known only once all rows are read, which many others prevent.
        others = [reject for reject in rejects if not reject.is_stray]
        shown = others if len(others) > MOST_LISTED_REJECTS else sorted(rejects, key=_row_of)
        listed = shown[:MOST_LISTED_REJECTS]
        lines = [
            f"{self.name}: {reject.label or f'{self.row_noun} {reject.row}'}: {reject.reason}"
            for reject in listed
        ]
        convertible = next(
            filter(lambda i: self._is_convertible(listed[i]), range(len(lines))), None
        )
        if convertible is not None:
            lines[convertible] += f", or convert the file with `{import_command(self.name)}`"
        if len(shown) > len(listed):
            lines.append(f"{self.name}: and more bad rows")
        if skip_option and len(rejects) == 1:
            lines[0] += f"; or skip this {self.row_noun} with {skip_option}"
        elif skip_option:
            lines.append(
                f"{self.name}: fix these {self.row_noun}s, or skip them with {skip_option}"
            )
        raise PlaceError(*lines)

    def _is_convertible(self, reject: Reject) -> bool:
        """Whether the position of a row is in a notation that an import reads."""
        cells = dict(zip(self.layout.columns, reject.fields, strict=False))
        columns = filter(None, (self.layout.lat, self.layout.lon))
        return any(is_other_notation(cells.get(column)) for column in columns)


@dataclass
class SiteFile(SiteSource):
    """A file of sites, whose columns are known once it is opened."""

    name: str
    requested: ColumnNames
    chunk_rows: int
    layout: Layout = field(init=False)

    @abstractmethod
    def __post_init__(self) -> None:
        """Find the columns, and the number of rows if the file states it."""


@dataclass
class TableSites(SiteSource):
    """Sites in memory, and the rows of their file that are not valid."""

    name: str
    sites: SiteTable
    rejects: tuple[Reject, ...] = ()
    chunk_rows: int = CHUNK_ROWS
    layout: Layout = field(init=False)
    is_file: ClassVar[bool] = False

    def __post_init__(self) -> None:
        self.layout = Layout(columns=self.sites.columns)
        self.n_rows = len(self.sites) + len(self.rejects)

    def __getstate__(self) -> dict[str, Any]:
        return dict(self.__dict__)

    def _read_whole(self) -> tuple[SiteTable, tuple[Reject, ...]]:
        return self.sites, self.rejects

    def require_names(self) -> None:
        """Accept any table: whoever made it named its sites."""

    def tasks(self) -> Iterator[int]:
        """Yield the first row of each chunk."""
        yield from range(0, max(len(self.sites), bool(self.rejects)), self.chunk_rows)

    def chunks(
        self,
        task: int,
        *,
        needed: Sequence[str] = (),  # noqa: ARG002  every column is in memory
    ) -> Iterator[Chunk]:
        """Yield the chunk that starts at a row; the first one has all invalid rows."""
        rows = slice(task, task + self.chunk_rows)
        rejects = self.rejects if task == 0 else ()

        def numbers(column: str) -> _Floats:
            place = self.sites.columns.index(column)
            return np.array([to_number(row[place]) for row in self.sites.rows[rows]], np.float64)

        yield Chunk(
            n_rows=len(self.sites.names[rows]) + len(rejects),
            lon=self.sites.lon[rows],
            lat=self.sites.lat[rows],
            precision_m=self.sites.precision_m[rows],
            rejects=rejects,
            take=lambda indices: self.sites.take((indices + task).tolist()),
            values=numbers,
        )
