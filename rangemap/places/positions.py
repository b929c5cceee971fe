"""Positions as people type them: decimal degrees, degrees-minutes-seconds, MGRS.

The grammar is strict: the whole text must match. Nothing is guessed: both angles
specify a hemisphere or neither does, a comma is never a decimal separator, and a text
that does not look like a position is a name.
"""

from __future__ import annotations

import math
import re
import warnings
from dataclasses import dataclass
from typing import Final, NamedTuple

from rangemap.errors import QuantityError
from rangemap.geodesy.position import LonLat, check_position
from rangemap.limits import LONGEST_POSITION
from rangemap.places.notations import (
    compact_angle,
    refuse_uneven_digits,
    split_compact,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A position as people type it.

    Parameters
    ----------
    name : str
        The displayed name: the text as typed, normalised.
    lonlat : LonLat
        Degrees; the centre of the square for an MGRS reference.
    precision_m : float, default 0
        Precision, metres: 0 for degrees with any number of digits; half the diagonal of
        the square for an MGRS reference.
    """

    name: str
    lonlat: LonLat
    precision_m: float = 0.0


class Angle(NamedTuple):
    """A latitude or a longitude.

    Parameters
    ----------
    degrees : float
        North and east are positive.
    axis : {"lat", "lon"} or None
        Which of the two it is; None if no hemisphere was given.
    """

    degrees: float
    axis: str | None


_HEMISPHERES: Final = {
    "n": ("lat", 1), "north": ("lat", 1), "s": ("lat", -1), "south": ("lat", -1),
    "e": ("lon", 1), "east": ("lon", 1), "w": ("lon", -1), "west": ("lon", -1),
}  # fmt: skip
_LARGEST: Final = {"lat": 90, "lon": 180, None: 360}

_SIDE = r"(?:north|south|east|west|[nsew])"
_DEGREE_MARK = r"(?:[°º˚]|d(?:eg)?)"
_MINUTE_MARK = r"['′’ʹ´]"
_SECOND_MARK = rf"(?:[\"″”“ʺ]|{_MINUTE_MARK}{{2}})"
_WHOLE, _DECIMALS = r"[0-9]{1,2}", r"(?:\.[0-9]{0,15})?"
# Degrees; degrees and minutes; or all three: only the last may have decimals.
_ANGLE = (
    rf"(?:\.[0-9]{{1,15}}\s*{_DEGREE_MARK}?|[0-9]{{1,3}}(?:{_DECIMALS}\s*{_DEGREE_MARK}?"
    rf"|(?:\s*{_DEGREE_MARK}\s*|\s+|:)(?:{_WHOLE}{_DECIMALS}\s*{_MINUTE_MARK}?"
    rf"|{_WHOLE}(?:\s*{_MINUTE_MARK}\s*|\s+|:){_WHOLE}{_DECIMALS}\s*{_SECOND_MARK}?)))"
)
# Compiled on first use. Text is lower-cased first, since `re.IGNORECASE` matches a long s as an s.
_ONE: Final = (
    rf"(?P<sign>[+-])?(?P<before>{_SIDE})?\s*(?P<angle>{_ANGLE})\s*(?P<after>{_SIDE})?"
)  # fmt: skip
_TWO: Final = (
    rf"({_ANGLE}\s*{_SIDE})\s*[,;]?\s*({_ANGLE}\s*{_SIDE})",
    rf"({_SIDE}\s*{_ANGLE})\s*[,;]?\s*({_SIDE}\s*{_ANGLE})",
    rf"([+-]?{_ANGLE})\s*[,;]\s*([+-]?{_ANGLE})",
)
_POSITION_LIKE: Final = (
    rf"(?=.*[0-9])(?:{_SIDE}(?![^\W\d_])|[0-9+-])(?:[0-9.,;:+\-°º˚'′’ʹ´\"″”“ʺ\s]"
    rf"|(?<![^\W\d_])(?:{_SIDE}|d|deg)(?![^\W\d_]))*"
)

# A grid zone of 6 by 8 degrees, or a polar zone; the letters of a 100 km square; digits, half
# easting, half northing. A polar reference needs digits, since three letters may be a name.
_MGRS: Final = (
    r"(?P<zone>[0-9]{1,2}\s*[c-hj-np-x])"
    r"(?P<square>\s*[a-z]{2}(?P<digits>[0-9\s]*))?"
    r"|[abyz]\s*[a-z]{2}(?P<polar>\s*[0-9][0-9\s]*)"
)
_MOST_DIGITS: Final = 5
# Half the diagonal of a square plus 0.7 %: UPS shortens by 0.6 % at a pole, UTM by 0.04 %.
_HALF_DIAGONAL: Final = math.sqrt(0.5) * 1.007
_BANDS: Final = "CDEFGHJKLMNPQRSTUVWX"
_LEAST_DEGREE_M: Final = 110_574.0
"""Shortest degree of latitude, at the equator."""


def parse_angle(text: str) -> Angle:
    """Parse one latitude or longitude.

    Parameters
    ----------
    text : str
        Decimal degrees with a sign or a hemisphere, or degrees and minutes, or
        degrees, minutes and seconds, with marks (``33°47'08"N``) or, if a
        hemisphere is given, with spaces (``33 47 08 N``).

    Returns
    -------
    Angle
        Degrees, south and west negative, and the axis if a hemisphere specifies it.

    Raises
    ------
    QuantityError
        If the text is not such an angle, or is out of range.

    Examples
    --------
    >>> parse_angle("153° 55.5' West")
    Angle(degrees=-153.925, axis='lon')
    >>> parse_angle("-17.75")
    Angle(degrees=-17.75, axis=None)
    """
    normalised = _normalise(text)
    match = re.fullmatch(_ONE, normalised) if len(normalised) <= LONGEST_POSITION else None
    compact = compact_angle(normalised) if match is None else None
    if compact is not None:
        return _angle(text, list(compact.parts), compact.axis, compact.sign)
    if match is None:
        refuse_uneven_digits(text, normalised)
        raise QuantityError(
            f"{text[:LONGEST_POSITION]!r} is not a latitude or longitude; use 33.78, 33.78N or"
            " 33°47'08\"N"
        )
    sides = [side for side in (match["before"], match["after"]) if side]
    if len(sides) + bool(match["sign"]) > 1:
        raise QuantityError(f"{text!r} specifies the hemisphere twice; write it once")
    parts = re.findall(r"[0-9.]+", match["angle"])
    if len(parts) > 1 and not sides and not re.search(_DEGREE_MARK, match["angle"]):
        raise QuantityError(
            f"{text!r} could be one angle or several numbers; write a hemisphere (N, S, E, W) or °"
        )
    axis, sign = _HEMISPHERES[sides[0]] if sides else (None, 1)
    return _angle(text, parts, axis, -1 if match["sign"] == "-" else sign)


def _angle(text: str, parts: list[str], axis: str | None, sign: int) -> Angle:
    if any(float(part) >= 60 for part in parts[1:]):
        raise QuantityError(f"{text!r} has minutes or seconds of 60 or more; expected less than 60")
    size = sum(float(part) / 60**power for power, part in enumerate(parts))
    if size > _LARGEST[axis]:
        what = {"lat": "latitude", "lon": "longitude", None: "angle"}[axis]
        raise QuantityError(f"{text!r}: {what} {size:g} is more than {_LARGEST[axis]}")
    return Angle(sign * size, axis)


def parse_position(text: str) -> Position | None:
    r"""Parse a typed position, latitude first unless hemispheres specify otherwise.

    Parameters
    ----------
    text : str
        The text as typed: ``LAT,LON`` in decimal degrees,
        degrees-minutes-seconds, or an MGRS reference.

    Returns
    -------
    Position or None
        None if the text does not look like a position and so must be a name.

    Raises
    ------
    QuantityError
        If the text looks like a position but is invalid.

    Examples
    --------
    >>> parse_position("33.78, 42.44")
    Position(name='33.78,42.44', lonlat=LonLat(lon=42.44, lat=33.78), precision_m=0.0)
    >>> parse_position("42°26'24\"E 33°45'N").lonlat
    LonLat(lon=42.44, lat=33.75)
    >>> round(parse_position("38SLC4488").precision_m)
    712
    >>> parse_position("Erbil") is None
    True
    """
    normalised = _normalise(text)
    if len(normalised) > LONGEST_POSITION:
        return None
    if match := re.fullmatch(_MGRS, normalised):
        return _mgrs_square(text, match)
    halves: tuple[str, ...] | None = split_compact(normalised)
    if halves is None and not re.fullmatch(_POSITION_LIKE, normalised):
        return None
    if halves is None:
        halves = next(
            (match.groups() for form in _TWO if (match := re.fullmatch(form, normalised))), None
        )
    if halves is None:
        raise QuantityError(f"{text!r} is not a position; {_syntax_hint(normalised)}")
    first, second = (parse_angle(half) for half in halves)
    if first.axis is not None and first.axis == second.axis:
        which = "latitudes" if first.axis == "lat" else "longitudes"
        raise QuantityError(f"{text!r} has two {which}; write one latitude and one longitude")
    lat, lon = (second, first) if first.axis == "lon" else (first, second)
    lonlat = check_position(lon.degrees, lat.degrees, subject=repr(text))
    decimal = first.axis is None and all(re.fullmatch(r"[+-]?[0-9.]+", half) for half in halves)
    return Position(name=format_position(lonlat) if decimal else normalised.upper(), lonlat=lonlat)


def format_position(position: LonLat) -> str:
    """Format a position as people type it, latitude first.

    Parameters
    ----------
    position : LonLat
        Degrees.

    Returns
    -------
    str
        ``LAT,LON`` in decimal degrees, at most 10 significant digits each.

    Examples
    --------
    >>> format_position(LonLat(42.44, 33.78))
    '33.78,42.44'
    """
    return f"{position.lat:.10g},{position.lon:.10g}"


def _normalise(text: str) -> str:
    """Return the text in lower case, with single spaces and the ASCII minus sign."""
    return " ".join(text.replace("−", "-").lower().split())


def _syntax_hint(normalised: str) -> str:
    sides = re.findall(rf"(?<![^\W\d_]){_SIDE}(?![^\W\d_])", normalised)
    if len(sides) == 1:
        return "give both hemispheres or none, as in 33.78N 42.44E"
    if not sides and re.fullmatch(_ONE, normalised):
        return "it is one angle; write latitude and longitude, as in 33.78,42.44"
    return (
        "write LAT,LON in decimal degrees with points, as in 33.78,42.44,"
        " or degrees and hemispheres, as in 33°47'08\"N 42°26'28\"E"
    )


def _mgrs_square(text: str, match: re.Match[str]) -> Position:
    reference = "".join(match[0].split()).upper()
    if match["zone"] and not match["square"]:
        raise QuantityError(
            f"{text!r} is a whole MGRS zone or half a position; write a square of the zone, as in"
            " 38SLC 44 88, or latitude and longitude"
        )
    groups = (match["digits"] or match["polar"] or "").split()
    digits = "".join(groups)
    per_axis, odd = divmod(len(digits), 2)
    if odd or per_axis > _MOST_DIGITS or (len(groups) > 1 and len(groups[0]) != per_axis):
        raise QuantityError(
            f"{text!r} has MGRS digits that do not split into easting and northing; write two"
            " numbers of equal length, at most 5 digits each"
        )
    import mgrs  # imported only here, since few positions are MGRS references

    refusal = f"{text!r} is not a valid MGRS square; check its zone and letters"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            lat, lon = mgrs.MGRS().toLatLon(reference)  # the square's centre since mgrs 1.6
    except (mgrs.core.MGRSError, RuntimeWarning) as error:
        raise QuantityError(refusal) from error
    precision_m = 10.0 ** (_MOST_DIGITS - per_axis) * _HALF_DIAGONAL
    if match["zone"] and not _in_band(lat, match["zone"][-1].upper(), precision_m):
        raise QuantityError(refusal)
    return Position(
        name=reference,
        lonlat=check_position(lon, lat, subject=repr(text)),
        precision_m=precision_m,
    )


def _in_band(lat: float, letter: str, precision_m: float) -> bool:
    """Whether a square can be in a zone's latitude band; mgrs accepts some that cannot."""
    south = -80 + 8 * _BANDS.index(letter)
    north = 84 if letter == _BANDS[-1] else south + 8
    margin = precision_m / _LEAST_DEGREE_M
    return south - margin <= lat <= north + margin
