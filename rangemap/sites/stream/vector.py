"""FlatGeobuf and GeoPackage, read by GDAL; remote files are downloaded first."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from rangemap.errors import PlaceError
from rangemap.io.crs import check_crs
from rangemap.sites.columns import make_layout
from rangemap.sites.gdal import only_layer, read_features, refuse_disguised
from rangemap.sites.readers.vector import point_rows, to_python
from rangemap.sites.source import Reject
from rangemap.sites.stream.addresses import (
    fetched,
    is_address,
    local_path,
    reader_errors,
    require_pyarrow,
    size_of,
)
from rangemap.sites.stream.batches import Batch, BatchStream, number_rows
from rangemap.sites.table import SiteTable, refuse_large_table
from rangemap.sites.whole import locate
from rangemap.sites.wkb import are_offsets_whole, storage

_GEOMETRY: Final = "wkb_geometry"
"""The column of geometries in GDAL's batches if the format does not name it."""


class VectorSites(BatchStream):
    """A layer of points."""

    row_noun = "feature"

    def __post_init__(self) -> None:
        import pyogrio  # loads GDAL, which few runs need

        self.size = size_of(self.name)
        with (
            warnings.catch_warnings(action="ignore"),  # pyogrio then reads or refuses the file
            reader_errors(self.name, Exception),
            self._fetched() as path,
        ):
            meta = pyogrio.read_info(path, layer=only_layer(path, name=self.name))
        check_crs(meta["crs"], name=self.name)
        self.n_rows = meta["features"] if meta.get("features", -1) >= 0 else None
        geometry = meta["geometry_name"] or _GEOMETRY
        fields = [*((str(column), None) for column in meta["fields"]), (geometry, None)]
        self.layout = make_layout(self.name, fields, self.requested, geometry=geometry)

    @cached_property
    def types(self) -> tuple[Any, ...]:
        """The Arrow types of the columns."""
        with self._reader() as reader:
            schema = reader.schema
        return tuple(schema.field(column).type for column in self.layout.columns)

    def _read_whole(self) -> tuple[SiteTable, tuple[Reject, ...]]:
        if is_address(self.name):
            return super()._read_whole()
        columns, geometries, fields = read_features(Path(self.name), name=self.name)
        refuse_large_table(columns, self.name, len(geometries))
        cells = [[to_python(value) for value in column] for column in fields]
        rows = point_rows(cells, geometries)
        table, rejects, self.first_wrapped = locate(
            rows, self.layout, name=self.name, untyped=False
        )
        return table, rejects

    @contextmanager
    def _reader(self) -> Iterator[Any]:
        require_pyarrow(self.name)

        import pyogrio

        with (
            warnings.catch_warnings(action="ignore"),
            reader_errors(self.name, Exception),
            self._fetched() as path,
            pyogrio.raw.open_arrow(
                path,
                layer=only_layer(path, name=self.name),
                batch_size=self.chunk_rows,
                use_pyarrow=True,
            ) as (_, reader),
        ):
            yield reader

    @contextmanager
    def _fetched(self) -> Iterator[Path]:
        with fetched(self.name, largest=None) as path:
            local = path if is_address(self.name) else local_path(self.name)
            refuse_disguised(local, name=self.name)
            yield local.resolve()

    def tasks(self) -> Iterator[Batch]:
        """Yield the features."""
        import pyarrow as pa

        with self._reader() as reader:
            batches = (
                pa.RecordBatch.from_arrays(
                    [storage(column) for column in batch.columns], names=batch.schema.names
                )
                for batch in reader
            )
            for batch in number_rows(batches, 1):
                yield self._with_whole_geometries(batch)

    def _with_whole_geometries(self, batch: Batch) -> Batch:
        """Return a batch whose geometries are read again if GDAL has mixed them up.

        After a feature without a geometry, GDAL 3.12 restarts the geometries of a FlatGeobuf at
        the beginning of their memory: later points replace earlier ones, and the offsets decrease.
        """
        import pyarrow as pa
        import pyogrio

        geometry = self.layout.geometry
        if geometry is None or are_offsets_whole(batch.rows[geometry]):
            return batch
        first, n_rows = int(batch.numbers[0]), batch.rows.num_rows
        with reader_errors(self.name, Exception), self._fetched() as path:
            _, _, points, _ = pyogrio.raw.read(
                path,
                layer=only_layer(path, name=self.name),
                columns=[],
                skip_features=first - 1,
                max_features=n_rows,
            )
        if len(points) != n_rows:
            raise PlaceError(f"{self.name}: geometries cannot be read; save the file again")
        index = batch.rows.schema.get_field_index(geometry)
        column = pa.array(points, pa.binary())
        return batch._replace(rows=batch.rows.set_column(index, geometry, column))
