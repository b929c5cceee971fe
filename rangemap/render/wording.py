"""Texts that all outputs for people share: subtitles, claims, verdicts and what a ring is.

The sentences are in the files of `rangemap.wording.languages`; here they are chosen and filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from rangemap._version import __version__
from rangemap.catalogue import Claim, ClaimFilter, ClaimKind, System, Use
from rangemap.check import CheckRow, Reason
from rangemap.check.overview import claims_within
from rangemap.geodesy import GREATEST_DISTANCE_M, RING_LIMIT_M
from rangemap.render.extract.local_map import local_map
from rangemap.scenario.selection import Selection
from rangemap.wording.figures import displayed_distance
from rangemap.wording.language import Language

LIMIT_KEYS: Final = (
    "limit_forecast", "limit_conditions", "limit_repeats", "limit_precision", "limit_borders",
)  # fmt: skip
"""Keys of the sentences on what a range ring does not show."""
_MOST_EXCLUDED: Final = 12
_MOST_DISSENTERS: Final = 3
_REASON_KEYS: Final = {
    Reason.NONE: (),
    Reason.CLAIMS: ("reason_claims",),
    Reason.POSITION: ("reason_position",),
    Reason.BOTH: ("reason_claims", "reason_position"),
    Reason.MINIMUM: ("reason_minimum",),
}


def shown_subtitle(selection: Selection) -> str:
    """Return the subtitle of a picture or report, with the date: as typed, or on its figures."""
    language, systems = selection.language, selection.systems
    if selection.subtitle:
        return with_date(language.standalone(selection.subtitle), selection)
    bare = all(system.weapon is None for system in systems)
    subtitle = language.count("subtitle_typed" if bare else "subtitle_systems", len(systems))
    return with_date(subtitle, selection)


def with_date(subtitle: str, selection: Selection) -> str:
    """Return a subtitle followed by the date of a selection, if it has one."""
    if selection.date is None:
        return subtitle
    return f"{subtitle} · {selection.language.date(selection.date)}"


def claim_text(claim: Claim, language: Language) -> str:
    """Return a claim's figure, marked if it is doubtful, retracted or about a variant."""
    figure = (
        language.claim(claim.range)
        if claim.range
        else language.name(claim.warhead)
        if claim.warhead
        else language.translate("no_figure")
    )
    if claim.kind is not ClaimKind.RANGE:
        kind = language.translate(f"kind_{claim.kind.value.replace(' ', '_')}")
        figure = language.translate("labelled", name=kind, text=figure)
    if claim.variant is not None:
        figure = f"{figure} ({language.name(claim.variant)})"
    if claim.target is not None:
        against = language.translate(f"against_{claim.target.value.replace(' ', '_')}")
        figure = language.listed([figure, against])
    if claim.doubtful or claim.retracted:
        figure = f"{figure} ({language.translate('doubtful' if claim.doubtful else 'retracted')})"
    return figure


def listed_claims(system: System, language: Language) -> tuple[list[Claim], list[Claim]]:
    """Split the claims of a system's weapon into those drawn here and the others.

    The source of a range given directly has a note that the user gave it.
    """
    if system.weapon is None:
        note = language.translate("source_given")
        claims = system.band.claims if system.has_sources else ()
        return [replace(claim, note=note) for claim in claims], []
    drawn = list(system.band.claims)
    return drawn, [claim for claim in system.weapon.claims if claim not in drawn]


def reason_text(reason: Reason, language: Language) -> str:
    """Return why a verdict is uncertain; empty if it is not."""
    return language.listed(language.translate(key) for key in _REASON_KEYS[reason])


def dissent_text(row: CheckRow, language: Language) -> str:
    """Name the claims in the minority on whether a site is within range; empty if all agree."""
    claims = claims_within(row)
    count = sum(reaches for _, reaches in claims)
    if count in {0, len(claims)}:
        return ""
    minority_reaches = 2 * count <= len(claims)
    minority = [claim for claim, reaches in claims if reaches is minority_reaches]
    # One more is listed rather than counted.
    most = _MOST_DISSENTERS + (len(minority) == _MOST_DISSENTERS + 1)
    parts = [
        f"{language.claim(claim.range) if claim.range else ''} ({language.name_in_brackets(claim.source.publisher)})"
        for claim in minority[:most]
    ]
    if len(minority) > most:
        parts.append(language.translate("others", count=len(minority) - most))
    key = "only_reached_by" if minority_reaches else "not_reached_by"
    return language.translate(key, claims=language.listed(parts, between="clauses"))


def verdict_text(row: CheckRow, language: Language) -> str:
    """Return the verdict of a row with its reason in brackets, for running text."""
    verdict, reason = (
        language.translate(f"verdict_{row.verdict}"),
        reason_text(row.reason, language),
    )
    if not reason:
        return verdict
    return language.translate("verdict_reason", verdict=verdict, reason=reason)


def map_credit(language: Language) -> str:
    """Return the short credit of the base map, for the line below a map."""
    return language.translate("credit_map", geonames="GeoNames", licence="CC BY 4.0")


def local_credit(selection: Selection) -> str:
    """Return the sentence on the attribution of a selection's local base map; empty without one."""
    credit = local_map(selection).credit
    return (
        selection.language.translate("local_map", credit=selection.language.name(credit))
        if credit
        else ""
    )


def base_map(language: Language) -> str:
    """Return the credit of the base map."""
    return language.translate("base_map", geonames="GeoNames", licence="CC BY 4.0")


def made_with(language: Language) -> str:
    """Return the sentence that names the program and its version."""
    return language.translate("made_with", version=__version__)


def whole_earth(key: str, language: Language) -> str:
    """Return the sentence ``key`` on ranges that cover the whole earth."""
    ring, earth = (
        language.distance(displayed_distance(metres, 0, "km"), "km")
        for metres in (RING_LIMIT_M, GREATEST_DISTANCE_M)
    )
    return language.translate(key, ring=ring, earth=earth)


def promise_keys(systems: Iterable[System]) -> tuple[str, ...]:
    """Return the keys of the sentences on what the rings are.

    A map of one kind of system has its own sentence; on a mixed map, the general one is
    followed by one for each kind with another meaning.
    """
    kinds = dict.fromkeys(_kind(system) for system in systems if system.weapon is not None)
    if not kinds:
        return ("promise_typed",)
    if len(kinds) == 1:
        return tuple(f"promise_{kind}" if kind else "promise" for kind in kinds)
    return ("promise", *(f"also_{kind}" for kind in kinds if kind))


def _kind(system: System) -> str:
    if system.target is not None:
        return system.target.value.replace(" ", "_")
    return "ammunition" if system.use is Use.AMMUNITION else ""


def promise(systems: Sequence[System], language: Language) -> str:
    """Return the sentences on what the rings are, and on which claims count."""
    sentences = [language.translate(key) for key in promise_keys(systems)]
    return " ".join(filter(None, (*sentences, claims_counted(systems, language))))


def claims_counted(systems: Iterable[System], language: Language) -> str:
    """Return the sentence on which claims count; empty if all do.

    If it differs between the maps of a picture, the sentence refers to what is written above each.
    """
    filters: list[ClaimFilter] = []
    for system in systems:
        if system.weapon is not None and system.counted not in filters:
            filters.append(system.counted)
    if len(filters) > 1:
        return language.translate("claims_counted_by_map")
    if not filters or not filters[0]:
        return ""
    conditions = language.listed(_conditions(filters[0], language), between="clauses")
    return language.translate("claims_counted", conditions=conditions)


def _conditions(counted: ClaimFilter, language: Language) -> Iterator[str]:
    if counted.as_of is not None:
        yield language.translate("counted_as_of", date=language.date(str(counted.as_of)))
    if counted.source_kinds:
        kinds = (str(kind or "unknown").replace(" ", "_") for kind in counted.source_kinds)
        names = language.listed(language.translate(f"publisher_{kind}") for kind in kinds)
        yield language.translate("counted_kinds", kinds=names)
    if counted.no_state_media:
        yield language.translate("counted_no_state_media")
    if counted.exclude:
        claims = language.some([language.name(claim) for claim in counted.exclude], _MOST_EXCLUDED)
        yield language.translate("counted_exclude", claims=claims)
