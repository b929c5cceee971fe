"""Citations: where the figures in a picture or a file come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from rangemap._version import __version__
from rangemap.catalogue import BandText, Claim, Source, System
from rangemap.check import CheckRow, RowWording
from rangemap.names import match_key
from rangemap.render.wording import BASE_MAP, STORED_COPY, claim_text, listed_claims, promise
from rangemap.rings import WHOLE_EARTH_NOTE, RangeRing, reached_tolerance
from rangemap.scenario.selection import Selection
from rangemap.text import isolated
from rangemap.wording.figures import Figure

_MOST_PUBLISHERS: Final = 2
_MANY_SITES: Final = 12


def publisher_and_date(claim: Claim) -> str:
    """Return the publisher of a claim, with the date if known."""
    source = claim.source
    return source.publisher if source.date is None else f"{source.publisher} {source.date}"


def copy_of(source: Source) -> str:
    """Return the address of the stored copy of a source with a label, or an empty text."""
    return f"{STORED_COPY}: {source.archived}" if source.archived else ""


def quotation(claim: Claim) -> str:
    """Return the sentence of the source in quotation marks, or an empty text."""
    return f"“{isolated(claim.wording)}”" if claim.wording else ""


def cite_system(system: System, unit: str = "km", *, short: bool = False) -> str:
    """Return one line on which figure is drawn, who published it and when, and how claims differ.

    With ``short`` it names one publisher of the figure that is drawn, and counts the claims.

    Examples
    --------
    >>> from rangemap.catalogue import bare_system
    >>> cite_system(bare_system("Patrol=70 km"))
    'Patrol: 70 km as typed'
    """
    band = system.band
    text = BandText(band, unit)
    if system.weapon is None:
        return f"{isolated(system.label)}: {text.headline} as typed"
    drawn = [c for c in band.claims if c.range and c.range.high_m == band.headline_m]
    if band.preferred is not None:
        key = match_key(band.preferred)
        drawn = [claim for claim in drawn if match_key(claim.source.publisher) == key]
    most = 1 if short else _MOST_PUBLISHERS
    figure = _cited(text.headline_number, band.headline, drawn, text, most)
    count = f"{len(band.claims)} claim{'s' if len(band.claims) > 1 else ''}"
    sentence = f"{isolated(system.label)}: {figure}"
    if short:
        return f"{sentence}; {count}"
    if band.low_m < band.headline_m:
        sentence += f"; lowest {_cited(text.low_number, band.low, _claims_at(band.low_m, system), text, most)}"
    if band.high_m > band.headline_m:
        sentence += f"; highest {_cited(text.high_number, band.high, _claims_at(band.high_m, system), text, most)}"
    return f"{sentence}; {count}"


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


def describe(selection: Selection, rows: Iterable[CheckRow], *, omitted: Iterable[str] = ()) -> str:
    """Describe a map in one paragraph, as alternative text.

    Parameters
    ----------
    selection : Selection
        What is drawn.
    rows : iterable of CheckRow
        Its verdicts.
    omitted : iterable of str
        Sentences on what the map does not show.

    Returns
    -------
    str
        Plain text.
    """
    unit = selection.units
    origins = _join_names([isolated(origin.name) for origin in selection.origins])
    sentences = [f"Map: {selection.title}. Rings are centred on {origins}."]
    for system in selection.systems:
        text = BandText(system.band, unit)
        figures = text.headline
        if not text.is_one:
            figures = f"{text.range_beside_headline}, solid line at {text.headline}"
        minimum = f", minimum range {text.minimum}" if text.minimum else ""
        sentences.append(f"{isolated(system.label)}: {figures}{minimum}.")
    verdicts, wording = list(rows), RowWording(selection.systems, unit)
    if len({row.site_index for row in verdicts}) <= _MANY_SITES:
        sentences += [
            _verdict_sentence(row, wording, with_origin=len(selection.origins) > 1)
            for row in verdicts
        ]
    else:
        counts = Counter(str(row.verdict).replace("_", " ") for row in verdicts)
        tally = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        sentences.append(f"Verdicts: {tally}.")
    return " ".join([*sentences, *omitted, promise(selection.systems)])


def sources_text(selection: Selection, rings: Sequence[RangeRing]) -> str:
    """Return every claim of the systems with its source, as plain text for a file next to a map."""
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
    parts = [claim_text(claim), source.publisher, source.headline, source.date, source.url]
    parts += [copy_of(source), f"by {claim.attributed_to}" if claim.attributed_to else None]
    parts += [claim.note, quotation(claim)]
    return "; ".join(isolated(part) for part in parts if part)


def _verdict_sentence(row: CheckRow, wording: RowWording, *, with_origin: bool) -> str:
    from_origin = f" from {isolated(row.origin.name)}" if with_origin else ""
    reason = f" ({row.reason})" if row.reason else ""
    verdict = str(row.verdict).replace("_", " ")
    reached = f"{verdict} for {isolated(row.system.label)}{reason}"
    return f"{isolated(row.site)}, {wording.row(row).distance}{from_origin}: {reached}."


def _cited(number: str, figure: Figure, claims: Sequence[Claim], text: BandText, most: int) -> str:
    """Write a figure with its publishers, and as published if the unit differs."""
    published = "" if text.unit in figure.units else f"published: {figure.published}; "
    return f"{text.quantity(number)} ({published}{_publishers(claims, most)})"


def _claims_at(figure_m: float, system: System) -> list[Claim]:
    """Return the claims that give a band its lowest or highest figure."""
    return [
        claim
        for claim in system.band.claims
        if claim.range and figure_m in {claim.range.low_m, claim.range.high_m}
    ]


def _publishers(claims: Sequence[Claim], most: int) -> str:
    names = list(dict.fromkeys(isolated(publisher_and_date(claim)) for claim in claims))
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _join_names(names: Sequence[str]) -> str:
    few = 6
    if len(names) > few:
        return f"{len(names)} places"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
