"""TopoJSON of the packaged base maps: outlines of countries from arcs that neighbours share."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rangemap.io.packaged import data_file

Line = NDArray[np.float64]
"""Longitude and latitude, degrees, shape (n, 2); longitudes are continuous."""


def read_topology(detail: str) -> tuple[list[Line], list[dict[str, Any]]]:
    """Return the arcs of a packaged base map in degrees, and its countries.

    Parameters
    ----------
    detail : {"low", "medium", "high"}
        Level of detail.
    """
    topology = json.loads(data_file(f"basemap-{detail}.json").read_text("utf-8"))
    scale, shift = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    arcs = [np.cumsum(arc, axis=0) * scale + shift for arc in topology["arcs"]]
    return arcs, topology["objects"]["countries"]["geometries"]


def join_arcs(arcs: Sequence[Line], indexes: Sequence[int]) -> Line:
    """Return a closed outline; the file joins outlines across 180 degrees, where longitudes continue.

    Antarctica, whose outline ends 360 degrees from its start, is closed along the pole.
    """
    parts = [arcs[index] if index >= 0 else arcs[~index][::-1] for index in indexes]
    ring = unwrapped(np.concatenate(parts))
    if abs(ring[-1, 0] - ring[0, 0]) > 180:  # ends in another world
        return np.vstack([ring, [[ring[-1, 0], -90], [ring[0, 0], -90], ring[0]]])
    return ring


def parts_of(country: dict[str, Any]) -> list[list[list[int]]]:
    """Return the polygons of a country, each with the arcs of its outline and holes."""
    arcs: list[Any] = country.get("arcs", [])
    return [arcs] if country["type"] == "Polygon" else arcs


def unwrapped(line: Line) -> Line:
    """Return a line whose longitudes do not jump at 180 degrees."""
    lon = np.unwrap(line[:, 0], period=360)
    return np.column_stack([lon, line[:, 1]])
