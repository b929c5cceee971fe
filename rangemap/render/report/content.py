"""The content of a report as plain text in order; each format decides how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rangemap._version import __version__
from rangemap.catalogue import BandText, Claim, System
from rangemap.check import SUMMARY_COLUMNS, CheckRow, RowWording, Verdict, summary_rows
from rangemap.errors import OutputError
from rangemap.render.citation import cite_method, quotation
from rangemap.render.outputs import MapFiles
from rangemap.render.wording import (
    BASE_MAP,
    LIMITS,
    claim_text,
    listed_claims,
    promise,
    subtitle,
)
from rangemap.text import isolated, link_target

_MANY_ROWS: Final = 600  # with more rows, places out of reach are counted, not listed
_MOST_ROWS: Final = 5_000

VERDICT_LABELS: Final = {
    "inside": "within reach",
    "disputed": "disputed",
    "too_close": "below minimum range",
    "outside": "out of reach",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a table; numbers and dates do not wrap.

    ``tone`` is the verdict that colours it; after the text, a link to ``copy_url`` follows.
    """

    text: str
    url: str | None = None
    copy_url: str | None = None
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
    """A document about one map, without its picture."""

    title: str
    subtitle: str
    promise: str
    alt: str
    caption: str
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
    systems = selection.systems
    sections = [_summary(files), *_verdicts(files)]
    sections += [Section(title="Claims and sources", paragraphs=(_COUNTED,))]
    sections += [_claims(system, selection.units) for system in systems]
    sections.append(Section(title="What a range ring does not show", items=LIMITS))
    method = [*cite_method(selection, files.rings), _VERDICTS, BASE_MAP]
    sections.append(
        Section(title="Method", paragraphs=(" ".join(method), f"Made with rangemap {__version__}."))
    )
    return Report(
        title=selection.title,
        subtitle=selection.subtitle or subtitle(systems),
        promise=promise(systems),
        alt=alt,
        caption="Solid line: the figure on its label. Dark: all sources agree; pale: sources differ.",
        sections=tuple(sections),
        credit=selection.credit or files.style.credit,
    )


_COUNTED: Final = (
    "Each figure is given as its source printed it. A claim that is not drawn is about something"
    " else (a variant, a flight, a warhead, a class), doubtful, retracted or excluded on request."
)
_VERDICTS: Final = (
    "Verdicts are computed from geodesic distances, not from the drawn line. Within reach: every"
    " claim reaches the place, wherever it is within its precision. Disputed: some claims reach it,"
    " or its position is not accurate enough to decide. Margin: headline minus distance."
)


def _summary(files: MapFiles) -> Section:
    unit = files.selection.units
    several = len(files.selection.origins) > 1
    rows = []
    pairs = [(o, system) for o in files.selection.origins for system in files.selection.systems]
    for (origin, system), counts in zip(pairs, summary_rows(files.selection), strict=True):
        tally = dict(zip(SUMMARY_COLUMNS, counts, strict=True))
        text = BandText(system.band, unit)
        start = (Cell(text=origin.name),) if several else ()
        rows.append((
            *start,
            Cell(text=system.label),
            Cell(text=text.full_range, number=True),
            Cell(text=text.headline, number=True),
            Cell(text=text.minimum or "", number=True),
            *(Cell(text=str(tally[str(verdict)]), number=True) for verdict in Verdict),
        ))  # fmt: skip
    columns = ("Weapon or range", "Published", "Line drawn", "Minimum")
    widths = (19.0, 16.0, 18.0, 11.0, 8.0, 10.0, 10.0, 9.0)
    return Section(
        title="At a glance",
        paragraphs=("Published ranges, and the number of places below with each verdict.",),
        table=Table(
            columns=(("From",) if several else ())
            + (*columns, "Within", "Disputed", "Too close", "Outside"),
            widths=((17.0,) if several else ()) + widths,
            rows=tuple(rows),
        ),
    )


def _verdicts(files: MapFiles) -> list[Section]:
    rows: Sequence[CheckRow] = files.rows
    if not rows:
        return []
    sentences = ["Sorted by origin, weapon and place."]
    if len(rows) > _MANY_ROWS:
        near = [row for row in rows if row.verdict is not Verdict.OUTSIDE]
        sentences.append(f"{len(rows) - len(near):,} rows of places out of reach are omitted.")
        rows = near
    if len(rows) > _MOST_ROWS:
        raise OutputError(
            f"the report's table would have {len(rows):,} rows, more than {_MOST_ROWS:,}; select"
            " fewer places with --site, or write the full table with `rangemap check -o`"
        )
    several = len(files.selection.origins) > 1
    wording = RowWording(files.selection.systems, files.selection.units)
    start_columns = ("From",) if several else ()
    columns = ("Place", "Weapon", "Distance", "Published", "Margin", "Verdict", "Claims")
    widths = (20.0, 14.0, 13.0, 17.0, 14.0, 16.0, 9.0)
    table = Table(
        columns=start_columns + columns,
        widths=((15.0,) if several else ()) + widths,
        rows=tuple(_verdict(row, wording, several=several) for row in rows),
    )
    is_all_within = all(row.verdict is not Verdict.OUTSIDE for row in rows)
    title = "Places within reach" if is_all_within else "Places and verdicts"
    return [Section(title=title, paragraphs=(" ".join(sentences),), table=table)]


def _verdict(row: CheckRow, wording: RowWording, *, several: bool) -> tuple[Cell, ...]:
    text = wording.row(row)
    verdict = VERDICT_LABELS[str(row.verdict)]
    start = (Cell(text=row.origin.name),) if several else ()
    return (
        *start,
        Cell(text=row.site),
        Cell(text=row.system.label),
        Cell(text=text.distance, number=True),
        Cell(text=text.band.full_range, number=True),
        Cell(text=text.margin, number=True),
        Cell(text=f"{verdict}: {row.reason}" if row.reason else verdict, tone=str(row.verdict)),
        Cell(text=f"{row.claims_reaching} of {len(row.system.band.claims)}", number=True),
    )


def _claims(system: System, unit: str) -> Section:
    text = BandText(system.band, unit)
    range_text = f"Published: {text.range_beside_headline}. Line drawn: {text.headline}."
    if system.weapon is None:
        return Section(
            title=system.label, level=3, paragraphs=(f"{range_text} The range is as typed.",)
        )
    drawn, others = listed_claims(system)
    rows = [_claim(claim, drawn=True) for claim in drawn]
    rows += [_claim(claim, drawn=False) for claim in others]
    table = Table(
        columns=("Figure", "Publisher", "Date", "Title", "Note"),
        widths=(18.0, 17.0, 13.0, 28.0, 24.0),
        rows=tuple(rows),
    )
    kind, country = isolated(system.weapon.category), isolated(system.weapon.countries)
    about = f"{kind}, {country}. {range_text}"
    return Section(title=system.label, level=3, paragraphs=(about,), table=table)


def _claim(claim: Claim, *, drawn: bool) -> tuple[Cell, ...]:
    source = claim.source
    notes = [
        None if drawn else "not drawn",
        f"by {isolated(claim.attributed_to)}" if claim.attributed_to else None,
        isolated(claim.note or ""),
        quotation(claim),
    ]
    return (
        Cell(text=claim_text(claim)),
        Cell(text=source.publisher),
        Cell(text=source.date or "", date=True),
        Cell(
            text=source.headline,
            url=None if source.url is None else link_target(source.url),
            copy_url=None if source.archived is None else link_target(source.archived),
        ),
        Cell(text="; ".join(note for note in notes if note)),
    )
