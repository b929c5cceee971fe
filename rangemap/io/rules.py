"""Validation rules for single values: each returns the value or raises `ValueError`.

The message completes a sentence that begins with the value. The models of `rangemap.io.models` apply
the rules to files; command-line options use them directly.
"""

from __future__ import annotations

import re
from typing import Any, Final

from rangemap.limits import LONGEST_TEXT
from rangemap.quantities import last_day
from rangemap.text import first_control, is_web_address

SLUG: Final = "[a-z0-9]+(-[a-z0-9]+)*"


def one_or_many(value: Any) -> Any:
    """Return a list; a single text is a list of one."""
    return [value] if isinstance(value, str) else value


def parse_flag(value: Any) -> Any:
    """Parse ``true`` or ``false``; non-string values are left to the model."""
    flags = {"true": True, "false": False}
    if isinstance(value, str) and value not in flags:
        raise ValueError("expected true or false")
    return flags[value] if isinstance(value, str) else value


def check_date(value: str) -> str:
    """Require an ISO date, possibly without day or month."""
    try:
        last_day(value)
    except ValueError:
        raise ValueError("expected a date such as 2024, 2024-01 or 2024-01-21") from None
    return value


def check_slug(value: str) -> str:
    """Require an id."""
    if not re.fullmatch(SLUG, value):
        raise ValueError("expected lower-case words joined by hyphens, as in fateh-110")
    return value


def check_url(value: str) -> str:
    """Require a web address."""
    if not is_web_address(value):
        raise ValueError("expected an address that begins with http:// or https://")
    return value


def check_text(value: str) -> str:
    """Require non-empty text of limited length without control characters."""
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"string should have at most {LONGEST_TEXT} characters")
    if not value.strip():
        raise ValueError("is empty; give a value or omit it")
    char = first_control(value)
    if char is not None:
        raise ValueError(f"contains the control character U+{ord(char):04X}; remove it")
    return value
