"""Files of sites read in chunks: Parquet, CSV, FlatGeobuf, GeoPackage, local or remote.

`open` finds the reader for a name; each format has a module; `batches` turns the rows read
into chunks; `base` has the records; `addresses` opens local and remote files.
"""

from rangemap.sites.stream.addresses import is_address
from rangemap.sites.stream.base import (
    CHUNK_ROWS,
    Chunk,
    Reject,
    SiteStream,
    TableStream,
    refuse_rejects,
)
from rangemap.sites.stream.layout import Layout
from rangemap.sites.stream.open import can_stream, open_sites, read_sites

__all__ = [
    "CHUNK_ROWS",
    "Chunk",
    "Layout",
    "Reject",
    "SiteStream",
    "TableStream",
    "can_stream",
    "is_address",
    "open_sites",
    "read_sites",
    "refuse_rejects",
]
