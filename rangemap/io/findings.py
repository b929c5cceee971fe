"""Findings: errors and warnings about a hand-written file, each by a rule with a stable name."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from rangemap.errors import Finding, Level

__all__ = ["Finding", "Level", "Rule", "errors_of"]


class Rule(StrEnum):
    """The names of the rules by which `validate` groups its findings; docs/catalogue.md explains them."""

    UNREADABLE = "unreadable"
    UNKNOWN_KEY = "unknown-key"
    MISSING_VALUE = "missing-value"
    INVALID_VALUE = "invalid-value"
    INVALID_FEATURE = "invalid-feature"
    DUPLICATE_ID = "duplicate-id"
    MORE_ERRORS = "more-errors"
    SHARED_NAME = "shared-name"
    CATEGORY_RANGE = "category-range"
    UNUSUAL_RANGE = "unusual-range"
    MILES_AS_KM = "miles-as-km"
    OUTSIDE_COUNTRY = "outside-country"
    ZERO_POSITION = "zero-position"
    SWAPPED_POSITION = "swapped-position"
    FAR_SOURCE = "far-source"
    ELSEWHERE = "all-elsewhere"
    SMALL_PRECISION = "small-precision"
    CLOSE_PLACES = "close-places"
    TITLE_FROM_ADDRESS = "title-from-address"
    UNKNOWN_PUBLISHER = "unknown-publisher"
    NO_DATE = "no-date"
    NO_URL = "no-url"
    NOT_CHECKED = "not-checked"


def errors_of(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that are errors."""
    return [finding for finding in findings if finding.level is Level.ERROR]
