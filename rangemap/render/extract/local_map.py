"""The local base map of a selection: what is drawn of the extracts that it names, and their credit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from rangemap.errors import DocumentError
from rangemap.io.files import error_text
from rangemap.limits import quoted
from rangemap.render.extent import sites_in_view
from rangemap.render.extract.features import DEGREES, Box
from rangemap.render.extract.process import read_in_process, refuse_suffix
from rangemap.render.extract.reading import OPENSTREETMAP, SUFFIXES
from rangemap.render.extract.schema import COARSEST_M_PER_PX, MapClass
from rangemap.scenario.pairs import by_origin
from rangemap.scenario.selection import Selection

COPYRIGHT_PAGE: Final = "https://www.openstreetmap.org/copyright"
"""The page to which the credit of OpenStreetMap refers."""

_VIEW_PX: Final = (860.0, 520.0)
"""An ordinary window, by which the scale of a map is known before it is drawn."""
_WIDEST: Final = 2.2
_TALLEST: Final = 1.5
"""Width over height, and height over width, of the part of the extract that is read."""
_AROUND: Final = 1.25
_MOST_VERTICES: Final = 60_000
_MOST_PLACES: Final = 1_500
_METRES_PER_DEGREE: Final = 111_320.0
_POLAR: Final = 85.0

Line = NDArray[np.float64]
"""Longitude and latitude, degrees, shape (n, 2)."""


class LocalPlace(NamedTuple):
    """A place of an extract; the rank is 4 for cities and 1 for hamlets."""

    name: str
    lon: float
    lat: float
    rank: int


@dataclass(frozen=True, kw_only=True)
class LocalMap:
    """What is drawn of extracts, degrees; longitudes are within -180 to 180.

    ``credit`` is their attribution, ``notes`` are about what is not drawn.
    """

    lines: Mapping[MapClass, tuple[Line, ...]] = field(default_factory=dict)
    areas: Mapping[MapClass, tuple[shapely.Polygon, ...]] = field(default_factory=dict)
    places: tuple[LocalPlace, ...] = ()
    credit: str = ""
    notes: tuple[str, ...] = ()


NO_LOCAL_MAP: Final = LocalMap()


def local_map(selection: Selection, box: Box | None = None) -> LocalMap:
    """Return the local base map of a selection; empty if it names no extract.

    Parameters
    ----------
    selection : Selection
        The request.
    box : tuple of float, optional
        West, south, east, north of the map, degrees; by default what `map_box` returns.

    Raises
    ------
    DocumentError
        If an extract cannot be read, or its attribution is not known.
    """
    look = selection.look
    if not look.basemap:
        return NO_LOCAL_MAP
    paths = [Path(name) for name in look.basemap]
    refuse_suffix(paths, SUFFIXES)
    return _read(
        tuple((str(path), *_state(path)) for path in paths),
        box or map_box(selection),
        selection.language.code,
        look.credit_basemap,
    )


def _state(path: Path) -> tuple[int, int]:
    """Return what changes when a file is written again."""
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise DocumentError(f"{path}: cannot be read: {error_text(error)}") from error
    return status.st_size, status.st_mtime_ns


@lru_cache(maxsize=4)
def _read(
    files: tuple[tuple[str, int, int], ...], box: Box, lang: str, given: str | None
) -> LocalMap:
    scale = metres_per_px(box)
    names = [name for name, _, _ in files]
    answer = read_in_process(
        {
            "paths": [str(Path(name).absolute()) for name in names],
            "names": {str(Path(name).absolute()): name for name in names},
            "boxes": _within_world(_widened(box)),
            "metres_per_px": scale,
            "lang": lang,
            "most_vertices": _MOST_VERTICES,
            "most_places": _MOST_PLACES,
        }
    )
    shown = ", ".join(names)
    notes = list(answer["notes"])
    if answer["omitted"]:
        parts = ", ".join(f"{count:,} of {what}" for what, count in answer["omitted"])
        notes.append(
            f"{shown}: left out, because the map has no room: {parts}; choose a smaller --extent"
        )
    if scale > max(COARSEST_M_PER_PX.values()):
        notes.append(f"{shown}: not drawn at this scale; choose a smaller --extent")
    return LocalMap(
        lines={
            MapClass(value): tuple(_degrees(line) for line in lines)
            for value, lines in answer["lines"].items()
        },
        areas={
            MapClass(value): tuple(
                shapely.Polygon(_degrees(outer), [_degrees(hole) for hole in holes])
                for outer, *holes in areas
            )
            for value, areas in answer["areas"].items()
        },
        places=tuple(LocalPlace(*place) for place in answer["places"]),
        credit=_credit(names, answer["credits"], given),
        notes=tuple(notes),
    )


def _credit(names: Sequence[str], found: Sequence[Sequence[str]], given: str | None) -> str:
    """Return the attribution: as given, and what the files ask for in any case."""
    read = list(dict.fromkeys(credit for credits_ in found for credit in credits_ if credit))
    if given is not None:
        asks = OPENSTREETMAP in read and "openstreetmap" not in given.casefold()
        credit = f"{given}; {OPENSTREETMAP}" if asks else given
    else:
        for name, credits_ in zip(names, found, strict=True):
            if not any(credits_):
                raise DocumentError(
                    f"{name}: does not state its attribution; give the one that its source requires"
                    f" with --credit-basemap, such as {quoted(OPENSTREETMAP)}"
                )
        credit = "; ".join(read)
    is_osm = "openstreetmap" in credit.casefold()
    return f"{credit} ({COPYRIGHT_PAGE})" if is_osm and COPYRIGHT_PAGE not in credit else credit


def _degrees(steps: Sequence[int]) -> Line:
    degrees: Line = np.cumsum(np.array(steps).reshape(-1, 2), axis=0) * DEGREES
    return degrees


# ---- Where the map is ---------------------------------------------------------------------------


def map_box(selection: Selection) -> Box:
    """Return the west, south, east and north of a map: its extent, or its rings and sites, degrees.

    The longitudes may continue beyond 180.
    """
    if selection.look.extent is not None:
        west, south, east, north = selection.look.extent
        return float(west), float(south), float(east), float(north)
    boxes = []
    for origin, systems in by_origin(selection.pairs):
        lon, lat = origin.lonlat
        high = max(system.band.high_m for system in systems) / _METRES_PER_DEGREE * 1.01
        edge = min(abs(lat) + high, _POLAR)
        wide = min(high / math.cos(math.radians(edge)), 180.0) if edge < _POLAR else 180.0
        boxes.append((lon - wide, max(lat - high, -90.0), lon + wide, min(lat + high, 90.0)))
    sites, first = selection.sites, boxes[0][0]
    for origin, near in zip(selection.origins, sites_in_view(selection), strict=True):
        for lon, lat in zip(sites.lon[near].tolist(), sites.lat[near].tolist(), strict=True):
            here = lon + 360 * round((origin.lonlat.lon - lon) / 360)
            boxes.append((here, lat, here, lat))
    sides = np.array(boxes)
    sides[:, [0, 2]] += 360 * np.round((first - sides[:, :1]) / 360)
    west, south = sides[:, :2].min(axis=0).tolist()
    east, north = sides[:, 2:].max(axis=0).tolist()
    return west, south, min(east, west + 360), north


def metres_per_px(box: Box) -> float:
    """Return the scale at which an ordinary window shows a box.

    Examples
    --------
    >>> round(metres_per_px((44.0, 33.0, 44.5, 33.4)))
    86
    """
    west, south, east, north = box
    wide_m = (east - west) * math.cos(math.radians((south + north) / 2)) * _METRES_PER_DEGREE
    return max(wide_m / _VIEW_PX[0], (north - south) * _METRES_PER_DEGREE / _VIEW_PX[1])


def _widened(box: Box) -> Box:
    """Return the box that pictures and windows of the usual shapes may show."""
    west, south, east, north = box
    shrink = max(math.cos(math.radians((south + north) / 2)), 0.05)
    wide, high = (east - west) * shrink, north - south
    new_wide = max(_AROUND * wide, _WIDEST * high)
    new_high = max(_AROUND * high, _TALLEST * wide)
    middle, half = (west + east) / 2, min(new_wide / shrink / 2, 180.0)
    lat = (south + north) / 2
    return (
        middle - half, max(lat - new_high / 2, -90.0), middle + half, min(lat + new_high / 2, 90.0),
    )  # fmt: skip


def _within_world(box: Box) -> list[Box]:
    """Return a box as one or two with longitudes within -180 to 180."""
    west, south, east, north = box
    turn = 360 * math.floor((west + 180) / 360)
    west, east = west - turn, east - turn
    if east <= 180:
        return [(west, south, east, north)]
    return [(west, south, 180.0, north), (-180.0, south, min(east - 360, 180.0), north)]
