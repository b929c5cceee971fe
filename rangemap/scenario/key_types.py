"""What a key of a scenario is: its type, its option, and the rule for its values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rangemap.geodesy.position import Bounds
from rangemap.names import match_key


class KeyType(StrEnum):
    """Type of a key's value."""

    TEXT = "text"
    TEXTS = "list of texts"
    PLACES = "list of places"
    SITES = "list of places, or a file name"
    PAIRS = "list of pairs"
    PANELS = "list of panels"
    FILE = "file name"
    FILES = "list of file names"
    DATE = "date"
    EXTENT = "west,south,east,north"
    CHOICE = "choice"
    CHOICES = "list of choices"
    FLAG = "true or false"
    COUNT = "whole number"
    ADDRESS = "web address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of a scenario.

    ``parameter`` is the name of its option's parameter in a command, where it differs from the
    key; ``note`` is about scenario files and Python only, ``example`` a value in such a file.
    A key without an ``option`` is for these only.
    """

    name: str
    help: str
    example: str
    note: str = ""
    type: KeyType = KeyType.TEXT
    default: Any = None
    choices: tuple[str, ...] = ()
    option: str = ""
    short: str | None = None
    parameter: str = ""
    metavar: str | None = "TEXT"

    @property
    def is_list(self) -> bool:
        """Whether the option is repeatable."""
        return self.type in {
            KeyType.TEXTS, KeyType.PLACES, KeyType.SITES, KeyType.PAIRS, KeyType.PANELS, KeyType.FILES,
            KeyType.CHOICES,
        }  # fmt: skip

    @property
    def is_file(self) -> bool:
        """Whether a value of the option is a file name."""
        return self.type in {KeyType.FILE, KeyType.FILES}

    @property
    def description(self) -> str:
        """The help and the note, for files and documentation."""
        return f"{self.help} {self.note}".rstrip()

    @property
    def option_help(self) -> str:
        """The help of the option."""
        return f"{self.help[:-1]}; repeatable." if self.is_list else self.help

    @property
    def rule(self) -> Callable[[Any], Any]:
        """What parses one value, or raises `ValueError`."""
        from rangemap.io.rules import (  # not needed for `--help`
            check_date,
            check_page_address,
            check_text,
            parse_count,
            parse_flag,
        )

        rules = {
            KeyType.CHOICE: self._check_choice,
            KeyType.CHOICES: self._find_choice,
            KeyType.FLAG: parse_flag,
            KeyType.COUNT: parse_count,
            KeyType.ADDRESS: check_page_address,
            KeyType.DATE: check_date,
            KeyType.EXTENT: read_extent,
            KeyType.PAIRS: _read_pair,
        }
        return rules.get(self.type, check_text)

    def _find_choice(self, value: Any) -> Any:
        """Return the choice that is meant, in any spelling."""
        known = {match_key(choice): choice for choice in self.choices}
        meant = known.get(match_key(value), value) if isinstance(value, str) else value
        return self._check_choice(meant)

    def _check_choice(self, value: Any) -> Any:
        if not isinstance(value, str) or value not in self.choices:
            raise ValueError(f"expected {', '.join(self.choices[:-1])} or {self.choices[-1]}")
        return value


def _read_pair(text: str) -> Any:
    from rangemap.scenario.requests import parse_pair  # not needed for `--help`

    return parse_pair(text)


def read_extent(value: Any) -> Any:
    """Parse a box given as text or four numbers; anything else is left to the model."""
    if isinstance(value, Bounds) or not isinstance(value, str | list | tuple):
        return value
    parts = value.split(",") if isinstance(value, str) else value
    try:
        west, south, east, north = (float(part) for part in parts)
    except (TypeError, ValueError, OverflowError):
        raise ValueError("expected WEST,SOUTH,EAST,NORTH in degrees, as in 35,25,60,40") from None
    # NaN fails every comparison, so it is refused as well.
    if not (-90 <= south < north <= 90 and all(-180 <= lon <= 360 for lon in (west, east))):
        raise ValueError(
            "expected longitudes in -180 to 360 and latitudes in -90 to 90, south first"
        )
    if west == east:
        raise ValueError("has zero width (west equals east); expected WEST,SOUTH,EAST,NORTH")
    while east < west:
        east += 360
    return Bounds(west, south, east, north)
