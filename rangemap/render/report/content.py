"""The content of a report as plain text in order; each format decides how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rangemap.catalogue import BandText, Claim, System
from rangemap.check import SUMMARY_COLUMNS, CheckRow, RowWording, Verdict, summary_rows
from rangemap.errors import OutputError
from rangemap.render.citation import cite_method, quotation
from rangemap.render.outputs import MapFiles
from rangemap.render.wording import (
    LIMIT_KEYS,
    base_map,
    claim_text,
    listed_claims,
    made_with,
    promise,
    reason_text,
    shown_subtitle,
)
from rangemap.text import link_target
from rangemap.wording.language import Language

_MANY_ROWS: Final = 600  # with more rows, places out of reach are counted, not listed
_MOST_ROWS: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCopy:
    """A link to a stored copy of a source, and the mark before it."""

    before: str
    text: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a table; numbers and dates do not wrap.

    ``tone`` is the verdict that colours it; after the text, a link to the ``copy`` follows.
    """

    text: str
    url: str | None = None
    copy: StoredCopy | None = None
    tone: str | None = None
    number: bool = False
    date: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; ``widths`` are relative."""

    columns: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what follows it, in this order."""

    title: str
    level: int = 2
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A document about one map, without its picture.

    ``lang`` and ``direction`` are as in HTML; ``heading`` is the title as shown.
    """

    lang: str
    direction: str
    title: str
    heading: str
    subtitle: str
    promise: str
    alt: str
    caption: str
    frame_title: str
    made_with: str
    sections: tuple[Section, ...]
    credit: str | None

    @property
    def texts(self) -> list[str]:
        """All texts of the report, for finding characters that no font has."""
        found = [self.title, self.subtitle, self.credit or ""]
        for section in self.sections:
            found += [section.title, *section.paragraphs, *section.items]
            if section.table is not None:
                found += [cell.text for row in section.table.rows for cell in row]
        return found


def make_content(files: MapFiles, *, alt: str) -> Report:
    """Return the content of a report on a map.

    Parameters
    ----------
    files : MapFiles
        The map.
    alt : str
        Description of its picture.

    Returns
    -------
    Report
        Plain text throughout.

    Raises
    ------
    OutputError
        If the table of verdicts would be too long to read.
    """
    selection = files.selection
    systems, language = selection.systems, selection.language
    say = language.translate
    sections = [_summary(files), *_verdicts(files)]
    sections += [Section(title=say("report_claims"), paragraphs=(say("report_counted"),))]
    sections += [_claims(system, selection.units, language) for system in systems]
    sections.append(
        Section(title=say("report_limits"), items=tuple(say(key) for key in LIMIT_KEYS))
    )
    method = [*cite_method(selection, files.rings), say("verdict_method"), base_map(language)]
    about_rangemap, credit = made_with(language), selection.credit or files.style.credit
    sections.append(
        Section(title=say("report_method"), paragraphs=(" ".join(method), about_rangemap))
    )
    return Report(
        lang=language.code,
        direction=language.direction,
        title=selection.title,
        heading=language.standalone(selection.title),
        subtitle=shown_subtitle(selection),
        promise=promise(systems, language),
        alt=alt,
        caption=say("report_caption"),
        frame_title=say("frame_title", title=language.standalone(selection.title)),
        made_with=about_rangemap,
        sections=tuple(sections),
        credit=language.standalone(credit) if credit else None,
    )


def _columns(names: Sequence[str], language: Language) -> tuple[str, ...]:
    return tuple(language.translate(f"column_{name}") for name in names)


def _summary(files: MapFiles) -> Section:
    unit, language = files.selection.units, files.selection.language
    several = len(files.selection.origins) > 1
    rows = []
    counted = zip(files.selection.pairs, summary_rows(files.selection), strict=True)
    for (origin, system), counts in counted:
        tally = dict(zip(SUMMARY_COLUMNS, counts, strict=True))
        text = BandText(system.band, unit, language)
        start = (Cell(text=language.standalone(origin.name)),) if several else ()
        rows.append((
            *start,
            Cell(text=language.standalone(system.label)),
            Cell(text=text.full_range, number=True),
            Cell(text=text.headline, number=True),
            Cell(text=text.minimum or "", number=True),
            *(
                Cell(text=language.number(str(tally[str(verdict)])), number=True)
                for verdict in Verdict
            ),
        ))  # fmt: skip
    columns = ("weapon_or_range", "published", "line", "minimum", *Verdict)
    widths = (19.0, 16.0, 18.0, 11.0, 8.0, 10.0, 10.0, 9.0)
    return Section(
        title=language.translate("report_summary"),
        paragraphs=(language.translate("report_summary_note"),),
        table=Table(
            columns=_columns((*(["origin"] if several else []), *columns), language),
            widths=((17.0,) if several else ()) + widths,
            rows=tuple(rows),
        ),
    )


def _verdicts(files: MapFiles) -> list[Section]:
    rows: Sequence[CheckRow] = files.rows
    if not rows:
        return []
    language = files.selection.language
    sentences = [language.translate("report_sorted")]
    if len(rows) > _MANY_ROWS:
        near = [row for row in rows if row.verdict is not Verdict.OUTSIDE]
        omitted = language.number(f"{len(rows) - len(near):,}")
        sentences.append(language.translate("report_omitted", count=omitted))
        rows = near
    if len(rows) > _MOST_ROWS:
        raise OutputError(
            f"the report's table would have {len(rows):,} rows, more than {_MOST_ROWS:,}; select"
            " fewer places with --site, or write the full table with `rangemap check -o`"
        )
    several = len(files.selection.origins) > 1
    wording = RowWording(files.selection.systems, files.selection.units, language)
    columns = ("place", "system", "distance", "published", "margin", "verdict", "claims")
    widths = (20.0, 14.0, 13.0, 17.0, 14.0, 16.0, 9.0)
    table = Table(
        columns=_columns((*(["origin"] if several else []), *columns), language),
        widths=((15.0,) if several else ()) + widths,
        rows=tuple(_verdict(row, wording, language, several=several) for row in rows),
    )
    is_all_within = all(row.verdict is not Verdict.OUTSIDE for row in rows)
    title = language.translate("report_within" if is_all_within else "report_verdicts")
    return [Section(title=title, paragraphs=(" ".join(sentences),), table=table)]


def _verdict(
    row: CheckRow, wording: RowWording, language: Language, *, several: bool
) -> tuple[Cell, ...]:
    text = wording.row(row)
    verdict, reason = language.translate(str(row.verdict)), reason_text(row.reason, language)
    if reason:
        verdict = language.translate("labelled", name=verdict, text=reason)
    reaching = language.translate(
        "reaching", reaching=row.claims_reaching, claims=len(row.system.band.claims)
    )
    start = (Cell(text=language.standalone(row.origin.name)),) if several else ()
    return (
        *start,
        Cell(text=language.standalone(row.site)),
        Cell(text=language.standalone(row.system.label)),
        Cell(text=text.distance, number=True),
        Cell(text=text.band.full_range, number=True),
        Cell(text=text.margin, number=True),
        Cell(text=verdict, tone=str(row.verdict)),
        Cell(text=reaching, number=True),
    )


def _claims(system: System, unit: str, language: Language) -> Section:
    text = BandText(system.band, unit, language)
    range_text = language.translate(
        "report_range", range=text.range_beside_headline, headline=text.headline
    )
    if system.weapon is None:
        typed = language.translate("report_typed")
        return Section(
            title=language.standalone(system.label), level=3, paragraphs=(f"{range_text} {typed}",)
        )
    drawn, others = listed_claims(system)
    rows = [_claim(claim, language, drawn=True) for claim in drawn]
    rows += [_claim(claim, language, drawn=False) for claim in others]
    table = Table(
        columns=_columns(("figure", "publisher", "date", "title", "note"), language),
        widths=(18.0, 17.0, 13.0, 28.0, 24.0),
        rows=tuple(rows),
    )
    about = language.translate(
        "report_about",
        category=language.category(system.weapon.category),
        country=" / ".join(language.land(country) for country in system.weapon.country),
        range=range_text,
    )
    return Section(
        title=language.standalone(system.label), level=3, paragraphs=(about,), table=table
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
    copy = source.archived and StoredCopy(
        before=language.translate("comma"),
        text=language.translate("stored_copy"),
        url=link_target(source.archived),
    )
    return (
        Cell(text=claim_text(claim, language)),
        Cell(text=language.standalone(source.publisher)),
        Cell(text=language.short_date(source.date) if source.date else "", date=True),
        Cell(
            text=language.standalone(source.headline),
            url=None if source.url is None else link_target(source.url),
            copy=copy or None,
        ),
        Cell(text=language.listed((note for note in notes if note), between="clauses")),
    )
