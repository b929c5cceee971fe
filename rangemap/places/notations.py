"""Notations of aviation and of ISO 6709: digits without marks, read by their number."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from rangemap.errors import QuantityError

_MINUS: Final = "\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d"
_POINT: Final = "\u00b7\u2027"  # raised, as in British print
_INVISIBLE: Final = "\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"
_CHARACTERS: Final = str.maketrans(
    {
        **dict.fromkeys(_MINUS, "-"),
        **dict.fromkeys(_POINT, "."),
        **dict.fromkeys(_INVISIBLE),
    }
)

_LAT: Final = r"(?:[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{8})(?:\.[0-9]{1,10})?"
_LON: Final = r"(?:[0-9]{3}|[0-9]{5}|[0-9]{7}|[0-9]{9})(?:\.[0-9]{1,10})?"
# Charts and flight files separate the parts by hyphens or points: N051.28.39.000, 35-41-21.5N.
_PARTS: Final = (
    r"(?P<deg>[0-9]{1,3})(?P<gap>[-.])(?P<min>[0-9]{2})(?P=gap)(?P<sec>[0-9]{2}(?:\.[0-9]{1,10})?)"
)
_SEPARATED: Final = rf"(?P<before>[nsew])?\s*{_PARTS}\s*(?P<after>[nsew])?"
_COMPACT: Final = rf"(?:(?P<lat>{_LAT})\s*(?P<north>[ns])|(?P<lon>{_LON})\s*(?P<east>[ew]))"
_COMPACT_FIRST: Final = rf"(?:(?P<north>[ns])\s*(?P<lat>{_LAT})|(?P<east>[ew])\s*(?P<lon>{_LON}))"
_ISO: Final = (
    rf"(?P<lat>[+-]{_LAT})(?P<lon>[+-]{_LON})(?:[+-][0-9]{{1,5}}(?:\.[0-9]{{1,10}})?)?"
    r"(?:crswgs_?84)?/?"
)
_HALF: Final = r"[0-9][0-9.\-]*"
_HALVES: Final = (
    rf"(?P<first>{_HALF}\s*[nsew])\s*[,;/]?\s*(?P<second>{_HALF}\s*[nsew])",
    rf"(?P<first>[nsew]\s*{_HALF})\s*[,;/]?\s*(?P<second>[nsew]\s*{_HALF})",
)
_DEGREE_DIGITS: Final = {"lat": 2, "lon": 3}


class CompactAngle(NamedTuple):
    """Degrees, minutes and seconds as text, with the sign and the axis of their hemisphere."""

    parts: tuple[str, ...]
    sign: int
    axis: str


def plain_characters(text: str) -> str:
    r"""Return text with the minus signs and decimal points of ASCII, without invisible marks.

    Examples
    --------
    >>> plain_characters("\u2212.5"), plain_characters("51\u00b75")
    ('-.5', '51.5')
    """
    return text if text.isascii() else text.translate(_CHARACTERS)


def compact_angle(normalised: str) -> CompactAngle | None:
    """Return the parts of an angle in digits, or None if the text is something else.

    Parameters
    ----------
    normalised : str
        Lower-case text: ``354121n``, ``e0511848.5``, ``35-41-21n``, ``n051.28.39.000``. Latitudes
        have two digits for degrees, longitudes three, then two for minutes and seconds;
        ``35412150n`` ends in hundredths of a second.

    Returns
    -------
    CompactAngle or None
        None also for two or three digits without decimals, which are whole degrees.

    Examples
    --------
    >>> compact_angle("354121n"), compact_angle("e05118.8")
    (CompactAngle(parts=('35', '41', '21'), sign=1, axis='lat'), CompactAngle(parts=('051', '18.8'), sign=1, axis='lon'))
    """
    match = re.fullmatch(_COMPACT, normalised) or re.fullmatch(_COMPACT_FIRST, normalised)
    if match is not None:
        axis = "lat" if match["lat"] else "lon"
        parts = _split_digits(match[axis], _DEGREE_DIGITS[axis])
        side = match["north"] or match["east"]
        return (
            CompactAngle(parts, -1 if side in {"s", "w"} else 1, axis) if len(parts) > 1 else None
        )
    match = re.fullmatch(_SEPARATED, normalised)
    if match is None or bool(match["before"]) == bool(match["after"]):
        return None
    side = match["before"] or match["after"]
    return CompactAngle(
        match.group("deg", "min", "sec"),
        -1 if side in {"s", "w"} else 1,
        "lat" if side in {"n", "s"} else "lon",
    )


def _split_digits(digits: str, n_degrees: int) -> tuple[str, ...]:
    whole, point, decimals = digits.partition(".")
    parts = [whole[:n_degrees], *(whole[i : i + 2] for i in range(n_degrees, len(whole), 2))]
    if len(parts) > 3:  # hundredths of a second
        return (parts[0], parts[1], f"{parts[2]}.{parts[3]}{decimals}")
    return (*parts[:-1], f"{parts[-1]}{point}{decimals}")


def split_compact(normalised: str) -> tuple[str, str] | None:
    """Return the two angles of a position in digits, or None.

    Examples
    --------
    >>> split_compact("354121n0511848e"), split_compact("+354121+0511848/")
    (('354121n', '0511848e'), ('354121n', '0511848e'))
    """
    iso = re.fullmatch(_ISO, normalised)
    if iso is not None:
        lat, lon = iso["lat"], iso["lon"]
        return lat[1:] + ("s" if lat[0] == "-" else "n"), lon[1:] + ("w" if lon[0] == "-" else "e")
    for form in _HALVES:
        match = re.fullmatch(form, normalised)
        if match is not None and any(compact_angle(match[half]) for half in ("first", "second")):
            return match["first"], match["second"]
    return None


def refuse_uneven_digits(text: str, normalised: str) -> None:
    """Refuse digits that do not split into degrees, minutes and seconds, with the reason.

    Raises
    ------
    QuantityError
        If there are too many digits for degrees, and not the number for minutes or seconds.
    """
    if re.fullmatch(r"[nsew]?\s*[0-9]{4,9}(\.[0-9]{0,10})?\s*[nsew]?", normalised) is None:
        return
    raise QuantityError(
        f"{text!r} has digits that do not split into degrees, minutes and seconds; write a latitude as"
        " DDMM or DDMMSS and a longitude as DDDMM or DDDMMSS, with zeros in front, as in 354121N 0511848E"
    )
