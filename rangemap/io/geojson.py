"""GeoJSON points, read by our own code, since a GeoJSON driver accepts far more than GeoJSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rangemap.errors import PlaceError, QuantityError
from rangemap.geodesy.position import LONGITUDE_FIRST, LonLat, check_position
from rangemap.io.crs import check_member
from rangemap.io.documents import Document
from rangemap.io.shapes import not_a_point
from rangemap.limits import MOST_ROWS, quoted

_LONGEST_KIND = 40
_KEYS = {str, int, float, type(None)}
"""The types of a feature's id."""
_OTHER_KINDS = ("LineString", "Polygon", "MultiLineString", "MultiPolygon")
Feature = tuple[str, Any, LonLat, dict[str, Any]]
"""Where it is, as text; its id, if any; its position; its properties."""


def point_features(document: Document, *, wrap: bool = True) -> Iterator[Feature | PlaceError]:
    """Yield each feature of a collection of points, or the error in it.

    Longitudes up to 360 are brought into range, or kept without ``wrap``.

    Raises
    ------
    PlaceError
        If the document is not a FeatureCollection, or names another reference system.
    """
    name, content = document.name, document.content
    kind = content.get("type") if isinstance(content, dict) else type(content).__name__
    features = content.get("features") if isinstance(content, dict) else None
    if kind != "FeatureCollection":
        if kind is None:
            expected = (
                "a FeatureCollection of points, or a JSON list of objects with columns of positions"
            )
            raise PlaceError.at(name, f"has no type, as GeoJSON has; expected {expected}")
        found_type = kind if isinstance(kind, str) and len(kind) < _LONGEST_KIND else quoted(kind)
        raise PlaceError.at(name, f"is a {found_type}; expected a FeatureCollection of points")
    if not isinstance(features, list):
        raise PlaceError.at(name, "features is not a list; expected a FeatureCollection of points")
    check_member(content, name=name)
    if len(features) > MOST_ROWS:
        raise PlaceError.at(name, f"more than {MOST_ROWS:,} features; split it")
    for index, feature in enumerate(features):
        line = document.line(("features", index))
        named = feature_name(feature, index)
        for owner in (feature, feature.get("geometry") if isinstance(feature, dict) else None):
            check_member(owner, name=name)
        try:
            lonlat = _position(feature, wrap=wrap)
        except QuantityError as error:
            yield PlaceError.at(name, str(error), line=line, record=named)
            continue
        where = name if line is None else f"{name}:{line}"
        yield f"{where}: {named}", feature.get("id"), lonlat, feature.get("properties") or {}


def feature_name(feature: Any, index: int) -> str:
    """Return how a feature is called in errors: its number, and its name or id if valid."""
    named = f"feature {index + 1}"
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return named
    key, properties = feature.get("id"), feature.get("properties") or {}
    if type(key) not in _KEYS or not isinstance(properties, dict):
        return named
    label = properties.get("name", key)
    return named if label is None else f"{named} ({str(label)[:100]!r})"


def _position(feature: Any, *, wrap: bool) -> LonLat:
    """Return the position of a feature, or refuse it with a message that does not name it."""
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise QuantityError("is not a Feature; expected one with a Point")
    if type(feature.get("id")) not in _KEYS:
        raise QuantityError("id is not a string or number; write one or leave it out")
    if not isinstance(feature.get("properties") or {}, dict):
        raise QuantityError("properties is not an object; write one")
    position = point_coordinates(feature.get("geometry"))
    if (
        not isinstance(position, list)
        or not 2 <= len(position) <= 4  # lon, lat and ordinates that other tools add
        or not all(type(part) in {int, float} for part in position[:2])
    ):
        raise QuantityError("coordinates are not two numbers, [lon, lat]; write both")
    return check_position(*position[:2], hint=LONGITUDE_FIRST, wrap=wrap)


def point_coordinates(geometry: Any) -> Any:
    """Return the coordinates of a point, also of the only one in a MultiPoint or a collection.

    Raises
    ------
    QuantityError
        If it is another geometry.
    """
    kind = geometry.get("type") if isinstance(geometry, dict) else geometry
    if kind == "GeometryCollection":
        parts = geometry.get("geometries")
        if isinstance(parts, list) and len(parts) == 1 and isinstance(parts[0], dict):
            geometry, kind = parts[0], parts[0].get("type")
        else:
            raise QuantityError(not_a_point(kind, _kinds(parts)))
    if kind == "Point":
        return geometry.get("coordinates")
    if kind == "MultiPoint":
        positions = geometry.get("coordinates")
        if isinstance(positions, list) and len(positions) == 1:
            return positions[0]
        n_points = len(positions) if isinstance(positions, list) else 0
        raise QuantityError(not_a_point(kind, ["Point"] * n_points))
    if kind in _OTHER_KINDS:
        raise QuantityError(not_a_point(kind))
    raise QuantityError(f"geometry is {quoted(kind)}; expected a Point")


def _kinds(parts: Any) -> list[str]:
    """Return the types of the parts of a collection, as far as they are known."""
    known = {"Point", "MultiPoint", "GeometryCollection", *_OTHER_KINDS}
    kinds = [part.get("type") for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []  # fmt: skip
    return [kind if isinstance(kind, str) and kind in known else "shape" for kind in kinds]
