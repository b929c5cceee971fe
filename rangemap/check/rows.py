"""The kinds of rows of a result, and what to do about invalid ones of the input."""

from enum import StrEnum
from typing import Final

SKIP_OPTION: Final = "--rejects FILE"
"""The option of a check that skips invalid rows."""


class Rows(StrEnum):
    """What each row of the result describes."""

    VERDICT = "one for each origin, weapon and site"
    SITE = "one for each site"
    COUNT = "one for each origin and weapon"
