"""The catalogue as a whole: weapons in order, found by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rangemap.catalogue.records import Weapon
from rangemap.errors import AmbiguousNameError, UnknownNameError
from rangemap.limits import LONGEST_PLACE, quoted
from rangemap.names import closest, match_key


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Weapons in the order of their file, found by name.

    Parameters
    ----------
    weapons : tuple of Weapon
        The entries, each with a unique id.
    edition : str
        The file or files they were read from.
    version : str, optional
        The edition that its one file names, such as ``2026.12``.
    """

    weapons: tuple[Weapon, ...]
    edition: str
    version: str | None = None

    def merged(self, later: Catalogue) -> Catalogue:
        """Return this catalogue with another one merged over it.

        Parameters
        ----------
        later : Catalogue
            Its entries replace those of this catalogue that have the same id, in the
            same position; the others are added at the end.

        Returns
        -------
        Catalogue
            A new catalogue whose edition names both.
        """
        entries = {weapon.id: weapon for weapon in (*self.weapons, *later.weapons)}
        return Catalogue(tuple(entries.values()), f"{self.edition} + {later.edition}")

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories in use, in the order of the file."""
        return tuple(dict.fromkeys(weapon.category for weapon in self.weapons))

    def find(self, name: str) -> tuple[Weapon, str | None]:
        """Return the weapon that a name refers to, and the variant if one is named.

        Case, accents, hyphens and spaces are ignored. Matches are tried in this order:
        a whole name or alias (except an alias that is also a variant's name), a
        variant's name, ``NAME (VARIANT)``; an entry's id counts as its name.

        Parameters
        ----------
        name : str
            The name.

        Returns
        -------
        weapon : Weapon
            The entry.
        variant : str or None
            The variant that was named; None for the weapon as a whole.

        Raises
        ------
        UnknownNameError
            If no entry has the name; ``closest`` has the most similar names.
        AmbiguousNameError
            If more than one entry has the name; ``choices`` has names that are not shared.
        """
        key = match_key(name)
        for level in _matches(self.weapons, key):
            found = list(dict.fromkeys(level))
            if len(found) > 1:
                labels = [weapon.label(variant) for weapon, variant in found]
                if len({match_key(label) for label in labels}) < len(labels):
                    labels = [weapon.id for weapon, _ in found]  # the names differ only in spelling
                raise AmbiguousNameError(
                    f"weapon {quoted(name)} could be {', '.join(labels)}; name one of these",
                    name=name,
                    choices=labels,
                )
            if found:
                return found[0]
        raise UnknownNameError(
            f"weapon {quoted(name)} is not in the catalogue",
            name=name,
            closest=self.nearest(name[:LONGEST_PLACE]),
            advice="`rangemap weapons list` shows all names",
        )

    def nearest(self, name: str, *, limit: int = 3) -> list[str]:
        """Return the weapons and variants with the most similar names, best first.

        Parameters
        ----------
        name : str
            The name.
        limit : int, default 3
            The maximum number of names.

        Returns
        -------
        list of str
            Names that `find` accepts; empty if none is similar.
        """
        owners: dict[str, str] = {}
        for weapon in self.weapons:
            for word in (weapon.name, *weapon.aliases):
                owners.setdefault(word, weapon.name)
            for variant in weapon.variants:
                owners.setdefault(variant, weapon.label(variant))
        found = (owners[word] for word in closest(name, list(owners), limit=3 * limit))
        return list(dict.fromkeys(found))[:limit]

    def in_category(self, name: str) -> tuple[Weapon, ...]:
        """Return the weapons of one category.

        Parameters
        ----------
        name : str
            The category; case, accents, hyphens and spaces are ignored.

        Returns
        -------
        tuple of Weapon
            In the order of the file; at least one.

        Raises
        ------
        UnknownNameError
            If no weapon has that category; ``closest`` has the most similar ones.
        """
        found = tuple(w for w in self.weapons if match_key(w.category) == match_key(name))
        if not found:
            raise UnknownNameError(
                f"category {quoted(name)} is not in the catalogue",
                name=name,
                closest=closest(name[:LONGEST_PLACE], self.categories, cutoff=0),
            )
        return found


_Match = tuple[Weapon, str | None]


def _matches(weapons: Iterable[Weapon], key: str) -> Iterable[list[_Match]]:
    """Yield the matches of a key, one list per level, strongest level first."""
    names: list[_Match] = []
    variants: list[_Match] = []
    both: list[_Match] = []
    for weapon in weapons:
        keys = {match_key(variant): variant for variant in weapon.variants}
        aliases = {match_key(alias) for alias in weapon.aliases} - keys.keys()
        if key in {match_key(weapon.name), match_key(weapon.id)} | aliases:
            names.append((weapon, None))
        if key in keys:
            variants.append((weapon, keys[key]))
        both += [
            (weapon, variant)
            for variant in weapon.variants
            if key == match_key(weapon.label(variant))
            or any(
                key == match_key(f"{word} ({variant})") for word in (weapon.name, *weapon.aliases)
            )
        ]
    yield names
    yield variants
    yield both
