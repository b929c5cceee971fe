"""Publishers of claims and the parties they credit: of what kind they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from rangemap.catalogue.records import Claim
from rangemap.names import match_key


class PublisherKind(StrEnum):
    """What kind of publisher printed a claim."""

    GOVERNMENT = "government"
    MANUFACTURER = "manufacturer"
    INTERNATIONAL_ORGANISATION = "international organisation"
    THINK_TANK = "think tank"
    NEWS_AGENCY = "news agency"
    NEWSPAPER = "newspaper"
    BROADCASTER = "broadcaster"
    TRADE_PRESS = "trade press"
    ENCYCLOPAEDIA = "encyclopaedia"
    AGGREGATOR = "aggregator"
    BLOG = "blog"
    FORUM = "forum"
    ADVOCACY = "advocacy"

    @property
    def plural(self) -> str:
        """The kind as the heading of a list: ``news agencies``, ``trade press``."""
        collective = {PublisherKind.TRADE_PRESS, PublisherKind.ADVOCACY}
        if self in collective:
            return self.value
        return f"{self.value[:-1]}ies" if self.value.endswith("y") else f"{self.value}s"


class PartyKind(StrEnum):
    """What kind of party a publisher credits for a figure."""

    GOVERNMENT = "government"
    MANUFACTURER = "manufacturer"
    INTERNATIONAL_ORGANISATION = "international organisation"
    THINK_TANK = "think tank"
    ARMED_GROUP = "armed group"
    STATE_MEDIA = "state media"
    NEWS = "news"
    OTHER = "other"


class Ownership(StrEnum):
    """Whether a publisher is state media: owned, funded or directed by a state."""

    STATE = "state media"
    OTHER = "not state media"
    UNSETTLED = "not settled"
    UNKNOWN = "not in the list"


_EDITION: Final = re.compile(r"\s*\([^()]* edition\)$")
_UNNAMED: Final = re.compile(r"not shown|\(not named\)")
_BETWEEN: Final = re.compile(r", | / | and ")
# Anonymous sources, state media and armed groups are not official.
_OFFICIAL: Final = frozenset({"government", "manufacturer", "international organisation"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who printed a claim.

    Parameters
    ----------
    name : str
        As in the sources of claims.
    kind : PublisherKind or None
        Its kind; None for a publisher that is not in the list.
    unsure : bool, default False
        Whether the kind could not be determined; it is then ``aggregator``.
    country : str, optional
        Where it is based.
    domain : str, optional
        Domain of its website.
    state_media : bool or None
        Whether a state owns, funds or directs it; None if that is not settled.
    public_service : bool, default False
        Whether it is a public broadcaster or agency with a statute of its own.
    repeats : str, optional
        The original publisher, if it printed the text of another one.
    """

    name: str
    kind: PublisherKind | None
    unsure: bool = False
    country: str | None = None
    domain: str | None = None
    state_media: bool | None
    public_service: bool = False
    repeats: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Whom publishers credit for a figure.

    Parameters
    ----------
    name : str
        As in ``attributed_to`` of claims.
    kind : PartyKind
        Its kind.
    """

    name: str
    kind: PartyKind


class _Named(Protocol):
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Publishers:
    """The known publishers and credited parties, found by name.

    Case, accents, hyphens and spaces of names are ignored.

    Parameters
    ----------
    publishers : tuple of Publisher
        The publishers of claims.
    parties : tuple of Party
        The parties that they credit.
    """

    publishers: tuple[Publisher, ...]
    parties: tuple[Party, ...]
    _publishers: dict[str, Publisher] = field(init=False, repr=False, compare=False)
    _editions: dict[str, Publisher] = field(init=False, repr=False, compare=False)
    _parties: dict[str, Party] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        editions = {match_key(without_edition(p.name)): p for p in reversed(self.publishers)}
        object.__setattr__(self, "_publishers", {match_key(p.name): p for p in self.publishers})
        object.__setattr__(self, "_editions", editions)
        object.__setattr__(self, "_parties", {match_key(p.name): p for p in self.parties})

    def find(self, name: str) -> Publisher:
        """Return a publisher; one that is not in the list has no kind.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        Publisher
            The entry; for an unknown publisher one with ``kind`` and ``state_media`` None.

        Examples
        --------
        >>> from rangemap.catalogue import read_publishers
        >>> read_publishers().find("the national").kind
        <PublisherKind.NEWSPAPER: 'newspaper'>
        >>> read_publishers().find("My Own Notes")
        Publisher(name='My Own Notes', kind=None, unsure=False, country=None, domain=None,
                  state_media=None, public_service=False, repeats=None)
        """
        return self._publishers.get(match_key(name)) or Publisher(
            name=name, kind=None, state_media=None
        )

    def party_kind(self, name: str) -> PartyKind | None:
        """Return the kind of a credited party, or None if it is not in the list.

        Parameters
        ----------
        name : str
            Its name, as in ``attributed_to``.

        Returns
        -------
        PartyKind or None
            Its kind.

        Examples
        --------
        >>> from rangemap.catalogue import read_publishers
        >>> read_publishers().party_kind("UK Ministry of Defence")
        <PartyKind.GOVERNMENT: 'government'>
        """
        party = self._parties.get(match_key(name))
        return None if party is None else party.kind

    def ownership(self, name: str) -> Ownership:
        """Return whether a publisher or a credited party is state media.

        Parameters
        ----------
        name : str
            Its name; an edition in another language stands for the publisher.

        Returns
        -------
        Ownership
            Unsettled and unknown ownership are told apart.

        Examples
        --------
        >>> from rangemap.catalogue import read_publishers
        >>> [str(read_publishers().ownership(name)) for name in ("Xinhua", "Al Jazeera", "AFP")]
        ['state media', 'not settled', 'not in the list']
        """
        key = match_key(name)
        found = self._publishers.get(key) or self._editions.get(key)
        if found is None:
            of_state = self.party_kind(name) is PartyKind.STATE_MEDIA
            return Ownership.STATE if of_state else Ownership.UNKNOWN
        if found.state_media is None:
            return Ownership.UNSETTLED
        return Ownership.STATE if found.state_media else Ownership.OTHER

    def is_state_media(self, name: str) -> bool:
        """Return whether a publisher or a credited party is known to be state media.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        bool
            False also if its ownership is not settled or not known.
        """
        return self.ownership(name) is Ownership.STATE

    def originals(self, name: str) -> tuple[str, ...]:
        """Return the publishers whose text a publisher repeats, as far as they are named.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        tuple of str
            Empty if it repeats none. If the text comes from several, all of them together
            and then each one.

        Examples
        --------
        >>> from rangemap.catalogue import read_publishers
        >>> read_publishers().originals("Hankyung (AFP, Yonhap)")
        ('AFP, Yonhap', 'AFP', 'Yonhap')
        """
        original = self.find(name).repeats
        if original is None or _UNNAMED.search(original):
            return ()
        parts = _BETWEEN.split(original)
        return (original, *parts) if len(parts) > 1 else (original,)

    def official_mark(self, publisher: str, attributed_to: str | None) -> str:
        """Return whether a figure is official, or is reported as official by someone else.

        Governments, manufacturers and international organisations are official. Anonymous
        sources, state media and armed groups are not.

        Parameters
        ----------
        publisher : str
            The publisher of the claim.
        attributed_to : str or None
            Whom it credits.

        Returns
        -------
        str
            ``official``, ``official, as reported by PUBLISHER``, or an empty text.

        Examples
        --------
        >>> from rangemap.catalogue import read_publishers
        >>> read_publishers().official_mark("MBDA", None)
        'official'
        >>> read_publishers().official_mark("Baird Maritime", "UK Ministry of Defence")
        'official, as reported by Baird Maritime'
        """
        if attributed_to is None:
            return "official" if self.find(publisher).kind in _OFFICIAL else ""
        if self.party_kind(attributed_to) not in _OFFICIAL:
            return ""
        return f"official, as reported by {publisher}"

    def ordered(self, claims: Iterable[Claim]) -> tuple[Claim, ...]:
        """Return claims in the order in which their publishers are credited.

        Parameters
        ----------
        claims : iterable of Claim
            The claims.

        Returns
        -------
        tuple of Claim
            By the kind of their publisher, in the order of `PublisherKind` with unknown ones
            last; claims of one kind keep their order.

        Examples
        --------
        >>> from rangemap.catalogue import read_catalogue, read_publishers
        >>> taurus, _ = read_catalogue().find("Taurus KEPD 350")
        >>> read_publishers().ordered(taurus.claims)[0].source.publisher
        'MBDA'
        """
        return tuple(claim for group in self.grouped(claims).values() for claim in group)

    def credited(self, claims: Iterable[Claim]) -> tuple[str, ...]:
        """Return the publishers of claims in the order in which a line of sources names them.

        Parameters
        ----------
        claims : iterable of Claim
            The claims.

        Returns
        -------
        tuple of str
            By kind, as in `ordered`, except that state media follow encyclopaedias. Within a
            kind, publishers that repeat another one come last, and the newest claim first.

        Examples
        --------
        >>> from rangemap.catalogue import read_catalogue, read_publishers
        >>> atacms, _ = read_catalogue().find("ATACMS")
        >>> read_publishers().credited(atacms.claims_of(None))[:2]
        ('The Week US', 'Diamond Online')
        """
        newest: dict[str, str] = {}
        for claim in claims:
            name, date = claim.source.publisher, claim.source.date or ""
            newest[name] = max(newest.get(name, ""), date)
        names = sorted(newest, key=newest.__getitem__, reverse=True)
        return tuple(sorted(names, key=self._place))

    def _place(self, name: str) -> tuple[float, bool]:
        """Return the place of a publisher in a line of sources, without its date."""
        found, kinds = self.find(name), [*PublisherKind, None]
        place: float = kinds.index(found.kind)
        first, last = map(kinds.index, (PublisherKind.NEWS_AGENCY, PublisherKind.ENCYCLOPAEDIA))
        if first <= place <= last and self.ownership(name) is Ownership.STATE:
            place = last + 0.5
        return place, found.repeats is not None

    def grouped(self, claims: Iterable[Claim]) -> Mapping[PublisherKind | None, tuple[Claim, ...]]:
        """Return claims by the kind of their publisher, in the order of `PublisherKind`.

        Parameters
        ----------
        claims : iterable of Claim
            The claims.

        Returns
        -------
        mapping of PublisherKind or None to tuple of Claim
            Only kinds that occur; the last, None, for publishers that are not in the list.
        """
        found: dict[PublisherKind | None, list[Claim]] = {}
        for claim in claims:
            found.setdefault(self.find(claim.source.publisher).kind, []).append(claim)
        return {kind: tuple(found[kind]) for kind in (*PublisherKind, None) if kind in found}


def without_edition(name: str) -> str:
    """Return the name of a publisher without that of an edition in another language.

    Examples
    --------
    >>> without_edition("Al-Manar (French edition)"), without_edition("Telegraf (Ukraine)")
    ('Al-Manar', 'Telegraf (Ukraine)')
    """
    return _EDITION.sub("", name)


def repeated_names(records: Iterable[_Named]) -> list[tuple[int, int]]:
    """Return the positions of records with the name of an earlier one, and those of the earlier."""
    first: dict[str, int] = {}
    repeated = []
    for index, record in enumerate(records):
        earlier = first.setdefault(match_key(record.name), index)
        if earlier != index:
            repeated.append((index, earlier))
    return repeated
