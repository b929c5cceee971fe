"""The content of a report: findings, counts, sites, what a ring does not show, method, sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rangemap.catalogue import BandText, Claim, System
from rangemap.check import Verdict
from rangemap.check.overview import Overview, arrange
from rangemap.render.citation import cite_method, quotation
from rangemap.render.outputs import MapFiles
from rangemap.render.report.document import Address, Cell, Report, Section, Table
from rangemap.render.report.findings import findings
from rangemap.render.report.sites import site_section
from rangemap.render.tables.totals import Total, find_totals, report_missing
from rangemap.render.wording import (
    LIMIT_KEYS,
    base_map,
    claim_text,
    listed_claims,
    local_credit,
    made_with,
    promise,
    shown_subtitle,
)
from rangemap.text import link_target, readable_address
from rangemap.wording.language import Language

_LONGEST_WHOLE: Final = 24  # characters of a name that is not broken between lines
_CHARACTER: Final = 1.2  # width of a character beside those of the other columns
_OPTIONAL: Final = (Verdict.TOO_CLOSE,)
"""Verdicts whose column is omitted if no site has one."""


def make_content(
    files: MapFiles,
    *,
    alt: str,
    projection: str = "",
    outside: str = "",
    numbers: Mapping[int, int] | None = None,
    sums: Sequence[str] = (),
) -> Report:
    """Return the content of a report on a map.

    Parameters
    ----------
    files : MapFiles
        The map.
    alt : str
        Short description of its picture.
    projection : str, optional
        The sentence on its projection.
    outside : str, optional
        The sentence on sites that are outside its picture.
    numbers : mapping of int to int, optional
        The numbers that stand for names on its picture, by the row of their site.
    sums : sequence of str
        Columns of the sites to total.

    Returns
    -------
    Report
        Plain text throughout.

    Raises
    ------
    OutputError
        If the table of sites would be too long to read.
    PlaceError
        If the sites do not have a column to total.
    """
    selection = files.selection
    systems, language = selection.systems, selection.language
    say = language.translate
    totals = find_totals(selection, sums)
    report_missing(totals, files.notify)
    overview = arrange(selection.pairs, files.rows, by_severity=selection.sort is None)
    found = Section(
        title=say("report_findings"), items=tuple(findings(selection, overview, totals))
    )
    sections = [_summary(files, overview), *_totals(files, overview, totals)]
    sections += filter(None, [site_section(selection, overview, numbers or {})])
    sections.append(
        Section(title=say("report_limits"), items=tuple(say(key) for key in LIMIT_KEYS))
    )
    about_rangemap, credit = made_with(language), selection.credit or files.style.credit
    method = [*cite_method(selection, files.rings), say("verdict_method")]
    method += [*([projection] if projection else []), base_map(language), local_credit(selection)]
    sections.append(
        Section(
            title=say("report_method"), paragraphs=(" ".join(filter(None, method)), about_rangemap)
        )
    )
    sections += [Section(title=say("report_claims"), paragraphs=(say("report_counted"),))]
    sections += [_claims(system, selection.units, language) for system in selection.cited_systems]
    return Report(
        lang=language.code,
        direction=language.direction,
        title=selection.title,
        heading=language.standalone(selection.title),
        subtitle=shown_subtitle(selection),
        promise=promise(systems, language),
        findings=found,
        alt=alt,
        caption=f"{say('report_caption')} {outside}".rstrip(),
        frame_title=say("frame_title", title=language.standalone(selection.title)),
        made_with=about_rangemap,
        sections=tuple(sections),
        credit=language.standalone(credit) if credit else None,
    )


def _headings(names: Sequence[str], language: Language) -> tuple[Cell, ...]:
    return tuple(Cell(text=language.translate(f"column_{name}")) for name in names)


def _ring_cells(overview: Overview, language: Language) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells that name each ring: its origin, if there are several, and its system."""
    several = len({origin for origin, _ in overview.rings}) > 1
    for origin, system in overview.rings:
        start = (Cell(text=language.standalone(origin.name)),) if several else ()
        whole = len(system.display_name) <= _LONGEST_WHOLE
        yield (*start, Cell(text=language.standalone(system.display_name), whole=whole))


def _ring_headings(overview: Overview) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Return the names and widths of the columns of `_ring_cells`; labels fit on a line."""
    longest = max(len(system.display_name) for _, system in overview.rings)
    width = max(19.0, min(longest, _LONGEST_WHOLE) * _CHARACTER)
    if len({origin for origin, _ in overview.rings}) > 1:
        return ("origin", "weapon_or_range"), (17.0, width)
    return ("weapon_or_range",), (width,)


def _verdicts_shown(overview: Overview) -> list[Verdict]:
    found = {row.verdict for site in overview.sites for row in site}
    return [verdict for verdict in Verdict if verdict in found or verdict not in _OPTIONAL]


def _summary(files: MapFiles, overview: Overview) -> Section:
    unit, language = files.selection.units, files.selection.language
    names, widths = _ring_headings(overview)
    verdicts = _verdicts_shown(overview) if overview.sites else []
    minimums = any(system.band.minimum for _, system in overview.rings)
    rows = []
    for number, (cells, (_, system)) in enumerate(
        zip(_ring_cells(overview, language), overview.rings, strict=True)
    ):
        text = BandText(system.band, unit, language)
        tally = [row.verdict for row in overview.column(number)]
        figures = [
            _figure(text.range, text.full_range),
            _figure(text.quantity(text.headline_number), text.headline),
            *([Cell(text=text.minimum or "", number=True)] if minimums else []),
        ]
        counts = [language.number(f"{tally.count(verdict):,}") for verdict in verdicts]
        rows.append((*cells, *figures, *(Cell(text=count, number=True) for count in counts)))
    figure_names = ("published", "line", *(["minimum"] if minimums else []))
    figure = 24.0 if len(widths) == 1 else 30.0  # fits a figure in its published unit
    figure_widths = (figure, figure, *([11.0] if minimums else []))
    say = language.translate
    return Section(
        title=say("report_summary"),
        paragraphs=(say("report_summary_note"),) if verdicts else (),
        tables=(
            Table(
                columns=_headings((*names, *figure_names, *verdicts), language),
                widths=(*widths, *figure_widths, *(10.0 for _ in verdicts)),
                rows=tuple(rows),
            ),
        ),
    )


def _figure(shown: str, full: str) -> Cell:
    """Return a figure, with what is published in another unit or by whom on a line of its own."""
    return Cell(text=shown, note=full.removeprefix(shown).strip(), number=True)


def _totals(files: MapFiles, overview: Overview, totals: Sequence[Total]) -> Iterator[Section]:
    """Yield a table of totals for each column: by ring and verdict."""
    language = files.selection.language
    names, widths = _ring_headings(overview)
    verdicts = _verdicts_shown(overview)
    for each in totals:
        rows = []
        for number, cells in enumerate(_ring_cells(overview, language)):
            column = overview.column(number)
            sums = [each.of(column, [verdict]) for verdict in verdicts]
            sums.append(each.of(column, tuple(Verdict)))
            texts = [each.text(value, language) for value in sums]
            rows.append((*cells, *(Cell(text=text, number=True) for text in texts)))
        yield Section(
            title=language.translate("report_total", column=language.name(each.heading)),
            level=3,
            tables=(
                Table(
                    columns=_headings((*names, *verdicts, "total"), language),
                    widths=(*widths, *(14.0 for _ in verdicts), 14.0),
                    rows=tuple(rows),
                ),
            ),
        )


def _claims(system: System, unit: str, language: Language) -> Section:
    text = BandText(system.band, unit, language)
    range_text = language.translate(
        "report_range", range=text.range_beside_headline, headline=text.headline
    )
    if system.weapon is None:
        typed = language.translate("report_typed")
        about = f"{range_text} {typed}"
    else:
        about = language.translate(
            "report_about",
            category=language.category(system.weapon.category),
            country=" / ".join(language.land(country) for country in system.weapon.country),
            range=range_text,
        )
    drawn, others = listed_claims(system, language)
    rows = [_claim(claim, language, drawn=True) for claim in drawn]
    rows += [_claim(claim, language, drawn=False) for claim in others]
    table = Table(
        columns=_headings(("figure", "publisher", "date", "source", "note"), language),
        widths=(17.0, 16.0, 13.5, 32.5, 21.0),
        rows=tuple(rows),
    )
    return Section(
        title=language.standalone(system.display_name),
        level=3,
        paragraphs=(about,),
        tables=(table,) if rows else (),
    )


def _claim(claim: Claim, language: Language, *, drawn: bool) -> tuple[Cell, ...]:
    source = claim.source
    notes = [
        None if drawn else language.translate("not_drawn"),
        language.translate("claim_by", name=language.name(claim.attributed_to))
        if claim.attributed_to
        else None,
        language.name(claim.note) if claim.note else None,
        quotation(claim, language),
    ]
    addresses = [] if source.url is None else [_address(source.url)]
    if source.archived:
        before = language.translate("labelled", name=language.translate("stored_copy"), text="")
        addresses.append(_address(source.archived, before))
    # A source whose title is not known is its address, which names the website.
    title = source.shown_title if source.url else source.headline
    return (
        Cell(text=claim_text(claim, language)),
        Cell(text=language.standalone(source.publisher)),
        Cell(text=language.short_date(source.date) if source.date else "", date=True),
        Cell(text=language.standalone(title) if title else "", addresses=tuple(addresses)),
        Cell(text=language.listed((note for note in notes if note), between="clauses")),
    )


def _address(url: str, before: str = "") -> Address:
    target = link_target(url)
    return Address(url=target, text=readable_address(target), before=before)
