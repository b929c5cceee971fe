"""Records for reading in chunks: a stream of sites, a chunk of it, an invalid row."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rangemap.errors import PlaceError
from rangemap.sites.stream.layout import ColumnNames, Layout
from rangemap.sites.stream.values import to_number
from rangemap.sites.table import NAME_COLUMNS, SiteTable, find_column, first_lines
from rangemap.text import sanitised

CHUNK_ROWS: Final = 262_144

_Floats = NDArray[np.float64]
_Indices = NDArray[np.intp]


class Reject(NamedTuple):
    """A row without a valid position: its number in the file from 1, the reason, and its fields."""

    row: int
    reason: str
    fields: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A chunk of consecutive rows of a file of sites; those without a valid position are separate.

    ``lon``, ``lat`` (degrees) and ``precision_m`` are arrays of the valid rows. ``take``
    returns some of the valid rows as a table; ``values`` returns a column as numbers, NaN
    if a valid row has none.
    """

    n_rows: int
    lon: _Floats
    lat: _Floats
    precision_m: _Floats
    rejects: tuple[Reject, ...]
    take: Callable[[_Indices], SiteTable]
    values: Callable[[str], _Floats]


class SiteStream(ABC):
    """A file of sites that is read in chunks.

    It can be sent to other processes, which open the file themselves.
    """

    name: str
    layout: Layout
    chunk_rows: int
    n_rows: int | None = None
    untyped: ClassVar[bool] = False
    """Whether every value is text because the format has no types."""

    @abstractmethod
    def tasks(self) -> Iterator[Any]:
        """Yield the tasks that `chunks` accepts, in the order of the file."""

    @abstractmethod
    def chunks(self, task: Any, *, values: str | None = None) -> Iterator[Chunk]:
        """Yield the chunks of one task; ``values`` is a column that will be needed."""

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
            self.layout.columns, Path(self.name), self.layout.name, NAME_COLUMNS, "name", "--name"
        )


@dataclass
class FileStream(SiteStream):
    """A file of any format, whose columns are known once it is opened."""

    name: str
    requested: ColumnNames
    chunk_rows: int
    layout: Layout = field(init=False)

    @abstractmethod
    def __post_init__(self) -> None:
        """Find the columns, and the number of rows if the file states it."""


@dataclass
class TableStream(SiteStream):
    """A table of sites in memory, as a stream."""

    name: str
    table: SiteTable
    chunk_rows: int = CHUNK_ROWS
    layout: Layout = field(init=False)

    def __post_init__(self) -> None:
        self.layout = Layout(columns=self.table.columns)
        self.n_rows = len(self.table)

    def tasks(self) -> Iterator[int]:
        """Yield the first row of each chunk."""
        yield from range(0, len(self.table), self.chunk_rows)

    def chunks(self, task: int, *, values: str | None = None) -> Iterator[Chunk]:
        """Yield the chunk that starts at a row."""
        rows = slice(task, task + self.chunk_rows)

        def numbers(column: str) -> _Floats:
            place = self.table.columns.index(column)
            return np.array([to_number(row[place]) for row in self.table.rows[rows]], np.float64)

        yield Chunk(
            n_rows=len(self.table.names[rows]),
            lon=self.table.lon[rows],
            lat=self.table.lat[rows],
            precision_m=self.table.precision_m[rows],
            rejects=(),
            take=lambda indices: self.table.take((indices + task).tolist()),
            values=numbers,
        )


def refuse_rejects(name: str, rejects: Sequence[Reject]) -> None:
    """Raise a `PlaceError` with one line for each rejected row, if there is one."""
    if rejects:
        lines = [f"{name}: row {reject.row}: {reject.reason}" for reject in rejects]
        raise PlaceError(*first_lines(lines, Path(name)))
