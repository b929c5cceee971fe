"""What a picture or a file says of where its figures come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from rangemap._version import __version__
from rangemap.catalogue import Claim, System
from rangemap.check import CheckRow
from rangemap.names import match_key
from rangemap.quantities import format_band, format_distance, format_figure
from rangemap.render.words import BASE_MAP, claim_words, headline, listed_claims, promise
from rangemap.rings import WHOLE_EARTH_NOTE, RangeRing, reached_tolerance
from rangemap.scenario import Selection

_FEW: Final = 2
_MANY_SITES: Final = 12


def published(claim: Claim) -> str:
    """Name the publisher of a claim and the date."""
    source = claim.source
    return source.publisher if source.date is None else f"{source.publisher} {source.date}"


def cite_system(system: System, unit: str = "km") -> str:
    """Say in one line which figure is drawn, who published it and when, and how they differ.

    Examples
    --------
    >>> from rangemap.catalogue import bare_system
    >>> cite_system(bare_system("Patrol=70 km"))
    'Patrol: 70 km as typed'
    """
    band = system.band
    if system.weapon is None:
        return f"{system.label}: {headline(system, unit)} as typed"
    drawn = [c for c in band.claims if c.range and c.range.high_m == band.headline_m]
    if band.preferred is not None:
        key = match_key(band.preferred)
        drawn = [claim for claim in drawn if match_key(claim.source.publisher) == key]
    figure = format_figure(band.headline_m, unit)
    words = f"{system.label}: {figure} ({_several(drawn)})"
    if band.low_m < band.headline_m:
        words += f"; lowest {format_figure(band.low_m, unit)} ({_several(_at(band.low_m, system))})"
    if band.high_m > band.headline_m:
        top = f"{band.mark}{format_figure(band.high_m, unit)}"
        words += f"; highest {top} ({_several(_at(band.high_m, system))})"
    count = len(band.claims)
    return f"{words}; {count} claim{'s' if count > 1 else ''}"


def cite_method(selection: Selection, rings: Sequence[RangeRing]) -> list[str]:
    """Return sentences on how the rings were made, and from which catalogue."""
    lines = [
        f"Rings: geodesic on WGS 84, within {reached_tolerance(list(rings)):.4%} of the radius."
    ]
    if any(ring.whole_earth for ring in rings):
        lines.append(WHOLE_EARTH_NOTE)
    if any(system.weapon for system in selection.systems):
        lines.append(f"Catalogue {selection.edition}.")
    return lines


def describe(selection: Selection, rows: Iterable[CheckRow]) -> str:
    """Describe a map in one paragraph for those who cannot see it.

    Parameters
    ----------
    selection : Selection
        What is drawn.
    rows : iterable of CheckRow
        Its verdicts.

    Returns
    -------
    str
        Plain text.
    """
    unit = selection.units
    origins = _listed([origin.name for origin in selection.origins])
    sentences = [f"Map: {selection.title}. Rings are centred on {origins}."]
    for system in selection.systems:
        band = system.band
        spread = format_band(band.low_m, band.high_m, unit, top=band.mark)
        minimum = (
            "" if band.min_m is None else f", not nearer than {format_figure(band.min_m, unit)}"
        )
        drawn = "" if band.low_m == band.high_m else f", the solid line at {headline(system, unit)}"
        sentences.append(f"{system.label}: {spread}{drawn}{minimum}.")
    verdicts = list(rows)
    if len({row.site_index for row in verdicts}) <= _MANY_SITES:
        sentences += [
            _verdict_words(row, unit, named=len(selection.origins) > 1) for row in verdicts
        ]
    else:
        counts = Counter(str(row.verdict).replace("_", " ") for row in verdicts)
        tally = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        sentences.append(f"Verdicts: {tally}.")
    return " ".join([*sentences, promise(selection.systems)])


def sources_text(selection: Selection, rings: Sequence[RangeRing]) -> str:
    """Return every claim of the systems with its source, as plain text for a file beside a map."""
    lines = [selection.title, promise(selection.systems), ""]
    for system in selection.systems:
        lines.append(cite_system(system, selection.units))
        drawn, others = listed_claims(system)
        lines += [f"  - {_claim_line(claim)}" for claim in drawn]
        lines += [f"  - not drawn: {_claim_line(claim)}" for claim in others]
        lines.append("")
    lines += [*cite_method(selection, rings), BASE_MAP, f"Made with rangemap {__version__}."]
    if selection.credit:
        lines.append(selection.credit)
    return "\n".join(lines) + "\n"


def _claim_line(claim: Claim) -> str:
    source = claim.source
    parts = [claim_words(claim), source.publisher, source.headline, source.date, source.url]
    parts += [f"by {claim.attributed_to}" if claim.attributed_to else None, claim.note]
    return "; ".join(part for part in parts if part)


def _verdict_words(row: CheckRow, unit: str, *, named: bool) -> str:
    start = f" from {row.origin.name}" if named else ""
    why = f" ({row.reason})" if row.reason else ""
    verdict = str(row.verdict).replace("_", " ")
    return (
        f"{row.site}, {format_distance(row.distance_m, unit)}{start}:"
        f" {verdict} for {row.system.label}{why}."
    )


def _at(figure_m: float, system: System) -> list[Claim]:
    """Return the claims that a band's lowest or highest figure comes from."""
    return [
        claim
        for claim in system.band.claims
        if claim.range and figure_m in {claim.range.low_m, claim.range.high_m}
    ]


def _several(claims: Sequence[Claim]) -> str:
    names = list(dict.fromkeys(published(claim) for claim in claims))
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return ", ".join(names[:_FEW]) + more


def _listed(words: Sequence[str]) -> str:
    few = 6
    if len(words) > few:
        return f"{len(words)} places"
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
