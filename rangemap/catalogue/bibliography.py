"""The sources of rings as citations: plain text and BibTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rangemap.catalogue.bands import System
from rangemap.catalogue.records import Claim, Source


class CiteFormat(StrEnum):
    """Formats of citations."""

    TEXT = "text"
    BIBTEX = "bibtex"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One publication and the figures taken from it.

    ``key`` is that of the first claim, ``WEAPON-ID-CLAIM-ID``; ``figures`` contains the
    published text of each claim.
    """

    key: str
    source: Source
    figures: tuple[str, ...]
    checked: str | None


_PUBLISHED: Final = "Published ranges, each with its source"
_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
# BibTeX requires balanced braces even after a backslash, so they become commands.
_SPECIAL: Final = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def citations(systems: Iterable[System]) -> list[Citation]:
    """Return the publications that the bands of some systems are based on.

    Claims belong to one publication if publisher, title, address and date are the
    same. A bare range has an entry only if the user gave its source.

    Examples
    --------
    >>> from rangemap.catalogue import make_system, read_catalogue
    >>> system = make_system(*read_catalogue().find("Al Aqsa"))
    >>> [citation.source.publisher for citation in citations([system])]
    ['The National']
    """
    found: dict[Source, list[tuple[System, Claim]]] = {}
    for system in systems:
        if system.has_sources:
            for claim in system.band.claims:
                found.setdefault(claim.source, []).append((system, claim))
    return [_citation(source, claims) for source, claims in found.items()]


def _citation(source: Source, claims: Sequence[tuple[System, Claim]]) -> Citation:
    system, first = claims[0]
    weapon = system.weapon.id if system.weapon else _key_of(system.label)
    figures = []
    for named, claim in claims:
        credit = "" if claim.attributed_to is None else f", attributed to {claim.attributed_to}"
        figures.append(f"{named.label}: {claim.figure}{credit}")
    return Citation(
        key=f"{weapon}-{first.id}",
        source=source,
        figures=tuple(dict.fromkeys(figures)),
        checked=max((claim.checked for _, claim in claims if claim.checked), default=None),
    )


def cite(systems: Sequence[System], format_: CiteFormat = CiteFormat.TEXT) -> str:
    """Return the sources of some systems as text, followed by their catalogues.

    Parameters
    ----------
    systems : sequence of System
        The systems that are drawn.
    format_ : CiteFormat, default CiteFormat.TEXT
        One line per source, or BibTeX entries (UTF-8, ``@misc`` with ``url``, which
        both natbib and biblatex support).

    Returns
    -------
    str
        Each source once, with the figures taken from it; empty for bare ranges.
    """
    listed = citations(systems)
    editions = dict.fromkeys(system.edition for system in systems if system.edition)
    make = _text if format_ is CiteFormat.TEXT else _bibtex
    entries = [make(citation) for citation in listed]
    entries += [make(_catalogue(edition)) for edition in editions]
    gap = "\n" if format_ is CiteFormat.TEXT else "\n\n"
    return gap.join(entries) + "\n" if entries else ""


def _catalogue(edition: str) -> Citation:
    key = f"rangemap-{_key_of(edition)}"
    source = Source(publisher="rangemap", title=f"{_PUBLISHED}: {edition}")
    return Citation(key=key, source=source, figures=(), checked=None)


def _key_of(text: str) -> str:
    """Return a text as part of a key: its letters of ASCII and digits, joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")


def _text(citation: Citation) -> str:
    source = citation.source
    parts = [source.publisher, _title(source), source.date, source.url]
    parts += [f"stored copy {source.archived}" if source.archived else None]
    text = ", ".join(part for part in parts if part)
    figures = f" ({'; '.join(citation.figures)})" if citation.figures else ""
    checked = f"; checked {citation.checked}" if citation.checked else ""
    return f"{text}{figures}{checked}."


def _title(source: Source) -> str:
    """Return the title in quotation marks; a site's name used in its place has none."""
    return f"“{source.shown_title}”" if source.shown_title else source.headline


def _untitled(source: Source) -> str:
    """Return a title for a publication without one, since BibTeX styles require it."""
    return ", ".join(filter(None, (source.headline or source.publisher, source.date)))


def _bibtex(citation: Citation) -> str:
    source = citation.source
    year, _, rest = (source.date or "").partition("-")
    month = rest.partition("-")[0]
    notes = [*citation.figures, *([f"Stored copy: {source.archived}"] if source.archived else [])]
    # Double braces keep styles from parsing the publisher as a person or restyling the title.
    fields = {
        "author": f"{{{{{_escaped(source.publisher)}}}}}",
        "title": f"{{{{{_escaped(source.shown_title or _untitled(source))}}}}}",
        "year": f"{{{year}}}" if year else "",
        "month": _MONTHS[int(month) - 1] if month else "",
        "url": f"{{{_address(source.url)}}}" if source.url else "",
        "urldate": f"{{{citation.checked}}}" if citation.checked else "",
        "note": f"{{{_escaped('; '.join(notes))}}}" if notes else "",
    }
    lines = [f"  {name} = {value}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{citation.key},", *lines, "}"])


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(character, character) for character in text)


def _address(url: str) -> str:
    return url.replace("{", "%7B").replace("}", "%7D")
