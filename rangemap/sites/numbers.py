"""Text columns that contain numbers, and those that only look like it.

A CSV file has no types, so every cell of it is text. In a workbook and in a DataFrame a column
of amounts must be numbers, or a sum of it is 0; postcodes and telephone numbers must stay text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

MOST_DIGITS: Final = 15
"""A decimal number with up to this many digits survives storage as a float, as in a spreadsheet."""

_PLAIN: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.(?P<decimals>[0-9]+))?", re.ASCII)
_IDENTIFIERS: Final = frozenset(
    {"id", "ident", "code", "postcode", "postal", "zip", "zipcode", "plz", "phone", "telephone", "tel", "fax"}
)  # fmt: skip


class Numbers(NamedTuple):
    """A column of numbers, None for an empty cell.

    ``decimals`` is the number of decimals of every cell; None if they differ.
    """

    values: tuple[int | float | None, ...]
    decimals: int | None


def parse_numbers(name: str, cells: Sequence[Any]) -> Numbers | None:
    """Parse a column of an untyped file as numbers, or return None if it must stay text.

    Parameters
    ----------
    name : str
        The column's name. One with a word such as ``id``, ``code``, ``postcode`` or ``phone``
        stays text.
    cells : sequence
        Its cells; spaces around a number are ignored.

    Returns
    -------
    Numbers or None
        None unless every non-empty cell is a plain decimal number that can be written
        back unchanged: no leading zeros, plus sign, exponent or separators, and at most 15
        digits (more only in a fraction that is a float written out in full). Trailing zeros
        matter: ``1.10`` is a number only if every cell has two decimals.

    Examples
    --------
    >>> parse_numbers("staff", ["42", "", "7"])
    Numbers(values=(42, None, 7), decimals=0)
    >>> [parse_numbers("ref", cells) for cells in (["007", "42"], ["1.9", "1.10"], ["+49"], [""])]
    [None, None, None, None]
    """
    if not _IDENTIFIERS.isdisjoint(re.split(r"[\W_]+", name.casefold())):
        return None
    texts = [
        "" if cell is None else cell.strip() if isinstance(cell, str) else None for cell in cells
    ]
    if not any(texts):
        return None
    read = {text: _read(text) for text in dict.fromkeys(texts) if text != ""}
    found = [number for number in read.values() if number is not None]
    if len(found) < len(read):
        return None
    decimals = {number.decimals for number in found}
    if len(decimals) > 1 and any(number.padded for number in found):
        return None
    return Numbers(
        tuple(read[text].value if text else None for text in texts),  # type: ignore[union-attr]
        decimals.pop() if len(decimals) == 1 else None,
    )


class _Number(NamedTuple):
    value: int | float
    decimals: int
    padded: bool
    """Whether it ends in a redundant zero other than that of ``42.0``."""


def _read(text: str | None) -> _Number | None:
    match = None if text is None else _PLAIN.fullmatch(text)
    if text is None or match is None:
        return None
    decimals = match["decimals"] or ""
    is_short = len(text.replace(".", "").lstrip("-0")) <= MOST_DIGITS
    if not decimals:
        return _Number(int(text), 0, padded=False) if is_short and text != "-0" else None
    value = float(text)
    # Longer fractions are accepted if a program would write the float that way.
    if not (is_short or repr(value) == text):
        return None
    return _Number(value, len(decimals), padded=decimals.endswith("0") and decimals != "0")
