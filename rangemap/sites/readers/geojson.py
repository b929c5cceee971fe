"""GeoJSON points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from rangemap.errors import PlaceError
from rangemap.geodesy.position import LonLat
from rangemap.io.documents import Document, parse_json
from rangemap.io.files import decode, read_bytes
from rangemap.io.geojson import point_features
from rangemap.limits import MOST_ROWS
from rangemap.sites.raw import RawTable, Row
from rangemap.sites.readers.log import ReadLog
from rangemap.sites.table import refuse_large_table

_SEQUENCES: Final = (".geojsonl", ".geojsons", ".geojsonseq", ".ndjson", ".jsonl")
GEOJSON: Final = (".geojson", ".json", *_SEQUENCES)


def read_geojson(log: ReadLog) -> RawTable:
    """Read GeoJSON points, or a list of objects; an invalid feature becomes a row with a problem.

    The features are in a collection, a list or a text sequence (one in each line, or after each
    record separator), or there is only one. A list of other objects is a table whose columns are
    their keys.

    Raises
    ------
    DocumentError
        If the file is not well-formed, or contains something else.
    """
    content = decode(read_bytes(log.path, largest=log.largest), name=log.name)
    if log.path.suffix.lower() in _SEQUENCES:
        parsed: Any = list(_sequence(content, log))
    else:
        parsed = parse_json(content, name=log.name).content
    if isinstance(parsed, list) and _are_records(parsed):
        return _table(parsed, log)
    if isinstance(parsed, dict) and parsed.get("type") == "Feature":
        parsed = [parsed]
    if isinstance(parsed, list) and all(isinstance(part, dict) for part in parsed):
        parsed = {"type": "FeatureCollection", "features": parsed}
    document = Document(log.name, parsed)
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


def _sequence(text: str, log: ReadLog) -> Iterator[Any]:
    """Yield the documents of a text sequence."""
    separator = "\x1e" if "\x1e" in text else "\n"
    if text.count(separator) > MOST_ROWS:
        raise log.refusal(f"more than {MOST_ROWS:,} features; split it")
    for number, part in enumerate(text.split(separator), start=1):
        if not part.strip():
            continue
        content = parse_json(part, name=f"{log.name}: record {number}").content
        if not isinstance(content, dict):
            raise log.refusal(f"record {number} is not an object; expected a Feature in each")
        yield content


def _are_records(parts: list[Any]) -> bool:
    """Whether the parts of a list are objects that are not GeoJSON."""
    return bool(parts) and all(isinstance(part, dict) and "geometry" not in part for part in parts)


def _table(records: list[dict[str, Any]], log: ReadLog) -> RawTable:
    columns = tuple(dict.fromkeys(key for record in records for key in record))
    refuse_large_table(columns, log.name, len(records))
    rows = (
        Row(number, tuple(record.get(column) for column in columns))
        for number, record in enumerate(records, start=1)
    )
    return RawTable(columns, tuple(rows), row_noun="record")


def _id_and_properties(feature: Any) -> tuple[Any, dict[str, Any]]:
    """Return the id and the properties of a feature, which may be invalid."""
    known = feature if isinstance(feature, dict) else {}
    properties = known.get("properties")
    return known.get("id"), properties if isinstance(properties, dict) else {}
