"""Citations: where the figures in a picture or a file come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from rangemap.catalogue import BandText, Claim, Source, System
from rangemap.check import CheckRow, RowWording
from rangemap.names import match_key
from rangemap.places.countries import BORDERS
from rangemap.render.wording import (
    base_map,
    claim_text,
    claims_counted,
    listed_claims,
    local_credit,
    made_with,
    promise,
    reason_text,
    whole_earth,
)
from rangemap.rings import RangeRing, reached_tolerance
from rangemap.scenario.naming import PlaceNames
from rangemap.scenario.selection import Selection
from rangemap.wording.figures import Figure
from rangemap.wording.language import Language

_MOST_PUBLISHERS: Final = 2
_MANY_SITES: Final = 12
_MANY_VERDICTS: Final = 1000
_MOST_ORIGINS: Final = 6


def publisher_and_date(claim: Claim, language: Language) -> str:
    """Return the publisher of a claim for a text in brackets, with the date if known."""
    source, publisher = claim.source, language.name_in_brackets(claim.source.publisher)
    if source.date is None:
        return publisher
    date = language.short_date(source.date)
    return language.translate("publisher_and_date", publisher=publisher, date=date)


def copy_of(source: Source, language: Language) -> str:
    """Return the address of the stored copy of a source with a label, or an empty text."""
    if not source.archived:
        return ""
    name = language.translate("stored_copy")
    return language.translate("labelled", name=name, text=language.name(source.archived))


def quotation(claim: Claim, language: Language) -> str:
    """Return the sentence of the source in quotation marks, or an empty text."""
    if not claim.wording:
        return ""
    return language.translate("quotation", text=language.name(claim.wording))


def cite_system(
    system: System, language: Language, unit: str = "km", *, short: bool = False
) -> str:
    """Return one line on which figure is drawn, who published it and when, and how claims differ.

    With ``short`` it names one publisher of the figure that is drawn, and counts the claims.

    Examples
    --------
    >>> from rangemap.catalogue import bare_system
    >>> from rangemap.wording.language import read_language
    >>> cite_system(bare_system("Patrol=70 km"), read_language("en"))
    'Patrol: 70 km, chosen for this map'
    """
    band, name = system.band, language.name(system.display_name)
    text = BandText(band, unit, language)
    if system.weapon is None:
        if not system.has_sources:
            return language.translate("cited_typed", name=name, figure=text.headline)
        publishers = language.listed(publisher_and_date(claim, language) for claim in band.claims)
        return language.translate(
            "cited_given", name=name, figure=text.headline, publishers=publishers
        )
    drawn = [c for c in band.claims if c.range and c.range.high_m == band.headline_m]
    if band.preferred is not None:
        key = match_key(band.preferred)
        drawn = [claim for claim in drawn if match_key(claim.source.publisher) == key]
    most = 1 if short else _MOST_PUBLISHERS

    def cited(number: str, figure: Figure, claims: Sequence[Claim]) -> str:
        """Write a figure with its publishers, and as published if the unit differs."""
        publishers = [publisher_and_date(claim, language) for claim in claims]
        values = {
            "figure": text.quantity(number),
            "publishers": language.some(
                list(dict.fromkeys(publishers)), most, between="between_publishers"
            ),
        }
        if unit in figure.units:
            return language.translate("cited", **values)
        return language.translate("cited_converted", published=language.phrase(figure), **values)

    figures = [cited(text.headline_number, band.headline, drawn)]
    if not short and band.low_m < band.headline_m:
        lowest = cited(text.low_number, band.low, _claims_at(band.low_m, system))
        figures.append(language.translate("cited_lowest", figure=lowest))
    if not short and band.high_m > band.headline_m:
        highest = cited(text.high_number, band.high, _claims_at(band.high_m, system))
        figures.append(language.translate("cited_highest", figure=highest))
    figures.append(language.count("count_claims", len(band.claims)))
    return language.translate(
        "labelled", name=name, text=language.listed(figures, between="clauses")
    )


def name_publishers(selection: Selection, fits: Callable[[str], bool], *, least: int = 1) -> str:
    """Return the sentence below a map that names the publishers of its figures, best kinds first.

    Parameters
    ----------
    selection : Selection
        The request; with ``sources_line: full`` all publishers are named.
    fits : callable
        Whether a sentence fits its line. As many publishers are named as fit.
    least : int, default 1
        The number of publishers that are named even if they do not fit.

    Returns
    -------
    str
        Empty if no sources are wanted, or no range is published.
    """
    language, wanted = selection.language, selection.look.sources_line
    names = [language.name(name) for name in selection.publishers]
    if not names or wanted == "none":
        return ""

    def sentence(most: int) -> str:
        return language.translate("footer_sources", sources=language.some(names, most))

    if wanted == "full":
        return sentence(len(names))
    return next(
        (s for s in map(sentence, range(len(names), least, -1)) if fits(s)), sentence(least)
    )


def cite_method(selection: Selection, rings: Sequence[RangeRing]) -> list[str]:
    """Return sentences on how the rings were made, and from which catalogue."""
    language = selection.language
    percent = language.number(f"{reached_tolerance(list(rings)):.4%}")
    lines = [language.translate("method", percent=percent)]
    areas = [origin for origin in selection.origins if origin.area is not None]
    if areas:
        names = language.enumerated(
            [language.name(selection.place_names.origins[origin]) for origin in areas]
        )
        lines.append(language.translate("area_method", areas=names, source=BORDERS))
    if any(ring.whole_earth for ring in rings):
        lines.append(whole_earth("whole_earth", language))
    if any(system.weapon for system in selection.systems):
        lines.append(language.translate("edition", edition=language.name(selection.edition)))
    return lines


def from_areas(selection: Selection) -> bool:
    """Return whether all origins are areas, so that no line is a ring around a centre."""
    return all(origin.area is not None for origin in selection.origins)


def describe(
    selection: Selection,
    rows: Iterable[CheckRow],
    *,
    omitted: Iterable[str] = (),
    number: int | None = None,
) -> str:
    """Describe a map in one paragraph, as alternative text.

    Parameters
    ----------
    selection : Selection
        What is drawn.
    rows : iterable of CheckRow
        Its verdicts.
    omitted : iterable of str
        Sentences on what the map does not show.
    number : int, optional
        Its number among the panels of a picture, whose description ends with the sentences on all
        of them.

    Returns
    -------
    str
        Plain text.
    """
    unit, language = selection.units, selection.language
    place_names = selection.place_names
    names = [language.name(name) for name in place_names.origins.values()]
    few = len(names) <= _MOST_ORIGINS
    origins = (
        language.enumerated(names) if few else language.translate("count_places", count=len(names))
    )
    texts = {"title": language.standalone(selection.title), "origins": origins}
    areas = from_areas(selection)
    if number is None:
        sentences = [language.translate("alt_map_area" if areas else "alt_map", **texts)]
        last = promise(selection.systems, language)
    else:
        place = language.number(str(number))
        sentences = [
            language.translate(
                "alt_map_of_several_area" if areas else "alt_map_of_several", number=place, **texts
            )
        ]
        last = claims_counted(selection.systems, language)
    for system in selection.systems:
        text = BandText(system.band, unit, language)
        figures = text.headline
        if not text.is_one:
            figures = language.translate(
                "alt_figures", range=text.range_beside_headline, headline=text.headline
            )
        if text.minimum:
            minimum = language.translate("minimum_range", minimum=text.minimum)
            figures = language.listed([figures, minimum])
        name = language.name(system.display_name)
        sentences.append(language.translate("alt_system", name=name, figures=figures))
    verdicts, wording = list(rows), RowWording(selection.systems, unit, language)
    few_rows = len(verdicts) <= _MANY_VERDICTS
    if few_rows and len({row.site_index for row in verdicts}) <= _MANY_SITES:
        sentences += [
            _verdict_sentence(
                row, wording, language, place_names, with_origin=len(selection.origins) > 1
            )
            for row in verdicts
        ]
    else:
        counts = Counter(row.verdict for row in verdicts)
        tally = language.listed(
            language.translate(
                "verdict_count",
                count=language.number(str(count)),
                verdict=language.translate(f"verdict_{verdict}"),
            )
            for verdict, count in counts.items()
        )
        sentences.append(language.translate("alt_tally", tally=tally))
    return " ".join(filter(None, [*sentences, *omitted, last]))


def sources_text(
    selection: Selection, rings: Sequence[RangeRing], *, projection: str | None = None
) -> str:
    """Return every claim of the systems with its source, as plain text for a file next to a map.

    ``projection`` is the sentence on the projection of a picture.
    """
    language = selection.language
    lines = [selection.credit] if selection.credit else []
    lines += [selection.title, promise(selection.systems, language), ""]
    not_drawn = language.translate("not_drawn")
    for system in selection.cited_systems:
        cited = cite_system(system, language, selection.units)
        where = _panels_with(system, selection)
        lines.append(language.translate("labelled", name=where, text=cited) if where else cited)
        drawn, others = listed_claims(system, language)
        lines += [f"  - {_claim_line(claim, language)}" for claim in drawn]
        for claim in others:
            line = _claim_line(claim, language)
            lines.append(f"  - {language.translate('labelled', name=not_drawn, text=line)}")
        lines.append("")
    lines += [projection] if projection else []
    local = local_credit(selection)
    lines += [*cite_method(selection, rings), base_map(language), *([local] if local else [])]
    lines.append(made_with(language))
    return "\n".join(lines) + "\n"


def _panels_with(system: System, selection: Selection) -> str:
    """Return the titles of the panels that have a system; empty if all have it."""
    panels, language = selection.panels, selection.language
    having = [panel for panel in panels if any(own.plain == system.plain for own in panel.systems)]
    if len(having) == len(panels):
        return ""
    return language.listed(language.name(panel.title) for panel in having)


def _claim_line(claim: Claim, language: Language) -> str:
    source = claim.source
    date = None if source.date is None else language.short_date(source.date)
    by = claim.attributed_to and language.translate(
        "claim_by", name=language.name(claim.attributed_to)
    )
    parts = [
        claim_text(claim, language),
        *(language.name(name) for name in (source.publisher, source.headline)),
        date,
        source.url and language.name(source.url),
        copy_of(source, language),
        by,
        claim.note and language.name(claim.note),
        quotation(claim, language),
    ]
    return language.listed((part for part in parts if part), between="clauses")


def _verdict_sentence(
    row: CheckRow,
    wording: RowWording,
    language: Language,
    names: PlaceNames,
    *,
    with_origin: bool,
) -> str:
    distance = wording.row(row).distance
    if with_origin:
        origin = language.name(names.origins[row.origin])
        distance = language.translate("alt_distance_from", distance=distance, origin=origin)
    return language.translate(
        "alt_verdict_reason" if row.reason else "alt_verdict",
        reason=reason_text(row.reason, language),
        site=language.name(names.sites[row.site_index]),
        distance=distance,
        verdict=language.translate(f"verdict_{row.verdict}"),
        weapon=language.name(row.system.display_name),
    )


def _claims_at(figure_m: float, system: System) -> list[Claim]:
    """Return the claims that give a band its lowest or highest figure."""
    return [
        claim
        for claim in system.band.claims
        if claim.range and figure_m in {claim.range.low_m, claim.range.high_m}
    ]
