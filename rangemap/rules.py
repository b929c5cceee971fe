"""Rules of single values that people write or type: each returns the value, or says what is expected.

A rule raises `ValueError` with the end of a sentence that begins with the value. Files are held to
them by the models of `rangemap.schema`, words on the command line without.
"""

from __future__ import annotations

import re
from typing import Any, Final

from rangemap.limits import LONGEST_TEXT
from rangemap.quantities import last_day
from rangemap.text import first_control, is_web_address

SLUG: Final = "[a-z0-9]+(-[a-z0-9]+)*"


def read_flag(value: Any) -> Any:
    """Read ``true`` or ``false``; what is no text is left to the model."""
    flags = {"true": True, "false": False}
    if isinstance(value, str) and value not in flags:
        raise ValueError("expected true or false")
    return flags[value] if isinstance(value, str) else value


def check_date(value: str) -> str:
    """Refuse what is no year, month or day."""
    try:
        last_day(value)
    except ValueError:
        raise ValueError("expected a date as 2024, 2024-01 or 2024-01-21") from None
    return value


def check_slug(value: str) -> str:
    """Refuse what is no id."""
    if not re.fullmatch(SLUG, value):
        raise ValueError("expected lower-case words joined by hyphens, as in fateh-110")
    return value


def check_url(value: str) -> str:
    """Refuse an address that is no web page's."""
    if not is_web_address(value):
        raise ValueError("expected an address that begins with http:// or https://")
    return value


def check_text(value: str) -> str:
    """Refuse text that says nothing, steers a terminal or never ends."""
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"string should have at most {LONGEST_TEXT} characters")
    if not value.strip():
        raise ValueError("is empty; write it or leave the key out")
    sign = first_control(value)
    if sign is not None:
        raise ValueError(f"contains the control character U+{ord(sign):04X}; remove it")
    return value
