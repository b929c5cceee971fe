"""Files of sites read in chunks: Parquet, CSV, FlatGeobuf, GeoPackage, local or remote.

`opening` finds the reader for a name; each format has a module; `batches` turns the rows read
into chunks; `stream` has the records; `addresses` opens local and remote files.
"""

from rangemap.places.pieces.addresses import is_address
from rangemap.places.pieces.layout import Layout
from rangemap.places.pieces.opening import can_stream, open_sites, read_sites
from rangemap.places.pieces.stream import (
    PIECE_ROWS,
    Piece,
    Reject,
    SiteStream,
    TableStream,
    refuse_rejects,
)

__all__ = [
    "PIECE_ROWS",
    "Layout",
    "Piece",
    "Reject",
    "SiteStream",
    "TableStream",
    "can_stream",
    "is_address",
    "open_sites",
    "read_sites",
    "refuse_rejects",
]
