"""The workbook of a check: summary, sites, verdicts, sources, and what they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from rangemap.catalogue import Claim, System
from rangemap.check import COLUMNS, CheckRow, Reason, Verdict, check_rows, check_table, summary_rows
from rangemap.check.overview import Overview, arrange, strongest
from rangemap.check.per_site import SITE_COLUMNS
from rangemap.check.rows import Rows
from rangemap.check.table import SUMMARY_COLUMNS
from rangemap.render.citation import quotation
from rangemap.render.tables.excel import Sheet, SheetColumn, to_xlsx
from rangemap.render.tables.totals import Total, find_totals, report_missing
from rangemap.render.tables.values import (
    Column,
    distance_column,
    has_value,
    heading_of,
    is_name,
    is_position,
    own_column,
)
from rangemap.render.wording import (
    LIMIT_KEYS,
    base_map,
    claim_text,
    listed_claims,
    made_with,
    promise,
    reason_text,
)
from rangemap.scenario.selection import Selection
from rangemap.text import FIRST_STRONG_ISOLATE, POP_ISOLATE, readable_address
from rangemap.wording.language import Language
from rangemap.wording.quantities import km

_ISOLATES: Final = str.maketrans("", "", FIRST_STRONG_ISOLATE + POP_ISOLATE)


def make_workbook(
    selection: Selection,
    *,
    rows: Rows = Rows.VERDICT,
    only: Sequence[Verdict] = (),
    sums: Sequence[str] = (),
    notify: Callable[[str], None] = lambda _: None,
) -> bytes:
    """Return a check as a workbook.

    Parameters
    ----------
    selection : Selection
        Origins, weapons and sites.
    rows : Rows, default Rows.VERDICT
        The finest table that it contains: counts, sites or verdicts.
    only : sequence of Verdict
        The verdicts to keep, all by default, as in `check_table` and `summary_rows`.
    sums : sequence of str
        Columns of the sites to total in the summary.
    notify : callable
        Called with a note for each of these columns that has no number for some sites.

    Returns
    -------
    bytes
        The same content for the same check. Distances are in km, whatever the display unit.

    Raises
    ------
    OutputError
        If a table has more rows than a sheet, or xlsxwriter is not installed.
    PlaceError
        If the sites do not have a column to total.
    """
    language = selection.language
    counted = not sums and rows is Rows.COUNT  # then no verdict is needed
    overview = (
        Overview(selection.pairs, ())
        if counted
        else arrange(selection.pairs, check_rows(selection))
    )
    totals = find_totals(selection, sums)
    report_missing(totals, notify)
    sheets = [_summary(selection, overview, only, totals)]
    if rows is not Rows.COUNT:
        sheets.append(_sites(selection, overview, only))
    if rows is Rows.VERDICT:
        sheets.append(_verdicts(selection, only))
    if any(any(listed_claims(system, language)) for system in selection.cited_systems):
        sheets.append(_sources(selection))
    return to_xlsx(
        sheets,
        title=selection.title,
        notes_name=language.translate("sheet_about"),
        notes=list(_about(selection)),
        from_the_right=language.direction == "rtl",
    )


def _heading(name: str, language: Language) -> str:
    """Return the name of a column in words, with the unit of distances."""
    word = language.translate(f"column_{name.removesuffix('_km')}")
    return language.translate("in_km", name=word) if name.endswith("_km") else word


def _columns(
    names: Sequence[str], rows: Sequence[Sequence[Any]], language: Language
) -> Iterator[SheetColumn]:
    """Yield columns of a result by their names in files."""
    for place, name in enumerate(names):
        values = [row[place] for row in rows]
        shown: Callable[[Any, Language], Any] = _WORDS.get(name, lambda value, _: value)
        words = [None if value in (None, "") else shown(value, language) for value in values]
        column = distance_column(words) if name.endswith("_km") else Column(words)
        if not name.endswith("_km") and column.is_numeric:
            column = Column(words, 0, grouped=True)
        tones = [Verdict(value) for value in values] if name == "verdict" else ()
        yield SheetColumn(heading=_heading(name, language), column=column, tones=tones)


_WORDS: Final[dict[str, Callable[[Any, Language], str]]] = {
    "verdict": lambda value, language: language.translate(value),
    "reason": lambda value, language: reason_text(Reason(value), language),
    "origin_kind": lambda value, language: language.translate(f"kind_{value}"),
}
"""Values that are written in the language."""


def _own(
    selection: Selection, rows: Sequence[Sequence[Any]], *, with_positions: bool
) -> Iterator[SheetColumn]:
    """Yield the columns of the file of sites from rows of their cells, without their names."""
    sites = selection.sites
    for place, name in enumerate(sites.columns):
        if not is_name(sites, place) and (with_positions or not is_position(sites, place)):
            cells = [row[place] for row in rows]
            column = own_column(name, cells, is_untyped=sites.untyped)
            yield SheetColumn(heading=heading_of(name), column=column)


def _summary(
    selection: Selection, overview: Overview, only: Sequence[Verdict], totals: Sequence[Total]
) -> Sheet:
    language = selection.language
    rows = list(summary_rows(selection, only))
    counts = dict(zip(SUMMARY_COLUMNS, _columns(SUMMARY_COLUMNS, rows, language), strict=True))
    # Few weapons have a minimum range, and the columns of others would be in the way on paper.
    if not any(counts[Verdict.TOO_CLOSE].column.values):
        del counts[Verdict.TOO_CLOSE]
    columns = list(counts.values())
    for each in totals:
        for verdict in (verdict for verdict in Verdict if verdict in counts):
            kept = not only or verdict in only
            sums = [
                each.of(overview.column(ring), [verdict]) if kept else 0.0
                for ring in range(len(overview.rings))
            ]
            name = language.translate(f"column_{verdict}")
            heading = language.translate("labelled", name=each.heading, text=name)
            columns.append(
                SheetColumn(heading=heading, column=Column(sums, each.decimals, grouped=True))
            )
    if len({system.basis for system in selection.systems}) > 1:
        bases = [system.basis or None for _, system in selection.pairs]
        columns.append(SheetColumn(heading=_heading("edition", language), column=Column(bases)))
    name = language.translate("sheet_summary")
    return Sheet(name=name, columns=tuple(columns), fixed=2)


def _sites(selection: Selection, overview: Overview, only: Sequence[Verdict]) -> Sheet:
    """Return one row per site: as `check --per-site`, with a column for each ring."""
    language = selection.language
    kept = tuple(site for site in overview.sites if not only or strongest(site) in only)
    rows = [_site(site) for site in kept]
    found = dict(zip(SITE_COLUMNS, _columns(SITE_COLUMNS, rows, language), strict=True))
    site_id, verdict = found.pop("site_id"), found.pop("verdict")
    nearest = found.pop("weapon")
    names = [found.pop("site"), *([site_id] if any(site_id.column.values) else [])]
    several = len({origin for origin, _ in overview.rings}) > 1
    rings = []
    for number, (origin, system) in enumerate(overview.rings):
        verdicts = [site[number].verdict for site in kept]
        label = system.display_name
        if several and system.caption is None:
            label = language.translate("ring_from_origin", name=label, origin=origin.name)
        words = [language.translate(str(verdict)) for verdict in verdicts]
        rings.append(SheetColumn(heading=label, column=Column(words), tones=verdicts))
    cells = [selection.sites.rows[site[0].site_index] for site in kept]
    own = _own(selection, cells, with_positions=True)
    return Sheet(
        name=language.translate("sheet_sites"),
        columns=(
            *names,
            replace(verdict, heading=language.translate("column_strongest")),
            *rings,
            *found.values(),
            replace(nearest, heading=language.translate("column_nearest")),
            *own,
        ),
        fixed=1,
    )


def _site(site: Sequence[CheckRow]) -> tuple[Any, ...]:
    """Return a row under `SITE_COLUMNS`, by the rule of `site_rows`."""
    verdict = strongest(site)
    nearest = min(
        (row for row in site if row.verdict is verdict), key=lambda row: abs(row.margin_m)
    )
    by_system: dict[System, Verdict] = {}
    for row in site:
        known = by_system.get(row.system)
        if known is None or list(Verdict).index(row.verdict) < list(Verdict).index(known):
            by_system[row.system] = row.verdict
    return (
        nearest.site,
        nearest.site_id,
        verdict.value,
        sum(found is Verdict.INSIDE for found in by_system.values()),
        sum(found is Verdict.DISPUTED for found in by_system.values()),
        km(nearest.margin_m),
        km(nearest.distance_m),
        nearest.origin.name,
        nearest.system.label,
    )


def _verdicts(selection: Selection, only: Sequence[Verdict]) -> Sheet:
    language = selection.language
    rows = list(check_table(selection, only)[1])
    # A column without any value, such as the minimum range of weapons without one, is left out.
    table = (each for each in _columns(COLUMNS, rows, language) if has_value(each.column))
    own = _own(selection, [row[len(COLUMNS) :] for row in rows], with_positions=False)
    return Sheet(name=language.translate("sheet_verdicts"), columns=(*table, *own))


def _sources(selection: Selection) -> Sheet:
    language = selection.language
    rows = [
        _claim(system, claim, language, drawn=drawn)
        for system in selection.cited_systems
        for drawn, claims in zip((True, False), listed_claims(system, language), strict=True)
        for claim in claims
    ]
    names = ("weapon", "figure", "drawn", "publisher", "date", "title", "address", "copy", "note")
    columns = []
    for place, name in enumerate(names):
        values = [row[place] or None for row in rows]
        wrapped = name in {"figure", "publisher", "title", "note", "address", "copy"}
        columns.append(
            SheetColumn(
                heading=_heading(name, language), column=Column(values), wrapped=wrapped, top=True
            )
        )
    kept = [each for each in columns if any(each.column.values)]
    return Sheet(name=language.translate("sheet_sources"), columns=tuple(kept), fixed=1)


def _claim(system: System, claim: Claim, language: Language, *, drawn: bool) -> tuple[str, ...]:
    source = claim.source
    notes = [
        language.translate("claim_by", name=language.name(claim.attributed_to))
        if claim.attributed_to
        else "",
        claim.note or "",
        quotation(claim, language),
    ]
    texts = (
        system.label,
        claim_text(claim, language),
        language.translate("drawn" if drawn else "not_drawn"),
        source.publisher,
        source.date or "",
        source.shown_title or "",
        readable_address(source.url or ""),
        readable_address(source.archived or ""),
        language.listed((note for note in notes if note), between="clauses"),
    )
    return tuple(text.translate(_ISOLATES) for text in texts)


def _about(selection: Selection) -> Iterator[tuple[str, str]]:
    """Yield what each line of the last sheet is about, and its text."""
    language = selection.language
    say = language.translate
    yield say("column_title"), selection.title
    if selection.subtitle:
        yield say("about_subtitle"), selection.subtitle
    if selection.date is not None:
        yield say("column_date"), language.date(selection.date)
    if selection.credit:
        yield say("about_credit"), selection.credit
    if selection.edition:
        yield say("column_edition"), selection.basis
    lines = [("about_ring", promise(selection.systems, language))]
    lines += [("about_verdicts", say("verdict_method")), ("about_units", say("about_km"))]
    lines += [("report_limits" if not n else "", say(key)) for n, key in enumerate(LIMIT_KEYS)]
    lines += [("report_method", f"{base_map(language)} {made_with(language)}")]
    for name, text in lines:
        yield say(name) if name else "", text.translate(_ISOLATES)
