"""How many independent sources some claims have.

Many outlets print one agency's text or one official's statement. The count is information for
the reader and never a weight: bands and headlines do not depend on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rangemap.catalogue.publishers import Publishers, without_edition
from rangemap.catalogue.records import Claim
from rangemap.names import match_key

RULE: Final = (
    "Independent sources: claims that credit the same party, or that are or repeat a text of the"
    " same publisher, count once; links that no source states are not known."
)
"""The rule of `independent_sources` for readers."""

# "Tal Barry", "Tal Barry (as spelled)", "Tal Barry, via AP" and "Haaretz, quoting Tal Barry" credit
# the same party.
_QUOTED: Final = re.compile(r".*, (?:quoting|citing) (?:the )?")
_AFTER_PARTY: Final = re.compile(r"\s*(,? via |\().*")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndependentSource:
    """Where one or more claims come from.

    Parameters
    ----------
    name : str
        The party or publisher whose statement they print.
    claims : tuple of Claim
        The claims, in the order given.
    """

    name: str
    claims: tuple[Claim, ...]


def independent_sources(
    claims: Iterable[Claim], publishers: Publishers
) -> tuple[IndependentSource, ...]:
    """Group claims that print a statement of the same party or publisher.

    A claim comes from the party that it credits; otherwise from the publisher whose text
    its publisher repeats; otherwise from its publisher. Notes in brackets or after
    ``via`` do not make another party, nor does who quotes it, and foreign editions are one publisher. A text that
    repeats several publishers comes from the first of them from which another claim comes,
    and a copy of an original that it does not name from its own publisher.

    Parameters
    ----------
    claims : iterable of Claim
        Claims about one weapon or variant.
    publishers : Publishers
        Which publishers repeat the text of others.

    Returns
    -------
    tuple of IndependentSource
        In the order of their first claims.

    Examples
    --------
    >>> from rangemap.catalogue import make_system, read_catalogue, read_publishers
    >>> system = make_system(*read_catalogue().find("Nightfall"))
    >>> sources = independent_sources(system.band.claims, read_publishers())
    >>> [(source.name, len(source.claims)) for source in sources]
    [('UK Ministry of Defence', 4), ('Zvezda', 1)]
    """
    named = [(claim, _names(claim, publishers)) for claim in claims]
    single = {match_key(names[0]) for _, names in named if len(names) == 1}
    groups: dict[str, tuple[str, list[Claim]]] = {}
    for claim, names in named:
        name = next((name for name in names if match_key(name) in single), names[0])
        groups.setdefault(match_key(name), (name, []))[1].append(claim)
    return tuple(IndependentSource(name=name, claims=tuple(own)) for name, own in groups.values())


def _names(claim: Claim, publishers: Publishers) -> Sequence[str]:
    """Return the names of the party or publisher that a claim comes from, usually one."""
    if claim.attributed_to:
        party = _AFTER_PARTY.sub("", _QUOTED.sub("", claim.attributed_to))
        return [party or claim.attributed_to]
    publisher = claim.source.publisher
    return publishers.originals(publisher) or [without_edition(publisher)]
