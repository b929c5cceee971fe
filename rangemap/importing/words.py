"""The closed choices of an import, as they are said on the command line and kept in files."""

from __future__ import annotations

from enum import StrEnum


class DecimalSign(StrEnum):
    """Which of two signs stands before the decimals; the other may group thousands."""

    POINT = "point"
    COMMA = "comma"


class Mile(StrEnum):
    """What a bare mile means."""

    STATUTE = "statute"
    NAUTICAL = "nautical"


class Unit(StrEnum):
    """What a bare figure is counted in."""

    KM = "km"
    MI = "mi"
    NMI = "nmi"
    M = "m"


class Bare(StrEnum):
    """What a figure without a word means, as the values of `rangemap.quantities.Bound`."""

    UP_TO = "up to"
    AT_LEAST = "at least"
    ABOUT = "about"


class Order(StrEnum):
    """Which comes first in a column that holds both."""

    LAT_LON = "lat,lon"
    LON_LAT = "lon,lat"


class DateOrder(StrEnum):
    """How days and months stand in dates such as 03/04/2024."""

    DMY = "dmy"
    MDY = "mdy"
