"""Which claims count in a band, on the user's request; never a weight."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rangemap.catalogue.records import Claim, Weapon
from rangemap.text import name_some

if TYPE_CHECKING:  # bands without conditions do not need the list of publishers
    from rangemap.catalogue.publishers import Ownership, PublisherKind, Publishers


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFilter:
    """The conditions that a claim must meet to count in a band.

    Parameters
    ----------
    as_of : datetime.date, optional
        The last day of publication; claims without a date do not count.
    source_kinds : tuple of PublisherKind or None, optional
        Only claims by publishers of these kinds count; None stands for publishers that
        are not in the list. By default claims of every kind count.
    no_state_media : bool, default False
        Whether claims do not count that state media published, or that repeat or credit
        state media. Those of publishers whose ownership is not settled or not known count.
    exclude : tuple of str, optional
        Claims that do not count, as ``WEAPON-ID/CLAIM-ID``.
    publishers : Publishers, optional
        The list of publishers, which ``source_kinds`` and ``no_state_media`` need.
    """

    as_of: dt.date | None = None
    source_kinds: tuple[PublisherKind | None, ...] = ()
    no_state_media: bool = False
    exclude: tuple[str, ...] = ()
    publishers: Publishers | None = field(default=None, repr=False, compare=False)

    def __bool__(self) -> bool:
        """Whether there is any condition."""
        return bool(self.as_of or self.source_kinds or self.no_state_media or self.exclude)

    @property
    def conditions(self) -> tuple[str, ...]:
        """The conditions in English, for errors, notes and files.

        Examples
        --------
        >>> from rangemap.catalogue import PublisherKind
        >>> kinds = (PublisherKind.GOVERNMENT, PublisherKind.THINK_TANK)
        >>> ClaimFilter(as_of=dt.date(2020, 1, 31), source_kinds=kinds).conditions
        ('published by 2020-01-31', 'publishers of these kinds: government, think tank')
        """
        return tuple(self._conditions())

    def _conditions(self) -> Iterator[str]:
        if self.as_of is not None:
            yield f"published by {self.as_of}"
        if self.source_kinds:
            kinds = ", ".join("unknown" if kind is None else kind for kind in self.source_kinds)
            yield f"publishers of these kinds: {kinds}"
        if self.no_state_media:
            yield "not from state media or repeating them"
        if self.exclude:
            yield f"without {name_some(self.exclude)}"

    def keeps(self, weapon: Weapon, claim: Claim) -> bool:
        """Return whether a claim counts.

        Parameters
        ----------
        weapon : Weapon
            The entry of the claim.
        claim : Claim
            The claim.

        Returns
        -------
        bool
            Whether it meets all conditions.
        """
        return (
            (self.as_of is None or claim.published_by(self.as_of))
            and f"{weapon.id}/{claim.id}" not in self.exclude
            and (not self.source_kinds or self._kind(claim) in self.source_kinds)
            and not (self.no_state_media and self._is_from_state_media(claim))
        )

    def notes(self, claims: Iterable[tuple[Weapon, Claim]]) -> list[str]:
        """Return notes on how many claims count, and on those whose publisher is not known.

        Parameters
        ----------
        claims : iterable of (Weapon, Claim)
            The claims that would count without conditions.

        Returns
        -------
        list of str
            One line each; empty without conditions.
        """
        if not self:
            return []
        every = list(claims)
        kept = [claim for weapon, claim in every if self.keeps(weapon, claim)]
        lines = [
            f"claims that count: {'; '.join(self.conditions)} ({len(kept):,} of {len(every):,})"
        ]
        if self.source_kinds and None not in self.source_kinds:
            unknown = [c.source.publisher for _, c in every if self._kind(c) is None]
            if unknown:
                lines.append(
                    "publishers that are not in the list, whose claims do not count:"
                    f" {name_some(dict.fromkeys(unknown))}; add the kind `unknown` to include them"
                )
        if self.no_state_media:
            lines += self._kept_unknown(kept)
        return lines

    def _kept_unknown(self, kept: Sequence[Claim]) -> Iterator[str]:
        from rangemap.catalogue.publishers import Ownership

        for ownership, state in ((Ownership.UNSETTLED, "settled"), (Ownership.UNKNOWN, "known")):
            names = [name for claim in kept for name in self._owned(claim, ownership)]
            if names:
                yield (
                    f"it is not {state} whether these are state media, so their claims count:"
                    f" {name_some(dict.fromkeys(names))}"
                )

    @property
    def _listed(self) -> Publishers:
        from rangemap.catalogue.publishers import Publishers

        return self.publishers or Publishers((), ())

    def _kind(self, claim: Claim) -> PublisherKind | None:
        return self._listed.find(claim.source.publisher).kind

    def _is_from_state_media(self, claim: Claim) -> bool:
        publisher, credited = claim.source.publisher, claim.attributed_to
        names = [publisher, *self._listed.originals(publisher), *([credited] if credited else ())]
        return any(self._listed.is_state_media(name) for name in names)

    def _owned(self, claim: Claim, ownership: Ownership) -> list[str]:
        """Return the publisher and what it repeats, as far as they have this ownership."""
        publisher = claim.source.publisher
        names = [publisher, *self._listed.originals(publisher)[-1:]]
        return [name for name in names if self._listed.ownership(name) is ownership]
