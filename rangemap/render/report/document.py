"""The records of a report: plain text in order; each format decides how it looks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The address of a source, shown as ``text`` after the text ``before``."""

    url: str
    text: str
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a table; numbers, dates and ``whole`` texts do not wrap.

    ``tone`` is the verdict that colours it. ``note`` and the addresses follow on lines of their own.
    Cells ``on_paper`` belong to the picture: they are hidden where the live map is shown instead.
    """

    text: str
    note: str = ""
    addresses: tuple[Address, ...] = ()
    tone: str | None = None
    number: bool = False
    date: bool = False
    whole: bool = False
    on_paper: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; ``columns`` are the cells of its header, ``widths`` are relative."""

    columns: tuple[Cell, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what follows it, in this order."""

    title: str
    level: int = 2
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A document about one map, without its picture, which follows the findings.

    ``lang`` and ``direction`` are as in HTML; ``heading`` is the title as shown.
    """

    lang: str
    direction: str
    title: str
    heading: str
    subtitle: str
    promise: str
    findings: Section
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
        for section in (self.findings, *self.sections):
            found += [section.title, *section.paragraphs, *section.items]
            for table in section.tables:
                cells = [*table.columns, *(cell for row in table.rows for cell in row)]
                found += [text for cell in cells for text in (cell.text, cell.note)]
        return found
