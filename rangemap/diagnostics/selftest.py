"""Check the geodesics of this installation against exact values that come with rangemap."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Final

from rangemap.errors import DocumentError
from rangemap.geodesy import WGS84, distance_m
from rangemap.geodesy.position import LonLat
from rangemap.io.packaged import data_file

ALLOWED_NM: Final = 20.0
"""A larger error has another cause than rounding: Karney's method is accurate to 15 nm."""

_FILE: Final = "geodesics.tsv"
_PARTS_OF_DEGREE: Final = 2**20
_PARTS_OF_METRE: Final = 2**10
_DEGREE_M: Final = 111_320.0  # along the equator; elsewhere it differs by less than a percent
_NANOMETRES: Final = 1e9  # in a metre


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """The geodesics of one problem and one group, and the worst error.

    ``problem`` is ``inverse`` (a distance) or ``direct`` (an end point); ``where`` is the file
    and line of the worst geodesic.
    """

    problem: str
    group: str
    count: int
    worst_nm: float
    where: str


def self_tests() -> list[SelfTest]:
    """Compare geodesics with their exact values.

    Returns
    -------
    list of SelfTest
        One for each problem and group in ``data/geodesics.tsv``: points anywhere, near each
        other's antipode, and less than 65 m apart.

    Raises
    ------
    DocumentError
        If the file of exact values is damaged.

    Notes
    -----
    The values are GeographicLib's exact solution in extended precision [1]_. Differences are
    computed in decimal arithmetic, so that only the error of this installation is reported.

    References
    ----------
    .. [1] C. F. F. Karney, "Geodesics on an arbitrary ellipsoid of revolution", J. Geodesy 98,
       4 (2024), doi:10.1007/s00190-023-01813-2.

    Examples
    --------
    >>> tests = self_tests()
    >>> sum(test.count for test in tests), max(test.worst_nm for test in tests) < ALLOWED_NM
    (2100, True)
    """
    errors = _errors_nm(data_file(_FILE))
    return [
        _worst(problem, group, list(found))
        for (problem, group), found in groupby(errors, key=lambda error: error[:2])
    ]


_Error = tuple[str, str, str, float]
"""Problem, group, file and line, error in nanometres."""


def _worst(problem: str, group: str, errors: Sequence[_Error]) -> SelfTest:
    *_, where, worst_nm = max(errors, key=lambda error: error[-1])
    return SelfTest(problem=problem, group=group, count=len(errors), worst_nm=worst_nm, where=where)


def _errors_nm(path: Path) -> list[_Error]:
    errors: list[_Error] = []
    for line, text in enumerate(path.read_text("utf-8").splitlines(), start=1):
        where = f"{path}:{line}"
        if text.startswith("#"):
            continue
        problem, _, values = text.partition("\t")
        group, *figures = values.split("\t")
        try:
            error_nm = _PROBLEMS[problem](*figures) * _NANOMETRES
        except (KeyError, ArithmeticError, ValueError) as error:
            raise DocumentError(
                f"{where}: is not a geodesic with its exact value; reinstall rangemap"
            ) from error
        # NaN compares as False, so it would not be found as the worst error.
        errors.append((problem, group, where, math.inf if math.isnan(error_nm) else error_nm))
    if not errors:
        raise DocumentError(f"{path}: contains no geodesics; reinstall rangemap")
    return errors


def _inverse_error_m(*values: str) -> float:
    lat1, lon1, lat2, lon2, exact_m = values
    found_m = distance_m(LonLat(_degrees(lon1), _degrees(lat1)), _degrees(lon2), _degrees(lat2))
    return abs(float(Decimal(float(found_m)) - Decimal(exact_m)))


def _direct_error_m(*values: str) -> float:
    lat1, lon1, azi1, length, exact_lat, exact_lon = values
    lon, lat, _ = WGS84.fwd(
        _degrees(lon1), _degrees(lat1), _degrees(azi1), int(length) / _PARTS_OF_METRE
    )
    north = float(Decimal(lat) - Decimal(exact_lat))
    east = math.remainder(float(Decimal(lon) - Decimal(exact_lon)), 360)
    return math.hypot(north, east * math.cos(math.radians(lat))) * _DEGREE_M


_PROBLEMS: Final[dict[str, Callable[..., float]]] = {
    "inverse": _inverse_error_m,
    "direct": _direct_error_m,
}


def _degrees(parts: str) -> float:
    return int(parts) / _PARTS_OF_DEGREE
