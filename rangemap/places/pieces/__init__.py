"""Files of sites read piece by piece: Parquet, CSV, FlatGeobuf, GeoPackage, near or far.

`opening` goes from a name to its reader; each format has a module; `batches` makes pieces of
what they read; `stream` has the records; `addresses` opens files, here and elsewhere.
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
