"""GeoJSON points."""

from __future__ import annotations

from typing import Any, Final

from rangemap.errors import PlaceError
from rangemap.geodesy.position import LonLat
from rangemap.io.documents import parse_json
from rangemap.io.files import decode, read_bytes
from rangemap.io.geojson import point_features
from rangemap.sites.raw import RawTable, Row
from rangemap.sites.readers.log import ReadLog
from rangemap.sites.table import refuse_large_table

GEOJSON: Final = (".geojson", ".json")


def read_geojson(log: ReadLog) -> RawTable:
    """Read a GeoJSON collection of points; an invalid feature becomes a row with a problem.

    Raises
    ------
    DocumentError
        If the file is not a well-formed FeatureCollection.
    """
    content = decode(read_bytes(log.path, largest=log.largest), name=log.name)
    document = parse_json(content, name=log.name)
    records: list[dict[str, Any]] = []
    found: list[tuple[LonLat | None, str | None, str]] = []
    every: list[dict[str, Any]] = []
    has_ids = False
    for number, feature in enumerate(point_features(document, wrap=False)):
        if isinstance(feature, PlaceError):
            key, properties = _id_and_properties(document.content["features"][number])
            (finding,) = feature.findings
            found.append((None, finding.message, finding.record))
        else:
            _, key, lonlat, properties = feature
            found.append((lonlat, None, ""))
        has_ids = has_ids or key is not None
        every.append(properties)
        records.append({"id": key, **properties})
    columns = dict.fromkeys(key for properties in every for key in properties)
    if has_ids:
        columns.setdefault("id")
    refuse_large_table(columns, log.name, len(records))
    rows = (
        Row(number, tuple(record.get(column) for column in columns), *position)
        for number, (record, position) in enumerate(zip(records, found, strict=True), start=1)
    )
    return RawTable(tuple(columns), tuple(rows), located=True, row_noun="feature")


def _id_and_properties(feature: Any) -> tuple[Any, dict[str, Any]]:
    """Return the id and the properties of a feature, which may be invalid."""
    known = feature if isinstance(feature, dict) else {}
    properties = known.get("properties")
    return known.get("id"), properties if isinstance(properties, dict) else {}
