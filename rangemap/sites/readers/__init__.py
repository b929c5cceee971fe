"""One reader per format, for checks and for imports: from an untrusted file to its raw rows.

What a format leaves open (text encoding, delimiter, sheet) comes from the `ReadLog` of the caller, which
also receives what the file itself decides.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rangemap.sites.formats import PARQUET
from rangemap.sites.raw import RawTable
from rangemap.sites.readers.geojson import GEOJSON, read_geojson
from rangemap.sites.readers.gpx import GPX, read_gpx
from rangemap.sites.readers.kml import KML, read_kml
from rangemap.sites.readers.log import ReadLog
from rangemap.sites.readers.parquet import read_parquet
from rangemap.sites.readers.vector import VECTOR, read_vector

READERS: Final[dict[str, Callable[[ReadLog], RawTable]]] = {
    **dict.fromkeys(GEOJSON, read_geojson),
    **dict.fromkeys(GPX, read_gpx),
    **dict.fromkeys(KML, read_kml),
    **dict.fromkeys(VECTOR, read_vector),
    **dict.fromkeys(PARQUET, read_parquet),
}
"""The formats whose columns have names, and whose rows may have positions."""
