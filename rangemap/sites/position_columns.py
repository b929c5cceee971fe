"""Columns of positions: pairs of one family of names, parts of angles, hemispheres in headers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from rangemap.errors import PlaceError
from rangemap.limits import quoted
from rangemap.sites.table import LAT_COLUMNS, LON_COLUMNS

_PAIRS: Final = (
    ("lat", "lon"), ("lat", "long"), ("lat", "lng"), ("latitude", "longitude"),
    ("latitude_deg", "longitude_deg"), ("lat_deg", "lon_deg"), ("y", "x"),
)  # fmt: skip
PLANAR: Final = ("x", "y")
"""Names that a table may also use for something else, such as numbers of rows."""

_NAMES: Final = {"lat": ("lat", "latitude"), "lon": ("lon", "long", "lng", "longitude")}
_PARTS: Final = {
    "deg": ("deg", "degs", "degree", "degrees", "d"),
    "min": ("min", "mins", "minute", "minutes", "m"),
    "sec": ("sec", "secs", "second", "seconds", "s"),
    "hemisphere": ("hemisphere", "hemi", "hem", "h", "direction", "dir", "ref", "cardinal", "sign",
                   "letter", "indicator", "ind", "quadrant"),
}  # fmt: skip
PARTS: Final = ("min", "sec", "hemisphere")
"""What a column of its own may contain besides the degrees."""

_SIDES: Final = {
    "lat": ("ns", "n_s", "sn", "s_n", "n_or_s", "north_south", "north_or_south"),
    "lon": ("ew", "e_w", "we", "w_e", "e_or_w", "east_west", "east_or_west"),
}
_BOTH_SIDES: Final = ("hemisphere", "hemispheres", "hemi", "quadrant")
"""Names of a column that may have the hemispheres of both angles, such as SW."""
_HEMISPHERES: Final = {
    word: (axis, sign)
    for axis, sign, words in (
        ("lat", 1, ("n", "north", "northern")), ("lat", -1, ("s", "south", "southern")),
        ("lon", 1, ("e", "east", "eastern")), ("lon", -1, ("w", "west", "western")),
    )
    for word in words
}  # fmt: skip
_NAMELESS: Final = re.compile(r"(?:Unnamed: [0-9]+\S*)?")
_QUADRANT: Final = re.compile(r"(?P<lat>n|s|north|south)[\s,/-]{0,3}(?P<lon>e|w|east|west)(?:ern)?")
_SIGNS: Final = {"+": 1, "-": -1, "−": -1, "1": 1, "+1": 1, "-1": -1, "1.0": 1, "-1.0": -1}
_UNITS: Final = frozenset(
    [
        "°",
        "deg",
        "degs",
        "degree",
        "degrees",
        "in",
        "decimal",
        "dec",
        "dd",
        "ddd",
        "dms",
        "ddm",
        "dmm",
        "format",
        "signed",
        "wgs",
        "wgs84",
        "84",
        "epsg",
        "4326",
        "gps",
        "geographic",
        "hemisphere",
        "positive",
        "+",
        "-",
    ]
)


class PositionHeader(NamedTuple):
    """A header of latitudes or longitudes: its usual name and the sign of its hemisphere.

    ``sign`` is -1 for south and west, 1 for north and east, and 0 if the header has neither or both.
    """

    name: str
    sign: int


def header_key(header: str) -> str:
    """Return a key that is the same for all spellings of a header.

    Examples
    --------
    >>> header_key(" Site  Name"), header_key("site-name")
    ('site_name', 'site_name')
    """
    return re.sub(r"[\W_]+", "_", header.strip().casefold()).strip("_")


def position_header(header: str) -> PositionHeader | None:
    """Return what a header states about its latitudes or longitudes, or None if it has none.

    Parameters
    ----------
    header : str
        Name of a column, with or without a unit or a hemisphere.

    Returns
    -------
    PositionHeader or None
        None also for a header with other words, such as another datum.

    Examples
    --------
    >>> position_header("Longitude (°W)"), position_header("South Latitude")
    (PositionHeader(name='longitude', sign=-1), PositionHeader(name='latitude', sign=-1))
    >>> position_header("Latitude (decimal degrees)"), position_header("Latitude (NAD27)")
    (PositionHeader(name='latitude', sign=0), None)
    """
    usual = {*LAT_COLUMNS, *LON_COLUMNS}
    key = header_key(header)
    if key in usual and not re.search(r"[+\-−°]", header):
        return PositionHeader(key, 0)
    words = re.findall(r"[^\W_]+|°|[+\-−]", header.casefold())
    words = [re.sub("^decimal(?=l)", "", word) for word in words]
    names = [word for word in words if word in usual]
    rest = [word for word in words if word not in usual]
    if len(names) != 1:
        return None
    name = names[0]
    axis = "lat" if name in LAT_COLUMNS else "lon"
    sides = [_HEMISPHERES[word] for word in rest if word in _HEMISPHERES]
    if any(word not in _UNITS and word not in _HEMISPHERES for word in rest):
        return None
    if any(side != axis for side, _ in sides):
        return None
    if "s" in rest and re.search(r"(?i)(lat|latitude)[_ ]?s$", header.strip()):
        return None  # seconds or south
    signs = {sign for _, sign in sides}
    return PositionHeader(name, signs.pop() if len(signs) == 1 else 0)


def part_names(axis: str, part: str) -> tuple[str, ...]:
    """Return the usual names of a column with one part of an angle.

    Parameters
    ----------
    axis : {"lat", "lon"}
        Of which angle.
    part : {"deg", "min", "sec", "hemisphere"}
        Which part of it.

    Examples
    --------
    >>> {"lat_min", "latitude_minutes", "latm", "min_lat"} <= set(part_names("lat", "min"))
    True
    """
    words = (*_PARTS[part], *(_SIDES[axis] if part == "hemisphere" else ()))
    found = [
        f"{prefix}{name}"
        for axis_name in _NAMES[axis]
        for word in words
        for name in (
            f"{axis_name}_{word}",
            f"{axis_name}{word}",
            f"{word}_{axis_name}",
            f"{word}_of_{axis_name}",
        )
        for prefix in ("", "gps_", "gps")
    ]
    plural = {f"{name}s" for name in _NAMES[axis]}  # more often latitudes than seconds
    return tuple(name for name in found if name not in plural)


_PART_NAMES: Final = {
    (axis, part): frozenset(part_names(axis, part)) for axis in _NAMES for part in _PARTS
}


def side_names(axis: str) -> tuple[str, ...]:
    """Return the names of a column of hemispheres that do not name the angle, such as ``N/S``."""
    return _SIDES[axis]


def hemisphere_sign(value: Any, axis: str) -> int:
    """Return 1 for north or east, -1 for south or west, and 0 for anything else.

    Parameters
    ----------
    value : Any
        A cell, such as ``S``, ``west`` or ``-``.
    axis : {"lat", "lon"}
        Of which angle.

    Examples
    --------
    >>> hemisphere_sign(" s ", "lat"), hemisphere_sign("West", "lon"), hemisphere_sign("E", "lat")
    (-1, -1, 0)
    >>> hemisphere_sign("SE", "lat"), hemisphere_sign("south-east", "lon")
    (-1, 1)
    """
    word = str(value).strip().casefold().rstrip(".")
    if word in _SIGNS:
        return _SIGNS[word]
    if both := _QUADRANT.fullmatch(word):
        word = both[axis]
    found, sign = _HEMISPHERES.get(word, ("", 0))
    return sign if found == axis else 0


def part_columns(columns: Sequence[str]) -> dict[str, int]:
    """Return the columns that contain minutes, seconds or hemispheres of positions.

    Parameters
    ----------
    columns : sequence of str
        The names of all columns.

    Returns
    -------
    dict of str to int
        Index by ``lat_min``, ``lon_hemisphere`` and so on. ``lat_min`` beside ``lat_max`` is the
        edge of a box.

    Examples
    --------
    >>> part_columns(["name", "lat", "N/S", "lon", "E/W"])
    {'lat_hemisphere': 2, 'lon_hemisphere': 4}
    >>> part_columns(["lat", "lon", "lat_min", "lat_max"])
    {}
    >>> part_columns(["lat", "lon", "hemisphere"])
    {'lat_hemisphere': 2, 'lon_hemisphere': 2}
    """
    keys = [header_key(column) for column in columns]
    found: dict[str, int] = {}
    for axis in _NAMES:
        for part in PARTS:
            names = _PART_NAMES[axis, part]
            if part == "sec" and f"{axis}_min" in found:  # LatS beside LatM
                names |= {f"{name}s" for name in _NAMES[axis]}
            index = next((i for i, key in enumerate(keys) if key in names), None)
            if index is not None and not (part == "min" and _is_box(keys, axis)):
                found[f"{axis}_{part}"] = index
    for axis, index in _side_columns(keys).items():
        found.setdefault(f"{axis}_hemisphere", index)
    for name, index in _following_parts(columns, keys).items():
        found.setdefault(name, index)
    for axis in _NAMES:
        if f"{axis}_min" not in found:  # nothing has seconds without minutes
            found.pop(f"{axis}_sec", None)
    both = next((i for i, key in enumerate(keys) if key in _BOTH_SIDES), None)
    if both is not None and not any(f"{axis}_hemisphere" in found for axis in _NAMES):
        found |= {f"{axis}_hemisphere": both for axis in _NAMES}
    return dict(sorted(found.items(), key=lambda item: item[1]))


def _side_columns(keys: Sequence[str]) -> dict[str, int]:
    """Return the columns such as N/S and E/W; one alone may be something else."""
    found = {
        axis: index
        for axis, names in _SIDES.items()
        if (index := next((i for i, key in enumerate(keys) if key in names), None)) is not None
    }
    return found if len(found) == len(_SIDES) else {}


def _following_parts(columns: Sequence[str], keys: Sequence[str]) -> dict[str, int]:
    """Return the parts that follow the degrees under names of their own, as in Lat, Min, Lon, Min."""
    bare = [re.sub(r"_?[0-9]+$", "", key) for key in keys]
    groups: dict[str, dict[str, int]] = {}
    for start, column in enumerate(columns):
        header = position_header(column)
        axis = None if header is None else "lat" if header.name in LAT_COLUMNS else "lon"
        if axis is None or axis in groups or header is None or header.name in PLANAR:
            continue
        groups[axis] = {}
        for i in range(start + 1, len(columns)):
            sides = _SIDES[axis]
            part = next(
                (
                    part
                    for part in PARTS
                    if bare[i] in _PARTS[part] or (part == "hemisphere" and bare[i] in sides)
                ),
                None,
            )
            if part is None or part in groups[axis]:
                break
            groups[axis][part] = i
    lat, lon = groups.get("lat", {}), groups.get("lon", {})
    if set(lat) != set(lon):  # a pattern that both angles have is not a coincidence
        return {}
    return {f"{axis}_{part}": i for axis in groups for part, i in groups[axis].items()}


def nameless_parts(columns: Sequence[str], lat: int, lon: int) -> list[int]:
    """Return the columns without a name that follow both angles, as below merged cells.

    Parameters
    ----------
    columns : sequence of str
        The names of all columns; pandas names the others ``Unnamed: 3``.
    lat, lon : int
        Those of latitude and longitude.

    Examples
    --------
    >>> nameless_parts(["name", "lat", "", "lon", ""], 1, 3), nameless_parts(["lat", "lon", ""], 0, 1)
    ([2, 4], [])
    """
    groups = []
    for start in (lat, lon):
        stop = start + 1
        while stop < len(columns) and _NAMELESS.fullmatch(columns[stop].strip()):
            stop += 1
        groups.append(range(start + 1, stop))
    return [*groups[0], *groups[1]] if all(groups) else []


def _is_box(keys: Sequence[str], axis: str) -> bool:
    """Whether columns contain the largest value of an angle, so that ``min`` is the smallest."""
    edges = {
        f"{name}{gap}{word}"
        for name in _NAMES[axis]
        for gap in ("", "_")
        for word in ("max", "maximum")
    }
    reverse = {
        f"{word}{gap}{name}"
        for name in _NAMES[axis]
        for gap in ("", "_")
        for word in ("max", "maximum")
    }
    return not (edges | reverse).isdisjoint(keys)


def pair_columns(keys: Sequence[str]) -> tuple[int | None, int | None]:
    """Return the columns of latitude and longitude, both from one family of names.

    Parameters
    ----------
    keys : sequence of str
        The usual names that the columns have; anything else for other columns.

    Returns
    -------
    tuple of int or None
        None for what is missing. ``lat`` with ``x`` is not a pair, since ``x`` may number the rows.

    Raises
    ------
    PlaceError
        If two columns could be meant.

    Examples
    --------
    >>> pair_columns(["x", "name", "lat", "lng"]), pair_columns(["x", "name", "lat"])
    ((2, 3), (2, None))
    """
    for lat, lon in _PAIRS[:-1]:
        if lat in keys and lon in keys:
            return keys.index(lat), keys.index(lon)
    lats = [i for i, key in enumerate(keys) if key in LAT_COLUMNS and key not in PLANAR]
    lons = [i for i, key in enumerate(keys) if key in LON_COLUMNS and key not in PLANAR]
    if max(len(lats), len(lons)) > 1 and lats and lons:
        raise PlaceError(
            f"latitude and longitude could be in {_listed([keys[i] for i in lats])} and"
            f" {_listed([keys[i] for i in lons])}, whose names do not form a pair"
        )
    if lats or lons:
        return next(iter(lats), None), next(iter(lons), None)
    y, x = (keys.index(name) if name in keys else None for name in ("y", "x"))
    return y, x


def _listed(names: Sequence[str]) -> str:
    return " or ".join(map(repr, names))


def refuse_partial(columns: Sequence[str], used: Sequence[str], where: str, advice: str) -> None:
    """Refuse columns of latitude and longitude that contain only a part of the position.

    Parameters
    ----------
    columns : sequence of str
        The names of all columns.
    used : sequence of str
        Those that would be read as latitude and longitude.
    where : str
        The file, for the error.
    advice : str
        How to fix it.

    Raises
    ------
    PlaceError
        If minutes, seconds or a hemisphere are in other columns, or a header states south or west.
    """
    parts = dict.fromkeys(
        columns[i] for i in part_columns(columns).values() if columns[i] not in used
    )
    if parts:
        raise PlaceError(
            f"{where}: the position is also in {', '.join(map(quoted, parts))}, since minutes, seconds or"
            f" hemispheres have columns of their own; {advice}"
        )
    lat, lon = map(columns.index, used)
    if nameless_parts(columns, lat, lon):
        raise PlaceError(
            f"{where}: the columns without a name after {' and '.join(map(quoted, used))} may have minutes,"
            f" seconds or hemispheres; remove them if they do not, or {advice}"
        )
    for column in used:
        header = position_header(column)
        if header is not None and header.sign < 0:
            raise PlaceError(f"{where}: the values of {quoted(column)} are south or west; {advice}")
