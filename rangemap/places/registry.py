"""The registry of publicly known sites: places in order, found by name."""

from __future__ import annotations

from dataclasses import dataclass

from rangemap.errors import AmbiguousNameError
from rangemap.names import match_key
from rangemap.places.records import Place


@dataclass(frozen=True, slots=True)
class Registry:
    """Places in the order of their file, found by name.

    Parameters
    ----------
    places : tuple of Place
        The entries, each with a unique id.
    """

    places: tuple[Place, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All names and aliases, in the order of the file."""
        return tuple(alias for place in self.places for alias in (place.name, *place.aliases))

    def get(self, name: str) -> Place | None:
        """Return the place that has a name.

        Parameters
        ----------
        name : str
            Name, alias or id; case, accents, hyphens and spaces are ignored.

        Returns
        -------
        Place or None
            None if no place has the name.

        Raises
        ------
        AmbiguousNameError
            If more than one place has the name.
        """
        key = match_key(name)
        found = [place for place in self.places if key in _keys(place)]
        if len(found) > 1:
            which = ", ".join(f"{place.name} ({place.id})" for place in found)
            raise AmbiguousNameError(
                f"place {name!r} could be {which}; give the id of one",
                name=name,
                choices=[place.id for place in found],
            )
        return found[0] if found else None


def _keys(place: Place) -> set[str]:
    return {match_key(alias) for alias in (place.name, place.id, *place.aliases)}
