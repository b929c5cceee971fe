"""Why a geometry is not a point, and how to make one of it: the same words for every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

_CENTROID: Final = "convert it to its centroid (in QGIS: Vector > Geometry Tools > Centroids)"
_SPLIT: Final = "split it (in QGIS: Vector > Geometry Tools > Multipart to Singleparts)"
_PARTS: Final = ("Point", "MultiPoint")
_LISTED: Final = 3


def not_a_point(kind: str, parts: Sequence[str] | Mapping[str, int] = ()) -> str:
    """Return why a geometry is refused, and how to make a point of it.

    Parameters
    ----------
    kind : str
        The name of the geometry's type.
    parts : sequence of str or mapping of str to int
        The types of its parts, or how many there are of each, if it is a collection.

    Examples
    --------
    >>> print(not_a_point("Polygon"))
    geometry is a Polygon; expected a Point: convert it to its centroid (in QGIS: Vector > Geometry
    Tools > Centroids)
    >>> print(not_a_point("MultiPoint", ["Point"] * 3))
    geometry is a MultiPoint of 3 Points; expected one Point: split it (in QGIS: Vector > Geometry Tools
    > Multipart to Singleparts)
    >>> print(not_a_point("GeometryCollection", ["Point", "LineString"]))
    geometry is a GeometryCollection of Point and LineString; expected one Point: remove the others
    """
    if kind not in {"MultiPoint", "GeometryCollection", "MultiGeometry"}:
        article = "an" if kind[:1] in "AEIOU" else "a"
        return f"geometry is {article} {kind}; expected a Point: {_CENTROID}"
    if not parts:
        return f"geometry is an empty {kind}; expected a Point"
    counts = Counter(parts)
    if counts["Point"] == 1:
        fix = "remove the others"
    elif set(counts) <= set(_PARTS):
        fix = _SPLIT
    else:
        fix = _CENTROID
    listed = [f"{n} {each}s" if n > 1 else each for each, n in counts.items()]
    shown = " and ".join(listed[:_LISTED]) + (" and others" if len(listed) > _LISTED else "")
    return f"geometry is a {kind} of {shown}; expected one Point: {fix}"
