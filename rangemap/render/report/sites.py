"""The table of a report with one row per site and one column per ring, in parts that fit a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rangemap.check import CheckRow, RowWording, Verdict
from rangemap.check.overview import Overview
from rangemap.errors import OutputError
from rangemap.render.report.document import Cell, Section, Table
from rangemap.render.tables.values import Column, heading_of, is_name, is_position, own_column
from rangemap.render.wording import reason_text
from rangemap.scenario.selection import Selection
from rangemap.sites.table import PRECISION_COLUMN
from rangemap.text import FIRST_STRONG_ISOLATE, POP_ISOLATE, sanitised
from rangemap.wording.language import Language

_MANY_SITES: Final = 500  # with more, sites out of reach of everything are counted, not listed
_MOST_ROWS: Final = 5_000
_WIDTH_MM: Final = 172.0  # between the margins of an A4 page
_FULLEST_MM: Final = 186.0  # columns estimated up to this width still fit
_CHARACTER_MM: Final = 1.62
_BOLD_MM: Final = 1.85
_PADDING_MM: Final = 3.2
_LONGEST_NAME: Final = 26  # characters; longer texts wrap
_LONGEST_OWN: Final = 18
_LONGEST_WORD: Final = 20
_SAMPLED_ROWS: Final = 500  # rows that decide how wide a column is


@dataclass(frozen=True, slots=True)
class _Part:
    """A column of the table: its heading, its cells in the order of the sites, its width."""

    heading: Cell
    cells: tuple[Cell, ...]
    width_mm: float


def site_section(
    selection: Selection, overview: Overview, numbers: Mapping[int, int]
) -> Section | None:
    """Return the section with one row per site, or None if there are no sites.

    Parameters
    ----------
    selection : Selection
        The selection.
    overview : Overview
        Its verdicts.
    numbers : mapping of int to int
        The numbers that stand for names on the map, by the row of their site.

    Raises
    ------
    OutputError
        If the table would be too long to read.
    """
    if not overview.sites:
        return None
    language, sites = selection.language, overview.sites
    sentences = [] if selection.sort else [language.translate("report_order")]
    title = "report_sites"
    if len(sites) > _MANY_SITES:
        listed = tuple(s for s in sites if any(row.verdict is not Verdict.OUTSIDE for row in s))
        if len(listed) < len(sites):
            count = language.number(f"{len(sites) - len(listed):,}")
            sentences.append(language.translate("report_omitted", count=count))
            sites, title = listed, "report_within"
    if len(sites) > _MOST_ROWS:
        raise OutputError(
            f"the report's table would have {len(sites):,} sites, more than {_MOST_ROWS:,}; select"
            " fewer with --site, or write the full table with `rangemap check -o`"
        )
    identity, others = _columns(selection, Overview(overview.rings, sites), numbers)
    tables = [_table(identity, parts) for parts in _packed(identity, others)] if sites else []
    return Section(
        title=language.translate(title), paragraphs=(" ".join(sentences),), tables=tuple(tables)
    )


def _columns(
    selection: Selection, overview: Overview, numbers: Mapping[int, int]
) -> tuple[list[_Part], list[_Part]]:
    """Return the columns that identify a site, and the others."""
    language, sites = selection.language, overview.sites
    firsts = [site[0] for site in sites]
    identity = []
    if numbers:
        shown = [str(numbers.get(row.site_index, "")) for row in firsts]
        # The live map numbers the sites without room for a name in its own way, at every scale.
        found = [Cell(text=language.number(text), number=True, on_paper=True) for text in shown]
        heading = Cell(text=language.translate("column_number"), on_paper=True)
        identity.append(_part(heading, found))
    names = [Cell(text=language.standalone(row.site)) for row in firsts]
    identity.append(_part(language.translate("column_site"), names, longest=_LONGEST_NAME))
    wording = RowWording([system for _, system in overview.rings], selection.units, language)
    several = len({origin for origin, _ in overview.rings}) > 1
    others = []
    if not several:
        away = [Cell(text=wording.row(row).distance, number=True) for row in firsts]
        others.append(_part(language.translate("column_distance"), away))
    for number, (origin, system) in enumerate(overview.rings):
        start = language.translate("from_origin", origin=language.name(origin.name))
        heading = Cell(
            text=language.standalone(system.display_name),
            note=start if several and system.caption is None else "",
            whole=len(system.display_name) <= _LONGEST_WORD,
        )
        cells = [
            _verdict(row, wording, language, several=several) for row in overview.column(number)
        ]
        others.append(_part(heading, cells, longest=_LONGEST_OWN))
    others += _own(selection, firsts)
    return identity, others


def _verdict(row: CheckRow, wording: RowWording, language: Language, *, several: bool) -> Cell:
    """Return a verdict, with the distance if it depends on the ring, and how many claims reach."""
    notes = [wording.row(row).distance] if several else []
    if row.verdict is Verdict.DISPUTED:
        claims = len(row.system.band.claims)
        if 0 < row.claims_reaching < claims:
            reaching = language.translate("reaching", reaching=row.claims_reaching, claims=claims)
            notes.append(language.translate("of_sources", text=reaching))
        else:
            notes.append(reason_text(row.reason, language))
    return Cell(
        text=language.translate(str(row.verdict)),
        note=language.listed(notes),
        tone=str(row.verdict),
    )


def _own(selection: Selection, rows: Sequence[CheckRow]) -> Iterable[_Part]:
    """Yield the user's own columns, numbers as they are shown in a workbook."""
    sites, language = selection.sites, selection.language
    for place, name in enumerate(sites.columns):
        if name == PRECISION_COLUMN or is_name(sites, place) or is_position(sites, place):
            continue
        column: Column = own_column(
            name, [sites.rows[row.site_index][place] for row in rows], is_untyped=sites.untyped
        )
        is_number = column.is_numeric
        texts = [column.text(value) for value in column.values]
        cells = [
            Cell(text=language.number(text), number=True)
            if is_number
            else Cell(text=language.standalone(sanitised(text)) if text else "")
            for text in texts
        ]
        heading = sanitised(heading_of(name))
        whole = len(heading) <= _LONGEST_OWN
        yield _part(
            Cell(text=language.standalone(heading), whole=whole), cells, longest=_LONGEST_OWN
        )


def _part(heading: str | Cell, cells: Sequence[Cell], *, longest: int = 40) -> _Part:
    top = heading if isinstance(heading, Cell) else Cell(text=heading)
    sample = cells[:_SAMPLED_ROWS]
    texts = [cell.text for cell in sample]
    notes = [top.note, *(cell.note for cell in sample)]
    words = [top.text] if top.whole else top.text.split()
    character_mm = _BOLD_MM if any(cell.tone for cell in sample) else _CHARACTER_MM
    inner = max(
        min(max(map(_length, texts), default=0), longest) * character_mm,
        min(max(map(_length, notes), default=0), longest) * _CHARACTER_MM,
        min(max(map(_length, words), default=0), _LONGEST_WORD) * _BOLD_MM,
    )
    return _Part(top, tuple(cells), inner + _PADDING_MM)


def _length(text: str) -> int:
    """Return the number of visible characters."""
    return len(text) - sum(text.count(mark) for mark in (FIRST_STRONG_ISOLATE, POP_ISOLATE))


def _packed(identity: Sequence[_Part], others: Sequence[_Part]) -> list[list[_Part]]:
    """Divide the columns between tables no wider than a page."""
    room = _FULLEST_MM - sum(part.width_mm for part in identity)
    tables: list[list[_Part]] = [[]]
    for part in others:
        if tables[-1] and sum(each.width_mm for each in tables[-1]) + part.width_mm > room:
            tables.append([])
        tables[-1].append(part)
    return tables


def _table(identity: Sequence[_Part], parts: Sequence[_Part]) -> Table:
    columns = [*identity, *parts]
    # What is left of the width goes to the names.
    spare = max(_WIDTH_MM - sum(part.width_mm for part in columns), 0.0)
    widths = [part.width_mm for part in columns]
    widths[len(identity) - 1] += min(spare, 20.0)
    return Table(
        columns=tuple(part.heading for part in columns),
        widths=tuple(round(width, 1) for width in widths),
        rows=tuple(zip(*(part.cells for part in columns), strict=True)),
    )
