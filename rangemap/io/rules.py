"""Validation rules for single values: each returns the value or raises `ValueError`.

The message completes a sentence that begins with the value. The models of `rangemap.io.models` apply
the rules to files; command-line options use them directly.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final
from urllib.parse import urlsplit

from rangemap.limits import LONGEST_TEXT
from rangemap.text import first_control, is_web_address

SLUG: Final = "[a-z0-9]+(-[a-z0-9]+)*"
_HOST: Final = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.?(:[0-9]{1,5})?")
_DATE: Final = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


def last_day(text: str) -> dt.date:
    """Return the last day of a date that may lack day or month.

    Raises
    ------
    ValueError
        If the text is not a date.

    Examples
    --------
    >>> last_day("2024-02").isoformat()
    '2024-02-29'
    """
    if not _DATE.fullmatch(text) or "-00" in text:
        raise ValueError(text)
    year, month, day = (int(part) for part in (text + "-0-0").split("-")[:3])
    if day:
        return dt.date(year, month, day)
    following = dt.date(year + 1, 1, 1) if month in {0, 12} else dt.date(year, month + 1, 1)
    return following - dt.timedelta(days=1)


def one_or_many(value: Any) -> Any:
    """Return a list; a single text is a list of one."""
    return [value] if isinstance(value, str) else value


def parse_flag(value: Any) -> Any:
    """Parse ``true`` or ``false``; non-string values are left to the model."""
    flags = {"true": True, "false": False}
    if isinstance(value, str) and value not in flags:
        raise ValueError("expected true or false")
    return flags[value] if isinstance(value, str) else value


def parse_count(value: Any) -> Any:
    """Parse a whole number from 1 up."""
    if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError("expected a whole number from 1 up, as in 10")
    return value


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


def check_page_address(value: str) -> str:
    """Require the address of a published page, as readers may see it."""
    check_text(value)
    if not is_web_address(value):
        raise ValueError(
            "expected an address that begins with http:// or https://, as in"
            " https://example.org/map.html"
        )
    host = urlsplit(value).netloc
    if "@" in host:
        raise ValueError("contains a user name or a password, which readers would see; remove it")
    if not _HOST.fullmatch(host):
        raise ValueError(
            f"contains the host {host!r}; expected ASCII letters, digits, dots and hyphens, as in"
            " xn--bcher-kva.example"
        )
    if "#" in value:
        raise ValueError("contains a `#`, which begins a place within a page; leave it out")
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
