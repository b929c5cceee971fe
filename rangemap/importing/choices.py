"""The choices of an import, as given on the command line and saved in decision files."""

from __future__ import annotations

from enum import StrEnum


class DecimalSeparator(StrEnum):
    """Decimal separator; the other of the two characters may group thousands."""

    POINT = "point"
    COMMA = "comma"


class Mile(StrEnum):
    """Which mile "mile" means."""

    STATUTE = "statute"
    NAUTICAL = "nautical"


class Unit(StrEnum):
    """Unit of figures without a unit."""

    KM = "km"
    MI = "mi"
    NMI = "nmi"
    M = "m"


class DefaultBound(StrEnum):
    """Meaning of a figure without a qualifier; values as in `rangemap.wording.quantities.Bound`."""

    UP_TO = "up to"
    AT_LEAST = "at least"
    ABOUT = "about"


class AxisOrder(StrEnum):
    """Which comes first in a column that contains both."""

    LAT_LON = "lat,lon"
    LON_LAT = "lon,lat"


class DateOrder(StrEnum):
    """Order of day and month in dates such as 03/04/2024."""

    DMY = "dmy"
    MDY = "mdy"
