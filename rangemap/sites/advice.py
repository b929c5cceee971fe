"""The import that reads a file of sites which a check refuses."""

from __future__ import annotations

import re
import shlex
from typing import Any, Final

from rangemap.errors import QuantityError
from rangemap.places.positions import parse_angle

_WITHOUT_GAP: Final = re.compile(
    r"\s*[+-]?(?:[0-9]{2,3}[0-5][0-9]|0[0-9]{2}[0-5][0-9][0-5][0-9])(?:\.[0-9]*)?\s*", re.ASCII
)
"""Degrees and minutes (3318.91), or degrees, minutes and seconds with a leading zero; larger numbers may be metres."""
_DECIMAL_COMMA: Final = re.compile(r"\s*[+\-−]?[0-9]{1,3},[0-9]+\s*")


def import_command(name: str, option: str = "") -> str:
    """Return the command that converts a file of sites.

    Parameters
    ----------
    name : str
        The file.
    option : str, optional
        The option that decides what is unclear.

    Examples
    --------
    >>> import_command("my sites.csv", "--encoding NAME")  # doctest: +NORMALIZE_WHITESPACE
    "rangemap sites import 'my sites.csv' --encoding NAME --publisher NAME --fill country=NAME
    --fill kind=KIND -o imported.geojson"
    """
    words = ("rangemap sites import", shlex.quote(name), option, "--publisher NAME",
             "--fill country=NAME --fill kind=KIND", "-o imported.geojson")  # fmt: skip
    return " ".join(filter(None, words))


def is_other_notation(value: Any) -> bool:
    r"""Whether a value is not a plain number of degrees, but a notation that an import reads.

    Examples
    --------
    >>> [is_other_notation(text) for text in ("33,78", "33°47'08\"N", "33.78N", "33.78", "", "x")]
    [True, True, True, False, False, False]
    >>> [is_other_notation(value) for value in ("3318.91", "0511848", 3318.91, "3378.91", 500000.0)]
    [True, True, True, False, False]
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{value:.10g}"
    if not isinstance(value, str):
        return False
    if _DECIMAL_COMMA.fullmatch(value) or _WITHOUT_GAP.fullmatch(value):
        return True
    try:
        # Several numbers without a mark could be anything.
        return re.search(r"[^0-9.+\-\s]", value) is not None and bool(parse_angle(value))
    except QuantityError:
        return False
