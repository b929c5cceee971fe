"""The kinds of rows of a result."""

from enum import StrEnum


class Rows(StrEnum):
    """What each row of the result describes."""

    VERDICT = "one for each origin, weapon and site"
    SITE = "one for each site"
    COUNT = "one for each origin and weapon"
