"""The report as Markdown, with its picture in a separate file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from rangemap.render.figure.typeface import single_line
from rangemap.render.report.document import Cell, Report, Section, Table

# Characters that are markup anywhere, or at the start of a line, or that would start a link.
_MARKUP: Final = re.compile(
    r"[\\`*_\[\]|~$^{}]|(?<=\w):(?=//)|@|(?<=www)\.|\A[#+=:-]|(?<=\A\d)[.)]|!(?=\[)"
)


def to_markdown(report: Report, *, picture: str) -> bytes:
    """Return the report as Markdown with pipe tables.

    Parameters
    ----------
    report : Report
        The content; texts are escaped, so that none is markup.
    picture : str
        File name of the picture.

    Returns
    -------
    bytes
        UTF-8; the same bytes for the same report.
    """
    parts = [
        f"# {_escaped(report.heading)}",
        _escaped(report.subtitle),
        *([_escaped(report.credit)] if report.credit else []),
        f"**{_escaped(report.promise)}**",
        *_section(report.findings),
        f"![{_escaped(report.alt)}]({quote(picture.encode('utf-8', 'surrogateescape'))})",
        _escaped(report.caption),
    ]
    for section in report.sections:
        parts += _section(section)
    if report.direction == "rtl":  # Markdown has no markup of its own for direction
        parts = ['<div dir="rtl">', *parts, "</div>"]
    return ("\n\n".join(parts) + "\n").encode()


def _section(section: Section) -> Iterator[str]:
    yield f"{'#' * section.level} {_escaped(section.title)}"
    yield from (_escaped(text) for text in section.paragraphs)
    if section.items:
        yield "\n".join(f"- {_escaped(text)}" for text in section.items)
    yield from (_table(table) for table in section.tables)


def _table(table: Table) -> str:
    numbers = (
        [cell.number for cell in table.rows[0]] if table.rows else [False] * len(table.columns)
    )
    lines = [
        _row([_cell(cell) for cell in table.columns]),
        _row(["---:" if number else "---" for number in numbers]),
    ]
    lines += [_row([_cell(cell) for cell in row]) for row in table.rows]
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    lines = [_escaped(text) for text in (cell.text, cell.note) if text]
    lines += [
        f"{address.before}[{_escaped(address.text)}]({_address(address.url)})"
        for address in cell.addresses
    ]
    return "<br>".join(lines)


def _escaped(text: str) -> str:
    """Escape Markdown characters by a backslash, and HTML characters by entities."""
    text = single_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKUP.sub(r"\\\g<0>", text)


def _address(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29")
