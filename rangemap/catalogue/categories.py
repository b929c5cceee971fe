"""Categories of weapons: what each one means, and the figures usually published for it.

A catalogue may use other categories; they are accepted without a definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from rangemap.names import match_key


class Target(StrEnum):
    """What a published engagement range is meant against."""

    AIRCRAFT = "aircraft"
    BALLISTIC_MISSILE = "ballistic missile"
    INCOMING_ROCKET = "incoming rocket"

    @property
    def plural(self) -> str:
        """The targets in running text: ``against ballistic missiles``."""
        return self.value if self is Target.AIRCRAFT else f"{self.value}s"


class Use(StrEnum):
    """What a published range of a category describes."""

    REACH = "reach"
    ENGAGEMENT = "engagement"
    AMMUNITION = "ammunition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category of the built-in catalogue.

    Parameters
    ----------
    name : str
        As written in a catalogue.
    definition : str
        What belongs to it, in one sentence.
    usual_km : tuple of float
        Least and greatest headline to be expected, kilometres.
    defines : bool, default False
        Whether ``usual_km`` is the definition of the category, as for the classes of
        ballistic missiles.
    target : Target, optional
        What a claim without a target is taken to be against.
    use : Use, default Use.REACH
        What its ranges describe, which decides the wording on maps and reports.
    """

    name: str
    definition: str
    usual_km: tuple[float, float]
    defines: bool = False
    target: Target | None = None
    use: Use = Use.REACH


_ALL: Final = (
    Category(
        name="close-range ballistic missile",
        definition="A ballistic missile with a range of up to 300 km.",
        usual_km=(0, 300),
        defines=True,
    ),
    Category(
        name="short-range ballistic missile",
        definition="A ballistic missile with a range of 300 to 1,000 km.",
        usual_km=(300, 1000),
        defines=True,
    ),
    Category(
        name="medium-range ballistic missile",
        definition="A ballistic missile with a range of 1,000 to 3,000 km.",
        usual_km=(1000, 3000),
        defines=True,
    ),
    Category(
        name="intermediate-range ballistic missile",
        definition="A ballistic missile with a range of 3,000 to 5,500 km.",
        usual_km=(3000, 5500),
        defines=True,
    ),
    Category(
        name="intercontinental ballistic missile",
        definition="A ballistic missile with a range of more than 5,500 km.",
        usual_km=(5500, 20_004),
        defines=True,
    ),
    Category(
        name="submarine-launched ballistic missile",
        definition="A ballistic missile launched from a submarine.",
        usual_km=(300, 20_004),
    ),
    Category(
        name="air-launched ballistic missile",
        definition="A ballistic missile launched from an aircraft.",
        usual_km=(100, 3000),
    ),
    Category(
        name="hypersonic glide vehicle",
        definition="A warhead that a booster lifts and that glides to its target above Mach 5.",
        usual_km=(300, 20_004),
    ),
    Category(
        name="land-attack cruise missile",
        definition="A powered guided missile against targets on land, launched from land, sea or air.",
        usual_km=(100, 20_004),
    ),
    Category(
        name="anti-ship missile",
        definition="A guided missile against ships, cruise, ballistic or hypersonic.",
        usual_km=(20, 3000),
    ),
    Category(
        name="anti-radiation missile",
        definition="A guided missile that homes on radars.",
        usual_km=(10, 500),
    ),
    Category(
        name="anti-tank missile",
        definition="A guided missile or weapon against armoured vehicles.",
        usual_km=(0.1, 50),
    ),
    Category(
        name="air-to-air missile",
        definition="A guided missile that aircraft launch at aircraft.",
        usual_km=(1, 500),
        use=Use.ENGAGEMENT,
        target=Target.AIRCRAFT,
    ),
    Category(
        name="glide bomb",
        definition="A guided bomb with wings and without an engine, released from an aircraft.",
        usual_km=(5, 350),
    ),
    Category(
        name="rocket artillery",
        definition="Unguided or guided artillery rockets, named by launcher or by rocket.",
        usual_km=(1, 500),
    ),
    Category(
        name="gun artillery",
        definition="Guns, howitzers, anti-aircraft guns and their shells.",
        usual_km=(1, 150),
        use=Use.AMMUNITION,
    ),
    Category(
        name="one-way attack drone",
        definition="An uncrewed aircraft that flies to a position and is destroyed there.",
        usual_km=(5, 4000),
    ),
    Category(
        name="loitering munition",
        definition="An uncrewed aircraft that waits for a target and is destroyed in striking it.",
        usual_km=(1, 2000),
    ),
    Category(
        name="armed drone",
        definition="An uncrewed aircraft that carries weapons and returns.",
        usual_km=(50, 10_000),
    ),
    Category(
        name="uncrewed surface vessel",
        definition="An uncrewed boat that carries an explosive charge or weapons.",
        usual_km=(50, 3000),
    ),
    Category(
        name="uncrewed underwater vehicle",
        definition="An uncrewed underwater vehicle that carries a warhead, torpedoes included.",
        usual_km=(10, 20_004),
    ),
    Category(
        name="surface-to-air missile",
        definition="A guided missile, or a system of them, launched from land or sea at aircraft.",
        usual_km=(1, 700),
        target=Target.AIRCRAFT,
        use=Use.ENGAGEMENT,
    ),
    Category(
        name="ballistic missile defence interceptor",
        definition="A missile, or a system of them, whose targets are ballistic missiles.",
        usual_km=(20, 3000),
        target=Target.BALLISTIC_MISSILE,
        use=Use.ENGAGEMENT,
    ),
)
CATEGORIES: Final[Mapping[str, Category]] = MappingProxyType(
    {match_key(category.name): category for category in _ALL}
)
"""The categories of the built-in catalogue, by the key of their name."""


def category_of(name: str) -> Category | None:
    """Return the definition of a category, or None for one of a user's own.

    Parameters
    ----------
    name : str
        As written in a catalogue; case, accents, hyphens and spaces are ignored.

    Returns
    -------
    Category or None
        The category of the built-in catalogue with this name.

    Examples
    --------
    >>> category_of("Gun artillery").use
    <Use.AMMUNITION: 'ammunition'>
    """
    return CATEGORIES.get(match_key(name))


def target_of(name: str) -> Target | None:
    """Return what claims of a category without a target are taken to be against.

    Examples
    --------
    >>> target_of("surface-to-air missile")
    <Target.AIRCRAFT: 'aircraft'>
    """
    category = category_of(name)
    return None if category is None else category.target
