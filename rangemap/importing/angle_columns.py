"""The columns of latitude and longitude: one family of names, with minutes, seconds and hemispheres."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from rangemap.errors import PlaceError
from rangemap.importing.decisions import ImportLog
from rangemap.sites.position_columns import (
    PARTS,
    header_key,
    hemisphere_sign,
    nameless_parts,
    pair_columns,
    part_columns,
    part_names,
    position_header,
    side_names,
)
from rangemap.sites.raw import RawTable, is_blank
from rangemap.sites.table import LAT_COLUMNS, LON_COLUMNS

ANGLES: Final = ("lat", "lon")
PART_FIELDS: Final = tuple(f"{axis}_{part}" for axis in ANGLES for part in PARTS)
ANGLE_FIELDS: Final = (*ANGLES, *PART_FIELDS)


def angle_name(header: str) -> str:
    """Return the usual name of a column of degrees, or an empty text for any other column.

    Examples
    --------
    >>> angle_name("Latitude (°N)"), angle_name("LonDeg"), angle_name("Latitude (NAD27)")
    ('latitude', 'lon_deg', '')
    >>> angle_name("Latitude Hemisphere")  # a part of it
    ''
    """
    key = header_key(header)
    if any(
        key in {f"{name}_hemisphere", f"hemisphere_{name}"} for name in (*LAT_COLUMNS, *LON_COLUMNS)
    ):
        return ""
    found = position_header(header)
    if found is not None:
        return found.name
    return next((f"{axis}_deg" for axis in ANGLES if key in part_names(axis, "deg")), "")


def known_angles(headers: Iterable[str]) -> set[str]:
    """Return which of latitude and longitude the headers have."""
    names = [angle_name(header) for header in headers]
    try:
        pair = pair_columns(names)
    except PlaceError:  # several could be meant
        return set(ANGLES)
    return {axis for axis, index in zip(ANGLES, pair, strict=True) if index is not None}


def match_angles(
    table: RawTable, given: Mapping[str, int | None], log: ImportLog
) -> dict[str, int | None]:
    """Find the columns of latitude, longitude and their parts that were not given.

    Parameters
    ----------
    table : RawTable
        The rows under their columns.
    given : mapping of str to int or None
        The columns that were given for these fields.
    log : ImportLog
        The decisions.

    Returns
    -------
    dict of str to int or None
        The column of each field of `ANGLE_FIELDS`.

    Raises
    ------
    DocumentError
        If two columns could be meant.
    """
    taken = {index for index in given.values() if index is not None}
    names = ["" if i in taken else angle_name(c) for i, c in enumerate(table.columns)]
    index: dict[str, int | None] = dict.fromkeys(ANGLE_FIELDS)
    try:
        pair = pair_columns(_without_repeats(names, table))
    except PlaceError as error:
        if not set(ANGLES) <= set(given):
            advice = "specify them with --column lat=NAME --column lon=NAME"
            raise log.refusal(f"{error}; {advice}") from error
        pair = None, None
    for axis, found in zip(ANGLES, pair, strict=True):
        if axis not in given and found is not None:
            index[axis] = _unique(names, found, axis, table, log)
    columns = ["" if i in taken else column for i, column in enumerate(table.columns)]
    named = part_columns(columns)
    if len({*named.values()}) < len(
        named
    ):  # one column, which may have the hemispheres of one angle
        named = {name: i for name, i in named.items() if _has_sides(table, i, name[:3])}
    parts = _side_columns(columns, table) | named
    used = {*taken, *index.values()}
    index |= {name: i for name, i in parts.items() if i not in used}
    index |= given
    _refuse_nameless_parts(table, index, given, log)
    return index


def _refuse_nameless_parts(
    table: RawTable, index: Mapping[str, int | None], given: Mapping[str, Any], log: ImportLog
) -> None:
    """Refuse columns with values but no name after both angles, unless a part was given."""
    lat, lon = (index[axis] for axis in ANGLES)
    if lat is None or lon is None or not given.keys().isdisjoint(PART_FIELDS):
        return
    if not (table.columns[lat] and table.columns[lon]):  # no column has a name
        return
    found = [
        i
        for i in nameless_parts(table.columns, lat, lon)
        if any(not is_blank(cell) for cell in _cells(table, i))
    ]
    if found:
        first, last = f"#{found[0] + 1}", f"#{found[-1] + 1}"
        part = "hemisphere" if _has_sides(table, found[0], "lat") else "min"
        raise log.refusal(
            f"columns {first} to {last} include some without a name that follow latitude and longitude and may"
            f" have minutes, seconds or hemispheres; specify them, such as --column lat_{part}={first}, or use"
            " --column lat_min= if they have none"
        )


def _cells(table: RawTable, i: int) -> list[Any]:
    return [row.cells[i] for row in table.rows if i < len(row.cells)]


def _has_sides(table: RawTable, i: int, axis: str) -> bool:
    """Whether most cells of a column are hemispheres of an angle."""
    filled = [cell for cell in _cells(table, i) if not is_blank(cell)]
    return 2 * sum(bool(hemisphere_sign(cell, axis)) for cell in filled) > len(filled)


def _without_repeats(names: list[str], table: RawTable) -> list[str]:
    """Return the names, without those of columns that have a unit where another has none."""
    exact = {
        name
        for name, column in zip(names, table.columns, strict=True)
        if header_key(column) == name
    }
    return [
        "" if name in exact and header_key(column) != name else name
        for name, column in zip(names, table.columns, strict=True)
    ]


def _unique(names: list[str], found: int, axis: str, table: RawTable, log: ImportLog) -> int:
    same = [i for i, name in enumerate(_without_repeats(names, table)) if name == names[found]]
    if len(same) > 1:
        raise ambiguous_column(axis, same, table, log)
    return found


def _side_columns(columns: list[str], table: RawTable) -> dict[str, int]:
    """Return the columns of hemispheres such as N/S that mostly contain such; other rows are invalid."""
    keys = [header_key(column) for column in columns]
    found = {}
    for axis in ANGLES:
        for i, key in enumerate(keys):
            if key in side_names(axis) and _has_sides(table, i, axis):
                found[f"{axis}_hemisphere"] = i
                break
    return found


def ambiguous_column(name: str, found: list[int], table: RawTable, log: ImportLog) -> Exception:
    """Return the error for a field that several columns could have."""
    names = " and ".join(f"#{i + 1} {table.columns[i]!r}" for i in found)
    return log.refusal(
        f"columns {names} could both be {name}; specify one with --column {name}=#{found[0] + 1}"
    )
