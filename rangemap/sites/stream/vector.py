"""FlatGeobuf and GeoPackage, read by GDAL; remote files are downloaded first."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rangemap.io.files import scratch
from rangemap.sites.formats import check_crs
from rangemap.sites.gdal import only_layer, refuse_disguised
from rangemap.sites.stream.addresses import is_address, local_path, open_binary, reader_errors
from rangemap.sites.stream.batches import Batch, BatchStream, number_rows
from rangemap.sites.stream.layout import make_layout
from rangemap.sites.wkb import storage


class VectorSites(BatchStream):
    """A layer of points."""

    def __post_init__(self) -> None:
        import pyarrow as pa

        with self._reader() as (meta, reader):
            check_crs(meta["crs"], name=self.name)
            schema = pa.schema(reader.schema)
            self.n_rows = meta["features"] if meta.get("features", -1) >= 0 else None
        geometry = meta["geometry_name"] or "wkb_geometry"
        fields = [(column.name, column.type) for column in schema]
        self.layout = make_layout(self.name, fields, self.requested, geometry=geometry)

    @contextmanager
    def _reader(self) -> Iterator[tuple[dict[str, Any], Any]]:
        import pyogrio  # loads GDAL, which few runs need

        with (
            warnings.catch_warnings(action="ignore"),  # pyogrio then reads or refuses the file
            reader_errors(self.name, Exception),
            self._fetched() as path,
            pyogrio.raw.open_arrow(
                path,
                layer=only_layer(path, name=self.name),
                batch_size=self.chunk_rows,
                use_pyarrow=True,
            ) as opened,
        ):
            yield opened

    @contextmanager
    def _fetched(self) -> Iterator[Path]:
        if not is_address(self.name):
            path = local_path(self.name)
            refuse_disguised(path, name=self.name)
            yield path.resolve()
            return
        with scratch() as folder:
            path = folder / f"sites{Path(self.name).suffix.lower()}"
            with open_binary(self.name) as remote, path.open("wb") as copy:
                shutil.copyfileobj(remote, copy)
            refuse_disguised(path, name=self.name)
            yield path

    def tasks(self) -> Iterator[Batch]:
        """Yield the features."""
        import pyarrow as pa

        with self._reader() as (_, reader):
            batches = (
                pa.RecordBatch.from_arrays(
                    [storage(column) for column in batch.columns], names=batch.schema.names
                )
                for batch in reader
            )
            yield from number_rows(batches, 1)
