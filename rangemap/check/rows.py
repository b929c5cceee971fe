"""Which rows an answer has."""

from enum import StrEnum


class Rows(StrEnum):
    """What stands in a row of the answer."""

    VERDICT = "one for each origin, weapon and site"
    SITE = "one for each site"
    COUNT = "one for each origin and weapon"
