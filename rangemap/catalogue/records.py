"""Weapons and the claims published about them: plain records that check their own rules."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from rangemap.catalogue.categories import Target, target_of
from rangemap.errors import CatalogueError
from rangemap.io.rules import last_day
from rangemap.names import match_key
from rangemap.text import shown_title, site_name
from rangemap.wording.quantities import Range


class ClaimKind(StrEnum):
    """What a claim is about; only a published maximum range is drawn."""

    RANGE = "range"
    FLIGHT = "observed flight"
    WARHEAD = "warhead"
    CLASS = "class"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a claim was published; unknown values are None.

    Parameters
    ----------
    publisher : str
        Who published it.
    title : str, optional
        Title of the publication.
    corrected_title : str, optional
        The title to show instead, if ``title`` is wrong.
    url : str, optional
        Its address.
    date : str, optional
        Year, month or day of publication: ``2024``, ``2024-05`` or ``2024-05-17``.
    date_note : str, optional
        How the date is known if the publication does not print it.
    archived : str, optional
        Address of a stored copy.
    """

    publisher: str
    title: str | None = None
    corrected_title: str | None = None
    url: str | None = None
    date: str | None = None
    date_note: str | None = None
    archived: str | None = None

    @property
    def shown_title(self) -> str | None:
        """The corrected title, else the title, unless it was made from the address."""
        return self.corrected_title or shown_title(self.title, self.url)

    @property
    def headline(self) -> str:
        """The title to show, else the name of the website, else an empty string."""
        return self.shown_title or site_name(self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One published figure for a weapon, as worded by its source.

    Parameters
    ----------
    id : str
        Identifier, unique within its weapon.
    kind : ClaimKind, default ClaimKind.RANGE
        What the figure is about.
    range : Range, optional
        The figure, metres; every claim of kind ``RANGE`` has one.
    variant : str, optional
        Variant of the weapon that it is about.
    target : Target, optional
        What the range is meant against, where the source states it.
    attributed_to : str, optional
        Who the publisher credits for the figure.
    warhead : str, optional
        Published text about a warhead.
    wording : str, optional
        The sentence of the source, in the original language.
    note : str, optional
        What readers of the claim need to know.
    source : Source
        Where it was published.
    checked : str, optional
        Date on which a second reader last confirmed the figure in the source.
    first_seen : str, optional
        Date on which it was first seen.
    doubtful : bool, default False
        Whether it is listed but not drawn.
    retracted : str, optional
        Date on which its publisher withdrew it.

    Raises
    ------
    CatalogueError
        If a claim of kind ``RANGE`` has no range.
    """

    id: str
    kind: ClaimKind = ClaimKind.RANGE
    range: Range | None = None
    variant: str | None = None
    target: Target | None = None
    attributed_to: str | None = None
    warhead: str | None = None
    wording: str | None = None
    note: str | None = None
    source: Source
    checked: str | None = None
    first_seen: str | None = None
    doubtful: bool = False
    retracted: str | None = None

    def __post_init__(self) -> None:
        if self.kind is ClaimKind.RANGE and self.range is None:
            raise CatalogueError("a range claim has no range; write one, or set its `kind`")

    @property
    def drawn(self) -> bool:
        """Whether the claim counts in a band: a range, not doubtful, not retracted."""
        return self.kind is ClaimKind.RANGE and not self.doubtful and self.retracted is None

    @property
    def figure(self) -> str:
        """The published figure as text, with its kind if it is not a range."""
        figure = self.warhead or "no figure" if self.range is None else str(self.range)
        return figure if self.kind is ClaimKind.RANGE else f"{self.kind}: {figure}"

    def published_by(self, day: dt.date) -> bool:
        """Whether the claim was certainly published by the end of a day.

        Parameters
        ----------
        day : datetime.date
            The last day that counts.

        Returns
        -------
        bool
            False if the date is unknown, or is a year or month that ends after the day.
        """
        return self.source.date is not None and last_day(self.source.date) <= day


@dataclass(frozen=True, slots=True, kw_only=True)
class Weapon:
    """One entry of the catalogue with all its claims.

    Parameters
    ----------
    id : str
        Identifier, unique within the catalogue.
    name : str
        The displayed name.
    aliases : tuple of str, optional
        Other names.
    country : tuple of str
        Where it was developed; several for a joint development.
    operators : tuple of str, optional
        Countries or groups that operate it.
    category : str
        Its category, such as ``short-range ballistic missile``.
    category_note : str, optional
        Why the category is correct although the figures seem to contradict it.
    default_variant : str, optional
        The variant to use if none is named and every claim is about a variant.
    note : str, optional
        What readers of the entry need to know.
    claims : tuple of Claim
        At least one, each with a unique id.
    edition : str, optional
        The catalogue file that the entry was read from: its name, its version if it has
        one, and the first digits of its SHA-256.

    Raises
    ------
    CatalogueError
        If there are no claims, two have the same id, or no claim is about the default variant.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    country: tuple[str, ...]
    operators: tuple[str, ...] = ()
    category: str
    category_note: str | None = None
    default_variant: str | None = None
    note: str | None = None
    claims: tuple[Claim, ...]
    edition: str = ""

    def __post_init__(self) -> None:
        if not self.claims:
            raise CatalogueError("has no claims; write at least one")
        if not self.country:
            raise CatalogueError("has no country; write at least one")
        if len({claim.id for claim in self.claims}) < len(self.claims):
            ids = Counter(claim.id for claim in self.claims)
            duplicate = next(id_ for id_, count in ids.items() if count > 1)
            raise CatalogueError(f"duplicate claim id {duplicate!r}; give each claim its own")
        if self.default_variant is not None and self.default_variant not in self.variants:
            raise CatalogueError(
                f"default_variant {self.default_variant!r} is not a variant; expected one of"
                f" {', '.join(self.variants)}"
            )

    @property
    def variants(self) -> tuple[str, ...]:
        """The variants that its claims name, in the order of the claims."""
        return tuple(dict.fromkeys(claim.variant for claim in self.claims if claim.variant))

    @property
    def countries(self) -> str:
        """The countries in one text: ``United Kingdom / France``."""
        return " / ".join(self.country)

    @property
    def target(self) -> Target | None:
        """The target assumed for a claim that states none.

        That of the category; in a category without one, the first target that a claim
        states (a gun with claims against aircraft is an anti-aircraft gun).
        """
        return target_of(self.category) or next(
            (claim.target for claim in self.claims if claim.target is not None), None
        )

    def claims_of(self, variant: str | None, *, target: Target | None = None) -> tuple[Claim, ...]:
        """Return the claims of one variant that count in a band.

        Figures against different targets never form one band.

        Parameters
        ----------
        variant : str or None
            Name of the variant, exactly as in the claims; None for the claims without one.
        target : Target, optional
            What they are against; by default the weapon's own target.

        Returns
        -------
        tuple of Claim
            The claims in the order of the entry; empty if there are none.
        """
        own = self.target
        meant = own if target is None else target
        return tuple(
            claim
            for claim in self.claims
            if claim.drawn and claim.variant == variant and (claim.target or own) == meant
        )

    def label(self, variant: str | None) -> str:
        """Return the name of the weapon or of a variant.

        Parameters
        ----------
        variant : str or None
            Name of the variant.

        Returns
        -------
        str
            ``NAME`` or ``NAME (VARIANT)``. Where brackets would follow brackets, a variant that
            contains the name stands alone (``Qassam-1`` of ``Qassam (family)``); otherwise the
            name keeps its note, as in ``240 mm MRL (North Korea, M-1991)``, except ``(family)``.
        """
        if variant is None:
            return self.name
        base, opening, note = self.name.removesuffix(")").partition(" (")
        if not opening and "(" not in variant:
            return f"{self.name} ({variant})"
        is_named = re.search(rf"(?<![\w-]){re.escape(base)}", variant, re.IGNORECASE)
        if is_named and match_key(variant) not in {match_key(self.name), match_key(self.id)}:
            return variant
        notes = [variant] if note in {"", "family"} else [note, variant]
        return f"{base} ({', '.join(notes)})"
