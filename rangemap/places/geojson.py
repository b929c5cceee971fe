"""GeoJSON points, read by our own code, since a GeoJSON driver accepts far more than GeoJSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rangemap.documents import Document
from rangemap.errors import PlaceError, QuantityError
from rangemap.limits import MOST_ROWS, quoted
from rangemap.quantities import LonLat, check_position

_LONGEST_KIND = 40
Feature = tuple[str, Any, LonLat, dict[str, Any]]
"""Where it is, as text; its id, if any; its position; its properties."""


def point_features(document: Document) -> Iterator[Feature | PlaceError]:
    """Yield each feature of a collection of points, or the error in it.

    Raises
    ------
    PlaceError
        If the document is not a FeatureCollection.
    """
    name, content = document.name, document.content
    kind = content.get("type") if isinstance(content, dict) else type(content).__name__
    features = content.get("features") if isinstance(content, dict) else None
    if kind != "FeatureCollection":
        shown = kind if isinstance(kind, str) and len(kind) < _LONGEST_KIND else quoted(kind)
        raise PlaceError(f"{name}: is a {shown}; expected a FeatureCollection of points")
    if not isinstance(features, list):
        raise PlaceError(f"{name}: features is not a list; expected a FeatureCollection of points")
    if len(features) > MOST_ROWS:
        raise PlaceError(f"{name}: more than {MOST_ROWS:,} features; split it")
    for index, feature in enumerate(features):
        line = document.line(("features", index))
        where = (
            f"{name}: feature {index + 1}"
            if line is None
            else f"{name}:{line}: feature {index + 1}"
        )
        try:
            yield _point(feature, where)
        except (PlaceError, QuantityError) as error:
            yield PlaceError(str(error))


def _point(feature: Any, where: str) -> Feature:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise PlaceError(f"{where}: is not a Feature; expected one with a Point")
    key = feature.get("id")
    if key is not None and type(key) not in {str, int, float}:
        raise PlaceError(f"{where}: id is not a string or number; write one or leave it out")
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        raise PlaceError(f"{where}: properties is not an object; write one")
    label = properties.get("name", key)
    where = where if label is None else f"{where} ({str(label)[:100]!r})"
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        kind = geometry.get("type") if isinstance(geometry, dict) else geometry
        raise PlaceError(f"{where}: geometry is {quoted(kind)}; expected a Point")
    position = geometry.get("coordinates")
    if (
        not isinstance(position, list)
        or not 2 <= len(position) <= 4  # lon, lat and ordinates that other tools add
        or not all(type(part) in {int, float} for part in position[:2])
    ):
        raise PlaceError(f"{where}: coordinates are not two numbers, [lon, lat]; write both")
    return where, key, check_position(*position[:2], what=where), properties
