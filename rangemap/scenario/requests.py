"""What a scenario asks for by name: places with labels of their own, pairs and panels."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rangemap.catalogue import Source
from rangemap.errors import QuantityError
from rangemap.scenario.origins import Origin
from rangemap.text import first_control
from rangemap.wording.quantities import parse_range

_COLOUR: Final = re.compile("#[0-9A-Fa-f]{6}")
_PAIR: Final = 'as in "Kinzhal @ Vladivostok" or "Fajr-5=75 km @ Beirut"'


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRequest:
    """A PLACE as typed, and the label shown instead of its name."""

    place: str
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRequest:
    """A weapon, or a range given directly, from one place only.

    Parameters
    ----------
    place : str, PlaceRequest or Origin
        Where it starts.
    weapon : str, optional
        The name of a weapon.
    range : str, optional
        A range, if it is not that of a weapon.
    label : str, optional
        The ring's label instead of the weapon's name or of the range.
    colour : str, optional
        The ring's colour, ``#RRGGBB``.
    source : Source, optional
        Where the range was published, as given by the user.
    """

    place: str | PlaceRequest | Origin
    weapon: str | None = None
    range: str | None = None
    label: str | None = None
    colour: str | None = None
    source: Source | None = None

    def __post_init__(self) -> None:
        if (self.weapon is None) == (self.range is None):
            raise ValueError("expected either a weapon or a range")
        if self.source is not None and self.range is None:
            raise ValueError(
                "a weapon has the sources of the catalogue; give a source with a range only"
            )


@dataclass(frozen=True, slots=True)
class PanelRequest:
    """One of several maps in a picture: the keys of `PANEL_KEYS` that it gives, with their values."""

    given: Mapping[str, Any]


def check_colour(text: str) -> str:
    """Require a colour as ``#RRGGBB``."""
    if not _COLOUR.fullmatch(text):
        raise ValueError('expected a colour as "#RRGGBB", red, green and blue in hexadecimal')
    return text


def parse_pair(text: str) -> PairRequest:
    """Parse a pair as typed.

    Parameters
    ----------
    text : str
        ``WHAT @ FROM``: a weapon or ``[LABEL=]RANGE``, and ``[LABEL=]PLACE``.

    Returns
    -------
    PairRequest
        The request; names have not been looked up.

    Raises
    ------
    ValueError
        If the text is not a pair.

    Examples
    --------
    >>> parse_pair("Kinzhal @ Vladivostok").weapon
    'Kinzhal'
    >>> (pair := parse_pair("Fajr-5=75 km @ Beirut")).range, pair.label
    ('75 km', 'Fajr-5')
    """
    char = first_control(text)
    if char is not None:
        raise ValueError(f"contains the control character U+{ord(char):04X}; remove it")
    what, at, place = (part.strip() for part in text.rpartition("@"))
    if not at or not what or not place:
        raise ValueError(f"expected WHAT @ FROM, {_PAIR}")
    label, equals, phrase = (part.strip() for part in what.rpartition("="))
    if equals and not (label and phrase):
        raise ValueError(f"expected LABEL=RANGE before the '@', {_PAIR}")
    if equals or _is_range(what):
        return PairRequest(place=place, range=phrase, label=label or None)
    return PairRequest(place=place, weapon=what)


def _is_range(text: str) -> bool:
    try:
        parse_range(text)
    except QuantityError:
        return False
    return True


def split_label(place: str | PlaceRequest, is_name: Callable[[str], bool]) -> PlaceRequest:
    """Split ``[LABEL=]PLACE``; a text that is a name as a whole has no label.

    Raises
    ------
    QuantityError
        If there is nothing before or after the ``=``.
    """
    if isinstance(place, PlaceRequest):
        return place
    if "=" not in place or is_name(place):
        return PlaceRequest(place=place)
    return _split(place)


def _split(text: str) -> PlaceRequest:
    label, _, place = (part.strip() for part in text.rpartition("="))
    if not label or not place:
        side = "before" if place else "after"
        raise QuantityError(
            f"place {text!r} has nothing {side} the '='; write LABEL=PLACE or PLACE"
        )
    return PlaceRequest(place=place, label=label)
