"""Families of weapons, whose rings share a colour."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from rangemap.catalogue import System


class Family(StrEnum):
    """Kinds of weapons that share a colour."""

    BALLISTIC = "ballistic"
    DRONE = "drone"
    CRUISE = "cruise"
    ROCKET = "rocket"
    AIR_DEFENCE = "air_defence"
    GUN = "gun"
    OTHER = "other"


_FAMILY_KEYWORDS: Final[tuple[tuple[str, Family], ...]] = (
    # The first match in this list decides, so that "ballistic missile" is ballistic
    # and a "cruise missile" is not.
    ("surface-to-air", Family.AIR_DEFENCE),
    ("interceptor", Family.AIR_DEFENCE),
    ("ballistic", Family.BALLISTIC),
    ("glide vehicle", Family.BALLISTIC),
    ("drone", Family.DRONE),
    ("munition", Family.DRONE),
    ("uncrewed", Family.DRONE),
    ("cruise", Family.CRUISE),
    ("rocket", Family.ROCKET),
    ("gun", Family.GUN),
)


def family_of(system: System) -> Family:
    """Return the family that a system's category belongs to; a bare range is `Family.OTHER`."""
    category = "" if system.weapon is None else system.weapon.category.casefold()
    return next(
        (family for keyword, family in _FAMILY_KEYWORDS if keyword in category), Family.OTHER
    )
