"""The findings of a report in words: how many sites, which totals, and which claims differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rangemap.catalogue import System
from rangemap.check import CheckRow, Verdict
from rangemap.check.overview import Overview, strongest
from rangemap.render.tables.totals import Total
from rangemap.render.wording import dissent_text, reason_text
from rangemap.scenario.origins import Origin
from rangemap.scenario.selection import Selection
from rangemap.wording.language import Language

_MOST_NAMES: Final = 6
_MOST_LINES: Final = 6  # rings that have a line each
_MOST_GROUPS: Final = 4  # groups of sites on which the same claims differ


def ring_name(origin: Origin, system: System, language: Language, *, several: bool) -> str:
    """Return the name of a ring in running text; with several origins, it names its own."""
    name = language.name(system.display_name)
    if not several or system.caption is not None:  # a ring's own label may name its origin
        return name
    return language.translate("ring_from_origin", name=name, origin=language.name(origin.name))


def findings(selection: Selection, overview: Overview, totals: Sequence[Total]) -> Iterator[str]:
    """Yield the findings: on all rings together if there are several, then on each."""
    language = selection.language
    if not overview.sites:
        yield language.translate("finding_no_sites")
        return
    if len(overview.rings) > 1:
        yield _on_all(selection, overview, totals)
    several = len({origin for origin, _ in overview.rings}) > 1
    many = len(overview.rings) > _MOST_LINES
    found: dict[tuple[str, int], list[str]] = {}
    for number, (origin, system) in enumerate(overview.rings):
        name = ring_name(origin, system, language, several=several)
        parts = list(_parts(overview.column(number), system, totals, language))
        text = language.listed(parts, between="clauses")
        # Of many rings, those with the same finding share a line.
        found.setdefault((text, 0 if many else number), []).append(name)
    for (text, _), names in found.items():
        yield f"{language.translate('labelled', name=language.enumerated(names), text=text)}."


def _on_all(selection: Selection, overview: Overview, totals: Sequence[Total]) -> str:
    language = selection.language
    reached = [site for site in overview.sites if strongest(site) is Verdict.INSIDE]
    typed = any(system.weapon is None for _, system in overview.rings)
    one = "finding_one_range" if typed else "finding_one_weapon"
    text = _share(len(reached), len(overview.sites), language)
    sums = _sums((site[0] for site in reached), tuple(Verdict), totals, language)
    return language.translate(one, text=text, sums=sums)


def _share(count: int, everything: int, language: Language) -> str:
    """Return how many of the sites are within reach."""
    if count == everything > 1:
        return language.translate("finding_all", total=language.number(f"{everything:,}"))
    if count == 0:
        return language.translate("finding_none", total=language.number(f"{everything:,}"))
    return language.count("finding_some", count, total=language.number(f"{everything:,}"))


def _parts(
    rows: Sequence[CheckRow], system: System, totals: Sequence[Total], language: Language
) -> Iterator[str]:
    by_verdict: dict[Verdict, list[CheckRow]] = defaultdict(list)
    for row in rows:
        by_verdict[row.verdict].append(row)
    inside = by_verdict[Verdict.INSIDE]
    key = "finding_typed" if system.weapon is None else "finding_sources"
    if inside or not by_verdict[Verdict.DISPUTED]:
        text = _share(len(inside), len(rows), language)
        sums = _sums(inside, [Verdict.INSIDE], totals, language) if inside else ""
        # That no source reaches a site is said by the number of sites out of reach.
        yield language.translate(key if inside else "finding_typed", text=text, sums=sums)
    if found := by_verdict[Verdict.DISPUTED]:
        sums = _sums(found, [Verdict.DISPUTED], totals, language)
        groups = language.listed(_groups(found, language), between="clauses")
        yield language.count("finding_disputed", len(found), sums=sums, groups=groups)
    if found := by_verdict[Verdict.TOO_CLOSE]:
        sums = _sums(found, [Verdict.TOO_CLOSE], totals, language)
        yield language.count(
            "finding_too_close", len(found), sums=sums, names=_names(found, language)
        )
    found = by_verdict[Verdict.OUTSIDE]
    if found and len(found) < len(rows):
        sums = _sums(found, [Verdict.OUTSIDE], totals, language)
        yield language.count("finding_outside", len(found), sums=sums)


def _names(rows: Iterable[CheckRow], language: Language) -> str:
    return language.some([language.name(row.site) for row in rows], _MOST_NAMES)


def _groups(rows: Iterable[CheckRow], language: Language) -> Iterator[str]:
    """Yield the names of sites with the same reason, and which claims differ on them."""
    groups: dict[str, list[CheckRow]] = defaultdict(list)
    for row in rows:
        groups[dissent_text(row, language) or reason_text(row.reason, language)].append(row)
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    for why, found in ordered[:_MOST_GROUPS]:
        yield language.translate("finding_why", names=_names(found, language), why=why)
    if others := [row for _, found in ordered[_MOST_GROUPS:] for row in found]:
        yield language.translate("others", count=language.number(f"{len(others):,}"))


def _sums(
    rows: Iterable[CheckRow],
    verdicts: Iterable[Verdict],
    totals: Sequence[Total],
    language: Language,
) -> str:
    """Return the totals of the columns in brackets, or an empty text."""
    found = list(rows)
    kept = tuple(verdicts)
    texts = [
        language.translate(
            "labelled",
            name=language.name(each.heading),
            text=each.text(each.of(found, kept), language),
        )
        for each in totals
    ]
    return (
        language.translate("in_brackets", text=language.listed(texts, between="clauses"))
        if texts
        else ""
    )
